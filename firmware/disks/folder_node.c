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
	struct vio_p9_request r;
	struct folder_node *dir; /* of a file that is to be removed, or NULL */
	char name[VIO_P9_NAME_MAX + 1];
	/* Fids that could not be given back at once, since a request was in flight. */
	struct {
		struct vio_p9 *p;
		struct vio_p9_fid fid;
	} owed[OWED];
} later;

static bool is_of_now(const struct folder_node *n)
{
	return n->p && n->starts == n->p->starts && n->p->device.state == VIO_LIVE;
}

struct folder_node *folder_node(struct vio_p9 *p, uint32_t id)
{
	struct folder_node *n = id > 0 && id <= NODES ? &nodes[id - 1] : NULL;

	if (!n || n->p != p || n->ending || !is_of_now(n))
		return NULL;
	n->used = ++uses;
	return n;
}

static bool may_go(const struct folder_node *n)
{
	return n->kind != VIO_FILES_LINK && n->io.number == 0 && !n->pinned && !n->ending;
}

/* An unused node. If there is none, the node that was unused for the longest time is replaced. */
static struct folder_node *choose(void)
{
	struct folder_node *oldest = NULL;

	for (struct folder_node *n = nodes; n < nodes + NODES; n++) {
		if (n->p && !is_of_now(n))
			n->p = NULL;
		if (!n->p)
			return n;
		if (may_go(n) && (!oldest || n->used < oldest->used))
			oldest = n;
	}
	if (!oldest || folder_ask(oldest->p, (struct vio_p9_request){ .op = VIO_P9_CLUNK,
								      .fid = oldest->fid }) < 0)
		return NULL;
	return oldest;
}

static enum vio_files_kind kind_of(uint32_t mode)
{
	switch (mode & VIO_P9_S_IFMT) {
	case VIO_P9_S_IFDIR: return VIO_FILES_DIRECTORY;
	case VIO_P9_S_IFREG: return VIO_FILES_FILE;
	case VIO_P9_S_IFLNK: return VIO_FILES_LINK;
	default: return VIO_FILES_OTHER;
	}
}

int folder_look(struct vio_p9 *p, struct vio_p9_fid fid, struct folder_node *out)
{
	const int rc = folder_ask(p, (struct vio_p9_request){ .op = VIO_P9_GETATTR, .fid = fid });
	const struct vio_p9_attr *a = &folder_answer()->attr;

	if (rc == VIO_OK)
		*out = (struct folder_node){ .p = p,
					     .fid = fid,
					     .kind = kind_of(a->mode),
					     .bytes = a->bytes,
					     .starts = p->starts,
					     .used = ++uses };
	return rc;
}

void folder_give_back(struct vio_p9 *p, struct vio_p9_fid fid)
{
	unsigned i = 0;

	if (folder_ask(p, (struct vio_p9_request){ .op = VIO_P9_CLUNK, .fid = fid }) != VIO_EBUSY)
		return;
	while (i < OWED - 1 && later.owed[i].p)
		i++;
	later.owed[i].p = p;
	later.owed[i].fid = fid;
}

int folder_add(struct vio_p9 *p, struct vio_p9_fid fid)
{
	struct folder_node *n = choose();
	const int rc = n ? folder_look(p, fid, n) : VIO_ENOMEM;

	if (rc == VIO_OK)
		return (int)(n - nodes) + 1;
	if (n)
		n->p = NULL;
	folder_give_back(p, fid);
	return rc;
}

int folder_root(struct vio_p9 *p)
{
	for (uint32_t id = 1; id <= NODES; id++) {
		const struct folder_node *n = folder_node(p, id);

		if (n && n->is_root)
			return (int)id;
	}
	int rc = folder_ask(p, (struct vio_p9_request){ .op = VIO_P9_ATTACH, .name = "" });
	if (rc == VIO_OK)
		rc = folder_add(p, folder_answer()->made);
	if (rc > 0)
		nodes[rc - 1].is_root = nodes[rc - 1].pinned = true;
	return rc;
}

int folder_open(struct folder_node *n)
{
	if (n->io.number != 0)
		return VIO_OK;
	int rc = folder_ask(
		n->p, (struct vio_p9_request){ .op = VIO_P9_WALK, .fid = n->fid, .name = "" });
	if (rc < 0)
		return rc;
	n->io = folder_answer()->made;
	rc = folder_ask(n->p, (struct vio_p9_request){
				      .op = VIO_P9_OPEN, .fid = n->io, .flags = VIO_P9_RDONLY });
	if (rc == VIO_OK)
		return VIO_OK;
	folder_give_back(n->p, n->io);
	n->io.number = 0;
	return rc;
}

/* ---- The end ---- */

void folder_end(struct vio_p9 *p)
{
	for (struct folder_node *n = nodes; n < nodes + NODES; n++)
		n->ending |= n->p == p;
}

void folder_remove_later(struct folder_node *dir, const char *name)
{
	if (later.dir)
		return;
	later.dir = dir;
	strncpy(later.name, name, sizeof(later.name) - 1);
}

static int tell(struct vio_p9 *p, struct vio_p9_request r)
{
	later.r = r;
	const int rc = vio_p9_submit(p, &later.r);
	vio_p9_kick(p);
	return rc;
}

static int end(struct vio_p9 *p, struct vio_p9_fid fid)
{
	return tell(p, (struct vio_p9_request){ .op = VIO_P9_CLUNK, .fid = fid });
}

/* One of the fids that have to be ended. A fid that a request uses has to wait. */
static bool end_owed(void)
{
	for (unsigned i = 0; i < OWED; i++) {
		if (!later.owed[i].p)
			continue;
		const int rc = end(later.owed[i].p, later.owed[i].fid);
		if (rc == VIO_EBUSY || rc == VIO_EFULL)
			continue;
		later.owed[i].p = NULL;
		return true;
	}
	return false;
}

/* The fid of a request that is in flight is given back when the answer is there. */
static bool give_back(struct folder_node *n)
{
	struct vio_p9_fid *const f = n->io.number != 0 ? &n->io : &n->fid;

	if (!is_of_now(n)) {
		n->p = NULL;
		return false;
	}
	if (end(n->p, *f) < 0)
		return false;
	if (f == &n->fid)
		n->p = NULL;
	f->number = 0;
	return true;
}

/* An unfinished file is removed before the fid of its directory is ended. */
static bool remove_now(void)
{
	struct folder_node *const dir = later.dir;

	if (folder_is_busy() && is_of_now(dir))
		return false;
	later.dir = NULL;
	return is_of_now(dir) &&
	       tell(dir->p, (struct vio_p9_request){ .op = VIO_P9_UNLINK,
						     .fid = dir->fid,
						     .name = later.name }) == VIO_OK;
}

bool folder_turn(void)
{
	struct vio_p9_fid fid;

	if (later.r.busy)
		return false;
	struct vio_p9 *const p = folder_abandoned(&fid);
	if (p)
		return end(p, fid) == VIO_OK;
	if (end_owed())
		return true;
	if (later.dir)
		return remove_now();
	for (struct folder_node *n = nodes; n < nodes + NODES; n++) {
		if (n->p && n->ending && give_back(n))
			return true;
	}
	return false;
}
