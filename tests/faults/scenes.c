/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program does with each class of devices. */
#include "tests/faults/faults.h"

#include <picovirtio/blk.h>
#include <picovirtio/console.h>
#include <picovirtio/net.h>
#include <picovirtio/rng.h>
#include "tests/model/blk.h"
#include "tests/model/console.h"
#include "tests/model/net.h"
#include "tests/model/rng.h"

#include <stdlib.h>
#include <string.h>

enum { RING = 8, SECTOR = 512, SECTORS = 64, REQUESTS = 4, FRAME = 90, TEXT = 40 };

static void claim(bool holds, const char *what)
{
	if (!holds)
		world_fail(what);
}

static uint64_t features_of(const struct setting *s)
{
	return s->features | (s->version == 2 ? VIO_F_VERSION_1 : 0);
}

/* ---- Entropy ---- */

static struct vio_rng rng;
static struct model_rng rng_host;
static struct vio_rng_request rng_request[REQUESTS];
static uint8_t rng_bytes[REQUESTS][TEXT];

static void rng_config(struct model_config *cfg, const struct setting *s)
{
	rng_host = (struct model_rng){ .next = 1 };
	model_rng_config(cfg, &rng_host, s->version, features_of(s), RING);
}

static struct vio_device *rng_init(struct vio_transport *t, const struct vio_platform *p)
{
	memset(&rng, 0, sizeof(rng));
	memset(rng_request, 0, sizeof(rng_request));
	return vio_rng_init(&rng, t, p, NULL) == VIO_OK ? &rng.device : NULL;
}

static void rng_done(struct vio_rng *r, struct vio_rng_request *q)
{
	claim(r == &rng && !q->busy && q->n <= q->len, "a wrong answer");
	claim((q->err == VIO_OK) == (q->n != 0), "an error with bytes");
}

static void rng_work(struct model *m, unsigned turn)
{
	struct vio_rng_request *q = &rng_request[turn % REQUESTS];

	(void)m;
	if (!q->busy) {
		*q = (struct vio_rng_request){ .p = rng_bytes[turn % REQUESTS],
					       .len = TEXT,
					       .done = rng_done };
		(void)vio_rng_submit(&rng, q);
	}
	vio_rng_kick(&rng);
}

static unsigned rng_out(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < REQUESTS; i++)
		n += rng_request[i].busy;
	return n;
}

/* ---- Disk ---- */

static struct vio_blk blk;
static struct model_blk blk_host;
static struct vio_blk_request blk_request[REQUESTS];
static struct vio_blk_seg blk_seg[REQUESTS];
static uint8_t blk_data[REQUESTS][SECTOR];

static void blk_config(struct model_config *cfg, const struct setting *s)
{
	/* Static, since its arrays are large. Their contents do not matter. */
	memset(&blk_host, 0, offsetof(struct model_blk, disk));
	memset(&blk_host.count, 0, sizeof(blk_host) - offsetof(struct model_blk, count));
	model_blk_config(cfg, &blk_host, s->version,
			 features_of(s) | 1u << MODEL_BLK_F_FLUSH | 1u << MODEL_BLK_F_SEG_MAX, RING,
			 SECTORS);
	model_blk_set(cfg, MODEL_BLK_SEG_MAX, 4, 2);
}

static struct vio_device *blk_init(struct vio_transport *t, const struct vio_platform *p)
{
	memset(&blk, 0, sizeof(blk));
	memset(blk_request, 0, sizeof(blk_request));
	return vio_blk_init(&blk, t, p, NULL) == VIO_OK ? &blk.device : NULL;
}

static void blk_done(struct vio_blk *b, struct vio_blk_request *r)
{
	claim(b == &blk && !r->busy, "a wrong answer");
}

static void blk_work(struct model *m, unsigned turn)
{
	static const enum vio_blk_op ops[] = { VIO_BLK_READ, VIO_BLK_WRITE, VIO_BLK_FLUSH };
	struct vio_blk_request *r = &blk_request[turn % REQUESTS];
	const enum vio_blk_op op = ops[turn % 3];

	(void)m;
	if (!r->busy) {
		blk_seg[turn % REQUESTS] =
			(struct vio_blk_seg){ blk_data[turn % REQUESTS], SECTOR };
		*r = (struct vio_blk_request){ .op = op,
					       .sector = turn,
					       .seg = &blk_seg[turn % REQUESTS],
					       .nseg = op != VIO_BLK_FLUSH,
					       .done = blk_done };
		(void)vio_blk_submit(&blk, r);
	}
	vio_blk_kick(&blk);
}

