#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""tests/run and firmware/run answer --help and a mistyped option at once: without any tool that
installs, builds or tests anything."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
WANTED = (("tests/run", ["--help"], 0, "Usage: tests/run"),
          ("tests/run", ["-R", "blk", "--halp"], 2, "'--halp'"),
          ("tests/run", ["devicetree"], 2, "'devicetree'"),
          ("tests/run", ["-L"], 2, "-L needs a value"),
          ("firmware/run", ["--help"], 0, "Usage: firmware/run"),
          ("firmware/run", ["--halp"], 2, "'--halp'"))


def main():
    failed = False
    with tempfile.TemporaryDirectory() as tools:
        for name in ("bash", "env", "dirname", "cat"):
            os.symlink(shutil.which(name), f"{tools}/{name}")
        for script, options, code, text in WANTED:
            done = subprocess.run([ROOT / script, *options], env={"PATH": tools}, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
            if done.returncode != code or text not in done.stdout:
                print(f"{script} {options}: exit code {done.returncode}, not {code} and {text!r} in:\n"
                      f"{done.stdout}")
                failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main())
