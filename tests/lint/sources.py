#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""cmake/sources.txt names every C file of the libraries, and library.json the version of the
headers."""

import json
import re

import tree

LIST = "cmake/sources.txt"
VERSION = "board/include/picovirtio/version.h"


def check():
    listed = [line for line in tree.text(LIST).split("\n") if line and not line.startswith("#")]
    there = tree.library_sources()
    bad = [f"{LIST}: {f} is missing" for f in there if f not in listed]
    bad += [f"{LIST}: {f} is no source of a library" for f in listed if f not in there]
    bad += [f"{LIST}: {f} stands there twice" for f in set(listed) if listed.count(f) > 1]
    package = json.loads(tree.text("library.json"))
    version = ".".join(re.findall(r"define VIO_VERSION_[A-Z]+ (\d+)$", tree.text(VERSION), re.M))
    if package["version"] != version:
        bad.append(f"library.json says {package['version']}, {VERSION} says {version}")
    folders = [f"{m}/include" for m in tree.PUBLIC]
    if [f for f in folders if f"-I{f}" not in package["build"]["flags"]]:
        bad.append(f"library.json: build.flags lacks one of {folders}")
    return bad


if __name__ == "__main__":
    tree.finish(check(), "list of sources")
