// LDicomDS: values that are texts, and values of any VR as text.

#include "dicom_ds_texts.h"

#include <charconv>
#include <cstring>
#include <limits>
#include <string_view>
#include <vector>

#include "dicom_ds_vr.h"

namespace ldicomnet::detail {

const std::string* TextsOf(DataSetState& state, ElementNode& node) {
  if (KindOf(node.element.nVR) != ValueKind::kText)
    return nullptr;
  ElementValues& values = state.Values(node);
  if (values.text_starts.empty()) {
    values.text.clear();
    if (!state.elements().Texts(node.id, values.text))
      return nullptr;
    for (std::size_t start = 0; start < values.text.size(); start = values.text.find('\0', start) + 1)
      values.text_starts.push_back(start);
  }
  return &values.text;
}

L_UINT32 TextCount(DataSetState& state, ElementNode& node) {
  return TextsOf(state, node) == nullptr ? 0 : static_cast<L_UINT32>(state.Values(node).text_starts.size());
}

}  // namespace ldicomnet::detail

using ldicomnet::detail::Bytes;
using ldicomnet::detail::ByteSlice;
using ldicomnet::detail::DataSetState;
using ldicomnet::detail::ElementNode;
using ldicomnet::detail::HasRange;
using ldicomnet::detail::IsOneText;
using ldicomnet::detail::KindOf;
using ldicomnet::detail::kWholeValueBytes;
using ldicomnet::detail::TextsOf;
using ldicomnet::detail::UnitOf;
using ldicomnet::detail::ValueKind;

namespace {

// `digits` of a number in hexadecimal.
std::string Hex(L_UINT32 number, int digits) {
  std::string text;
  while (--digits >= 0)
    text.push_back("0123456789ABCDEF"[number >> (4 * digits) & 0xF]);
  return text;
}

// A number that lies little endian.
std::uint64_t NumberAt(const std::uint8_t* bytes, std::size_t length) {
  std::uint64_t number = 0;
  for (std::size_t i = length; i-- > 0;)
    number = number << 8 | bytes[i];
  return number;
}

void PutNumber(std::string& bytes, std::uint64_t number, std::size_t length) {
  for (std::size_t i = 0; i < length; ++i, number >>= 8)
    bytes.push_back(static_cast<char>(number & 0xFF));
}

std::string_view View(const rust::Vec<std::uint8_t>& text) {
  return {reinterpret_cast<const char*>(text.data()), text.size()};
}

template <class To, class From>
To BitsAs(From bits) {
  static_assert(sizeof(To) == sizeof(From), "the same bits");
  To value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

// One number of a binary VR, which is not of bytes, as text.
void AppendNumber(std::string& text, L_UINT16 vr, std::uint64_t bits) {
  switch (vr) {
    case VR_SS:
      text.append(std::to_string(static_cast<L_INT16>(bits)));
      break;
    case VR_SL:
      text.append(std::to_string(static_cast<L_INT32>(bits)));
      break;
    case VR_SV:
      text.append(std::to_string(static_cast<L_INT64>(bits)));
      break;
    case VR_AT:
      text.append(Hex(bits & 0xFFFF, 4)).append(":").append(Hex(bits >> 16 & 0xFFFF, 4));
      break;
    case VR_FL:
    case VR_OF:
      text.append(View(ldicomnet::detail::float_text(BitsAs<L_FLOAT>(static_cast<L_UINT32>(bits)))));
      break;
    case VR_FD:
    case VR_OD:
      text.append(View(ldicomnet::detail::double_text(BitsAs<L_DOUBLE>(bits))));
      break;
    default:
      text.append(std::to_string(bits));
  }
}

std::string ConvertedText(DataSetState& state, ElementNode& node) {
  std::string text;
  const ValueKind kind = KindOf(node.element.nVR);
  const std::uint64_t length = state.ValueLength(node);
  if (length > kWholeValueBytes)
    return text;
  if (kind == ValueKind::kText) {
    const std::string* const texts = TextsOf(state, node);
    if (texts == nullptr || texts->empty())
      return text;
    text.assign(*texts, 0, texts->size() - 1);
    for (char& character : text) {
      if (character == '\0')
        character = '\\';
    }
    return text;
  }
  std::vector<std::uint8_t> value(static_cast<std::size_t>(length));
  if (!state.elements().Read(node.id, 0, rust::Slice<std::uint8_t>(value.data(), value.size())))
    return text;
  const std::size_t unit = UnitOf(kind);
  for (std::size_t offset = 0; offset + unit <= value.size(); offset += unit) {
    if (offset != 0)
      text.push_back('\\');
    if (unit == 1) {
      text.append(Hex(value[offset], 2));
    } else {
      AppendNumber(text, node.element.nVR, NumberAt(&value[offset], unit));
    }
  }
  return text;
}

template <class T>
bool ParseInteger(std::string_view text, T& number, int base = 10) {
  if (base == 10 && !text.empty() && text.front() == '+')
    text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return error == std::errc() && end == text.data() + text.size();
}

// A number of `length` bytes with or without a sign, as its bits.
bool ParseBits(std::string_view text, bool is_signed, std::size_t length, std::uint64_t& bits) {
  const unsigned width = static_cast<unsigned>(8 * length);
  if (!is_signed)
    return ParseInteger(text, bits) && (width == 64 || bits >> width == 0);
  L_INT64 number = 0;
  if (!ParseInteger(text, number))
    return false;
  bits = static_cast<std::uint64_t>(number);
  const L_INT64 limit = static_cast<L_INT64>((std::uint64_t{1} << (width - 1)) - 1);
  return number <= limit && number >= -limit - 1;
}

// One value of a binary VR from its text, as its bits.
bool ParseNumber(L_UINT16 vr, std::string_view text, std::uint64_t& bits) {
  switch (vr) {
    case VR_AT: {
      L_UINT32 group = 0;
      L_UINT32 element = 0;
      if (text.size() != 9 || text[4] != ':' || !ParseInteger(text.substr(0, 4), group, 16) ||
          !ParseInteger(text.substr(5), element, 16))
        return false;
      bits = element << 16 | group;
      return true;
    }
    case VR_FL:
    case VR_OF:
    case VR_FD:
    case VR_OD: {
      const L_DOUBLE number = ldicomnet::detail::parse_decimal(Bytes(text.data(), text.size()));
      if (number != number)
        return false;
      bits = UnitOf(KindOf(vr)) == 4 ? BitsAs<L_UINT32>(static_cast<L_FLOAT>(number)) : BitsAs<std::uint64_t>(number);
      return true;
    }
    case VR_SS:
    case VR_SL:
    case VR_SV:
      return ParseBits(text, true, UnitOf(KindOf(vr)), bits);
    default:
      if (UnitOf(KindOf(vr)) == 1)
        return text.size() == 2 && ParseInteger(text, bits, 16);
      return ParseBits(text, false, UnitOf(KindOf(vr)), bits);
  }
}

std::vector<std::string_view> Split(std::string_view text, L_UINT16 vr) {
  std::vector<std::string_view> values;
  if (IsOneText(vr)) {
    values.push_back(text);
    return values;
  }
  for (;;) {
    const std::size_t end = text.find('\\');
    values.push_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return values;
    text.remove_prefix(end + 1);
  }
}

// `count` texts that follow one another, each ended by NUL.
std::string Gather(const L_TCHAR* texts, L_UINT32 count) {
  std::size_t length = 0;
  for (L_UINT32 i = 0; i < count; ++i)
    length += std::strlen(texts + length) + 1;
  return std::string(texts, length);
}

L_BOOL SetTexts(DataSetState& state, pDICOMELEMENT element, const L_TCHAR* texts, L_UINT32 count, L_UINT32 set) {
  ElementNode* const node = state.Find(element);
  if (node == nullptr || KindOf(node->element.nVR) != ValueKind::kText || (texts == nullptr && count != 0))
    return L_FALSE;
  return state.SetTexts(*node, count == 0 ? std::string() : Gather(texts, count), count, set) ? L_TRUE : L_FALSE;
}

}  // namespace

L_TCHAR* LDicomDS::GetStringValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || TextsOf(*m_pState, *node) == nullptr)
    return nullptr;
  auto& values = m_pState->Values(*node);
  return HasRange(values.text_starts.size(), nIndex, nCount) ? &values.text[values.text_starts[nIndex]] : nullptr;
}

