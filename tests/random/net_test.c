/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random traffic over a whole network device: frames in parts, with and without offloads, copied
 * and not, commands, announcements, a link that goes up and down. With an honest device all frames
 * arrive complete and in order. A hostile device does no harm, and serves again after each failure.
 */
#include "tests/unit/net_rig.h"

#include <stdio.h>

enum { STEPS = 20000, PACKETS = 3, LARGE = 5000, QUEUE = 64 };

#define ALL                                                                                        \
	(F_CSUM | F_GUEST_CSUM | F_MAC | F_STATUS | F_CTRL | F_CTRL_RX | F_VLAN | F_RX_EXTRA |     \
	 F_CTRL_MAC | F_ANNOUNCE)

static const struct {
	uint32_t version;
	uint64_t features;
} mixes[] = {
	{ 1, ALL },
	{ 1, ALL | F_MERGE },
	{ 1, ALL | F_MERGE | F_ANY_LAYOUT },
	{ 2, ALL },
	{ 2, ALL | F_MERGE | BIT64(29) },
	{ 2, ALL | F_MERGE | F_PACKED },
};

enum { MIXES = sizeof(mixes) / sizeof(*mixes) };

static uint64_t state;
static bool merge;

static uint32_t some(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 33) % below;
}

/* Sizes of the frames on their way to the driver. */
static struct {
	size_t n[QUEUE];
	unsigned in, out;
} coming;

static uint8_t room[LARGE];
static uint8_t frame[PACKETS][LARGE];
static struct vio_net_packet packet[PACKETS];
static unsigned frames, packets, refused;
static bool honest;

static void came(void *arg, const uint8_t *f, size_t n)
{
	(void)arg;
	frames++;
	assert_true(n >= VIO_NET_LINK_BYTES && n <= (merge ? LARGE : VIO_NET_FRAME_MAX));
	if (honest) {
		assert_int_equal(n, coming.n[coming.out++ % QUEUE]);
		assert_memory_equal(f, frame_of(n), n);
	}
	if (some(8) == 0)
		vio_net_send(&net, f, n < 1514 ? n : 1514);
}

static void gone(struct vio_net_packet *p, int err)
{
	assert_false(p->busy);
	assert_true(err == VIO_OK || !honest);
	packets++;
}

/* ---- The driver's side ---- */

static void send_one(void)
{
	const unsigned i = some(PACKETS);
	const size_t n = 14 + some(1501);
	const struct vio_net_offload o = { .csum_start = 14, .csum_offset = 0 };

	if (some(3) > 0) {
		refused += (n > 16 && some(2) ? vio_net_send_offload(&net, frame_of(n), n, &o)
					      : vio_net_send(&net, frame_of(n), n)) != VIO_OK;
		return;
	}
	if (packet[i].busy) {
		assert_int_equal(vio_net_send_packet(&net, &packet[i]), VIO_EBUSY);
		return;
	}
	memcpy(frame[i], frame_of(n), n);
	packet[i] =
		(struct vio_net_packet){ .frame = frame[i], .bytes = (uint32_t)n, .done = gone };
	refused += vio_net_send_packet(&net, &packet[i]) != VIO_OK;
}

static void command(void)
{
	static const uint8_t macs[2][6] = { { 2, 0, 0, 0, 0, 1 }, { 2, 0, 0, 0, 0, 2 } };
	const struct vio_net_filter f = { .unicast = macs, .unicasts = some(3) };

	switch (some(4)) {
	case 0: vio_net_rx_mode(&net, (enum vio_net_rx_mode)some(6), some(2)); break;
	case 1: vio_net_set_mac(&net, macs[some(2)]); break;
	case 2: vio_net_set_filter(&net, &f); break;
	default: vio_net_vlan(&net, (uint16_t)some(VIO_NET_VLANS), some(2)); break;
	}
}

/* ---- The device's ---- */

/* Each correct frame is complete, in parts of random sizes. */
static void deliver(void)
{
	struct model_net_header h = { .num_buffers = 1 };
	size_t n = 14 + some(merge && some(4) == 0 ? LARGE - 13 : 1501), left = n;
	uint32_t part[8];
	unsigned count = 0;

	do {
		const uint32_t most = count == 0 ? 1514 : 1526;

		part[count] = merge && some(3) == 0 ? some(most) : most;
		part[count] = part[count] < left ? part[count] : (uint32_t)left;
		left -= part[count++];
	} while (left > 0 && count < 8);
	if (left > 0 || (!merge && count > 1))
		return;
	h.num_buffers = (uint16_t)count;
	if (model_net_receive_parts(&r.m, &h, frame_of(n), part, count))
		coming.n[coming.in++ % QUEUE] = n;
}

