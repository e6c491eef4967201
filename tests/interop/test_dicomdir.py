"""DICOMDIR files of pydicom, changed and saved by LDicomDS through its C functions: pydicom finds each record again."""

import ctypes
import shutil
from pathlib import Path

import pydicom.data
import pytest
from pydicom import dcmread
from pydicom.fileset import FileSet

from support.process import BIN

DIRECTORY = Path(pydicom.data.__file__).parent / "test_files" / "dicomdirtests"
PATIENT_NAME = 0x00100010
FILE_SET_ID = 0x00041130
DICOM_ERROR_FORMAT = 8
CLASS_MEDIA_STORAGE_DIRECTORY = 22

# Some of them are not what they say, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")


@pytest.fixture(scope="module")
def library():
    it = ctypes.CDLL(str(BIN.parent / "lib" / "libldicomnet.so"))
    handle, text = ctypes.c_void_p, ctypes.c_char_p
    it.L_DicomCreateDS.restype = handle
    it.L_DicomCreateDS.argtypes = [text]
    it.L_DicomFreeDS.argtypes = [handle]
    it.L_DicomLoadDS.argtypes = it.L_DicomSaveDS.argtypes = [handle, text, ctypes.c_uint16]
    it.L_DicomFindFirstElement.restype = it.L_DicomFindNextElement.restype = handle
    it.L_DicomFindFirstElement.argtypes = [handle, handle, ctypes.c_uint32, ctypes.c_int]
    it.L_DicomFindNextElement.argtypes = [handle, handle, ctypes.c_int]
    it.L_DicomSetStringValue2.argtypes = [handle, handle, text, ctypes.c_uint32]
    it.L_DicomInitDS.argtypes = [handle, ctypes.c_uint32, ctypes.c_uint16]
    it.L_DicomInsertKey.restype = it.L_DicomFindFirstKey.restype = it.L_DicomFindFirstDescendant.restype = handle
    it.L_DicomInsertKey.argtypes = it.L_DicomFindFirstKey.argtypes = [handle, handle, text, ctypes.c_int]
    it.L_DicomFindFirstDescendant.argtypes = [handle, handle, ctypes.c_uint32, ctypes.c_int]
    return it


def change(library, source, target):
    """Gives each patient of a DICOMDIR a longer name, and the file-set an ID, and saves it: how many, and the result."""
    data_set = library.L_DicomCreateDS(None)
    assert library.L_DicomLoadDS(data_set, str(source).encode(), 0) == 0
    name = library.L_DicomFindFirstElement(data_set, None, PATIENT_NAME, 0)
    number = 0
    while name:
        assert library.L_DicomSetStringValue2(data_set, name, f"Longer^Than before {number}".encode(), 1)
        number += 1
        name = library.L_DicomFindNextElement(data_set, name, 0)
    identifier = library.L_DicomFindFirstElement(data_set, None, FILE_SET_ID, 1)
    assert library.L_DicomSetStringValue2(data_set, identifier, b"LDICOMNET", 1)
    result = library.L_DicomSaveDS(data_set, str(target).encode(), 0)
    library.L_DicomFreeDS(data_set)
    return number, result


def links(path):
    """Where the offsets of a DICOMDIR lead to, as the number of a record; None where they lead to none."""
    data_set = dcmread(path)
    records = data_set.DirectoryRecordSequence
    places = {it.seq_item_tell: number for number, it in enumerate(records)}
    of_root = [data_set[0x00041200].value, data_set[0x00041202].value]
    of_records = [[it[tag].value if tag in it else 0 for tag in (0x00041400, 0x00041420)] for it in records]
    return [[places.get(offset) for offset in offsets] for offsets in [of_root, *of_records]]


# Its sequence says that it is longer than it is.
BROKEN = "DICOMDIR-nooffset"
WHOLE = [it for it in sorted(DIRECTORY.rglob("DICOMDIR*")) if it.name != BROKEN]


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_records_are_found_again(library, tmp_path, path):
    saved = tmp_path / "DICOMDIR"
    patients, result = change(library, path, saved)
    assert result == 0
    assert links(saved) == links(path)
    assert len(saved.read_bytes()) > len(path.read_bytes())
    names = [str(it.PatientName) for it in dcmread(saved).DirectoryRecordSequence if "PatientName" in it]
    assert names == [f"Longer^Than before {number}" for number in range(patients)]


def test_one_that_breaks_off_is_not_saved(library, tmp_path):
    _, result = change(library, DIRECTORY / BROKEN, tmp_path / "DICOMDIR")
    assert result == DICOM_ERROR_FORMAT
    assert list(tmp_path.iterdir()) == []


