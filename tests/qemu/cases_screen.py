# SPDX-License-Identifier: BSD-2-Clause
"""The shell on a screen, typed into by a keyboard; the test picture; other modes."""

import re
import socket
import struct

import picture
from cases import RNG, SERIAL, case
from cases_boot import device, exercise, poweroff
from cases_input import chord, keys
from machine import DEADLINE, Skip
from qmp import Qmp, option

KEYBOARD = ["-device", "virtio-keyboard-device"]
GPU = "virtio-gpu-device,id=gpu,xres=640,yres=400"
BARS = ((255, 255, 255), (255, 255, 0), (0, 255, 255), (0, 255, 0), (255, 0, 255), (255, 0, 0), (0, 0, 255), (0, 0, 0))


def needs_font():
    if not picture.FONT.exists():
        raise Skip(f"the image has no screen: {picture.FONT} is missing (console-setup-linux)")


def last_lines(shown, c, n):
    return [line for line in shown.text(c.source) if line][-n:]


def shell(c, m, q):
    """The screen shows the text of the console, and scrolls. A keyboard types."""
    keys(q, "uptime\r")
    want = ("pico> " + m.prompt().decode().replace("\r", "").strip("\n") + "\npico> _").split("\n")
    picture.until(c, q, m, lambda p: last_lines(p, c, len(want)) == want, f"{want}")
    rows = [part.rstrip() for line in m.run("help all").split("\n") for part in re.findall(r".{1,80}", line)]
    picture.until(c, q, m, lambda p: last_lines(p, c, 20) == rows[-19:] + ["pico> _"], f"{rows[-19:]}")
    keys(q, "abc")
    chord(q, "left")
    keys(q, "x")
    picture.until(c, q, m, lambda p: last_lines(p, c, 1) == ["pico> abx_"], "editing")
    m.send("\x03")
    m.settle()


def bars(shown):
    return [shown.at(20 + 40 * i, 100) for i in range(8)] == list(BARS)


def test_picture(c, m, q, head):
    m.send(f"screen test {head}\r")
    m.expect(rb"Ctrl-C ends this\.\r\n")
    shown = picture.until(c, q, m, lambda p: p.width == 320 and bars(p), "test picture", device="gpu", head=head)
    m.check(shown.height == 240, "height")
    for x in range(0, 320, 10):
        m.check(shown.at(x, 200) == (x * 256 // 320,) * 3, f"the ramp of grey, at {x}")
    m.send("\x03")
    m.settle()


@case("screen", options="")
@case("packed.screen", modes=("modern",), options=",packed=on")
def screen(c, options):
    needs_font()
    gpu = ["-device", f"{GPU},max_outputs=2{options}"]
    with c.booted(SERIAL + RNG + gpu + KEYBOARD, extra=option(c)) as m, Qmp(c) as q:
        first = picture.until(c, q, m, lambda p: last_lines(p, c, 1) == ["pico> _"], "no prompt")
        m.check(first.text(c.source)[0].startswith("picovirtio "), "no banner")
        shown = m.run("screen")
        m.check("the shell is here, with 80 by 25 characters" in shown, shown)
        m.check(re.search(r"head 0 +640 by 400 at 0,0; monitor RHT QEMU Monitor, best with 640 by 400\n", shown), shown)
        m.check(re.search(r"head 1 +off\n +counted +0 errors, 0 unusable answers", shown), shown)
        m.check(("RING_PACKED" in device(m, "virtio-gpu")) == bool(options), "not the wanted rings")
        m.check("EDID" in device(m, "virtio-gpu"), "no EDID")
        shell(c, m, q)
        for head in (1, 0):
            test_picture(c, m, q, head)
        picture.until(c, q, m, lambda p: p.width == 640 and last_lines(p, c, 1) == ["pico> _"], "the shell is not back")
        m.check("has no head 2" in m.run("screen test 2"), "head 2")
        m.check("no screen 1" in m.run("screen test 0 1"), "screen 1")
        exercise(m)
        poweroff(m)


class Viewer:
    """A VNC client (RFC 6143) that only asks for another size."""

    def __init__(self, c):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(DEADLINE)
        self.socket.connect(f"{c.folder}/vnc.sock")
        self.socket.sendall(self.take(12))  # the same version
        self.take(self.take(1)[0])
        self.socket.sendall(b"\1")  # security: none
        self.take(4)
        self.socket.sendall(b"\1")  # shared
        self.take(20)
        self.take(struct.unpack(">I", self.take(4))[0])
        # ExtendedDesktopSize
        self.socket.sendall(struct.pack(">BxHi", 2, 1, -308))

    def take(self, n):
        data = b""
        while len(data) < n:
            part = self.socket.recv(n - len(data))
            assert part, "QEMU closed the connection"
            data += part
        return data

    def resize(self, width, height):
        self.socket.sendall(struct.pack(">BxHHBxIHHHHI", 251, width, height, 1, 0, 0, 0, width, height, 0))

    def close(self):
        self.socket.close()


@case("screen_resize", modes=("modern",))
def resize(c):
    """A display changes its size: the shell continues with other columns and rows."""
    needs_font()
    extra = option(c) + ["-vnc", f"unix:{c.folder}/vnc.sock"]
    with c.booted(SERIAL + RNG + ["-device", GPU], extra=extra) as m, Qmp(c) as q:
        picture.until(c, q, m, lambda p: last_lines(p, c, 1) == ["pico> _"], "no prompt")
        viewer = Viewer(c)
        for width, height in ((1024, 768), (804, 310)):
            viewer.resize(width, height)
            m.run_until("screen", lambda t: f"with {width // 8} by {height // 16} characters" in t, "no new size")
            m.run("uptime")
            picture.until(c, q, m, lambda p: (p.width, p.height) == (width, height)
                          and last_lines(p, c, 1) == ["pico> _"], f"{width} by {height}")
        viewer.close()
        poweroff(m)


@case("screen_none", shared=True, modes=("modern",))
def screen_none(m):
    needs_font()
    m.check("-device virtio-gpu-device" in m.run("screen"), "no hint")
    m.check("'melt' is none of: test" in m.run("screen melt"), "wrong use")
