"""PDUs put together by hand, for what no library would send, and cut apart again (PS3.8 9.3)."""

import struct

from .probe import IMPLICIT, VERIFICATION

APPLICATION_CONTEXT = b"1.2.840.10008.3.1.1.1"


def item(kind, data):
    return struct.pack(">BxH", kind, len(data)) + data


def pdu(kind, body):
    return struct.pack(">BxI", kind, len(body)) + body


def associate(kind, called, calling, context, version_name, class_uid=b"1.2.3"):
    """An A-ASSOCIATE-RQ (1) or -AC (2) with one presentation context, whatever is in its texts."""
    user = item(0x51, struct.pack(">I", 16384)) + item(0x52, class_uid) + item(0x55, version_name)
    body = struct.pack(">Hxx16s16s32x", 1, called.ljust(16), calling.ljust(16))
    return pdu(kind, body + item(0x10, APPLICATION_CONTEXT) + context + item(0x50, user))


def proposed(abstract=VERIFICATION.encode(), transfer=IMPLICIT.encode()):
    return item(0x20, b"\x01\0\0\0" + item(0x30, abstract) + item(0x40, transfer))


def accepted(transfer=IMPLICIT.encode()):
    return item(0x21, b"\x01\0\0\0" + item(0x40, transfer))


def abort(source, reason):
    return pdu(7, bytes((0, 0, source, reason)))


def receive(connection):
    """The next whole PDU from a socket; b"" at its end."""
    head = exactly(connection, 6)
    return head and head + exactly(connection, struct.unpack(">xxI", head)[0])


def exactly(connection, length):
    data = b""
    while len(data) < length:
        more = connection.recv(length - len(data))
        if not more:
            return b""
        data += more
    return data


def cut(stream):
    """The types of the PDUs that a whole stream of bytes is made of."""
    kinds = []
    while stream:
        kind, length = struct.unpack_from(">BxI", stream)
        assert len(stream) >= 6 + length, f"a PDU of type {kind} that is cut off"
        kinds.append(kind)
        stream = stream[6 + length :]
    return kinds
