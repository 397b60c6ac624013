/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware's server, begun before each test and stopped after it, when the pools are counted.
 */
#ifndef TCPIP_SERVE_H
#define TCPIP_SERVE_H

#include "firmware/network/lwip/server.h"
#include "tcpip_peer.h"
#include "tcpip_pools.h"

enum { PAGE = 3000, FOUR_BYTES = 4 };

#define GET_FOUR "GET /bytes/4 HTTP/1.0\r\n\r\n"
#define GET_MANY "GET /bytes/4000000000 HTTP/1.0\r\n\r\n"

/* lwIP forgets the connections that have ended well after two minutes. */
#define ALL_FORGOTTEN (130 * SECOND)

static size_t page(void *arg, char *to, size_t room)
{
	(void)arg;
	(void)room;
	memset(to, 'x', PAGE);
	return PAGE;
}

static struct peer p[PEERS];

static int serve(void **state)
{
	setup(state);
	memset(p, 0, sizeof(p));
	memset(&peers, 0, sizeof(peers));
	introduce();
	wire.queued = 0;
	pools_remember();
	assert_int_equal(server_start(80, page, NULL), VIO_OK);
	return 0;
}

static int all_gone(void **state)
{
	(void)state;
	assert_true(server_stop());
	pass(ALL_FORGOTTEN);
	pools_check();
	return 0;
}

/* A connection that gets its four bytes as it should. */
static void expect_served(void)
{
	static struct peer good;

	memset(&good, 0, sizeof(good));
	peer_open(&good, 80);
	assert_true(good.open);
	peer_say(&good, PSH, GET_FOUR);
	peers_run(SECOND / 10);
	assert_false(good.reset);
	assert_true(good.fin);
	assert_non_null(strstr(good.text, "200 OK"));
	peer_say(&good, FIN, "");
	peers_take();
	peers.count--;
}

#endif
