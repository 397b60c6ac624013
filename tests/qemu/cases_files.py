# SPDX-License-Identifier: BSD-2-Clause
"""Files of real disk images through the shell, a power cut, errors of the disk, random bytes."""

import pathlib
import re
import sys
import zlib

from cases import RNG, SERIAL, case
from cases_blk import SECTOR, SECTORS, disk, dumped, image, same
from cases_boot import accepted, device, poweroff
from cases_recover import Broken
from over_packed import packed_too

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "files"))
import images  # noqa: E402  (found through the line above)
from images import MIB  # noqa: E402

MODERN = ("modern",)
PACKED = ["-global", "virtio-blk-device.packed=on"]
FLUSHED, UNFLUSHED = 12, 4
LINE = 60


def gpt(c, files):
    """A disk with these files in a FAT16 and in an ext4."""
    parts = [c.folder / "p1", c.folder / "p2"]
    images.fat(parts[0], 9 * MIB, 16, dict(files), "-s", "1")
    images.ext(parts[1], 8 * MIB, "ext4", files)
    images.disk(c.folder / "gpt", "gpt", parts)
    return c.folder / "gpt"


def expect_files(m, volume, files, system, links=None):
    """Compare every directory and file by name, size and CRC-32. `links` are in the root."""
    for folder in ["/"] + [n for n, data in files.items() if data is None]:
        inside = {n.rsplit("/", 1)[1]: data for n, data in files.items()
                  if n.rsplit("/", 1)[0] + ("/" if folder == "/" else "") == folder}
        want = {name + ("/" if data is None else ""): "-" if data is None else str(len(data))
                for name, data in inside.items()}
        want.update(links if links and folder == "/" else {})
        text = m.run(f"ls {volume} {folder}")
        got = dict(reversed(l.split(None, 1)) for l in text.split("\n")[:-1])
        got.pop("lost+found/", None)
        m.check(got == want, f"ls {volume} {folder}: {set(got.items()) ^ set(want.items())}")
        m.check(f"; {system} on disk" in text, f"no {system}: {text[-80:]}")
    for name, data in files.items():
        if data is not None and len(name) < LINE:  # a longer line is echoed in another way
            want = f"{zlib.crc32(data):08x}  {len(data)}  {name}"
            got = m.run(f"crc {volume} {name}")
            m.check(got == want, f"crc {volume} {name}: {got!r}, not {want!r}")


def look(c, options):
    files = images.small_tree()
    path = gpt(c, files)
    data = path.read_bytes()
    fat = {**files, "/big": images.small_tree()["/big"]}  # ext's has a hole
    with c.booted(SERIAL + options + disk(path)) as m:
        packed = "RING_PACKED" in accepted(m, "blk")
        m.check(packed == (bool(options) and c.mode == "modern"), f"packed rings: {packed}")
        text = m.run("part")
        for want in (r"GPT, file system on all of it: -$", r"^ +0:1 +1 +9  FAT16 .* boot$",
                     r"^ +0:2 +11 +8  ext4 .* r\u00f6ot$"):
            m.check(re.search(want, text, re.M), f"no {want!r} in {text}")
        expect_files(m, "0:1", fat, "FAT16")
        expect_files(m, "0:2", files, "ext4")
        m.check(m.run("cat readme.txt") == "read me", "cat of the first partition")
        m.check(m.run("cat 0:2 /dir/a long name.text") == "inside\n" * 299 + "inside", "cat")
        text = m.run("files")
        m.check(re.search(r"^  0:1 +FAT16 .*\n  0:2 +ext4 ", text), text)
        m.run("cd 0:2 /dir/../dir/.")
        m.check(m.run("cd") == "0:2 /dir", "cd")
        m.check(m.run("cat 'a long name.text'") == "inside\n" * 299 + "inside", "a relative path")
        m.check(m.run("ls 0:2") != m.run("ls") and m.run("ls ..") == m.run("ls /"), "ls after cd")
        m.send("crc a\t")
        m.expect(re.escape(rb"crc a\ long\ name.text "), what="TAB on a name with blanks")
        m.send("\r")
        m.check(b"  a long name.text" in m.prompt(), "crc of it")
        m.send("crc 'a lo\t")
        m.expect(rb"crc 'a long name.text' ", what="TAB in a quote")
        m.send("\x15")
        m.settle()
        m.check("<- cd" in m.run("files") and "not a directory" in m.run("cd 'a long name.text'"), "cd to a file")
        m.run("cd 0:1 /")
        for line, word in (("ls 0:2 /nix", "no such file"), ("cat 0:2 dir", "not a file"),
                           ("cat 0:1 /readme.txt/x", "not a directory"),
                           ("ls 0:3", "no such partition"), ("ls 1", "no disk 1"), ("cat 0:2", "not a file"),
                           ("ls 0:2 /dir/../../..", "ext4"), ("part x", "'x' is not a number"),
                           ("part 7", "no disk 7"), ("blk hexdmp 0", "did you mean 'hexdump'")):
            m.check(word in m.run(line), f"{line!r}: no {word!r}")
        poweroff(m)
    m.check(path.read_bytes() == data, "looking changed the disk")


