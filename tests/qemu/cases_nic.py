# SPDX-License-Identifier: BSD-2-Clause
"""The network device itself: every frame size in bulk, its control queue, its offloads."""

import contextlib
import ctypes
import fcntl
import os
import re
import socket
import struct
import time

from cases import RNG, SERIAL, case
from cases_boot import accepted, poweroff
from cases_console import Monitor
from cases_net import LEAST, MOST, OUR_IP, OURS, THEIR_IP, THEIRS, Peer, checksum, of_itself, request
from machine import Skip
from over_packed import packed_too

UDP, TCP = 17, 6
SHORT, LONG = 20_000, 1_000_000  # frames
WINDOW = 8                       # frames in flight: fewer than either side has buffers for


def datagram(size, number, protocol=UDP, partial=False, port=7):
    """A frame of `size` bytes with UDP or TCP over IPv4, and the one that must come back, with source
    and destination exchanged. `partial`: the checksum is only that of the pseudo-header."""
    length = max(size, 42) - 34
    data = (number.to_bytes(4, "big") + BYTES)[:length - (8 if protocol == UDP else 20)]
    out = []
    for m_to, m_from, source, to, ports in (
            (OURS, THEIRS, THEIR_IP, OUR_IP, (40000, port)),
            (THEIRS, OURS, OUR_IP, THEIR_IP, (port, 40000))):
        pseudo = source + to + struct.pack("!HH", protocol, length)
        if protocol == UDP:
            l4, at = struct.pack("!HHHH", *ports, length, 0) + data, 6
        else:
            l4, at = struct.pack("!HHIIBBHHH", *ports, number, 1, 0x50, 0x10, 1000, 0, 0) + data, 16
        first = partial and not out
        sum_ = ~checksum(pseudo) & 0xffff if first else checksum(pseudo + l4)
        if protocol == UDP and sum_ == 0 and not first:
            sum_ = 0xffff
        l4 = l4[:at] + struct.pack("!H", sum_) + l4[at + 2:]
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + length, number & 0xffff, 0, 64,
                           protocol, 0, source, to)
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        out.append(m_to + m_from + b"\x08\x00" + head + l4)
    return out


BYTES = bytes((i * 167 + (i >> 8)) & 255 for i in range(65536))


def say(m, line):
    """Type a command that takes a while. It is running when this returns."""
    m.send(line + "\r")
    m.expect(rb"sending back[^\n]*\n")


def echoed(m, peer, to=OURS):
    """End `echo` by a datagram to the discard port. Returns its output."""
    peer.send(to + datagram(LEAST, 0, port=9)[0][6:])
    found = m.expect(rb"echo: (\d+) sent back, (\d+) of them checked by the device; (\d+) refused,"
                     rb" (\d+) damaged, (\d+) passed on")
    m.prompt()
    return [int(x) for x in found.groups()]


class Flow:
    """Send frames, at most WINDOW at a time, and compare each one that comes back."""

    def __init__(self, m, peer):
        self.m, self.peer, self.sent = m, peer, 0
        peer.socket.setblocking(False)

    def run(self, pairs):
        waiting = {}
        pairs = iter(pairs)
        more = True
        while more or waiting:
            while more and len(waiting) < WINDOW:
                pair = next(pairs, None)
                more = pair is not None
                if more:
                    waiting[pair[1]] = True
                    self.peer.send(pair[0])
                    self.sent += 1
            if waiting:
                self.take(waiting)

    def take(self, waiting):
        self.m.readable(self.peer.socket, f"{len(waiting)} of {self.sent} frames have to come back")
        try:
            while True:
                got = self.peer.socket.recv(65536)
                if of_itself(got):
                    continue
                if waiting.pop(got, None) is None:
                    self.m.fail(f"after {self.sent} frames: damaged: {got.hex()}")
        except BlockingIOError:
            pass


def every_size(count):
    """`count` datagrams of all sizes in turn. Each size is built once; a lost one is noticed
    nevertheless, since only a few are in flight."""
    ready = [datagram(size, size) for size in range(LEAST, MOST + 1)]
    for i in range(count):
        yield ready[i % len(ready)]


