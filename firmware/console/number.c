/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/number.h"

#include "firmware/words/complain.h"

#include <inttypes.h>
#include <string.h>

bool shell_number64(const char *s, uint64_t max, uint64_t *out)
{
	const bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	const unsigned base = hex ? 16 : 10;
	static const char digits[] = "0123456789abcdef";
	uint64_t v = 0;

	if (hex)
		s += 2;
	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		const char *d = memchr(digits, *s | 0x20, base);
		const uint64_t digit = d ? (uint64_t)(d - digits) : 0;

		if (!d || digit > max || v > (max - digit) / base)
			return false;
		v = v * base + digit;
	}
	*out = v;
	return true;
}

bool shell_number(const char *s, uint32_t max, uint32_t *out)
{
	uint64_t v;

	if (!shell_number64(s, max, &v))
		return false;
	*out = (uint32_t)v;
	return true;
}

bool shell_number_word(const char *command, const char *word, uint64_t least, uint64_t most,
		       uint64_t *out)
{
	if (shell_number64(word, most, out) && *out >= least)
		return true;
	complain("%s: '%s' is not a number from %" PRIu64 " to %" PRIu64 "\n", command, word, least,
		 most);
	return false;
}
