#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The ways in which another project takes the libraries in, each tried in a folder of its own.

    package.py CASE FOLDER      CASE is one of those below; FOLDER is emptied first

The cases install_CPU make the installed package, in FOLDER/prefix; others find it beside their own
folder. A case builds the program of examples/own_platform (without the repository around it), and the last
two all of examples/; each runs in QEMU in both register versions.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests/lint"))
import talk  # noqa: E402  (found through the line above, and beside this file)
import tree  # noqa: E402

CROSS = "riscv64-unknown-elf-"
RV64 = ["-march=rv64imac", "-mabi=lp64", "-misa-spec=2.2", "-mcmodel=medany",
        "--specs=picolibc.specs"]
# picolibc's own start-up and link script, on the bare machine; main's result comes out
# through semihosting as QEMU's exit code.
LINK = ["--oslib=semihost", "--crt0=hosted", "-Tpicolibc.ld", "-Wl,--defsym=__flash=0x80000000",
        "-Wl,--defsym=__flash_size=0x200000", "-Wl,--defsym=__ram=0x80200000",
        "-Wl,--defsym=__ram_size=0x400000", "-Wl,--defsym=__stack_size=0x4000"]
# Warnings of careful projects, all at once.
STRICT = """-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wcast-align
 -Wundef -Wvla -Wwrite-strings -Wpointer-arith -Wredundant-decls -Wmissing-declarations -Wfloat-equal
 -Wdouble-promotion -Wformat=2 -Wswitch-default -Wswitch-enum -Wunused -Wuninitialized
 -Wstrict-aliasing=2 -Wdisabled-optimization -Winit-self -Wimplicit-fallthrough -Wnull-dereference
 -Wdate-time -Winvalid-pch -Wstack-protector -Werror""".split()
STRICT_C = ["-Wmissing-prototypes", "-Wstrict-prototypes", "-Wold-style-definition",
            "-Wnested-externs", "-Wbad-function-cast"]
GCC_ONLY = ["-Wlogical-op", "-Wduplicated-cond", "-Wduplicated-branches"]


def run(command, **options):
    done = subprocess.run([str(c) for c in command], text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          timeout=1000, **options)
    return done.returncode, done.stdout


def must(*command, **options):
    code, said = run(command, **options)
    if code != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {code}\n{said}")
    return said


def project(folder, cmake):
    """The program, with these lines in its CMakeLists.txt."""
    shutil.copytree(ROOT / "examples/own_platform", folder)
    (folder / "CMakeLists.txt").write_text(
        f"cmake_minimum_required(VERSION 3.22)\nproject(hello C)\n{cmake}\n"
        "add_executable(hello hello.c platform.c)\n"
        "target_link_libraries(hello PRIVATE picovirtio::drivers picovirtio::transport)\n",
        encoding="utf-8")
    return folder


def configure(folder, *options, toolchain=ROOT / "cmake/riscv64.cmake", env=None):
    return must("cmake", "-S", folder, "-B", folder / "out", "-G", "Ninja",
                "-DCMAKE_BUILD_TYPE=MinSizeRel", f"-DCMAKE_TOOLCHAIN_FILE={toolchain}",
                f"-DCMAKE_EXE_LINKER_FLAGS={' '.join(LINK)}", *options, env=env)


def build(folder, *options, **named):
    configure(folder, *options, **named)
    return must("cmake", "--build", folder / "out", "--verbose")


def boot(program):
    for legacy in ("true", "false"):
        code, said = run(
            ["qemu-system-riscv64", "-machine", "virt", "-bios", "none", "-kernel", program,
             "-display", "none", "-monitor", "none", "-serial", "none", "-semihosting", "-global",
             f"virtio-mmio.force-legacy={legacy}", "-chardev", "stdio,id=con", "-device",
             "virtio-serial-device", "-device", "virtconsole,chardev=con"])
        if code != 0 or said.replace("\r", "") != "hello\n":
            sys.exit(f"force-legacy={legacy}: exit code {code}, said {said!r}")
    print("it says hello in both register versions")


