#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The program of README.md, in a CMake project of its own: it builds for rv64, nothing
of ours but the libraries comes along, and it says hello over virtio-console in QEMU.

    example.py SOURCE BUILD
"""

import pathlib
import shutil
import subprocess
import sys

# picolibc's own start-up and link script, on the bare machine; main's result comes out
# through semihosting as QEMU's exit code.
LINK = ("--oslib=semihost --crt0=hosted -Tpicolibc.ld -Wl,--defsym=__flash=0x80000000"
        " -Wl,--defsym=__flash_size=0x200000 -Wl,--defsym=__ram=0x80200000"
        " -Wl,--defsym=__ram_size=0x400000 -Wl,--defsym=__stack_size=0x4000")


def run(*command, **options):
    done = subprocess.run([str(c) for c in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=120, **options)
    return done.returncode, done.stdout


def must(*command):
    code, said = run(*command)
    if code != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {code}\n{said}")
    return said


def prepare(source, build):
    """The project as the README describes it: ours is a folder inside."""
    shutil.rmtree(build, ignore_errors=True)
    shutil.copytree(source / "tests/example/project", build / "project")
    (build / "project/picovirtio").symlink_to(source)
    must("cmake", "-S", build / "project", "-B", build / "out", "-G", "Ninja",
         "-DCMAKE_BUILD_TYPE=MinSizeRel", f"-DCMAKE_EXE_LINKER_FLAGS={LINK}",
         f"-DCMAKE_TOOLCHAIN_FILE={source}/cmake/riscv64.cmake")
    return must("cmake", "--build", build / "out", "--verbose")


def main():
    source, build = map(lambda p: pathlib.Path(p).resolve(), sys.argv[1:3])
    said = prepare(source, build)
    if "/firmware/" in said or "/tests/" in said.replace("/tests/example/", "/"):
        sys.exit(f"add_subdirectory pulls in firmware or tests:\n{said}")
    if "-Werror" in [w for line in said.split("\n") if "hello.c" in line for w in line.split()]:
        sys.exit("our warnings reach the user's own sources")
    for legacy in ("true", "false"):
        code, said = run(
            "qemu-system-riscv64", "-machine", "virt", "-bios", "none", "-kernel",
            build / "out/hello", "-display", "none", "-monitor", "none", "-serial", "none",
            "-semihosting", "-global", f"virtio-mmio.force-legacy={legacy}", "-chardev",
            "stdio,id=con", "-device", "virtio-serial-device,bus=virtio-mmio-bus.0", "-device",
            "virtconsole,chardev=con", stdin=subprocess.DEVNULL)
        if code != 0 or said.replace("\r", "") != "hello\n":
            sys.exit(f"force-legacy={legacy}: exit code {code}, said {said!r}")
    print("hello, in both register versions")


if __name__ == "__main__":
    main()
