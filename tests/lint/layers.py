#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Who may include whom: the table of docs/architecture.md, enforced.

Each rule is (files, what they may include); the first rule whose pattern fits a file
counts. `~` in a target stands for the file's own class (drivers/console/console_port.c may include
<picovirtio/console*.h>), `@` for its own folder. Targets in <> are headers of the C library. Everything else
is an error, as is an include that is not written from the root of the repository (but a
test may name a file beside it), one of a file that does not exist, and a cycle, of files or of the
folders of firmware/.
"""

import fnmatch
import pathlib
import re
import sys
import tempfile

import tree


def public(*names):
    return [f"<picovirtio/{name}.h>" for name in names]


FREESTANDING = ["<stdint.h>", "<stddef.h>", "<stdbool.h>", "<limits.h>", "<stdarg.h>",
                "<stdalign.h>"]
PURE = FREESTANDING + ["<string.h>"]
# The only files that may include transport, queue and platform together.
DEVICE = public("types", "platform", "transport", "virtqueue", "driver", "causes", "request", "device*") + [
    "drivers/device/*.h"] + PURE
BOARD = public("types", "platform", "barrier", "io", "board", "devicetree", "arena", "bounce")
VIRTQUEUE = public("virtqueue", "split", "split_desc", "packed")
TRANSPORT = public("transport", "mmio")
FILES = ("disk", "files", "part", "cache")
LIBC = PURE + ["<errno.h>", "<inttypes.h>", "<stdio.h>", "<stdlib.h>"]
PUBLIC = BOARD + public("device", "driver", "recover", "loop", "probe", "console", "console_state", "blk", "net",
                        "rng", "input", "gpu", "p9", "fs", "balloon", "crypto", "vsock", "scsi", "sound", "output", "port", "terminal", "utf8", *FILES) + LIBC


def folders(*names):
    """What a folder of firmware/ may include: public headers, and those of these folders."""
    return PUBLIC + [f"firmware/{name}.h" for name in names]


NETWORK = folders("network/*", "devices/*", "words/*", "image")
COMMANDS = folders("image", "commands/*", "console/*", "devices/*", "disks/*", "input/*", "network/*", "screen/*", "vsock/*", "words/*", "sound/*")
LWIP = ["firmware/network/lwip/*.h", "<*>"]

RULES = [
    # What the board provides to the image. No library file may include it (below).
    ("board/include/picovirtio/board.h", public("types", "devicetree", "platform", "arena")
     + FREESTANDING),
    ("board/include/picovirtio/bounce.h", public("types", "platform") + PURE),
    ("board/include/picovirtio/*.h", public("types") + FREESTANDING),
    ("board/devicetree_private.h", public("devicetree") + FREESTANDING),
    ("board/*/*", BOARD + ["board/common/*.h", "@/*.h", "<*>"]),
    ("board/bounce.c", public("types", "platform", "bounce") + PURE),
    ("board/*.c", public("types", "arena", "devicetree") + ["board/devicetree_private.h"] + PURE),
    ("virtqueue/*", public("types", "barrier") + VIRTQUEUE + ["virtqueue/*.h"] + PURE),
    ("virtqueue/include/picovirtio/*", public("types") + VIRTQUEUE + FREESTANDING),
    ("transport/*", public("types", "io") + TRANSPORT + ["transport/*.h"] + PURE),
    ("transport/include/picovirtio/*", public("types") + TRANSPORT + FREESTANDING),
    ("drivers/include/picovirtio/driver.h", public("types") + FREESTANDING),
    ("drivers/include/picovirtio/causes.h", public("types") + FREESTANDING),
    ("drivers/include/picovirtio/request.h", public("types", "virtqueue") + FREESTANDING),
    ("drivers/include/picovirtio/device*", DEVICE),
    ("drivers/include/picovirtio/probe.h", public("device", "devicetree", "mmio")),
    ("drivers/include/picovirtio/*", public("device", "driver", "~*") + PURE),
    ("drivers/wait.h", public("platform") + FREESTANDING),
    ("drivers/message.h", public("types") + PURE),
    ("drivers/fs/fs_message.c", ["@/*.h", "drivers/message.h"]),
    ("drivers/p9/p9_message.c", ["@/*.h", "drivers/message.h"]),
    ("drivers/device/*", DEVICE + ["drivers/wait.h"]),
    ("drivers/probe.c", public("probe", "driver") + PURE),
    ("drivers/loop.c", public("device", "loop") + ["drivers/wait.h"] + PURE),
    ("drivers/blk/blk_wait.c", public("loop") + ["@/*.h"]),
    ("drivers/recover.c", public("device", "driver", "recover") + PURE),
    ("drivers/*/*", public("device", "driver", "~*") + ["@/*.h"] + PURE),
    # Knows no device: the application passes it a function that reads.
    ("files/*", public("types", *FILES) + ["files/*.h"] + PURE),
    ("files/include/picovirtio/*", public("types", *FILES) + FREESTANDING),
    # Between the C library and the board.
    ("stdio/include/picovirtio/app.h", public("loop", "probe", "terminal") + FREESTANDING),
    ("stdio/app.c", public("app", "board") + FREESTANDING),
    ("stdio/include/picovirtio/*", public("types", "loop", "output", "port", "utf8", "device") + FREESTANDING),
    ("stdio/*", public("types", "board", "loop", "console", "output", "port", "terminal", "utf8") +
     ["stdio/*.h", "<*>"]),
    ("firmware/words/*", folders("words/*")),
    ("firmware/devices/*", folders("devices/*", "words/*", "image")),
    ("firmware/console/*", folders("console/*", "devices/*", "words/*", "image")),
    ("firmware/disks/*", folders("disks/*", "devices/*", "words/*", "image")),
    ("firmware/sound/*", folders("sound/*", "devices/*", "words/*")),
    ("firmware/screen/*", folders("screen/*", "devices/*", "image")),
    ("firmware/balloon/*", folders("devices/*", "words/*", "image")),
    ("firmware/vsock/*", folders("vsock/*", "devices/*", "console/ports", "console/number", "image")),
    ("firmware/input/*", folders("input/*", "devices/*", "image")),
    ("firmware/network/*", NETWORK),
    ("firmware/network/lwip/*", NETWORK + LWIP),
    ("firmware/network/lwip/port/*", FREESTANDING + ["firmware/network/lwip/port/*.h", "<*>"]),
    ("firmware/network/lwip/port/arch/*", ["<*>"]),
    ("firmware/selftest/*", folders("console/*", "devices/wait", "devices/probe", "network/*", "vsock/*", "words/*")),
] + [(f"firmware/commands/{f}.*", COMMANDS + LWIP) for f in (
    "date", "dhcp", "get", "iperf", "serve", "tftp", "fetched")] + [
    ("firmware/commands/*", COMMANDS),
    # main() and what an image is made of: no folder that an option leaves out.
    ("firmware/*", folders("console/*", "devices/*", "words/*", "image")),
    # Programs of users: public headers, and headers in the same folder.
    ("examples/*/*", ["<picovirtio/*>", "<*>", "*.h"]),
    # Model and driver share no code, so they cannot share a mistake.
    ("tests/model/*", public("types") + ["tests/model/*.h", "<*>"]),
    ("tests/*", ["*"]),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|(<[^>]+>)|(.+))', re.M)


def includes(source):
    """The includes of a file, without those in comments."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", source, flags=re.S)
    return [a or b or c.strip() for a, b, c in INCLUDE.findall(code)]


