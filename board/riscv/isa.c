/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The message on a CPU that lacks an extension of the image. Only this file is compiled for the
 * base instruction set. It calls nothing that is not: no library, no other part of the board, and
 * not even the devicetree reader.
 */
#include <stdbool.h>
#include <stdint.h>

#include "board/riscv/sbi.h"

#define FDT_MAGIC UINT32_C(0xd00dfeed)

enum {
	FDT_BYTES_MAX = 1 << 24,
	FDT_BEGIN_NODE = 1,
	FDT_PROP = 3,
	FDT_END = 9,
	/* Rounds of waiting until a byte is sent, since the UART's status is not read. */
	DELAY = 200000,
};

struct port {
	uintptr_t at; /* 0: none was found */
	bool words;   /* registers as SiFive's; otherwise a 16550 */
};

_Noreturn void vio_riscv_isa_missing(char extension, const uint8_t *tree);

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool begins(const uint8_t *at, const char *with)
{
	while (*with != '\0' && *at == (uint8_t)*with) {
		at++;
		with++;
	}
	return *with == '\0';
}

/* The address in a node's name: "serial@10000000". */
static uintptr_t unit_address(const uint8_t *name)
{
	uintptr_t v = 0;

	while (*name != '\0' && *name != '@')
		name++;
	while (*name != '\0' && *++name != '\0') {
		const unsigned c = *name, digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

		if (digit > 15)
			return 0;
		v = v << 4 | digit;
	}
	return v;
}

/* Is this property the `compatible` of a UART that can be written without set-up? */
static bool use(struct port *p, const uint8_t *value, const uint8_t *node)
{
	p->words = begins(value, "sifive,uart0");
	if (p->words || begins(value, "ns16550"))
		p->at = unit_address(node);
	return p->at != 0;
}

/* A damaged tree may lead anywhere. If that traps, the hart stops, as it does at the end anyway. */
static struct port find_port(const uint8_t *tree)
{
	struct port port = { 0, false };
	const uint8_t *at, *end, *node = tree;

	if (tree == 0 || (uintptr_t)tree % 4 != 0 || be32(tree) != FDT_MAGIC ||
	    be32(tree + 4) > FDT_BYTES_MAX)
		return port;
	at = tree + be32(tree + 8);
	end = tree + be32(tree + 4) - 12;
	while (at < end && be32(at) != FDT_END) {
		const uint32_t token = be32(at);

		at += 4;
		if (token == FDT_BEGIN_NODE) {
			node = at;
			while (at < end && *at != '\0')
				at++;
			at = tree + (((uintptr_t)(at - tree) + 4) & ~(uintptr_t)3);
		} else if (token == FDT_PROP) {
			const uint8_t *name = tree + be32(tree + 12) + be32(at + 4);

			if (begins(name, "compatible") && use(&port, at + 8, node))
				break;
			at += 8 + ((be32(at) + 3) & ~UINT32_C(3));
		}
	}
	return port;
}

static void call(long extension, long function, unsigned long a0, unsigned long a1)
{
	register unsigned long r0 __asm__("a0") = a0;
	register unsigned long r1 __asm__("a1") = a1;
	register long r6 __asm__("a6") = function;
	register long r7 __asm__("a7") = extension;

	__asm__ volatile("ecall" : "+r"(r0), "+r"(r1) : "r"(r6), "r"(r7) : "memory");
}

static void put(const struct port *p, char c)
{
	if (PICOVIRTIO_RISCV_MODE == 1) {
		call(SBI_LEGACY_PUTCHAR, 0, (uint8_t)c, 0);
	} else if (p->at != 0) {
		if (p->words)
			*(volatile uint32_t *)p->at = (uint8_t)c;
		else
			*(volatile uint8_t *)p->at = (uint8_t)c;
		for (volatile int i = 0; i < DELAY; i++)
			;
	}
}

static void say(const struct port *p, const char *text)
{
	for (; *text != '\0'; text++)
		put(p, *text);
}

/* The instruction set of this image without one extension, such as "rv32ima". */
static void say_isa(const struct port *p, char without)
{
	say(p, sizeof(long) == 8 ? "rv64i" : "rv32i");
	for (const char *c = PICOVIRTIO_RISCV_EXTENSIONS; *c != '\0'; c++) {
		if (*c != without)
			put(p, *c);
	}
}

/* Called by start.S, on one hart if the harts can be told apart. */
_Noreturn void vio_riscv_isa_missing(char extension, const uint8_t *tree)
{
	const struct port port =
		PICOVIRTIO_RISCV_MODE == 1 ? (struct port){ 0, false } : find_port(tree);

	say(&port, "\r\n*** This CPU does not have the extension ");
	put(&port, extension);
	say(&port, ", which the image is built with. Build it with -DPICOVIRTIO_RISCV_ISA=");
	say_isa(&port, extension);
	say(&port, ", for example.\r\n");
	if (PICOVIRTIO_RISCV_MODE == 1) {
		call(SBI_SRST, SBI_SRST_RESET, SBI_SRST_SHUTDOWN, SBI_SRST_FAILURE);
		call(SBI_LEGACY_SHUTDOWN, 0, 0, 0);
	}
	for (;;)
		__asm__ volatile("wfi");
}
