/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's stdin, stdout and stderr on the terminal. */
#ifndef FIRMWARE_STDIO_PICOLIBC_H
#define FIRMWARE_STDIO_PICOLIBC_H

struct terminal;

/* Before the first printf. Reading stdin runs the loop until there is input. */
void stdio_attach(struct terminal *t);

#endif
