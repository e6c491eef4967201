"""`ldicom echoscu`, and an LDicomNet steered by the test, against pynetdicom's SCP."""

import concurrent.futures
import threading

import pytest

from support.data import INSTANCE, a_data_set, encoded
from support.probe import CT_IMAGE, EXPLICIT, IMPLICIT, VERIFICATION, context_of, hexadecimal
from support.process import DEADLINE, LDICOM, run
from support.pynetdicom_peer import Events, collides, entity, evt, instead_of_an_answer, keep_from_stealing, serving

SOURCES = {
    1: "the service user",
    2: "the service provider (ACSE)",
    3: "the service provider (presentation)",
}
REASONS = {
    (1, 1): "no reason given",
    (1, 2): "application context name not supported",
    (1, 3): "calling AE title not recognized",
    (1, 7): "called AE title not recognized",
    (2, 1): "no reason given",
    (2, 2): "protocol version not supported",
    (3, 1): "temporary congestion",
    (3, 2): "local limit exceeded",
}


def echoscu(port, *options, host="127.0.0.1"):
    return run(LDICOM, "echoscu", *options, host, port)


def verification(**settings):
    ae = entity("PYNETDICOM_SCP", **settings)
    ae.add_supported_context(VERIFICATION)
    return ae


# ---- ldicom echoscu -------------------------------------------------------------------------------


def test_verifications(loopback):
    seen = Events()
    handlers = [(evt.EVT_C_ECHO, lambda event: seen.note(event.request.MessageID) or 0)]
    with serving(verification(), *handlers, address=loopback) as port:
        result = echoscu(port, "-v", "--repeat", 50, host=loopback)
    assert result.returncode == 0, result.stderr
    assert [seen.next() for _ in range(50)] == list(range(1, 51))


@pytest.mark.parametrize("bind", ["127.0.0.1", "127.0.0.2"])
def test_bound_to_an_address(bind):
    seen = Events()
    handlers = [(evt.EVT_CONN_OPEN, lambda event: seen.note(event.address[0]))]
    with serving(verification(), *handlers) as port:
        assert echoscu(port, "--bind", bind).returncode == 0
    seen.expect(bind)


def test_titles():
    seen = Events()

    def notes(event):
        request = event.assoc.requestor.primitive
        seen.note(request.calling_ae_title, request.called_ae_title)

    handlers = [(evt.EVT_ACCEPTED, notes)]
    with serving(verification(), *handlers) as port:
        assert echoscu(port, "-aet", "ME MYSELF", "-aec", "SIXTEEN__CHARS_1").returncode == 0
    seen.expect(("ME MYSELF", "SIXTEEN__CHARS_1"))


@pytest.mark.parametrize("result", [1, 2])
@pytest.mark.parametrize("source, reason", REASONS)
def test_every_rejection_in_words(result, source, reason):
    handlers = instead_of_an_answer(lambda association: association.acse.send_reject(result, source, reason))
    with serving(verification(), *handlers) as port:
        run_ = echoscu(port)
    assert run_.returncode == 1
    assert run_.stdout == ""
    words = "rejected permanently" if result == 1 else "rejected for now"
    assert run_.stderr == (
        f"E: 127.0.0.1:{port}: association {words} by {SOURCES[source]}: {REASONS[source, reason]} "
        f"(result {result}, source {source}, reason {reason})\n"
    )


def test_rejections_of_its_own_making():
    with serving(verification(require_called_aet=True)) as port:
        assert "called AE title not recognized" in echoscu(port).stderr
        assert echoscu(port, "-aec", "PYNETDICOM_SCP").returncode == 0
    with serving(verification(require_calling_aet=["FRIEND"])) as port:
        assert "calling AE title not recognized" in echoscu(port).stderr
        assert echoscu(port, "-aet", "FRIEND").returncode == 0


@pytest.mark.parametrize("reason, words", [
    (0, "reason not specified"), (1, "unrecognized PDU"), (2, "unexpected PDU"), (4, "unrecognized PDU parameter"),
    (5, "unexpected PDU parameter"), (6, "invalid PDU parameter value"),
])
def test_every_abort_of_the_provider_in_words(reason, words):
    def aborts(association):
        association.acse.send_ap_abort(reason)

    with serving(verification(), *instead_of_an_answer(aborts)) as port:
        result = echoscu(port)
    assert result.returncode == 1
    assert f"association aborted by the peer's service provider: {words}" in result.stderr
    assert "before the answer to the association request" in result.stderr

    def aborts_later(event):
        aborts(event.assoc)
        return 0

    with serving(verification(), (evt.EVT_C_ECHO, aborts_later)) as port:
        result = echoscu(port)
    assert result.returncode == 1
    assert f"association aborted by the peer's service provider: {words}" in result.stderr
    assert "before the answer to C-ECHO-RQ message 1" in result.stderr


