/* SPDX-License-Identifier: BSD-2-Clause */
/* From start-up to the loop, with the messages about devices and the console. */
#include <picovirtio/board.h>
#include <picovirtio/console.h>
#include <picovirtio/recover.h>
#include <picovirtio/terminal.h>
#include "firmware/console/script.h"
#include "firmware/console/shell.h"
#include "firmware/devices/bootargs.h"
#include "firmware/devices/probe.h"
#include "firmware/devices/trace.h"
#include "firmware/image.h"
#include "firmware/words/machine.h"
#include "firmware/words/outside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The parts that every image has. */
struct app {
	struct vio_loop loop;
	struct probe probe;
	struct vio_terminal terminal;
	struct shell shell;
	struct trace trace;
	bool qemu, chosen; /* `console` is the only one that may be used, by hand; NULL: none */
	const struct slot *console;
};

static struct app app;

static void trace_device(struct app *a, const struct slot *s)
{
	enum trace_kind kind = TRACE_DEVICE_FAILED;

	if (s->device->state == VIO_LIVE)
		kind = TRACE_DEVICE_UP;
	else if (s->left_off)
		kind = TRACE_DEVICE_OFF;
	trace_add(&a->trace, vio_loop_now(&a->loop), kind, s->window.base);
}

/* Printed once. A device without an interrupt line is known to be polled, and not mentioned. */
static void say_unheard(const struct app *a)
{
	static bool said;
	const uint64_t unheard = vio_loop_unheard(&a->loop);
	uint64_t place = 1;

	if (said || unheard == 0)
		return;
	said = true;
	for (struct vio_device *d = a->loop.devices; d; d = d->next, place <<= 1) {
		const struct slot *s = probe_slot_of(&a->probe, d);

		if ((unheard & place) != 0 && s->irq >= 0)
			printf("\n%s: its interrupt (line %d) never arrives, so it is polled every "
			       "10 ms.\nThe devicetree may name a wrong line.\n",
			       s->label, s->irq);
	}
}

static void trace_loop(void *arg, enum vio_loop_note what, uint64_t value)
{
	static const enum trace_kind kinds[] = { [VIO_LOOP_WAKE] = TRACE_WAKE,
						 [VIO_LOOP_TIMER] = TRACE_TIMER,
						 [VIO_LOOP_CONFIG_CHANGE] = TRACE_CONFIG_CHANGE };
	struct app *a = arg;

	trace_add(&a->trace, a->loop.now, kinds[what], value);
}

static bool services_turn(void)
{
	bool done = false;

	for (const struct service *const *s = image_services; *s; s++)
		done |= (*s)->turn != NULL && (*s)->turn();
	return done;
}

static bool service(void *arg)
{
	struct app *a = arg;

	a->shell.pager.busy = true; /* the pager must not wait for a key here */
	const struct slot *changed = probe_watch(&a->probe);

	if (changed)
		trace_device(a, changed);
	say_unheard(a);
	bool busy = vio_terminal_service(&a->terminal);
	busy |= services_turn();
	a->shell.pager.busy = false;
	busy |= shell_service(&a->shell);
	return busy || changed;
}

static bool work(void *arg)
{
	struct app *a = arg;

	if (script_is_due() && a->terminal.place != VIO_TERMINAL_NOWHERE)
		script_run(&a->shell);
	return shell_work(&a->shell);
}

static void say_no_port(const struct slot *s)
{
	if (vio_console_awaited(vio_console_of(s->device), 0))
		printf("%s: the host has not opened port 0 yet. When it does, the console moves "
		       "there.\n",
		       s->label);
	else
		printf("%s: the host has announced no port 0.\n%s", s->label,
		       machine_is_qemu()
			       ? "QEMU needs a virtconsole on it:\n"
				 "  -device virtio-serial-device -device virtconsole,chardev=ID\n"
			       : "");
}

static void say_no_console(const struct app *a)
{
	const struct slot *s;

	for (s = a->probe.slots; s; s = s->next) {
		if (s->device && s->device->state == VIO_LIVE && vio_console_of(s->device)) {
			say_no_port(s);
			return;
		}
	}
	printf("No virtio console was found. This image finds devices on virtio-mmio, not on PCI, "
	       "with\nregister version 1 (legacy) or 2.\n");
	if (machine_is_qemu())
		printf("For QEMU, add to the command line:\n"
		       "  -chardev stdio,mux=on,id=term -serial chardev:term\n"
		       "  -device virtio-serial-device -device virtconsole,chardev=term\n"
		       "Devices on MMIO are called virtio-...-device, not -pci. Register version 1 "
		       "is "
		       "QEMU's\ndefault; -global virtio-mmio.force-legacy=false makes it 2.\n");
}

static void say_place(struct app *a, enum vio_terminal_place from)
{
	const struct slot *s;

	if (a->terminal.place == VIO_TERMINAL_VIRTIO) {
		s = probe_slot_of(&a->probe, a->terminal.dev);
		printf("\nConsole: %s (early console: %s)\n", s->label, vio_board.early_console);
		return;
	}
	if (from == VIO_TERMINAL_VIRTIO) {
		s = probe_slot_of(&a->probe, a->terminal.dev);
		printf("\n%s %s; %" PRIu32 " bytes were lost.\n", s->label,
		       s->device->state == VIO_LIVE ? "was closed by the host" : "has failed",
		       vio_console_lost(vio_console_of(s->device)));
	} else if (!a->chosen || a->console) {
		say_no_console(a);
	}
	printf("Console: early console, %s\n", vio_board.early_console);
}

