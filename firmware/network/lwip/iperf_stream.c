/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/iperf_stream.h"

#include "firmware/network/byteorder.h"

#include <string.h>

#define NS_PER_US UINT64_C(1000)
#define US_PER_S  UINT64_C(1000000)
#define IS_REPORT UINT32_C(0x80000000)

/* Offsets of 32-bit numbers in the head, and in a report after it. */
enum {
	NUMBER_AT = 0,
	SECONDS_AT = 4,
	MICROSECONDS_AT = 8,
	NUMBER_HIGH_AT = 12, /* iperf before 2.0.10 has a head without this number */

	FLAGS_AT = 0,
	BYTES_AT = 4,
	TIME_AT = 12,
	LOST_AT = 20,
	DISORDERED_AT = 24,
	COUNT_AT = 28,
	JITTER_AT = 32,
	REPORT_ALONE = 40,
};

static void put_time(uint8_t *p, uint64_t us)
{
	put32(p, (uint32_t)(us / US_PER_S));
	put32(p + 4, (uint32_t)(us % US_PER_S));
}

static uint64_t get_time(const uint8_t *p)
{
	return get32(p) * US_PER_S + get32(p + 4);
}

void iperf_head(uint8_t to[IPERF_HEAD_BYTES], uint32_t number, bool last, uint64_t now_ns)
{
	const uint64_t signed_number = last ? ~(uint64_t)number + 1 : number;

	put32(to + NUMBER_AT, (uint32_t)signed_number);
	put_time(to + SECONDS_AT, now_ns / NS_PER_US);
	put32(to + NUMBER_HIGH_AT, (uint32_t)(signed_number >> 32));
}

bool iperf_is_last(const uint8_t *head)
{
	return get32(head + NUMBER_AT) >> 31 != 0;
}

static void count_number(struct iperf_stream *s, uint32_t number)
{
	if (s->count == 0)
		s->next = number;
	if (number < s->next) {
		s->disordered++;
		s->lost -= s->lost > 0;
		return;
	}
	s->lost += number - s->next;
	s->next = number + 1;
}

static void measure_jitter(struct iperf_stream *s, const uint8_t *head, uint64_t now_ns)
{
	const int64_t transit =
		(int64_t)(now_ns / NS_PER_US) - (int64_t)get_time(head + SECONDS_AT);
	const int64_t change = transit - s->transit;
	const uint64_t size = (uint64_t)(change < 0 ? -change : change);

	s->transit = transit;
	if (s->count > 0)
		s->jitter += size - (s->jitter + 8) / 16;
}

void iperf_stream_take(struct iperf_stream *s, const uint8_t *head, size_t n, uint64_t now_ns)
{
	const uint32_t number = get32(head + NUMBER_AT);

	count_number(s, iperf_is_last(head) ? ~number + 1 : number);
	measure_jitter(s, head, now_ns);
	s->count++;
	s->bytes += n;
}

/* Of a report about this datagram: after the head of its sender's version. */
static size_t report_at(const uint8_t *head)
{
	return get32(head + NUMBER_HIGH_AT) == UINT32_MAX ? IPERF_HEAD_BYTES : NUMBER_HIGH_AT;
}

void iperf_report(uint8_t to[IPERF_REPORT_BYTES], const uint8_t *head, const struct iperf_stream *s,
		  uint64_t ns)
{
	uint8_t *const p = to + report_at(head);

	memset(to, 0, IPERF_REPORT_BYTES);
	memcpy(to, head, IPERF_HEAD_BYTES);
	put32(p + FLAGS_AT, IS_REPORT);
	put32(p + BYTES_AT, (uint32_t)(s->bytes >> 32));
	put32(p + BYTES_AT + 4, (uint32_t)s->bytes);
	put_time(p + TIME_AT, ns / NS_PER_US);
	put32(p + LOST_AT, s->lost);
	put32(p + DISORDERED_AT, s->disordered);
	put32(p + COUNT_AT, s->count + s->lost);
	put_time(p + JITTER_AT, s->jitter / 16);
}

/* A server of either version answers, with any head, or with zeros in its place. */
bool iperf_take_report(const uint8_t *p, size_t n, struct iperf_stream *s, uint64_t *ns)
{
	if (n < IPERF_HEAD_BYTES)
		return false;
	const uint32_t word = get32(p + NUMBER_HIGH_AT);
	const bool short_head = (word & IS_REPORT) != 0 && word != UINT32_MAX;
	const size_t at = short_head ? NUMBER_HIGH_AT : IPERF_HEAD_BYTES;
	if (n < at + REPORT_ALONE || (get32(p + at) & IS_REPORT) == 0)
		return false;
	p += at;
	*s = (struct iperf_stream){
		.bytes = (uint64_t)get32(p + BYTES_AT) << 32 | get32(p + BYTES_AT + 4),
		.lost = get32(p + LOST_AT),
		.disordered = get32(p + DISORDERED_AT),
		.count = get32(p + COUNT_AT) - get32(p + LOST_AT),
		.jitter = get_time(p + JITTER_AT) * 16,
	};
	*ns = get_time(p + TIME_AT) * NS_PER_US;
	return true;
}
