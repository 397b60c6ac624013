#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""docs/api.md lists every public header once, and each function that it names is declared in the
header of its row. `--self-test` shows that each rule can fail."""

import re
import sys

import tree

PAGE = "docs/api.md"
ROW = re.compile(r"^\| \[`<(picovirtio/\w+\.h)>`\]\(\.\./(\S+?)\) \|(.*)$", re.M)
NAME = re.compile(r"`(v\w+)\(\)`")


def check(page, headers):
    """`headers` is {path: source}."""
    rows = ROW.findall(page)
    listed = [path for _, path, _ in rows]
    bad = [f"{PAGE}: no row for {f}" for f in headers if f not in listed]
    bad += [f"{PAGE}: {f} has two rows" for f in set(listed) if listed.count(f) > 1]
    for name, path, text in rows:
        source = headers.get(path)
        if source is None:
            bad.append(f"{PAGE}: {path} is no public header")
        elif not path.endswith(f"/include/{name}"):
            bad.append(f"{PAGE}: {path} is not included as <{name}>")
        else:
            bad += [f"{PAGE}: {path} has no {symbol}()" for symbol in NAME.findall(text)
                    if not re.search(rf"\b{symbol}\b", source)]
    return bad


def self_test():
    headers = {"board/include/picovirtio/a.h": "int vio_a(void);"}
    good = "| [`<picovirtio/a.h>`](../board/include/picovirtio/a.h) | what it is | `vio_a()` |\n"
    pages = {"a header without a row": "", "two rows": good + good,
             "a function that is gone": good.replace("vio_a()", "vio_b()"),
             "a header that is gone": good + good.replace("a.h", "b.h"),
             "another name": good.replace("<picovirtio/a.h>", "<picovirtio/b.h>")}
    bad = [f"good page: {c}" for c in check(good, headers)]
    bad += [f"not caught: {what}" for what, page in pages.items() if not check(page, headers)]
    tree.finish(bad, f"api self-test ({len(pages)} breaches planted)")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    public = {f: tree.text(f) for f in tree.files() if tree.public_name(f)}
    tree.finish(check(tree.text(PAGE), public), "index of the interface")