static void lie(void)
{
	struct model_net_header h = {
		.flags = (uint8_t)some(8),
		.gso_type = (uint8_t)(some(4) ? 0 : some(256)),
		.csum_start = (uint16_t)(some(2) ? some(2000) : some(65536)),
		.csum_offset = (uint16_t)(some(2) ? some(2000) : some(65536)),
		.num_buffers = (uint16_t)(some(3) ? some(6) : some(65536)),
	};
	uint32_t part[4] = { some(1514), some(1526), some(1526), some(1526) };

	switch (some(6)) {
	case 0:
		model_net_receive_as(&r.m, &h, frame_of(1000), 1000,
				     some(2) ? some(3000) : some(UINT32_MAX));
		break;
	case 1: host.lie = (uint8_t)some(256); break;
	case 2: host.mute = some(2); break;
	case 3:
		if (some(20) == 0)
			mq_lie(&r.m.queue[some(3)], (enum mq_lie)some(MQ_LIES));
		break;
	case 4: host.tx_len = some(UINT32_MAX); break;
	default: model_net_receive_parts(&r.m, &h, frame_of(6100), part, 1 + some(4)); break;
	}
}

static void device(void)
{
	switch (some(8)) {
	case 0: host.hold_tx = some(2); break;
	case 1: host.reversed = some(2); break;
	case 2: host.hold_control = some(2); break;
	case 3: model_net_drain(&r.m); break;
	case 4: model_net_control_drain(&r.m); break;
	case 5: model_net_announce(&r.m); break;
	case 6: model_net_set_link(&r.m, some(2)); break;
	default: host.refuse = some(4) == 0; break;
	}
}

static void step(void)
{
	switch (some(10)) {
	case 0:
	case 1: send_one(); break;
	case 2: command(); break;
	case 3: device(); break;
	case 4:
	case 5:
		if (honest)
			deliver();
		else
			lie();
		break;
	case 6:
		if (r.d->state == VIO_LIVE)
			vio_device_service(r.d, 0);
		break;
	case 7: model_run(&r.m); break;
	default: vio_device_poll(r.d); break;
	}
}

static void open_kind(unsigned i, uint64_t seed)
{
	state = seed;
	memset(&coming, 0, sizeof(coming));
	memset(packet, 0, sizeof(packet));
	frames = packets = refused = 0;
	prepare(mixes[i].version, mixes[i].features, 256);
	merge = (mixes[i].features & F_MERGE) != 0;
	if (merge)
		assert_int_equal(vio_net_large(&net, room, sizeof(room)), VIO_OK);
	vio_net_listen(&net, came, NULL);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	model_run(&r.m);
}

static void test_honest_frames_all_arrive(void **unused)
{
	unsigned n;

	(void)unused;
	honest = true;
	for (unsigned i = 0; i < MIXES; i++) {
		open_kind(i, 88172645463325252u + i);
		for (n = 0; n < STEPS; n++)
			step();
		for (n = 0; n < 4; n++) {
			host.hold_tx = host.hold_control = false;
			model_net_drain(&r.m);
			model_net_control_drain(&r.m);
			turn();
		}
		printf("%u frames in, %u out, %u packets, %u refused, %u announced\n", frames,
		       host.nsent, packets, refused, net.counters.announces);
		assert_int_equal(coming.in, coming.out);
		assert_int_equal(frames, coming.in);
		assert_true(frames > STEPS / 20 && host.nsent > STEPS / 40 && packets > 100);
		assert_int_equal(net.counters.tx_frames, host.nsent);
		assert_true(!merge || net.counters.rx_joined > 100);
		assert_int_equal(net.counters.rx_short + net.counters.rx_long +
					 net.counters.rx_parts + net.counters.rx_offsets,
				 0);
		assert_int_equal(r.d->state, VIO_LIVE);
		assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS);
		/* A header with a descriptor of its own has its own mapping. */
		assert_int_equal(host_mapped(&r.p),
				 VIO_NET_RX_BUFFERS * (net.header_apart ? 2u : 1u));
	}
}

static void ignore_rule(void *ctx, const char *rule, const char *section, const char *text)
{
	(void)ctx;
	(void)rule;
	(void)section;
	(void)text;
}

static void start_again(void)
{
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(host_mapped(&r.p), 0);
	for (unsigned i = 0; i < PACKETS; i++)
		assert_false(packet[i].busy);
	assert_int_not_equal(vio_net_control_result(&net), VIO_EBUSY);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
}

/* Wrong frames must only be bounded. The tests in net_lies check that they are dropped. */
static void test_hostile_device_does_no_harm(void **unused)
{
	unsigned i, n, failures = 0;

	(void)unused;
	honest = false;
	model_on_broken_rule(ignore_rule, NULL);
	for (i = 0; i < MIXES; i++) {
		open_kind(i, 1234567 + i);
		for (n = 0; n < STEPS; n++) {
			step();
			if (r.d->state == VIO_LIVE)
				continue;
			failures++;
			start_again();
		}
		printf("%u frames, %u in wrong parts, %u wrong offsets, %u too long\n", frames,
		       net.counters.rx_parts, net.counters.rx_offsets, net.counters.rx_long);
		assert_true(frames > 50 && net.counters.rx_long > 10);
		assert_int_equal(vio_device_stop(r.d), VIO_OK);
		assert_int_equal(host_mapped(&r.p), 0);
	}
	model_on_broken_rule(NULL, NULL);
	printf("failed and started again %u times\n", failures);
	assert_true(failures > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_honest_frames_all_arrive, teardown),
		cmocka_unit_test_teardown(test_hostile_device_does_no_harm, teardown),
	};

	return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
