/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program does with each class of devices. Every argument may be wrong: the library refuses
 * it, or the device does. */
#include "tests/fuzz/devices.h"

#include <picovirtio/balloon.h>
#include <picovirtio/blk.h>
#include <picovirtio/console.h>
#include <picovirtio/crypto.h>
#include <picovirtio/fs.h>
#include <picovirtio/gpu.h>
#include <picovirtio/input.h>
#include <picovirtio/net.h>
#include <picovirtio/p9.h>
#include <picovirtio/rng.h>
#include <picovirtio/scsi.h>
#include <picovirtio/sound.h>
#include <picovirtio/vsock.h>
#include "tests/host_platform.h"

enum { PAGES = 8, PAGE = 4096, FRAME = 90, ROOM = 64 };

static _Alignas(PAGE) uint8_t data[FUZZ_SLOTS][FUZZ_DATA];

/* The choices for one thing that is done. */
struct choice {
	uint8_t slot, how, a, b;
};

static struct choice choose(struct fuzz_input *in)
{
	const uint32_t bits = fuzz_number(in, 4);

	return (struct choice){ bits % FUZZ_SLOTS, (uint8_t)(bits >> 8), (uint8_t)(bits >> 16),
				(uint8_t)(bits >> 24) };
}

static const char *any_name(uint8_t how)
{
	static const char *const names[] = { "a", "", "..", "a/b", "file" };

	return names[how % (sizeof(names) / sizeof(*names))];
}

/* ---- Entropy ---- */

static struct vio_rng_request rng[FUZZ_SLOTS];

static void rng_work(struct vio_device *d, struct fuzz_input *in)
{
	const struct choice c = choose(in);
	const unsigned i = c.slot;

	if (!rng[i].busy) {
		rng[i] = (struct vio_rng_request){ .p = data[i], .len = c.how };
		(void)vio_rng_submit(vio_rng_of(d), &rng[i]);
	}
	vio_rng_kick(vio_rng_of(d));
}

/* ---- Disk ---- */

static struct vio_blk_request blk[FUZZ_SLOTS];
static struct vio_blk_seg blk_seg[FUZZ_SLOTS][2];

static void blk_work(struct vio_device *d, struct fuzz_input *in)
{
	const struct choice c = choose(in);
	const unsigned i = c.slot;
	const uint8_t how = c.how;

	if (!blk[i].busy) {
		blk_seg[i][0] = (struct vio_blk_seg){ data[i], how & 16 ? 512u : c.a };
		blk_seg[i][1] = (struct vio_blk_seg){ data[i] + 512, 1024 };
		blk[i] = (struct vio_blk_request){ .op = (enum vio_blk_op)(how & 15),
						   .sector = c.a,
						   .sectors = c.b,
						   .seg = blk_seg[i],
						   .nseg = how >> 5 & 3,
						   .unmap = how & 128 };
		if (blk[i].nseg > 2)
			blk[i].nseg = 1;
		(void)vio_blk_submit(vio_blk_of(d), &blk[i]);
	}
	if (how == 0xff)
		(void)vio_blk_set_write_back(vio_blk_of(d), c.a & 1);
	vio_blk_kick(vio_blk_of(d));
}

/* ---- Network ---- */

static void net_took(void *arg, const uint8_t *frame, size_t n)
{
	static volatile uint32_t sum;

	(void)arg;
	FUZZ_EXPECT(n >= VIO_NET_LINK_BYTES && n <= sizeof(data));
	for (size_t i = 0; i < n; i++)
		sum += frame[i]; /* all of it can be read */
}

static void net_begin(struct vio_device *d, const struct vio_platform *p)
{
	(void)p;
	vio_net_listen(vio_net_of(d), net_took, NULL);
}

