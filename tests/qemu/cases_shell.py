# SPDX-License-Identifier: BSD-2-Clause
"""The output of the commands of the shell, and the line editor."""

import re
import time

import tree
from cases import RNG, SERIAL, case
from cases_blk import image
from cases_boot import device, poweroff
from cases_tree import handed_over
from machine import PROMPT

COMMANDS = ["help", "devices", "dt", "queues", "trace", "rng", "blk", "nic", "uptime", "mem", "reboot",
            "poweroff"]


# Commands for the tests, which the product lacks.
SELF_TESTS = {"loop", "panic", "echo", "take", "mute", "state", "messages"}


def commands_shown(m):
    """The names that `help` lists, which stand behind those of their groups."""
    return {name for line in m.run("help").split("\n") if line.startswith("  ") for name in line.split()[1:]}


@case("help", shared=True)
def help_command(m):
    """Both levels of help fit a terminal of 80 x 24."""
    shown = commands_shown(m)
    m.check(set(COMMANDS) <= shown, f"`help` does not show {set(COMMANDS) - shown}")
    for line in ["help"] + [f"help {name}" for name in shown]:
        rows = m.run(line).split("\n")
        m.check(len(rows) < 23 and max(map(len, rows)) < 80, f"`{line}` does not fit: {rows}")
        m.check(line == "help" or rows[0].startswith(line.split()[1]), f"`{line}`: {rows}")
    m.check(len(m.run("help all").split("\n")) >= 2 * len(shown), "`help all`")
    m.check("'hlep': no such command" in m.run("help hlep"), "a name that is none")


@case("md", shared=True)
def md(m):
    """Memory and registers are shown. Memory that the image uses cannot be changed."""
    mem = m.run("mem")
    arena = int(re.search(r"arena +0x([0-9a-f]+) +(\d+)", mem)[1], 16)
    free = arena + int(re.search(r"arena +0x([0-9a-f]+) +(\d+)", mem)[2]) - 64
    image = int(re.search(r"image +0x([0-9a-f]+)", mem)[1], 16)
    window = m.board.windows()[-1]
    m.check(re.search(rf"^0x0*{window:x}  74726976 0000000[12] 00000003 \w+  \|virt", m.run(f"md {window:#x} 4")),
            "no registers")
    m.check("78563412" not in m.run(f"md {free:#x}"), "the word is there already")
    m.check("with --yes" in m.run(f"mw {free:#x} 0x78563412"), "no guard")
    m.check("78563412" not in m.run(f"md {free:#x}"), "written without --yes")
    m.check("done" in m.run(f"mw {free:#x} 0x78563412 --yes"), "mw")
    m.check(re.search(r"^0x\w+  78563412 .*\|.4Vx", m.run(f"md {free:#x} 1")), "the word is not there")
    m.run(f"mw {free:#x} 0 --yes")
    m.check("which the console needs" in m.run(f"mw {image:#x} 0 --yes"), "the image was written to")
    for word in ("0", "x", f"{window + 1:#x}", f"{window - 0x100000:#x}", "0xfffffffffffffffc"):
        m.check(f"md: '{word}'" in m.run(f"md {word}"), f"md {word}")
    m.check("'0' is not a number from 1" in m.run(f"md {window:#x} 0"), "a count of 0")


@case("unknown", shared=True)
def unknown(m):
    """An unknown command gets a hint, and an empty line no answer. Upper case is harmless."""
    for word in ("hlep", "device", "x" * 100, "rng x", "rng -1", "rng 99999999999999999999",
                 "loop", "dt /nowhere", "\u00e4\u00f6"):
        text = m.run(word)
        m.check(text.strip(), f"{word!r} is answered by nothing")
    m.check("help" in m.run("hlep"), "no hint to `help`")
    m.check(m.run("").strip() == "", "an empty line is answered")


@case("devices", shared=True)
def devices(m):
    for word, driver in (("console", "EMERG_WRITE"), ("rng", "")):
        row = device(m, word)
        m.check(driver in row, f"no {driver} in {row}")
        m.check(re.search(r"\birq\b|\binterrupt\b", row), f"no interrupt in {row}")


def nodes(text):
    """The names of all nodes in a source text of a tree, in order."""
    return re.findall(r"^\s*(/|[\w,.+@-]+) \{\s*$", text, re.M)


