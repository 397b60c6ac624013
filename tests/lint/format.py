#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The layout of every C file is what clang-format makes of it (.clang-format).

Versions differ in what they make of the same file, so only VERSION decides; any other is a skip.
"""

import re
import subprocess
import sys

import tree

VERSION = "14"
SKIPPED = 77

if __name__ == "__main__":
    said = subprocess.run(["clang-format", "--version"], capture_output=True, text=True,
                          check=True).stdout
    if not re.search(rf"\bversion {VERSION}\.", said):
        print(f"not compared: the layout is that of clang-format {VERSION}, this is {said.strip()}")
        sys.exit(SKIPPED)
    command = ["clang-format", "--dry-run", "-Werror"] + tree.c_files()
    if subprocess.run(command, cwd=tree.ROOT, check=False).returncode != 0:
        sys.exit("layout differs; mend it with: clang-format -i FILE")
