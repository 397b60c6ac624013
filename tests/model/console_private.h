/* SPDX-License-Identifier: BSD-2-Clause */
/* What console.c and console_control.c share. */
#ifndef MODEL_CONSOLE_PRIVATE_H
#define MODEL_CONSOLE_PRIVATE_H

#include "tests/model/console.h"

enum { MODEL_CONTROL_RX = 2, MODEL_CONTROL_TX = 3 };

unsigned model_console_rx(unsigned port);
unsigned model_console_tx(unsigned port);
bool model_console_multiport(const struct model *m);

void model_console_serve_control(struct model *m);
void model_console_send_pending(struct model *m);
void model_console_forget_pending(struct model_console *c);
void model_console_check(struct model *m);

#endif
