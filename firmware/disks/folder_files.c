/* SPDX-License-Identifier: BSD-2-Clause */
/* The format of folders for files/, and folders as a kind of disk. */
#include "firmware/disks/folder.h"

#include "firmware/image.h"

#include <stdio.h>
#include <string.h>

enum { LISTING = 4096 };

static struct vio_device *device_of(const struct vio_files *v)
{
	return folder_of(v->disk.ctx);
}

static int to_node(struct vio_device *d, int id, struct vio_files_node *out)
{
	if (id < 0)
		return id;
	const struct folder_node *n = folder_node(d, (uint32_t)id);
	if (!n)
		return VIO_EDEVICE;
	*out = (struct vio_files_node){ .kind = n->kind, .bytes = n->bytes, .id = (uint32_t)id };
	return VIO_OK;
}

static int mount(struct vio_files *v)
{
	struct vio_device *d = device_of(v);
	const int id = folder_root(d);

	v->name = folder_kind_of(d)->name;
	return id < 0 ? id : VIO_OK;
}

static int root(struct vio_files *v, struct vio_files_node *out)
{
	struct vio_device *d = device_of(v);

	return to_node(d, folder_root(d), out);
}

/* ---- Names ---- */

static int walk(struct vio_device *d, uint32_t dir, const char *name)
{
	const struct folder_node *n = folder_node(d, dir);

	if (!n)
		return VIO_EDEVICE;
	return folder_ask(
		d, (struct folder_request){ .op = FOLDER_FIND, .file = n->file, .name = name });
}

/* VIO_ERANGE: the directory had to make room for others on a long way. */
static int step_up(struct vio_device *d, const struct folder_node *n, uint32_t id,
		   struct vio_files_node *out)
{
	const struct folder_node *up = n->parent != 0 ? folder_node(d, n->parent) : n;

	if (!up || (up != n && up->serial != n->parent_serial))
		return VIO_ERANGE;
	return to_node(d, (int)(n->parent != 0 ? n->parent : id), out);
}

static int step(struct vio_files *v, const struct vio_files_node *dir, const char *name, size_t n,
		struct vio_files_node *out)
{
	struct vio_device *d = device_of(v);
	char text[FOLDER_NAME_MAX + 1];

	if (n >= sizeof(text))
		return VIO_ENODEV; /* no file has such a name */
	memcpy(text, name, n);
	text[n] = '\0';
	const struct folder_node *in = folder_node(d, dir->id);
	if (!in)
		return VIO_EDEVICE;
	if (folder_kind_of(d)->lacks_parents && text[0] == '.' && strspn(text, ".") == n && n <= 2)
		return n == 1 ? to_node(d, (int)dir->id, out) : step_up(d, in, dir->id, out);
	const uint32_t serial = in->serial;
	const int rc = walk(d, dir->id, text);
	const int id = rc < 0 ? rc : folder_add(d, folder_answer()->made);
	struct folder_node *const child = id > 0 ? folder_node(d, (uint32_t)id) : NULL;
	if (child) {
		child->parent = dir->id;
		child->parent_serial = serial;
	}
	return to_node(d, id, out);
}

