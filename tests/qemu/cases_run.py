# SPDX-License-Identifier: BSD-2-Clause
"""firmware/run, the command of the README, as people and scripts use it."""

import os
import re
import shutil
import subprocess

from boards import BOARDS, STUB
from cases import case
from machine import LAST_LIMIT, Failure

BATCH = 12  # commands, which fit into the boot arguments


def firmware_run(c, *options, typed=b"", path=os.environ["PATH"]):
    """Run it with `typed` as its input and `path` as search path for programs. Returns its output and
    exit code."""
    try:
        done = subprocess.run([c.source / "firmware" / "run", "--board", c.board.name,
                               f"--{c.mode}", *options],
                              input=typed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False, timeout=LAST_LIMIT, cwd=c.folder,
                              env={**os.environ, "PATH": path})
    except subprocess.TimeoutExpired as e:
        said = (e.stdout or b"").decode("utf-8", "replace")
        raise Failure(f"firmware/run did not end in {LAST_LIMIT:.0f} s:\n{said}") from None
    return done.stdout.decode("utf-8", "replace").replace("\r", ""), done.returncode


def check(condition, why, said):
    if not condition:
        raise Failure(f"{why}\n{said}")


@case("run.piped")
def piped(c):
    """Commands that are piped in work as typed ones do, and poweroff ends with 0."""
    said, code = firmware_run(c, typed=b"devices\npoweroff\n")
    check(code == 0, f"exit code {code}", said)
    check(re.search(r"console", said) and f"{c.board.windows()[-1]:x}" in said,
          "`devices` shows no console", said)
    check(c.board.qemu in said, "the QEMU command is not shown", said)


@case("run.dry")
def dry(c):
    """--dry-run prints the QEMU command and nothing else, and that command works."""
    firmware_run(c, typed=b"poweroff\n")
    command, code = firmware_run(c, "--dry-run")
    check(code == 0, f"exit code {code}", command)
    check(command.startswith(c.board.qemu + " ") and command.count("\n") == 1,
          "not one command alone", command)
    legacy = "true" if c.mode == "legacy" else "false"
    check(f"virtio-mmio.force-legacy={legacy}" in command, f"the command is not {c.mode}", command)
    done = subprocess.run(["bash", "-c", command], input=b"poweroff 7\n", capture_output=True,
                          check=False, timeout=LAST_LIMIT)
    check(done.returncode == 7, f"exit code {done.returncode}", done.stdout.decode())


@case("run.names", modes=("modern",))
def names(c):
    """After the report of a panic the names of its addresses are printed."""
    said, code = firmware_run(c, "--", "-kernel", c.image, typed=b"panic read\n")
    check(code != 0, "a panic, and the exit code is 0", said)
    named = said.partition("these addresses are:")[2]
    check(named.lstrip().startswith("read_nowhere at") and "shell_run" in named, "no names", said)
    said, code = firmware_run(c, typed=b"poweroff 3\n")
    check(code == 3 and "addresses" not in said, f"exit code {code}", said)


@case("run.again", modes=("modern",), boards=("riscv64",))
def again(c):
    """A build folder is not configured again, unless the presets changed or the checkout was
    moved."""
    build = c.image.parent.parent
    log, stamp = build / "configure.log", build / "configured"

    def configures():
        before = log.stat().st_mtime_ns
        _, code = firmware_run(c, typed=b"poweroff\n")
        check(code == 0, f"exit code {code}", "")
        return log.stat().st_mtime_ns > before

    firmware_run(c, typed=b"poweroff\n")
    check(not configures(), "it is configured each time", "")
    os.utime(stamp, (0, 0))
    check(configures(), "CMakePresets.json is newer, and nothing was done", "")
    stamp.write_text("/elsewhere\n", encoding="utf-8")
    check(configures() and not configures(), "a tree that was moved", "")


