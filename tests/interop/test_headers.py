"""The tags, UIDs and VRs of the headers are those of the standard, as pydicom knows it."""

import re

from pydicom.datadict import keyword_for_tag
from pydicom.uid import UID
from pydicom.valuerep import VR

from support.process import REPOSITORY

HEADERS = REPOSITORY / "include" / "ldicomnet"

# What the interface calls otherwise, or parts in another place.
OTHERWISE = {"DATA_SET_TYPE": "COMMAND_DATA_SET_TYPE", "OTHER_PATIENT_IDS_SEQUENCE": "OTHER_PATIENT_I_DS_SEQUENCE"}


def constants(header, pattern):
    found = re.findall(rf"^#define {pattern}", (HEADERS / header).read_text(), re.MULTILINE)
    assert len(found) > 20
    return found


def words_of(keyword):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", keyword).upper()


def test_tags():
    for name, value in constants("tags.h", r"TAG_(\w+) (0x[0-9A-F]{8})"):
        assert words_of(keyword_for_tag(int(value, 16))) == OTHERWISE.get(name, name), value


def test_uids():
    found = constants("uids.h", r'UID_(\w+)_A "([0-9.]+)"')
    assert len({value for _, value in found}) == len(found)
    for name, value in found:
        assert not UID(value).name.startswith("1.2."), value
        # Names are cut short there, but not at their beginning.
        assert UID(value).name.removeprefix("DICOM ")[0] == name[0], name


def test_vrs():
    found = constants("ds_constants.h", r"VR_([A-Z]{2}) (0x[0-9A-F]{4})")
    for name, value in found:
        assert bytes.fromhex(value[2:]) == name.encode()
    assert {it.value for it in VR if len(it.value) == 2} <= {name for name, _ in found}
