"""Writes compound files ([MS-CFB]): the container of old Office documents, Ichitaro, MSI and protected packages."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NONE = 0xFFFFFFFF
CUTOFF = 4096  # shorter streams would lie elsewhere: all are padded beyond


@dataclass
class _Node:
    name: str
    content: bytes | None = None
    parts: dict[str, _Node] = field(default_factory=dict)
    number: int = 0
    start: int = END
    right: int = NONE


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with those streams; a slash in a name parts storages."""
    root = _Node("Root Entry")
    for path, content in streams.items():
        node = root
        for name in path.split("/"):
            node = node.parts.setdefault(name, _Node(name))
        node.content = content.ljust(CUTOFF, b"\0")
    nodes: list[_Node] = []
    _number(root, nodes)
    chains: list[int] = []
    body = b""
    for node in nodes:
        if node.content is not None:
            node.start = len(chains)
            body += _padded(node.content)
            _chain(chains, -(-len(node.content) // SECTOR))
    directory = b"".join(_entry(node) for node in nodes)
    directory_start = len(chains)
    body += _padded(directory)
    _chain(chains, -(-len(directory) // SECTOR))
    tables = 1
    while (len(chains) + tables) * 4 > tables * SECTOR:
        tables += 1
    table_start = len(chains)
    table = struct.pack(f"<{len(chains)}I", *chains) + struct.pack("<I", FAT) * tables
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, tables, directory_start, 0, CUTOFF, END, 0, END, 0)
    head += struct.pack(f"<{tables}I", *range(table_start, table_start + tables)).ljust(109 * 4, b"\xff")
    return head + body + table.ljust(tables * SECTOR, b"\xff")


def _number(node: _Node, nodes: list[_Node]) -> None:
    node.number = len(nodes)
    nodes.append(node)
    parts = list(node.parts.values())
    for part in parts:
        _number(part, nodes)
    for one, following in zip(parts, parts[1:], strict=False):
        one.right = following.number  # brothers hang to the right of each other, which readers take as they come


def _chain(chains: list[int], length: int) -> None:
    first = len(chains)
    chains += [*range(first + 1, first + length), END]


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % SECTOR)


def _entry(node: _Node) -> bytes:
    name = node.name.encode("utf-16-le") + b"\0\0"
    sort = 2 if node.content is not None else 5 if node.number == 0 else 1
    child = min((part.number for part in node.parts.values()), default=NONE)
    size = len(node.content) if node.content is not None else 0
    start = node.start if node.content is not None else (END if node.number == 0 else 0)
    head = name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name), sort, 1, NONE, node.right, child)
    return head + bytes(16) + bytes(4) + bytes(16) + struct.pack("<IQ", start, size)