@case("run.bios", modes=("modern",))
def bios(c):
    """For riscv32 in S-mode it uses OpenSBI if QEMU finds it, and otherwise the stub of the tests."""
    qemu = c.folder / "qemu-system-riscv32"
    qemu.write_text(f"#!/bin/sh\n[ \"$*\" != '-L help' ] || echo '{c.folder}'\n", encoding="ascii")
    qemu.chmod(0o755)
    c.board = BOARDS["riscv32-s"]
    for want in (f"-bios {c.source}/build/riscv32-s/{STUB} ", "-bios default "):
        said, code = firmware_run(c, "--dry-run", path=f"{c.folder}:{os.environ['PATH']}")
        check(code == 0 and want in said and said.count("\n") == 1, f"not {want}", said)
        (c.folder / "opensbi-riscv32-generic-fw_dynamic.bin").touch()


@case("run.failed", modes=("modern",))
def failed(c):
    """An image that fails ends the command with another exit code than 0. A panic ends the same way
    (cases_panic.py), and the product has no command for it."""
    said, code = firmware_run(c, typed=b"panic\npoweroff 3\n")
    check(code != 0, "exit code 0 after `poweroff 3`", said)
    check("panic: no such command" in said, "a self-test in the product", said)


@case("run.extra", modes=("modern",))
def extra(c):
    """The arguments after -- go to QEMU."""
    said, code = firmware_run(c, "--", "-m", "256M", typed=b"mem\npoweroff\n")
    check(code == 0 and str(256 << 20) in said, "not 256 MiB", said)


@case("run.exec", modes=("modern",))
def exec_(c):
    """--exec runs commands and ends with the code of the first that failed. One file has the result
    of each command, and another the text that was printed."""
    for commands, want in (("rng 4; 'rng' \"8\" # enough", 0), ("rng x; nonsense; rng 2", 1),
                           ("nonsense; rng x", 2), ("rng 1; rng '2", 2)):
        said, code = firmware_run(c, "--exec", commands, "--results", "tap,1", "--log", "log",
                                  "--", "-append", "no_queue_reset")
        check(code == want, f"{commands}: exit code {code}, not {want}", said)
        check("no_queue_reset: chosen" in said, "other boot arguments are lost", said)
        tap = (c.folder / "tap,1").read_text(encoding="ascii").replace("\r", "").split("\n")
        check(tap[0] == "TAP version 13" and tap[-2] == f"1..{len(tap) - 3}", "no TAP", "\n".join(tap))
        log = (c.folder / "log").read_text(encoding="ascii")
        check("picovirtio" in log and f"power off, code {want}" in log and "\x1b" not in log, "the log", log)
    check(tap[1:3] == ["ok 1 - rng 1", "not ok 2 -"], "the results", "\n".join(tap))
    said, code = firmware_run(c, "--flash", "--exec", "rng 4")
    check(code == 2 and "not to an image in flash" in said, "flash", said)


@case("run.first", modes=("modern",))
def first(c):
    """Each command works in a script, where no line was typed before it."""
    said, code = firmware_run(c, "--exec", "help all")
    names = re.findall(r"^([a-z]+) .*\n    ", said.split("run: help all")[1], re.M)
    check(code == 0 and {"help", "history", "devices"} <= set(names), "no list of commands", said)
    names = [n for n in names if n not in ("poweroff", "reboot", "exit")]
    for at in range(0, len(names), BATCH):
        batch = names[at:at + BATCH]
        said, _ = firmware_run(c, "--exec", "; ".join(batch), "--results", "results")
        tap = (c.folder / "results").read_text(encoding="ascii")
        check("***" not in said and f"1..{len(batch)}" in tap, f"{batch}", said + tap)


@case("run.end", modes=("modern",))
def end_of_input(c):
    """The machine ends at the end of piped input, with the code of the first command that failed,
    also if the last line has no newline."""
    for typed, want in ((b"", 0), (b"uptime\n", 0), (b"uptime\nrng x\nnonsense\nuptime", 1)):
        said, code = firmware_run(c, typed=typed)
        check(code == want, f"{typed}: exit code {code}, not {want}", said)
        check(len(re.findall(r"^up \d", said, re.M)) == typed.count(b"uptime"), "a line was lost", said)


