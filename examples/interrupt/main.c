/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program with an interrupt handler of its own, which acknowledges the device and wakes the
 * owner. A port to an RTOS looks the same, with a semaphore in place of the flag `wake`.
 */
#include <picovirtio/board.h>
#include <picovirtio/probe.h>
#include <picovirtio/rng.h>

#include "cpu.h"

enum { SLOTS = 32 };

static const struct vio_class classes[] = { { &vio_rng_driver, NULL } };
static struct vio_device *device;
static volatile uint32_t wake; /* a binary semaphore */

/* The handler completes the interrupt at the interrupt controller after this. By then the device is
 * acknowledged, so its line is down. */
void on_interrupt(void)
{
	if (vio_device_interrupt(device))
		wake = 1; /* stands for xSemaphoreGiveFromISR() */
}

/* The owner's work after each sleep: handle events and completions, ask for notifications, and
 * repeat this if a completion arrived in the meantime. */
static void serve(void)
{
	do {
		vio_device_service(device, vio_board.platform.now(vio_board.platform.ctx));
		vio_device_poll(device);
	} while (vio_device_arm(device));
}

int main(void)
{
	static struct vio_slot slots[SLOTS];
	static struct vio_probe probe = { .dt = &vio_board.dt,
					  .platform = &vio_board.platform,
					  .classes = classes,
					  .nclasses = 1 };
	static uint8_t bytes[16];
	static struct vio_rng_request request = { .p = bytes, .len = sizeof(bytes) };

	vio_probe_all(&probe, slots, SLOTS);
	device = vio_probe_first(&probe, &vio_rng_driver);
	if (!device)
		return 1;
	for (const struct vio_slot *s = probe.slots; s; s = s->next)
		vio_board_irq_enable(s->has_irq ? &s->irq : NULL);
	cpu_start_interrupts();
	serve();
	if (vio_rng_submit(vio_rng_of(device), &request) != VIO_OK)
		return 2;
	vio_rng_kick(vio_rng_of(device));
	while (request.busy) { /* until an interrupt came, and serve() took the answer */
		while (!wake)  /* stands for xSemaphoreTake() */
			cpu_sleep(&wake);
		wake = 0;
		serve();
	}
	return request.err == VIO_OK ? 0 : 3;
}
