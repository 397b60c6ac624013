/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/hint.h"

#include <string.h>

enum { LONGEST = 24, FAR = 3 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The edit distance (Levenshtein), computed row by row. FAR if `b` is longer than LONGEST. */
static size_t distance(const char *a, const char *b)
{
	const size_t la = strlen(a), lb = strlen(b);
	size_t row[LONGEST + 1];

	if (lb > LONGEST)
		return FAR;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			const size_t up = row[j];

			row[j] = least(least(up, row[j - 1]) + 1, corner + (a[i - 1] != b[j - 1]));
			corner = up;
		}
	}
	return row[lb];
}

const char *hint_nearest(const char *word, const char *const *names, size_t n)
{
	const char *best = NULL;
	size_t best_distance = least(FAR, strlen(word));

	for (size_t i = 0; i < n; i++) {
		const size_t d =
			strncmp(word, names[i], strlen(word)) == 0 ? 0 : distance(word, names[i]);

		if (d < best_distance) {
			best = names[i];
			best_distance = d;
		}
	}
	return best;
}
