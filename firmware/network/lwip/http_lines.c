/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/http_lines.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Blanks at the end are removed (RFC 9112, 5). A line of blanks is not an empty line. */
static void end_line(struct http_lines *l)
{
	if (l->used > 0 && l->text[l->used - 1] == '\r')
		l->used--;
	while (l->used > 1 && is_blank(l->text[l->used - 1]))
		l->used--;
	l->text[l->used] = '\0';
	for (size_t i = 0; i < l->used; i++) {
		const uint8_t c = (uint8_t)l->text[i];

		l->dirty |= (c < ' ' && c != '\t') || c == 0x7f;
	}
	l->complete = true;
}

bool http_lines_take(struct http_lines *l, uint8_t c)
{
	if (l->complete) {
		l->used = 0;
		l->cut = l->dirty = l->complete = false;
	}
	l->bytes++;
	if (c == '\n')
		end_line(l);
	else if (l->used < HTTP_LINE_MAX)
		l->text[l->used++] = (char)c;
	else if (c != '\r')
		l->cut = true;
	return l->complete;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static const char *after_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

const char *http_value(const char *line, const char *name)
{
	for (; *name != '\0'; line++, name++) {
		if (lower(*line) != *name)
			return NULL;
	}
	return *line == ':' ? after_blanks(line + 1) : NULL;
}

bool http_ends_with(const char *list, const char *word)
{
	const size_t n = strlen(word);
	const size_t end = strlen(list);

	if (end < n || (end > n && !strchr(", \t", list[end - n - 1])))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (lower(list[end - n + i]) != word[i])
			return false;
	}
	return true;
}

static bool is_word(const char *text, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++) {
		if (lower(text[i]) != word[i])
			return false;
	}
	return word[n] == '\0';
}

bool http_has_word(const char *list, const char *word)
{
	while (*list != '\0') {
		const size_t n = strcspn(list, ", \t");

		if (n > 0 && is_word(list, n, word))
			return true;
		list += n;
		list += strspn(list, ", \t");
	}
	return false;
}

bool http_is_token(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

bool http_is_header(const char *line)
{
	size_t n = 0;

	while (http_is_token(line[n]))
		n++;
	return n > 0 && line[n] == ':';
}

bool http_number(const char **text, uint64_t most, uint64_t *out)
{
	const char *p = *text;
	uint64_t v = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		const uint64_t digit = (uint64_t)(*p - '0');

		if (digit > most || v > (most - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (p == *text)
		return false;
	*text = p;
	*out = v;
	return true;
}

bool http_length(const char *value, uint64_t *length)
{
	uint64_t first = 0, v = 0;

	for (bool more = false;; more = true) {
		if (!http_number(&value, UINT64_MAX / 2, &v) || (more && v != first))
			return false;
		first = v;
		value = after_blanks(value);
		if (*value != ',')
			break;
		value = after_blanks(value + 1);
	}
	*length = first;
	return *value == '\0';
}
