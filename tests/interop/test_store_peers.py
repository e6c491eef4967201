"""`ldicom storescu` and `storescp` with DCMTK and pynetdicom, both ways, on real files and on what seldom occurs.

What is stored is compared byte by byte with what was sent. DCMTK's senders write a data set anew: what they send is
what DCMTK's own receiver keeps of it when it is told to change nothing.
"""

import collections

import pytest
from pydicom import dcmread
from pynetdicom import _config
from pynetdicom.presentation import build_context

from support.dcmtk import NO_DELAY
from support.objects import (
    BIG_ENDIAN,
    DEFLATED,
    JPEG_BASELINE,
    PIXELS,
    RLE,
    ROOT,
    SEQUENCE_END,
    UNCOMPRESSED,
    UNDEFINED,
    Meta,
    Object,
    bundled,
    data_of,
    element,
    item,
    plain,
    seldom,
    small,
    syntax_of,
    write,
)
from support.probe import EXPLICIT, IMPLICIT
from support.process import LDICOM, Program, run, until
from support.pynetdicom_peer import Events, associated, entity, evt, serving
from support.store_tools import events, storescu, summary_of

# Some of the bundled files are not what they say.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")

BUNDLED = bundled()

COLOR_PALETTE = "1.2.840.10008.5.1.4.39.1"
JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_LS_NEAR_LOSSLESS = "1.2.840.10008.1.2.4.81"
JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90"
MPEG2 = "1.2.840.10008.1.2.4.100"


@pytest.fixture
def made(tmp_path):
    """Files of what seldom occurs."""
    directory = tmp_path / "made"
    directory.mkdir()
    return seldom(directory)


def paths(objects):
    return [it.path for it in objects]


def sent_all(result, objects):
    """Whether a run of storescu has sent so many; gives its summary."""
    assert result.returncode == 0, result.stderr
    summary = summary_of(result)
    assert (summary["sent"], summary["failed"], summary["skipped"]) == (len(objects), 0, 0)
    assert summary["statuses"] == {"0x0000": len(objects)}
    return summary


def multiset(directory):
    """How often each data set is in a directory."""
    return collections.Counter(data_of(it) for it in directory.iterdir())


def stored_by(server, count):
    """What a storescp with --json has stored, in order."""
    return until(lambda: len(events(server, "stored")) >= count and events(server, "stored"), f"{count} objects")


# ---- ldicom storescu ------------------------------------------------------------------------------


def test_what_storescu_reads_of_the_files():
    # A bundle that lacks one would leave it untested.
    assert {*UNCOMPRESSED, JPEG_BASELINE, RLE} <= {it.transfer_syntax for it in BUNDLED}
    assert len(BUNDLED) > 150


def association_configuration(objects, directory):
    """A file that has dcmrecv take what these objects are."""
    syntaxes = sorted({it.transfer_syntax for it in objects})
    classes = sorted({it.sop_class for it in objects})
    lines = ["[[TransferSyntaxes]]", "[All]"]
    lines += [f"TransferSyntax{number} = {uid}" for number, uid in enumerate(syntaxes, 1)]
    lines += ["[[PresentationContexts]]", "[Storage]"]
    lines += [f"PresentationContext{number} = {uid}\\All" for number, uid in enumerate(classes, 1)]
    lines += ["[[Profiles]]", "[Default]", "PresentationContexts = Storage"]
    path = directory / "dcmrecv.cfg"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("program", ["storescp", "dcmrecv"])
def test_storescu_to_dcmtk(dcmtk_server, tmp_path, kept, made, program):
    # DCMTK ends an association for a fragment of odd length, and so for a data set of one (PS3.5 7.1.1 has none), and
    # refuses colour palettes whatever it is told.
    objects = [it for it in BUNDLED + made if len(it.data) % 2 == 0 and it.sop_class != COLOR_PALETTE]
    assert len(objects) > 150
    if program == "storescp":
        server = dcmtk_server(program, "-pm", "+xa", "+B", "+uf", "-od", kept)
    else:
        profile = association_configuration(objects, tmp_path)
        server = dcmtk_server(program, "+B", "+fu", "-od", kept, "-xf", profile, "Default")
    sent_all(storescu("--json", "127.0.0.1", server.port, *paths(objects)), objects)
    assert multiset(kept) == collections.Counter(it.data for it in objects)