@case("files")
def files_split(c):
    """Partitions, names, sizes and contents of a disk made by sfdisk, mkfs.fat and mke2fs."""
    look(c, [])


@case("packed.files", modes=MODERN)
def files_packed(c):
    """The same over packed rings."""
    look(c, PACKED)


@case("files_whole", modes=MODERN)
def files_whole(c):
    """File systems without partitions, larger files, and an MBR with logical partitions."""
    trees = [images.tree(100_000, 30), images.tree(300_000, 30), images.tree(300_000, 30)]
    images.fat(c.folder / "fat12", 1440 * 1024, 12, trees[0])
    images.fat(c.folder / "fat32", 40 * MIB, 32, trees[1], "-s", "1")
    images.ext(c.folder / "ext2", 8 * MIB, "ext2", trees[2], "-b", "1024")
    small = images.small_tree()
    parts = [c.folder / n for n in ("a", "b", "c")]
    images.fat(parts[0], 9 * MIB, 16, dict(small), "-s", "1")
    images.ext(parts[1], 8 * MIB, "ext4", dict(small))
    images.fat(parts[2], 8 * MIB, 12, dict(small), "-s", "8")
    images.disk(c.folder / "mbr", "mbr", parts)
    strange = bytearray(2 * MIB)
    strange[3:11] = b"EXFAT   "
    (c.folder / "exfat").write_bytes(strange)
    images.ext(c.folder / "packed", 3 * MIB, "ext4", dict(small), "-O", "^has_journal")
    with open(c.folder / "packed", "r+b") as f:  # an incompatible feature: compression
        f.seek(1024 + 96)
        f.write(b"\x43")
    devices = SERIAL[:]
    for n, name in enumerate(("fat12", "fat32", "ext2", "mbr", "exfat", "packed")):
        devices += disk(c.folder / name, number=n)
    with c.booted(devices) as m:
        where = {size: n for n, size in re.findall(r"^disk (\d)  \S+  (\d+) MiB", m.run("blk"), re.M)}
        for size, tree, system in (("1", trees[0], "FAT12"), ("40", trees[1], "FAT32"),
                                   ("8", trees[2], "ext2")):
            expect_files(m, where[size], tree, system)
        mbr = where["32"]
        text = m.run(f"part {mbr}")
        for want in (f"{mbr}:1 .*FAT16", f"{mbr}:5 .*ext4", f"{mbr}:6 .*FAT12"):
            m.check(re.search(want, text), f"no {want!r} in {text}")
        expect_files(m, f"{mbr}:6", small, "FAT12")
        for size, word in (("2", "exFAT"), ("3", "not read: compression")):
            m.check(f"file system on all of it: {word}" in m.run(f"part {where[size]}"), f"no {word}")
            word = word.replace("not read: ", "it uses ")
            m.check(word in m.run(f"ls {where[size]}"), f"ls: no {word}")
        poweroff(m)


@case("files_damaged", modes=MODERN)
def files_damaged(c):
    """A directory that contains itself, and a table of random bytes: both are reported, and the shell
    continues."""
    path = gpt(c, images.small_tree())
    data = bytearray(path.read_bytes())
    data[SECTOR:2 * SECTOR] = bytes(SECTOR)   # the first copy of the GPT
    fat = MIB + SECTOR * int.from_bytes(data[MIB + 14:MIB + 16], "little")
    data[fat + 4:fat + SECTOR * 4] = b"\x03\x00" * (SECTOR * 2 - 2)
    path.write_bytes(data)
    with c.booted(SERIAL + disk(path)) as m:
        m.check("the first copy is damaged" in m.run("part"), "the backup was not used")
        m.check("damaged there" in m.run("crc big"), "a chain in a circle was read")
        expect = f"{zlib.crc32(b'read me' + bytes([10])):08x}"
        m.check(expect in m.run("crc 0:2 README.TXT"), "the other partition")
        poweroff(m)


