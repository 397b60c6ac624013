/* SPDX-License-Identifier: BSD-2-Clause */
/* take() of the console's control queue: any message of any length, a console with one or two
 * ports in any state. With NAME, only the name of a port, of any length. */
#include "tests/proof/bytes.h"

#include <string.h>

/* What is copied is any bytes all the same, since memory that was not set may have any. */
#define memcpy(to, from, n)                                                                        \
	claim_that(__CPROVER_w_ok(to, n) && __CPROVER_r_ok(from, n), "a copy stays in both "       \
								     "buffers")

#ifndef NAME
/* The definition of port_name() gets another name. */
#define port_name(p, name, len) NAME_##p, name, len)
#define NAME_struct		whole_name(struct
#define NAME_p			a_name(p
static void a_name();
#endif

#include "drivers/console/console_control.c"

#include <stdlib.h>

enum { PORTS = 2 };

static struct vio_console c;
static struct vio_console_port ports[PORTS];
static bool resized;

#ifndef NAME
static void a_name(struct vio_console_port *p, const uint8_t *name, size_t len)
{
	claim_that(p->added && len <= VIO_CONSOLE_CTL_BYTES - VIO_CONSOLE_CTL_HEADER &&
			   __CPROVER_r_ok(name, len),
		   "a name lies in its message, for a port that exists");
}
#endif

void vio_console_set_size(struct vio_console *console, unsigned cols, unsigned rows)
{
	claim_that(console == &c && ports[0].added && cols <= UINT16_MAX && rows <= UINT16_MAX,
		   "the first port has the size");
	resized = true;
}

void vio_console_drop_unsent(struct vio_console_port *p)
{
	claim_that(p == &ports[0] || (p == &ports[1] && c.nports == 2), "a port that exists");
	claim_that(!p->added, "the port is gone");
}

/* Nothing is due for a port that is not there. */
static bool port_holds(const struct vio_console_port *p)
{
	return p->added || !(p->host_open || p->guest_open || p->say_ready || p->say_open);
}

static void any_port(struct vio_console_port *p)
{
	p->added = nondet_bool();
	p->host_open = nondet_bool();
	p->guest_open = nondet_bool();
	p->say_ready = nondet_bool();
	p->say_open = nondet_bool();
	assume(port_holds(p));
}

static bool same(const struct vio_console_port *a, const struct vio_console_port *b)
{
	return a->added == b->added && a->host_open == b->host_open &&
	       a->guest_open == b->guest_open && a->say_ready == b->say_ready &&
	       a->say_open == b->say_open;
}

static void it_was_taken(uint32_t written)
{
	place();
	claim_that(written >= VIO_CONSOLE_CTL_HEADER && written <= VIO_CONSOLE_CTL_BYTES,
		   "a message in its limits");
	claim_that(!resized || written >= VIO_CONSOLE_CTL_HEADER + 4, "a size comes whole");
}

static void it_was_ignored(void)
{
	place();
}

#ifdef NAME
static void name_holds(const struct vio_console_port *p, unsigned at)
{
	for (unsigned i = 0; i < at; i++)
		assume(p->name[i] != '\0');
	claim_that(p->name[at] == '\0' || (p->name[at] >= 0x20 && p->name[at] <= 0x7e),
		   "a name can be printed");
	claim_that(at < VIO_CONSOLE_NAME_MAX || p->name[at] == '\0', "a name ends");
}

int main(void)
{
	const size_t len = nondet_u32();
	const unsigned at = nondet_unsigned();
	assume(len <= VIO_CONSOLE_CTL_BYTES && at <= VIO_CONSOLE_NAME_MAX);
	const uint8_t *const name = malloc(len);

	port_name(&ports[0], name, len);
	name_holds(&ports[0], at);
	return 0;
}
#else
int main(void)
{
	const struct vio_console_block in = { .bytes = malloc(VIO_CONSOLE_CTL_BYTES) };
	const uint32_t written = nondet_u32();

	c.port = ports;
	c.nports = nondet_bool() ? 1 : 2;
	any_port(&ports[0]);
	any_port(&ports[1]);
	const struct vio_console_port first = ports[0], second = ports[1];
	take(&c, &in, written);

	if (resized || !same(&first, &ports[0]) || !same(&second, &ports[1]))
		it_was_taken(written);
	else
		it_was_ignored();
	claim_that(port_holds(&ports[0]) && port_holds(&ports[1]), "the invariant holds again");
	claim_that(same(&first, &ports[0]) || same(&second, &ports[1]), "one port changes");
	claim_that(c.nports == 2 || same(&second, &ports[1]), "the port exists");
	return 0;
}
#endif