/* QEMU gives the first device of its command line the highest address. */
static uint64_t rank(void *arg, const struct vio_device *d)
{
	const struct app *a = arg;
	const struct slot *s = probe_slot_of(&a->probe, d);

	if (a->chosen)
		return s == a->console ? 0 : VIO_TERMINAL_NEVER;
	return a->qemu ? VIO_TERMINAL_NEVER - 1 - s->window.base : 0;
}

/* By place, or by hand: a word in the boot arguments. */
static void choose_console(struct app *a)
{
	char name[SLOT_LABEL_BYTES];
	const int rc = bootargs_value(probe_boot_arguments(), "console", name, sizeof(name));

	a->qemu = machine_is_qemu();
	a->terminal.rank = rank;
	if (rc != VIO_OK)
		return;
	a->console = probe_find(&a->probe, name);
	a->chosen =
		strcmp(name, "early") == 0 || (a->console && vio_console_of(a->console->device));
	if (!a->chosen)
		printf("console=%s: there is no such console, so the first one is used. A console "
		       "is\nnamed by its label, such as virtio-console@10008000, or early.\n",
		       name);
}

static void moved(void *arg, enum vio_terminal_place from)
{
	struct app *a = arg;

	trace_add(&a->trace, vio_loop_now(&a->loop), TRACE_CONSOLE, a->terminal.place);
	a->shell.echo_left = 0;
	say_place(a, from);
	if (script_is_due())
		return;
	if (from == VIO_TERMINAL_NOWHERE)
		printf("Type 'help' for the commands.\n");
	a->shell.asks_size = bootargs_has(probe_boot_arguments(), "terminal");
	shell_prompt(&a->shell);
}

static void say_found(struct app *a)
{
	const struct slot *s;

	printf("%u virtio device%s in %u slots%s", a->probe.used, a->probe.used == 1 ? "" : "s",
	       a->probe.windows, a->probe.used > 0 ? ":" : "");
	for (s = a->probe.slots; s; s = s->next) {
		printf(" %s", s->label);
		if (s->device && s->device->state == VIO_LIVE)
			trace_add(&a->trace, vio_loop_now(&a->loop), TRACE_DEVICE_UP,
				  s->window.base);
	}
	printf("\n");
}

static void say_tree(void)
{
	if (vio_board.dt_refused[0] != '\0')
		printf("Devicetree: %s\n", vio_board.dt_refused);
	if (vio_board.dt_error != VIO_OK)
		printf("There is no usable devicetree, so no devices and no memory are known.\n"
		       "The boot loader hands one over, or "
		       "-DPICOVIRTIO_DEVICETREE=FILE builds one in.\n");
	else if (vio_board.dt_refused[0] != '\0' || vio_board.dt_built_in)
		printf("Devicetree: taken: %s\n", vio_board.dt_from);
}

static void say_lacks(void)
{
	static const struct {
		unsigned lack;
		const char *words;
	} lines[] = {
		{ VIO_BOARD_NO_CONSOLE, "no UART of a known kind" },
		{ VIO_BOARD_NO_INTERRUPTS,
		  "no interrupt controller of a known kind: devices are polled" },
		{ VIO_BOARD_NO_FREQUENCY,
		  "the frequency of the clock is missing: times are guesses" },
		{ VIO_BOARD_NO_TIMER,
		  "no timer that could end a sleep: the CPU does not sleep, and polls" },
		{ VIO_BOARD_NO_POWEROFF, "no way to power off" },
	};

	for (size_t i = 0; i < COUNT(lines); i++) {
		if ((vio_board.lacks & lines[i].lack) != 0)
			printf("In the devicetree: %s\n", lines[i].words);
	}
	if ((vio_board.lacks & VIO_BOARD_NO_WAKE) != 0)
		printf("This CPU does not enable interrupts of devices: devices are polled\n");
	for (unsigned i = 0; i < vio_board.nleft; i++) {
		const struct vio_board_left *left = &vio_board.left[i];

		printf("In the devicetree: ");
		print_outside(vio_dt_name(&vio_board.dt, left->node));
		if (left->lies_in)
			printf(" is not used: its registers lie in %s\n", left->lies_in);
		else
			printf(" is not used: this CPU cannot address it\n");
	}
}

int main(void)
{
	app.loop.platform = &vio_board.platform;
	app.loop.service_device = vio_recover_service;
	app.loop.note = trace_loop;
	app.loop.service = service;
	app.loop.work = work;
	app.loop.arg = &app;
	app.terminal.loop = &app.loop;
	app.terminal.moved = moved;
	app.terminal.arg = &app;
	app.terminal.out.plain = true;
	shell_init(&app.shell, &(struct command_context){ .commands = &image_commands,
							  .loop = &app.loop,
							  .terminal = &app.terminal,
							  .shell = &app.shell,
							  .probe = &app.probe,
							  .trace = &app.trace });
	vio_stdio_attach(&app.terminal);
	for (const struct service *const *s = image_services; *s; s++) {
		if ((*s)->attach)
			(*s)->attach(&app.terminal);
	}
	trace_add(&app.trace, vio_loop_now(&app.loop), TRACE_BOOT, 0);

	printf("picovirtio %s on %s\n", PICOVIRTIO_VERSION, vio_board.name);
	say_tree();
	if (vio_board.dt_error == VIO_OK && vio_board.memory_error != VIO_OK)
		printf("No memory for devices was found in the devicetree: %s\n",
		       vio_strerror(vio_board.memory_error));
	if (vio_board.dt_error == VIO_OK)
		say_lacks();
	probe_all(&app.probe, image_classes, image_class_count);
	say_found(&app);
	app.loop.devices = app.probe.devices;
	for (const struct service *const *s = image_services; *s; s++)
		(*s)->start(&app.probe, &app.loop);
	choose_console(&app);
	script_read(probe_boot_arguments());
	vio_terminal_start(&app.terminal);
	vio_loop_run(&app.loop);
	return 0;
}
