#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""One way to write what C lets one write in several:

  sizeof(x)              with parentheses, whatever x is
  !p, p                  and no comparison with NULL (tests may compare)
  for (int i = 0; ...)   a variable that only loops use is declared in each of them
  int n = f();           a variable is declared at its first use, where that is an assignment

    dialect.py             complaints
    dialect.py --fix       rewrites the files; run clang-format afterwards
    dialect.py --self-test
"""

import re
import sys

import tree

NAME = r"[A-Za-z_]\w*"
CHAIN = rf"(?:\*|&)?{NAME}(?:(?:->|\.)\w+|\[[^\[\]]*\]|\((?:[^()\"]|\([^()\"]*\))*\))*"
SIZEOF = re.compile(rf"\bsizeof (\*?{NAME}(?:(?:->|\.)\w+|\[[^\[\]]*\])*)")
NULL = re.compile(rf"(?<![\w.>)\]])({CHAIN}) ([!=])= NULL\b")
ASSIGNED = re.compile(r"(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))* = (?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)) ([!=])= NULL\b")
COMMENT_OR_STRING = re.compile(r'(/\*.*?\*/|"(?:\\.|[^"\\])*")', re.S)
TYPE = (r"(?:unsigned(?: char)?|size_t|int|bool|char|long|vio_dma|[a-z]\w*_t|"
        r"(?:struct|enum|union) \w+)")
DECLARATION = re.compile(rf"^(\t+)((?:const )?{TYPE})((?: \*+| )\w+(?:, \**\w+)*);$")


def expressions(source, compares):
    """The first two rules, outside of comments and strings."""
    parts = COMMENT_OR_STRING.split(source)
    for i in range(0, len(parts), 2):
        parts[i] = SIZEOF.sub(r"sizeof(\1)", parts[i])
        if not compares:
            for rule in (NULL, ASSIGNED):
                parts[i] = rule.sub(lambda m: ("!" if m[2] == "=" else "") + m[1], parts[i])
    return "".join(parts)


def depth(line):
    return len(line) - len(line.lstrip("\t"))


def end_of_for(lines, i):
    """The last line of the for statement that begins in line i, in clang-format's layout."""
    tabs, open_ = depth(lines[i]), 0
    while True:
        open_ += lines[i].count("(") - lines[i].count(")")
        if open_ <= 0:
            break
        i += 1
    if lines[i].endswith("{"):
        i += 1
        while not (depth(lines[i]) == tabs and lines[i].strip().startswith("}")):
            i += 1
        return i
    if lines[i].endswith(";"):
        return i
    while i + 1 < len(lines) and lines[i + 1].strip() and depth(lines[i + 1]) > tabs:
        i += 1
    return i


def loops_of(name, lines, uses):
    """The lines of the loops that begin with `name = ...`, if nothing else uses it; else []."""
    heads, covered = [], -1
    for u in uses:
        if u > covered:
            if not re.match(rf"\t+for \({name} = [^;,]*;", lines[u]):
                return []
            heads.append(u)
            covered = end_of_for(lines, u)
    return heads


def move_one(lines):
    """Moves one declaration to where it belongs, in the lines of a function; False: none."""
    for n, line in enumerate(lines):
        m = DECLARATION.match(line)
        if not m or m[2].startswith("const "):
            continue
        names = [x.strip() for x in m[3].split(",")]
        end = n + 1
        while end < len(lines) and not lines[end].startswith("\t" * (depth(line) - 1) + "}"):
            end += 1
        for declared in names:
            name = declared.lstrip("*")
            type_ = m[2] + " " + "*" * (len(declared) - len(name))
            uses = [k for k in range(n + 1, end) if re.search(rf"(?<![\w.>]){name}\b", lines[k])]
            if not uses:
                continue
            heads = loops_of(name, lines, uses)
            for u in heads:
                lines[u] = lines[u].replace(f"for ({name} = ", f"for ({type_}{name} = ", 1)
            if not heads:
                if not re.match(rf"\t{{{depth(line)}}}{name} = ", lines[uses[0]]):
                    continue
                lines[uses[0]] = "\t" * depth(line) + type_ + lines[uses[0]].lstrip("\t")
            rest = [x for x in names if x != declared]
            if rest:
                lines[n] = f"{m[1]}{m[2]} {', '.join(rest)};"
            else:
                del lines[n]
                if not lines[n].strip() and lines[n - 1].rstrip().endswith("{"):
                    del lines[n]
            return True
    return False


def declarations(source):
    """The last two rules, function by function."""
    out, lines, i = [], source.split("\n"), 0
    while i < len(lines):
        if lines[i] != "{":
            out.append(lines[i])
            i += 1
            continue
        end = lines.index("}", i)
        body = lines[i:end + 1]
        while move_one(body):
            pass
        out += body
        i = end + 1
    return "\n".join(out)


def better(f, source):
    return declarations(expressions(source, compares=f.startswith("tests/")))


def complaints(f, source):
    """The lines that the rules would change."""
    there = set(better(f, source).split("\n"))
    return [f"{f}:{n}: see the rules in tests/lint/dialect.py: {line.strip()}"
            for n, line in enumerate(source.split("\n"), 1) if line not in there]


def self_test():
    def function(*lines):
        return "int f(void)\n{\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"

    good = [function("int n = g();", "", "return !n || p;"), function("for (int i = 0; i < 3; i++)", "\tg(i);"),
            function("int i;", "", "for (i = 0; g(i); i++)", "\t;", "return i;"),
            function("/* x == NULL, sizeof x */", 'return h("p == NULL");')]
    bad = [function("return p == NULL;"), function("return a->b[i].c(d, e(f)) != NULL;"),
           function("return (p = g()) != NULL;"), function("return sizeof x;"), function("return sizeof *a->b;"),
           function("int i;", "", "for (i = 0; i < 3; i++)", "\tg(i);"), function("int n, m;", "", "g(&m);", "n = m;")]
    wrong = [f"refused: {s}" for s in good if complaints("board/a.c", s)]
    wrong += [f"not seen: {s}" for s in bad if not complaints("board/a.c", s)]
    tree.finish(wrong, f"dialect self-test ({len(bad)} breaches planted)")


def main(argv):
    if argv == ["--self-test"]:
        self_test()
    bad = []
    for f in tree.c_files():
        source = tree.text(f)
        if argv == ["--fix"]:
            (tree.ROOT / f).write_text(better(f, source), encoding="utf-8")
        elif better(f, source) != source:
            bad += complaints(f, source)
    tree.finish(bad, "dialect")


if __name__ == "__main__":
    main(sys.argv[1:])
