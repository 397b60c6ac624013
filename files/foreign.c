/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of formats that this library does not read, recognised by the bytes that they begin
 * with. */
#include <picovirtio/files.h>

#include <string.h>

enum { MAGIC_MAX = 10 };

static const struct {
	const char *name;
	uint32_t at;
	uint8_t n;
	char magic[MAGIC_MAX];
} formats[] = {
	{ "exFAT", 3, 8, "EXFAT   " },
	{ "NTFS", 3, 8, "NTFS    " },
	{ "squashfs", 0, 4, "hsqs" },
	{ "EROFS", 1024, 4, { '\xe2', '\xe1', '\xf5', '\xe0' } },
	{ "F2FS", 1024, 4, { '\x10', '\x20', '\xf5', '\xf2' } },
	{ "XFS", 0, 4, "XFSB" },
	{ "Btrfs", 65600, 8, "_BHRfS_M" },
	{ "LUKS", 0, 6, { 'L', 'U', 'K', 'S', '\xba', '\xbe' } },
	{ "LVM", 536, 8, "LVM2 001" },
	{ "swap", 4086, 10, { 'S', 'W', 'A', 'P', 'S', 'P', 'A', 'C', 'E', '2' } },
};

const char *vio_files_foreign(const struct vio_files_disk *d)
{
	for (unsigned i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		char raw[MAGIC_MAX];

		if (vio_files_get(d, formats[i].at, raw, formats[i].n) == VIO_OK &&
		    memcmp(raw, formats[i].magic, formats[i].n) == 0)
			return formats[i].name;
	}
	return NULL;
}
