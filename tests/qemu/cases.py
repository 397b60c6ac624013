# SPDX-License-Identifier: BSD-2-Clause
"""The list of test cases. A case is a function that is given a Context; its name in
CTest is qemu.BOARD.MODE.NAME, or qemu.BOARD.NAME when the mode does not matter."""

import functools
import pathlib
import tempfile

from machine import DEADLINE, MODES, RNG, SERIAL, Machine

CASES = {}


class Context:
    """What a case needs: the board, its image, the mode, a folder of its own."""

    def __init__(self, board, image, source, mode, folder):
        self.board = board
        self.image, self.source, self.mode = pathlib.Path(image), pathlib.Path(source), mode
        self.folder = pathlib.Path(folder)

    def machine(self, devices=None, **options):
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


def names(board):
    """The names of the cases that a board runs."""
    unknown = set(board.only) - {name for _, _, name, _ in CASES.values()}
    assert not unknown, f"{board.name}: no such case: {unknown}"
    return sorted(full for full, (_, _, name, own) in CASES.items() if board.runs(name, own))


def run(board, name, image, source):
    function, mode, _, _ = CASES[name]
    with tempfile.TemporaryDirectory(prefix="picovirtio-") as folder:
        function(Context(board, image, source, mode, folder))


__all__ = ["CASES", "Context", "case", "names", "run", "DEADLINE", "RNG", "SERIAL"]
