# SPDX-License-Identifier: BSD-2-Clause
"""Boots with different devices, in different slots, with different features."""

import re

import qmp
from cases import RNG, SERIAL, case
from machine import PROMPT

VERSION = {"legacy": 1, "modern": 2}
SLOTS = 8  # the board that runs the cases of single slots


def rows(m):
    """The output of `devices` by register address."""
    out, at = {}, None
    for line in m.run("devices").split("\n"):
        found = re.match(r"slot +\d+ +0x([0-9a-f]+)\b", line)
        if found:
            at = int(found.group(1), 16)
            m.check(at in m.board.windows(), f"no window is at {at:#x}")
            out[at] = ""
        if at is not None:
            out[at] += line + "\n"
    return out


def device(m, word):
    """The row of `devices` that has `word` in it."""
    found = [r for r in rows(m).values() if word in r]
    m.check(len(found) == 1, f"{len(found)} rows of `devices` with {word!r}")
    return found[0]


def pings(m, station):
    """The station answers an echo request. `ping` waits for two seconds, which may be too short on a
    busy host, so it is tried again."""
    m.run_until(f"ping {station}", lambda text: "56 bytes came back" in text, f"no echo from {station}", tries=10)


def poweroff(m, channel=None):
    m.poweroff(channel)


@case("boot", shared=True)
def boot(m):
    """The banner, the prompt and all earlier text come over virtio-console."""
    m.check(b"picovirtio" in m.banner, "no banner on the virtio console")
    r = rows(m)
    m.check(any("console" in t for t in r.values()), "`devices` shows no console")
    m.check(("RING_PACKED" in accepted(m, "console")) == m.packed, "not the wanted rings")
    m.check(any("entropy" in t or "rng" in t for t in r.values()), "`devices` shows no rng")
    for text in r.values():
        m.check(re.search(rf"\bv(ersion )?{VERSION[m.mode]}\b", text),
                f"not version {VERSION[m.mode]}: {text}")


def slot(c, number):
    """The console works in any slot; the rest of the bus is empty."""
    bus = f"bus=virtio-mmio-bus.{number}"
    with c.booted(["-device", f"virtio-serial-device,{bus}",
                   "-device", "virtconsole,chardev=con"]) as m:
        m.check(c.board.windows()[number] in rows(m), f"`devices` does not show slot {number}")
        poweroff(m)


for n in range(SLOTS):
    case(f"slot{n}", number=n)(slot)


@case("no_device")
def no_device(c):
    """Without a virtio console the early console works, and says what to do."""
    with c.machine([]) as m:
        said = m.prompt(m.early).decode()
        m.check("-device virtio-serial-device" in said, "no hint how to add a console")
        m.check("devices" in m.run("help", m.early), "`help` on the early console")
        m.run("devices", m.early)
        m.send("poweroff\r", m.early)
        m.check(m.exit_code() == 0, "poweroff from the early console")


@case("rng_alone")
def rng_alone(c):
    """With a device but no virtio console the prompt is on the early console."""
    with c.machine(RNG) as m:
        m.prompt(m.early)
        found = re.search(r"\b[0-9a-f]{2}( ?[0-9a-f]{2}){7}", m.run("rng 8", m.early))
        m.check(found, "`rng 8` on the early console")
        m.send("poweroff\r", m.early)
        m.check(m.exit_code() == 0, "poweroff from the early console")


@case("eight_devices")
def eight_devices(c):
    """Eight devices: those with a driver work, and the others are listed and not used."""
    with c.booted(SERIAL + RNG + ["-device", "virtio-rng-device",
                                  "-device", "virtio-balloon-device",
                                  "-device", "virtio-keyboard-device",
                                  "-device", "virtio-tablet-device",
                                  "-device", "virtio-mouse-device",
                                  "-device", "virtio-net-device"]) as m:
        r = rows(m)
        m.check(len(r) == 8, f"`devices` shows {len(r)} devices")
        m.check(sum("rng" in t or "entropy" in t for t in r.values()) == 2, "not two rngs")
        m.check("net" in "".join(r.values()), "no name for a device without a driver")
        m.check(re.search(r"[0-9a-f]{2}", m.run("rng 16")), "rng works")
        poweroff(m)


@case("two_consoles")
def several_consoles(c):
    """Two consoles: the prompt is on the first one, even if the second is ready at once. Boot
    arguments choose the other console by label or address, or the early console."""
    second = ["-device", "virtio-serial-device,id=ser2,max_ports=1", "-device",
              "virtconsole,bus=ser2.0,chardev=two"]
    first = ["-device", "virtio-serial-device,id=ser", "-device",
             "virtconsole,bus=ser.0,chardev=con"]
    at = f"{c.board.windows()[-2]:x}"
    for word, place in (("", "con"), (f"console={at}", "two"), (f"console=virtio-console@{at}", "two"),
                        ("console=early", "early"), ("console=nowhere", "con"),
                        ("log=early", "con"), ("console=early log=early", "early")):
        if word and c.flash:
            break  # QEMU passes boot arguments to a kernel only
        with c.machine(first + second + RNG, channels=["two"],
                       extra=["-append", word] if word else []) as m:
            shell = {"con": m.con, "early": m.early, **m.channels}[place]
            banner = m.prompt(shell)
            m.check((b"there is no such console" in banner) == (word == "console=nowhere"), word)
            m.check(m.run("devices", shell).count("console@") >= 2, "not two consoles")
            if "log" in word:
                for text in (b" virtio devices in ", b" slots in use"):
                    m.check(m.early.received.count(text) == 1, f"{word}: {text} once on the UART")
            poweroff(m, shell)
            m.check(all(PROMPT not in x.received for x in m.every if x != shell), "two prompts")


