"""pynetdicom's SCU against `ldicom echoscp`, and against an LDicomNet steered by the test."""

import threading

import pytest
from pydicom.dataset import Dataset
from pynetdicom import build_context, build_role
from pynetdicom.pdu_primitives import (
    AsynchronousOperationsWindowNegotiation,
    SOPClassCommonExtendedNegotiation,
    SOPClassExtendedNegotiation,
    UserIdentityNegotiation,
)

from support.data import a_data_set, encoded
from support.probe import CT_IMAGE, EXPLICIT, IMPLICIT, VERIFICATION, context_of, fnv1a
from support.process import DEADLINE
from support.pynetdicom_peer import Events, associated, collides, entity, evt, has_ended

# Those of PS3.8 Table 9-21 that are not reserved: pynetdicom's threads die of the others.
REJECTIONS = [
    (result, source, reason)
    for result in (1, 2)
    for source, reasons in ((1, (1, 2, 3, 7)), (2, (1, 2)), (3, (1, 2)))
    for reason in reasons
]


def verifier(**settings):
    ae = entity("PYNETDICOM_SCU", **settings)
    ae.add_requested_context(VERIFICATION)
    return ae


# ---- ldicom echoscp -------------------------------------------------------------------------------


def test_verifications(echoscp, loopback):
    server = echoscp("-v")
    with associated(verifier(), server.port, address=loopback, ae_title="CALLED") as association:
        assert association.is_established
        for number in range(1, 51):
            assert association.send_c_echo(number).Status == 0
        association.release()
        assert association.is_released
    server.expect(r"'PYNETDICOM_SCU' calls 'CALLED': association accepted")
    server.expect(r"message 50: answered with success")
    server.expect(r"association released")
    server.expect(r": closed$")


@pytest.mark.parametrize("bind, family", [("127.0.0.1", "127.0.0.1"), ("::1", "::1")])
def test_bound_to_one_address(echoscp, bind, family):
    server = echoscp("--bind", bind, "-6" if ":" in bind else "-4")
    assert server.address == bind
    with associated(verifier(), server.port, address=family) as association:
        assert association.is_established
        association.release()


def test_an_abort(echoscp):
    server = echoscp("-v")
    with associated(verifier(), server.port) as association:
        assert association.send_c_echo().Status == 0
        association.abort()
    server.expect(r"association aborted by the peer's service user")
    server.expect(r": closed$")


@pytest.mark.parametrize("reason, words", [(0, "reason not specified"), (2, "unexpected PDU"), (6, "invalid PDU")])
def test_an_abort_by_the_provider(echoscp, reason, words):
    server = echoscp("-v")
    with associated(verifier(), server.port) as association:
        assert association.is_established
        association.acse.send_ap_abort(reason)
        server.expect(rf"association aborted by the peer's service provider: {words}")


def test_another_called_title(echoscp):
    server = echoscp("-aet", "ONE", "--require-called")
    seen = Events()
    handlers = [(evt.EVT_PDU_RECV, lambda event: seen.note(event.pdu))]
    with associated(verifier(), server.port, *handlers, ae_title="OTHER") as association:
        assert has_ended(association)
    rejection = seen.next()
    assert (rejection.result, rejection.source, rejection.reason_diagnostic) == (1, 1, 7)


def test_128_contexts_of_which_half_are_accepted(echoscp):
    server = echoscp()
    ae = entity()
    contexts = []
    for number in range(128):
        contexts.append(build_context(VERIFICATION if number % 2 == 0 else f"1.2.3.{number}"))
    with associated(ae, server.port, contexts=contexts) as association:
        assert len(association.accepted_contexts) == 64
        assert {it.result for it in association.rejected_contexts} == {3}
        assert [it.context_id for it in association.accepted_contexts] == list(range(1, 256, 4))
        assert association.send_c_echo().Status == 0
        association.release()


def test_transfer_syntaxes(echoscp):
    server = echoscp()
    jpeg = "1.2.840.10008.1.2.4.50"
    contexts = [
        build_context(VERIFICATION, [jpeg]),
        build_context(VERIFICATION, [jpeg, EXPLICIT, IMPLICIT]),
    ]
    with associated(entity(), server.port, contexts=contexts) as association:
        (accepted,) = association.accepted_contexts
        (rejected,) = association.rejected_contexts
        assert (accepted.context_id, accepted.transfer_syntax) == (3, [EXPLICIT])
        assert (rejected.context_id, rejected.result) == (1, 4)
        assert association.send_c_echo().Status == 0
        association.release()


