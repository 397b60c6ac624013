#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Build a target of this folder with clang's libFuzzer, and run it over its corpus.

    fuzz.py CLANG SOURCE TARGET RUNS
    fuzz.py CLANG SOURCE TARGET RUNS KEEP    leaves program, corpus and findings in the folder KEEP
"""

import pathlib
import shutil
import sys
import tempfile

import libfuzzer

LONGEST = 4096
INCLUDE = (".", "board/include", "virtqueue/include", "transport/include", "drivers/include", "files/include",
           "stdio/include")
VIRTQUEUE = ("virtqueue/virtqueue.c", "virtqueue/split.c", "virtqueue/packed.c")
MODEL = ("tests/host_platform.c", "tests/model/*.c", "board/host/host.c", "board/bounce.c", "board/arena.c")
DEVICES = ("drivers/*.c", "drivers/*/*.c", "transport/*.c", "board/devicetree*.c", *VIRTQUEUE, *MODEL)
# For each target its sources, and what else the compiler is told.
TARGETS = {
    "rings": ((*VIRTQUEUE, *MODEL, "tests/random/traffic.c", "tests/random/hostile.c"),
              ("-include", "tests/fuzz/loads.h")),
    "control": (("tests/unit/device_rig.c", *DEVICES), ()),
    "line": (("tests/unit/line_rig.c", "tests/unit/screen_rig.c", "firmware/console/line.c", "firmware/console/row.c",
              "firmware/console/keys.c", "stdio/utf8.c"), ()),
    "terminal": (("tests/unit/terminal_rig.c", "stdio/terminal.c", "stdio/port.c", "stdio/output.c", "stdio/utf8.c",
                  "drivers/loop.c", "firmware/devices/trace.c"), ()),
    "devicetree": (("tests/unit/devicetree_agree.c", "tests/unit/devicetree_reference.c", "tests/unit/devicetree_blob.c",
                    "board/devicetree_*.c"), ("-DDEVICETREE_TREES=\"\"",)),
    "devices": (("tests/fuzz/devices_work.c", *DEVICES), ()),
}


def main(clang, source, target, runs, keep=None):
    source = pathlib.Path(source)
    patterns, options = TARGETS[target]
    files = [f for p in (f"tests/fuzz/{target}.c", *patterns) for f in sorted(source.glob(p))]
    with tempfile.TemporaryDirectory(prefix="picovirtio-") as folder:
        folder = pathlib.Path(keep or folder)
        program, corpus = folder / "fuzz", folder / "corpus"
        shutil.copytree(source / "tests/fuzz/corpus" / target, corpus, dirs_exist_ok=True)
        libfuzzer.build(clang, program, INCLUDE, files,
                        ["-D_POSIX_C_SOURCE=200809L", *options, "-lcmocka", "-lfdt"], source)
        libfuzzer.run(program, corpus, folder, runs, LONGEST, "-detect_leaks=1")


if __name__ == "__main__":
    main(*sys.argv[1:])
