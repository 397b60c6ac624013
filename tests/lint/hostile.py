#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""docs/hostile.md and the tests that carry its ids agree: each row has a test or says why it has
none, each id in a name of a test has a row, and the page counts right. `--self-test` shows that
each check can fail."""

import re
import sys

import tree

PAGE = "docs/hostile.md"
ROW = re.compile(r"\| (HD-[A-Z0-9]+-\d\d) \|")
NAME = re.compile(r"\btest_\w*?HD_\w+")
IDS = re.compile(r"HD_([A-Z0-9]+)((?:_\d\d(?!\d))+)")
COUNT = re.compile(r"^(\d+) of (\d+) rows have a test\.$", re.M)
CELLS = 4


def rows(page):
    """[(line number, cells)]"""
    return [(n, [c.strip() for c in line[1:-1].split("|")])
            for n, line in enumerate(page.split("\n"), 1) if ROW.match(line)]


def named(code):
    """Ids that names of tests in this source carry: test_HD_SPLIT_12_13_x has two."""
    found = set()
    for name in NAME.findall(code):
        for area, numbers in IDS.findall(name):
            found |= {f"HD-{area}-{n}" for n in numbers[1:].split("_")}
    return found


def check(page, sources):
    """Complaints; sources: {file: text}."""
    bad, seen, tested = [], set(), {}
    for f, code in sources.items():
        for i in named(code):
            tested.setdefault(i, f)
    for n, cells in rows(page):
        row = cells[0]
        if len(cells) != CELLS or not cells[1] or not cells[2]:
            bad.append(f"{PAGE}:{n}: {row}: {CELLS} cells are due")
            continue
        if row in seen:
            bad.append(f"{PAGE}:{n}: {row}: second row of this id")
        seen.add(row)
        if row not in tested and not cells[3]:
            bad.append(f"{PAGE}:{n}: {row}: no test has this id, and the row does not say why")
        if row in tested and cells[3]:
            bad.append(f"{PAGE}:{n}: {row}: says that it has no test, but {tested[row]} has one")
    bad += [f"{f}: a test is named by {i}, which has no row in {PAGE}"
            for i, f in sorted(tested.items()) if i not in seen]
    due = (str(len(seen & tested.keys())), str(len(seen)))
    if COUNT.findall(page) != [due]:
        bad.append(f"{PAGE}: the sentence \"{due[0]} of {due[1]} rows have a test.\" is due")
    return bad


GOOD = """\
2 of 3 rows have a test.
| id | what happens | what picovirtio does | no test because |
| HD-A-01 | a. | b. | |
| HD-A-02 | a. | b. | |
| HD-P9-03 | a. | b. | open |
"""
CODE = {"x_test.c": "static void test_HD_A_01_02_word(void **state)\n"}
BREACHES = {
    "row without a test": (("| HD-P9-03 | a. | b. | open |", "| HD-P9-03 | a. | b. | |"), ()),
    "reason with a test": (("| HD-A-01 | a. | b. | |", "| HD-A-01 | a. | b. | open |"), ()),
    "empty cell": (("| HD-A-01 | a. |", "| HD-A-01 | |"), ()),
    "second row": (("| HD-P9-03", "| HD-A-01"), ()),
    "wrong count": (("2 of 3", "3 of 3"), ()),
    "no count": (("2 of 3", "Two of 3"), ()),
    "test without a row": ((), ("A_01_02", "A_01_02_HD_A_04")),
    "id that is gone": ((), ("A_01_02", "A_01")),
}


def self_test():
    bad = [f"clean page: {c}" for c in check(GOOD, CODE)]
    for name, (in_page, in_code) in BREACHES.items():
        page = GOOD.replace(*in_page, 1) if in_page else GOOD
        code = {f: t.replace(*in_code) for f, t in CODE.items()} if in_code else CODE
        if (page, code) == (GOOD, CODE) or not check(page, code):
            bad.append(f"not caught: {name}")
    tree.finish(bad, f"hostile self-test ({len(BREACHES)} breaches planted)")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    tests = {f: tree.text(f) for f in tree.files()
             if f.startswith("tests/") and f.endswith(("_test.c", ".py"))
             and not f.startswith("tests/lint/")}
    tree.finish(check(tree.text(PAGE), tests), "hostile")
