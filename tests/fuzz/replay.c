/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A target without libFuzzer:
 *
 *     fuzz_TARGET FOLDER RUNS [FIRST]
 *
 * carries out each file of the corpus FOLDER, and then RUNS inputs that are made from them. An
 * input depends on the corpus and on its number only. A failure prints the number, with which
 * `FOLDER 1 NUMBER` repeats it.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>

enum { FILES_MAX = 1024, LONGEST = 8192, CHANGES = 6 };

static struct {
	uint8_t *bytes;
	size_t n;
} corpus[FILES_MAX];
static unsigned files;
static unsigned long number; /* of the input that is carried out; 0: a file */
static uint64_t state;

static bool finished;

/* Also when an assertion of cmocka ends the program. */
static void on_death(void)
{
	if (finished)
		return;
	finished = true;
	fprintf(stderr, "fuzz: input %lu\n", number);
}

static void on_signal(int sig)
{
	on_death();
	signal(sig, SIG_DFL);
	raise(sig);
}

#ifdef __SANITIZE_ADDRESS__
void __sanitizer_set_death_callback(void (*callback)(void));
#else
#define __sanitizer_set_death_callback(callback) ((void)(callback))
#endif

static uint32_t draw(size_t below)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(state >> 33) % (uint32_t)below;
}

/* In memory of its own, so that the sanitizer notices a read beyond its end. */
static void carry_out(const uint8_t *bytes, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	if (!copy)
		fuzz_fail("there is memory");
	memcpy(copy, bytes, n);
	(void)LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static void load(const char *folder, const char *name)
{
	static uint8_t bytes[LONGEST];
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "rb");
	if (!f || files == FILES_MAX)
		fuzz_fail("the corpus can be read");
	const size_t n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	corpus[files].bytes = malloc(n ? n : 1);
	corpus[files].n = n;
	if (!corpus[files].bytes)
		fuzz_fail("there is memory");
	memcpy(corpus[files++].bytes, bytes, n);
}

static void load_all(const char *folder)
{
	struct dirent **entry;
	const int n = scandir(folder, &entry, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (entry[i]->d_name[0] != '.')
			load(folder, entry[i]->d_name);
		free(entry[i]);
	}
	if (n < 0 || files == 0)
		fuzz_fail("there is a corpus");
	free(entry);
}

/* One change: a byte, a bit, a word, bytes taken out, doubled, or from another file. */
static size_t change(uint8_t *b, size_t n)
{
	static const uint8_t special[] = { 0, 1, 2, 0x7f, 0x80, 0xfe, 0xff };
	const size_t at = draw(n + 1), left = n - at, some = draw(left + 1);
	const unsigned other = draw(files);
	const size_t from = draw(corpus[other].n + 1), most = corpus[other].n - from;
	const size_t part = draw((most < LONGEST - at ? most : LONGEST - at) + 1);

	switch (draw(6)) {
	case 0: b[at < n ? at : 0] = (uint8_t)draw(256); return n;
	case 1: b[at < n ? at : 0] ^= (uint8_t)(1 << draw(8)); return n;
	case 2: b[at < n ? at : 0] = special[draw(sizeof(special))]; return n;
	case 3: memmove(b + at, b + at + some, left - some); return n - some;
	case 4:
		if (n + some > LONGEST)
			return n;
		memmove(b + at + some, b + at, left);
		return n + some;
	default:
		memcpy(b + at, corpus[other].bytes + from, part);
		return at + part > n ? at + part : n;
	}
}

static void make_up(unsigned long nth)
{
	static uint8_t bytes[LONGEST + 1];
	const unsigned first = (unsigned)(nth % files);
	size_t n = corpus[first].n;

	state = nth;
	number = nth;
	memcpy(bytes, corpus[first].bytes, n);
	for (unsigned i = 1 + draw(CHANGES); i > 0; i--)
		n = change(bytes, n);
	carry_out(bytes, n);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	const unsigned long runs = strtoul(argv[2], NULL, 0);
	const unsigned long from = argc > 3 ? strtoul(argv[3], NULL, 0) : 1;

	__sanitizer_set_death_callback(on_death);
	signal(SIGABRT, on_signal);
	atexit(on_death);
	load_all(argv[1]);
	for (unsigned i = 0; i < files && argc == 3; i++)
		carry_out(corpus[i].bytes, corpus[i].n);
	for (unsigned long i = from; i < from + runs; i++)
		make_up(i);
	for (unsigned i = 0; i < files; i++)
		free(corpus[i].bytes);
	finished = true;
	printf("%u files, %lu inputs made from them\n", files, runs);
	return 0;
}