@case("run.late_reader", modes=("modern",), boards=("riscv64",))
def late_reader(c):
    """A pipe that is read only after the end of the machine has the complete output."""
    firmware_run(c, typed=b"poweroff\n")
    with subprocess.Popen([c.source / "firmware" / "run", "--modern"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=c.folder) as p:
        p.stdin.write(b"dt\n" * 40)
        p.stdin.close()
        p.wait(LAST_LIMIT)
        said = p.stdout.read().decode("utf-8", "replace")
    check(len(said) > 200000 and said.count("model = ") == 40 and "power off, code 0" in said,
          f"{len(said)} bytes, {said.count('model = ')} trees", said[-1000:])


@case("run.unknown", modes=("modern",))
def unknown(c):
    """An unknown option is refused, with a message."""
    said, code = firmware_run(c, "--no-such-option")
    check(code != 0 and "--no-such-option" in said, f"exit code {code}", said)
    said, code = firmware_run(c, "--results", "vsock:x")
    check(code == 2 and "no port of the host" in said, f"exit code {code}", said)


@case("run.terminal", modes=("modern",))
def terminal(c):
    """At a real terminal: a prompt, a command, and Ctrl-A X leaves."""
    script = shutil.which("script")
    check(script, "script (util-linux) is not installed", "")
    command = ["timeout", str(LAST_LIMIT), script, "-qec",
               f"{c.source}/firmware/run --board {c.board.name} --modern", "/dev/null"]
    with subprocess.Popen(command,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, cwd=c.folder) as p:
        said = b""
        try:
            for until, key in ((b"pico> ", b"uptime\r"), (b"pico> ", b"\x01x")):
                at = len(said)
                while until not in said[at:]:
                    byte = p.stdout.read1(4096)
                    check(byte, "it ended", said.decode("utf-8", "replace"))
                    said += byte
                p.stdin.write(key)
                p.stdin.flush()
            p.wait(LAST_LIMIT)
        finally:
            p.kill()


def recipe(c):
    """The first devicetree in docs/porting.md."""
    text = (c.source / "docs" / "porting.md").read_text(encoding="utf-8")
    return re.search("```dts\n(.*?)```", text, re.S).group(1)


@case("run.tree", modes=("modern",), boards=("arm-picolibc",))
def new_machine(c):
    """A machine that hands over no tree, and another keyboard layout: the steps of docs/porting.md, and invalid input."""
    dts, blob = c.folder / "vexpress.dts", c.folder / "vexpress.dtb"
    source = recipe(c)
    dts.write_text(source, encoding="ascii")
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", blob, dts], check=True)
    keymap = c.source / "build" / f"{c.board.name}-keymap-tree" / "firmware" / "keymap.c"
    for file, layout in ((dts, "fr"), (blob, "de(nodeadkeys)")):
        said, code = firmware_run(c, "--machine", "vexpress-a15", "--tree", str(file), "--keymap", layout,
                                  typed=b"devices\npoweroff\n")
        check(f"The layout {layout}, " in keymap.read_text(encoding="ascii"), "another layout", said)
        check(code == 0, f"exit code {code}", said)
        check("Devicetree: taken: built in" in said, "another tree is used", said)
        check("0x1c130600" in said and "interrupt  75" in said, "no device, or no line", said)
    junk, poor = c.folder / "junk", c.folder / "poor.dts"
    junk.write_text("no tree\n", encoding="ascii")
    poor.write_text(re.sub("memory@.*", "", source), encoding="ascii")
    for options, words in ((("--tree", "nowhere.dts"), "no such file"),
                           (("--tree", str(junk)), "not take it for a devicetree"),
                           (("--tree", str(poor)), "no memory in it"),
                           (("--machine", "nonsuch"), "has no machine 'nonsuch'"),
                           (("--keymap",), "needs a layout"),
                           (("--tree",), "needs a file")):
        said, code = firmware_run(c, *options)
        check(code == 2 and words in said, f"exit code {code}, no word of {words!r}", said)
    said, code = firmware_run(c, "--machine", "vexpress-a15", "--tree", str(dts), "--keymap", "nonsuch")
    check(code == 1 and "no keyboard layout 'nonsuch'" in said, f"exit code {code}", said)
