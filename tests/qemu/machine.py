# SPDX-License-Identifier: BSD-2-Clause
"""A QEMU machine that runs the image, with its consoles as pipes.

The virtio console and the early console (serial0) are two channels here, so that a test
can tell which of them said something. Every wait is bounded by what the machine does
(Patience); when it is over, the machine is killed and the test fails with everything that
was said.
"""

import fcntl
import os
import pathlib
import re
import select
import shlex
import subprocess
import tempfile
import time

PROMPT = b"pico> \x1b[K"  # a redrawn line has its text before the escape sequence that clears the rest
HIDDEN = "\r\x1b[K"   # prompt and line, before something is printed in their place
REDRAWN = re.compile(r"\A.*\rpico> (.*?)\x1b\[K", re.S)  # a line that was hidden while it was typed
DEADLINE = 60.0      # seconds without any progress of the machine that end a wait
LAST_LIMIT = 600.0   # seconds of one wait, whatever the machine does
AT_WORK = 0.02       # share of a processor; an idle machine uses half of that if it polls, and otherwise nothing
TRIES, PAUSE = 600, 0.1  # tries of a question that is repeated, and seconds between them
MODES = {"legacy": ["-global", "virtio-mmio.force-legacy=true"],
         "modern": ["-global", "virtio-mmio.force-legacy=false"]}
SERIAL = ["-device", "virtio-serial-device,id=ser", "-device", "virtconsole,chardev=con"]
RNG = ["-device", "virtio-rng-device,id=rng0"]


class Failure(Exception):
    """The machine did not do what was expected."""


class Skip(Exception):
    """This host cannot run the case. The text says what is missing."""


class Patience:
    """Bounds a wait by what the machine does, since a host that is busy makes it slow: the wait is
    over when no byte came and QEMU slept for `silence` seconds, or at the last limit. A byte that is
    taken or given is progress, and so is work without any, also work for which no processor was
    free."""

    def __init__(self, machine, silence=DEADLINE, limit=LAST_LIMIT):
        self.machine, self.silence, self.limit = machine, silence, limit
        self.start = time.monotonic()
        self.again()

    def again(self):
        """Start the wait: the machine must make progress from now on."""
        self.since, self.bytes, self.work = time.monotonic(), self.machine.moved(), self.machine.cpu_seconds()

    def over(self):
        now = time.monotonic()
        work = self.machine.cpu_seconds() - self.work
        if (self.machine.moved() != self.bytes or work > max(AT_WORK * (now - self.since), AT_WORK)
                or self.machine.awake()):
            self.again()
        return now - self.since > self.silence or now - self.start > self.limit

    def why(self):
        return f"nothing like it, and it did nothing for {self.silence:.0f} s, or {self.limit:.0f} s are over"


class Channel:
    """A character device of QEMU as a pair of pipes. Pipes, since they hold much: QEMU
    throws away what a virtconsole's host side does not take at once."""

    def __init__(self, name, folder, room=1 << 20):
        self.name, self.path = name, f"{folder}/{name}"
        self.received = bytearray()  # all of it
        self.seen = 0                # expect() has looked up to here
        self.unsent = bytearray()
        # QEMU may open and close its end. A pipe that is open in both directions never ends and never
        # refuses.
        self.input, self.output = (self.pipe(f"{self.path}.{end}") for end in ("in", "out"))
        fcntl.fcntl(self.output, fcntl.F_SETPIPE_SZ, room)

    @staticmethod
    def pipe(path):
        os.mkfifo(path)
        return os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def chardev(self):
        return ["-chardev", f"pipe,id={self.name},path={self.path}"]

    def read(self):
        try:
            self.received += os.read(self.output, 65536)
        except BlockingIOError:
            pass

    def write(self):
        try:
            del self.unsent[:os.write(self.input, self.unsent[:4096])]
        except BlockingIOError:
            pass

    def close(self):
        os.close(self.input)
        os.close(self.output)


