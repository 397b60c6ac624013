/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/devices/bootargs.h"

#include <string.h>

static bool is_escaped(const char *p)
{
	return p[0] == '\\' && (p[1] == '"' || p[1] == '\\');
}

/* The end of a line and all other control characters are blanks, too. */
static bool is_blank(char c)
{
	return c > '\0' && c <= ' ';
}

bool bootargs_next(const char **args, char *word, size_t room, bool *whole)
{
	const char *p = *args;
	bool quoted = false;
	size_t n = 0;

	while (is_blank(*p))
		p++;
	const bool there = *p != '\0';
	*whole = true;
	for (; *p != '\0' && (quoted || !is_blank(*p)); p++) {
		if (*p == '"') {
			quoted = !quoted;
			continue;
		}
		p += quoted && is_escaped(p);
		if (n + 1 < room)
			word[n++] = is_blank(*p) ? ' ' : *p;
		else
			*whole = false;
	}
	word[n] = '\0';
	*args = p;
	return there;
}

int bootargs_value(const char *args, const char *key, char *value, size_t room)
{
	const size_t len = strlen(key);
	bool whole;

	while (args && bootargs_next(&args, value, room, &whole)) {
		if (strncmp(value, key, len) != 0 || value[len] != '=')
			continue;
		memmove(value, value + len + 1, strlen(value + len + 1) + 1);
		return whole ? VIO_OK : VIO_ERANGE;
	}
	return VIO_ENODEV;
}

bool bootargs_has(const char *args, const char *word)
{
	char next[BOOTARGS_WORD];
	bool whole;

	while (args && bootargs_next(&args, next, sizeof(next), &whole)) {
		if (whole && strcmp(next, word) == 0)
			return true;
	}
	return false;
}
