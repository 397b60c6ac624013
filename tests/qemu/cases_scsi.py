# SPDX-License-Identifier: BSD-2-Clause
"""Disks and CD-ROMs of a SCSI host: what the shell reads and writes is compared with the files on the
host. QEMU's monitor plugs in, unplugs, ejects and resizes meanwhile."""

import re

from cases import RNG, SERIAL, case
from cases_blk import SECTOR, image, same
from cases_boot import device, exercise, poweroff
from cases_files import MIB, expect_files, gpt, images
from qmp import Qmp, option


def drive(number, path, kind, address, options=""):
    return ["-drive", f"if=none,id=s{number},format=raw,file={path}{options}",
            "-device", f"scsi-{kind},drive=s{number},id={kind}{number},{address}"]


def cd(c, name, files):
    images.iso(c.folder / name, files, "-R", "-J")
    return c.folder / name


def plug(m, q):
    """Plug in a disk. QEMU needs a moment until the previous one is really gone."""
    for _ in range(200):
        try:
            return q.ask("device_add", driver="scsi-hd", drive="hot", id="plug", bus="scsi.0", **{"scsi-id": 9, "lun": 2})
        except AssertionError as error:
            assert "Permission conflict" in str(error) or "Duplicate" in str(error), error
            m.run("uptime")
    raise AssertionError("QEMU does not let the disk go")


def plugged(c, m, q):
    """A disk is plugged in while the machine runs, unplugged, and plugged in again."""
    path = image(c, name="hot.img")
    q.ask("blockdev-add", **{"driver": "raw", "node-name": "hot", "file": {"driver": "file", "filename": str(path)}})
    for turn in ("first", "second"):
        plug(m, q)
        m.run_until("blk", lambda t: re.search(r"disk 2  \S+/9:2  1 MiB", t), f"no {turn} disk")
        same(m, "blk 2 read 5 3", path.read_bytes()[5 * SECTOR:8 * SECTOR])
        q.ask("device_del", id="plug")
        m.run_until("blk", lambda t: "/9:2  the disk is unplugged" in t, f"the {turn} disk is still there")
        m.check("/9:2: read: the disk is unplugged" in m.run("blk 2 read 0"), "read of a disk that is gone")
        m.check("the disk is unplugged" in m.run("ls 2"), "ls of a disk that is gone")


def ejected(c, m, q):
    """The medium of a drive is exchanged, which is not reported to the guest."""
    other = {"/other": b"another medium\n"}
    q.ask("eject", id="cd1", force=True)
    m.check(re.search(r"disk 1  \S+/5:1  no medium", m.run("blk")), "the medium is still there")
    m.check("no medium" in m.run("blk 1 read 0") and "no medium" in m.run("ls 1"), "no word about the medium")
    q.ask("blockdev-change-medium", id="cd1", filename=str(cd(c, "other.iso", other)), format="raw")
    expect_files(m, "1", other, "ISO 9660")


def written(m, path):
    data = bytearray(path.read_bytes())
    m.check("done" in m.run("blk write 3 hello --yes") and "done" in m.run("blk flush"), "write and flush")
    data[3 * SECTOR:3 * SECTOR + 5] = b"hello"
    m.check(path.read_bytes() == data, "the file has not what was written")
    m.check("done" in m.run("blk discard 20480 2048 --yes"), "discard")
    m.check(path.read_bytes()[:20480 * SECTOR] == data[:20480 * SECTOR], "discard changed more than its sectors")
    m.check("range" in m.run(f"blk read {len(data) // SECTOR}"), "read beyond the end")
    m.check("read-only" in m.run("blk 1 write 0 x --yes"), "write to a CD")
    m.check("missing" in m.run("blk zeroes 0 8 --yes") and "missing" in m.run("blk cache back"), "what SCSI has not")
    m.check("done" in m.run("blk reset"), "reset")
    same(m, "blk read 3", data[3 * SECTOR:4 * SECTOR])


def resized(m, q, path):
    q.ask("block_resize", device="s0", size=path.stat().st_size + MIB)
    m.run_until("blk", lambda t: "/0:0  33 MiB" in t, "not resized")


@case("scsi", options="")
@case("packed.scsi", modes=("modern",), options=",packed=on")
def scsi(c, options):
    files = images.small_tree()
    path = gpt(c, files)
    devices = ["-device", f"virtio-scsi-device,id=scsi{options}"] + drive(
        0, path, "hd", "scsi-id=0", ",discard=unmap") + drive(
        1, cd(c, "cd.iso", files), "cd", "scsi-id=5,lun=1", ",readonly=on")
    with c.booted(SERIAL + RNG + devices, extra=option(c)) as m, Qmp(c) as q:
        row = device(m, "virtio-scsi")
        m.check("HOTPLUG" in row and "CHANGE" in row, row)
        m.check(("RING_PACKED" in row) == bool(options), "not the wanted rings")
        text = m.run("blk")
        for want in (r"disk 0  virtio-scsi@\w+/0:0  32 MiB \(65536 sectors", r"unit +QEMU QEMU HARDDISK", "write-back",
                     r"disk 1  virtio-scsi@\w+/5:1 .* read-only", r"QEMU CD-ROM .*: a CD-ROM, removable",
                     r"blocks +2048 bytes", r"discard +\d+ sectors"):
            m.check(re.search(want, text), f"no {want!r} in {text}")
        m.check("target 5, LUN 1" in m.run("blk 1 info"), "no address")
        expect_files(m, "0:1", {**files, "/big": images.small_tree()["/big"]}, "FAT16")  # ext's has a hole
        expect_files(m, "0:2", files, "ext4")
        expect_files(m, "1", files, "ISO 9660")
        m.check("file system on all of it: ISO 9660" in m.run("part 1"), "part")
        plugged(c, m, q)
        ejected(c, m, q)
        written(m, path)
        resized(m, q, path)
        exercise(m)
        poweroff(m)


@case("scsi_error", modes=("modern",))
def scsi_error(c):
    """A sector that cannot be read is named, and those next to it are read. A host without units is
    not an error."""
    path = image(c)
    rules = c.folder / "errors"
    rules.write_text('[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "9"\nonce = "off"\n')
    devices = ["-device", "virtio-scsi-device,id=empty", "-device", "virtio-scsi-device,id=full",
               "-drive", f"if=none,id=d0,format=raw,file=blkdebug:{rules}:{path},rerror=report",
               "-device", "scsi-hd,drive=d0,bus=full.0"]
    with c.booted(SERIAL + devices) as m:
        data = path.read_bytes()
        m.check("input/output error" in m.run("blk read 9"), "the error is not named")
        same(m, "blk read 8", data[8 * SECTOR:9 * SECTOR])
        same(m, "blk read 10", data[10 * SECTOR:11 * SECTOR])
        m.check("no disk 1" in m.run("blk 1 info"), "a disk behind the empty host")
        poweroff(m)