class Machine:
    """with Machine(board, image, mode, devices) as m: ...

    `devices` are QEMU arguments, usually SERIAL + RNG; a chardev `con` is there for the
    virtio console. `channels` names further chardevs. `machine` goes to -machine, `boot`
    stands in place of `-kernel image`.
    """

    def __init__(self, board, image, mode, devices=None, channels=(), memory="128M",
                 machine=None, extra=(), room=1 << 20, boot=None):
        self.board, self.mode = board, mode
        self.folder = tempfile.TemporaryDirectory(prefix="picovirtio-")
        self.con = Channel("con", self.folder.name, room)
        self.early = Channel("early", self.folder.name)
        self.channels = {c: Channel(c, self.folder.name) for c in channels}
        self.every = [self.con, self.early, *self.channels.values()]
        self.command = [board.qemu, "-machine", machine or board.machine, *board.arguments,
                        "-m", memory, "-display", "none", "-monitor", "none",
                        *(boot or ["-kernel", str(image)]), *MODES[mode], "-serial", "chardev:early"]
        for c in self.every:
            self.command += c.chardev()
        self.command += [*(SERIAL + RNG if devices is None else devices), *extra]
        self.messages = open(f"{self.folder.name}/messages", "w+b")
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, close_fds=False,
                                        stdout=self.messages, stderr=self.messages)
        self.ended = os.pidfd_open(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.ended)
        self.said = self.messages_said()
        self.messages.close()
        for c in self.every:
            c.close()
        self.folder.cleanup()

    # -- the channels

    def pump(self, seconds, deaf=(), also=()):
        """Move bytes for at most `seconds`, or until something of `also` is readable; False when
        QEMU has ended and all is read. Channels in `deaf` are not read, as by a host that does
        something else."""
        readers = {c.output: c for c in self.every if c not in deaf}
        writers = {c.input: c for c in self.every if c.unsent}
        readable, writable, _ = select.select([*readers, *also, self.ended], writers, [], seconds)
        for fd in writable:
            writers[fd].write()
        for fd in readable:
            if fd in readers:
                readers[fd].read()
        return readable != [self.ended]

    def moved(self):
        """A value that changes with each byte in either direction."""
        return [(len(c.received), len(c.unsent)) for c in self.every]

    def wait(self, done, seconds, what, deaf=(), also=()):
        """Wait until `done()` is true. Returns its value."""
        patience = Patience(self, seconds)
        alive = True
        while not (value := done()):
            if not alive:
                self.fail(f"{what}: the machine ended")
            if patience.over():
                self.fail(f"{what}: {patience.why()}")
            alive = self.pump(min(1.0, seconds), deaf, also)
        return value

    def expect(self, pattern, channel=None, seconds=DEADLINE, what=None):
        """Wait until a regular expression (bytes) matches what came since the last match. Returns the
        match object."""
        c = channel or self.con
        regex = re.compile(pattern, re.S | re.M)
        found = self.wait(lambda: regex.search(c.received, c.seen), seconds,
                          f"{c.name}: expected {what or pattern!r}")
        c.seen = found.end()
        return found

    def expect_bytes(self, data, channel=None, seconds=DEADLINE):
        """The next bytes must be exactly these."""
        c = channel or self.con
        self.wait(lambda: len(c.received) - c.seen >= len(data), seconds, f"{c.name}: expected {len(data)} bytes")
        got = bytes(c.received[c.seen:c.seen + len(data)])
        c.seen += len(data)
        if got != data:
            at = next(i for i in range(len(data)) if got[i] != data[i])
            self.fail(f"{c.name}: byte {at} differs: expected {data[at:at + 16]!r},"
                      f" got {got[at:at + 16]!r}")

    def send(self, data, channel=None):
        (channel or self.con).unsent += data if isinstance(data, bytes) else data.encode()

    def readable(self, source, what):
        """Wait until a socket of the test can be read."""
        self.wait(lambda: select.select([source], [], [], 0)[0], DEADLINE, what, also=[source])

    def sent(self, deaf=()):
        """Wait until QEMU took all that was sent."""
        self.wait(lambda: not any(c.unsent for c in self.every), DEADLINE, "QEMU takes no input", deaf)

    def rest(self, seconds=1.0, deaf=()):
        """Wait until the machine is idle for a while. If it never is, the wait ends after some
        time."""
        patience = Patience(self, seconds, 2 * DEADLINE)
        while not patience.over() and self.pump(seconds / 4, deaf):
            pass

    def quiet(self, seconds, channel=None):
        """The bytes that arrive in this time."""
        c = channel or self.con
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and self.pump(left):
            pass
        out = bytes(c.received[c.seen:])
        c.seen = len(c.received)
        return out

    # -- the shell

    def prompt(self, channel=None, seconds=DEADLINE):
        """The text up to the next prompt."""
        c = channel or self.con
        start = c.seen
        found = self.expect(rb"(?:^|[\r\n])" + re.escape(PROMPT), channel=c, seconds=seconds,
                            what="the prompt")
        return bytes(c.received[start:found.start()])

    def run(self, line, channel=None, seconds=DEADLINE):
        """Type a command; its output as text, without the echo, lines ending in \\n."""
        self.send(line + "\r", channel)
        out = self.text_to_prompt(channel, seconds)
        while out.startswith(HIDDEN):  # by a message, below which the prompt came again
            out = self.text_to_prompt(channel, seconds)
        out = REDRAWN.sub(r"\1", out)
        if not out.startswith(line):
            self.fail(f"no echo of {line!r}, but {out[:80]!r}")
        return out[len(line):].strip("\n")

    def text_to_prompt(self, channel, seconds):
        return self.prompt(channel, seconds).decode("utf-8", "replace").replace("\r\n", "\n")

    def run_until(self, line, fits, what, channel=None, tries=TRIES):
        """Repeat a command until its output is as expected. Returns the output."""
        for _ in range(tries):
            text = self.run(line, channel)
            if fits(text):
                return text
            self.quiet(PAUSE, channel)
        self.fail(f"{what}: `{line}` says {text!r}")

    def settle(self, channel=None):
        """Make sure that what arrives from here on is the answer to the next line. An unknown command
        is typed again until its answer arrives, since QEMU drops what a virtconsole's host does not
        read at once."""
        c = channel or self.con
        for n in range(TRIES):
            word = f"settle-{n}."
            answer = re.compile(re.escape(word.encode()) + rb"\r\n.*?" + re.escape(PROMPT), re.S)
            self.send("\x15" + word + "\r", c)
            patience = Patience(self, 2.0)
            while not (found := answer.search(c.received, c.seen)) and not patience.over():
                if not self.pump(0.5):
                    self.fail("the machine ended")
            if found:
                c.seen = found.end()
                return
        self.fail(f"no answer to {TRIES} lines")

    # -- the end

    def exit_code(self, seconds=DEADLINE):
        """Wait until QEMU ends by itself; its exit code."""
        patience = Patience(self, seconds)
        while self.pump(0.2):
            if patience.over():
                self.fail(f"QEMU still runs: {patience.why()}")
        return self.process.wait()

    def poweroff(self, channel=None):
        self.send("poweroff\r", channel)
        code = self.exit_code()
        self.check(code == 0, f"poweroff: QEMU's exit code is {code}")

    def cpu_seconds(self):
        """Processor time that QEMU has used so far: the clock of a process, as in
        clock_getcpuclockid(3). One that has ended has used none."""
        try:
            return time.clock_gettime(~self.process.pid << 3 | 2)
        except OSError:
            return 0.0

    def awake(self):
        """Does a thread of QEMU run, or want to? It may have to wait for a processor."""
        for stat in pathlib.Path("/proc", str(self.process.pid), "task").glob("*/stat"):
            try:
                if stat.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] not in "SIZX":
                    return True
            except OSError:
                pass  # it has ended
        return False

    def messages_said(self):
        """The messages of QEMU itself. They are kept after the end of the machine, for a later
        check."""
        if self.messages.closed:
            return self.said
        self.messages.seek(0)
        return self.messages.read().decode("utf-8", "replace")

    def fail(self, why):
        text = [why, "command: " + shlex.join(self.command)]
        for c in self.every:
            said = c.received[-8000:].decode("utf-8", "backslashreplace").replace("\r", "")
            text += [f"---- {c.name}, {len(c.received)} bytes", said]
        text += ["---- QEMU's own messages", self.messages_said()]
        raise Failure("\n".join(text))

    def check(self, condition, why):
        if not condition:
            self.fail(why)
