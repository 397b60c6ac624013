/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIRMWARE_COMMANDS_FILES_H
#define FIRMWARE_COMMANDS_FILES_H

#include "firmware/commands/commands.h"
#include "firmware/commands/place.h"

/* Call `use` for the bytes of the file, `most` at most, piece by piece; `at` is the place of a
 * piece in the file. False: the file could not be read, or the user stopped it, which is printed;
 * or `use` returned false. */
bool files_each_piece(const struct command_context *c, const char *name, struct place *p,
		      uint64_t most,
		      bool (*use)(void *arg, uint64_t at, const char *bytes, size_t n), void *arg);

#endif
