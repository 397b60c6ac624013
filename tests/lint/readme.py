#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The code in README.md is part of the example that tests build and run. The page names every
example."""

import re

import tree

EXAMPLE = ["examples/hello/main.c", "examples/hello/CMakeLists.txt"]
SHOWN = ("c", "cmake")


def blocks(markdown):
    return [code for language, code in re.findall(r"^```(\w*)\n(.*?)^```", markdown, re.S | re.M)
            if language in SHOWN]


if __name__ == "__main__":
    readme = blocks(tree.text("README.md"))
    bad = [f"README.md shows what is in none of {EXAMPLE}:\n{block}" for block in readme
           if not any(block in tree.text(f) for f in EXAMPLE)]
    if len(readme) < len(SHOWN):
        bad.append(f"README.md shows nothing of one of {EXAMPLE}")
    examples = {f.split("/")[1] for f in tree.files() if re.match(r"examples/\w+/", f)}
    bad += [f"README.md does not name examples/{e}" for e in sorted(examples)
            if f"`{e}`" not in tree.text("README.md")]
    tree.finish(bad, "README example")
