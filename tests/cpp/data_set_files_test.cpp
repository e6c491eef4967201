// LDicomDS: files, transfer syntaxes, preambles, and the flags of loading and saving.

#include "support/data_set.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <vector>

using namespace ds_test;

namespace {

const std::vector<std::string> kSyntaxes = {UID_IMPLICIT_VR_LITTLE_ENDIAN, UID_EXPLICIT_VR_LITTLE_ENDIAN,
                                            UID_EXPLICIT_VR_BIG_ENDIAN, UID_DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN};

// A data set with something of each form.
void Fill(LDicomDS& set) {
  SetText(set, TAG_SOP_CLASS_UID, UID_SC_IMAGE_STORAGE);
  SetText(set, TAG_SOP_INSTANCE_UID, "1.2.3.4.5");
  SetText(set, TAG_PATIENT_NAME, "J\xC3\xA9r\xC3\xB4me");
  const pDICOMELEMENT item = AddItem(set, AddSequence(set, NULL, TAG_REFERENCED_STUDY_SEQUENCE));
  AddText(set, item, TAG_REFERENCED_SOP_INSTANCE_UID, "1.2.3.4");
  AddItem(set, set.FindFirstElement(NULL, TAG_REFERENCED_STUDY_SEQUENCE, L_TRUE));
  const L_INT16 rows = 0x0102;
  set.SetShortValue(Element(set, TAG_ROWS), &rows, 1);
  const L_INT16 pixels[] = {1, -2, 0x0304};
  set.SetShortValue(Element(set, TAG_PIXEL_DATA, VR_OW), pixels, 3);
}

void ExpectFilled(LDicomDS& set) {
  EXPECT_EQ(Text(set, TAG_SOP_INSTANCE_UID), "1.2.3.4.5");
  EXPECT_EQ(Text(set, TAG_PATIENT_NAME), "J\xC3\xA9r\xC3\xB4me");
  EXPECT_EQ(Text(set, TAG_REFERENCED_SOP_INSTANCE_UID), "1.2.3.4");
  EXPECT_EQ(Text(set, TAG_ROWS), "258");
  EXPECT_EQ(Text(set, TAG_PIXEL_DATA), "1\\65534\\772");
  const pDICOMELEMENT last = set.FindLastElement(NULL, TAG_ITEM, L_FALSE);
  ASSERT_NE(last, nullptr);
  EXPECT_EQ(set.GetChildElement(last, L_FALSE), nullptr) << "an item without elements";
  EXPECT_TRUE(set.ConformanceDS(NULL, NULL));
}

TEST(DataSetFiles, EachTransferSyntaxRoundTrips) {
  Directory directory;
  for (const std::string& from : kSyntaxes) {
    for (const std::string& to : kSyntaxes) {
      LDicomDS set;
      Fill(set);
      ASSERT_EQ(set.ChangeTransferSyntax(from.c_str(), 0, 0), DICOM_SUCCESS);
      const std::string path = directory.Path("object.dcm");
      ASSERT_EQ(set.SaveDS(path.c_str(), 0), DICOM_SUCCESS);
      LDicomDS loaded;
      ASSERT_EQ(loaded.LoadDS(path.c_str(), 0), DICOM_SUCCESS);
      EXPECT_EQ(Text(loaded, TAG_TRANSFER_SYNTAX_UID), from);
      EXPECT_EQ(Text(loaded, TAG_MEDIA_STORAGE_SOP_INSTANCE_UID), "1.2.3.4.5");
      EXPECT_EQ(Text(loaded, TAG_MEDIA_STORAGE_SOP_CLASS_UID), UID_SC_IMAGE_STORAGE);
      ExpectFilled(loaded);
      ASSERT_EQ(loaded.ChangeTransferSyntax(to.c_str(), 0, 0), DICOM_SUCCESS) << from << " to " << to;
      EXPECT_EQ(Text(loaded, TAG_TRANSFER_SYNTAX_UID), to);
      ExpectFilled(loaded);
      const std::string converted = directory.Path("converted.dcm");
      ASSERT_EQ(set.ChangeTransferSyntax(converted.c_str(), to.c_str(), 0, 0, 0), DICOM_SUCCESS);
      LDicomDS again;
      ASSERT_EQ(again.LoadDS(converted.c_str(), DS_METAHEADER_PRESENT), DICOM_SUCCESS);
      EXPECT_EQ(Text(again, TAG_TRANSFER_SYNTAX_UID), to);
      ExpectFilled(again);
    }
  }
}

TEST(DataSetFiles, ExampleLoadsAsAStorageUserDoes) {
  Directory directory;
  const std::string path = directory.Write(
      "in.dcm", Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN,
                       Explicit(TAG_SOP_CLASS_UID, "UI", "1.2.840.1000") + Explicit(TAG_PATIENT_ID, "LO", "P1")));
  LDicomDS set;
  ASSERT_EQ(set.LoadDS(path.c_str(), 0), DICOM_SUCCESS);
  const pDICOMELEMENT media = set.FindFirstElement(NULL, TAG_MEDIA_STORAGE_SOP_CLASS_UID, L_FALSE);
  ASSERT_NE(media, nullptr);
  EXPECT_STREQ(set.GetStringValue(media, 0, 1), UID_SC_IMAGE_STORAGE);
  const pDICOMELEMENT syntax = set.FindFirstElement(NULL, TAG_TRANSFER_SYNTAX_UID, L_FALSE);
  EXPECT_STREQ(set.GetStringValue(syntax, 0, 1), UID_EXPLICIT_VR_LITTLE_ENDIAN);
  L_UINT32 number = 0;
  L_UINT16 flags = 0;
  set.GetInfoDS(&number, &flags);
  EXPECT_EQ(flags, DS_METAHEADER_PRESENT | DS_LITTLE_ENDIAN | DS_EXPLICIT_VR);
  EXPECT_EQ(Encoded(set).size(), 8u + 12 + 8 + 2) << "without the meta header";
}

