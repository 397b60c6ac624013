# SPDX-License-Identifier: BSD-2-Clause
"""WAV files of a CD, played on QEMU's wav backend: every sample is compared. A recording from the
backend `none`, which is silence, goes to a folder of the host."""

import random
import re
import struct
import subprocess
import wave
import zlib

from cases import RNG, SERIAL, case
from cases_boot import exercise, poweroff, rows
from cases_folder import shared
from cases_scsi import cd, drive
from cases_states import late, states
from cases_stop import silent
from machine import Skip

RATE = 48000


def has_sound(c):
    known = subprocess.run([c.board.qemu, "-machine", c.board.machine, "-device", "help"], check=True,
                           capture_output=True, text=True).stdout
    return "virtio-sound-device" in known


def needs_sound(c):
    if not has_sound(c):
        raise Skip("this QEMU has no virtio-sound-device (8.2 is the first with it)")


def wav_file(path, frames, channels=2, width=2, rate=RATE):
    with wave.open(str(path), "wb") as w:
        w.setnchannels(channels)
        w.setsampwidth(width)
        w.setframerate(rate)
        w.writeframes(frames)
    return path.read_bytes()


def players(c, *devices):
    """The first of them in the devicetree plays. On ARM that is the last one of the command line."""
    return [word for d in (devices if "riscv" in c.board.name else reversed(devices))
            for word in ("-device", f"virtio-sound-device,{d}")]


def recorded(m, folder):
    """The device that plays cannot record, so the other one does."""
    silence = bytes(4 * RATE)
    want = f"48000 frames of 16 bits at 48000 Hz, 2 channels; Ctrl-C stops it\n{zlib.crc32(silence):08x}  192000  "
    for line, name in (("record 1", "(not kept)"), ("record 1 1 heard.wav", "heard.wav"), ("record 1 1 /", "record.wav")):
        text = m.run(line)
        m.check(text == want + name, f"{line}: {text}")
    for name in ("heard.wav", "record.wav"):
        with wave.open(str(folder / name), "rb") as w:
            m.check(w.getparams()[:4] == (2, 2, RATE, RATE), w.getparams())
            m.check(w.readframes(RATE) == silence, "other samples")
    m.check("play: " not in m.run("play 1 heard.wav"), "what was recorded is not played")
    m.send("record 600 1 long.wav\r")
    m.expect(rb"Ctrl-C stops it\r\n")
    m.send("\x03")
    m.check(re.search(rb"long.wav: stopped after \d+ frames, which are not kept", m.prompt()), "Ctrl-C")
    m.run_until("ls 1", lambda t: "entries; " in t and "long" not in t, "a part of it is kept")
    m.check("ISO 9660 on disk 0 is only read here" in m.run("record 1 0 x"), "onto a CD")
    m.check("'0'" in m.run("record 0") and "no such" in m.run("record 1 1 nix/x"), "wrong words")


@case("sound", options="")
@case("packed.sound", modes=("modern",), options=",packed=on")
def sound(c, options):
    needs_sound(c)
    frames = struct.pack("<20000h", *(random.Random(4).choices(range(-32768, 32768), k=20000)))
    files = {"/noise.wav": wav_file(c.folder / "noise", frames),
             "/odd.wav": wav_file(c.folder / "odd", b"\0" * 400, rate=12345),
             "/long.wav": wav_file(c.folder / "long", b"\0" * 4 * 60 * RATE),
             "/no.wav": b"this is text\n"}
    folder = c.folder / "share"
    folder.mkdir()
    devices = ["-device", "virtio-scsi-device"] + drive(0, cd(c, "cd.iso", files), "cd", "scsi-id=0", ",readonly=on") + [
        "-audiodev", f"wav,id=a,path={c.folder}/played,out.frequency={RATE}", "-audiodev", "none,id=silent",
    ] + players(c, f"audiodev=a,streams=1{options}", f"audiodev=silent{options}") + shared(folder)
    with c.booted(SERIAL + RNG + devices) as m:
        rings = ["RING_PACKED" in row for row in rows(m).values() if "virtio-sound" in row]
        m.check(rings == 2 * [bool(options)], "not the wanted rings")
        shown = m.run("sound")
        m.check(re.search(r"stream 0 +plays, 1 to \d+ channels, hertz .*48000", shown), shown)
        text = m.run("play noise.wav")
        m.check(text == "10000 frames of 16 bits at 48000 Hz, 2 channels; Ctrl-C stops it", text)
        m.check("does not play 16 bits at 12345 Hz" in m.run("play odd.wav"), "an odd rate")
        m.check("no WAV file" in m.run("play no.wav") and "no such file" in m.run("play none.wav"), "other files")
        m.send("play long.wav\r")
        m.expect(rb"Ctrl-C stops it\r\n")
        m.send("\x03")
        m.check(re.search(rb"stopped after \d+ frames", m.prompt()), "Ctrl-C")
        m.check("10000 frames" in m.run("play noise.wav"), "not again after Ctrl-C")
        m.check(re.search(r"stream 1 +records, 1 to \d+ channels", shown), shown)
        recorded(m, folder)
        silent(m, "sound", {})
        late(m, "sound", {})
        states(m, "sound", {})
        m.check("10000 frames" in m.run("play noise.wav"), "not again after a restart")
        m.check(re.search(r"counted +\d+ commands, \d+ periods, \d+ errors, 0 unusable answers", m.run("sound")), "not counted")
        exercise(m)
        poweroff(m)
    m.check(frames in (c.folder / "played").read_bytes(), "other samples were played")


@case("sound_none", shared=True, modes=("modern",))
def sound_none(m):
    m.check("virtio-sound-device" in m.run("sound") and "virtio-sound-device" in m.run("play x"), "no hint")
    m.check("virtio-sound-device" in m.run("record 1"), "no hint of record")
