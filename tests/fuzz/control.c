/* SPDX-License-Identifier: BSD-2-Clause */
/* A console whose device keeps to the rules of the rings, and sends any control messages. The
 * driver's own state has to stay in order, and the model sees that its answers are right. */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/console_rig.h"

enum { MAX = 8, TURNS_MAX = 100, LOOKS = 200000, TEXT = 64 };

static struct fuzz_input input;
static struct console_rig x;

static void check_port(unsigned port)
{
	const char *name = vio_console_name(&x.c, port);

	for (size_t i = 0; name[i] != '\0'; i++)
		FUZZ_EXPECT(i < 256);
	FUZZ_EXPECT(!vio_console_open(&x.c, port) || x.c.device.state == VIO_LIVE);
}

static void send_control(void)
{
	const uint8_t id = fuzz_byte(&input), event = fuzz_byte(&input), value = fuzz_byte(&input);
	const uint8_t *extra;
	const size_t n = event & 128 ? fuzz_some(&input, &extra) : 0;
	const uint32_t wide = event & 64 ? UINT32_C(0x80000000) : 0;

	model_console_control(&x.r.m, id | wide, (event & 63) % 10, value, n ? extra : NULL, n);
}

static void send_raw(void)
{
	const uint8_t *bytes;
	const size_t n = fuzz_some(&input, &bytes);

	model_console_control_raw(&x.r.m, bytes, n);
}

static void send_text(void)
{
	const unsigned port = fuzz_byte(&input) % MAX;
	const uint8_t *bytes;
	const size_t n = fuzz_some(&input, &bytes);

	if (x.r.m.status & 4)
		(void)model_console_send(&x.r.m, port, bytes, n);
}

static void work(void)
{
	static uint8_t back[TEXT];
	const unsigned port = fuzz_byte(&input) % MAX;
	unsigned cols, rows;

	check_port(port);
	FUZZ_EXPECT(vio_console_write(&x.c, port, back, sizeof(back)) <= sizeof(back));
	vio_console_flush(&x.c, port);
	FUZZ_EXPECT(vio_console_read(&x.c, port, back, sizeof(back)) <= sizeof(back));
	if (vio_console_size(&x.c, &cols, &rows))
		FUZZ_EXPECT(cols != 0 && rows != 0);
}

static void turn(void)
{
	switch (fuzz_byte(&input) % 8) {
	case 0: send_control(); break;
	case 1: send_raw(); break;
	case 2: send_text(); break;
	case 3: work(); break;
	case 4: (void)vio_device_stop(x.r.d); break;
	case 5: (void)vio_device_start(x.r.d); break;
	default:
		model_run(&x.r.m);
		while (vio_device_poll(x.r.d)) {
			fuzz_work(&input);
			model_run(&x.r.m);
		}
	}
}

/* Which ports exist and who owes an answer is confused by the messages that the model did not
 * expect; the rules of the rings are not. */
static void on_broken_rule(void *ctx, const char *rule, const char *section, const char *text)
{
	(void)ctx;
	(void)section;
	if (strncmp(rule, "console", 7) != 0)
		fuzz_fail(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	input = (struct fuzz_input){ data, n, LOOKS };
	const uint8_t how = fuzz_byte(&input);

	model_on_broken_rule(on_broken_rule, NULL);
	console_live(&x, how & 1 ? 2 : 1, how & 2 ? BIT64(MODEL_CONSOLE_F_MULTIPORT) : 0,
		     how & 2 ? 1 + how % MAX : 1, 8);
	for (unsigned i = 0; i < TURNS_MAX && input.left > 0; i++)
		turn();
	(void)vio_device_stop(x.r.d);
	FUZZ_EXPECT(host_mapped(&x.r.p) == 0);
	rig_close(&x.r);
	model_console_free(&x.host);
	return 0;
}