TEST(DataSetFiles, AnUnchangedOneIsSavedByteByByte) {
  Directory directory;
  // A group length, an unknown private element and an undefined length: what a writer of its own would change.
  const std::string item = Tag(TAG_ITEM) + Number(0xFFFFFFFF, 4) + Explicit(TAG_CODE_VALUE, "SH", "X ") +
                           Tag(TAG_ITEM_DELIMITATION_ITEM) + Number(0, 4);
  const std::string bytes =
      Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, Explicit(MAKETAG(8, 0), "UL", Number(999, 4)) +
                                                Tag(TAG_PROCEDURE_CODE_SEQUENCE) + "SQ" + std::string(2, '\0') +
                                                Number(0xFFFFFFFF, 4) + item + Tag(TAG_SEQUENCE_DELIMITATION_ITEM) +
                                                Number(0, 4) + Explicit(MAKETAG(9, 0x1001), "UN", "??"));
  const std::string in = directory.Write("in.dcm", bytes);
  LDicomDS set;
  ASSERT_EQ(set.LoadDS(in.c_str(), 0), DICOM_SUCCESS);
  EXPECT_EQ(Text(set, TAG_CODE_VALUE), "X");
  const std::string out = directory.Path("out.dcm");
  directory.Write("out.dcm", "an older one, which must go");
  ASSERT_EQ(set.SaveDS(out.c_str(), 0), DICOM_SUCCESS);
  EXPECT_EQ(ReadFile(out), bytes);
  ASSERT_EQ(set.SaveDS(in.c_str(), 0), DICOM_SUCCESS) << "over the file it is from";
  EXPECT_EQ(ReadFile(in), bytes);
  ASSERT_EQ(set.SaveDS(directory.Path("bare").c_str(), DS_METAHEADER_ABSENT), DICOM_SUCCESS);
  EXPECT_EQ(ReadFile(directory.Path("bare")), Encoded(set));
  ASSERT_EQ(set.SaveDS(directory.Path("bare").c_str(), DS_EXCLUDE_METAHEADER_GROUP), DICOM_SUCCESS);
  EXPECT_EQ(ReadFile(directory.Path("bare")), Encoded(set));
  EXPECT_EQ(directory.Count(), 3u) << "no temporary file is left";
}

