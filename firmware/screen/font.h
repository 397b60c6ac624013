/* SPDX-License-Identifier: BSD-2-Clause */
/* The font of the screen: written by font.py at build time from a font of Debian's. */
#ifndef FIRMWARE_SCREEN_FONT_H
#define FIRMWARE_SCREEN_FONT_H

#include <picovirtio/types.h>

enum { FONT_CHARACTERS = 256, FONT_WIDTH = 8, FONT_HEIGHT = 16 };

/* A row of pixels is a byte, its highest bit on the left. Characters are those of Latin-1. */
extern const uint8_t font[FONT_CHARACTERS][FONT_HEIGHT];

#endif
