# SPDX-License-Identifier: BSD-2-Clause
"""What is on the screen of a machine: QEMU's screendump, as pixels and as text."""

import gzip
import pathlib
import re
import struct
import sys
import zlib

from machine import PAUSE, TRIES

FONT = pathlib.Path("/usr/share/consolefonts/Lat15-Fixed16.psf.gz")
PNG = b"\x89PNG\r\n\x1a\n"
WIDTH, HEIGHT = 8, 16  # of a character


class Picture:
    """A PPM file, or a PNG file that png() has made."""

    def __init__(self, data):
        if data.startswith(PNG):
            self.width, self.height = struct.unpack(">II", data[16:24])
            size, = struct.unpack(">I", data[33:37])
            rows, row = zlib.decompress(data[41:41 + size]), 1 + 3 * self.width
            self.pixels = b"".join(rows[y * row + 1:(y + 1) * row] for y in range(self.height))
        else:
            found = re.match(rb"P6\n(\d+) (\d+)\n255\n", data)
            self.width, self.height = int(found[1]), int(found[2])
            self.pixels = data[found.end():]
        assert len(self.pixels) == 3 * self.width * self.height

    def png(self):
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        row = 3 * self.width
        rows = b"".join(b"\0" + self.pixels[y * row:(y + 1) * row] for y in range(self.height))
        return (PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0))
                + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))

    def at(self, x, y):
        i = 3 * (y * self.width + x)
        return tuple(self.pixels[i:i + 3])

    def cell(self, x, y):
        """The glyph at this place: rows of 8 pixels as bytes. A pixel that is not black is set."""
        rows = []
        for row in range(y * HEIGHT, (y + 1) * HEIGHT):
            i = 3 * (row * self.width + x * WIDTH)
            bits = self.pixels[i:i + 3 * WIDTH:3]
            rows.append(sum(0x80 >> n for n, v in enumerate(bits) if v))
        return bytes(rows)

    def text(self, source):
        """Line by line, without blanks at the ends. The cursor is '_', since its cell is inverted."""
        known = characters(source)
        lines = []
        for y in range(self.height // HEIGHT):
            glyphs = [self.cell(x, y) for x in range(self.width // WIDTH)]
            lines.append("".join(known.get(g) or ("_" if inverted(g) in known else "\ufffd") for g in glyphs).rstrip())
        return lines


def inverted(glyph):
    return bytes(b ^ 0xff for b in glyph)


def characters(source):
    """{glyph: character}"""
    folder = str(source / "firmware/screen")
    if folder not in sys.path:
        sys.path.append(folder)
    import font  # pylint: disable=import-outside-toplevel

    found, _ = font.glyphs(gzip.decompress(FONT.read_bytes()))
    return {found[c]: chr(c) for c in reversed(range(0x20, 0x7f)) if c in found}


def dump(c, q, **of):
    path = c.folder / "screen.ppm"
    q.ask("screendump", filename=str(path), **of)
    return Picture(path.read_bytes())


def until(c, q, m, fits, what, **of):
    """Wait until the picture is as expected. Returns it."""
    for _ in range(TRIES):
        shown = dump(c, q, **of)
        if fits(shown):
            return shown
        m.quiet(PAUSE)
    m.fail(f"{what}: the screen shows\n" + "\n".join(shown.text(c.source)))
