/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * count IMAGE: how often the image is read, through a cache. Prints the reads for the tables of
 * /big, those for its data, how many were in flight at once, and the reads for a walk through
 * /many.
 */
#include "tests/files/walk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { PIECE = 16384 };

static void need(bool ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(2);
	}
}

static struct vio_files v;

static void read_big(struct walk *w)
{
	static uint8_t piece[PIECE];
	struct vio_files_node n;
	uint64_t at = 0;
	int rc;

	need(vio_files_find(&v, "/big", &n) == VIO_OK, "/big");
	w->reads = w->data_reads = w->most_flying = 0;
	while ((rc = vio_files_read(&v, &n, at, piece, sizeof(piece))) > 0)
		at += (unsigned)rc;
	need(rc == 0 && at == n.bytes, "reading /big");
	printf("%lu %lu %u ", w->reads - w->data_reads, w->data_reads, w->most_flying);
}

static void read_many(struct walk *w)
{
	struct vio_files_node dir;
	struct vio_files_entry e;
	uint64_t at = 0;
	int rc;

	need(vio_files_find(&v, "/many", &dir) == VIO_OK, "/many");
	w->reads = 0;
	while ((rc = vio_files_next(&v, &dir, &at, &e)) == 1)
		need(!e.damaged, "an entry of /many");
	need(rc == 0, "reading /many");
	printf("%lu\n", w->reads);
}

int main(int argc, char **argv)
{
	static struct walk w = { .block_bytes = VIO_FILES_SECTOR, .cached = true };
	const int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
	struct stat s;

	need(fd >= 0 && fstat(fd, &s) == 0, "count IMAGE");
	w.bytes = (uint64_t)s.st_size;
	w.image = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	need(w.image != MAP_FAILED, "mmap");
	const struct vio_files_disk d = walk_open(&w);
	need(vio_files_mount(&v, &d) == VIO_OK, "mount");
	read_big(&w);
	read_many(&w);
	walk_close(&w);
	return 0;
}
