/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the devicetree reader share; each call fails the test that makes it. */
#ifndef DEVICETREE_RIG_H
#define DEVICETREE_RIG_H

#include "devicetree_blob.h"

/* A tree that was opened. Give back `blob`. */
struct fixture {
	struct blob blob;
	struct vio_dt dt;
	struct vio_dt_node dev; /* /bus/dev, if there is one */
};

struct fixture load(const char *name);
struct fixture open_tree(struct tree *t);

/* The node of that path, which is there. */
struct vio_dt_node at(const struct fixture *f, const char *path);

#define CELLS(t, name, ...)                                                                        \
	tree_numbers(t, name, sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4,                       \
		     (const uint32_t[]){ __VA_ARGS__ })

/* A root of 2 and 2 cells, and in it a bus of these (-1: not said), still open. */
void begin_bus(struct tree *t, int address, int size);
void end_bus(struct tree *t);

/* vio_dt_open()'s answer; gives `b` back. */
int opened(struct blob b);

/* / { compatible = "x"; child { value = <1 2>; }; }; */
struct blob sample(void);

/* vio_dt_open()'s answer to the sample with this word in it. */
int opened_with(uint32_t at, uint32_t value);

#endif
