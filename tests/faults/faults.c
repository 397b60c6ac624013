/* SPDX-License-Identifier: BSD-2-Clause */
/* Usage:
 *
 *     faults EVERY [PAIRS]
 *         one in EVERY of all single faults, and so many pairs
 *     faults SCENE VERSION FEATURES POINT WAY [POINT WAY]
 *         one run, as a failure prints it
 */
#include "tests/faults/faults.h"

#include <picovirtio/driver.h>
#include <picovirtio/mmio.h>
#include <picovirtio/recover.h>
#include <picovirtio/rng.h>
#include "tests/model/rng.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	TURNS = 6,
	RESET_TURN = 2,
	LAST_SERVICES = 3,
	BYSTANDER_AT = 0x20001000,
	HANG_SECONDS = 900
};
#define SECOND UINT64_C(1000000000)

/* ---- A device beside the one with faults ---- */

static struct {
	struct host_platform p;
	struct model m;
	struct model_rng host;
	struct vio_host_window w;
	struct vio_mmio t;
	struct vio_rng rng;
} bystander;

static void bystander_open(void)
{
	struct model_config cfg;

	host_platform_init(&bystander.p, HOST_HIGH);
	bystander.host.next = 1;
	model_rng_config(&cfg, &bystander.host, 2, VIO_F_VERSION_1, 8);
	cfg.memory = &bystander.p.memory;
	model_init(&bystander.m, &cfg);
	host_plug(&bystander.w, &bystander.m, BYSTANDER_AT, WORLD_LEN);
	if (vio_mmio_probe(&bystander.t, BYSTANDER_AT, WORLD_LEN) != VIO_OK ||
	    vio_rng_init(&bystander.rng, &bystander.t.base, &bystander.p.platform, NULL) !=
		    VIO_OK ||
	    vio_device_start(&bystander.rng.device) != VIO_OK)
		abort();
}

static void bystander_works(void)
{
	uint8_t bytes[16];
	struct vio_rng_request r = { .p = bytes, .len = sizeof(bytes) };

	if (vio_rng_submit(&bystander.rng, &r) != VIO_OK)
		world_fail("the other device takes no request");
	vio_rng_kick(&bystander.rng);
	model_run(&bystander.m);
	vio_device_poll(&bystander.rng.device);
	if (r.busy || r.err != VIO_OK)
		world_fail("the other device does not answer");
}

static void bystander_close(void)
{
	(void)vio_device_stop(&bystander.rng.device);
	host_unplug(&bystander.w);
	model_done(&bystander.m);
	host_platform_done(&bystander.p);
}

/* ---- One run ---- */

/* As a loop that sleeps until the next deadline. */
static void service(struct vio_device *d)
{
	const uint64_t next = vio_recover_service(d, world.p.clock);

	if (next != UINT64_MAX && next > world.p.clock && !world.no_clock && d->state != VIO_LIVE)
		world.p.clock = next;
}

static void turn(struct vio_device *d, unsigned n)
{
	if (d->state == VIO_LIVE)
		world.setting->scene->work(&world.m, n);
	if (world.setting->scene->fails && n == RESET_TURN)
		model_needs_reset(&world.m);
	vio_device_kick(d);
	model_run(&world.m);
	vio_device_poll(d);
	service(d);
	(void)vio_device_arm(d);
}

static void check_end(const struct vio_device *d)
{
	if (d->state == VIO_QUARANTINED) {
		if (!world.lied_in_registers)
			world_fail("the device is left in quarantine");
		return;
	}
	if (world.setting->scene->out() != 0)
		world_fail("a request did not come back");
	if (host_mapped(&world.p) != 0)
		world_fail("a buffer is still mapped");
}

static void live(struct vio_device *d)
{
	(void)vio_device_start(d);
	for (unsigned n = 0; n < TURNS; n++)
		turn(d, n);
	(void)vio_device_stop(d);
	for (unsigned n = 0; n < LAST_SERVICES && d->state == VIO_QUARANTINED; n++) {
		world.p.clock += SECOND;
		(void)vio_device_service(d, world.p.clock);
	}
	check_end(d);
}

static void run(const struct setting *s)
{
	struct vio_mmio t;
	struct vio_device *d;

	world_open(s);
	if (vio_mmio_probe(&t, WORLD_AT, WORLD_LEN) == VIO_OK && !s->scene->only_probe &&
	    t.base.device_type == world.m.cfg.cls->device_id) {
		d = s->scene->init(&t.base, &world.p.platform);
		if (d)
			live(d);
	}
	if (host_mapped(&world.p) != 0 && !world.lied_in_registers)
		world_fail("a buffer is still mapped");
	bystander_works();
	world_close();
}