static unsigned blk_out(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < REQUESTS; i++)
		n += blk_request[i].busy;
	return n;
}

/* ---- Network ---- */

static struct vio_net net;
static struct model_net net_host;
static uint8_t net_frame[FRAME];

static void net_config(struct model_config *cfg, const struct setting *s)
{
	memset(&net_host.control, 0, offsetof(struct model_net_control, vlan));
	net_host.nsent = 0;
	model_net_config(cfg, &net_host, s->version,
			 features_of(s) | 1u << MODEL_NET_F_MAC | 1u << MODEL_NET_F_STATUS |
				 1u << MODEL_NET_F_MTU | 1u << MODEL_NET_F_MRG_RXBUF |
				 1u << MODEL_NET_F_CTRL_VQ | 1u << MODEL_NET_F_CTRL_RX,
			 RING);
}

static void net_took(void *arg, const uint8_t *frame, size_t n)
{
	uint32_t sum = 0;

	claim(arg == &net && n >= VIO_NET_LINK_BYTES && n <= VIO_NET_FRAME_MAX, "a wrong frame");
	for (size_t i = 0; i < n; i++)
		sum += frame[i]; /* all of it can be read */
	net_frame[FRAME - 1] = (uint8_t)sum;
}

static struct vio_device *net_init(struct vio_transport *t, const struct vio_platform *p)
{
	memset(&net, 0, sizeof(net));
	if (vio_net_init(&net, t, p, NULL) != VIO_OK)
		return NULL;
	vio_net_listen(&net, net_took, &net);
	return &net.device;
}

static void net_work(struct model *m, unsigned turn)
{
	(void)vio_net_send(&net, net_frame, FRAME);
	if (turn == 1)
		(void)vio_net_rx_mode(&net, VIO_NET_RX_PROMISC, true);
	vio_net_kick(&net);
	if (m->status & 4)
		(void)model_net_receive(m, net_frame, FRAME);
	if (turn == 2)
		model_net_set_link(m, false);
	net_host.nsent = 0;
}

static unsigned none_out(void)
{
	return 0;
}

/* ---- Console ---- */

static struct vio_console console;
static struct model_console console_host;

static void console_config(struct model_config *cfg, const struct setting *s)
{
	model_console_free(&console_host);
	model_console_init(&console_host);
	for (unsigned i = 0; i < 2; i++)
		console_host.port[i] = (struct model_port){
			.exists = true, .console = true, .host_open = true, .name = "name"
		};
	model_console_config(cfg, &console_host, s->version,
			     features_of(s) | 1u << MODEL_CONSOLE_F_MULTIPORT |
				     1u << MODEL_CONSOLE_F_SIZE,
			     RING);
}

static struct vio_device *console_init(struct vio_transport *t, const struct vio_platform *p)
{
	memset(&console, 0, sizeof(console));
	return vio_console_init(&console, t, p, NULL) == VIO_OK ? &console.device : NULL;
}

static void console_work(struct model *m, unsigned turn)
{
	static const char line[TEXT] = "a line of text that goes both ways";
	char back[TEXT];

	(void)vio_console_write(&console, 0, line, sizeof(line));
	vio_console_flush(&console, 0);
	claim(vio_console_read(&console, 0, back, sizeof(back)) <= sizeof(back), "too many bytes");
	if (m->status & 4)
		(void)model_console_send(m, 0, line, sizeof(line));
	if (turn == 4 && (m->status & 4))
		model_console_control(m, 1, MODEL_CTL_DEVICE_REMOVE, 0, NULL, 0);
}

const struct scene scenes[] = {
	{ .name = "probe", .only_probe = true, .config = rng_config, .out = none_out },
	{ "entropy", false, false, rng_config, rng_init, rng_work, rng_out },
	{ "entropy that fails", false, true, rng_config, rng_init, rng_work, rng_out },
	{ "disk", false, false, blk_config, blk_init, blk_work, blk_out },
	{ "disk that fails", false, true, blk_config, blk_init, blk_work, blk_out },
	{ "network", false, false, net_config, net_init, net_work, none_out },
	{ "network that fails", false, true, net_config, net_init, net_work, none_out },
	{ "console", false, false, console_config, console_init, console_work, none_out },
	{ "console that fails", false, true, console_config, console_init, console_work, none_out },
};
const unsigned scenes_count = sizeof(scenes) / sizeof(*scenes);
