# SPDX-License-Identifier: BSD-2-Clause
"""A backend for QEMU's vhost-user-vsock-device, with the peer of the guest's connections in it: it
needs nothing of the host's kernel.

    with VsockHost(c.folder) as host:
        ... boot with host.options(c, memory) ...
        connection = host.connect(1234)      to a port of the guest
        host.listen(80)                      the guest connects: host.accepted
        connection.send(b"..."), connection.received, connection.closed
"""

import array
import collections
import mmap
import os
import select
import socket
import struct
import threading

from vhost_ring import Ring

CID, HOST = 42, 2
HEADER = struct.Struct("<QQIIIHHIII")
REQUEST, RESPONSE, RST, SHUTDOWN, RW, UPDATE, ASK = range(1, 8)
STREAM = 1
ROOM = 65536
PROTOCOL_FEATURES, VERSION_1, INDIRECT, PACKED = 30, 32, 28, 34
CONFIG = 9  # a protocol feature
(GET_FEATURES, SET_FEATURES, SET_OWNER, _, SET_MEM_TABLE, _, _, SET_VRING_NUM, SET_VRING_ADDR, SET_VRING_BASE, GET_VRING_BASE,
 SET_VRING_KICK, SET_VRING_CALL, _, GET_PROTOCOL_FEATURES, SET_PROTOCOL_FEATURES, GET_QUEUE_NUM, SET_VRING_ENABLE) = range(1, 19)
GET_CONFIG = 24


class Connection:
    """The peer's end."""

    def __init__(self, host, guest_port, host_port):
        self.host, self.ports = host, (guest_port, host_port)
        self.received, self.unsent = bytearray(), bytearray()
        self.open = self.closed = False
        self.sent = self.guest_read = self.guest_room = 0

    def send(self, data):
        with self.host.lock:
            self.unsent += data
            self.push()

    def push(self):
        while self.open and (n := min(len(self.unsent), 1024, self.guest_room - (self.sent - self.guest_read))) > 0:
            data = bytes(self.unsent[:n])
            del self.unsent[:n]
            self.sent += n
            self.packet(RW, data)

    def packet(self, op, data=b"", flags=0):
        self.host.send(self.ports, op, data, flags, len(self.received))

    def close(self):
        with self.host.lock:
            self.packet(SHUTDOWN, flags=3)

    def reset(self):
        with self.host.lock:
            self.packet(RST)
            self.host.drop(self)


