"""Objects to store: pydicom's bundled files, and files made by hand of what seldom occurs; and what is in a stored one.

Stored objects are compared by the bytes of their data sets: a receiver writes a meta header of its own.
"""

import struct
import warnings
from pathlib import Path

import pydicom.data
from pydicom import dcmread

from .probe import CT_IMAGE, EXPLICIT, IMPLICIT

BIG_ENDIAN = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
RLE = "1.2.840.10008.1.2.5"
DICOMDIR = "1.2.840.10008.1.3.10"
UNCOMPRESSED = (IMPLICIT, EXPLICIT, BIG_ENDIAN)

# Explicit VRs whose length has four bytes (PS3.5 7.1.2), as far as they are used here.
LONG_VRS = (b"OB", b"OW", b"SQ", b"UN", b"UT")

# A root of UIDs for tests, of which each file here takes one.
ROOT = "1.2.826.0.1.3680043.10.1.3"


def data_of(path):
    """The bytes of a file behind its meta header (PS3.10 7.1); all of them where it has none."""
    content = Path(path).read_bytes()
    if content[128:132] != b"DICM":
        return content
    at = 132
    # Its group length may be wrong, or absent: the elements themselves say where it ends.
    while content[at : at + 2] == b"\2\0":
        head, size = (12, "<I") if content[at + 4 : at + 6] in LONG_VRS else (8, "<H")
        at += head + struct.unpack_from(size, content, at + head - struct.calcsize(size))[0]
    return content[at:]


def syntax_of(path):
    return str(dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID)


class Meta:
    """What a meta header says, of a file made here."""

    def __init__(self, instance, transfer_syntax=EXPLICIT, sop_class=CT_IMAGE):
        self.MediaStorageSOPClassUID = sop_class
        self.MediaStorageSOPInstanceUID = instance
        self.TransferSyntaxUID = transfer_syntax


class Object:
    """A file that can be stored, with the UIDs that its meta header has."""

    def __init__(self, path, meta):
        self.path = path
        self.sop_class = str(meta.MediaStorageSOPClassUID)
        self.instance = str(meta.MediaStorageSOPInstanceUID)
        self.transfer_syntax = str(meta.TransferSyntaxUID)

    @property
    def data(self):
        return data_of(self.path)

    def __repr__(self):
        return self.path.name


def objects_in(directory):
    """Every file below a directory that has a meta header with all three UIDs, and is no DICOMDIR, by name."""
    found = []
    for path in sorted(directory.rglob("*")):
        if not path.is_file() or path.read_bytes()[128:132] != b"DICM":
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            meta = dcmread(path, stop_before_pixels=True, specific_tags=[0x00080016]).file_meta
        uids = [meta.get(it) for it in ("MediaStorageSOPClassUID", "MediaStorageSOPInstanceUID", "TransferSyntaxUID")]
        if all(uids) and uids[0] != DICOMDIR:
            found.append(Object(path, meta))
    return found


def bundled():
    return objects_in(Path(pydicom.data.__file__).parent)


# ---- Made by hand ---------------------------------------------------------------------------------

UNDEFINED = 0xFFFFFFFF
PIXELS = 0x7FE00010
SEQUENCE = 0x00081140


def element(tag, vr, value, length=None, explicit=True):
    """One element in little endian; `length` for one that is not that of its value."""
    length = len(value) if length is None else length
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    if not explicit:
        return head + struct.pack("<I", length) + value
    if vr in LONG_VRS:
        return head + vr + struct.pack("<xxI", length) + value
    return head + vr + struct.pack("<H", length) + value


def item(value, length=None):
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(value) if length is None else length) + value


ITEM_END = struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
SEQUENCE_END = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)


def text(value, pad=b"\0"):
    value = value.encode()
    return value + pad * (len(value) % 2)


def nested(depth, explicit, undefined):
    """A sequence in a sequence in a sequence."""
    value = element(0x00080104, b"LO", b"deep", explicit=explicit)
    for _ in range(depth):
        if undefined:
            inside = item(value, UNDEFINED) + ITEM_END + SEQUENCE_END
            value = element(SEQUENCE, b"SQ", inside, UNDEFINED, explicit)
        else:
            value = element(SEQUENCE, b"SQ", item(value), explicit=explicit)
    return value


