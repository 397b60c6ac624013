# SPDX-License-Identifier: BSD-2-Clause
"""Devicetrees: QEMU's own, edited as text, and handed to QEMU or to the image."""

import re
import subprocess


def write(board, path, extra=()):
    """The tree that QEMU generates, as a blob."""
    # The firmware below the image may not be known or built yet, and is not in the tree.
    arguments = ["none" if "{bios}" in a else a for a in board.arguments]
    subprocess.run([board.qemu, "-machine", f"{board.machine},dumpdtb={path}", *arguments,
                    "-m", "128M", "-display", "none", *extra], check=True, capture_output=True)
    return path


def below_is_sbi(board):
    """Firmware below the image has a console, a clock and a way to power off."""
    return "riscv" in board.qemu and "none" not in board.arguments


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
    """As re.sub, but the text must occur `count` times."""
    out, n = re.subn(pattern, new, source, flags=re.S)
    assert n == count, f"{pattern!r} fits {n} times"
    return out


def virtio_node(source, address):
    """The text of one node."""
    return re.search(rf"virtio_mmio@{address:x} \{{[^}}]*\}};", source).group(0)


def fetch(c, debugger):
    """The tree that is handed over, as fetched.dtb: OpenSBI has changed QEMU's. On ARM QEMU puts it
    at the start of RAM."""
    at = c.board.ram
    if c.board.handed_name == "a1":
        at = debugger.register(c.board.handed, c.board.digits)
    size = int.from_bytes(debugger.read(at + 4, 4), "big")
    (c.folder / "fetched.dtb").write_bytes(debugger.read(at, size))


class Node:
    """A node of a tree as dtc writes it: properties by name, as text; children in order."""

    def __init__(self, name):
        self.name, self.properties, self.children = name, {}, []

    def text(self):
        inside = [f"{k} = {v};" if v else f"{k};" for k, v in self.properties.items()]
        inside += [c.text() for c in self.children]
        return f"{self.name} {{\n" + "\n".join(inside) + "\n};"

    def all(self):
        yield self
        for c in self.children:
            yield from c.all()

    def compatible(self, what):
        # dtc writes a list of strings as "a\0b" up to version 1.6 and as "a", "b" from 1.7.
        return what in re.split(r'\\0|", "', self.properties.get("compatible", "")[1:-1])

    def remove(self, unwanted):
        """Take out all nodes below for which unwanted(node); at least one."""
        count = len(list(self.all()))
        for n in list(self.all()):
            n.children = [c for c in n.children if not unwanted(c)]
        assert count > len(list(self.all())), "no such node"

    def cells(self, name):
        return [int(c, 16) for c in self.properties[name].strip("<>").split()]

    def set_cells(self, name, cells):
        self.properties[name] = "<" + " ".join(f"{c:#x}" for c in cells) + ">"


def parse(source):
    """The root of a tree from decompile()."""
    open_nodes, root = [], None
    for line in source.split("\n"):
        line = line.strip()
        if line.endswith("{"):
            n = Node(line[:-1].strip())
            if open_nodes:
                open_nodes[-1].children.append(n)
            root = root or n
            open_nodes.append(n)
        elif line == "};":
            open_nodes.pop()
        elif line.endswith(";") and open_nodes:
            name, _, value = line[:-1].partition(" = ")
            open_nodes[-1].properties[name] = value
    return root


def unparse(c, root, name="edited"):
    return compile_tree(c, "/dts-v1/;\n" + root.text(), name)
