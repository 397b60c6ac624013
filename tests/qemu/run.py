#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boot the image in QEMU and look at what it does.

    run.py --board BOARD --list          its cases, a line each: whether it runs `always` or belongs to
                                         the `rest`, its group, its name
    run.py --board BOARD --dump FILE     the tree of its machine
    run.py --board BOARD --image ELF --source ROOT [--results FOLDER] NAME...
                                         run some; a file each says what became of it, for `report`.
                                         Without a folder that is printed, and is the exit code
"""

import argparse
import pathlib
import sys
import tempfile

import cases
import cases_balloon
import cases_blk
import cases_boot
import cases_broken
import cases_classes
import cases_console
import cases_count
import cases_crypto
import cases_device
import cases_files
import cases_flash
import cases_folder
import cases_gdb
import cases_handover
import cases_hostile
import cases_input
import cases_isa
import cases_machine
import cases_memory
import cases_mutated
import cases_net
import cases_nic
import cases_other
import cases_packed
import cases_pair
import cases_panic
import cases_readme
import cases_recover
import cases_parts
import cases_plain
import cases_run
import cases_screen
import cases_scribble
import cases_scsi
import cases_shell
import cases_sound
import cases_stop
import cases_strangers
import cases_tcpip
import cases_tree
import cases_trees
import cases_uboot
import cases_virtiofs
import cases_vsock
import cases_wire
import cases_words
import cases_wraps
import group
import tree
from boards import BOARDS

MODULES = [cases_balloon, cases_blk, cases_boot, cases_broken, cases_classes, cases_console, cases_count, cases_crypto, cases_device, cases_files,
           cases_flash, cases_folder, cases_gdb, cases_handover, cases_hostile, cases_input, cases_isa, cases_machine, cases_memory, cases_mutated, cases_net, cases_nic, cases_other, cases_packed,
           cases_pair, cases_panic, cases_plain, cases_readme, cases_recover, cases_parts, cases_run, cases_screen, cases_scribble, cases_scsi, cases_shell, cases_sound, cases_stop, cases_strangers,
           cases_tcpip, cases_tree, cases_trees, cases_uboot, cases_virtiofs, cases_vsock, cases_wire, cases_words, cases_wraps]


def show(board):
    for kind, names in zip(("always", "rest"), cases.names(board, list(BOARDS).index(board.name))):
        for name in names:
            print(kind, cases.found(name)[0].group, name)


def run(board, args):
    if args.results:
        group.run(board, args.names, args.image, args.source, args.results)
        return 0
    with tempfile.TemporaryDirectory(prefix="picovirtio-") as folder:
        group.run(board, args.names, args.image, args.source, folder)
        worst = 0
        for name in args.names:
            code, said = (pathlib.Path(folder) / name).read_text(encoding="utf-8").split("\n", 1)
            print(said, end="")
            worst = max(worst, int(code), key=[0, group.SKIPPED, 1].index)
    return worst


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--board", choices=BOARDS, required=True)
    p.add_argument("--list", action="store_true")
    p.add_argument("--image")
    p.add_argument("--source")
    p.add_argument("--results")
    p.add_argument("names", nargs="*")
    p.add_argument("--dump", type=pathlib.Path)
    args = p.parse_args()
    board = BOARDS[args.board]
    if args.dump:
        tree.write(board, args.dump)
        return 0
    if args.list:
        show(board)
        return 0
    args.source, args.image = pathlib.Path(args.source).resolve(), pathlib.Path(args.image).resolve()
    return run(board.at(args.source, args.image.parent.parent), args)


if __name__ == "__main__":
    sys.exit(main())
