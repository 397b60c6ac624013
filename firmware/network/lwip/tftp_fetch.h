/* SPDX-License-Identifier: BSD-2-Clause */
/* Fetch a file by TFTP, and wait for it. One at a time. */
#ifndef FIRMWARE_NETWORK_LWIP_TFTP_FETCH_H
#define FIRMWARE_NETWORK_LWIP_TFTP_FETCH_H

#include "firmware/network/lwip/body.h"
#include "firmware/network/lwip/tftp.h"
#include "firmware/network/net.h"

enum {
	TFTP_TRIES = 6, /* one second each */
};

enum tftp_end {
	TFTP_COMPLETE,
	TFTP_NO_NAME, /* the name is too long */
	TFTP_NO_MEMORY,
	TFTP_STOPPED,  /* the user pressed Ctrl-C */
	TFTP_UNHEARD,  /* no server answered */
	TFTP_SILENT,   /* the server stopped answering */
	TFTP_DENIED,   /* the server refused, see tftp.reason */
	TFTP_NONSENSE, /* the server answered options that were not asked for */
};

struct tftp_fetch {
	enum tftp_end end;
	struct tftp tftp;
	struct body body;
};

/* The result is valid until the next call. */
const struct tftp_fetch *tftp_fetch_file(struct net *n, uint32_t host, const char *file);

/* The reason why the file is missing or incomplete, for a person. */
const char *tftp_why(const struct tftp_fetch *f);

#endif
