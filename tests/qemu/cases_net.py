# SPDX-License-Identifier: BSD-2-Clause
"""The network, with QEMU's user network or with a peer in this process."""

import re
import select
import socket
import struct

from cases import RNG, SERIAL, case
from cases_boot import accepted, device, pings, poweroff
from cases_console import Monitor
from over_packed import packed_too

USER = ["-netdev", "user,id=n0", "-device",
        "virtio-net-device,netdev=n0,mac=52:54:00:ab:cd:ef"]
OURS, THEIRS = bytes.fromhex("525400abcdef"), bytes.fromhex("020000000001")
OUR_IP, THEIR_IP = bytes([192, 168, 7, 2]), bytes([192, 168, 7, 1])
LEAST, MOST, HEADERS = 60, 1514, 42


def checksum(data):
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + bytes(len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def echo(kind, number, data, source, to):
    """An IPv4 datagram with an ICMP echo request (8) or reply (0)."""
    icmp = struct.pack("!BBHHH", kind, 0, 0, 77, number) + data
    icmp = icmp[:2] + struct.pack("!H", checksum(icmp)) + icmp[4:]
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(icmp), 0, 0, 64, 1, 0, source, to)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + icmp


def request(size, number):
    """A frame of `size` bytes, and the frame that must come back."""
    data = bytes((i * 5 + size) & 255 for i in range(size - HEADERS))
    return (OURS + THEIRS + b"\x08\x00" + echo(8, number, data, THEIR_IP, OUR_IP),
            THEIRS + OURS + b"\x08\x00" + echo(0, number, data, OUR_IP, THEIR_IP))


def who_has():
    """ARP: the peer asks whose the guest's address is, and so tells its own."""
    return struct.pack("!6s6sHHHBBH6s4s6s4s", b"\xff" * 6, THEIRS, 0x0806, 1, 0x0800, 6, 4, 1,
                       THEIRS, THEIR_IP, bytes(6), OUR_IP).ljust(LEAST, b"\0")


def of_itself(frame):
    """True for a frame in which the guest announces its address or its name."""
    return frame[:3] == b"\x01\x00\x5e" or frame[12:14] == b"\x08\x06" and frame[28:32] == frame[38:42]


class Peer:
    """A station at the other end of a dgram netdev. Each datagram is a frame."""

    def __init__(self, folder):
        self.here, self.there = f"{folder}/peer", f"{folder}/qemu"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.here)

    def devices(self):
        return SERIAL + RNG + [
            "-netdev", f"dgram,id=n0,local.type=unix,local.path={self.there},"
            f"remote.type=unix,remote.path={self.here}",
            "-device", "virtio-net-device,netdev=n0,mac=52:54:00:ab:cd:ef"]

    def send(self, frame):
        self.socket.sendto(frame, self.there)

    def receive(self, m):
        """The next frame, except those in which the guest announces itself."""
        while True:
            m.readable(self.socket, "a frame from the guest")
            frame = self.socket.recv(65536)
            if not of_itself(frame):
                return frame

    def all(self):
        """The frames that have arrived so far."""
        while select.select([self.socket], [], [], 0)[0]:
            yield self.socket.recv(65536)

    def resolve(self, m):
        """ARP: ask the guest for its hardware address."""
        self.send(who_has())
        want = struct.pack("!6s6sHHHBBH6s4s6s4s", THEIRS, OURS, 0x0806, 1, 0x0800, 6, 4, 2,
                           OURS, OUR_IP, THEIRS, THEIR_IP)
        got = self.receive(m)
        m.check(got == want.ljust(LEAST, b"\0"), f"ARP: {got.hex()}, not {want.hex()}")


@case("net_device")
def net_device(c):
    """The address is the one that was set. Features that the driver does not support are not
    accepted."""
    with c.booted(SERIAL + RNG + USER) as m:
        m.check("52:54:00:ab:cd:ef" in m.run("net"), "another MAC than given")
        features = accepted(m, "virtio-net")
        for name in ("MAC", "STATUS", "MRG_RXBUF", "CTRL_VQ", "CTRL_RX", "CTRL_VLAN",
                     "CTRL_RX_EXTRA", "CTRL_MAC_ADDR", "GUEST_ANNOUNCE"):
            m.check(re.search(rf"\b{name}\b", features), f"{name} not accepted")
        for name in ("CSUM", "TSO", "UFO", "GUEST_OFFLOADS"):  # QEMU has the first one only for TAP
            m.check(name not in features, f"{name} accepted: {features}")
        m.check("virtio-net" in device(m, "virtio-net"), "`devices`")
        poweroff(m)


