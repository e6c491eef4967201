// LDicomDS: ages, dates, times and ranges of them.

#include "support/data_set.h"

using namespace ds_test;

namespace {

pDICOMELEMENT With(LDicomDS& set, L_UINT16 vr, const char* text) {
  set.ResetDS();
  const pDICOMELEMENT element = set.InsertElement(NULL, L_TRUE, MAKETAG(0x0009, 0x1001), vr, L_FALSE, 0);
  EXPECT_TRUE(set.SetStringValue(element, text, 1));
  return element;
}

TEST(DataSetDates, Ages) {
  LDicomDS set;
  const pVALUEAGE age = set.GetAgeValue(With(set, VR_AS, "018M"), 0, 1);
  ASSERT_NE(age, nullptr);
  EXPECT_EQ(age->nNumber, 18);
  EXPECT_EQ(age->nReference, 'M');
  for (const char* bad : {"18M", "018X", "0018M", "abcY", "018", "018MM"})
    EXPECT_EQ(set.GetAgeValue(With(set, VR_AS, bad), 0, 1), nullptr) << bad;
  const pDICOMELEMENT element = With(set, VR_AS, "001Y");
  const VALUEAGE ages[] = {{7, 'D'}, {999, 'W'}};
  ASSERT_TRUE(set.SetAgeValue(element, ages, 2));
  EXPECT_EQ(Text(set, element), "007D\\999W");
  EXPECT_EQ(set.GetAgeValue(element, 0, 2)[1].nNumber, 999);
  for (const VALUEAGE bad : {VALUEAGE{1000, 'Y'}, VALUEAGE{1, 'X'}, VALUEAGE{1, 0}})
    EXPECT_FALSE(set.SetAgeValue(element, &bad, 1));
  EXPECT_EQ(Text(set, element), "007D\\999W");
}

TEST(DataSetDates, Dates) {
  LDicomDS set;
  for (const char* text : {"20240229", "2024.02.29"}) {
    const pVALUEDATE date = set.GetDateValue(With(set, VR_DA, text), 0, 1);
    ASSERT_NE(date, nullptr) << text;
    EXPECT_EQ(date->nYear, 2024);
    EXPECT_EQ(date->nMonth, 2);
    EXPECT_EQ(date->nDay, 29);
  }
  for (const char* bad : {"2024022", "20241301", "20240100", "2024-02-29", "202402299", "xxxxxxxx", "20240132"})
    EXPECT_EQ(set.GetDateValue(With(set, VR_DA, bad), 0, 1), nullptr) << bad;
  const pDICOMELEMENT element = With(set, VR_DA, "20240229");
  const VALUEDATE dates[] = {{1999, 12, 31}, {33, 1, 2}};
  ASSERT_TRUE(set.SetDateValue(element, dates, 2));
  EXPECT_EQ(Text(set, element), "19991231\\00330102");
  for (const VALUEDATE bad :
       {VALUEDATE{10000, 1, 1}, VALUEDATE{2000, 0, 1}, VALUEDATE{2000, 13, 1}, VALUEDATE{2000, 1, 32}})
    EXPECT_FALSE(set.SetDateValue(element, &bad, 1));
  EXPECT_TRUE(set.SetDateValue(element, NULL, 0));
  EXPECT_EQ(set.GetDateValue(element, 0, 1), nullptr);
  EXPECT_EQ(set.GetTimeValue(element, 0, 1), nullptr) << "of another VR";
}

TEST(DataSetDates, AnEmptyOneAmongSeveral) {
  LDicomDS set;
  const pDICOMELEMENT element = With(set, VR_DA, "x");
  ASSERT_TRUE(set.SetStringValue(element, "20200101\0\0bad", 3));
  const pVALUEDATE dates = set.GetDateValue(element, 0, 2);
  ASSERT_NE(dates, nullptr);
  EXPECT_EQ(dates[1].nYear, 0);
  EXPECT_EQ(set.GetDateValue(element, 2, 1), nullptr);
  EXPECT_EQ(set.GetDateValue(element, 0, 3), nullptr);
  EXPECT_EQ(set.GetDateValue(element, 0, 1), dates) << "a value stays where it is";
}

TEST(DataSetDates, Times) {
  const struct {
    const char* text;
    VALUETIME time;
  } cases[] = {{"07", {7, 0, 0, 0}},
               {"0730", {7, 30, 0, 0}},
               {"073045", {7, 30, 45, 0}},
               {"235960.5", {23, 59, 60, 500000}},
               {"000000.000001", {0, 0, 0, 1}},
               {"07:30:45", {7, 30, 45, 0}}};
  LDicomDS set;
  for (const auto& one : cases) {
    const pVALUETIME time = set.GetTimeValue(With(set, VR_TM, one.text), 0, 1);
    ASSERT_NE(time, nullptr) << one.text;
    EXPECT_EQ(time->nHours, one.time.nHours);
    EXPECT_EQ(time->nMinutes, one.time.nMinutes);
    EXPECT_EQ(time->nSeconds, one.time.nSeconds);
    EXPECT_EQ(time->nFractions, one.time.nFractions);
  }
  for (const char* bad : {"7", "24", "0760", "073061", "073045.", "073045.1234567", "0730.5", "07:", "07304"})
    EXPECT_EQ(set.GetTimeValue(With(set, VR_TM, bad), 0, 1), nullptr) << bad;
  const pDICOMELEMENT element = With(set, VR_TM, "07");
  const VALUETIME times[] = {{1, 2, 3, 0}, {23, 59, 59, 42}};
  ASSERT_TRUE(set.SetTimeValue(element, times, 2));
  EXPECT_EQ(Text(set, element), "010203\\235959.000042");
  const VALUETIME bad = {24, 0, 0, 0};
  EXPECT_FALSE(set.SetTimeValue(element, &bad, 1));
}

TEST(DataSetDates, DateTimes) {
  const struct {
    const char* text;
    VALUEDATETIME value;
  } cases[] = {{"2024", {2024, 0, 0, 0, 0, 0, 0, 0}},
               {"202402", {2024, 2, 0, 0, 0, 0, 0, 0}},
               {"20240229073045.25", {2024, 2, 29, 7, 30, 45, 250000, 0}},
               {"20240229073045-0530", {2024, 2, 29, 7, 30, 45, 0, -530}},
               {"2024+1400", {2024, 0, 0, 0, 0, 0, 0, 1400}}};
  LDicomDS set;
  for (const auto& one : cases) {
    const pDICOMELEMENT element = With(set, VR_DT, one.text);
    const pVALUEDATETIME found = set.GetDateTimeValue(element, 0, 1);
    ASSERT_NE(found, nullptr) << one.text;
    EXPECT_EQ(found->nYear, one.value.nYear);
    EXPECT_EQ(found->nMonth, one.value.nMonth);
    EXPECT_EQ(found->nDay, one.value.nDay);
    EXPECT_EQ(found->nHours, one.value.nHours);
    EXPECT_EQ(found->nFractions, one.value.nFractions);
    EXPECT_EQ(found->nOffset, one.value.nOffset);
    VALUEDATETIME again = *found;
    ASSERT_TRUE(set.SetDateTimeValue(element, &again, 1));
    const pVALUEDATETIME same = set.GetDateTimeValue(element, 0, 1);
    ASSERT_NE(same, nullptr);
    EXPECT_EQ(same->nSeconds, one.value.nSeconds);
    EXPECT_EQ(same->nOffset, one.value.nOffset);
  }
  for (const char* bad : {"202", "20241", "2024130", "20240229073045+1500", "20240229-05", "20240229T07", "2024-0561"})
    EXPECT_EQ(set.GetDateTimeValue(With(set, VR_DT, bad), 0, 1), nullptr) << bad;
  const pDICOMELEMENT element = With(set, VR_DT, "2024");
  for (const VALUEDATETIME bad : {VALUEDATETIME{2024, 0, 3, 0, 0, 0, 0, 0}, VALUEDATETIME{2024, 2, 0, 7, 0, 0, 0, 0},
                                  VALUEDATETIME{2024, 2, 3, 7, 0, 0, 0, 1401}})
    EXPECT_FALSE(set.SetDateTimeValue(element, &bad, 1));
  EXPECT_EQ(Text(set, element), "2024");
}

TEST(DataSetDates, DateRanges) {
  const struct {
    const char* text;
    L_UINT32 flags;
    L_UINT16 first;
    L_UINT16 second;
  } cases[] = {{"20200101", VALUE_RANGE_NONE, 2020, 0},
               {"20200101-", VALUE_RANGE_LOWER, 2020, 0},
               {"-20211231", VALUE_RANGE_UPPER, 0, 2021},
               {"20200101-20211231", VALUE_RANGE_BOTH, 2020, 2021}};
  LDicomDS set;
  for (const auto& one : cases) {
    const pDICOMELEMENT element = With(set, VR_DA, one.text);
    VALUEDATERANGE range = {};
    ASSERT_EQ(set.GetDateRangeValue(element, 0, &range), DICOM_SUCCESS) << one.text;
    EXPECT_EQ(range.nFlags, one.flags);
    EXPECT_EQ(range.Date1.nYear, one.first);
    EXPECT_EQ(range.Date2.nYear, one.second);
    ASSERT_TRUE(set.SetStringValue(element, NULL, 0));
    ASSERT_TRUE(set.SetDateRangeValue(element, &range, 1));
    EXPECT_EQ(Text(set, element), one.text);
  }
  VALUEDATERANGE range = {};
  EXPECT_EQ(set.GetDateRangeValue(With(set, VR_DA, "-"), 0, &range), DICOM_ERROR_FORMAT);
  EXPECT_EQ(set.GetDateRangeValue(With(set, VR_DA, "2020-2021"), 0, &range), DICOM_ERROR_FORMAT);
  const pDICOMELEMENT element = With(set, VR_DA, "20200101");
  EXPECT_EQ(set.GetDateRangeValue(element, 1, &range), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(set.GetDateRangeValue(element, 0, NULL), DICOM_ERROR_NULL_PTR);
  range.nFlags = 4;
  EXPECT_FALSE(set.SetDateRangeValue(element, &range, 1));
}

TEST(DataSetDates, TimeRanges) {
  LDicomDS set;
  const pDICOMELEMENT element = With(set, VR_TM, "0700-1230");
  VALUETIMERANGE range = {};
  ASSERT_EQ(set.GetTimeRangeValue(element, 0, &range), DICOM_SUCCESS);
  EXPECT_EQ(range.nFlags, static_cast<L_UINT32>(VALUE_RANGE_BOTH));
  EXPECT_EQ(range.Time1.nHours, 7);
  EXPECT_EQ(range.Time2.nMinutes, 30);
  ASSERT_TRUE(set.SetTimeRangeValue(element, &range, 1));
  EXPECT_EQ(Text(set, element), "070000-123000");
  EXPECT_EQ(set.GetTimeRangeValue(element, 0, NULL), DICOM_ERROR_NULL_PTR);
}

// A hyphen may also be the sign of an offset from UTC.
TEST(DataSetDates, DateTimeRanges) {
  const struct {
    const char* text;
    L_UINT32 flags;
    L_UINT16 first;
    L_INT32 first_offset;
    L_UINT16 second;
    L_INT32 second_offset;
  } cases[] = {{"2020-2021", VALUE_RANGE_BOTH, 2020, 0, 2021, 0},
               {"2020-0500", VALUE_RANGE_NONE, 2020, -500, 0, 0},
               {"2020-0500-2021", VALUE_RANGE_BOTH, 2020, -500, 2021, 0},
               {"2020-0500-2021-0600", VALUE_RANGE_BOTH, 2020, -500, 2021, -600},
               {"2020+0100-2021+0200", VALUE_RANGE_BOTH, 2020, 100, 2021, 200},
               {"2020-0500-", VALUE_RANGE_LOWER, 2020, -500, 0, 0},
               {"-2021", VALUE_RANGE_UPPER, 0, 0, 2021, 0}};
  LDicomDS set;
  for (const auto& one : cases) {
    const pDICOMELEMENT element = With(set, VR_DT, one.text);
    VALUEDATETIMERANGE range = {};
    ASSERT_EQ(set.GetDateTimeRangeValue(element, 0, &range), DICOM_SUCCESS) << one.text;
    EXPECT_EQ(range.nFlags, one.flags) << one.text;
    EXPECT_EQ(range.DateTime1.nYear, one.first) << one.text;
    EXPECT_EQ(range.DateTime1.nOffset, one.first_offset) << one.text;
    EXPECT_EQ(range.DateTime2.nYear, one.second) << one.text;
    EXPECT_EQ(range.DateTime2.nOffset, one.second_offset) << one.text;
    ASSERT_TRUE(set.SetDateTimeRangeValue(element, &range, 1));
    EXPECT_EQ(Text(set, element), one.text);
  }
}

}  // namespace
