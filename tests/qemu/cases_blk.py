# SPDX-License-Identifier: BSD-2-Clause
"""Disks: what the shell reads and writes, compared with the file on the host byte by byte."""

import json
import random
import re

from cases import RNG, SERIAL, case
from cases_boot import device, poweroff
from cases_console import Monitor
from over_packed import packed_too

SECTOR = 512
SECTORS = 2048
QMP = ["-mon", "chardev=qmp,mode=control"]


def image(c, sectors=SECTORS, name="disk.img"):
    """A file of bytes that do not repeat."""
    path = c.folder / name
    path.write_bytes(random.Random(5).randbytes(sectors * SECTOR))
    return path


def disk(path, options="", drive="", number=0):
    return ["-drive", f"if=none,id=d{number},format=raw,file={path}{drive}",
            "-device", f"virtio-blk-device,drive=d{number}{options}"]


def flushes(monitor):
    return sum(d["stats"]["flush_operations"] for d in monitor.ask("query-blockstats"))


def dumped(text):
    """The bytes of a hexdump."""
    out = bytearray()
    for line in text.split("\n"):
        found = re.match(r"([0-9a-f]{10}) ((?: +[0-9a-f]{2}){16})  \|.{16}\|$", line)
        if found:
            out += bytes.fromhex(found.group(2).replace(" ", ""))
    return bytes(out)


def same(m, command, data):
    got = dumped(m.run(command))
    m.check(got == data, f"`{command}` shows {len(got)} bytes, not the {len(data)} of the file")


@case("blk_info")
def blk_info(c):
    """Capacity, serial and features of the disk. Without a disk the command says so."""
    with c.booted(SERIAL + RNG + disk(image(c), ",serial=pico-0815")) as m:
        text = m.run("blk")
        for want in ("1 MiB", f"{SECTORS} sectors", "512 bytes", "write-back", "pico-0815"):
            m.check(want in text, f"no {want!r} in {text}")
        row = device(m, "virtio-blk")
        for want in ("FLUSH", "SEG_MAX", "TOPOLOGY", "CONFIG_WCE", "DISCARD", "WRITE_ZEROES"):
            m.check(want in row.split("declined")[0], f"{want} was not negotiated: {row}")
        poweroff(m)
    with c.booted() as m:
        m.check("no disk" in m.run("blk"), "`blk` without a disk")
        m.check("no disk 0" in m.run("blk read 0"), "`blk read` without a disk")
        poweroff(m)


@case("blk_read")
def blk_read(c):
    """The first sector, the last one and some others equal those of the file."""
    path = image(c)
    data = path.read_bytes()
    with c.booted(SERIAL + disk(path)) as m:
        for first, count in ((0, 1), (SECTORS - 1, 1), (1, 2), (77, 64), (SECTORS - 64, 64)):
            same(m, f"blk read {first} {count}", data[first * SECTOR:(first + count) * SECTOR])
        for line in (f"blk read {SECTORS}", "blk read 0xffffffffffffffff", "blk read",
                     "blk read 36028797018963967", "blk read x", "blk read 0 65", "blk frob"):
            text = m.run(line)
            m.check(text.strip() and not dumped(text), f"{line!r} is answered by {text!r}")
        m.check("range" in m.run(f"blk read {SECTORS}"), "no word about the range")
        poweroff(m)
    m.check(path.read_bytes() == data, "reading changed the file")


