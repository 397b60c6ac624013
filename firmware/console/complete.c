/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/complete.h"

#include <picovirtio/terminal.h>
#include <picovirtio/utf8.h>
#include "firmware/console/words.h"
#include "firmware/words/outside.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 500 };

/* The bytes at the start of the name that a person could type, too. Only these come into a line. */
static size_t typeable(const char *name)
{
	struct vio_utf8 in = { 0 };
	size_t good = 0;

	for (size_t i = 0; name[i] != '\0'; i++) {
		const int n = vio_utf8_feed(&in, name[i]);

		if (n < 0 || (n > 0 && vio_utf8_is_control(vio_utf8_point(in.bytes))))
			break;
		if (n > 0)
			good = i + 1;
	}
	return good;
}

void completion_offer(struct completion *c, const char *name, bool whole)
{
	size_t n = 0;

	if (strncmp(name, c->word, c->len) != 0 || strlen(name) > LINE_MAX_BYTES)
		return;
	if (c->list) {
		print_outside(name);
		printf("\n");
	}
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

void completion_offer_outside(struct completion *c, const char *name, bool whole)
{
	completion_offer(c, name, whole);
	const size_t n = typeable(c->common);
	if (c->common[n] == '\0')
		return;
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
	size_t n;

	for (; *p != '\0'; p += n) {
		n = 1;
		while (((uint8_t)p[n] & 0xc0) == 0x80)
			n++;
		if (t->quote == 0 && strchr(" ;#'\"\\", *p))
			line_insert(l, "\\", 1);
		line_insert(l, p, n);
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
	} else if (found.whole || more > found.len) {
		insert(l, &t, found.common + found.len);
		if (found.whole && t.quote != 0)
			line_insert(l, &t.quote, 1);
		if (found.whole)
			line_insert(l, " ", 1);
	} else {
		found.list = true;
		found.fits = 0;
		offer_all(c, &t, &found);
	}
}