FEATURES = {
    "event_idx_off": (["event_idx=off"], "EVENT_IDX"),
    "indirect_off": (["indirect_desc=off"], "INDIRECT_DESC"),
    "both_off": (["event_idx=off", "indirect_desc=off"], "EVENT_IDX"),
}


def feature(c, options, gone):
    """Everything works in the same way without each optional feature of the ring."""
    devices = [a for d in ("virtio-serial-device", "virtio-rng-device") for o in options
               for a in ("-global", f"{d}.{o}")]
    with c.booted(devices + SERIAL + RNG) as m:
        for word in ("console", "rng"):
            m.check(gone not in accepted(m, word), f"{gone} accepted by the {word}")
        exercise(m)
        poweroff(m)


def accepted(m, word):
    """The part of a device's row that speaks of accepted features."""
    row = device(m, word)
    found = re.search(r"(?:features|accepted)[^\n]*", row)
    m.check(found, f"no features in {row!r}")
    return found.group(0)


def exercise(m):
    """Let both queues of the console and the queue of the rng do some work."""
    for _ in range(20):
        m.check(re.search(r"[0-9a-f]{2}", m.run("rng 64")), "rng 64")
    data = bytes(range(256)) * 16
    m.send(f"loop {len(data)}\r".encode() + data)
    m.expect(rb"loop %d\r\n" % len(data))
    m.expect_bytes(data)
    m.prompt()


for name, (options, gone) in FEATURES.items():
    case(name, options=options, gone=gone)(feature)


@case("event_idx_on", shared=True)
def event_idx_on(m):
    """The features that QEMU offers by default are accepted."""
    for word in ("console", "rng"):
        m.check("EVENT_IDX" in accepted(m, word), f"no EVENT_IDX on the {word}")
    exercise(m)


@case("asterinas_accept_packed", modes=("modern",))
def accept_packed(c):
    """A feature that is switched off is not accepted: RING_RESET, which QEMU offers."""
    with c.booted(extra=["-append", "no_queue_reset"]) as m:
        for word in ("console", "rng"):
            m.check("RING_RESET" not in accepted(m, word), f"RING_RESET on the {word}")
        exercise(m)
        poweroff(m)


@case("iommu_platform", modes=("modern",))
def iommu_platform(c):
    """ACCESS_PLATFORM is accepted if it is offered. There is no IOMMU."""
    with c.booted(["-global", "virtio-serial-device.iommu_platform=on"] + SERIAL + RNG) as m:
        m.check("ACCESS_PLATFORM" in accepted(m, "console"), "ACCESS_PLATFORM not accepted")
        exercise(m)
        poweroff(m)


@case("max_ports_1")
def max_ports(c):
    """A console without MULTIPORT."""
    with c.booted(["-device", "virtio-serial-device,max_ports=1",
                   "-device", "virtconsole,chardev=con"] + RNG) as m:
        m.check("MULTIPORT" not in accepted(m, "console"), "MULTIPORT with one port")
        exercise(m)
        poweroff(m)


@case("queue_size")
def queue_size(c):
    """A device whose queue is smaller than QEMU's default works, and so do the others."""
    blank = c.folder / "blank"
    blank.write_bytes(bytes(1 << 20))
    with c.booted(SERIAL + RNG + ["-drive", f"file={blank},format=raw,if=none,id=d0", "-device",
                                  "virtio-blk-device,drive=d0,queue-size=8"]) as m:
        device(m, "block")
        m.check(m.run("blk read 0").count(" 00 00 00 00 00 00 00 00") > 1, "no zeros on an empty disk")
        exercise(m)
        poweroff(m)


@case("boot_arguments")
def boot_arguments(c):
    """Quirks by hand: all rings have the size that the device reports, config space is read in words,
    and everything works as usual."""
    with c.booted(extra=["-append", "use_queue_size_max config_words other=word", *qmp.option(c)]) as m:
        m.check(b"use_queue_size_max: chosen by" in m.banner, "the choice is not shown")
        m.check(b"config_words: chosen by" in m.banner, "the choice is not shown")
        m.check(b"config_bytes" not in m.banner, "a choice that nobody made")
        # On MMIO QEMU offers 1024 for every device. QEMU 11 and newer offer the size of the device's
        # queue.
        shown = {name: int(re.search(r"queues +0 \(size (\d+)\)", device(m, word))[1])
                 for name, word in (("virtio-serial", "console"), ("virtio-rng", "rng"))}
        with qmp.Qmp(c) as q:
            own = {d["name"]: q.ask("x-query-virtio-queue-status", path=d["path"],
                                    queue=0)["vring-num-default"] for d in q.ask("x-query-virtio")}
        m.check(shown in (dict.fromkeys(own, 1024), own), f"rings of {shown}, and the devices have {own}")
        exercise(m)
        poweroff(m)