def install(folder, cpu, board):
    """Install the package in a prefix. Afterwards nothing of the repository is needed."""
    prefix = folder / "prefix"
    must("cmake", "-S", ROOT, "-B", folder / "build", "-G", "Ninja", f"-DPICOVIRTIO_BOARD={board}",
         "-DCMAKE_BUILD_TYPE=MinSizeRel", "-DPICOVIRTIO_INSTALL=ON",
         f"-DCMAKE_TOOLCHAIN_FILE={ROOT}/cmake/{cpu}.cmake")
    # The libraries alone: other cases and the presets build the images.
    must("cmake", "--build", folder / "build", "--target",
         *(f"{module}/all" for module in tree.PUBLIC))
    must("cmake", "--install", folder / "build", "--prefix", prefix)
    shutil.rmtree(folder / "build")
    for f in prefix.rglob("*"):
        if f.is_file() and f.suffix != ".a" and str(ROOT) in f.read_text(encoding="utf-8"):
            sys.exit(f"{f} names the folder that it was built from")


def install_riscv64(folder):
    install(folder, "riscv64", "riscv")


def install_aarch64(folder):
    install(folder, "aarch64", "arm")


def prefix_of(folder, cpu="riscv64"):
    prefix = folder.parent / f"install_{cpu}/prefix"
    if not prefix.exists():
        sys.exit(f"{prefix} is not there: install_{cpu} makes it")
    return prefix


