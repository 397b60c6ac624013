/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that the firmware fetches by TFTP, from correct and from wrong servers, over the whole of
 * lwIP. / */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <picovirtio/disk.h>
#include "firmware/network/lwip/tftp_fetch.h"
#include "tcpip_pools.h"
#include "tcpip_udp.h"

enum { MOST = 100000, SERVER_PORT = 1234 };

static uint8_t file[MOST];
static struct {
	size_t bytes;	 /* of the file */
	unsigned block;	 /* that the server grants; 0: it knows no options */
	bool refuses;	 /* it takes options for an error */
	bool wrong;	 /* it grants more than was asked for */
	bool denies;	 /* there is no such file */
	unsigned silent; /* from this block on; 0: never */
	unsigned loses;	 /* every so manyth datagram; 0: none */
	/* Of this transfer: */
	unsigned requests, datagrams, acks, goodbyes, size;
} server;

static size_t send_block(unsigned block, uint8_t *to)
{
	const size_t at = (size_t)(block - 1) * server.size;

	if (at > server.bytes || (server.silent != 0 && block >= server.silent))
		return 0;
	const size_t n = server.bytes - at < server.size ? server.bytes - at : server.size;
	to[0] = 0;
	to[1] = 3;
	to[2] = (uint8_t)(block >> 8);
	to[3] = (uint8_t)block;
	memcpy(to + 4, file + at, n);
	return 4 + n;
}

static size_t send_error(unsigned code, const char *text, uint8_t *to)
{
	memcpy(to, "\0\5\0", 3);
	to[3] = (uint8_t)code;
	strcpy((char *)to + 4, text);
	return 5 + strlen(text);
}

static size_t request(const uint8_t *p, size_t n, uint8_t *to, size_t room)
{
	bool asked = false;

	for (size_t i = 0; i + 7 <= n; i++)
		asked |= memcmp(p + i, "blksize", 7) == 0;
	server.requests++;
	server.size = 512;
	if (server.denies)
		return send_error(1, "File not found", to);
	if (asked && server.refuses)
		return send_error(8, "options", to);
	if (!asked || server.block == 0)
		return send_block(1, to);
	server.size = server.block;
	return (size_t)snprintf((char *)to, room, "%c%cblksize%c%u%ctsize%c%zu", 0, 6, 0,
				server.wrong ? 60000 : server.block, 0, 0, server.bytes) +
	       1;
}

static size_t serve(const uint8_t *p, size_t n, uint16_t to, uint16_t *from, uint8_t *answer,
		    size_t room)
{
	size_t bytes = 0;

	if (to == TFTP_PORT && n > 4 && p[1] == 1)
		bytes = request(p, n, answer, room);
	if (to == SERVER_PORT && n == 4 && p[1] == 4) {
		server.acks++;
		bytes = send_block((unsigned)(p[2] << 8 | p[3]) + 1, answer);
	}
	server.goodbyes += to == SERVER_PORT && p[1] == 5;
	*from = SERVER_PORT;
	return server.loses != 0 && ++server.datagrams % server.loses == 0 ? 0 : bytes;
}

static const struct tftp_fetch *fetch(void)
{
	server.requests = server.datagrams = server.acks = server.goodbyes = 0;
	wire.queued = 0;
	udp_answers = serve;
	wire.each_turn = udp_turn;
	const struct tftp_fetch *f = tftp_fetch_file(&net, 0x0a000202, "file");
	pass(SECOND);
	wire.each_turn = NULL;
	assert_non_null(tftp_why(f));
	return f;
}

static int begin(void **state)
{
	setup(state);
	memset(&server, 0, sizeof(server));
	server.bytes = MOST;
	server.block = 1428;
	for (unsigned i = 0; i < MOST; i++)
		file[i] = (uint8_t)(i * 7 + (i >> 9));
	introduce();
	pools_remember();
	return 0;
}

static int all_gone(void **state)
{
	(void)state;
	pass(30 * SECOND);
	pools_check();
	return 0;
}

static void expect_whole(const struct tftp_fetch *f)
{
	assert_int_equal(f->end, TFTP_COMPLETE);
	assert_int_equal(f->body.bytes, server.bytes);
	assert_int_equal(f->body.crc, vio_files_crc(0, file, server.bytes));
}

static void test_files_of_every_kind_of_length(void **state)
{
	static const size_t sizes[] = { 0, 1, 511, 512, 513, 1427, 1428, 1429, 2856, MOST };

	(void)state;
	for (unsigned i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
		server.bytes = sizes[i / 2];
		server.block = i % 2 ? 1428 : 0;
		const struct tftp_fetch *f = fetch();
		expect_whole(f);
		assert_int_equal(f->tftp.has_total, i % 2);
		assert_int_equal(f->tftp.total, i % 2 ? server.bytes : 0);
		assert_int_equal(server.acks, server.bytes / (i % 2 ? 1428 : 512) + 1 + i % 2);
	}
}

static void test_a_server_that_takes_no_options_is_asked_without(void **state)
{
	(void)state;
	server.refuses = true;
	expect_whole(fetch());
	assert_int_equal(server.requests, 2);
}

static void test_lost_datagrams_come_again(void **state)
{
	(void)state;
	server.loses = 5;
	expect_whole(fetch());
}

static void test_each_failure_has_its_cause(void **state)
{
	(void)state;
	server.denies = true;
	const struct tftp_fetch *f = fetch();
	assert_int_equal(f->end, TFTP_DENIED);
	assert_string_equal(tftp_why(f), "File not found");
	server.denies = false;
	server.wrong = true;
	assert_int_equal(fetch()->end, TFTP_NONSENSE);
	assert_int_equal(server.goodbyes, 1);
	server.wrong = false;
	server.silent = 3;
	f = fetch();
	assert_int_equal(f->end, TFTP_SILENT);
	assert_int_equal(f->body.bytes, 2 * 1428);
	assert_int_equal(f->tftp.total, MOST);
	server.loses = 1;
	assert_int_equal(fetch()->end, TFTP_UNHEARD);
	assert_int_equal(server.requests, TFTP_TRIES);
	loop.interrupted = true;
	assert_int_equal(fetch()->end, TFTP_STOPPED);
	loop.interrupted = false;
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, all_gone)
	const struct CMUnitTest tests[] = {
		T(test_files_of_every_kind_of_length),
		T(test_a_server_that_takes_no_options_is_asked_without),
		T(test_lost_datagrams_come_again),
		T(test_each_failure_has_its_cause),
	};
#undef T
	return cmocka_run_group_tests(tests, start, NULL);
}
