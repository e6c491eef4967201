"""Every DIMSE service with pynetdicom, as its user and as its provider; data sets are compared byte for byte.

Our side is an LDicomNet steered by the test: its senders and its hooks are what is tested.
"""

import concurrent.futures
import contextlib

import pytest
from pydicom.dataset import Dataset
from pynetdicom import build_context, build_role
from pynetdicom.dsutils import encode

from support.probe import CT_IMAGE, EXPLICIT, IMPLICIT, Probe, element_of
from support.process import DEADLINE, until
from support.pynetdicom_peer import Events, associated, entity, evt, serving

FIND = "1.2.840.10008.5.1.4.1.2.2.1"
MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
GET = "1.2.840.10008.5.1.4.1.2.2.3"
COMMITMENT = "1.2.840.10008.1.20.1"
COMMITMENT_INSTANCE = "1.2.840.10008.1.20.1.1"
STEP = "1.2.840.10008.3.1.2.3.3"
FILM = "1.2.840.10008.5.1.1.1"
INSTANCE = "1.2.826.0.1.3680043.10.1.9"

# The presentation contexts of every association here.
CONTEXTS = {1: CT_IMAGE, 3: FIND, 5: GET, 7: MOVE, 9: COMMITMENT, 11: STEP, 13: FILM}
STORING, FINDING, GETTING, MOVING, COMMITTING, STEPPING, FILMING = CONTEXTS

# Elements of a status (PS3.7 C.5).
OFFENDING_ELEMENT, ERROR_COMMENT, ERROR_ID = 0x901, 0x902, 0x903
MOVE_ORIGINATOR = 0x1030

SYNTAXES = [pytest.param(IMPLICIT, id="implicit"), pytest.param(EXPLICIT, id="explicit")]


def a_data_set(name):
    """Texts of odd length, a sequence, numbers: what an identifier or an attribute list may be made of."""
    data_set = Dataset()
    data_set.QueryRetrieveLevel = "STUDY"
    data_set.PatientName = name
    data_set.StudyDate = ""
    data_set.NumberOfFrames = 3
    item = Dataset()
    item.ReferencedSOPClassUID = CT_IMAGE
    item.ReferencedSOPInstanceUID = INSTANCE
    data_set.ReferencedSOPSequence = [item, Dataset()]
    data_set.Rows = 0xFEED
    return data_set


def an_object(syntax):
    data_set = a_data_set("STORED")
    data_set.SOPClassUID = CT_IMAGE
    data_set.SOPInstanceUID = INSTANCE
    data_set.ensure_file_meta()
    data_set.file_meta.TransferSyntaxUID = syntax
    return data_set


def in_syntax(data_set, syntax):
    return encode(data_set, syntax == IMPLICIT, True)


ASKED, ANSWERED = a_data_set("ASKED"), a_data_set("ANSWERED^LONGER")


# ---- Our side asks --------------------------------------------------------------------------------


@contextlib.contextmanager
def asking(probe, syntax, *handlers, roles=False):
    """An association of the probe with a pynetdicom provider that has these handlers."""
    ae = entity()
    for uid in CONTEXTS.values():
        keywords = {"scu_role": True, "scp_role": True} if roles and uid == CT_IMAGE else {}
        ae.add_supported_context(uid, syntax, **keywords)
    with serving(ae, *handlers) as port:
        probe.connect(port)
        probe.request(*((number, uid, syntax) for number, uid in CONTEXTS.items()))
        if roles:
            probe.do("role", STORING, 0, 1)
        association = probe.associate()
        assert [it["result"] for it in association["contexts"]] == [0] * len(CONTEXTS)
        yield
        probe.release()


def one_answer(event, *answer):
    """A handler that notes the request, and gives one answer. pynetdicom calls handlers of some services as generators."""
    seen = Events()

    def handle(occurred):
        seen.note(occurred.request)
        return answer[0] if len(answer) == 1 else answer

    return seen, (event, handle)