def write(path, data, transfer_syntax=EXPLICIT, instance=ROOT + ".1", sop_class=CT_IMAGE):
    """A file of PS3.10 around a data set."""
    meta = (
        element(0x00020001, b"OB", b"\0\1")
        + element(0x00020002, b"UI", text(sop_class))
        + element(0x00020003, b"UI", text(instance))
        + element(0x00020010, b"UI", text(transfer_syntax))
        + element(0x00020012, b"UI", text(ROOT))
    )
    length = element(0x00020000, b"UL", struct.pack("<I", len(meta)))
    path.write_bytes(bytes(128) + b"DICM" + length + meta + data)
    return path


def plain(instance, more=(), explicit=True, sop_class=CT_IMAGE):
    """A small data set with further elements: (tag, bytes) each."""
    own = [
        (0x00080016, element(0x00080016, b"UI", text(sop_class), explicit=explicit)),
        (0x00080018, element(0x00080018, b"UI", text(instance), explicit=explicit)),
        (0x00100010, element(0x00100010, b"PN", text("Store^Test", b" "), explicit=explicit)),
    ]
    return b"".join(encoded for _, encoded in sorted([*own, *more]))


def small(directory, count, length=1000):
    """Writes so many small files, each different; gives them as objects."""
    objects = []
    for number in range(count):
        instance = f"{ROOT}.3.{number}"
        pixels = element(PIXELS, b"OW", struct.pack("<I", number) * (length // 4))
        path = write(directory / f"{number:05}.dcm", plain(instance, [(PIXELS, pixels)]), instance=instance)
        objects.append(Object(path, Meta(instance)))
    return objects


def seldom(directory):
    """Writes files of what seldom occurs; gives them as objects."""
    encapsulated = item(b"") + item(b"\xff\xd8\xff\xd9") + item(b"") + SEQUENCE_END
    inside = element(0x00080104, b"LO", b"deep")
    open_ended = item(inside, UNDEFINED) + ITEM_END + SEQUENCE_END
    made = {
        "no_pixels": [(PIXELS, element(PIXELS, b"OW", b""))],
        "odd_pixels": [(PIXELS, element(PIXELS, b"OB", b"\1\2\3"))],
        "odd_text": [(0x00104000, element(0x00104000, b"LT", b"odd")), (PIXELS, element(PIXELS, b"OW", bytes(4)))],
        "undefined": [(SEQUENCE, element(SEQUENCE, b"SQ", open_ended, UNDEFINED))],
        "empty_sequence": [(SEQUENCE, element(SEQUENCE, b"SQ", SEQUENCE_END, UNDEFINED))],
        "unknown": [(0x00091010, element(0x00091010, b"UN", element(SEQUENCE, b"SQ", item(inside))))],
        "unknown_undefined": [(0x00091010, element(0x00091010, b"UN", item(b"") + SEQUENCE_END, UNDEFINED))],
        "fragments": [(PIXELS, element(PIXELS, b"OB", encapsulated, UNDEFINED))],
        "nested_explicit": [(SEQUENCE, nested(64, True, True))],
        "nested_defined": [(SEQUENCE, nested(64, True, False))],
        "nested_implicit": [(SEQUENCE, nested(64, False, True))],
        "padded_at_the_end": [(0xFFFCFFFC, element(0xFFFCFFFC, b"OB", bytes(50)))],
    }
    syntaxes = {"fragments": JPEG_BASELINE, "nested_implicit": IMPLICIT}
    objects = []
    for number, (name, more) in enumerate(made.items()):
        instance, syntax = f"{ROOT}.2.{number}", syntaxes.get(name, EXPLICIT)
        data = plain(instance, more, syntax != IMPLICIT)
        objects.append(Object(write(directory / f"{name}.dcm", data, syntax, instance), Meta(instance, syntax)))
    return objects
