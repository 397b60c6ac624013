/* SPDX-License-Identifier: BSD-2-Clause */
/* A message of a file protocol that is being written. Its numbers are little-endian. */
#ifndef VIO_MESSAGE_H
#define VIO_MESSAGE_H

#include <picovirtio/types.h>

#include <string.h>

/* What does not fit is left out, and `full` is set. */
struct message {
	uint8_t *p;
	uint32_t n, room;
	bool full;
};

static inline void put_bytes(struct message *m, const void *p, size_t n)
{
	m->full |= n > m->room - m->n;
	if (m->full)
		return;
	memcpy(m->p + m->n, p, n);
	m->n += (uint32_t)n;
}

static inline void put(struct message *m, uint64_t v, unsigned bytes)
{
	uint8_t b[8];

	for (unsigned i = 0; i < bytes; i++)
		b[i] = (uint8_t)(v >> 8 * i);
	put_bytes(m, b, bytes);
}

/* The length of a name. More than `most`: the name is too long, and its end was not looked for. */
static inline size_t name_length(const char *s, size_t most)
{
	size_t n = 0;

	while (n <= most && s[n] != '\0')
		n++;
	return n;
}

/* The end of a message: its first four bytes are the length of it and of the `data` bytes after it.
 * Returns the length of the message alone, or 0: it does not fit. */
static inline uint32_t message_end(const struct message *m, uint32_t data)
{
	for (unsigned i = 0; i < 4; i++)
		m->p[i] = (uint8_t)((m->n + data) >> 8 * i);
	return m->full ? 0 : m->n;
}

#endif
