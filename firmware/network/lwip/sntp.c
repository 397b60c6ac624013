/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/sntp.h"

#include "firmware/network/byteorder.h"

#include <string.h>

enum {
	CLIENT = 4 << 3 | 3, /* version 4, mode */
	MODE = 7,
	SERVER = 4,
	LEAP_UNKNOWN = 3 << 6,
	STRATUM_AT = 1,
	STRATUM_MOST = 15,
	ORIGIN_AT = 24, /* the time of our request, as the server repeats it */
	TRANSMIT_AT = 40,
};

#define NS_PER_S	 UINT64_C(1000000000)
#define S_1900_TO_1970	 UINT64_C(2208988800)
#define SECOND_ERA_BELOW UINT32_C(0x80000000) /* seconds below this count from 2036 */

void sntp_request(uint8_t p[SNTP_BYTES], uint64_t nonce)
{
	memset(p, 0, SNTP_BYTES);
	p[0] = CLIENT;
	put32(p + TRANSMIT_AT, (uint32_t)(nonce >> 32));
	put32(p + TRANSMIT_AT + 4, (uint32_t)nonce);
}

static uint64_t unix_ns_of(uint32_t seconds, uint32_t fraction)
{
	const uint64_t era = seconds < SECOND_ERA_BELOW ? UINT64_C(1) << 32 : 0;

	return (era + seconds - S_1900_TO_1970) * NS_PER_S + (fraction * NS_PER_S >> 32);
}

enum sntp_answer sntp_take(const uint8_t *p, size_t n, uint64_t nonce, uint64_t *unix_ns)
{
	if (n < SNTP_BYTES || (p[0] & MODE) != SERVER ||
	    get32(p + ORIGIN_AT) != (uint32_t)(nonce >> 32) ||
	    get32(p + ORIGIN_AT + 4) != (uint32_t)nonce)
		return SNTP_NOT_OURS;
	if (p[STRATUM_AT] == 0)
		return SNTP_GO_AWAY;
	if (p[STRATUM_AT] > STRATUM_MOST || (p[0] & LEAP_UNKNOWN) == LEAP_UNKNOWN ||
	    get32(p + TRANSMIT_AT) == 0)
		return SNTP_UNSYNCHRONIZED;
	*unix_ns = unix_ns_of(get32(p + TRANSMIT_AT), get32(p + TRANSMIT_AT + 4));
	return SNTP_TIME;
}

/* ---- The calendar ---- */

static bool is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned days_of_month(unsigned year, unsigned month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

/* One round of the loop for each year since 1970. Nanoseconds in 64 bits end in 2554. */
static void set_day(unsigned days, struct sntp_date *d)
{
	d->weekday = (days + 4) % 7; /* 1970 began on a Thursday */
	for (d->year = 1970; days >= 365u + is_leap(d->year); d->year++)
		days -= 365u + is_leap(d->year);
	for (d->month = 1; days >= days_of_month(d->year, d->month); d->month++)
		days -= days_of_month(d->year, d->month);
	d->day = days + 1;
}

void sntp_date(uint64_t unix_ns, struct sntp_date *d)
{
	const uint64_t s = unix_ns / NS_PER_S;

	set_day((unsigned)(s / 86400), d);
	d->hour = (unsigned)(s % 86400 / 3600);
	d->minute = (unsigned)(s % 3600 / 60);
	d->second = (unsigned)(s % 60);
}
