# SPDX-License-Identifier: BSD-2-Clause
"""Folders of the host over virtio-fs, by Debian's virtiofsd: the C one of Debian 12, or the Rust one.
A vhost-user device has split rings and register version 2."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import time

from cases import RNG, SERIAL, case
from cases_boot import exercise, poweroff, rows
from cases_folder import carried, compared, copied, tree
from machine import Skip

RAM = 128 << 20
PLACES = ("/usr/libexec/virtiofsd", "/usr/lib/qemu/virtiofsd")
STARTED = 60  # seconds in which a daemon makes its socket


def daemon_command(socket, folder):
    """The two have different options, and both need root for a sandbox."""
    path = shutil.which("virtiofsd") or next((p for p in PLACES if os.access(p, os.X_OK)), None)
    if path is None:
        raise Skip("virtiofsd is not installed (Debian's package virtiofsd, or qemu-system-common)")
    text = subprocess.run([path, "--help"], check=False, capture_output=True, text=True).stdout
    if "--shared-dir" in text:
        sandbox = "chroot" if os.geteuid() == 0 else "none"
        return [path, f"--socket-path={socket}", f"--shared-dir={folder}", f"--sandbox={sandbox}", "--cache=never"]
    if os.geteuid() != 0:
        raise Skip("this virtiofsd runs for root only")
    return [path, f"--socket-path={socket}", "-o", f"source={folder}", "-o", "sandbox=chroot", "-o", "cache=none"]


def listens(socket):
    """A socket that exists may not listen yet, and QEMU would be refused."""
    lines = [line.split() for line in pathlib.Path("/proc/net/unix").read_text(encoding="utf-8").splitlines()]
    return any(words[3] == "00010000" and words[-1] == str(socket) for words in lines)


@contextlib.contextmanager
def daemon(c, folder):
    """QEMU's options for a folder with the tag `share`, while virtiofsd runs."""
    devices = subprocess.run([c.board.qemu, "-device", "help"], check=True, capture_output=True, text=True).stdout
    if '"vhost-user-fs-device"' not in devices:
        raise Skip("this QEMU has no vhost-user-fs-device")
    socket = c.folder / "virtiofs.sock"
    log = c.folder / "virtiofsd.log"
    with open(log, "wb") as output:
        process = subprocess.Popen(daemon_command(socket, folder), stdout=output, stderr=output, stdin=subprocess.DEVNULL)
    try:
        end = time.monotonic() + STARTED
        while not listens(socket) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        if not listens(socket):
            raise Skip("virtiofsd does not start here: " + log.read_text(encoding="utf-8", errors="replace").strip()[-200:])
        yield ["-object", f"memory-backend-file,id=shared,size={RAM},mem-path={c.folder}/virtiofs.ram,share=on",
               "-chardev", f"socket,id=fs,path={socket}", "-device", "vhost-user-fs-device,chardev=fs,tag=share"]
    finally:
        process.kill()
        process.wait()


def boot(c, options):
    return c.booted(SERIAL + RNG + options, memory="128M", machine=f"{c.board.machine},memory-backend=shared")


@case("virtiofs", modes=("modern",))
def virtiofs(c):
    """Compare file by file, copy to the folder, list it after a change. At the end all handles are
    given back."""
    folder, files = tree(c)
    with daemon(c, folder) as options, boot(c, options) as m:
        text = m.run("files")
        m.check("virtiofs" in text and "share" in text, text)
        m.check(any("virtio-fs" in row for row in rows(m).values()), "no driver")
        compared(m, files, 0, "virtiofs")
        copied(m, folder, files, 0)
        (folder / "later").write_text("new\n", encoding="ascii")
        m.check(m.run("cat later") == "new", "a file that came later")
        m.run("cd 0 /dir/../many")
        m.check(m.run("cat 'file number 7'") == "7", "a relative path")
        exercise(m)
        poweroff(m)


@case("soak_virtiofs", modes=("modern",))
def soak(c):
    """1 GiB from the host and to the host."""
    folder = c.folder / "share"
    folder.mkdir()
    with daemon(c, folder) as options, boot(c, options) as m:
        carried(m, folder, 0)
        exercise(m)
        poweroff(m)
