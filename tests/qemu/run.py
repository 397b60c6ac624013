#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boot the image in QEMU and look at what it does.

    run.py --board BOARD --list                            the names of its cases: those
    run.py --board BOARD --list-rest                       that run always, and the others
    run.py --board BOARD --dump FILE                       the tree of its machine
    run.py --board BOARD --image ELF --source ROOT NAME    run one
"""

import argparse
import pathlib
import sys

import cases
import cases_blk
import cases_boot
import cases_console
import cases_device
import cases_files
import cases_flash
import cases_handover
import cases_machine
import cases_net
import cases_nic
import cases_other
import cases_packed
import cases_pair
import cases_panic
import cases_readme
import cases_recover
import cases_run
import cases_shell
import cases_tcpip
import cases_tree
import cases_trees
import cases_wire
import tree
from boards import BOARDS
from machine import Failure, Skip

SKIPPED = 77  # as CMakeLists.txt has it
MODULES = [cases_blk, cases_boot, cases_console, cases_device, cases_files, cases_flash,
           cases_handover, cases_machine, cases_net, cases_nic, cases_other, cases_packed,
           cases_pair, cases_panic, cases_readme, cases_recover, cases_run, cases_shell,
           cases_tcpip, cases_tree, cases_trees, cases_wire]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--board", choices=BOARDS, required=True)
    p.add_argument("--list", action="store_true")
    p.add_argument("--list-rest", action="store_true")
    p.add_argument("--image")
    p.add_argument("--source")
    p.add_argument("names", nargs="*")
    p.add_argument("--dump", type=pathlib.Path)
    args = p.parse_args()
    board = BOARDS[args.board]
    if args.dump:
        tree.write(board, args.dump)
        return 0
    if args.list or args.list_rest:
        always, rest = cases.names(board, list(BOARDS).index(board.name))
        print("\n".join(always if args.list else rest))
        return 0
    board = board.at(pathlib.Path(args.source).resolve(),
                     pathlib.Path(args.image).resolve().parent.parent)
    for name in args.names:
        try:
            cases.run(board, name, args.image, args.source)
        except Failure as e:
            print(f"{name}: {e}")
            return 1
        except Skip as e:
            print(f"{name}: not run: {e}")
            return SKIPPED
        print(f"{name}: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
