"""`ldicom echoscu`, and an LDicomNet steered by the test, against DCMTK's servers: storescp, dcmrecv and dcmqrscp."""

import concurrent.futures
import time
from pathlib import Path

import pydicom
import pytest

from support.data import INSTANCE, a_data_set, encoded
from support.dcmtk import NO_DELAY
from support.probe import CT_IMAGE, EXPLICIT, IMPLICIT, VERIFICATION, context_of
from support.process import LDICOM, run

# So many that a few of them which wait for a delayed acknowledgement are seen.
MANY = 5000

SPEEDS = [pytest.param({}, id="nagle"), pytest.param(NO_DELAY, id="nodelay")]

NET_CONNECTION_RESET = 36  # DICOM_ERROR_NET_CONNECTION_RESET


def echoscu(port, *options, host="127.0.0.1"):
    return run(LDICOM, "echoscu", "-v", *options, host, port)


@pytest.mark.parametrize("program", ["storescp", "dcmrecv"])
@pytest.mark.parametrize("environment", SPEEDS)
def test_many_verifications_on_one_association(dcmtk_server, program, environment):
    server = dcmtk_server(program, **environment)
    begun = time.monotonic()
    result = echoscu(server.port, "--repeat", MANY)
    took = time.monotonic() - begun
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("success (status 0x0000)") == MANY
    assert result.stdout == ""
    server.expect(r"Association Release")
    # A peer as shipped sends in two writes, and the second waits for an acknowledgement: some 40 ms if that is delayed,
    # which one in fifty may not be here. It takes a tenth of a second, and one more where the machine is busy.
    assert took < 4, f"{MANY} verifications took {took:.1f} s"


def test_by_the_name_of_the_machine(dcmtk_server):
    # It listens on IPv4 alone, and the name may give an IPv6 address first.
    server = dcmtk_server("storescp")
    assert echoscu(server.port, host="localhost").returncode == 0
    only = echoscu(server.port, "-6", host="127.0.0.1")
    assert only.returncode == 1
    assert "the address is of the IP version that was not asked for" in only.stderr


def test_several_at_once(dcmtk_server):
    server = dcmtk_server("storescp", "--fork")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        runs = [pool.submit(echoscu, server.port, "--repeat", 20) for _ in range(16)]
    for it in runs:
        assert it.result().returncode == 0, it.result().stderr


def test_abort(dcmtk_server):
    server = dcmtk_server("storescp")
    result = echoscu(server.port, "--abort")
    assert result.returncode == 0, result.stderr
    assert "association aborted" in result.stderr
    server.expect(r"Association Abort")
    assert echoscu(server.port).returncode == 0


@pytest.mark.parametrize("theirs", [4096, 131072])
@pytest.mark.parametrize("ours", [0, 14, 16384, 4294967295])
def test_maximum_lengths(dcmtk_server, theirs, ours):
    server = dcmtk_server("storescp", "-pdu", theirs)
    result = echoscu(server.port, "-d", "-pdu", ours, "--repeat", 3)
    assert result.returncode == 0, result.stderr
    assert f"maximum length: {theirs} bytes" in result.stderr
    server.expect(rf"Their Max PDU Receive Size: +{ours}$")


def test_titles(dcmtk_server):
    server = dcmtk_server("storescp")
    result = echoscu(server.port, "-aet", "ME, MYSELF AND I", "-aec", "SIXTEEN  CHARS 1")
    assert result.returncode == 0, result.stderr
    server.expect(r"Calling Application Name: +ME, MYSELF AND I")
    server.expect(r"Called Application Name: +SIXTEEN  CHARS 1")


def test_implementation_is_named(dcmtk_server):
    # --reject refuses whoever does not name its implementation class.
    server = dcmtk_server("storescp", "--reject")
    assert echoscu(server.port).returncode == 0
    server.expect(r"Their Implementation Class UID: +[0-9]+(\.[0-9]+)+$")


def test_refused(dcmtk_server):
    server = dcmtk_server("storescp", "--refuse")
    result = echoscu(server.port)
    assert result.returncode == 1
    assert "association rejected permanently by the service user: no reason given" in result.stderr
    server.expect(r"Refusing Association")