L_CHAR* LDicomDS::GetStringValueA(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return GetStringValue(pElement, nIndex, nCount);
}

L_BOOL LDicomDS::SetStringValue(pDICOMELEMENT pElement, const L_TCHAR* pValue, L_UINT32 nCount) {
  return SetTexts(*m_pState, pElement, pValue, nCount, DICOM_CHARACTER_SET_DEFAULT);
}

L_BOOL LDicomDS::SetStringValue(pDICOMELEMENT pElement, const L_TCHAR* pValue, L_UINT32 nCount,
                                L_UINT32 uCharacterSet) {
  return SetTexts(*m_pState, pElement, pValue, nCount, uCharacterSet);
}

L_UINT32 LDicomDS::GetConvertValue(pDICOMELEMENT pElement, L_TCHAR* Destination, L_UINT32 DestSizeInWords) const {
  ElementNode* const node = m_pState->Find(pElement);
  const std::string text = node == nullptr ? std::string() : ConvertedText(*m_pState, *node);
  ldicomnet::detail::CopyText(Bytes(text.data(), text.size()), Destination, DestSizeInWords);
  return static_cast<L_UINT32>(text.size());
}

L_BOOL LDicomDS::SetConvertValue(pDICOMELEMENT pElement, const L_TCHAR* pszValue, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || KindOf(node->element.nVR) == ValueKind::kNone || (pszValue == nullptr && nCount != 0))
    return L_FALSE;
  const L_UINT16 vr = node->element.nVR;
  const std::vector<std::string_view> values = nCount == 0 ? std::vector<std::string_view>() : Split(pszValue, vr);
  if (values.size() != nCount)
    return L_FALSE;
  std::string bytes;
  for (const std::string_view value : values) {
    std::uint64_t bits = 0;
    if (KindOf(vr) == ValueKind::kText) {
      bytes.append(value).push_back('\0');
    } else if (ParseNumber(vr, value, bits)) {
      PutNumber(bytes, bits, UnitOf(KindOf(vr)));
    } else {
      return L_FALSE;
    }
  }
  const bool is_done = KindOf(vr) == ValueKind::kText
                           ? m_pState->SetTexts(*node, bytes, nCount, DICOM_CHARACTER_SET_DEFAULT)
                           : m_pState->Write(*node, Bytes(bytes.data(), bytes.size()));
  return is_done ? L_TRUE : L_FALSE;
}
