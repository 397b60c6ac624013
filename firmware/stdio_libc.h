/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C library's standard output on the terminal: stdio_picolibc.c or stdio_newlib.c, by
 * the library that is linked.
 */
#ifndef FIRMWARE_STDIO_LIBC_H
#define FIRMWARE_STDIO_LIBC_H

struct terminal;

/* Before the first printf. picolibc: reading stdin runs the loop until there is input. */
void stdio_attach(struct terminal *t);

#endif
