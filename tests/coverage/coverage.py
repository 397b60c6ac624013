#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Which lines and branches of the library the host tests run. README.md says how to read it.

    coverage.py BUILD [--report] [--branches]

--report counts again what the last run has left in BUILD; --branches also lists the lines of which
no test takes every branch.
"""

import collections
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lint"))
import tree  # noqa: E402  (found through the line above)

# Tests that run no code of the library in this build, or all other tests; and the long ones, since what only they
# reach has no test that says what is right. Without sanitizers the heap may lie in what unit.memory takes for RAM.
NO_JUDGE = "^(lint|package|setup|proof|ordering|threads|mutants|bench|coverage|random|faults|unit[.]memory$)"

OPEN = "open"  # a reason in accepted.tsv: a test can be written, and is not yet


class Line:
    """A line of the source in every object that has it: the sum of the runs."""

    def __init__(self):
        self.function, self.count, self.branches = "", 0, []

    def add(self, line):
        self.function = line.get("function_name", self.function)
        self.count += line["count"]
        counts = [b["count"] for b in line["branches"]]
        # Another build of the same file may lack some branches: the one that has most counts.
        if len(counts) > len(self.branches):
            self.branches = counts
        elif len(counts) == len(self.branches):
            self.branches = [a + b for a, b in zip(self.branches, counts)]



def run(*command):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}:\n{done.stdout[-6000:]}")


def measure(build):
    """The host tests of a build of their own, without sanitizers: those add branches."""
    for old in build.rglob("*.gcda"):
        old.unlink()
    run("cmake", "-S", tree.ROOT, "-B", build, "-G", "Ninja", "-DPICOVIRTIO_BOARD=host",
        "-DCMAKE_C_COMPILER=gcc", "-DCMAKE_BUILD_TYPE=Debug", "-DPICOVIRTIO_SANITIZE=OFF",
        "-DCMAKE_C_FLAGS=-w -O0 --coverage -fprofile-update=atomic")
    run("cmake", "--build", build, "-j2")
    run("ctest", "--test-dir", build, "-LE", "soak", "-E", NO_JUDGE, "-j2", "--output-on-failure")


def collect(build):
    """{file of the library: {line number: Line}}"""
    found = collections.defaultdict(lambda: collections.defaultdict(Line))
    data = sorted(map(str, build.rglob("*.gcda")))
    if not data:
        sys.exit(f"{build} has no counts: run without --report first")
    for part in (data[i:i + 50] for i in range(0, len(data), 50)):
        done = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", *part],
                              text=True, capture_output=True, check=True, cwd=build)
        for report in filter(None, done.stdout.split("\n")):
            for file in json.loads(report)["files"]:
                path = pathlib.Path(build, file["file"]).resolve()
                name = path.relative_to(tree.ROOT).as_posix() if path.is_relative_to(tree.ROOT) else ""
                if tree.is_library(name) or tree.public_name(name):
                    for line in file["lines"]:
                        found[name][line["line_number"]].add(line)
    return found


def accepted():
    """{(file, function, text of the line): reason}"""
    rows = tree.table("tests/coverage/accepted.tsv", 4)
    return {tuple(row[:3]): row[3] for row in rows}


def share(part, whole):
    return f"{part:>5} of {whole:<5} {100 * part / whole if whole else 100:5.1f} %"


def report(found, branches):
    """Print the table and the gaps; how many lines have no run and no reason, or a reason and a run."""
    known, gaps, bad = accepted(), set(), 0
    total = [0, 0, 0, 0]
    for name, lines in sorted(found.items()):
        text = tree.text(name).split("\n")
        ways = [b for line in lines.values() for b in line.branches]
        row = [sum(bool(x.count) for x in lines.values()), len(lines), sum(map(bool, ways)), len(ways)]
        total = [a + b for a, b in zip(total, row)]
        print(f"{name:<44} lines {share(*row[:2])}   branches {share(*row[2:])}")
        for number, line in sorted(lines.items()):
            gap = (name, line.function, text[number - 1].strip())
            if not line.count:
                gaps.add(gap)
                if gap not in known:
                    print("NOT RUN\t" + "\t".join(gap))
                    bad += 1
            elif branches and 0 in line.branches:
                print("BRANCH\t" + "\t".join(gap) + f"\t{name}:{number}")
    print(f"{'all':<44} lines {share(*total[:2])}   branches {share(*total[2:])}")
    for gap in sorted(known.keys() - gaps):
        print("ACCEPTED, BUT RUN OR GONE\t" + "\t".join(gap))
        bad += 1
    left = sum(reason == OPEN for reason in known.values())
    print(f"{len(gaps & known.keys())} lines that no test runs are in accepted.tsv, for {left} of them a test is yet to be "
          f"written; {len(gaps - known.keys())} are not")
    return bad


def main():
    if len(sys.argv) < 2 or not shutil.which("gcov"):
        sys.exit(__doc__ if shutil.which("gcov") else "gcov is not installed (it comes with gcc)")
    build = pathlib.Path(sys.argv[1]).resolve()
    if "--report" not in sys.argv:
        measure(build)
    return 1 if report(collect(build), "--branches" in sys.argv) else 0


if __name__ == "__main__":
    sys.exit(main())
