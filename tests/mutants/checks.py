# SPDX-License-Identifier: BSD-2-Clause
"""The checks in a function, and what is left of each when it is removed or weakened.

    never, always   a condition, or one operand of && and ||, has one answer for ever
    bound           <, <=, > or >= is off by one
    mask            the right side of & or % is left out
    call            a call whose value is not used is left out: a fence, the end of a queue
    state           an assignment to something that outlives the function is left out

A function comes out with all of them in it at once, each behind a number: hook.h says which
one, if any, is alive in a run.
"""

import hashlib
import re

import ctokens

# Operators that end an operand, the weaker the lower.
PRECEDENCE = {",": 0, "=": 1, "?": 2, ":": 2, "||": 3, "&&": 4, "|": 5, "^": 6, "&": 7,
              "==": 8, "!=": 8, "<": 9, ">": 9, "<=": 9, ">=": 9, "<<": 10, ">>": 10,
              "+": 11, "-": 11, "*": 12, "/": 12, "%": 12}
ASSIGN = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
OFF_BY_ONE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
COMPARISONS = {*OFF_BY_ONE, "==", "!="}
STOPS = {"return", "case", "else", "do", "goto"}
CONSTANT = {"static", "enum", "case", "_Static_assert", "typedef"}


class Change:
    """One range of tokens, with the ways in which it may be wrong. `render` gets the text of
    the range as an expression of the parts, and the number of the first way."""

    def __init__(self, kind, first, last, ways, parts, render):
        self.kind, self.first, self.last = kind, first, last  # indices; last is behind the end
        self.ways, self.parts, self.render = ways, parts, render


