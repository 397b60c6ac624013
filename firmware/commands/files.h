/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIRMWARE_COMMANDS_FILES_H
#define FIRMWARE_COMMANDS_FILES_H

#include "firmware/console/command.h"
#include "firmware/commands/place.h"

/* Call `use` for each piece of the file, up to `most` bytes in all. `at` is the offset of a piece
 * in the file. False: the file could not be read, or Ctrl-C was pressed (both are printed), or
 * `use` returned false. */
bool files_each_piece(const struct command_context *c, const char *name, struct place *p,
		      uint64_t most,
		      bool (*use)(void *arg, uint64_t at, const char *bytes, size_t n), void *arg);

#endif