@case("files_endless", modes=MODERN)
def files_endless(c):
    """Directories without an end, and a file that is one long hole: the work is bounded, or Ctrl-C
    ends it."""
    images.endless(c.folder / "free", "")
    images.endless(c.folder / "same", "same")
    with open(c.folder / "hole", "wb") as f:
        f.truncate(3 << 30)
    images.ext(c.folder / "holes", 16 * MIB, "ext4", {"/big": b"", "/file": b"after\n"}, "-O", "^has_journal",
               hole=False, moved={"hole": c.folder / "hole"})
    devices = SERIAL[:]
    for n, name in enumerate(("free", "same", "holes")):
        devices += disk(c.folder / name, number=n)
    with c.booted(devices) as m:
        where = {}
        for n in range(3):
            text = m.run(f"crc {n} /same")
            kind = "free" if "no end" in text else "same" if "00000000  0" in text else "holes"
            where[kind] = n
        m.check("no end" in m.run(f"ls {where['free']}"), "a directory of free entries")
        m.check("no end" in m.run(f"cat {where['same']} /other"), "a search without an end")
        for line, begun, word in ((f"ls {where['same']}", rb"same\r\n", b"stopped after"),
                                  (f"crc {where['holes']} /hole", rb"/hole\r\n", b"stopped")):
            m.send(line + "\r")
            m.expect(begun, what=f"the beginning of {line}")
            m.send("\x03")
            m.check(word in m.prompt(), f"{line}: not stopped")
        m.check(m.run(f"cat {where['holes']} /file") == "after", "the file behind it")
        poweroff(m)


@case("files_error")
def files_error(c):
    """A sector that cannot be read (blkdebug): its file is reported, and the others can be read."""
    files = {"/README.TXT": b"read me\n", "/dir": None, "/big": bytes(range(256)) * 400}
    images.fat(c.folder / "fat16", 9 * MIB, 16, files, "-s", "1")
    at = (c.folder / "fat16").read_bytes().index(bytes(range(256)) * 100) // SECTOR + 40
    rules = c.folder / "errors"
    rules.write_text(f'[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "{at}"\n'
                     'once = "off"\n')
    with c.booted(SERIAL + disk(f"blkdebug:{rules}:{c.folder}/fat16", drive=",rerror=report")) as m:
        text = m.run("crc big")
        found = re.match(r"crc: big: after (\d+) bytes: .*input/output error", text)
        m.check(found and 0 < int(found.group(1)) < 102400, f"no error: {text}")
        m.check(m.run("cat README.TXT") == "read me", "the file beside it")
        poweroff(m)


@case("blk_verify")
def blk_verify(c):
    """QEMU's blkverify compares two disks and stops at the first byte that differs."""
    one, two = image(c), image(c, name="two.img")
    data = bytearray(one.read_bytes())
    with c.booted(SERIAL + disk(f"blkverify:{one}:{two}")) as m:
        for n in range(20):
            m.check("done" in m.run(f"blk write {n * 97} verify{n} --yes"), "write")
            data[n * 97 * SECTOR:n * 97 * SECTOR + len(f"verify{n}")] = f"verify{n}".encode()
            same(m, f"blk read {n * 97} 2", data[n * 97 * SECTOR:(n * 97 + 2) * SECTOR])
        m.check("done" in m.run("blk flush"), "flush")
        poweroff(m)
    m.check(one.read_bytes() == data and two.read_bytes() == data, "the two disks differ")
    data[SECTOR] ^= 1
    two.write_bytes(data)
    with c.booted(SERIAL + disk(f"blkverify:{one}:{two}")) as m:
        m.send("blk read 1\r")
        m.check(m.exit_code() != 0, "blkverify did not see a byte that differs")


