/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and directories of folders, by id. They are given back to the host after each command; of
 * those that a long path leads through, the ones that were used long ago are given back earlier. */
#include "firmware/disks/folder.h"

#include <string.h>

/* At most 41 links are looked at on one way (VIO_FILES_LINKS_MAX), and none is forgotten on it. */
enum { NODES = 56, OWED = 4 };

static struct folder_node nodes[NODES];
static uint32_t uses;

/* For requests that are sent in later turns. */
static struct {
	struct folder_request r;
	const struct vio_device *d; /* of `r` */
	struct folder_node *dir;    /* of a file that is to be removed, or NULL */
	char name[FOLDER_NAME_MAX + 1];
	/* Files that could not be ended at once, since a request was in flight. */
	struct {
		struct vio_device *d;
		uint32_t file;
	} owed[OWED];
} later;

static bool is_of_now(const struct folder_node *n)
{
	return n->d && n->starts == folder_kind_of(n->d)->starts(n->d) && n->d->state == VIO_LIVE;
}

struct folder_node *folder_node(struct vio_device *d, uint32_t id)
{
	struct folder_node *n = id > 0 && id <= NODES ? &nodes[id - 1] : NULL;

	if (!n || n->d != d || n->ending || !is_of_now(n))
		return NULL;
	n->used = ++uses;
	return n;
}

static bool may_go(const struct folder_node *n)
{
	return n->kind != VIO_FILES_LINK && n->io == 0 && !n->pinned && !n->ending;
}

/* An unused node. If there is none, the node that was unused for the longest time is replaced. */
static struct folder_node *choose(void)
{
	struct folder_node *oldest = NULL;

	for (struct folder_node *n = nodes; n < nodes + NODES; n++) {
		if (n->d && !is_of_now(n))
			n->d = NULL;
		if (!n->d)
			return n;
		if (may_go(n) && (!oldest || n->used < oldest->used))
			oldest = n;
	}
	if (!oldest || folder_ask(oldest->d, (struct folder_request){ .op = FOLDER_END,
								      .file = oldest->file }) < 0)
		return NULL;
	return oldest;
}

static enum vio_files_kind kind_of(uint32_t mode)
{
	switch (mode & FOLDER_S_IFMT) {
	case FOLDER_S_IFDIR: return VIO_FILES_DIRECTORY;
	case FOLDER_S_IFREG: return VIO_FILES_FILE;
	case FOLDER_S_IFLNK: return VIO_FILES_LINK;
	default: return VIO_FILES_OTHER;
	}
}

int folder_look(struct vio_device *d, uint32_t file, struct folder_node *out)
{
	const int rc = folder_ask(d, (struct folder_request){ .op = FOLDER_LOOK, .file = file });
	const struct folder_request *a = folder_answer();

	if (rc == VIO_OK)
		*out = (struct folder_node){ .d = d,
					     .file = file,
					     .kind = kind_of(a->mode),
					     .bytes = a->bytes,
					     .starts = folder_kind_of(d)->starts(d),
					     .used = ++uses };
	out->serial = out->used;
	return rc;
}

void folder_give_back(struct vio_device *d, uint32_t file)
{
	unsigned i = 0;

	if (folder_ask(d, (struct folder_request){ .op = FOLDER_END, .file = file }) != VIO_EBUSY)
		return;
	while (i < OWED - 1 && later.owed[i].d)
		i++;
	later.owed[i].d = d;
	later.owed[i].file = file;
}

int folder_add(struct vio_device *d, uint32_t file)
{
	struct folder_node *n = choose();
	const int rc = n ? folder_look(d, file, n) : VIO_ENOMEM;

	if (rc == VIO_OK)
		return (int)(n - nodes) + 1;
	if (n)
		n->d = NULL;
	folder_give_back(d, file);
	return rc;
}

int folder_root(struct vio_device *d)
{
	for (uint32_t id = 1; id <= NODES; id++) {
		const struct folder_node *n = folder_node(d, id);

		if (n && n->is_root)
			return (int)id;
	}
	int rc = folder_ask(d, (struct folder_request){ .op = FOLDER_ROOT });
	if (rc == VIO_OK)
		rc = folder_add(d, folder_answer()->made);
	if (rc > 0)
		nodes[rc - 1].is_root = nodes[rc - 1].pinned = true;
	return rc;
}

int folder_open(struct folder_node *n)
{
	if (n->io != 0)
		return VIO_OK;
	const int rc =
		folder_ask(n->d, (struct folder_request){ .op = FOLDER_OPEN, .file = n->file });
	if (rc == VIO_OK)
		n->io = folder_answer()->made;
	return rc;
}

/* ---- The end ---- */

void folder_end(struct vio_device *d)
{
	for (struct folder_node *n = nodes; n < nodes + NODES; n++)
		n->ending |= n->d == d;
}

void folder_remove_later(struct folder_node *dir, const char *name)
{
	if (later.dir)
		return;
	later.dir = dir;
	strncpy(later.name, name, sizeof(later.name) - 1);
}

static int tell(struct vio_device *d, struct folder_request r)
{
	later.r = r;
	later.d = d;
	return folder_submit(d, &later.r);
}

static int end(struct vio_device *d, uint32_t file)
{
	return tell(d, (struct folder_request){ .op = FOLDER_END, .file = file });
}

/* One of the files that have to be ended. A file that a request uses has to wait. */
static bool end_owed(void)
{
	for (unsigned i = 0; i < OWED; i++) {
		if (!later.owed[i].d)
			continue;
		const int rc = end(later.owed[i].d, later.owed[i].file);
		if (rc == VIO_EBUSY || rc == VIO_EFULL)
			continue;
		later.owed[i].d = NULL;
		return true;
	}
	return false;
}

/* The file of a request in flight is ended when the answer has arrived. */
static bool give_back(struct folder_node *n)
{
	uint32_t *const f = n->io != 0 && n->io != n->file ? &n->io : &n->file;

	if (!is_of_now(n)) {
		n->d = NULL;
		return false;
	}
	if (end(n->d, *f) < 0)
		return false;
	if (f == &n->file)
		n->d = NULL;
	*f = 0;
	return true;
}

/* An unfinished file is removed before its directory is ended. */
static bool remove_now(void)
{
	struct folder_node *const dir = later.dir;

	if (folder_is_busy() && is_of_now(dir))
		return false;
	later.dir = NULL;
	return is_of_now(dir) &&
	       tell(dir->d, (struct folder_request){ .op = FOLDER_REMOVE,
						     .file = dir->file,
						     .name = later.name }) == VIO_OK;
}

bool folder_turn(void)
{
	uint32_t file;

	if (later.r.busy)
		return false;
	struct vio_device *const d = folder_abandoned(&file);
	if (d)
		return end(d, file) == VIO_OK;
	if (end_owed())
		return true;
	if (later.dir)
		return remove_now();
	for (struct folder_node *n = nodes; n < nodes + NODES; n++) {
		if (n->d && n->ending && give_back(n))
			return true;
	}
	return false;
}

/* A file in a request that the host does not answer still has to be ended. */
static bool is_given_back(void *arg)
{
	(void)arg;
	return !folder_turn() && !later.r.busy;
}

bool folder_catch_up(const struct vio_device *d)
{
	folder_wait_for_abandoned();
	return folder_wait(is_given_back, NULL) == VIO_OK || later.d != d;
}
