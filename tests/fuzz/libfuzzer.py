# SPDX-License-Identifier: BSD-2-Clause
"""Build a program with clang's libFuzzer, and run it: what all scripts that do so share."""

import subprocess
import sys


def build(clang, program, include, files, more, cwd):
    """`more`: further arguments, the libraries among them."""
    subprocess.run([clang, "-std=c11", "-g", "-O1", "-DVIO_HOST", "-fsanitize=fuzzer,address,undefined",
                    "-fno-sanitize-recover=all", *[f"-I{i}" for i in include], *files, *more, "-o", program],
                   check=True, cwd=cwd)


def quick(runs):
    """`more` of a program with so few runs that the optimiser would take longer than it saves."""
    return ["-O0"] if int(runs) < 100_000 else []


def run(program, corpus, folder, runs, longest, *more):
    """What it finds goes to `folder`. Exits with its last words if it finds something."""
    result = subprocess.run([program, corpus, f"-artifact_prefix={folder}/", f"-runs={runs}", "-seed=1",
                             f"-max_len={longest}", "-timeout=60", "-rss_limit_mb=1024", *more],
                            capture_output=True, text=True, errors="replace", check=False)
    lines = result.stderr.strip().split("\n")
    if result.returncode != 0:
        sys.exit("\n".join(lines[-60:]))
    print("\n".join(lines[-2:]))
