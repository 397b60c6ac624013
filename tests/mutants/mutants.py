#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Plant the bugs of mutants.txt into a copy of the tree, one at a time; a test must fail.

    mutants.py --build FOLDER [--jobs N] [NAME...]

Each bug is a replacement of one piece of text that must occur exactly once, so that the
list cannot rot unseen. It must compile: the compiler is not the judge. The tests that
run are the host tests of the folders in TESTS, the one named by `caught-by` first, until
one fails. A bug that no test sees, or that no longer applies, fails this script. A test that
does not end in time has caught a bug only if it does end where the bug was taken out again:
else the machine was busy.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import queue
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lint"))
import tree  # noqa: E402  (found through the line above)

TESTS = ("tests/unit/", "tests/lies/", "tests/random/")
TEST_SECONDS = 60
NO_END = f"no end in {TEST_SECONDS} s"
LWIP = tree.ROOT / "build" / "lwip"
NEEDS_LWIP = "unit.tcpip"  # without the source there is no such test


class Mutant:
    def __init__(self, name, line):
        self.name, self.line = name, line
        self.file = self.caught_by = ""
        self.edits = []  # [old, new]


def parse(source):
    """`== NAME`, `file: PATH`, `caught-by: TEST` (a hint for the order), then the old text
    below `--- old` and the new one below `--- new`, perhaps several times; # starts a
    comment before the texts."""
    mutants, text = [], None
    for n, line in enumerate(source.split("\n"), 1):
        if line.startswith("== "):
            mutants.append(Mutant(line[3:].strip(), n))
            text = None
        elif line == "--- old":
            mutants[-1].edits.append([[], []])
            text = mutants[-1].edits[-1][0]
        elif line == "--- new":
            text = mutants[-1].edits[-1][1]
        elif line.startswith("# "):
            text = None
        elif text is not None:
            text.append(line)
        elif line.startswith("file: "):
            mutants[-1].file = line[6:].strip()
        elif line.startswith("caught-by: "):
            mutants[-1].caught_by = line[11:].strip()
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"mutants.txt:{n}: {line!r}")
    for m in mutants:
        m.edits = [["\n".join(part).rstrip("\n") for part in edit] for edit in m.edits]
    return mutants


def applied(mutant, source):
    """The changed source; ValueError: it cannot be."""
    if not mutant.edits:
        raise ValueError(f"it changes nothing (mutants.txt:{mutant.line})")
    for old, new in mutant.edits:
        count = source.count(old) if old else 0
        if count != 1:
            raise ValueError(f"this occurs {count} times in {mutant.file}"
                             f" (mutants.txt:{mutant.line}):\n{old}")
        source = source.replace(old, new)
    return source


class Test:
    def __init__(self, path, arguments, env):
        self.path, self.arguments, self.env = path, arguments, env
        self.target = pathlib.Path(path).name


def unwrapped(command):
    """`cmake -E env NAME=VALUE... PROGRAM...`: the program and the environment."""
    if command[1:3] != ["-E", "env"]:
        return command, {}
    env = [c.partition("=") for c in command[3:-1]]
    return command[-1:], {name: value for name, _, value in env}


