#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Library code with every warning, for one compiler and one target.

    compile.py COMPILER TARGET BUILD    COMPILER gcc or clang, TARGET host or rv64
    compile.py headers                  each public header alone, as C and as C++
    compile.py symbols BUILD            what the libraries need and hold (rv64)
"""

import functools
import pathlib
import re
import shutil
import subprocess
import sys

import tree

WARNINGS = re.findall(r"-W[\w-]+|-pedantic",
                      tree.text("cmake/warnings.cmake").split("COMPILE_LANGUAGE", 1)[1])
PUBLIC = [f"-I{tree.ROOT / folder}/include" for folder in tree.PUBLIC]
FLAGS = ["-std=c11", "-Os", "-ffunction-sections", "-fdata-sections", *PUBLIC, f"-I{tree.ROOT}"]
FLAGS += WARNINGS
RV64 = ["-march=rv64imac", "-mabi=lp64", "-mcmodel=medany"]
CROSS = "riscv64-unknown-elf-"
# The only functions that library code may need from outside. The host's board defines the register
# accesses, but the symbols are those of the rv64 objects, where the accesses are inline.
NEEDS = {"memset", "memcpy"}
# gcc and clang require these of every freestanding environment, and may call them.
NEEDS |= {"memmove", "memcmp"}
# The run-time library of the compilers.
COMPILER_NEEDS = re.compile(r"__(u?div|u?mod|mul|ashl|lshr|ashr|clz|ctz|bswap)\w*")


@functools.cache
def picolibc_headers():
    """clang has no specs: ask gcc where the C library's headers are."""
    ask = [CROSS + "gcc", "--specs=picolibc.specs", *RV64, "-misa-spec=2.2", "-M", "-xc", "-"]
    out = subprocess.run(ask, input="#include <string.h>\n", text=True, capture_output=True,
                         check=True).stdout
    return next(str(pathlib.Path(p).parent) for p in out.split() if p.endswith("/string.h"))


def command(compiler, target):
    """The warnings of clang come from its front end, those of gcc also from the optimiser."""
    front = ["-fsyntax-only"] if compiler == "clang" else []
    if target == "host":
        return [compiler, *FLAGS, *front, "-DVIO_HOST"]
    if compiler == "gcc":
        return [CROSS + "gcc", "--specs=picolibc.specs", "-misa-spec=2.2", *RV64, *FLAGS]
    return ["clang", "--target=riscv64-unknown-elf", "-isystem", picolibc_headers(), *RV64, *FLAGS, *front]


def run(cmd, source=None, cwd=None):
    if not shutil.which(cmd[0]):
        return f"{cmd[0]} is not installed (tests/run installs it)"
    done = subprocess.run(cmd, input=source, text=True, capture_output=True, check=False, cwd=cwd)
    return "" if done.returncode == 0 else f"{' '.join(cmd)}\n{done.stdout}{done.stderr}"


def compile_all(compiler, target, build, *options, sources=None):
    """One command compiles all of them, into the folder that it runs in."""
    folder = pathlib.Path(build, f"{compiler}-{target}").resolve()
    sources = sources or tree.library_sources()
    objects = [(f, folder / pathlib.Path(f).with_suffix(".o").name) for f in sources]
    if len(sources) < 4:
        return [], [f"only {len(sources)} library sources found: {sources}"]
    if len({obj for _, obj in objects}) < len(objects):
        return [], [f"two sources have one name: {sources}"]
    folder.mkdir(parents=True, exist_ok=True)
    bad = run([*command(compiler, target), *options, "-c", *(str(tree.ROOT / f) for f in sources)],
              cwd=folder)
    return objects, [bad] if bad else []


def headers():
    """Each header compiles alone, also as C++. Public headers include only public headers."""
    bad = []
    for f in tree.c_files():
        public = tree.public_name(f)
        if not f.endswith(".h") or f.startswith(("tests/", "firmware/")):
            continue
        if not public and f.count("/") != 1:
            continue
        alone = f'#include "{f}"\nextern int not_empty;\n'
        if public:
            alone = f"#include <{public}>\nextern int not_empty;\n"
        seen = command("gcc", "rv64")
        if public:
            seen.remove(f"-I{tree.ROOT}")
        bad.append(run(seen + ["-fsyntax-only", "-x", "c", "-"], alone))
        if 'extern "C"' in tree.text(f):
            bad.append(run(["clang++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-DVIO_HOST",
                            "-Wno-unused-function", *PUBLIC, f"-I{tree.ROOT}", "-fsyntax-only",
                            "-x", "c++", "-"], alone))
    return [b for b in bad if b]