TEST(DataSetFiles, ABareDataSetIsReadByFlagsOrByItsLooks) {
  const struct {
    std::string bytes;
    L_UINT16 flags;
    L_UINT16 info;
  } cases[] = {
      {Implicit(TAG_ROWS, Number(258, 2)), 0, DS_LITTLE_ENDIAN | DS_IMPLICIT_VR},
      {Implicit(TAG_ROWS, Number(258, 2)), DS_IMPLICIT_VR, DS_LITTLE_ENDIAN | DS_IMPLICIT_VR},
      {Explicit(TAG_ROWS, "US", Number(258, 2)), 0, DS_LITTLE_ENDIAN | DS_EXPLICIT_VR},
      {Explicit(TAG_ROWS, "US", Number(258, 2)), DS_EXPLICIT_VR | DS_LITTLE_ENDIAN, DS_LITTLE_ENDIAN | DS_EXPLICIT_VR},
      {Explicit(TAG_ROWS, "US", Number(258, 2, true), true), 0, DS_BIG_ENDIAN | DS_EXPLICIT_VR},
      {Explicit(TAG_ROWS, "US", Number(258, 2, true), true), DS_BIG_ENDIAN, DS_BIG_ENDIAN | DS_EXPLICIT_VR},
  };
  for (const auto& one : cases) {
    LDicomDS set;
    ASSERT_EQ(LoadBytes(set, one.bytes, one.flags), DICOM_SUCCESS);
    EXPECT_EQ(Text(set, TAG_ROWS), "258");
    L_UINT16 flags = 0;
    set.GetInfoDS(NULL, &flags);
    EXPECT_EQ(flags, one.info | DS_METAHEADER_ABSENT);
    EXPECT_EQ(Encoded(set), one.bytes);
  }
}

TEST(DataSetFiles, AMetaHeaderIsRightWhateverTheFlagsSay) {
  LDicomDS set;
  const std::string file = Part10(UID_IMPLICIT_VR_LITTLE_ENDIAN, Implicit(TAG_PATIENT_ID, "P1"));
  ASSERT_EQ(LoadBytes(set, file, DS_BIG_ENDIAN), DICOM_SUCCESS);
  EXPECT_EQ(Text(set, TAG_PATIENT_ID), "P1");
  EXPECT_EQ(LoadBytes(set, Implicit(TAG_PATIENT_ID, "P2"), DS_METAHEADER_PRESENT), DICOM_ERROR_FORMAT);
  EXPECT_EQ(Text(set, TAG_PATIENT_ID), "P1") << "a failure changes nothing";
}