class VsockHost:
    def __init__(self, folder):
        self.path, self.memory = f"{folder}/vsock.sock", f"{folder}/vsock.ram"
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(self.path)
        self.server.listen(1)
        self.stop, self.wake = os.pipe()
        self.news, self.bell = os.pipe()  # readable when something has come from the guest
        os.set_blocking(self.news, False)
        os.set_blocking(self.bell, False)
        self.lock = threading.RLock()
        self.rings = [Ring(), Ring()]
        self.regions, self.connections, self.listening = [], {}, set()
        self.accepted, self.outgoing = [], collections.deque()
        self.next_port = 2000
        self.error = None
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        os.write(self.wake, b"x")
        self.thread.join()
        self.server.close()
        for fd in (self.stop, self.wake, self.news, self.bell):
            os.close(fd)
        assert self.error is None, self.error

    def options(self, size, of_device=""):
        """For QEMU, whose -machine needs memory-backend=shared."""
        return ["-object", f"memory-backend-file,id=shared,size={size},mem-path={self.memory},share=on",
                "-chardev", f"socket,id=vsock,path={self.path}", "-device", "vhost-user-vsock-device,chardev=vsock" + of_device]

    def until(self, m, done, what):
        """Wait for something that depends on the guest."""
        def looked():
            try:
                os.read(self.news, 4096)
            except BlockingIOError:
                pass
            return done()

        m.wait(looked, 60.0, what, also=[self.news])

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

    def send(self, ports, op, data=b"", flags=0, read=0):
        self.outgoing.append(HEADER.pack(HOST, CID, ports[1], ports[0], len(data), STREAM, op, flags, ROOM,
                                         read & 0xffffffff) + data)
        self.flush()

    def packet(self, data):
        """From the guest."""
        source, target, guest_port, host_port, n, kind, op, flags, room, read = HEADER.unpack(data[:HEADER.size])
        assert (source, target, kind) == (CID, HOST, STREAM) and len(data) == HEADER.size + n, data
        ports = (guest_port, host_port)
        connection = self.connections.get(ports)
        if op == REQUEST and host_port in self.listening:
            connection = self.connections[ports] = Connection(self, *ports)
            connection.open = True
            self.accepted.append(connection)
            connection.guest_room = room
            connection.packet(RESPONSE)
            return
        if connection is None:
            if op != RST:
                self.send(ports, RST)
            return
        connection.guest_room, connection.guest_read = room, read
        if op == RESPONSE:
            connection.open = True
        elif op == RW:
            connection.received += data[HEADER.size:]
            connection.packet(UPDATE)
        elif op == SHUTDOWN and flags == 3:
            connection.packet(RST)
            self.drop(connection)
        elif op == RST:
            self.drop(connection)
        elif op == ASK:
            connection.packet(UPDATE)
        connection.push()

    # -- the rings

    def at(self, address, size, kind=0):
        """The memory from an address on, as the guest (kind 0) or QEMU (1) numbers it."""
        for starts, length, view in self.regions:
            if starts[kind] <= address and address + size <= starts[kind] + length:
                return view[address - starts[kind]:]
        raise ValueError(f"no memory at {address:#x}")

    def flush(self):
        while self.outgoing and (chain := self.rings[0].take(self.at)):
            head, pieces = chain
            data = self.outgoing.popleft()
            assert len(data) <= sum(map(len, pieces)), "a packet does not fit"
            at = 0
            for piece in pieces:
                part = data[at:at + len(piece)]
                piece[:len(part)] = part
                at += len(part)
            self.rings[0].give(head, len(data))

    def look(self):
        while chain := self.rings[1].take(self.at):
            head, pieces = chain
            data = b"".join(map(bytes, pieces))
            self.rings[1].give(head, 0)
            self.packet(data)
            try:
                os.write(self.bell, b"x")
            except BlockingIOError:
                pass  # it rings
        self.flush()

    # -- QEMU

    def run(self):
        try:
            select.select([self.server, self.stop], [], [])
            self.server.setblocking(False)
            with self.server.accept()[0] as qemu:
                while self.turn(qemu):
                    pass
        except (ConnectionError, BlockingIOError):
            pass
        except Exception as e:  # pylint: disable=broad-except
            self.error = e
            raise

    def turn(self, qemu):
        kicks = [r.kick for r in self.rings if r.kick >= 0]
        readable = select.select([qemu, self.stop, *kicks], [], [])[0]
        if self.stop in readable:
            return False
        for fd in readable:
            if fd in kicks:
                os.read(fd, 8)
        with self.lock:
            self.look()
            return qemu not in readable or self.message(qemu)

    def message(self, qemu):
        fds = array.array("i")
        data, control, _, _ = qemu.recvmsg(12, socket.CMSG_SPACE(8 * 4))
        for level, kind, payload in control:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                fds.frombytes(payload[:len(payload) - len(payload) % 4])
        if not data:
            return False
        request, _, size = struct.unpack("<III", data)
        payload = b""
        while len(payload) < size:
            payload += qemu.recv(size - len(payload))
        answer = self.obey(request, payload, list(fds))
        if answer is not None:
            qemu.sendall(struct.pack("<III", request, 5, len(answer)) + answer)
        return True

    def obey(self, request, payload, fds):
        index = payload[0] if payload else 0
        ring = self.rings[index] if index < len(self.rings) else Ring()
        if request == GET_FEATURES:
            return struct.pack("<Q", 1 | 1 << PROTOCOL_FEATURES | 1 << VERSION_1 | 1 << INDIRECT | 1 << PACKED)
        if request == GET_PROTOCOL_FEATURES:
            return struct.pack("<Q", 1 << CONFIG)
        if request == GET_QUEUE_NUM:
            return struct.pack("<Q", len(self.rings))
        if request == GET_CONFIG:
            offset, size, _ = struct.unpack_from("<III", payload)
            return payload[:12] + struct.pack("<Q", CID)[offset:offset + size].ljust(size, b"\0")
        if request == SET_FEATURES:
            for each in self.rings:
                each.packed = bool(struct.unpack("<Q", payload)[0] >> PACKED & 1)
        elif request == SET_MEM_TABLE:
            self.regions = []
            for i, fd in enumerate(fds):
                guest, size, user, offset = struct.unpack_from("<QQQQ", payload, 8 + 32 * i)
                view = memoryview(mmap.mmap(fd, size + offset))[offset:]
                self.regions.append(((guest, user), size, view))
                os.close(fd)
        elif request == SET_VRING_NUM:
            ring.size = struct.unpack_from("<II", payload)[1]
        elif request == SET_VRING_ADDR:
            desc, used, avail = struct.unpack_from("<QQQ", payload, 8)
            ring.desc, ring.used, ring.avail = (self.at(a, 1, 1) for a in (desc, used, avail))
        elif request == SET_VRING_BASE:
            ring.set_base(struct.unpack_from("<II", payload)[1])
        elif request == GET_VRING_BASE:
            ring.kick = -1
            return struct.pack("<II", index, ring.base())
        elif request == SET_VRING_KICK:
            ring.kick = fds[0] if fds else -1
        elif request == SET_VRING_CALL:
            ring.call = fds[0] if fds else -1
        return None
