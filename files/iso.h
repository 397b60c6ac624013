/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to iso.c and iso_rock.c. */
#ifndef VIO_FILES_ISO_H
#define VIO_FILES_ISO_H

#include <picovirtio/files.h>

enum { ISO_BLOCK = 2048 };

/* What Rock Ridge says of a directory record. */
struct iso_rock {
	size_t n;	/* bytes of the name; 0: there is none */
	bool is_link;	/* a symbolic link */
	bool is_hidden; /* a directory that is reached by another record */
	bool is_moved;	/* a directory that lies at block `child` */
	uint32_t child;
};

/* Read `n` bytes of system use fields and their continuations. The name goes to `name`, with its
 * NUL. Errors are those of the disk. */
int vio_iso_rock(const struct vio_files *v, const uint8_t *p, uint32_t n, char *name,
		 struct iso_rock *k);

#endif
