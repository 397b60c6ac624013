/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/terminal.h>

#include <picovirtio/board.h>
#include <picovirtio/console.h>

#include <string.h>

#define FINISH_TIMEOUT UINT64_C(1000000000)
/* How often a panic looks at a console that takes no bytes before it gives up. A count, not a time:
 * the clock may be what is broken, and it goes on while a busy host does not run us. Each look
 * reads a register, which is what takes most of its time on every machine and emulator. */
#define PANIC_LOOKS 1000000u
#define PORT	    0u

/* The terminal for the text of a panic, since the hook has no argument. */
static struct vio_terminal *panic_terminal;

static bool is_open(struct vio_device *d)
{
	return d->state == VIO_LIVE && vio_console_open(vio_console_of(d), PORT);
}

static uint64_t rank_of(const struct vio_terminal *t, const struct vio_device *d)
{
	return t->rank ? t->rank(t->arg, d) : 0;
}

static bool is_console(const struct vio_terminal *t, struct vio_device *d)
{
	return vio_console_of(d) && rank_of(t, d) != VIO_TERMINAL_NEVER;
}

static bool is_live(struct vio_device *d)
{
	return d->state == VIO_LIVE;
}

/* The first console by its rank, not the first that was ready. The terminal waits for an earlier
 * console that may still open, and moves there if it opens later. */
static struct vio_device *open_console(const struct vio_terminal *t)
{
	struct vio_device *best = NULL;
	uint64_t least = VIO_TERMINAL_NEVER;

	for (struct vio_device *d = t->loop->devices; d; d = d->next) {
		if (!is_console(t, d) || !is_live(d) || (t->decided && !is_open(d)) ||
		    rank_of(t, d) >= least)
			continue;
		best = d;
		least = rank_of(t, d);
	}
	return best && is_open(best) ? best : NULL;
}

static bool is_awaited(struct vio_device *d)
{
	return vio_console_awaited(vio_console_of(d), PORT);
}

static bool any_console(const struct vio_terminal *t, bool (*is)(struct vio_device *d))
{
	for (struct vio_device *d = t->loop->devices; d; d = d->next) {
		if (is_console(t, d) && is(d))
			return true;
	}
	return false;
}

static void listen_again(void *arg, uint64_t now)
{
	struct vio_terminal *t = arg;
	const uint64_t pause = t->quiet < 100 ? VIO_TERMINAL_LISTEN_FAST : VIO_TERMINAL_LISTEN;

	if (t->place == VIO_TERMINAL_EARLY)
		vio_timer_set(t->loop, &t->listen, now + pause);
}

static void settle(struct vio_terminal *t, enum vio_terminal_place place)
{
	t->place = place;
	t->port = (struct vio_port){ t->loop, t->dev, PORT };
	t->sink = place == VIO_TERMINAL_VIRTIO ? vio_port_sink(&t->port) : vio_early_sink(t->loop);
	vio_output_attach(&t->out, &t->sink);
	if (place == VIO_TERMINAL_EARLY)
		listen_again(t, vio_loop_now(t->loop));
}

/* Called in each turn, so it only looks at memory. */
static bool follow(struct vio_terminal *t)
{
	const enum vio_terminal_place from = t->place;
	struct vio_device *open = open_console(t);

	if (open && (from != VIO_TERMINAL_VIRTIO || open != t->dev)) {
		t->dev = open;
		settle(t, VIO_TERMINAL_VIRTIO);
	} else if (!open && t->decided && from != VIO_TERMINAL_EARLY) {
		settle(t, VIO_TERMINAL_EARLY);
	} else {
		return false;
	}
	t->decided = true;
	if (t->moved)
		t->moved(t->arg, from);
	return true;
}

bool vio_terminal_service(struct vio_terminal *t)
{
	const bool moved = follow(t);

	return vio_output_drain(&t->out) || moved;
}

static void look(void *arg, uint64_t now)
{
	struct vio_terminal *t = arg;

	if (++t->looks <
	    (any_console(t, is_awaited) ? VIO_TERMINAL_LOOKS_AWAITED : VIO_TERMINAL_LOOKS))
		vio_timer_set(t->loop, &t->timeout, now + VIO_TERMINAL_LOOK);
	else
		t->decided = true;
}

static bool panic_write(const char *p, size_t n);

static bool serve(void *arg)
{
	return vio_terminal_service(arg);
}

void vio_terminal_start(struct vio_terminal *t)
{
	if (!t->loop->service) {
		t->loop->service = serve;
		t->loop->arg = t;
	}
	t->timeout.fire = look;
	t->timeout.arg = t;
	t->listen.fire = listen_again;
	t->listen.arg = t;
	panic_terminal = t;
	vio_board_panic_write = panic_write;
	if (any_console(t, is_live))
		vio_timer_set(t->loop, &t->timeout, vio_loop_now(t->loop) + VIO_TERMINAL_LOOK);
	else
		t->decided = true;
}

