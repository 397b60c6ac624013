#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The limits in docs/caveats.md have the same values as in the code. `--self-test` shows that a
removed name and a changed value are found."""

import re
import sys

import tree

ROW = re.compile(r"`([A-Z][A-Z0-9_]*) = ([^`]+)`")
LEAST = 40  # the table names more limits than this
CONSTANT = re.compile(r"\b([A-Z][A-Z0-9_]*)\s*=\s*([^,}\n]+)|^#define\s+([A-Z][A-Z0-9_]*)\s+(.+)", re.M)


def constants(sources):
    """{name: all values of constants with this name}"""
    found = {}
    for source in sources:
        for m in CONSTANT.finditer(source):
            value = re.sub(r"/\*.*", "", m[2] or m[4]).strip()
            value = value[1:-1] if value.startswith("(") and value.endswith(")") else value
            found.setdefault(m[1] or m[3], set()).add(value)
    return found


def check(page, limits):
    rows = ROW.findall(page)
    bad = [f"docs/caveats.md: {name} = {value}, but the code has {sorted(limits.get(name, ())) or 'no such limit'}"
           for name, value in rows if value not in limits.get(name, ())]
    if len(rows) < LEAST:
        bad.append(f"docs/caveats.md: {len(rows)} limits, not {LEAST}: is the table gone?")
    return bad


def read():
    sources = [tree.text(f) for f in tree.c_files() if not f.startswith(("tests/", "examples/"))]
    return tree.text("docs/caveats.md"), constants(sources)


def self_test():
    page, limits = read()
    planted = {"a value": page.replace("`CODE_MAX = 255`", "`CODE_MAX = 254`"),
               "a name": page.replace("`CODE_MAX = 255`", "`CODE_MOST = 255`"),
               "no table": ROW.sub("", page)}
    bad = check(page, limits) + [f"not caught: {name}" for name, p in planted.items() if not check(p, limits)]
    tree.finish(bad, f"limits self-test ({len(planted)} breaches planted)")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    tree.finish(check(*read()), "limits")
