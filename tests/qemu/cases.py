# SPDX-License-Identifier: BSD-2-Clause
"""The list of test cases. A case is a function that is given a Context; its name in
CTest is qemu.BOARD.MODE.NAME, or qemu.BOARD.NAME when the mode does not matter; with
matrix.WAY. in front of the mode in the ways of matrix.py."""

import functools
import pathlib
import re
import tempfile

import matrix
from machine import DEADLINE, MODES, RNG, SERIAL, Machine

CASES = {}


class Context:
    """What a case needs: the board, its image, the mode, a folder of its own. `way` is one of
    matrix.py, or "": from an ELF file, with the rings that QEMU offers by itself."""

    def __init__(self, board, image, source, mode, folder, way=""):
        self.board = board
        self.image, self.source, self.mode = pathlib.Path(image), pathlib.Path(source), mode
        self.folder = pathlib.Path(folder)
        self.packed, self.flash = "packed" in way, "flash" in way

    def flash_drive(self):
        return matrix.flash_drive(self.board, self.image, self.source)

    def machine(self, devices=None, **options):
        if self.packed:
            devices = matrix.PACKED + (SERIAL + RNG if devices is None else devices)
        if self.flash and "boot" not in options:
            options["boot"] = self.flash_drive()
        return Machine(self.board, self.image, self.mode, devices, **options)

    def booted(self, devices=None, **options):
        """A machine at its first prompt."""
        m = self.machine(devices, **options)
        try:
            m.banner = m.prompt()
        except BaseException:
            m.__exit__()
            raise
        return m


def case(name, modes=tuple(MODES), boards=(), **parameters):
    """Register a function under `name`, once for each mode. `boards` are those whose own
    case it is. `parameters` are passed on."""

    def register(function):
        for mode in modes or ("",):
            full = f"{mode}.{name}" if mode else name
            assert full not in CASES, full
            CASES[full] = (functools.partial(function, **parameters), mode or "legacy", name, boards)
        return function

    return register


def own_names(board):
    """The names of the cases that boards.py gives to a board."""
    unknown = set(board.only) - {name for _, _, name, _ in CASES.values()}
    assert not unknown, f"{board.name}: no such case: {unknown}"
    return sorted(full for full, (_, _, name, own) in CASES.items() if board.runs(name, own))


def names(board, number):
    """What a board runs always, and what it runs when it is asked for by its label; `number`
    is which of the boards it is, and shifts the choice of matrix.py from board to board."""
    own, spread, rest = own_names(board), [], []
    for i, name in enumerate(matrix.CASES):
        modes = [mode for mode in MODES if f"{mode}.{name}" in CASES]
        assert modes, f"no such case: {name}"
        ways = matrix.ways_of(name, modes)
        for n, (way, mode) in enumerate(ways):
            full = f"{mode}.{name}"
            if way == "elf" and full in own:
                continue
            chosen = n == (number + i) % len(ways)
            (spread if chosen else rest).append(f"matrix.{way}.{full}")
    return own + spread, rest


def run(board, full, image, source):
    found = re.fullmatch(r"matrix\.(\w+)\.(.*)", full)
    way, full = found.groups() if found else ("", full)
    function, mode, _, _ = CASES[full]
    with tempfile.TemporaryDirectory(prefix="picovirtio-") as folder:
        function(Context(board, image, source, mode, folder, way))


__all__ = ["CASES", "Context", "case", "names", "run", "DEADLINE", "RNG", "SERIAL"]
