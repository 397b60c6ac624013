/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIRMWARE_CONSOLE_PORTS_H
#define FIRMWARE_CONSOLE_PORTS_H

#include <picovirtio/output.h>

/* Another way for the results than their port. */
struct ports_way {
	struct vio_output_sink sink;
	bool (*is_open)(void); /* false: text waits */
	/* At the end of the machine await() waits until it is open, and finish() until all accepted
	 * text has reached the host. Both waits are bounded. */
	void (*await)(void);
	void (*finish)(void);
};

/* Send the results that way from now on. `way` stays in use. */
void ports_results_by(const struct ports_way *way);

#endif
