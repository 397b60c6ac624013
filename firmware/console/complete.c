/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/complete.h"

#include <picovirtio/terminal.h>
#include "firmware/console/words.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 500 };

void completion_offer(struct completion *c, const char *name, bool whole)
{
	size_t n = 0;

	if (strncmp(name, c->word, c->len) != 0 || strlen(name) > LINE_MAX_BYTES)
		return;
	if (c->list)
		printf("%s\n", name);
	if (c->fits++ == 0) {
		strcpy(c->common, name);
		c->whole = whole;
		return;
	}
	while (c->common[n] != '\0' && c->common[n] == name[n])
		n++;
	while (n > 0 && ((uint8_t)c->common[n] & 0xc0) == 0x80) /* not in a character */
		n--;
	c->common[n] = '\0';
	c->whole = false;
}

void completion_offer_words(struct completion *c, const char *words)
{
	char one[LINE_MAX_BYTES + 1];

	while (words && *words != '\0') {
		const size_t n = strcspn(words, " ");

		snprintf(one, sizeof(one), "%.*s", (int)n, words);
		completion_offer(c, one, true);
		words += n + (words[n] == ' ');
	}
}

bool completion_is_over(const struct completion *c)
{
	return c->fits >= MOST;
}

/* The last command of the text, with a last word that is being typed. */
struct typed {
	char text[LINE_MAX_BYTES + 3];
	char *word[WORDS_MAX + 1];
	int n;
	char quote; /* that is open; 0: none */
};

static bool split(struct typed *t, const struct line *l, const char *end)
{
	char *rest = t->text;

	snprintf(t->text, sizeof(t->text), "%.*s%s", (int)l->cursor, l->text, end);
	do
		t->n = words_split(&rest, t->word);
	while (t->n >= 0 && *rest != '\0');
	return t->n >= 0;
}

/* An open quote is closed for this; a blank or ; before the cursor begins a new word. */
static bool take_apart(struct typed *t, const struct line *l)
{
	static char none[] = "";
	const char before = l->cursor > 0 ? l->text[l->cursor - 1] : ' ';

	t->quote = 0;
	if (!split(t, l, "")) {
		t->quote = split(t, l, "'") ? '\'' : split(t, l, "\"") ? '"' : 0;
		return t->quote != 0;
	}
	if (before == ';')
		t->n = 0;
	if ((before == ' ' || before == ';') && t->n < WORDS_MAX)
		t->word[t->n++] = none;
	return t->n > 0;
}

static void offer_all(const struct command_context *c, const struct typed *t,
		      struct completion *out)
{
	const struct command *command = command_find(c->commands, t->word[0]);

	if (t->n == 1) {
		for (size_t i = 0; i < c->commands->count; i++)
			completion_offer(out, c->commands->command[i]->name, true);
		return;
	}
	if (!command)
		return;
	completion_offer_words(out, command->words);
	if (command->complete)
		command->complete(c, t->n - 1, (char **)t->word, out);
}

/* A backslash protects characters that a quote would protect. */
static void insert(struct line *l, const struct typed *t, const char *p)
{
	for (; *p != '\0'; p++) {
		if (t->quote == 0 && strchr(" ;#'\"\\", *p))
			line_insert(l, "\\", 1);
		line_insert(l, p, 1);
	}
}

void complete_line(const struct command_context *c, struct line *l)
{
	static struct completion found;
	static struct typed t;

	if (!take_apart(&t, l))
		return;
	found = (struct completion){ .word = t.word[t.n - 1], .len = strlen(t.word[t.n - 1]) };
	offer_all(c, &t, &found);
	const size_t more = strlen(found.common);
	if (found.fits == 0) {
		l->out(l->ctx, "\a", 1);
	} else if (found.fits == 1 || more > found.len) {
		insert(l, &t, found.common + found.len);
		if (found.fits == 1 && found.whole && t.quote != 0)
			line_insert(l, &t.quote, 1);
		if (found.fits == 1 && found.whole)
			line_insert(l, " ", 1);
	} else {
		found.list = true;
		found.fits = 0;
		offer_all(c, &t, &found);
	}
}
