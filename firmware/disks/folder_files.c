/* SPDX-License-Identifier: BSD-2-Clause */
/* The format of folders for files/, and folders as a kind of disk. */
#include "firmware/disks/folder.h"

#include "firmware/image.h"

#include <stdio.h>
#include <string.h>

enum { LISTING = 4096 };

static struct vio_p9 *p9_of_volume(const struct vio_files *v)
{
	return folder_of(v->disk.ctx);
}

static int to_node(struct vio_p9 *p, int id, struct vio_files_node *out)
{
	if (id < 0)
		return id;
	const struct folder_node *n = folder_node(p, (uint32_t)id);
	if (!n)
		return VIO_EDEVICE;
	*out = (struct vio_files_node){ .kind = n->kind, .bytes = n->bytes, .id = (uint32_t)id };
	return VIO_OK;
}

static int mount(struct vio_files *v)
{
	const int id = folder_root(p9_of_volume(v));

	return id < 0 ? id : VIO_OK;
}

static int root(struct vio_files *v, struct vio_files_node *out)
{
	struct vio_p9 *p = p9_of_volume(v);

	return to_node(p, folder_root(p), out);
}

/* ---- Names ---- */

static int walk(struct vio_p9 *p, uint32_t dir, const char *name)
{
	const struct folder_node *n = folder_node(p, dir);

	if (!n)
		return VIO_EDEVICE;
	return folder_ask(
		p, (struct vio_p9_request){ .op = VIO_P9_WALK, .fid = n->fid, .name = name });
}

static int step(struct vio_files *v, const struct vio_files_node *dir, const char *name, size_t n,
		struct vio_files_node *out)
{
	struct vio_p9 *p = p9_of_volume(v);
	char text[VIO_P9_NAME_MAX + 1];

	if (n >= sizeof(text))
		return VIO_ENODEV; /* no file has such a name */
	memcpy(text, name, n);
	text[n] = '\0';
	const int rc = walk(p, dir->id, text);
	return rc < 0 ? rc : to_node(p, folder_add(p, folder_answer()->made), out);
}

static int target(struct vio_files *v, uint32_t id, uint32_t at, char *to, uint32_t len)
{
	struct vio_p9 *p = p9_of_volume(v);
	const struct folder_node *n = folder_node(p, id);

	if (!n)
		return VIO_EDEVICE;
	const int rc = folder_ask(p, (struct vio_p9_request){ .op = VIO_P9_READLINK,
							      .fid = n->fid,
							      .data = folder_data(),
							      .len = FOLDER_PIECE });
	if (rc < 0)
		return rc;
	const uint32_t bytes = folder_answer()->n;
	if (at >= bytes)
		return 0;
	len = len < bytes - at ? len : bytes - at;
	memcpy(to, folder_data() + at, len);
	return (int)len;
}

/* ---- Directories ---- */

/* A part of a directory, as the host has sent it. */
static struct {
	uint32_t id;   /* of the directory; 0: none */
	uint64_t next; /* the offset of the entry at `at` */
	uint32_t at, n;
	uint8_t bytes[LISTING];
} part;

static int read_part(struct vio_p9 *p, uint32_t id, uint64_t at)
{
	struct folder_node *n = folder_node(p, id);

	part.id = 0;
	if (!n)
		return VIO_EDEVICE;
	int rc = folder_open(n);
	if (rc == VIO_OK)
		rc = folder_ask(p, (struct vio_p9_request){ .op = VIO_P9_READDIR,
							    .fid = n->io,
							    .offset = at,
							    .data = folder_data(),
							    .len = LISTING });
	if (rc < 0)
		return rc;
	part.id = id;
	part.next = at;
	part.at = 0;
	part.n = folder_answer()->n;
	memcpy(part.bytes, folder_data(), part.n);
	return VIO_OK;
}

/* The kind and size of an entry. If the entry may not be read, or no longer exists, it has no kind.
 * */
static int look(struct vio_p9 *p, uint32_t dir, const char *name, struct vio_files_node *out)
{
	struct folder_node n = { .kind = VIO_FILES_OTHER };
	int rc = walk(p, dir, name);

	if (rc == VIO_OK) {
		const struct vio_p9_fid fid = folder_answer()->made;

		rc = folder_look(p, fid, &n);
		folder_give_back(p, fid);
	}
	*out = (struct vio_files_node){ .kind = n.kind, .bytes = n.bytes };
	return rc == VIO_EIO || rc == VIO_ENODEV ? VIO_OK : rc;
}

static int next(struct vio_files *v, struct vio_files_node *dir, uint64_t *at,
		struct vio_files_entry *e)
{
	struct vio_p9 *p = p9_of_volume(v);
	struct vio_p9_entry entry;
	int rc = VIO_OK;

	if (*at == 0 || part.id != dir->id || part.next != *at || part.at >= part.n)
		rc = read_part(p, dir->id, *at);
	if (rc == VIO_OK)
		rc = vio_p9_next_entry(part.bytes, part.n, &part.at, &entry);
	if (rc <= 0)
		return rc == VIO_EDEVICE && part.id != 0 ? VIO_EFORMAT : rc;
	*at = part.next = entry.offset;
	memset(e, 0, sizeof(*e));
	memcpy(e->name, entry.name, sizeof(entry.name));
	rc = look(p, dir->id, e->name, &e->node);
	return rc < 0 ? rc : 1;
}