@case("wire", device="mrg_rxbuf=off")
@case("wire_merged", device="mrg_rxbuf=on")
@case("wire_packed", modes=("modern",), device="packed=on")
@case("soak_wire", device="mrg_rxbuf=off", count=LONG)
@case("soak_wire_packed", modes=("modern",), device="packed=on", count=LONG)
def wire(c, device, count=SHORT):
    """UDP frames of every size from 60 to 1514 bytes, to the guest and back, none damaged."""
    peer = Peer(c.folder)
    devices = peer.devices()
    devices[-1] += "," + device
    with c.booted(devices) as m:
        merged = "MRG_RXBUF" in accepted(m, "virtio-net")
        m.check(merged == (device != "mrg_rxbuf=off"), f"merging is {merged}")
        say(m, "echo 30")
        flow = Flow(m, peer)
        start = time.monotonic()
        flow.run(every_size(count))
        print(f"{count} frames there and back in {time.monotonic() - start:.1f} s")
        sent, _, refused, damaged, _ = echoed(m, peer)
        m.check((sent, refused, damaged) == (count, 0, 0), "the guest counts otherwise")
        poweroff(m)


# ---- The control queue

@case("nic_control")
def nic_control(c):
    """QEMU's filter shows what the shell asked for."""
    peer = Peer(c.folder)
    with c.booted(peer.devices(), channels=["qmp"],
                  extra=["-mon", "chardev=qmp,mode=control"]) as m:
        monitor = Monitor(m, m.channels["qmp"])

        def after(line):
            m.check("done" in m.run(line), f"`{line}`")
            return monitor.ask("query-rx-filter")[0]

        m.check(after("nic rx promisc off")["promiscuous"] is False, "promiscuous")
        m.check(after("nic rx promisc on")["promiscuous"] is True, "not promiscuous")
        m.check(after("nic rx allmulti on")["multicast"] == "all", "not allmulti")
        m.check(after("nic rx allmulti off")["multicast"] == "normal", "allmulti")
        m.check(after("nic rx alluni on")["unicast"] == "all", "not alluni")
        m.check(after("nic rx alluni off")["unicast"] == "normal", "alluni")
        m.check(after("nic rx nomulti on")["multicast"] == "none", "not nomulti")
        m.check(after("nic rx nouni on")["unicast"] == "none", "not nouni")
        # This is QEMU's name of the mode, whatever it means.
        broadcast = after("nic rx nobcast on")["broadcast-allowed"]
        m.check(after("nic rx nobcast off")["broadcast-allowed"] is not broadcast, "nobcast")
        f = after("nic filter 52:54:00:00:00:01 01:00:5e:00:00:fb 52:54:00:00:00:02")
        m.check(sorted(f["unicast-table"]) == ["52:54:00:00:00:01", "52:54:00:00:00:02"] and
                f["multicast-table"] == ["01:00:5e:00:00:fb"], f"filter: {f}")
        f = after("nic filter")
        m.check(f["unicast-table"] == f["multicast-table"] == [], f"filter: {f}")
        for vlan in (5, 4095):
            m.check(vlan in after(f"nic vlan {vlan} on")["vlan-table"], "VLAN not let through")
            m.check(vlan not in after(f"nic vlan {vlan} off")["vlan-table"], "VLAN let through")
        m.check(after("nic mac 52:54:00:00:00:77")["main-mac"] == "52:54:00:00:00:77", "address")
        for bad in ("nic mac 01:00:00:00:00:77", "nic mac 52:54:00:00:00", "nic vlan 4096 on",
                    "nic rx x on", "nic rx promisc", "nic x"):
            m.check("done" not in m.run(bad), f"`{bad}` is taken")
        poweroff(m)


@case("nic_address_filter")
def nic_address_filter(c):
    """QEMU filters for a new address, which the driver sets again after a restart."""
    peer = Peer(c.folder)
    with c.booted(peer.devices()) as m:
        other = bytes.fromhex("525400000077")
        pairs = [[other + f[0][6:], f[1][:6] + other + f[1][12:]]
                 for f in (datagram(100 + i, i) for i in range(20))]
        for line in ("nic mac 52:54:00:00:00:77", "nic rx promisc off", "nic large on",
                     "nic rx promisc off"):
            m.check("done" in m.run(line), f"`{line}`")
        say(m, "echo 30")
        peer.send(datagram(90, 0)[0])  # to the old address
        Flow(m, peer).run(pairs)
        sent, _, _, _, other = echoed(m, peer, other)
        m.check((sent, other) == (20, 0), "the old address is let through")
        poweroff(m)


