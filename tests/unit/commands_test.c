/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of the shell over modelled devices: their messages, and the registers that they
 * access. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include <stdio.h>
#include <stdlib.h>

#include <picovirtio/board.h>
#include "firmware/console/command.h"
#include "firmware/console/complete.h"
#include "firmware/console/number.h"
#include "firmware/console/shell.h"
#include "firmware/image.h"
#include "firmware/devices/lack.h"
#include "firmware/disks/disk.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"
#include "firmware/words/names.h"
#include "tests/unit/blk_rig.h"
#include "tests/unit/devicetree_blob.h"

/* The table of an image without SCSI. */
const struct disk_class *const disk_classes[] = { &disk_class_blk, NULL };

extern const struct command command_blk, command_devices, command_dt;
extern const struct service service_disks;

struct vio_board vio_board;

static struct blk_rig x;
static struct vio_loop loop;
static struct probe found;
static const struct command_context context = { .loop = &loop, .probe = &found };
static struct slot slot;

/* Of the last command. */
static char *said;

unsigned probe_number(const struct slot *s)
{
	(void)s;
	return 3;
}

bool shell_number64(const char *s, uint64_t max, uint64_t *out)
{
	*out = strtoull(s, NULL, 0);
	return *s >= '0' && *s <= '9' && *out <= max;
}

bool shell_number_word(const char *command, const char *word, uint64_t least, uint64_t most,
		       uint64_t *out)
{
	(void)command;
	return shell_number64(word, most, out) && *out >= least;
}

bool shell_is_use(const char *name, const char *args, int least, int most, int n, char **word)
{
	(void)name;
	(void)args;
	(void)word;
	return n - 1 >= least && n - 1 <= most;
}

void completion_offer_outside(struct completion *c, const char *name, bool whole)
{
	(void)c;
	(void)name;
	(void)whole;
}

static void sleep_on(struct host_platform *p, void *ctx, uint64_t deadline)
{
	(void)ctx;
	assert_true(deadline != UINT64_MAX);
	p->clock = deadline + 1;
}

static int setup(void **state)
{
	(void)state;
	blk_live(&x, 2, 0);
	x.r.m.serve_on_kick = true;
	x.r.m.faults.old = true;
	x.r.p.on_idle = sleep_on;
	memset(&loop, 0, sizeof(loop));
	loop.platform = &x.r.p.platform;
	loop.devices = x.r.d;
	slot = (struct slot){ .label = "virtio-blk@10001000",
			      .window = { RIG_AT, RIG_LEN },
			      .version = 2,
			      .transport = &x.r.t.base,
			      .device = x.r.d };
	found = (struct probe){ .slots = &slot, .windows = 8, .used = 1 };
	service_disks.start(&found, &loop);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(said);
	said = NULL;
	blk_close(&x);
	return 0;
}

/* From here to listened() the output goes to `said`. */
static FILE *listen(void)
{
	static size_t n;
	FILE *const before = stdout;

	free(said);
	stdout = open_memstream(&said, &n);
	assert_non_null(stdout);
	return before;
}

static void listened(FILE *before)
{
	fclose(stdout);
	stdout = before;
}

static void run(const struct command *c, int argc, char **argv)
{
	FILE *const before = listen();

	c->run(&context, argc, argv);
	listened(before);
}

static void blk(char *verb, char *arg)
{
	char *argv[] = { "blk", verb, arg };

	run(&command_blk, verb ? arg ? 3 : 2 : 1, argv);
}

static void expect(const char *words)
{
	if (!strstr(said, words))
		fail_msg("no \"%s\" in: %s", words, said);
}

static void expect_no(const char *words)
{
	if (strstr(said, words))
		fail_msg("\"%s\" in: %s", words, said);
}

static void test_a_serial_that_is_not_told_is_named_and_asked_for_once(void **state)
{
	(void)state;
	x.host.id_silent = true;
	blk(NULL, NULL);
	expect("serial     unknown: the device refuses the request GET_ID or does not answer it");
	assert_int_equal(x.r.d->state, VIO_FAILED);
	blk(NULL, NULL);
	expect("disk 0  virtio-blk@10001000  the disk is restarting");
	x.r.d->recovery.at = 0;
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	blk(NULL, NULL);
	expect("serial     unknown");
	assert_int_equal(x.host.count[MODEL_BLK_GET_ID], 1);
}