def file_of(inc, files):
    """The file that an include means, as a path from the root."""
    if not inc.startswith("<picovirtio/"):
        return inc
    return next((f for f in files if tree.public_name(f) == inc[1:-1]), None)


def own_class(f):
    return re.split(r"[._]", pathlib.PurePosixPath(f).name)[0]


def allowed(f):
    for files, targets in RULES:
        if match(f, files):
            folder = str(pathlib.PurePosixPath(f).parent)
            return [t.replace("~", own_class(f)).replace("@", folder) for t in targets]
    return None


def match(f, pattern):
    """fnmatch whose * stops at a '/', except for a whole folder (`tests/*`, `*`). `<*>` is what is
    not ours."""
    if pattern == "<*>":
        return f.startswith("<") and not f.startswith("<picovirtio/")
    if pattern in ("*", "<picovirtio/*>") or pattern in ("tests/*", "tests/model/*"):
        return fnmatch.fnmatchcase(f, pattern)
    return f.count("/") == pattern.count("/") and fnmatch.fnmatchcase(f, pattern)


def check_file(root, f, files):
    targets = allowed(f)
    if targets is None:
        return [f"{f}: no rule of the include table covers this file"]
    bad = []
    for inc in includes(tree.text(f, root)):
        beside = f.startswith(("tests/", "examples/")) and (root / f).parent.joinpath(inc).is_file()
        if tree.public_name(inc):
            bad.append(f"{f}: a public header is spelled <{tree.public_name(inc)}>")
        elif not inc.startswith("<") and not (root / inc).is_file() and not beside:
            bad.append(f'{f}: "{inc}" is not a file of ours, named from the root')
        elif file_of(inc, files) is None:
            bad.append(f"{f}: no module has a header {inc}")
        elif not any(match(inc, t) for t in targets):
            bad.append(f"{f}: may not include {inc}")
    return bad


