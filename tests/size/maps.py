# SPDX-License-Identifier: BSD-2-Clause
"""The map files of the images in a build tree."""

import pathlib
import sys


def check(folder, complaints, wrong, right):
    """End with the complaints(text) about each map file below `folder`, or print what is right."""
    maps = sorted(pathlib.Path(folder).rglob("*.map"))
    if not maps:
        sys.exit(f"no map file below {folder}")
    bad = [f"{m}: {line}" for m in maps
           for line in complaints(m.read_text(encoding="utf-8", errors="replace"))]
    if bad:
        sys.exit("\n".join([*wrong, *bad]))
    print(f"{len(maps)} map files, {right}: ok")
