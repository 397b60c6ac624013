#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Count what the library costs, and compare with instructions.tsv.

    count.py --compiler NAME-VERSION [--update] BENCH_EXECUTABLE...
    count.py --self-test

Instructions are callgrind's count of all that the functions driver_* of a bench call in the
executable: the model of the device is a library of its own. Other figures (notifications,
registers) are exact numbers, which the bench prints. All of them are the same on each run; what
changes them is our code, and the compiler.

A figure above the table's fails, and so does one so far below it that the next growth would go
through unseen. --update writes the table. Instructions belong to the compiler that made them: with
another one, or without valgrind, only the exact numbers are compared, and the test counts as not
run.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

TABLE = pathlib.Path(__file__).resolve().parent / "instructions.tsv"
TARGET = "cmake --build build/host --target bench-table"
MARGIN = 0.03
SKIPPED = 77
NOT_OURS = ("driver_", "bench_")
EXACT = "any"  # compiler of a figure that no compiler changes
HEADER = """\
# What the library costs; see tests/bench. Refresh: {}
# compiler\tfigure\tvalue
"""


def own_costs(lines, program):
    """Instructions of each function of `program`, without those of the functions that it calls."""
    where, function, is_call = "", "", False
    for line in lines:
        if line.startswith("ob="):
            where = line[3:].strip()
        elif line.startswith("fn="):
            function = line[3:].strip()
        elif line.startswith("calls="):
            is_call = True
        elif line[0].isdigit():
            if not is_call and where == program and not function.startswith(NOT_OURS):
                yield function, int(line.split()[1])
            is_call = False


def figures_of(text, total):
    """(is exact, name, value) for each line of a bench; total(i) counts what its mark `i` ended."""
    mark = 0
    for line in text.splitlines():
        kind, units, name = line.split("\t")
        if kind != "exact":
            mark += 1
        if kind == "exact":
            yield True, name, int(units)
        elif kind == "instructions" and total:
            yield False, name, total(mark) / int(units)


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"count.py: {command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def measure(bench):
    if not shutil.which("valgrind"):
        return list(figures_of(run([bench]), None))
    with tempfile.TemporaryDirectory() as folder:
        text = run(["valgrind", "--tool=callgrind", "--toggle-collect=driver_*",
                    "--dump-before=bench_mark", "--compress-strings=no", "--compress-pos=no",
                    f"--callgrind-out-file={folder}/out", bench])

        def total(mark):
            path = pathlib.Path(folder, f"out.{mark}")
            with open(path, encoding="ascii") as lines:
                return sum(cost for _, cost in own_costs(lines, str(bench.resolve())))
        figures = list(figures_of(text, total))
    if not all(value for exact, _, value in figures if not exact):
        sys.exit(f"count.py: nothing was counted of {bench}; is it built without symbols?")
    return figures


def load(path):
    figures = {}
    if path.exists():
        for line in path.read_text(encoding="ascii").splitlines():
            if not line.startswith("#"):
                compiler, name, value = line.split("\t")
                figures[compiler, name] = float(value)
    return figures


def save(path, figures, target):
    rows = (f"{compiler}\t{name}\t{value:.1f}\n".replace(".0\n", "\n")
            for (compiler, name), value in sorted(figures.items()))
    path.write_text(HEADER.format(target) + "".join(rows), encoding="ascii")


def judge(value, committed, exact):
    """The reason why this figure is wrong, or an empty string."""
    margin = 0 if exact else committed * MARGIN if committed else 0
    if committed is None:
        return "is not in the table"
    if value > committed + margin:
        return f"is over the table's {committed:g}"
    if value < committed - margin:
        return f"is below the table's {committed:g}: update the table"
    return ""


def compare(path, compiler, figures, update, target):
    """Print all figures and compare them with the table, or write it. Returns an exit code."""
    table = load(path)
    known = any(name == compiler for name, _ in table)
    seen, failed = {}, False
    for exact, name, value in figures:
        key = (EXACT if exact else compiler, name)
        compared = not update and (exact or known)
        wrong = judge(value, table.get(key), exact) if compared else ""
        seen[key] = value
        failed = failed or wrong != ""
        print(f"{value:9.1f}  {name}  {wrong}")
    if update:
        replaced = {name for name, _ in seen}
        kept = {key: value for key, value in table.items() if key[0] not in replaced}
        save(path, {**kept, **seen}, target)
        return 0
    if failed:
        sys.exit(f"Not as in {path}. If that is intended, refresh the table:\n  {target}")
    if not known:
        print(f"Instructions are not compared: the table has none of {compiler}")
    return 0 if known else SKIPPED


def self_test():
    assert judge(103, 100, False) == "" and judge(97, 100, False) == ""
    assert "over" in judge(104, 100, False) and "below" in judge(96, 100, False)
    assert "over" in judge(2, 1, True) and "below" in judge(1, 2, True) and judge(1, 1, True) == ""
    assert "not in" in judge(1, None, False)
    text = "skip\t0\t-\nexact\t3\tn\ninstructions\t4\ti\n"
    assert list(figures_of(text, lambda mark: 10 * mark)) == [(True, "n", 3), (False, "i", 5)]
    assert list(figures_of(text, None)) == [(True, "n", 3)]
    lines = ["ob=/b\n", "fn=vq\n", "0 7\n", "calls=1 0\n", "0 100\n", "fn=driver_x\n", "0 5\n",
             "ob=/lib\n", "fn=model\n", "0 9\n", "ob=/b\n", "fn=vio\n", "0 2\n"]
    assert list(own_costs(lines, "/b")) == [("vq", 7), ("vio", 2)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("bench", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    if args.self_test:
        return self_test()

    figures = [figure for bench in args.bench for figure in measure(bench)]
    status = compare(TABLE, args.compiler, figures, args.update, TARGET)
    if not shutil.which("valgrind"):
        print("Instructions are not counted: valgrind is missing (Debian: apt-get install valgrind)")
        return SKIPPED
    return status


if __name__ == "__main__":
    sys.exit(main())
