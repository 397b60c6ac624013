#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Build tcpip_fuzz.c with clang's libFuzzer, lwIP and all, and run it for a while.

    tcpip_fuzz.py CLANG SOURCE LWIP RUNS
"""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fuzz"))
import libfuzzer  # noqa: E402  (found through the line above)

LONGEST = 2000
FIRMWARE = ("network/lwip/*.c", "network/net.c", "network/mini_ip.c", "devices/trace.c", "devices/wait.c",
            "words/complain.c")
LWIP = ("core/*.c", "core/ipv4/*.c", "netif/ethernet.c", "apps/mdns/*.c")
INCLUDE = (".", "board/include", "virtqueue/include", "transport/include", "drivers/include", "files/include",
           "stdio/include", "firmware/network/lwip/port")
OPEN, SEGMENT, TIME, DATAGRAM, FRAGMENT, FETCH = 0, 1, 2, 3, 5, 7
ACK, PSH, FIN = 16, 8, 1
GET, ANSWER = b"GET /bytes/4 HTTP/1.0\r\n\r\n", 146
KEPT = b"GET /bytes/9 HTTP/1.1\r\nHost:\r\n\r\n"


def some(data):
    return bytes([len(data)]) + data


def seeds():
    """One of each kind of honest traffic, and what once ended the network."""
    get = bytes([SEGMENT, 0, PSH | ACK, 1]) + some(GET)
    yield bytes([OPEN, 0, 0]) + get + bytes([TIME, 20, SEGMENT, 0, FIN | ACK, 1, 0, TIME, 40])
    # More data with the acknowledgement of the whole answer, which is that long.
    yield bytes([OPEN, 2, 4, SEGMENT, 2, ACK, 1, 0, SEGMENT, 2, PSH | ACK, 1]) + some(GET) + \
        bytes([SEGMENT, 2, PSH | ACK, ANSWER]) + some(b"more data")
    # Requests that follow each other on one connection, and what follows them.
    yield bytes([OPEN, 3, 0, SEGMENT, 3, PSH | ACK, 1]) + some(3 * KEPT) + bytes([TIME, 20, SEGMENT, 3, PSH | ACK, 1]) + \
        some(5 * KEPT + b"G") + bytes([SEGMENT, 3, FIN | ACK, 1, 0, TIME, 240])
    yield bytes([OPEN, 1, 16, SEGMENT, 1, PSH | ACK, 1]) + some(b"x" * 100) + bytes([TIME, 255])
    yield bytes([DATAGRAM, 129, 1]) + some(b"\0\0\0\0\0\1\0\0\0\0\0\0\x0apicovirtio\5local\0\0\1\0\1")
    # Iperf by UDP: two datagrams and the last one.
    yield b"".join(bytes([DATAGRAM, 5, 4]) + some(number + bytes(8) + number[:1] * 4 + bytes(60))
                   for number in (b"\0\0\0\0", b"\0\0\0\2", b"\xff\xff\xff\xfd"))
    yield bytes([FRAGMENT, 7, 128]) + some(b"\x08\0" + bytes(94)) + bytes([FRAGMENT, 7, 12]) + some(bytes(50))
    yield bytes([FETCH, 1, FIN]) + some(b"no more")
    yield bytes([FETCH, 0, FIN]) + some(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")


def main(clang, source, lwip, runs):
    source, lwip = pathlib.Path(source), sorted(pathlib.Path(lwip).glob("lwip-*/src"))[0]
    files = [source / "tests/unit/tcpip_fuzz.c", source / "drivers/loop.c", source / "drivers/device/causes.c"]
    files += [f for pattern in FIRMWARE for f in sorted((source / "firmware").glob(pattern))]
    files += [f for pattern in LWIP for f in sorted(lwip.glob(pattern))]
    files.append(source / "files/crc.c")
    with tempfile.TemporaryDirectory(prefix="picovirtio-") as folder:
        program, corpus = f"{folder}/fuzz", pathlib.Path(folder, "corpus")
        corpus.mkdir()
        for number, seed in enumerate(seeds()):
            (corpus / str(number)).write_bytes(seed)
        libfuzzer.build(clang, program, (f"{lwip}/include", *INCLUDE), files,
                        ["-lcmocka", *libfuzzer.quick(runs)], source)
        libfuzzer.run(program, corpus, folder, runs, LONGEST)


if __name__ == "__main__":
    main(*sys.argv[1:])
