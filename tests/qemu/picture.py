# SPDX-License-Identifier: BSD-2-Clause
"""What is on the screen of a machine: QEMU's screendump, as pixels and as text."""

import gzip
import pathlib
import re
import sys

from machine import PAUSE, TRIES

FONT = pathlib.Path("/usr/share/consolefonts/Lat15-Fixed16.psf.gz")
WIDTH, HEIGHT = 8, 16  # of a character


class Picture:
    """A PPM file."""

    def __init__(self, data):
        found = re.match(rb"P6\n(\d+) (\d+)\n255\n", data)
        self.width, self.height = int(found[1]), int(found[2])
        self.pixels = data[found.end():]
        assert len(self.pixels) == 3 * self.width * self.height

    def at(self, x, y):
        i = 3 * (y * self.width + x)
        return tuple(self.pixels[i:i + 3])

    def cell(self, x, y):
        """The glyph there, rows of 8 pixels as bytes; lit is what is not black."""
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
    """Until the picture is as it has to be at last."""
    for _ in range(TRIES):
        shown = dump(c, q, **of)
        if fits(shown):
            return shown
        m.quiet(PAUSE)
    m.fail(f"{what}: the screen shows\n" + "\n".join(shown.text(c.source)))
