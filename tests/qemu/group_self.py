#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""group.py itself: no case is lost, whatever becomes of it; and what a case leaves behind in a machine
that others use is seen.

    group_self.py IMAGE ROOT
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import cases
import cases_boot  # noqa: F401  (a shared case to begin with)
import group
from boards import BOARDS
from machine import PAUSE, TRIES, Failure, Skip


def bad():
    raise Failure("as it has to")


def skips():
    raise Skip("not here")


def wrong():
    raise ValueError("a mistake in the case")


def prints():
    print("said by the case")


def hangs():
    print("pid", subprocess.Popen(["sleep", "1000"]).pid, flush=True)
    time.sleep(1000)


# What a case does, its result, and a word of the message about it.
KINDS = {"prints": (prints, 0, "said by the case"), "bad": (bad, 1, "as it has to"),
         "skips": (skips, group.SKIPPED, "not run: not here"), "wrong": (wrong, 1, "ValueError"),
         "dies": (lambda: os._exit(3), 1, "its process ended"), "soak_hangs": (hangs, 1, "ended after 1 s"),
         "last": (prints, 0, "ok")}


def result(folder, name):
    code, said = (pathlib.Path(folder) / name).read_text(encoding="utf-8").split("\n", 1)
    return int(code), said


def runs(number):
    try:
        return pathlib.Path("/proc", number, "stat").read_text(encoding="ascii").split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def every_kind(folder):
    for name, (function, _, _) in KINDS.items():
        cases.CASES[name] = cases.Case(lambda c, f=function: f(), "modern", name, (), "self")
    group.SOAK_LIMIT = 1  # for the one that hangs
    group.run(BOARDS["riscv64"], list(KINDS), "", "", folder)
    for name, (_, code, word) in KINDS.items():
        got = result(folder, name)
        assert got[0] == code and word in got[1], (name, got)
    number = re.search(r"pid (\d+)", result(folder, "soak_hangs")[1])
    for _ in range(TRIES if number else 0):
        if not runs(number[1]):
            return
        time.sleep(PAUSE)
    assert not number, "what it started goes on"


def leaves(m):
    m.run("device 6 reset 0")
    m.quiet(0.5)


def shared_boot(folder, image, source):
    """The cases before the one that leaves something, that one, and the cases after it on a new
    machine."""
    cases.CASES["modern.leaves"] = cases.Case(leaves, "modern", "leaves", (), "shared", True)
    names = ["modern.boot", "modern.event_idx_on", "modern.leaves", "modern.mem_again"]
    cases.CASES["modern.mem_again"] = cases.CASES["modern.boot"]
    board = BOARDS["riscv64"]
    group.run(board, names, image, source, folder)
    got = {name: result(folder, name) for name in names}
    assert got["modern.leaves"][0] == 1 and "not left as it was" in got["modern.leaves"][1], got
    assert [got[n][0] for n in names if n != "modern.leaves"] == [0, 0, 0], got


def main():
    with tempfile.TemporaryDirectory(prefix="picovirtio-") as folder:
        every_kind(folder)
        shared_boot(folder, *sys.argv[1:])
    print("each case has its result")


if __name__ == "__main__":
    main()
