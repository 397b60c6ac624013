#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Bytes of code, data and zeroed memory of each library and image, against a table.

    size.py [--update] --tool SIZE --compiler VERSION --table FILE [--without NAME] NAME=PATH...

Growing is a failure, and so is shrinking without the table being told: a stale table
would let the next growth through. The margin is MARGIN_PERCENT or MARGIN_BYTES,
whichever is more. --update writes the table. A --limit holds whatever the table says.

A table, and with it a limit, belongs to the compiler that made it and that it names. Another
compiler's differences are printed, and the test ends with SKIPPED.
`size.py --self-test` tests the comparison.
"""

import argparse
import pathlib
import subprocess
import sys

import where

MARGIN_PERCENT = 3
MARGIN_BYTES = 64
SKIPPED = 77
SECTIONS = ("text", "data", "bss")
MADE_BY = "# Compiler: "
HEAD = ("# Bytes per library and image; compared by tests/size/size.py.\n"
        "# SPDX-License-Identifier: BSD-2-Clause\n")


def members(tool, path):
    """One for each member of an archive, or one for an image."""
    out = subprocess.run([tool, "--format=berkeley", path], text=True, capture_output=True,
                         check=True).stdout
    rows = [line.split() for line in out.splitlines()[1:]]
    if not rows:
        sys.exit(f"{path}: {tool} shows nothing")
    return rows


def total(rows):
    return tuple(sum(int(r[i]) for r in rows) for i in range(3))


def by_folder(rows, sources):
    """A sum for each folder of sources: the classes of devices. `sources`: their paths."""
    folder_of = {f"{s.name}.obj": s.parent.name for s in sources}
    if len(folder_of) != len(sources):
        sys.exit("two folders have a source of the same name")
    found = {}
    for r in rows:
        found.setdefault(folder_of.get(r[5]), []).append(r)
    return {f: total(found[f]) for f in sorted(f for f in found if f)}


def linked(path, wanted):
    """The bytes of some libraries in an image, from its map file: the linker has dropped the rest."""
    found = where.parts(pathlib.Path(path).read_text(encoding="utf-8", errors="replace"))
    text = sum(size for (part, _), size in found.items() if part in wanted)
    if text == 0:
        sys.exit(f"{path}: nothing of {wanted}")
    return text, 0, 0


def read_table(path):
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith(("#", "name\t"))]
    return {r[0]: tuple(int(n) for n in r[1:4]) for r in rows}


def compiler_of(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((line[len(MADE_BY):] for line in lines if line.startswith(MADE_BY)), "")


def write_table(path, sizes, compiler):
    rows = ["\t".join(["name", *SECTIONS])]
    rows += ["\t".join([name, *map(str, size)]) for name, size in sizes.items()]
    path.write_text(HEAD + MADE_BY + compiler + "\n" + "\n".join(rows) + "\n", encoding="utf-8")


def over(limits, sizes):
    return [f"{name}: text is {sizes[name][0]}, and must be below {limit}"
            for name, limit in limits.items() if sizes[name][0] >= limit]


def compare(table, sizes, without=()):
    bad = []
    for name in list(sizes) + [n for n in table if n not in (*sizes, *without)]:
        if name not in table or name not in sizes:
            bad.append(f"{name}: only in the {'table' if name in table else 'build'}")
            continue
        for section, was, now in zip(SECTIONS, table[name], sizes[name]):
            if abs(now - was) > max(MARGIN_BYTES, was * MARGIN_PERCENT // 100):
                bad.append(f"{name}: {section} was {was}, is {now} ({now - was:+})")
    return bad


def self_test():
    table = {"lib": (10000, 0, 100), "image": (100, 0, 0)}
    assert compare(table, dict(table)) == []
    assert compare(table, {"lib": (10300, 64, 36), "image": (36, 0, 0)}) == []
    for breach in [{"lib": (10301, 0, 100)}, {"lib": (9699, 0, 100)}, {"lib": (10000, 65, 100)},
                   {"lib": (10000, 0, 165)}, {"image": (35, 0, 0)}, {"new": (0, 0, 0)}]:
        assert len(compare(table, {**table, **breach})) == 1, breach
    assert len(compare(table, {"lib": table["lib"]})) == 1
    assert compare(table, {"lib": table["lib"]}, ["image"]) == []
    assert over({"lib": 10001}, table) == [] and len(over({"lib": 10000}, table)) == 1
    assert verdict([], "gcc 12", "gcc 12", "arm") == 0
    rows = [[str(n), "0", "0", str(n), "0", f"{name}.c.obj"] for n, name in
            [(1, "loop"), (2, "rng"), (4, "gpu"), (8, "gpu_edid")]]
    sources = [pathlib.Path(f) for f in ("d/rng/rng.c", "d/gpu/gpu.c", "d/gpu/gpu_edid.c")]
    assert by_folder(rows, sources) == {"gpu": (12, 0, 0), "rng": (2, 0, 0)}
    assert "lib: grew" in verdict(["lib: grew"], "gcc 12", "gcc 12", "arm")
    assert verdict(["lib: grew"], "gcc 12", "gcc 14", "arm") == SKIPPED
    assert verdict([], "", "gcc 14", "arm") == SKIPPED
    print("size self-test: ok")


def verdict(bad, made_by, compiler, preset):
    """What to end with: 0, SKIPPED or what is wrong, as sys.exit() takes it."""
    if made_by != compiler:
        print(*bad, f"The table is of {made_by}, this is {compiler}: not compared.", sep="\n")
        return SKIPPED
    if bad:
        return "\n".join(bad) + (f"\nThe table allows {MARGIN_PERCENT} % or {MARGIN_BYTES} bytes, "
                                 "a limit none. If the change is meant:\n"
                                 f"cmake --build --preset {preset} --target size-table")
    return 0


def update(args, bad, sizes):
    if bad:
        sys.exit("\n".join(bad))
    if args.without:
        sys.exit(f"the table needs {args.without}, too, which this build does not have")
    write_table(args.table, sizes, args.compiler)


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    p = argparse.ArgumentParser()
    p.add_argument("--update", action="store_true")
    p.add_argument("--tool", required=True)
    p.add_argument("--compiler", required=True)
    p.add_argument("--table", type=pathlib.Path, required=True)
    p.add_argument("--folders", metavar="NAME=FOLDER", action="append", default=[],
                   help="of a library, also a row for each folder in the folder of its sources")
    p.add_argument("--linked", metavar="NAME=MAP,LIBRARY,...", action="append", default=[])
    p.add_argument("--limit", metavar="NAME=BYTES", action="append", default=[])
    p.add_argument("--without", metavar="NAME", action="append", default=[],
                   help="a row of the table that this build does not have")
    p.add_argument("parts", nargs="+", metavar="NAME=PATH")
    args = p.parse_args()
    folders = dict(one.split("=", 1) for one in args.folders)
    sizes = {}
    for name, path in (part.split("=", 1) for part in args.parts):
        rows = members(args.tool, path)
        sizes[name] = total(rows)
        if name in folders:
            sources = list(pathlib.Path(folders[name]).glob("*/*.c"))
            sizes |= {f"{name}/{f}": size for f, size in by_folder(rows, sources).items()}
    for one in args.linked:
        name, files = one.split("=", 1)
        path, *libraries = files.split(",")
        sizes[name] = linked(path, libraries)
    for name, size in sizes.items():
        print(f"{name:20}", *(f"{s} {n:>8}" for s, n in zip(SECTIONS, size)))
    limits = {name: int(most) for name, most in (one.split("=") for one in args.limit)}
    if args.update:
        update(args, over(limits, sizes), sizes)
    elif args.table.exists():
        bad = over(limits, sizes) + compare(read_table(args.table), sizes, args.without)
        sys.exit(verdict(bad, compiler_of(args.table), args.compiler, args.table.stem))
    else:
        sys.exit(f"there is no {args.table}")
    return None


if __name__ == "__main__":
    main()
