# SPDX-License-Identifier: BSD-2-Clause
"""TCP/IP by lwIP with a peer that makes every frame itself: correct and wrong answers for names, and
invalid frames."""

import random
import select
import struct

from cases import case
from cases_boot import poweroff
from cases_net import (LEAST, MOST, OUR_IP, OURS, THEIR_IP, THEIRS, Peer, checksum, echo, net_nonsense,
                       net_ping, net_sizes, request)
from machine import DEADLINE, PROMPT

DNS, ECHO, NTP, USER = 53, 7, 123, 40000
TIME, NTP_TO_UNIX = 1795855997, 2208988800  # 2026-11-28 08:53:17
QUESTION = 12  # bytes before it


def ip(protocol, data, source=THEIR_IP, to=OUR_IP):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 0, 0, 64, protocol, 0, source, to)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + data


def frame(datagram):
    return (OURS + THEIRS + b"\x08\x00" + datagram).ljust(LEAST, b"\0")


def udp(source, to, data):
    length = 8 + len(data)
    pseudo = THEIR_IP + OUR_IP + struct.pack("!HH", 17, length)
    head = struct.pack("!HHHH", source, to, length, 0)
    total = checksum(pseudo + head + data) or 0xffff
    return frame(ip(17, head[:6] + struct.pack("!H", total) + data))


def udp_parts(got):
    """Ports and data of a UDP frame from the guest, or None."""
    if got[12:14] != b"\x08\x00" or got[23] != 17:
        return None
    source, to, length = struct.unpack("!HHH", got[34:40])
    return source, to, got[42:34 + length]


def answer(question, **lies):
    """The answer of a name server: the address of the peer, or something wrong."""
    number, flags, asked = question[:2], b"\x81\x80", question[QUESTION:]
    record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + THEIR_IP
    if lies.get("nobody"):
        flags, record = b"\x81\x83", b""
    if lies.get("loop"):  # a name that points to itself
        record = struct.pack("!H", 0xc000 | QUESTION + len(asked)) + record[2:]
    if lies.get("cut"):
        record = record[:-6]
    if lies.get("number"):
        number = bytes(b ^ 0xff for b in number)
    return number + flags + struct.pack("!HHHH", 1, 1 if record else 0, 0, 0) + asked + record


class Station(Peer):
    """A peer that answers ARP, echo and names while the guest does something."""

    def __init__(self, folder):
        super().__init__(folder)
        self.lies, self.asked = {}, 0

    def arp(self):
        return struct.pack("!6s6sHHHBBH6s4s6s4s", OURS, THEIRS, 0x0806, 1, 0x0800, 6, 4, 2, THEIRS,
                           THEIR_IP, OURS, OUR_IP).ljust(LEAST, b"\0")

    def until(self, m, fits):
        """Receive frames until one fits, since answers to earlier frames may still arrive."""
        while not fits(self.receive(m)):
            pass

    def reply(self, got):
        if got[12:14] == b"\x08\x06" and got[38:42] == THEIR_IP:
            self.send(self.arp())
        elif got[12:14] == b"\x08\x00" and got[23] == 1 and got[34] == 8:
            icmp = b"\0\0\0\0" + got[38:14 + struct.unpack("!H", got[16:18])[0]]
            icmp = icmp[:2] + struct.pack("!H", checksum(icmp)) + icmp[4:]
            self.send(frame(ip(1, icmp)))
        elif (parts := udp_parts(got)) and parts[1] == DNS:
            self.asked += 1
            self.send(udp(DNS, parts[0], answer(parts[2], **self.lies)))
        elif parts and parts[1] == NTP:
            told = struct.pack("!BB22x8s8xII", 0x24, 2, parts[2][40:48], TIME + NTP_TO_UNIX, 0)
            self.send(udp(NTP, parts[0], told))

    def serve(self, m, line):
        """Type a command, and play the network until it ends. Returns its output."""
        m.send(line + "\r")
        m.expect(rb"\r\n", what=f"the echo of {line!r}")
        start = m.con.seen

        def done():
            while select.select([self.socket], [], [], 0)[0]:
                self.reply(self.socket.recv(65536))
            return PROMPT in m.con.received[start:]

        m.wait(done, DEADLINE, f"`{line}`", also=[self.socket])
        return m.prompt().decode("utf-8", "replace")


