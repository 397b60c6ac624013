# SPDX-License-Identifier: BSD-2-Clause
"""A short test of each device class on the boards that do not run the cases of these classes. One
machine has the devices that a person sees, and the other one crypto, sound and sockets."""

import random
import re
import struct
import zlib

import picture
from cases import RNG, SERIAL, case
from cases_balloon import HAS, MIB, number
from cases_boot import exercise, poweroff, rows
from cases_crypto import BACKEND
from cases_folder import shared
from cases_input import keys
from cases_screen import GPU, KEYBOARD, last_lines
from cases_scsi import cd, drive
from cases_sound import has_sound, wav_file
from cases_vsock import RAM, heard
from vsock_host import VsockHost
from qmp import Qmp, option

# Boards that run the cases of each class (boards.py) do not run these.
BOARDS = ("riscv64-nano", "riscv64-m", "riscv32-m", "riscv32-s", "arm-picolibc", "aarch64-mmu", "arm-mmu")


def live(m, *classes):
    seen = [row for row in rows(m).values() if "live" in row]
    for name in classes:
        m.check(any(f"virtio-{name}" in row for row in seen), f"no virtio-{name} that is live")


def copied(m, folder, data):
    """Copy a file from the CD to the folder."""
    crc = f"{zlib.crc32(data):08x}  {len(data)}  "
    number = {kind: line.split()[0] for line in m.run("files").split("\n") for kind in ("ISO", "9p") if f" {kind} " in f"{line} "}
    m.check(m.run(f"cp {number['ISO']} noise {number['9p']} copy") == crc + "copy", "cp from the CD to the folder")
    m.check((folder / "copy").read_bytes() == data, "the copy differs")


@case("classes.seen", modes=("legacy",), boards=BOARDS)
def seen(c):
    """A screen, a keyboard, a CD, a folder of the host, a balloon."""
    data = random.Random(3).randbytes(100_000)
    folder = c.folder / "share"
    folder.mkdir()
    devices = ["-device", GPU, *KEYBOARD, "-device", "virtio-scsi-device", "-device", "virtio-balloon-device"] + drive(
        0, cd(c, "cd.iso", {"/noise": data}), "cd", "scsi-id=0", ",readonly=on") + shared(folder)
    with c.booted(SERIAL + RNG + devices, extra=option(c)) as m, Qmp(c) as q:
        live(m, "input", "scsi", "balloon", "9p")
        keys(q, "uptime\r")
        m.check(re.match(rb"uptime\r\n.*\d", m.prompt()), "`uptime` from the keyboard")
        if picture.FONT.exists():
            live(m, "gpu")
            picture.until(c, q, m, lambda p: last_lines(p, c, 1) == ["pico> _"], "no prompt on the screen")
        else:
            print(f"no look at the screen: {picture.FONT} is missing (console-setup-linux)")
        copied(m, folder, data)
        q.ask("balloon", value=120 * MIB)
        m.run_until("mem", lambda t: number(m, HAS, t) == 8 * MIB, "the host has not what it asked for")
        exercise(m)
        poweroff(m)


def talked(m, host):
    host.listen(1234)
    m.run("vsock connect 1234")
    m.run("rng 8")
    heard(m, host.accepted[0], rb"rng 8\r\n[0-9a-f]{16}\r\n")
    m.run("vsock stop")


@case("classes.heard", modes=("modern",), boards=BOARDS)
def heard_of(c):
    """Ciphers, a stream to the host, and sound if QEMU has it."""
    frames = struct.pack("<4000h", *random.Random(4).choices(range(-32768, 32768), k=4000))
    folder = c.folder / "share"
    folder.mkdir()
    wav_file(folder / "noise.wav", frames)
    sound = ["-audiodev", f"wav,id=a,path={c.folder}/played,out.frequency=48000", "-device", "virtio-sound-device,audiodev=a"]
    if not has_sound(c):
        print("no sound: this QEMU has no virtio-sound-device (8.2 is the first with it)")
        sound = []
    with VsockHost(c.folder) as host, c.booted(
            SERIAL + RNG + BACKEND + ["-device", "virtio-crypto-device,cryptodev=cb"] + shared(folder) + sound + host.options(RAM),
            memory="128M", machine=f"{c.board.machine},memory-backend=shared") as m:
        live(m, "crypto", "vsock", *(["sound"] if sound else []))
        m.check("  AES-128-CBC      ok\n" in m.run("crypto test"), "the known answer")
        talked(m, host)
        m.check(("2000 frames of 16 bits" in m.run("play noise.wav")) == bool(sound), "play")
        exercise(m)
        poweroff(m)
    m.check(not sound or frames in (c.folder / "played").read_bytes(), "other samples were played")
