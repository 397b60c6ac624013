#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Real images against the reader of files/.

    files_test.py real SHOW                       compare file by file
    files_test.py mutate MUTATE ROUNDS            damaged ones: no crash, no endless walk
    files_test.py fuzz CLANG ROOT SECONDS|RUNS    libFuzzer, from the same images
    files_test.py count COUNT TABLE [--update]    requests for a file and for a directory
"""

import pathlib
import random
import re
import subprocess
import sys
import tempfile
import zlib

import images
from images import MIB

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fuzz"))
import libfuzzer  # noqa: E402  (found through the line above)

FAT = {"fat12": (1440 * 1024, 12, ()), "fat12c": (2880 * 1024, 12, ("-s", "8")),
       "fat16": (16 * MIB, 16, ()), "fat32": (40 * MIB, 32, ("-s", "1")),
       "fat16_4096": (64 * MIB, 16, ("-S", "4096", "-s", "1"))}
# Groups so small that the files have inodes behind the first block of descriptors.
FEW = ("-g", "256", "-N", "3072")
EXT = {"ext2": (8 * MIB, ("-b", "1024")), "ext3": (8 * MIB, ("-b", "1024")),
       "ext4": (8 * MIB, ("-b", "1024")), "ext4_4096": (16 * MIB, ("-b", "4096")),
       "ext2_128": (8 * MIB, ("-b", "2048", "-I", "128", "-r", "1")),
       "ext4_32bit": (8 * MIB, ("-b", "1024", "-O", "^64bit,^metadata_csum,^flex_bg")),
       "ext4_clusters": (64 * MIB, ("-O", "bigalloc")),
       "ext4_clusters_1024": (64 * MIB, ("-b", "1024", "-O", "bigalloc", "-C", "8192")),
       "ext4_meta": (96 * MIB, ("-b", "1024", *FEW, "-O", "meta_bg,^resize_inode")),
       "ext4_meta_4096": (96 * MIB, ("-b", "4096", "-g", "1024", "-O", "meta_bg,^resize_inode")),
       "ext4_meta_all": (96 * MIB, ("-b", "1024", *FEW, "-O", "meta_bg,^resize_inode,^sparse_super,^flex_bg")),
       "ext4_meta_two": (96 * MIB, ("-b", "1024", *FEW, "-O", "meta_bg,^resize_inode,sparse_super2")),
       "ext4_meta_clusters": (96 * MIB, ("-b", "1024", "-C", "4096", "-O", "bigalloc,meta_bg,^resize_inode")),
       "ext4_inline": (16 * MIB, ("-O", "inline_data")),
       "ext4_inline_1024": (16 * MIB, ("-b", "1024", "-I", "1024", "-O", "inline_data")),
       "ext4_harmless": (32 * MIB, ("-O", "encrypt,mmp,casefold,large_dir,ea_inode,metadata_csum_seed"))}
# With names of Rock Ridge, of Joliet (103 characters at most), of both, and with none but its own.
ISO = {"iso_rock": ("-R",), "iso_joliet": ("--norock", "-J", "-joliet-long"), "iso_both": ("-R", "-J", "-joliet-long"),
       "iso_plain": ("--norock", "-iso-level", "1")}
MAX_INPUT = 3 * MIB
# The file of 16 MiB (a FAT12 of this cluster size has 2 MiB at most); entries of a directory beside
# it, without an index; and the requests for a MiB of the file that are allowed.
COUNTED = {"fat12": (MIB, 12, "-s", "1"), "fat16": (16 * MIB, 16, "-s", "1"),
           "fat32": (16 * MIB, 32, "-s", "1"),
           "ext2_half": (16 * MIB, "ext2", "-b", "1024"), "ext2": (16 * MIB, "ext2", "-b", "1024"),
           "ext4_half": (16 * MIB, "ext4", "-b", "4096", "-O", "^dir_index"),
           "ext4": (16 * MIB, "ext4", "-b", "4096", "-O", "^dir_index")}
FAT_SIZE = {12: 2 * MIB, 16: 24 * MIB, 32: 40 * MIB}
# mke2fs needs time that is quadratic in them.
ENTRIES = {"ext2_half": 2_500, "ext2": 5_000, "ext4_half": 2_500, "ext4": 5_000}
PER_MIB = {"fat12": 14, "fat16": 10, "fat32": 11, "ext2_half": 13, "ext2": 13, "ext4_half": 9, "ext4": 9}
COUNT_HEAD = ("# Reads of the disk for one file, in the cache's default sizes; files_test.py count.\n"
              "# SPDX-License-Identifier: BSD-2-Clause\n")


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True,
                          timeout=1000).stdout.split("\n")


def show(program, path):
    """The contents of an image, which are the same with and without a cache."""
    lines = output(program, path)
    cached = output(program, "--cached", path)
    if lines != cached:
        sys.exit(f"{path}: through the cache {sorted(set(lines) ^ set(cached))[:6]} differ")
    return lines


def compare(name, lines, files, system):
    got = sorted(l for l in lines if l.startswith(("file ", "directory ", "unreadable ", "damaged ",
                                                   "broken ", "other ")))
    got = [l for l in got if not re.search(r" /lost\+found$", l)]
    want = images.listing(files)
    if not any(re.match(rf"mounted 0 \d+ {system}$", l) for l in lines):
        sys.exit(f"{name}: no {system} found: {lines[:5]}")
    if got != want:
        odd = sorted(set(got) ^ set(want))
        sys.exit(f"{name}: {len(odd)} lines differ, the first of them: {odd[:6]}")
    print(f"{name}: {len(got)} files and directories, the same")


def real(folder, program):
    for name, (size, bits, options) in FAT.items():
        files = images.tree(300_000 if bits == 12 else 600_000)
        images.fat(folder / name, size, bits, files, *options)
        compare(name, show(program, folder / name), files, f"FAT{bits}")
    for name, (size, options) in EXT.items():
        files = images.tree()
        # With inline data mke2fs 1.47.0 truncates a file that ends with a hole.
        images.ext(folder / name, size, name[:4], files, *options, hole="inline" not in name)
        compare(name, show(program, folder / name), files, name[:4])
    for name, options in ISO.items():
        files = images.tree()
        if name == "iso_joliet":
            files = {n: data for n, data in files.items() if len(n) < 100}
        elif name == "iso_plain":
            files = {"/README.TXT": b"read me\n", "/EMPTY": b"", "/SUB": None, "/SUB/DEEP.DAT": files["/size4096"],
                     "/SUB/SUB": None, "/BIG.BIN": files["/big"]}
        images.iso(folder / name, files, *options)
        compare(name, show(program, folder / name), files, "ISO 9660")
    links(folder, program)
    for name, parts in (("mbr", 3), ("gpt", 2)):
        partitioned(folder, program, name, parts)


LINKS = {  # target, and the file or folder it leads to; or the error
    "to_one": ("one", "/one"), "absolute": ("/sub/Mixed.Case", "/sub/Mixed.Case"), "dots": ("./sub//../one", "/one"),
    "long": ("sub/deeper/../deeper/../deeper/../deeper/../deeper/../deeper/../deeper/down/motd", "/sub/deeper/down/motd"),
    "folder": ("sub/deeper", None), "through": ("folder/down/../down/motd", "/sub/deeper/down/motd"),
    "chain": ("through", "/sub/deeper/down/motd"), "slash": ("one/", "/one"), "above": ("../../../one", "/one"),
    "to_root": ("/", None), "nowhere": ("none", 4), "self": ("self", 6), "ring": ("ring/x", 6),
    "of_file": ("one/two", 1), "longer": ("x" * 300, 4),
}


def links(folder, program):
    """Short targets of links are in the inode, and long ones in a block. Both lead to the same files
    as under Linux."""
    for n, (kind, options) in enumerate((("ext2", ()), ("ext4", ()), ("ext4", ("-O", "inline_data")))):
        path = folder / f"links{n}"
        files = images.tree(1000, 3)
        images.ext(path, 8 * MIB, kind, files, *options, hole=False,
                   links={name: target for name, (target, _) in LINKS.items()})
        want = []
        for name, (_, to) in LINKS.items():
            data = files.get(to, b"") if not isinstance(to, int) else b""
            want.append(f"broken link {to} 0 /{name}" if isinstance(to, int)
                        else f"link {len(data)} {zlib.crc32(data) if to else 0} /{name}")
        got = [l for l in show(program, path) if "link " in l]
        if sorted(got) != sorted(want):
            sys.exit(f"links of {kind}: {sorted(set(got) ^ set(want))}")
        print(f"links of {kind}: {len(got)}, the same")


def partitioned(folder, program, name, parts):
    files = images.small_tree()
    made = [folder / f"{name}.{i}" for i in range(parts)]
    for i, path in enumerate(made):
        if i == 1:
            images.ext(path, 8 * MIB, "ext4", files)
        else:
            images.fat(path, (9 if i == 0 else 8) * MIB, 16 if i == 0 else 12, dict(files),
                       "-s", "1" if i == 0 else "8")
    images.disk(folder / name, name, made)
    lines = show(program, folder / name)
    numbers = {"mbr": [("1", 9), ("5", 8), ("6", 8)], "gpt": [("1", 9), ("2", 8)]}[name]
    found = [l for l in lines if l.startswith("part ")]
    want = [f"part {n} {m * MIB // 512} " for n, m in numbers]
    if [re.match(r"part \d+ \d+ ", l).group() for l in found] != want:
        sys.exit(f"{name}: {found} instead of {want}")
    if name == "gpt" and not (found[0].endswith(" boot") and found[1].endswith(" r\u00f6ot")):
        sys.exit(f"gpt: names: {found}")
    if f"table {parts} 0 {name.upper()}" not in lines:
        sys.exit(f"{name}: {lines}")
    both = [l for l in lines if l.startswith("file ") and l.endswith(" /dir/a long name.text")]
    if len(both) != parts or len(set(both)) != 1:
        sys.exit(f"{name}: {both}")
    print(f"{name}: {parts} partitions, the same")
    if name == "gpt":
        damaged_gpt(folder, program, parts)


def damaged_gpt(folder, program, parts):
    """If the first copy is damaged, the second one is used. If both are, this is reported."""
    data = bytearray((folder / "gpt").read_bytes())
    for at, word in ((2 * 512 + 40, f"table {parts} 0 GPT-backup"), (len(data) - 512 + 60, "table 0 0 damaged")):
        data[at] ^= 1
        (folder / "gpt.damaged").write_bytes(data)
        lines = show(program, folder / "gpt.damaged")
        if word not in lines:
            sys.exit(f"damaged GPT: no {word!r} in {lines}")


def small(folder):
    """The smallest possible images of every format."""
    files = images.small_tree()
    made = []
    for bits, size, options in ((12, 128, ()), (16, 2560, ("-s", "1")), (32, 34 * 1024, ("-s", "1"))):
        made.append(folder / f"small.fat{bits}")
        images.fat(made[-1], size * 1024, bits, dict(files), *options)
    for kind in ("ext2", "ext4"):
        made.append(folder / f"small.{kind}")
        images.ext(made[-1], 256 * 1024, kind, dict(files), "-b", "1024", "-N", "32",
                   *(("-O", "^has_journal,^resize_inode") if kind == "ext4" else ()))
    made.append(folder / "small.inline")
    images.ext(made[-1], 256 * 1024, "ext4", {**files, "/dir/short": b"short\n" * 15}, "-b", "1024", "-N", "32",
               "-O", "^has_journal,^resize_inode,inline_data,meta_bg", hole=False)
    made.append(folder / "small.iso")
    images.iso(made[-1], files, "-R", "-J", "-no-pad")
    for label, text in (("dos", "start=8, size=64, type=6\nstart=80, size=400, type=5\n"
                                "start=84, size=20\nstart=120, size=20\n"),
                        ("gpt", "start=40, size=40, name=one\nstart=80, size=20\n")):
        made.append(folder / f"small.{label}")
        images.blank(made[-1], 256 * 1024)
        images.run("sfdisk", "-q", made[-1], text=f"label: {label}\n{text}")
    return made


def mutate(folder, program, rounds):
    for seed, path in enumerate(small(folder), 1):
        result = subprocess.run([program, path, str(88172645463325252 + seed), rounds],
                                capture_output=True, text=True, timeout=1000, check=False)
        if result.returncode != 0:
            sys.exit(f"{path.name}: {result.returncode}: {result.stderr[-4000:]}")
        print(f"{path.name}: {result.stdout.strip()}")


def fuzz(folder, clang, root, runs):
    corpus = folder / "corpus"
    corpus.mkdir()
    for path in small(folder):
        if path.stat().st_size < MAX_INPUT:
            path.rename(corpus / path.name)
    program = folder / "fuzz"
    sources = [str(p) for p in sorted(pathlib.Path(root, "files").glob("*.c"))]
    sources += [f"{root}/tests/files/{n}" for n in ("walk.c", "fuzz.c")]
    libfuzzer.build(clang, program, (".", "files/include", "board/include"), sources, libfuzzer.quick(runs), root)
    libfuzzer.run(program, corpus, folder, runs, MAX_INPUT)


def counted(folder, program, name):
    """Requests for the tables and for the data of /big, the most at once, and those for a walk
    through /many with its inodes."""
    line = output(program, folder / name)[0]
    return tuple(int(n) for n in line.split())


def count(folder, program, table, update=False):
    rows = {}
    for name, (size, make, *options) in COUNTED.items():
        files = {"/many": None, "/big": random.Random(1).randbytes(size)}
        files.update({f"/many/{n:05}": b"" for n in range(ENTRIES.get(name, 0))})
        if isinstance(make, int):
            images.fat(folder / name, FAT_SIZE[make], make, files, *options)
        else:
            images.ext(folder / name, 64 * MIB, make, files, "-N", "30000", *options, hole=False)
        rows[name] = (size // MIB, *counted(folder, program, name))
        (folder / name).unlink()
    lines = ["\t".join(map(str, ("name", "MiB", "tables", "data", "at once", "directory")))]
    lines += ["\t".join(map(str, (name, *row))) for name, row in rows.items()]
    text = COUNT_HEAD + "\n".join(lines) + "\n"
    path = pathlib.Path(table)
    if update:
        path.write_text(text, encoding="utf-8")
    for name, row in rows.items():  # other versions of the tools place files a little differently
        was = next(l.split("\t") for l in path.read_text(encoding="utf-8").split("\n") if l.startswith(f"{name}\t"))
        if any(now > int(old) * 1.03 + 2 for now, old in zip(row, was[1:])):
            sys.exit(f"{path.name} has less for {name} (--update writes new numbers):\n{text}")
    for name, (size, tables, data, at_once, _) in rows.items():
        if tables + data > PER_MIB[name] * size or (size > 1 and at_once < 4):
            sys.exit(f"{name}: {tables} + {data} requests for {size} MiB, {at_once} at once")
    for name, (half, whole) in {"ext2": ("ext2_half", "ext2"), "ext4": ("ext4_half", "ext4")}.items():
        if rows[whole][4] > 2.1 * rows[half][4]:
            sys.exit(f"{name}: {rows[half][4]} reads for half of the directory, {rows[whole][4]} for it")
    print(text)


def main():
    with tempfile.TemporaryDirectory(prefix="picovirtio-") as folder:
        {"real": real, "mutate": mutate, "fuzz": fuzz, "count": count}[sys.argv[1]](pathlib.Path(folder),
                                                                   *sys.argv[2:])


if __name__ == "__main__":
    main()
