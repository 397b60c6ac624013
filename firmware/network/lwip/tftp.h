/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of TFTP (RFC 1350), for a reader: what to send, and what an answer means. */
#ifndef FIRMWARE_NETWORK_LWIP_TFTP_H
#define FIRMWARE_NETWORK_LWIP_TFTP_H

#include <picovirtio/types.h>

enum {
	TFTP_PORT = 69,
	TFTP_BLOCK = 512,
	TFTP_PACKET_MAX = 4 + TFTP_BLOCK,
	TFTP_NAME_MAX = 128, /* with the final zero */
	TFTP_REASON_MAX = 64,
};

enum tftp_event {
	TFTP_NOTHING,  /* not for us, or not understood */
	TFTP_DATA,     /* `data`, `bytes` of it, are next; acknowledge */
	TFTP_LAST,     /* the same, and the file ends with it */
	TFTP_REPEATED, /* a block that we have; acknowledge again */
	TFTP_ERROR,    /* the server refuses: `reason` */
};

struct tftp {
	uint16_t block; /* the last one that came */
	const uint8_t *data;
	size_t bytes;
	char reason[TFTP_REASON_MAX];
};

/* The request for a file; its length, or 0: the name is too long. */
size_t tftp_request(uint8_t *to, size_t room, const char *name);

/* The acknowledgement of the last block; its length. `to` has 4 bytes. */
size_t tftp_acknowledge(const struct tftp *t, uint8_t *to);

/* A datagram came. `data` points into it. Blocks are counted in 16 bits, and start again from 0. */
enum tftp_event tftp_take(struct tftp *t, const uint8_t *p, size_t n);

#endif