/* ---- All runs ---- */

static unsigned long runs;

static void run_faults(const struct setting *s, struct fault a, struct fault b)
{
	world.fault[0] = a;
	world.fault[1] = b;
	run(s);
	runs++;
}

/* Run without a fault. Returns the number of points, and copies their kinds. */
static uint32_t count_points(const struct setting *s, uint8_t kind[POINTS_MAX])
{
	run_faults(s, (struct fault){ 0 }, (struct fault){ 0 });
	if (world.points >= POINTS_MAX)
		world_fail("more points than are kept");
	memcpy(kind, world.kind, POINTS_MAX);
	return world.points;
}

static void single_faults(const struct setting *s, uint32_t points, const uint8_t kind[POINTS_MAX],
			  unsigned every)
{
	for (uint32_t at = 1; at <= points; at++) {
		for (unsigned way = at % every; way < fault_ways((enum point_kind)kind[at]);
		     way += every)
			run_faults(s, (struct fault){ at, way }, (struct fault){ 0 });
	}
}

/* Always the same pairs. The second fault may be at a point that the first one adds. */
static void pairs(const struct setting *s, uint32_t points, unsigned long n)
{
	uint64_t state = points;

	while (n-- != 0) {
		struct fault f[FAULTS_MAX];

		for (unsigned i = 0; i < FAULTS_MAX; i++) {
			f[i].point = 1 + fault_draw(&state) % (points + points / 8 + 1);
			f[i].way = fault_draw(&state) & 0xff;
		}
		run_faults(s, f[0], f[1]);
	}
}

static const struct {
	uint32_t version;
	uint64_t features;
} rings[] = {
	{ 1, 0 },
	{ 1, VIO_F_INDIRECT_DESC | VIO_F_EVENT_IDX },
	{ 2, 0 },
	{ 2, VIO_F_INDIRECT_DESC | VIO_F_EVENT_IDX },
	{ 2, VIO_F_INDIRECT_DESC | VIO_F_EVENT_IDX | VIO_F_IN_ORDER | VIO_F_RING_RESET },
	{ 2, VIO_F_RING_PACKED },
	{ 2, VIO_F_RING_PACKED | VIO_F_INDIRECT_DESC | VIO_F_EVENT_IDX },
	{ 2, VIO_F_RING_PACKED | VIO_F_IN_ORDER | VIO_F_NOTIF_DATA },
};

enum { RINGS = sizeof(rings) / sizeof(*rings) };

static void all(unsigned every, unsigned long npairs)
{
	uint8_t kind[POINTS_MAX];

	for (unsigned i = 0; i < scenes_count; i++) {
		const unsigned long before = runs;
		uint32_t most = 0;

		for (unsigned j = 0; j < RINGS; j++) {
			const struct setting s = { &scenes[i], rings[j].version,
						   rings[j].features };
			const uint32_t points = count_points(&s, kind);

			alarm(HANG_SECONDS);
			most = points > most ? points : most;
			single_faults(&s, points, kind, every);
			pairs(&s, points, npairs / (scenes_count * RINGS));
		}
		printf("%-20s %7lu runs, at most %u points\n", scenes[i].name, runs - before,
		       (unsigned)most);
	}
	printf("%lu runs\n", runs);
}

static void on_signal(int number)
{
	world_tell(number == SIGALRM ? "no end in sight" : "the end of the program");
	signal(number, SIG_DFL);
	raise(number);
}

/* Errors that the sanitizers find also call on_signal(). */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "abort_on_error=1:detect_stack_use_after_return=1:quarantine_size_mb=16";
}

const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
	return "abort_on_error=1:print_stacktrace=1";
}

static uint64_t number(int argc, char **argv, int i)
{
	return i < argc ? strtoull(argv[i], NULL, 0) : 0;
}

int main(int argc, char **argv)
{
	const uint64_t scene = number(argc, argv, 1), every = number(argc, argv, 1);
	const struct setting s = { &scenes[scene < scenes_count ? scene : 0],
				   (uint32_t)number(argc, argv, 2), number(argc, argv, 3) };

	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	signal(SIGABRT, on_signal);
	signal(SIGALRM, on_signal);
	bystander_open();
	if (argc > 3)
		run_faults(&s,
			   (struct fault){ (uint32_t)number(argc, argv, 4),
					   (unsigned)number(argc, argv, 5) },
			   (struct fault){ (uint32_t)number(argc, argv, 6),
					   (unsigned)number(argc, argv, 7) });
	else
		all(every == 0 ? 1 : (unsigned)every, (unsigned long)number(argc, argv, 2));
	bystander_close();
	return 0;
}
