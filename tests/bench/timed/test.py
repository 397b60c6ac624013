#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""test.py BOARD BUILD: tests/bench/run in its shortest form. Are all results there, and in the right form?
No time is compared with anything."""

import json
import math
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import linux
import report
import sessions
from report import Figure

# One board runs all; the others what differs there.
FEW = ["disk", "devices", "classes", "start"]
GROUPS_OF_FEW = {"disk depth", "disk size", "devices", "console", "entropy", "network", "start", "rest"}
RUN = pathlib.Path(__file__).resolve().parents[1] / "run"


def check_report():
    assert report.quartiles([5]) == (5, 5, 5) and report.quartiles([1, 2, 3, 4, 5]) == (2, 3, 4)
    assert report.ratios([2, 9, 4], [1, 3]) == [2, 3]
    assert [report.number(v) for v in (0, 0.0123, 1.234, 98.76, 1234.5)] == ["0", "0.0123", "1.23", "98.8", "1,234"]
    figures = {Figure("b", "g", "read, depth", 1, "us"): {"floor": [1.0, 2.0, 4.0], "ours": [2.0, 3.0, 4.0]},
               Figure("b", "g", "read, depth", 4, "us"): {"ours": [3.0]}}
    text = report.table(figures, "floor")
    assert text.split("\n")[2:] == [
        "| read, depth 1 | 3.00 (2.50 to 3.50) | 2.00 (1.50 to 3.00) | 1.50 (1.25 to 1.75) |",
        "| read, depth 4 | 3.00 |  |  |"], text
    disk = {Figure("b", "disk depth", "null-co read", depth, "us"): {"ours": [time], "floor": [1.0]}
            for depth, time in ((1, 1.05), (2, 1.2))}
    assert report.targets(disk).split("\n")[2:] == [f"| {report.TARGETS[0].words} | 1.1 | 1.05 to 1.20 | 1 of 2 |"]
    same, other = ({f: {"ours": [time], "floor": [1.0]} for f in disk} for time in (1.2, 1.3))
    assert report.comparison(disk, {}).startswith("0 of 0 ratios")
    assert report.comparison(disk, disk).startswith("2 of 2 ratios") and "|" not in report.comparison(disk, disk)
    assert report.comparison(same, disk).startswith("1 of 2 ratios")
    assert report.comparison(other, disk).split("\n")[4:] == [
        "| b: null-co read 1 | ours / floor | 1.05 | 1.30 |", "| b: null-co read 2 | ours / floor | 1.20 | 1.30 |"]
    lines = report.lines_of(figures)
    assert lines == {"floor": [(1, 2.0)], "ours": [(1, 3.0), (4, 3.0)]}, lines
    plot = xml.etree.ElementTree.fromstring(report.svg("a & b", "depth", "us", lines))
    assert len(plot.findall("{*}circle")) == 3
    assert report.between_marks(f"a\n{report.BEGIN}\nold\n{report.END}\nb\n", "new") == \
        f"a\n{report.BEGIN}\nnew\n{report.END}\nb\n"


def names_of(archive):
    """The files of a cpio archive, with their bytes."""
    at, files = 0, {}
    while archive[at:at + 6] == b"070701":
        fields = [int(archive[at + 6 + 8 * i:at + 14 + 8 * i], 16) for i in range(13)]
        begin = at + 110
        at = (begin + fields[11] + 3) // 4 * 4
        files[archive[begin:begin + fields[11] - 1].decode()] = archive[at:at + fields[6]]
        at = (at + fields[6] + 3) // 4 * 4
    assert at == len(archive), "something that is no file"
    return files


def check_linux(root):
    """What goes into the initramfs."""
    folder = root / "usr/lib/aarch64-linux-gnu"
    folder.mkdir(parents=True)
    (root / "fio").write_bytes(b"\x7fELF\0libone.so.1\0x\0libnone.so\0")
    (folder / "libone.so.1").write_bytes(b"\0libtwo.so.2\0libone.so.1\0")
    (folder / "libtwo.so.2").write_bytes(b"two")
    (folder / "libthree.so.3").write_bytes(b"three")
    for name, needs in (("virtio_mmio", b"virtio,virtio_ring"), ("virtio", b""), ("virtio_ring", b"virtio")):
        (root / f"{name.replace('_', '-')}.ko").write_bytes(b"\0depends=" + needs + b"\0")
    assert set(linux.with_libraries(root, root / "fio")) == {"usr/bin/fio", "lib/libone.so.1", "lib/libtwo.so.2"}
    assert list(linux.with_modules(root)) == ["virtio", "virtio_ring", "virtio_mmio"]
    files = {"init": b"#!", "lib/a/b": b"12345", "empty": b""}
    assert names_of(linux.archive(files)) == {"lib": b"", "lib/a": b"", **files, "TRAILER!!!": b""}


def check_run(board, build, folder):
    earlier = folder / "earlier.json"
    figure = {"board": board, "group": "disk depth", "name": "null-co read 4096 B, depth", "x": 1, "unit": "us",
              "values": {"ours": [1e9], "floor": [1.0]}}
    earlier.write_text(json.dumps({"date": "some day", "figures": [figure]}), encoding="utf-8")
    command = [sys.executable, RUN, "--smoke", "--board", board, "--built", build, "--output", folder,
               "--compare", earlier]
    few = board != "riscv64"
    command += [word for name in FEW if few for word in ("--only", name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    for key, why in results["left_out"].items():
        print(f"left out: {key}: {why}")
    missing = {key.split(": ")[1] for key in results["left_out"]}
    more = {group for name, group in sessions.MAY_BE_MISSING.items() if name not in missing}
    expected = GROUPS_OF_FEW if few else sessions.GROUPS | more
    for figure in results["figures"]:
        assert figure["board"] == board and figure["unit"] and figure["values"], figure
        for values in figure["values"].values():
            assert values and all(math.isfinite(v) and v >= 0 for v in values), figure
    groups = {figure["group"] for figure in results["figures"]}
    text = (folder / "report.md").read_text(encoding="utf-8")
    assert groups >= expected, expected - groups
    assert all(f"{board}: {group}" in text for group in groups), text
    assert text.count("| 1.1 |") == 1 and "console output of 64 B, us" in text, text
    assert "Compared with the run of some day\n0 of 1 ratios" in text, text
    plots = list(folder.glob("*.svg"))
    assert plots and all(plot.name in text for plot in plots)
    for plot in plots:
        xml.etree.ElementTree.parse(plot)


def main():
    check_report()
    with tempfile.TemporaryDirectory() as folder:
        check_linux(pathlib.Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        check_run(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(folder))


if __name__ == "__main__":
    main()
