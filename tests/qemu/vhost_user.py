# SPDX-License-Identifier: BSD-2-Clause
"""The back-end of a vhost-user device: QEMU gives it the guest's memory and the rings, and takes part in
setup alone. A device is a class on top of `Backend`. QEMU has the socket, so that a back-end can go and
come back whenever it likes."""

import array
import mmap
import os
import select
import socket
import struct
import threading

from vhost_ring import Ring

PROTOCOL_FEATURES = 1 << 30
INDIRECT, VERSION_1 = 1 << 28, 1 << 32
CHANNEL, CONFIG = 1 << 5, 1 << 9  # protocol features
(GET_FEATURES, SET_FEATURES, SET_OWNER, _, SET_MEM_TABLE, _, _, SET_VRING_NUM, SET_VRING_ADDR, SET_VRING_BASE, GET_VRING_BASE,
 SET_VRING_KICK, SET_VRING_CALL, _, GET_PROTOCOL_FEATURES, SET_PROTOCOL_FEATURES, GET_QUEUE_NUM, SET_VRING_ENABLE) = range(1, 19)
SET_CHANNEL, GET_CONFIG, SET_CONFIG = 21, 24, 25
CONFIG_CHANGED = 2  # on the channel to QEMU


def memory(size):
    """For QEMU, whose -machine needs memory-backend=shared."""
    return ["-object", f"memory-backend-memfd,id=shared,size={size},share=on"]


