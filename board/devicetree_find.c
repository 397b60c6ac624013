/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding nodes by path, alias, phandle or compatible, and whether a node may be used. */
#include <picovirtio/devicetree.h>

#include <string.h>

static size_t length_to(const char *s, char end)
{
	size_t len = 0;

	while (s[len] != '\0' && s[len] != end)
		len++;
	return len;
}

/* A part of a path. It does not end with a NUL. */
struct piece {
	const char *s;
	size_t len;
};

static struct piece take_component(struct piece *path)
{
	struct piece c = { path->s, 0 };

	while (c.len < path->len && c.s[c.len] != '/')
		c.len++;
	path->s += c.len;
	path->len -= c.len;
	return c;
}

static bool starts_with(const char *s, struct piece what)
{
	for (size_t i = 0; i < what.len; i++)
		if (s[i] != what.s[i]) /* also at the end of `s`, since `what` has no NUL */
			return false;
	return true;
}

/* "uart" matches "uart@10000000". If `what` has a unit address, the whole name must match. */
static bool names_node(const char *name, struct piece what)
{
	if (!starts_with(name, what))
		return false;
	if (name[what.len] == '\0')
		return true;
	for (size_t i = 0; i < what.len; i++)
		if (what.s[i] == '@')
			return false;
	return name[what.len] == '@';
}

/* Follow `path` from `n` down. */
static struct vio_dt_node walk(const struct vio_dt *dt, struct vio_dt_node n, struct piece path)
{
	while (vio_dt_is(n) && path.len > 0) {
		if (*path.s == '/') {
			path.s++;
			path.len--;
			continue;
		}
		const struct piece name = take_component(&path);

		n = vio_dt_first_child(dt, n);
		while (vio_dt_is(n) && !names_node(vio_dt_name(dt, n), name))
			n = vio_dt_next_sibling(dt, n);
	}
	return n;
}

static struct vio_dt_node walk_from_root(const struct vio_dt *dt, const char *path)
{
	return walk(dt, vio_dt_root(dt), (struct piece){ path, length_to(path, ':') });
}

/* An alias is an absolute path (3.3), so it cannot lead to another alias. */
static struct vio_dt_node alias(const struct vio_dt *dt, struct piece name)
{
	const struct vio_dt_node aliases = walk_from_root(dt, "/aliases");
	struct vio_dt_prop p = { 0 };
	const char *value;

	if (name.len == 0 || !vio_dt_is(aliases))
		return VIO_DT_NONE;
	while (vio_dt_prop_next(dt, aliases, &p))
		if (starts_with(p.name, name) && p.name[name.len] == '\0')
			break;
	value = vio_dt_string(p, 0);
	return value && value[0] == '/' ? walk_from_root(dt, value) : VIO_DT_NONE;
}

struct vio_dt_node vio_dt_path(const struct vio_dt *dt, const char *path)
{
	if (!path || path[0] == '\0')
		return VIO_DT_NONE;
	if (path[0] == '/')
		return walk_from_root(dt, path);

	struct piece left = { path, length_to(path, ':') };
	const struct piece name = take_component(&left);

	return walk(dt, alias(dt, name), left);
}

static bool has_phandle(const struct vio_dt *dt, struct vio_dt_node n, uint32_t phandle)
{
	struct vio_dt_prop p = vio_dt_get_prop(dt, n, "phandle");
	uint32_t value;

	if (p.len != 4)
		p = vio_dt_get_prop(dt, n, "linux,phandle"); /* old compilers write this */
	return p.len == 4 && vio_dt_cell(p, 0, &value) == VIO_OK && value == phandle;
}

struct vio_dt_node vio_dt_phandle(const struct vio_dt *dt, uint32_t phandle)
{
	if (phandle == 0 || phandle == UINT32_MAX)
		return VIO_DT_NONE;
	struct vio_dt_node n = vio_dt_root(dt);
	while (vio_dt_is(n) && !has_phandle(dt, n, phandle))
		n = vio_dt_next(dt, n, NULL);
	return n;
}