def nm(objects):
    """For each object [[address unless it is undefined, kind, name]]."""
    found = {str(obj): [] for obj in objects}
    out = subprocess.run([CROSS + "nm", "-A", *found], text=True, capture_output=True, check=True).stdout
    for line in out.splitlines():
        obj, symbol = line.split(":", 1)
        found[obj].append(symbol.split())
    return list(found.values())


def symbols(objects):
    """No heap, no printing, nothing from the C library but memset and memcpy, and no
    mutable global: undefined symbols, and the sections that would hold one."""
    bad = []
    files, paths = zip(*objects)
    seen = list(zip(files, nm(paths)))
    known = NEEDS | {s[-1] for _, found in seen for s in found if len(s) == 3 and s[-2].isupper()}
    for f, found in seen:
        for s in found:
            if len(s) == 2 and s[-1] not in known and not COMPILER_NEEDS.fullmatch(s[-1]):
                bad.append(f"{f}: needs {s[-1]}")
            if s[-2] in "dDbBgGsSC":
                bad.append(f"{f}: mutable global {s[-1]}")
            if s[-2] in "wWvV":
                bad.append(f"{f}: weak symbol {s[-1]}")
    return bad


# What belongs to each option.
OPTIONAL = {"PACKED": {"vq_format_packed"}, "LEGACY": {"version_1"},
            "EXTENSIONS": {"split_reap_in_order", "queue_is_reset_v2", "shm_v2"}}
# The words by which a source depends on an option.
OPTION_NAMED = re.compile(r"PICOVIRTIO_(PACKED|LEGACY|EXTENSIONS)|VIO_F_BUILT_IN")


def left_out(build, with_all):
    """Code that an option leaves out is in no object, so the linker cannot include it. All options at
    once are tried with every source, and each alone with the sources that name one. packed.c has its
    format in either case; the linker drops it if nothing refers to it."""
    bad = []
    naming = [f for f in tree.library_sources() if OPTION_NAMED.search(tree.text(f))]

    def check(objects, off):
        found = {s[-1] for seen in nm(o for f, o in objects if not f.endswith("/packed.c")) for s in seen}
        for option, symbols in OPTIONAL.items():
            if found & symbols != (set() if option in off else symbols):
                bad.append(f"without {off}: there are {found & symbols} of {symbols}")

    check(with_all, [])
    for off, sources in [(list(OPTIONAL), None), *(([option], naming) for option in OPTIONAL)]:
        objects, failed = compile_all("gcc", "rv64", f"{build}/no_{'_'.join(off)}",
                                      *(f"-DPICOVIRTIO_{option}=0" for option in off), sources=sources)
        bad += failed
        if not failed:
            check(objects, off)
    return bad


def symbols_self_test(build):
    """The checks find errors that are planted here."""
    folder = pathlib.Path(build, "self")
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "bad.c"
    source.write_text("#include <stdlib.h>\nvoid *keep(void);\nint calls;\nstatic void *last;\n"
                      "void *keep(void)\n{\n\tcalls++;\n\tif (!last)\n\t\tlast = malloc(8);\n"
                      "\treturn last;\n}\n", encoding="utf-8")
    obj = folder / "bad.o"
    failed = run(command("gcc", "rv64") + ["-c", str(source), "-o", str(obj)])
    if failed:
        return [failed]
    seen = {(s[-2], s[-1]) for s in nm([obj])[0]}
    wanted = {("U", "malloc"), ("calls",), ("last",)}
    found = {w for w in wanted if any(s[-len(w):] == w for s in seen)}
    return [f"self-test: nm shows {seen}"] if found != wanted else []


def main(argv):
    if argv == ["headers"]:
        tree.finish(headers(), "headers")
    if argv[:1] == ["symbols"] and len(argv) == 2:
        objects, bad = compile_all("gcc", "rv64", argv[1], "-ffreestanding")
        bad = bad or symbols(objects) + left_out(argv[1], objects)
        tree.finish(bad + symbols_self_test(argv[1]), "symbols")
    if len(argv) == 3 and argv[0] in ("gcc", "clang") and argv[1] in ("host", "rv64"):
        tree.finish(compile_all(*argv)[1], f"{argv[0]} for {argv[1]}")
    sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