static void net_work(struct vio_device *d, struct fuzz_input *in)
{
	struct vio_net *const n = vio_net_of(d);
	const uint8_t how = fuzz_byte(in);
	uint8_t mac[VIO_NET_MAC_BYTES] = { 2, 0, 0, 0, 0, how };
	static const uint8_t list[1][VIO_NET_MAC_BYTES] = { { 2, 0, 0, 0, 0, 9 } };
	const struct vio_net_filter f = { .unicast = list, .unicasts = 1 };

	switch (how % 6) {
	case 0: (void)vio_net_rx_mode(n, (enum vio_net_rx_mode)(how / 6 % 8), how & 1); break;
	case 1: (void)vio_net_set_mac(n, mac); break;
	case 2: (void)vio_net_vlan(n, how, how & 64); break;
	case 3: (void)vio_net_set_filter(n, &f); break;
	default: (void)vio_net_send(n, data[0], FRAME + how);
	}
	(void)vio_net_mac(n, mac);
	(void)vio_net_link(n);
	FUZZ_EXPECT(vio_net_mtu(n) >= 68);
	vio_net_kick(n);
}

/* ---- Folders ---- */

/* In memory of its own, so that the sanitizer notices a read beyond its end. */
static uint8_t *exactly(const uint8_t *bytes, uint32_t n)
{
	uint8_t *const copy = malloc(n ? n : 1);

	if (!copy)
		fuzz_fail("there is memory");
	memcpy(copy, bytes, n);
	return copy;
}

static struct vio_fs_request fs[FUZZ_SLOTS];

static void fs_entries(const uint8_t *bytes, uint32_t n, struct fuzz_input *in)
{
	uint8_t *const copy = exactly(bytes, n);
	struct vio_fs_entry e;
	uint32_t at = 0;

	while (vio_fs_next_entry(copy, n, &at, &e) == 1)
		fuzz_work(in);
	free(copy);
}

static void fs_work(struct vio_device *d, struct fuzz_input *in)
{
	const struct choice c = choose(in);
	const unsigned i = c.slot, of = c.b % FUZZ_SLOTS;
	const uint8_t op = c.how;

	if (!fs[i].busy && fs[i].op == VIO_FS_READDIR && fs[i].err == VIO_OK)
		fs_entries(data[i], fs[i].n, in);
	if (!fs[i].busy) {
		fs[i] = (struct vio_fs_request){
			.op = (enum vio_fs_op)(op % (VIO_FS_DESTROY + 1)),
			.file = op & 128 ? fs[of].made : vio_fs_root(vio_fs_of(d)),
			.to = fs[of].made,
			.name = any_name(c.a),
			.new_name = any_name(c.b),
			.data = data[i],
			.len = op & 64 ? sizeof(data[i]) : c.a,
			.made = fs[i].made,
		};
		(void)vio_fs_submit(vio_fs_of(d), &fs[i]);
		FUZZ_EXPECT(fs[i].n <= fs[i].len);
	}
	vio_fs_kick(vio_fs_of(d));
}

static struct vio_p9_request p9[FUZZ_SLOTS];

static void p9_entries(const uint8_t *bytes, uint32_t n, struct fuzz_input *in)
{
	uint8_t *const copy = exactly(bytes, n);
	struct vio_p9_entry e;
	uint32_t at = 0;

	while (vio_p9_next_entry(copy, n, &at, &e) == 1)
		fuzz_work(in);
	free(copy);
}

static void p9_work(struct vio_device *d, struct fuzz_input *in)
{
	const struct choice c = choose(in);
	const unsigned i = c.slot, of = c.b % FUZZ_SLOTS;
	const uint8_t op = c.how;

	if (!p9[i].busy && p9[i].op == VIO_P9_READDIR && p9[i].err == VIO_OK)
		p9_entries(data[i], p9[i].n, in);
	if (!p9[i].busy) {
		p9[i] = (struct vio_p9_request){
			.op = (enum vio_p9_op)(op % (VIO_P9_CLUNK + 1)),
			.fid = p9[of].made,
			.to = p9[(of + 1) % FUZZ_SLOTS].made,
			.name = any_name(c.a),
			.new_name = any_name(c.b),
			.data = data[i],
			.len = op & 64 ? sizeof(data[i]) : c.a,
			.made = p9[i].made,
		};
		(void)vio_p9_submit(vio_p9_of(d), &p9[i]);
		FUZZ_EXPECT(p9[i].n <= p9[i].len);
	}
	vio_p9_kick(vio_p9_of(d));
}

