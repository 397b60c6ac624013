#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The table of the rules that the device model enforces: rules.tsv.

Each row: the rule's id (docs/conformance.md), the functions of the model that enforce it,
and the tests of the model that show it. Made from the sources, so that it cannot be
wrong: `rules.py --write` writes it, `rules.py` fails if it is out of date, if a rule has
no test, or if a test breaks a rule that nobody enforces. A row `as RULE` cannot be
broken without breaking that one."""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
UNIT = HERE.parent / "unit"
TABLE = HERE / "rules.tsv"
HEAD = "rule\tenforced by\tshown by\n"
ID = re.compile(r'"((?:notify|vqreset|suspend|shm|status|feat|reset|config|init|cleanup|resfeat|split|packed|mmio|con|rng|blk|net|input|gpu|p9|balloon|crypto|vsock|scsi|sound|fs|ring|'
                r'console)(?:-[a-z]+)*-(?:\d{3}|[a-z]+))"')
# One id or the other, by the version of the register file.
QUEUE_RULE = ("mmio-leg-007", "mmio-init-007")
FUNCTION = re.compile(r"^[a-z_][\w \*]*?\b(\w+)\(", re.M)
# Rules that cannot be broken without breaking another one, which is enforced.
IMPLIED = {
    "feat-003": "feat-001",  # no allow list: an unknown or unoffered bit gets accepted
    "notify-001": "mmio-init-008",
    "cleanup-002": "cleanup-001",  # memory is watched until the reset is over
    "resfeat-004": "resfeat-005",
    "split-021": "split-023",  # avail_event holds junk without EVENT_IDX
    "split-024": "split-025",  # used.flags misleads with EVENT_IDX
    "split-leg-002": "resfeat-005",
    "split-leg-003": "mmio-leg-007",
    "mmio-010": "mmio-init-004",
    "mmio-016": "mmio-017",
    "mmio-018": "mmio-020",
    "mmio-init-003": "mmio-init-004",
    "mmio-init-006": "init-001",
    "mmio-irq-001": "mmio-019",
    "mmio-leg-006": "mmio-leg-007",
    "mmio-leg-009": "mmio-init-008",
}
CASE = re.compile(r'\{\s*"([^"]+)",\s*(NULL|"([^"]+)"),\s*ON_\w+,\s*\w+\s*\}')


def functions(source):
    """(name, text) of each function, our layout having its name at the start of a line."""
    starts = [(m.start(), m.group(1)) for m in FUNCTION.finditer(source)]
    ends = [at for at, _ in starts[1:]] + [len(source)]
    return [(name, source[at:end]) for (at, name), end in zip(starts, ends)]


def enforced():
    where = {}
    for path in sorted(HERE.glob("*.c")):
        for name, text in functions(path.read_text(encoding="utf-8")):
            rules = ID.findall(text)
            if "model_queue_rule(" in text:
                rules += QUEUE_RULE
            for rule in rules:
                place = f"{path.name}:{name}"
                if place not in where.setdefault(rule, []):
                    where[rule].append(place)
    return where


def shown():
    tests = {}
    for path in sorted(UNIT.glob("model*_test.c")):
        topic = path.name.removesuffix("_test.c")
        for name, _, rule in CASE.findall(path.read_text(encoding="utf-8")):
            if rule:
                tests.setdefault(rule, []).append(f"unit.{topic} ({name})")
    return tests


def main():
    where, tests = enforced(), shown()
    wrong = [f"{rule}: no test of the model shows it" for rule in where if rule not in tests]
    wrong += [f"{rule}: tested, but enforced nowhere" for rule in tests if rule not in where]
    rows = {rule: (", ".join(where[rule]), tests.get(rule, [])) for rule in where}
    for rule, by in IMPLIED.items():
        rows[rule] = (f"as {by}: {rows[by][0]}", rows[by][1])
    table = HEAD + "".join(f"{rule}\t{rows[rule][0]}\t{', '.join(rows[rule][1])}\n"
                           for rule in sorted(rows))
    if sys.argv[1:] == ["--write"]:
        TABLE.write_text(table, encoding="utf-8")
    elif not TABLE.exists() or TABLE.read_text(encoding="utf-8") != table:
        wrong.append("rules.tsv is out of date: tests/model/rules.py --write")
    for line in wrong:
        print(line)
    print(f"{len(where)} rules, {len(IMPLIED)} implied, {sum(map(len, tests.values()))} tests")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
