/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines of HTTP heads (RFC 9112, 2.2). Bytes come as they come; none is trusted, and no line is
 * kept longer than HTTP_LINE_MAX.
 */
#ifndef FIRMWARE_NETWORK_LWIP_HTTP_LINES_H
#define FIRMWARE_NETWORK_LWIP_HTTP_LINES_H

#include <picovirtio/types.h>

enum {
	HTTP_LINE_MAX = 512,  /* bytes of a line that are kept */
	HTTP_HEAD_MAX = 8192, /* bytes of a head; a longer one is refused */
};

/* Zeroed: at the start of a head. */
struct http_lines {
	char text[HTTP_LINE_MAX + 1]; /* the line, without its end, and a zero behind it */
	size_t used;
	bool cut;	/* the line was longer */
	bool dirty;	/* it has control characters */
	bool complete;	/* the next byte begins a new line */
	uint32_t bytes; /* of the head so far */
};

/* Take a byte. True: a line is complete. */
bool http_lines_take(struct http_lines *l, uint8_t c);

/* The value of a header line of this name (in small letters) without blanks around it, or NULL. */
const char *http_value(const char *line, const char *name);

/* Does a list "a, b, c" end with `word` (in small letters)? */
bool http_ends_with(const char *list, const char *word);

/* Is it the name of a header, and a colon right behind it? */
bool http_is_header(const char *line);

/* The value of Content-Length: a number, or several times the same number ("5, 5"; RFC 9110, 8.6).
 * False: anything else. */
bool http_length(const char *value, uint64_t *length);

/* A decimal number at `*text`, which moves behind it. False: none, or above `most`. */
bool http_number(const char **text, uint64_t most, uint64_t *out);

/* One character that a token of HTTP can have (RFC 9110, 5.6.2)? */
bool http_is_token(char c);

#endif
