# SPDX-License-Identifier: BSD-2-Clause
"""Images without one of their parts: what is left works, and nothing names the part."""

import picture
from cases import RNG, SERIAL, case
from cases_boot import device, poweroff
from cases_blk import disk, image
from cases_shell import SELF_TESTS, commands_shown
from machine import Failure, Skip

CONSOLE = {"help", "history", "devices", "uptime", "reboot", "poweroff", "exit"}
PARTS = {"entropy": {"rng", "random"}, "files": {"part", "files", "ls", "cat", "crc", "cd"}, "disks": {"blk"}, "scsi": set(),
         "network": {"net", "nic", "ping"}, "input": {"input"}, "screen": {"screen"}, "balloon": set(), "folders": {"cp"}, "crypto": {"crypto"}, "vsock": {"vsock"},
         "sound": {"sound", "play", "record"},
         "inspect": {"sleep", "device", "queues", "dt", "trace", "mem", "md", "mw"},
         "lwip": {"dhcp", "get", "tftp", "serve", "date", "iperf"}, "words": set()}
if not picture.FONT.exists():
    del PARTS["screen"]  # there is none in any image
NEEDS = {"files": {"disks"}, "scsi": {"disks"}, "folders": {"disks", "files"}, "sound": {"disks", "files"}, "lwip": {"network"}}
# Parts with a driver: the device's word in `devices`, and a line.
DRIVERS = {"entropy": ("(entropy)", "rng 4"), "disks": ("(block)", "blk"), "scsi": ("(SCSI host)", None), "network": ("(network)", "net"),
           "input": ("(input)", "input"), "screen": ("(GPU)", "screen"), "balloon": ("(balloon)", None),
           "crypto": ("(crypto)", "crypto"), "folders": ("(9P)", "cp a b")}
# The machine has eight slots, and four of them are taken.
DEVICES = {"input": ["-device", "virtio-keyboard-device"], "screen": ["-device", "virtio-gpu-device"],
           "balloon": ["-device", "virtio-balloon-device"], "scsi": ["-device", "virtio-scsi-device"],
           "folders": ["-fsdev", "local,id=f,path=/,security_model=none,readonly=on",
                       "-device", "virtio-9p-device,fsdev=f,mount_tag=root"],
           "crypto": ["-object", "cryptodev-backend-builtin,id=cb", "-device", "virtio-crypto-device,cryptodev=cb"]}
MOST = 4
NET = ["-netdev", "user,id=n", "-device", "virtio-net-device,netdev=n"]


def boot(c, name, left):
    """The image has the commands of the parts that are `left`, and each device has its driver or none."""
    c.image = c.image.with_name(f"{name}.elf")
    chosen = sorted(DEVICES, key=lambda part: part in left)[:MOST]
    with c.booted(SERIAL + RNG + NET + [a for part in chosen for a in DEVICES[part]] + disk(image(c))) as m:
        shown = commands_shown(m)
        want = CONSOLE.union(*(PARTS[part] for part in left))
        m.check(shown - SELF_TESTS == want, f"`help` of {name} shows {sorted(shown)}")
        for part, (word, line) in DRIVERS.items():
            if part in chosen or part not in DEVICES:
                m.check(("no driver" in device(m, word)) == (part not in left), f"{name}: {word}")
            m.check(line is None or ("no such command" in m.run(line)) == (part not in left), f"{name}: `{line}`")
        if "lwip" in left:
            m.check("10.0.2.15" in m.run("dhcp"), f"{name}: no address")
        poweroff(m)


@case("parts.one_less", modes=("modern",), boards=("riscv64",))
def one_less(c):
    """firmware/CMakeLists.txt makes an image without each part that an option leaves out."""
    images = {f.stem.split("-", 2)[2]: f.stem for f in c.image.parent.glob("picovirtio-no-*.elf")}
    if images.keys() != PARTS.keys():
        raise Failure(f"There are images without {sorted(images)}, and there should be some without {sorted(PARTS)}")
    for part, name in images.items():
        gone = {part} | {other for other, needs in NEEDS.items() if part in needs}
        boot(c, name, set(PARTS) - gone)


@case("parts.small_disk", modes=("modern",), boards=("riscv64",))
def small_disk(c):
    """A program with the library in its smallest form (BLK_EXTRAS, PACKED, LEGACY and EXTENSIONS off) reads
    a sector of the disk in the first window. Without the disk it fails."""
    c.image = c.image.parents[1] / "tests/size/sets/disk.elf"
    if not c.image.exists():
        raise Skip("tests/size/sets was not built")
    one = disk(image(c), ",bus=virtio-mmio-bus.0")
    for devices, want in ((one, 0), (SERIAL, 1)):
        with c.machine(devices) as m:
            code = m.exit_code()
            m.check(code == want, f"exit code {code}, not {want}")
