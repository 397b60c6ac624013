#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""No image has a heap: no map file below FOLDER names an allocator.

    heap.py FOLDER
    heap.py --self-test
"""

import re
import sys

import maps

# Functions, sections (.text.malloc) and members of archives (malloc.o) alike.
ALLOCATOR = re.compile(r"(?<![\w-])_*(?:malloc|calloc|realloc|reallocarray|free|cfree|memalign|"
                       r"aligned_alloc|posix_memalign|strdup|s?brk|_sbrk_r|_malloc_r|_free_r)"
                       r"(?![\w-])")


def found_in(text):
    return sorted({m.group(0) for m in ALLOCATOR.finditer(text)})


def self_test():
    for line in ("                0x80201000                malloc\n", " .text.free     0x0 0x10 a.o\n",
                 "/lib/libc.a(realloc.c.o)\n", " _sbrk\n", "calloc", "libc_a-lib.o (_malloc_r)"):
        assert found_in(line), line
    for line in (" .text.split_free  0x1\n", "vq_free\n", "fill_free", "free_block", "mallocate",
                 " .text.vq_split_free_desc\n", "-ffree-standing"):
        assert not found_in(line), line
    print("heap self-test: ok")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    maps.check(sys.argv[1], found_in, ["an image has an allocator in it:"], "no allocator")
    return None


if __name__ == "__main__":
    main()
