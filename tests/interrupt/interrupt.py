#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""interrupt.py BOARD IMAGE MODE: boots the image with a disk and makes the disk larger, step by
step, while the image reads. Each new size must be seen before the next one is set, and every
read must end: the image sleeps until its interrupt handler wakes it, and never longer."""

import json
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "qemu"))

import boards  # noqa: E402
from machine import Machine  # noqa: E402

SECTOR, FIRST, LAST, STEP = 512, 100, 200, 5


def run(board, image, mode):
    with tempfile.NamedTemporaryFile(suffix=".img") as disk:
        for sector in range(FIRST):
            disk.write(bytes([sector]) + bytes(SECTOR - 1))
        disk.flush()
        devices = ["-drive", f"if=none,id=d0,format=raw,file={disk.name}",
                   "-device", "virtio-blk-device,drive=d0", "-qmp", "chardev:qmp"]
        with Machine(board, image, mode, devices, channels=["qmp"]) as m:
            qmp = m.channels["qmp"]
            m.send('{"execute": "qmp_capabilities"}\n', qmp)
            m.expect(rb"^reading 100\r?\n", m.early)
            for size in range(FIRST + STEP, LAST + 1, STEP):
                m.send(json.dumps({"execute": "block_resize", "arguments": {
                    "device": "d0", "size": size * SECTOR}}) + "\n", qmp)
                m.expect(b"^size %d\r?\n" % size, m.early)
            said = m.expect(rb"^interrupts (\d+)\r?\nsleeps (\d+)\r?\nresizes (\d+)\r?\n"
                            rb"reads (\d+)\r?\nfailed 0\r?\n", m.early)
            print(re.sub(rb"\s+", b" ", said.group(0)).decode())
            m.check(int(said.group(3)) == (LAST - FIRST) // STEP, "a change of size is missing")
            code = m.exit_code()
            m.check(code == 0, f"exit code {code}")


if __name__ == "__main__":
    run(boards.BOARDS[sys.argv[1]], sys.argv[2], sys.argv[3])