int vio_dt_path_of(const struct vio_dt *dt, struct vio_dt_node n, char *buf, size_t len)
{
	struct vio_dt_node path[VIO_DT_DEPTH_MAX];
	const unsigned levels = vio_dt_lineage(dt, n, path);
	size_t at = 0;

	if (levels == 0 || len == 0)
		return levels == 0 ? VIO_EINVAL : VIO_ERANGE;
	buf[0] = '\0';
	for (unsigned i = levels == 1 ? 0 : 1; i < levels; i++) {
		const char *name = vio_dt_name(dt, path[i]);
		const size_t n_name = length_to(name, '\0');

		/* room for '/', the name and a NUL */
		if (len - at < 2 || n_name > len - at - 2)
			return VIO_ERANGE;
		buf[at++] = '/';
		memcpy(buf + at, name, n_name);
		at += n_name;
		buf[at] = '\0';
	}
	return VIO_OK;
}

struct vio_dt_node vio_dt_parent(const struct vio_dt *dt, struct vio_dt_node n)
{
	struct vio_dt_node path[VIO_DT_DEPTH_MAX];
	const unsigned levels = vio_dt_lineage(dt, n, path);

	return levels >= 2 ? path[levels - 2] : VIO_DT_NONE;
}

bool vio_dt_enabled(const struct vio_dt *dt, struct vio_dt_node n)
{
	const struct vio_dt_prop p = vio_dt_get_prop(dt, n, "status");
	const char *s = vio_dt_string(p, 0);

	if (!p.data)
		return true;
	if (!s || s[0] != 'o' || s[1] != 'k')
		return false;
	return s[2] == '\0' || (s[2] == 'a' && s[3] == 'y' && s[4] == '\0');
}

/* Few nodes have the wanted property, so only their status and that of their ancestors is read. */
static bool path_enabled(const struct vio_dt *dt, const struct vio_dt_walk *w)
{
	for (unsigned i = 0; i < w->levels; i++)
		if (!vio_dt_enabled(dt, w->path[i]))
			return false;
	return true;
}

bool vio_dt_available(const struct vio_dt *dt, struct vio_dt_node n)
{
	struct vio_dt_walk w = { 0 };

	w.levels = vio_dt_lineage(dt, n, w.path);
	return w.levels > 0 && path_enabled(dt, &w);
}

struct vio_dt_node vio_dt_walk_next(const struct vio_dt *dt, struct vio_dt_walk *w,
				    const char *what)
{
	struct vio_dt_node n = w->levels == 0 ? VIO_DT_NONE : w->path[w->levels - 1];
	int depth = (int)w->levels - 1;

	while (vio_dt_is(n = vio_dt_next(dt, n, &depth))) {
		/* vio_dt_open() checked this. But the tree may have changed since, and must not
		 * cause a wrong write. */
		if (depth < 0 || depth >= VIO_DT_DEPTH_MAX)
			return VIO_DT_NONE;
		w->path[depth] = n;
		w->levels = (unsigned)depth + 1;
		if ((!what || vio_dt_compatible(dt, n, what)) && path_enabled(dt, w))
			break;
	}
	return n;
}

struct vio_dt_node vio_dt_find(const struct vio_dt *dt, struct vio_dt_node n, const char *what)
{
	struct vio_dt_walk w = { 0 };

	w.levels = vio_dt_lineage(dt, n, w.path);
	return vio_dt_walk_next(dt, &w, what);
}

struct vio_dt_node vio_dt_stdout(const struct vio_dt *dt)
{
	const struct vio_dt_node chosen = walk_from_root(dt, "/chosen");

	return vio_dt_path(dt, vio_dt_string(vio_dt_get_prop(dt, chosen, "stdout-path"), 0));
}
