# SPDX-License-Identifier: BSD-2-Clause
"""Cases that run once more with disk and network on packed rings."""

from cases import CASES, Context


class OverPacked(Context):
    """The same with disk and network on packed rings."""

    GLOBALS = [a for d in ("blk", "net") for a in ("-global", f"virtio-{d}-device.packed=on")]

    def __init__(self, c):
        super().__init__(c.board, c.image, c.source, c.mode, c.folder)

    def machine(self, devices=None, extra=(), **options):
        return super().machine(devices, extra=[*extra, *self.GLOBALS], **options)

    def booted(self, devices=None, **options):
        m = super().booted(devices, **options)
        try:
            m.check("RING_PACKED" in m.run("devices"), "the rings are not packed")
        except BaseException:
            m.__exit__()
            raise
        return m


def packed_too(*which):
    """The modern form of these cases once more, over packed rings."""
    for name in which:
        c = CASES[f"modern.{name}"]
        full = f"modern.packed.{name}"
        assert full not in CASES, full
        CASES[full] = c._replace(function=lambda c, f=c.function: f(OverPacked(c)), name=f"packed.{name}")
