# SPDX-License-Identifier: BSD-2-Clause
"""What commands say of a device that is not live, or does not answer: its name and its state, and not
that there is no such device, nor that another part is at fault. The commands `state` and `mute` of the
self-tests make a device so."""

import re

# Command lines by the device. A name in braces stands for the number of a disk.
LINES = {
    "rng": ("rng 4", "random"),
    "blk": ("blk", "blk {ext} info", "blk {ext} read 0", "blk {ext} write 16400 x --yes", "blk {ext} flush",
            "blk {ext} discard 16400 8 --yes", "part {ext}", "files", "cd {ext} /dir", "ls {ext} /",
            "cat {ext} /README.TXT", "crc {ext} /big", "cp {ext} /big {folder} /x"),
    "scsi": ("blk", "blk {scsi} read 0", "blk {scsi} flush", "blk {scsi} reset", "part {scsi}", "files",
             "cd {scsi} /dir", "ls {scsi} /", "cat {scsi} /README.TXT", "crc {scsi} /big"),
    "no disk": ("blk",),  # a SCSI host without one
    "9p": ("files", "cd {folder} /", "ls {folder} /", "cat {folder} /file", "crc {folder} /file",
           "cp {ext} /README.TXT {folder} /x"),
    "crypto": ("crypto", "crypto test", "crypto bench 1"),
    "net": ("net", "ping 10.0.2.2", "get 10.0.2.2:9/", "tftp 10.0.2.2 x", "date 10.0.2.2", "iperf 10.0.2.2", "dhcp",
            "nic rx promisc on"),
    "gpu": ("screen", "screen test"),
    "input": ("input",),
    "sound": ("sound", "play noise.wav", "record 1", "record 1 1 x.wav"),
    "vsock": ("vsock", "vsock listen 5", "vsock connect 5", "vsock stop"),
    "balloon": ("mem",),
}
# Words that would blame something else.
UNTRUE = re.compile("among the virtio-mmio|no such|not there|wrong use|no free|missing|has not ended|in flight|"
                    "damaged|input/output", re.I)

# Patterns by the device: its waits for an answer, with the notifications that it still gets before, and what is
# said at the time-out besides its name.
LATE = {
    "rng": ((0, "rng 4", "did not answer in time"),),
    "blk": ((0, "blk {ext} read 0", "did not answer in time"), (0, "cat {ext} /README.TXT", "did not answer in time")),
    "scsi": ((0, "blk {scsi} read 0", "did not answer in time"), (0, "blk {scsi} reset", "did not answer in time")),
    # Or it does not take back the files of the line before.
    "9p": tuple((n, line, "(did not answer in time|has not answered an earlier request)")
                for n, line in ((0, "ls {folder} /"), (2, "cat {folder} /file"))),
    "crypto": ((0, "crypto test", "did not answer in time"), (1, "crypto bench 1", "did not answer in time")),
    "net": ((0, "nic rx promisc on", "did not answer in time"),),
    "gpu": ((0, "screen test", "did not answer in time"),),
    "sound": tuple((n, line, r"did not answer for 10 s; is its audio backend stuck\?")
                   for n in (0, 1, 3) for line in ("play noise.wav", "record 1", "record 1 1 x.wav")),
}


def labels(m, word):
    word = "scsi" if word == "no disk" else word
    return re.findall(rf"virtio-{word}@\w+(?=  )", m.run("devices"))


def states(m, word, number):
    """Every line, with all devices of this kind failed, and stopped; then they are live again."""
    found = labels(m, word)
    for state in ("failed", "down"):
        for label in found:
            m.run(f"state {label} {state}")
        m.settle()
        for line in (line.format(**number) for line in LINES[word]):
            said = m.run(line)
            named = [label for label in found if re.search(rf"{label}.*\b{state}\b", said)]
            m.check(named and not UNTRUE.search(said), f"`{line}`, {state}: {said}")
        for label in found:
            m.check("done" in m.run(f"device {label} start"), f"{label} is not live again")
    m.settle()


def flights(text, label):
    """The requests in flight in the queues of a device."""
    return [int(n) for n in re.findall(rf"^{label} +\d+ +\d+ +(\d+)", text, re.M)]


def answered(m, before):
    """No device is silent any more, and each has answered: `before` has the requests in flight by label."""
    m.run("mute")
    m.settle()
    m.run_until("queues", lambda t: all(n <= most for label, some in before.items() for n, most in zip(flights(t, label), some)),
                "requests are left")


def late(m, word, number):
    """A device that does not answer is named at the end of the wait, and answers afterwards."""
    before = {label: flights(m.run("queues"), label) for label in labels(m, word)}
    for count, line, want in LATE.get(word, ()):
        line = line.format(**number)
        said = ""
        for label in before:
            m.run(f"mute {label} {count} 40")
            said += m.run(line) + "\n"
            answered(m, before)
        m.check(any(re.search(rf"{label}.*{want}", said) for label in before) and not UNTRUE.search(said),
                f"`{line}`, silent: {said}")


def in_the_way(m, number):
    """A disk that is late is named when another one is asked, and the other folders and disks go on."""
    (label,) = labels(m, "blk")
    before = {label: flights(m.run("queues"), label)}
    m.run(f"mute {label} 0 40")
    m.run("blk {ext} read 0".format(**number))
    for line in ("blk {scsi} read 0", "cat {ext} /README.TXT"):
        said = m.run(line.format(**number))
        m.check(f"{label} has not answered a read, of sector 0, for" in said, f"`{line}`: {said}")
    m.check("entries; " in m.run("ls {scsi} /".format(**number)), "the files of another disk")
    answered(m, before)
    m.check("0000000000" in m.run("blk {scsi} read 0".format(**number)), "the other disk after it")
