/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Read directories and files of a disk or partition: FAT12, FAT16 and FAT32 with long names, ext2,
 * ext3 and ext4, and ISO 9660 with the names of Rock Ridge or Joliet. The journal of an ext3 or
 * ext4 file system is not replayed, and the checksums of ext are not verified. A file system that
 * was not unmounted therefore appears as it was last written back.
 *
 *     struct vio_files v;
 *     struct vio_files_node n;
 *     uint64_t at = 0;
 *     vio_files_mount(&v, &disk);
 *     vio_files_find(&v, "/etc/motd", &n);
 *     vio_files_read(&v, &n, 0, buffer, 512);     the first bytes of the file
 *     vio_files_next(&v, &dir, &at, &entry);      one entry of a directory that was found before
 *
 * Every number from the disk is checked before it is used, and every loop ends whatever the disk
 * contains. VIO_EFORMAT means that this part of the disk is damaged; other files may still be
 * readable. Every function may also return the error of the disk's read().
 */
#ifndef VIO_FILES_FILES_H
#define VIO_FILES_FILES_H

#include <picovirtio/disk.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_FILES_NAME = 256 * 3, /* bytes of a name of 255 UTF-16 units, with its NUL */
	VIO_FILES_ALIAS = 13,
	VIO_FILES_MAP = 60,
	/* Most free entries of an ext directory in a row, and most entries that a search looks at
	 * for one name. A directory that leads on for ever costs no more. */
	VIO_FILES_FREE_MAX = 1 << 18,
	VIO_FILES_SEARCH_MAX = 1 << 20,
	/* Most links that a path may lead through, and most of them within the target of another
	 * one, of which a part is still to come. */
	VIO_FILES_LINKS_MAX = 40,
	VIO_FILES_LINK_DEPTH = 8,
};

enum vio_files_kind { VIO_FILES_FILE, VIO_FILES_DIRECTORY, VIO_FILES_LINK, VIO_FILES_OTHER };

/* A file or directory. A copy of the struct is independent of the original. */
struct vio_files_node {
	enum vio_files_kind kind;
	uint64_t bytes; /* length of a file; of a directory the room for entries */

	/* Private. FAT: the first cluster (0: the root of FAT12 and FAT16, or no data), and the
	 * position up to which its chain has been followed. ext: the inode, and the map from its
	 * blocks to the disk. ISO 9660: the first block. */
	uint32_t id;
	uint32_t index, cluster, mark, mark_index;
	bool extents, in_inode, encrypted;
	uint8_t map[VIO_FILES_MAP];
	uint64_t at; /* of the map on the disk; ISO 9660: of the data */
};

struct vio_files_entry {
	char name[VIO_FILES_NAME];   /* UTF-8; may contain any byte but NUL, as on the disk */
	char alias[VIO_FILES_ALIAS]; /* FAT: the short name of a file with a long one; or "" */
	bool damaged;		     /* `node` must not be used */
	struct vio_files_node node;
};

/* Private: the layout of a FAT file system. Positions are in bytes from the start of the disk. */
struct vio_fat {
	unsigned bits;	   /* 12, 16, 32 */
	uint32_t clusters; /* number of clusters; the first one is cluster 2 */
	uint32_t cluster_bytes;
	uint64_t table_at, root_at, data_at;
	uint32_t root_bytes;   /* FAT12 and FAT16 only */
	uint32_t root_cluster; /* FAT32 only */
};

/* Private: the layout of an ext2, ext3 or ext4 file system. */
struct vio_ext {
	uint32_t block_bytes, inodes, inodes_per_group, inode_bytes, group_bytes, group_blocks;
	uint32_t cluster_blocks, first_block, first_meta;
	uint32_t backup[2];
	uint8_t backups;
	bool large_directories;
	uint64_t blocks;
};

/* Private: the layout of an ISO 9660 file system: its root directory, and which names it has. */
struct vio_iso {
	uint32_t root, root_bytes;
	uint8_t skip; /* bytes before the fields of Rock Ridge */
	bool joliet, rock;
};

struct vio_files;

/* Bytes of a file that lie in a row. */
struct vio_files_run {
	uint64_t at;	/* on the disk of the file system, for its read() and start() */
	uint64_t bytes; /* > 0 */
	bool hole;	/* they are zeroes, and nowhere on the disk */
};

/*
 * A file system format, as const data. An application may have formats of its own, for trees of
 * files that are on no disk, such as a folder of the host: see vio_files_open(). Such a format
 * identifies a node by `id`, and leaves the other private fields zero.
 */
struct vio_files_format {
	const char *name;		   /* for a format of the application's own */
	bool fold;			   /* the case of ASCII letters in names does not matter */
	int (*mount)(struct vio_files *v); /* VIO_ENODEV: the disk has another format */
	int (*root)(struct vio_files *v, struct vio_files_node *n);
	/* Read the next entry. Set its names and the `id` of its node; without node() set all of
	 * the node. */
	int (*next)(struct vio_files *v, struct vio_files_node *dir, uint64_t *at,
		    struct vio_files_entry *e);
	int (*node)(struct vio_files *v, uint32_t id, struct vio_files_node *n);
	/* Find byte `at` of a file or directory, and the bytes that follow it in a row, up to about
	 * `most`. 1: `*r` is set. 0: the blocks end before. */
	int (*map)(struct vio_files *v, struct vio_files_node *n, uint64_t at, uint32_t most,
		   struct vio_files_run *r);