static void test_the_request_that_is_pending_is_named(void **state)
{
	(void)state;
	x.host.hold = true;
	blk("read", "8");
	expect("the device did not answer in time");
	blk("read", "9");
	expect("virtio-blk@10001000 has not answered a read, of sector 8, for 10 s");
	model_blk_finish(&x.r.m, 0);
	vio_device_poll(x.r.d);
	x.host.hold = false;
	blk("read", "9");
	expect("0000001200");
}

static int never_ends(const struct disk *d, struct disk_request *r)
{
	(void)d;
	(void)r;
	return VIO_OK;
}

/* Two disks are late. The request that is in the way is named, whichever timed out last. */
static void test_the_request_of_another_disk_is_named(void **state)
{
	static const struct disk_class other = { .submit = never_ends };
	static struct disk_request r;
	const struct disk b = { .slot = &slot, .class = &other, .device = &r, .label = "b" };
	struct disk a;

	(void)state;
	assert_true(disk_find(0, &a));
	x.host.hold = true;
	blk("read", "8");
	assert_int_equal(disk_submit(&b, &r), VIO_OK);
	assert_int_equal(disk_wait(&b, &r), VIO_ETIMEDOUT);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(disk_request(&a, (struct disk_request){ .op = DISK_FLUSH }, 0),
				 VIO_EBUSY);
		assert_non_null(strstr(disk_error(&a, VIO_EBUSY),
				       "virtio-blk@10001000 has not answered a read, of sector 8"));
		disk_ended(&r, VIO_OK, NULL); /* that of `b` */
	}
	/* A block of `b` that is wanted for `a`: it is `b` that does not answer. */
	assert_int_equal(disk_submit(&b, &r), VIO_OK);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(disk_wait(&a, &r), VIO_EBUSY);
		assert_non_null(strstr(disk_error(&a, VIO_EBUSY), "b has not answered a read"));
	}
	disk_ended(&r, VIO_OK, NULL);
	model_blk_finish(&x.r.m, 0);
	vio_device_poll(x.r.d);
}

static void press_ctrl_c(struct host_platform *p, void *ctx, uint64_t deadline)
{
	(void)p;
	(void)ctx;
	(void)deadline;
	loop.interrupted = true;
}

static void answer(struct host_platform *p, void *ctx, uint64_t deadline)
{
	(void)ctx;
	x.host.hold = false;
	model_blk_finish(&x.r.m, 0);
	p->clock = deadline;
}

/* The next command comes at once, and the answer soon after that. */
static void test_a_request_that_was_stopped_is_waited_for(void **state)
{
	(void)state;
	x.host.hold = true;
	x.r.p.on_idle = press_ctrl_c;
	blk("read", "8");
	expect("stopped");
	loop.interrupted = false;
	x.r.p.on_idle = answer;
	blk("read", "9");
	expect("0000001200");
}

static unsigned lines(void)
{
	unsigned n = 0;

	for (const char *s = said; *s != '\0'; s++)
		n += *s == '\n';
	return n;
}

/* The registers of a device belong to its driver; a newer one may be a fault. */
static void test_a_device_without_a_driver_is_not_touched(void **state)
{
	static struct model_class gpu;
	unsigned long reads, writes;

	(void)state;
	blk_close(&x);
	gpu = *x.r.cfg.cls;
	gpu.device_id = 16;
	gpu.shared_memory = true;
	x.r.cfg.cls = &gpu;
	rig_init_for(&x.r, 2);
	x.r.cfg = (struct model_config){
		.version = 2, .cls = &gpu, .features = BIT64(32), .memory = &x.r.p.memory
	};
	rig_plug(&x.r, true);
	x.r.m.faults.old = true;
	slot.device = NULL;
	reads = x.r.m.counts.reads;
	writes = x.r.m.counts.writes;
	run(&command_devices, 1, (char *[]){ "devices" });
	expect("type 16 (GPU)");
	expect("no driver");
	assert_int_equal(x.r.m.counts.reads, reads);
	assert_int_equal(x.r.m.counts.writes, writes);
}

