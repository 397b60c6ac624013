# SPDX-License-Identifier: BSD-2-Clause
"""Ctrl-C ends every command that can take long: while its device does not answer, in a directory
without an end, and while everything comes from a cache. The command `mute` of the self-tests makes a
device silent."""

import re
import time

from cases import RNG, SERIAL, case
from cases_blk import disk
from cases_boot import exercise, poweroff
from cases_files import MIB, images
from cases_scsi import drive
from cases_shell import SELF_TESTS, commands_shown
from cases_states import flights, in_the_way, late, states

# A loop that does not check for Ctrl-C ends only with its own time-out, which is longer than this.
# A busy host is slow now and then, but not every time.
LIMIT, TRIES = 1.5, 5

# Command lines by the device that is silent, and the number of notifications after which it is. A
# name in braces stands for the number of a disk.
SILENT = {
    "rng": ((0,), ("rng 40", "random")),
    "blk": ((0, 1), ("blk {ext} read 0 8", "blk {ext} write 16400 x --yes", "blk {ext} flush", "blk {ext} discard 16400 8 --yes", "blk {ext} zeroes 16400 8 --yes", "part {ext}",
                     "files", "cd {ext} /dir", "ls {ext} /", "cat {ext} /README.TXT", "crc {ext} /big",
                     "cp {ext} /big {folder} /x", "blk {ext} info")),
    "scsi": ((0,), ("blk {scsi} read 0 8", "part {scsi}", "ls {scsi} /", "cat {scsi} /README.TXT", "crc {scsi} /big", "blk {scsi} reset")),
    "9p": ((0, 1, 4, 9, 12), ("files", "ls {folder} /", "cat {folder} /file", "crc {folder} /file",
                              "cp {folder} /file {folder} /copy", "cp {ext} /big {folder} /x")),
    "crypto": ((0, 1), ("crypto test", "crypto bench 64")),
    "net": ((0, 2), ("ping 10.0.2.9", "ping 10.0.2.2", "get 10.0.2.2:9/", "get a.invalid/", "tftp 10.0.2.2 x",
                     "date 10.0.2.2", "iperf 10.0.2.2", "nic rx promisc on", "dhcp")),
    "sound": ((0, 1, 3, 5), ("play long.wav", "record 600 1 x.wav")),
    "gpu": ((0, 4, 8, 12, 16), ("screen test",)),
}
# What is run at once after a device has its voice back: it waits for the request that Ctrl-C left
# with the device. And what neither command says, since no wait has come to its end.
NEXT = {"rng": "; rng 4", "blk": "; blk {scsi} read 0; blk {ext} read 0", "scsi": "; blk {scsi} read 0; blk {scsi} reset",
        "9p": "; ls {folder} /", "crypto": "; crypto test", "net": "; nic rx promisc off"}
UNTRUE = re.compile("earlier|in flight|has not answered|in time|EIO")
# Command lines that are busy, or wait only for Ctrl-C. A line that ends with a TAB is not entered.
BUSY = ("ls {same} /", "cat {same} /other", "crc {same} /x/y", "cd {same} /x", "cat {same} /sam\t", "cat {free} /x\t",
        "crc {holes} /hole", "cp {holes} /hole {folder} /x", "cp {folder} /endless {folder} /y", "crypto bench 1024",
        "sleep 1000", "sleep 1000; sleep 1000")
BUSY_NET = ("input", "screen test", "iperf 10.0.2.2")
# Commands that wait for no device, and print at most a screen.
SHORT = {"help", "history", "devices", "device", "queues", "dt", "trace", "vsock", "sound", "net", "serve", "uptime", "mem",
         "md", "mw", "reboot", "poweroff", "exit"} | SELF_TESTS


def end(m, line):
    """Type Ctrl-C when the command has begun. Returns the output up to the prompt, and the time until
    then."""
    typed = line.removesuffix("\t").encode()
    m.send(line if line.endswith("\t") else line + "\r")
    m.expect(re.escape(typed) + (b"" if line.endswith("\t") else rb"\r\n"), what=f"the echo of {line!r}")
    if line.endswith("\t"):
        m.quiet(0.5)  # TAB waits for the rest of a paste
    begun = time.monotonic()
    m.send("\x03")
    # TAB keeps the line after the prompt.
    said = m.expect(rb"\^C.*?pico> ").group() if line.endswith("\t") else m.prompt()
    return said, time.monotonic() - begun


def stopped(m, line, prepare=lambda: None):
    times = []
    for _ in range(TRIES):
        prepare()
        said, took = end(m, line)
        times.append(took)
        m.settle()
        if took < LIMIT:
            return said
    m.fail(f"`{line}`: Ctrl-C ended it after {times} s")


