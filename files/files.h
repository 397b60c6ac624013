/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directories and files of a disk or partition, read only: FAT12, FAT16, FAT32 with long names,
 * and ext2, ext3, ext4. The journal of an ext3 or ext4 that was not unmounted is not replayed, and
 * its checksums are not looked at: what is shown is what was written back by then.
 *
 *     struct files v;                     files_mount(&v, &disk)
 *     struct files_node n;                files_find(&v, "/etc/motd", &n)
 *     uint64_t at = 0;                    files_next(&v, &dir, &at, &entry)
 *     files_read(&v, &n, 0, buffer, 512)
 *
 * The disk is not believed: a number from it is checked before it is used, and every loop ends,
 * whatever it says. VIO_EFORMAT: it is damaged there; other files may still be read.
 */
#ifndef FILES_FILES_H
#define FILES_FILES_H

#include "files/disk.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	FILES_NAME = 256 * 3, /* bytes of a name with its NUL: 255 units of UTF-16 */
	FILES_ALIAS = 13,
	FILES_MAP = 60,
};

enum files_kind { FILES_FILE, FILES_DIRECTORY, FILES_LINK, FILES_OTHER };

/* A file or directory. Copies are independent. */
struct files_node {
	enum files_kind kind;
	uint64_t bytes; /* of a directory: room for entries, not how many there are */

	/* Private. FAT: the first cluster (0: the root of FAT12 and FAT16, or no data), and how far
	 * its chain has been walked. ext: the inode, and its map from blocks to the disk. */
	uint32_t id;
	uint32_t index, cluster, mark, mark_index;
	bool extents, unreadable;
	uint8_t map[FILES_MAP];
};

struct files_entry {
	char name[FILES_NAME];	 /* UTF-8, as it is on the disk: it may hold anything but NUL */
	char alias[FILES_ALIAS]; /* FAT: the short name, where there is a long one; or "" */
	bool damaged;		 /* `node` is of no use */
	struct files_node node;
};

/* Private: what is known of a FAT. Places are bytes of the disk. */
struct fat {
	unsigned bits;	   /* 12, 16, 32 */
	uint32_t clusters; /* they are numbered from 2 */
	uint32_t cluster_bytes;
	uint64_t table_at, root_at, data_at;
	uint32_t root_bytes;   /* FAT12, FAT16 */
	uint32_t root_cluster; /* FAT32 */
};

/* Private: what is known of an ext2, ext3, ext4. */
struct ext {
	uint32_t block_bytes, inodes, inodes_per_group, inode_bytes, group_bytes;
	uint64_t blocks, groups_at; /* block */
};

struct files;

/* Private: a format, as const data. */
struct files_format {
	bool fold; /* names of ASCII letters are the same in upper and lower case */
	int (*mount)(struct files *v); /* VIO_ENODEV: not this format */
	int (*root)(struct files *v, struct files_node *n);
	int (*next)(struct files *v, struct files_node *dir, uint64_t *at, struct files_entry *e);
	/* At least one byte, up to `len`, or 0 at the end. */
	int (*read)(struct files *v, struct files_node *n, uint64_t at, void *p, uint32_t len);
};

struct files {
	struct files_disk disk;
	const char *name; /* "FAT16", "ext4", ... */
	bool unclean; /* it was not unmounted: what is read may be older than what was written */
	const struct files_format *format; /* private, as all below */
	union {
		struct fat fat;
		struct ext ext;
	};
};

/* VIO_ENODEV: no file system that is known. VIO_ENOTSUP: one that uses what is not known.
 * VIO_EFORMAT: damaged. Else what the disk's read said. */
int files_mount(struct files *v, const struct files_disk *d);

/* The node at the end of a path of names with '/' between, from the root. VIO_EINVAL: there is no
 * such name, or one before the last is no directory. Links are not followed. */
int files_find(struct files *v, const char *path, struct files_node *out);

/* The next entry of a directory; `*at` is 0 for the first one, and a place to go on from. 1: there
 * it is. 0: no more. VIO_EINVAL: no directory. "." and ".." are left out. */
int files_next(struct files *v, struct files_node *dir, uint64_t *at, struct files_entry *e);

/* Bytes of a file from `at`: how many there were, up to `len` (at most INT32_MAX); fewer at its
 * end. VIO_EINVAL: no file. VIO_ENOTSUP: it is stored in a way that is not known. */
int files_read(struct files *v, struct files_node *n, uint64_t at, void *p, uint32_t len);

extern const struct files_format files_fat, files_ext;

#ifdef __cplusplus
}
#endif
#endif
