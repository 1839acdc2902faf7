"""Policies that nobody would write, and some that somebody did."""

import random
from pathlib import Path

from matcher.schema_view import policy_keys

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
VALUES = (
    *(
        "0",
        "-0.0",
        "1",
        "-1",
        "2",
        "0.5",
        "1e400",
        "-1e400",
        "nan",
        "-nan",
        "inf",
        "-inf",
        "5e-324",
        "1e999999999",
        "0.1",
    ),
    *(str(2**31), str(2**62), str(2**63 - 1), str(2**63), str(-(2**63)), str(10**30), "9" * 4_400, "0x" + "f" * 200),
    *("9" * 400 + ".5", "0." + "0" * 400 + "1", "1_000", "0o17", "true", "false", '""', '"x"', '"pairs"', '"rules"'),
    *('"pass"', '"fail"', "[]", "[1, 2]", "[6, 1]", "[1, 2, 3]", "[[]]", "{}", "{a = 1}", "2026-11-21", "9999-12-31"),
    *(
        "0001-01-01",
        "12:00:00",
        "2026-11-21T00:00:00Z",
        '"2026-11-21"',
        '"../../etc/passwd"',
        '"{0.__class__}"',
        '"%n%s"',
    ),
    *(
        '"\\u202e\\u001b[2J"',
        '"; DROP TABLE x"',
        '"(a+)+$"',
        '"=1+1"',
        '"a\\u0000b"',
        '"""' + "x" * 20_000 + '"""',
        "[" * 300,
    ),
    *(
        '[["ladder_step", "<=", 2]]',
        '[["nothing", "=", 1]]',
        '[["age", "in", [1, "a"]]]',
        '[["age", "<=", nan]]',
        '[["age"]]',
    ),
    *('{"a.b" = 1, "=1" = 2}', "[{}]", "[{min = 1}]", "[0.1, 1e400]", "24.9999999999999999999999999999999", "1e-30"),
)
SECTIONS = (
    '[[quota]]\nname = "a"\nmin = 1\n',
    '[[quota]]\nname = "a"\nmin = 5\nmax = 1\n',
    '[[quota]]\nname = "b"\nmin_share = 0.9\npairs = [["travel_km", "<=", 5]]\ncandidates = [["ladder_step", "<=", 2]]\n',
    '[[quota]]\nname = "c"\nmin = 9\nsoft = true\nweight = 1000000000\n',
    '[[budget]]\nname = "d"\nunit = "lks_eur_month"\nmax = 100.5\n',
    '[[budget]]\nname = "e"\nunit = "nothing"\nmax = 1\n',
    '[[distinct]]\ncolumn = "employer_id"\nmax = 1\n',
    "[durable_share]\nmin = 0.6\n",
    "[stability]\nmax_loss = 0.01\n",
    "[night]\nretry_days = 3\n",
    "[wage]\nhour = 1\n",
)
ALPHABET = "0123456789.=[]{}\"'#,\n\r\t _-+eE\\abcdefnrtuxTZ\0\ufeffé\U0001f600"


def _lines(rng: random.Random) -> list[str]:
    """A policy that says many of its defaults, as one dotted key a line, and some sections."""
    said = [f"{key} = {value}" for key, value, _ in policy_keys() if value and rng.random() < 0.3]
    return said + [line for section in rng.sample(SECTIONS, rng.randint(0, 3)) for line in section.splitlines()]


def _sound(rng: random.Random) -> str:
    return rng.choice(EXAMPLES).read_text(encoding="utf-8") if rng.random() < 0.3 else "\n".join(_lines(rng)) + "\n"


def other_values(rng: random.Random) -> bytes:
    """Keys of the policy with values they do not expect."""
    lines = _sound(rng).splitlines()
    at = [number for number, line in enumerate(lines) if "=" in line and not line.startswith("#")]
    for number in rng.sample(at, min(len(at), rng.randint(1, 3))):
        lines[number] = f"{lines[number].split('=')[0]}= {rng.choice(VALUES)}"
    if not at or rng.random() < 0.5:
        key = rng.choice(policy_keys())[0]
        lines.insert(0, f"{key} = {rng.choice(VALUES)}")
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def other_keys(rng: random.Random) -> bytes:
    """Keys that are not known, known ones elsewhere, twice, cut, quoted or nested in each other."""
    lines = _sound(rng).splitlines() or ["a = 1"]
    at = rng.randrange(len(lines))
    key, _, value = lines[at].partition("=")
    twist = (
        f"{key.strip()}x = {value}",
        f'"{key.strip()}" = {value}',
        f"{key} = {value}\n{lines[at]}",
        f"[{key.strip()}]",
        f"[[{key.strip()}]]",
        f'"\\u001b[2J\\u202e" = {value or 1}',
        ".".join(["a"] * rng.choice((3, 500, 5_000))) + " = 1",
        f"{key.strip()}.{key.strip()} = {value or 1}",
        f"rules = {value or 1}",
        "[quota]\nname = 'a'",
        '"" = 1',
        "x" * 60_000 + " = 1",
    )
    lines[at] = rng.choice(twist)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def damaged(rng: random.Random) -> bytes:
    """Bytes of a sound policy with some others among them."""
    data = _sound(rng).encode()
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(data) + 1)
        piece = rng.choice(
            (rng.randbytes(rng.randint(1, 8)), "".join(rng.choices(ALPHABET, k=5)).encode(), data[at : at + 40])
        )
        data = data[:at] + piece + data[at + rng.choice((0, 0, 1, 5, 40)) :]
    return data[: rng.randrange(len(data) + 1)] if rng.random() < 0.1 else data


def shaped(rng: random.Random) -> bytes:
    """Other encodings, marks at the start, line ends, depths and lengths."""
    text = _sound(rng)
    depth = rng.choice((50, 500, 5_000, 50_000))
    return rng.choice(
        (
            b"\xef\xbb\xbf" + text.encode(),
            b"\xef\xbb\xbf\xef\xbb\xbf" + text.encode(),
            text.encode("utf-16"),
            text.replace("\n", "\r\n").encode(),
            text.replace("\n", "\r").encode(),
            b"\xff" + text.encode(),
            rng.randbytes(rng.randint(0, 400)),
            b"a = " + b"[" * depth,
            b"a = " + b"[" * depth + b"]" * depth,
            b"a = " + b"{a = " * depth + b"1" + b"}" * depth,
            b"[" + b".".join([b"a"] * depth) + b"]",
            b"[[" + b"].[".join([b"a"] * depth) + b"]]",
            b"[[quota]]\nname = 'a'\nmin = 1\n" * (depth // 10),
            b"# " + b"x" * 999_000,
            b"a = '''" + b"x" * 999_000 + b"'''",
            b"a = " + b"9" * 900_000,
            b"a = 0." + b"9" * 900_000,
            b"\n" * 999_999,
        )
    )


def far_too_long(rng: random.Random) -> bytes:
    """Fifty megabytes."""
    return rng.choice((b"# far too long\n", b"a = [\n", b"\0")) * rng.choice((100_000, 3_500_000))


TWISTS = (*(other_values,) * 8, *(other_keys,) * 4, *(damaged,) * 5, *(shaped,) * 3)