TEST(DataSetFiles, FlagsThatExcludeEachOtherAreRefused) {
  Directory directory;
  LDicomDS set;
  const std::string bytes = Implicit(TAG_PATIENT_ID, "P1");
  for (const L_UINT16 flags : {DS_METAHEADER_PRESENT | DS_METAHEADER_ABSENT, DS_LITTLE_ENDIAN | DS_BIG_ENDIAN,
                               DS_IMPLICIT_VR | DS_EXPLICIT_VR, DS_BIG_ENDIAN | DS_IMPLICIT_VR})
    EXPECT_EQ(LoadBytes(set, bytes, static_cast<L_UINT16>(flags)), DICOM_ERROR_PARAMETER);
  Fill(set);
  EXPECT_EQ(set.SaveDS(directory.Path("x").c_str(), DS_BIG_ENDIAN | DS_IMPLICIT_VR), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(directory.Count(), 0u);
}

TEST(DataSetFiles, SavingConvertsByFlags) {
  Directory directory;
  const struct {
    L_UINT16 flags;
    const char* syntax;
  } cases[] = {{0, UID_EXPLICIT_VR_LITTLE_ENDIAN},
               {DS_IMPLICIT_VR, UID_IMPLICIT_VR_LITTLE_ENDIAN},
               {DS_BIG_ENDIAN, UID_EXPLICIT_VR_BIG_ENDIAN},
               {DS_EXPLICIT_VR | DS_LITTLE_ENDIAN, UID_EXPLICIT_VR_LITTLE_ENDIAN}};
  LDicomDS set;
  Fill(set);
  for (const auto& one : cases) {
    ASSERT_EQ(set.SaveDS(directory.Path("out").c_str(), one.flags), DICOM_SUCCESS);
    LDicomDS loaded;
    ASSERT_EQ(loaded.LoadDS(directory.Path("out").c_str(), 0), DICOM_SUCCESS);
    EXPECT_EQ(Text(loaded, TAG_TRANSFER_SYNTAX_UID), one.syntax);
    ExpectFilled(loaded);
  }
  ASSERT_EQ(set.ChangeTransferSyntax(UID_EXPLICIT_VR_BIG_ENDIAN, 0, 0), DICOM_SUCCESS);
  for (const L_UINT16 flags : {DS_LITTLE_ENDIAN, DS_LITTLE_ENDIAN | DS_EXPLICIT_VR}) {
    ASSERT_EQ(set.SaveDS(directory.Path("out").c_str(), static_cast<L_UINT16>(flags)), DICOM_SUCCESS);
    LDicomDS loaded;
    ASSERT_EQ(loaded.LoadDS(directory.Path("out").c_str(), 0), DICOM_SUCCESS);
    EXPECT_EQ(Text(loaded, TAG_TRANSFER_SYNTAX_UID), UID_EXPLICIT_VR_LITTLE_ENDIAN);
  }
}

TEST(DataSetFiles, GroupLengthsAndExplicitLengths) {
  Directory directory;
  LDicomDS set;
  Fill(set);
  ASSERT_EQ(set.SaveDS(directory.Path("out").c_str(), DS_GROUP_LENGTHS | DS_LENGTH_EXPLICIT), DICOM_SUCCESS);
  LDicomDS loaded;
  ASSERT_EQ(loaded.LoadDS(directory.Path("out").c_str(), 0), DICOM_SUCCESS);
  ExpectFilled(loaded);
  EXPECT_NE(loaded.FindFirstElement(NULL, MAKETAG(8, 0), L_TRUE), nullptr);
  EXPECT_NE(loaded.FindFirstElement(NULL, MAKETAG(0x10, 0), L_TRUE), nullptr);
  EXPECT_NE(loaded.FindFirstElement(NULL, TAG_REFERENCED_STUDY_SEQUENCE, L_TRUE)->nLength, ELEMENT_LENGTH_MAX);
  EXPECT_EQ(ReadFile(directory.Path("out")).find(Tag(TAG_ITEM_DELIMITATION_ITEM)), std::string::npos);
}

TEST(DataSetFiles, OffsetsAreOfTheFile) {
  Directory directory;
  const std::string bytes =
      Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, Explicit(TAG_PATIENT_ID, "LO", "P1") + Explicit(TAG_STUDY_ID, "SH", "S1"));
  const std::string path = directory.Write("in", bytes);
  LDicomDS set;
  ASSERT_EQ(set.LoadDS(path.c_str(), DS_LOAD_STORE_OFFSETS), DICOM_SUCCESS);
  const pDICOMELEMENT study = set.FindFirstElement(NULL, TAG_STUDY_ID, L_FALSE);
  EXPECT_EQ(static_cast<std::size_t>(study->nElementOffset), bytes.size() - 10);
  EXPECT_EQ(static_cast<std::size_t>(study->nElementValueOffset), bytes.size() - 2);
  EXPECT_EQ(study->nElementValueLength, 2u);
  ASSERT_EQ(set.LoadDS(path.c_str(), 0), DICOM_SUCCESS);
  EXPECT_EQ(set.FindFirstElement(NULL, TAG_STUDY_ID, L_FALSE)->nElementOffset, 0);
  EXPECT_EQ(set.GetLoadFileFlags(), 0u);
  set.SetLoadFileFlags(DS_LOAD_STORE_OFFSETS);
  EXPECT_EQ(set.GetLoadFileFlags(), static_cast<L_UINT>(DS_LOAD_STORE_OFFSETS));
  ASSERT_EQ(set.LoadDS(path.c_str(), 0), DICOM_SUCCESS);
  EXPECT_NE(set.FindFirstElement(NULL, TAG_STUDY_ID, L_FALSE)->nElementOffset, 0);
}

