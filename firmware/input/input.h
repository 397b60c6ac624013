/* SPDX-License-Identifier: BSD-2-Clause */
/* Keyboards that type into the shell, and events for those who want to see them. */
#ifndef FIRMWARE_INPUT_INPUT_H
#define FIRMWARE_INPUT_INPUT_H

#include <picovirtio/input.h>

struct slot;

/* An input device by its number, in the order of the slots. NULL: there are not so many. */
struct vio_input *input_find(unsigned number, const struct slot **slot);

/* Call `fn` for each event of every input device; NULL: no more. While events are watched, keys
 * type nothing but Ctrl-C. */
void input_watch(vio_input_fn fn);

#endif
