/* SPDX-License-Identifier: BSD-2-Clause */
/* Text from outside within a line: names of files and partitions, serial numbers, words of a
 * server. */
#ifndef FIRMWARE_WORDS_OUTSIDE_H
#define FIRMWARE_WORDS_OUTSIDE_H

/* Print the text in one line: ends of lines and tabs appear as '?', as all other control characters
 * do. */
void print_outside(const char *s);

#endif
