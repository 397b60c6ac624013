/* SPDX-License-Identifier: BSD-2-Clause */
/* Heads of WAV files: right, wrong, and made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "firmware/sound/wav.h"
#include "tests/unit/device_rig.h"

static uint8_t file[512];
static uint32_t length, fails_at;
static struct wav w;

static void put(uint32_t at, uint32_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		file[at + i] = (uint8_t)(v >> (8 * i));
}

/* There are no bytes beyond the file, and one byte cannot be read. */
static int read_file(void *arg, uint64_t at, void *to, uint32_t n)
{
	assert_ptr_equal(arg, file);
	if (at == fails_at && fails_at != 0)
		return VIO_EIO;
	if (at >= length)
		return 0;
	n = n < length - at ? n : (uint32_t)(length - at);
	memcpy(to, file + at, n);
	return (int)n;
}

static uint32_t chunk(uint32_t at, const char *name, uint32_t bytes)
{
	memcpy(file + at, name, 4);
	put(at + 4, bytes, 4);
	return at + 8;
}

static void format(uint32_t at, uint32_t tag, uint32_t channels, uint32_t hertz, uint32_t bits)
{
	put(at, tag, 2);
	put(at + 2, channels, 2);
	put(at + 4, hertz, 4);
	put(at + 14, bits, 2);
}

static void good(void)
{
	memset(file, 0, sizeof(file));
	fails_at = 0;
	chunk(0, "RIFF", 100);
	memcpy(file + 8, "WAVE", 4);
	format(chunk(12, "fmt ", 16), 1, 2, 44100, 16);
	chunk(36, "LIST", 3); /* and a byte that makes it even */
	chunk(48, "data", 400);
	length = 456;
}

static int parsed(void)
{
	return wav_open(&w, read_file, file);
}

static void test_samples_are_found(void **state)
{
	(void)state;
	good();
	assert_int_equal(parsed(), VIO_OK);
	assert_int_equal(w.format, VIO_SOUND_S16);
	assert_int_equal(w.rate, VIO_SOUND_44100);
	assert_int_equal(w.hertz, 44100);
	assert_int_equal(w.channels, 2);
	assert_int_equal(w.frame_bytes, 4);
	assert_int_equal(w.at, 56);
	assert_int_equal(w.bytes, 400);
}

static void test_formats(void **state)
{
	static const struct {
		uint32_t tag, bits;
		int format;
	} rows[] = { { 1, 8, VIO_SOUND_U8 },
		     { 1, 16, VIO_SOUND_S16 },
		     { 1, 24, VIO_SOUND_S24_3 },
		     { 1, 32, VIO_SOUND_S32 },
		     { 3, 32, VIO_SOUND_FLOAT },
		     { 3, 64, -1 },
		     { 1, 12, -1 },
		     { 2, 16, -1 } };

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		good();
		format(20, rows[i].tag, 1, 8000, rows[i].bits);
		assert_int_equal(parsed(), rows[i].format < 0 ? VIO_ENOTSUP : VIO_OK);
		if (rows[i].format >= 0)
			assert_int_equal(w.format, rows[i].format);
		assert_int_equal(w.bits, rows[i].bits);
	}
	good();
	format(20, 0xfffe, 1, 8000, 24); /* the tag follows later */
	put(16, 16, 4);
	assert_int_equal(parsed(), VIO_ENOTSUP);
	put(16, 40, 4);
	put(20 + 24, 1, 2);
	chunk(60, "data", 9);
	assert_int_equal(parsed(), VIO_OK);
	assert_int_equal(w.frame_bytes, 3);
	assert_int_equal(w.bytes, 9);
}

static void test_numbers_that_no_device_has(void **state)
{
	(void)state;
	good();
	format(20, 1, 2, 44101, 16);
	assert_int_equal(parsed(), VIO_ENOTSUP);
	assert_int_equal(w.hertz, 44101);
	format(20, 1, 0, 44100, 16);
	assert_int_equal(parsed(), VIO_ENOTSUP);
	format(20, 1, 19, 44100, 16);
	assert_int_equal(parsed(), VIO_ENOTSUP);
	format(20, 1, 18, 44100, 16);
	assert_int_equal(parsed(), VIO_OK);
}

static void test_files_that_are_damaged(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 56; n++) {
		good();
		length = n;
		assert_int_equal(parsed(), VIO_EFORMAT);
	}
	good();
	file[3] = 'X';
	assert_int_equal(parsed(), VIO_EFORMAT);
	good();
	file[11] = 'X';
	assert_int_equal(parsed(), VIO_EFORMAT);
	good();
	file[12] = 'X'; /* samples without a format */
	assert_int_equal(parsed(), VIO_EFORMAT);
	good();
	put(16, 15, 4); /* a format that is too short */
	assert_int_equal(parsed(), VIO_EFORMAT);
	good();
	put(40, UINT32_MAX, 4); /* a chunk beyond the file */
	assert_int_equal(parsed(), VIO_EFORMAT);
	good();
	fails_at = 36;
	assert_int_equal(parsed(), VIO_EIO);
	fails_at = 20;
	assert_int_equal(parsed(), VIO_EIO);
	memset(file + 36, 0, sizeof(file) - 36); /* chunks of no bytes, without an end */
	fails_at = 0;
	length = sizeof(file);
	assert_int_equal(parsed(), VIO_EFORMAT);
}

