# SPDX-License-Identifier: BSD-2-Clause
"""The shell over a stream to the host, opened by either side. The peer is vsock_host.py, a vhost-user
backend for QEMU."""

import os
import random
import re

from cases import RNG, SERIAL, case
from cases_boot import exercise, poweroff, rows
from cases_states import states
from machine import DEADLINE, Skip
from vsock_host import VsockHost

RAM = 128 << 20


def heard(m, connection, pattern):
    """The bytes from the guest, up to a pattern."""
    connection.host.until(m, lambda: re.search(pattern, connection.received), f"the peer: expected {pattern!r}")


def boot(c, host, of_device=""):
    return c.booted(SERIAL + RNG + host.options(RAM, of_device), memory="128M",
                    machine=f"{c.board.machine},memory-backend=shared")


def messages(m, host):
    """Each message comes back with its end, also a long one, which takes several packets. Only the
    image of the tests has this command."""
    host.listen(77)
    m.send("messages 77\r")
    m.expect(rb"messages 77\r\n")
    host.until(m, lambda: len(host.accepted) == 2, "no connection for messages")
    peer = host.accepted[1]
    sent = [b"one", random.Random(7).randbytes(10_000), b"three"]
    for message in sent:
        peer.send(message)
    host.until(m, lambda: len(peer.messages) == len(sent), "messages of the guest")
    m.check(peer.messages == sent, "other messages")
    peer.close()
    m.check(m.prompt() == b"messages: 3 sent back\r\n", "the end of the messages")
    m.check("messages: not there" == m.run("messages 78"), "a port without a program")


@case("vsock", of_device="")
@case("packed.vsock", modes=("modern",), of_device=",packed=on")
def vsock(c, of_device):
    with VsockHost(c.folder) as host, boot(c, host, of_device) as m:
        (features,) = [row for row in rows(m).values() if "vsock" in row]
        m.check(("RING_PACKED" in features) == bool(of_device), "not the wanted rings")
        m.check("CID 42\n" in m.run("vsock"), "no CID")
        m.check("port 99 of CID 2: no program listens there" in m.run("vsock connect 99"), "port 99")

        # The guest connects. The peer gets the text of the console, and types.
        host.listen(1234)
        m.check("the shell is on port 1234 of CID 2" in m.run("vsock connect 1234"), "not connected")
        m.check("there is a connection already" in m.run("vsock connect 1234"), "two connections")
        (peer,) = host.accepted
        m.run("rng 8")
        heard(m, peer, rb"rng 8\r\n[0-9a-f]{16}\r\n")
        peer.send(b"uptime\r")
        heard(m, peer, rb"uptime\r\n.*asleep")
        m.expect(rb"uptime\r\n.*asleep")
        m.settle()
        for _ in range(3):  # more than the peer or the machine accepts at once
            m.run("help all")
            m.run("devices")
        m.send("\x15")
        peer.send(b"# " + b"x" * 600 + b"\x15" + b"rng 4\r")
        heard(m, peer, rb"rng 4\r\n[0-9a-f]{8}\r\n")
        m.settle()
        m.check(re.search(r"shell +port \d+ with port 1234 of CID 2: open", m.run("vsock")), "not shown")
        peer.close()
        m.expect(rb"the connection with port 1234 of CID 2 ended: ")
        m.settle()
        host.until(m, lambda: peer.closed, "the guest does not agree")

        messages(m, host)

        # The host connects, and is refused until the guest listens.
        stranger = host.connect(80)
        host.until(m, lambda: stranger.closed, "port 80 answers")
        m.check("the shell waits on port 80" in m.run("vsock listen 80"), "does not listen")
        guest = host.connect(80)
        host.until(m, lambda: guest.open, "port 80 does not answer")
        second = host.connect(80)  # there is one shell
        host.until(m, lambda: second.closed, "a second shell")
        guest.send(b"rng 5\r")
        heard(m, guest, rb"rng 5\r\n[0-9a-f]{10}\r\n")
        m.settle()
        m.run("vsock stop")
        host.until(m, lambda: guest.closed, "the guest does not close")
        states(m, "vsock", {})
        m.check("the shell is on port 1234" in m.run("vsock connect 1234"), "not after a restart")
        exercise(m)
        poweroff(m)


@case("vsock_results")
def results(c):
    """The results of commands as lines of the Test Anything Protocol, over a stream to the host."""
    line = c.board.dry_run(c.source, "--results", "vsock:99")
    assert "-append results=vsock:99\n" in line and "picovirtio.results" not in line, line
    with VsockHost(c.folder) as host:
        host.listen(99)
        with c.machine(SERIAL + RNG + host.options(RAM), memory="128M", machine=f"{c.board.machine},memory-backend=shared",
                       extra=["-append", 'results=vsock:99 run="rng 4; melt; uptime"']) as m:
            m.check(m.exit_code() == 2, "the exit code")
        (peer,) = host.accepted
        want = "TAP version 13\nok 1 - rng 4\nnot ok 2 - melt\nok 3 - uptime\n1..3\n"
        assert peer.received.decode().replace("\r", "") == want, peer.received
    other = c.folder / "other"
    other.mkdir()
    with VsockHost(other) as host, c.booted(
            SERIAL + RNG + host.options(RAM), memory="128M", machine=f"{c.board.machine},memory-backend=shared",
            extra=["-append", "results=vsock:98"]) as m:
        # The message comes before the prompt or after it.
        m.wait(lambda: b"results: port 98 of the host does not accept them: " in m.con.received, DEADLINE, "the reason")
        m.settle()
        poweroff(m)


@case("vsock_silent", modes=("modern",), boards=("riscv64",))
def silent(c):
    """A peer that does not answer is named, and a connection whose end it does not confirm can be
    ended all the same."""
    with VsockHost(c.folder) as host, boot(c, host) as m:
        host.listen(1234)
        with host.lock:
            m.check(m.run("vsock connect 1234") == "vsock: port 1234 of CID 2 does not answer", "not named")
        m.check("the shell is on port" in m.run("vsock connect 1234"), "no connection after it")
        with host.lock:
            m.run("vsock stop")
            m.check("'vsock stop' ends it" in m.run("vsock connect 1234"), "two connections")
            m.run("vsock stop")
            m.check(re.search("port 1234 of CID 2: closed", m.run("vsock")), "not closed")
        m.check("the shell is on port" in m.run("vsock connect 1234"), "no connection at the end")
        poweroff(m)


@case("vsock_kernel", modes=("modern",), boards=("riscv64",))
def kernel(c):
    """The host's kernel as the peer, if it supports that."""
    if not os.access("/dev/vhost-vsock", os.R_OK | os.W_OK):
        raise Skip("this host has no /dev/vhost-vsock")
    with c.booted(SERIAL + RNG + ["-device", "vhost-vsock-device,guest-cid=42"]) as m:
        m.check("CID 42\n" in m.run("vsock"), "no CID")
        m.check("port 99 of CID 2: no program listens there" in m.run("vsock connect 99"), "port 99")
        poweroff(m)


@case("vsock_none", shared=True, modes=("modern",))
def none(m):
    m.check("-device vhost-vsock-device" in m.run("vsock"), "no hint")
