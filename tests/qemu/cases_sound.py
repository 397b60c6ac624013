# SPDX-License-Identifier: BSD-2-Clause
"""WAV files of a CD, played on QEMU's wav backend: the same samples, one by one."""

import random
import re
import struct
import subprocess
import wave

from cases import RNG, SERIAL, case
from cases_boot import device, exercise, poweroff
from cases_scsi import cd, drive
from machine import Skip

RATE = 48000


def needs_sound(c):
    known = subprocess.run([c.board.qemu, "-machine", c.board.machine, "-device", "help"], check=True,
                           capture_output=True, text=True).stdout
    if "virtio-sound-device" not in known:
        raise Skip("this QEMU has no virtio-sound-device (8.2 is the first with it)")


def wav_file(path, frames, channels=2, width=2, rate=RATE):
    with wave.open(str(path), "wb") as w:
        w.setnchannels(channels)
        w.setsampwidth(width)
        w.setframerate(rate)
        w.writeframes(frames)
    return path.read_bytes()


@case("sound", modes=("modern",), options="")
@case("packed.sound", modes=("modern",), options=",packed=on")
def sound(c, options):
    needs_sound(c)
    frames = struct.pack("<20000h", *(random.Random(4).choices(range(-32768, 32768), k=20000)))
    files = {"/noise.wav": wav_file(c.folder / "noise", frames),
             "/odd.wav": wav_file(c.folder / "odd", b"\0" * 400, rate=12345),
             "/long.wav": wav_file(c.folder / "long", b"\0" * 4 * 60 * RATE),
             "/no.wav": b"this is text\n"}
    devices = ["-device", "virtio-scsi-device"] + drive(0, cd(c, "cd.iso", files), "cd", "scsi-id=0", ",readonly=on") + [
        "-audiodev", f"wav,id=a,path={c.folder}/played,out.frequency={RATE}",
        "-device", f"virtio-sound-device,audiodev=a{options}"]
    with c.booted(SERIAL + RNG + devices) as m:
        m.check(("RING_PACKED" in device(m, "virtio-sound")) == bool(options), "not the wanted rings")
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
        m.check(re.search(r"counted +\d+ commands, \d+ periods", m.run("sound")), "not counted")
        exercise(m)
        poweroff(m)
    m.check(frames in (c.folder / "played").read_bytes(), "other samples were played")


@case("sound_none", shared=True, modes=("modern",))
def sound_none(m):
    m.check("virtio-sound-device" in m.run("sound") and "virtio-sound-device" in m.run("play x"), "no hint")
