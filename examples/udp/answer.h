/* SPDX-License-Identifier: BSD-2-Clause */
/* Enough of ARP, IPv4 and UDP to send a datagram back. */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct station {
	uint8_t mac[6], address[4];
	uint16_t port;
};

/* Turn the frame of `n` bytes into its answer, which is as long. False: there is no answer. */
bool answer(const struct station *s, uint8_t *f, size_t n);

#endif