def test_an_abort_of_the_user_in_words():
    def aborts(association):
        association.abort(block=False)

    with serving(verification(), *instead_of_an_answer(aborts)) as port:
        result = echoscu(port)
    assert result.returncode == 1
    assert "association aborted by the peer's service user" in result.stderr

    with serving(verification(), (evt.EVT_C_ECHO, lambda event: aborts(event.assoc) or 0)) as port:
        result = echoscu(port)
    assert result.returncode == 1
    assert "association aborted by the peer's service user" in result.stderr


@pytest.mark.parametrize("status, words", [
    (0x0110, "processing failure"), (0x0122, "SOP class not supported"), (0x0210, "duplicate invocation"),
    (0x0212, "mistyped argument"), (0x0211, "unrecognized operation"), (0x4321, "a status without words here"),
])
def test_every_answer_that_is_no_success(status, words):
    with serving(verification(), (evt.EVT_C_ECHO, lambda event: status)) as port:
        result = echoscu(port)
    assert result.returncode == 1
    assert f"was answered with {words} (status 0x{status:04X})" in result.stderr


@pytest.mark.parametrize("supported, words", [
    ((CT_IMAGE, IMPLICIT), "abstract syntax not supported"),
    ((VERIFICATION, "1.2.840.10008.1.2.4.50"), "transfer syntaxes not supported"),
])
def test_a_context_that_is_refused(supported, words):
    ae = entity()
    ae.add_supported_context(*supported)
    with serving(ae) as port:
        result = echoscu(port)
    assert result.returncode == 1
    assert words in result.stderr


def test_an_abort_at_the_end():
    seen = Events()
    handlers = [(evt.EVT_PDU_RECV, lambda event: seen.note(event.pdu))]
    with serving(verification(), *handlers) as port:
        assert echoscu(port, "--abort").returncode == 0
        kinds = [seen.next() for _ in range(3)]
    assert [it.pdu_type for it in kinds] == [1, 4, 7]
    assert kinds[-1].source == 0


@pytest.mark.parametrize("ours", [0, 8, 9, 128, 4294967295])
@pytest.mark.parametrize("theirs", [0, 8, 9, 128, 4294967295])
def test_maximum_lengths(ours, theirs):
    seen = Events()
    handlers = [
        (evt.EVT_ACCEPTED, lambda event: seen.note(event.assoc.requestor.maximum_length)),
        (evt.EVT_DATA_RECV, lambda event: seen.note(event.data)),
    ]
    with serving(verification(maximum_pdu_size=theirs), *handlers) as port:
        result = echoscu(port, "-pdu", ours, "--repeat", 3)
        assert result.returncode == 0, result.stderr
    events = seen.so_far()
    assert ours in events
    data = [it for it in events if it != ours and it[0] == 4]
    assert all(len(it) - 6 <= (theirs or 0xFFFFFFFF) for it in data)
    assert len(data) == 3 or theirs <= 128


def test_several_at_once(loopback):
    with serving(verification(maximum_associations=100), address=loopback) as port:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            runs = [pool.submit(echoscu, port, "--repeat", 5, host=loopback) for _ in range(16)]
        for it in runs:
            assert it.result().returncode == 0, it.result().stderr


# ---- An LDicomNet steered by the test -------------------------------------------------------------


def test_128_contexts(probe):
    ae = entity()
    for number in range(0, 128, 2):
        ae.add_supported_context(f"1.2.3.{number}", EXPLICIT)
    with serving(ae) as port:
        probe.connect(port)
        probe.request(*[(2 * number + 1, f"1.2.3.{number}", IMPLICIT, EXPLICIT) for number in range(128)])
        association = probe.associate()
        for number in range(128):
            context = context_of(association, 2 * number + 1)
            # PS3.8 9.3.3.2: an answer names no abstract syntax; it is filled in from the request.
            assert context["abstract"] == f"1.2.3.{number}"
            if number % 2 == 0:
                assert (context["result"], context["transfers"]) == (0, [EXPLICIT])
            else:
                assert context["result"] == 3
        probe.release()


