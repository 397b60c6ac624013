/* SPDX-License-Identifier: BSD-2-Clause */
/* A format of the application's own, for a tree that is on no disk. */
#include "tests/unit/ext_rig.h"

enum { TREE_ROOT = 1, DIR, IN_DIR, LINK, DEEP, NEW, NODES };

static const struct {
	unsigned parent;
	const char *name;
	enum vio_files_kind kind;
	const char *text; /* content, or target */
} nodes[NODES] = {
	[TREE_ROOT] = { 0, "", VIO_FILES_DIRECTORY, "" },
	[DIR] = { TREE_ROOT, "dir", VIO_FILES_DIRECTORY, "" },
	[IN_DIR] = { DIR, "file", VIO_FILES_FILE, "what is in it" },
	[LINK] = { TREE_ROOT, "link", VIO_FILES_LINK, "deep//../dir" },
	[DEEP] = { TREE_ROOT, "deep", VIO_FILES_LINK, "/dir" },
	[NEW] = { DIR, "new", VIO_FILES_FILE, "" },
};

static struct vio_files tree;
static unsigned stepped, kept;
static char written[64];

static void make(unsigned id, struct vio_files_node *n)
{
	*n = (struct vio_files_node){ .kind = nodes[id].kind,
				      .id = id,
				      .bytes = strlen(nodes[id].text) };
}

static int tree_mount(struct vio_files *of)
{
	assert_ptr_equal(of, &tree);
	return VIO_OK;
}

static int tree_root(struct vio_files *of, struct vio_files_node *n)
{
	(void)of;
	make(TREE_ROOT, n);
	return VIO_OK;
}

static int tree_step(struct vio_files *of, const struct vio_files_node *dir, const char *text,
		     size_t n, struct vio_files_node *out)
{
	(void)of;
	stepped++;
	if (n == 2 && memcmp(text, "..", 2) == 0) {
		make(nodes[dir->id].parent, out);
		return VIO_OK;
	}
	for (unsigned i = 1; i < NEW; i++) {
		if (nodes[i].parent != dir->id || strlen(nodes[i].name) != n ||
		    memcmp(nodes[i].name, text, n) != 0)
			continue;
		make(i, out);
		return VIO_OK;
	}
	return VIO_ENODEV;
}

/* A byte at a time. */
static int tree_target(struct vio_files *of, uint32_t id, uint32_t at, char *to, uint32_t len)
{
	(void)of;
	assert_true(len > 0 && at < strlen(nodes[id].text));
	to[0] = nodes[id].text[at];
	return 1;
}

/* The disk has the text of all nodes, one each 4096 bytes. */
static int tree_map(struct vio_files *of, struct vio_files_node *n, uint64_t at, uint32_t most,
		    struct vio_files_run *run)
{
	(void)of;
	(void)most;
	*run = (struct vio_files_run){ .at = 4096 * (uint64_t)n->id + at, .bytes = n->bytes - at };
	return at < n->bytes;
}

static int tree_create(struct vio_files *of, struct vio_files_node *dir, const char *text,
		       struct vio_files_node *n)
{
	(void)of;
	assert_int_equal(dir->id, DIR);
	assert_string_equal(text, "new");
	make(NEW, n);
	return VIO_OK;
}

static int tree_write(struct vio_files *of, struct vio_files_node *n, uint64_t at, const void *p,
		      uint32_t len)
{
	(void)of;
	assert_int_equal(n->id, NEW);
	memcpy(written + at, p, len);
	return VIO_OK;
}

static int tree_finish(struct vio_files *of, struct vio_files_node *dir, const char *text,
		       struct vio_files_node *n, bool keep)
{
	(void)of;
	assert_int_equal(dir->id, DIR);
	assert_int_equal(n->id, NEW);
	assert_string_equal(text, "new");
	kept += keep;
	return VIO_OK;
}

static const struct vio_files_format format = { .name = "tree",
						.mount = tree_mount,
						.root = tree_root,
						.step = tree_step,
						.target = tree_target,
						.map = tree_map,
						.create = tree_create,
						.write = tree_write,
						.finish = tree_finish };

static void open_tree(void)
{
	blank(NULL);
	for (unsigned i = 1; i < NODES; i++)
		memcpy(disk + 4096 * i, nodes[i].text, strlen(nodes[i].text));
	stepped = kept = 0;
	assert_int_equal(vio_files_open(&tree, &format, &whole), VIO_OK);
	assert_string_equal(tree.name, "tree");
}

static void test_names_are_found_by_the_format(void **state)
{
	struct vio_files_node n;
	char text[32];

	(void)state;
	open_tree();
	assert_int_equal(vio_files_find(&tree, "/dir/file", &n), VIO_OK);
	assert_int_equal(n.id, IN_DIR);
	assert_int_equal(stepped, 2);
	assert_int_equal(vio_files_read(&tree, &n, 5, text, sizeof(text)), 8);
	assert_memory_equal(text, "is in it", 8);
	assert_int_equal(vio_files_find(&tree, "dir/nothing", &n), VIO_ENODEV);
	assert_int_equal(vio_files_find(&tree, "dir/file/x", &n), VIO_EINVAL);
	assert_int_equal(vio_files_find(&tree, "..", &n), VIO_OK); /* the root's is the root */
	assert_int_equal(n.id, TREE_ROOT);
}

static void test_links_are_followed_by_their_targets(void **state)
{
	struct vio_files_node n;

	(void)state;
	open_tree();
	assert_int_equal(vio_files_find(&tree, "/link/file", &n), VIO_OK);
	assert_int_equal(n.id, IN_DIR);
	assert_int_equal(vio_files_find(&tree, "deep", &n), VIO_OK);
	assert_int_equal(n.id, DIR);
}

static void test_files_are_written_by_the_format(void **state)
{
	struct vio_files_node dir, n;

	(void)state;
	open_tree();
	assert_int_equal(vio_files_find(&tree, "/dir/file", &n), VIO_OK);
	assert_int_equal(vio_files_create(&tree, &n, "new", &dir), VIO_EINVAL);
	assert_int_equal(vio_files_find(&tree, "/dir", &dir), VIO_OK);
	assert_int_equal(vio_files_create(&tree, &dir, "new", &n), VIO_OK);
	assert_int_equal(vio_files_write(&tree, &n, 0, "one ", 4), VIO_OK);
	assert_int_equal(vio_files_write(&tree, &n, 4, "two", 4), VIO_OK);
	assert_string_equal(written, "one two");
	assert_int_equal(vio_files_finish(&tree, &dir, "new", &n, false), VIO_OK);
	assert_int_equal(kept, 0);
	assert_int_equal(vio_files_finish(&tree, &dir, "new", &n, true), VIO_OK);
	assert_int_equal(kept, 1);
}

static void test_formats_of_disks_are_only_read(void **state)
{
	struct vio_files_node root, n;

	(void)state;
	volume();
	assert_int_equal(vio_files_find(&v, "/", &root), VIO_OK);
	assert_int_equal(vio_files_create(&v, &root, "new", &n), VIO_ENOTSUP);
	assert_string_equal(v.lacks, "writing");
	assert_int_equal(vio_files_write(&v, &root, 0, "x", 1), VIO_ENOTSUP);
	assert_int_equal(vio_files_finish(&v, &root, "new", &n, true), VIO_ENOTSUP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_found_by_the_format),
		cmocka_unit_test(test_links_are_followed_by_their_targets),
		cmocka_unit_test(test_files_are_written_by_the_format),
		cmocka_unit_test(test_formats_of_disks_are_only_read),
	};

	return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