@case("dt")
def dt(c):
    """The tree as text has the same nodes as dtc's output, in the same order, with the same
    properties."""
    with handed_over(c, lambda debugger: tree.fetch(c, debugger)) as m:
        theirs = tree.decompile(c.folder / "fetched.dtb")
        m.prompt()
        ours = m.run("dt")
        m.check(nodes(ours) == nodes(theirs), f"other nodes than dtc:\n{nodes(theirs)}")
        stdout = re.search(r'stdout-path = "[^"]*"', theirs)[0]
        for want in ('compatible = "virtio,mmio"', stdout):
            m.check(want in ours, f"`dt` does not show {want}")
        poweroff(m)


def numbers(text, word):
    found = re.search(rf"\b(\d+) {word}|{word}:? +(\d+)", text)
    return int(next(g for g in found.groups() if g)) if found else None


@case("queues", shared=True)
def queues(m):
    """The counters grow with the work."""
    before = m.run("queues")
    for _ in range(5):
        m.run("rng 32")
    after = m.run("queues")
    m.check(before != after, "`queues` does not change")
    for word in ("size", "flight", "request", "notif|kick", "error|clamp"):
        m.check(re.search(word, after), f"`queues` says nothing of {word}")


@case("trace")
def trace(c):
    with c.booted() as m:
        m.run("uptime")
        text = m.run("trace")
        for what in ("boot", "device up virtio-console@", "console moved virtio-console", "command of 6 characters"):
            m.check(re.search(what, text), f"no {what!r} in `trace`: {text}")
        m.check(text.count("\n") < 80, "more than the ring holds")
        poweroff(m)


@case("rng", shared=True)
def rng(m):
    """Two requests return different bytes, and each as many as requested."""
    seen = set()
    for count in (1, 16, 16, 64, 65, 200):
        text = m.run(f"rng {count}")
        got = bytes.fromhex("".join(re.findall(r"\b(?:[0-9a-f]{2})+\b", text)))
        m.check(len(got) == count, f"`rng {count}` gave {len(got)} bytes: {text}")
        m.check(count < 16 or got not in seen, "the same bytes twice")
        seen.add(got)


@case("rng_rationed")
def rng_rationed(c):
    """A source with 16 bytes a second: the command collects short answers."""
    rationed = ["-device", "virtio-rng-device,max-bytes=16,period=1000"]
    with c.booted(SERIAL + rationed) as m:
        got = bytes.fromhex("".join(re.findall(r"\b(?:[0-9a-f]{2})+\b", m.run("rng 40"))))
        m.check(len(got) == 40, f"`rng 40` gave {len(got)} bytes")
        poweroff(m)


@case("ctrl_c")
def ctrl_c(c):
    """Ctrl-C ends a command whose device is silent, long before its time-out, and the command says
    so: an entropy source with a byte an hour, a disk with a sector a second."""
    slow = image(c)
    with c.booted(SERIAL + ["-device", "virtio-rng-device,max-bytes=1,period=3600000", "-drive",
                            f"if=none,id=d,format=raw,file={slow},throttling.bps-total=600",
                            "-device", "virtio-blk-device,drive=d"]) as m:
        for line in ("rng 40", "rng 40", "random", "blk read 0 64", "sleep 1000; rng 8"):
            m.send(line + "\r")
            m.expect(re.escape(line.encode()) + rb"\r\n", what="the echo")
            m.send("\x03")
            said = m.prompt()
            m.check(b"^C" in said and (line == "random" or b"stopped" in said), f"{line}: {said}")
        m.check(re.search(r"up \d", m.run("uptime")), "the shell after it")
        poweroff(m)


def pages(m, keys):
    """The pages of a long output, each answered with one of these keys."""
    said = []
    for key in keys:
        said.append(m.expect(rb"(.*?)-- Space: more, Enter: a line, q: enough --", what="a full page").group(1))
        m.send(key)
    return said


@case("outside", modes=("modern",))
def outside(c):
    """Control characters from outside never reach the terminal, and names stay in their line: the
    serial of a disk, boot arguments, names of folders and files."""
    folder = c.folder / "share"
    folder.mkdir()
    (folder / "e\x1b[2Jv\nil\tx").write_text("text")
    with c.booted(SERIAL + RNG + ["-drive", f"if=none,id=d,format=raw,file={image(c)}", "-device",
                                  "virtio-blk-device,drive=d,serial=a\x1b[2Jb\x07\u0085c\nd", "-fsdev",
                                  f"local,id=f,path={folder},security_model=none", "-device",
                                  "virtio-9p-device,fsdev=f,mount_tag=t\x1b[2J\nag"],
                  extra=["-append", "console=\"\x1b[31m\x9b1m\nlost\""]) as m:
        m.check(b"console= [31m" in m.banner and b"1m lost: there is no such" in m.banner, "boot arguments")
        m.check("serial     a?[2Jb??c?d" in m.run("blk"), "the serial of a disk")
        m.check("t?[2J?ag" in m.run("files"), "the name of a folder")
        m.check("4  e?[2Jv?il?x\n1 entries" in m.run("ls 1"), "the name of a file")
        m.check("no such file" in after_tab(m, "cat 1 ", rb"e"), "as much of the name as can be typed")
        m.send("cat 1 e\t")
        m.expect(rb"e\?\[2Jv\?il\?x\r\n\rpico> cat 1 e", what="the name in a list")
        m.send("\x15")
        m.check(b"\x1b[2J" not in m.con.received and b"\x1b[31m" not in m.con.received, "an order from outside")
        poweroff(m)


