# SPDX-License-Identifier: BSD-2-Clause
"""Devicetrees: QEMU's own, edited as text, and handed to QEMU or to the image."""

import re
import subprocess


def write(board, path, extra=()):
    """The tree that QEMU generates, as a blob."""
    subprocess.run([board.qemu, "-machine", f"{board.machine},dumpdtb={path}", *board.arguments,
                    "-m", "128M", "-display", "none", *extra], check=True, capture_output=True)
    return path


def dump(c, extra=()):
    return write(c.board, c.folder / "virt.dtb", extra)


def decompile(path):
    return subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts", str(path)], check=True,
                          capture_output=True, text=True).stdout


def compile_tree(c, source, name="edited"):
    dts, dtb = c.folder / f"{name}.dts", c.folder / f"{name}.dtb"
    dts.write_text(source, encoding="utf-8")
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", str(dtb), str(dts)], check=True)
    return dtb


def replace(source, pattern, new, count=1):
    """As re.sub, but the text must be there `count` times."""
    out, n = re.subn(pattern, new, source, flags=re.S)
    assert n == count, f"{pattern!r} fits {n} times"
    return out


VIRTIO = r"\n\t*virtio_mmio@1000[1-8]000 \{[^}]*\};"


def virtio_node(source, address):
    """The text of one node."""
    return re.search(rf"virtio_mmio@{address:x} \{{[^}}]*\}};", source).group(0)


def fetch(c, debugger):
    """The tree that OpenSBI hands over, which it has changed, as fetched.dtb."""
    at = debugger.register(debugger.A1)
    size = int.from_bytes(debugger.read(at + 4, 4), "big")
    (c.folder / "fetched.dtb").write_bytes(debugger.read(at, size))
