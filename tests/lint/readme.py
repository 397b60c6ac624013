#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The program that README.md shows is the one that a test compiles."""

import re

import tree

EXAMPLES = ["tests/example/project/hello.c", "tests/example/project/CMakeLists.txt"]


def blocks(markdown):
    return [b.strip() for b in re.findall(r"^```\w*\n(.*?)^```", markdown, re.S | re.M)]


def shown(f):
    """The part of an example that is for the README: below the line with 8< if there is one."""
    source = tree.text(f)
    return re.split(r"^.*8<.*$", source, maxsplit=1, flags=re.M)[-1].strip()


if __name__ == "__main__":
    readme = blocks(tree.text("README.md"))
    tree.finish([f"README.md has no code block that equals {f}:\n{shown(f)}"
                 for f in EXAMPLES if shown(f) not in readme], "README example")
