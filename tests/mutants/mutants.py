#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Take each check of the library away; a test must notice. README.md says how it works.

    mutants.py --build FOLDER [--jobs N] [--tokens] [--all | --sample PERCENT | --only REGEX | --list | --make]

Without any of them: the named bugs, and a sample of the checks. With --tokens: a sample of the single tokens
(swaps.py) instead of both.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

import checks
import ctokens
import named
import self_test
import swaps

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lint"))
import tree  # noqa: E402  (found through the line above)

SAMPLE = 3             # percent of the checks
TOKENS = 4             # percent of the tokens
GOAL = 95              # percent of the mutants of tokens that tests have to notice
SHORT = 100_000_000    # uses of hooks; tests that need more run last
LONGEST = 10_000_000_000
PATIENCE = 20          # a mutant may use so many times as many hooks as its test does without it
LAST_RESORT = 600      # seconds
ENDLESS = 99           # hook.c
NO_JUDGE = re.compile("bench|threads|soak|^faults|^fuzz")
LONG = re.compile("^random[.]")
AT_ONCE = 4            # of the long tests are surveyed
OPEN = "open"           # a reason in accepted.tsv: a test can be written, and is not yet
ENDS = 0xFFFFFFFF      # hook.c: the number of uses follows


class Test:
    def __init__(self, name, command, env):
        self.name, self.command, self.env = name, command, env
        self.uses, self.reached = 0, frozenset()


class Workshop:
    """A copy of the tree with every mutant in it, asleep, and a build of its own. With `pick`: those mutants of
    single tokens instead."""

    def __init__(self, folder, pick=None):
        self.source, self.build, self.pick = folder / "src", folder / "build", pick
        self.checks, self.bugs, self.misplaced = [], [], {}

    def write(self, broken=()):
        """Write only the files that differ, so that little is built again. `broken`: bugs to leave
        out."""
        files = set(tree.files())
        changed = self.mutate(files, broken)
        for f in files:
            target = self.source / f
            content = changed[f].encode() if f in changed else (tree.ROOT / f).read_bytes()
            if not target.exists() or target.read_bytes() != content:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                shutil.copymode(tree.ROOT / f, target)
        for old in self.source.rglob("*"):
            if old.is_file() and old.relative_to(self.source).as_posix() not in files:
                old.unlink()

    def mutate(self, files, broken):
        """{file: its text with the mutants}. Number 0 is not used."""
        sources = {f: tree.text(f) for f in sorted(files) if f.endswith((".c", ".h"))
                   and not f.startswith("tests/")}
        functions = {f: ctokens.functions(f, s) for f, s in sources.items()}
        edits = {}
        self.checks, self.bugs, self.misplaced = [], [], {}
        number = 1
        for bug in () if self.pick else named.parse((HERE / "bugs.txt").read_text(encoding="utf-8")):
            if bug.name in broken:
                self.misplaced[bug.name] = "does not compile"
                continue
            try:
                places = named.place(bug, [x for fs in functions.values() for x in fs])
            except ValueError as e:
                self.misplaced[bug.name] = str(e)
                continue
            for function, found in places.items():
                edits.setdefault(function, []).append((number, found))
            self.bugs.append(checks.Check(number, bug.name, "", bug.name))
            self.bugs[-1].test = bug.test
            number += 1
        changed = {}
        for f, source in sources.items():
            out, at = [], 0
            for x in functions[f]:
                bugs = [named.plant(x, source, n, found) for n, found in edits.get(x, [])]
                body = source[x.tokens[x.body].at:x.tokens[x.end - 1].end]
                if tree.is_library(f) or tree.public_name(f):
                    body, found = self.instrument(x, source, number, broken)
                    self.checks += found
                    number += len(found)
                start, brace = x.tokens[x.start].at, x.tokens[x.body].at
                out += [source[at:start], *(copy for copy, _ in bugs), source[start:brace], "{ ",
                        *(turn for _, turn in bugs), body[1:]]
                at = x.tokens[x.end - 1].end
            if at:
                changed[f] = "".join(out) + source[at:]
        return changed

    def instrument(self, function, source, number, broken):
        if not self.pick:
            return checks.instrument(function, source, number)
        return checks.instrument(function, source, number, swaps.Finder,
                                 lambda c: self.pick(c) and c.identity not in broken)

    def broken(self, log):
        """Named bugs, and tokens, that do not compile. A difference of two pointers has no sum, for example."""
        numbers = {int(n) for n in re.findall(r"_mutant_(\d+)", log)}
        for file, line in set(re.findall(r"^(/\S+):(\d+):\d+: error", log, re.M)) if self.pick else ():
            lines = pathlib.Path(file).read_text(encoding="utf-8").split("\n")[:int(line)]
            last = next((x for x in reversed(lines) if "mutant(" in x), "")
            numbers |= set(map(int, re.findall(r"\bmutant\((\d+)", last)))
        return {c.identity if self.pick else c.what for c in [*self.bugs, *self.checks] if c.number in numbers}

    def make(self):
        """Build the host tests without what does not compile."""
        self.write()
        # CMake links again when the name in its flags is another one.
        text = (HERE / "hook.c").read_bytes()
        hook = self.build.parent / f"hook-{hashlib.sha256(text).hexdigest()[:8]}.o"
        self.run("cc", "-O2", "-c", HERE / "hook.c", "-o", hook)
        self.run("cmake", "-S", self.source, "-B", self.build, "-G", "Ninja",
                 "-DPICOVIRTIO_BOARD=host", "-DCMAKE_BUILD_TYPE=Debug",
                 # Nobody looks at debug information, and so many hooks are optimised slowly.
                 "-DCMAKE_C_FLAGS_DEBUG=", "-DPICOVIRTIO_HOT=",
                 f"-DCMAKE_C_FLAGS=-w -include {HERE / 'hook.h'}",
                 f"-DCMAKE_EXE_LINKER_FLAGS={hook}")
        build = ["cmake", "--build", self.build, "-j2", "--target", *self.targets()]
        done = self.run(*build, "--", "-k0", check=False)
        if done.returncode:
            broken = self.broken(done.stdout)
            self.write(broken)
            self.run(*build)
            if self.pick:
                print(f"{len(broken)} do not compile", flush=True)

    def targets(self):
        """Everything in the folders of tests, but in those whose tests are no judges."""
        known = self.run("ninja", "-C", self.build, "-t", "targets", "all").stdout
        folders = re.findall(r"^tests/(\w+)/all:", known, re.M)
        return [f"tests/{f}/all" for f in folders if not NO_JUDGE.search(f)]

    @staticmethod
    def run(*command, check=True):
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False, env={**os.environ, "LC_ALL": "C"})
        if check and done.returncode:
            sys.exit(f"{' '.join(map(str, command))}:\n{done.stdout[-6000:]}")
        return done

    def tests(self):
        """Programs of this build that CTest runs, but not those about time."""
        listing = subprocess.run(["ctest", "--test-dir", self.build, "--show-only=json-v1"],
                                 check=True, text=True, capture_output=True).stdout
        found = []
        for test in json.loads(listing)["tests"]:
            command = test.get("command") or ["/"]
            properties = {p["name"]: p["value"] for p in test.get("properties", [])}
            env = properties.get("ENVIRONMENT", [])
            words = " ".join([test["name"], *properties.get("LABELS", [])])
            if pathlib.Path(command[0]).is_relative_to(self.build) and not NO_JUDGE.search(words):
                found.append(Test(test["name"], command, dict(e.split("=", 1) for e in env)))
        return found


