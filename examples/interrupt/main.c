/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program with an interrupt handler of its own, which acknowledges the device and wakes the
 * owner. A port to an RTOS looks the same, with a semaphore in place of the flag `wake`.
 */
#include <picovirtio/board.h>
#include <picovirtio/probe.h>
#include <picovirtio/rng.h>

#include "cpu.h"

enum { SLOTS = 32, REQUESTS = 8 };

static const struct vio_class classes[] = { { &vio_rng_driver, NULL } };

static struct vio_device *device;
static volatile bool wake;
static volatile unsigned interrupts;

/* The handler completes the interrupt at the interrupt controller after this. By then the device is
 * acknowledged, so its line is down. */
void on_interrupt(void)
{
	if (vio_device_interrupt(device)) {
		interrupts++;
		wake = true; /* stands for xSemaphoreGiveFromISR() */
	}
}

/* Stands for xSemaphoreTake(). Interrupts are masked, so no handler runs between the test of `wake`
 * and the sleep. A pending interrupt ends the sleep all the same. */
static void take(void)
{
	while (!wake) {
		cpu_mask();
		if (!wake)
			cpu_wait();
		cpu_unmask();
	}
	wake = false;
}

/* The owner's work after each sleep: handle events and completions, ask for notifications, and
 * repeat this if a completion arrived in the meantime. */
static void serve(void)
{
	const struct vio_platform *p = &vio_board.platform;

	do {
		vio_device_service(device, p->now(p->ctx));
		while (vio_device_poll(device))
			;
	} while (vio_device_arm(device));
}

int main(void)
{
	static struct vio_slot slots[SLOTS];
	static struct vio_probe probe = { .dt = &vio_board.dt,
					  .platform = &vio_board.platform,
					  .classes = classes,
					  .nclasses = 1 };
	static struct vio_rng_request request;
	static uint8_t bytes[16];
	unsigned answers = 0;

	vio_probe_all(&probe, slots, SLOTS);
	device = probe.devices;
	if (!device || device->state != VIO_LIVE)
		return 1;
	for (const struct vio_slot *s = probe.slots; s; s = s->next) {
		if (s->device == device)
			vio_board_irq_enable(&s->irq);
	}
	cpu_start_interrupts();
	for (; answers < REQUESTS; answers++) {
		request = (struct vio_rng_request){ .p = bytes, .len = sizeof(bytes) };
		if (vio_rng_submit(vio_rng_of(device), &request) != VIO_OK)
			return 2;
		vio_rng_kick(vio_rng_of(device));
		for (serve(); request.busy; serve())
			take();
		if (request.err != VIO_OK)
			return 3;
	}
	return interrupts > 0 ? 0 : 4;
}
