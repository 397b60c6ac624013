/* SPDX-License-Identifier: BSD-2-Clause */
/* What p9.c and p9_tree.c share. */
#ifndef MODEL_P9_PRIVATE_H
#define MODEL_P9_PRIVATE_H

#include "tests/model/p9.h"

enum {
	E_NOENT = 2,
	E_EXIST = 17,
	E_NOTDIR = 20,
	E_ISDIR = 21,
	E_INVAL = 22,
	E_NOSPC = 28,
	E_NOTEMPTY = 39,
};

/* A message that is read, or written. */
struct model_p9_message {
	uint8_t *p;
	uint32_t n, at; /* all bytes, and those done */
	bool bad;	/* it ended before */
};

uint64_t model_p9_get(struct model_p9_message *m, unsigned bytes);
void model_p9_put(struct model_p9_message *m, uint64_t v, unsigned bytes);
void model_p9_put_bytes(struct model_p9_message *m, const void *p, uint32_t n);

/* Carry out a request whose header was read. Returns 0, or Linux's error number. */
uint32_t model_p9_run(struct model_p9 *s, uint8_t type, struct model_p9_message *in,
		      struct model_p9_message *out);

#endif