def provider(objects, *handlers, syntaxes=None):
    """A pynetdicom SCP for the classes of these objects, and for their transfer syntaxes unless others are given."""
    ae = entity("PYNETDICOM")
    ae.maximum_pdu_size = 0
    for sop_class in {it.sop_class for it in objects}:
        own = {it.transfer_syntax for it in objects if it.sop_class == sop_class}
        ae.add_supported_context(sop_class, sorted(own | set(UNCOMPRESSED)) if syntaxes is None else syntaxes)
    return serving(ae, *handlers)


def as_sent(it):
    """The bytes that the peer gets: the file's, but that a deflated stream is of even length (PS3.5 A.5)."""
    return it.data + bytes(len(it.data) % 2 if it.transfer_syntax == DEFLATED else 0)


def taking(kept):
    """A handler of C-STORE requests that keeps (instance, transfer syntax, bytes)."""

    def handle(event):
        request = event.request
        kept.append((request.AffectedSOPInstanceUID, event.context.transfer_syntax, request.DataSet.getvalue()))
        return 0

    return (evt.EVT_C_STORE, handle)


def test_storescu_to_pynetdicom(made):
    objects, kept = BUNDLED + made, []
    with provider(objects, taking(kept)) as port:
        sent_all(storescu("--json", "127.0.0.1", port, *paths(objects)), objects)
    assert kept == [(it.instance, it.transfer_syntax, as_sent(it)) for it in objects]


@pytest.mark.parametrize("window", [None, 1, 7, 0])
def test_storescu_to_storescp(storescp, kept, made, window):
    server = storescp("--json", "+uf", "-od", kept)
    objects = BUNDLED + made
    options = [] if window is None else ["--async", window]
    sent_all(storescu("--json", *options, "127.0.0.1", server.port, *paths(objects)), objects)
    stored = stored_by(server, len(objects))
    assert [it["sop_instance"] for it in stored] == [it.instance for it in objects]
    assert [it["transfer_syntax"] for it in stored] == [it.transfer_syntax for it in objects]
    for event, sent in zip(stored, objects):
        assert data_of(event["file"]) == as_sent(sent), sent
        meta = dcmread(event["file"], stop_before_pixels=True, specific_tags=[]).file_meta
        assert meta.MediaStorageSOPClassUID == event["sop_class"] == sent.sop_class
        assert meta.MediaStorageSOPInstanceUID == sent.instance
        assert meta.TransferSyntaxUID == sent.transfer_syntax


# ---- Conversion -----------------------------------------------------------------------------------


# What DCMTK leaves out when it writes a data set.
TRAILING_PADDING = 0xFFFCFFFC


def content(path):
    """What is in a data set, whatever it is written in: each element as text, and the pixels in little endian."""
    data_set = dcmread(path)
    pixels = data_set.PixelData
    if data_set.file_meta.TransferSyntaxUID == BIG_ENDIAN:
        pixels = b"".join(pixels[at : at + 2][::-1] for at in range(0, len(pixels), 2))
    return [str(it) for it in data_set if it.tag not in (PIXELS, TRAILING_PADDING)], pixels


def small_images(syntaxes):
    """Bundled images of one origin in several transfer syntaxes."""
    named = {"MR_small.dcm", "MR_small_implicit.dcm", "MR_small_bigendian.dcm", "MR_small_RLE.dcm",
             "MR_small_jpeg_ls_lossless.dcm", "MR_small_jp2klossless.dcm"}
    return [it for it in BUNDLED if it.path.name in named and it.transfer_syntax in syntaxes]


