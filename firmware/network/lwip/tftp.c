/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/tftp.h"

#include "firmware/network/byteorder.h"
#include "firmware/network/lwip/http_lines.h"

#include <stdio.h>
#include <string.h>

enum {
	READ = 1,
	DATA = 3,
	ACK = 4,
	ERROR = 5,
	OPTIONS = 6,
	HEAD = 4,
	BAD_OPTIONS = 8,
	BLOCK_LEAST = 8
};

/* ---- Packets to send ---- */

/* Append a string with its NUL. False: there is no room. */
static bool put_text(uint8_t *to, size_t room, size_t *used, const char *text)
{
	const size_t n = strlen(text) + 1;

	if (n > room - *used)
		return false;
	memcpy(to + *used, text, n);
	*used += n;
	return true;
}

size_t tftp_request(const struct tftp *t, uint8_t *to, size_t room, const char *name)
{
	char size[8];
	size_t used = 2;

	if (room < used || strlen(name) >= TFTP_NAME_MAX)
		return 0;
	put16(to, READ);
	bool fits = put_text(to, room, &used, name) && put_text(to, room, &used, "octet");
	if (!t->plain) {
		snprintf(size, sizeof(size), "%d", TFTP_BLOCK_MOST);
		fits = fits && put_text(to, room, &used, "tsize") &&
		       put_text(to, room, &used, "0") && put_text(to, room, &used, "blksize") &&
		       put_text(to, room, &used, size);
	}
	return fits ? used : 0;
}

size_t tftp_acknowledge(const struct tftp *t, uint8_t *to)
{
	put16(to, ACK);
	put16(to + 2, t->block);
	return HEAD;
}

size_t tftp_goodbye(uint8_t *to, size_t room)
{
	size_t used = HEAD;

	put16(to, ERROR);
	put16(to + 2, 0);
	return put_text(to, room, &used, "stopped") ? used : 0;
}

/* ---- Received packets ---- */

/* The text is the server's. It is cleared of control characters when it is printed. */
static void keep_reason(struct tftp *t, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && i + 1 < sizeof(t->reason) && p[i] != '\0'; i++)
		t->reason[i] = (char)p[i];
	t->reason[i] = '\0';
}

static bool is_name(const char *text, const char *name)
{
	for (; *name != '\0'; text++, name++) {
		if ((*text | 32) != *name)
			return false;
	}
	return *text == '\0';
}

/* A server may choose smaller blocks than were asked for, but not larger ones. */
static bool take_option(struct tftp *t, const char *name, const char *value)
{
	uint64_t v;

	if (!http_number(&value, UINT64_MAX, &v) || *value != '\0')
		return false;
	if (is_name(name, "blksize")) {
		t->size = (uint16_t)v;
		return v >= BLOCK_LEAST && v <= TFTP_BLOCK_MOST;
	}
	t->total = v;
	t->has_total = true;
	return is_name(name, "tsize");
}

/* Names and values, each with a NUL after it. */
static bool take_options(struct tftp *t, const uint8_t *p, size_t n)
{
	while (n > 0) {
		const uint8_t *zero = memchr(p, '\0', n);
		const size_t name = zero ? (size_t)(zero - p) + 1 : n;
		const uint8_t *end = memchr(p + name, '\0', n - name);

		if (!end || !take_option(t, (const char *)p, (const char *)p + name))
			return false;
		n -= (size_t)(end - p) + 1;
		p = end + 1;
	}
	return true;
}

static enum tftp_event options(struct tftp *t, const uint8_t *p, size_t n)
{
	if (t->begun)
		return t->block == 0 ? TFTP_REPEATED : TFTP_NOTHING;
	if (t->plain || !take_options(t, p, n))
		return TFTP_BROKEN;
	t->begun = true;
	return TFTP_OPTIONS;
}

static enum tftp_event error(struct tftp *t, const uint8_t *p, size_t n)
{
	if (get16(p + 2) == BAD_OPTIONS && !t->plain && !t->begun)
		return TFTP_PLAIN;
	keep_reason(t, p + HEAD, n - HEAD);
	return TFTP_REFUSED;
}

static enum tftp_event data(struct tftp *t, const uint8_t *p, size_t n)
{
	const size_t size = t->size != 0 ? t->size : TFTP_BLOCK;

	if (n > HEAD + size)
		return TFTP_NOTHING;
	if (get16(p + 2) == t->block)
		return t->begun ? TFTP_REPEATED : TFTP_NOTHING;
	if (get16(p + 2) != (uint16_t)(t->block + 1))
		return TFTP_NOTHING;
	t->begun = true;
	t->block++;
	t->data = p + HEAD;
	t->bytes = n - HEAD;
	return t->bytes < size ? TFTP_LAST : TFTP_DATA;
}

enum tftp_event tftp_take(struct tftp *t, const uint8_t *p, size_t n)
{
	if (n < HEAD || n > TFTP_PACKET_MAX)
		return TFTP_NOTHING;
	switch (get16(p)) {
	case DATA: return data(t, p, n);
	case OPTIONS: return options(t, p + 2, n - 2);
	case ERROR: return error(t, p, n);
	default: return TFTP_NOTHING;
	}
}
