# SPDX-License-Identifier: BSD-2-Clause
"""A Linux guest: Debian's arm64 kernel with fio, unpacked and not installed. apt checks what it
fetches, about 100 MB; its lists and caches stay in build/bench/linux."""

import lzma
import os
import pathlib
import re
import shutil
import subprocess
import time

from machines import TESTS, Shell, Skip, start, with_share

FOLDER = TESTS.parent / "build/bench/linux"
PROMPT = "linux> "
WANTED = ("fio", "busybox-static", "linux-image-arm64")
TAKEN = re.compile(r"Inst ((?:fio|busybox-static|linux-image-[0-9]|zlib1g|lib(?!perl|python))[^ ]*)")
LIBRARY = re.compile(rb"(?<=\0)[-+.\w]+\.so[.\w]*(?=\0)")
MODULES = ("virtio_mmio", "virtio_blk")
INIT = """#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox stty -echo
for module in {modules}; do /bin/busybox insmod /modules/$module.ko; done
for queue in /sys/block/vd*/queue; do echo 2 >$queue/nomerges; echo none >$queue/scheduler; done
PS1="{prompt}" exec /bin/busybox sh -i
"""


def apt(folder, *words):
    """apt-get with a state of its own, of another architecture and of no installed package."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    options = {"APT::Architecture": "arm64", "APT::Architectures": "arm64", "Dir::State::Lists": folder / "lists",
               "Dir::Cache": folder / "cache", "Dir::State::status": folder / "status", "APT::Sandbox::User": "root",
               "APT::Install-Recommends": "false", "Acquire::Languages": "none", "Acquire::Retries": 1,
               "Acquire::http::Timeout": 20, "Acquire::https::Timeout": 20}
    command = ["apt-get", "-q"] + [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    try:
        return subprocess.run([*command, *words], cwd=folder, check=True, capture_output=True, text=True).stdout
    except FileNotFoundError:
        raise Skip("there is no apt-get, which fetches Debian's kernel and fio") from None
    except subprocess.CalledProcessError as failed:
        last = (failed.stderr.strip() or failed.stdout.strip()).split("\n")[-1]
        raise Skip(f"apt-get {words[0]} does not get Debian's arm64 kernel and fio: {last}") from None


def unpack(folder):
    """All files of the packages, in folder/root."""
    apt(folder, "update")
    chosen = TAKEN.findall(apt(folder, "-s", "install", *WANTED))
    apt(folder, "download", *chosen)
    root = folder / "root"
    shutil.rmtree(root, ignore_errors=True)
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, root], check=True)
        package.unlink()
    return root


def with_libraries(root, program):
    """The program, and each library whose name stands in it or in one of them."""
    libraries = {path.name.encode(): path for path in root.rglob("*.so*")
                 if "aarch64-linux-gnu" in path.parts or path.name.startswith("ld-linux")}
    files, look = {f"usr/bin/{program.name}": program.read_bytes()}, [program]
    while look:
        for name in set(LIBRARY.findall(look.pop().read_bytes())) & set(libraries):
            place = f"lib/{name.decode()}"
            if place not in files:
                files[place] = libraries[name].read_bytes()
                look.append(libraries[name])
    return files


def with_modules(root):
    """{name: data} of the modules with those that they need, in the order to load them."""
    there = {path.name.split(".ko")[0].replace("-", "_"): path for path in root.rglob("*.ko*")}
    found = {}

    def add(name):
        if name in found or name not in there:
            return  # built into the kernel
        data = there[name].read_bytes()
        data = lzma.decompress(data) if there[name].suffix == ".xz" else data
        needs = re.search(rb"\0depends=([^\0]*)\0", data)
        for need in needs[1].decode().split(",") if needs else ():
            add(need)
        found[name] = data

    for name in MODULES:
        add(name)
    return found


def archive(files):
    """An initramfs: a cpio archive, "newc"."""
    out = bytearray()
    folders = {str(parent) for name in files for parent in pathlib.PurePosixPath(name).parents if parent.name}
    entries = [(name, 0o40755, b"") for name in sorted(folders)] + [(n, 0o100755, d) for n, d in files.items()]
    for number, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        out += b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
        out += bytes(-len(out) % 4) + data
        out += bytes(-len(out) % 4)
    return bytes(out)


def prepared(folder=FOLDER):
    """The kernel and its initramfs, made once."""
    kernel, initramfs = folder / "vmlinuz", folder / "initramfs"
    if not initramfs.exists():
        folder.mkdir(parents=True, exist_ok=True)
        root = unpack(folder)
        modules = with_modules(root)
        files = with_libraries(root, root / "usr/bin/fio")
        files.update({f"modules/{name}.ko": data for name, data in modules.items()})
        places = (root / "bin/busybox", root / "usr/bin/busybox")  # the one from Debian 13 on
        files["bin/busybox"] = next(place for place in places if place.exists()).read_bytes()
        files["init"] = INIT.format(modules=" ".join(modules), prompt=PROMPT).encode()
        shutil.copy(next(root.rglob("vmlinuz-*")), kernel)
        initramfs.with_suffix(".part").write_bytes(archive(files))
        os.rename(initramfs.with_suffix(".part"), initramfs)
        shutil.rmtree(root)
    return kernel, initramfs


class Linux(Shell):
    """The guest at the prompt of a shell."""

    def __init__(self, board, devices):
        kernel, initramfs = prepared()
        begin = time.monotonic()
        self.m = start(board, kernel, list(devices), boot=[
            "-kernel", str(kernel), "-initrd", str(initramfs), "-append", "console=ttyAMA0 quiet panic=-1"],
                       memory="1G", extra=["-no-reboot"])
        try:
            self.m.expect(rb"^" + PROMPT.encode(), self.m.early)
        except BaseException:
            self.m.__exit__()
            raise
        self.booted(begin)

    def run(self, line):
        self.m.send(line + "\n", self.m.early)
        return self.m.expect(rb".*?^" + PROMPT.encode(), self.m.early).group(0).decode("utf-8", "replace")

    def fio(self, op, size, depth, milliseconds):
        """Microseconds a request, in batches of `depth`."""
        line = (f"fio --name=x --filename=/dev/vda --direct=1 --ioengine=libaio --rw={op} --bs={size} --size=64M"
                f" --iodepth={depth} --iodepth_batch={depth} --iodepth_batch_complete_min={depth} --time_based"
                f" --runtime={milliseconds}ms --gtod_reduce=1 --minimal --thread")
        text, share = with_share(self.m, lambda: self.run(line))
        fields = re.search(r"^3;fio-.*", text, re.M)
        self.m.check(fields, f"fio: {text!r}")
        return 1e6 / float(fields[0].split(";")[{"read": 7, "write": 48}[op]]) * share
