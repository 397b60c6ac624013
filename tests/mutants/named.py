# SPDX-License-Identifier: BSD-2-Clause
"""Bugs with a name, as small patches that outlive a refactoring.

bugs.txt has for each `== NAME`, perhaps `test: NAME` of the test that tries it first, since many
others reach the place and do not notice, then `in: FUNCTION`, the text that is replaced below
`--- old` and what replaces it below `--- new`, perhaps several times; # starts a comment
before the texts. The text stands for the place that has the same shape: keywords, numbers
and operators agree, spaces and comments do not matter, and of several such places the one
counts that has the most names (and the function's) in common. Where names differ there, the new
text gets those. No name of a file is needed.
"""

import ctokens
from checks import between

ENOUGH = 0.5  # names that have to agree


class Bug:
    def __init__(self, name, line):
        self.name, self.line, self.test = name, line, None
        self.edits = []  # [function, old, new]


def parse(source):
    bugs, text, function = [], None, ""
    for n, line in enumerate(source.split("\n"), 1):
        if line.startswith("== "):
            bugs.append(Bug(line[3:].strip(), n))
            text = None
        elif line.startswith("test: "):
            bugs[-1].test, text = line[6:].strip(), None
        elif line.startswith("in: "):
            function, text = line[4:].strip(), None
        elif line == "--- old":
            bugs[-1].edits.append([function, [], []])
            text = bugs[-1].edits[-1][1]
        elif line == "--- new":
            text = bugs[-1].edits[-1][2]
        elif line.startswith("# "):
            text = None
        elif text is not None:
            text.append(line)
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"line {n}: {line!r}")
    for b in bugs:
        b.edits = [(f, ctokens.tokens("\n".join(old)), "\n".join(new)) for f, old, new in b.edits]
        if not b.edits or not all(old for _, old, _ in b.edits):
            raise ValueError(f"line {b.line}: {b.name} replaces nothing")
    return bugs


def plain(name):
    return name[4:] if name.startswith(("vio_", "VIO_")) else name


def is_name(token):
    return token.kind == "word" and token.text not in ctokens.KEYWORDS


def names_at(function, at, old):
    """{name in the patch: name here}; None: not the same shape."""
    names = {}
    for k, wanted in enumerate(old):
        here = function.tokens[at + k]
        if is_name(wanted) and is_name(here):
            if names.setdefault(wanted.text, here.text) != here.text:
                return None
        elif wanted.text != here.text:
            return None
    return names


def find(functions, wanted, old):
    """The best place of the old text: (score, function, index, names) or None; a tie is none."""
    best = []
    for f in functions:
        for at in range(f.body + 1, f.end - len(old)):
            names = names_at(f, at, old)
            if names is None:
                continue
            same = sum(plain(a) == plain(b) for a, b in names.items())
            score = (same + 2 * (plain(f.name) == plain(wanted))) / (len(names) + 2)
            best.append((score, f, at, names))
    best.sort(key=lambda b: -b[0])
    if not best or best[0][0] < ENOUGH or (len(best) > 1 and best[0][0] == best[1][0]):
        return None
    return best[0]


def renamed(text, names):
    """The new text, with its spaces, in the names of the place."""
    out, at = [], 0
    for t in ctokens.tokens(text):
        out += [text[at:t.at], names.get(t.text, t.text) if t.kind == "word" else t.text]
        at = t.end
    return "".join(out)


def place(bug, functions):
    """{function: [(first, last, text)]}; ValueError: one of its texts has no place."""
    places, names, late = {}, {}, []
    for wanted, old, new in bug.edits:
        found = find(functions, wanted, old)
        if not found:
            raise ValueError(f"no place, or no single one, has the shape of: {ctokens.spelled(old)}")
        _, f, at, here = found
        names.update(here)
        late.append((f, at, at + len(old), new))
    for f, first, last, new in late:
        places.setdefault(f, []).append((first, last, renamed(new, names)))
    return places


def plant(function, source, number, edits):
    """A copy of the function with the bug, and what calls it from the right one's beginning."""
    toks, name = function.tokens, f"{function.name}_mutant_{number}"
    at, body = function.body, []
    for first, last, text in sorted(edits):
        body += [between(source, toks, at, first, True), text, "\n"]
        at = last
    body.append(between(source, toks, at, function.end, False))
    head = "".join(name if i == function.name_at else toks[i].text + " "
                   for i in range(function.start, function.body)
                   if toks[i].text not in ("static", "inline", "extern"))
    call = f"{name}({', '.join(function.parameters())})"
    turn = f"{{ {call}; return; }}" if function.returns_nothing() else f"return {call};"
    return f"static {head}\n{''.join(body)}\n", f"if (mutant({number})) {turn}"
