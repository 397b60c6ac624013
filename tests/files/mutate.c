/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutate IMAGE SEED ROUNDS: change some bytes of an image, walk it, put them back. Most changed
 * bytes are not zero, because zeros are mostly unused. The sanitizers and the checks of walk.c find
 * errors, and a walk must not read without end.
 */
#include "tests/files/walk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CHANGES = 12, TRIES = 2000, RUN = 4 };

/* Of one walk: entries and data as below, each with a bounded number of looks. */
#define READS_MAX 4000000ul

static uint64_t state;

static uint64_t draw(uint64_t below) /* xorshift64 */
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

static uint8_t *load(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p;
	long end;

	if (!f || fseek(f, 0, SEEK_END) != 0 || (end = ftell(f)) <= 0 ||
	    fseek(f, 0, SEEK_SET) != 0 || !(p = malloc((size_t)end)) ||
	    fread(p, 1, (size_t)end, f) != (size_t)end) {
		perror(path);
		exit(2);
	}
	fclose(f);
	*n = (size_t)end;
	return p;
}

/* Tables are at the start of a disk, and the second one of a GPT is at its end. */
static size_t place(const uint8_t *p, size_t n)
{
	const size_t head = n < 65536 ? n : 65536;
	size_t at = 0;

	for (unsigned i = 0; i < TRIES; i++) {
		at = draw(4) ? draw(head) : draw(n);
		if (p[at] != 0 || draw(16) == 0)
			break;
	}
	return at;
}

static void change(uint8_t *p, size_t n)
{
	static const uint8_t special[] = { 0, 1, 2, 0x7f, 0x80, 0xff, 0xfe, 0xe5 };
	const uint64_t how = draw(4);

	for (size_t i = 0; i < n; i++) {
		if (how == 0)
			p[i] = (uint8_t)draw(256);
		else if (how == 1)
			p[i] = special[draw(sizeof(special))];
		else if (how == 2)
			p[i] ^= (uint8_t)(1u << draw(8));
		else
			p[i] = (uint8_t)(p[i] + (draw(2) ? 1 : 255));
	}
}

static void mutate(uint8_t *image, size_t n, bool cached)
{
	struct walk w = { .image = image,
			  .bytes = n,
			  .block_bytes = VIO_FILES_SECTOR,
			  .entries = 300,
			  .data = 1 << 19,
			  .cached = cached };
	const unsigned changes = 1 + (unsigned)draw(CHANGES);
	struct {
		size_t at, len;
		uint8_t old[RUN];
	} undo[CHANGES];

	for (unsigned i = 0; i < changes; i++) {
		undo[i].at = place(image, n);
		undo[i].len = 1 + draw(RUN);
		if (undo[i].len > n - undo[i].at)
			undo[i].len = n - undo[i].at;
		memcpy(undo[i].old, image + undo[i].at, undo[i].len);
		change(image + undo[i].at, undo[i].len);
	}
	walk_image(&w);
	if (w.reads > READS_MAX) {
		fprintf(stderr, "%lu reads in one walk\n", w.reads);
		abort();
	}
	for (unsigned i = changes; i-- > 0;)
		memcpy(image + undo[i].at, undo[i].old, undo[i].len);
}

int main(int argc, char **argv)
{
	unsigned long rounds;
	size_t n;

	if (argc != 4) {
		fprintf(stderr, "mutate IMAGE SEED ROUNDS\n");
		return 2;
	}
	uint8_t *image = load(argv[1], &n);
	state = strtoull(argv[2], NULL, 0);
	rounds = strtoul(argv[3], NULL, 0);
	for (unsigned long i = 0; i < rounds; i++) {
		const uint64_t now = state;

		if (getenv("MUTATE_TRACE"))
			fprintf(stderr, "round %lu, seed %" PRIu64 "\n", i, now);
		mutate(image, n, i % 2);
	}
	free(image);
	printf("%lu rounds\n", rounds);
	return 0;
}
