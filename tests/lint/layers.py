#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Who may include whom: the table of docs/architecture.md, enforced.

Each rule is (files, what they may include); the first rule whose pattern fits a file
counts. `~` in a target stands for the file's own class (drivers/console_tx.c may include
drivers/console*.h), `@` for its own folder. Targets in <> are headers of the C library. Everything else
is an error, as is an include that is not written from the root of the repository (but a
test may name a file beside it), one of a file that does not exist, and a cycle.
"""

import fnmatch
import pathlib
import re
import sys
import tempfile

import tree

FREESTANDING = ["<stdint.h>", "<stddef.h>", "<stdbool.h>", "<limits.h>", "<stdarg.h>",
                "<stdalign.h>"]
PURE = FREESTANDING + ["<string.h>"]
# The joint: the only files that see transport, queue and platform at once.
DEVICE = ["board/types.h", "board/platform.h", "transport/transport.h", "virtqueue/virtqueue.h",
          "drivers/driver.h", "drivers/device*.h"] + PURE

RULES = [
    # What the image is given by its board; no library file may see it (below).
    ("board/board.h", ["board/types.h", "board/devicetree.h", "board/platform.h",
                       "board/arena.h"] + FREESTANDING),
    ("board/*/*", ["board/*.h", "board/common/*.h", "@/*.h", "<*>"]),
    ("board/bounce.*", ["board/types.h", "board/platform.h", "board/bounce.h"] + PURE),
    ("board/*.h", ["board/types.h"] + FREESTANDING),
    ("board/*.c", ["board/types.h", "board/arena.h", "board/devicetree*.h"] + PURE),
    ("virtqueue/*", ["board/types.h", "board/barrier.h", "virtqueue/*.h"] + PURE),
    ("transport/*", ["board/types.h", "board/mmio.h", "transport/*.h"] + PURE),
    ("drivers/driver.h", ["board/types.h"] + FREESTANDING),
    ("drivers/device*", DEVICE),
    ("drivers/queue.c", DEVICE),
    ("drivers/explain.c", DEVICE),
    ("drivers/*", ["drivers/device.h", "drivers/driver.h", "drivers/~*.h"] + PURE),
    # Knows no device: it is given a function that reads.
    ("files/*", ["board/types.h", "files/*.h"] + PURE),
    ("firmware/probe.c", ["transport/mmio.h", "drivers/*.h", "board/*.h", "firmware/*", "<*>"]),
    ("firmware/*", ["drivers/*.h", "files/*.h", "board/*.h", "firmware/*", "<*>"]),
    # Model and driver must not be able to share a mistake.
    ("tests/model/*", ["board/types.h", "tests/model/*.h", "<*>"]),
    ("tests/*", ["*"]),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|(<[^>]+>)|(.+))', re.M)


def includes(source):
    """What a file includes; comments are taken out first."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", source, flags=re.S)
    return [a or b or c.strip() for a, b, c in INCLUDE.findall(code)]


def own_class(f):
    return re.split(r"[._]", pathlib.PurePosixPath(f).name)[0]


def allowed(f):
    for files, targets in RULES:
        if match(f, files):
            folder = str(pathlib.PurePosixPath(f).parent)
            return [t.replace("~", own_class(f)).replace("@", folder) for t in targets]
    return None


def match(f, pattern):
    """fnmatch whose * stops at a '/', except for a whole folder (`tests/*`, `*`)."""
    if pattern in ("*", "<*>") or pattern in ("tests/*", "firmware/*", "tests/model/*"):
        return fnmatch.fnmatchcase(f, pattern)
    return f.count("/") == pattern.count("/") and fnmatch.fnmatchcase(f, pattern)


def check_file(root, f):
    targets = allowed(f)
    if targets is None:
        return [f"{f}: no rule of the include table covers this file"]
    bad = []
    for inc in includes(tree.text(f, root)):
        beside = f.startswith("tests/") and (root / f).parent.joinpath(inc).is_file()
        if not inc.startswith("<") and not (root / inc).is_file() and not beside:
            bad.append(f'{f}: "{inc}" is not a file of ours, named from the root')
        elif not any(match(inc, t) for t in targets):
            bad.append(f"{f}: may not include {inc}")
    return bad


def check_cycles(root, files):
    graph = {f: [i for i in includes(tree.text(f, root)) if i in files] for f in files}
    done, bad = set(), []

    def visit(f, path):
        if f in path:
            bad.append("cycle: " + " -> ".join(path[path.index(f):] + [f]))
        elif f not in done:
            for i in graph[f]:
                visit(i, path + [f])
            done.add(f)

    for f in sorted(files):
        visit(f, [])
    return bad


def check(root):
    files = [f for f in tree.c_files(root)]
    bad = [c for f in files for c in check_file(root, f)]
    return bad + check_cycles(root, set(files))


GOOD = {"board/types.h": "#include <stdint.h>\n", "board/mmio.h": "", "board/board.h": "",
        "board/platform.h": "", "transport/mmio.h": '#include "board/types.h"\n',
        "virtqueue/virtqueue.h": '/* #include "transport/mmio.h" */\n',
        "board/host/host.h": "", "board/host/a.c": '#include "board/host/host.h"\n',
        "drivers/device.h": "", "drivers/console.h": "", "tests/model/model.h": "",
        "firmware/probe.c": '#include "transport/mmio.h"\n#include <stdio.h>\n'}
BAD = [("virtqueue/a.c", '#include "transport/mmio.h"'), ("virtqueue/a.c", "#include <stdio.h>"),
       ("virtqueue/a.c", '#include "board/platform.h"'),
       ("transport/a.c", '#include "virtqueue/virtqueue.h"'),
       ("transport/a.c", '#include "mmio.h"'), ("transport/a.c", "#include <stdlib.h>"),
       ("transport/a.c", "# include MMIO_HEADER"),
       ("drivers/rng.c", '#include "drivers/console.h"'),
       ("drivers/rng.c", '#include "transport/transport.h"'),
       ("drivers/device.c", '#include "transport/mmio.h"'),
       ("drivers/device.c", '#include "board/board.h"'),
       ("files/a.c", '#include "drivers/device.h"'), ("files/a.c", "#include <stdlib.h>"),
       ("board/a.c", '#include "drivers/device.h"'),
       ("board/riscv/a.c", '#include "drivers/device.h"'),
       ("board/riscv/a.c", '#include "board/host/host.h"'),
       ("firmware/main.c", '#include "transport/mmio.h"'),
       ("firmware/commands/a.c", '#include "virtqueue/virtqueue.h"'),
       ("tests/model/a.c", '#include "board/mmio.h"'),
       ("tests/model/a.c", '#include "virtqueue/virtqueue.h"'),
       ("other/a.c", ""), ("tests/a.h", '#include "tests/a.h"')]


def self_test():
    """A table that nothing can break proves nothing: plant each kind of breach."""
    complaints = []
    for planted in [None] + BAD:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            tree_files = dict(GOOD)
            if planted:
                tree_files[planted[0]] = planted[1] + "\n"
            for f, content in tree_files.items():
                (root / f).parent.mkdir(parents=True, exist_ok=True)
                (root / f).write_text(content, encoding="utf-8")
            found = check(root)
        if bool(found) != bool(planted) or (planted and not any(planted[0] in c for c in found)):
            complaints.append(f"planted {planted}: found {found}")
    tree.finish(complaints, f"layers self-test ({len(BAD)} breaches planted)")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    tree.finish(check(tree.ROOT), "include table")
