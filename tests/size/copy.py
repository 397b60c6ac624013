#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every image has the memcpy() and memset() of board/common/copy.c: by its map file, and not those of
the C library, which copy byte by byte.

    copy.py FOLDER
    copy.py --self-test
"""

import re
import sys

import maps

# A section of a function that is kept, so at an address, and the object it is from.
SECTION = r"^ \.text\.{}\s+0x0*[1-9a-f][0-9a-f]*\s+0x[0-9a-f]+ (\S+)$"
OURS = re.compile(r"libpicovirtio_board_common\.a\(copy\.c\.\w+\)$")
# The same, from a C library that is not compiled by function: the object alone is named.
THEIRS = re.compile(r"^\S*libc\w*\.a\((?:\w*-)?(?:memcpy|memset)[\w.-]*\)", re.M)


def complaints(text):
    bad = []
    for function in ("memcpy", "memset"):
        found = re.findall(SECTION.format(function), text, re.M)
        if len(found) != 1 or not OURS.search(found[0]):
            bad.append(f"{function} is from {found or 'nowhere'}")
    return bad + [f"{m.group(0)} is linked" for m in THEIRS.finditer(text)]


def self_test():
    line = " .text.{}   0x0000000080222562       0x16 {}\n"
    ours = "board/common/libpicovirtio_board_common.a(copy.c.obj)"
    good = line.format("memcpy", ours) + line.format("memset", ours)
    assert complaints(good) == []
    for bad in (line.format("memcpy", ours), good.replace(ours, "/lib/libc.a(memcpy.c.o)", 1),
                good.replace("80222562", "00000000", 1),
                "/usr/lib/libc.a(memset.S.o)\n                 main.c.obj (memset)\n" + good,
                "lib/libc.a(libc_a-memcpy.o)\n" + good):
        assert complaints(bad), bad
    print("copy self-test: ok")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    maps.check(sys.argv[1], complaints, [], "memcpy() and memset() are ours")
    return None


if __name__ == "__main__":
    main()