def several_answers(event, *answers):
    seen = Events()

    def handle(occurred):
        seen.note(occurred.request)
        yield from answers

    return seen, (event, handle)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_we_store(probe, syntax):
    data = in_syntax(an_object(syntax), syntax)
    seen, handler = one_answer(evt.EVT_C_STORE, 0xB007)
    with asking(probe, syntax, handler):
        plain = dict(data=data, **{"class": CT_IMAGE}, instance=INSTANCE, priority=2)
        probe.send("CStoreRequest", STORING, 7, **plain)
        probe.message("CStoreResponse", context=STORING, message=7, status=0xB007, instance=INSTANCE)
        probe.send("CStoreRequest", STORING, 8, **plain, ae="THE MOVER", move=99)
        probe.message("CStoreResponse", context=STORING, message=8, status=0xB007, instance=INSTANCE)
    for message, title, number in ((7, None, None), (8, "THE MOVER", 99)):
        request = seen.next()
        assert (request.MessageID, request.Priority) == (message, 2)
        assert (request.AffectedSOPClassUID, request.AffectedSOPInstanceUID) == (CT_IMAGE, INSTANCE)
        assert (request.MoveOriginatorApplicationEntityTitle, request.MoveOriginatorMessageID) == (title, number)
        assert request.DataSet.getvalue() == data


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_we_find(probe, syntax):
    seen, handler = several_answers(evt.EVT_C_FIND, (0xFF00, ANSWERED), (0xFF01, ASKED))
    with asking(probe, syntax, handler):
        data = in_syntax(ASKED, syntax)
        probe.send("CFindRequest", FINDING, 7, data, **{"class": FIND}, priority=1)
        probe.message("CFindResponse", message=7, status=0xFF00, data=in_syntax(ANSWERED, syntax))
        probe.message("CFindResponse", message=7, status=0xFF01, data=in_syntax(ASKED, syntax))
        probe.message("CFindResponse", message=7, status=0, data=None)
    request = seen.next()
    assert (request.MessageID, request.Priority, request.AffectedSOPClassUID) == (7, 1, FIND)
    assert request.Identifier.getvalue() == data


def test_we_cancel(probe):
    def endless(event):
        yield 0xFF00, ANSWERED
        # Not one response after the other: pynetdicom reads nothing as long as it has something to send.
        until(lambda: event.is_cancelled, "the cancel request")
        yield 0xFE00, None

    with asking(probe, IMPLICIT, (evt.EVT_C_FIND, endless)):
        probe.send("CFindRequest", FINDING, 7, in_syntax(ASKED, IMPLICIT), **{"class": FIND})
        probe.message("CFindResponse", status=0xFF00)
        probe.send("CCancelRequest", FINDING, 7)
        answer = probe.hook("OnReceiveCFindResponse")
        while answer["status"] == 0xFF00:
            answer = probe.hook("OnReceiveCFindResponse")
        assert (answer["status"], answer["data"]) == (0xFE00, None)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_we_get(probe, syntax):
    """The instances come on this association, in the role that was negotiated."""
    stored = an_object(syntax)
    seen, handler = several_answers(evt.EVT_C_GET, 2, (0xFF00, stored), (0xFF00, stored))
    with asking(probe, syntax, handler, roles=True):
        probe.do("leave-services", 1)
        probe.send("CGetRequest", GETTING, 7, in_syntax(ASKED, syntax), **{"class": GET})
        for number, status, counts in ((1, 0, [1, 1, 0, 0]), (2, 0xA700, [0, 1, 1, 0])):
            store = probe.message(
                "CStoreRequest", context=STORING, instance=INSTANCE, data=in_syntax(stored, syntax), ae=""
            )
            assert element_of(store, MOVE_ORIGINATOR) is None
            probe.send(
                "CStoreResponse", STORING, store["message"], **{"class": CT_IMAGE}, instance=INSTANCE, status=status
            )
            probe.message("CGetResponse", message=7, status=0xFF00, counts=counts)
        # Of the two one has failed, and it is named.
        last = probe.message("CGetResponse", message=7, status=0xB000, counts=[0, 1, 1, 0])
        assert last["data"]
    assert seen.next().Identifier.getvalue() == in_syntax(ASKED, syntax)


