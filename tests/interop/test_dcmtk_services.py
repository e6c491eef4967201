"""DCMTK's findscu, getscu and movescu against a provider of ours, which the test steers: what they are answered arrives,
and what they store is what was sent, byte for byte."""

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pynetdicom.dsutils import encode

from support.data import INSTANCE, a_data_set, encoded
from support.objects import data_of
from support.probe import CT_IMAGE, EXPLICIT, Probe
from support.process import Program, free_port, takes_connections, until

FIND = "1.2.840.10008.5.1.4.1.2.2.1"
MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
GET = "1.2.840.10008.5.1.4.1.2.2.3"
KEYS = ("-S", "-k", "0008,0052=STUDY", "-k", "0010,0010", "-k", "0020,000d=1.2.3")
# The request and the last response of a query have these message IDs: DCMTK's first is 1.
FIRST = 1


def a_match(number):
    data_set = Dataset()
    data_set.QueryRetrieveLevel = "STUDY"
    data_set.PatientName = f"MATCH^{number}"
    data_set.StudyInstanceUID = f"1.2.3.{number}"
    return data_set


def explicit(data_set):
    return encode(data_set, False, True)


@pytest.fixture
def provider(probe):
    probe.listen()
    probe.do("leave-services", 1)
    return probe


def accept(provider):
    """Accepts what can be had in explicit VR little endian, and the roles that the requestor takes."""
    provider.hook("OnAccept")
    request = provider.hook("OnReceiveAssociateRequest")["association"]
    provider.do("new-accept")
    for it in request["contexts"]:
        result = 0 if EXPLICIT in it["transfers"] else 4
        provider.do("context", it["id"], result, it["abstract"], EXPLICIT)
        if it["roles"]:
            provider.do("role", it["id"], *it["roles"])
    provider.do("associate")
    return {it["abstract"]: it["id"] for it in request["contexts"] if EXPLICIT in it["transfers"]}


def ended_in_order(provider, program):
    provider.hooks("OnReceiveReleaseRequest", "OnClose")
    assert program.wait() == 0, program.text


def test_findscu(provider, start, tmp_path):
    findscu = start(Program, "findscu", "-v", *KEYS, "-X", "-od", tmp_path, "127.0.0.1", provider.port)
    accept(provider)
    request = provider.message("CFindRequest", message=FIRST, priority=0)
    asked = Dataset()
    asked.QueryRetrieveLevel, asked.PatientName, asked.StudyInstanceUID = "STUDY", "", "1.2.3"
    assert request["data"] == explicit(asked).hex()
    for number in (1, 2, 3):
        match = explicit(a_match(number))
        provider.send("CFindResponse", request["context"], FIRST, match, **{"class": FIND}, status=0xFF00)
    provider.send("CFindResponse", request["context"], FIRST, **{"class": FIND}, status=0)
    ended_in_order(provider, findscu)
    responses = [dcmread(it, force=True) for it in sorted(tmp_path.glob("rsp*.dcm"))]
    assert responses == [a_match(number) for number in (1, 2, 3)]


def test_findscu_cancels(provider, start):
    findscu = start(Program, "findscu", "-v", *KEYS, "--cancel", 2, "127.0.0.1", provider.port)
    accept(provider)
    context = provider.message("CFindRequest")["context"]
    match = explicit(a_match(1))
    for _ in range(2):
        provider.send("CFindResponse", context, FIRST, match, **{"class": FIND}, status=0xFF00)
    provider.message("CCancelRequest", context=context, message=FIRST)
    provider.send("CFindResponse", context, FIRST, **{"class": FIND}, status=0xFE00)
    ended_in_order(provider, findscu)
    assert "Cancel" in findscu.text


@pytest.mark.parametrize("status, words", [(0xA700, "OutOfResources"), (0x0122, "SOPClassNotSupported"), (0xC001, "Failed")])
def test_findscu_is_refused(provider, start, status, words):
    findscu = start(Program, "findscu", "-v", *KEYS, "127.0.0.1", provider.port)
    accept(provider)
    context = provider.message("CFindRequest")["context"]
    provider.send("CFindResponse", context, FIRST, **{"class": FIND}, status=status)
    provider.hooks("OnReceiveReleaseRequest", "OnClose")
    findscu.wait()
    assert words in findscu.text


def test_getscu(provider, start, tmp_path):
    stored = a_data_set(100_000)
    data = encoded(stored)
    getscu = start(Program, "getscu", "-v", *KEYS, "+B", "-od", tmp_path, "127.0.0.1", provider.port)
    contexts = accept(provider)
    provider.message("CGetRequest", context=contexts[GET], message=FIRST)
    for number in (1, 2):
        instance = f"1.2.3.{number}"
        names = {"class": CT_IMAGE, "instance": instance}
        provider.send("CStoreRequest", contexts[CT_IMAGE], 100 + number, data, **names)
        provider.message("CStoreResponse", context=contexts[CT_IMAGE], message=100 + number, status=0, instance=instance)
        counts = [2 - number, number, 0, 0]
        provider.send("CGetResponse", contexts[GET], FIRST, **{"class": GET}, status=0xFF00, counts=counts)
    provider.send("CGetResponse", contexts[GET], FIRST, **{"class": GET}, status=0, counts=[0, 2, 0, 0])
    ended_in_order(provider, getscu)
    files = list(tmp_path.iterdir())
    assert len(files) == 2
    assert all(data_of(it) == data for it in files)


def test_movescu(provider, start, tmp_path):
    """movescu is its own destination: our second object stores there. (With +B it writes where it was started.)"""
    stored = a_data_set(100_000)
    data = encoded(stored)
    port = free_port()
    movescu = start(
        Program, "movescu", "-v", *KEYS, "-aem", "HERE", "+P", port, "-od", tmp_path, "127.0.0.1", provider.port
    )
    context = accept(provider)[MOVE]
    provider.message("CMoveRequest", context=context, message=FIRST, ae="HERE")
    until(lambda: takes_connections(port), "movescu to listen")
    storing = start(Probe)
    storing.connect(port)
    storing.request((1, CT_IMAGE, EXPLICIT))
    storing.associate()
    storing.send("CStoreRequest", 1, 5, data, **{"class": CT_IMAGE}, instance=INSTANCE, ae="MOVESCU", move=FIRST)
    storing.message("CStoreResponse", message=5, status=0, instance=INSTANCE)
    storing.release()
    storing.finish()
    provider.send("CMoveResponse", context, FIRST, **{"class": MOVE}, status=0xFF00, counts=[1, 1, 0, 0])
    provider.send("CMoveResponse", context, FIRST, **{"class": MOVE}, status=0, counts=[0, 2, 0, 0])
    ended_in_order(provider, movescu)
    (file,) = tmp_path.iterdir()
    assert data_of(file) == data