class Workshop:
    """A copy of the tree with a build of its own."""

    def __init__(self, folder):
        self.source, self.build = folder / "src", folder / "build"
        self.sync()
        subprocess.run(["cmake", "-S", self.source, "-B", self.build, "-G", "Ninja",
                        "-DPICOVIRTIO_BOARD=host", "-DCMAKE_BUILD_TYPE=Debug",
                        "-DPICOVIRTIO_LWIP=ON", f"-DPICOVIRTIO_LWIP_SOURCE={LWIP}"],
                       check=True, stdout=subprocess.DEVNULL)

    def sync(self):
        """Copy what differs; what does not keeps its time, so that little is built."""
        files = set(tree.files())
        for f in files:
            target, content = self.source / f, (tree.ROOT / f).read_bytes()
            if not target.exists() or target.read_bytes() != content:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                shutil.copymode(tree.ROOT / f, target)
        for old in self.source.rglob("*"):
            if old.is_file() and old.relative_to(self.source).as_posix() not in files:
                old.unlink()

    def find_tests(self):
        """CTest's name of each test, in the order of TESTS: (CMake's target, arguments).
        CTest knows the command of a test only once it is built."""
        broken = self.make("all")
        if broken:
            sys.exit(f"the tree does not build:\n{broken}")
        listing = subprocess.run(["ctest", "--test-dir", self.build, "--show-only=json-v1"],
                                 check=True, text=True, capture_output=True).stdout
        found = []
        for test in json.loads(listing)["tests"]:
            command, env = unwrapped(test.get("command") or ["/"])
            where = os.path.relpath(command[0], self.build)
            if where.startswith(TESTS):
                rank = [where.startswith(t) for t in TESTS].index(True)
                found.append((rank, test["name"], Test(where, command[1:], env)))
        return {name: test for _, name, test in sorted(found, key=lambda f: f[:2])}

    def make(self, target):
        done = subprocess.run(["cmake", "--build", self.build, "-j1", "--target", target],
                              text=True, capture_output=True, check=False)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    def fails(self, test):
        """Build and run one: (it compiles, why it fails or None)."""
        broken = self.make(test.target)
        if broken:
            return False, f"does not compile:\n{broken[-2000:]}"
        env = {**os.environ, **test.env, "UBSAN_OPTIONS": "print_stacktrace=0",
               "ASAN_OPTIONS": "detect_stack_use_after_return=1:symbolize=0"}
        try:
            done = subprocess.run([self.build / test.path, *test.arguments], env=env,
                                  capture_output=True, check=False, timeout=TEST_SECONDS)
        except subprocess.TimeoutExpired:
            return True, NO_END
        if done.returncode == 0:
            return True, None
        out = (done.stdout + done.stderr).decode("utf-8", "replace")
        failed = re.findall(r"\[  FAILED  \] (\w+)", out)
        said = [line for line in out.splitlines() if line.strip()]
        return True, failed[0] if failed else f"{done.returncode}: {(said or [''])[-1][:100]}"

    def judge(self, mutant, tests):
        """(name of the test that catches it or None, words)"""
        path = self.source / mutant.file
        try:
            original = path.read_text(encoding="utf-8")
            changed = applied(mutant, original)
        except (OSError, ValueError) as e:
            return None, f"does not apply: {e}"
        path.write_text(changed, encoding="utf-8")
        start = time.monotonic()
        try:
            for name in sorted(tests, key=lambda t: t != mutant.caught_by):
                compiles, why = self.fails(tests[name])
                if why == NO_END:
                    path.write_text(original, encoding="utf-8")
                    busy = self.fails(tests[name])[1]
                    path.write_text(changed, encoding="utf-8")
                    if busy:
                        continue
                if why:
                    took = f"{why} ({time.monotonic() - start:.1f} s)"
                    return (name, took) if compiles else (None, why)
            return None, "SURVIVED every test"
        finally:
            path.write_text(original, encoding="utf-8")


def self_test():
    source = "== a\nfile: x.c\ncaught-by: t\n--- old\n\tb();\n--- new\n\tc();\n\n== b\nfile: y.c\n"
    a, b = parse(source)
    assert (a.name, a.file, a.edits, a.caught_by) == ("a", "x.c", [["\tb();", "\tc();"]], "t")
    assert applied(a, "a();\n\tb();\n") == "a();\n\tc();\n"
    for mutant, bad in ((a, ""), (a, "\tb();\n\tb();\n"), (b, "\tb();\n")):
        try:
            applied(mutant, bad)
        except ValueError:
            continue
        raise AssertionError(bad)


def judge_all(mutants, shops, tests):
    """Each mutant with its verdict, in order, the workshops side by side."""
    idle = queue.Queue()
    for shop in shops:
        idle.put(shop)

    def judge(mutant):
        shop = idle.get()
        try:
            return (mutant, *shop.judge(mutant, tests))
        finally:
            idle.put(shop)

    with concurrent.futures.ThreadPoolExecutor(len(shops)) as pool:
        yield from pool.map(judge, mutants)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--build", type=pathlib.Path, required=True)
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("names", nargs="*")
    args = p.parse_args()
    self_test()
    mutants = parse((HERE / "mutants.txt").read_text(encoding="utf-8"))
    if len({m.name for m in mutants}) != len(mutants):
        sys.exit("mutants.txt: a name occurs twice")
    chosen = [m for m in mutants if not args.names or m.name in args.names]
    shops = [Workshop(args.build / str(i)) for i in range(args.jobs)]
    tests = shops[0].find_tests()
    if NEEDS_LWIP not in tests:
        left = [m.name for m in chosen if m.caught_by == NEEDS_LWIP]
        print(f"left out, since lwIP's source is not in {LWIP}: {', '.join(left)}")
        chosen = [m for m in chosen if m.caught_by != NEEDS_LWIP]
    judges = set()
    for mutant, judge, words in judge_all(chosen, shops, tests):
        judges |= {judge} if judge else set()
        print(f"caught     {mutant.name}: {judge}: {words}" if judge
              else f"NOT CAUGHT {mutant.name}: {words}", flush=True)
        mutant.caught = judge is not None
    # A judge that fails anyway has caught nothing.
    for name in sorted(judges):
        if shops[0].fails(tests[name])[1]:
            sys.exit(f"{name} fails without any mutant")
    caught = sum(m.caught for m in chosen)
    print(f"{caught} of {len(chosen)} caught")
    return 0 if caught == len(chosen) and chosen else 1


if __name__ == "__main__":
    sys.exit(main())
