"""Texts that try to be more than text."""

import random

_PLAIN = (
    "=1+1",
    "=HYPERLINK(\"http://x.example\",\"open\")",
    "{=1+1}",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "＠SUM(1)",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</script><svg onload=alert(1)>",
    "<r><f>1+1</f></r>",
    '<r></r></is></c><c r="A9"><f>1+1</f><v>2</v></c><c r="B9" t="inlineStr"><is><r></r>',
    "&lt;b&gt; &#x3D;1",
    "../../etc/passwd",
    "/etc/shadow",
    "..\\..\\x",
    "CON",
    "nul.txt",
    "file:///etc/passwd",
    "internal:Sheet1!A1",
    "mailto:x@example.org",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "a\x00b",
    "\u202etxt.exe",
    "\u2066x\u2069",
    "\u200bhidden",
    "_x003D_1+1",
    "_x0041_",
    "a\u2028b",
    '";=1+1;"',
    "','=1+1",
    "🙂 emoji",
    "עברית",
    "e\u0301",
    "x" * 300,
    ".",
    "..",
    "a. ",
    "%s%n{0}",
    "a\ufffeb",
)  # fmt: skip


def payloads(count: int = 0) -> list[str]:
    """Plain ones, then random mixtures of them up to ``count``, each different after trimming."""
    dice = random.Random(7)
    found = {text.strip(): text for text in _PLAIN}
    while len(found) < count:
        text = "".join(dice.sample(_PLAIN[:37], dice.randint(2, 3)))
        found.setdefault(text.strip(), text)
    return list(found.values())
