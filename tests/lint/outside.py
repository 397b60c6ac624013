#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Text from outside stays in its line: firmware/ prints it with print_outside(), not with %s.

Names of files and nodes, boot arguments, words of a server: each may contain the end of a line, and
so forge a line of the console. Therefore outside.tsv says of every argument of a %s why its text
cannot. An argument that is a literal, or chooses between texts that are known, needs no row.

`--self-test` shows that an unknown argument and a row without use are found."""

import re
import sys

import tree

TABLE = "tests/lint/outside.tsv"
FORMAT = {"printf": 0, "complain": 0, "fprintf": 1, "snprintf": 2}  # which argument is the format
CALL = re.compile(r"\b(%s)\(" % "|".join(FORMAT))
STRING = r'"(?:\\.|[^"\\])*"'
TOKEN = re.compile(STRING + r"|'(?:\\.|[^'\\])*'|->|[\w.]+|\s+|.", re.S)
CONVERSION = re.compile(r"%(?:%|[-0 #+]*(\*?)\d*(?:\.(\*?)\d*)?[hlzj]*([a-zA-Z]))")
LEAST = 200  # arguments of %s are found in firmware/


def split(tokens, at):
    """The parts of an expression between those of the characters in `at` that no bracket encloses; the
    expression ends where a bracket closes that it does not open."""
    parts, depth = [[]], 0
    for t in tokens:
        if t in ")]}" and depth == 0:
            break
        depth += (t in "([{") - (t in ")]}")
        if t in at and depth == 0:
            parts.append([])
        else:
            parts[-1].append(t)
    return parts


def choices(tokens):
    """The texts between which an expression chooses: A, B and C of x ? A : y ? B : C."""
    parts = [" ".join("".join(p).split()) for p in split(tokens, "?:")]
    return parts[1:-1:2] + parts[-1:]


def places(tokens):
    """Which arguments after the format are of a %s."""
    found = set()
    for text in choices(tokens):
        text = "".join(s[1:-1] for s in re.findall(STRING, re.sub(r"PRI\w+", '"u"', text)))
        at = 0
        for c in CONVERSION.finditer(text):
            at += (c[1] == "*") + (c[2] == "*")
            if c[3] == "s":
                found.add(at)
            at += c[3] is not None
    return sorted(found)


def arguments(code):
    """(line, text) of each text that a %s prints."""
    code = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), code, flags=re.S)
    for m in CALL.finditer(code):
        of_call = split((t[0] for t in TOKEN.finditer(code, m.end())), ",")
        format_at = FORMAT[m[1]]
        if not any('"' in t for t in of_call[format_at]):
            continue  # the declaration, or the definition
        for at in places(of_call[format_at]):
            for text in choices(of_call[format_at + 1 + at]):
                yield code.count("\n", 0, m.start()) + 1, text


def fits(row, f, text):
    pattern = ".*".join(re.escape(p) for p in row[1].split("*"))
    return f.startswith(f"firmware/{row[0]}".rstrip("*")) and re.fullmatch(pattern, text)


def check(sources, rows):
    """`sources`: {file: code}. `rows`: [(where, text, why)]."""
    bad, used = [], set()
    for f, code in sources.items():
        for line, text in arguments(code):
            row = next((r for r in rows if fits(r, f, text)), None)
            used.add(row)
            if not row and not re.fullmatch(rf"(?:{STRING}\s*)+", text):
                bad.append(f"{f}:{line}: %s of `{text}`: if it is from outside, print_outside() prints it; "
                           f"if not, {TABLE} says why")
    bad += [f"{TABLE}: no %s for: {r[0]} {r[1]}" for r in rows if r not in used]
    return bad


def self_test():
    rows = [("*", "*->label", "image"), ("a.c", "why(*)", "image")]
    good = {"firmware/a.c": 'printf(x ? "%s: %s, %*s\\n" : "%s", s->label, why(a, b), 3, "");\n'
                            'printf("%" PRIu32 "%% of %s", n, x ? "a" "b" : y ? "c" : s->label);\n'}
    planted = {"a name": 'printf("%s: ", e->name);', "a choice": 'complain("%s", c ? "x" : e->name);',
               "behind a width": 'printf("%.*s", (int)n, p);', "of another file": 'snprintf(t, n, "%s", why(1));'}
    bad = [f"clean: {c}" for c in check(good, rows)]
    for name, code in planted.items():
        found = check(good | {"firmware/b.c": code}, rows)
        bad += [f"not caught: {name}: {found}"] if len(found) != 1 else []
    if len(check({"firmware/a.c": ""}, rows)) != 2:
        bad.append("rows without use are not found")
    tree.finish(bad, f"outside self-test ({len(planted)} breaches planted)")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    firmware = {f: tree.text(f) for f in tree.c_files() if f.startswith("firmware/")}
    if sum(1 for code in firmware.values() for _ in arguments(code)) < LEAST:
        sys.exit("outside: the arguments of %s are not found")
    tree.finish(check(firmware, [tuple(r) for r in tree.table(TABLE, 3)]), "outside")
