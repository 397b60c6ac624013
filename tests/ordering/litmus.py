#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Judge the litmus tests of docs/ordering.md, which are written as herd7 reads them.

    litmus.py FOLDER_WITH_LITMUS_TESTS BARRIER_H

Debian has no herd7, so this script decides them itself. The tests use only two threads,
loads, stores of 1 and fences, each thread at a place in memory once, no dependencies. RVWMO
and Armv8 are both multi-copy atomic: an outcome is possible if what the fences keep in order,
who read from whom and who read before whom make no circle. Each test has to be impossible
as it stands, and possible with any one fence left out. The fences of thread 0 or 1, whichever
is the driver, must be fences of picovirtio/barrier.h.
"""

import itertools
import pathlib
import re
import sys

INSTRUCTION = re.compile(
    r"(?:(?P<load>lw|LDR)|(?P<store>sw|STR)) [xXW](?P<reg>\d+),(?:0\()?\[?[xX](?P<at>\d+)[)\]]")
FENCES = {"DMB SY": ("rw", "rw"), "DMB LD": ("r", "rw"), "DMB ST": ("w", "w")}


def fence(text):
    """(before, after) of a fence, or None: `fence rw,w` or `DMB SY`."""
    riscv = re.fullmatch(r"fence ([rw]+),([rw]+)", text)
    return riscv.groups() if riscv else FENCES.get(text)


def read(path):
    """(threads, outcome): instructions as they stand, and (thread, register) -> value."""
    text = path.read_text(encoding="ascii")
    if "expected: Never; without any one of its fences: Sometimes" not in text:
        sys.exit(f"{path.name}: says no verdict that is known here")
    places = {(int(t), int(r)): name for t, r, name in re.findall(r"(\d):[xX](\d+)=(\w+);", text)}
    rows = [[cell.strip() for cell in line.rstrip(" ;").split("|")]
            for line in text.splitlines() if line.endswith(";")][1:]
    threads = [[c for c in column if c] for column in itertools.zip_longest(*rows, fillvalue="")]
    asked = re.search(r"exists \((.*)\)", text).group(1)
    outcome = {(int(t), int(r)): int(v) for t, r, v in re.findall(r"(\d):[xX](\d+)=(\d)", asked)}
    return [[parse(path, t, line, places) for line in thread if not is_constant(line)]
            for t, thread in enumerate(threads)], outcome


def is_constant(line):
    return line in ("ori x7,x0,1", "MOV W7,#1")


def parse(path, thread, line, places):
    """('r', place, register), ('w', place) or ('f', before, after)."""
    if fence(line):
        return ("f", *fence(line))
    found = INSTRUCTION.fullmatch(line)
    if not found or (found["store"] and found["reg"] != "7"):
        sys.exit(f"{path.name}: cannot read '{line}'")
    place = places[thread, int(found["at"])]
    return ("r", place, int(found["reg"])) if found["load"] else ("w", place)


def kept_in_order(thread):
    """Pairs of positions that a fence between them keeps in order."""
    for f, (kind, *sides) in enumerate(thread):
        if kind == "f":
            yield from ((a, b) for a in range(f) for b in range(f + 1, len(thread))
                        if thread[a][0] in sides[0] and thread[b][0] in sides[1])


def possible(threads, outcome):
    """May every load have read what the outcome says? (Each place is 0, and stored to once.)"""
    follows = {((t, a), (t, b)) for t, thread in enumerate(threads) for a, b in kept_in_order(thread)}
    events = {(t, i): e for t, thread in enumerate(threads) for i, e in enumerate(thread)}
    for load, (kind, *rest) in events.items():
        if kind != "r":
            continue
        store = next(s for s, e in events.items() if e == ("w", rest[0]))
        follows.add((store, load) if outcome[load[0], rest[1]] else (load, store))
    return not circle(follows)


def circle(edges):
    """Does it contain one? Takes away what nothing leads to, until nothing is left or all is."""
    while edges:
        left = {(a, b) for a, b in edges if a in {d for _, d in edges}}
        if left == edges:
            return True
        edges = left
    return False


def judge(path, ours):
    threads, outcome = read(path)
    title = path.read_text(encoding="ascii").splitlines()[1]
    driver = int(re.search(r"driver (\d)", title).group(1))
    used = {e[1:] for e in threads[driver] if e[0] == "f"}
    if not used or not used <= ours:
        return f"the driver's fence {used} is none of picovirtio/barrier.h: {ours}"
    if possible(threads, outcome):
        return "the outcome is possible"
    for t, thread in enumerate(threads):
        for i, event in enumerate(thread):
            if event[0] == "f":
                without = [list(one) for one in threads]
                del without[t][i]
                if not possible(without, outcome):
                    return f"the fence of P{t} makes no difference"
    return None


def fences_of(barrier_h, arch):
    """The instructions of the library's barriers on this CPU, for main memory."""
    text = barrier_h.read_text(encoding="ascii")
    if arch == "riscv":
        sides = re.findall(r'"fence ([iorw]+), ([iorw]+)"', text)
        return {tuple(re.sub("[io]", "", side) for side in pair) for pair in sides}
    return {FENCES[name.upper()] for name in re.findall(r'"(dmb \w+)"', text)}


def main():
    folder, barrier_h = map(pathlib.Path, sys.argv[1:])
    tests = sorted(folder.glob("*.litmus"))
    if len(tests) < 12:
        sys.exit(f"{len(tests)} tests are not all of them")
    for path in tests:
        wrong = judge(path, fences_of(barrier_h, path.name.split(".")[1]))
        if wrong:
            sys.exit(f"{path.name}: {wrong}")
        print(f"{path.name:30} never; sometimes with any fence left out")


if __name__ == "__main__":
    main()