/* ---- SCSI host ---- */

static struct vio_scsi_request scsi[FUZZ_SLOTS];
static struct vio_buf scsi_buf[FUZZ_SLOTS];
static struct vio_scsi_task scsi_task;

static void scsi_begin(struct vio_device *d, const struct vio_platform *p)
{
	(void)d;
	(void)p;
	memset(&scsi_task, 0, sizeof(scsi_task));
}

static void scsi_work(struct vio_device *d, struct fuzz_input *in)
{
	struct vio_scsi *const s = vio_scsi_of(d);
	const struct choice c = choose(in);
	const unsigned i = c.slot;
	const uint8_t how = c.how, unit = c.a;

	if (!scsi[i].busy) {
		scsi_buf[i] = (struct vio_buf){ .p = data[i], .seg.len = how & 16 ? 2048u : 512u };
		scsi[i] = (struct vio_scsi_request){ .op = (enum vio_scsi_op)(how % 5),
						     .unit = &s->unit[unit % s->units],
						     .block = c.b,
						     .blocks = c.b,
						     .buf = &scsi_buf[i],
						     .nbuf = how & 32 ? 0 : 1,
						     .to_device = how & 64,
						     .target = unit,
						     .cdb = { how } };
		(void)vio_scsi_submit(s, &scsi[i]);
		(void)vio_scsi_why(&scsi[i]);
	}
	if (how & 128 && !scsi_task.busy) {
		scsi_task = (struct vio_scsi_task){ .op = (enum vio_scsi_task_op)(how & 7),
						    .request = &scsi[i] };
		(void)vio_scsi_manage(s, &scsi_task);
	}
	if (how == 7)
		(void)vio_scsi_look(s, unit);
	vio_scsi_kick(s);
}

/* ---- Crypto ---- */

static struct vio_crypto_request crypto[FUZZ_SLOTS];
static struct vio_crypto_session session;

static void crypto_begin(struct vio_device *d, const struct vio_platform *p)
{
	(void)d;
	(void)p;
	memset(&session, 0, sizeof(session));
}

static void crypto_work(struct vio_device *d, struct fuzz_input *in)
{
	struct vio_crypto *const dev = vio_crypto_of(d);
	const struct choice c = choose(in);
	const unsigned i = c.slot;
	const uint8_t how = c.how;

	if (!session.busy && !session.open) {
		session = (struct vio_crypto_session){
			.service = (enum vio_crypto_service)(how & 3),
			.algorithm = how >> 2 & 15,
			.decrypt = how & 64,
			.key = "a key of 16 byte",
			.key_len = c.a % 17,
			.result_len = c.b,
			.aad_len = how & 16,
		};
		(void)vio_crypto_open(dev, &session);
	} else if (how == 0xff) {
		(void)vio_crypto_close(dev, &session);
	}
	if (!crypto[i].busy) {
		crypto[i] = (struct vio_crypto_request){ .session = &session,
							 .iv = "a vector of 16 b",
							 .iv_len = 16,
							 .aad = "some more of it!",
							 .src = data[i],
							 .src_len = c.a,
							 .dst = data[i] + FUZZ_DATA / 2,
							 .dst_len = c.b };
		(void)vio_crypto_submit(dev, &crypto[i]);
	}
	vio_crypto_kick(dev);
}

/* ---- Screen ---- */

static struct vio_gpu_command gpu[FUZZ_SLOTS];
static const struct vio_gpu_run gpu_run = { .addr = 0x80000000, .len = 4096 };

static void gpu_work(struct vio_device *d, struct fuzz_input *in)
{
	const struct choice c = choose(in);
	const unsigned i = c.slot;
	const uint8_t how = c.how;

	if (!gpu[i].busy) {
		gpu[i] = (struct vio_gpu_command){ .op = (enum vio_gpu_op)(how % 9),
						   .resource = how / 9 & 3,
						   .head = c.a,
						   .rect = { 0, 0, c.b, 8 },
						   .format = VIO_GPU_B8G8R8X8,
						   .runs = &gpu_run,
						   .nruns = 1 };
		(void)vio_gpu_submit(vio_gpu_of(d), &gpu[i]);
	}
	vio_gpu_kick(vio_gpu_of(d));
}