@case("nic_beside")
def nic_beside(c):
    """While `echo` runs, ARP and ping work too."""
    peer = Peer(c.folder)
    with c.booted(peer.devices()) as m:
        m.run("net addr 192.168.7.2")
        say(m, "echo 30")
        for size in (LEAST, 1000, MOST):
            ask, want = request(size, size)
            peer.resolve(m)
            peer.send(ask)
            m.check(peer.receive(m) == want, f"a ping of {size} bytes while `echo` runs")
            there, back = datagram(size, size)
            peer.send(there)
            m.check(peer.receive(m) == back, f"the echo of {size} bytes")
        sent, _, refused, damaged, other = echoed(m, peer)
        m.check((sent, refused, damaged) == (3, 0, 0) and other >= 6, "counted otherwise")
        poweroff(m)


@case("nic_announce")
def nic_announce(c):
    """QEMU asks the guest three times to announce itself, each time after the previous answer. Two
    requests without an answer in between count as one."""
    peer = Peer(c.folder)
    with c.booted(peer.devices(), channels=["qmp"],
                  extra=["-mon", "chardev=qmp,mode=control"]) as m:
        monitor = Monitor(m, m.channels["qmp"])
        m.check("0 announcements" in m.run("nic"), "announced before")
        for times in (1, 2, 3):
            monitor.ask("announce-self", initial=10, max=20, rounds=1, step=10)
            m.run_until("nic", lambda text, t=times: f"{t} announcements" in text, f"not announced {times} times")
        rarp = [len(f) for f in peer.all() if f[12:14] == b"\x80\x35"]
        m.check(rarp == [LEAST] * 6, f"RARP frames, of which QEMU sends three itself: {rarp}")
        poweroff(m)


# ---- Offloads, over a TAP interface in a network namespace of the test's own

TUNSETIFF, TUNSETVNETHDRSZ = 0x400454ca, 0x400454d8
IFF_TAP, IFF_NO_PI, IFF_VNET_HDR = 0x0002, 0x1000, 0x4000
SIOCSIFFLAGS, SIOCSIFMTU, SIOCSIFADDR, SIOCSIFNETMASK = 0x8914, 0x8922, 0x8916, 0x891c
PACKET_VNET_HDR, SOL_PACKET, CLONE_NEWNET = 15, 263, 0x40000000
HEADER = struct.Struct("<BBHHHH")  # flags, gso_type, hdr_len, gso_size, csum_start, csum_offset
NEEDS_CSUM, DATA_VALID, TCP4 = 1, 2, 1