@pytest.mark.parametrize("wanted", UNCOMPRESSED)
def test_what_is_not_accepted_is_converted(tmp_path, wanted):
    objects = small_images({*UNCOMPRESSED, RLE, JPEG_LS, JPEG_2000_LOSSLESS})
    assert len(objects) == 6
    got = []
    with provider(objects, taking(got), syntaxes=[wanted]) as port:
        option = ["-xb"] if wanted == BIG_ENDIAN else []
        sent_all(storescu("--json", *option, "127.0.0.1", port, *paths(objects)), objects)
    reference = content(small_images({EXPLICIT})[0].path)
    for sent, (instance, syntax, data) in zip(objects, got):
        assert syntax == wanted
        if sent.transfer_syntax == wanted:
            assert data == sent.data
        assert content(write(tmp_path / "got.dcm", data, wanted, instance, sent.sop_class)) == reference, sent


def test_jpeg_ls_is_what_dcmtk_makes_of_it(storescp, kept, tmp_path):
    objects = [it for it in BUNDLED if it.transfer_syntax in (JPEG_LS, JPEG_LS_NEAR_LOSSLESS)]
    assert len(objects) >= 5
    for sent in objects:
        run("dcmdjpls", sent.path, tmp_path / "plain.dcm")
        # Some of them have one instance UID: one at a time.
        server = storescp("-xe", "-od", kept)
        sent_all(storescu("--json", "127.0.0.1", server.port, sent.path), [sent])
        (got,) = kept.iterdir()
        assert syntax_of(got) == EXPLICIT
        reference, found = dcmread(tmp_path / "plain.dcm"), dcmread(got)
        assert found.PixelData == reference.PixelData, sent
        for name in ("PhotometricInterpretation", "PlanarConfiguration", "BitsAllocated", "BitsStored", "HighBit"):
            assert found.get(name) == reference.get(name), (sent, name)
        got.unlink()


def test_what_cannot_be_converted_fails_alone(storescp, kept, tmp_path):
    server = storescp("-xi", "-od", kept)
    plain_image = small_images({EXPLICIT})
    pixels = element(PIXELS, b"OB", item(b"") + item(b"\0\0\1\xb3") + SEQUENCE_END, UNDEFINED)
    instance = f"{ROOT}.4"
    video = write(tmp_path / "video.dcm", plain(instance, [(PIXELS, pixels)]), MPEG2, instance)
    objects = plain_image + [Object(video, Meta(instance, MPEG2))]
    result = storescu("--json", "127.0.0.1", server.port, *paths(objects))
    assert result.returncode == 1
    summary = summary_of(result)
    assert (summary["sent"], summary["failed"]) == (1, 1)
    assert summary["failures"][0]["file"] == str(objects[1].path)
    assert "the transfer syntax is not supported (error 417)" in summary["failures"][0]["reason"]
    assert "video.dcm: cannot be sent: the transfer syntax is not supported" in result.stderr
    assert [it.name for it in kept.iterdir()] == [plain_image[0].instance + ".dcm"]


# ---- What is proposed -----------------------------------------------------------------------------


def proposed(objects, *options):
    """The transfer syntaxes of each context that storescu proposes for files of one class."""
    seen = Events()
    handlers = [(evt.EVT_REQUESTED, lambda event: seen.note(event.assoc.requestor.requested_contexts)), taking([])]
    with provider(objects, *handlers, syntaxes=[*UNCOMPRESSED, RLE]) as port:
        sent_all(storescu("--json", *options, "127.0.0.1", port, *paths(objects)), objects)
    return [[str(uid) for uid in it.transfer_syntax] for it in seen.next()]


@pytest.mark.parametrize("files, options, contexts", [
    ({EXPLICIT}, [], [[EXPLICIT], [IMPLICIT]]),
    ({IMPLICIT}, [], [[IMPLICIT]]),
    ({BIG_ENDIAN}, [], [[BIG_ENDIAN], [EXPLICIT, IMPLICIT]]),
    ({RLE}, [], [[RLE], [EXPLICIT, IMPLICIT]]),
    ({EXPLICIT, RLE}, [], [[EXPLICIT], [RLE], [IMPLICIT]]),
    ({RLE}, ["-R"], [[RLE]]),
    ({EXPLICIT, RLE}, ["-R"], [[EXPLICIT], [RLE]]),
    ({EXPLICIT}, ["-xi"], [[IMPLICIT]]),
    ({RLE}, ["-xe"], [[EXPLICIT, BIG_ENDIAN, IMPLICIT]]),
    ({IMPLICIT}, ["-xb"], [[BIG_ENDIAN, EXPLICIT, IMPLICIT]]),
])
def test_what_is_proposed(files, options, contexts):
    assert sorted(proposed(small_images(files), *options)) == sorted(contexts)


