/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines of HTTP heads (RFC 9112, 2.2). Bytes are taken one by one, and none is trusted. Of a
 * line at most HTTP_LINE_MAX bytes are kept.
 */
#ifndef FIRMWARE_NETWORK_LWIP_HTTP_LINES_H
#define FIRMWARE_NETWORK_LWIP_HTTP_LINES_H

#include <picovirtio/types.h>

enum {
	HTTP_LINE_MAX = 512,  /* bytes of a line that are kept */
	HTTP_HEAD_MAX = 8192, /* bytes of a head; a longer one is refused */
};

/* Starts zeroed, at the start of a head. */
struct http_lines {
	char text[HTTP_LINE_MAX + 1]; /* the line without its end, with a NUL after it */
	size_t used;
	bool cut;	/* the line was longer */
	bool dirty;	/* it has control characters */
	bool complete;	/* the next byte begins a new line */
	uint32_t bytes; /* bytes of the head so far */
};

/* Take a byte. True: a line is complete. */
bool http_lines_take(struct http_lines *l, uint8_t c);

/* The value of the header line with this name (in small letters), without blanks around it. NULL:
 * the line has another name. */
const char *http_value(const char *line, const char *name);

/* Does a list "a, b, c" end with `word` (in small letters)? */
bool http_ends_with(const char *list, const char *word);

/* Does a list "a, b, c" contain `word` (in small letters)? */
bool http_has_word(const char *list, const char *word);

/* Does the line begin with the name of a header and a colon? */
bool http_is_header(const char *line);

/* The value of Content-Length: a number, or the same number several times ("5, 5"; RFC 9110, 8.6).
 * False: anything else. */
bool http_length(const char *value, uint64_t *length);

/* Parse a decimal number at `*text`, and move `*text` past it. False: there is none, or it is
 * above `most`. */
bool http_number(const char **text, uint64_t most, uint64_t *out);

/* Can a token of HTTP contain this character (RFC 9110, 5.6.2)? */
bool http_is_token(char c);

#endif