@pytest.mark.parametrize("roles", [(1, 0), (0, 1), (1, 1)])
@pytest.mark.parametrize("support", [(True, False), (False, True), (True, True)])
def test_role_selection(probe, roles, support):
    ae = entity()
    ae.add_supported_context(CT_IMAGE, scu_role=support[0], scp_role=support[1])
    ae.add_supported_context(VERIFICATION)
    seen = Events()
    handlers = [(evt.EVT_ACCEPTED, lambda event: seen.note(event.assoc.requestor.role_selection))]
    with serving(ae, *handlers) as port:
        probe.connect(port)
        probe.request((1, CT_IMAGE, IMPLICIT), (3, VERIFICATION, IMPLICIT))
        probe.do("role", 1, *roles)
        association = probe.associate()
        item = seen.next()[CT_IMAGE]
        assert (item.scu_role, item.scp_role) == tuple(bool(it) for it in roles)
        granted = [int(bool(asked) and allowed) for asked, allowed in zip(roles, support)]
        if any(granted):
            assert context_of(association, 1)["roles"] == granted
        assert context_of(association, 3)["roles"] is None
        probe.release()


def test_extended_negotiation(probe):
    ae = entity()
    ae.add_supported_context(CT_IMAGE)
    seen = Events()

    def answers(event):
        seen.note(dict(event.app_info))
        return {CT_IMAGE: b"\x01\x00\xff"}

    with serving(ae, (evt.EVT_SOP_EXTENDED, answers)) as port:
        probe.connect(port)
        probe.request((1, CT_IMAGE, IMPLICIT))
        probe.do("extended", 1, "020003000100")
        association = probe.associate()
        seen.expect({CT_IMAGE: b"\x02\x00\x03\x00\x01\x00"})
        assert context_of(association, 1)["extended"] == "0100ff"
        probe.release()


def test_common_extended_negotiation(probe):
    ae = entity()
    ae.add_supported_context(CT_IMAGE)
    seen = Events()

    def takes(event):
        item = event.items[CT_IMAGE]
        seen.note(item.service_class_uid, list(item.related_general_sop_class_identification))
        return event.items

    general = "1.2.840.10008.5.1.4.1.1.88.22"
    service = "1.2.840.10008.4.2"
    text = [it.encode() for it in (CT_IMAGE, service, general)]
    lengths = [len(it).to_bytes(2, "big") for it in text]
    related = lengths[2] + text[2]
    data = lengths[0] + text[0] + lengths[1] + text[1] + len(related).to_bytes(2, "big") + related
    with serving(ae, (evt.EVT_SOP_COMMON, takes)) as port:
        probe.connect(port)
        probe.request((1, CT_IMAGE, IMPLICIT))
        probe.do("item", "0x57", data.hex())
        probe.associate()
        seen.expect((service, [general]))
        probe.release()


@pytest.mark.parametrize("kind, primary, secondary", [
    (1, b"name", b""), (2, b"name", b"pass\xffword"), (3, b"\x00ticket", b""), (4, b"<saml/>", b""), (5, b"a.b.c", b""),
])
@pytest.mark.parametrize("response", [0, 1])
def test_user_identity(probe, kind, primary, secondary, response):
    seen = Events()

    def checks(event):
        seen.note(event.user_id_type, event.primary_field, event.secondary_field or b"")
        return True, b"granted"

    with serving(verification(), (evt.EVT_USER_ID, checks)) as port:
        probe.connect(port)
        probe.request()
        probe.do("identity", kind, response, hexadecimal(primary), hexadecimal(secondary))
        association = probe.associate()
        seen.expect((kind, primary, secondary))
        # pynetdicom answers tickets, assertions and tokens alone, though the standard has it for all (PS3.7 D.3.3.7).
        answered = response and kind in (3, 4, 5)
        assert association["identity_response"] == (b"granted".hex() if answered else None)
        probe.release()


def test_a_user_who_is_not_let_in(probe):
    with serving(verification(), (evt.EVT_USER_ID, lambda event: (False, None))) as port:
        probe.connect(port)
        probe.request()
        probe.do("identity", 2, 1, hexadecimal("name"), hexadecimal("wrong"))
        probe.do("associate")
        rejection = probe.hook("OnReceiveAssociateReject")
        assert (rejection["result"], rejection["source"], rejection["reason"]) == (2, 2, 1)
        probe.hook("OnClose")