TEST(DataSetFiles, AClosedFileMayGo) {
  Directory directory;
  for (const std::size_t size : {std::size_t{10}, std::size_t{3} << 20}) {
    const std::string bytes =
        Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, Explicit(TAG_PIXEL_DATA, "OB", std::string(size, 'x')));
    const std::string path = directory.Write("in", bytes);
    Directory temporary;
    LDicomDS set(temporary.Path().c_str());
    ASSERT_EQ(set.LoadDS(path.c_str(), DS_LOAD_CLOSE), DICOM_SUCCESS);
    // In place, so that a file that was still open would show it.
    std::ofstream(path, std::ios::binary | std::ios::trunc) << "nothing";
    const pDICOMELEMENT pixels = set.FindFirstElement(NULL, TAG_PIXEL_DATA, L_FALSE);
    ASSERT_NE(pixels, nullptr);
    const L_UCHAR* const last = set.GetCharValue(pixels, static_cast<L_UINT32>(size - 1), 1);
    ASSERT_NE(last, nullptr);
    EXPECT_EQ(*last, 'x');
    EXPECT_EQ(temporary.CountAll(), size > 1000 ? 1u : 0u) << "what is large goes to the object's directory";
    set.ResetDS();
    EXPECT_EQ(temporary.CountAll(), 0u);
  }
}

// A program loads a whole series.
TEST(DataSetFiles, ASmallFileIsNotKeptOpen) {
  Directory directory;
  const std::string path = directory.Path("object.dcm");
  const std::string copy = directory.Path("copy.dcm");
  LDicomDS made;
  Fill(made);
  ASSERT_EQ(made.SaveDS(path.c_str(), 0), DICOM_SUCCESS);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = std::min<rlim_t>(before.rlim_cur, 256);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  std::vector<std::unique_ptr<LDicomDS>> series;
  for (int index = 0; index < 1000; ++index) {
    series.push_back(std::make_unique<LDicomDS>());
    if (series.back()->LoadDS(path.c_str(), 0) != DICOM_SUCCESS)
      break;
  }
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_EQ(series.size(), 1000U);
  // None of it is needed any more.
  const std::string bytes = ReadFile(path);
  ASSERT_EQ(::unlink(path.c_str()), 0);
  ExpectFilled(*series.back());
  ASSERT_EQ(series.front()->SaveDS(copy.c_str(), 0), DICOM_SUCCESS);
  EXPECT_EQ(ReadFile(copy), bytes);
}

TEST(DataSetFiles, AFileThatGotShorterIsAnErrorAndNoHarm) {
  Directory directory;
  const std::string path = directory.Write(
      "in", Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, Explicit(TAG_PIXEL_DATA, "OB", std::string(3 << 20, 'x'))));
  LDicomDS set;
  ASSERT_EQ(set.LoadDS(path.c_str(), 0), DICOM_SUCCESS);
  const pDICOMELEMENT pixels = set.FindFirstElement(NULL, TAG_PIXEL_DATA, L_FALSE);
  ASSERT_NE(pixels, nullptr);
  ASSERT_EQ(truncate(path.c_str(), 1000), 0);
  EXPECT_EQ(set.GetCharValue(pixels, (3 << 20) - 1, 1), nullptr);
  EXPECT_EQ(set.GetEncoded(NULL), nullptr);
  EXPECT_NE(set.SaveDS(directory.Path("out").c_str(), DS_IMPLICIT_VR), DICOM_SUCCESS);
  EXPECT_EQ(directory.Count(), 1u) << "no half file";
}

