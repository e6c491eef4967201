// LDicomDS: whether the elements have the form that the standard gives them (PS3.5 6.2, 7.1.1).

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "dicom_ds_texts.h"
#include "dicom_ds_vr.h"

using ldicomnet::detail::Bytes;
using ldicomnet::detail::DataSetState;
using ldicomnet::detail::ElementId;
using ldicomnet::detail::ElementKind;
using ldicomnet::detail::Elements;
using ldicomnet::detail::ElementView;
using ldicomnet::detail::HasDateForm;
using ldicomnet::detail::IsOneText;
using ldicomnet::detail::KindOf;
using ldicomnet::detail::UnitOf;
using ldicomnet::detail::ValueKind;

namespace {

// Longer texts are checked for their length and padding alone.
constexpr std::uint64_t kTextBytesMax = 65536;

// The longest value in characters; 0 where only the length of an element bounds it. A date or time may be a range, as
// in a query.
std::size_t CharactersMax(L_UINT16 vr) {
  switch (vr) {
    case VR_AS:
      return 4;
    case VR_IS:
      return 12;
    case VR_AE:
    case VR_CS:
    case VR_DS:
    case VR_SH:
      return 16;
    case VR_DA:
      return 21;
    case VR_TM:
      return 33;
    case VR_DT:
      return 53;
    case VR_LO:
    case VR_UI:
      return 64;
    case VR_PN:
      return 3 * 64 + 2;  // three groups of components, and two equals signs
    case VR_ST:
      return 1024;
    case VR_LT:
      return 10240;
    default:
      return 0;
  }
}

std::size_t Characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

bool IsMadeOf(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

bool HasControlCharacters(std::string_view text, bool may_have_lines) {
  return std::any_of(text.begin(), text.end(), [&](char character) {
    const bool is_layout = character == '\t' || character == '\n' || character == '\f' || character == '\r';
    return static_cast<unsigned char>(character) < 0x20 && !(may_have_lines && is_layout);
  });
}

bool IsUid(std::string_view text) {
  for (;;) {
    const std::size_t end = text.find('.');
    const std::string_view component = text.substr(0, end);
    if (component.empty() || (component.size() > 1 && component.front() == '0') || !IsMadeOf(component, "0123456789"))
      return false;
    if (end == std::string_view::npos)
      return true;
    text.remove_prefix(end + 1);
  }
}

// Whether one value of a text VR, without its padding, has the VR's form. Keys of queries may hold wildcards.
bool HasForm(L_UINT16 vr, std::string_view text) {
  if (text.empty())
    return true;
  switch (vr) {
    case VR_AS:
    case VR_DA:
    case VR_DT:
    case VR_TM:
      return HasDateForm(vr, text);
    case VR_CS:
      return IsMadeOf(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _*?");
    case VR_DS: {
      const L_DOUBLE number = ldicomnet::detail::parse_decimal(Bytes(text.data(), text.size()));
      return number == number;
    }
    case VR_IS: {
      text.remove_prefix(text.front() == '+' || text.front() == '-' ? 1 : 0);
      return !text.empty() && IsMadeOf(text, "0123456789");
    }
    case VR_UI:
      return IsUid(text);
    case VR_LT:
    case VR_ST:
    case VR_UT:
      return !HasControlCharacters(text, true);
    default:
      return !HasControlCharacters(text, false);
  }
}

// What is wrong with a text that is short enough to be looked at; CONFORMANCE_*.
L_UINT16 TextOffences(const Elements& elements, ElementId id, const ElementView& view) {
  std::string raw(static_cast<std::size_t>(view.value_length), '\0');
  auto* const bytes = reinterpret_cast<std::uint8_t*>(&raw[0]);
  std::string texts;
  if (!elements.Read(id, 0, rust::Slice<std::uint8_t>(bytes, raw.size())) || !elements.Texts(id, texts))
    return CONFORMANCE_VR;
  L_UINT16 offences = 0;
  const char wrong_padding = view.vr == VR_UI ? ' ' : '\0';
  if (!raw.empty() && raw.back() == wrong_padding)
    offences |= CONFORMANCE_PADDING;
  const std::size_t last = raw.find_last_not_of(std::string_view(" \0", 2));
  if (last != std::string::npos && raw.find('\0') < last)
    offences |= CONFORMANCE_VR;
  for (std::size_t start = 0; start < texts.size();) {
    const std::string_view value = texts.c_str() + start;
    const std::size_t longest = CharactersMax(view.vr);
    if (longest != 0 && Characters(value) > longest)
      offences |= CONFORMANCE_LENGTH;
    if (!HasForm(view.vr, value) || value.find("\xEF\xBF\xBD") != std::string_view::npos)
      offences |= CONFORMANCE_VR;
    start += value.size() + 1;
  }
  return offences;
}

L_UINT16 Offences(const Elements& elements, ElementId id) {
  const ElementView view = elements.Get(id);
  if (view.kind != ElementKind::Value && view.kind != ElementKind::Fragment)
    return 0;
  const ValueKind kind = KindOf(view.vr);
  L_UINT16 offences = 0;
  if (view.value_length % 2 != 0)
    offences |= CONFORMANCE_PADDING;
  if (view.value_length % UnitOf(kind) != 0)
    offences |= CONFORMANCE_LENGTH;
  if (kind == ValueKind::kText && view.value_length <= kTextBytesMax)
    offences |= TextOffences(elements, id, view);
  return offences;
}

}  // namespace

L_BOOL LDicomDS::ConformanceDS(CONFORMANCECALLBACK pfnCallback, L_VOID* pUserData) const {
  const Elements& elements = m_pState->elements();
  bool conforms = true;
  ElementId last = 0;
  for (ElementId id = elements.First(0, false); id != 0; id = elements.Next(id, false)) {
    last = id;
    const L_UINT16 offences = Offences(elements, id);
    for (const L_UINT16 flag : {CONFORMANCE_VR, CONFORMANCE_LENGTH, CONFORMANCE_PADDING}) {
      if ((offences & flag) == 0)
        continue;
      conforms = false;
      if (pfnCallback != nullptr && !pfnCallback(m_pState->Handle(id), flag, pUserData))
        return L_FALSE;
    }
  }
  const auto* const set = m_pState->tree().get();
  if (set != nullptr && set->parse() != DICOM_SUCCESS) {
    conforms = false;
    if (pfnCallback != nullptr)
      pfnCallback(m_pState->Handle(last), CONFORMANCE_BREAK, pUserData);
  }
  return conforms ? L_TRUE : L_FALSE;
}

L_VOID LDicomDS::SetDebugDS(CONFORMANCECALLBACK pfnCallback, L_VOID* pUserData) {
  m_pState->debug_callback = pfnCallback;
  m_pState->debug_user_data = pUserData;
}