class Tap:
    """A TAP interface, and a packet socket on its other side that shows the virtio-net header before
    each frame. It shows what the guest left to the device."""

    NAME = b"pico0"

    def __init__(self, mtu=1500):
        try:
            if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "unshare")
            self.fd = os.open("/dev/net/tun", os.O_RDWR)
            flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR
            fcntl.ioctl(self.fd, TUNSETIFF, struct.pack("16sH14x", self.NAME, flags))
        except OSError as e:
            raise Skip(f"a TAP interface takes a host that lets us make one: {e}") from e
        os.set_inheritable(self.fd, True)
        with contextlib.suppress(OSError):  # otherwise the host sends IPv6 packets on it
            with open(f"/proc/sys/net/ipv6/conf/{self.NAME.decode()}/disable_ipv6", "w",
                      encoding="ascii") as f:
                f.write("1")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            fcntl.ioctl(s, SIOCSIFMTU, struct.pack("16si12x", self.NAME, mtu))
            fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sH14x", self.NAME, 1))
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        self.socket.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        self.socket.bind((self.NAME.decode(), 0x0800))

    def address(self, ip, mask):
        """From now on Linux's TCP/IP is on the other side."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            for request_, value in ((SIOCSIFADDR, ip), (SIOCSIFNETMASK, mask)):
                fcntl.ioctl(s, request_, struct.pack("16sHH4s8x", self.NAME, socket.AF_INET, 0,
                                                     socket.inet_aton(value)))

    def devices(self, more=""):
        return SERIAL + RNG + ["-netdev", f"tap,id=n0,fd={self.fd}", "-device",
                               "virtio-net-device,netdev=n0,mac=52:54:00:ab:cd:ef" + more]

    def send(self, frame, *header):
        self.socket.send(HEADER.pack(*(header or (0,) * 6)) + frame)

    def receive(self, m):
        """Header and frame of the next frame from the guest, or BlockingIOError."""
        while True:
            if self.socket.getblocking():
                m.readable(self.socket, "a frame from the guest")
            got, where = self.socket.recvfrom(70000)
            if where[2] != socket.PACKET_OUTGOING and not of_itself(got[HEADER.size:]):
                return HEADER.unpack(got[:HEADER.size]), got[HEADER.size:]


def completed(header, frame):
    """The frame with the checksum that its header asks for."""
    flags, _, _, _, start, offset = header
    if not flags & NEEDS_CSUM:
        return frame
    at = start + offset
    sum_ = checksum(frame[start:]) or 0xffff
    return frame[:at] + struct.pack("!H", sum_) + frame[at + 2:]


def around(m, tap, size, number, protocol, partial):
    """Send a datagram and receive it back. Returns the header of the answer."""
    frame, want = datagram(size, number, protocol, partial)
    offset = 6 if protocol == UDP else 16
    tap.send(frame, *((NEEDS_CSUM, 0, 0, 0, 34, offset) if partial else ()))
    header, got = tap.receive(m)
    got = completed(header, got)
    m.check(got == want, f"{size} bytes, protocol {protocol}: {got.hex()}, not {want.hex()}")
    return header


@case("nic_checksum")
def nic_checksum(c):
    """Each side leaves checksums to the other one. With csum=off neither does."""
    tap = Tap()
    with c.booted(tap.devices()) as m:
        features = accepted(m, "virtio-net")
        for name in ("CSUM", "GUEST_CSUM", "HOST_TSO4"):
            m.check(re.search(rf"\b{name}\b", features), f"{name} not accepted: {features}")
        say(m, "echo 30")
        for size in range(LEAST, MOST + 1, 7):
            header = around(m, tap, size, size, UDP, partial=size % 2 == 0)
            m.check(header[0] & NEEDS_CSUM and header[4:] == (34, 6), f"left to us: {header}")
        sent, checked, refused, damaged, _ = echoed(m, tap)
        m.check(refused == damaged == 0 and sent > 200 and checked >= sent // 2, "counted otherwise")
        poweroff(m)
    with c.booted(tap.devices(",csum=off,guest_csum=off")) as m:
        m.check("CSUM" not in accepted(m, "virtio-net"), "accepted, though not offered")
        say(m, "echo 30")
        for size in range(LEAST, MOST + 1, 99):
            header = around(m, tap, size, size, UDP, partial=False)
            m.check(header[0] == 0, f"left to us without the feature: {header}")
        sent, checked, refused, damaged, _ = echoed(m, tap)
        m.check(refused == damaged == checked == 0, "counted otherwise")
        poweroff(m)


@case("nic_segments", device="")
@case("nic_segments_packed", modes=("modern",), device=",packed=on")
def nic_segments(c, device):
    """Frames of up to 4110 bytes over several receive buffers, and back: UDP in one frame, TCP as a
    segment that the device cuts."""
    tap = Tap(mtu=4096)
    with c.booted(tap.devices(",host_mtu=4096" + device)) as m:
        m.check("MTU 1500" in m.run("nic"), "an MTU that there is no room for was accepted")
        m.check("done" in m.run("nic large on"), "not started anew")
        m.check("MTU 4096" in m.run("nic"), "the MTU is not accepted")
        m.check(re.search(r"\bMTU\b", accepted(m, "virtio-net")), "the MTU is not accepted")
        say(m, "echo 30")
        for size in (60, 1500, 1514, 1515, 1526, 1527, 3039, 3040, 3041, 4109, 4110):
            header = around(m, tap, size, size, UDP, partial=True)
            m.check(header[1] == 0, f"UDP in pieces: {header}")
        for size in (566, 567, 1514, 2000, 4110):
            header = around(m, tap, size, size, TCP, partial=True)
            pieces = size > 566
            m.check(header[1] == (TCP4 if pieces else 0), f"{size} bytes of TCP: {header}")
            m.check(not pieces or (header[3] == 512 and header[2] >= 54), f"pieces: {header}")
        sent, _, refused, damaged, _ = echoed(m, tap)
        m.check((sent, refused, damaged) == (16, 0, 0), "the guest counts otherwise")
        m.check(re.search(r"[1-9]\d* frames joined from buffers, 0 with wrong parts", m.run("nic")), "joined")
        poweroff(m)


packed_too("nic_beside", "nic_control")