TEST(DataSetFiles, Preambles) {
  Directory directory;
  LDicomDS set;
  L_UCHAR preamble[130];
  std::fill(preamble, preamble + 130, L_UCHAR{9});
  set.GetPreamble(preamble, 128);
  EXPECT_EQ(std::string(preamble, preamble + 128), std::string(128, '\0'));
  EXPECT_EQ(preamble[128], 9);
  Fill(set);
  set.SetPreamble(reinterpret_cast<const L_UCHAR*>("II*"), 4);
  ASSERT_EQ(set.SaveDS(directory.Path("out").c_str(), 0), DICOM_SUCCESS);
  EXPECT_EQ(ReadFile(directory.Path("out")).substr(0, 132), std::string("II*") + std::string(125, '\0') + "DICM");
  LDicomDS loaded;
  ASSERT_EQ(loaded.LoadDS(directory.Path("out").c_str(), 0), DICOM_SUCCESS);
  loaded.GetPreamble(preamble, 130);
  EXPECT_STREQ(reinterpret_cast<char*>(preamble), "II*");
  EXPECT_EQ(preamble[129], 0);
  loaded.SetPreamble(NULL, 0);
  loaded.GetPreamble(preamble, 4);
  EXPECT_EQ(preamble[0], 0);
  loaded.SetPreamble(NULL, 1);
  loaded.GetPreamble(NULL, 128);
}

