# SPDX-License-Identifier: BSD-2-Clause
"""The network with another process as peer: a second machine, Linux, or a server that leases
addresses."""

import contextlib
import re
import socket
import struct
import zlib

from cases import RNG, SERIAL, case
from cases_boot import accepted, pings, poweroff
from cases_net import OUR_IP, THEIR_IP, checksum, echo
from cases_nic import NEEDS_CSUM, TCP, Tap, completed
from cases_tcpip import MB
from cases_wire import Station, frame, udp, udp_parts
from over_packed import OverPacked
from webhost import SECONDS, Host, Work, counted, fetch_counted, noise

SERVER, CLIENT, MAGIC = 67, 68, b"\x63\x82\x53\x63"
DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
SHORT, LONG = 3, 100  # MB


def crc_of(count):
    crc = 0
    for piece in counted(count):
        crc = zlib.crc32(piece, crc)
    return crc


def fetch(m, peer, count):
    want = f"HTTP 200, {count} bytes, CRC-32 {crc_of(count):08x}"
    said = m.run(f"get http://{peer}/bytes/{count}")
    m.check(want in said, f"{said!r}, not {want!r}")


@case("tcpip.pair", packed=False)
@case("tcpip.pair_packed", modes=("modern",), packed=True)
@case("tcpip.soak_pair", packed=False, size=LONG)
@case("tcpip.soak_pair_packed", modes=("modern",), packed=True, size=LONG)
def pair(c, packed, size=SHORT):
    """Two machines on a `socket` netdev fetch from each other: bytes and checksum."""
    c = OverPacked(c) if packed else c
    addresses = ("192.168.7.1", "192.168.7.2")
    with contextlib.ExitStack() as stack:
        machines = []
        for number, end in enumerate(socket.socketpair()):
            stack.enter_context(end)
            end.set_inheritable(True)
            machines.append(stack.enter_context(c.booted(SERIAL + RNG + [
                "-netdev", f"socket,id=n0,fd={end.fileno()}",
                "-device", f"virtio-net-device,netdev=n0,mac=52:54:00:ab:cd:0{number}"])))
        for m, address in zip(machines, addresses):
            m.check(("RING_PACKED" in accepted(m, "virtio-net")) == packed, "packed rings")
            m.run(f"net addr {address}")
            m.check("serving" in m.run("serve"), "serve")
        for m, address in zip(machines, reversed(addresses)):
            pings(m, address)
            fetch(m, address, size * MB)
        for m in machines:
            poweroff(m)


def check_left(m, wire):
    """The guest has left the checksums of its segments to the device, which can compute them."""
    segments = 0
    wire.socket.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            header, got = wire.receive(m)
            if got[23] != TCP:
                continue
            end = 14 + struct.unpack("!H", got[16:18])[0]
            pseudo = got[26:34] + struct.pack("!HH", TCP, end - 34)
            m.check(header[0] & NEEDS_CSUM, f"made by the guest: {header}")
            m.check(checksum(pseudo + completed(header, got)[34:end]) == 0, f"wrong: {got.hex()}")
            segments += 1
    m.check(segments > 0, "no segment was seen")


@case("tcpip.tap", packed=False)
@case("tcpip.tap_packed", modes=("modern",), packed=True)
def tap(c, packed):
    """Linux's TCP/IP at the other end of a TAP interface leaves checksums to the device."""
    c = OverPacked(c) if packed else c
    wire = Tap()
    wire.address("192.168.7.1", "255.255.255.0")
    with Host("192.168.7.1") as host, c.booted(wire.devices()) as m:
        m.check("GUEST_CSUM" in accepted(m, "virtio-net"), "checksums are not the device's")
        m.run("net addr 192.168.7.2")
        pings(m, "192.168.7.1")
        count = SHORT * MB
        want = f"HTTP 200, {count} bytes, CRC-32 {zlib.crc32(noise(count)):08x}"
        said = m.run("get " + host.url(f"noise/{count}"))
        m.check(want in said, f"{said!r}, not {want!r}")
        check_left(m, wire)
        m.check("serving" in m.run("serve"), "serve")
        work = Work(fetch_counted, 80, count, SECONDS, "192.168.7.2")
        while work.is_alive():
            m.pump(0.1)
        m.check(work.result == count, f"{work.result} bytes came right: {work.error}")
        said = m.run("net")
        m.check(re.search(r"TCP .* dropped 0\b", said), said)
        poweroff(m)


class Lessor(Station):
    """A DHCP server with one address."""

    def __init__(self, folder):
        super().__init__(folder)
        self.heard = []

    def lease(self, kind, asked):
        head = b"\x02\x01\x06\x00" + asked[4:8] + bytes(8) + OUR_IP + THEIR_IP + bytes(4)
        options = struct.pack("!BBB", 53, 1, kind)
        for code, value in ((54, THEIR_IP), (51, struct.pack("!I", 3600)), (1, b"\xff\xff\xff\0"),
                            (3, THEIR_IP), (6, THEIR_IP)):
            options += bytes((code, len(value))) + value
        packet = head + asked[28:44] + bytes(192) + MAGIC + options + b"\xff"
        self.send(udp(SERVER, CLIENT, packet))

    def reply(self, got):
        parts = udp_parts(got)
        if not parts or parts[1] != SERVER:
            super().reply(got)
            return
        packet = parts[2]
        kind = packet[packet.index(MAGIC) + 6]
        self.heard.append(kind)
        if kind in (DISCOVER, REQUEST):
            self.lease(OFFER if kind == DISCOVER else ACK, packet)


@case("tcpip.dhcp", packed=False)
@case("tcpip.dhcp_packed", modes=("modern",), packed=True)
def dhcp(c, packed):
    """A peer process leases an address, a gateway and a name server, which the guest then asks for a
    name."""
    c = OverPacked(c) if packed else c
    peer = Lessor(c.folder)
    with c.booted(peer.devices()) as m:
        said = peer.serve(m, "dhcp")
        for want in ("192.168.7.2/24 (leased)", "gateway    192.168.7.1", "names      192.168.7.1"):
            m.check(want in said, f"no {want!r} in {said!r}")
        m.check(peer.heard == [DISCOVER, REQUEST], f"DHCP messages: {peer.heard}")
        m.check("192.168.7.1: 56 bytes" in peer.serve(m, "ping peer.test"), "no echo by name")
        peer.send(frame(echo(8, 1, b"x" * 56, THEIR_IP, OUR_IP)))
        peer.until(m, lambda got: got[14 + 9] == 1 and got[34] == 0)
        poweroff(m)
