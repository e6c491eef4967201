// LDicomDS: ages, dates, times, and ranges of them in queries (PS3.5 6.2: AS, DA, TM, DT; PS3.4 C.2.2.2.5).

#include <optional>
#include <string_view>
#include <vector>

#include "dicom_ds_texts.h"

using ldicomnet::detail::DataSetState;
using ldicomnet::detail::ElementNode;
using ldicomnet::detail::ElementValues;
using ldicomnet::detail::HasRange;
using ldicomnet::detail::TextsOf;
using ldicomnet::detail::ValueRun;

namespace {

// The number that the first `digits` characters of `text` are, which are taken off it.
bool Take(std::string_view& text, std::size_t digits, L_UINT16& number) {
  if (text.size() < digits)
    return false;
  number = 0;
  for (const char character : text.substr(0, digits)) {
    if (character < '0' || character > '9')
      return false;
    number = static_cast<L_UINT16>(number * 10 + (character - '0'));
  }
  text.remove_prefix(digits);
  return true;
}

void TakeSeparator(std::string_view& text, char separator) {
  if (!text.empty() && text.front() == separator)
    text.remove_prefix(1);
}

bool IsDay(L_UINT16 month, L_UINT16 day) {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

// A leap second is 60.
bool IsTime(L_UINT16 hours, L_UINT16 minutes, L_UINT16 seconds, L_UINT32 fractions) {
  return hours <= 23 && minutes <= 59 && seconds <= 60 && fractions <= 999999;
}

bool IsOffset(L_INT32 offset) {
  const L_INT32 size = offset < 0 ? -offset : offset;
  return offset >= -1200 && offset <= 1400 && size % 100 <= 59;
}

bool Parse(std::string_view text, VALUEAGE& age) {
  if (!Take(text, 3, age.nNumber) || text.size() != 1 || text.find_first_of("DWMY") != 0)
    return false;
  age.nReference = static_cast<L_UCHAR>(text.front());
  return true;
}

// YYYYMMDD, or the older YYYY.MM.DD.
bool Parse(std::string_view text, VALUEDATE& date) {
  const char separator = text.size() == 10 ? '.' : '\0';
  if (!Take(text, 4, date.nYear))
    return false;
  TakeSeparator(text, separator);
  if (!Take(text, 2, date.nMonth))
    return false;
  TakeSeparator(text, separator);
  return Take(text, 2, date.nDay) && text.empty() && IsDay(date.nMonth, date.nDay);
}

// One to six digits behind a point, as microseconds.
bool TakeFractions(std::string_view& text, L_UINT32& fractions) {
  fractions = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits)
    fractions = digits < 6 ? fractions * 10 + static_cast<L_UINT32>(text[digits] - '0') : fractions;
  if (digits == 0 || digits > 6)
    return false;
  for (std::size_t i = digits; i < 6; ++i)
    fractions *= 10;
  text.remove_prefix(digits);
  return true;
}

// HH, HHMM, HHMMSS or HHMMSS.FFFFFF, and what comes behind is left in `text`.
bool TakeTime(std::string_view& text, char separator, L_UINT16& hours, L_UINT16& minutes, L_UINT16& seconds,
              L_UINT32& fractions) {
  const auto goes_on = [&] { return !text.empty() && text.front() >= '0' && text.front() <= '9'; };
  minutes = seconds = 0;
  fractions = 0;
  if (!Take(text, 2, hours))
    return false;
  TakeSeparator(text, separator);
  if (goes_on()) {
    if (!Take(text, 2, minutes))
      return false;
    TakeSeparator(text, separator);
    if (goes_on()) {
      if (!Take(text, 2, seconds))
        return false;
      if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        if (!TakeFractions(text, fractions))
          return false;
      }
    }
  }
  return IsTime(hours, minutes, seconds, fractions);
}

// HHMMSS.FFFFFF or a shorter one, or the older HH:MM:SS.
bool Parse(std::string_view text, VALUETIME& time) {
  if (text.size() > 2 && text.back() == ':')
    return false;
  return TakeTime(text, ':', time.nHours, time.nMinutes, time.nSeconds, time.nFractions) && text.empty();
}

