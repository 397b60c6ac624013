/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/tftp.h"

#include "firmware/network/byteorder.h"

#include <string.h>

enum { READ = 1, DATA = 3, ACK = 4, ERROR = 5, HEAD = 4 };

size_t tftp_request(uint8_t *to, size_t room, const char *name)
{
	static const char mode[] = "octet";
	const size_t n = strlen(name) + 1;

	if (n > TFTP_NAME_MAX || 2 + n + sizeof(mode) > room)
		return 0;
	put16(to, READ);
	memcpy(to + 2, name, n);
	memcpy(to + 2 + n, mode, sizeof(mode));
	return 2 + n + sizeof(mode);
}

size_t tftp_acknowledge(const struct tftp *t, uint8_t *to)
{
	put16(to, ACK);
	put16(to + 2, t->block);
	return HEAD;
}

/* The text is the server's: cut, and without anything that a terminal obeys. */
static void keep_reason(struct tftp *t, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && i + 1 < sizeof(t->reason) && p[i] != '\0'; i++)
		t->reason[i] = p[i] >= ' ' && p[i] <= '~' ? (char)p[i] : '?';
	t->reason[i] = '\0';
}

enum tftp_event tftp_take(struct tftp *t, const uint8_t *p, size_t n)
{
	if (n < HEAD || n > TFTP_PACKET_MAX)
		return TFTP_NOTHING;
	if (get16(p) == ERROR) {
		keep_reason(t, p + HEAD, n - HEAD);
		return TFTP_ERROR;
	}
	if (get16(p) != DATA)
		return TFTP_NOTHING;
	if (get16(p + 2) == t->block)
		return TFTP_REPEATED;
	if (get16(p + 2) != (uint16_t)(t->block + 1))
		return TFTP_NOTHING;
	t->block++;
	t->data = p + HEAD;
	t->bytes = n - HEAD;
	return t->bytes < TFTP_BLOCK ? TFTP_LAST : TFTP_DATA;
}