@case("tcpip.names", modes=("modern",))
def names(c):
    """The guest asks for names, and does not accept wrong answers."""
    peer = Station(c.folder)
    with c.booted(peer.devices()) as m:
        m.run("net addr 192.168.7.2/24 192.168.7.1")
        m.check("no name server" in m.run("ping peer.test"), "a name without a server")
        m.run("net dns 192.168.7.1")
        for lie in ("nobody", "cut", "number"):
            peer.lies = {lie: True}
            said = peer.serve(m, f"ping {lie}.test")
            m.check("no such name" in said or "does not answer" in said, f"{lie}: {said!r}")
        peer.lies = {"loop": True}
        peer.serve(m, "ping loop.test")  # it ends
        peer.lies = {}
        for _ in range(2):  # the second time the answer is cached
            said = peer.serve(m, "ping peer.test")
            m.check("192.168.7.1: 56 bytes" in said, f"peer.test: {said!r}")
        asked = peer.asked
        said = peer.serve(m, "ping 192.168.7.1")
        m.check("56 bytes came back" in said and peer.asked == asked, f"by number: {said!r}")
        m.check("not the IPv4" not in peer.serve(m, "ping 192.168.7"), "a name of digits")
        m.check("not known; date HOST" in m.run("date"), "the time is known")
        for line in ("date peer.test", "date"):
            said = peer.serve(m, line)
            m.check("2026-11-28 08:53:" in said and "from 192.168.7.1 " in said, f"{line}: {said!r}")
        poweroff(m)


def damaged(chance):
    """A frame with a small error."""
    kind = chance.randrange(4)
    data = chance.randbytes(chance.randrange(0, 600))
    if kind == 0:
        f = bytearray(frame(echo(chance.choice((0, 8)), 1, data, THEIR_IP, OUR_IP)))
    elif kind == 1:
        f = bytearray(udp(chance.choice((DNS, 67, 69, 5000)), chance.choice((ECHO, 68, 49152)), data))
    elif kind == 2:
        head = struct.pack("!HHIIBBHHH", USER + chance.randrange(8), 80, chance.getrandbits(32),
                           chance.getrandbits(32), chance.randrange(16) << 4, chance.getrandbits(8),
                           chance.getrandbits(16), 0, chance.getrandbits(16))
        pseudo = THEIR_IP + OUR_IP + struct.pack("!HH", 6, len(head + data))
        total = struct.pack("!H", checksum(pseudo + head + data))
        f = bytearray(frame(ip(6, head[:16] + total + head[18:] + data)))
    else:
        f = bytearray(OURS + THEIRS + b"\x08\x06" + chance.randbytes(46))
    for _ in range(chance.randrange(4)):
        f[chance.randrange(12, min(60, len(f)))] = chance.getrandbits(8)
    if chance.randrange(4) == 0:
        f = f[:chance.randrange(1, len(f))]
    return bytes(f[:MOST])


@case("tcpip.nonsense")
def nonsense(c):
    """Thousands of frames with small errors, sent to a server. Afterwards everything works as
    before."""
    chance = random.Random(5)
    peer = Station(c.folder)
    with c.booted(peer.devices()) as m:
        m.run("net addr 192.168.7.2")
        m.run("serve")
        peer.resolve(m)
        for _ in range(3000):
            peer.send(damaged(chance))
            while select.select([peer.socket], [], [], 0)[0]:
                peer.socket.recv(65536)
        m.check("virtio-net" in peer.serve(m, "net"), "`net`")
        peer.send(peer.arp())  # the guest may have accepted a wrong answer about it
        good, want = request(100, 1)
        peer.send(good)
        peer.until(m, lambda got: got == want)
        peer.send(udp(USER, ECHO, b"still here"))
        peer.until(m, lambda got: udp_parts(got) == (ECHO, USER, b"still here"))
        m.check("serve" in m.run("help serve"), "the shell")
        poweroff(m)


@case("net_raw")
def net_raw(c):
    """An image without TCP/IP has no commands for it. It still answers ARP, ping and UDP echo."""
    without = c.image.with_name("picovirtio-no-lwip.elf")
    c.image = without if without.exists() else c.image
    peer = Peer(c.folder)
    with c.booted(peer.devices()) as m:
        for line in ("dhcp", "get http://10.0.2.2/", "serve", "tftp 10.0.2.2 x"):
            m.check("no such command" in m.run(line), f"`{line}`")
        m.check("without TCP/IP" in m.run("net dns 192.168.7.1"), "a name server")
        m.run("net addr 192.168.7.2")
        m.check("not the IPv4" in m.run("ping a.test"), "a name")
        for size in (0, 1, 500, 1472):
            data = random.Random(size).randbytes(size)
            peer.send(udp(USER, ECHO, data))
            got = peer.receive(m)
            m.check(udp_parts(got) == (ECHO, USER, data), f"{size} bytes of UDP: {got.hex()}")
        poweroff(m)
    for again in (net_sizes, net_nonsense):
        (c.folder / "peer").unlink(missing_ok=True)
        again(c)
    net_ping(c)
