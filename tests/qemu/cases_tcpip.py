# SPDX-License-Identifier: BSD-2-Clause
"""TCP/IP by lwIP on QEMU's user network: addresses, names, both directions, and failures."""

import contextlib
import re
import socket
import struct
import zlib

from cases import RNG, SERIAL, case
from cases_boot import accepted, pings, poweroff
from cases_console import Monitor
from webhost import SECONDS, TEXT, Host, Work, fetch, fetch_counted, fetch_kept, noise

MB = 1000 * 1000


class Guest:
    """A machine on the user network that has its address."""

    def __init__(self, c, packed, tftp=None):
        net = "user,id=n0,hostfwd=tcp:127.0.0.1:0-:80,hostfwd=udp:127.0.0.1:0-:7" + (f",tftp={tftp}" if tftp else "")
        device = "virtio-net-device,netdev=n0" + (",packed=on" if packed else "")
        self.m = c.booted(SERIAL + RNG + ["-netdev", net, "-device", device],
                          channels=["qmp"], extra=["-mon", "chardev=qmp,mode=control"])
        self.monitor = Monitor(self.m, self.m.channels["qmp"])
        self.packed = packed

    def __enter__(self):
        m = self.m
        m.check(("RING_PACKED" in accepted(m, "virtio-net")) == self.packed, "packed rings")
        said = m.run("dhcp")
        for want in ("10.0.2.15/24", "10.0.2.2", "10.0.2.3"):
            m.check(want in said, f"dhcp: no {want} in {said!r}")
        return self

    def __exit__(self, *unused):
        self.m.__exit__()

    def port(self, protocol="TCP"):
        """The port of the host that is forwarded to the guest: TCP to 80, UDP to 7."""
        said = self.monitor.ask("human-monitor-command", **{"command-line": "info usernet"})
        return int(re.search(protocol + r"\[HOST_FORWARD\]\s+\d+\s+\S+\s+(\d+)", said).group(1))

    def link(self, up):
        """The machine is stopped meanwhile. Otherwise the time without a link could be so long on a
        busy host that the peer repeats too late for `get`."""
        self.monitor.ask("stop")
        self.monitor.ask("set_link", name="n0", up=up)
        self.monitor.ask("cont")

    def get(self, url):
        return self.m.run(f"get {url}")

    def check_get(self, url, data, times=1):
        crc = 0
        for _ in range(times):
            crc = zlib.crc32(data, crc)
        said = self.get(url)
        want = f"HTTP 200, {len(data) * times} bytes, CRC-32 {crc:08x}"
        self.m.check(want in said, f"get {url}: {said!r}, not {want!r}")
        return said


def everywhere(name):
    """The three ways to talk to a device: version 1, version 2, and 2 with packed rings."""

    def register(function):
        case(f"tcpip.{name}", packed=False)(function)
        case(f"tcpip.{name}_packed", modes=("modern",), packed=True)(function)
        return function

    return register


@everywhere("talk")
def talk(c, packed):
    """Ping, pages both ways with their checksums, and a file over TFTP."""
    files = c.folder / "files"
    files.mkdir()
    sizes = (0, 511, 512, 1428, 1429, 2856, 300000)
    for size in sizes:
        (files / str(size)).write_bytes(noise(size))
    (files / "text").write_bytes(TEXT)
    with Host() as host, Guest(c, packed, tftp=files) as g:
        m = g.m
        for station in ("10.0.2.2", "10.0.2.15", "localhost"):
            pings(m, station)
        m.check(TEXT.decode().strip() in g.check_get(host.url("text"), TEXT), "no text")
        g.check_get(host.url(f"noise/{3 * MB}"), noise(3 * MB))
        g.check_get(host.url("endless/70001"), noise(70001))
        m.check("serving on port 5001" in m.run("iperf"), "iperf does not serve")
        said = m.run("iperf localhost 1")
        m.check(re.search(r"127\.0\.0\.1: [1-9]\d+ bytes in [1-9]\d*\.\d{3} s, \d+\.\d Mbit/s", said), f"iperf: {said!r}")
        m.check("127.0.0.1: " in m.run("iperf"), "iperf got nothing")
        m.run("iperf stop")
        m.check("serving http://10.0.2.15/" in m.run("serve"), "serve does not start")
        port = g.port()
        status, page = fetch(port, "/")
        for want in (b"virtio-net", b"virtio-rng", b"10.0.2.15/24", b"TCP", b"</pre>"):
            m.check(status == 200 and want in page, f"the page has no {want}: {page}")
        kept = fetch_kept(port, ["/bytes/7", "/x", "/bytes/300000", "/bytes/0"])
        m.check(kept == [(200, 7), (404, 14), (200, 300000), (200, 0)], f"one connection: {kept}")
        right = fetch_counted(port, 3 * MB)
        m.check(right == 3 * MB, f"{right} bytes of {3 * MB} came right")
        tftp(m, sizes)
        datagrams(m, g.port("UDP"))
        poweroff(m)


