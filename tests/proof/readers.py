#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each function of the library that reads values of a device, a disk or a devicetree has a row in
readers.tsv, which names its harness or says what checks it instead. `--list` prints the functions.
`--self-test` shows that each check can fail."""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lint"))

import proof
import tree

FOLDERS = ("virtqueue/", "transport/", "drivers/", "files/", "board/devicetree")
# Names of functions that read shared memory, registers, config space, a disk, a devicetree or the
# reply of a host.
ACCESSORS = re.compile(
    r"\b(shared_load(?:16|32)|vio_read(?:8|16|32)|vio_config_(?:read|field|again)|vio_device_config|"
    r"ops->(?:features|status|events|queue_max|queue_set|queue_unset|queue_is_reset|shm|generation|"
    r"config_read)|vq_reap|vio_files_(?:get|16|32|64)|be32|vio_dt_cell|read_(?:token|value))\(|\*\(volatile |"
    r"\btake(?:_bytes)?\(&?m\b|\bmemcpy\(copy, in->|\b(?:net_get16|scsi_get|scsi_le32|sound_get)\(|"
    r"\bget\(&p, |\bmemcpy\(\w+, (?:slot->wire|g->answers|answer)|(?<!\.p )= c->answer\[")
ATTRIBUTE = re.compile(r"^__attribute__\(\(\w+\)\) ")
HEAD = re.compile(r"^[a-z][^;=]*?\b(\w+)\(")
TABLE = HERE / "readers.tsv"


def readers(code):
    """Names of the functions of this source that have an accessor in their body."""
    found, name, inside = [], None, False
    for line in code.split("\n"):
        head = HEAD.match(ATTRIBUTE.sub("", line))
        if head:
            name = head.group(1)
        inside = inside and not line.startswith("}") or line == "{"
        if inside and ACCESSORS.search(line) and name not in found:
            found.append(name)
    return found


def why_not(code, name):
    """What is the matter with a row whose function is not among the readers of this source."""
    if code is None:
        return "there is no such file"
    heads = [HEAD.match(ATTRIBUTE.sub("", line)) for line in code.split("\n")]
    if name in {head.group(1) for head in heads if head}:
        return "it reads nothing of a device"
    return "there is no function of this name in the file; if it was renamed, rename the row"


def rows(text):
    return [line.split("\t") for line in text.split("\n") if line and not line.startswith("#")]


def check(sources, table, harnesses):
    """Complaints; sources: {file: code}."""
    bad, known = [], set()
    for row in table:
        if len(row) != 4 or not (row[2] or row[3]):
            bad.append(f"{row[0]}: file, function, harness or reason are due")
            continue
        known.add((row[0], row[1]))
        if row[2] and row[2] not in harnesses:
            bad.append(f"{row[0]}: {row[1]}: there is no harness {row[2]}")
    found = {(f, name) for f, code in sources.items() for name in readers(code)}
    bad += [f"{f}: {name}() reads what a device can choose, and has no row in {TABLE.name}"
            for f, name in sorted(found - known)]
    bad += [f"{f}: {name}() has a row in {TABLE.name}: {why_not(sources.get(f), name)}"
            for f, name in sorted(known - found)]
    return bad


def self_test():
    code = "static int a(struct x *q,\n\t     int b)\n{\n\treturn shared_load16(q);\n}\n"
    assert readers(code) == ["a"] and readers(code.replace("shared_load16", "f")) == []
    assert readers(code.replace("shared_load16", "vio_files_get")) == ["a"]
    assert readers(code.replace("shared_load16", "be32")) == ["a"]
    assert readers(code.replace("shared_load16(q", "take(&m")) == ["a"]
    good = [["f.c", "a", "h", ""]]
    assert not check({"f.c": code}, good, {"h"})
    assert len(check({"f.c": code}, [], {"h"})) == 1
    assert len(check({"f.c": code}, good + [["f.c", "b", "", "why"]], {"h"})) == 1
    assert len(check({"f.c": code}, good, {"other"})) == 1
    renamed = code.replace(" a(", " renamed(")
    assert "renamed() reads" in check({"f.c": renamed}, good, {"h"})[0]
    assert "if it was renamed" in check({"f.c": renamed}, good, {"h"})[1]
    assert "no such file" in check({}, good, {"h"})[0]
    assert "nothing of a device" in check({"f.c": code.replace("shared_load16", "f")}, good, {"h"})[0]
    assert len(check({"f.c": code}, [["f.c", "a", "", ""]], {"h"})) == 2


def main():
    if "--self-test" in sys.argv:
        self_test()
        return 0
    sources = {f: tree.text(f) for f in tree.c_files() if f.startswith(FOLDERS)}
    if "--list" in sys.argv:
        for f, code in sources.items():
            for name in readers(code):
                print(f"{f}\t{name}")
        return 0
    tree.finish(check(sources, rows(TABLE.read_text(encoding="utf-8")), proof.HARNESSES), "readers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