/* ---- Reading and writing ---- */

static int map(struct vio_files *v, struct vio_files_node *n, uint64_t at, uint32_t most,
	       struct vio_files_run *r)
{
	struct folder_node *of = folder_node(p9_of_volume(v), n->id);

	(void)most;
	if (!of)
		return VIO_EDEVICE;
	if (n->bytes >> FOLDER_PLACE_BITS != 0)
		return VIO_ERANGE;
	const int rc = folder_open(of);
	if (rc < 0 || at >= n->bytes)
		return rc;
	*r = (struct vio_files_run){ .at = folder_place(n->id, at), .bytes = n->bytes - at };
	return 1;
}

/* The name of a file that is not finished. False: it would be too long. */
static bool part_name(const char *name, char *to)
{
	const int n = snprintf(to, VIO_P9_NAME_MAX + 1, "%s.part", name);

	return n > 0 && n <= VIO_P9_NAME_MAX;
}

static int create(struct vio_files *v, struct vio_files_node *dir, const char *name,
		  struct vio_files_node *out)
{
	struct vio_p9 *p = p9_of_volume(v);
	char part_of[VIO_P9_NAME_MAX + 1];

	if (!part_name(name, part_of))
		return VIO_ERANGE;
	int rc = folder_write_begin();
	if (rc == VIO_OK)
		rc = walk(p, dir->id, "");
	if (rc < 0)
		return rc;
	const int id = folder_add(p, folder_answer()->made);
	if (id < 0)
		return id;
	struct folder_node *const n = folder_node(p, (uint32_t)id);
	n->pinned = true;
	rc = folder_ask(p, (struct vio_p9_request){ .op = VIO_P9_CREATE,
						    .fid = n->fid,
						    .name = part_of,
						    .flags = VIO_P9_WRONLY | VIO_P9_TRUNC,
						    .mode = 0644 });
	if (rc == VIO_ESTOPPED || rc == VIO_ETIMEDOUT) /* the host may make it nevertheless */
		folder_remove_later(folder_node(p, dir->id), part_of);
	*out = (struct vio_files_node){ .kind = VIO_FILES_FILE, .id = (uint32_t)id };
	return rc;
}

static int write(struct vio_files *v, struct vio_files_node *n, uint64_t at, const void *from,
		 uint32_t len)
{
	struct vio_p9 *p = p9_of_volume(v);
	const struct folder_node *of = folder_node(p, n->id);

	return of ? folder_write(p, of->fid, at, from, len) : VIO_EDEVICE;
}

static int keep_file(struct vio_p9 *p, struct folder_node *dir, const char *part_of,
		     const char *name, struct folder_node *file)
{
	int rc = folder_write_end();

	if (rc == VIO_OK)
		rc = folder_ask(p, (struct vio_p9_request){ .op = VIO_P9_FSYNC, .fid = file->fid });
	return rc < 0 ? rc
		      : folder_ask(p, (struct vio_p9_request){ .op = VIO_P9_RENAME,
							       .fid = dir->fid,
							       .name = part_of,
							       .to = dir->fid,
							       .new_name = name });
}

static int finish(struct vio_files *v, struct vio_files_node *dir, const char *name,
		  struct vio_files_node *n, bool keep)
{
	struct vio_p9 *p = p9_of_volume(v);
	struct folder_node *in = folder_node(p, dir->id), *file = folder_node(p, n->id);
	char part_of[VIO_P9_NAME_MAX + 1];

	if (!in || !file || !part_name(name, part_of))
		return VIO_EDEVICE;
	const int rc = keep ? keep_file(p, in, part_of, name, file) : VIO_OK;
	if (!keep || rc < 0)
		folder_remove_later(in, part_of);
	return rc;
}

const struct vio_files_format folder_format = { .name = "9p",
						.mount = mount,
						.root = root,
						.next = next,
						.map = map,
						.step = step,
						.target = target,
						.create = create,
						.write = write,
						.finish = finish };

/* ---- Folders as disks ---- */

static bool find(const struct slot *s, unsigned n, struct disk *out)
{
	struct vio_p9 *p = vio_p9_of(s->device);

	if (!p || n > 0)
		return false;
	*out = (struct disk){ .slot = s, .class = &disk_class_folder, .device = p };
	snprintf(out->label, sizeof(out->label), "%s", s->label);
	return true;
}

static int mount_disk(struct disk *d, struct vio_files *v)
{
	struct vio_files_disk whole;

	part.id = 0;
	folder_disk(d, &whole);
	return vio_files_open(v, &folder_format, &whole);
}

static void close_disk(const struct disk *d)
{
	folder_end(folder_of(d));
}

static const char *title(const struct disk *d)
{
	return folder_of(d)->tag;
}

const struct disk_class disk_class_folder = { .find = find,
					      .mount = mount_disk,
					      .close = close_disk,
					      .title = title,
					      .error = folder_error };

static void start(struct probe *p, struct vio_loop *l)
{
	(void)p;
	folder_begin(l);
}

extern const struct service service_folders;
const struct service service_folders = { .start = start, .turn = folder_turn };