def silent(m, word, number):
    """All rows of a kind of device, for each such device."""
    counts, lines = SILENT[word]
    for label in re.findall(rf"virtio-{word}@\w+(?=  )", m.run("devices")):
        before = flights(m.run("queues"), label)
        for line in (line.format(**number) for line in lines):
            for count in counts:
                said = stopped(m, line, lambda n=count: m.run(f"mute {label} {n}"))
                after = m.run("mute" + NEXT.get(word, "").format(**number))
                m.check(not UNTRUE.search(said.decode() + after), f"`{line}` {count}: {said}, and then: {after}")
                m.run_until("queues", lambda t: all(n <= most for n, most in zip(flights(t, label), before)),
                            "requests are left")
                m.check(count > 0 or b"^C" in said, f"`{line}` ended by itself: {said}")


def every(m, lines):
    """Each command of this image has a row."""
    rows = {line.split()[0] for line in lines} | {line.split()[0] for _, some in SILENT.values() for line in some}
    left = commands_shown(m) - SHORT - rows
    m.check(not left, f"no row for {left}")


def numbers(m):
    """The disks by what is on them."""
    number = {}
    for n in re.findall(r"^  (\d+) ", m.run("files"), re.M):
        text = m.run(f"crc {n} /same")
        kind = next(kind for word, kind in (("no end", "free"), ("00000000  0", "same"), ("", "")) if word in text)
        shown = "" if kind else m.run(f"ls {n}")
        number[kind or next(k for w, k in (("endless", "folder"), ("hole\n", "holes"), ("9660", "scsi"), ("", "ext")) if w in shown)] = n
    return number


@case("stop_disks", modes=("modern",))
def stop_disks(c):
    share = c.folder / "share"
    share.mkdir()
    (share / "file").write_bytes(b"text\n" * 1000)
    for path in (share / "endless", c.folder / "hole"):
        with open(path, "wb") as f:
            f.truncate(3 << 30)
    files = images.small_tree()
    images.ext(c.folder / "ext", 8 * MIB, "ext4", files)
    with open(c.folder / "ext", "r+b") as f:
        f.truncate(9 * MIB)  # behind the file system there is room for what is written
    images.iso(c.folder / "iso", files, "-R")
    images.endless(c.folder / "free", "")
    images.endless(c.folder / "same", "same")
    images.ext(c.folder / "holes", 16 * MIB, "ext4", {}, "-O", "^has_journal", hole=False, moved={"hole": c.folder / "hole"})
    devices = SERIAL + RNG + ["-device", "virtio-scsi-device"]
    for n, name in enumerate(("iso", "free", "same", "holes")):
        devices += drive(n, c.folder / name, "hd", f"scsi-id={n}", ",snapshot=on")
    devices += disk(c.folder / "ext") + [
        "-fsdev", f"local,id=f,path={share},security_model=none", "-device", "virtio-9p-device,fsdev=f,mount_tag=share",
        "-object", "cryptodev-backend-builtin,id=cb", "-device", "virtio-crypto-device,cryptodev=cb"]
    with c.booted(devices) as m:
        every(m, BUSY + BUSY_NET)
        number = numbers(m)
        for line in BUSY:
            stopped(m, line.format(**number))
        for word in ("rng", "blk", "scsi", "9p", "crypto"):
            silent(m, word, number)
            late(m, word, number)
            states(m, word, number)
        in_the_way(m, number)
        exercise(m)
        m.check(numbers(m) == number, "other disks than before")
        m.run_until("ls {folder}".format(**number), lambda t: "entries; " in t and ".part" not in t, "a part of a file was left")
        poweroff(m)


@case("stop_net", modes=("modern",))
def stop_net(c):
    devices = SERIAL + RNG + ["-netdev", "user,id=n", "-device", "virtio-net-device,netdev=n", "-device", "virtio-gpu-device",
                              "-device", "virtio-keyboard-device", "-device", "virtio-scsi-device"]
    with c.booted(devices) as m:
        m.run("dhcp")
        for line in BUSY_NET:
            stopped(m, line)
        for word in ("net", "gpu"):
            silent(m, word, {})
        for word in ("net", "gpu", "input"):
            late(m, word, {})
            states(m, word, {})
        states(m, "no disk", {})
        m.check("10.0.2.15" in m.run("dhcp"), "an address after it")
        m.check("ms" in m.run("ping 10.0.2.2"), "the network after it")
        m.check("counted" in m.run("screen"), "the screen after it")
        exercise(m)
        poweroff(m)
