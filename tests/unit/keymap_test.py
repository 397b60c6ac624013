#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""keymap_test.py FOLDER: what FOLDER/keymap.py makes of Debian's layouts."""

import contextlib
import io
import pathlib
import sys
import tempfile

sys.path.insert(0, sys.argv[1])
import keymap  # noqa: E402  pylint: disable=wrong-import-position

LEVELS, ESCAPE = 4, 0x1b
# What the console image had as a table of its own before: evdev codes, keys, keys with Shift.
US = ((2, "1234567890-=", "!@#$%^&*()_+"), (16, "qwertyuiop[]", "QWERTYUIOP{}"), (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
      (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"), (57, " ", " "), (86, "<", ">"))
SAME = {1: "\x1b", 14: "\x7f", 15: "\t", 28: "\r", 55: "*", 71: "7", 72: "8", 73: "9", 74: "-", 75: "4", 76: "5", 77: "6",
        78: "+", 79: "1", 80: "2", 81: "3", 82: "0", 83: ".", 96: "\r", 98: "/"}
SEQUENCES = {102: "H", 103: "A", 104: "~5", 105: "D", 106: "C", 107: "F", 108: "B", 109: "~6", 110: "~2", 111: "~3"}
MODIFIERS = {29: "CTRL_LEFT", 42: "SHIFT_LEFT", 54: "SHIFT_RIGHT", 56: "ALT_LEFT", 97: "CTRL_RIGHT", 100: "ALT_RIGHT"}
# The key of evdev, and its four levels; an empty one is "".
FEW = (("de", {21: "zZ←¥", 44: "yY»›", 16: "qQ@Ω", 8: "7/{", 12: "ß?\\¿", 18: "eE€€", 41: "^°", 13: "'`"}),
       ("de(nodeadkeys)", {13: "´`"}), ("fr", {16: "aA", 30: "qQ", 11: "à0@", 3: "é2", 39: "mM"}),
       ("gb", {4: "3£", 43: "#~"}), ("it", {26: "èé[{"}), ("us(intl)", {40: "'\"'\"", 41: "`~`~"}))


def must(good, why):
    if not good:
        sys.exit(why)


def us(table):
    want = {}
    for first, plain, shifted in US:
        for i, (p, s) in enumerate(zip(plain, shifted)):
            want[first + i] = ("KEY_CHARACTER", int(p.isalpha()), [ord(p), ord(s), 0, 0])
    want |= {code: ("KEY_CHARACTER", 0, [ord(c)] * LEVELS) for code, c in (SAME | {117: "=", 121: "."}).items()}
    want[118] = ("KEY_CHARACTER", 0, [ord("±")] * 2 + [0, 0])
    want |= {code: ("KEY_SEQUENCE", 0, [*map(ord, text.ljust(LEVELS, "\0"))]) for code, text in SEQUENCES.items()}
    want |= {code: ("KEY_MODIFIER", 0, [f"KEY_{name}", 0, 0, 0]) for code, name in MODIFIERS.items()}
    want[58] = ("KEY_CAPS_LOCK", 0, [0] * LEVELS)
    must(len(table) == keymap.KEYS, f"{len(table)} keys")
    for code, row in enumerate(table):
        must(row == want.get(code, keymap.NOTHING), f"us, key {code}: {row}, and not {want.get(code)}")


def few(layout, keys):
    table = keymap.rows(layout)
    must(table[100] == ("KEY_MODIFIER", 0, ["KEY_ALTGR", 0, 0, 0]), f"{layout}: no AltGr")
    must(table[84] == keymap.NOTHING and table[58][0] == "KEY_CAPS_LOCK" and table[105] == ("KEY_SEQUENCE", 0, [68, 0, 0, 0]),
         f"{layout}: other keys")
    for code, text in keys.items():
        for i, c in enumerate(text):
            must(table[code][2][i] == ord(c), f"{layout}, key {code}, level {i}: {table[code]}, and not {c}")
    return table


def caps(de, fr):
    """Which levels Caps Lock shifts: none where the capital of a letter is not what Shift types."""
    for table, code, bits in ((de, 30, 3), (de, 16, 1), (de, 8, 0), (de, 12, 0), (fr, 3, 0), (fr, 16, 3)):
        must(table[code][1] == bits, f"key {code}: Caps Lock shifts {table[code][1]}, and not {bits}")


def left_out(table):
    """No control characters, nothing beyond 16 bits, no blank that looks like one and is none."""
    for kind, _, at in table:
        for c in at if kind == "KEY_CHARACTER" else ():
            must(c in map(ord, SAME.values()) or c == 0 or 0x20 <= c < 0x7f or 0xa0 < c <= 0xffff, f"character {c}")


def command(*arguments):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = keymap.main(*arguments)
    return code, said.getvalue()


def commands(folder):
    out = folder / "out.c"
    must(command("us", out) == (0, "") and "[16] = { KEY_CHARACTER, 1, { 113, 81, 0, 0 } },\n" in out.read_text(), "no table")
    made = out.stat().st_mtime_ns
    must(command("us", out) == (0, "") and out.stat().st_mtime_ns == made, "written again")
    for layout, words in (("xyz", "no keyboard layout 'xyz'"), ("de(xyz)", "no keyboard layout 'de(xyz)'"), ("us,de", "no keyboard"),
                          ("../us", "no keyboard"), ("", "no keyboard"), ("ru", "cannot type commands, since it has no key for")):
        code, said = command(layout, folder / "none.c")
        must(code == 1 and words in said and not (folder / "none.c").exists(), f"{layout}: exit code {code}: {said}")
    keymap.DATA = str(folder / "nowhere")
    code, said = command("us", out)
    must(code == 3 and "xkb-data is not installed" in said, f"without data: {code}, {said}")


def main():
    us(keymap.rows("us"))
    tables = {layout: few(layout, keys) for layout, keys in FEW}
    caps(tables["de"], tables["fr"])
    for layout in ("de", "fr", "it"):
        left_out(tables[layout])
    left_out(keymap.rows("fr(oss)"))  # it has blanks that do not break a line
    must(keymap.rows("fr(oss)")[57][2] == [0x20] * LEVELS, "no blank with Shift and AltGr")
    must(keymap.lacking(tables["de"]) == "" and "~" in keymap.lacking([keymap.NOTHING]), "characters that a layout lacks")
    with tempfile.TemporaryDirectory() as folder:
        commands(pathlib.Path(folder))


if __name__ == "__main__":
    main()
