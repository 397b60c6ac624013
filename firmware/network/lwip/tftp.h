/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of TFTP (RFC 1350), for a reader, with the options blksize and tsize (RFC 2347 to 2349):
 * what to send, and what an answer means. */
#ifndef FIRMWARE_NETWORK_LWIP_TFTP_H
#define FIRMWARE_NETWORK_LWIP_TFTP_H

#include <picovirtio/types.h>

enum {
	TFTP_PORT = 69,
	TFTP_BLOCK = 512,	/* without options */
	TFTP_BLOCK_MOST = 1468, /* what we ask for: as much as a frame has room for */
	TFTP_PACKET_MAX = 4 + TFTP_BLOCK_MOST,
	TFTP_NAME_MAX = 256, /* with the final zero */
	TFTP_REASON_MAX = 64,
};

enum tftp_event {
	TFTP_NOTHING,  /* not for us, or not understood */
	TFTP_OPTIONS,  /* the server takes options; acknowledge */
	TFTP_DATA,     /* `data`, `bytes` of it, are next; acknowledge */
	TFTP_LAST,     /* the same, and the file ends with it */
	TFTP_REPEATED, /* what we have; acknowledge again */
	TFTP_PLAIN,    /* the server refuses options: ask again without */
	TFTP_REFUSED,  /* the server refuses: `reason` */
	TFTP_BROKEN,   /* the server answers to options that were not asked for: end it */
};

/* Zeroed: before the request. */
struct tftp {
	bool plain;	/* ask without options */
	bool begun;	/* options or a block came */
	uint16_t block; /* the number of the last one that came */
	uint16_t size;	/* of a block; 0: TFTP_BLOCK */
	bool has_total;
	uint64_t total; /* bytes of the file, as the server says */
	const uint8_t *data;
	size_t bytes;
	char reason[TFTP_REASON_MAX];
};

/* The request for a file; its length, or 0: the name is too long. */
size_t tftp_request(const struct tftp *t, uint8_t *to, size_t room, const char *name);

/* The acknowledgement of the last block, or of the options; its length. `to` has 4 bytes. */
size_t tftp_acknowledge(const struct tftp *t, uint8_t *to);

/* The word to the server that we go; its length. */
size_t tftp_goodbye(uint8_t *to, size_t room);

/* A datagram came. `data` points into it. Blocks are counted in 16 bits, and start again from 0. */
enum tftp_event tftp_take(struct tftp *t, const uint8_t *p, size_t n);

#endif
