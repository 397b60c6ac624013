# SPDX-License-Identifier: BSD-2-Clause
"""Mutants of a single token: the usual ones, most of which are no checks.

    swap     an operator is another one: < and <=, + and -, && and ||, == and !=, & and |, << and >>
    number   a number is one more, and 1 is 0; true is false
    not      a ! is left out
    gone     an assignment is left out

checks.py plants them as it does the checks.
"""

import re

import checks
import ctokens

SWAPS = {**checks.OFF_BY_ONE, "==": "!=", "!=": "==", "&&": "||", "||": "&&", "+": "-", "-": "+",
         "&": "|", "|": "&", "^": "&", "<<": ">>", ">>": "<<", "/": "%", "%": "/"}
STEPS = {"+=": "-=", "-=": "+=", "|=": "&=", "&=": "|=", "^=": "&=", "<<=": ">>=", ">>=": "<<=",
         "++": "--", "--": "++"}
UNARY = checks.PRECEDENCE["*"]
EDGES, AROUND = (";", "{", "}"), 8
KINDS = ("swap ", "number ", "not: ", "gone: ")
SIZED = re.compile("U?INT(8|16|32|64|MAX)_C$")  # the parentheses of such a macro may hold a number only


class Finder(checks.Finder):
    operators = SWAPS

    def stuck(self, first, last):
        pass

    def operator(self, i, text):
        strength = checks.PRECEDENCE[text]
        first, last = self.left(i, strength - 1), self.right(i + 1, strength)
        if first >= i or last <= i + 1 or self.pasted(i):
            return
        if text in checks.OFF_BY_ONE and self.smaller_one(first, i, last):
            return
        other, whole = SWAPS[text], ctokens.spelled(self.toks[first:last])
        self.add("swap", first, last, [f"swap {text} {other}: {whole}"], [(first, i), (i + 1, last)],
                 lambda n, a, b: f"(mutant({n}) ? ({a}) {other} ({b}) : ({a}) {text} ({b}))")

    def pasted(self, i):
        """Is it an operand of sizeof, which is not computed?"""
        while i > self.f.body:
            t = self.toks[i - 1]
            if t.text == "(" and self.toks[i - 2].text == "sizeof":
                return True
            i = t.mate if t.text in checks.CLOSERS and t.mate is not None else i - 1
        return False

    def other(self, i):
        t = self.toks[i]
        if t.text == "!":
            last = self.right(i + 1, UNARY)
            self.add("not", i, last, [f"not: {ctokens.spelled(self.toks[i:last])}"],
                     [(i + 1, last)], lambda n, e: f"(!({e}) ^ mutant({n}))")
        elif t.kind == "number" and self.toks[i - 2].kind == "word" and SIZED.match(self.toks[i - 2].text):
            self.number(i - 2, i + 2, t.text)
        elif t.kind == "number" or t.text in ("true", "false") or (
                t.kind == "string" and t.text[0] == "'"):
            self.number(i, i + 1, t.text)

    def number(self, first, last, text):
        before, behind = self.toks[first - 1], self.toks[last]
        nothing = text == "0" and before.text == "{" and behind.text == "}"  # { 0 }: all are zero
        # The size of an array, or the place of an initialiser: the compiler needs to know it.
        declared = before.text == "[" and (
            self.toks[first - 2].text in ("{", ",") or self.toks[first - 3].kind == "word" and
            self.toks[first - 3].text not in checks.STOPS)
        if nothing or declared or self.pasted(first):
            return
        change = {"true": "^", "1": "-"}.get(text.rstrip("uUlL"), "^" if text == "false" else "+")
        line = self.line(first)
        self.add("number", first, last, [f"number {text}: {line}"], [(first, last)],
                 lambda n, e: f"({e} {change} mutant({n}))")

    def line(self, i):
        """The tokens around, which tell this number from others."""
        first = last = i
        while self.toks[first - 1].text not in EDGES and i - first < AROUND:
            first -= 1
        while self.toks[last].text not in EDGES and last - i < AROUND:
            last += 1
        return ctokens.spelled(self.toks[first:last])

    def step(self, i, end, assign, text):
        old, new = self.toks[assign].text, STEPS.get(self.toks[assign].text)
        if new:
            self.add("step", i, end, [f"swap {old} {new}: {text}"], [(i, assign), (assign + 1, end)],
                     lambda n, a, b: f"(mutant({n}) ? (void)({a} {new} {b}) : (void)({a} {old} {b}))")

    def assignment(self, i, end, assign, text, _):
        self.leave_out("gone", i, end, text)
        self.step(i, end, assign, text)

    def call(self, i, end, text):
        pass