// YYYYMMDDHHMMSS.FFFFFF&ZZXX or a shorter one.
bool Parse(std::string_view text, VALUEDATETIME& value) {
  value = VALUEDATETIME();
  const std::size_t sign = text.find_first_of("+-");
  if (sign != std::string_view::npos) {
    std::string_view offset = text.substr(sign + 1);
    L_UINT16 number = 0;
    if (!Take(offset, 4, number) || !offset.empty())
      return false;
    value.nOffset = text[sign] == '-' ? -static_cast<L_INT32>(number) : number;
    if (!IsOffset(value.nOffset))
      return false;
    text = text.substr(0, sign);
  }
  if (!Take(text, 4, value.nYear))
    return false;
  if (text.empty())
    return true;
  if (!Take(text, 2, value.nMonth) || !IsDay(value.nMonth, 1))
    return false;
  if (text.empty())
    return true;
  if (!Take(text, 2, value.nDay) || !IsDay(value.nMonth, value.nDay))
    return false;
  return text.empty() ||
         (TakeTime(text, '\0', value.nHours, value.nMinutes, value.nSeconds, value.nFractions) && text.empty());
}

void Put(std::string& text, L_UINT32 number, std::size_t digits) {
  std::string written = std::to_string(number);
  written.insert(0, digits - std::min(digits, written.size()), '0');
  text.append(written);
}

bool Format(const VALUEAGE& age, std::string& text) {
  if (age.nNumber > 999 || age.nReference == '\0' ||
      std::string_view("DWMY").find(static_cast<char>(age.nReference)) == std::string_view::npos)
    return false;
  Put(text, age.nNumber, 3);
  text.push_back(static_cast<char>(age.nReference));
  return true;
}

bool Format(const VALUEDATE& date, std::string& text) {
  if (date.nYear > 9999 || !IsDay(date.nMonth, date.nDay))
    return false;
  Put(text, date.nYear, 4);
  Put(text, date.nMonth, 2);
  Put(text, date.nDay, 2);
  return true;
}

bool Format(const VALUETIME& time, std::string& text) {
  if (!IsTime(time.nHours, time.nMinutes, time.nSeconds, time.nFractions))
    return false;
  Put(text, time.nHours, 2);
  Put(text, time.nMinutes, 2);
  Put(text, time.nSeconds, 2);
  if (time.nFractions != 0) {
    text.push_back('.');
    Put(text, time.nFractions, 6);
  }
  return true;
}

bool Format(const VALUEDATETIME& value, std::string& text) {
  if (value.nYear > 9999 || !IsOffset(value.nOffset))
    return false;
  const VALUETIME time = {value.nHours, value.nMinutes, value.nSeconds, value.nFractions};
  const bool has_time = time.nHours != 0 || time.nMinutes != 0 || time.nSeconds != 0 || time.nFractions != 0;
  if (value.nMonth == 0 || value.nDay == 0) {
    if (has_time || value.nMonth > 12 || (value.nMonth == 0 && value.nDay != 0))
      return false;
    Put(text, value.nYear, 4);
    if (value.nMonth != 0)
      Put(text, value.nMonth, 2);
  } else if (!Format(VALUEDATE{value.nYear, value.nMonth, value.nDay}, text) || !Format(time, text)) {
    return false;
  }
  if (value.nOffset != 0) {
    text.push_back(value.nOffset < 0 ? '-' : '+');
    Put(text, static_cast<L_UINT32>(value.nOffset < 0 ? -value.nOffset : value.nOffset), 4);
  }
  return true;
}

template <class T>
T* Values(DataSetState& state, pDICOMELEMENT element, L_UINT16 vr, ValueRun<T> ElementValues::*member, L_UINT32 index,
          L_UINT32 count) {
  ElementNode* const node = state.Find(element);
  if (node == nullptr || node->element.nVR != vr)
    return nullptr;
  const std::string* const texts = TextsOf(state, *node);
  ElementValues& values = state.Values(*node);
  if (texts == nullptr || !HasRange(values.text_starts.size(), index, count))
    return nullptr;
  // Each value has its place from the first call on; it is filled in when it is asked for.
  ValueRun<T>& run = values.*member;
  run.values.resize(values.text_starts.size());
  for (L_UINT32 i = index; i < index + count; ++i) {
    const std::string_view text = texts->c_str() + values.text_starts[i];
    if (!text.empty() && !Parse(text, run.values[i]))
      return nullptr;
  }
  return &run.values[index];
}

