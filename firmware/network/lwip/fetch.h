/* SPDX-License-Identifier: BSD-2-Clause */
/* Fetch a page by HTTP/1.1, and wait for it. One at a time. */
#ifndef FIRMWARE_NETWORK_LWIP_FETCH_H
#define FIRMWARE_NETWORK_LWIP_FETCH_H

#include "firmware/network/lwip/body.h"
#include "firmware/network/lwip/http_answer.h"
#include "firmware/network/lwip/http_url.h"
#include "firmware/network/net.h"

#include <lwip/err.h>

enum {
	FETCH_CONNECT_S = 15,
	FETCH_SILENCE_S = 15, /* FETCH_PACE bytes must come in this time */
	FETCH_PACE = 256,
};

enum fetch_end {
	FETCH_COMPLETE,
	FETCH_FAULT,   /* see answer.fault */
	FETCH_STOPPED, /* the user pressed Ctrl-C */
	FETCH_UNHEARD, /* the server does not answer */
	FETCH_SILENT,  /* nothing came for FETCH_SILENCE_S */
	FETCH_SLOW,    /* less than FETCH_PACE bytes came in FETCH_SILENCE_S */
	FETCH_EARLY,   /* the server closed the connection before the end */
	FETCH_FAILED,  /* an error of lwIP, see `err` */
};

struct fetch {
	enum fetch_end end;
	err_t err;
	struct http_answer answer;
	struct body body;
};

/* Fetch url->target from the station `host`. The result is valid until the next call. */
const struct fetch *fetch_page(struct net *n, uint32_t host, const struct http_url *url);

/* The reason why the page is missing or incomplete, for a person. */
const char *fetch_why(const struct fetch *f);

#endif
