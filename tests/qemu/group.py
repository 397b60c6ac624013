# SPDX-License-Identifier: BSD-2-Clause
"""Many cases in one process, each in a child of its own, so that its changes of the process and
everything that it started end with the child. Cases that need no machine of their own share a boot
and a child. The result of a case is a file with its name: a line with the exit code, and its
output."""

import contextlib
import itertools
import os
import pathlib
import select
import signal
import sys
import time
import traceback

import cases
from machine import Failure, Skip

SKIPPED = 77  # as CMakeLists.txt has it
LAST_LIMIT, SOAK_LIMIT = 900, 3600  # seconds for a case; a machine that does nothing ends it sooner


def outcome(function, *arguments):
    """An exit code and a text."""
    try:
        function(*arguments)
    except Failure as e:
        return 1, str(e)
    except Skip as e:
        return SKIPPED, f"not run: {e}"
    except Exception:  # pylint: disable=broad-except
        return 1, traceback.format_exc()
    return 0, "ok"


class Results:
    """The files of results. A case that is running has its output in NAME.part."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def file(self, name, suffix=""):
        return self.folder / f"{name}{suffix}"

    def forget(self, name):
        for suffix in ("", ".part"):
            self.file(name, suffix).unlink(missing_ok=True)

    def add(self, name, code, said):
        """Once for each case."""
        part = self.file(name, ".part")
        before = part.read_text(encoding="utf-8", errors="replace") if part.exists() else ""
        part.write_text(f"{code}\n{before}{name}: {said}\n", encoding="utf-8")
        part.replace(self.file(name))

    @contextlib.contextmanager
    def output_of(self, name):
        """The standard output of this process goes to the case's file from now on."""
        with open(self.file(name, ".part"), "wb") as f:
            os.dup2(f.fileno(), 1)
            os.dup2(f.fileno(), 2)
        yield
        sys.stdout.flush()

    def code(self, name):
        if not self.file(name).exists():
            return None
        with open(self.file(name), encoding="utf-8") as f:
            return int(f.readline())


def work(runner, batch, results):
    """In the child."""
    for name in batch:
        with results.output_of(name):
            code, said = outcome(runner.run, name)
        results.add(name, code, said)
    code, said = outcome(runner.end)
    if code:
        results.add(batch[-1], code, f"after it, at the end of what was shared: {said}")


def in_child(runner, batch, results):
    """Why the child ended early, or None."""
    limit = sum(SOAK_LIMIT if "soak" in name else LAST_LIMIT for name in batch)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.setsid()  # so that everything that it starts can be ended with it
        work(runner, batch, results)
        os._exit(0)
    ended = os.pidfd_open(child)
    try:
        in_time = select.select([ended], [], [], limit)[0]
    finally:  # also if this process gets a signal to end
        os.close(ended)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
    if not in_time:
        return f"ended after {limit} s"
    return f"its process ended with {status}" if status else None


def run(board, names, image, source, folder):
    """True if each case has a result, whether it passed or failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    results = Results(folder)
    for name in names:
        results.forget(name)
    for boot, batch in itertools.groupby(sorted(names, key=cases.boot_of), key=cases.boot_of):
        for some in [list(batch)] if boot else [[name] for name in batch]:
            start = time.monotonic()
            why = in_child(cases.Runner(board, image, source), some, results)
            seconds = time.monotonic() - start
            if boot:
                print(f"A boot for {len(some)} cases, {boot}, {seconds:.1f} s:")
            for name in some:
                if results.code(name) is None:
                    results.add(name, 1, why or "not reached")
                colour = {0: "ok", SKIPPED: "not run"}.get(results.code(name), "FAILED")
                print(f"{colour:8}" + (f"{name}  {seconds:.1f} s" if not boot else name))
    print(f"{len(names)} cases")
