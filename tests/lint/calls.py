#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Who may call whom, as the linker sees it: calls.py BUILD NM, or --self-test.

The objects in a build tree are asked what they define and what they need. A library needs nothing
of one that stands above it (LIBRARIES). Within a library, a board or the console image no objects
need one another in a circle, nor do the folders of firmware/, and those of LAYERS need only
what stands below them. Pointers to
functions in const tables count as calls; calls through them do not, nor does the use of a variable
of SHARED.
"""

import pathlib
import re
import subprocess
import sys

import tree

# The other libraries that each library may need. Boards are not here, since board/common/ calls back
# into them.
LIBRARIES = {"virtqueue": [], "files": [], "transport": [], "drivers": ["virtqueue", "transport"],
             "stdio": ["drivers"]}

# Variables that the parts of a board share.
SHARED = {"vio_board", "vio_riscv_hart"}

# From the top down. A file calls only those in lines below its own.
LAYERS = {
    "virtqueue": [["split_desc"], ["split", "packed"], ["virtqueue"]],
    "drivers": [["recover", "loop", "probe"],
                ["device/life"],
                ["device/bring_up", "device/suspend", "device/watch"],
                ["device/queue", "device/request"],
                ["device/fail", "device/causes"],
                ["device/deliver"]],
}


def symbols(nm, objects):
    """{object: (defined, needed)}, each a set of global names."""
    found = {o: (set(), set()) for o in objects}
    command = [nm, "-g", "-A", "-P"] + [str(o) for o in objects]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for line in out.splitlines():
        name, rest = line.split(": ", 1)
        symbol, kind = rest.split()[:2]
        found[pathlib.Path(name)][kind in "Uvw"].update({symbol} - SHARED)
    return found


def edges(found):
    """{object: {object that it needs}}, within `found`."""
    home = {s: o for o, (defined, _) in found.items() for s in defined}
    return {o: {home[s] for s in needed if s in home} - {o} for o, (_, needed) in found.items()}


def downwards(graph, layers):
    rank = {o: i for i, row in enumerate(layers) for o in row}
    missing = [f"no object {o}: mend the table of layers" for o in rank if o not in graph]
    return missing + [f"{o} calls {other}, which does not stand below it"
                      for o in rank if o in graph for other in sorted(graph[o])
                      if other not in rank or rank[other] <= rank[o]]


def check_folders(name, graph):
    files = {f"{name}/{o}": {f"{name}/{n}" for n in needs} for o, needs in graph.items()}
    return tree.circles(tree.folders(files), "folders in a circle of calls")


def check_library(name, graph):
    bad = tree.circles(graph, "circle of calls") + check_folders(name, graph)
    return [f"{name}: {c}" for c in bad + downwards(graph, LAYERS.get(name, []))]


def library(build, folder):
    return sorted(build.glob(f"{folder}/CMakeFiles/*.dir/**/*.c.o*"))


def sources(folder):
    """The files that are in the repository now, since a build tree keeps the objects of removed
    ones."""
    return {f[len(folder) + 1:-2] for f in tree.c_files()
            if f.startswith(folder + "/") and f.endswith(".c")}


def source_of(o):
    """The source file of an object within its folder, such as "device/life"."""
    return re.sub(r".*?\.dir/|\.c\.o\w*$", "", str(o))


def check(build, nm):
    found = {}
    objects = [p for top in ("board", "firmware", *LIBRARIES) for p in build.glob(f"{top}/**/*.dir/*.c.o*")]
    for folder in sorted({str(p.relative_to(build)).partition("/CMakeFiles/")[0] for p in objects}):
        known = sources(folder)
        objects = [o for o in library(build, folder) if source_of(o) in known]
        found[folder] = symbols(nm, objects) if objects else {}
    bad = []
    for folder, objects in found.items():
        graph = {source_of(o): {source_of(n) for n in needs} - {source_of(o)}
                 for o, needs in edges(objects).items()}
        bad += check_library(folder, graph)
    home = {s: f for f in LIBRARIES for d, _ in found.get(f, {}).values() for s in d}
    for folder, others in LIBRARIES.items():
        bad += [f"{folder}: {o.name} needs {s} of {home[s]}, which stands above it"
                for o, (_, needed) in found.get(folder, {}).items() for s in sorted(needed)
                if s in home and home[s] not in [folder, *others]]
    if not any(found.values()):
        bad.append(f"{build}: no objects; build the tree first")
    return bad


def self_test():
    device = {"life": {"watch"}, "watch": {"request"}, "bring_up": {"fail"}, "suspend": set(),
              "request": {"fail"}, "queue": set(), "causes": set(), "deliver": set(), "fail": {"deliver"}}
    good = {f"device/{o}": {f"device/{n}" for n in needs} for o, needs in device.items()}
    good.update(dict.fromkeys(("recover", "loop", "probe"), {"device/life"}))
    breaches = {"up": {**good, "device/request": {"device/life"}},
                "sideways": {**good, "device/request": {"device/queue"}},
                "to a class": {**good, "device/fail": {"blk/blk"}, "blk/blk": set()},
                "circle": {**good, "a": {"b"}, "b": {"a"}}, "a file is gone": {"device/fail": set()}}
    bad = [f"clean table: {c}" for c in check_library("drivers", good)]
    bad += [f"not caught: {what}" for what, g in breaches.items() if not check_library("drivers", g)]
    folders = {"console/a": {"words/a"}, "words/a": set(), "commands/a": {"console/a"}}
    bad += [f"clean folders: {c}" for c in check_library("firmware", folders)]
    if not check_library("firmware", {**folders, "console/b": {"commands/b"}, "commands/b": set()}):
        bad.append("not caught: folders in a circle")
    if source_of("b/firmware/CMakeFiles/parts.dir/network/lwip/stack.c.obj") != "network/lwip/stack":
        bad.append("source_of() misreads a path")
    tree.finish(bad, f"calls self-test ({len(breaches) + 1} breaches planted)")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    tree.finish(check(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]), "calls")
