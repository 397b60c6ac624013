# SPDX-License-Identifier: BSD-2-Clause
"""Examples that need a peer that talks to them while they run."""

import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import types

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "qemu"))
import cases_virtiofs  # noqa: E402  (found through the line above)
import machine  # noqa: E402
import qmp  # noqa: E402
import vsock_host  # noqa: E402

ASKED = 3000  # tries at most, each of about 0.2 s; a busy host is slow


def echoes(command):
    """Datagrams come back from the example udp, until one says "quit"."""
    with socket.socket(type=socket.SOCK_DGRAM) as us, socket.socket(type=socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        us.settimeout(0.2)
        us.connect(("127.0.0.1", port))  # from another port
        free.close()
        with subprocess.Popen([a.replace("PORT", str(port)) for a in command],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as qemu:
            try:
                for what in (b"anybody there?", bytes(range(256)), b"quit"):
                    ask(us, qemu, what)
                return qemu.wait(machine.LAST_LIMIT)
            finally:
                qemu.kill()


def ask(us, qemu, what):
    """Send a datagram until it comes back, since it may be lost, and the port is closed at first. The
    answer to the last one may arrive after the end of QEMU."""
    for _ in range(ASKED):
        try:
            us.send(what)
            if us.recv(2048) == what:
                return
        except ConnectionRefusedError:
            time.sleep(0.2)  # until the port is open
        except TimeoutError:
            pass
        if qemu.poll() is not None:
            if what == b"quit":
                return
            sys.exit(f"QEMU ended with exit code {qemu.returncode} before it answered {what!r}")
    sys.exit(f"no answer to {what!r}")


def udp(image, qemu):
    for legacy in ("true", "false"):
        code = echoes([*qemu, "-display", "none", "-monitor", "none", "-serial", "none",
                       "-global", f"virtio-mmio.force-legacy={legacy}", "-kernel", str(image),
                       "-netdev", "user,id=n,hostfwd=udp:127.0.0.1:PORT-:7",
                       "-device", "virtio-net-device,netdev=n"])
        if code != 0:
            sys.exit(f"udp, force-legacy={legacy}: exit code {code}")


def watched(image, qemu, legacy, devices, step):
    """What the image prints, while step(monitor) is called until QEMU ends."""
    with tempfile.TemporaryDirectory(prefix="picovirtio-") as name:
        at = types.SimpleNamespace(folder=name)
        command = [*qemu, "-display", "none", "-monitor", "none", "-serial", "none", "-global",
                   f"virtio-mmio.force-legacy={legacy}", "-kernel", str(image), *qmp.option(at),
                   "-chardev", f"file,id=con,path={name}/said", "-device", "virtio-serial-device",
                   "-device", "virtconsole,chardev=con", *devices]
        said = pathlib.Path(name, "said")
        said.touch()
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
            try:
                for _ in range(ASKED):
                    if process.poll() is None and (pathlib.Path(name) / "qmp.sock").exists():
                        step(at)
                    if process.poll() is not None:
                        break
                    time.sleep(0.2)
            finally:
                process.kill()
        return process.returncode, said.read_text(encoding="utf-8", errors="replace")


def own_driver(image, qemu):
    keys(image, qemu, "own_driver")


def keys(image, qemu, name="keys"):
    """The monitor presses keys once the device is live. Esc ends the program, and QEMU 7.2 hangs if it is
    asked at that moment."""
    def step(at):
        said = pathlib.Path(at.folder, "said").read_bytes()
        if b"press keys" not in said or pressed:
            return
        with qmp.Qmp(at) as monitor:
            for key in ("a", "esc"):
                pressed.append(key)
                monitor.ask("send-key", keys=[{"type": "qcode", "data": key}])

    for legacy in ("true", "false"):
        pressed = []
        code, said = watched(image, qemu, legacy, ["-device", "virtio-keyboard-device"], step)
        if code != 0 or not re.search(r"QEMU Virtio Keyboard: .*key 30 pressed.*key 1 released", said, re.S):
            sys.exit(f"{name}, force-legacy={legacy}: exit code {code}\n{said}")


def picture(image, qemu):
    """The pixels of the screen."""
    def step(at):
        ppm = pathlib.Path(at.folder, "ppm")
        if not shown and b"the picture is shown" in pathlib.Path(at.folder, "said").read_bytes():
            with qmp.Qmp(at) as monitor:
                monitor.ask("screendump", filename=str(ppm))
                shown.append(ppm.read_bytes())
                monitor.ask("quit")

    for legacy in ("true", "false"):
        shown = []
        code, said = watched(image, qemu, legacy, ["-device", "virtio-gpu-device,xres=640,yres=400"], step)
        want = bytes(v for y in range(400) for x in range(640) for v in (x * 256 // 640, y * 256 // 400, 0))
        if code != 0 or shown[0] != b"P6\n640 400\n255\n" + want:
            sys.exit(f"picture, force-legacy={legacy}: exit code {code}\n{said}")


def lent(monitor):
    """Wait until the machine has done what the host asked for."""
    for _ in range(ASKED):
        if monitor.ask("query-balloon")["actual"] >> 20 == 126:
            return True
        time.sleep(0.05)
    return False


def memory(image, qemu):
    """The host asks for 2 MiB, and gives them back."""
    def step(at):
        said = pathlib.Path(at.folder, "said").read_bytes()
        wanted = 128 if b"the host has" in said else 126 if b"the host may" in said else None
        if wanted in (None, *done):
            return
        try:
            with qmp.Qmp(at) as monitor:
                monitor.ask("balloon", value=wanted << 20)
                # After 128 the machine ends, and QEMU 7.2 hangs if it is asked at that moment.
                if wanted == 128 or lent(monitor):
                    done.append(wanted)
        except (OSError, ValueError, AssertionError):
            pass  # the device is not live yet

    for legacy in ("true", "false"):
        done = []
        code, said = watched(image, qemu, legacy, ["-m", "128M", "-device", "virtio-balloon-device"], step)
        if code != 0 or "the host has 512 pages, we have 512" not in said or "is 0x55aa" not in said or 126 not in done:
            sys.exit(f"memory, force-legacy={legacy}: exit code {code}, {done}\n{said}")


def copies(name, image, qemu, legacy, shared, options):
    """The file that the example reads from a folder of the host, and the one that it writes."""
    (shared / "input.txt").write_text("from the host\n", encoding="ascii")
    (shared / "result.txt").write_text("older, and longer than that\n", encoding="ascii")
    code, said = watched(image, qemu, legacy, options, lambda at: None)
    left = {f.name: f.read_text(encoding="ascii") for f in shared.iterdir()}
    if code != 0 or left != dict.fromkeys(("input.txt", "result.txt"), "from the host\n"):
        sys.exit(f"{name}, force-legacy={legacy}: exit code {code}, {left}\n{said}")


def folder(image, qemu):
    for legacy in ("true", "false"):
        with tempfile.TemporaryDirectory(prefix="picovirtio-") as shared:
            copies("folder", image, qemu, legacy, pathlib.Path(shared),
                   ["-fsdev", f"local,id=f,path={shared},security_model=none",
                    "-device", "virtio-9p-device,fsdev=f,mount_tag=share"])


def virtiofs(image, qemu):
    """A vhost-user device of this kind has no legacy registers."""
    with tempfile.TemporaryDirectory(prefix="picovirtio-") as name:
        at = types.SimpleNamespace(folder=pathlib.Path(name), board=types.SimpleNamespace(qemu=qemu[0]))
        shared = at.folder / "share"
        shared.mkdir()
        try:
            with cases_virtiofs.daemon(at, shared) as options:
                copies("virtiofs", image, shared_memory(qemu), "false", shared, ["-m", "128M", *options])
        except machine.Skip as why:
            print(f"virtiofs: not run: {why}")


def shared_memory(qemu):
    """With the memory that a vhost-user device needs."""
    board = qemu[qemu.index("-machine") + 1]
    return [f"{board},memory-backend=shared" if a == board else a for a in qemu]


def vsock(image, qemu):
    """The peer of the connection answers, and closes. Its control characters do not reach the terminal."""
    def step(at):
        for connection in host.accepted:
            if b"guest\n" in connection.received and not connection.closed:
                connection.send(b"hello from \x1b[2Jthe host\n")
                connection.close()

    for legacy in ("true", "false"):
        with tempfile.TemporaryDirectory(prefix="picovirtio-") as folder, vsock_host.VsockHost(folder) as host:
            host.listen(1234)
            code, said = watched(image, shared_memory(qemu), legacy, ["-m", "128M", *host.options(128 << 20)], step)
        if code != 0 or "hello from ?[2Jthe host\n" not in said.replace("\r", ""):
            sys.exit(f"socket, force-legacy={legacy}: exit code {code}\n{said}")


def tone(image, qemu):
    """The samples that were played. QEMU drops the last ones when it ends."""
    known = subprocess.run([qemu[0], "-machine", qemu[2], "-device", "help"], check=True, capture_output=True, text=True)
    if "virtio-sound-device" not in known.stdout:
        print("tone: not run, since this QEMU has no virtio-sound-device (8.2 is the first with it)")
        return
    want = struct.pack("<48000h", *(-8000 if i // 54 % 2 else 8000 for i in range(24000) for _ in range(2)))
    for legacy in ("true", "false"):
        with tempfile.TemporaryDirectory(prefix="picovirtio-") as name:
            code = subprocess.run([*qemu, "-display", "none", "-monitor", "none", "-serial", "none", "-kernel", str(image),
                                   "-global", f"virtio-mmio.force-legacy={legacy}", "-chardev", f"file,id=con,path={name}/said",
                                   "-device", "virtio-serial-device", "-device", "virtconsole,chardev=con", "-audiodev",
                                   f"wav,id=a,path={name}/wav,out.frequency=48000", "-device", "virtio-sound-device,audiodev=a"],
                                  check=False, stdin=subprocess.DEVNULL, timeout=600).returncode
            played = pathlib.Path(name, "wav").read_bytes()[44:]
            said = pathlib.Path(name, "said").read_text(encoding="utf-8")
        if code != 0 or len(played) < len(want) // 2 or not want.startswith(played[:len(want)]):
            sys.exit(f"tone, force-legacy={legacy}: exit code {code}, {len(played)} of {len(want)} bytes played\n{said}")


# Examples that need a peer.
TALK = {"udp": udp, "keys": keys, "own_driver": own_driver, "picture": picture, "folder": folder, "virtiofs": virtiofs, "memory": memory, "socket": vsock, "tone": tone}
