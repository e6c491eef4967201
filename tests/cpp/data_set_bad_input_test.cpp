// LDicomDS given bytes that are broken or lie: an error or fewer elements, never a crash, and never memory by a length
// field.

#include "support/data_set.h"

#include <sys/resource.h>

#include <random>

using namespace ds_test;

namespace {

// Uses all that reads: walks the elements both ways, asks for every value in every form, converts, saves.
void UseAll(LDicomDS& set, const Directory& directory) {
  int count = 0;
  for (pDICOMELEMENT element = set.GetFirstElement(NULL, L_FALSE, L_FALSE); element != nullptr && count < 5000;
       element = set.GetNextElement(element, L_FALSE, L_FALSE), ++count) {
    set.GetParentElement(element);
    set.GetChildElement(element, L_FALSE);
    set.GetLevelElement(element);
    const L_UINT32 values = set.GetCountValue(element);
    set.GetCharValue(element, 0, values);
    set.GetShortValue(element, 0, values);
    set.GetLongValue(element, 0, values);
    set.GetLong64Value(element, 0, values);
    set.GetFloatValue(element, 0, values);
    set.GetDoubleValue(element, 0, values);
    set.GetStringValue(element, 0, values);
    set.GetAgeValue(element, 0, values);
    set.GetDateValue(element, 0, values);
    set.GetTimeValue(element, 0, values);
    set.GetDateTimeValue(element, 0, values);
    VALUEDATERANGE range;
    set.GetDateRangeValue(element, 0, &range);
    set.GetConvertValue(element, NULL, 0);
    set.FreeValue(element);
  }
  count = 0;
  for (pDICOMELEMENT element = set.GetLastElement(NULL, L_FALSE, L_FALSE); element != nullptr && count < 5000; ++count)
    element = set.GetPrevElement(element, L_FALSE, L_FALSE);
  set.ConformanceDS(NULL, NULL);
  set.GetEncoded(NULL);
  set.SaveDS(directory.Path("as_it_is").c_str(), 0);
  set.SaveDS(directory.Path("converted").c_str(), DS_IMPLICIT_VR);
  LDicomDS copy;
  copy.CopyDS(NULL, &set, NULL);
  copy.InsertElement(NULL, L_TRUE, MAKETAG(0x7FE1, 0x1001), VR_LO, L_FALSE, 0);
  copy.ChangeTransferSyntax(UID_EXPLICIT_VR_BIG_ENDIAN, 0, 0);
}

std::string Sample() {
  const std::string item = Explicit(TAG_CODE_VALUE, "SH", "X1") + Explicit(TAG_CODE_MEANING, "LO", "\x1B$B;3\x1B(B ");
  return Explicit(TAG_SPECIFIC_CHARACTER_SET, "CS", "\\ISO 2022 IR 87 ") + Explicit(TAG_STUDY_DATE, "DA", "20240229") +
         Explicit(TAG_PROCEDURE_CODE_SEQUENCE, "SQ", Tag(TAG_ITEM) + Number(item.size(), 4) + item) +
         Explicit(TAG_PATIENT_NAME, "PN", "A^B=C") + Explicit(TAG_PATIENT_AGE, "AS", "018Y") +
         Explicit(TAG_PATIENT_WEIGHT, "DS", "70.5") + Explicit(TAG_ROWS, "US", Number(4, 2)) +
         Explicit(TAG_PIXEL_DATA, "OW", std::string(32, '\x55'));
}

TEST(DataSetBadInput, BreaksOffAnywhere) {
  Directory directory;
  for (const std::string& whole : {Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, Sample()), Sample()}) {
    for (std::size_t length = 0; length <= whole.size(); ++length) {
      LDicomDS set;
      if (LoadBytes(set, whole.substr(0, length)) == DICOM_SUCCESS)
        UseAll(set, directory);
    }
  }
}

TEST(DataSetBadInput, AnyByteChanged) {
  Directory directory;
  const std::string whole = Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, Sample());
  for (std::size_t place = 128; place < whole.size(); ++place) {
    for (const int change : {0x01, 0x80, 0xFF}) {
      std::string changed = whole;
      changed[place] = static_cast<char>(changed[place] ^ change);
      LDicomDS set;
      if (LoadBytes(set, changed) == DICOM_SUCCESS)
        UseAll(set, directory);
    }
  }
}

