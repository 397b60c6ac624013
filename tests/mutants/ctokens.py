# SPDX-License-Identifier: BSD-2-Clause
"""C source as tokens, and the functions in it. No preprocessor: a directive is one token
that belongs to no expression, and a macro is a name like any other."""

import re

TOKEN = re.compile(
    r"(?P<space>(?:\s|//[^\n]*|/\*.*?\*/|\\\n)+)"
    r"|(?P<directive>\#(?:\\\n|/\*.*?\*/|[^\n])*)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)"
    r"|(?P<string>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')"
    r"|(?P<punct>->|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\.\.\.|.)", re.S)

KEYWORDS = set("""auto break case char const continue default do double else enum extern float for
goto if inline int long register restrict return short signed sizeof static struct switch typedef
union unsigned void volatile while _Bool _Static_assert bool""".split())
OPENING = {"(": ")", "[": "]", "{": "}"}


class Token:
    __slots__ = ("kind", "text", "at", "mate")

    def __init__(self, kind, text, at):
        self.kind, self.text, self.at, self.mate = kind, text, at, None

    @property
    def end(self):
        return self.at + len(self.text)


def tokens(source):
    """Without spaces and comments; a bracket's mate is the index of the other one."""
    found, opened = [], []
    for m in TOKEN.finditer(source):
        if m.lastgroup == "space":
            continue
        t = Token(m.lastgroup, m.group(), m.start())
        if t.kind == "punct" and t.text in OPENING:
            opened.append(len(found))
        elif t.kind == "punct" and t.text in OPENING.values() and opened:
            t.mate = opened.pop()
            found[t.mate].mate = len(found)
        found.append(t)
    return found


def spelled(some):
    return " ".join(t.text for t in some)


class Function:
    """Indices into `tokens`: `start` of the signature, `body` of the brace, `end` behind its
    mate."""

    def __init__(self, file, toks, start, name, body):
        self.file, self.tokens, self.start, self.body = file, toks, start, body
        self.name, self.name_at, self.end = toks[name].text, name, toks[body].mate + 1

    def parameters(self):
        """Names, in order."""
        names, depth, last = [], 0, None
        for t in self.tokens[self.name_at + 2:self.tokens[self.name_at + 1].mate]:
            depth += (t.text in "[{") - (t.text in "]}") if t.kind == "punct" else 0
            if t.text == "," and depth == 0:
                names.append(last)
            elif t.kind == "word" and depth == 0 and t.text not in KEYWORDS:
                last = t.text
        return names + [last] if last else []

    def returns_nothing(self):
        words = [t.text for t in self.tokens[self.start:self.name_at]]
        return "void" in words and "*" not in words


def functions(file, source):
    """Each definition of a function."""
    toks, start, i = tokens(source), 0, 0
    found = []
    while i < len(toks):
        t = toks[i]
        if t.kind == "directive" or t.text == ";":
            start = i + 1
        elif t.text == "{" and i and toks[i - 1].text == '"C"':
            start = i + 1  # extern "C": what follows is at the outermost level as well
        elif t.text == "{" and t.mate:
            name = toks[i - 1].mate - 1 if i and toks[i - 1].text == ")" else -1
            while name > start and toks[name].text == "__attribute__":
                name = toks[name - 1].mate - 1 if toks[name - 1].text == ")" else -1
            if name >= start and toks[name].kind == "word" and "=" not in [
                    x.text for x in toks[start:name]]:
                found.append(Function(file, toks, start, name, i))
            i = t.mate
            if i + 1 < len(toks) and toks[i].text == "}":
                start = i + 1
        elif t.text == "(" and t.mate:
            i = t.mate
        i += 1
    return found