def datagrams(m, port):
    """UDP through the user network: every 16th size that fits a frame."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("127.0.0.1", port))
        s.settimeout(SECONDS)
        for size in range(18, 1473, 16):
            s.send(noise(size))
            m.check(s.recv(2000) == noise(size), f"{size} bytes of UDP")


def tftp(m, sizes):
    for size in sizes:
        want = f"{size} bytes, CRC-32 {zlib.crc32(noise(size)):08x}"
        m.check(want in m.run(f"tftp 10.0.2.2 {size}"), f"no {want!r}")
    m.check(TEXT.decode().strip() in m.run("tftp 10.0.2.2 text"), "no text by TFTP")
    m.check("not found" in m.run("tftp 10.0.2.2 nothing").lower(), "a file that is not there")


@everywhere("link")
def link(c, packed):
    """The link goes down in the middle of a page and comes back, and the page arrives."""
    with Host() as host, Guest(c, packed) as g:
        url = host.url("halves/400000")
        g.m.send(f"get {url}\r")
        g.m.expect(re.escape(f"get {url}\r\n".encode()), what="the echo of `get`")
        g.m.check(host.server.half.wait(SECONDS), "nobody asked for the page")
        g.link(False)
        host.server.go_on.set()
        g.m.quiet(1.0)
        g.link(True)
        want = f"HTTP 200, 400000 bytes, CRC-32 {zlib.crc32(noise(400000)):08x}"
        said = g.m.prompt().decode()
        g.m.check(want in said, f"after the link was away: {said!r}")
        g.link(False)
        g.m.run_until("net", lambda text: "link down" in text, "the link is not down")
        for line in ("ping 10.0.2.2", "dhcp", f"get {url}", "tftp 10.0.2.2 x", "serve"):
            g.m.check("the link is down" in g.m.run(line), f"`{line}` without a link")
        poweroff(g.m)


def stranger(port, data, reset=False):
    """Send something to the guest's server and leave, with or without an orderly close."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as s:
        s.sendall(data)
        if reset:
            s.recv(1000)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return b""
        s.shutdown(socket.SHUT_WR)
        got = b""
        with contextlib.suppress(OSError):
            while more := s.recv(65536):
                got += more
        return got


