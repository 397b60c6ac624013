/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The datagrams of iperf (version 2), and what their receiver finds out: losses, order and jitter.
 * The sender numbers its datagrams. It ends with one that has the negative number of those sent,
 * and repeats that one until the receiver's report comes.
 */
#ifndef FIRMWARE_NETWORK_LWIP_IPERF_STREAM_H
#define FIRMWARE_NETWORK_LWIP_IPERF_STREAM_H

#include <picovirtio/types.h>

enum {
	IPERF_HEAD_BYTES = 16,
	IPERF_REPORT_BYTES = IPERF_HEAD_BYTES + 40,
	IPERF_DATAGRAM_BYTES = 1470, /* what we send; it fits a frame */
	/* Servers of iperf 2.1 begin their mean of the jitter with the difference between the
	 * clocks. After so many datagrams less than 10 us of it are left. */
	IPERF_JITTER_LEAST = 500,
};

#define IPERF_JITTER_UNKNOWN UINT64_MAX

/* Starts zeroed. */
struct iperf_stream {
	uint64_t bytes;
	uint32_t count; /* datagrams that came */
	uint32_t next;	/* the number that is expected */
	uint32_t lost, disordered;
	int64_t transit; /* of the last datagram, in microseconds, from an unknown start */
	uint64_t jitter; /* in sixteenths of a microsecond (RFC 3550, 6.4.1), or unknown */
};

/* The head of datagram `number`, or of the last one of `number` datagrams. */
void iperf_head(uint8_t to[IPERF_HEAD_BYTES], uint32_t number, bool last, uint64_t now_ns);

/* Count a datagram of `n` bytes, of which `head` are the first IPERF_HEAD_BYTES. */
void iperf_stream_take(struct iperf_stream *s, const uint8_t *head, size_t n, uint64_t now_ns);

/* Is the datagram with this head the last one of a stream? */
bool iperf_is_last(const uint8_t *head);

/* Write the report about a stream of `ns` nanoseconds, as an answer to its last datagram. */
void iperf_report(uint8_t to[IPERF_REPORT_BYTES], const uint8_t *head, const struct iperf_stream *s,
		  uint64_t ns);

/* Read a report. False: the datagram is not a report. */
bool iperf_take_report(const uint8_t *p, size_t n, struct iperf_stream *s, uint64_t *ns);

#endif
