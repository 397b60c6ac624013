#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A console font as C: font.py FONT.psf.gz OUT.c

The font is of PSF version 1 (font(5) of Linux), 8 pixels wide, with its table of characters. The
array has the glyph of each character of Latin-1; control characters are blank, and characters
that the font lacks look like '?'."""

import gzip
import pathlib
import sys

CHARACTERS, NO_MORE = 256, 0xffff
START_OF_SEQUENCE = 0xfffe


def glyphs(data):
    """{code point: rows}"""
    assert data[:2] == b"\x36\x04", "no PSF font of version 1"
    mode, height = data[2], data[3]
    count = 512 if mode & 1 else 256
    assert mode & 2, "the font says not which characters it has"
    table = data[4 + count * height:]
    words = [table[i] | table[i + 1] << 8 for i in range(0, len(table) - 1, 2)]
    found, glyph, skip = {}, 0, False
    for word in words:
        if word == NO_MORE:
            glyph, skip = glyph + 1, False
        elif word == START_OF_SEQUENCE:
            skip = True
        elif not skip:
            found.setdefault(word, data[4 + glyph * height:4 + (glyph + 1) * height])
    return found, height


def source(found, height):
    rows = []
    for c in range(CHARACTERS):
        control = c < 0x20 or 0x7f <= c < 0xa0
        glyph = bytes(height) if control else found.get(c, found[ord("?")])
        rows.append("\t{ " + ", ".join(f"0x{b:02x}" for b in glyph) + " },\n")
    return ("/* Written by firmware/screen/font.py. */\n#include \"firmware/screen/font.h\"\n\n"
            f"_Static_assert(FONT_HEIGHT == {height}, \"font.h is for another font\");\n\n"
            "const uint8_t font[FONT_CHARACTERS][FONT_HEIGHT] = {\n" + "".join(rows) + "};\n")


if __name__ == "__main__":
    pathlib.Path(sys.argv[2]).write_text(source(*glyphs(gzip.decompress(pathlib.Path(sys.argv[1]).read_bytes()))),
                                         encoding="ascii")
