/* SPDX-License-Identifier: BSD-2-Clause */
/* show IMAGE [BLOCK_BYTES]: what is in it, one line each. */
#include "tests/files/walk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
	const int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
	struct stat s;
	struct walk w = { .block_bytes = argc > 2 ? (uint32_t)atoi(argv[2]) : VIO_FILES_SECTOR,
			  .out = stdout,
			  .entries = 100000,
			  .data = UINT64_MAX };

	if (fd < 0 || fstat(fd, &s) != 0) {
		perror(argc > 1 ? argv[1] : "show IMAGE");
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
