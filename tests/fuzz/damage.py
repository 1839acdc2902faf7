"""Ways to damage the bytes of a sound Parquet file, and to make it lie about itself."""

import random
from typing import Any

from tests.fuzz.thrift import BINARY, BYTE, I16, I32, I64, LIST, STRUCT, Items, Reader, Struct, written

ODD_NUMBERS = (
    *(0, 1, -1, 2, 3, 7, 8, 31, 32, 63, 64, 100, 127, 128, 255, 256, 1000, 32_767, 65_535, 10**6, 10**8, 10**9),
    *(2**31 - 1, -(2**31), 2**31, 2**32, 10**12, 2**62, 2**63 - 1, -(2**63)),
)


def flipped(data: bytes, rng: random.Random) -> bytes:
    """One to four bits, anywhere."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def flipped_inside(data: bytes, rng: random.Random) -> bytes:
    """One to four bits between the marks at both ends: the damage that a first look misses."""
    return data[:4] + flipped(data[4:-8], rng) + data[-8:]


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def cut_and_closed(data: bytes, rng: random.Random) -> bytes:
    """A piece missing from the middle, with both ends as they were."""
    first, last = sorted((rng.randrange(4, len(data) - 8), rng.randrange(4, len(data) - 8)))
    return data[:first] + data[last:]


def zeroed(data: bytes, rng: random.Random) -> bytes:
    first = rng.randrange(len(data))
    size = min(rng.choice((1, 8, 64, 512, 4096)), len(data) - first)
    return data[:first] + bytes(size) + data[first + size :]


def _ends(data: bytes) -> int:
    """Where the footer begins."""
    return len(data) - 8 - int.from_bytes(data[-8:-4], "little")


def footer_bytes(data: bytes, rng: random.Random) -> bytes:
    """Other bytes in the footer or in its length."""
    out, first = bytearray(data), _ends(data)
    for _ in range(rng.randint(1, 5)):
        out[rng.randrange(first, len(out) - 4)] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))
    return bytes(out)


def with_footer(data: bytes, footer: Struct) -> bytes:
    """The same pages under another footer."""
    tail = written(footer)
    return data[: _ends(data)] + tail + len(tail).to_bytes(4, "little") + b"PAR1"


def footer_of(data: bytes) -> Struct:
    return Reader(data, _ends(data)).struct()


def _places(value: Any, found: list[tuple[Any, int, int]]) -> list[tuple[Any, int, int]]:
    """Every value in a tree: its holder, its place there and its type."""
    if isinstance(value, Struct):
        for number, (kind, one) in value.fields.items():
            found.append((value, number, kind))
            _places(one, found)
    elif isinstance(value, Items):
        for at, one in enumerate(value.items):
            found.append((value, at, value.kind))
            _places(one, found)
    return found


def _changed(tree: Struct, rng: random.Random) -> None:
    holder, at, kind = rng.choice(_places(tree, []))
    old = holder[at] if isinstance(holder, Struct) else holder.items[at]
    new: Any = None
    if kind in (I16, I32, I64, BYTE):
        new = rng.choice((*ODD_NUMBERS, old + 1, old - 1, -old, old * 1000))
        new = max(-(2**63), min(2**63 - 1, new))
    elif kind == BINARY:
        new = rng.choice((b"", b"\xff\xfe", old + b"x", old[:-1], b"../x", b"a\0b", b"list", b"element", old * 3))
    elif kind == LIST and isinstance(old, Items):
        some = list(old.items)
        new = Items(old.kind, rng.choice(([], some[:-1], some + some[-1:], some[::-1], some[:1])))
    elif kind == STRUCT and isinstance(holder, Struct) and rng.random() < 0.5:
        del holder.fields[at]
        return
    else:
        return
    if isinstance(holder, Struct):
        holder.put(at, new)
    else:
        holder.items[at] = new


def forged_footer(data: bytes, rng: random.Random) -> bytes:
    """A footer that is well written and says something else: counts, types, offsets, sizes, names, encodings."""
    footer = footer_of(data)
    for _ in range(rng.randint(1, 3)):
        _changed(footer, rng)
    return with_footer(data, footer)


def forged_rows(data: bytes, rng: random.Random) -> bytes:
    """Another number of rows, in the file, a row group or a column of it; all of them where they are to agree."""
    footer, rows = footer_of(data), rng.choice(ODD_NUMBERS)
    group = rng.choice(footer[4].items)
    many = [(footer, 3), (group, 3), *((column[3], 5) for column in group[1].items)]
    for holder, at in many if rng.random() < 0.5 else rng.sample(many, 2):
        holder.put(at, rows)
    return with_footer(data, footer)


def _shift(footer: Struct, after: int, more: int, column: Struct) -> None:
    """Move every offset behind a place, and the size of the column in which it lies."""
    for group in footer[4].items:
        for one in group[1].items:
            meta = one[3]
            for holder, at in ((meta, 9), (meta, 11), (one, 2), (group, 5)):
                if at in holder.fields and holder[at] > after:
                    holder.put(at, holder[at] + more)
    column[3].put(7, column[3][7] + more)


def with_page_header(data: bytes, at: int, header: Struct, column: Struct, footer: Struct) -> bytes:
    """The same file with another header on the page at a place."""
    reader = Reader(data, at)
    reader.struct()
    new = written(header)
    _shift(footer, at, len(new) - (reader.at - at), column)
    first = _ends(data)
    tail = written(footer)
    return data[:at] + new + data[reader.at : first] + tail + len(tail).to_bytes(4, "little") + b"PAR1"


def forged_page(data: bytes, rng: random.Random) -> bytes:
    """A page header that is well written and says something else: sizes, counts, encodings."""
    footer = footer_of(data)
    column = rng.choice(rng.choice(footer[4].items)[1].items)
    meta = column[3]
    at = meta[rng.choice([number for number in (9, 11) if number in meta.fields])]
    header = Reader(data, at).struct()
    for _ in range(rng.randint(1, 2)):
        _changed(header, rng)
    return with_page_header(data, at, header, column, footer)


def spliced(data: bytes, rng: random.Random) -> bytes:
    """A piece of the file written over another piece of it."""
    first, second, size = rng.randrange(len(data)), rng.randrange(len(data)), rng.randint(1, 200)
    return data[:first] + data[second : second + size] + data[first + size :]


DAMAGES = (
    *(flipped, flipped_inside, flipped_inside, cut, cut_and_closed, zeroed, footer_bytes, footer_bytes),
    *(forged_footer, forged_footer, forged_rows, forged_page, forged_page, spliced),
)
