# SPDX-License-Identifier: BSD-2-Clause
"""The commands for one device: reset of a queue, suspend and resume."""

import re

from cases import RNG, SERIAL, case
from cases_blk import SECTOR, disk, image, same
from cases_boot import accepted, device, exercise, pings, poweroff
from cases_packed import DEVICES


def bytes_come(m):
    m.check(re.search(r"^[0-9a-f]{32}\r?$", m.run("rng 16"), re.M), "no random bytes")


@case("queue_reset", modes=("modern",), devices=SERIAL + RNG)
@case("packed.queue_reset", modes=("modern",), devices=DEVICES)
def queue_reset(c, devices):
    """QEMU offers RING_RESET on MMIO and ignores QueueReset. The driver notices this at the first
    try, resets the whole device, and does not accept the feature again. Everything works
    afterwards."""
    with c.booted(devices) as m:
        bytes_come(m)
        if "RING_RESET" not in accepted(m, "rng"):
            print("this QEMU offers no RING_RESET: nothing to see")
            poweroff(m)
            return
        said = m.run("device 6 reset 0")
        if "reset of the queue: done" in said:
            m.check(re.search(r"virtio-rng\S* .* 1  live", m.run("queues")), "not counted")
        else:
            m.check("the device as a whole is reset instead" in said, said)
            m.expect(rb"queue 0: the device did not reset the queue")
            m.expect(rb"virtio-rng@\w+: brought up again, try 1 of 3")
            m.settle()
            shown = device(m, "rng")
            m.check("quirk      RING_RESET" in shown, f"the quirk is not shown: {shown}")
            m.check("RING_RESET" not in accepted(m, "rng"), "accepted once more")
            m.check("offers RING_RESET, which does nothing" in m.run("device 6 reset 0"), "tried once more")
        bytes_come(m)
        exercise(m)
        poweroff(m)


@case("queue_reset_off", modes=("modern", "legacy"))
def queue_reset_off(c):
    """If the feature is switched off, or the device cannot have it, no reset is tried."""
    with c.booted(SERIAL + RNG, extra=["-append", "no_queue_reset"]) as m:
        m.check(b"no_queue_reset: chosen by" in m.banner, "the choice is not shown")
        m.check("RING_RESET" not in accepted(m, "rng"), "RING_RESET was accepted")
        m.check(re.search("does not offer|did not accept", m.run("device 6 reset 0")), "not refused")
        m.check("depend on each other" in m.run("device 7 reset 2"), "a queue that is not reset alone")
        bytes_come(m)
        poweroff(m)


@case("device_command", modes=("modern",), shared=True)
def device_command(m):
    """Wrong use is reported. QEMU does not offer SUSPEND."""
    label = re.search(r"virtio-rng@\w+", m.run("devices")).group()
    m.check("does not offer SUSPEND" in m.run(f"device {label} suspend"), "suspend")
    m.check("is live; it has to be suspended" in m.run("device 6 resume"), "resume")
    m.check("is live; it has to be down or failed" in m.run("device 6 start"), "start")
    m.check("console that you type on" in m.run("device 7 suspend"), "console")
    m.check("no such device" in m.run("device 3 suspend"), "empty slot")
    m.check("no such device" in m.run("device virtio-rng suspend"), "half a label")
    m.check("there is no queue 9" in m.run("device 6 reset 9"), "queue")
    m.check("'x' is not a number" in m.run("device 6 reset x"), "no number")
    m.check("'melt' is none of" in m.run("device 6 melt"), "verb")
    bytes_come(m)


@case("no_driver", modes=("modern", "legacy"))
def no_driver(c):
    """A device without a driver is shown, and does not affect the others."""
    c.image = c.image.with_name("picovirtio-no-disks.elf")
    with c.booted(SERIAL + disk(image(c))) as m:
        shown = device(m, "(block)")
        m.check("no driver" in shown, shown)
        m.check("asleep" in m.run("uptime"), "uptime")
        poweroff(m)


@case("bounce", modes=("modern", "legacy"))
def bounce(c):
    """All buffers of all drivers go through the bounce pool, and data is read and written correctly.
    At the end the pool holds only buffers that wait for input."""
    path = image(c)
    data = bytearray(path.read_bytes())
    net = ["-netdev", "user,id=n", "-device", "virtio-net-device,netdev=n"]
    with c.booted(SERIAL + RNG + disk(path) + net, extra=["-append", "bounce"]) as m:
        m.check(b"bounce: chosen by" in m.banner, "the choice is not shown")

        def used():
            return int(re.search(r"bounce pool, used +(\d+) of", m.run("mem")).group(1))

        before = used()
        for first in range(0, 192, 64):
            same(m, f"blk read {first} 64", data[first * SECTOR:(first + 64) * SECTOR])
        m.check("done" in m.run("blk write 3 hello --yes"), "write")
        m.check("done" in m.run("blk flush"), "flush")
        data[3 * SECTOR:3 * SECTOR + 5] = b"hello"
        same(m, "blk read 3", data[3 * SECTOR:4 * SECTOR])
        for _ in range(20):
            bytes_come(m)
        m.run("net addr 10.0.2.15")
        pings(m, "10.0.2.2")
        exercise(m)
        m.check(used() == before, f"{used()} units in use, {before} before")
        m.check("; 0 times full" in m.run("mem"), "the pool was too small")
        poweroff(m)
    m.check(path.read_bytes() == data, "the file has not what was written and flushed")
