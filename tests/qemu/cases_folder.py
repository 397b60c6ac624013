# SPDX-License-Identifier: BSD-2-Clause
"""Folders of the host over virtio-9p: compared file by file, copied to, refused, restarted."""

import filecmp
import os
import re
import shutil
import subprocess
import zlib

from cases import RNG, SERIAL, case
from cases_blk import disk
from cases_boot import exercise, poweroff, rows
from cases_files import expect_files, gpt, images
from cases_recover import Broken

MODERN = ("modern",)
LONG = 1 << 30
LINKS = {"link": "link", "absolute": "link"}


def shared(folder, number=0, options="", of_device=""):
    """QEMU's options for a folder. The image finds the folder with the highest number first."""
    return ["-fsdev", f"local,id=f{number},path={folder},security_model=none{options}",
            "-device", f"virtio-9p-device,fsdev=f{number},mount_tag=share{number}{of_device}"]


def tree(c):
    """Make a folder with files, links and a directory of many entries. Returns its contents."""
    files = {**images.small_tree(), "/many": None}
    files.update({f"/many/file number {n}": b"%d\n" % n for n in range(100)})
    folder = c.folder / "share"
    folder.mkdir()
    images.folder_of(folder, files)
    (folder / "link").symlink_to("dir/a long name.text")
    (folder / "absolute").symlink_to("/dir")
    return folder, files


def compared(m, files, number, system="9p"):
    expect_files(m, number, files, system, LINKS)
    m.check(m.run(f"cat {number} link") == "inside\n" * 299 + "inside", "a link")
    m.check("a long name.text" in m.run(f"ls {number} absolute"), "a link from the root")


def copied(m, folder, files, number):
    """Copies within the folder: to a name, to a directory, over an older file, and copies that must
    fail."""
    crc = f"{zlib.crc32(files['/big']):08x}  20000  "
    m.check(m.run(f"cp {number} big {number} /dir/copy") == crc + "copy", "cp to a name")
    m.check(m.run(f"cp {number} big {number} dir") == crc + "big", "cp to a directory")
    m.check(m.run(f"cp {number} big {number} README.TXT") == crc + "README.TXT", "cp over a file")
    for name in ("dir/copy", "dir/big", "README.TXT"):
        m.check((folder / name).read_bytes() == files["/big"], f"{name} differs")
    for line, word in ((f"cp {number} nix {number} y", "nix: no such file"), (f"cp {number} dir {number} y", "not a file"),
                       (f"cp {number} big {number} /nix/y", "no such file"), (f"cat {number} big/x", "not a directory"),
                       (f"ls {number}:1", "no partitions"), ("cp big", "use: cp"), (f"cp {number} big 77 x", "no disk 77"),
                       (f"blk {number} info", "no disk"), (f"cd {number} big", "not a directory")):
        m.check(word in m.run(line), f"{line!r}: no {word!r}")
    m.check(not list(folder.rglob("*.part")), "a file that is not finished was left")


@case("folder", of_device="")
@case("packed.folder", modes=MODERN, of_device=",packed=on")
def folder_devices(c, of_device):
    """Two devices, one of which allows no changes."""
    folder, files = tree(c)
    both = shared(folder, 1, of_device=of_device) + shared(folder, 0, ",readonly=on", of_device)
    with c.booted(SERIAL + RNG + both) as m:
        text = m.run("files")
        tags = re.findall(r"^  (\d) +9p +share(\d)", text, re.M)
        m.check(sorted(tag for _, tag in tags) == ["0", "1"], text)
        number, fixed = (next(n for n, tag in tags if tag == want) for want in "10")
        features = [row for row in rows(m).values() if "virtio-9p" in row]
        m.check(["MOUNT_TAG" in f for f in features] == [True, True], "no MOUNT_TAG")
        m.check(["RING_PACKED" in f for f in features] == 2 * [bool(of_device)], "not the wanted rings")
        compared(m, files, number)
        copied(m, folder, files, number)
        m.check("shares the folder read-only" in m.run(f"cp {number} big {fixed} new"), "a change of a read-only folder")
        m.check(not (folder / "new").exists(), "it is there")
        m.run(f"cd {number} /dir/../many")
        m.check(m.run("cat 'file number 7'") == "7", "a relative path")
        m.send("cat file\\ number\\ 9\t")
        m.expect(rb"file\\ number\\ 9", what="TAB")
        m.send(f"\x15cp /big {number} /REA\t")
        m.expect(rb"/README.TXT ", what="TAB in the second place")
        m.send("\x15")
        m.settle()
        exercise(m)
        poweroff(m)


@case("folder_disk", modes=MODERN)
def folder_disk(c):
    """Copies from the file systems of a disk to a folder. The other direction fails."""
    files = images.small_tree()
    folder = c.folder / "share"
    folder.mkdir()
    with c.booted(SERIAL + disk(gpt(c, files)) + shared(folder)) as m:
        text = m.run("files")
        m.check(re.search(r"^  0:1 +FAT16.*\n  0:2 +ext4.*\n  1 +9p +share0", text, re.M), text)
        for part in (1, 2):
            m.run(f"cp 0:{part} '/dir/a long name.text' 1 /from{part}")
            m.check((folder / f"from{part}").read_bytes() == files["/dir/a long name.text"], f"partition {part}")
        m.check("ext4 on disk 0 is read-only here" in m.run("cp 1 from1 0:2 /new"), "cp to ext4")
        m.check("no disk 1" in m.run("part 1"), "part")
        poweroff(m)