@pytest.mark.parametrize("window", [(0, 0), (5, 6), (65535, 2)])
def test_asynchronous_operations(probe, window):
    seen = Events()
    handlers = [(evt.EVT_ASYNC_OPS, lambda event: seen.note(event.nr_invoked, event.nr_performed))]
    with serving(verification(), *handlers) as port:
        probe.connect(port)
        probe.request()
        probe.do("window", *window)
        association = probe.associate()
        seen.expect(window)
        assert association["window"] == [1, 1]
        probe.release()


def test_implementation(probe):
    ae = verification(implementation_class_uid="1.9.8.7", implementation_version_name="PEER 1.0")
    seen = Events()

    def notes(event):
        requestor = event.assoc.requestor
        seen.note(requestor.implementation_class_uid, requestor.implementation_version_name)

    with serving(ae, (evt.EVT_ACCEPTED, notes)) as port:
        probe.connect(port)
        probe.request()
        probe.do("class", "1.2.3.4")
        probe.do("implementation", hexadecimal("SIXTEEN_CHARS_OK"))
        association = probe.associate()
        seen.expect(("1.2.3.4", "SIXTEEN_CHARS_OK"))
        assert (association["class"], association["implementation"]) == ("1.9.8.7", "PEER 1.0")
        probe.release()


def test_a_release_at_both_ends_at_once(probe):
    # PS3.8 9.2.3, from the requestor's side: it answers first.
    seen = Events()
    peers = Events()
    answered = threading.Event()

    def sent(event):
        if event.data[0] == 6:
            answered.set()

    handlers = [
        (evt.EVT_ESTABLISHED, lambda event: peers.note(event.assoc)),
        (evt.EVT_DATA_SENT, sent),
        (evt.EVT_PDU_RECV, lambda event: seen.note(event.pdu.pdu_type)),
    ]
    with serving(verification(), *handlers) as port:
        probe.connect(port)
        probe.request()
        probe.associate()
        peer = peers.next()
        # pynetdicom would close the connection while its last answer is on its way out.
        close = peer._server.shutdown_request
        peer._server.shutdown_request = lambda request: answered.wait(DEADLINE) and close(request)
        keep_from_stealing(peer)
        collides(peer, probe)
        peer.release()
        assert peer.is_released
        probe.hooks("OnReceiveReleaseRequest", "OnReceiveReleaseResponse", "OnClose")
        for kind in (1, 5, 6):
            seen.expect(kind)


def test_a_release_of_the_acceptor(probe):
    peers = []
    handlers = [(evt.EVT_C_ECHO, lambda event: peers.append(event.assoc) or 0)]
    with serving(verification(), *handlers) as port:
        probe.connect(port)
        probe.request()
        probe.associate()
        assert probe.echo() == 0
        keep_from_stealing(peers[0])
        peers[0].release()
        assert peers[0].is_released
        probe.hooks("OnReceiveReleaseRequest", "OnClose")


@pytest.mark.parametrize("maximum", [0, 8, 16384])
def test_a_store(probe, tmp_path, maximum):
    data = encoded(a_data_set(4_000 if maximum == 8 else 400_000))
    sent = tmp_path / "sent"
    sent.write_bytes(data)
    ae = entity(maximum_pdu_size=maximum)
    ae.add_supported_context(CT_IMAGE, EXPLICIT)
    seen = Events()

    def takes(event):
        request = event.request
        seen.note(request.MessageID, request.AffectedSOPInstanceUID, request.DataSet.getvalue())
        return 0xB007

    with serving(ae, (evt.EVT_C_STORE, takes)) as port:
        probe.connect(port)
        probe.request((5, CT_IMAGE, EXPLICIT))
        probe.associate()
        probe.do("store", 5, 99, CT_IMAGE, INSTANCE, sent)
        answer = probe.hook("OnReceiveCStoreResponse")
        assert (answer["context"], answer["message"], answer["status"]) == (5, 99, 0xB007)
        seen.expect((99, INSTANCE, data))
        probe.release()


def test_a_peer_that_goes_away(probe):
    ae = verification()
    opened = []
    with serving(ae, (evt.EVT_CONN_OPEN, lambda event: opened.append(event.assoc))) as port:
        probe.connect(port)
        probe.request()
        probe.associate()
        # No release, no abort.
        opened[0].dul.socket._shutdown_socket()
        assert probe.hook("OnClose")["error"] != 0
        assert probe.try_do("echo", 1, 1) != 0
