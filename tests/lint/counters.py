#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each counter of a class of devices is shown by a command of the image: lies of a device that were
refused can be seen. `--self-test` shows that one that is not shown is found."""

import re
import sys

import tree

# Not shown: the sum of the first two is; the requests of folders and the commands of a GPU are in `queues`.
ACCEPTED = {"balloon": {"inflated", "deflated"}, "gpu": {"commands"}, "p9": {"sent", "errors"}, "fs": {"sent", "errors"}}
BLOCK = re.compile(r"/\* Counters[^/]*\*/\s*((?:uint(?:32|64)_t [^;]+;\s*(?:/\*[^/]*\*/\s*)?)+)")
LEAST = 25


def counters(header):
    return {name for block in BLOCK.findall(header)
            for line in re.findall(r"uint(?:32|64)_t ([^;]+);", block) for name in re.split(r",\s*", line)}


def check(headers, shown):
    bad, n = [], 0
    for name, header in headers.items():
        cls = re.search(r"(\w+)\.h$", name)[1]
        used = set(re.findall(r"(?:->|\.)(\w+)\b", "".join(text for text in shown if re.search(rf"\bvio_{cls}\b", text))))
        left = counters(header) - used - ACCEPTED.get(cls, set())
        n += len(counters(header))
        bad += [f"{name}: no command shows the counter {counter}" for counter in sorted(left)]
    return bad + ([f"{n} counters, not {LEAST}: is the pattern still right?"] if n < LEAST else [])


def read():
    headers = {f: tree.text(f) for f in tree.c_files() if re.match(r"drivers/include/picovirtio/\w+\.h$", f)
               and not f.endswith("/device.h")}  # of a queue: `queues`
    return headers, [tree.text(f) for f in tree.c_files() if re.match(r"firmware/.*\.c$", f)]


def self_test():
    headers, shown = read()
    plain = check(headers, shown)
    hidden = check(headers, [text.replace("->refused", "->errors") for text in shown])
    tree.finish(plain + ([] if hidden else ["not caught: a counter that is not shown"]), "counters self-test (1 breach planted)")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    tree.finish(check(*read()), "counters")
