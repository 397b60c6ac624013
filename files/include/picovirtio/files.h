/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directories and files of a disk or partition, read only: FAT12, FAT16, FAT32 with long names,
 * and ext2, ext3, ext4. The journal of an ext3 or ext4 that was not unmounted is not replayed, and
 * its checksums are not looked at: what is shown is what was written back by then.
 *
 *     struct vio_files v;                     vio_files_mount(&v, &disk)
 *     struct vio_files_node n;                vio_files_find(&v, "/etc/motd", &n)
 *     uint64_t at = 0;                    vio_files_next(&v, &dir, &at, &entry)
 *     vio_files_read(&v, &n, 0, buffer, 512)
 *
 * The disk is not believed: a number from it is checked before it is used, and every loop ends,
 * whatever it says. VIO_EFORMAT: it is damaged there; other files may still be read.
 */
#ifndef VIO_FILES_FILES_H
#define VIO_FILES_FILES_H

#include <picovirtio/disk.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_FILES_NAME = 256 * 3, /* bytes of a name with its NUL: 255 units of UTF-16 */
	VIO_FILES_ALIAS = 13,
	VIO_FILES_MAP = 60,
};

enum vio_files_kind { VIO_FILES_FILE, VIO_FILES_DIRECTORY, VIO_FILES_LINK, VIO_FILES_OTHER };

/* A file or directory. Copies are independent. */
struct vio_files_node {
	enum vio_files_kind kind;
	uint64_t bytes; /* of a directory: room for entries, not how many there are */

	/* Private. FAT: the first cluster (0: the root of FAT12 and FAT16, or no data), and how far
	 * its chain has been walked. ext: the inode, and its map from blocks to the disk. */
	uint32_t id;
	uint32_t index, cluster, mark, mark_index;
	bool extents, unreadable;
	uint8_t map[VIO_FILES_MAP];
};

struct vio_files_entry {
	char name[VIO_FILES_NAME];   /* UTF-8, as it is on the disk: it may hold anything but NUL */
	char alias[VIO_FILES_ALIAS]; /* FAT: the short name, where there is a long one; or "" */
	bool damaged;		     /* `node` is of no use */
	struct vio_files_node node;
};

/* Private: what is known of a FAT. Places are bytes of the disk. */
struct vio_fat {
	unsigned bits;	   /* 12, 16, 32 */
	uint32_t clusters; /* they are numbered from 2 */
	uint32_t cluster_bytes;
	uint64_t table_at, root_at, data_at;
	uint32_t root_bytes;   /* FAT12, FAT16 */
	uint32_t root_cluster; /* FAT32 */
};

/* Private: what is known of an ext2, ext3, ext4. */
struct vio_ext {
	uint32_t block_bytes, inodes, inodes_per_group, inode_bytes, group_bytes;
	uint64_t blocks, groups_at; /* block */
};

struct vio_files;

/* Private: a format, as const data. */
struct vio_files_format {
	bool fold; /* names of ASCII letters are the same in upper and lower case */
	int (*mount)(struct vio_files *v); /* VIO_ENODEV: not this format */
	int (*root)(struct vio_files *v, struct vio_files_node *n);
	int (*next)(struct vio_files *v, struct vio_files_node *dir, uint64_t *at,
		    struct vio_files_entry *e);
	/* At least one byte, up to `len`, or 0 at the end. */
	int (*read)(struct vio_files *v, struct vio_files_node *n, uint64_t at, void *p,
		    uint32_t len);
};

struct vio_files {
	struct vio_files_disk disk;
	const char *name; /* "FAT16", "ext4", ... */
	bool unclean; /* it was not unmounted: what is read may be older than what was written */
	const struct vio_files_format *format; /* private, as all below */
	union {
		struct vio_fat fat;
		struct vio_ext ext;
	};
};

/* VIO_ENODEV: no file system that is known. VIO_ENOTSUP: one that uses what is not known.
 * VIO_EFORMAT: damaged. Else what the disk's read said. */
int vio_files_mount(struct vio_files *v, const struct vio_files_disk *d);

/* The node at the end of a path of names with '/' between, from the root. VIO_EINVAL: there is no
 * such name, or one before the last is no directory. Links are not followed. */
int vio_files_find(struct vio_files *v, const char *path, struct vio_files_node *out);

/* The next entry of a directory; `*at` is 0 for the first one, and a place to go on from. 1: there
 * it is. 0: no more. VIO_EINVAL: no directory. "." and ".." are left out. */
int vio_files_next(struct vio_files *v, struct vio_files_node *dir, uint64_t *at,
		   struct vio_files_entry *e);

/* Bytes of a file from `at`: how many there were, up to `len` (at most INT32_MAX); fewer at its
 * end. VIO_EINVAL: no file. VIO_ENOTSUP: it is stored in a way that is not known. */
int vio_files_read(struct vio_files *v, struct vio_files_node *n, uint64_t at, void *p,
		   uint32_t len);

extern const struct vio_files_format vio_files_fat, vio_files_ext;

#ifdef __cplusplus
}
#endif
#endif