/* A machine with one node, and a root of that name. */
static void machine(const char *compatible, const char *model, const char *node)
{
	struct tree t = { 0 };

	tree_begin(&t, "");
	tree_text(&t, "compatible", compatible);
	tree_text(&t, "model", model);
	tree_begin(&t, "node");
	tree_text(&t, "compatible", node);
	tree_end(&t);
	tree_end(&t);
	struct blob b = tree_finish(&t);
	assert_int_equal(vio_dt_open(&vio_board.dt, b.bytes, b.len), VIO_OK);
	vio_board.dt_error = VIO_OK;
	blk(NULL, NULL);
	vio_board.dt_error = VIO_ENODEV;
	blob_free(&b);
	expect("blk: no disk among the virtio-mmio devices");
}

/* Of each node at most one line more is printed: the tree may be large, and the UART slow. */
static void test_ctrl_c_ends_the_devicetree(void **state)
{
	enum { NODES = 200, DEPTH = 10 };
	struct tree t = { 0 };

	(void)state;
	for (unsigned i = 0; i < DEPTH; i++)
		tree_begin(&t, i == 0 ? "" : "deep");
	for (unsigned i = 0; i < NODES; i++) {
		tree_begin(&t, "node");
		tree_text(&t, "compatible", "x");
		tree_end(&t);
	}
	for (unsigned i = 0; i < DEPTH; i++)
		tree_end(&t);
	struct blob b = tree_finish(&t);
	assert_int_equal(vio_dt_open(&vio_board.dt, b.bytes, b.len), VIO_OK);
	vio_board.dt_error = VIO_OK;
	run(&command_dt, 1, (char *[]){ "dt" });
	assert_true(lines() > 3 * NODES);
	loop.interrupted = true;
	run(&command_dt, 1, (char *[]){ "dt" });
	assert_true(lines() <= 1);
	vio_board.dt_error = VIO_ENODEV;
	blob_free(&b);
}

static void test_options_of_qemu_are_named_on_qemu_alone(void **state)
{
	(void)state;
	found.slots = NULL;
	machine("linux,dummy-virt", "board", "qemu,fw-cfg-mmio");
	expect("QEMU adds one with\n  -drive");
	machine("riscv-virtio", "riscv-virtio,qemu", "ns16550a");
	expect("QEMU adds");
	machine("linux,dummy-virt", "board", "ns16550a"); /* kvmtool */
	expect_no("QEMU");
	vio_board.dt_error = VIO_ENODEV;
	blk(NULL, NULL);
	expect_no("QEMU");
}

static const char *const codes[] = { "it is too old", "it is too new" };
static const struct vio_driver own = { .name = "own", .codes = codes, .ncodes = 2 };

const struct vio_explanation *(*const failure_explain)(enum vio_cause) = vio_explain;

static void print_problem(struct vio_problem p)
{
	const struct vio_device d = { .driver = &own, .problem = p };
	FILE *const before = listen();

	failure_print("a-device", &d);
	listened(before);
}

static void test_times_are_said_in_seconds_and_sizes_as_numbers(void **state)
{
	(void)state;
	print_problem((struct vio_problem){ .cause = VIO_C_SILENT,
					    .got = UINT64_C(60123456789),
					    .want = UINT64_C(30000000000) });
	expect("(seconds waited 60.1)");
	expect_no("0x");
	print_problem((struct vio_problem){ .cause = VIO_C_QUEUE_SIZE, .got = 48, .want = 64 });
	expect("(QueueSizeMax 48, needed 64)");
	print_problem((struct vio_problem){ .cause = VIO_C_NO_MEMORY, .want = 12288 });
	expect("(bytes needed 12288)");
	print_problem((struct vio_problem){ .cause = VIO_C_NEEDS_RESET, .got = 0x4f });
	expect("(status 0x4f)");
}

/* The driver has words for its codes. An unknown code is printed as a number. */
static void test_a_refusal_of_a_driver_says_why(void **state)
{
	(void)state;
	print_problem((struct vio_problem){
		.cause = VIO_C_DRIVER, .err = VIO_ENOMEM, .queue = 2, .got = 7 });
	expect("queue 2: the driver refused the device: out of memory (the driver's code 7); "
	       "the driver's documentation may say more\n");
	print_problem((struct vio_problem){ .cause = VIO_C_DRIVER, .err = VIO_ENOMEM });
	expect("queue 0: the driver refused the device: out of memory; the driver's documentation");
	for (unsigned i = 0; i < 2; i++) {
		print_problem((struct vio_problem){
			.cause = VIO_C_DRIVER, .err = VIO_EDEVICE, .got = i + 1 });
		expect("queue 0: the driver refused the device: it is too ");
		expect(i == 0 ? "old; " : "new; ");
	}
	print_problem((struct vio_problem){
		.cause = VIO_C_SEGMENT_SIZE, .err = VIO_ENOTSUP, .got = 511, .want = 512 });
	expect("no sector fits into a segment of the disk (size_max 511, needed 512); ");
}

