#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Analyse the transport with Frama-C's Eva: no run of tests/proof/eva/transport.c may access memory that is
not its own, or use a value that is not set. Each planted bug must raise an alarm. Ends with 77 where there is
no Frama-C: Debian 12 has it as frama-c-base."""

import pathlib
import re
import shutil
import subprocess
import sys

from proof import FOLDERS, MMIO, ROOT, SKIP, sources

VERSIONS = (1, 2)
HARNESS = ROOT / "tests/proof/eva/transport.c"
# Percent. What is left are functions of the other version.
LEAST_REACHED = 85

BUGS = [
    (MMIO, "if (len > bytes || off > bytes - len)", "if (len > bytes)"),
    (MMIO, "R_CONFIG + off - skip", "R_CONFIG + off + 4 - skip"),
    (MMIO, "	if (rc < 0)\n		return rc;\n	wr(t, R_QUEUE_SIZE, size);", "	wr(t, R_QUEUE_SIZE, size);"),
    ("transport/shm.c", "!PICOVIRTIO_EXTENSIONS || vio_legacy(t)", "!PICOVIRTIO_EXTENSIONS"),
]


def alarms(source, version):
    """(the alarms, the percentage of statements that were reached); `source` is a checkout."""
    options = (f"-std=c11 -DVIO_HOST -DVERSION={version} -include {HARNESS.with_name('eva.h')} "
               + " ".join(f"-I{source}/{folder}/include" for folder in FOLDERS) + f" -I{source}")
    files = sorted(str(p) for p in pathlib.Path(source, "transport").glob("*.c"))
    done = subprocess.run(["frama-c", "-c11", "-machdep", "gcc_x86_64", "-eva", "-eva-precision", "2",
                           "-eva-split-return", "full", f"-cpp-extra-args={options}", *files, str(HARNESS)],
                          capture_output=True, text=True, check=False)
    reached = re.search(r"statements reached \(out of \d+\): (\d+)% coverage", done.stdout)
    if done.returncode != 0 or not reached:
        sys.exit(f"Frama-C came to no result:\n{(done.stdout + done.stderr)[-2000:]}")
    return re.findall(r"^\[eva:alarm\] (.*(?:\n +.*)*)", done.stdout, re.M), int(reached[1])


def main():
    if not shutil.which("frama-c"):
        print("There is no Frama-C: Debian 12 has the package frama-c-base.")
        return SKIP
    failed = False
    for version in VERSIONS:
        found, reached = alarms(ROOT, version)
        print(f"registers of version {version}: {len(found)} alarms, {reached} % of the statements reached", *found,
              sep="\n")
        failed |= bool(found) or reached < LEAST_REACHED
    for bug in BUGS:
        with sources(bug) as folder:
            found = [alarm for version in VERSIONS for alarm in alarms(folder, version)[0]]
        print(f"{'found' if found else 'MISSED'}: {bug[0]}: {bug[1]!r}")
        failed |= not found
    return failed


if __name__ == "__main__":
    sys.exit(main())
