"""Bytes as a tree of named fields, and every way to get one of them wrong: for conversations that are wrong in one place and
right in all others (see conversations.py). It knows no socket.

A mutation leaves lengths around it as they come out of what is there, so that what is wrong is what its name says; the
lengths themselves are fields too, and lie in their turn.
"""

import copy
import struct


class Number:
    """A number of 1, 2 or 4 bytes; `code` is struct's, with its byte order."""

    def __init__(self, name, code, value):
        self.name, self.code, self.value = name, code, value

    def encode(self):
        return struct.pack(self.code, self.value % (1 << self.bits))

    @property
    def bits(self):
        return 8 * struct.calcsize(self.code)

    def boundaries(self):
        top = 1 << self.bits
        around = {0, 1, 2, self.value - 1, self.value + 1, top // 2 - 1, top // 2, top - 2, top - 1}
        return sorted(it % top for it in around if it != self.value)

    def variants(self):
        for value in self.boundaries():
            yield f"{value:#x}", Number(self.name, self.code, value)


# What texts are read wrongly by: formats, ends of strings, paths, terminals.
NASTY = b"%n%s\0/../\\\x1b[2J\xff\n"


class Data:
    """Bytes that are one value: a UID, a title, an element's value."""

    def __init__(self, name, value):
        self.name, self.value = name, value

    def encode(self):
        return self.value

    def variants(self):
        values = {
            "empty": b"",
            "cut in half": self.value[: len(self.value) // 2],
            "a byte short": self.value[:-1],
            "a byte long": self.value + b"1",
            "twice as long": self.value * 2,
            "64 KiB long": self.value + b"1" * 65536,
            "zeros": bytes(len(self.value)),
            "all ones": b"\xff" * len(self.value),
            "spaces": b" " * len(self.value),
            "backwards": self.value[::-1],
            "nasty": (NASTY * (len(self.value) // len(NASTY) + 1))[: max(len(self.value), len(NASTY))],
        }
        for label, value in values.items():
            if value != self.value:
                yield label, Data(self.name, value)


class Sized:
    """Fields, the length of what follows them, and that: a PDU, an item, a PDV, an element."""

    def __init__(self, name, head, code, children):
        self.name, self.head, self.code, self.children = name, head, code, children
        # Instead of the true length.
        self.claimed = None

    @property
    def parts(self):
        return [self.head, self.children]

    def body(self):
        return b"".join(it.encode() for it in self.children)

    def encode(self):
        body = self.body()
        length = Number("length", self.code, len(body) if self.claimed is None else self.claimed)
        return b"".join(it.encode() for it in self.head) + length.encode() + body

    def variants(self):
        true = len(self.body())
        length = Number("length", self.code, true)
        for claimed in sorted({*length.boundaries(), true // 2, true * 2 % (1 << length.bits)} - {true}):
            liar = copy.deepcopy(self)
            liar.claimed = claimed
            yield f"length {claimed:#x} for {true:#x}", liar


class Fields:
    """Fields one behind the other, with no length of their own: a conversation."""

    def __init__(self, name, children):
        self.name, self.children = name, children

    @property
    def parts(self):
        return [self.children]

    def variants(self):
        return iter(())


def parts_of(node):
    """The lists of fields that it is made of."""
    return getattr(node, "parts", [])


def paths(node, path=()):
    """Every field below a node: the way to it, (part, index) by (part, index)."""
    for part, fields in enumerate(parts_of(node)):
        for index, field in enumerate(fields):
            here = (*path, (part, index))
            yield here
            yield from paths(field, here)


def at(node, path):
    for part, index in path:
        node = parts_of(node)[part][index]
    return node


def name_of(node, path):
    names = []
    for step in range(1, len(path) + 1):
        names.append(at(node, path[:step]).name)
    return " / ".join(names)


def with_instead(root, path, fields):
    """A copy with these fields in the place of one."""
    changed = copy.deepcopy(root)
    part, index = path[-1]
    parts_of(at(changed, path[:-1]))[part][index : index + 1] = copy.deepcopy(fields)
    return changed


def mutations(root):
    """(what is wrong, the tree with it) for each field below the root, and each wrong; in an order that never changes."""
    for path in paths(root):
        field, name = at(root, path), name_of(root, path)
        for label, variant in field.variants():
            yield f"{name}: {label}", with_instead(root, path, [variant])
        yield f"{name}: missing", with_instead(root, path, [])
        yield f"{name}: doubled", with_instead(root, path, [field, field])
        yield f"{name}: 300 times", with_instead(root, path, [field] * 300)
        part, index = path[-1]
        neighbours = parts_of(at(root, path[:-1]))[part]
        if index + 1 < len(neighbours):
            next_path = (*path[:-1], (part, index + 1))
            swapped = with_instead(with_instead(root, path, [neighbours[index + 1]]), next_path, [field])
            yield f"{name}: swapped with {neighbours[index + 1].name}", swapped


def boundaries(root):
    """Where fields end in the encoding of a tree, its own end left out: (offset, name of the field that ends there)."""
    found = {}

    def walk(node, begin, name):
        if not parts_of(node):
            found.setdefault(begin + len(node.encode()), name)
            return
        at_byte = begin
        for number, fields in enumerate(parts_of(node)):
            if number == 1:  # behind the length of a sized one
                at_byte += struct.calcsize(node.code)
                found.setdefault(at_byte, f"{name} / length")
            for field in fields:
                walk(field, at_byte, f"{name} / {field.name}")
                at_byte += len(field.encode())

    walk(root, 0, root.name)
    whole = sum(len(it.encode()) for it in root.children)
    return sorted((offset, name) for offset, name in found.items() if 0 < offset < whole)
