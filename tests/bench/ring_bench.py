#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Count the instructions that a request costs the ring, and compare with ring_bench.tsv.

ring_bench.py --compiler GNU|Clang [--update] BENCH_EXECUTABLE

The count is callgrind's, of all that the functions driver_* in ring_bench.c call. It is the
same on each run; what changes it is our code, and the compiler.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

FIGURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ring_bench.tsv")
CASES = [(ring, kind, depth) for ring in ("split", "packed") for kind in ("direct", "indirect")
         for depth in (1, 32)]
REQUESTS = 3200
MARGIN = 1.02
HEADER = """\
# Instructions for submit + publish + reap of a three-segment request, by valgrind's callgrind.
# Refresh: tests/bench/ring_bench.py --update --compiler GNU|Clang BUILD/tests/bench/ring_bench
# compiler\tring\trequest\tdepth\tinstructions
"""


def measure(bench, ring, kind, depth):
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", "--toggle-collect=driver_*", "--compress-strings=no",
             "--compress-pos=no", f"--callgrind-out-file={folder}/out",
             bench, ring, kind, str(depth), str(REQUESTS)], capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"ring_bench.py: valgrind failed:\n{run.stdout}{run.stderr}")
        with open(f"{folder}/out", encoding="ascii") as f:
            total = sum(cost for function, cost in own_costs(f) if function[:7] != "driver_")
    if total == 0:
        sys.exit("ring_bench.py: nothing was counted; is the bench built without symbols?")
    return total / REQUESTS


def own_costs(lines):
    """(function, instructions) of callgrind's file, without what the called functions cost."""
    function, is_call = "", False
    for line in lines:
        if line.startswith("fn="):
            function = line[3:].strip()
        elif line.startswith("calls="):
            is_call = True
        elif line[0].isdigit():
            if not is_call:
                yield function, int(line.split()[1])
            is_call = False


def load():
    figures = {}
    with open(FIGURES, encoding="ascii") as f:
        for line in f:
            if not line.startswith("#"):
                compiler, ring, kind, depth, count = line.split("\t")
                figures[compiler, ring, kind, int(depth)] = float(count)
    return figures


def save(figures):
    with open(FIGURES, "w", encoding="ascii") as f:
        f.write(HEADER)
        for (compiler, ring, kind, depth), count in sorted(figures.items()):
            f.write(f"{compiler}\t{ring}\t{kind}\t{depth}\t{count:.1f}\n")


def judge(count, committed):
    """What is wrong with this figure, or an empty string."""
    if committed is None:
        return "no committed figure for this compiler"
    if count > committed * MARGIN:
        return f"over the committed {committed:.1f}"
    return ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("bench")
    args = parser.parse_args()
    if not shutil.which("valgrind"):
        sys.exit("ring_bench.py: valgrind is missing (Debian: apt-get install valgrind)")

    figures = load() if os.path.exists(FIGURES) else {}
    failed = False
    for case in CASES:
        count = measure(args.bench, *case)
        key = (args.compiler, *case)
        wrong = "" if args.update else judge(count, figures.get(key))
        if args.update:
            figures[key] = count
        failed = failed or wrong != ""
        print(f"{case[0]:6} {case[1]:8} depth {case[2]:2}: {count:6.1f} instructions a request  {wrong}")
    if args.update:
        save(figures)
    if failed:
        sys.exit("ring_bench.py: dearer than committed. If that is intended, refresh with:\n"
                 f"  tests/bench/ring_bench.py --update --compiler {args.compiler} {args.bench}")


if __name__ == "__main__":
    main()
