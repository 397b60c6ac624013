/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/words.h"

#include <string.h>

/* The words are written over the text while it is read. This is safe because a word is never longer
 * than what was typed for it, and its NUL takes the place of the character that ended it. */
struct split {
	char *from, *to;
	char quote; /* the open quote; 0: none */
};

static bool ends_word(char c)
{
	return c == '\0' || c == ' ' || c == ';';
}

/* Is the backslash before `c` an ordinary character? */
static bool is_plain(char quote, char c)
{
	return c == '\0' || quote == '\'' || (quote == '"' && c != '"' && c != '\\');
}

static void take_one(struct split *s)
{
	const char c = *s->from++;

	if (c == '\\' && !is_plain(s->quote, *s->from))
		*s->to++ = *s->from++;
	else if (s->quote != 0 ? c == s->quote : c == '\'' || c == '"')
		s->quote = s->quote != 0 ? 0 : c;
	else
		*s->to++ = c;
}

static bool take_word(struct split *s)
{
	s->quote = 0;
	while (*s->from != '\0' && (s->quote != 0 || !ends_word(*s->from)))
		take_one(s);
	return s->quote == 0;
}

/* True: a word begins here. False: the command ends here. */
static bool skip_blanks(struct split *s)
{
	s->from += strspn(s->from, " ");
	if (*s->from == '#')
		s->from += strlen(s->from);
	return !ends_word(*s->from);
}

int words_split(char **text, char **word)
{
	struct split s = { *text, *text, 0 };
	bool more = true;
	int n = 0;

	while (more && skip_blanks(&s)) {
		if (n == WORDS_MAX)
			return WORDS_TOO_MANY;
		word[n++] = s.to;
		if (!take_word(&s))
			return WORDS_UNCLOSED;
		const char end = *s.from;
		more = end == ' ';
		s.from += end != '\0';
		*s.to++ = '\0'; /* this may be where `end` was */
	}
	if (more && *s.from == ';')
		s.from++;
	word[n] = NULL;
	*text = s.from;
	return n;
}
