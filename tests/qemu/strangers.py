# SPDX-License-Identifier: BSD-2-Clause
"""A network full of liars: frames that no honest station sends, and servers that answer the guest's
commands with lies. FRAMES has functions that return frames, TALKS functions that talk TCP to the guest's
server, and SERVERS (command, what the peer sends for an answer)."""

import itertools
import random
import struct

from cases_net import LEAST, OUR_IP, OURS, THEIR_IP, THEIRS, checksum, echo
from cases_wire import DNS, ECHO, NTP, NTP_TO_UNIX, TIME, USER, answer, frame, ip, udp, udp_parts

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
WEB, TFTP = 80, 69
EVERYBODY, ANYBODY, GROUP = b"\xff" * 4, bytes(4), bytes([224, 0, 0, 251])
GET = b"GET / HTTP/1.0\r\n\r\n"
CHANCE = random.Random(11)


def tcp(source, to, seq, ack, flags, data=b"", options=b"", window=8192, sender=THEIR_IP, words=None, urgent=0):
    """A segment in a frame; `words` of header where not as long as the options make it."""
    words = 5 + len(options) // 4 if words is None else words
    head = struct.pack("!HHIIBBHHH", source, to, seq & 0xffffffff, ack & 0xffffffff, words << 4, flags, window, 0, urgent) + options
    pseudo = sender + OUR_IP + struct.pack("!HH", 6, len(head + data))
    total = checksum(pseudo + head + data)
    return frame(ip(6, head[:16] + struct.pack("!H", total) + head[18:] + data, source=sender))


def ip_head(data=b"", protocol=1, version=4, words=5, length=None, number=0, fragment=0, ttl=64, source=THEIR_IP, to=OUR_IP, options=b"", off=0):
    """A datagram of any kind, with the checksum of its header off by so much."""
    length = 20 + len(options) + len(data) if length is None else length
    head = struct.pack("!BBHHHBBH4s4s", version << 4 | words, 0, length, number, fragment, ttl, protocol, 0, source, to) + options
    return frame(head[:10] + struct.pack("!H", checksum(head) ^ off) + head[12:] + data)


def icmp(kind, code=0, data=b"", off=0):
    body = struct.pack("!BBHHH", kind, code, 0, 1, 1) + data
    return body[:2] + struct.pack("!H", checksum(body) ^ off) + body[4:]