def cut_power(c, options):
    path = image(c)
    data = bytearray(path.read_bytes())
    with c.booted(SERIAL + options + disk(path)) as m:
        for n in range(FLUSHED):
            m.check("done" in m.run(f"blk write {n * 150} flushed{n} --yes"), "write")
            data[n * 150 * SECTOR:n * 150 * SECTOR + len(f"flushed{n}")] = f"flushed{n}".encode()
        m.check("done" in m.run("blk flush"), "flush")
        for n in range(UNFLUSHED):
            m.send(f"blk write {n * 150 + 75} lost{n} --yes\r")
        m.process.kill()
        m.process.wait()
    with c.booted(SERIAL + options + disk(path)) as m:
        for n in range(FLUSHED):
            same(m, f"blk read {n * 150}", data[n * 150 * SECTOR:(n * 150 + 1) * SECTOR])
        for n in range(UNFLUSHED):  # there or not, but nothing else
            at = (n * 150 + 75) * SECTOR
            after = bytearray(data[at:at + SECTOR])
            after[:5] = f"lost{n}".encode()
            m.check(dumped(m.run(f"blk read {n * 150 + 75}")) in (data[at:at + SECTOR], after),
                    "a sector that was neither written nor left alone")
        poweroff(m)


@case("blk_power_cut")
def blk_power_cut(c):
    """After a write and a flush QEMU is killed. The next start reads the data."""
    cut_power(c, [])


@case("packed.blk_power_cut", modes=MODERN)
def blk_power_cut_packed(c):
    """The same over packed rings."""
    cut_power(c, PACKED)


@case("blk_queues")
def blk_queues(c):
    """A disk with more queues than the driver opens: it uses four. With one queue it uses that
    one."""
    path = image(c)
    data = path.read_bytes()
    for have, used in ((8, 4), (1, 1)):
        with c.booted(SERIAL + disk(path, f",num-queues={have}")) as m:
            m.check("MQ" in device(m, "virtio-blk").split("declined")[0] or have == 1, "no MQ")
            m.check(f"queues     {used}\n" in m.run("blk info"), f"not {used} queues of {have}")
            same(m, "blk read 100 64", data[100 * SECTOR:164 * SECTOR])
            text = m.run("queues")
            work = re.findall(r"^virtio-blk\S+ +\d +64 +0 +([1-9]\d*) ", text, re.M)
            m.check(len(work) == used, f"not {used} queues at work: {text}")
            poweroff(m)


@case("recover_blk", modes=MODERN)
def recover_blk(c):
    """The device of a disk fails during a request: the shell names it, the device is restarted, and
    the disk is read."""
    path = image(c)
    data = path.read_bytes()
    with Broken(c, disk(path)) as b:  # behind the console and the rng
        m = b.m
        same(m, "blk read 7", data[7 * SECTOR:8 * SECTOR])
        debugger = b.debugger()
        m.send("blk read 8\r")
        m.sent()
        debugger.run_to(b.symbol("vio_blk_kick"))
        b.break_ring(debugger, "virtio-blk", 0)
        debugger.go()
        m.expect(rb"blk: \S+: read: ", what="the end of the request")
        m.expect(rb"virtio-blk@10006000: the device asks for a reset")
        m.send("upti")  # comes before or behind the message, and stands below it
        m.expect(rb"virtio-blk@10006000: brought up again, try 1 of 3\r\n\rpico> (?:upti)?\x1b\[K")
        m.send("me\r")
        m.check(re.search(rb"\rup \d|\nup \d", m.prompt()), "the line does not go on below the message")
        m.settle()
        same(m, "blk read 8", data[8 * SECTOR:9 * SECTOR])
        m.check("done" in m.run("blk write 8 again --yes"), "a write after it")
        poweroff(m)


@case("random")
def random_bytes(c):
    """getentropy() and arc4random(). Without the device there is an error and no bytes."""
    seen = set()
    for _ in range(2):
        with c.booted(SERIAL + RNG) as m:
            for _ in range(2):
                found = re.fullmatch(r"getentropy  ([0-9a-f]{32})\narc4random  ([0-9a-f]{8})",
                                     m.run("random"))
                m.check(found, "`random`")
                seen.update(found.groups())
            poweroff(m)
    m.check(len(seen) == 8, f"numbers came twice: {seen}")
    with c.booted(SERIAL) as m:
        text = m.run("random")
        m.check("getentropy: ENOSYS" in text and not re.search(r"[0-9a-f]{8}", text),
                f"without a device: {text}")
        poweroff(m)


packed_too("files_error", "blk_verify")