def start(test, pass_fds=(), timeout=LAST_RESORT, **settings):
    env = {**os.environ, **test.env, "CMOCKA_TEST_ABORT": "1",
           "UBSAN_OPTIONS": "print_stacktrace=0",
           "ASAN_OPTIONS": "detect_stack_use_after_return=1:symbolize=0",
           **{k: str(v) for k, v in settings.items()}}
    try:
        return subprocess.run(test.command, env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
                              pass_fds=pass_fds, timeout=timeout).returncode
    except subprocess.TimeoutExpired:
        return ENDLESS


def survey(test, most):
    """Run it without a mutant, to learn which ones it reaches and in how many steps; False: it
    takes more than `most`."""
    with tempfile.TemporaryFile() as out:
        status = start(test, (out.fileno(),), None, MUTANT_FD=out.fileno(), MUTANT_MOST=most)
        out.seek(0)
        data = out.read()
    if status == ENDLESS:
        return False
    if status:
        sys.exit(f"{test.name} fails without a mutant, with status {status}")
    *reached, end, low, high = struct.unpack(f"={len(data) // 4}I", data) or (ENDS, 0, 0)
    if end != ENDS:
        sys.exit(f"{test.name} did not end as it should")
    test.reached, test.uses = frozenset(reached), high << 32 | low
    return True


class Judges:
    """The tests in tiers, the short ones first and a few of the long ones in each of the last. A tier
    runs, and is surveyed, only for mutants that those before do not notice."""

    def __init__(self, tests, jobs):
        self.jobs = jobs
        long = [t for t in tests if LONG.search(t.name)]
        others = [t for t in tests if t not in long]
        self.tiers = [self.surveyed(others, SHORT)]
        self.later = [[t for t in others if t not in self.tiers[0]],
                      *(long[i:i + AT_ONCE] for i in range(0, len(long), AT_ONCE))]
        # The test that noticed the latest mutant of a function runs first, then those that noticed most of a file.
        self.last, self.noticed = {}, collections.Counter()

    def map(self, function, what):
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            yield from pool.map(function, what)

    def surveyed(self, tests, most):
        """Those that need no more steps, the shortest first."""
        fits = list(self.map(lambda t: survey(t, most), tests))
        return sorted((t for t, fit in zip(tests, fits) if fit), key=lambda t: t.uses)

    def judge(self, mutant, tests):
        """Name of the test that notices; "": none of those that come by; None: none comes."""
        reaching = [t for t in tests if mutant.number in t.reached]
        last = self.last.get(mutant.function)
        reaching.sort(key=lambda t: (t.name != mutant.test, t is not last, -self.noticed[mutant.file, t]))
        for test in reaching:
            if start(test, MUTANT_ON=mutant.number, MUTANT_MOST=PATIENCE * test.uses + 1_000_000):
                self.last[mutant.function] = test
                self.noticed[mutant.file, test] += 1
                return test.name
        return "" if reaching else None

    def tier(self, n):
        if n == len(self.tiers):
            self.tiers.append(self.surveyed(self.later[n - 1], LONGEST))
        return self.tiers[n]

    def verdicts(self, mutants):
        """[(mutant, as judge() says)]"""
        verdicts = dict.fromkeys(mutants)
        for n in range(1 + len(self.later)):
            unnoticed = [m for m, by in verdicts.items() if not by]
            if unnoticed:
                tests = self.tier(n)
                for m, by in zip(unnoticed, self.map(lambda m: self.judge(m, tests), unnoticed)):
                    verdicts[m] = verdicts[m] if by is None else by
        return verdicts.items()