	/* NULL in a format whose directories are searched by next() and whose links are files. */
	/* Find the entry with this name of `n` bytes in `dir`. VIO_ENODEV: there is none. */
	int (*step)(struct vio_files *v, const struct vio_files_node *dir, const char *name,
		    size_t n, struct vio_files_node *out);
	/* Read the bytes from `at` on of the target of link `id`, at most `len`; 0: none. */
	int (*target)(struct vio_files *v, uint32_t id, uint32_t at, char *to, uint32_t len);

	/* All NULL: files are read-only. See vio_files_create(). */
	int (*create)(struct vio_files *v, struct vio_files_node *dir, const char *name,
		      struct vio_files_node *n);
	int (*write)(struct vio_files *v, struct vio_files_node *n, uint64_t at, const void *p,
		     uint32_t len);
	int (*finish)(struct vio_files *v, struct vio_files_node *dir, const char *name,
		      struct vio_files_node *n, bool keep);
};

struct vio_files {
	struct vio_files_disk disk;
	const char *name;  /* "FAT16", "ext4", ... */
	const char *lacks; /* of VIO_ENOTSUP: what is not known here */
	bool unclean;	   /* not unmounted: some data may be older than what was written last */
	const struct vio_files_format *format; /* private, as all below */
	union {
		struct vio_fat fat;
		struct vio_ext ext;
		struct vio_iso iso;
	};
};

/* Find the file system on `d`, and prepare `v`. `d` is copied. VIO_ENODEV: no known file system.
 * VIO_ENOTSUP: the file system uses an unknown feature, `v->lacks` names it. VIO_EFORMAT: the file
 * system is damaged. */
int vio_files_mount(struct vio_files *v, const struct vio_files_disk *d);

/* Prepare `v` for a format of your own. `d` is copied; its read() or start() reads the bytes that
 * the format's map() names. Returns the result of the format's mount(). */
int vio_files_open(struct vio_files *v, const struct vio_files_format *f,
		   const struct vio_files_disk *d);

/* The name of the format of `d` if it is a known one that vio_files_mount() does not read, such as
 * "exFAT", "NTFS" or "squashfs". NULL: it is none of these, or cannot be read. */
const char *vio_files_foreign(const struct vio_files_disk *d);

/* Find a node by its path from the root, with '/' between the names. Symbolic links are followed,
 * the last one too. VIO_ENODEV: a name does not exist. VIO_EINVAL: a name before the last one is
 * not a directory. VIO_ERANGE: a directory has no end, or more entries than VIO_FILES_SEARCH_MAX,
 * or there are more links than VIO_FILES_LINKS_MAX or VIO_FILES_LINK_DEPTH. */
int vio_files_find(struct vio_files *v, const char *path, struct vio_files_node *out);

/* Read the next entry of a directory, without "." and "..". Start with `*at` 0; each call moves it
 * on. 1: `*e` is filled. 0: there are no more entries. VIO_EINVAL: `dir` is not a directory.
 * VIO_ERANGE: more free entries in a row than VIO_FILES_FREE_MAX. */
int vio_files_next(struct vio_files *v, struct vio_files_node *dir, uint64_t *at,
		   struct vio_files_entry *e);

/* Read up to `len` bytes of a file, from byte `at`. `len` is at most INT32_MAX. Returns the number
 * of bytes, which is less than `len` only at the end of the file. VIO_EINVAL: `n` is not a file.
 * VIO_ENOTSUP: the file is stored in an unsupported way, which `v->lacks` names. */
int vio_files_read(struct vio_files *v, struct vio_files_node *n, uint64_t at, void *p,
		   uint32_t len);

/*
 * Write a file: create it, write its bytes in order from byte 0, and finish it. vio_files_finish()
 * with `keep` gives the file its name in `dir` and replaces an older file. Without `keep` it
 * removes what was written. VIO_ENOTSUP: files of this format are read-only. VIO_EINVAL: `dir` is
 * not a directory. VIO_EREADONLY: the host allows no changes.
 */
int vio_files_create(struct vio_files *v, struct vio_files_node *dir, const char *name,
		     struct vio_files_node *n);
/* Writes all `len` bytes, which are copied. They may still be on their way when the function
 * returns: their error is then the result of a later call. */
int vio_files_write(struct vio_files *v, struct vio_files_node *n, uint64_t at, const void *p,
		    uint32_t len);
/* With `keep`: wait for all bytes. VIO_OK: they have reached the host's disk. */
int vio_files_finish(struct vio_files *v, struct vio_files_node *dir, const char *name,
		     struct vio_files_node *n, bool keep);

extern const struct vio_files_format vio_files_fat, vio_files_ext, vio_files_iso;

#ifdef __cplusplus
}
#endif
#endif