@pytest.mark.parametrize("ours", [0, 8, 9, 128, 4294967295])
@pytest.mark.parametrize("theirs", [0, 8, 9, 128, 4294967295])
def test_maximum_lengths(echoscp, ours, theirs):
    server = echoscp("-d", "-pdu", ours)
    seen = Events()
    handlers = [(evt.EVT_DATA_RECV, lambda event: seen.note(event.data))]
    with associated(verifier(), server.port, *handlers, max_pdu=theirs) as association:
        assert association.acceptor.maximum_length == ours
        for number in (1, 2, 3):
            assert association.send_c_echo(number).Status == 0
        association.release()
    server.expect(rf"maximum length: {'unlimited' if theirs == 0 else theirs}")
    data = [it for it in seen.so_far() if it[0] == 4]
    assert all(len(it) - 6 <= (theirs or 0xFFFFFFFF) for it in data)
    assert len(data) == 3 or theirs <= 128


def test_network_timeouts_of_the_peer(echoscp):
    # A peer that waits for nothing more of us releases by itself.
    server = echoscp("-v")
    ae = verifier()
    ae.network_timeout = 0.3
    seen = Events()
    handlers = [(evt.EVT_ABORTED, lambda event: seen.note("aborted"))]
    with associated(ae, server.port, *handlers) as association:
        assert association.is_established
        seen.expect("aborted")
    server.expect(r"association aborted by the peer")


# ---- An LDicomNet steered by the test -------------------------------------------------------------


@pytest.mark.parametrize("result, source, reason", REJECTIONS)
def test_every_rejection_arrives(probe, result, source, reason):
    port = probe.listen()
    probe.do("prepare-reject", result, source, reason)
    seen = Events()
    handlers = [(evt.EVT_PDU_RECV, lambda event: seen.note(event.pdu))]
    with associated(verifier(), port, *handlers) as association:
        assert has_ended(association)
    rejection = seen.next()
    assert (rejection.result, rejection.source, rejection.reason_diagnostic) == (result, source, reason)
    probe.hooks("OnAccept", "OnReceiveAssociateRequest", "OnClose")


@pytest.mark.parametrize("source, reason", [(0, 0), (2, 0), (2, 1), (2, 2), (2, 4), (2, 5), (2, 6)])
def test_every_abort_arrives(probe, source, reason):
    port = probe.listen()
    probe.accepts((1, VERIFICATION, IMPLICIT))
    probe.do("prepare")
    seen = Events()
    handlers = [
        (evt.EVT_PDU_RECV, lambda event: seen.note(event.pdu)),
        (evt.EVT_ABORTED, lambda event: seen.note("aborted")),
    ]
    with associated(verifier(), port, *handlers) as association:
        assert association.is_established
        assert seen.next().pdu_type == 2
        probe.do("abort", source, reason)
        abort = seen.next()
        assert (abort.pdu_type, abort.source, abort.reason_diagnostic) == (7, source, reason)
        seen.expect("aborted")
    probe.hooks("OnAccept", "OnReceiveAssociateRequest", "OnClose")


def test_a_release_of_the_acceptor(probe):
    port = probe.listen()
    probe.accepts((1, VERIFICATION, IMPLICIT))
    probe.do("prepare")
    seen = Events()
    handlers = [(evt.EVT_RELEASED, lambda event: seen.note("released"))]
    with associated(verifier(), port, *handlers) as association:
        assert association.send_c_echo().Status == 0
        probe.do("release")
        seen.expect("released")
    names = ["OnAccept", "OnReceiveAssociateRequest", "OnReceiveCEchoRequest", "OnReceiveReleaseResponse", "OnClose"]
    probe.hooks(*names)


@pytest.mark.parametrize("held", [0, 1])
def test_a_release_at_both_ends_at_once(probe, held):
    # PS3.8 9.2.3: the requestor answers first, then the acceptor.
    port = probe.listen()
    probe.accepts((1, VERIFICATION, IMPLICIT))
    probe.do("prepare")
    probe.do("hold-release", held)
    seen = Events()
    handlers = [
        (evt.EVT_PDU_RECV, lambda event: seen.note(event.pdu.pdu_type)),
        (evt.EVT_PDU_SENT, lambda event: seen.note("sent", event.pdu.pdu_type)),
    ]
    with associated(verifier(), port, *handlers) as association:
        collides(association, probe)
        release = threading.Thread(target=association.release, daemon=True)
        release.start()
        probe.hooks("OnAccept", "OnReceiveAssociateRequest", "OnReceiveReleaseRequest", "OnReceiveReleaseResponse")
        if held:
            probe.do("answer-release")
        release.join(DEADLINE)
        assert association.is_released
    probe.hook("OnClose")
    for step in (("sent", 1), 2, ("sent", 5), 5, ("sent", 6), 6):
        seen.expect(step)


