/* SPDX-License-Identifier: BSD-2-Clause */
/* show [--cached] IMAGE: list what is in the image, one line for each entry, read with a cache or
 * without. */
#include "tests/files/walk.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
	const bool cached = argc > 1 && strcmp(argv[1], "--cached") == 0;
	const int fd = argc > 1 + cached ? open(argv[1 + cached], O_RDONLY) : -1;
	struct stat s;
	struct walk w = { .block_bytes = VIO_FILES_SECTOR,
			  .cached = cached,
			  .out = stdout,
			  .entries = 100000,
			  .data = UINT64_MAX };

	if (fd < 0 || fstat(fd, &s) != 0) {
		perror(argc > 1 + cached ? argv[1 + cached] : "show [--cached] IMAGE");
		return 2;
	}
	w.bytes = (uint64_t)s.st_size;
	w.image = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (w.image == MAP_FAILED) {
		perror("mmap");
		return 2;
	}
	walk_image(&w);
	return 0;
}