TEST(DataSetFiles, TransferSyntaxesThatCannotBe) {
  Directory directory;
  LDicomDS set;
  Fill(set);
  const std::string before = Encoded(set);
  EXPECT_EQ(set.ChangeTransferSyntax(UID_JPEG2000, 2, 0), DICOM_ERROR_TRANSFER_SYNTAX_NOT_SUPPORTED);
  EXPECT_EQ(set.ChangeTransferSyntax("1.2.3", 0, 0), DICOM_ERROR_TRANSFER_SYNTAX_NOT_SUPPORTED);
  EXPECT_EQ(set.ChangeTransferSyntax("no UID", 0, 0), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(set.ChangeTransferSyntax("", 0, 0), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(set.ChangeTransferSyntax(NULL, 0, 0), DICOM_ERROR_NULL_PTR);
  const std::string out = directory.Path("out");
  EXPECT_EQ(set.ChangeTransferSyntax(out.c_str(), UID_JPEG2000, 2, 0, 0), DICOM_ERROR_TRANSFER_SYNTAX_NOT_SUPPORTED);
  EXPECT_EQ(set.ChangeTransferSyntax(out.c_str(), "", 2, 0, 0), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(set.ChangeTransferSyntax(NULL, UID_IMPLICIT_VR_LITTLE_ENDIAN, 2, 0, 0), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(set.ChangeTransferSyntax(out.c_str(), NULL, 2, 0, 0), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(Encoded(set), before);
  EXPECT_EQ(directory.Count(), 0u);
}

// RLE (PS3.5 Annex G): one segment of three literal bytes, padded.
TEST(DataSetFiles, RleIsDecompressed) {
  const std::string frame = Number(1, 4) + Number(64, 4) + std::string(56, '\0') +
                            std::string(
                                "\x03"
                                "abcd\0",
                                6);
  const auto us = [](L_UINT32 tag, int value) { return Explicit(tag, "US", Number(static_cast<unsigned>(value), 2)); };
  const std::string bytes =
      Part10(UID_RLE_LOSSLESS,
             us(TAG_SAMPLES_PER_PIXEL, 1) + Explicit(TAG_PHOTOMETRIC_INTERPRETATION, "CS", "MONOCHROME2 ") +
                 us(TAG_ROWS, 2) + us(TAG_COLUMNS, 2) + us(TAG_BITS_ALLOCATED, 8) + us(TAG_BITS_STORED, 8) +
                 us(TAG_HIGH_BIT, 7) + us(TAG_PIXEL_REPRESENTATION, 0) + Tag(TAG_PIXEL_DATA) + "OB" +
                 std::string(2, '\0') + Number(0xFFFFFFFF, 4) + Tag(TAG_ITEM) + Number(0, 4) + Tag(TAG_ITEM) +
                 Number(frame.size(), 4) + frame + Tag(TAG_SEQUENCE_DELIMITATION_ITEM) + Number(0, 4));
  LDicomDS set;
  ASSERT_EQ(LoadBytes(set, bytes), DICOM_SUCCESS);
  const pDICOMELEMENT pixels = set.FindFirstElement(NULL, TAG_PIXEL_DATA, L_FALSE);
  ASSERT_NE(pixels, nullptr);
  EXPECT_EQ(pixels->nLength, ELEMENT_LENGTH_MAX);
  const pDICOMELEMENT table = set.GetChildElement(pixels, L_FALSE);
  const pDICOMELEMENT fragment = set.GetNextElement(table, L_TRUE, L_FALSE);
  ASSERT_NE(fragment, nullptr);
  EXPECT_EQ(set.GetCountValue(fragment), frame.size());
  EXPECT_EQ(*set.GetCharValue(fragment, 65, 1), 'a');
  ASSERT_EQ(set.ChangeTransferSyntax(UID_EXPLICIT_VR_LITTLE_ENDIAN, 0, 0), DICOM_SUCCESS);
  const pDICOMELEMENT plain = set.FindFirstElement(NULL, TAG_PIXEL_DATA, L_FALSE);
  char decoded[5] = {};
  ASSERT_TRUE(set.GetBinaryValue(plain, decoded, 4));
  EXPECT_STREQ(decoded, "abcd");
}

TEST(DataSetFiles, WhatCannotBeOpenedOrWritten) {
  Directory directory;
  LDicomDS set;
  Fill(set);
  EXPECT_EQ(set.LoadDS(directory.Path("absent").c_str(), 0), DICOM_ERROR_OPEN);
  EXPECT_EQ(set.LoadDS(directory.Path().c_str(), 0), DICOM_ERROR_OPEN) << "a directory";
  EXPECT_EQ(set.LoadDS("", 0), DICOM_ERROR_OPEN);
  EXPECT_EQ(set.LoadDS(NULL, 0), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(set.LoadDSMemory(NULL, 1, 0), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(set.SaveDS(NULL, 0), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(set.SaveDS(directory.Path("no/such/directory").c_str(), 0), DICOM_ERROR_OPEN);
  EXPECT_EQ(set.SaveDS(directory.Path().c_str(), 0), DICOM_ERROR_WRITE) << "a directory";
  ExpectFilled(set);
  EXPECT_EQ(directory.Count(), 0u);
}

TEST(DataSetFiles, TemporaryFilesGoWhereTheyAreTold) {
  Directory directory;
  const std::string before = LDicomDS::GetDefaultDicomTempPath();
  const L_TCHAR* const kept = LDicomDS::GetDefaultDicomTempPath();
  LDicomDS::SetDefaultDicomTempPath(directory.Path().c_str());
  EXPECT_EQ(LDicomDS::GetDefaultDicomTempPath(), directory.Path());
  EXPECT_EQ(kept, before) << "what was given out stays";
  Directory files;
  const std::string path = files.Write(
      "in", Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, Explicit(TAG_PIXEL_DATA, "OB", std::string(3 << 20, 'x'))));
  LDicomDS set;
  ASSERT_EQ(set.LoadDS(path.c_str(), DS_LOAD_CLOSE), DICOM_SUCCESS);
  EXPECT_EQ(directory.CountAll(), 1u);
  LDicomDS::SetDefaultDicomTempPath(NULL);
  EXPECT_STREQ(LDicomDS::GetDefaultDicomTempPath(), "");
  LDicomDS::SetDefaultDicomTempPath(before.c_str());
}

TEST(DataSetFiles, AnObjectOfNoPixelsAndOneOfAnOddLength) {
  Directory directory;
  for (const std::string& pixels : {std::string(), std::string("abc")}) {
    const std::string bytes = Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, Explicit(TAG_PIXEL_DATA, "OB", pixels));
    LDicomDS set;
    ASSERT_EQ(LoadBytes(set, bytes), DICOM_SUCCESS);
    const pDICOMELEMENT element = set.FindFirstElement(NULL, TAG_PIXEL_DATA, L_FALSE);
    ASSERT_NE(element, nullptr);
    EXPECT_EQ(set.GetCountValue(element), pixels.size());
    EXPECT_EQ(set.ConformanceDS(NULL, NULL), pixels.empty() ? L_TRUE : L_FALSE);
    ASSERT_EQ(set.SaveDS(directory.Path("out").c_str(), 0), DICOM_SUCCESS);
    EXPECT_EQ(ReadFile(directory.Path("out")), bytes) << "an unchanged one stays as it is, odd or not";
  }
}

// An image of 8 by 8 pixels of 12 bits with one frame.
std::string Compressed(const std::string& transfer_syntax, const std::string& frame) {
  const std::string number = "US";
  return Part10(transfer_syntax, Explicit(TAG_SAMPLES_PER_PIXEL, number, Number(1, 2)) +
                                     Explicit(TAG_PHOTOMETRIC_INTERPRETATION, "CS", "MONOCHROME2 ") +
                                     Explicit(TAG_ROWS, number, Number(8, 2)) +
                                     Explicit(TAG_COLUMNS, number, Number(8, 2)) +
                                     Explicit(TAG_BITS_ALLOCATED, number, Number(16, 2)) + Tag(TAG_PIXEL_DATA) + "OB" +
                                     std::string(2, '\0') + std::string(4, '\xFF') + Tag(TAG_ITEM) + Number(0, 4) +
                                     Tag(TAG_ITEM) + Number(frame.size(), 4) + frame + Tag(0xFFFEE0DDU) + Number(0, 4));
}

TEST(DataSetFiles, FramesAreDecompressedOrNotTouched) {
  // By CharLS.
  const unsigned char bytes[] = {0xFF, 0xD8, 0xFF, 0xF7, 0x00, 0x0B, 0x0A, 0x00, 0x08, 0x00, 0x08, 0x01, 0x01, 0x11,
                                 0x00, 0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                 0x06, 0x56, 0x84, 0x44, 0x00, 0x00, 0x00, 0x04, 0xE5, 0x2B, 0x29, 0x87, 0x8A, 0xAC,
                                 0xB7, 0x02, 0x21, 0x20, 0x96, 0x8B, 0x4A, 0x0A, 0x32, 0x1C, 0x86, 0x83, 0x56, 0x23,
                                 0x14, 0x14, 0x58, 0xE4, 0x4C, 0x4D, 0x61, 0x78, 0x90, 0x90, 0xFF, 0xD9};
  const std::string frame(reinterpret_cast<const char*>(bytes), sizeof(bytes));
  LDicomDS set;
  ASSERT_EQ(LoadBytes(set, Compressed(UID_JPEG_LS_LOSSLESS, frame)), DICOM_SUCCESS);
  ASSERT_EQ(set.ChangeTransferSyntax(UID_EXPLICIT_VR_LITTLE_ENDIAN, 0, 0), DICOM_SUCCESS);
  const pDICOMELEMENT pixels = set.FindFirstElement(NULL, TAG_PIXEL_DATA, L_TRUE);
  EXPECT_EQ(set.GetCountValue(pixels), 64u);
  for (L_UINT32 at = 0; at < 64; ++at) {
    const L_UINT32 column = at % 8;
    const L_UINT32 row = at / 8;
    const auto expected = static_cast<L_INT16>(column < 5 ? 300 : (column * 37 + row * row * 11) % 4096);
    EXPECT_EQ(*set.GetShortValue(pixels, at, 1), expected) << at;
  }
  EXPECT_EQ(Text(set, TAG_BITS_STORED) + " " + Text(set, TAG_HIGH_BIT), "10 9") << "what the frame says";

  for (const std::string& transfer_syntax : {std::string(UID_JPEG_LS_LOSSY), std::string(UID_JPEG2000)}) {
    LDicomDS bad;
    ASSERT_EQ(LoadBytes(bad, Compressed(transfer_syntax, frame.substr(0, 40))), DICOM_SUCCESS);
    const std::string before = Encoded(bad);
    EXPECT_EQ(bad.ChangeTransferSyntax(UID_EXPLICIT_VR_LITTLE_ENDIAN, 0, 0), DICOM_ERROR_COMPRESSION);
    EXPECT_EQ(Encoded(bad), before);
    EXPECT_EQ(Text(bad, TAG_TRANSFER_SYNTAX_UID), transfer_syntax);
  }
}

}  // namespace