@pytest.fixture
def archive(dcmtk_server, tmp_path):
    """A dcmqrscp that knows one title, ARCHIVE, and one association at a time."""
    configuration = tmp_path / "dcmqrscp.cfg"
    configuration.write_text(
        "MaxPDUSize = 16384\nMaxAssociations = 1\n"
        "HostTable BEGIN\nHostTable END\nVendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nARCHIVE {tmp_path} RW (1, 1mb) ANY\nAETable END\n"
    )
    return dcmtk_server("dcmqrscp", "-c", configuration)


def test_a_title_that_an_archive_does_not_know(archive):
    assert echoscu(archive.port, "-aec", "ARCHIVE").returncode == 0
    result = echoscu(archive.port, "-aec", "UNKNOWN")
    assert result.returncode == 1
    assert "by the service user: called AE title not recognized" in result.stderr


def test_an_archive_that_is_full(archive, probe):
    probe.connect(archive.port)
    probe.request()
    probe.do("called", b"ARCHIVE".hex())
    probe.associate()
    result = echoscu(archive.port, "-aec", "ARCHIVE")
    assert result.returncode == 1
    assert "association rejected for now by the service provider (presentation): local limit exceeded" in result.stderr
    probe.release()


@pytest.mark.parametrize("environment", SPEEDS)
@pytest.mark.parametrize("maximum", [4096, 131072])
def test_a_store(dcmtk_server, probe, tmp_path, environment, maximum):
    data_set = a_data_set(300_000)
    sent = tmp_path / "sent"
    sent.write_bytes(encoded(data_set))
    received = tmp_path / "received"
    received.mkdir()
    server = dcmtk_server("storescp", "-pdu", maximum, "-od", received, "+B", **environment)
    probe.connect(server.port)
    probe.request((1, VERIFICATION, IMPLICIT), (3, CT_IMAGE, EXPLICIT))
    association = probe.associate()
    assert association["maximum"] == maximum
    assert [context_of(association, it)["result"] for it in (1, 3)] == [0, 0]
    probe.do("store", 3, 7, CT_IMAGE, INSTANCE, sent)
    answer = probe.hook("OnReceiveCStoreResponse")
    assert (answer["context"], answer["message"], answer["status"]) == (3, 7, 0)
    assert probe.echo(1, 8) == 0
    probe.release()
    (file,) = [it for it in received.rglob("*") if it.is_file()]
    assert Path(file).read_bytes().endswith(sent.read_bytes())
    assert pydicom.dcmread(file).PixelData == data_set.PixelData


@pytest.mark.parametrize("option", ["--abort-after", "--abort-during"])
def test_a_peer_that_aborts_a_store(dcmtk_server, probe, tmp_path, option):
    sent = tmp_path / "sent"
    sent.write_bytes(encoded(a_data_set(300_000)))
    server = dcmtk_server("storescp", option, "--ignore")
    probe.connect(server.port)
    probe.request((3, CT_IMAGE, EXPLICIT))
    probe.associate()
    probe.do("store", 3, 7, CT_IMAGE, INSTANCE, sent)
    abort = probe.hook("OnReceiveAbort")
    assert abort["source"] == 0
    probe.hook("OnClose")
    assert echoscu(server.port).returncode == 0


def test_an_abort_of_ours_in_a_store(dcmtk_server, probe, tmp_path):
    sent = tmp_path / "sent"
    sent.write_bytes(encoded(a_data_set(300_000)))
    server = dcmtk_server("storescp", "--ignore")
    probe.connect(server.port)
    probe.request((3, CT_IMAGE, EXPLICIT))
    probe.associate()
    probe.do("store", 3, 7, CT_IMAGE, INSTANCE, sent)
    probe.do("abort", 0, 0)
    server.expect(r"Association Abort|aborted")
    assert echoscu(server.port).returncode == 0


def test_a_peer_that_is_killed(dcmtk_server, probe):
    server = dcmtk_server("storescp")
    probe.connect(server.port)
    probe.request()
    probe.associate()
    server.end()
    assert probe.hook("OnClose")["error"] == NET_CONNECTION_RESET
