# SPDX-License-Identifier: BSD-2-Clause
"""A small client for QEMU's debugger port: enough to stop the machine at some place, and
to change what is in its memory and registers there."""

import socket
import time


class Gdb:
    def __init__(self, path, seconds=300.0):
        """Connect to the unix socket that -gdb unix:PATH,server=on,wait=off opens. A machine
        that is running is stopped by that."""
        end = time.monotonic() + seconds
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(seconds)
        while True:
            try:
                self.socket.connect(str(path))
                break
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
        # QEMU 7.2 reports by itself that it stopped a running machine, and QEMU 10 does not. Both
        # answer a question, so ask one, and drop what comes before the answer.
        self.socket.sendall(self.frame("qAttached"))
        while self.receive() != "1":
            pass

    @staticmethod
    def frame(payload):
        data = payload.encode()
        return b"$" + data + b"#%02x" % (sum(data) & 0xff)

    def byte(self):
        got = self.socket.recv(1)
        if not got:
            raise ConnectionResetError("debugger: the machine has ended")
        return got

    def receive(self):
        """The next packet's payload; acknowledged."""
        while self.byte() != b"$":
            pass
        payload = bytearray()
        while (byte := self.byte()) != b"#":
            payload += byte
        self.socket.recv(2)
        self.socket.sendall(b"+")
        return payload.decode()

    def ask(self, payload):
        self.socket.sendall(self.frame(payload))
        return self.receive()

    def order(self, payload):
        answer = self.ask(payload)
        if answer != "OK":
            raise OSError(f"debugger: {payload[:40]!r} answered {answer!r}")

    def run_to(self, address):
        """Continue until the program counter has this value."""
        self.order(f"Z1,{address:x},4")
        self.ask("c")
        self.order(f"z1,{address:x},4")

    def set_register(self, index, value, digits=16):
        registers = self.ask("g")
        text = value.to_bytes(digits // 2, "little").hex()
        at = digits * index
        self.order("G" + registers[:at] + text + registers[at + digits:])

    def register(self, index, digits=16):
        text = self.ask("g")[digits * index:digits * (index + 1)]
        return int.from_bytes(bytes.fromhex(text), "little")

    def write(self, address, data):
        for at in range(0, len(data), 1024):
            part = data[at:at + 1024]
            self.order(f"M{address + at:x},{len(part):x}:{part.hex()}")

    def read(self, address, count):
        out = b""
        while len(out) < count:
            n = min(1024, count - len(out))
            out += bytes.fromhex(self.ask(f"m{address + len(out):x},{n:x}"))
        return out

    def go(self):
        """Let it run and leave."""
        self.socket.sendall(self.frame("D"))
        self.receive()
        self.socket.close()