SIZE = b"\x1b7\x1b[999;999H\x1b[6n\x1b8"  # the question for it


@case("pager", modes=("modern",))
def pager(c):
    """If the terminal reports its size at each prompt, output comes in pages, except with --all, in a
    pipe or in a script. A command that takes longer than a second shows its progress in a row, and
    removes the row. The key q ends a command that has not failed, and the next one runs. Ctrl-C is a
    failure."""
    results = c.folder / "results"
    with c.machine(SERIAL + RNG + ["-chardev", f"file,id=results,path={results}", "-device",
                                 "virtserialport,chardev=results,name=picovirtio.results"],
                   extra=["-append", "terminal"]) as m:
        m.expect(re.escape(SIZE), what="the question for the size")
        m.send("\x1b[20;70R")
        whole = m.run("dt --all").replace("\n", "")
        m.expect(re.escape(SIZE), what="the question for the size")
        m.send("\x1b[10;60Rdt; rng 4\r")
        first, second, line, _ = pages(m, (" ", "\x1b[B\r", " ", "q"))
        said = m.prompt()
        m.check(first.count(b"\n") == 10 and second.count(b"\n") <= 9, f"pages of other sizes: {first} {second}")
        m.check(line.count(b"\n") <= 2, f"Enter brings {line}")
        shown = (first + second + line).replace(b"\r\x1b[K", b"").replace(b"\r\n", b"").decode()
        m.check(shown.removeprefix("dt; rng 4") in whole, f"pages: {shown!r}")
        m.check(re.fullmatch(rb"\r\x1b\[K[0-9a-f]{8}\s*(\x1b\[K)?", said.strip(b" \n")), f"after q: {said}")
        m.send("sleep 1000\r")
        m.expect(rb"\d+ s; Ctrl-C ends it", what="how long it takes")
        m.send("\x03")
        said = m.prompt()
        m.check(b"\r\x1b[K^C" in said and b"sleep: stopped" in said, f"the row stays: {said}")
        m.send("dt\r")
        pages(m, "\x03")
        m.check(b"^C" in m.prompt(), "Ctrl-C at the end of a page")
        poweroff(m)
    said = results.read_text(encoding="ascii").replace("\r", "").split("\n")
    m.check(said[1:6] == ["ok 1 - dt", "ok 2 - dt", "ok 3 - rng 4", "not ok 4 - sleep 1000", "not ok 5 - dt"],
            f"the results: {said}")


@case("poweroff_code")
def poweroff_code(c):
    """The exit code is the requested one. An invalid one is refused."""
    with c.booted() as m:
        m.check("255" in m.run("poweroff 256"), "no word of the limit")
        m.send("poweroff 42\r")
        m.check(m.exit_code() == 42, "another exit code than asked for")


@case("uptime", shared=True)
def uptime(m):
    """The clock goes forward at the right pace."""
    def seconds():
        """The time of the guest's clock, between two times of the host."""
        before = time.monotonic()
        guest = float(re.search(r"(\d+\.\d+)", m.run("uptime")).group(1))
        return before, guest, time.monotonic()

    first = seconds()
    m.quiet(2.0)
    second = seconds()
    least, passed, most = second[0] - first[2], second[1] - first[1], second[2] - first[0]
    m.check(least - 0.05 < passed < most + 0.05, f"{least:.2f} to {most:.2f} s are {passed} by `uptime`")


@case("mem", shared=True)
def mem(m):
    text = m.run("mem")
    m.check(re.search(rf"RAM\s+0x0*{m.board.ram:x}\s+{128 << 20} bytes", text), f"`mem`: {text}")
    for word in ("image", "stack", "arena", "used", "left"):
        m.check(word in text, f"`mem` says nothing of {word}")


