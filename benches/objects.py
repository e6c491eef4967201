"""The objects of the comparisons of stores: files of PS3.10 of an exact size, CT images in explicit VR little endian.

They are made anew for each run and end with it. Nothing here knows who sends them.
"""

import contextlib
import dataclasses
import os
import shutil
import struct
from pathlib import Path

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
ROOT_UID = "2.25.195118527385214"

# VRs whose length has four bytes, after two that are reserved (PS3.5 7.1.2).
LONG = (b"OB", b"OW")

# Of the pixel data: what is written at once.
PIECE = bytes(range(256)) * 4096


@dataclasses.dataclass(frozen=True)
class Objects:
    """`count` files of `size` bytes each in `folder`."""

    name: str
    folder: Path
    count: int
    size: int

    @property
    def bytes(self):
        return self.count * self.size

    def any(self):
        return min(self.folder.iterdir())


def element(group, number, vr, value):
    """One element, explicit VR little endian; text is padded to an even length (PS3.5 6.2)."""
    if isinstance(value, str):
        value = value.encode()
        if len(value) % 2:
            value += b"\0" if vr == b"UI" else b" "
    return head(group, number, vr, len(value)) + value


def head(group, number, vr, length):
    if vr in LONG:
        return struct.pack("<HH2sHI", group, number, vr, 0, length)
    return struct.pack("<HH2sH", group, number, vr, length)


def meta_header(instance):
    """Preamble and file meta information (PS3.10 7.1)."""
    rest = element(2, 0x0001, b"OB", b"\0\1")
    rest += element(2, 0x0002, b"UI", CT_IMAGE_STORAGE)
    rest += element(2, 0x0003, b"UI", instance)
    rest += element(2, 0x0010, b"UI", EXPLICIT_VR_LITTLE_ENDIAN)
    rest += element(2, 0x0012, b"UI", ROOT_UID)
    return bytes(128) + b"DICM" + element(2, 0x0000, b"UL", struct.pack("<I", len(rest))) + rest


def before_pixels(instance, rows, columns):
    """The data set up to the pixel data."""

    def us(value):
        return struct.pack("<H", value)

    return b"".join(
        (
            element(0x0008, 0x0016, b"UI", CT_IMAGE_STORAGE),
            element(0x0008, 0x0018, b"UI", instance),
            element(0x0008, 0x0020, b"DA", "20240229"),
            element(0x0008, 0x0030, b"TM", "120000"),
            element(0x0008, 0x0060, b"CS", "CT"),
            element(0x0010, 0x0010, b"PN", "Bench^Mark"),
            element(0x0010, 0x0020, b"LO", "BENCH"),
            element(0x0020, 0x000D, b"UI", f"{ROOT_UID}.1"),
            element(0x0020, 0x000E, b"UI", f"{ROOT_UID}.2"),
            element(0x0020, 0x0013, b"IS", "1"),
            element(0x0028, 0x0002, b"US", us(1)),
            element(0x0028, 0x0004, b"CS", "MONOCHROME2"),
            element(0x0028, 0x0010, b"US", us(rows)),
            element(0x0028, 0x0011, b"US", us(columns)),
            element(0x0028, 0x0100, b"US", us(16)),
            element(0x0028, 0x0101, b"US", us(16)),
            element(0x0028, 0x0102, b"US", us(15)),
            element(0x0028, 0x0103, b"US", us(0)),
        )
    )


def write(path, instance, size):
    """One file of exactly `size` bytes: as many whole rows as there is room for, and padding (PS3.10 7.2) behind them."""
    columns = 64 if size < 1 << 16 else 512 if size < 1 << 24 else 16384
    fixed = len(meta_header(instance)) + len(before_pixels(instance, 1, 1)) + 2 * len(head(0, 0, b"OW", 0))
    rows = (size - fixed) // (2 * columns)
    pixels = rows * columns * 2
    padding = size - fixed - pixels
    with open(path, "wb") as file:
        file.write(meta_header(instance) + before_pixels(instance, rows, columns))
        file.write(head(0x7FE0, 0x0010, b"OW", pixels))
        for start in range(0, pixels, len(PIECE)):
            file.write(PIECE[: pixels - start])
        file.write(head(0xFFFC, 0xFFFC, b"OB", padding) + bytes(padding))
        # On the disk before anything is measured, so that its writing is no part of it.
        file.flush()
        os.fsync(file.fileno())


def make(folder, name, count, size):
    folder.mkdir(parents=True)
    for index in range(count):
        # The bare requestor counts with the last six digits.
        write(folder / f"{index:06}.dcm", f"{ROOT_UID}.{size}.{1_000_000 + index}", size)
    return Objects(name, folder, count, size)


@contextlib.contextmanager
def folder(where, name):
    """An empty directory of this run."""
    path = where / f"{name}-{os.getpid()}"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def some(of, count):
    """The first so many of the objects, as links in a folder of their own beside the others."""
    with folder(of.folder.parent, "some") as path:
        for file in sorted(of.folder.iterdir())[:count]:
            os.link(file, path / file.name)
        yield dataclasses.replace(of, folder=path, count=count)
