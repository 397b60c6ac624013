/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of an image with all classes, which image.c has elsewhere. */
#include <picovirtio/blk.h>
#include <picovirtio/console.h>
#include <picovirtio/net.h>

#include "firmware/words/names.h"

const struct class_features class_features[] = {
	{ 1, vio_net_features },
	{ 2, vio_blk_features },
	{ 3, vio_console_features },
	{ 0, NULL },
};
