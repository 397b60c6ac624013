# SPDX-License-Identifier: BSD-2-Clause
"""Functions of all lint scripts: the files of the repository, and reports."""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The modules whose folder include/picovirtio/ has what users include as <picovirtio/NAME.h>.
PUBLIC = ("board", "virtqueue", "transport", "drivers", "files", "stdio")
SKIPPED = {".git", "build", "__pycache__", ".vscode", ".idea"}


def files(root=ROOT):
    """Paths relative to `root` as strings, with '/': what git tracks or would track;
    without git (an unpacked archive), everything but build trees."""
    git = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (root / ".git").exists():
        try:
            out = subprocess.run(git, capture_output=True, check=True).stdout.decode()
            return sorted({f for f in out.split("\0") if f and (root / f).is_file()})
        except (OSError, subprocess.CalledProcessError) as e:
            print(f"git ls-files does not work here ({e}); walking the folders instead")
    found = []
    for folder, names, leaves in os.walk(root):
        names[:] = [n for n in names
                    if n not in SKIPPED and not pathlib.Path(folder, n, "CMakeCache.txt").exists()]
        found += [pathlib.Path(folder, leaf).relative_to(root).as_posix() for leaf in leaves]
    return sorted(found)


def c_files(root=ROOT):
    return [f for f in files(root) if f.endswith((".c", ".h"))]


def library_sources(root=ROOT):
    """The C files that a user's project links."""
    return [f for f in c_files(root) if f.endswith(".c") and is_library(f)]


def is_library(f):
    return f.startswith(("virtqueue/", "transport/", "drivers/", "files/")) or (
        f.startswith("board/") and f.count("/") == 1)


def folders(graph):
    """The graph of the folders of firmware/: which needs which, from a graph of files."""
    def folder(f):
        return f.split("/")[1] if f.startswith("firmware/") and f.count("/") > 1 else None

    found = {folder(f): set() for f in graph if folder(f)}
    for f, needs in graph.items():
        if folder(f):
            found[folder(f)] |= {folder(n) for n in needs} - {folder(f), None}
    return found


def circles(graph, what):
    """One line for each circle found by a walk from each node."""
    bad, done = [], set()

    def visit(node, path):
        if node in path:
            bad.append(f"{what}: " + " -> ".join(path[path.index(node):] + [node]))
        elif node not in done:
            for other in sorted(graph.get(node, ())):
                visit(other, path + [node])
            done.add(node)

    for node in sorted(graph):
        visit(node, [])
    return bad


def public_name(f):
    """How users include this file, or None."""
    folder, _, name = f.partition("/include/")
    return name if folder in PUBLIC and name.startswith("picovirtio/") else None


def text(f, root=ROOT):
    return (root / f).read_text(encoding="utf-8")


def table(f, columns):
    """The rows of a file of so many columns, below its head."""
    rows = [line.split("\t") for line in text(f).split("\n")[1:] if line]
    for row in rows:
        if len(row) != columns or not all(row):
            sys.exit(f"{f}: not {columns} columns: {row}")
    return rows


def finish(complaints, what):
    """Print complaints and end the process: 0 without any."""
    for c in complaints:
        print(c)
    if complaints:
        sys.exit(f"{what}: {len(complaints)} complaint(s)")
    print(f"{what}: ok")
    sys.exit(0)