static int target(struct vio_files *v, uint32_t id, uint32_t at, char *to, uint32_t len)
{
	struct vio_device *d = device_of(v);
	const struct folder_node *n = folder_node(d, id);

	if (!n)
		return VIO_EDEVICE;
	const int rc = folder_ask(d, (struct folder_request){ .op = FOLDER_TARGET,
							      .file = n->file,
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

static int read_part(struct vio_device *d, uint32_t id, uint64_t at)
{
	struct folder_node *n = folder_node(d, id);

	part.id = 0;
	if (!n)
		return VIO_EDEVICE;
	int rc = folder_open(n);
	if (rc == VIO_OK)
		rc = folder_ask(d, (struct folder_request){ .op = FOLDER_LIST,
							    .file = n->io,
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
static int look(struct vio_device *d, uint32_t dir, const char *name, struct vio_files_node *out)
{
	struct folder_node n = { .kind = VIO_FILES_OTHER };
	int rc = walk(d, dir, name);

	if (rc == VIO_OK) {
		const uint32_t file = folder_answer()->made;

		rc = folder_look(d, file, &n);
		folder_give_back(d, file);
	}
	*out = (struct vio_files_node){ .kind = n.kind, .bytes = n.bytes };
	return rc == VIO_EIO || rc == VIO_ENODEV ? VIO_OK : rc;
}

static int next(struct vio_files *v, struct vio_files_node *dir, uint64_t *at,
		struct vio_files_entry *e)
{
	struct vio_device *d = device_of(v);
	struct folder_entry entry;
	int rc = VIO_OK;

	if (*at == 0 || part.id != dir->id || part.next != *at || part.at >= part.n)
		rc = read_part(d, dir->id, *at);
	if (rc == VIO_OK)
		rc = folder_kind_of(d)->next_entry(part.bytes, part.n, &part.at, &entry);
	if (rc <= 0)
		return rc == VIO_EDEVICE && part.id != 0 ? VIO_EFORMAT : rc;
	*at = part.next = entry.offset;
	memset(e, 0, sizeof(*e));
	memcpy(e->name, entry.name, sizeof(entry.name));
	rc = look(d, dir->id, e->name, &e->node);
	return rc < 0 ? rc : 1;
}

/* ---- Reading and writing ---- */

static int map(struct vio_files *v, struct vio_files_node *n, uint64_t at, uint32_t most,
	       struct vio_files_run *r)
{
	struct folder_node *of = folder_node(device_of(v), n->id);

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
	const int n = snprintf(to, FOLDER_NAME_MAX + 1, "%s.part", name);

	return n > 0 && n <= FOLDER_NAME_MAX;
}

static int create(struct vio_files *v, struct vio_files_node *dir, const char *name,
		  struct vio_files_node *out)
{
	struct vio_device *d = device_of(v);
	const struct folder_node *in = folder_node(d, dir->id);
	char part_of[FOLDER_NAME_MAX + 1];

	if (!in)
		return VIO_EDEVICE;
	if (!part_name(name, part_of))
		return VIO_ERANGE;
	int rc = folder_write_begin();
	if (rc < 0)
		return rc;
	rc = folder_ask(d, (struct folder_request){
				   .op = FOLDER_CREATE, .file = in->file, .name = part_of });
	const bool sent = rc == VIO_OK || rc == VIO_ESTOPPED || rc == VIO_ETIMEDOUT;
	if (rc == VIO_OK)
		rc = folder_add(d, folder_answer()->made);
	if (rc < 0) {
		if (sent) /* the host may have made it */
			folder_remove_later(folder_node(d, dir->id), part_of);
		return rc;
	}
	folder_node(d, (uint32_t)rc)->pinned = true;
	*out = (struct vio_files_node){ .kind = VIO_FILES_FILE, .id = (uint32_t)rc };
	return VIO_OK;
}

static int write(struct vio_files *v, struct vio_files_node *n, uint64_t at, const void *from,
		 uint32_t len)
{
	struct vio_device *d = device_of(v);
	const struct folder_node *of = folder_node(d, n->id);

	return of ? folder_write(d, of->file, at, from, len) : VIO_EDEVICE;
}

static int keep_file(struct vio_device *d, struct folder_node *dir, const char *part_of,
		     const char *name, struct folder_node *file)
{
	int rc = folder_write_end();

	if (rc == VIO_OK)
		rc = folder_ask(d,
				(struct folder_request){ .op = FOLDER_SYNC, .file = file->file });
	return rc < 0 ? rc
		      : folder_ask(d, (struct folder_request){ .op = FOLDER_RENAME,
							       .file = dir->file,
							       .name = part_of,
							       .new_name = name });
}

static int finish(struct vio_files *v, struct vio_files_node *dir, const char *name,
		  struct vio_files_node *n, bool keep)
{
	struct vio_device *d = device_of(v);
	struct folder_node *in = folder_node(d, dir->id), *file = folder_node(d, n->id);
	char part_of[FOLDER_NAME_MAX + 1];

	if (!in || !file || !part_name(name, part_of))
		return VIO_EDEVICE;
	const int rc = keep ? keep_file(d, in, part_of, name, file) : VIO_OK;
	if (!keep || rc < 0)
		folder_remove_later(in, part_of);
	return rc;
}

const struct vio_files_format folder_format = { .name = "folder",
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
	if (!folder_kind_of(s->device) || n > 0)
		return false;
	*out = (struct disk){ .slot = s, .class = &disk_class_folder, .device = s->device };
	snprintf(out->label, sizeof(out->label), "%s", s->label);
	return true;
}

static int mount_disk(struct disk *d, struct vio_files *v)
{
	struct vio_files_disk whole;

	part.id = 0;
	v->name = folder_kind_of(folder_of(d))->name;
	if (!folder_catch_up(folder_of(d)))
		return VIO_EBUSY;
	folder_disk(d, &whole);
	return vio_files_open(v, &folder_format, &whole);
}

static void close_disk(const struct disk *d)
{
	folder_end(folder_of(d));
}

static const char *title(const struct disk *d)
{
	struct vio_device *of = folder_of(d);

	return folder_kind_of(of)->title(of);
}

const struct disk_class disk_class_folder = { .find = find,
					      .mount = mount_disk,
					      .close = close_disk,
					      .title = title,
					      .error = folder_error };

static void start(struct probe *p, struct vio_loop *l)
{
	folder_begin(p, l);
}

extern const struct service service_folders;
const struct service service_folders = { .start = start, .turn = folder_turn };