@case("blk_write")
def blk_write(c):
    """What was written and flushed is in the file, and nothing else in it has changed."""
    path = image(c)
    data = bytearray(path.read_bytes())
    with c.booted(SERIAL + disk(path) + QMP, channels=["qmp"]) as m:
        monitor = Monitor(m, m.channels["qmp"])
        m.check("--yes" in m.run("blk write 3 hello"), "written without --yes")
        m.check(path.read_bytes() == data, "the file changed without --yes")
        m.check("done" in m.run("blk write 3 hello --yes"), "write")
        m.check("done" in m.run(f"blk write {SECTORS - 1} end --yes"), "write of the last sector")
        m.check("range" in m.run(f"blk write {SECTORS} beyond --yes"), "write past the end")
        data[3 * SECTOR:3 * SECTOR + 5] = b"hello"
        data[-SECTOR:-SECTOR + 3] = b"end"
        same(m, "blk read 3", data[3 * SECTOR:4 * SECTOR])
        before = flushes(monitor)
        m.check("done" in m.run("blk flush"), "flush")
        m.check(flushes(monitor) == before + 1, "QEMU saw no flush")
        m.process.kill()  # power cut
    m.check(path.read_bytes() == data, "the file has not what was written and flushed")


@case("blk_discard")
def blk_discard(c):
    """Zeroed sectors are zero in the file. A discard asks first. The cache mode can be changed."""
    path = image(c)
    data = bytearray(path.read_bytes())
    with c.booted(SERIAL + disk(path, drive=",discard=unmap")) as m:
        m.check("--yes" in m.run("blk discard 8 8"), "discarded without --yes")
        m.check("done" in m.run("blk zeroes 100 7 --yes"), "zeroes")
        data[100 * SECTOR:107 * SECTOR] = bytes(7 * SECTOR)
        m.check(m.run("blk cache through").endswith("done"), "cache through")
        m.check("write-through" in m.run("blk"), "the cache is not shown as write-through")
        m.check(m.run("blk cache back").endswith("done"), "cache back")
        m.check(path.read_bytes() == data, "other bytes than the zeroed ones changed")
        m.check("done" in m.run("blk discard 1024 512 --yes"), "discard")
        m.check("range" in m.run(f"blk discard {SECTORS - 1} 2 --yes"), "discard past the end")
        data[1024 * SECTOR:1536 * SECTOR] = path.read_bytes()[1024 * SECTOR:1536 * SECTOR]
        m.check(path.read_bytes() == data, "discard changed more than its sectors")
        poweroff(m)


@case("blk_read_only")
def blk_read_only(c):
    path = image(c)
    data = path.read_bytes()
    with c.booted(SERIAL + disk(path, drive=",readonly=on")) as m:
        m.check("read-only" in m.run("blk"), "`blk` does not say read-only")
        m.check("read-only" in m.run("blk write 0 hello --yes"), "a write is not refused")
        m.check("read-only" in m.run("blk zeroes 0 8 --yes"), "zeroes are not refused")
        same(m, "blk read 1", data[SECTOR:2 * SECTOR])
        poweroff(m)
    m.check(path.read_bytes() == data, "the file changed")


@case("blk_error")
def blk_error(c):
    """The shell names injected errors, reads the sectors next to them, and continues."""
    path = image(c)
    data = path.read_bytes()
    rules = c.folder / "errors"
    rules.write_text("".join(f'[inject-error]\nevent = "{e}"\nerrno = "5"\nsector = "{s}"\n'
                             'once = "off"\n' for e, s in
                             (("read_aio", 9), ("write_aio", 20), ("flush_to_disk", -1))))
    drive = ["-drive", f"if=none,id=d0,format=raw,file=blkdebug:{rules}:{path},"
                       "rerror=report,werror=report",
             "-device", "virtio-blk-device,drive=d0"]
    with c.booted(SERIAL + drive) as m:
        for _ in range(3):
            m.check("input/output error" in m.run("blk read 9"), "an injected error is not shown")
            same(m, "blk read 8", data[8 * SECTOR:9 * SECTOR])
        m.check("input/output error" in m.run("blk write 20 x --yes"), "write error not shown")
        m.check("error" in m.run("blk flush"), "flush error not shown")
        m.check(re.search(r"[45] errors", m.run("blk")), "errors are not counted")
        poweroff(m)


