/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader compared with libfdt: well-formed trees, and then truncated and mutated ones. */
#include "devicetree_agree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
	"bare",	      "names",	   "narrow",	"buses",    "bare-v16",	  "names-v16",
	"narrow-v16", "buses-v16", "qemu-virt", "qemu-big", "qemu-aplic", "qemu-imsic",
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

/* The tree without the padding that QEMU leaves in it. */
static struct blob load_packed(const char *name)
{
	struct blob b = blob_load(name), packed;

	if (get32(&b, H_VERSION) < 17)
		return b; /* dtc's, without any */
	assert_int_equal(fdt_pack(b.bytes), 0);
	packed = blob_copy(b.bytes, fdt_totalsize(b.bytes));
	blob_free(&b);
	return packed;
}

/* Fixed seed: every run does the same. */
static uint32_t random32(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

struct counts {
	unsigned opened, both;
};

/*
 * Whatever `b` is: open it, walk it, and where libfdt accepts it too, agree with it. The
 * calls that are a walk each are made for a few nodes, others from time to time.
 */
static void examine(const struct blob *b, struct counts *c)
{
	struct vio_dt dt;
	struct vio_dt_node n = VIO_DT_NONE;
	const bool both = agree_to_open(b, &dt);
	unsigned i = c->opened++;

	c->both += both;
	if (both) {
		agree_on_walk(&dt, b->bytes);
		agree_on_aliases(&dt, b->bytes);
	}
	for (; vio_dt_is(n = vio_dt_next(&dt, n, NULL)); i++)
		if (both && i % 64 == 0)
			agree_on_node(&dt, b->bytes, n);
}

static void both_agree_on_every_tree(void **state)
{
	(void)state;
	for (int i = 0; i < NAMES; i++) {
		struct blob whole = blob_load(names[i]);
		struct vio_dt dt;

		assert_true(agree_to_open(&whole, &dt));
		agree(&dt, whole.bytes);
		blob_free(&whole);
	}
}

static void cut_tree_is_refused_at_every_length(void **state)
{
	struct vio_dt dt;

	(void)state;
	for (int i = 0; i < NAMES; i++) {
		struct blob b = load_packed(names[i]);

		for (uint32_t len = 0; len < b.len; len++) {
			struct blob cut = blob_copy(b.bytes, len);

			assert_int_equal(vio_dt_open(&dt, cut.bytes, len), VIO_EFORMAT);
			blob_free(&cut);
		}
		blob_free(&b);
	}
}

/* The header says the cut length, too, so that the blocks are looked at. */
static void cut_tree_that_admits_it_is_no_more_trouble(void **state)
{
	static const char *const cuts[] = { "bare", "names", "narrow", "buses", "buses-v16" };
	struct counts c = { 0, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct blob b = load_packed(cuts[i]), last;
		const bool sized = get32(&b, H_VERSION) >= 17;

		last = sized ? blob_structs_last(&b) : blob_copy(b.bytes, b.len);
		for (uint32_t len = 40; len < last.len; len++) {
			struct blob cut = blob_copy(last.bytes, len);

			put32(&cut, H_TOTALSIZE, len);
			if (sized && len >= get32(&cut, H_STRUCT))
				put32(&cut, H_STRUCT_SIZE, len - get32(&cut, H_STRUCT));
			examine(&cut, &c);
			blob_free(&cut);
		}
		blob_free(&last);
		blob_free(&b);
	}
}

/* Each word of the tree in turn, set to what breaks bounds. */
static void each_word_of_a_tree_wrong_in_turn(void **state)
{
	static const char *const trees[] = { "bare", "names", "narrow", "buses", "qemu-imsic" };
	struct counts c = { 0, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		struct blob b = load_packed(trees[i]), last = blob_structs_last(&b);

		for (uint32_t at = 0; at + 4 <= last.len; at += 4) {
			const uint32_t was = get32(&last, at);
			const uint32_t words[] = { 0,	       1,
						   2,	       3,
						   4,	       9,
						   was + 1,    was - 1,
						   was + 4,    0x7fffffff,
						   0x80000000, UINT32_MAX,
						   last.len,   last.len - at };

			for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
				put32(&last, at, words[k]);
				examine(&last, &c);
			}
			put32(&last, at, was);
		}
		blob_free(&last);
		blob_free(&b);
	}
	/* Neither all good nor all bad, or the test would show nothing. */
	assert_in_range(c.both, c.opened / 4, c.opened * 3 / 4);
}

/* One to four of: a byte, a word, a small change of a word, a word from elsewhere. */
static void mutate(struct blob *b, uint64_t *seed)
{
	for (uint32_t n = random32(seed) % 4 + 1; n > 0; n--) {
		const uint32_t byte = random32(seed) % b->len;
		const uint32_t word = random32(seed) % (b->len / 4) * 4;
		const uint32_t from = random32(seed) % (b->len / 4) * 4;

		switch (random32(seed) % 4) {
		case 0: b->bytes[byte] = (uint8_t)random32(seed); break;
		case 1: put32(b, word, random32(seed)); break;
		case 2: put32(b, word, get32(b, word) + random32(seed) % 33 - 16); break;
		default: put32(b, word, get32(b, from)); break;
		}
	}
}

static void random_mutations(void **state)
{
	enum { EACH = 2000 };
	uint64_t seed = 20;
	struct counts c = { 0, 0 };

	(void)state;
	for (int i = 0; i < NAMES; i++) {
		struct blob b = load_packed(names[i]);

		for (unsigned k = 0; k < EACH; k++) {
			struct blob m = blob_copy(b.bytes, b.len);

			mutate(&m, &seed);
			examine(&m, &c);
			blob_free(&m);
		}
		blob_free(&b);
	}
	assert_in_range(c.both, c.opened / 4, c.opened * 3 / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_agree_on_every_tree),
		cmocka_unit_test(cut_tree_is_refused_at_every_length),
		cmocka_unit_test(cut_tree_that_admits_it_is_no_more_trouble),
		cmocka_unit_test(each_word_of_a_tree_wrong_in_turn),
		cmocka_unit_test(random_mutations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
