#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The firmware and its user: what reaches the terminal, and what Ctrl-C ends.

  * All printed text passes vio_output_put(), which shows what a terminal would obey as '?', since
    main() sets `plain`. Only the files below send orders to the terminal, and past that function.
  * Every wait is one of wait.c, which Ctrl-C ends.
  * A command that fails says so with complain(), or its exit code would be 0.

`--self-test` shows that each rule can fail."""

import re
import sys

import tree

ORDERS = ("firmware/console/",)  # only these files may send control sequences
WAITS = ("firmware/devices/wait.c", "firmware/devices/wait.h")
MAIN = "firmware/main.c"

RULES = [
    (re.compile(r"vio_output_bytes|\\x1b|\\033|\\e\["), ORDERS,
     "only firmware/console/ sends orders to the terminal"),
    (re.compile(r"\bvio_loop_wait\("), WAITS, "a wait that Ctrl-C does not end; wait_until() does"),
    (re.compile(r'(?<![a-z_])printf\(\s*"(?:use: |[a-z]+: use: |[a-z]+: \'%s\' is )'), (),
     "a word that is wrong is a failure: complain()"),
]


def check_file(f, source):
    code = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), source, flags=re.S)
    bad = [f"{f}:{code.count(chr(10), 0, m.start()) + 1}: {why}"
           for pattern, allowed, why in RULES if not f.startswith(allowed or ("?",))
           for m in pattern.finditer(code)]
    if f == MAIN and not re.search(r"\.plain = true;", code):
        bad.append(f"{f}: text of files, disks and hosts would reach the terminal as it is: set `plain`")
    return bad


def check():
    return [c for f in tree.c_files() if f.startswith("firmware/") for c in check_file(f, tree.text(f))]


def self_test():
    good = "app.terminal.out.plain = true;\n/* vio_loop_wait() */\n"
    planted = {"no plain": "int main(void)\n", "an order": good + 'printf("\\x1b[2J");\n',
               "bytes": good + "vio_output_bytes(o, p, n);\n",
               "a wait": good + "vio_loop_wait(l, f, a, 0);\n",
               "words": good + 'printf("use: x\\n");\n'}
    bad = [f"clean file: {c}" for c in check_file(MAIN, good)]
    bad += [f"not caught: {name}" for name, s in planted.items() if len(check_file(MAIN, s)) != 1]
    tree.finish(bad, f"terminal self-test ({len(planted)} breaches planted)")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    tree.finish(check(), "terminal")
