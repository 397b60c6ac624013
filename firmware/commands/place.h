/* SPDX-License-Identifier: BSD-2-Clause */
/* A place in the file systems of the disks: a disk, a partition, and a path from there, or from
 * where `cd` has led. */
#ifndef FIRMWARE_COMMANDS_PLACE_H
#define FIRMWARE_COMMANDS_PLACE_H

#include <picovirtio/files.h>
#include "firmware/console/complete.h"
#include "firmware/disks/disk.h"

enum { PLACE_PATH = 512 };

struct place {
	struct disk d;
	struct vio_files_disk whole;
	struct vio_files v;
	uint32_t asked;	  /* the partition that was named; 0: none was */
	unsigned part;	  /* that was found; 0: the whole disk */
	const char *path; /* as it was typed */
	const char *full; /* from the root */
	bool fits;	  /* it is not too long */
	struct vio_files_node node;
};

/* Find what the words "[D:P] [PATH]" name. False: it does not exist; the reason was printed, with
 * `name`, the command's name, in front. */
bool place_find(const char *name, int argc, char **argv, struct place *p);

/* End the use of a place. Call this after each place_find() and place_find_new() that returned
 * true. */
void place_end(const struct place *p);

/* The number of words of the first of several places: 2 if a disk precedes the path. */
int place_words(int argc, char **argv);

/* Find the directory for a new file. The words name the directory, or the directory and a new name.
 * `*name` is that new name, or otherwise `source`. False: as place_find(). */
bool place_find_new(const char *command, int argc, char **argv, const char *source, struct place *p,
		    const char **name);

/* Why the file system could not be read, in words. */
const char *place_why(const struct place *p, int rc);

/* Let relative paths begin at a place, and print where they begin. */
void place_enter(const struct place *p);
void place_print(void);

/* Print the file systems of a disk, a line each. Returns how many there are. */
unsigned place_print_all(unsigned disk);

/* Offer the files whose names begin with the word. */
void place_complete(const struct command_context *c, int argc, char **argv, struct completion *out);

#endif
