/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of pages (RFC 3986, RFC 9110 4.2): those that are typed, and those of redirects. */
#ifndef FIRMWARE_NETWORK_LWIP_HTTP_URL_H
#define FIRMWARE_NETWORK_LWIP_HTTP_URL_H

#include <picovirtio/types.h>

enum {
	HTTP_PORT = 80,
	HTTP_HOST_MAX = 256, /* with the final zero; a name has 253 characters at most */
	HTTP_TARGET_MAX = 768,
};

enum http_url_error {
	HTTP_URL_OK,
	HTTP_URL_SCHEME, /* not http: */
	HTTP_URL_HOST,	 /* the host is missing, or is neither a name nor an IPv4 address */
	HTTP_URL_USER,	 /* a user's name and an '@' precede the host */
	HTTP_URL_PORT,	 /* not 1 to 65535 */
	HTTP_URL_LONG,
};

struct http_url {
	char host[HTTP_HOST_MAX];
	uint16_t port;
	/* Path and query, percent-encoded where necessary, without dot segments: "/a?b". */
	char target[HTTP_TARGET_MAX];
};

/* Parse "http://host:80/path?query#fragment". "http://" may be missing. */
enum http_url_error http_url(const char *text, struct http_url *url);

/* Resolve `reference`, the Location of an answer to a request for `url`. The result is in `url`. */
enum http_url_error http_url_follow(struct http_url *url, const char *reference);

/* In words, such as "not http: ...". */
const char *http_url_why(enum http_url_error e);

#endif
