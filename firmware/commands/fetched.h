/* SPDX-License-Identifier: BSD-2-Clause */
/* How `get` and `tftp` show what they fetched. */
#ifndef FIRMWARE_FETCHED_H
#define FIRMWARE_FETCHED_H

#include "firmware/network/lwip/body.h"

/* Prints the size and the checksum, then the data if it is a short text. */
void fetched_print(const struct body *b);

#endif