def test_a_file_set_is_whole(library, tmp_path):
    shutil.copytree(DIRECTORY, tmp_path / "set")
    before = FileSet(DIRECTORY / "DICOMDIR")
    assert change(library, DIRECTORY / "DICOMDIR", tmp_path / "set" / "DICOMDIR") == (2, 0)
    after = FileSet(tmp_path / "set" / "DICOMDIR")
    assert after.ID == "LDICOMNET"
    paths = [Path(it.path).relative_to(tmp_path / "set") for it in after]
    assert paths == [Path(it.path).relative_to(DIRECTORY) for it in before]
    assert len(paths) > 20 and all((tmp_path / "set" / it).exists() for it in paths)
    assert {str(name) for name in after.find_values("PatientName")} == {"Longer^Than before 0", "Longer^Than before 1"}


def add(library, data_set, parent, key, values):
    """A record of this type below a parent, with values by tag."""
    record = library.L_DicomInsertKey(data_set, parent, key, 0)
    assert record
    for tag, texts in values.items():
        element = library.L_DicomFindFirstDescendant(data_set, record, tag, 1)
        value = b"".join(text + b"\0" for text in texts)
        assert element and library.L_DicomSetStringValue2(data_set, element, value, len(texts)), hex(tag)
    return record


def add_images(library, data_set, parent, name, numbers):
    """A study of one series with images, which are all the same file."""
    uid = b"1.2.826.0.1.3680043.2.1143.107." + name
    study = add(library, data_set, parent, b"STUDY", {0x0020000D: [uid], 0x00200010: [name]})
    series = add(library, data_set, study, b"SERIES", {0x00080060: [b"OT"], 0x0020000E: [uid + b".1"]})
    for number in numbers:
        values = {0x00041500: [b"IMAGE"], 0x00041510: [b"1.2.840.10008.5.1.4.1.1.7"], 0x00041511: [uid + b".1.%d" % number]}
        add(library, data_set, series, b"IMAGE", values | {0x00041512: [b"1.2.840.10008.1.2.1"], 0x00200013: [b"%d" % number]})


def instances(path):
    """Of each instance that is found from the root on: its patient, study and number. An orphan is an error."""
    found = FileSet()
    found.load(dcmread(path), raise_orphans=True)
    return [(str(it.PatientID), str(it.StudyID), int(it.InstanceNumber)) for it in found]


def test_a_directory_made_of_keys_is_whole(library, tmp_path):
    (tmp_path / "IMAGE").touch()
    data_set = library.L_DicomCreateDS(None)
    library.L_DicomInitDS(data_set, CLASS_MEDIA_STORAGE_DIRECTORY, 0)
    patients = [add(library, data_set, None, b"PATIENT", {0x00100020: [name]}) for name in (b"1", b"2")]
    # Not in the order in which they are to be found.
    for patient, name in ((1, b"21"), (0, b"11"), (1, b"22"), (0, b"12")):
        add_images(library, data_set, patients[patient], name, range(1, 4))
    path = tmp_path / "DICOMDIR"
    assert library.L_DicomSaveDS(data_set, str(path).encode(), 0) == 0
    library.L_DicomFreeDS(data_set)
    expected = [(name[:1], name, number) for name in ("11", "12", "21", "22") for number in range(1, 4)]
    assert instances(path) == expected
    # And more of them in what was saved.
    data_set = library.L_DicomCreateDS(None)
    assert library.L_DicomLoadDS(data_set, str(path).encode(), 0) == 0
    add_images(library, data_set, library.L_DicomFindFirstKey(data_set, None, b"PATIENT", 1), b"13", [1])
    patient = add(library, data_set, None, b"PATIENT", {0x00100020: [b"3"]})
    add_images(library, data_set, patient, b"31", [1, 2])
    assert library.L_DicomSaveDS(data_set, str(path).encode(), 0) == 0
    library.L_DicomFreeDS(data_set)
    assert instances(path) == [*expected[:6], ("1", "13", 1), *expected[6:], ("3", "31", 1), ("3", "31", 2)]


def test_a_record_is_added_to_a_directory_of_others(library, tmp_path):
    path = tmp_path / "set" / "DICOMDIR"
    shutil.copytree(DIRECTORY, path.parent)
    (path.parent / "IMAGE").touch()
    before = instances(path)
    data_set = library.L_DicomCreateDS(None)
    assert library.L_DicomLoadDS(data_set, str(path).encode(), 0) == 0
    add_images(library, data_set, library.L_DicomFindFirstKey(data_set, None, b"PATIENT", 1), b"NEW", [1, 2])
    assert library.L_DicomSaveDS(data_set, str(path).encode(), 0) == 0
    library.L_DicomFreeDS(data_set)
    patient = before[0][0]
    after = [it for it in before if it[0] == patient] + [(patient, "NEW", 1), (patient, "NEW", 2)]
    assert instances(path) == after + [it for it in before if it[0] != patient]