# ---- ldicom storescp ------------------------------------------------------------------------------


def dcmsend(port, objects):
    return run("dcmsend", "-v", "-nuc", "-nh", "-dn", "127.0.0.1", port, *paths(objects), **NO_DELAY)


def test_dcmsend_to_storescp(dcmtk_server, storescp, tmp_path, made):
    objects = [it for it in BUNDLED + made if it.sop_class != COLOR_PALETTE]
    directories = [tmp_path / "dcmtk", tmp_path / "ldicom"]
    for directory in directories:
        directory.mkdir()
    theirs = dcmtk_server("storescp", "-pm", "+xa", "+B", "+uf", "-od", directories[0], **NO_DELAY)
    ours = storescp("--json", "+uf", "-od", directories[1])
    dcmsend(theirs.port, objects)
    dcmsend(ours.port, objects)
    until(lambda: len(list(directories[0].iterdir())) > 100, "what dcmsend sends")
    assert multiset(directories[1]) == multiset(directories[0])
    assert events(ours, "refused") == events(ours, "broken-off") == []


@pytest.mark.parametrize("option, server_option, syntax", [
    ("-xi", "+xi", IMPLICIT),
    ("-xe", "+xe", EXPLICIT),
    ("-xb", "+xb", BIG_ENDIAN),
    ("-xe", "-xi", IMPLICIT),
    ("-xe", "-xb", BIG_ENDIAN),
    ("-xb", "-xe", EXPLICIT),
    ("-xe", "+xa", EXPLICIT),
    ("-xb", "+xa", BIG_ENDIAN),
])
def test_dcmtk_storescu_to_storescp(storescp, kept, option, server_option, syntax):
    server = storescp(server_option, "-od", kept)
    (sent,) = small_images({EXPLICIT})
    # Combined, so that the choice is this side's.
    result = run("storescu", "-v", "-R", "+C", option, "127.0.0.1", server.port, sent.path)
    assert result.returncode == 0, result.stderr
    (path,) = kept.iterdir()
    assert path.name == sent.instance + ".dcm"
    assert syntax_of(path) == syntax
    assert content(path) == content(sent.path)


def test_pynetdicom_to_storescp(storescp, kept, made, monkeypatch):
    server = storescp("--json", "+uf", "-od", kept)
    objects = BUNDLED + made
    # Files are sent as they lie there.
    monkeypatch.setattr(_config, "STORE_SEND_CHUNKED_DATASET", True)
    ae = entity()
    ae.requested_contexts = [build_context(*it) for it in {(it.sop_class, it.transfer_syntax): 0 for it in objects}]
    with associated(ae, server.port) as association:
        assert association.is_established
        for sent in objects:
            assert association.send_c_store(sent.path).Status == 0, sent
        association.release()
    stored = stored_by(server, len(objects))
    assert [data_of(it["file"]) for it in stored] == [it.data for it in objects]
    assert {it["calling"] for it in stored} == {"PYNETDICOM"}


def test_many_associations_at_once(storescp, kept, tmp_path, start):
    server = storescp("--json", "-od", kept)
    objects = small(tmp_path, 120)
    to = "127.0.0.1", server.port
    senders = [start(Program, LDICOM, "storescu", *to, *paths(objects[at::12])) for at in range(12)]
    assert [it.wait() for it in senders] == [0] * 12
    assert {it.name: data_of(it) for it in kept.iterdir()} == {f"{it.instance}.dcm": it.data for it in objects}
    peers = {it["peer"] for it in stored_by(server, 120)}
    assert len(peers) == 12
