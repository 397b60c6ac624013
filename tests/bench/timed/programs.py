# SPDX-License-Identifier: BSD-2-Clause
"""Sessions that time whole programs: the console image, and Debian's U-Boot with the same disks,
files and network. Times are taken by the host, from a line to the prompt after it."""

import re
import socket
import statistics
import threading
import time

from machines import Ours, Skip, UBoot, file_disk, images
from report import Figure

MIB = 1 << 20
SYSTEMS = ("FAT16", "FAT32, clusters of 512 B", "ext2, blocks of 1 KiB", "ext4")
BLOCK = bytes(65536)
START, REST = "QEMU's start to the prompt", "at the prompt"
IPERF = 5001  # the port


def content(c):
    return images.random.Random(1).randbytes(c.size.file_mib * MIB)


def make_disks(c):
    """A disk for each file system, with one large file."""
    if (c.folder / "disk3").exists():
        return
    files = {"/big": content(c)}
    room = (2 * c.size.file_mib + 4) * MIB
    try:
        images.fat(c.folder / "disk0", max(room, 20 * MIB), 16, files)
        images.fat(c.folder / "disk1", max(room, 40 * MIB), 32, files, "-s", "1")
        images.ext(c.folder / "disk2", room, "ext2", files, "-b", "1024", hole=False)
        images.ext(c.folder / "disk3", room, "ext4", files, "-b", "4096", hole=False)
    except (FileNotFoundError, RuntimeError) as why:
        raise Skip(f"the file systems cannot be made: {why}") from None


def disks(c):
    """The last device has the lowest window, which is the first disk for everyone."""
    return [arg for i in reversed(range(len(SYSTEMS))) for arg in file_disk(c.folder / f"disk{i}", f"d{i}")]


def user_net(more=""):
    return ["-netdev", f"user,id=n{more}", "-device", "virtio-net-device,netdev=n"]


def programs(c):
    """The other one first in the next round. One after the other: at its prompt U-Boot keeps its
    processor busy."""
    both = (("ours", Ours), ("U-Boot", UBoot))[::1 if c.round % 2 else -1]
    return [(name, program) for name, program in both if not program.missing(c.board)]


def start(c):
    """From the start of QEMU to the prompt, and at rest there."""
    for name, program in programs(c):
        with program(c.board, c.build) as p:
            yield Figure(c.board, "start", START, None, "ms"), name, 1000 * p.boot_seconds
            yield Figure(c.board, "rest", REST, None, "% of a processor"), name, p.idle(c.size.seconds)


def files(c):
    """A large file: read, and its CRC-32."""
    make_disks(c)
    for name, program in programs(c):
        with program(c.board, c.build, disks(c)) as p:
            for i, system in enumerate(SYSTEMS):
                figure = Figure(c.board, "files", f"{c.size.file_mib} MiB and CRC-32, {system}", None, "ms")
                yield figure, name, 1000 * p.crc(i, "/big", c.size.file_mib * MIB)


def fetch(c):
    """A file by TFTP, and its CRC-32."""
    folder, bytes_ = c.folder / "tftp", c.size.file_mib * MIB // 2
    folder.mkdir(exist_ok=True)
    (folder / "big").write_bytes(content(c)[:bytes_])
    figure = Figure(c.board, "fetch", f"TFTP and CRC-32, {c.size.file_mib / 2:g} MiB", None, "ms")
    for name, program in programs(c):
        with program(c.board, c.build, user_net(f",tftp={folder}")) as p:
            p.address()
            yield figure, name, 1000 * p.tftp("big", bytes_)
            if name == "ours":
                rest = Figure(c.board, "rest", "with TCP/IP and an address", None, "% of a processor")
                yield rest, name, p.idle(c.size.seconds, c.size.settle)


def serve(listener, talk):
    """Accept one connection, and talk on it."""
    def run():
        with listener, listener.accept()[0] as connection:
            talk(connection)
    threading.Thread(target=run, daemon=True).start()
    return listener.getsockname()[1]


def send_page(bytes_):
    def talk(connection):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % bytes_)
        for _ in range(bytes_ // len(BLOCK)):
            connection.sendall(BLOCK)
    return talk


def swallow(connection):
    while connection.recv(1 << 20):
        pass


def echo(port, bytes_, times):
    """Microseconds from a datagram to its echo, the median."""
    took = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as host:
        host.settimeout(10)
        host.connect(("127.0.0.1", port))
        for _ in range(times):
            begin = time.monotonic()
            host.send(bytes(bytes_))
            host.recv(bytes_)
            took.append(time.monotonic() - begin)
    return 1e6 * statistics.median(took)


def sockets(c):
    """TCP and UDP with programs of the host, through QEMU's user network. There is nothing beside:
    U-Boot has none of it."""
    bytes_ = c.size.file_mib * MIB
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Ours(c.board, c.build, user_net(f",hostfwd=udp:127.0.0.1:{port}-:7")) as p:
        p.address()
        page = serve(socket.create_server(("127.0.0.1", 0)), send_page(bytes_))
        seconds = p.time(f"get http://10.0.2.2:{page}/", rf"\b{bytes_} bytes")
        yield Figure(c.board, "TCP", "received by HTTP, with CRC-32", None, "MB/s"), "ours", bytes_ / seconds / 1e6
        serve(socket.create_server(("127.0.0.1", IPERF)), swallow)
        found = re.search(r"([0-9.]+) Mbit/s", p.run("iperf 10.0.2.2 1"))
        p.m.check(found, "iperf measures nothing")
        yield Figure(c.board, "TCP", "sent by iperf", None, "MB/s"), "ours", float(found[1]) / 8
        for size in (64, 1400):
            figure = Figure(c.board, "UDP", f"echo of {size} B", None, "us")
            yield figure, "ours", echo(port, size, 5 if c.size.rounds == 1 else 300)
