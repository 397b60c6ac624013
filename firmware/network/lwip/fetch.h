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
	FETCH_SILENCE_S = 15, /* in which FETCH_PACE bytes must come, or the end */
	FETCH_PACE = 256,
};

enum fetch_end {
	FETCH_COMPLETE,
	FETCH_FAULT,   /* answer.fault has it */
	FETCH_STOPPED, /* by the user */
	FETCH_UNHEARD, /* nothing answers the connection */
	FETCH_SILENT,  /* nothing came for FETCH_SILENCE_S */
	FETCH_SLOW,    /* less than FETCH_PACE bytes came in it */
	FETCH_EARLY,   /* the server closed the connection before the end */
	FETCH_FAILED,  /* lwIP: `err` */
};

struct fetch {
	enum fetch_end end;
	err_t err;
	struct http_answer answer;
	struct body body;
};

/* Fetch url->target from the station `host`. The result is valid until the next call. */
const struct fetch *fetch_page(struct net *n, uint32_t host, const struct http_url *url);

/* For a person: why it did not come, or not whole. */
const char *fetch_why(const struct fetch *f);

#endif
