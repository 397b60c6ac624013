# SPDX-License-Identifier: BSD-2-Clause
"""Disk images that the tools of the system make (mkfs.fat, mtools, mke2fs, xorrisofs, sfdisk), and
the files in them, with which the reader of files/ is compared."""

import os
import pathlib
import random
import struct
import subprocess
import zlib

SECTOR = 512
MIB = 1 << 20
TOOLS = {**os.environ, "LC_ALL": "C.UTF-8", "MTOOLS_SKIP_CHECK": "1", "E2FSPROGS_FAKE_TIME": "1",
         "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}


def run(*command, text=None):
    result = subprocess.run([str(c) for c in command], input=text, text=True, env=TOOLS,
                            capture_output=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {result.stdout}{result.stderr}")
    return result.stdout


def tree(big=600_000, many=150):
    """{path: bytes, or None for a directory}: names and sizes that caused errors before."""
    bytes_of = random.Random(7).randbytes
    files = {
        "/README.TXT": b"read me\n",
        "/empty": b"",
        "/one": b"1",
        "/a longer name, with spaces.text": b"spaces\n" * 100,
        "/Gr\u00fc\u00dfe \u20ac.txt": "Gr\u00fc\u00dfe\n".encode(),
        "/" + "n" * 200 + ".long": b"long name\n",
        "/sub": None, "/sub/Mixed.Case": b"mixed\n",
        "/sub/deeper": None, "/sub/deeper/down": None,
        "/sub/deeper/down/motd": b"Welcome to the bottom.\n",
        "/many": None, "/few": None, "/few/in the folder": b"few\n", "/few/a": b"", "/few/b": b"b",
        "/few/inside": None, "/few/inside/c": b"c", "/few/another name": b"x",
    }
    for n in (59, 60, 61, 100, 156, 157, 160, 511, 512, 513, 4096, 12 * 1024 + 1):
        files[f"/size{n}"] = bytes_of(n)
    for n in range(many):
        files[f"/many/file number {n}"] = b"%d\n" % n
    files["/big"] = bytes_of(big)
    return files


def small_tree():
    files = {"/README.TXT": b"read me\n", "/dir": None, "/dir/a long name.text": b"inside\n" * 300}
    files["/big"] = random.Random(3).randbytes(20_000)
    return files


def folder_of(folder, files):
    for name, data in files.items():
        path = pathlib.Path(folder, name[1:])
        if data is None:
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.write_bytes(data)


def blank(path, size):
    with open(path, "wb") as f:
        f.truncate(size)


def fat(path, size, bits, files, *options):
    """A FAT whose chains are fragmented, since files were written, removed and written again."""
    blank(path, size)
    run("mkfs.fat", "-F", bits, "-i", "12345678", "--invariant", *options, path)
    source = pathlib.Path(f"{path}.files")
    source.mkdir()
    folder_of(source, {**files, "/gap": b"x" * 3000})
    run("mcopy", "-i", path, source / "gap", "::/gap")
    for name in sorted(n for n, data in files.items() if data is None):
        run("mmd", "-i", path, "::" + name)
    by_folder = {}
    for name in (n for n, data in files.items() if data is not None and n != "/big"):
        by_folder.setdefault(name.rsplit("/", 1)[0], []).append(name)
    for folder, names in by_folder.items():
        run("mcopy", "-i", path, *(source / n[1:] for n in names), "::" + folder + "/")
    run("mdel", "-i", path, "::/gap")
    run("mcopy", "-i", path, source / "big", "::/big")


def ext(path, size, kind, files, *options, hole=True, links=(), moved=()):
    blank(path, size)
    source = pathlib.Path(f"{path}.files")
    source.mkdir()
    folder_of(source, files)
    for name in moved:
        pathlib.Path(moved[name]).rename(source / name)
    for name in links:
        (source / name).symlink_to(links[name])
    if hole:
        with open(source / "big", "r+b") as f:
            f.seek(len(files["/big"]) // 16384 * 8192)
            f.truncate()
            f.truncate(len(files["/big"]))
        files["/big"] = (source / "big").read_bytes()
    run("mke2fs", "-q", "-F", "-t", kind, "-d", source, "-U", "clear",
        "-E", "hash_seed=00000000-0000-4000-8000-000000000000", *options, path)


def iso(path, files, *options):
    """A CD. The options choose its kinds of names."""
    source = pathlib.Path(f"{path}.files")
    source.mkdir()
    folder_of(source, files)
    run("xorrisofs", "-quiet", "-input-charset", "utf-8", "-V", "PICO", *options, "-o", path, source)


def endless(path, name):
    """An ext2 of 68 MiB, mostly a hole, whose root directory is 64 MiB of one block: entries of
    this name, or free ones."""
    block, root, table = 1024, 10, 5
    data = bytearray(128 * block)

    def put(at, *values, form="<I"):
        for i, value in enumerate(values):
            struct.pack_into(form, data, at + i * struct.calcsize(form), value)

    def inode(number):
        return table * block + 128 * (number - 1)

    for at, value in ((0, 32), (4, 70000), (20, 1), (32, 8192), (40, 32), (76, 1), (96, 2)):
        put(block + at, value)
    put(block + 56, 0xef53, form="<H")
    put(block + 88, 128, form="<H")
    put(2 * block + 8, table)
    for number, mode, size in ((2, 0o40755, 64 * MIB), (12, 0o100644, 0)):
        put(inode(number), mode, form="<H")
        put(inode(number) + 4, size)
    put(inode(2) + 40, *[root] * 12, 101, 100)
    put(100 * block, *[101] * 256)
    put(101 * block, *[root] * 256)
    for i in range(64):
        put(root * block + 16 * i, 12 if name else 0)
        struct.pack_into("<HBB8s", data, root * block + 16 * i + 4, 16, len(name), 0, name.encode())
    with open(path, "wb") as f:
        f.write(data)
        f.truncate(70000 * block)


# What each partition of the two disks is made by; sizes and starts in MiB.
LAYOUT = {
    "mbr": ("dos", [("type=6, start=1MiB, size=9MiB", 1), ("type=f, start=10MiB, size=20MiB", None),
                    ("type=83, start=11MiB, size=8MiB", 11), ("type=b, start=20MiB, size=8MiB", 20)]),
    "gpt": ("gpt", [("type=uefi, name=boot, start=1MiB, size=9MiB", 1),
                    ("type=linux, name=\"r\u00f6ot\", start=11MiB, size=8MiB", 11)]),
}


def disk(path, scheme, parts):
    """A partitioned disk of 32 MiB; `parts` are the images for its partitions, in order."""
    label, lines = LAYOUT[scheme]
    blank(path, 32 * MIB)
    run("sfdisk", "-q", path, text=f"label: {label}\n" + "".join(f"{l}\n" for l, _ in lines))
    starts = [start for _, start in lines if start is not None]
    with open(path, "r+b") as f:
        for start, part in zip(starts, parts):
            f.seek(start * MIB)
            f.write(pathlib.Path(part).read_bytes())


def listing(files):
    """The lines that `show` prints for these files, sorted."""
    return sorted(f"directory 0 0 {name}" if data is None else
                  f"file {len(data)} {zlib.crc32(data)} {name}" for name, data in files.items())
