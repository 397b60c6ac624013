/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Put before each source of a mutated tree by the compiler's -include, so it must not need
 * or disturb any other header. checks.py and named.py write the calls.
 */
#ifndef MUTANT_HOOK_H
#define MUTANT_HOOK_H

/* Is the mutant of this number alive? */
int mutant(unsigned number);

/* The truth of a condition, which one mutant makes false and another one true. */
int mutant_stuck(unsigned never, unsigned always, int truth);

#endif