@everywhere("wrong")
def wrong(c, packed):
    """Peers refuse, send wrong data, break off or send noise. The next page arrives nevertheless."""
    with Host() as host, Guest(c, packed) as g:
        m = g.m
        with socket.socket() as s:  # bound and not listening: refused
            s.bind(("127.0.0.1", 0))
            m.check("refused" in g.get(f"http://10.0.2.2:{s.getsockname()[1]}/"), "not refused")
        for path, want in (("short", "too early"), ("reset", "50000 bytes had come|reset|too early"),
                           ("garbage", "not HTTP"), ("moved", "301, moved to http://elsewhere.test/, followed"),
                           ("hop/4", "HTTP 200, 20 bytes"), ("hop/5", "307.*not followed: 5 redirects"),
                           ("host/?q#x", f"10.0.2.2:{host.port} /host/.q"), ("chunks", "HTTP 200, 12 bytes"),
                           ("nothing", "HTTP 404, 0 bytes"), ("escape", "HTTP 200, 8 bytes")):
            said = g.get(host.url(path))
            m.check(re.search(want, said) and "\x1b[2J" not in said, f"{path}: {said!r}")
        for bad, why in (("http://", "not http://HOST"), ("10.0.2.2:0/", "a port is"), ("https://10.0.2.2/", "only http:"),
                         ("10.0.2.2x:80y/", "not http://HOST")):
            m.check("get: " in (said := g.get(bad)) and why in said, f"`get {bad}`: {said!r}")
        m.run("serve")
        port = g.port()
        m.check(b"404" in stranger(port, b"GET /x HTTP/1.0\r\n\r\n"), "no 404")
        m.check(b"405" in stranger(port, b"POST / HTTP/1.0\r\n\r\n"), "no 405")
        m.check(b"400" in stranger(port, b"GET / HTTP/1.1\r\n\r\n"), "no Host, and no 400")
        got = stranger(port, b"HEAD http://x/bytes/5?q HTTP/1.1\r\nHost: x\r\n\r\n")
        m.check(b" 200 OK" in got and b"Length: 5" in got and got.endswith(b"\r\n\r\n"), f"HEAD: {got}")
        m.check(b"400" in stranger(port, b"\xff\0nonsense\r\n\r\n"), "no 400")
        m.check(b"404" in stranger(port, b"GET /bytes/99999999999 HTTP/1.0\r\n\r\n"), "too many")
        stranger(port, b"GET /" + b"x" * 9000)
        stranger(port, b"")
        for _ in range(5):
            stranger(port, b"GET /bytes/4000000 HTTP/1.0\r\n\r\n", reset=True)
        m.check(fetch_counted(port, 100000) == 100000, "not served after that")
        m.check(re.search(r"[1-9]\d* left early", m.run("serve")), "nobody left early")
        m.run("serve stop")
        m.check("nothing to stop" in m.run("serve stop"), "serve does not stop")
        m.check("serving http" in m.run("serve"), "serve does not start again at once")
        m.check(fetch_counted(port, 1000) == 1000, "not served after the restart")
        g.check_get(host.url("text"), TEXT)
        poweroff(m)


@everywhere("many")
def many(c, packed):
    """More clients than there are connections, and meanwhile the guest fetches a page."""
    with Host() as host, Guest(c, packed) as g:
        g.m.run("serve")
        port = g.port()
        work = [Work(fetch_counted, port, 200000) for _ in range(3)]
        g.check_get(host.url("noise/500000"), noise(500000))
        for w in work:
            w.join(SECONDS)
            g.m.check(w.result == 200000, f"a browser got {w.result}: {w.error}")
        poweroff(g.m)


@everywhere("stop")
def stop(c, packed):
    """Ctrl-C ends a command that waits, and removes what was typed ahead. The shell continues."""
    with Host() as host, Guest(c, packed, tftp=c.folder) as g:
        m = g.m

        def stopped(line, want, wait=lambda: m.quiet(0.3), tries=5):
            """On a busy host a command may end by itself before Ctrl-C comes, but not every time."""
            m.send(f"{line}\r")
            m.expect(re.escape(f"{line}\r\n".encode()), what=f"the echo of `{line}`")
            wait()
            m.send("uptime\r\x03")
            said = m.prompt().decode()
            if "^C" in said and re.search(want, said):
                m.check(not m.quiet(0.3), "what was typed ahead was run")
                return
            m.check(tries > 1, f"`{line}` and Ctrl-C: {said!r}")
            m.settle()
            stopped(line, want, wait, tries - 1)

        stopped(f"get {host.url('halves/400000')}", r"stopped; HTTP 200, 200000 of 400000 bytes had come",
                lambda: (host.server.half.wait(SECONDS), m.rest()), tries=1)
        stopped("get http://10.0.2.77/", "stopped")
        stopped("tftp 10.0.2.77 x", "stopped")
        stopped("iperf 10.0.2.77", "stopped")
        stopped("iperf udp 10.0.2.2 100", "stopped")
        stopped("date 10.0.2.77", "stopped")
        stopped("echo 3600", "0 sent back")
        stopped("ping 10.0.2.77", "stopped")
        g.check_get(host.url("text"), TEXT)
        poweroff(m)


@everywhere("soak")
def soak(c, packed):
    """100 MB in each direction, one after the other and then both at once, with checksums."""
    with Host() as host, Guest(c, packed) as g:
        g.m.run("serve")
        port = g.port()
        g.check_get(host.url("noise/1000000/100"), noise(MB), 100)
        right = fetch_counted(port, 100 * MB)
        g.m.check(right == 100 * MB, f"{right} bytes came right")
        work = Work(fetch_counted, port, 100 * MB)
        g.check_get(host.url("noise/1000000/100"), noise(MB), 100)
        work.join(SECONDS)
        g.m.check(work.result == 100 * MB, f"{work.result} bytes came right: {work.error}")
        poweroff(g.m)
