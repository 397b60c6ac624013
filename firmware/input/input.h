/* SPDX-License-Identifier: BSD-2-Clause */
/* Keyboards that type into the shell, and events for those who want to see them. */
#ifndef FIRMWARE_INPUT_INPUT_H
#define FIRMWARE_INPUT_INPUT_H

#include <picovirtio/input.h>

struct slot;

/* An input device by its number, in the order of the slots. NULL: there is none of this number. */
struct vio_input *input_find(unsigned number, const struct slot **slot);

/* Call `fn` for each event of every input device. NULL ends that. While events are watched, only
 * Ctrl-C reaches the shell. */
void input_watch(vio_input_fn fn);

#endif
