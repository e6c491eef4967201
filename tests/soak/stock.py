"""What is sent in a soak: objects made after templates, each with an instance UID of its own, and the record of what was
sent and what was acknowledged. It knows no socket and no process.

A template is the data set of a real file, or of one made here, cut where its SOP Instance UID stands: what was sent under
a UID can be told from the UID alone, so that nothing of it need be kept.
"""

import struct
import subprocess
import tempfile
import threading
from pathlib import Path

from support import dcmtk
from support.objects import BIG_ENDIAN, IMPLICIT, PIXELS, bundled, data_of, element, plain, seldom, write
from support.probe import CT_IMAGE, EXPLICIT

# A root of UIDs for soaks, below that of the tests.
ROOT = "1.2.826.0.1.3680043.10.1.4"

# Lengths of pixels that lie about something: a PDU of 16 KiB and of 128 KiB, the size past which a data set goes to a
# file, and some megabytes.
SIZES = (0, 2, 1000, 16370, 16384, 131060, 131072, 300_000, (1 << 20) - 400, 1 << 20, 2_500_000, 5_000_000)

# Above it an object is sent one time in ten.
LARGE = 200_000


class Template:
    """A data set but for its SOP Instance UID."""

    def __init__(self, name, sop_class, transfer_syntax, data, instance):
        self.name = name
        self.sop_class = sop_class
        self.transfer_syntax = transfer_syntax
        self._order = ">" if transfer_syntax == BIG_ENDIAN else "<"
        self._vr = b"" if transfer_syntax == IMPLICIT else b"UI"
        value = encoded_uid(instance)
        found = self._element(value)
        at = data.find(found)
        if at < 0:
            raise ValueError(f"{name} has no SOP Instance UID where one can be put")
        self._before, self._after = data[:at], data[at + len(found) :]

    def _element(self, value):
        tag = struct.pack(self._order + "HH", 0x0008, 0x0018)
        return tag + self._vr + struct.pack(self._order + ("H" if self._vr else "I"), len(value)) + value

    def data(self, instance):
        """The data set under this UID, byte for byte."""
        return self._before + self._element(encoded_uid(instance)) + self._after

    @property
    def length(self):
        return len(self._before) + len(self._after)


def encoded_uid(uid):
    value = uid.encode()
    return value + bytes(len(value) % 2)


def templates(directory):
    """Every bundled file of pydicom's that can carry another UID, what seldom occurs, and files of many sizes."""
    made = []
    for it in bundled() + seldom(directory):
        try:
            made.append(Template(it.path.name, it.sop_class, it.transfer_syntax, it.data, it.instance))
        except ValueError:
            continue  # a deflated one, or one whose meta header has another UID
    for size in SIZES:
        # No two parts of it are alike.
        pixels = b"".join(struct.pack("<I", number * 2654435761 % (1 << 32)) for number in range(size // 4 + 1))[:size]
        data = plain(ROOT, [(PIXELS, element(PIXELS, b"OW", pixels))])
        made.append(Template(f"made of {size}", CT_IMAGE, EXPLICIT, data, ROOT))
    return made


def as_dcmtk_sends_them(every):
    """Those of them whose bytes DCMTK leaves as they are; it writes a data set anew before it sends it."""
    candidates = {f"{ROOT}.0.{number}": it for number, it in enumerate(every) if it.transfer_syntax == EXPLICIT}
    with tempfile.TemporaryDirectory() as name:
        out, kept = Path(name, "out"), Path(name, "kept")
        out.mkdir()
        kept.mkdir()
        for instance, it in candidates.items():
            write(out / instance, it.data(instance), it.transfer_syntax, instance, it.sop_class)
        server = dcmtk.Server("storescp", "+B", "-pm", "-od", kept)
        try:
            subprocess.run(["storescu", "-nh", "+sd", "127.0.0.1", str(server.port), out], capture_output=True, timeout=60)
        finally:
            server.end()
        arrived = {data_of(it) for it in kept.iterdir()}
    return [it for instance, it in candidates.items() if it.data(instance) in arrived]


class Ledger:
    """What was sent under which UID, and what of it was acknowledged. Any thread."""

    def __init__(self, seed):
        self._root = f"{ROOT}.{seed}"
        self._lock = threading.Lock()
        self._count = 0
        self._sent = {}
        self._acknowledged = set()

    def enter(self, template):
        """A UID under which this is about to be sent."""
        with self._lock:
            self._count += 1
            instance = f"{self._root}.{self._count}"
            self._sent[instance] = template
            return instance

    def acknowledge(self, instances):
        with self._lock:
            self._acknowledged.update(instances)

    def audit(self, directory, extension=".dcm"):
        """Holds a receiver's directory against the record, and begins anew with an empty one of both.

        Gives how many were acknowledged, their bytes, what is wrong, and the names of files that have no name yet.
        """
        with self._lock:
            sent, acknowledged = self._sent, self._acknowledged
            self._sent, self._acknowledged = {}, set()
        wrong, unnamed, there, total = [], [], set(), 0
        for path in directory.iterdir():
            instance = path.name.removesuffix(extension)
            if path.name.startswith(".ldicomnet-") and path.name.endswith(".part"):
                unnamed.append(path.name)
            elif instance not in sent:
                wrong.append(f"{path.name}: nobody has sent such an object")
            else:
                data = sent[instance].data(instance)
                if data_of(path) != data:
                    wrong.append(f"{path.name}: not what was sent ({sent[instance].name}, {len(data)} bytes)")
                there.add(instance)
                total += len(data) if instance in acknowledged else 0
            path.unlink()
        for instance in sorted(acknowledged - there):
            wrong.append(f"{instance}: acknowledged, and not there ({sent[instance].name})")
        return len(acknowledged), total, wrong, unnamed
