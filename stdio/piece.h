/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of one printf(), which comes a character at a time. Most characters are stored in the
 * ring of the output at once, by the caller's own function. Only a piece may write to its output
 * between its begin and its end.
 */
#ifndef STDIO_PIECE_H
#define STDIO_PIECE_H

#include <picovirtio/output.h>

struct vio_piece {
	struct vio_output *output;
	char *at, *end; /* the free part of the ring; empty if text does not go straight there */
};

void vio_piece_begin(struct vio_piece *p, struct vio_output *o);

/* What a terminal shows as it is, in one byte: '\n' becomes two, and controls, parts of UTF-8 and
 * what is neither go the long way. */
static inline bool vio_piece_is_simple(char c)
{
	return (unsigned)(unsigned char)c - ' ' < 0x7f - ' ';
}

/* Both return the character as an unsigned char. The first is for one that is not simple, or that
 * has no room. */
int vio_piece_put_otherwise(struct vio_piece *p, char c);

static inline int vio_piece_put(struct vio_piece *p, char c)
{
	if (p->at == p->end || !vio_piece_is_simple(c))
		return vio_piece_put_otherwise(p, c);
	*p->at++ = c;
	return (unsigned char)c;
}

/* What was put is text of the output from now on. */
void vio_piece_end(const struct vio_piece *p);

#endif
