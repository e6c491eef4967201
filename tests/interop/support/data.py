"""Data sets to send: small CT images with bytes that repeat nowhere."""

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.uid import ExplicitVRLittleEndian

from .probe import CT_IMAGE

INSTANCE = "1.2.826.0.1.3680043.10.1.2.3.4"


def a_data_set(length):
    """A data set with `length` bytes of pixels, in the file format's clothes."""
    data_set = Dataset()
    data_set.SOPClassUID = CT_IMAGE
    data_set.SOPInstanceUID = INSTANCE
    data_set.PatientName = "Interop^Test"
    data_set.PatientID = "1"
    data_set.StudyInstanceUID = INSTANCE + ".1"
    data_set.SeriesInstanceUID = INSTANCE + ".2"
    data_set.Rows = length // 1000
    data_set.Columns = 500
    data_set.BitsAllocated = 16
    data_set.BitsStored = 16
    data_set.HighBit = 15
    data_set.PixelRepresentation = 0
    data_set.SamplesPerPixel = 1
    data_set.PhotometricInterpretation = "MONOCHROME2"
    data_set.PixelData = b"".join(number.to_bytes(4, "little") for number in range(length // 4))
    data_set["PixelData"].VR = "OW"
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data_set.file_meta.MediaStorageSOPClassUID = CT_IMAGE
    data_set.file_meta.MediaStorageSOPInstanceUID = INSTANCE
    return data_set


def encoded(data_set):
    """The bytes as they go over the wire, in explicit VR little endian."""
    stream = DicomBytesIO()
    stream.is_little_endian, stream.is_implicit_VR = True, False
    write_dataset(stream, data_set)
    return stream.getvalue()


def a_file(directory, length):
    """Writes one; gives it, and its bytes as they go over the wire."""
    data_set = a_data_set(length)
    data_set.filename = str(directory / "image.dcm")
    data_set.save_as(data_set.filename, enforce_file_format=True)
    return data_set, encoded(data_set)
