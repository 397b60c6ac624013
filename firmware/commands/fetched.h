/* SPDX-License-Identifier: BSD-2-Clause */
/* How `get` and `tftp` show what they fetched. */
#ifndef FIRMWARE_FETCHED_H
#define FIRMWARE_FETCHED_H

#include "firmware/network/lwip/body.h"

/* Ends a line with size and checksum; then the text, if it is one and short. */
void fetched_print(const struct body *b);

#endif
