/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/rule.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static model_rule_fn handler;
static void *handler_ctx;
static unsigned long broken;

void model_on_broken_rule(model_rule_fn fn, void *ctx)
{
	handler = fn;
	handler_ctx = ctx;
	broken = 0;
}

unsigned long model_broken_rules(void)
{
	return broken;
}

void model_fail(const char *rule, const char *section, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	broken++;
	if (handler) {
		handler(handler_ctx, rule, section, text);
		return;
	}
	fflush(NULL);
	fprintf(stderr, "model: the driver broke rule %s (virtio 1.4, %s): %s\n", rule, section,
		text);
	abort();
}