class Finder:
    operators = {"&&", "||", "%", "&", *COMPARISONS}

    def __init__(self, function):
        self.f, self.toks = function, function.tokens
        self.changes = {}  # (first, last, kind): Change
        self.labels = set()  # the colons of cases
        self.frozen = self.constants()
        self.walk()

    def constants(self):
        """Tokens of statements that the compiler computes."""
        frozen, i = set(), self.f.body
        while i < self.f.end:
            if self.toks[i].text in CONSTANT:
                end = i
                while end < self.f.end and self.toks[end].text not in (";", ":"):
                    end = (self.toks[end].mate if self.toks[end].text in ctokens.OPENING
                           and self.toks[end].mate else end) + 1
                frozen.update(range(i, end))
                if self.toks[i].text == "case":
                    self.labels.add(end)
                i = end
            i += 1
        return frozen

    def binary(self, i):
        """Is this & * - + one with two operands? After a cast there is one."""
        t = self.toks[i - 1]
        if t.text == ")":
            inside = self.toks[t.mate + 1:i - 1]
            before = self.toks[t.mate - 1]
            cast = (before.kind != "word" or before.text in STOPS) and bool(inside) and (
                inside[-1].text == "*" or all(
                    x.text in ctokens.KEYWORDS or x.text.endswith("_t") for x in inside))
            return not cast
        return t.kind in ("number", "string") or t.text == "]" or (
            t.kind == "word" and t.text not in STOPS | {"sizeof"})

    def strength(self, i):
        """Precedence of the token where it is a binary operator, else None."""
        t = self.toks[i]
        if t.kind != "punct":
            return None
        if t.text in ASSIGN:
            return PRECEDENCE["="]
        if t.text not in PRECEDENCE or (t.text in "&*+-" and not self.binary(i)):
            return None
        return PRECEDENCE[t.text]

    def ends(self, i, strength):
        t = self.toks[i]
        if t.kind == "directive" or t.text in (";", "{", "}") or t.text in STOPS:
            return True
        own = self.strength(i)
        return own is not None and own <= strength

    def left(self, i, strength):
        """First token of the operand that ends before `i`."""
        while not self.ends(i - 1, strength):
            t = self.toks[i - 1]
            if t.text in OPENERS:
                break
            i = t.mate if t.text in CLOSERS and t.mate is not None else i - 1
        return i

    def right(self, i, strength):
        """Behind the last token of the operand that begins at `i`."""
        while not (self.toks[i].kind == "punct" and self.toks[i].text in CLOSERS) and (
                not self.ends(i, strength)):
            t = self.toks[i]
            i = t.mate + 1 if t.text in ctokens.OPENING and t.mate else i + 1
        return i

    def add(self, kind, first, last, ways, parts, render):
        whole = range(first, last)
        if first >= last or any(i in self.frozen or self.toks[i].kind == "directive"
                                for i in whole):
            return
        key = (first, last, kind)
        if key not in self.changes:
            self.changes[key] = Change(kind, first, last, ways, parts, render)

    def stuck(self, first, last):
        """A condition: both answers; its operands of && and || come on their own."""
        while (self.toks[first].text == "(" and self.toks[first].mate == last - 1):
            first, last = first + 1, last - 1
        i = first
        while i < last:
            if self.toks[i].text in ("&&", "||") or self.toks[i].text == "?":
                return
            i = self.toks[i].mate + 1 if self.toks[i].text in ctokens.OPENING else i + 1
        if last - first == 1 and self.toks[first].kind in ("number", "string"):
            return
        text = ctokens.spelled(self.toks[first:last])
        self.add("cond", first, last, [f"never: {text}", f"always: {text}"], [(first, last)],
                 lambda n, e: f"mutant_stuck({n}, {n + 1}, ({e}) ? 1 : 0)")

    def operator(self, i, text):
        strength = PRECEDENCE[text]
        first = self.left(i, strength if text in ("&&", "||") else strength - 1)
        last = self.right(i + 1, strength)
        if first >= i or last <= i + 1:
            return
        whole = ctokens.spelled(self.toks[first:last])
        parts = [(first, i), (i + 1, last)]
        if text in ("&&", "||"):
            self.stuck(first, i)
            self.stuck(i + 1, last)
        if text in COMPARISONS:
            self.stuck(first, last)
        if text in OFF_BY_ONE and not self.smaller_one(first, i, last):
            other = OFF_BY_ONE[text]
            self.add("bound", first, last, [f"bound: {whole}"], parts,
                     lambda n, a, b: f"(mutant({n}) ? ({a}) {other} ({b}) : ({a}) {text} ({b}))")
        if text in "&%":
            self.add("mask", first, last, [f"mask: {whole}"], parts,
                     lambda n, a, b: f"(mutant({n}) ? ({a}) : ({a}) {text} ({b}))")

    def smaller_one(self, first, i, last):
        """a < b ? a : b, which is the same with <= ?"""
        a, b = (ctokens.spelled(self.toks[x:y]) for x, y in ((first, i), (i + 1, last)))
        end = self.right(last + 1, PRECEDENCE["?"]) if self.toks[last].text == "?" else last
        if end == last or self.toks[end].text != ":":
            return False
        yes = ctokens.spelled(self.toks[last + 1:end])
        no = ctokens.spelled(self.toks[end + 1:self.right(end + 1, PRECEDENCE["?"])])
        return {a, b} == {yes, no}

    def word(self, i):
        t, following = self.toks[i], self.toks[i + 1]
        if following.text != "(" or following.mate is None:
            return
        end = following.mate
        if t.text in ("if", "while"):
            self.stuck(i + 2, end)
        elif t.text == "for":
            semicolons, k = [], i + 2
            while k < end:
                if self.toks[k].text == ";":
                    semicolons.append(k)
                k = self.toks[k].mate + 1 if self.toks[k].text in ctokens.OPENING else k + 1
            if len(semicolons) == 2 and semicolons[1] > semicolons[0] + 1:
                self.stuck(semicolons[0] + 1, semicolons[1])

    def statement(self, i):
        """The one that begins at token `i`, up to its semicolon: left out?"""
        if self.toks[i].kind != "word" and self.toks[i].text not in ("*", "(", "++", "--"):
            return
        if self.toks[i].text in ctokens.KEYWORDS:
            return
        end, assign, words = i, None, True
        while end < self.f.end and self.toks[end].text != ";":
            t = self.toks[end]
            if t.text in ("{", "}") or t.kind == "directive" or (
                    t.text == ":" and assign is None):
                return
            if assign is None and (t.text in ASSIGN or t.text in ("++", "--")):
                assign = end
            end = t.mate + 1 if t.text in ctokens.OPENING and t.mate else end + 1
        target = [t.text for t in self.toks[i:assign]] if assign else []
        text = ctokens.spelled(self.toks[i:end])
        if assign is not None:
            two_names = len(target) > 1 and self.toks[i].kind == self.toks[i + 1].kind == "word"
            pointer = len(target) > 2 and target[1] == "*"  # a declaration
            outlives = {"->", ".", "["} & set(target) or target[:1] == ["*"]
            if not two_names and not pointer:
                self.assignment(i, end, assign, text, bool(outlives))
        elif self.toks[end - 1].text == ")" and self.toks[i].text != "*":
            before = self.toks[self.toks[end - 1].mate - 1]
            start = i
            if self.toks[i].text == "(":
                if self.toks[i + 1].text != "void":
                    return
                start = self.toks[i].mate + 1
            nothing = start == i and self.toks[i + 1].kind == "word"  # a declaration
            if before.kind == "word" and start < end - 2 and not nothing:
                self.call(i, end, text)

    def assignment(self, i, end, _, text, outlives):
        if outlives:
            self.leave_out("state", i, end, text)

    def call(self, i, end, text):
        self.leave_out("call", i, end, text)

    def leave_out(self, kind, first, end, text):
        self.add(kind, first, end + 1, [f"{kind}: {text}"], [(first, end)],
                 lambda n, s: f"{{ if (!mutant({n})) {s}; }}")

    def walk(self):
        begins = {self.f.body + 1}
        for i in range(self.f.body + 1, self.f.end - 1):
            t = self.toks[i]
            label = t.text == ":" and (i in self.labels or self.toks[i - 1].text == "default")
            if label or t.text in (";", "{", "}", "else", "do"):
                begins.add(i + 1)
            if t.text in ("if", "for", "while", "switch") and self.toks[i + 1].mate:
                begins.add(self.toks[i + 1].mate + 1)
        for i in range(self.f.body + 1, self.f.end - 1):
            t = self.toks[i]
            if i in begins and not self.in_for(i):
                self.statement(i)
            if t.kind == "word":
                self.word(i)
            elif t.text == "?":
                self.stuck(self.left(i, PRECEDENCE["?"]), i)
            elif t.text in self.operators and self.strength(i) is not None:
                self.operator(i, t.text)
            self.other(i)

    def other(self, i):
        """Nothing else is a check."""

    def in_for(self, i):
        """Is the token inside of round brackets? A for has semicolons there."""
        depth, k = 0, i - 1
        while k > self.f.body:
            t = self.toks[k]
            if t.text in CLOSERS and t.mate is not None:
                k = t.mate
            elif t.text in ("(", "["):
                return True
            elif t.text == "{":
                depth += 1
            k -= 1
        return False


