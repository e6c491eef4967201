"""Conversations in order, as trees of fields: what a requestor sends to verify and to store, and what an acceptor answers
(PS3.8 9.3, PS3.7 6.3, Annex D). fields.py gets them wrong.
"""

from .fields import Data, Fields, Number, Sized
from .objects import plain
from .probe import CT_IMAGE, EXPLICIT, IMPLICIT, VERIFICATION
from .wire import APPLICATION_CONTEXT

SHUTDOWN = "1.2.276.0.7230010.3.4.1915765545.18030.917282194.0"
INSTANCE = "1.2.826.0.1.3680043.10.1.5.1"
COMMAND, LAST = 1, 2


def pdu(name, kind, *fields):
    return Sized(name, [Number("type", ">B", kind), Number("reserved", ">B", 0)], ">I", list(fields))


def item(name, kind, *fields):
    return Sized(name, [Number("type", ">B", kind), Number("reserved", ">B", 0)], ">H", list(fields))


def uid(name, kind, value):
    return item(name, kind, Data("UID", value.encode()))


def sub_uid(name, value):
    """A UID with a length of its own inside of an item."""
    return Sized(name, [], ">H", [Data("UID", value.encode())])


def user_information(role_of=CT_IMAGE):
    """Every sub-item of PS3.7 Annex D that a requestor may send."""
    return item(
        "user information", 0x50,
        item("maximum length", 0x51, Number("bytes", ">I", 16384)),
        uid("implementation class", 0x52, "1.2.3"),
        item("asynchronous operations", 0x53, Number("invoked", ">H", 1), Number("performed", ">H", 1)),
        item("role selection", 0x54, sub_uid("class", role_of), Number("SCU", ">B", 1), Number("SCP", ">B", 0)),
        item("implementation version", 0x55, Data("name", b"SCRIPTED")),
        item("extended negotiation", 0x56, sub_uid("class", role_of), Data("information", b"\1\0")),
    )  # fmt: skip


def user_identity():
    return item(
        "user identity", 0x58, Number("type", ">B", 2), Number("response requested", ">B", 0),
        Sized("name", [], ">H", [Data("value", b"user")]), Sized("passcode", [], ">H", [Data("value", b"pass")]),
    )  # fmt: skip


def titles(called, calling):
    return [
        Number("protocol version", ">H", 1), Number("reserved", ">H", 0), Data("called title", called.ljust(16)),
        Data("calling title", calling.ljust(16)), Data("reserved", bytes(32)),
        uid("application context", 0x10, APPLICATION_CONTEXT.decode()),
    ]  # fmt: skip


def request(*contexts):
    """An A-ASSOCIATE-RQ. Each context: (ID, abstract syntax, transfer syntaxes...)."""
    proposed = [
        item("presentation context", 0x20, Number("ID", ">B", number), Data("reserved", bytes(3)),
             uid("abstract syntax", 0x30, abstract), *(uid("transfer syntax", 0x40, it) for it in transfers))
        for number, abstract, *transfers in contexts
    ]  # fmt: skip
    information = user_information()
    information.children.append(user_identity())
    return pdu("A-ASSOCIATE-RQ", 1, *titles(b"ANY-SCP", b"SCRIPTED"), *proposed, information)


def accept(*contexts):
    """An A-ASSOCIATE-AC. Each context: (ID, result, transfer syntax)."""
    answered = [
        item("presentation context", 0x21, Number("ID", ">B", number), Number("reserved", ">B", 0),
             Number("result", ">B", result), Number("reserved", ">B", 0), uid("transfer syntax", 0x40, transfer))
        for number, result, transfer in contexts
    ]  # fmt: skip
    return pdu("A-ASSOCIATE-AC", 2, *titles(b"ANY-SCP", b"SCRIPTED"), *answered, user_information())


def reject(result, source, reason):
    return pdu("A-ASSOCIATE-RJ", 3, Number("reserved", ">B", 0), Number("result", ">B", result),
               Number("source", ">B", source), Number("reason", ">B", reason))


