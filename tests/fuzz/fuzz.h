/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A target of the fuzzer: LLVMFuzzerTestOneInput() reads its input through these functions. clang's
 * libFuzzer calls it with inputs that it makes up (fuzz.py), and replay.c, in every run of the
 * tests, with those of the corpus and a fixed number of others.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct fuzz_input {
	const uint8_t *at;
	size_t left;
	unsigned long work; /* units that this input may still cost */
};

/* Zeros follow the end of the input. */
static inline uint8_t fuzz_byte(struct fuzz_input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->at++;
}

static inline uint32_t fuzz_number(struct fuzz_input *in, unsigned bytes)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint32_t)fuzz_byte(in) << 8 * i;
	return v;
}

/* As many bytes as the next byte says, or as are left. */
static inline size_t fuzz_some(struct fuzz_input *in, const uint8_t **bytes)
{
	const size_t wanted = fuzz_byte(in), n = wanted < in->left ? wanted : in->left;

	*bytes = in->at;
	in->at += n;
	in->left -= n;
	return n;
}

static inline _Noreturn void fuzz_fail(const char *what)
{
	fflush(NULL);
	fprintf(stderr, "fuzz: not so: %s\n", what);
	abort();
}

#define FUZZ_EXPECT(condition) ((condition) ? (void)0 : fuzz_fail(#condition))

/* Something was done. An input that costs too much is a finding as well. */
static inline void fuzz_work(struct fuzz_input *in)
{
	if (in->work-- == 0)
		fuzz_fail("the work of one input is limited");
}

#endif