def accepted():
    """{row of a check: reason}; the file has function, check and reason in columns."""
    rows = tree.table("tests/mutants/accepted.tsv", 3)
    return {"\t".join(row[:2]): row[2] for row in rows}


WORDS = {"": "no test notices", None: "no test comes by"}


def judge_bugs(shop, judges):
    """The named bugs. Returns how many are not noticed."""
    count = len(shop.bugs) + len(shop.misplaced)
    missed = len(shop.misplaced)
    for name, words in shop.misplaced.items():
        print(f"NOT PLANTED {name}: {words}")
    known = {t.name for tier in (judges.tiers[0], *judges.later) for t in tier}
    for bug in shop.bugs:
        if bug.test and bug.test not in known:
            print(f"NO TEST {bug.test}, which is to try {bug.what} first")
            missed += 1
    for bug, by in judges.verdicts(shop.bugs):
        print(f"bug {bug.what}: {by}" if by else f"NOT CAUGHT {bug.what}: {WORDS[by]}", flush=True)
        missed += not by
    print(f"{count - missed} of {count} named bugs caught", flush=True)
    return missed


def judge_checks(chosen, judges, everything):
    """(how many are noticed, how many survive that are not in accepted.tsv). The rows of that file are checked
    only with --all."""
    known = accepted()
    asked = [c for c in chosen if everything or c.row not in known]
    noticed = unknown = 0
    for check, by in judges.verdicts(asked):
        noticed += bool(by)
        if by and check.row in known:
            print(f"NOTICED, THOUGH ACCEPTED\t{check.identity}\t{by}", flush=True)
        elif not by and check.row not in known:
            print(f"SURVIVED\t{check.identity}\t{check.file}: {WORDS[by]}", flush=True)
            unknown += 1
    print(f"{len(chosen)} checks: {noticed} are missed by a test when they are gone, "
          f"{len(chosen) - noticed - unknown} are in accepted.tsv, {unknown} have no test")
    left = sum(known.get(c.row) == OPEN for c in chosen)
    if left:
        print(f"for {left} of those in accepted.tsv the reason is that a test is yet to be written")
    return noticed, unknown


def rate(noticed, unknown):
    """1: too few mutants of tokens are noticed. Those in accepted.tsv do not count."""
    percent = 100 * noticed / (noticed + unknown) if noticed else 0
    print(f"{percent:.1f} % of the tokens that matter are missed by a test")
    return percent < GOAL


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--build", type=pathlib.Path, required=True)
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--all", action="store_true", help="every check, not a sample")
    p.add_argument("--sample", type=float, metavar="PERCENT", help="about so many of the checks")
    p.add_argument("--tokens", action="store_true", help="single tokens, not checks")
    p.add_argument("--only", help="the checks whose function, text or file match this expression")
    p.add_argument("--list", action="store_true", help="print the checks; build nothing")
    p.add_argument("--make", action="store_true", help="only build what the others judge")
    args = p.parse_args()
    self_test.run()

    def pick(check):
        if args.only:
            return re.search(args.only, f"{check.identity}\t{check.file}")
        return args.all or check.is_sampled(args.sample or (TOKENS if args.tokens else SAMPLE))

    shop = Workshop(args.build.resolve(), pick if args.tokens else None)
    if args.list:
        shop.mutate(set(tree.files()), ())
        print("\n".join(f"{c.identity}\t{c.file}" for c in shop.checks))
        return 0
    shop.make()
    if args.make:
        return 0
    judges = Judges(shop.tests(), args.jobs)
    print(f"{len(shop.checks)} checks, {len(judges.tiers[0])} tests, "
          f"{sum(map(len, judges.later))} long ones", flush=True)
    chosen = [c for c in shop.checks if pick(c)]
    missed = 0 if args.only or args.tokens else judge_bugs(shop, judges)
    noticed, unknown = judge_checks(chosen, judges, args.all or args.only)
    missed += rate(noticed, unknown) if args.tokens else unknown
    if args.all:
        rows = {i for i in accepted() if i.split("\t")[1].startswith(swaps.KINDS) == args.tokens}
        for identity in sorted(rows - {c.row for c in shop.checks}):
            print(f"ACCEPTED, BUT GONE\t{identity}")
    return 1 if missed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
