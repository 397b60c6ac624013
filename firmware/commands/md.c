/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing memory and registers by hand. Only places where nothing traps can be read,
 * and memory of the firmware is not overwritten. */
#include <picovirtio/board.h>
#include <picovirtio/io.h>
#include "firmware/console/command.h"
#include "firmware/commands/verb.h"
#include "firmware/console/number.h"
#include "firmware/devices/probe.h"
#include "firmware/devices/wait.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORD = 4, PER_LINE = 4, WORDS = 16, WORDS_SHOWN = 65536 };

static bool is_inside(struct vio_span s, uint64_t at)
{
	return s.bytes >= WORD && at >= s.base && at - s.base <= s.bytes - WORD;
}

/* Memory of the firmware below is often protected: an access to it is a trap. */
static bool is_reserved(uint64_t at)
{
	const struct vio_dt *dt = &vio_board.dt;
	struct vio_dt_node n = vio_dt_first_child(dt, vio_dt_path(dt, "/reserved-memory"));
	struct vio_span s;

	for (; vio_dt_is(n); n = vio_dt_next_sibling(dt, n)) {
		if (vio_dt_reg(dt, n, 0, &s) == VIO_OK && is_inside(s, at))
			return true;
	}
	return false;
}

static const struct slot *window_at(const struct command_context *c, uint64_t at)
{
	const struct slot *s = c->probe->slots;

	while (s && !is_inside(s->window, at))
		s = s->next;
	return s;
}

/* The name of the place at an address. NULL: the place must not be read. */
static const char *place_of(const struct command_context *c, uint64_t at)
{
	const struct slot *s = window_at(c, at);

	if (s)
		return s->label;
	if (!is_inside((struct vio_span){ vio_board.ram_base, vio_board.ram_bytes }, at) ||
	    is_reserved(at))
		return NULL;
	return vio_board_memory_at((struct vio_span){ at, WORD });
}

/* Parse the address of a word that may be read. */
static bool parse_address(const struct command_context *c, const char *command, const char *word,
			  uint64_t *at)
{
	if (!shell_number64(word, UINTPTR_MAX, at) || *at % WORD != 0)
		complain("%s: '%s' is not an address, a number that 4 divides\n", command, word);
	else if (!place_of(c, *at))
		complain("%s: '%s' is neither in RAM (`mem`) nor in the registers of a device "
			 "(`devices`)\n",
			 command, word);
	else
		return true;
	return false;
}

static void print_line(const uint32_t *v, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		printf(" %08" PRIx32, v[i]);
	printf("%*s  |", (int)(PER_LINE - n) * 9, "");
	for (unsigned i = 0; i < n * WORD; i++) {
		const char byte = (char)(v[i / WORD] >> i % WORD * 8);

		putchar(byte >= ' ' && byte <= '~' ? byte : '.');
	}
	printf("|\n");
}

/* Read words from `at` on, up to one that must not be read. */
static unsigned read_line(const struct command_context *c, uint64_t at, uint64_t most, uint32_t *v)
{
	unsigned n = 0;

	for (; n < PER_LINE && n < most && place_of(c, at + n * WORD); n++)
		v[n] = vio_read32((uintptr_t)(at + n * WORD));
	return n;
}

static void run_md(const struct command_context *c, int argc, char **argv)
{
	uint64_t at, count = WORDS;
	uint32_t v[PER_LINE];

	if (!parse_address(c, "md", argv[1], &at) ||
	    (argc > 2 && !shell_number_word("md", argv[2], 1, WORDS_SHOWN, &count)))
		return;
	while (count > 0 && !wait_stopped(c->loop)) {
		const unsigned n = read_line(c, at, count, v);

		if (n == 0) {
			complain("md: 0x%" PRIx64 " and the words after it cannot be read\n", at);
			return;
		}
		printf("0x%09" PRIx64 " ", at);
		print_line(v, n);
		at += n * WORD;
		count -= n;
	}
}

static void run_mw(const struct command_context *c, int argc, char **argv)
{
	uint64_t at, value;

	if (!parse_address(c, "mw", argv[1], &at) ||
	    !shell_number_word("mw", argv[2], 0, UINT32_MAX, &value))
		return;
	const char *place = place_of(c, at);
	if (!window_at(c, at) && strcmp(place, "RAM") != 0) {
		complain("mw: 0x%" PRIx64 " is in %s, which the console needs\n", at, place);
	} else if (argc < 4) {
		complain("mw: this would write 0x%08" PRIx64 " to 0x%" PRIx64 ", in %s; with --yes "
			 "at the end, it does\n",
			 value, at, place);
	} else if (verb_sure("mw", argv[3])) {
		vio_write32((uintptr_t)at, (uint32_t)value);
		printf("mw: done\n");
	}
}

extern const struct command command_md, command_mw;
const struct command command_md = {
	.name = "md",
	.args = "ADDRESS [COUNT]",
	.help = "COUNT (16) words of 32 bits in RAM or in the registers of a virtio device",
	.least = 1,
	.most = 2,
	.run = run_md,
};
const struct command command_mw = {
	.name = "mw",
	.args = "ADDRESS VALUE --yes",
	.help = "write a word of 32 bits to RAM outside of the image, or to a register of a virtio "
		"device; a wrong one ends the machine or changes a disk",
	.least = 2,
	.most = 3,
	.run = run_mw,
};
