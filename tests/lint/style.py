#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""House rules that a script can check: licence line, lengths, and words that must not be in the
repository. `--self-test` shows that each rule can fail."""

import re
import sys

import tree

FILE_LINES = 400
TEST_LINES = 800
FUNCTION_LINES = 70
EXAMPLE_LINES = range(20, 81)  # lines of code of a program in examples/, for one CPU
SPDX = "SPDX-License-Identifier: BSD-2-Clause"
# Data and prose have no licence line; LICENSE covers them.
NO_SPDX = (".md", ".json", ".tsv", ".dts", ".dtb", ".txt", ".clang-format", ".gitignore",
           "LICENSE")
CODE = (".c", ".h", ".S", ".py", ".cmake", ".ld", ".sh")

# Written so that this file does not match itself.
WORDS = [
    (re.compile(r"\b(TO[D]O|FIX[M]E|XX[X])\b"), "left open in the text"),
    (re.compile(r"(?<![\w.$}])/(ro[o]t|ho[m]e|far[m]|wor[k]|User[s])/"), "path of one machine"),
    (re.compile(r"(de[b]\.debian|registr[y]\.|docke[r]\.io|ghc[r]\.io|qua[y]\.io|pyp[i]\.org)"),
     "host of a package registry"),
]
C_WORDS = [
    (re.compile(r"__attribute__\s*\(\(\s*(__)?wea[k]"), "weak symbol"),
    (re.compile(r"#\s*pragma\s+wea[k]"), "weak symbol"),
]
MACRO = re.compile(r"^[ \t]*#[ \t]*define\b(?:[^\n]*\\\n)*[^\n]*", re.M)


def check_words(f, source, words):
    return [f"{f}:{source.count(chr(10), 0, m.start()) + 1}: {why}: {m.group(0)!r}"
            for pattern, why in words for m in pattern.finditer(source)]


def functions(source):
    """(line of the signature, lines) of each function: our layout puts both braces of a
    function, and of nothing else that is long, at the start of a line."""
    start = opened = None
    for n, line in enumerate(source.split("\n"), 1):
        if line == "{" and opened is None:
            opened = n
        elif line.startswith("}") and opened is not None:
            yield start, n - start + 1
            start = opened = None
        elif opened is None:
            if re.match(r"[A-Za-z_].*[^;:,]?$", line) and not line.startswith("\t"):
                start = n


def check_c(f, source):
    bad = check_words(f, source, C_WORDS)
    if not f.startswith("tests/"):
        for m in MACRO.finditer(source):
            if re.search(r"\breturn\b", m.group(0)):
                bad.append(f"{f}: macro that returns: {m.group(0).split(chr(10))[0]}")
    for start, lines in functions(source):
        if lines > FUNCTION_LINES:
            bad.append(f"{f}:{start}: function of {lines} lines, {FUNCTION_LINES} is the end")
    return bad


def check_file(f, source):
    bad = check_words(f, source, WORDS)
    if not f.endswith(NO_SPDX) and SPDX not in "\n".join(source.split("\n")[:3]):
        bad.append(f"{f}: no licence line ({SPDX}) at its start")
    lines = source.count("\n")
    most = TEST_LINES if f.startswith("tests/") else FILE_LINES
    if f.endswith(CODE) and lines > most:
        bad.append(f"{f}: {lines} lines, {most} is the end: is there a seam?")
    return bad + (check_c(f, source) if f.endswith((".c", ".h")) else [])


def check_codes(sources):
    """A class of drivers/ that uses codes for protocol errors has words for them."""
    folders = {f.rsplit("/", 1)[0] for f, s in sources.items()
               if re.match(r"drivers/(?!device/|include/)\w+/", f) and "vio_device_protocol_error(" in s}
    return [f"{folder}: its driver has codes, and no words for them (`codes` of struct vio_driver)"
            for folder in sorted(folders)
            if not any(f.startswith(folder + "/") and ".codes =" in s for f, s in sources.items())]


def code_lines(source):
    """Lines that are neither blank nor comment."""
    code = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    return sum(1 for line in code.split("\n") if line.strip())


def check_examples(sources):
    """Each program of examples/ is short enough to be read at once. Of the files for one CPU the
    longest counts."""
    bad = []
    for name in sorted({f.split("/")[1] for f in sources if f.startswith("examples/")}):
        lines = {f: code_lines(s) for f, s in sources.items() if f.startswith(f"examples/{name}/")}
        cpu = [n for f, n in lines.items() if re.search(r"_(riscv64|aarch64)\.c$", f)]
        total = sum(lines.values()) - sum(cpu) + max(cpu, default=0)
        if total not in EXAMPLE_LINES:
            bad.append(f"examples/{name}: {total} lines of code, not {EXAMPLE_LINES[0]} to {EXAMPLE_LINES[-1]}")
    return bad


def check():
    sources = {f: tree.text(f) for f in tree.c_files()}
    bad = check_codes(sources) + check_examples(sources)
    for f in tree.files():
        if f.endswith(".png") or f.startswith("tests/fuzz/corpus/"):
            continue
        try:
            source = tree.text(f)
        except UnicodeDecodeError:
            bad.append(f"{f}: not UTF-8")
            continue
        bad += check_file(f, source)
    return bad


def self_test():
    head = f"/* {SPDX} */\n"
    good = head + "int f(void)\n{\n" + "\tg();\n" * (FUNCTION_LINES - 3) + "}\n"
    breaches = {
        "no licence": "int a;\n",
        "long function": good.replace("\tg();\n", "\tg();\n\th();\n", 1),
        "long file": head + "int a;\n" * FILE_LINES,
        "left open": head + "/* FIX" + "ME */\n",
        "machine path": head + 'char *p = "/ro' + 'ot/x";\n',
        "registry": head + "/* docker" + ".io/x */\n",
        "weak": head + "int f(void) __attribute__((wea" + "k));\n",
        "macro": head + "#define A(x) \\\n\tif (x) \\\n\t\treturn\n",
    }
    bad = [f"clean file: {c}" for c in check_file("board/a.c", good)]
    bad += [f"not caught: {name}" for name, s in breaches.items()
            if len(check_file("board/a.c", s)) != 1]
    code = {"drivers/a/a.c": "vio_device_protocol_error(d, 0, 1);", "drivers/a/b.c": ".codes = c,"}
    if check_codes(code) or len(check_codes({**code, "drivers/a/b.c": ""})) != 1:
        bad.append("a driver without words for its codes is not told from one with them")
    whole = {"examples/a/main.c": "int a;\n" * 50, "examples/a/a_riscv64.c": "/* b */\nint b;\n" * 30,
             "examples/a/a_aarch64.c": "int c;\n" * 20}
    if check_examples(whole) or not check_examples({**whole, "examples/a/a.h": "int d;\n"}) or \
            not check_examples({"examples/a/main.c": "int a;\n\n" * 19}):
        bad.append("an example that is too long or too short is not told from a good one")
    tree.finish(bad, f"style self-test ({len(breaches)} breaches planted)")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    tree.finish(check(), "style")
