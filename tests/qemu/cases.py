# SPDX-License-Identifier: BSD-2-Clause
"""The list of test cases. A case is a function that is given a Context; its name in
CTest is qemu.BOARD.MODE.NAME, or qemu.BOARD.NAME when the mode does not matter; with
matrix.WAY. in front of the mode in the ways of matrix.py."""

import functools
import pathlib
import re
import subprocess
import tempfile
import typing

import matrix
from machine import DEADLINE, MODES, RNG, SERIAL, Machine, Skip

CASES = {}


class Case(typing.NamedTuple):
    function: typing.Callable
    mode: str
    name: str
    boards: tuple         # whose own case it is
    group: str            # the cases of a group are run in one process
    shared: bool = False  # on a machine that others use before and after it
    way: str = ""         # of matrix.py


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

    def needs(self, device, option):
        """Skip the case if QEMU's device has no such option."""
        known = subprocess.run([self.board.qemu, "-machine", self.board.machine, "-device",
                                f"{device},help"], check=True, capture_output=True, text=True).stdout
        if f"  {option}=" not in known:
            raise Skip(f"the {device} of this QEMU has no option {option}")

    def machine(self, devices=None, **options):
        if self.packed:
            devices = matrix.PACKED + (SERIAL + RNG if devices is None else devices)
        if self.flash and "boot" not in options:
            options["boot"] = self.flash_drive()
        return Machine(self.board, self.image, self.mode, devices, **options)

    def booted(self, devices=None, **options):
        """A machine at its first prompt."""
        m = self.machine(devices, **options)
        m.packed = self.packed
        try:
            m.banner = m.prompt()
        except BaseException:
            m.__exit__()
            raise
        return m


def group_of(function, name):
    """The group of a case: cases that build share a lock, and the others are grouped by file."""
    if name.startswith("run.") or name == "flash.target":
        return "run"
    return name if "soak" in name else function.__module__.removeprefix("cases_")


def case(name, modes=tuple(MODES), boards=(), shared=False, way="", **parameters):
    """Register a function under `name`, once for each mode. `boards` are the boards to which the case
    belongs. `parameters` are passed on. A `shared` case needs no machine of its own: the function
    gets a machine at its prompt, and leaves it as it was."""

    def register(function):
        group = "shared" if shared else group_of(function, name)
        for mode in modes or ("",):
            full = f"{mode}.{name}" if mode else name
            assert full not in CASES, full
            CASES[full] = Case(functools.partial(function, **parameters), mode or "legacy", name, boards,
                               group, shared, way)
        return function

    return register


def own_names(board):
    """The names of the cases that boards.py gives to a board."""
    unknown = set(board.only) - {c.name for c in CASES.values()}
    assert not unknown, f"{board.name}: no such case: {unknown}"
    return sorted(full for full, c in CASES.items() if board.runs(c.name, c.boards))


def names(board, number):
    """What a board always runs, and what it runs only if its label is named. `number` is the number
    of the board, which shifts the choice of matrix.py."""
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


def found(full):
    """A case by its name in CTest, and the way to run it."""
    parts = re.fullmatch(r"matrix\.(\w+)\.(.*)", full)
    way, full = parts.groups() if parts else (CASES[full].way, full)
    return CASES[full], way


def boot_of(full):
    """Cases with the same word share a boot; "": a machine of its own."""
    c, way = found(full)
    return f"{way or 'elf'} {c.mode}" if c.shared else ""


def state(m):
    """What a shared case must leave as it was: memory, devices and their queues."""
    queues = [line.split() for line in m.run("queues").split("\n") if line.startswith("virtio-")]
    return m.run("mem"), m.run("devices"), [q[:3] + q[-3:] for q in queues]


class Runner:
    """Runs cases one after the other. A shared boot ends with the last of its cases, or when one
    fails."""

    def __init__(self, board, image, source):
        self.paths, self.board = (image, source), board
        self.folder = self.machine = self.before = None

    def context(self, c, way, folder):
        return Context(self.board, *self.paths, c.mode, folder, way)

    def run(self, full):
        c, way = found(full)
        if c.shared:
            self.run_shared(c, way)
            return
        with tempfile.TemporaryDirectory(prefix="picovirtio-") as folder:
            c.function(self.context(c, way, folder))

    def run_shared(self, c, way):
        if self.machine is None:
            self.folder = tempfile.TemporaryDirectory(prefix="picovirtio-")
            self.machine = self.context(c, way, self.folder.name).booted()
            self.before = state(self.machine)
        try:
            c.function(self.machine)
            after = state(self.machine)
            self.machine.check(after == self.before,
                               f"the machine is not left as it was: {self.before}, now {after}")
        except BaseException:
            self.drop()
            raise

    def drop(self):
        self.machine.__exit__()
        self.machine = None
        self.folder.cleanup()

    def end(self):
        """The machine must also end correctly."""
        if self.machine is not None:
            try:
                self.machine.poweroff()
            finally:
                self.drop()


__all__ = ["CASES", "Context", "Runner", "boot_of", "case", "found", "names", "DEADLINE", "RNG", "SERIAL"]