/* ---- Sound ---- */

static struct vio_sound_transfer sound[FUZZ_SLOTS];
static struct vio_sound_command sound_command;

static void sound_begin(struct vio_device *d, const struct vio_platform *p)
{
	(void)d;
	(void)p;
	memset(&sound_command, 0, sizeof(sound_command));
}

static void sound_work(struct vio_device *d, struct fuzz_input *in)
{
	struct vio_sound *const s = vio_sound_of(d);
	const struct choice c = choose(in);
	const unsigned i = c.slot;
	const uint8_t how = c.how;

	if (how & 1 && !sound_command.busy) {
		sound_command = (struct vio_sound_command){
			.op = (enum vio_sound_op)(how / 2 % 5),
			.stream = how >> 6,
			.params = { 2048, 1024, 2, VIO_SOUND_S16, VIO_SOUND_48000 },
		};
		(void)vio_sound_send(s, &sound_command);
	} else if (!sound[i].busy) {
		sound[i] = (struct vio_sound_transfer){ .stream = how >> 6,
							.p = data[i],
							.len = c.a * 16u };
		(void)vio_sound_submit(s, &sound[i]);
		FUZZ_EXPECT(sound[i].bytes <= sound[i].len);
	}
	vio_sound_kick(s);
}

/* ---- Sockets ---- */

static struct vio_vsock_socket sockets[FUZZ_SLOTS];
static uint8_t room[FUZZ_SLOTS][ROOM];
static uint32_t ends[FUZZ_SLOTS][2];

static struct vio_vsock_socket *fresh_socket(unsigned i, bool messages)
{
	if (sockets[i].state != VIO_VSOCK_CLOSED)
		return NULL;
	sockets[i] = (struct vio_vsock_socket){ .rx = room[i], .rx_bytes = ROOM };
	if (messages) {
		sockets[i].ends = ends[i];
		sockets[i].nends = 2;
	}
	return &sockets[i];
}

static struct vio_vsock_socket *vsock_accept(struct vio_vsock_listener *l)
{
	return fresh_socket(3, l->messages);
}

static void vsock_begin(struct vio_device *d, const struct vio_platform *p)
{
	static struct vio_vsock_listener stream, messages;

	(void)p;
	memset(sockets, 0, sizeof(sockets));
	stream = (struct vio_vsock_listener){ .port = 1, .accept = vsock_accept };
	messages =
		(struct vio_vsock_listener){ .port = 1, .accept = vsock_accept, .messages = true };
	(void)vio_vsock_listen(vio_vsock_of(d), &stream);
	(void)vio_vsock_listen(vio_vsock_of(d), &messages);
}

static void vsock_work(struct vio_device *d, struct fuzz_input *in)
{
	static uint8_t back[512];
	struct vio_vsock *const v = vio_vsock_of(d);
	const struct choice c = choose(in);
	const unsigned i = c.slot;
	const uint8_t how = c.how;
	struct vio_vsock_socket *s = &sockets[i];

	switch (how % 6) {
	case 0:
		if (fresh_socket(i, how & 128))
			(void)vio_vsock_connect(v, s, VIO_VSOCK_HOST, 1);
		break;
	case 1:
		if (s->v)
			FUZZ_EXPECT(vio_vsock_send(s, back, how) <= how);
		break;
	case 2: FUZZ_EXPECT(vio_vsock_receive(s, back, how) <= how); break;
	case 3:
		if (s->v)
			(void)vio_vsock_shutdown(s, how >> 6);
		break;
	case 4:
		if (s->v)
			vio_vsock_close(s);
		break;
	default:
		if (s->v)
			vio_vsock_reset(s);
	}
}

/* ---- Keys ---- */

