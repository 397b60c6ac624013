# SPDX-License-Identifier: BSD-2-Clause
"""The list of test cases. A case is a function that is given a Context; its name in
CTest is qemu.MODE.NAME, or qemu.NAME when the mode does not matter."""

import functools
import pathlib
import tempfile

from machine import DEADLINE, MODES, RNG, SERIAL, Machine

CASES = {}


class Context:
    """What a case needs: the image, the mode, a folder of its own."""

    def __init__(self, image, source, mode, folder):
        self.image, self.source, self.mode = pathlib.Path(image), pathlib.Path(source), mode
        self.folder = pathlib.Path(folder)

    def machine(self, devices=None, **options):
        return Machine(self.image, self.mode, devices, **options)

    def booted(self, devices=None, **options):
        """A machine at its first prompt."""
        m = self.machine(devices, **options)
        try:
            m.banner = m.prompt()
        except BaseException:
            m.__exit__()
            raise
        return m


def case(name, modes=tuple(MODES), **parameters):
    """Register a function under `name`, once for each mode. `parameters` are passed on."""

    def register(function):
        for mode in modes or ("",):
            full = f"{mode}.{name}" if mode else name
            assert full not in CASES, full
            CASES[full] = (functools.partial(function, **parameters), mode or "legacy")
        return function

    return register


def run(name, image, source):
    function, mode = CASES[name]
    with tempfile.TemporaryDirectory(prefix="picovirtio-") as folder:
        function(Context(image, source, mode, folder))


__all__ = ["CASES", "Context", "case", "run", "DEADLINE", "RNG", "SERIAL"]
