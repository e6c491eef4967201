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


COMMAND, LAST = 1, 2


def data_tf(control, data, context=1):
    """A P-DATA-TF with one PDV (PS3.8 9.3.5); control is of COMMAND and LAST."""
    return pdu(4, struct.pack(">IBB", len(data) + 2, context, control) + data)


def command_set(*elements):
    """A command set (PS3.7 6.3) of (element, value) pairs, with its group length."""
    body = b"".join(struct.pack("<HHI", 0, number, len(value)) + value for number, value in elements)
    return struct.pack("<HHII", 0, 0, 4, len(body)) + body


def store_rq(sop_class, instance, message=1, data_set_type=0):
    """A C-STORE-RQ, whatever is in its texts."""
    return command_set(
        (0x0002, even(sop_class)),
        (0x0100, struct.pack("<H", 1)),
        (0x0110, struct.pack("<H", message)),
        (0x0700, bytes(2)),
        (0x0800, struct.pack("<H", data_set_type)),
        (0x1000, even(instance)),
    )


def store_rsp(message, status=0):
    return command_set(
        (0x0100, struct.pack("<H", 0x8001)),
        (0x0120, struct.pack("<H", message)),
        (0x0800, struct.pack("<H", 0x0101)),
        (0x0900, struct.pack("<H", status)),
    )


def even(value):
    value = value.encode()
    return value + bytes(len(value) % 2)


def status_of(response):
    """The status in a P-DATA-TF with a whole command set."""
    at = response.index(struct.pack("<HHI", 0, 0x0900, 2))
    return struct.unpack_from("<H", response, at + 8)[0]


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