static void input_work(struct vio_device *d, struct fuzz_input *in)
{
	struct vio_input *const i = vio_input_of(d);
	struct vio_input_axis axis;
	const struct choice c = choose(in);
	const struct vio_input_event e = { c.how, c.a, c.b };

	FUZZ_EXPECT(memchr(i->name, 0, sizeof(i->name)) && memchr(i->serial, 0, sizeof(i->serial)));
	(void)vio_input_has(i, e.type, e.code);
	(void)vio_input_get_axis(i, e.code, &axis);
	(void)vio_input_send(i, e);
}

/* ---- Balloon ---- */

static uint32_t pages_left;
static _Alignas(PAGE) uint8_t pages[PAGES][PAGE];

static uint32_t balloon_take(struct vio_balloon *b, uint32_t n)
{
	(void)b;
	n = n < pages_left ? n : pages_left;
	pages_left -= n;
	return n;
}

static void balloon_give(struct vio_balloon *b, uint32_t n)
{
	(void)b;
	pages_left += n;
	FUZZ_EXPECT(pages_left <= PAGES);
}

static const struct vio_balloon_options balloon_options = { .take = balloon_take,
							    .give = balloon_give,
							    .poison = true };

static void balloon_begin(struct vio_device *d, const struct vio_platform *p)
{
	struct vio_balloon_run run = { .p = pages, .pages = PAGES };

	run.at = host_give(p->ctx, pages, sizeof(pages));
	pages_left = PAGES;
	(void)vio_balloon_use(vio_balloon_of(d), &run);
}

static void balloon_work(struct vio_device *d, struct fuzz_input *in)
{
	if (fuzz_byte(in) & 1)
		(void)vio_balloon_report(vio_balloon_of(d));
	else
		(void)vio_balloon_spare(vio_balloon_of(d), fuzz_byte(in));
}

/* ---- Console ---- */

static void console_work(struct vio_device *d, struct fuzz_input *in)
{
	static uint8_t back[512];
	struct vio_console *const c = vio_console_of(d);
	const unsigned port = fuzz_byte(in) % 4;
	const uint8_t n = fuzz_byte(in);
	unsigned cols, rows;

	FUZZ_EXPECT(vio_console_write(c, port, back, n) <= n);
	vio_console_flush(c, port);
	FUZZ_EXPECT(vio_console_read(c, port, back, n) <= n);
	(void)strlen(vio_console_name(c, port % vio_console_ports(c)));
	(void)vio_console_size(c, &cols, &rows);
	(void)vio_console_awaited(c, port);
}

#define REQUESTS(of, type) of, sizeof(of[0]), offsetof(type, busy)

const struct fuzz_class fuzz_classes[] = {
	{ &vio_rng_driver, NULL, NULL, rng_work, REQUESTS(rng, struct vio_rng_request) },
	{ &vio_blk_driver, NULL, NULL, blk_work, REQUESTS(blk, struct vio_blk_request) },
	{ &vio_net_driver, NULL, net_begin, net_work, NULL, 0, 0 },
	{ &vio_console_driver, NULL, NULL, console_work, NULL, 0, 0 },
	{ &vio_fs_driver, NULL, NULL, fs_work, REQUESTS(fs, struct vio_fs_request) },
	{ &vio_p9_driver, NULL, NULL, p9_work, REQUESTS(p9, struct vio_p9_request) },
	{ &vio_scsi_driver, NULL, scsi_begin, scsi_work, REQUESTS(scsi, struct vio_scsi_request) },
	{ &vio_crypto_driver, NULL, crypto_begin, crypto_work,
	  REQUESTS(crypto, struct vio_crypto_request) },
	{ &vio_gpu_driver, NULL, NULL, gpu_work, REQUESTS(gpu, struct vio_gpu_command) },
	{ &vio_sound_driver, NULL, sound_begin, sound_work,
	  REQUESTS(sound, struct vio_sound_transfer) },
	{ &vio_vsock_driver, NULL, vsock_begin, vsock_work, NULL, 0, 0 },
	{ &vio_input_driver, NULL, NULL, input_work, NULL, 0, 0 },
	{ &vio_balloon_driver, &balloon_options, balloon_begin, balloon_work, NULL, 0, 0 },
};
const unsigned fuzz_classes_count = sizeof(fuzz_classes) / sizeof(*fuzz_classes);