@case("net_none", shared=True)
def net_none(m):
    """Without a device the commands say how to add one."""
    for line in ("net", "ping 10.0.2.2", "net addr 10.0.2.15"):
        m.check("virtio-net-device" in m.run(line), f"`{line}` without a device")


@case("net_ping")
def net_ping(c):
    """QEMU's gateway answers ARP and echo requests. A ping to another address ends with an error."""
    with c.booted(SERIAL + RNG + USER) as m:
        m.check("net addr" in m.run("ping 10.0.2.2"), "no word that an address is missing")
        for bad in ("300.1.1.1", "10.0.2", "10.0.2.15.1", "x", "0.0.0.0", "224.0.0.1"):
            m.check("not the IPv4" in m.run(f"net addr {bad}"), f"{bad} taken")
        for bad, why in (("10.0.2.15/33", "1 to 32"), ("10.0.2.15/0", "1 to 32"), ("10.0.2.15/x", "1 to 32"),
                         ("10.0.2.255/24", "broadcast"), ("10.0.2.0/24", "network itself")):
            said = m.run(f"net addr {bad}")
            m.check(f"net: {bad}: " in said and why in said, f"{bad}: {said!r}")
        for good in ("10.128.0.5/32 10.128.0.1", "10.0.2.14/31"):
            m.check(m.run(f"net addr {good}") == "", f"{good} refused")
            m.check(good.split("/", maxsplit=1)[0] in m.run("net"), f"{good} not shown")
        m.run("net addr 10.0.2.15")
        m.check("10.0.2.15" in m.run("net"), "`net` does not show the address")
        for _ in range(3):
            pings(m, "10.0.2.2")
        m.check("no station answers" in m.run("ping 10.0.2.77"), "an echo from nobody")
        pings(m, "10.0.2.2")
        poweroff(m)


@case("net_link")
def net_link(c):
    """The host takes the link down and up."""
    with c.booted(SERIAL + RNG + USER, channels=["qmp"], extra=["-mon", "chardev=qmp,mode=control"]) as m:
        monitor = Monitor(m, m.channels["qmp"])
        m.run("net addr 10.0.2.15")
        m.check("link up" in m.run("net"), "the link is not up")
        monitor.ask("set_link", name="n0", up=False)
        m.run_until("net", lambda text: "link down" in text, "the link is not down")
        m.check("link is down" in m.run("ping 10.0.2.2"), "an echo with the link down")
        monitor.ask("set_link", name="n0", up=True)
        m.run_until("net", lambda text: "link up" in text, "the link does not come back")
        pings(m, "10.0.2.2")
        poweroff(m)


@case("net_sizes")
def net_sizes(c):
    """Frames of every size, one at a time and eight at once, come back byte for byte."""
    peer = Peer(c.folder)
    with c.booted(peer.devices()) as m:
        m.run("net addr 192.168.7.2")
        peer.resolve(m)
        for size in range(LEAST, MOST + 1):
            frame, want = request(size, size)
            peer.send(frame)
            got = peer.receive(m)
            m.check(got == want, f"size {size}: {got.hex()}, not {want.hex()}")
        for first in range(LEAST, MOST - 8, 8):
            pairs = [request(size, size) for size in range(first, first + 8)]
            for frame, _ in pairs:
                peer.send(frame)
            for _, want in pairs:
                m.check(peer.receive(m) == want, f"eight frames from size {first} on")
        poweroff(m)


@case("net_nonsense")
def net_nonsense(c):
    """The guest does not answer damaged frames and frames for others, but does answer the next
    correct one."""
    peer = Peer(c.folder)
    with c.booted(peer.devices()) as m:
        m.run("net addr 192.168.7.2")
        peer.resolve(m)
        good, want = request(100, 1)
        for at in (*range(0, 6), *range(12, HEADERS), 60, 99):
            peer.send(good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1:])
        for size in (14, 20, 33, 41):
            peer.send(good[:size])
        peer.send(b"\xff" * 6 + good[6:])
        peer.send(good + bytes(MOST + 1 - len(good)))
        peer.send(good)
        m.check(peer.receive(m) == want, "something else than the good frame was answered")
        m.check("virtio-net" in m.run("net"), "`net`")
        poweroff(m)


packed_too("net_ping", "net_link", "net_sizes")