def test_we_move(probe, start):
    """The one we ask stores at our destination, and tells it for whom."""
    destination = start(Probe)
    destination.listen()
    destination.accepts((1, CT_IMAGE, IMPLICIT))
    destination.do("prepare")
    destination.do("leave-services", 1)
    stored = an_object(IMPLICIT)
    seen, handler = several_answers(
        evt.EVT_C_MOVE, ("127.0.0.1", destination.port, {"contexts": [build_context(CT_IMAGE, IMPLICIT)]}), 1, (0xFF00, stored)
    )
    with asking(probe, IMPLICIT, handler):
        probe.send("CMoveRequest", MOVING, 7, in_syntax(ASKED, IMPLICIT), **{"class": MOVE}, ae="DESTINATION")
        destination.hooks("OnAccept", "OnReceiveAssociateRequest")
        # pynetdicom gives its own title for that of who asked.
        store = destination.message(
            "CStoreRequest", instance=INSTANCE, data=in_syntax(stored, IMPLICIT), ae="PYNETDICOM", move=7
        )
        destination.send("CStoreResponse", 1, store["message"], **{"class": CT_IMAGE}, instance=INSTANCE)
        probe.message("CMoveResponse", message=7, status=0xFF00, counts=[0, 1, 0, 0])
        probe.message("CMoveResponse", message=7, status=0, counts=[0, 1, 0, 0])
        destination.hooks("OnReceiveReleaseRequest", "OnClose")
    request = seen.next()
    assert request.MoveDestination.strip() == "DESTINATION"
    destination.finish()


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_we_report_an_event(probe, syntax):
    seen, handler = one_answer(evt.EVT_N_EVENT_REPORT, 0, ANSWERED)
    names = {"class": COMMITMENT, "instance": COMMITMENT_INSTANCE}
    with asking(probe, syntax, handler):
        data = in_syntax(ASKED, syntax)
        probe.send("NReportRequest", COMMITTING, 7, data, **names, type=2)
        probe.message("NReportResponse", message=7, status=0, type=2, data=in_syntax(ANSWERED, syntax), **names)
    request = seen.next()
    assert (request.AffectedSOPClassUID, request.AffectedSOPInstanceUID) == tuple(names.values())
    assert request.EventTypeID == 2
    assert request.EventInformation.getvalue() == data


@pytest.mark.parametrize("tags", [[], [0x00100010], [0x00100010, 0x00400252, 0x00080018]])
def test_we_get_attributes(probe, tags):
    seen, handler = one_answer(evt.EVT_N_GET, 0, ANSWERED)
    with asking(probe, EXPLICIT, handler):
        probe.send("NGetRequest", STEPPING, 7, **{"class": STEP}, instance=INSTANCE, tags=tags)
        probe.message(
            "NGetResponse", message=7, status=0, **{"class": STEP}, instance=INSTANCE, data=in_syntax(ANSWERED, EXPLICIT)
        )
    request = seen.next()
    assert (request.RequestedSOPClassUID, request.RequestedSOPInstanceUID) == (STEP, INSTANCE)
    asked = request.AttributeIdentifierList
    assert [int(it) for it in (asked if isinstance(asked, list) else [] if asked is None else [asked])] == tags


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_we_set_attributes(probe, syntax):
    seen, handler = one_answer(evt.EVT_N_SET, 0x0107, ANSWERED)
    with asking(probe, syntax, handler):
        data = in_syntax(ASKED, syntax)
        probe.send("NSetRequest", STEPPING, 7, data, **{"class": STEP}, instance=INSTANCE)
        probe.message("NSetResponse", message=7, status=0x0107, data=in_syntax(ANSWERED, syntax))
    request = seen.next()
    assert (request.RequestedSOPClassUID, request.RequestedSOPInstanceUID) == (STEP, INSTANCE)
    assert request.ModificationList.getvalue() == data


def test_what_is_wrong_with_a_set_is_told(probe):
    status = Dataset()
    status.Status = 0x0106
    status.ErrorComment = "one of them"
    status.ErrorID = 4321
    _, handler = one_answer(evt.EVT_N_SET, status, None)
    with asking(probe, IMPLICIT, handler):
        probe.send("NSetRequest", STEPPING, 7, in_syntax(ASKED, IMPLICIT), **{"class": STEP}, instance=INSTANCE)
        answer = probe.message("NSetResponse", status=0x0106, data=None)
        assert element_of(answer, ERROR_COMMENT) == b"one of them "
        assert element_of(answer, ERROR_ID) == (4321).to_bytes(2, "little")


