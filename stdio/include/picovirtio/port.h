/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A port of a virtio console as the sink of a struct vio_output, for example a port of its own for
 * test results:
 *
 *     struct vio_port port = { .loop = &loop };
 *     if (vio_port_find(&port, "org.example.results")) {
 *             sink = vio_port_sink(&port);
 *             vio_output_attach(&output, &sink);
 *     }
 */
#ifndef VIO_PORT_H
#define VIO_PORT_H

#include <picovirtio/loop.h>
#include <picovirtio/output.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vio_port {
	struct vio_loop *loop;	/* the caller fills this */
	struct vio_device *dev; /* the console; NULL: none yet */
	unsigned number;
};

/* True if the port is open now. */
bool vio_port_is_open(const struct vio_port *p);

/* Look for the port with this name among the devices of the loop, unless it was found before. True
 * if it is open. Looks at memory only. */
bool vio_port_find(struct vio_port *p, const char *name);

/* The port as a sink. `p` stays in place while the sink is in use. */
struct vio_output_sink vio_port_sink(struct vio_port *p);

/* Wait until the device has taken all that was written, `timeout` nanoseconds at most. */
void vio_port_finish(struct vio_port *p, uint64_t timeout);

/* The board's early console as a sink. */
struct vio_output_sink vio_early_sink(struct vio_loop *l);

#ifdef __cplusplus
}
#endif
#endif
