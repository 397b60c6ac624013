#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every order that docs/ordering.md claims: the Promela models hold as they are, by an
exhaustive search, and each fence or rule that is left out gives a counterexample.

    ordering.py FOLDER_WITH_MODELS
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Model, its switches (what is left out), and the failure that must follow (None: none).
CASES = [
    ("kick", "", None),
    ("kick", "NO_WMB", "assertion violated"),
    ("kick", "NO_MB", "invalid end state"),
    ("kick_packed", "", None),
    ("kick_packed", "NO_WMB", "assertion violated"),
    ("kick_packed", "NO_MB", "invalid end state"),
    ("sleep", "", None),
    ("sleep", "NO_RMB", "assertion violated"),
    ("sleep", "NO_MB", "invalid end state"),
    ("sleep", "ACK_LATE", "invalid end state"),
    ("sleep", "CLAIM_LATE", "invalid end state"),
    ("sleep", "PACKED", None),
    ("sleep", "PACKED NO_RMB", "assertion violated"),
    ("sleep", "PACKED NO_MB", "invalid end state"),
    ("sleep", "PACKED ACK_LATE", "invalid end state"),
    ("sleep", "PACKED CLAIM_LATE", "invalid end state"),
]


def search(model, switches):
    """The output of the verifier after it has visited every state."""
    with tempfile.TemporaryDirectory() as folder:
        # Not optimised: a few thousand states are visited faster than the compiler makes that faster.
        for command in (["spin", "-a", *(f"-D{s}" for s in switches.split()), str(model)],
                        ["gcc", "-O0", "-w", "-o", "pan", "pan.c"], ["./pan", "-m100000"]):
            done = subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False, timeout=1000)
            if done.returncode != 0:
                sys.exit(f"{' '.join(command)}:\n{done.stdout}")
        return done.stdout


def judge(name, switches, expected, said):
    """The reason why this result is not the expected one, or None."""
    if "max search depth too small" in said or not re.search(r"errors: \d", said):
        return f"{name} {switches}: the search is not complete\n{said}"
    wrong = re.search(r"^pan:1: (.*)", said, re.M)
    if expected is None:
        return f"{name} {switches}: {wrong.group(1)}\n{said}" if wrong else None
    if wrong is None or expected not in wrong.group(1):
        return f"{name} {switches}: expected '{expected}', found nothing like it\n{said}"
    return None


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    if not shutil.which("spin"):
        sys.exit("spin is not installed: Debian's package `spin`")
    for name, switches, expected in CASES:
        failed = judge(name, switches, expected, search(folder / f"{name}.pml", switches))
        if failed:
            sys.exit(failed)
        print(f"{name:11} {switches or 'as it is':20}",
              expected or "holds in every state")


if __name__ == "__main__":
    main()