@pytest.mark.parametrize("data", [None, ASKED], ids=["without", "with"])
def test_we_act(probe, data):
    seen, handler = one_answer(evt.EVT_N_ACTION, 0, ANSWERED if data else None)
    names = {"class": COMMITMENT, "instance": COMMITMENT_INSTANCE}
    with asking(probe, IMPLICIT, handler):
        encoded = data and in_syntax(data, IMPLICIT)
        probe.send("NActionRequest", COMMITTING, 7, encoded, **names, type=1)
        answered = in_syntax(ANSWERED, IMPLICIT) if data else None
        probe.message("NActionResponse", message=7, status=0, type=1, data=answered, **names)
    request = seen.next()
    assert (request.RequestedSOPClassUID, request.RequestedSOPInstanceUID) == tuple(names.values())
    assert request.ActionTypeID == 1
    assert request.ActionInformation.getvalue() == (encoded or b"")


@pytest.mark.parametrize("instance", [None, INSTANCE], ids=["unnamed", "named"])
def test_we_create(probe, instance):
    made = a_data_set("MADE")
    made.AffectedSOPInstanceUID = INSTANCE
    seen, handler = one_answer(evt.EVT_N_CREATE, 0, ANSWERED if instance else made)
    with asking(probe, IMPLICIT, handler):
        data = in_syntax(ASKED, IMPLICIT)
        probe.send("NCreateRequest", STEPPING, 7, data, **{"class": STEP, "instance": instance or ""})
        answer = probe.message("NCreateResponse", message=7, status=0, instance=INSTANCE)
        assert answer["data"] == in_syntax(ANSWERED if instance else a_data_set("MADE"), IMPLICIT).hex()
    request = seen.next()
    assert (request.AffectedSOPClassUID, request.AffectedSOPInstanceUID) == (STEP, instance)
    assert request.AttributeList.getvalue() == data


def test_we_delete(probe):
    seen, handler = one_answer(evt.EVT_N_DELETE, 0x0112)
    with asking(probe, IMPLICIT, handler):
        probe.send("NDeleteRequest", FILMING, 7, **{"class": FILM}, instance=INSTANCE)
        probe.message("NDeleteResponse", message=7, status=0x0112, **{"class": FILM}, instance=INSTANCE)
    request = seen.next()
    assert (request.RequestedSOPClassUID, request.RequestedSOPInstanceUID) == (FILM, INSTANCE)


# ---- Our side answers -----------------------------------------------------------------------------


class Asked:
    """A pynetdicom user, associated with the probe; what it asks it asks in a thread, while the test answers."""

    def __init__(self, association, pool, answers):
        self.association = association
        self._pool = pool
        self._answers = answers

    def call(self, function, *arguments):
        return self._pool.submit(function, *arguments)

    def ask(self, name, *arguments, **keywords):
        return self.call(lambda: getattr(self.association, name)(*arguments, msg_id=7, **keywords))

    def ask_for_all(self, name, *arguments, **keywords):
        return self.call(lambda: list(getattr(self.association, name)(*arguments, msg_id=7, **keywords)))

    def next_answer(self):
        """The command set of the next response, and its data set as it came, b"" for none."""
        message, data = self._answers.next()
        return message.command_set, data

    def next_data(self):
        return self.next_answer()[1]