class Backend:
    """with Backend(path, queues=2) as b: ... boot with b.chardev(NAME) and the device on top of it."""

    OFFERED = PROTOCOL_FEATURES | VERSION_1 | INDIRECT
    PROTOCOL = CONFIG

    def __init__(self, path, queues):
        self.path = path
        self.stop, self.wake = os.pipe()
        self.news, self.bell = os.pipe()  # readable when something has come from the guest
        for fd in (self.news, self.bell):
            os.set_blocking(fd, False)
        self.lock = threading.RLock()
        self.rings = [Ring(self, i) for i in range(queues)]
        self.regions, self.features, self.channel = [], 0, -1
        self.error = None
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        os.write(self.wake, b"x")
        self.thread.join()
        for fd in (self.stop, self.wake, self.news, self.bell):
            os.close(fd)
        if self.error:
            raise self.error

    def chardev(self, name):
        return ["-chardev", f"socket,id={name},path={self.path},server=on,wait=on"]

    def until(self, m, done, what):
        """Wait for something that depends on the guest."""
        def looked():
            try:
                os.read(self.news, 4096)
            except BlockingIOError:
                pass
            return done()

        m.wait(looked, 60.0, what, also=[self.news])

    def ring_bell(self):
        try:
            os.write(self.bell, b"x")
        except BlockingIOError:
            pass  # it rings

    # -- what a device is

    def look(self):
        """The guest may have done something."""

    def honest(self):
        """Does it keep what the driver has to know up to date?"""
        return True

    def config(self):
        return b""

    def configured(self, offset, data):
        """The guest has written there."""

    def offered(self):
        return self.OFFERED

    def beside(self):
        """What it does all the time; True: it wants to go on at once."""
        return False

    def config_changed(self):
        if self.channel >= 0:
            os.write(self.channel, struct.pack("<III", CONFIG_CHANGED, 1, 0))

    # -- QEMU

    def at(self, address, kind, size=0):
        """The memory from an address on, as the guest (kind 0) or QEMU (1) numbers it."""
        for starts, length, view in self.regions:
            if starts[kind] <= address and address + size <= starts[kind] + length:
                return view[address - starts[kind]:]
        raise ValueError(f"no memory at {address:#x}")

    def run(self):
        try:
            while self.serve():
                pass
        except Exception as e:  # pylint: disable=broad-except
            self.error = e
            raise

    def connected(self):
        """A connection, or None when it is all over."""
        while not select.select([self.stop], [], [], 0.005)[0]:
            qemu = socket.socket(socket.AF_UNIX)
            try:
                qemu.connect(self.path)
                return qemu
            except (FileNotFoundError, ConnectionRefusedError):
                qemu.close()
        return None

    def serve(self):
        """One connection, from its start to its end."""
        qemu = self.connected()
        if qemu is None:
            return False
        with qemu:
            try:
                while self.turn(qemu):
                    pass
            except ConnectionError:
                pass
            with self.lock:
                self.forget()
        return not select.select([self.stop], [], [], 0)[0]

    def forget(self):
        """QEMU describes the rings anew in the next connection."""
        for ring in self.rings:
            ring.kick = self.kept(ring.kick)
            ring.call = self.kept(ring.call)
        self.channel = self.kept(self.channel)

    @staticmethod
    def kept(old, fds=()):
        """A descriptor in place of another."""
        if old >= 0:
            os.close(old)
        return fds[0] if fds else -1

    def turn(self, qemu):
        """False: the connection is over, by the one side or the other."""
        kicks = [r.kick for r in self.rings if r.kick >= 0]
        readable = select.select([qemu, self.stop, *kicks], [], [], 0 if self.beside() else None)[0]
        if self.stop in readable:
            return False
        for fd in readable:
            if fd in kicks:
                os.read(fd, 8)
        with self.lock:
            if qemu in readable and not self.message(qemu):
                return False
            return self.look() is not False

    def message(self, qemu):
        fds = array.array("i")
        data, control, _, _ = qemu.recvmsg(12, socket.CMSG_SPACE(8 * 4))
        for level, kind, payload in control:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                fds.frombytes(payload[:len(payload) - len(payload) % 4])
        if not data:
            return False
        request, flags, size = struct.unpack("<III", data)
        payload = b""
        while len(payload) < size:
            payload += qemu.recv(size - len(payload))
        answer = self.obey(request, payload, list(fds))
        if answer is None and flags & 8:
            answer = struct.pack("<Q", 0)
        if answer is not None:
            qemu.sendall(struct.pack("<III", request, 5, len(answer)) + answer)
        return True

    def obey(self, request, payload, fds):
        simple = {GET_FEATURES: self.offered, GET_PROTOCOL_FEATURES: lambda: self.PROTOCOL, GET_QUEUE_NUM: lambda: len(self.rings)}
        if request in simple:
            return struct.pack("<Q", simple[request]())
        if request == SET_FEATURES:
            self.features = struct.unpack("<Q", payload)[0]
        elif request == GET_CONFIG:
            offset, size, _ = struct.unpack_from("<III", payload)
            return payload[:12] + self.config()[offset:offset + size].ljust(size, b"\0")
        elif request == SET_CONFIG:
            offset, size, _ = struct.unpack_from("<III", payload)
            self.configured(offset, payload[12:12 + size])
        elif request == SET_MEM_TABLE:
            self.regions = [self.region(payload, i, fd) for i, fd in enumerate(fds)]
        elif request == SET_CHANNEL:
            self.channel = self.kept(self.channel, fds)
        elif SET_VRING_NUM <= request <= SET_VRING_CALL:
            return self.obey_ring(request, payload, fds)
        return None

    @staticmethod
    def region(payload, i, fd):
        guest, size, user, offset = struct.unpack_from("<QQQQ", payload, 8 + 32 * i)
        view = memoryview(mmap.mmap(fd, size + offset))[offset:]
        os.close(fd)
        return (guest, user), size, view

    def obey_ring(self, request, payload, fds):
        ring = self.rings[payload[0]]
        if request == SET_VRING_NUM:
            ring.size = struct.unpack_from("<II", payload)[1]
        elif request == SET_VRING_ADDR:
            desc, used, avail = struct.unpack_from("<QQQ", payload, 8)
            ring.desc, ring.used, ring.avail = (self.at(a, 1) for a in (desc, used, avail))
        elif request == SET_VRING_BASE:
            ring.place(struct.unpack_from("<II", payload)[1])
        elif request == GET_VRING_BASE:
            ring.kick = self.kept(ring.kick)
            return struct.pack("<II", ring.index, ring.base())
        elif request == SET_VRING_KICK:
            ring.kick = self.kept(ring.kick, fds)
        elif request == SET_VRING_CALL:
            ring.call = self.kept(ring.call, fds)
        return None
