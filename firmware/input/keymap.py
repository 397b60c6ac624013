#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A keyboard layout as C: keymap.py LAYOUT OUT.c

libxkbcommon (Debian: libxkbcommon0) reads the layout from Debian's xkb-data, and says what each key
gives while Shift, AltGr and Caps Lock are on. LAYOUT is a name such as `us`, or one with a variant
such as `de(nodeadkeys)`. Exit code 1: the layout cannot be used, 3: the library or its data is not
installed; the reason is printed."""

import ctypes
import pathlib
import re
import sys
import unicodedata

DATA = "/usr/share/X11/xkb"
NO_ENVIRONMENT, CRITICAL = 3, 10  # flags of a context, and its level of messages
KEYS, OFFSET = 128, 8  # keycodes of xkb are evdev codes plus 8
LVL3 = 84  # of xkb's own, on no keyboard
NOTHING = "KEY_NOTHING", 0, [0] * 4
# The other dead keys have no spacing character in ASCII.
DEAD = {"dead_grave": "`", "dead_acute": "'", "dead_circumflex": "^", "dead_tilde": "~", "dead_diaeresis": '"'}
SAME = {"Escape": 0x1b, "BackSpace": 0x7f, "Tab": 0x09, "Return": 0x0d, "KP_Enter": 0x0d}
SEQUENCES = {"Home": "H", "Up": "A", "Prior": "~5", "Left": "D", "Right": "C", "End": "F", "Down": "B", "Next": "~6",
             "Insert": "~2", "Delete": "~3"}
MODIFIERS = {f"{xkb}_{side[0]}": f"KEY_{ours}_{side}" for xkb, ours in (("Shift", "SHIFT"), ("Control", "CTRL"),
             ("Alt", "ALT")) for side in ("LEFT", "RIGHT")} | {"ISO_Level3_Shift": "KEY_ALTGR"}


class Names(ctypes.Structure):
    """struct xkb_rule_names"""
    _fields_ = [(name, ctypes.c_char_p) for name in ("rules", "model", "layout", "variant", "options")]


class Unusable(Exception):
    """Why, and the exit code."""


class Keyboard:
    """One that has the layout, and that somebody types on."""

    def __init__(self, layout):
        named = re.fullmatch(r"(\w+)(?:\(([\w-]+)\))?", layout, re.ASCII)
        try:
            self.xkb = ctypes.CDLL("libxkbcommon.so.0")
        except OSError:
            raise Unusable("libxkbcommon.so.0 of Debian's package libxkbcommon0 is not installed", 3) from None
        for function in ("context_new", "keymap_new_from_names", "state_new"):
            getattr(self.xkb, f"xkb_{function}").restype = ctypes.c_void_p
        self.xkb.xkb_keysym_to_utf32.restype = ctypes.c_uint32
        context = ctypes.c_void_p(self.xkb.xkb_context_new(NO_ENVIRONMENT))
        if not self.xkb.xkb_context_include_path_append(context, DATA.encode()):
            raise Unusable(f"there is no folder {DATA}: Debian's package xkb-data is not installed", 3)
        self.xkb.xkb_context_set_log_level(context, CRITICAL)
        keymap = named and self.xkb.xkb_keymap_new_from_names(context, ctypes.byref(Names(
            b"evdev", b"pc105", named[1].encode(), (named[2] or "").encode(), b"")), 0)
        if not keymap:
            raise Unusable(f"there is no keyboard layout '{layout}' in {DATA}. The layouts and their variants are "
                           f"listed in {DATA}/rules/base.lst; a variant stands in brackets: de(nodeadkeys)", 1)
        self.state = ctypes.c_void_p(self.xkb.xkb_state_new(ctypes.c_void_p(keymap)))

    def press(self, code, down):
        self.xkb.xkb_state_update_key(self.state, code + OFFSET, down)

    def symbol(self, code):
        return self.xkb.xkb_state_key_get_one_sym(self.state, code + OFFSET)

    def name(self, code):
        text = ctypes.create_string_buffer(64)
        self.xkb.xkb_keysym_get_name(self.symbol(code), text, len(text))
        return text.value.decode()

    def character(self, code):
        """What the line editor takes, as a number, or 0. A blank that does not break a line would
        join two words of a command, and nobody would see it."""
        c = DEAD.get(self.name(code)) or chr(self.xkb.xkb_keysym_to_utf32(self.symbol(code)))
        if unicodedata.category(c) == "Zs":
            return ord(" ")
        return ord(c) if " " <= c <= "\uffff" and unicodedata.category(c)[0] != "C" else 0


def held(keyboard, code, then):
    """What `then` gives while a key is held. No key: nothing."""
    if code is None:
        return [0, 0]
    keyboard.press(code, True)
    result = then()
    keyboard.press(code, False)
    return result


def special(name, plain):
    """The row of a key that is no character, or the same one with Shift, too. None: it is none of these."""
    if name.startswith("KP_") or name in SAME:
        c = SAME.get(name, plain)
        return ("KEY_CHARACTER", 0, [c] * 4) if c else NOTHING
    if name in SEQUENCES:
        return "KEY_SEQUENCE", 0, [*map(ord, SEQUENCES[name]), 0, 0, 0][:4]
    if name in MODIFIERS:
        return "KEY_MODIFIER", 0, [MODIFIERS[name], 0, 0, 0]
    return ("KEY_CAPS_LOCK", 0, [0] * 4) if name == "Caps_Lock" else None


def rows(layout):
    """[(kind, levels that Caps Lock shifts, [character of each level])] by evdev code"""
    k = Keyboard(layout)
    code_of = {k.name(code): code for code in reversed(range(KEYS)) if code != LVL3}

    def toggle(name):
        if name in code_of:
            held(k, code_of[name], lambda: None)

    def levels(code):
        def shifted():
            return [k.character(code), *held(k, code_of.get("Shift_L"), lambda: [k.character(code)])[:1]]
        return shifted() + held(k, code_of.get("ISO_Level3_Shift"), shifted)

    toggle("Num_Lock")
    plain = [levels(code) for code in range(KEYS)]
    toggle("Caps_Lock")
    locked = [levels(code) for code in range(KEYS)]
    toggle("Caps_Lock")
    table = []
    for code in range(KEYS):
        at = plain[code]
        caps = sum(1 << i for i in (0, 1) if at[2 * i] != at[2 * i + 1] == locked[code][2 * i])
        row = special(k.name(code), at[0]) or (("KEY_CHARACTER", caps, at) if any(at) else NOTHING)
        table.append(NOTHING if code == LVL3 else row)
    return table


def lacking(table):
    """The characters of ASCII that no key types"""
    have = {c for kind, _, at in table if kind == "KEY_CHARACTER" for c in at}
    return "".join(chr(c) for c in range(0x20, 0x7f) if c not in have)


def source(layout, table):
    text = (f"/* The layout {layout}, written by firmware/input/keymap.py. */\n#include \"firmware/input/keymap.h\"\n\n"
            "const struct key keymap[KEYMAP_KEYS] = {\n")
    for code, (kind, caps, at) in enumerate(table):
        if kind != "KEY_NOTHING":
            text += f"\t[{code}] = {{ {kind}, {caps}, {{ {', '.join(map(str, at))} }} }},\n"
    return text + "};\n"


def main(layout, out):
    try:
        table = rows(layout)
        lacks = lacking(table)
        if re.search("[a-z0-9 ]", lacks):
            raise Unusable(f"the keyboard layout '{layout}' cannot type commands, since it has no key for {lacks}", 1)
    except Unusable as e:
        print(e.args[0])
        return e.args[1]
    if lacks:
        print(f"The keyboard layout '{layout}' has no key for {lacks}")
    file, text = pathlib.Path(out), source(layout, table)
    if not file.exists() or file.read_text(encoding="ascii") != text:
        file.write_text(text, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
