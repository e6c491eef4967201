// LDicomDS: values that are numbers and bytes, and values of any VR as text.

#include "support/data_set.h"

#include <cmath>
#include <limits>
#include <vector>

using namespace ds_test;

namespace {

pDICOMELEMENT Insert(LDicomDS& set, L_UINT16 vr) {
  set.ResetDS();
  return set.InsertElement(NULL, L_TRUE, MAKETAG(0x0009, 0x1001), vr, L_FALSE, ELEMENT_INDEX_MAX);
}

// Sets values, reads them back, alone and together, and past their end; then the same in the other byte order.
template <class T, class Get, class Set>
void RoundTrip(L_UINT16 vr, const std::vector<T>& values, Get get, Set put) {
  LDicomDS set;
  pDICOMELEMENT element = Insert(set, vr);
  const auto count = static_cast<L_UINT32>(values.size());
  ASSERT_TRUE((set.*put)(element, values.data(), count));
  for (const char* syntax : {UID_EXPLICIT_VR_LITTLE_ENDIAN, UID_EXPLICIT_VR_BIG_ENDIAN}) {
    ASSERT_EQ(set.ChangeTransferSyntax(syntax, 0, 0), DICOM_SUCCESS);
    LDicomDS loaded;
    const std::string bytes = Encoded(set);
    ASSERT_EQ(
        LoadBytes(loaded, bytes, syntax == std::string(UID_EXPLICIT_VR_BIG_ENDIAN) ? DS_BIG_ENDIAN : DS_EXPLICIT_VR),
        DICOM_SUCCESS);
    element = loaded.GetFirstElement(NULL, L_FALSE, L_FALSE);
    ASSERT_NE(element, nullptr) << syntax;
    EXPECT_EQ(element->nVR, vr);
    EXPECT_EQ(loaded.GetCountValue(element), count);
    const T* const all = (loaded.*get)(element, 0, count);
    ASSERT_NE(all, nullptr);
    for (L_UINT32 i = 0; i < count; ++i) {
      EXPECT_EQ(all[i], values[i]);
      EXPECT_EQ((loaded.*get)(element, i, 1), all + i) << "a value stays where it is";
    }
    EXPECT_EQ((loaded.*get)(element, count, 1), nullptr);
    EXPECT_EQ((loaded.*get)(element, 1, count), nullptr);
    EXPECT_EQ((loaded.*get)(element, 0, 0), nullptr);
    EXPECT_EQ((loaded.*get)(element, 0xFFFFFFFFU, 2), nullptr);
    loaded.FreeValue(element);
    EXPECT_NE((loaded.*get)(element, 0, 1), nullptr);
    EXPECT_FALSE((loaded.*put)(element, NULL, 1));
    EXPECT_TRUE((loaded.*put)(element, NULL, 0));
    EXPECT_EQ(loaded.GetCountValue(element), 0u);
    EXPECT_EQ((loaded.*get)(element, 0, 1), nullptr);
  }
}

TEST(DataSetValues, Shorts) {
  for (const L_UINT16 vr : {VR_US, VR_SS, VR_OW})
    RoundTrip<L_INT16>(vr, {1, -2, 0x1234, -32768}, &LDicomDS::GetShortValue, &LDicomDS::SetShortValue);
}

TEST(DataSetValues, Longs) {
  for (const L_UINT16 vr : {VR_UL, VR_SL, VR_OL, VR_AT})
    RoundTrip<L_INT32>(vr, {1, -2, 0x12345678, std::numeric_limits<L_INT32>::min()}, &LDicomDS::GetLongValue,
                       &LDicomDS::SetLongValue);
  RoundTrip<L_INT32>(VR_IS, {0, -2, 2147483647, std::numeric_limits<L_INT32>::min()}, &LDicomDS::GetLongValue,
                     &LDicomDS::SetLongValue);
}

TEST(DataSetValues, Longs64) {
  for (const L_UINT16 vr : {VR_UV, VR_SV, VR_OV})
    RoundTrip<L_INT64>(vr, {1, -2, 0x123456789ABCDEF0, std::numeric_limits<L_INT64>::min()}, &LDicomDS::GetLong64Value,
                       &LDicomDS::SetLong64Value);
}

TEST(DataSetValues, Floats) {
  for (const L_UINT16 vr : {VR_FL, VR_OF})
    RoundTrip<L_FLOAT>(vr, {1.5F, -0.1F, 1e38F, std::numeric_limits<L_FLOAT>::denorm_min()}, &LDicomDS::GetFloatValue,
                       &LDicomDS::SetFloatValue);
  for (const L_UINT16 vr : {VR_FD, VR_OD, VR_DS})
    RoundTrip<L_DOUBLE>(vr, {1.5, -0.1, 1e300, 123456789.25, 0}, &LDicomDS::GetDoubleValue, &LDicomDS::SetDoubleValue);
}

TEST(DataSetValues, Bytes) {
  for (const L_UINT16 vr : {VR_OB, VR_UN})
    RoundTrip<L_UCHAR>(vr, {1, 0, 255, '\\'}, &LDicomDS::GetCharValue, &LDicomDS::SetCharValue);
  LDicomDS set;
  const pDICOMELEMENT element = Insert(set, VR_OB);
  const L_UCHAR three[] = {1, 2, 3};
  ASSERT_TRUE(set.SetCharValue(element, three, 3));
  EXPECT_EQ(set.GetCountValue(element), 4u) << "a value has an even length (PS3.5 7.1.1)";
  EXPECT_EQ(*set.GetCharValue(element, 3, 1), 0);
}

TEST(DataSetValues, AttributeTagsLieGroupFirst) {
  LDicomDS set;
  const pDICOMELEMENT element = Insert(set, VR_AT);
  const L_INT32 tag = TAG_PATIENT_ID;
  ASSERT_TRUE(set.SetLongValue(element, &tag, 1));
  L_UCHAR bytes[4] = {};
  ASSERT_TRUE(set.GetBinaryValue(element, bytes, 4));
  EXPECT_EQ(std::string(reinterpret_cast<char*>(bytes), 4), Tag(TAG_PATIENT_ID));
  EXPECT_EQ(Text(set, element), "0010:0020");
}

TEST(DataSetValues, EachKindIsForItsVrs) {
  LDicomDS set;
  const L_INT16 shorts[] = {1, 2};
  const L_INT32 longs[] = {1};
  const L_DOUBLE doubles[] = {1};
  const pDICOMELEMENT element = Insert(set, VR_US);
  ASSERT_TRUE(set.SetShortValue(element, shorts, 2));
  EXPECT_EQ(set.GetLongValue(element, 0, 1), nullptr);
  EXPECT_EQ(set.GetCharValue(element, 0, 1), nullptr);
  EXPECT_EQ(set.GetLong64Value(element, 0, 1), nullptr);
  EXPECT_EQ(set.GetFloatValue(element, 0, 1), nullptr);
  EXPECT_EQ(set.GetDoubleValue(element, 0, 1), nullptr);
  EXPECT_EQ(set.GetStringValue(element, 0, 1), nullptr);
  EXPECT_EQ(set.GetDateValue(element, 0, 1), nullptr);
  EXPECT_FALSE(set.SetLongValue(element, longs, 1));
  EXPECT_FALSE(set.SetDoubleValue(element, doubles, 1));
  EXPECT_FALSE(set.SetStringValue(element, "1", 1));
  EXPECT_EQ(set.GetCountValue(element), 2u) << "and nothing was changed";
  const pDICOMELEMENT sequence = AddSequence(set, NULL, TAG_REFERENCED_STUDY_SEQUENCE);
  EXPECT_EQ(set.GetCountValue(sequence), 0u);
  EXPECT_EQ(set.GetCharValue(sequence, 0, 1), nullptr);
  EXPECT_FALSE(set.SetBinaryValue(sequence, "ab", 2));
  EXPECT_FALSE(set.SetConvertValue(sequence, "ab", 1));
  EXPECT_EQ(Text(set, sequence), "");
}

TEST(DataSetValues, Binary) {
  LDicomDS set;
  pDICOMELEMENT element = Insert(set, VR_UL);
  EXPECT_FALSE(set.SetBinaryValue(element, "abcdef", 6)) << "no whole number of values";
  ASSERT_TRUE(set.SetBinaryValue(element, "abcdefgh", 8));
  char bytes[9] = {};
  ASSERT_TRUE(set.GetBinaryValue(element, bytes, 8));
  EXPECT_STREQ(bytes, "abcdefgh");
  EXPECT_FALSE(set.GetBinaryValue(element, bytes, 9));
  EXPECT_FALSE(set.GetBinaryValue(element, NULL, 1));
  EXPECT_FALSE(set.SetBinaryValue(element, NULL, 4));
  EXPECT_EQ(*set.GetLongValue(element, 0, 1), 0x64636261);
  EXPECT_TRUE(set.GetBinaryValue(element, bytes, 0));
  element = Insert(set, VR_LO);
  ASSERT_TRUE(set.SetBinaryValue(element, "a\\b", 3));
  EXPECT_EQ(element->nLength, 4u);
  EXPECT_EQ(set.GetCountValue(element), 2u);
}

TEST(DataSetValues, DecimalStringsAreAsExactAsTheyCanBe) {
  LDicomDS set;
  const pDICOMELEMENT element = Insert(set, VR_DS);
  const L_DOUBLE values[] = {0.1 + 0.2, -1.0 / 3, 1e-300 / 7, 123456789012345678.0};
  ASSERT_TRUE(set.SetDoubleValue(element, values, 4));
  for (L_UINT32 i = 0; i < 4; ++i) {
    EXPECT_LE(std::string(set.GetStringValue(element, i, 1)).size(), 16u);
    EXPECT_NEAR(*set.GetDoubleValue(element, i, 1) / values[i], 1, 1e-8);
  }
  const L_DOUBLE no_number = std::nan("");
  EXPECT_FALSE(set.SetDoubleValue(element, &no_number, 1));
  EXPECT_EQ(set.GetCountValue(element), 4u);
  ASSERT_TRUE(set.SetStringValue(element, " 1.5 ", 1));
  EXPECT_EQ(*set.GetDoubleValue(element, 0, 1), 1.5);
  for (const char* bad : {"one", "inf", "1,5", "0x10", "1 2"}) {
    ASSERT_TRUE(set.SetStringValue(element, bad, 1));
    EXPECT_EQ(set.GetDoubleValue(element, 0, 1), nullptr) << bad;
  }
}

TEST(DataSetValues, IntegerStrings) {
  LDicomDS set;
  const pDICOMELEMENT element = Insert(set, VR_IS);
  ASSERT_TRUE(set.SetStringValue(element, "+12\0-7\0 ", 3));
  EXPECT_EQ(set.GetCountValue(element), 3u);
  const L_INT32* const values = set.GetLongValue(element, 0, 3);
  ASSERT_NE(values, nullptr);
  EXPECT_EQ(values[0], 12);
  EXPECT_EQ(values[1], -7);
  EXPECT_EQ(values[2], 0) << "an empty value";
  for (const char* bad : {"1.5", "2147483648", "x", "--1"}) {
    ASSERT_TRUE(set.SetStringValue(element, bad, 1));
    EXPECT_EQ(set.GetLongValue(element, 0, 1), nullptr) << bad;
  }
}

TEST(DataSetValues, ConvertRoundTrips) {
  const struct {
    L_UINT16 vr;
    const char* text;
    L_UINT32 count;
  } cases[] = {
      {VR_US, "0\\65535", 2},
      {VR_SS, "-32768\\32767", 2},
      {VR_UL, "4294967295", 1},
      {VR_SL, "-2147483648", 1},
      {VR_UV, "18446744073709551615", 1},
      {VR_SV, "-9223372036854775808", 1},
      {VR_OB, "00\\FF", 2},
      {VR_OW, "1\\2", 2},
      {VR_AT, "0010:0020\\7FE0:0010", 2},
      {VR_FL, "0.1\\-1.5", 2},
      {VR_FD, "0.1\\1e300", 2},
      {VR_LO, "a\\b", 2},
      {VR_ST, "a\\b", 1},
      {VR_DA, "20240229", 1},
      {VR_UI, "1.2.3", 1},
      {VR_DS, "1.5\\2", 2},
  };
  for (const auto& one : cases) {
    LDicomDS set;
    const pDICOMELEMENT element = Insert(set, one.vr);
    ASSERT_TRUE(set.SetConvertValue(element, one.text, one.count)) << one.text;
    EXPECT_EQ(set.GetCountValue(element), one.count) << one.text;
    EXPECT_EQ(Text(set, element), one.text);
    EXPECT_FALSE(set.SetConvertValue(element, one.text, one.count + 1));
    EXPECT_FALSE(set.SetConvertValue(element, NULL, 1));
    EXPECT_EQ(Text(set, element), one.text) << "nothing was changed";
    EXPECT_TRUE(set.SetConvertValue(element, NULL, 0));
    EXPECT_EQ(Text(set, element), "");
  }
}

TEST(DataSetValues, ConvertRefusesWhatDoesNotFit) {
  const struct {
    L_UINT16 vr;
    const char* text;
  } cases[] = {{VR_US, "65536"},     {VR_US, "-1"},         {VR_SS, "32768"},
               {VR_SS, "-32769"},    {VR_UL, "4294967296"}, {VR_UV, "18446744073709551616"},
               {VR_OB, "1"},         {VR_OB, "GG"},         {VR_AT, "00100020"},
               {VR_FD, "x"},         {VR_US, "1.5"},        {VR_US, ""},
               {VR_SL, "2147483648"}};
  for (const auto& one : cases) {
    LDicomDS set;
    EXPECT_FALSE(set.SetConvertValue(Insert(set, one.vr), one.text, 1)) << one.text;
  }
}

TEST(DataSetValues, ConvertCutsWhatDoesNotFit) {
  LDicomDS set;
  SetText(set, TAG_PATIENT_ID, "0123456789");
  const pDICOMELEMENT element = set.FindFirstElement(NULL, TAG_PATIENT_ID, L_FALSE);
  char buffer[5] = "xxxx";
  EXPECT_EQ(set.GetConvertValue(element, buffer, 4), 10u);
  EXPECT_STREQ(buffer, "012");
  EXPECT_EQ(set.GetConvertValue(element, NULL, 0), 10u);
  EXPECT_EQ(set.GetConvertValue(NULL, buffer, 4), 0u);
  EXPECT_STREQ(buffer, "");
}

// More than is kept together: parts are read from where they lie, in either byte order.
TEST(DataSetValues, ManyAreReadInPart) {
  constexpr L_UINT32 kCount = 9 << 20;
  std::vector<L_INT16> values(kCount);
  for (L_UINT32 i = 0; i < kCount; ++i)
    values[i] = static_cast<L_INT16>(i * 7);
  LDicomDS set;
  ASSERT_TRUE(set.SetShortValue(Insert(set, VR_OW), values.data(), kCount));
  Directory directory;
  for (const L_UINT16 flags : {DS_LITTLE_ENDIAN | DS_EXPLICIT_VR, DS_BIG_ENDIAN | DS_EXPLICIT_VR}) {
    ASSERT_EQ(set.SaveDS(directory.Path("large").c_str(), flags), DICOM_SUCCESS);
    LDicomDS loaded;
    ASSERT_EQ(loaded.LoadDS(directory.Path("large").c_str(), 0), DICOM_SUCCESS);
    const pDICOMELEMENT element = loaded.FindFirstElement(NULL, MAKETAG(0x0009, 0x1001), L_FALSE);
    ASSERT_NE(element, nullptr);
    EXPECT_EQ(loaded.GetCountValue(element), kCount);
    for (const L_UINT32 index : {0U, 1U, kCount / 2, kCount - 3}) {
      const L_INT16* const part = loaded.GetShortValue(element, index, 3);
      ASSERT_NE(part, nullptr);
      EXPECT_EQ(std::vector<L_INT16>(part, part + 3), std::vector<L_INT16>(&values[index], &values[index] + 3));
    }
    EXPECT_EQ(loaded.GetShortValue(element, kCount - 1, 2), nullptr);
    EXPECT_EQ(loaded.GetConvertValue(element, NULL, 0), 0u);
  }
}

}  // namespace
