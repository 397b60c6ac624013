/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device class of its own, for keyboards (virtio 1.4, 5.8). It reads the name of the device from
 * config space, and gives the device memory for events. The program ends when Esc is pressed.
 */
#include <picovirtio/app.h>
#include <picovirtio/console.h>

#include <stdio.h>

enum { EVENTS = 16, NAME_BYTES = 64, EV_KEY = 1, ESC = 1 };
enum { SELECT = 0, SUBSELECT = 1, BYTES = 2, DATA = 8, ID_NAME = 1 }; /* config space */

struct event {
	uint16_t type, code; /* little-endian, as on the CPUs of this example */
	uint32_t value;
};

struct keyboard {
	struct vio_device device; /* first member */
	struct vio_queue queue;
	char name[NAME_BYTES];
	bool done;
	/* EVENTS of them, in ring memory at the device address `at`. The device writes there, so
	 * nothing private lies beside them. */
	struct event *event;
	vio_dma at;
};

/* Give the memory of event `i` to the device. */
static int give(struct keyboard *k, size_t i)
{
	const struct vq_seg seg = { { k->at.addr + i * sizeof(*k->event) }, sizeof(*k->event) };

	return vio_queue_submit(&k->queue, &seg, 0, 1, &k->event[i]);
}

/* The device has written an event: use it, and give the memory back. */
static void event_done(struct vio_queue *q, void *cookie, int err, uint32_t written)
{
	struct keyboard *k = (struct keyboard *)q->dev;
	const struct event e = *(const struct event *)cookie; /* read once */

	if (err != VIO_OK)
		return; /* the device was reset */
	if (written == sizeof(e) && e.type == EV_KEY) {
		printf("key %u %s\n", e.code, e.value != 0 ? "pressed" : "released");
		k->done |= e.code == ESC && e.value == 0;
	}
	give(k, (size_t)((struct event *)cookie - k->event));
}

static int read_name(struct vio_device *d, char *name)
{
	const uint8_t what = ID_NAME, none = 0;
	uint8_t n = 0;
	int rc = vio_device_config_write(d, SELECT, &what, 1);

	if (rc == VIO_OK)
		rc = vio_device_config_write(d, SUBSELECT, &none, 1);
	if (rc == VIO_OK)
		rc = vio_device_config(d, BYTES, &n, 1);
	for (uint8_t i = 0; rc == VIO_OK && i < n && i < NAME_BYTES - 1; i++)
		rc = vio_device_config(d, DATA + i, &name[i], 1);
	return rc;
}

static const struct vio_queue_options event_queue = { .max = EVENTS, .done = event_done };

static int start(struct vio_device *d)
{
	struct keyboard *k = (struct keyboard *)d;

	if (!k->event) /* the memory is kept for later starts */
		k->event = vio_device_ring_memory(d, EVENTS * sizeof(*k->event), 8, &k->at);
	int rc = k->event ? read_name(d, k->name) : VIO_ENOMEM;
	if (rc == VIO_OK)
		rc = vio_queue_open(d, &k->queue, &event_queue);
	for (unsigned i = 0; rc == VIO_OK && i < EVENTS && i < vio_queue_size(&k->queue); i++)
		rc = give(k, i);
	return rc;
}

static const struct vio_driver driver = {
	.name = "keyboard", .device_type = 18, .state_size = sizeof(struct keyboard), .start = start
};
static const struct vio_class classes[] = { { &vio_console_driver, NULL }, { &driver, NULL } };
/* plain: the name of a device may have control characters, which are not printed. */
static struct vio_app app = { .classes = classes, .nclasses = 2, .terminal.out.plain = true };

static bool is_done(void *arg)
{
	return ((struct keyboard *)arg)->done;
}

int main(void)
{
	vio_app_start(&app);
	struct keyboard *k = (struct keyboard *)vio_probe_first(&app.probe, &driver);
	if (k) {
		printf("%s: press keys; Esc ends\n", k->name);
		vio_loop_wait(&app.loop, is_done, k, UINT64_MAX);
	}
	vio_terminal_finish(&app.terminal);
	return k ? 0 : 1;
}
