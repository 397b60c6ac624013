/* SPDX-License-Identifier: BSD-2-Clause */
/* The packets of TFTP (RFC 1350) for a client that reads, with the options blksize and tsize (RFC
 * 2347 to 2349). */
#ifndef FIRMWARE_NETWORK_LWIP_TFTP_H
#define FIRMWARE_NETWORK_LWIP_TFTP_H

#include <picovirtio/types.h>

enum {
	TFTP_PORT = 69,
	TFTP_BLOCK = 512,	/* block size without options */
	TFTP_BLOCK_MOST = 1468, /* the block size that we ask for; it fits a frame */
	TFTP_PACKET_MAX = 4 + TFTP_BLOCK_MOST,
	TFTP_NAME_MAX = 256, /* including the NUL */
	TFTP_REASON_MAX = 64,
};

enum tftp_event {
	TFTP_NOTHING,  /* not for us, or not valid */
	TFTP_OPTIONS,  /* the server accepts options; acknowledge them */
	TFTP_DATA,     /* the next `bytes` are in `data`; acknowledge them */
	TFTP_LAST,     /* the same, and the file ends with it */
	TFTP_REPEATED, /* a block that is already here; acknowledge it again */
	TFTP_PLAIN,    /* the server refuses options: ask again without them */
	TFTP_REFUSED,  /* the server refuses the request, see `reason` */
	TFTP_BROKEN,   /* the server answers options that were not asked for: end the transfer */
};

/* Starts zeroed. */
struct tftp {
	bool plain;	/* ask without options */
	bool begun;	/* options or a block were received */
	uint16_t block; /* the number of the latest block */
	uint16_t size;	/* block size; 0: TFTP_BLOCK */
	bool has_total;
	uint64_t total; /* bytes of the file, according to the server */
	const uint8_t *data;
	size_t bytes;
	char reason[TFTP_REASON_MAX];
};

/* Write the request for a file. Returns its length, or 0 if the name is too long. */
size_t tftp_request(const struct tftp *t, uint8_t *to, size_t room, const char *name);

/* Write the acknowledgement of the latest block, or of the options. Returns its length. `to` has 4
 * bytes. */
size_t tftp_acknowledge(const struct tftp *t, uint8_t *to);

/* Write the packet that tells the server that we stop. Returns its length. */
size_t tftp_goodbye(uint8_t *to, size_t room);

/* Take a received packet. `data` points into it. Block numbers have 16 bits, and wrap to 0. */
enum tftp_event tftp_take(struct tftp *t, const uint8_t *p, size_t n);

#endif