def check_cycles(root, files):
    graph = {f: [i for i in (file_of(i, files) for i in includes(tree.text(f, root)))
                 if i in files] for f in files}
    return tree.circles(graph, "cycle") + tree.circles(tree.folders(graph), "folders in a cycle")


def check(root):
    files = [f for f in tree.c_files(root)]
    bad = [c for f in files for c in check_file(root, f, files)]
    return bad + check_cycles(root, set(files))


API = "include/picovirtio"
GOOD = {f"board/{API}/types.h": "#include <stdint.h>\n", f"board/{API}/io.h": "",
        f"board/{API}/board.h": "", f"board/{API}/platform.h": "",
        f"transport/{API}/mmio.h": "#include <picovirtio/types.h>\n",
        f"transport/{API}/transport.h": "",
        f"virtqueue/{API}/virtqueue.h": "/* #include <picovirtio/mmio.h> */\n",
        "board/host/host.h": "", "board/host/a.c": '#include "board/host/host.h"\n',
        f"drivers/{API}/device.h": "", f"drivers/{API}/console.h": "", "tests/model/model.h": "",
        "drivers/probe.c": "#include <picovirtio/probe.h>\n",
        f"drivers/{API}/probe.h": "#include <picovirtio/mmio.h>\n",
        "firmware/network/net.h": "", "firmware/commands/get.c": "#include <lwip/tcp.h>\n",
        "firmware/commands/verb.h": "", "firmware/commands/verb.c": '#include "firmware/console/line.h"\n',
        "firmware/console/line.h": "",
        "firmware/devices/probe.c": "#include <picovirtio/probe.h>\n#include <stdio.h>\n"}
BAD = [("virtqueue/a.c", "#include <picovirtio/mmio.h>"), ("virtqueue/a.c", "#include <stdio.h>"),
       ("virtqueue/a.c", "#include <picovirtio/platform.h>"),
       ("virtqueue/a.c", f'#include "virtqueue/{API}/virtqueue.h"'),
       ("virtqueue/a.c", "#include <picovirtio/no_such.h>"),
       ("transport/a.c", "#include <picovirtio/virtqueue.h>"),
       ("transport/a.c", '#include "mmio.h"'), ("transport/a.c", "#include <stdlib.h>"),
       ("transport/a.c", "# include MMIO_HEADER"),
       ("drivers/rng/rng.c", "#include <picovirtio/console.h>"),
       ("drivers/rng/rng.c", "#include <picovirtio/transport.h>"),
       ("drivers/device/life.c", "#include <picovirtio/mmio.h>"),
       ("drivers/device/fail.c", "#include <picovirtio/board.h>"),
       ("files/a.c", "#include <picovirtio/device.h>"), ("files/a.c", "#include <stdlib.h>"),
       ("board/a.c", "#include <picovirtio/device.h>"),
       ("board/riscv/a.c", "#include <picovirtio/device.h>"),
       ("board/riscv/a.c", '#include "board/host/host.h"'),
       ("firmware/main.c", "#include <picovirtio/mmio.h>"),
       ("firmware/main.c", '#include "firmware/network/net.h"'),
       ("firmware/console/a.c", '#include "firmware/network/net.h"'),
       ("firmware/console/a.c", '#include "firmware/commands/verb.h"'),
       ("firmware/commands/a.c", "#include <lwip/tcp.h>"),
       ("firmware/commands/a.c", "#include <picovirtio/virtqueue.h>"),
       ("tests/model/a.c", "#include <picovirtio/io.h>"),
       ("tests/model/a.c", "#include <picovirtio/virtqueue.h>"),
       ("other/a.c", ""), ("tests/a.h", '#include "tests/a.h"')]


def self_test():
    """Plant each kind of breach, to show that the table can fail."""
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
