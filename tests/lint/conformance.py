#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The functions, tests, mutants and rules that docs/conformance.md names exist. The page describes
its form. `--self-test` shows that each check can fail."""

import pathlib
import re
import sys
import tempfile

import tree

PAGE = "docs/conformance.md"
CORE = 147  # rows above OPTIONS: 122, and 25 of packed rings
OPTIONS = "## Options that we accept"
CELLS = 6
NO_PLACE = ("permission", "not followed")


def rows(page):
    """(line number, cells) of each row of a table, without heads and rules."""
    for n, line in enumerate(page.split("\n"), 1):
        if line.startswith("|") and not line.startswith(("| id |", "|---")):
            yield n, [c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]]


def names(cell):
    return re.findall(r"`([^`]*)`", cell)


class Source:
    """The names that exist, by their kind."""

    def __init__(self, root):
        self.root = root
        self.files = tree.files(root)
        self.mutants = set(re.findall(r"^== (\S+)$", self.text("tests/mutants/bugs.txt"), re.M))
        table = self.text("tests/model/rules.tsv").split("\n")[1:]
        self.rules = [line.split("\t")[0] for line in table if line]

    def text(self, f):
        return tree.text(f, self.root) if f in self.files else ""

    def has_function(self, f, name):
        """A definition in our layout: the brace of its body is at the start of a line."""
        return re.search(rf"^[A-Za-z_][^\n;{{}}=]*\b{name}\([^;{{}}]*\)\n\{{"
                         rf"|^#[ \t]*define[ \t]+{name}\(", self.text(f), re.M)

    def has_test(self, ctest, function):
        """CMake has the CTest test, and its file defines and runs the function."""
        folder, _, topic = ctest.partition(".")
        where = f"tests/{folder}/"
        cmake = "\n".join(self.text(f) for f in self.files if f.startswith(where)
                          and f.endswith((".cmake", "CMakeLists.txt")))
        code = self.text(f"{where}{topic}_test.c")
        listed = re.search(rf"(?<![\w.]){re.escape(ctest)}(?![\w.])", cmake) or (
            f"{folder}.${{topic}}" in cmake and re.search(rf"(?<![^\s(]){topic}(?![\w.])", cmake))
        return (listed and re.search(rf"^static void {function}\(void \*\*", code, re.M)
                and re.search(rf"\b(T|cmocka_unit_test\w*)\(\s*{function}\b", code))


def check_met(cell, source):
    places = [p.split(":", 1) for p in names(cell) if ":" in p]
    bad = [f"no function {name} in {f}" for f, name in places if not source.has_function(f, name)]
    if not places and not cell.startswith(NO_PLACE):
        bad.append("no place where it is met")
    return bad


def check_proof(cell, source, permission):
    """(complaints, is there anything that fails?)"""
    bad, proofs = [], 0
    for what in names(cell):
        kind, _, name = what.partition(" ")
        if kind == "mutant":
            there = name in source.mutants
        elif kind == "rule":
            there = name in source.rules
        else:
            there = kind.endswith(":") and source.has_test(kind[:-1], name)
        proofs += kind != "rule"
        if not there:
            bad.append(f"does not exist: {what}")
    if not proofs and not permission:
        bad.append("no test and no mutant")
    return bad


def check(page, source, core=CORE):
    bad, seen = [], set()
    for n, cells in rows(page):
        if len(cells) != CELLS or not all(cells):
            bad.append(f"{PAGE}:{n}: {CELLS} cells are due, none of them empty")
            continue
        row, met, proof = cells[0], cells[4], cells[5]
        found = check_met(met, source) + check_proof(proof, source, met.startswith(NO_PLACE))
        if row in seen:
            found.append("second row of this id")
        seen.add(row)
        bad += [f"{PAGE}:{n}: {row}: {b}" for b in found]
    count = len(list(rows(page.split(OPTIONS)[0])))
    if count != core:
        bad.append(f"{PAGE}: {count} rows above {OPTIONS!r}, not {core}")
    return bad + [f"{PAGE}: no row for rule {r} of the model" for r in source.rules
                  if r not in seen]


SAMPLE = {
    "a.c": "static int f(int x,\n\t     int y)\n{\n}\n\nint declared(void);\n",
    "tests/unit/x.cmake": "foreach(topic IN ITEMS x z)\n  test(unit.${topic})\n",
    "tests/unit/x_test.c": "static void test_a(void **s)\n{\n}\nstatic void test_b(void **s)\n"
                           "{\n}\nT(test_a),\n",
    "tests/mutants/bugs.txt": "== bug\n",
    "tests/model/rules.tsv": "rule\tby\nr-001\tx\n",
}
GOOD = ("| id | a | b | c | d | e |\n|---|---|---|---|---|---|\n"
        "| r-001 | s | MUST | text | `a.c:f`: so | `unit.x: test_a`, `mutant bug`, `rule r-001` |\n"
        "| r-002 | s | MAY | text | permission, not used | permission |\n"
        f"{OPTIONS}\n| r-003 | s | MUST | text | `a.c:f` | `mutant bug` |\n")
BREACHES = {
    "function": ("| `a.c:f`: so", "| `a.c:g`: so"),
    "function that is only declared": ("| `a.c:f`: so", "| `a.c:declared`: so"),
    "file": ("| `a.c:f`: so", "| `b.c:f`: so"),
    "no function": ("| `a.c:f`: so", "| so"),
    "test": ("unit.x: test_a", "unit.x: test_c"),
    "test that does not run": ("unit.x: test_a", "unit.x: test_b"),
    "CTest test": ("unit.x: test_a", "unit.y: test_a"),
    "test without a file": ("unit.x: test_a", "unit.z: test_a"),
    "mutant": ("mutant bug", "mutant fly"),
    "rule": ("rule r-001", "rule r-009"),
    "nothing that fails": ("`unit.x: test_a`, `mutant bug`, ", ""),
    "empty cell": ("| text | `a.c:f`: so", "| | `a.c:f`: so"),
    "missing cell": ("| MUST | text | `a.c:f`: so", "| MUST | `a.c:f`: so"),
    "id twice": ("| r-002", "| r-001"),
    "row missing": ("| r-002 | s | MAY | text | permission, not used | permission |\n", ""),
    "rule without a row": ("| r-001", "| r-004"),
}


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for f, content in SAMPLE.items():
            (root / f).parent.mkdir(parents=True, exist_ok=True)
            (root / f).write_text(content, encoding="utf-8")
        source = Source(root)
        bad = [f"clean page: {c}" for c in check(GOOD, source, 2)]
        for name, (old, new) in BREACHES.items():
            page = GOOD.replace(old, new, 1)
            if page == GOOD or not check(page, source, 2):
                bad.append(f"not caught: {name}")
    tree.finish(bad, f"conformance self-test ({len(BREACHES)} breaches planted)")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    tree.finish(check(tree.text(PAGE), Source(tree.ROOT)), "conformance")
