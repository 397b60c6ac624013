/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands from the boot arguments: run="devices; rng 4" runs them as if they were typed. Then the
 * machine ends with the exit code of the first command that failed. */
#ifndef FIRMWARE_CONSOLE_SCRIPT_H
#define FIRMWARE_CONSOLE_SCRIPT_H

#include "firmware/console/shell.h"

enum { SCRIPT_BYTES = 1024 };

/* Take the script from the boot arguments (NULL: none). */
void script_read(const char *bootargs);

/* Is there a script that has not run yet? */
bool script_is_due(void);

/* Run it, and end the machine. */
void script_run(struct shell *s);

#endif
