# SPDX-License-Identifier: BSD-2-Clause
"""Keyboard, mouse and tablet, with keys and movements from QEMU's monitor."""

import re

from cases import RNG, SERIAL, case
from cases_boot import exercise, poweroff, rows
from qmp import Qmp, option

DEVICES = ("keyboard", "mouse", "tablet")
PLAIN = [a for d in DEVICES for a in ("-device", f"virtio-{d}-device")]
PACKED = [f"{a},packed=on" if a.startswith("virtio") else a for a in PLAIN]
NAMES = {" ": "spc", "\r": "ret", "-": "minus", ".": "dot", "/": "slash"}


def key(code, pressed):
    return {"type": "key", "data": {"down": pressed, "key": {"type": "qcode", "data": code}}}


def chord(q, *codes):
    """Press and release keys at once, since a key that is held on a busy host would repeat."""
    q.ask("input-send-event", events=[key(c, True) for c in codes] + [key(c, False) for c in reversed(codes)])


def keys(q, text):
    """Type text of small letters, digits and the characters in NAMES. The device holds about ten keys
    that the machine has not read yet."""
    for c in text:
        chord(q, NAMES.get(c, c))


def event(q, kind, **data):
    q.ask("input-send-event", events=[{"type": kind, "data": data}])


def down(q, code, pressed):
    q.ask("input-send-event", events=[key(code, pressed)])


def typed(m, q):
    """Commands can be typed on the keyboard."""
    keys(q, "uptime\r")
    m.check(re.match(rb"uptime\r\n.*\d", m.prompt()), "`uptime` from the keyboard")
    chord(q, "shift", "h")
    keys(q, "elp")
    m.expect(rb"Help")
    for code in ("home", "delete"):
        chord(q, code)
    keys(q, "h")
    chord(q, "caps_lock")
    chord(q, "shift", "ret")
    m.check(b"poweroff" in m.prompt(), "`help`, by editing keys")
    keys(q, "a1-")
    m.expect(rb"A1-")
    chord(q, "caps_lock")
    keys(q, "b")
    chord(q, "ctrl", "c")
    m.expect(rb"b\^C\r\n")
    m.prompt()
    down(q, "x", True)
    m.expect(rb"x{4}")  # it is held
    down(q, "x", False)
    m.settle()


def watched(m, q):
    m.send("input live\r")
    m.expect(rb"Ctrl-C ends this\.\r\n")
    chord(q, "shift", "a")
    for want in (b"key 42 pressed", b"key 30 pressed", b"key 30 released", b"key 42 released"):
        m.expect(b"input \\d: " + want)
    event(q, "rel", axis="x", value=-5)
    m.expect(rb"input \d: x by -5\r\n")
    event(q, "abs", axis="y", value=16384)
    m.expect(rb"input \d: y at 16384\r\n")
    event(q, "btn", down=True, button="left")
    m.expect(rb"input \d: key 272 pressed\r\n")
    event(q, "btn", down=False, button="left")
    m.expect(rb"input \d: key 272 released\r\n")
    chord(q, "ctrl", "c")
    m.expect(rb"\^C\r\n")
    m.check(b"no such command" not in m.prompt(), "a key was typed into the shell too")


@case("input", devices=PLAIN)
@case("packed.input", modes=("modern",), devices=PACKED)
def input_devices(c, devices):
    with c.booted(SERIAL + RNG + devices, extra=option(c)) as m, Qmp(c) as q:
        shown = m.run("input")
        for name in ("Tablet", "Mouse", "Keyboard"):
            m.check(re.search(rf"input \d  virtio-input@\w+  QEMU Virtio {name}\n", shown), shown)
        for line in (r"keys +\d+\n", r"lights +3\n", r"moves +x, y, ", r"axis +x from 0 to 32767\n", r"vendor 0627"):
            m.check(re.search(line, shown), f"{line} in {shown}")
        rings = ["RING_PACKED" in row for row in rows(m).values() if "virtio-input" in row]
        m.check(rings == [devices is PACKED] * len(DEVICES), "not the wanted rings")
        typed(m, q)
        watched(m, q)
        m.check(re.search(r"counted +[1-9]\d* events, 0 dropped; 0 unusable axes", m.run("input")), "not counted")
        exercise(m)
        poweroff(m)


@case("input_none", shared=True, modes=("modern",))
def input_none(m):
    m.check("-device virtio-keyboard-device" in m.run("input"), "no hint")
    m.check("'melt' is none of: live" in m.run("input melt"), "wrong use")