def fragment(number, offset, data, more):
    return ip_head(data, protocol=17, number=number, fragment=offset // 8 | (0x2000 if more else 0))


def arp(op=2, mac=THEIRS, source=THEIR_IP, to=OUR_IP, hardware=1, protocol=0x0800, hardware_length=6, protocol_length=4):
    return struct.pack("!6s6sHHHBBH6s4s6s4s", OURS, THEIRS, 0x0806, hardware, protocol, hardware_length, protocol_length, op, mac,
                       source, bytes(6), to).ljust(LEAST, b"\0")


def datagram(length=None, data=b"x" * 20, source=USER, to=ECHO, total=None, sender=THEIR_IP, target=OUR_IP):
    n = 8 + len(data) if length is None else length
    head = struct.pack("!HHHH", source, to, n, 0)
    if total is None:
        total = checksum(sender + target + struct.pack("!HH", 17, 8 + len(data)) + head + data) or 0xffff
    return frame(ip(17, head[:6] + struct.pack("!H", total) + data, source=sender, to=target))


def several(*frames):
    return lambda: frames


FRAMES = {
    # Ethernet and ARP
    "runt": several(OURS[:1], OURS, OURS + THEIRS, OURS + THEIRS + b"\x08", OURS + THEIRS + b"\x08\0"),
    "type-unknown": several(*(OURS + THEIRS + struct.pack("!H", t) + bytes(50) for t in (0, 46, 1500, 1501, 0x86dd,
             0x8100, 0x88a8, 0xffff))),
    "vlan-in-vlan": several(OURS + THEIRS + bytes.fromhex("81000001") * 12 + bytes(20)),
    "from-us": several(OURS + OURS + frame(echo(8, 1, b"x", THEIR_IP, OUR_IP))[12:]),
    "from-a-group": several(OURS + b"\xff" * 6 + frame(echo(8, 1, b"x", THEIR_IP, OUR_IP))[12:]),
    "arp-group": several(arp(mac=b"\x01\0\x5e\0\0\1"), arp(mac=b"\xff" * 6), arp(mac=bytes(6))),
    "arp-lengths": several(*(arp(hardware_length=h, protocol_length=p) for h, p in ((0, 4), (255, 4), (6, 0), (6, 16),
             (255, 255)))),
    "arp-kinds": several(*(arp(op=o) for o in (0, 3, 8, 255, 65535)), arp(hardware=6), arp(protocol=0x86dd)),
    "arp-our-address": several(arp(op=1, source=OUR_IP), arp(source=OUR_IP), arp(source=OUR_IP, mac=OURS)),
    "arp-no-address": several(arp(source=ANYBODY), arp(source=EVERYBODY), arp(source=GROUP), arp(source=b"\x7f\0\0\1")),
    "arp-flood": lambda: [arp(op=o, source=bytes([192, 168, 7, n]), mac=CHANCE.randbytes(6)) for n in range(3, 250) for o in (1, 2)],
    "arp-short": several(*(arp()[:n] for n in (14, 20, 28, 41))),
    # IPv4
    "ip-version": several(*(ip_head(icmp(8), version=v) for v in (0, 5, 6, 15))),
    "ip-words": several(*(ip_head(icmp(8), words=w) for w in (0, 1, 4, 6, 15))),
    "ip-length": several(*(ip_head(icmp(8), length=n) for n in (0, 19, 20, 27, 1500, 65535))),
    "ip-ttl": several(ip_head(icmp(8), ttl=0)),
    "ip-sum": several(ip_head(icmp(8), off=1), ip_head(icmp(8), off=0xffff)),
    "ip-options": lambda: [ip_head(icmp(8), words=15, options=CHANCE.randbytes(40)) for _ in range(50)],
    "ip-route": several(ip_head(icmp(8), words=7, options=b"\x83\x07\x04" + THEIR_IP + b"\0"), ip_head(icmp(8),
             words=6, options=b"\x83\0\0\0")),
    "ip-sources": several(*(ip_head(icmp(8), source=s) for s in (OUR_IP, EVERYBODY, ANYBODY, GROUP, b"\x7f\0\0\1",
             bytes([192, 168, 7, 255])))),
    "ip-targets": several(*(ip_head(icmp(8), to=t) for t in (EVERYBODY, ANYBODY, GROUP, b"\x7f\0\0\1", bytes([192, 168, 7, 255])))),
    "ip-protocols": lambda: [ip_head(bytes(20), protocol=p) for p in range(256)],
    "ip-empty": several(*(ip_head(protocol=p) for p in (1, 2, 6, 17))),
    "ip-noise": lambda: [ip_head(CHANCE.randbytes(CHANCE.randrange(900)), protocol=CHANCE.choice((1, 2, 6, 17))) for _ in range(300)],
    # fragments
    "fragment-overlap": several(fragment(1, 0, bytes(64), True), fragment(1, 32, bytes(64), True), fragment(1, 24,
             bytes(16), False)),
    "fragment-inside": several(fragment(2, 0, bytes(128), True), fragment(2, 24, bytes(8), False)),
    "fragment-tiny": several(fragment(3, 0, bytes(8), True), fragment(3, 8, bytes(8), False)),
    "fragment-last-alone": lambda: [fragment(100 + n, 1400, bytes(40), False) for n in range(40)],
    "fragment-first-alone": lambda: [fragment(200 + n, 0, bytes(1400), True) for n in range(40)],
    "fragment-beyond": several(fragment(4, 65528, bytes(1400), False), fragment(4, 65528, bytes(8), True)),
    "fragment-empty": several(fragment(5, 0, b"", True), fragment(5, 8, b"", True), fragment(5, 8, b"", False)),
    "fragment-again": several(*(fragment(6, 0, bytes(64), True) for _ in range(50))),
    "fragment-odd": several(fragment(7, 0, bytes(13), True), fragment(7, 16, bytes(13), True), fragment(7, 8, bytes(3), False)),
    "fragment-two-ends": several(fragment(8, 64, bytes(8), False), fragment(8, 8, bytes(8), False), fragment(8, 0, bytes(8), True)),
    "fragment-holes": lambda: [fragment(9, 16 * n, bytes(8), True) for n in range(80)],
    "fragment-noise": lambda: [fragment(CHANCE.randrange(4), CHANCE.randrange(0, 65536, 8), bytes(CHANCE.randrange(1400)), CHANCE.randrange(2)) for _ in range(200)],
    # ICMP
    "icmp-kinds": lambda: [ip_head(icmp(kind, code, bytes(36))) for kind in range(256) for code in (0, 1, 255)],
    "icmp-short": several(*(ip_head(icmp(8)[:n]) for n in range(8))),
    "icmp-sum": several(ip_head(icmp(8, off=0x1234))),
    "icmp-redirect": several(ip_head(icmp(5, 1, THEIR_IP + ip(6, bytes(8), source=OUR_IP, to=THEIR_IP)))),
    "icmp-unreachable": lambda: [ip_head(icmp(3, code, CHANCE.randbytes(28))) for code in range(16)],
    "icmp-too-big": several(*(ip_head(struct.pack("!BBHHH", 3, 4, 0, 0, mtu) + ip(6, bytes(8), source=OUR_IP,
             to=THEIR_IP)) for mtu in (0, 1, 67, 65535))),
    # UDP
    "udp-length": several(*(datagram(n) for n in (0, 7, 8, 27, 29, 1500, 65535))),
    "udp-sum": several(datagram(total=0), datagram(total=1), datagram(total=0xffff)),
    "udp-port-0": several(datagram(source=0), datagram(to=0), datagram(source=0, to=0)),
    "udp-echo-to-echo": several(datagram(source=ECHO), datagram(source=ECHO, sender=OUR_IP), datagram(sender=b"\x7f\0\0\1")),
    "udp-echo-to-all": several(datagram(target=EVERYBODY), datagram(target=bytes([192, 168, 7, 255])),
             datagram(sender=EVERYBODY), datagram(sender=GROUP)),
    "udp-ports": lambda: [datagram(to=port, data=CHANCE.randbytes(60)) for port in (53, 67, 68, 69, 123, 5001, 5353, 1900, 65535)],
    "mdns-noise": lambda: [datagram(source=5353, to=5353, target=GROUP, data=CHANCE.randbytes(CHANCE.randrange(200))) for _ in range(100)],
    "mdns-loop": several(datagram(source=5353, to=5353, target=GROUP, data=bytes.fromhex("000000000001000000000000c00c00010001"))),
    "mdns-many": several(datagram(source=5353, to=5353, target=GROUP, data=struct.pack("!6H", 0, 0, 65535, 65535,
             65535, 65535) + b"\x0apicovirtio\x05local\0\0\xff\0\1")),
    "mdns-our-name": several(datagram(source=5353, to=5353, target=GROUP, data=struct.pack("!6H", 0, 0x8400, 0, 1, 0,
             0) + b"\x0apicovirtio\x05local\0\0\1\x80\1\0\0\0\x78\0\4" + THEIR_IP)),
    "dns-unasked": several(datagram(source=DNS, to=50000, data=answer(bytes(12) + b"\1x\0\0\1\0\1"))),
    "dhcp-unasked": lambda: [datagram(source=67, to=68, data=b"\2\1\6\0" + CHANCE.randbytes(232) + b"\x63\x82\x53\x63" + CHANCE.randbytes(60)) for _ in range(20)],
    "iperf-noise": lambda: [datagram(to=5001, data=CHANCE.randbytes(CHANCE.randrange(100))) for _ in range(100)],
    # TCP without a connection
    "tcp-flags": lambda: [tcp(USER, port, 1, 1, flags) for flags in range(64) if not flags & SYN or flags & (FIN | RST) for port in (WEB, 81)],
    "tcp-words": lambda: [tcp(USER + w, WEB, 1, 0, SYN, words=w) for w in (*range(5), 6, 15)],
    "tcp-land": several(tcp(WEB, WEB, 1, 0, SYN, sender=OUR_IP), tcp(WEB, WEB, 1, 0, SYN), tcp(WEB, WEB, 1, 0, SYN,
             sender=b"\x7f\0\0\1")),
    "tcp-port-0": several(tcp(0, WEB, 1, 0, SYN), tcp(USER, 0, 1, 0, SYN), tcp(0, 0, 1, 0, SYN)),
    "tcp-options": lambda: [tcp(n, WEB, 1, 0, SYN | RST, options=CHANCE.randbytes(40)) for n in range(100)],
    "tcp-to-all": several(frame(ip(6, tcp(USER, WEB, 1, 0, SYN)[34:54], to=EVERYBODY)), tcp(USER, WEB, 1, 0, SYN,
             sender=EVERYBODY), tcp(USER, WEB, 1, 0, SYN, sender=GROUP)),
    "tcp-short": lambda: [frame(ip(6, tcp(USER, WEB, 1, 0, SYN)[34:34 + n])) for n in range(20)],
    "tcp-noise": lambda: [frame(ip(6, CHANCE.randbytes(CHANCE.randrange(200)))) for _ in range(200)],
}


class Talk:
    """A connection of the peer's to the guest's server. It is reset at its end, so that nothing stays."""

    ports = itertools.count(41000)

    def __init__(self, peer, m, options=b"", seq=1000, window=8192, data=b"", wait=True):
        self.peer, self.m, self.port, self.window = peer, m, next(self.ports), window
        self.seq, self.ack = seq, 0
        if wait:
            _, theirs, _, _ = self.receive(lambda: self.segment(SYN, data, options), lambda flags, *_: flags & SYN)
            self.ack = theirs + 1
            self.seq += 1
            self.segment(ACK)
        else:
            self.segment(SYN, data, options)
            self.seq += 1

    def segment(self, flags, data=b"", options=b"", seq=0, ack=0, **more):
        """`seq` and `ack` are how far off they are."""
        self.peer.send(tcp(self.port, WEB, self.seq + seq, self.ack + ack, flags, data, options, **{"window": self.window, **more}))

    def say(self, data, flags=ACK | PSH, **more):
        self.segment(flags, data, **more)
        self.seq += len(data)

    def receive(self, again, fits):
        """The next segment of the connection for which that is so: flags, numbers and data."""
        def look():
            for got in self.peer.all():
                if got[12:14] == b"\x08\0" and got[23] == 6 and struct.unpack("!HH", got[34:38]) == (WEB, self.port):
                    seq, ack, words, flags = struct.unpack("!IIBB", got[38:48])
                    data = got[34 + (words >> 4) * 4:14 + struct.unpack("!H", got[16:18])[0]]
                    if fits(flags, seq, ack, data):
                        return flags, seq, ack, data
            return None

        return self.peer.again_until(self.m, again, look, "no answer by TCP")

    def answered(self):
        """What the server says, up to its first bytes; the end of the connection is an answer too."""
        _, seq, _, data = self.receive(lambda: self.segment(ACK), lambda flags, seq, ack, data: data or flags & (FIN | RST))
        self.ack = seq + len(data)

    def end(self):
        """What is outside of the window has the guest say what it expects next, which a reset needs."""
        self.segment(ACK, seq=1 << 30)
        for got in self.peer.until_echo(self.m):
            if got[12:14] == b"\x08\0" and got[23] == 6 and struct.unpack("!HH", got[34:38]) == (WEB, self.port):
                flags, = got[47:48]
                if not flags & RST:
                    self.peer.send(tcp(self.port, WEB, struct.unpack("!I", got[42:46])[0], 0, RST))


def talk(*steps, **options):
    """Connect, do something, reset."""
    def run(peer, m):
        t = Talk(peer, m, **options)
        for step in steps:
            step(t)
        t.end()
    return run


def crowd(count, *steps):
    """As many at once, and each of them goes at last."""
    def run(peer, m):
        everybody = [Talk(peer, m, wait=False) for _ in range(count)]
        for step, t in itertools.product(steps, everybody):
            step(t)
        for t in everybody:
            t.end()
    return run


ASK = (lambda t: t.say(GET), lambda t: t.answered())
TALKS = {
    "syn-flood": crowd(100),
    "syn-again": talk(lambda t: t.segment(SYN), lambda t: t.segment(SYN, seq=100), lambda t: t.segment(SYN | ACK)),
    "syn-data": talk(data=b"GET /"), "mss-0": talk(*ASK, options=b"\2\4\0\0"), "mss-1": talk(*ASK, options=b"\2\4\0\1"),
    "mss-max": talk(*ASK, options=b"\2\4\xff\xff"), "scale-255": talk(*ASK, options=b"\3\3\xff\0"),
    "option-0": talk(*ASK, options=b"\2\0\0\0"),
    "option-too-long": talk(*ASK, options=b"\2\xff\5\xb4"),
    "option-cut": talk(*ASK, options=b"\1\1\1\2"),
    "option-noise": talk(lambda t: [t.segment(ACK, options=CHANCE.randbytes(40)) for _ in range(50)]),
    "ack-of-nothing": talk(*ASK, lambda t: [t.segment(ACK, ack=n) for n in (1, 1000, 0x40000000, 0x7fffffff, -1, -0x7fffffff)]),
    "acks-again": talk(*ASK, lambda t: [t.segment(ACK, ack=-1) for _ in range(60)]),
    "data-outside": talk(lambda t: [t.segment(ACK, b"x" * 100, seq=n) for n in (100000, -100000, 0x7fffffff, -1, 65535)]),
    "data-with-holes": talk(lambda t: [t.segment(ACK, b"x" * 10, seq=20 * n) for n in range(1, 100)]),
    "data-overlaps": talk(lambda t: [t.segment(ACK, b"y" * 50, seq=n) for n in (40, 20, 10, 30, 5)], lambda t: t.say(GET)),
    "data-again": talk(lambda t: [t.segment(ACK, GET) for _ in range(30)]),
    "urgent": talk(lambda t: [t.segment(ACK | URG, b"x", urgent=n) for n in (0, 1, 2, 65535)]),
    "fin-again": talk(lambda t: [t.segment(FIN | ACK) for _ in range(20)], lambda t: t.segment(ACK, b"late", seq=1)),
    "fin-outside": talk(lambda t: [t.segment(FIN | ACK, seq=n) for n in (5, 1000, -5)]),
    "rst-outside": talk(lambda t: [t.segment(RST, seq=n) for n in (100000, -1, 5)], *ASK),
    "flags-all": talk(lambda t: [t.segment(flags, b"x") for flags in range(64) if not flags & RST]),
    "window-0": talk(lambda t: t.say(GET), window=0),
    "window-1": talk(*ASK, window=1),
    "window-flaps": talk(*ASK, lambda t: [t.segment(ACK, window=n % 2 * 65535) for n in range(50)]),
    "byte-by-byte": talk(lambda t: [t.say(GET[n:n + 1]) for n in range(len(GET))], lambda t: t.answered()),
    "pipeline": talk(lambda t: t.say(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n" * 40)),
    "long-line": talk(lambda t: [t.say(b"x" * 1400) for _ in range(8)]),
    "long-head": talk(lambda t: t.say(b"GET / HTTP/1.1\r\n"), lambda t: [t.say(b"A: " + b"x" * 1000 + b"\r\n") for _ in range(10)]),
    "zeros": talk(lambda t: t.say(bytes(1400))), "noise": talk(lambda t: [t.say(CHANCE.randbytes(500)) for _ in range(6)]),
    "escapes": talk(lambda t: t.say(b"GET /\x1b[2J\x9b HTTP/1.0\r\n\r\n"), lambda t: t.answered()),
    "methods": talk(lambda t: t.say(b"DELETE / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: -1\r\n\r\n")),
    "more-with-the-last": talk(*ASK, lambda t: t.say(b"more data", ack=2000)),
    "chunked-request": talk(lambda t: t.say(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n")),
    "crowd-asks": crowd(24, lambda t: t.segment(ACK | PSH, GET)), "crowd-fin": crowd(24, lambda t: t.segment(FIN | ACK)),
}


# -- servers that lie

def by_udp(port, what):
    """`what` is sent for what comes to a port; it may need the datagram."""
    def lie(peer, got):
        parts = udp_parts(got)
        if not parts or parts[1] != port:
            return False
        for data in what(parts[2]):
            peer.send(udp(port, parts[0], data) if isinstance(data, bytes) else udp(data[0], parts[0], data[1]))
        return True
    return lie


def by_tcp(*pieces, end=FIN):
    """A web server that says that."""
    def lie(peer, got):
        if got[12:14] != b"\x08\0" or got[23] != 6 or got[36:38] != struct.pack("!H", WEB):
            return False
        port, _, seq, ack, words, flags = struct.unpack("!HHIIBB", got[34:48])
        data = got[34 + (words >> 4) * 4:14 + struct.unpack("!H", got[16:18])[0]]
        if flags & SYN:
            peer.send(tcp(WEB, port, 5000, seq + 1, SYN | ACK))
            return False
        if not data:
            return False
        at = ack
        for piece in pieces:
            peer.send(tcp(WEB, port, at, seq + len(data), ACK, piece))
            at += len(piece)
        peer.send(tcp(WEB, port, at, seq + len(data), end | ACK))
        if end & FIN:
            peer.send(tcp(WEB, port, at + 1, seq + len(data), RST | ACK))
        return True
    return lie


def record(kind=1, of=b"\xc0\x0c", data=THEIR_IP, length=None, kind_class=1):
    return of + struct.pack("!HHIH", kind, kind_class, 60, len(data) if length is None else length) + data


def names(*records, flags=b"\x81\x80", count=None, question=None):
    def what(asked):
        question_ = asked[12:] if question is None else question
        return [asked[:2] + flags + struct.pack("!HHHH", 1, len(records) if count is None else count, 0, 0) + question_ + b"".join(records)]
    return by_udp(DNS, what)


def time(head=b"\x24\x02", origin=None, seconds=TIME + NTP_TO_UNIX, cut=None, times=1):
    def what(asked):
        said = struct.pack("!2s22x8s8xII", head, asked[40:48] if origin is None else origin, seconds & 0xffffffff, 0)
        return [said[:cut]] * times
    return by_udp(NTP, what)


def tftp(*packets):
    return by_udp(TFTP, lambda asked: [(2000, p) for p in packets])


def dhcp(options, kind=2, address=OUR_IP, cookie=b"\x63\x82\x53\x63", number=None):
    """An offer with these options."""
    def lie(peer, got):
        parts = udp_parts(got)
        if not parts or parts[1] != 67:
            return False
        asked = parts[2]
        said = b"\2\1\6\0" + (asked[4:8] if number is None else number) + bytes(8) + address + THEIR_IP + bytes(4) + OURS.ljust(16, b"\0") + bytes(192)
        wants = asked[240 + asked[240:].find(b"\x35\x01") + 2]
        said += cookie + bytes([53, 1, 5 if kind == 2 and wants == 3 else kind]) + options
        length = 8 + len(said)
        head = struct.pack("!HHHH", 67, 68, length, 0)
        peer.send(b"\xff" * 6 + frame(ip(17, head + said, to=EVERYBODY))[6:])
        return True
    return lie


def http(head, *body, **how):
    return by_tcp(head.encode("latin1"), *body, **how)


WEB_LINE, NAME_LINE, TFTP_LINE, DATE_LINE, DHCP_LINE = "get 192.168.7.1/x", "ping {}.test", "tftp 192.168.7.1 x", "date 192.168.7.1", "dhcp"
SERVER_ID = b"\x36\x04" + THEIR_IP
SERVERS = {
    **{f"get-{name}": (WEB_LINE, lie) for name, lie in {
        "nothing": by_tcp(),
        "noise": by_tcp(CHANCE.randbytes(1400)),
        "zeros": by_tcp(bytes(1400)),
        "status": http("HTTP/1.1 99999999999 x\r\n\r\n"),
        "negative": http("HTTP/1.1 200 x\r\nContent-Length: -5\r\n\r\n", b"hello"),
        "huge": http("HTTP/1.1 200 x\r\nContent-Length: 99999999999999999999999\r\n\r\n", b"x"),
        "longer": http("HTTP/1.1 200 x\r\nContent-Length: 3\r\n\r\n", b"hello"),
        "two-lengths": http("HTTP/1.1 200 x\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\n", b"hello"),
        "chunk": http("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n", b"ffffffffffffffffff\r\nx"),
        "chunk-negative": http("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n", b"-1\r\nx\r\n"),
        "chunk-noise": http("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n", b"5;" + b"x" * 1200 + b"\r\nhello"),
        "escape": http("HTTP/1.1 302 x\r\nLocation: http://\x1b[2J/\r\n\r\n"),
        "moved-on": http("HTTP/1.1 302 x\r\nLocation: /x\r\n\r\n"),
        "moved-nowhere": http("HTTP/1.1 302 x\r\nLocation: \r\n\r\n"),
        "moved-long": http("HTTP/1.1 302 x\r\nLocation: http://" + "x" * 1200 + "\r\n\r\n"),
        "continues": by_tcp(*[b"HTTP/1.1 100 x\r\n\r\n"] * 60),
        "no-end": by_tcp(*[b"A: b\r\n" * 200] * 5, end=RST),
        "reset": http("HTTP/1.1 200 x\r\nContent-Length: 5\r\n\r\n", b"he", end=RST),
        "text-escapes": http("HTTP/1.1 200 x\r\nContent-Type: text/plain\r\n\r\n", b"\x1b]0;x\x07\x9b2J\x1b[2J\r\n")}.items()},
    **{f"dns-{name}": (NAME_LINE, lie) for name, lie in {
        "nothing": names(),
        "more-than-there": names(count=65535),
        "length": names(record(length=65535)),
        "length-0": names(record(data=b"", length=0)),
        "itself": names(record(of=b"\xc0\x22")),
        "beyond": names(record(of=b"\xff\xff")),
        "long-label": names(record(of=b"\x3f" + b"x" * 63 + b"\x80x")),
        "no-end": names(record(of=b"\x3fxxx")),
        "alias-loop": names(record(5, data=b"\xc0\x0c")),
        "alias-flood": names(*[record(5, data=b"\1a\0")] * 30),
        "class": names(record(kind_class=3)),
        "ipv6": names(record(28, data=bytes(16))),
        "cut-short": names(record(), flags=b"\x83\x80"),
        "another-question": names(record(), question=b"\5other\4test\0\0\1\0\1"),
        "a-question": names(record(), flags=b"\1\0"),
        "address": names(record(data=EVERYBODY)),
        "tiny": by_udp(DNS, lambda asked: [asked[:n] for n in range(13)]),
        "noise": by_udp(DNS, lambda asked: [asked[:2] + CHANCE.randbytes(100) for _ in range(20)])}.items()},
    **{f"date-{name}": (DATE_LINE, lie) for name, lie in {
        "not-asked": time(origin=bytes(8)),
        "unsynchronized": time(head=b"\xe4\x02"),
        "kiss": time(head=b"\x24\0"),
        "client": time(head=b"\x23\x02"),
        "cut": time(cut=47),
        "tiny": time(cut=1),
        "zero": time(seconds=0), "ones": time(seconds=0xffffffff), "flood": time(times=50)}.items()},
    **{f"tftp-{name}": (TFTP_LINE, lie) for name, lie in {
        "error": tftp(b"\0\5\0\1\x1b[2Jno end"),
        "error-empty": tftp(b"\0\5"),
        "tiny": tftp(b"", b"\0", b"\0\3", b"\0\3\0"),
        "kinds": tftp(*(struct.pack("!HH", k, 1) for k in (0, 1, 2, 4, 7, 65535)), b"\0\3\0\1"),
        "block-0": tftp(b"\0\3\0\0x", b"\0\3\0\1x"),
        "block-9": tftp(b"\0\3\0\x09x", b"\0\3\0\1x"),
        "long": tftp(b"\0\3\0\1" + bytes(1400)),
        "again": tftp(*[b"\0\3\0\1x"] * 20),
        "options-0": tftp(b"\0\6blksize\x000\0", b"\0\5\0\0\0"),
        "options-max": tftp(b"\0\6blksize\x0065536\0", b"\0\5\0\0\0"),
        "options-cut": tftp(b"\0\6blksize", b"\0\5\0\0\0"),
        "options-size": tftp(b"\0\6tsize\x00-1\0", b"\0\5\0\0\0"),
        "options-unasked": tftp(b"\0\6rollover\x001\0", b"\0\5\0\0\0")}.items()},
    **{f"dhcp-{name}": (DHCP_LINE, lie) for name, lie in {
        "no-server": dhcp(b"\xff"),
        "no-end": dhcp(SERVER_ID),
        "option-long": dhcp(SERVER_ID + b"\1\xff\0"),
        "option-cut": dhcp(b"\x36"),
        "mask-odd": dhcp(SERVER_ID + b"\1\4\xff\0\xff\0\xff"),
        "mask-all": dhcp(SERVER_ID + b"\1\4\xff\xff\xff\xff\xff"),
        "gateway": dhcp(SERVER_ID + b"\3\4\xff\xff\xff\xff\xff"),
        "lease-0": dhcp(SERVER_ID + b"\x33\4\0\0\0\0\xff"),
        "lease-max": dhcp(SERVER_ID + b"\x33\4\xff\xff\xff\xff\x3a\4\0\0\0\0\x3b\4\0\0\0\0\xff"),
        "names": dhcp(SERVER_ID + b"\6\x0c\0\0\0\0\xff\xff\xff\xff\x7f\0\0\1\xff"),
        "names-cut": dhcp(SERVER_ID + b"\6\3\1\2\3\xff"),
        "overload": dhcp(SERVER_ID + b"\x34\1\3\xff"),
        "mask": dhcp(SERVER_ID + b"\1\4\0\0\0\0\xff"),
        "address-all": dhcp(SERVER_ID + b"\xff", address=EVERYBODY),
        "address-0": dhcp(SERVER_ID + b"\xff", address=ANYBODY),
        "address-group": dhcp(SERVER_ID + b"\xff", address=GROUP),
        "address-theirs": dhcp(SERVER_ID + b"\xff", address=THEIR_IP),
        "address-own": dhcp(SERVER_ID + b"\xff", address=b"\x7f\0\0\1"),
        "cookie": dhcp(SERVER_ID + b"\xff", cookie=bytes(4)),
        "number": dhcp(SERVER_ID + b"\xff", number=b"abcd"),
        "refused": dhcp(SERVER_ID + b"\xff", kind=6),
        "kind": dhcp(SERVER_ID + b"\xff", kind=255),
        "noise": dhcp(CHANCE.randbytes(200))}.items()},
}
REFUSED = tuple(f"dhcp-{name}" for name in ("mask", "mask-odd", "address-all", "address-0", "address-group", "address-own"))