static int read_zeroes(void *arg, uint64_t at, void *to, uint32_t n)
{
	(void)arg;
	memset(to, 0, n);
	if (at == 0)
		memcpy(to, "RIFF    WAVE", 12);
	return (int)n;
}

static void test_chunks_without_an_end(void **state)
{
	(void)state;
	assert_int_equal(wav_open(&w, read_zeroes, NULL), VIO_EFORMAT);
}

/* ---- What is recorded ---- */

static void test_what_is_asked_of_a_stream(void **state)
{
	static const struct {
		uint64_t formats, rates;
		uint8_t least, most; /* channels */
		int format;	     /* -1: none */
		uint32_t hertz, channels;
	} rows[] = {
		{ UINT64_MAX, UINT64_MAX, 1, 8, VIO_SOUND_S16, 48000, 2 },
		{ BIT64(17) | BIT64(5), BIT64(8), 1, 1, VIO_SOUND_S16, 64000, 1 },
		{ BIT64(17) | BIT64(4), BIT64(0) | BIT64(3) | BIT64(9), 2, 2, VIO_SOUND_S32, 16000,
		  2 },
		{ BIT64(4) | BIT64(19), BIT64(6), 4, 8, VIO_SOUND_FLOAT, 44100, 4 },
		{ BIT64(11) | BIT64(4), BIT64(13), 18, 18, VIO_SOUND_S24_3, 384000, 18 },
		{ BIT64(4), BIT64(0), 1, 2, VIO_SOUND_U8, 5512, 2 },
		{ BIT64(3) | BIT64(6), BIT64(7), 1, 2, -1, 0, 0 }, /* signed bytes: in no file */
		{ BIT64(5), BIT64(14) | BIT64(40), 1, 2, -1, 0, 0 },
		{ BIT64(5), BIT64(7), 19, 20, -1, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct vio_sound_stream t = { .formats = rows[i].formats,
						    .rates = rows[i].rates,
						    .channels_min = rows[i].least,
						    .channels_max = rows[i].most };
		assert_int_equal(wav_choose(&w, &t), rows[i].format >= 0);
		if (rows[i].format < 0)
			continue;
		const struct wav chosen = w;
		w.bytes = 5 * w.frame_bytes;
		assert_int_equal(wav_head(&w, file), VIO_OK);
		length = WAV_HEAD;
		assert_int_equal(parsed(), VIO_OK); /* the file says so too */
		assert_int_equal(w.format, rows[i].format);
		assert_int_equal(w.hertz, rows[i].hertz);
		assert_int_equal(w.channels, rows[i].channels);
		assert_int_equal(w.rate, chosen.rate);
		assert_int_equal(w.frame_bytes, chosen.frame_bytes);
		assert_int_equal(w.bytes, 5 * chosen.frame_bytes);
		assert_int_equal(w.at, WAV_HEAD);
	}
}

static void test_a_head_byte_by_byte(void **state)
{
	static const uint8_t want[WAV_HEAD] = {
		'R', 'I', 'F', 'F', 36 + 8, 0, 0,   0,	 'W', 'A',  'V',  'E', 'f', 'm', 't',
		' ', 16,  0,   0,   0,	    1, 0,   2,	 0,   0x80, 0xbb, 0,   0,   0,	 0xee,
		2,   0,	  4,   0,   16,	    0, 'd', 'a', 't', 'a',  8,	  0,   0,   0,
	};
	const struct vio_sound_stream t = {
		.formats = BIT64(5), .rates = BIT64(7), .channels_min = 1, .channels_max = 2
	};
	uint8_t head[WAV_HEAD];

	(void)state;
	assert_true(wav_choose(&w, &t));
	w.bytes = 8;
	memset(head, 0xff, sizeof(head));
	assert_int_equal(wav_head(&w, head), VIO_OK);
	assert_memory_equal(head, want, sizeof(want));
	w.bytes = UINT32_MAX - WAV_HEAD;
	assert_int_equal(wav_head(&w, head), VIO_OK);
	w.bytes++;
	assert_int_equal(wav_head(&w, head), VIO_ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples_are_found),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_numbers_that_no_device_has),
		cmocka_unit_test(test_files_that_are_damaged),
		cmocka_unit_test(test_chunks_without_an_end),
		cmocka_unit_test(test_what_is_asked_of_a_stream),
		cmocka_unit_test(test_a_head_byte_by_byte),
	};

	return cmocka_run_group_tests_name("wav", tests, NULL, NULL);
}