def test_statuses_of_an_echo(probe):
    port = probe.listen()
    probe.accepts((1, VERIFICATION, IMPLICIT))
    probe.do("prepare")
    with associated(verifier(), port) as association:
        for status in (0x0000, 0x0122, 0x0210, 0x0211, 0x0212):
            probe.do("status", status)
            assert association.send_c_echo().Status == status
        association.release()


@pytest.mark.parametrize("roles", [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize("answer", [(1, 0), (0, 1), (1, 1), (0, 0)])
def test_role_selection(probe, roles, answer):
    if any(granted and not asked for granted, asked in zip(answer, roles)):
        # A role that was not asked for may not be granted (PS3.7 D.3.3.4.2).
        answer = tuple(int(granted and asked) for granted, asked in zip(answer, roles))
    port = probe.listen()
    probe.accepts((1, CT_IMAGE, IMPLICIT), (3, VERIFICATION, IMPLICIT))
    probe.do("role", 1, *answer)
    probe.do("prepare")
    ae = entity()
    ae.add_requested_context(CT_IMAGE, IMPLICIT)
    ae.add_requested_context(VERIFICATION, IMPLICIT)
    items = [build_role(CT_IMAGE, scu_role=roles[0], scp_role=roles[1])]
    with associated(ae, port, ext_neg=items) as association:
        probe.hook("OnAccept")
        request = probe.hook("OnReceiveAssociateRequest")["association"]
        assert context_of(request, 1)["roles"] == [int(it) for it in roles]
        assert context_of(request, 3)["roles"] is None
        # What a context is for that has no role left, the standard does not say.
        if answer != (0, 0):
            (context,) = [it for it in association.accepted_contexts if it.abstract_syntax == CT_IMAGE]
            assert (context.as_scu, context.as_scp) == tuple(bool(it) for it in answer)
        item = association.acceptor.role_selection[CT_IMAGE]
        assert (item.scu_role, item.scp_role) == tuple(bool(it) for it in answer)
        association.release()


def test_extended_negotiation(probe):
    port = probe.listen()
    probe.accepts((1, CT_IMAGE, IMPLICIT), (3, VERIFICATION, IMPLICIT))
    probe.do("extended", 1, "0100ff")
    probe.do("prepare")
    ae = entity()
    ae.add_requested_context(CT_IMAGE, IMPLICIT)
    ae.add_requested_context(VERIFICATION, IMPLICIT)
    item = SOPClassExtendedNegotiation()
    item.sop_class_uid = CT_IMAGE
    item.service_class_application_information = b"\x02\x00\x03\x00\x01\x00"
    with associated(ae, port, ext_neg=[item]) as association:
        probe.hook("OnAccept")
        request = probe.hook("OnReceiveAssociateRequest")["association"]
        assert context_of(request, 1)["extended"] == "020003000100"
        assert context_of(request, 3)["extended"] == ""
        assert association.acceptor.sop_class_extended == {CT_IMAGE: b"\x01\x00\xff"}
        association.release()


def test_common_extended_negotiation(probe):
    port = probe.listen()
    probe.accepts((1, CT_IMAGE, IMPLICIT))
    probe.do("prepare")
    ae = entity()
    ae.add_requested_context(CT_IMAGE, IMPLICIT)
    item = SOPClassCommonExtendedNegotiation()
    item.sop_class_uid = CT_IMAGE
    item.service_class_uid = "1.2.840.10008.4.2"
    item.related_general_sop_class_identification = ["1.2.840.10008.5.1.4.1.1.88.22"]
    with associated(ae, port, ext_neg=[item]) as association:
        probe.hook("OnAccept")
        request = probe.hook("OnReceiveAssociateRequest")["association"]
        ((kind, data),) = request["items"]
        assert kind == 0x57
        # Its UIDs, each with its length in front of it (PS3.7 Table D.3-12).
        for uid in (CT_IMAGE, "1.2.840.10008.4.2", "1.2.840.10008.5.1.4.1.1.88.22"):
            assert len(uid).to_bytes(2, "big") + uid.encode() in bytes.fromhex(data)
        association.release()


@pytest.mark.parametrize("kind, primary, secondary, response", [
    (1, b"name", b"", False),
    (2, b"name", b"pass\xffword", True),
    (3, b"\x00ticket", b"", True),
    (4, b"<saml/>", b"", True),
    (5, b"a.b.c", b"", True),
])
def test_user_identity(probe, kind, primary, secondary, response):
    port = probe.listen()
    probe.accepts((1, VERIFICATION, IMPLICIT))
    if response:
        probe.do("identity-response", b"granted".hex())
    probe.do("prepare")
    item = UserIdentityNegotiation()
    item.user_identity_type = kind
    item.positive_response_requested = response
    item.primary_field = primary
    if kind == 2:
        item.secondary_field = secondary
    with associated(verifier(), port, ext_neg=[item]) as association:
        probe.hook("OnAccept")
        request = probe.hook("OnReceiveAssociateRequest")["association"]
        assert request["identity"] == {
            "type": kind, "response": response, "primary": primary.hex(), "secondary": secondary.hex(),
        }
        if response:
            assert association.acceptor.user_identity.server_response == b"granted"
        else:
            assert association.acceptor.user_identity is None
        association.release()


@pytest.mark.parametrize("asked, answer", [((0, 0), (1, 1)), ((5, 6), (5, 6)), ((65535, 1), (20, 1))])
def test_asynchronous_operations(probe, asked, answer):
    port = probe.listen()
    probe.accepts((1, VERIFICATION, IMPLICIT))
    probe.do("window", *answer)
    probe.do("prepare")
    item = AsynchronousOperationsWindowNegotiation()
    item.maximum_number_operations_invoked, item.maximum_number_operations_performed = asked
    with associated(verifier(), port, ext_neg=[item]) as association:
        probe.hook("OnAccept")
        request = probe.hook("OnReceiveAssociateRequest")["association"]
        assert request["window"] == list(asked)
        assert association.acceptor.asynchronous_operations == answer
        association.release()


def test_implementation(probe):
    port = probe.listen()
    probe.accepts((1, VERIFICATION, IMPLICIT))
    probe.do("class", "1.2.3.4")
    probe.do("implementation", b"SIXTEEN_CHARS_OK".hex())
    probe.do("prepare")
    ae = verifier(implementation_class_uid="1.9.8.7", implementation_version_name="PEER 1.0")
    with associated(ae, port) as association:
        probe.hook("OnAccept")
        request = probe.hook("OnReceiveAssociateRequest")["association"]
        assert (request["class"], request["implementation"]) == ("1.9.8.7", "PEER 1.0")
        assert association.acceptor.implementation_class_uid == "1.2.3.4"
        assert association.acceptor.implementation_version_name == "SIXTEEN_CHARS_OK"
        association.release()


@pytest.mark.parametrize("maximum", [0, 8, 16384])
def test_a_store(probe, maximum):
    data_set = a_data_set(4_000 if maximum == 8 else 400_000)
    port = probe.listen()
    probe.accepts((1, CT_IMAGE, EXPLICIT))
    probe.do("maximum", maximum)
    probe.do("take-stores", 1)
    probe.do("prepare")
    ae = entity()
    ae.add_requested_context(CT_IMAGE, EXPLICIT)
    with associated(ae, port) as association:
        assert association.send_c_store(data_set, msg_id=77).Status == 0
        probe.do("status", 0xB007)
        assert association.send_c_store(data_set, msg_id=78).Status == 0xB007
        association.release()
    probe.hooks("OnAccept", "OnReceiveAssociateRequest")
    for message in (77, 78):
        store = probe.hook("OnReceiveCStoreRequest")
        assert (store["message"], store["hash"]) == (message, fnv1a(encoded(data_set)))
    probe.hooks("OnReceiveReleaseRequest", "OnClose")


def test_what_nobody_serves_is_answered(probe):
    """Every DIMSE request there is, with hooks that nobody has overridden: none is left without an answer."""
    sop_class, instance = CT_IMAGE, "1.2.3"
    finding = "1.2.840.10008.5.1.4.1.2.2.1"
    port = probe.listen()
    probe.accepts((1, sop_class, IMPLICIT), (3, finding, IMPLICIT))
    probe.do("prepare")
    ae = entity()
    ae.add_requested_context(sop_class, IMPLICIT)
    ae.add_requested_context(finding, IMPLICIT)
    small = Dataset()
    small.PatientID = "1"
    not_supported = 0x0122
    with associated(ae, port) as association:
        object_ = a_data_set(2_000)
        object_.file_meta.TransferSyntaxUID = IMPLICIT
        assert association.send_c_store(object_).Status == not_supported
        # Each to its end before the next: pynetdicom loses answers otherwise.
        for ask in (
            lambda: association.send_c_find(small, finding),
            lambda: association.send_c_get(small, finding),
            lambda: association.send_c_move(small, "ELSEWHERE", finding),
        ):
            assert [status.Status for status, _ in ask()] == [not_supported]
        for status, _ in (
            association.send_n_event_report(small, 1, sop_class, instance),
            association.send_n_get([0x00100010], sop_class, instance),
            association.send_n_set(small, sop_class, instance),
            association.send_n_action(small, 1, sop_class, instance),
            association.send_n_create(small, sop_class, instance),
        ):
            assert status.Status == not_supported
        assert association.send_n_delete(sop_class, instance).Status == not_supported
        association.send_c_cancel(1, query_model=finding)
        association.release()
        assert association.is_released
    probe.hooks("OnAccept", "OnReceiveAssociateRequest", "OnReceiveReleaseRequest", "OnClose")
