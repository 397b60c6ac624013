/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of files/ under libFuzzer. Each input is an image. */
#include "tests/files/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct walk w = { .image = data,
			  .bytes = n,
			  .block_bytes = VIO_FILES_SECTOR,
			  .entries = 200,
			  .data = 1 << 18,
			  .cached = n % 2 };

	walk_image(&w);
	return 0;
}
