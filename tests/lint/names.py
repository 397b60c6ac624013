#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every name that a library gives to its users begins with vio_, vq_, VIO_, VQ_ or PICOVIRTIO_.

    names.py headers                the macros, types, enumerators and functions of public headers
    names.py symbols NM LIBRARY...  the global symbols of built libraries
    names.py --self-test            shows that each kind of breach is seen
"""

import re
import subprocess
import sys

import tree

PREFIX = re.compile(r"(vio|vq|VIO|VQ|PICOVIRTIO)_|vq$")
# Names of the linker script and of the start-up convention, and those that a C library or a compiler
# requires.
OTHERS = re.compile(r"__|_start$|main$|(memcpy|memset|memmove|memcmp|strstr|std(in|out|err)|raise|snprintf)$")
COMPILER = ["gcc", "-E", "-P", "-DVIO_HOST"]
TAG = re.compile(r"\b(?:struct|union|enum) (\w+) ?\{")
ENUM = re.compile(r"\benum(?: \w+)? ?\{([^{}]*)\}")
CALL = re.compile(r"^(?!\s)[\w* ]*?\b(\w+)\((?!\*)", re.M)
TYPEDEF = re.compile(r"^typedef [^;{}]*?(?:\(\*(\w+)\)\([^;]*|\b(\w+));", re.M)
VARIABLE = re.compile(r"^extern [^(;]*?\b(\w+)(?:\[[^;]*)?;", re.M)


def declared(code):
    """The names that preprocessed C declares at file scope."""
    flat = re.sub(r"\{[^{}]*\}", lambda m: m[0].replace("\n", " "), code)
    found = set(TAG.findall(code)) | set(CALL.findall(flat)) | set(VARIABLE.findall(code))
    found |= {a or b for a, b in TYPEDEF.findall(code)}
    for body in ENUM.findall(code):
        found |= set(re.findall(r"(?:^|,)\s*(\w+)", body))
    return found - {"__attribute__", "sizeof", "_Alignas", "_Static_assert"}


def output(command, code):
    return subprocess.run(command, input=code, text=True, capture_output=True, check=True).stdout


def headers():
    paths = [f"-I{tree.ROOT / folder}/include" for folder in tree.PUBLIC]
    public = [f for f in tree.c_files() if tree.public_name(f)]
    bad = [] if len(public) > 10 else [f"only {len(public)} public headers found"]
    for f in public:
        # Skip declarations of other headers: a line marker names the file of each line.
        code = output(COMPILER[:2] + COMPILER[3:] + paths + ["-"], f'#include "{tree.ROOT / f}"\n')
        mine, ours = [], False
        for line in code.split("\n"):
            marker = re.match(r'# \d+ "([^"]*)"', line)
            if marker:
                ours = marker[1].endswith(f)
            elif ours:
                mine.append(line)
        macros = re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", tree.text(f), re.M)
        bad += [f"{f}: {name}" for name in sorted(declared("\n".join(mine)) | set(macros))
                if not PREFIX.match(name) and not OTHERS.match(name)]
    return bad


def globals_of(listing):
    """Name and kind of each global symbol in the output of nm -g --defined-only."""
    return {line.split()[-1] for line in listing.split("\n") if re.match(r"[0-9a-f]+ [A-Z] \w", line)}


def symbols(nm, libraries):
    bad = []
    for library in libraries:
        names = globals_of(output([nm, "-g", "--defined-only", library], ""))
        if not names:
            bad.append(f"{library}: no global symbol at all")
        bad += [f"{library}: {n}" for n in sorted(names) if not PREFIX.match(n) and not OTHERS.match(n)]
    return bad


def self_test():
    code = ("struct a1 { int x; };\nenum { B1 = 1, B2 };\nenum c1 { C2 };\ntypedef struct d0 d1;\n"
            "typedef void (*e1)(int x);\nint f1(int x);\nstatic inline int g1(void)\n{\n"
            " return f2(1);\n}\nextern const int h1[2];\nunion i1 { int y; };\n")
    wanted = {"a1", "B1", "B2", "c1", "C2", "d1", "e1", "f1", "g1", "h1", "i1"}
    bad = [f"declared() misses {n}" for n in wanted - declared(code)]
    bad += [f"declared() invents {n}" for n in declared(code) - wanted]
    if globals_of("00 T f1\n00 t f2\n00 D h1\n\na.o:\n") != {"f1", "h1"}:
        bad.append("globals_of() misreads nm")
    return bad


def main(argv):
    if argv == ["headers"]:
        tree.finish(headers(), "names in public headers")
    if argv == ["--self-test"]:
        tree.finish(self_test(), "names self-test")
    if argv[:1] == ["symbols"] and len(argv) > 2:
        tree.finish(symbols(argv[1], argv[2:]), "names of global symbols")
    sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