/* Move the input that waits to the front. Returns its length. */
static size_t compact(struct vio_terminal *t)
{
	const size_t waits = t->input_end - t->input_first;

	memmove(t->input, t->input + t->input_first, waits);
	t->input_first = 0;
	t->input_end = waits;
	return waits;
}

size_t vio_terminal_type(struct vio_terminal *t, const char *p, size_t n)
{
	const size_t waits = compact(t), room = sizeof(t->input) - waits;
	const size_t fits = n < room ? n : room;

	memcpy(t->input + waits, p, fits);
	t->input_end += fits;
	return fits;
}

/* Fill the free part after the input that waits. What was received before a hang-up stays
 * readable, so the previous console is asked first. */
static void refill(struct vio_terminal *t)
{
	const size_t waits = compact(t);
	int c = -1;

	if (t->dev)
		t->input_end += vio_console_read(vio_console_of(t->dev), PORT, t->input + waits,
						 sizeof(t->input) - waits);
	if (t->input_end > waits || t->place != VIO_TERMINAL_EARLY)
		return;
	while (t->input_end < sizeof(t->input) && (c = vio_board_early_read()) >= 0)
		t->input[t->input_end++] = (char)c;
	t->quiet = t->input_end > waits ? 0 : t->quiet + (t->quiet < 100);
}

bool vio_terminal_has_input(struct vio_terminal *t)
{
	if (t->input_first == t->input_end)
		refill(t);
	return t->input_first < t->input_end;
}

bool vio_terminal_interrupted(struct vio_terminal *t)
{
	refill(t);
	for (size_t i = t->input_end; i > t->input_first; i--) {
		if (t->input[i - 1] == ('C' & 0x1f)) {
			t->input_first = i;
			return true;
		}
	}
	return false;
}

int vio_terminal_getc(struct vio_terminal *t)
{
	return vio_terminal_has_input(t) ? (uint8_t)t->input[t->input_first++] : -1;
}

static bool is_settled(void *arg)
{
	struct vio_terminal *t = arg;

	vio_terminal_service(t);
	return t->place != VIO_TERMINAL_NOWHERE;
}

void vio_terminal_finish(struct vio_terminal *t)
{
	/* This ends: after a number of looks the early console is taken. */
	if (t->decided || t->timeout.set)
		vio_loop_wait(t->loop, is_settled, t, UINT64_MAX);
	vio_output_finish(&t->out, FINISH_TIMEOUT);
	if (t->place == VIO_TERMINAL_VIRTIO)
		vio_port_finish(&t->port, FINISH_TIMEOUT);
}

/* ---- From here on: output in a trap, at any point of the loop's work. ---- */

static bool by_emergency(struct vio_device *d, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!vio_console_emergency(d, (uint8_t)p[i]))
			return false;
	}
	return true;
}

static bool by_ring(struct vio_terminal *t, const char *p, size_t n)
{
	struct vio_console *c = vio_console_of(t->dev);
	unsigned looks = 0;

	while (n > 0 || vio_console_unsent(c, PORT) > 0) {
		const size_t taken = n > 0 ? vio_console_write(c, PORT, p, n) : 0;

		p += taken;
		n -= taken;
		vio_console_flush(c, PORT);
		vio_device_poll(t->dev);
		vio_device_interrupt(t->dev);
		if (!is_open(t->dev) || ++looks > PANIC_LOOKS)
			return false;
	}
	return true;
}

static bool say(struct vio_terminal *t, const char *p, size_t n)
{
	if (t->place != VIO_TERMINAL_VIRTIO) {
		vio_board_early_write(p, n);
		return true;
	}
	return by_emergency(t->dev, p, n) || by_ring(t, p, n);
}

/* Text that was printed before the trap goes first: what the console's driver has, because an
 * emergency write would overtake it, and what is still here. */
static bool say_all(struct vio_terminal *t, const char *p, size_t n)
{
	const char *kept;
	size_t run;

	if (t->place == VIO_TERMINAL_VIRTIO)
		by_ring(t, p, 0);
	while ((run = vio_output_peek(&t->out, &kept)) > 0) {
		if (!say(t, kept, run))
			return false;
		vio_output_take(&t->out, run);
	}
	return say(t, p, n);
}

/* A trap inside of this function calls it again; `inside` then sends the text to the early
 * console. */
static bool panic_write(const char *p, size_t n)
{
	static bool inside;

	if (inside)
		return false;
	inside = true;
	bool done = say_all(panic_terminal, p, n);
	if (done)
		inside = false;
	return done;
}
