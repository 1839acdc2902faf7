"""Just enough of Thrift's compact protocol to read footer and page headers of a Parquet file, change them, and write them again."""

from dataclasses import dataclass, field
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)


@dataclass
class Struct:
    """Fields by number, each with its type."""

    fields: dict[int, tuple[int, Any]] = field(default_factory=dict)

    def __getitem__(self, number: int) -> Any:
        return self.fields[number][1]

    def put(self, number: int, value: Any) -> None:
        self.fields[number] = (self.fields[number][0], value)


@dataclass
class Items:
    """A list with the type of its items."""

    kind: int
    items: list[Any]


class Reader:
    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def zigzag(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def bytes(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]

    def value(self, kind: int) -> Any:
        match kind:
            case 1 | 2:
                return self.byte() == 1
            case 3:
                return self.byte()
            case 4 | 5 | 6:
                return self.zigzag()
            case 7:
                return self.bytes(8)
            case 8:
                return self.bytes(self.varint())
            case 9 | 10:
                head = self.byte()
                size = self.varint() if head >> 4 == 15 else head >> 4
                return Items(head & 15, [self.value(head & 15) for _ in range(size)])
            case 12:
                return self.struct()
        raise ValueError(f"type {kind} is not used in Parquet")

    def struct(self) -> Struct:
        found, number = Struct(), 0
        while head := self.byte():
            number = number + (head >> 4) if head >> 4 else self.zigzag()
            kind = head & 15
            found.fields[number] = (kind, kind == TRUE if kind in (TRUE, FALSE) else self.value(kind))
        return found


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def zigzag(value: int) -> bytes:
    return varint(((value << 1) ^ (value >> 63)) & (2**64 - 1))


def written(value: Any, kind: int = STRUCT) -> bytes:
    """Return a value in the compact protocol."""
    match kind:
        case 1 | 2:
            return bytes([1 if value else 2])
        case 3:
            return bytes([value & 255])
        case 4 | 5 | 6:
            return zigzag(value)
        case 7:
            return bytes(value)
        case 8:
            return varint(len(value)) + value
        case 9 | 10:
            size = len(value.items)
            head = bytes([size << 4 | value.kind]) if size < 15 else bytes([0xF0 | value.kind]) + varint(size)
            return head + b"".join(written(one, value.kind) for one in value.items)
    out, before = bytearray(), 0
    for number, (kind_of, one) in sorted(value.fields.items()):
        code = (TRUE if one else FALSE) if kind_of in (TRUE, FALSE) else kind_of
        step = number - before
        out += bytes([step << 4 | code]) if 0 < step < 16 else bytes([code]) + zigzag(number)
        out += b"" if kind_of in (TRUE, FALSE) else written(one, kind_of)
        before = number
    return bytes(out) + b"\0"