template <class T, class FormatOne>
L_BOOL SetValues(DataSetState& state, pDICOMELEMENT element, L_UINT16 vr, const T* values, L_UINT32 count,
                 FormatOne&& format) {
  ElementNode* const node = state.Find(element);
  if (node == nullptr || node->element.nVR != vr || (values == nullptr && count != 0))
    return L_FALSE;
  std::string texts;
  for (L_UINT32 i = 0; i < count; ++i) {
    if (!format(values[i], texts))
      return L_FALSE;
    texts.push_back('\0');
  }
  return state.SetTexts(*node, texts, count, DICOM_CHARACTER_SET_DEFAULT) ? L_TRUE : L_FALSE;
}

// Where the hyphen between the ends of a range is. One before four digits that end the value, or are followed by a
// hyphen, may also be the sign of an offset from UTC: it is where the four make one, for no year before 1400 is meant.
std::size_t RangeHyphen(std::string_view text, bool has_offsets) {
  for (std::size_t hyphen = text.find('-'); hyphen != std::string_view::npos; hyphen = text.find('-', hyphen + 1)) {
    std::string_view behind = text.substr(hyphen + 1);
    L_UINT16 number = 0;
    const bool may_be_offset = has_offsets && hyphen != 0 && Take(behind, 4, number) &&
                               (behind.empty() || behind.front() == '-') && IsOffset(-static_cast<L_INT32>(number));
    if (!may_be_offset)
      return hyphen;
  }
  return std::string_view::npos;
}

// A date or time of a query, or a range of two.
template <class T>
bool ParseRange(std::string_view text, bool has_offsets, L_UINT32& flags, T& first, T& second) {
  const std::size_t hyphen = RangeHyphen(text, has_offsets);
  first = T();
  second = T();
  flags = VALUE_RANGE_NONE;
  if (hyphen == std::string_view::npos)
    return Parse(text, first);
  const std::string_view lower = text.substr(0, hyphen);
  const std::string_view upper = text.substr(hyphen + 1);
  flags = static_cast<L_UINT32>(lower.empty() ? VALUE_RANGE_NONE : VALUE_RANGE_LOWER) |
          static_cast<L_UINT32>(upper.empty() ? VALUE_RANGE_NONE : VALUE_RANGE_UPPER);
  return flags != VALUE_RANGE_NONE && (lower.empty() || Parse(lower, first)) && (upper.empty() || Parse(upper, second));
}

template <class T>
bool HasRangeForm(std::string_view text, bool has_offsets) {
  L_UINT32 flags = 0;
  T first;
  T second;
  return ParseRange(text, has_offsets, flags, first, second);
}

template <class T>
L_INT GetRange(DataSetState& state, pDICOMELEMENT element, L_UINT16 vr, L_UINT32 index, L_UINT32& flags, T& first,
               T& second) {
  ElementNode* const node = state.Find(element);
  if (node == nullptr || node->element.nVR != vr)
    return DICOM_ERROR_PARAMETER;
  const std::string* const texts = TextsOf(state, *node);
  if (texts == nullptr || !HasRange(state.Values(*node).text_starts.size(), index, 1))
    return DICOM_ERROR_PARAMETER;
  const std::string_view text = texts->c_str() + state.Values(*node).text_starts[index];
  return ParseRange(text, vr == VR_DT, flags, first, second) ? DICOM_SUCCESS : DICOM_ERROR_FORMAT;
}

template <class T>
bool FormatRange(L_UINT32 flags, const T& first, const T& second, std::string& text) {
  if (flags == VALUE_RANGE_NONE)
    return Format(first, text);
  if (flags > VALUE_RANGE_BOTH || ((flags & VALUE_RANGE_LOWER) != 0 && !Format(first, text)))
    return false;
  text.push_back('-');
  return (flags & VALUE_RANGE_UPPER) == 0 || Format(second, text);
}

}  // namespace

bool ldicomnet::detail::HasDateForm(L_UINT16 vr, std::string_view text) {
  VALUEAGE age;
  switch (vr) {
    case VR_AS:
      return Parse(text, age);
    case VR_DA:
      return HasRangeForm<VALUEDATE>(text, false);
    case VR_TM:
      return HasRangeForm<VALUETIME>(text, false);
    case VR_DT:
      return HasRangeForm<VALUEDATETIME>(text, true);
    default:
      return false;
  }
}

