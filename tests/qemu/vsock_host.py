# SPDX-License-Identifier: BSD-2-Clause
"""The peer of the guest's connections over vsock, as a back-end of QEMU's vhost-user-vsock-device: it
needs nothing of the host's kernel.

    with VsockHost(c.folder) as host:
        ... boot with host.options(memory) ...
        connection = host.connect(1234)      to a port of the guest
        host.listen(80)                      the guest connects: host.accepted
        connection.send(b"..."), connection.received, connection.closed
    connection.messages                  those that came to their end, if the guest wants messages
"""

import collections
import struct

import vhost_user
from vhost_ring import PACKED

CID, HOST = 42, 2
HEADER = struct.Struct("<QQIIIHHIII")
REQUEST, RESPONSE, RST, SHUTDOWN, RW, UPDATE, ASK = range(1, 8)
STREAM, SEQPACKET = 1, 2
STREAM_FEATURE, SEQPACKET_FEATURE = 1, 2
END = 1  # flag of the last packet of a message
ROOM = 65536


class Connection:
    """The peer's end."""

    def __init__(self, host, guest_port, host_port, kind=STREAM):
        self.host, self.ports, self.kind = host, (guest_port, host_port), kind
        self.messages, self.begun, self.ends = [], 0, collections.deque()
        self.received, self.unsent = bytearray(), bytearray()
        self.open = self.closed = False
        self.sent = self.guest_read = self.guest_room = 0

    def send(self, data):
        """Bytes of a stream, or a message."""
        with self.host.lock:
            self.unsent += data
            if self.kind == SEQPACKET:
                self.ends.append(self.sent + len(self.unsent))
            self.push()

    def push(self):
        while self.open and (n := min(len(self.unsent), 1024, self.guest_room - (self.sent - self.guest_read))) > 0:
            if self.ends:
                n = min(n, self.ends[0] - self.sent)
            data = bytes(self.unsent[:n])
            del self.unsent[:n]
            self.sent += n
            ended = self.ends and self.ends[0] == self.sent
            if ended:
                self.ends.popleft()
            self.packet(RW, data, END if ended else 0)

    def take(self, data, flags):
        self.received += data
        if self.kind == SEQPACKET and flags & END:
            self.messages.append(bytes(self.received[self.begun:]))
            self.begun = len(self.received)
        self.packet(UPDATE)

    def packet(self, op, data=b"", flags=0):
        self.host.send(self.ports, op, data, flags, len(self.received), self.kind)

    def close(self):
        with self.host.lock:
            self.packet(SHUTDOWN, flags=3)

    def reset(self):
        with self.host.lock:
            self.packet(RST)
            self.host.drop(self)


class VsockHost(vhost_user.Backend):
    OFFERED = vhost_user.Backend.OFFERED | PACKED | STREAM_FEATURE | SEQPACKET_FEATURE

    def __init__(self, folder):
        super().__init__(f"{folder}/vsock.sock", 2)
        self.connections, self.listening = {}, set()
        self.accepted, self.outgoing = [], collections.deque()
        self.next_port = 2000

    def options(self, size, of_device=""):
        """For QEMU, whose -machine needs memory-backend=shared."""
        return vhost_user.memory(size) + self.chardev("vsock") + ["-device", "vhost-user-vsock-device,chardev=vsock" + of_device]

    def config(self):
        return struct.pack("<Q", CID)

    # -- the connections

    def listen(self, port):
        self.listening.add(port)

    def connect(self, port):
        with self.lock:
            self.next_port += 1
            connection = self.connections[port, self.next_port] = Connection(self, port, self.next_port)
            connection.packet(REQUEST)
        return connection

    def drop(self, connection):
        connection.open, connection.closed = False, True
        self.connections.pop(connection.ports, None)

    def send(self, ports, op, data=b"", flags=0, read=0, kind=STREAM):
        self.outgoing.append(HEADER.pack(HOST, CID, ports[1], ports[0], len(data), kind, op, flags, ROOM,
                                         read & 0xffffffff) + data)
        self.flush()

    def packet(self, data):
        """From the guest."""
        source, target, guest_port, host_port, n, kind, op, flags, room, read = HEADER.unpack(data[:HEADER.size])
        assert (source, target) == (CID, HOST) and kind in (STREAM, SEQPACKET) and len(data) == HEADER.size + n, data
        ports = (guest_port, host_port)
        connection = self.connections.get(ports)
        if op == REQUEST and host_port in self.listening:
            connection = self.connections[ports] = Connection(self, *ports, kind)
            connection.open = True
            self.accepted.append(connection)
            connection.guest_room = room
            connection.packet(RESPONSE)
            return
        if connection is None:
            if op != RST:
                self.send(ports, RST, kind=kind)
            return
        connection.guest_room, connection.guest_read = room, read
        if op == RESPONSE:
            connection.open = True
        elif op == RW:
            connection.take(data[HEADER.size:], flags)
        elif op == SHUTDOWN and flags == 3:
            connection.packet(RST)
            self.drop(connection)
        elif op == RST:
            self.drop(connection)
        elif op == ASK:
            connection.packet(UPDATE)
        connection.push()

    # -- the rings

    def flush(self):
        while self.outgoing and (chain := self.rings[0].take()):
            data = self.outgoing.popleft()
            assert len(data) <= chain.room(), "a packet does not fit"
            self.rings[0].give(chain.number, chain.write(data))

    def look(self):
        while chain := self.rings[1].take():
            data = chain.readable()
            self.rings[1].give(chain.number, 0)
            self.packet(data)
            self.ring_bell()
        self.flush()
