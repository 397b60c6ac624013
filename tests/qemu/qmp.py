# SPDX-License-Identifier: BSD-2-Clause
"""QEMU's own view of its devices, over the QEMU machine protocol."""

import json
import socket

from machine import DEADLINE


def option(c):
    """For QEMU's command line; the socket is in the case's folder."""
    return ["-qmp", f"unix:{c.folder}/qmp.sock,server=on,wait=off"]


class Qmp:
    """with Qmp(c) as q: q.ask("x-query-virtio")"""

    def __init__(self, c):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(DEADLINE)
        self.socket.connect(f"{c.folder}/qmp.sock")
        self.file = self.socket.makefile("rw")
        self.file.readline()  # the greeting
        self.ask("qmp_capabilities")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.file.close()
        self.socket.close()

    def ask(self, command, **arguments):
        self.file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.file.flush()
        while True:
            answer = json.loads(self.file.readline())
            if "event" not in answer:
                assert "return" in answer, f"{command}: {answer}"
                return answer["return"]