@case("blk_4096")
def blk_4096(c):
    """Large blocks: sectors still have 512 bytes, and a write leaves the rest of its block unchanged.
    A disk with larger blocks is refused, and the message names their size."""
    path = image(c, SECTORS)
    data = bytearray(path.read_bytes())
    large = disk(image(c, SECTORS, "large.img"), ",logical_block_size=8192,physical_block_size=8192", number=1)
    with c.booted(SERIAL + disk(path, ",logical_block_size=4096,physical_block_size=4096") + large) as m:
        m.check(re.search(r"larger than the driver can use \(bytes 8192, at most 4096\)", m.run("devices")),
                "the disk with blocks of 8192 bytes is not refused by its size")
        n = re.search(r"disk (\d) .*the disk is (failed|restarting)", m.run("blk"))[1]
        for line in (f"blk {n} read 0", f"blk {n} write 0 x --yes", f"part {n}", f"ls {n}", f"cat {n} /x", "files"):
            said = m.run(line)
            m.check(re.search("the disk is (failed|restarting)", said), f"`{line}`: {said}")
        text = m.run("blk")
        for want in (f"{SECTORS} sectors of 512", "4096 bytes"):
            m.check(want in text, f"no {want!r} in {text}")
        blk = "blk " + re.search(rf"disk (\d)  \S+  \d+ MiB \({SECTORS} sectors", text)[1]  # by the tree's order
        same(m, f"{blk} read 13 9", data[13 * SECTOR:22 * SECTOR])
        m.check("done" in m.run(f"{blk} write 13 middle --yes"), "write")
        data[13 * SECTOR:13 * SECTOR + 6] = b"middle"
        m.check("wrong use" in m.run(f"{blk} zeroes 13 8 --yes"), "half blocks are not refused")
        m.check("done" in m.run(f"{blk} flush"), "flush")
        poweroff(m)
    m.check(path.read_bytes() == data, "the file has not what was written")


@case("blk_resize")
def blk_resize(c):
    """A disk grows while it is in use: after the configuration change the new end can be read."""
    path = image(c)
    with c.booted(SERIAL + disk(path) + QMP, channels=["qmp"]) as m:
        qmp = m.channels["qmp"]
        Monitor(m, qmp)
        m.check("range" in m.run(f"blk read {SECTORS}"), "sectors beyond the end")
        m.send(json.dumps({"execute": "block_resize",
                           "arguments": {"device": "d0", "size": 2 * SECTORS * SECTOR}}) + "\n",
               qmp)
        m.expect(rb'^\{"return": [^\n]*\n', qmp)
        m.run_until("blk", lambda text: f"{2 * SECTORS} sectors" in text and "1 resize" in text, "not seen")
        m.check("config change" in m.run("trace"), "no configuration change in `trace`")
        same(m, f"blk read {2 * SECTORS - 1}", bytes(SECTOR))
        m.check("range" in m.run(f"blk read {2 * SECTORS}"), "sectors beyond the new end")
        poweroff(m)


@case("blk_two")
def blk_two(c):
    """Two disks with the fewest features that QEMU can offer: no flush, no indirect tables, one
    segment."""
    one, two = image(c), image(c, 64, "two.img")
    plain = ",indirect_desc=off,event_idx=off,discard=off,write-zeroes=off,config-wce=off"
    with c.booted(SERIAL + disk(one) + disk(two, plain, number=1)) as m:
        text = m.run("blk")
        small = re.search(r"^disk (\d)  \S+  0 MiB \(64 sectors", text, re.M)
        m.check(small, f"the small disk is not listed: {text}")
        n = int(small.group(1))
        same(m, f"blk {n} read 0 64", two.read_bytes())
        same(m, f"blk {1 - n} read 64", one.read_bytes()[64 * SECTOR:65 * SECTOR])
        m.check("missing" in m.run(f"blk {n} discard 0 8 --yes"), "discard that is not offered")
        m.check("done" in m.run(f"blk {n} write 5 two --yes"), "write")
        m.check("no disk 2" in m.run("blk 2 flush"), "a third disk")
        poweroff(m)
    m.check(two.read_bytes()[5 * SECTOR:5 * SECTOR + 3] == b"two", "not in the file")


packed_too("blk_discard", "blk_error", "blk_4096", "blk_resize")
