/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/board.h>
#include "firmware/console/command.h"
#include "firmware/console/complete.h"
#include "firmware/devices/wait.h"
#include "firmware/words/complain.h"
#include "firmware/words/outside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void indent(unsigned depth)
{
	while (depth-- > 0)
		printf("    ");
}

/* Is the property a list of printable strings, none of them empty? */
static bool is_text(struct vio_dt_prop p)
{
	if (p.len < 2 || p.data[p.len - 1] != 0)
		return false;
	for (uint32_t i = 0; i < p.len; i++) {
		const bool end = p.data[i] == 0;

		if (end ? i == 0 || p.data[i - 1] == 0 : p.data[i] < 0x20 || p.data[i] > 0x7e)
			return false;
	}
	return true;
}

static void print_text(struct vio_dt_prop p)
{
	const char *s;

	for (unsigned i = 0; (s = vio_dt_string(p, i)); i++) {
		printf(i == 0 ? "\"" : ", \"");
		for (; *s != '\0'; s++)
			printf(*s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
		printf("\"");
	}
}

static void print_cells(struct vio_dt_prop p)
{
	uint32_t v;

	for (unsigned i = 0; i < p.len / 4 && vio_dt_cell(p, i, &v) == VIO_OK; i++)
		printf(i == 0 ? "<0x%" PRIx32 : " 0x%" PRIx32, v);
	printf(">");
}

static void print_bytes(struct vio_dt_prop p)
{
	for (uint32_t i = 0; i < p.len; i++)
		printf(i == 0 ? "[%02x" : " %02x", p.data[i]);
	printf("]");
}

static void print_prop(struct vio_dt_prop p, unsigned depth)
{
	indent(depth);
	print_outside(p.name);
	if (p.len > 0)
		printf(" = ");
	if (p.len > 0 && is_text(p))
		print_text(p);
	else if (p.len > 0 && p.len % 4 == 0)
		print_cells(p);
	else if (p.len > 0)
		print_bytes(p);
	printf(";\n");
}

/* Recursive. A checked devicetree is at most VIO_DT_DEPTH_MAX deep. After Ctrl-C nothing more is
 * printed. */
static void print_node(struct vio_loop *l, struct vio_dt_node n, unsigned depth)
{
	const char *name = vio_dt_name(&vio_board.dt, n);
	struct vio_dt_prop p = { NULL, NULL, 0 };
	struct vio_dt_node child;

	indent(depth);
	print_outside(name[0] != '\0' ? name : "/");
	printf(" {\n");
	while (!wait_stopped(l) && vio_dt_prop_next(&vio_board.dt, n, &p))
		print_prop(p, depth + 1);
	for (child = vio_dt_first_child(&vio_board.dt, n); !wait_stopped(l) && vio_dt_is(child);
	     child = vio_dt_next_sibling(&vio_board.dt, child))
		print_node(l, child, depth + 1);
	if (l->interrupted)
		return;
	indent(depth);
	printf("};\n");
}

/* The nodes below the path so far. */
static void complete(const struct command_context *c, int argc, char **argv, struct completion *out)
{
	const char *const slash = strrchr(out->word, '/');
	const int n = slash ? (int)(slash - out->word) : 0;
	char path[LINE_MAX_BYTES + 1];

	(void)c;
	(void)argv;
	snprintf(path, sizeof(path), "%.*s", n > 0 ? n : 1, n > 0 ? out->word : "/");
	struct vio_dt_node child = vio_dt_path(&vio_board.dt, path);
	if (argc > 1 || vio_board.dt_error != VIO_OK || !vio_dt_is(child))
		return;
	child = vio_dt_first_child(&vio_board.dt, child);
	for (; vio_dt_is(child); child = vio_dt_next_sibling(&vio_board.dt, child)) {
		snprintf(path, sizeof(path), "%.*s/%s", n, out->word,
			 vio_dt_name(&vio_board.dt, child));
		completion_offer_outside(out, path,
					 !vio_dt_is(vio_dt_first_child(&vio_board.dt, child)));
	}
}

static void run(const struct command_context *c, int argc, char **argv)
{
	struct vio_dt_node n;

	if (vio_board.dt_error != VIO_OK) {
		complain("dt: there is no usable devicetree\n");
		return;
	}
	n = argc > 1 ? vio_dt_path(&vio_board.dt, argv[1]) : vio_dt_root(&vio_board.dt);
	if (vio_dt_is(n))
		print_node(c->loop, n, 0);
	else
		complain("dt: '%s': no such node; paths look like /soc/uart@10000000\n", argv[1]);
}

extern const struct command command_dt;
const struct command command_dt = {
	.name = "dt",
	.args = "[PATH]",
	.help = "the devicetree as text, or the part below a path or alias",
	.most = 1,
	.complete = complete,
	.run = run,
};
