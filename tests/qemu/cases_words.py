# SPDX-License-Identifier: BSD-2-Clause
"""Wrong arguments of commands: the answer says which one is wrong."""

import pathlib
import sys

from cases import RNG, SERIAL, case
from cases_boot import poweroff
from cases_shell import SELF_TESTS, commands_shown

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "files"))
import images  # noqa: E402  (found through the line above)

# What is wrong, in a line of each command, and what the answer says of it. None: it is in the line
# as its last word.
WRONG = [
    ("vsock lisen 5", "'lisen'"), ("vsock listen", "missing"), ("vsock listen x", None), ("vsock connect 1 x", None),
    ("sound x", None), ("play", "missing"), ("record", "missing"), ("crypto tets", None), ("crypto test x", None), ("crypto bench x", None),
    ("help hlep", None), ("history x", None), ("devices x", None), ("device nosuch start", "'nosuch'"),
    ("device 7 strat", None), ("device 7 strat 5", "'strat'"), ("device 7 start 5", None), ("device 7 reset q", None),
    ("device 7 reset", "missing; use: device SLOT reset QUEUE"), ("queues x", None), ("dt /nowhere", None),
    ("trace x", None), ("rng x", None), ("rng 0", None), ("rng 5000", None), ("rng", "missing"), ("random x", None),
    ("input melt", None), ("screen melt", None), ("screen test x", None), ("screen test 0 x", None),
    ("screen test 99", None), ("blk frob", None), ("blk 101 read 0", "'101'"), ("blk 7 read 0", "no disk 7"),
    ("blk read", "missing"), ("blk read x", None), ("blk read 0 65", None), ("blk read 0 1 2", None),
    ("blk write 1 a", "--yes"), ("blk write 1 a --ys", None), ("blk discard x 1 --yes", "'x'"),
    ("blk zeroes 1 -1 --yes", "'-1'"), ("blk cache up", None), ("blk flush now", None), ("part x", None),
    ("part 9", "no disk 9"), ("files x", None), ("ls /nowhere", "/nowhere"), ("cat /nowhere", "/nowhere"),
    ("crc 5:1 /x", "no disk 5"), ("cp /x", "missing"),
    ("cd /nowhere", "/nowhere"), ("net adr", None), ("net addr", "missing"),
    ("net addr 1.2.3.4/33", "1.2.3.4/33: the length"), ("net addr 10.0.2.15 x", "x: not"), ("net dns x", "x: not"),
    ("net dns 1.2.3.4 y", None), ("nic vlna 5 on", "'vlna'"), ("nic rx promsic on", "'promsic'"),
    ("nic rx promisc maybe", None), ("nic rx promisc", "missing; use: nic rx MODE"), ("nic mac 52:54", None),
    ("nic mac 01:00:00:00:00:77", None),
    ("nic filter 52:54:00:12:34:5x", None), ("nic vlan 4096 on", "'4096'"), ("nic vlan 5 up", None),
    ("nic large big", None), ("nic large on off", None), ("ping", "missing"), ("ping a..b", "a..b"),
    ("dhcp x", None), ("get ftp://x", "ftp://x"), ("get 10.0.2.2:0/", "a port is"), ("tftp 10.0.2.2", "missing"),
    ("serve 0", None), ("serve 80 90", None), ("iperf 10.0.2.2 0", None), ("iperf stop now", None),
    ("date a..b", "a..b"), ("date a b", None), ("uptime x", None), ("sleep x", None), ("mem x", None),
    ("md x", None), ("md 0x10008000 0", None), ("mw x 1", "'x'"), ("mw 0x10008000 x", None),
    ("mw 0x10008000 0 --ys", None), ("reboot x", None), ("poweroff 256", None), ("exit x", None),
]


@case("wrong_words", modes=("modern",), boards=("riscv64",))
def wrong_words(c):
    """The answer is one line that names the wrong argument. Every command has a row here."""
    path = c.folder / "disk"
    images.fat(path, 1440 * 1024, 12, images.small_tree())
    net = ["-netdev", "user,id=n,restrict=on", "-device", "virtio-net-device,netdev=n"]
    with c.booted(SERIAL + RNG + net + ["-device", "virtio-gpu-device", "-device", "virtio-keyboard-device"]
                  + ["-drive", f"if=none,id=d,format=raw,file={path}", "-device", "virtio-blk-device,drive=d"]) as m:
        m.run("net addr 10.0.2.15/24")
        there = commands_shown(m) - SELF_TESTS
        m.check(not (there - {line.split()[0] for line, _ in WRONG}), f"no row for a command of {there}")
        for line, want in WRONG:
            words, said = line.split(), m.run(line)
            m.check(words[0] not in there or said.count("\n") == 0 and said.startswith(words[0])
                    and (want or f"'{words[-1]}'") in said, f"`{line}`: {said!r}")
        poweroff(m)