def release_rq():
    return pdu("A-RELEASE-RQ", 5, Data("reserved", bytes(4)))


def release_rp():
    return pdu("A-RELEASE-RP", 6, Data("reserved", bytes(4)))


def abort(source=0, reason=0):
    return pdu("A-ABORT", 7, Data("reserved", bytes(2)), Number("source", ">B", source), Number("reason", ">B", reason))


def data_tf(name, *pdvs):
    """A P-DATA-TF. Each PDV: (control, fields...)."""
    return pdu(name, 4, *(
        Sized("PDV", [], ">I", [Number("context", ">B", 1), Number("control", ">B", control), *fields])
        for control, *fields in pdvs
    ))  # fmt: skip


def element(name, number, field):
    return Sized(name, [Number("group", "<H", 0), Number("element", "<H", number)], "<I", [field])


def text(value):
    value = value.encode()
    return Data("value", value + bytes(len(value) % 2))


def short(value):
    return Number("value", "<H", value)


def command_set(*elements):
    """Its group length is the length of what follows, as that of an item is."""
    head = [Number("group", "<H", 0), Number("element", "<H", 0), Number("length of the group length", "<I", 4)]
    return Sized("command set", head, "<I", list(elements))


def command(name, field, *elements, message=("message ID", 0x0110), has_data=False, message_id=1):
    return data_tf(name, (COMMAND | LAST, command_set(
        element("SOP class", 0x0002, text(VERIFICATION)), element("command field", 0x0100, short(field)),
        element(*message, short(message_id)), *elements[:1],
        element("data set type", 0x0800, short(0 if has_data else 0x0101)), *elements[1:],
    )))  # fmt: skip


def of_class(pdu_of_command, sop_class):
    """The same command for another SOP class."""
    elements = pdu_of_command.children[0].children[2].children
    elements[0] = element("SOP class", 0x0002, text(sop_class))
    return pdu_of_command


# ---- What a requestor sends -----------------------------------------------------------------------


def verifying():
    return Fields("verification", [
        request((1, VERIFICATION, IMPLICIT), (3, CT_IMAGE, EXPLICIT, IMPLICIT)),
        command("C-ECHO-RQ", 0x0030),
        release_rq(),
    ])  # fmt: skip


def storing():
    data = plain(INSTANCE)
    middle = len(data) // 2
    store = command("C-STORE-RQ", 0x0001, element("priority", 0x0700, short(0)),
                    element("SOP instance", 0x1000, text(INSTANCE)), has_data=True)
    return Fields("storing", [
        request((1, CT_IMAGE, EXPLICIT)),
        of_class(store, CT_IMAGE),
        data_tf("data set", (0, Data("first half", data[:middle])), (LAST, Data("second half", data[middle:]))),
        release_rq(),
    ])  # fmt: skip


def breaking_off():
    return Fields("an abort", [request((1, VERIFICATION, IMPLICIT)), abort()])


# ---- What an acceptor answers: one PDU for each that it is sent -------------------------------------


def response(name, field, sop_class, *more):
    answer = command(name, field, message=("message ID responded to", 0x0120))
    answer.children[0].children[2].children += [element("status", 0x0900, short(0)), *more]
    return of_class(answer, sop_class)


def verified():
    return Fields("answers to verification", [
        accept((1, 0, IMPLICIT)), response("C-ECHO-RSP", 0x8030, VERIFICATION), release_rp(),
    ])  # fmt: skip


def stored(sop_class, instance, contexts):
    return Fields("answers to storing", [
        accept(*contexts),
        response("C-STORE-RSP", 0x8001, sop_class, element("SOP instance", 0x1000, text(instance))),
        release_rp(),
    ])  # fmt: skip


def shut_down():
    return Fields("answers to a shutdown", [reject(1, 1, 1)])


def not_shut_down():
    return Fields("an association for a shutdown", [accept((1, 0, IMPLICIT)), release_rp()])
