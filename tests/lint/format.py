#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The layout of every C file is what clang-format makes of it (.clang-format)."""

import subprocess
import sys

import tree

if __name__ == "__main__":
    command = ["clang-format", "--dry-run", "-Werror"] + tree.c_files()
    if subprocess.run(command, cwd=tree.ROOT, check=False).returncode != 0:
        sys.exit("layout differs; mend it with: clang-format -i FILE")
