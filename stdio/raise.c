/* SPDX-License-Identifier: BSD-2-Clause */
/* How the C library ends a program: abort(), and arc4random() without a seed. */
#include <picovirtio/board.h>

#include <signal.h>

int raise(int signal)
{
	(void)signal;
	vio_board_panic("the C library raised a signal: abort(), or arc4random() got no seed");
}
