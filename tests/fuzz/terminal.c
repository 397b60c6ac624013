/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The terminal of an image, with consoles that come and go, take much or little, and send anything.
 * No text from outside may control the terminal of a person, no wait is without end, and every look
 * at the clock counts as work.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <picovirtio/board.h>
#include "tests/fuzz/fuzz.h"
#include "tests/unit/terminal_rig.h"

enum {
	LONGEST = 255,
	TICK_NS = 1000000, /* between two looks at the clock */
	LOOKS = 8000,	   /* of one thing that is done */
};

static struct fuzz_input input;
static uint64_t (*rig_now)(void *ctx);

static uint64_t now(void *ctx)
{
	fuzz_work(&input);
	return rig_now(ctx);
}

/* Only the ends of lines and what the rig itself prints. */
static void is_plain(struct end *e)
{
	struct vio_utf8 u = { 0 };

	for (size_t i = 0; i < e->got_len; i++) {
		const int k = vio_utf8_feed(&u, e->got[i]);
		FUZZ_EXPECT(k >= 0);
		if (k > 0 && !strchr("\r\n\t", u.bytes[0]))
			FUZZ_EXPECT(!vio_utf8_is_control(vio_utf8_point(u.bytes)));
	}
	e->got_len = 0;
}

static const char *some_text(char text[LONGEST + 1])
{
	const uint8_t *bytes;
	const size_t n = fuzz_some(&input, &bytes);

	if (n > 0)
		memcpy(text, bytes, n);
	text[n] = '\0';
	return text;
}

static void read_some(uint8_t n)
{
	for (; n > 0; n--) {
		const int c = vio_terminal_getc(&terminal);

		FUZZ_EXPECT(c >= -1 && c <= 255);
	}
}

static void act(void)
{
	static char typed[LONGEST + 1], printed[LONGEST + 1];
	static const enum vio_state states[] = { VIO_LIVE, VIO_FAILED, VIO_SUSPENDED,
						 VIO_QUARANTINED };
	const uint8_t how = fuzz_byte(&input);

	switch (how % 12) {
	case 0: vio_output_text(&terminal.out, some_text(printed)); break;
	case 1: virtio.sends = some_text(typed); break;
	case 2: early.sends = some_text(typed); break;
	case 3: read_some(how); break;
	case 4: (void)vio_terminal_interrupted(&terminal); break;
	case 5: (void)vio_terminal_type(&terminal, some_text(printed), strlen(printed)); break;
	case 6: fake.room = fuzz_byte(&input); break;
	case 7: fake.device_works = how & 64; break;
	case 8: fake.open = how & 64; break;
	case 9: device.state = states[how / 12 % 4]; break;
	case 10: loop.devices = how & 64 ? &device : NULL; break;
	default: (void)vio_terminal_service(&terminal);
	}
}

static void check_ends(void)
{
	is_plain(&early);
	is_plain(&virtio);
	is_plain(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	input = (struct fuzz_input){ data, n, LOOKS };
	terminal_setup(NULL);
	terminal.out.plain = true;
	if (!rig_now)
		rig_now = loop.platform->now;
	((struct vio_platform *)loop.platform)->now = now;
	fake.tick = TICK_NS;
	fake.awaited = fuzz_byte(&input) & 1;
	vio_terminal_start(&terminal);
	while (input.left > 0) {
		input.work = LOOKS;
		act();
		check_ends();
	}
	vio_terminal_finish(&terminal);
	check_ends();
	return 0;
}
