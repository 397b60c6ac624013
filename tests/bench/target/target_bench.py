#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""target_bench.py --compiler NAME-VERSION [--update] BOARD IMAGE

Boots the image with one device of each class, on a CPU that QEMU makes count its instructions,
and compares the figures that the image prints with BOARD.tsv beside this file (tests/bench/count.py
compares them)."""

import argparse
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "qemu")]

import boards  # noqa: E402
import count  # noqa: E402
from machine import Machine  # noqa: E402

DEVICES = ["-drive", "if=none,id=d0,driver=null-co,size=1048576,read-zeroes=on",
           "-device", "virtio-blk-device,drive=d0",
           "-netdev", "user,id=n0,restrict=on", "-device", "virtio-net-device,netdev=n0",
           "-object", "rng-builtin,id=r0", "-device", "virtio-rng-device,rng=r0",
           "-device", "virtio-serial-device", "-device", "virtconsole,chardev=null",
           "-chardev", "null,id=null"]
LINE = re.compile(rb"instructions (\d+) ([^=]+?) = (\d+)\r?\n")


def measure(board, image):
    with Machine(board, image, "modern", DEVICES, extra=("-icount", "shift=0")) as m:
        text = m.expect(rb"(?s).*^(end|failed)\r?\n", m.early).group(0)
        code = m.exit_code()
        m.check(code == 0, f"exit code {code}")
    for units, name, n in LINE.findall(text):
        yield False, name.decode(), int(n) / int(units)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("board")
    parser.add_argument("image")
    args = parser.parse_args()
    figures = list(measure(boards.BOARDS[args.board], args.image))
    return count.compare(HERE / f"{args.board}.tsv", args.compiler, figures, args.update,
                         f"cmake --build build/{args.board} --target bench-table")


if __name__ == "__main__":
    sys.exit(main())