@contextlib.contextmanager
def answering(probe, syntax, *handlers, roles=False):
    """An association of a pynetdicom user with the probe, which leaves requests to the test."""
    port = probe.listen()
    probe.accepts(*((number, uid, syntax) for number, uid in CONTEXTS.items()))
    if roles:
        probe.do("role", STORING, 0, 1)
    probe.do("prepare")
    probe.do("leave-services", 1)
    ae = entity("PYNETDICOM_SCU")
    for uid in CONTEXTS.values():
        ae.add_requested_context(uid, syntax)
    answers = Events()

    def received(event):
        if event.message.__class__.__name__.endswith("_RSP"):
            # pynetdicom empties it afterwards.
            answers.note(event.message, event.message.data_set.getvalue())

    ext_neg = [build_role(CT_IMAGE, scp_role=True)] if roles else None
    all_handlers = [(evt.EVT_DIMSE_RECV, received), *handlers]
    with associated(ae, port, *all_handlers, ext_neg=ext_neg) as association:
        probe.hooks("OnAccept", "OnReceiveAssociateRequest")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            yield Asked(association, pool, answers)
        association.release()
        assert association.is_released
    probe.hooks("OnReceiveReleaseRequest", "OnClose")


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_we_are_given_an_object(probe, syntax):
    stored = an_object(syntax)
    with answering(probe, syntax) as peer:
        call = peer.ask("send_c_store", stored, priority=1, originator_aet="MOVER", originator_id=3)
        probe.message(
            "CStoreRequest", context=STORING, message=7, instance=INSTANCE, priority=1, ae="MOVER", move=3,
            data=in_syntax(stored, syntax),
        )
        probe.send("CStoreResponse", STORING, 7, **{"class": CT_IMAGE}, instance=INSTANCE, status=0xB006)
        assert call.result(DEADLINE).Status == 0xB006


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_we_are_asked_for_matches(probe, syntax):
    with answering(probe, syntax) as peer:
        call = peer.ask_for_all("send_c_find", ASKED, FIND, priority=2)
        request = probe.message("CFindRequest", context=FINDING, message=7, priority=2, data=in_syntax(ASKED, syntax))
        assert request["class"] == FIND
        sent = in_syntax(ANSWERED, syntax)
        probe.send("CFindResponse", FINDING, 7, sent, **{"class": FIND}, status=0xFF00)
        probe.send("CFindResponse", FINDING, 7, sent, **{"class": FIND}, status=0xFF01)
        probe.send("CFindResponse", FINDING, 7, **{"class": FIND}, status=0)
        assert [status.Status for status, _ in call.result(DEADLINE)] == [0xFF00, 0xFF01, 0]
        assert [peer.next_data() for _ in range(3)] == [sent, sent, b""]


def test_we_are_asked_to_cancel(probe):
    with answering(probe, IMPLICIT) as peer:
        matches = peer.association.send_c_find(ASKED, FIND, msg_id=7)
        first = peer.call(next, matches)
        probe.message("CFindRequest", message=7)
        sent = in_syntax(ANSWERED, IMPLICIT)
        probe.send("CFindResponse", FINDING, 7, sent, **{"class": FIND}, status=0xFF00)
        assert first.result(DEADLINE)[0].Status == 0xFF00
        peer.association.send_c_cancel(7, query_model=FIND)
        probe.message("CCancelRequest", context=FINDING, message=7)
        probe.send("CFindResponse", FINDING, 7, **{"class": FIND}, status=0xFE00)
        assert [status.Status for status, _ in peer.call(list, matches).result(DEADLINE)] == [0xFE00]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_we_are_asked_for_instances(probe, syntax):
    stored = Events()

    def store(event):
        stored.note(event.request.DataSet.getvalue())
        return 0

    with answering(probe, syntax, (evt.EVT_C_STORE, store), roles=True) as peer:
        call = peer.ask_for_all("send_c_get", ASKED, GET)
        probe.message("CGetRequest", context=GETTING, message=7, data=in_syntax(ASKED, syntax))
        data = in_syntax(an_object(syntax), syntax)
        for number in (1, 2):
            probe.send("CStoreRequest", STORING, 100 + number, data, **{"class": CT_IMAGE}, instance=INSTANCE)
            probe.message("CStoreResponse", message=100 + number, status=0, instance=INSTANCE)
            probe.send("CGetResponse", GETTING, 7, **{"class": GET}, status=0xFF00, counts=[2 - number, number, 0, 0])
        probe.send("CGetResponse", GETTING, 7, **{"class": GET}, status=0, counts=[9, 2, 0, 0])
        answers = [status for status, _ in call.result(DEADLINE)]
        assert [it.Status for it in answers] == [0xFF00, 0xFF00, 0]
        assert [it.NumberOfCompletedSuboperations for it in answers] == [1, 2, 2]
        assert [it.get("NumberOfRemainingSuboperations") for it in answers] == [1, 0, None]
        assert [stored.next() for _ in range(2)] == [data, data]


