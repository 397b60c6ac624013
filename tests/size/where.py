#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Which part of the repository takes how many bytes of code and constants in an image.

    where.py FILE.map           the parts, the largest first
    where.py FILE.map PART      the files of one part
    where.py --self-test
"""

import collections
import re
import sys

# A section of a file: name, address, bytes (not 0), file. GNU ld breaks the line after a long name.
SECTION = re.compile(r"^ \.(?:init|text|s?rodata)\S*\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S+)$", re.M)
SAMPLE = """
 .text.gone     0x0000000000000000       0x10 drivers/libpicovirtio_drivers.a(a.c.obj)

Linker script and memory map

 .text.short    0x0000000080000000       0x10 drivers/libpicovirtio_drivers.a(a.c.obj)
 .rodata.long_name_of_a_symbol
                0x0000000080000010        0x8 firmware/CMakeFiles/x.dir/console/line.c.obj
 .text          0x0000000080000018        0x4 /usr/lib/libc.a(libc_printf.c.o)
"""


def part_of(path):
    """The library, or the folder of firmware/, and the file."""
    name = re.split(r"[/(]", path.rstrip(")"))[-1]
    library = re.search(r"libpicovirtio_(\w+)\.a\(", path)
    if library:
        return library[1], name
    folder = re.search(r"\.dir/(\w+)/[^/]+$", path)
    if "firmware/" in path or folder:
        return f"firmware/{folder[1] if folder else ''}", name
    return "C library", name


def parts(text):
    found = collections.Counter()
    for address, size, path in SECTION.findall(text.split("Linker script and memory map", 1)[1]):
        if int(address, 16) != 0:
            found[part_of(path)] += int(size, 16)
    return found


def self_test():
    assert parts(SAMPLE) == {("drivers", "a.c.obj"): 16, ("firmware/console", "line.c.obj"): 8,
                             ("C library", "libc_printf.c.o"): 4}, parts(SAMPLE)
    print("where self-test: ok")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as f:
        found = parts(f.read())
    shown = collections.Counter()
    for (part, name), size in found.items():
        if len(sys.argv) == 2:
            shown[part] += size
        elif part == sys.argv[2]:
            shown[name] += size
    for name, size in shown.most_common():
        print(f"{size:8}  {name}")
    return None


if __name__ == "__main__":
    main()
