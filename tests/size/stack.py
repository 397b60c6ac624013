#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The stack that each public function of the library needs at most, with all that it calls:
stack.py [--update] TABLE COMPILER FLAG..., or --self-test.

gcc writes what each function takes and whom it calls (-fcallgraph-info=su). A call through a
pointer is one through a member of a structure: it may reach each function that a source of the
same module, or of one below it, puts into a member of that name. Device classes do not know each
other (tests/lint/layers.py), so one class does not reach what another puts there. What the program's own functions
take is not counted: its platform, its callbacks, the function that reads its disk. The frame of a function
that ends with a call is gone by then (the assembler's `tail`), so it counts beside the call, not with it. A circle of calls
is an error, and so is a frame whose size is not constant.

The table belongs to a compiler. It has a row for the function of each module that needs most, and one
for each function that a program calls for each request (REQUEST).
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

import size

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = ("board", "virtqueue", "transport", "drivers", "files")

# The modules whose operations a module calls through pointers, besides its own.
BELOW = {"drivers": ["transport"]}
# Calls through pointers that reach the program: functions that make one, and members.
PROGRAM_FROM = {"board/bounce.c": {"ring_memory", "memory", "now", "idle"}, "drivers/loop.c": {"vio_loop_wait"},
                "drivers/net/net_send.c": {"vio_net_sent"},
                "files/cache.c": {"vio_files_turn", "vio_files_block_start", "vio_files_block_wait"},
                "files/disk.c": {"vio_files_get"}}
PROGRAM = {"ring_memory", "memory", "map", "unmap", "now", "idle", "note", "service", "work", "service_device",
           "refused", "guard", "changed", "step", "target", "create", "write", "finish", "take", "give", "stats", "accept"}

HEAD = """# Bytes of stack that a call needs at most; written and compared by tests/size/stack.py.
# SPDX-License-Identifier: BSD-2-Clause
"""
AGAIN = "\nIf the change is meant: cmake --build --preset riscv64 --target size-table"
MARGIN = 32
# The functions that a program calls for each request, and the largest functions of the rings.
REQUEST = ("vio_queue_request", "vio_device_poll", "vio_device_interrupt", "vio_blk_submit",
           "vio_console_write", "vio_console_read", "vio_net_send", "vio_net_receive", "vio_rng_read",
           "split_submit_in_order", "packed_submit_in_order", "split_indirect_in_order", "packed_indirect_in_order",
           "split_reap_in_order", "packed_reap_in_order", "split_publish", "packed_publish")

NODE = re.compile(r'^node: \{ title: "([^"]+)" label: "[^"]*?\\n([^":]+):\d+:\d+(?:\\n(\d+) bytes \((\w+))?',
                  re.M)
EDGE = re.compile(r'^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"(?: label: "([^"]+):(\d+):(\d+)")?', re.M)


def sources(root):
    lines = (root / "cmake" / "sources.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.endswith(".c")]


def compiled(cc, root, folder):
    """The call graph and the assembler text of each source."""
    flags = [f"-I{root}"] + [f"-I{root}/{m}/include" for m in MODULES]
    for i, f in enumerate(sources(root)):
        out = folder / f"{i}.s"
        subprocess.run(cc + flags + ["-fcallgraph-info=su", "-S", str(root / f), "-o", str(out)], check=True)
        yield out.with_suffix(".ci").read_text(encoding="utf-8"), out.read_text(encoding="utf-8")


INDIRECT = "__indirect_call"


def real_calls(assembler):
    """{function: what it calls while its frame is there}, INDIRECT for what is called through a register"""
    found, calls = {}, set()
    for line in assembler.splitlines():
        if label := re.match(r"([A-Za-z_][\w.]*):", line):
            calls = found.setdefault(label[1], set())
        elif call := re.match(r"\s(call|jal|jalr)\s+(?:ra,)?(\w[\w.]*)", line):
            calls.add(INDIRECT if call[1] == "jalr" else call[2])
    return found


def assigned(texts):
    """{(module, member): the functions that are put into it, each with its file}"""
    found = {}
    for f, text in texts.items():
        for member, name in re.findall(r"(?:\.|->)(\w+)\s*=\s*(?:\w+ \? )?&?(\w+)(?: : NULL)?\s*[,;}\n]", text):
            found.setdefault((module_of(f), member), set()).add((f, name))
    return found


def module_of(f):
    return f.partition("/")[0]


def class_of(f):
    """The device class that a file belongs to, or None."""
    parts = f.split("/")
    return parts[1] if parts[0] == "drivers" and len(parts) > 2 and parts[1] not in ("device", "include") else None


def member_at(lines, row, column):
    """The member that is called at this place: `op->read(`."""
    text, rest = lines[row - 1][:column - 1], lines[row - 1][column - 1:]
    # In the argument of an inline function the place is that of the outer call.
    found = (re.search(r"(?:->|\.)(\w+)$", (text + rest.split("(")[0]).rstrip())
             or re.search(r"(?:->|\.)(\w+)\(", rest))
    return found[1] if found else None


class Graph:
    def __init__(self, root, texts):
        self.root = f"{root}/"
        self.lines = {f: text.splitlines() for f, text in texts.items()}
        self.members = assigned(texts)
        self.bytes, self.file_of, self.calls, self.pointers, self.bad = {}, {}, {}, [], []
        self.tails = set()

    def add(self, text, assembler):
        real = real_calls(assembler)
        for title, file, taken, kind in NODE.findall(text):
            if taken:
                self.bytes[title] = int(taken)
                self.file_of[title] = file.removeprefix(self.root)
                if kind != "static":
                    self.bad.append(f"{title}: its frame is {kind}, so that nobody knows its size")
        for source, target, file, row, column in EDGE.findall(text):
            is_tail = name_of(target) not in real[name_of(source)]
            if target == INDIRECT:
                self.pointers.append((source, is_tail, file.removeprefix(self.root), int(row), int(column)))
            else:
                self.connect(source, {target}, is_tail)

    def connect(self, source, targets, is_tail):
        self.calls.setdefault(source, set()).update(targets)
        if is_tail:
            self.tails.update((source, t) for t in targets)

    def follow_pointers(self):
        for source, is_tail, f, row, column in self.pointers:
            member = member_at(self.lines[f], row, column) if f in self.lines else None
            if member in PROGRAM or short(source) in PROGRAM_FROM.get(f, ()):
                continue
            modules = [module_of(f)] + BELOW.get(module_of(f), [])
            put = [p for module in modules for p in self.members.get((module, member), ())]
            if not put:
                self.bad.append(f"{f}:{row}: what is called through {member}? Mend PROGRAM.")
            own = [(file, name) for file, name in put if class_of(f) is None or class_of(file) in (None, class_of(f))]
            for file, name in own:
                self.connect(source, self.functions(file, name), is_tail)

    def functions(self, file, name):
        return {t for t in self.bytes if t == name or t.split(".constprop")[0] == f"{self.root}{file}:{name}"}

    def deepest(self, title, path=()):
        """(bytes, functions) of the deepest way down."""
        if title in path:
            self.bad.append("circle of calls: " + " -> ".join(map(short, path[path.index(title):] + (title,))))
            return 0, []
        if title not in self.done:
            own = self.bytes[title]
            ways = [(own, [f"{short(title)} {own}"])]
            for t in sorted(self.calls.get(title, ())):
                if t in self.bytes:
                    kept = 0 if (title, t) in self.tails else own
                    below = self.deepest(t, path + (title,))
                    ways.append((kept + below[0], [f"{short(title)} {kept}"] + below[1]))
            self.done[title] = max(ways, key=lambda way: (way[0], len(way[1])))
        return self.done[title]

    def public(self):
        """{function: (bytes, way)}; static functions have their file in front."""
        self.done = {}
        return {t: self.deepest(t) for t in sorted(self.bytes) if ":" not in t}


def name_of(title):
    return title.rpartition(":")[2]


def short(title):
    return re.sub(r"\..*", "", name_of(title))


def measure(cc, root):
    headers = [str(h.relative_to(root)) for m in MODULES for h in (root / m).rglob("*.h")]
    graph = Graph(root, {f: (root / f).read_text(encoding="utf-8") for f in sources(root) + headers})
    with tempfile.TemporaryDirectory() as folder:
        for text, assembler in compiled(cc, root, pathlib.Path(folder)):
            graph.add(text, assembler)
    graph.follow_pointers()
    return graph


def rows(graph):
    """{name: (bytes, the way down in words)}"""
    public = graph.public()
    worst = {}
    for title, found in public.items():
        module = "worst of " + module_of(graph.file_of[title])
        worst[module] = max(worst.get(module, (0, [])), found)
    named = {short(t): graph.deepest(t) for t in sorted(graph.bytes) if short(t) in REQUEST}
    return {name: (n, ", ".join(way)) for name, (n, way) in {**worst, **named}.items()}


def read_table(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    made_by = next((line[len(size.MADE_BY):] for line in lines if line.startswith(size.MADE_BY)), "")
    return made_by, {r[0]: int(r[1]) for r in (line.split("\t") for line in lines if line[:1] not in "#") if r[1] != "bytes"}


def write_table(path, found, compiler):
    lines = [f"{name}\t{n}\t{way}" for name, (n, way) in found.items()]
    path.write_text(HEAD + size.MADE_BY + compiler + "\nname\tbytes\tcalls\n" + "\n".join(lines) + "\n",
                    encoding="utf-8")


def compare(table, found):
    bad = []
    for name in sorted({*table, *found}):
        if name not in table or name not in found:
            bad.append(f"{name}: only in the {'table' if name in table else 'code'}")
        elif abs(found[name][0] - table[name]) > MARGIN:
            bad.append(f"{name}: the stack was {table[name]} bytes, is {found[name][0]}: {found[name][1]}")
    return bad


def self_test():
    """Plant each kind of breach in a small library. Each must be found."""
    node = 'node: {{ title: "{0}" label: "{0}\\n/r/drivers/a.c:1:1\\n{1} bytes ({2})" }}\n'
    edge = 'edge: {{ sourcename: "{0}" targetname: "{1}" label: "/r/drivers/a.c:{2}:12" }}\n'
    texts = {"drivers/a.c": "x = {\n\t.start = WITH ? up : NULL,\n};\n\treturn d->start(d);\n\treturn d->other(d);\n"
             "\treturn f(d->start(d), 1);\n"}

    def public(*lines, assembler="a:\n\tcall\tb\n\tjalr\ta5\nb:\n\tcall\ta\n"):
        graph = Graph("/r", texts)
        graph.add("".join(lines), assembler)
        graph.follow_pointers()
        return {t: n for t, (n, _) in graph.public().items()}, graph.bad

    a, b = node.format("a", 16, "static"), node.format("b", 32, "static")
    up = node.format("/r/drivers/a.c:up", 100, "static")
    assert public(a, b, edge.format("a", "b", 1)) == ({"a": 48, "b": 32}, [])
    assert public(a, up, edge.format("a", "__indirect_call", 4)) == ({"a": 116}, [])
    assert public(a, up, edge.format("a", "__indirect_call", 6)) == ({"a": 116}, [])
    # A call that the function ends with.
    assert public(a, b, edge.format("a", "b", 1), assembler="a:\n\ttail\tb\n") == ({"a": 32, "b": 32}, [])
    assert public(a, up, edge.format("a", "__indirect_call", 4), assembler="a:\n\tjr\ta5\n") == ({"a": 100}, [])
    # A class does not reach another one's functions.
    assert [class_of(f) for f in ("drivers/blk/a.c", "drivers/device/a.c", "drivers/loop.c", "board/arm/a.c")] == [
        "blk", None, None, None]
    assert "what is called" in public(a, edge.format("a", "__indirect_call", 5))[1][0]
    assert "circle" in public(a, b, edge.format("a", "b", 1), edge.format("b", "a", 1))[1][0]
    assert "dynamic" in public(node.format("a", 16, "dynamic"))[1][0]
    assert compare({"a": 100}, {"a": (100 + MARGIN, "")}) == []
    for found in ({"a": (101 + MARGIN, "")}, {"a": (99 - MARGIN, "")}, {}, {"a": (100, ""), "b": (1, "")}):
        assert len(compare({"a": 100}, found)) == 1, found
    print("stack self-test: ok")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("--update", action="store_true")
    p.add_argument("--compiler", required=True, help="its name and version, as the table has them")
    p.add_argument("table", type=pathlib.Path)
    p.add_argument("command", nargs=argparse.REMAINDER)
    args = p.parse_args()
    made_by, table = read_table(args.table) if args.table.exists() else ("", {})
    if not args.update and made_by != args.compiler:
        print(f"The table is of {made_by}, this is {args.compiler}: not compared.")
        return size.SKIPPED
    graph = measure(args.command, ROOT)
    found = rows(graph)
    if graph.bad:
        return "\n".join(sorted(set(graph.bad)))
    if args.update:
        return write_table(args.table, found, args.compiler)
    for name, (n, way) in found.items():
        print(f"{name}: {n} bytes: {way}")
    bad = compare(table, found)
    return "\n".join(bad) + AGAIN if bad else 0


if __name__ == "__main__":
    sys.exit(main())