@case("editing", shared=True)
def editing(m):
    """Keys that move, delete and cut. The command that runs is the line that is shown."""
    m.send("uptimx\x7fe\r")  # backspace
    m.check(re.search(rb"\d+\.\d+", m.prompt()), "backspace")
    m.send("xuptime\x01\x04\r")  # to the start, delete
    m.check(re.search(rb"\d+\.\d+", m.prompt()), "Ctrl-A Ctrl-D")
    m.send("uptimeq\x1b[D\x1b[C\x1b[D\x1b[3~\r")  # arrows, Delete
    m.check(re.search(rb"\d+\.\d+", m.prompt()), "arrows")
    m.send("rubbish\x15uptime\r")  # cut to the start
    m.check(re.search(rb"\d+\.\d+", m.prompt()), "Ctrl-U")
    m.send("rubbish\x03")  # give up
    m.prompt()
    m.send("uptime\n")  # LF alone
    m.check(re.search(rb"\d+\.\d+", m.prompt()), "LF")
    m.send("uptime\r\nuptime\r\n")  # CR LF ends one line, not two
    for _ in range(2):
        m.check(re.search(rb"\d+\.\d+", m.prompt()), "CR LF")
    m.check(PROMPT not in m.quiet(0.5), "CR LF ends two lines")


@case("history", shared=True)
def history(m):
    m.run("uptime")
    m.run("rng 4")
    m.send("\x1b[A\x1b[A\r")  # up twice: uptime
    m.check(re.search(rb"\d+\.\d+", m.prompt()), "history: two lines back")
    m.send("\x10\x10\x0e\r")  # Ctrl-P twice, Ctrl-N: the last one
    m.check(re.search(rb"\d+\.\d+", m.prompt()), "history: the last line")


@case("history_empty", shared=True)
def history_empty(m):
    """Down from the last line leads to an empty line, in which Enter does nothing."""
    m.run("uptime")
    m.send("\x1b[A\x1b[B\r")
    m.check(not re.search(rb"up \d", m.prompt()), "the last command ran again")
    m.check(m.run("history").endswith("uptime\nhistory"), "`history`")


@case("words", shared=True)
def words(m):
    """Several commands on a line, quotes, comments; a TAB in a paste is a blank."""
    text = m.run("rng 2; 'rng' \"3\" # ; rng 4")
    m.check(re.fullmatch(r"[0-9a-f]{4}\n[0-9a-f]{6}", text), text)
    m.check("a quote has no end" in m.run("rng '4"), "an open quote")
    m.check("'5' is one word too many" in m.run("rng 4 5"), "the wrong word is not named")
    m.check("a word is missing" in m.run("rng"), "a missing word")
    m.send("rng\t4\r")
    m.check(re.search(rb"[0-9a-f]{8}\r\n", m.prompt()), "TAB in a paste")


def after_tab(m, typed, grown):
    """The command that Enter runs after TAB has completed the line."""
    m.send(typed + "\t")
    m.expect(grown, what=f"what TAB adds to {typed}")
    m.send("\r")
    return m.prompt().decode("utf-8", "replace")


@case("tab", shared=True)
def tab(m):
    """TAB completes commands, devices, nodes and words, and lists them if several match."""
    m.check(re.search(r"^up \d", after_tab(m, "upt", rb"uptime "), re.M), "a command")
    label = re.search(r"virtio-rng@\w+", m.run("devices")).group()
    m.check("a word is missing" in after_tab(m, "rng 2; device virtio-r", label.encode() + b" "), "a device")
    m.check("stdout-path" in after_tab(m, "dt /cho", rb"/chosen"), "a node")
    m.send("d\t")
    m.expect(rb"devices\r\n.*\rpico> d\x1b\[K", what="a list and the line again")
    m.send("\x15nonsense\t")
    m.expect(rb"\x07", what="a bell")
    m.send("\x15")
    m.settle()


@case("wide_line", shared=True)
def wide_line(m):
    """A line of three rows is edited at its start. This terminal does not report its size, so the
    editor assumes 80 columns."""
    m.send("x" * 180 + "\x01rng 2 #\r")
    m.check(re.search(rb"[0-9a-f]{4}\r\n", m.prompt()), "the start of a long line")


@case("long_line", shared=True)
def long_line(m):
    """A line that is too long is refused and not cut; the next one works."""
    m.send("rng " + " " * 1000 + "8\r")
    m.prompt()
    m.check(re.search(r"\d+\.\d+", m.run("uptime")), "the line after a long one")