def test_we_are_asked_to_move(probe):
    with answering(probe, IMPLICIT) as peer:
        call = peer.ask_for_all("send_c_move", ASKED, "SOME WHERE", MOVE)
        probe.message("CMoveRequest", message=7, ae="SOME WHERE", data=in_syntax(ASKED, IMPLICIT))
        probe.send("CMoveResponse", MOVING, 7, **{"class": MOVE}, status=0xFF00, counts=[3, 0, 1, 2])
        probe.send("CMoveResponse", MOVING, 7, **{"class": MOVE}, status=0xA801)
        first, last = [status for status, _ in call.result(DEADLINE)]
        assert first.NumberOfRemainingSuboperations == 3
        assert (first.NumberOfFailedSuboperations, first.NumberOfWarningSuboperations) == (1, 2)
        assert last.Status == 0xA801


# pynetdicom's name of each N-service with its arguments, what our hook must be given of it, and what we answer.
N_SERVICES = {
    "NReport": (
        ("send_n_event_report", ASKED, 2, COMMITMENT, COMMITMENT_INSTANCE),
        dict(context=COMMITTING, type=2, instance=COMMITMENT_INSTANCE),
        dict(type=2),
    ),
    "NGet": (("send_n_get", [0x00100010, 0x00400252], STEP, INSTANCE), dict(tags=[0x00100010, 0x00400252]), {}),
    "NSet": (("send_n_set", ASKED, STEP, INSTANCE), dict(context=STEPPING, instance=INSTANCE), {}),
    "NAction": (
        ("send_n_action", ASKED, 1, COMMITMENT, COMMITMENT_INSTANCE),
        dict(context=COMMITTING, type=1, instance=COMMITMENT_INSTANCE),
        dict(type=1),
    ),
    "NCreate": (("send_n_create", ASKED, STEP, INSTANCE), dict(context=STEPPING, instance=INSTANCE), {}),
}


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("name", N_SERVICES)
def test_we_are_asked_for_an_n_service(probe, name, syntax):
    (method, *arguments), expected, values = N_SERVICES[name]
    with answering(probe, syntax) as peer:
        call = peer.ask(method, *arguments)
        data = None if name == "NGet" else in_syntax(ASKED, syntax)
        request = probe.message(f"{name}Request", message=7, data=data, **expected)
        names = {"class": request["class"], "instance": request["instance"]}
        sent = in_syntax(ANSWERED, syntax)
        probe.send(f"{name}Response", request["context"], 7, sent, **names, status=0, **values)
        status, answered = call.result(DEADLINE)
        assert status.Status == 0
        assert peer.next_data() == sent
        assert answered.PatientName == ANSWERED.PatientName


def test_we_are_asked_to_delete(probe):
    with answering(probe, IMPLICIT) as peer:
        call = peer.ask("send_n_delete", FILM, INSTANCE)
        probe.message("NDeleteRequest", context=FILMING, message=7, instance=INSTANCE)
        probe.send("NDeleteResponse", FILMING, 7, **{"class": FILM}, instance=INSTANCE, status=0x0112)
        assert call.result(DEADLINE).Status == 0x0112


def test_we_name_what_was_created(probe):
    with answering(probe, IMPLICIT) as peer:
        call = peer.ask("send_n_create", ASKED, STEP)
        probe.message("NCreateRequest", message=7, instance="")
        probe.send("NCreateResponse", STEPPING, 7, in_syntax(ANSWERED, IMPLICIT), **{"class": STEP}, instance=INSTANCE)
        status, _ = call.result(DEADLINE)
        assert status.Status == 0
        assert peer.next_answer()[0].AffectedSOPInstanceUID == INSTANCE


def test_we_report_an_event_to_who_asked(probe):
    """The provider reports on the association of its user."""
    seen = Events()

    def report(event):
        seen.note(event.request)
        return 0, ANSWERED

    with answering(probe, IMPLICIT, (evt.EVT_N_EVENT_REPORT, report)):
        data = in_syntax(ASKED, IMPLICIT)
        names = {"class": COMMITMENT, "instance": COMMITMENT_INSTANCE}
        probe.send("NReportRequest", COMMITTING, 5, data, **names, type=1)
        probe.message("NReportResponse", message=5, status=0, data=in_syntax(ANSWERED, IMPLICIT), **names)
        assert seen.next().EventInformation.getvalue() == data