CLOSERS = set(ctokens.OPENING.values())
OPENERS = set(ctokens.OPENING)


def proper(changes):
    """Outer ones first; what overlaps without being inside would be our mistake."""
    ordered = sorted(changes, key=lambda c: (c.first, -c.last, c.kind != "cond"))
    open_ends, kept = [], []
    for c in ordered:
        while open_ends and open_ends[-1] <= c.first:
            open_ends.pop()
        if open_ends and c.last > open_ends[-1]:
            continue
        open_ends.append(c.last)
        kept.append(c)
    return kept


def render(source, toks, first, last, changes):
    """Text of the tokens [first, last), with `changes` [(Change, number)], outer ones first."""
    out, at, i = [], first, 0
    while i < len(changes):
        c, number = changes[i]
        inner = []
        i += 1
        while i < len(changes) and changes[i][0].first < c.last:
            inner.append(changes[i])
            i += 1
        out.append(between(source, toks, at, c.first, True))
        texts = [render(source, toks, a, b, [x for x in inner
                                             if a <= x[0].first and x[0].last <= b])
                 for a, b in c.parts]
        out.append(c.render(number, *texts))
        at = c.last
        if at < last:
            out.append(source[toks[at - 1].end:toks[at].at])
    out.append(between(source, toks, at, last, False))
    return "".join(out)


def between(source, toks, first, last, gap):
    if first >= last:
        return ""
    return source[toks[first].at:toks[last].at if gap else toks[last - 1].end]


class Check:
    def __init__(self, number, function, file, what):
        self.number, self.function, self.file, self.what = number, function, file, what
        self.test = None  # the name of the one that tries it first

    @property
    def identity(self):
        return f"{self.function}\t{self.what}"

    @property
    def row(self):
        """Its first two columns in accepted.tsv. A comparison that is swapped (swaps.py) is a bound there."""
        return f"{self.function}\t{re.sub('^swap [<>]=? [<>]=?: ', 'bound: ', self.what)}"

    def is_sampled(self, percent):
        """True if the check is in a sample of this size. Only its own name and text decide, so a
        change of other code does not move it into the sample or out of it."""
        digest = hashlib.sha256(self.identity.encode()).digest()
        return int.from_bytes(digest[:8], "big") < percent / 100 * 2**64


def instrument(function, source, number, finder=Finder, wanted=lambda check: True):
    """(text of the body with every change in it that has a wanted check, [Check])"""
    found, numbered, seen = [], [], {}
    for c in proper(finder(function).changes.values()):
        new = []
        for way in c.ways:
            seen[way] = seen.get(way, 0) + 1
            what = way if seen[way] == 1 else f"{way} #{seen[way]}"
            new.append(Check(number + len(new), function.name, function.file, what))
        if any(map(wanted, new)):
            numbered.append((c, number))
            found += new
            number += len(new)
    text = render(source, function.tokens, function.body, function.end, numbered)
    lost = [c.what for c in found if not re.search(rf"\bmutant\w*\((\d+, )?{c.number}\b", text)]
    if lost:
        raise AssertionError(f"{function.file}: {function.name}: not in the text: {lost}")
    return text, found