def nobody(c):
    """QEMU's option to run as a user who may not read the files of the test."""
    if os.geteuid() != 0:
        return []
    known = subprocess.run([c.board.qemu, "--help"], check=True, capture_output=True, text=True).stdout
    return ["-runas", "nobody"] if "\n-runas" in known else ["-run-with", "user=nobody"]


@case("folder_rights", modes=MODERN)
def folder_rights(c):
    """Files and directories that the host does not let QEMU read or create. Everything else works."""
    folder = c.folder / "share"
    folder.mkdir()
    (folder / "open").write_text("read me\n", encoding="ascii")
    (folder / "secret").write_text("no\n", encoding="ascii")
    (folder / "locked").mkdir()
    (folder / "open").chmod(0o644)
    for name, mode in (("secret", 0), ("locked", 0), (".", 0o755 if os.geteuid() == 0 else 0o555)):
        (folder / name).chmod(mode)
    c.folder.chmod(0o755)
    with c.booted(SERIAL + shared(folder), extra=nobody(c)) as m:
        for line in ("cat 0 secret", "ls 0 locked", "cat 0 locked/x", "cp 0 open 0 new"):
            m.check("the host denies access" in m.run(line), f"{line}: {m.run(line)}")
        m.check(m.run("cat 0 open") == "read me", "the file beside them")
        poweroff(m)
    for name in (".", "locked"):
        (folder / name).chmod(0o755)


@case("folder_changes", modes=MODERN)
def folder_changes(c):
    """Changes of the host between two commands are visible. Ctrl-C leaves no incomplete file."""
    folder = c.folder / "share"
    folder.mkdir()
    with c.booted(SERIAL + shared(folder)) as m:
        m.check("0 entries" in m.run("ls"), "an empty folder")
        for text in ("one", "another one"):
            (folder / "a").write_text(text, encoding="ascii")
            m.check(m.run("cat a") == text, "an older content")
        with open(folder / "hole", "wb") as f:
            f.truncate(LONG)
        m.send("cp hole 0 copy\r")
        m.expect(rb"copy\r\n")
        while not (folder / "copy.part").exists():
            m.check(m.process.poll() is None, "QEMU ended")
        m.send("\x03")
        m.check(b"stopped" in m.prompt(), "not stopped")
        m.run_until("ls", lambda t: "entries; " in t and "copy" not in t, "a part of the copy was left")
        m.check(m.run("cat a") == "another one", "the file beside it")
        shutil.rmtree(folder)
        m.check("no such file" in m.run("cat a"), "a folder that is gone")
        poweroff(m)


@case("folder_none", shared=True, modes=MODERN)
def folder_none(m):
    m.check("-device virtio-9p-device" in m.run("cp a b"), "no hint")


@case("recover_folder", modes=MODERN)
def recover_folder(c):
    """The device of a folder fails during a request: the shell names it, the device is restarted, and
    the folder is read."""
    folder = c.folder / "share"
    folder.mkdir()
    (folder / "a").write_text("content", encoding="ascii")
    with Broken(c, shared(folder)) as b:
        m = b.m
        debugger = b.debugger()
        m.send("cat a\r")
        m.sent()
        debugger.run_to(b.symbol("vio_p9_kick"))
        b.break_ring(debugger, "virtio-9p", 0)
        debugger.go()
        m.expect(rb"cat: \S+: the folder is ", what="the end of the request")
        m.expect(rb"virtio-9p@\w+: the device asks for a reset")
        m.expect(rb"virtio-9p@\w+: brought up again, try 1 of 3\r\n")
        m.prompt()
        m.settle()
        m.check(m.run("cat a") == "content", "cat after it")
        poweroff(m)


def carried(m, folder, number):
    """Copy a file of 1 GiB with different blocks within the folder. Compare the bytes, and the number
    that `cp` prints."""
    block = os.urandom(1 << 20)
    crc = 0
    with open(folder / "big", "wb") as f:
        for n in range(LONG >> 20):
            piece = n.to_bytes(8, "little") + block[8:]
            crc = zlib.crc32(piece, crc)
            f.write(piece)
    got = m.run(f"cp {number} big {number} copy")
    m.check(f"{crc:08x}  {LONG}  copy" in got, got)
    m.check(filecmp.cmp(folder / "big", folder / "copy", shallow=False), "the copy differs")


@case("soak_folder", of_device="")
@case("soak_folder_packed", modes=MODERN, of_device=",packed=on")
def soak(c, of_device):
    """1 GiB from the host and to the host."""
    folder = c.folder / "share"
    folder.mkdir()
    with c.booted(SERIAL + RNG + shared(folder, of_device=of_device)) as m:
        carried(m, folder, 0)
        exercise(m)
        poweroff(m)