static void test_an_error_names_the_device_and_its_state(void **state)
{
	static const struct {
		enum vio_state state;
		int rc;
		const char *words;
	} table[] = {
		{ VIO_LIVE, VIO_ETIMEDOUT, "a-device did not answer in time" },
		{ VIO_LIVE, VIO_EDEVICE, "a-device failed meanwhile, or its answer is wrong" },
		{ VIO_LIVE, VIO_ENOMEM, "a-device: out of memory" },
		{ VIO_LIVE, VIO_ESTOPPED, "stopped" },
		{ VIO_DOWN, VIO_ESTOPPED, "stopped" },
		{ VIO_DOWN, VIO_EDEVICE, "a-device is down; `devices` shows why" },
		{ VIO_SUSPENDED, VIO_EBUSY, "a-device is suspended; `device` resumes it" },
		{ VIO_FAILED, VIO_ETIMEDOUT, "a-device is restarting; `devices` shows why" },
		{ VIO_QUARANTINED, VIO_EDEVICE,
		  "a-device is failed, reset not confirmed; `devices` shows why" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct vio_device d = { .state = table[i].state,
					      .problem.cause = VIO_C_SILENT };

		assert_string_equal(device_error("a-device", &d, table[i].rc), table[i].words);
	}
}

/* A device that is there is named, unless it is live: then it cannot do what is wanted. */
static void test_a_device_that_is_there_is_not_said_to_be_missing(void **state)
{
	static const struct vio_driver other = { .name = "other" };
	struct vio_device first = { .driver = &own, .state = VIO_LIVE };
	struct vio_device second = { .driver = &other, .state = VIO_DOWN };
	struct slot s2 = { .label = "second", .device = &second };
	struct slot s0 = { .next = &slot, .label = "none" };

	(void)state;
	slot = (struct slot){ .next = &s2, .label = "first", .device = &first };
	found.slots = &s0;
	for (unsigned i = 0; i < 3; i++) {
		FILE *const before = listen();

		second.driver = i == 0 ? &other : &own;
		first.state = i == 2 ? VIO_DOWN : VIO_LIVE;
		device_lacks(&found, &own, "play", "sound device", "-device x");
		listened(before);
		expect(i == 0	? "play: no sound device among the virtio-mmio devices\n"
		       : i == 1 ? "play: second is down; `devices` shows why\n"
				: "play: first is down; `devices` shows why\n");
		assert_true(complained());
	}
}

static void test_types_have_the_names_of_the_specification(void **state)
{
	static const struct {
		uint32_t type;
		const char *name;
	} table[] = {
		{ 0, NULL },
		{ 1, "network" },
		{ 13, "memory balloon" },
		{ 14, NULL },
		{ 15, NULL },
		{ 16, "GPU" },
		{ 36, "CAN" },
		{ 37, NULL },
		{ 38, "parameter server" },
		{ 49, "USB controller" },
		{ 50, NULL },
		{ UINT32_MAX, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *name = device_type_name(table[i].type);

		if (!table[i].name)
			assert_null(name);
		else
			assert_string_equal(name, table[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_a_serial_that_is_not_told_is_named_and_asked_for_once),
		T(test_the_request_that_is_pending_is_named),
		T(test_the_request_of_another_disk_is_named),
		T(test_a_request_that_was_stopped_is_waited_for),
		T(test_a_device_without_a_driver_is_not_touched),
		T(test_ctrl_c_ends_the_devicetree),
		T(test_options_of_qemu_are_named_on_qemu_alone),
		T(test_times_are_said_in_seconds_and_sizes_as_numbers),
		T(test_a_refusal_of_a_driver_says_why),
		T(test_an_error_names_the_device_and_its_state),
		T(test_a_device_that_is_there_is_not_said_to_be_missing),
		T(test_types_have_the_names_of_the_specification),
#undef T
	};

	return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