TEST(DataSetBadInput, Noise) {
  Directory directory;
  constexpr unsigned kSeed = 20240229;
  std::mt19937 random(kSeed);
  for (int round = 0; round < 300; ++round) {
    std::string bytes(random() % 600, '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random());
    if (round % 2 != 0)
      bytes = Part10(UID_IMPLICIT_VR_LITTLE_ENDIAN, bytes);
    LDicomDS set;
    if (LoadBytes(set, bytes) == DICOM_SUCCESS)
      UseAll(set, directory);
  }
}

// No more memory than the bytes that are there, whatever the lengths say.
TEST(DataSetBadInput, LengthsThatLieCostNoMemory) {
  Directory directory;
  const auto lie = [](const char* vr) {
    return Tag(TAG_PIXEL_DATA) + vr + std::string(2, '\0') + Number(0xFFFFFFFE, 4) + "few";
  };
  rusage before = {};
  getrusage(RUSAGE_SELF, &before);
  for (const char* vr : {"OB", "OW", "UN", "UT", "SQ"}) {
    LDicomDS set;
    ASSERT_EQ(LoadBytes(set, Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, Explicit(TAG_PATIENT_ID, "LO", "P1") + lie(vr))),
              DICOM_SUCCESS);
    EXPECT_EQ(Text(set, TAG_PATIENT_ID), "P1");
    UseAll(set, directory);
  }
  rusage after = {};
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 64 * 1024) << "kilobytes";
}

TEST(DataSetBadInput, NestedAHundredThousandDeep) {
  Directory directory;
  std::string bytes;
  for (int depth = 0; depth < 100000; ++depth)
    bytes += Tag(TAG_CONTENT_SEQUENCE) + "SQ" + std::string(2, '\0') + Number(0xFFFFFFFF, 4) + Tag(TAG_ITEM) +
             Number(0xFFFFFFFF, 4);
  LDicomDS set;
  ASSERT_EQ(LoadBytes(set, Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, Explicit(TAG_STUDY_ID, "SH", "S1") + bytes)),
            DICOM_SUCCESS);
  UseAll(set, directory);
  EXPECT_FALSE(set.ConformanceDS(NULL, NULL));
}

// Deflated zeros: far more than there are bytes (PS3.5 A.5).
TEST(DataSetBadInput, ADeflatedBombIsBounded) {
  Directory directory;
  LDicomDS source;
  SetText(source, TAG_PATIENT_ID, "P1");
  const std::string zeros(64 << 20, '\0');
  ASSERT_TRUE(source.SetBinaryValue(Element(source, TAG_PIXEL_DATA, VR_OB), zeros.data(), 64 << 20));
  ASSERT_EQ(
      source.ChangeTransferSyntax(directory.Path("bomb").c_str(), UID_DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, 0, 0, 0),
      DICOM_SUCCESS);
  source.ResetDS();
  EXPECT_LT(std::filesystem::file_size(directory.Path("bomb")), 1u << 20);
  Directory temporary;
  LDicomDS set(temporary.Path().c_str());
  ASSERT_EQ(set.LoadDS(directory.Path("bomb").c_str(), 0), DICOM_SUCCESS);
  EXPECT_EQ(Text(set, TAG_PATIENT_ID), "P1");
  EXPECT_EQ(set.GetCountValue(set.FindFirstElement(NULL, TAG_PIXEL_DATA, L_FALSE)), 64u << 20);
  EXPECT_LE(temporary.CountAll(), 1u) << "what was inflated lies in a file";
  set.ResetDS();
  EXPECT_EQ(temporary.CountAll(), 0u);
}

TEST(DataSetBadInput, NoDataSetAtAll) {
  LDicomDS set;
  for (const std::string& bytes : {std::string("GET / HTTP/1.1\r\n\r\n"), std::string("x"), std::string(300, '\xFF')})
    EXPECT_NE(LoadBytes(set, bytes), DICOM_SUCCESS) << bytes;
  EXPECT_EQ(set.GetFirstElement(NULL, L_FALSE, L_FALSE), nullptr);
}

}  // namespace
