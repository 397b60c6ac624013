#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The ten lines of docs/tour.md that run an image in somebody's CI do what they promise: the
exit code is the firmware's, the console is captured, a firmware that hangs is cut.

    readme_ci.py PAGE IMAGE
"""

import pathlib
import re
import subprocess
import sys
import tempfile

TOLD = r"devices\npoweroff\n"


def block(page):
    found = [b for b in re.findall(r"^```bash\n(.*?)^```", page, re.S | re.M)
             if "my-firmware.elf" in b]
    if len(found) != 1 or len(found[0].splitlines()) > 10:
        sys.exit("docs/tour.md has no block of at most ten lines that runs my-firmware.elf")
    return found[0]


def run(script, image, told, seconds=600):
    """Exit code and console of the script with another input for the firmware."""
    script = script.replace(TOLD, told).replace("timeout 60 ", f"timeout {seconds} ")
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "my-firmware.elf").symlink_to(image)
        done = subprocess.run(["bash", "-c", script], cwd=folder, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.STDOUT)
        console = pathlib.Path(folder) / "console.txt"
        return done.returncode, console.read_text(errors="replace")


def expect(what, result, codes, text):
    code, said = result
    if code not in codes or text not in said:
        sys.exit(f"{what}: exit code {code}, expected {codes} and {text!r} in:\n{said}")


def main():
    script = block(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    image = pathlib.Path(sys.argv[2]).resolve()
    if TOLD not in script or "timeout 60 " not in script:
        sys.exit("docs/tour.md: the script no longer has what this test replaces")
    expect("as shown", run(script, image, TOLD), [0], "virtio-console@10008000")
    expect("poweroff 3", run(script, image, r"devices\npoweroff 3\n"), range(1, 124), "console")
    expect("panic", run(script, image, r"devices\npanic\n"), range(1, 124), "scause")
    for seconds in (5, 60, 600):  # on a busy host the machine may not get there before it is cut
        hang = run(script, image, r"devices\n", seconds)
        if "virtio-console" in hang[1]:
            break
    expect("a hang", hang, [124], "virtio-console")
    print("exit code, console and time limit are as docs/tour.md says")


if __name__ == "__main__":
    main()