pVALUEAGE LDicomDS::GetAgeValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Values(*m_pState, pElement, VR_AS, &ElementValues::ages, nIndex, nCount);
}

pVALUEDATE LDicomDS::GetDateValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Values(*m_pState, pElement, VR_DA, &ElementValues::dates, nIndex, nCount);
}

pVALUETIME LDicomDS::GetTimeValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Values(*m_pState, pElement, VR_TM, &ElementValues::times, nIndex, nCount);
}

pVALUEDATETIME LDicomDS::GetDateTimeValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Values(*m_pState, pElement, VR_DT, &ElementValues::date_times, nIndex, nCount);
}

L_BOOL LDicomDS::SetAgeValue(pDICOMELEMENT pElement, const VALUEAGE* pValue, L_UINT32 nCount) {
  return SetValues(*m_pState, pElement, VR_AS, pValue, nCount,
                   [](const VALUEAGE& value, std::string& text) { return Format(value, text); });
}

L_BOOL LDicomDS::SetDateValue(pDICOMELEMENT pElement, const VALUEDATE* pValue, L_UINT32 nCount) {
  return SetValues(*m_pState, pElement, VR_DA, pValue, nCount,
                   [](const VALUEDATE& value, std::string& text) { return Format(value, text); });
}

L_BOOL LDicomDS::SetTimeValue(pDICOMELEMENT pElement, const VALUETIME* pValue, L_UINT32 nCount) {
  return SetValues(*m_pState, pElement, VR_TM, pValue, nCount,
                   [](const VALUETIME& value, std::string& text) { return Format(value, text); });
}

L_BOOL LDicomDS::SetDateTimeValue(pDICOMELEMENT pElement, const VALUEDATETIME* pValue, L_UINT32 nCount) {
  return SetValues(*m_pState, pElement, VR_DT, pValue, nCount,
                   [](const VALUEDATETIME& value, std::string& text) { return Format(value, text); });
}

L_INT LDicomDS::GetDateRangeValue(pDICOMELEMENT pElement, L_UINT32 nIndex, pVALUEDATERANGE pValue) const {
  if (pValue == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return GetRange(*m_pState, pElement, VR_DA, nIndex, pValue->nFlags, pValue->Date1, pValue->Date2);
}

L_INT16 LDicomDS::GetTimeRangeValue(pDICOMELEMENT pElement, L_UINT32 nIndex, pVALUETIMERANGE pValue) const {
  if (pValue == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return static_cast<L_INT16>(
      GetRange(*m_pState, pElement, VR_TM, nIndex, pValue->nFlags, pValue->Time1, pValue->Time2));
}

L_INT16 LDicomDS::GetDateTimeRangeValue(pDICOMELEMENT pElement, L_UINT32 nIndex, pVALUEDATETIMERANGE pValue) const {
  if (pValue == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return static_cast<L_INT16>(
      GetRange(*m_pState, pElement, VR_DT, nIndex, pValue->nFlags, pValue->DateTime1, pValue->DateTime2));
}

L_BOOL LDicomDS::SetDateRangeValue(pDICOMELEMENT pElement, const VALUEDATERANGE* pValue, L_UINT32 nCount) {
  return SetValues(*m_pState, pElement, VR_DA, pValue, nCount, [](const VALUEDATERANGE& range, std::string& text) {
    return FormatRange(range.nFlags, range.Date1, range.Date2, text);
  });
}

L_BOOL LDicomDS::SetTimeRangeValue(pDICOMELEMENT pElement, const VALUETIMERANGE* pValue, L_UINT32 nCount) {
  return SetValues(*m_pState, pElement, VR_TM, pValue, nCount, [](const VALUETIMERANGE& range, std::string& text) {
    return FormatRange(range.nFlags, range.Time1, range.Time2, text);
  });
}

L_BOOL LDicomDS::SetDateTimeRangeValue(pDICOMELEMENT pElement, const VALUEDATETIMERANGE* pValue, L_UINT32 nCount) {
  return SetValues(*m_pState, pElement, VR_DT, pValue, nCount, [](const VALUEDATETIMERANGE& range, std::string& text) {
    return FormatRange(range.nFlags, range.DateTime1, range.DateTime2, text);
  });
}
