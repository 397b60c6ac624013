/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the model does when the driver breaks a rule of the specification.
 * `rule` is the id of docs/conformance.md, `section` that of virtio 1.4.
 */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

typedef void (*model_rule_fn)(void *ctx, const char *rule, const char *section, const char *text);

/* Install a handler. NULL: the default, which prints the rule and aborts. If a handler returns, the
 * model continues as a tolerant device would. For tests of the model itself, and for fuzzing. */
void model_on_broken_rule(model_rule_fn fn, void *ctx);

/* Rules broken since the handler was installed. */
unsigned long model_broken_rules(void);

/* Report a broken rule. */
void model_fail(const char *rule, const char *section, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