def installed(folder):
    prefix = prefix_of(folder)
    find = "find_package(picovirtio 0.2 REQUIRED COMPONENTS drivers transport board)"
    toolchain = prefix / "share/picovirtio/cmake/riscv64.cmake"
    mine = project(folder / "mine", find)
    build(mine, f"-DCMAKE_PREFIX_PATH={prefix}", toolchain=toolchain)
    boot(mine / "out/hello")
    for line, wrong in (("find_package(picovirtio 0.1 REQUIRED)", "0.1"),
                        ("find_package(picovirtio 0.2 REQUIRED COMPONENTS usb)", "usb")):
        shutil.rmtree(folder / "bad", ignore_errors=True)
        bad = project(folder / "bad", line)
        code, said = run(["cmake", "-S", bad, "-B", bad / "out", "-G", "Ninja",
                          f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_TOOLCHAIN_FILE={toolchain}"])
        if code == 0 or wrong not in said:
            sys.exit(f"{line}: exit code {code}\n{said}")
    bad = project(folder / "tree", find + "\npicovirtio_firmware(image hello.c DEVICETREE my.dts)")
    code, said = run(["cmake", "-S", bad, "-B", bad / "out", "-G", "Ninja",
                      f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_TOOLCHAIN_FILE={toolchain}"])
    if code == 0 or "needs ASM" not in said:
        sys.exit(f"a devicetree in a project without ASM: exit code {code}\n{said}")
    bad = project(folder / "arch", find)
    code, said = run(["cmake", "-S", bad, "-B", bad / "out", "-G", "Ninja",
                      f"-DCMAKE_PREFIX_PATH={prefix}",
                      f"-DCMAKE_TOOLCHAIN_FILE={prefix}/share/picovirtio/cmake/riscv32.cmake"])
    if code == 0 or "was built for riscv64" not in said:
        sys.exit(f"a package for another CPU: exit code {code}\n{said}")


def pkgconfig(folder):
    """A compiler and two command lines, as in a Makefile."""
    prefix = prefix_of(folder)
    env = dict(os.environ, PKG_CONFIG_LIBDIR=str(prefix / "lib/pkgconfig"))
    if shutil.which("pkg-config") is None:
        sys.exit("pkg-config is not installed (tests/run installs it)")
    flags = must("pkg-config", "--cflags", "picovirtio", env=env).split()
    libraries = must("pkg-config", "--libs", "picovirtio", env=env).split()
    source = ROOT / "examples/own_platform"
    must(CROSS + "gcc", *RV64, "-Os", *flags, source / "hello.c", source / "platform.c", *LINK,
         *libraries, "-o", folder / "hello")
    boot(folder / "hello")


def fetch(folder):
    """FetchContent, from a git URL."""
    copy = folder / "repository"
    for f in tree.files():
        (copy / f).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / f, copy / f)
    git = ["git", "-C", copy, "-c", "user.name=test", "-c", "user.email=test@localhost"]
    must("git", "init", "-q", copy)
    must(*git, "add", "-A")
    must(*git, "commit", "-q", "-m", "all")
    commit = must(*git, "rev-parse", "HEAD").strip()
    mine = project(folder / "mine", f"""include(FetchContent)
FetchContent_Declare(picovirtio GIT_REPOSITORY file://{copy} GIT_TAG {commit})
FetchContent_MakeAvailable(picovirtio)""")
    build(mine)
    boot(mine / "out/hello")


def subdirectory(folder):
    mine = project(folder / "mine", "add_subdirectory(picovirtio)")
    (mine / "picovirtio").symlink_to(ROOT)
    said = build(mine)
    for folder_of_ours in ("firmware", "tests"):
        if f" {mine}/picovirtio/{folder_of_ours}/" in said:
            sys.exit(f"add_subdirectory pulls in files of {folder_of_ours}/")
    if any("hello.c" in line and "-Werror" in line.split() for line in said.split("\n")):
        sys.exit("our warnings reach the user's own sources")
    boot(mine / "out/hello")


def parents_flags(folder):
    """Our code builds with every flag that another project may use. Flags that do not touch each other
    share a build."""
    strict = " ".join(STRICT + STRICT_C + GCC_ONLY)
    for name, options in {
            "strict": [f"-DCMAKE_C_FLAGS_INIT={strict}", f"-DCMAKE_C_FLAGS={' '.join(RV64)} {strict}"],
            "unity_O3": ["-DCMAKE_UNITY_BUILD=ON", "-DCMAKE_C_FLAGS_MINSIZEREL=-O3"],
            "lto_O2": ["-DCMAKE_C_FLAGS_MINSIZEREL=-O2 -flto",
                       "-DCMAKE_AR=/usr/bin/" + CROSS + "gcc-ar"],
            "O0": ["-DCMAKE_C_FLAGS_MINSIZEREL=-O0"],
            "O1": ["-DCMAKE_C_FLAGS_MINSIZEREL=-O1"]}.items():
        mine = project(folder / name, "add_subdirectory(picovirtio)")
        (mine / "picovirtio").symlink_to(ROOT)
        build(mine, *options)
        print(name, end=": ")
        boot(mine / "out/hello")


def plain(folder):
    """cc -c *.c, without any build system, for several CPUs and with strict warnings; headers in C
    and in C++ 11 to 20."""
    include = [f"-I{ROOT / folder}/include" for folder in tree.PUBLIC] + [f"-I{ROOT}"]
    clang = ["clang", "--target=riscv64-unknown-elf", "-march=rv64imac", "-mabi=lp64"]
    arm = ["arm-none-eabi-gcc", "-mthumb", "-mcpu=cortex-m0", "--specs=picolibc.specs"]
    for compiler in ([CROSS + "gcc", *RV64], arm):
        must(*compiler, "-std=c11", "-Os", "-Wall", "-Wextra", "-Werror", *include, "-c",
             *(ROOT / f for f in tree.library_sources()), cwd=folder)
    public = sorted(tree.public_name(f) for f in tree.c_files() if tree.public_name(f))
    code = "".join(f"#include <{name}>\n" for name in public) + "extern int not_empty;\n"
    (folder / "all.c").write_text(code, encoding="utf-8")
    (folder / "all.cpp").write_text(code, encoding="utf-8")
    gcc = STRICT + GCC_ONLY
    must(CROSS + "gcc", *RV64, "-std=c11", *gcc, *STRICT_C, *include[:-1], "-c", folder / "all.c",
         cwd=folder)
    must(*clang, "-ffreestanding", "-isystem", picolibc(), "-std=c11", *STRICT, *STRICT_C,
         *include[:-1], "-c", folder / "all.c", cwd=folder)
    for year in ("11", "14", "17", "20"):
        for compiler, warn in (([CROSS + "g++", *RV64], gcc),
                               (["clang++", *clang[1:], "-ffreestanding", "-isystem", picolibc()], STRICT)):
            must(*compiler, f"-std=c++{year}", *warn, *include[:-1], "-c",
                 folder / "all.cpp", cwd=folder)
    print(f"{len(tree.library_sources())} sources, {len(public)} headers")


def console_image(folder, toolchain, *options):
    """The console image, built and booted."""
    must("cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DPICOVIRTIO_BOARD=riscv",
         "-DCMAKE_BUILD_TYPE=MinSizeRel",
         f"-DCMAKE_TOOLCHAIN_FILE={ROOT}/cmake/{toolchain}.cmake", *options)
    must("cmake", "--build", folder, "--target", "picovirtio")
    (folder / "typed").write_text("devices\npoweroff 7\n", encoding="utf-8")
    with open(folder / "typed", encoding="utf-8") as typed:
        done = subprocess.run(
            ["qemu-system-riscv64", "-machine", "virt", "-display", "none", "-monitor", "none",
             "-serial", "null", "-chardev", "stdio,id=con,signal=off", "-device",
             "virtio-serial-device", "-device", "virtconsole,chardev=con", "-kernel",
             folder / "firmware/picovirtio.elf"], stdin=typed, text=True, capture_output=True,
            check=False, timeout=1000)
    if done.returncode != 7 or "virtio-console@10008000  live" not in done.stdout:
        sys.exit(f"exit code {done.returncode}, said {done.stdout!r} {done.stderr!r}")


def clang_lld(folder):
    """The console image, built by clang and lld."""
    if shutil.which("ld.lld") is None:
        sys.exit("lld is not installed (tests/run installs it)")
    console_image(folder, "riscv64-clang")


def image_lto(folder):
    """With link-time optimisation, which must not drop what the C library refers to."""
    console_image(folder, "riscv64", "-DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON")


def picolibc():
    listing = must(CROSS + "gcc", *RV64, "-M", "-include", "string.h", "-xc", "/dev/null")
    return next(str(pathlib.Path(p).parent) for p in listing.split() if p.endswith("/string.h"))


def no_toolchain(folder):
    """Without a toolchain file CMake stops, and names one."""
    mine = project(folder / "mine", "add_subdirectory(picovirtio)")
    (mine / "picovirtio").symlink_to(ROOT)
    code, said = run(["cmake", "-S", mine, "-B", mine / "out"])
    if code == 0 or "cmake/riscv64.cmake" not in said:
        sys.exit(f"without a toolchain file: exit code {code}\n{said}")


def readme(folder):
    """The unchanged commands of README.md that build and boot an example."""
    page = tree.text("README.md").split("## Your own image", 1)[1]
    commands = next(b for b in re.findall(r"^```sh\n(.*?)^```", page, re.S | re.M) if "cp -r" in b)
    mine = folder / "readme"
    mine.mkdir()
    (mine / "picovirtio").symlink_to(ROOT)
    (mine / "prefix").symlink_to(prefix_of(folder))
    said = must("bash", "-euc", commands, cwd=mine)
    if "\nhello from riscv64" not in said.replace("\r", ""):
        sys.exit(f"README.md's commands print\n{said}")
    print("README.md's commands: they say hello")


def without_dtc(configure):
    """Where dtc is not installed, CMake stops and names the package."""
    code, said = run([*configure, "-DPICOVIRTIO_DTC="])
    if code == 0 or "device-tree-compiler" not in said:
        sys.exit(f"without dtc: exit code {code}\n{said}")
    shutil.rmtree(configure[4])


def examples(folder, cpu, qemu):
    """Every example of the installed package, copied out of it, and built with it."""
    prefix = prefix_of(folder, cpu)
    strict = " ".join(STRICT + STRICT_C + GCC_ONLY)
    sources = sorted((prefix / "share/doc/picovirtio/examples").iterdir())
    if [s.name for s in sources] != sorted(s.name for s in (ROOT / "examples").iterdir()):
        sys.exit(f"the package has the examples {[s.name for s in sources]}")
    for source in sources:
        mine = folder / source.name
        shutil.copytree(source, mine)
        configure = ["cmake", "-S", mine, "-B", mine / "out", "-G", "Ninja",
                     "-DCMAKE_BUILD_TYPE=MinSizeRel", f"-DCMAKE_PREFIX_PATH={prefix}",
                     f"-DCMAKE_TOOLCHAIN_FILE={prefix}/share/picovirtio/cmake/{cpu}.cmake"]
        if source.name == "own_machine":
            without_dtc(configure)
        must(*configure, env=dict(os.environ, CFLAGS=strict))
        must("cmake", "--build", mine / "out")
        if source.name in talk.TALK:
            talk.TALK[source.name](mine / f"out/{source.name}.elf", qemu)
        else:
            must("ctest", "--test-dir", mine / "out", "--output-on-failure", "--no-tests=error")
        print(f"{source.name}: runs")


def examples_riscv64(folder):
    examples(folder, "riscv64", ["qemu-system-riscv64", "-machine", "virt"])
    readme(folder)


def examples_aarch64(folder):
    examples(folder, "aarch64", ["qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a53",
                                 "-nic", "none", "-semihosting"])


CASES = {f.__name__: f for f in (install_riscv64, install_aarch64, installed, pkgconfig, fetch, subdirectory, parents_flags, plain,
                                 clang_lld, image_lto, no_toolchain, examples_riscv64,
                                 examples_aarch64)}


def main(argv):
    if len(argv) != 2 or argv[0] not in CASES:
        sys.exit(f"{__doc__}\nCases: {' '.join(CASES)}")
    folder = pathlib.Path(argv[1]).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    CASES[argv[0]](folder)


if __name__ == "__main__":
    main(sys.argv[1:])
