/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/address.h"
#include "firmware/console/command.h"
#include "firmware/commands/fetched.h"
#include "firmware/network/lwip/fetch.h"
#include "firmware/network/lwip/interface.h"
#include "firmware/network/net.h"
#include "firmware/words/complain.h"
#include "firmware/words/outside.h"

#include <inttypes.h>
#include <stdio.h>

enum { FOLLOWED_MOST = 5 };

static void print_status(const struct fetch *f)
{
	const struct http_answer *a = &f->answer;

	printf("HTTP %u, ", a->status);
	if (a->status >= 300 && a->status < 400 && a->location[0] != '\0') {
		printf("moved to ");
		print_outside(a->location);
		printf(a->location_cut ? "..., " : ", ");
	}
	if (a->coded)
		printf("in an encoding that this image does not decode, ");
}

/* An HTTP status that is known is printed, whatever failed after it. */
static void print_failure(const char *name, const struct fetch *f)
{
	const struct http_answer *a = &f->answer;

	complain("get: %s: %s", name, fetch_why(f));
	if (a->status != 0)
		printf("; HTTP %u", a->status);
	if (f->body.bytes > 0 && a->framing == HTTP_COUNTED)
		printf(", %" PRIu64 " of %" PRIu64 " bytes had come", f->body.bytes, a->length);
	else if (f->body.bytes > 0)
		printf(", %" PRIu64 " bytes had come", f->body.bytes);
	printf("\n");
}

/* True: the answer redirects to another address, which is now in `url`. */
static bool leads_on(const struct fetch *f, struct http_url *url, unsigned followed)
{
	const struct http_answer *a = &f->answer;

	print_status(f);
	const enum http_url_error e =
		a->location_cut ? HTTP_URL_LONG : http_url_follow(url, a->location);
	if (e != HTTP_URL_OK)
		complain("not followed: %s\n", http_url_why(e));
	else if (followed == FOLLOWED_MOST)
		complain("not followed: %d redirects were followed before\n", FOLLOWED_MOST);
	else
		printf("followed\n");
	return e == HTTP_URL_OK && followed < FOLLOWED_MOST;
}

static void print_page(const struct fetch *f)
{
	print_status(f);
	fetched_print(&f->body);
	if (f->answer.status < 200 || f->answer.status > 299)
		complain_silently();
}

/* Fetch one page. True: it redirects to another one, which is now in `url`. */
static bool fetch_one(const char *name, struct http_url *url, unsigned followed)
{
	uint32_t host;

	if (!address_find(network(), "get", url->host, &host))
		return false;
	const struct fetch *f = fetch_page(network(), host, url);
	if (f->end != FETCH_COMPLETE)
		print_failure(name, f);
	else if (http_answer_leads_on(&f->answer))
		return leads_on(f, url, followed);
	else
		print_page(f);
	return false;
}

static void run(const struct command_context *c, int argc, char **argv)
{
	static struct http_url url;
	unsigned followed = 0;

	(void)c;
	(void)argc;
	if (!tcpip_ready(network(), "get"))
		return;
	const enum http_url_error e = http_url(argv[1], &url);
	if (e != HTTP_URL_OK) {
		complain("get: %s: %s\n", argv[1], http_url_why(e));
		return;
	}
	while (fetch_one(followed == 0 ? argv[1] : url.host, &url, followed))
		followed++;
}

extern const struct command command_get;
const struct command command_get = {
	.name = "get",
	.args = "http://HOST[:PORT]/PATH",
	.help = "fetch a page: its text if it is short, its size and CRC-32",
	.least = 1,
	.most = 1,
	.run = run,
};
