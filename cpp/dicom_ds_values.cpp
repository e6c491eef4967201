// LDicomDS: values that are numbers or bytes. What the value pointers point to is kept with the handle.

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>

#include "dicom_ds_impl.h"
#include "dicom_ds_texts.h"
#include "dicom_ds_vr.h"

using ldicomnet::detail::Bytes;
using ldicomnet::detail::ByteSlice;
using ldicomnet::detail::DataSetState;
using ldicomnet::detail::ElementNode;
using ldicomnet::detail::ElementValues;
using ldicomnet::detail::HasRange;
using ldicomnet::detail::KindOf;
using ldicomnet::detail::kWholeValueBytes;
using ldicomnet::detail::TextCount;
using ldicomnet::detail::TextsOf;
using ldicomnet::detail::UnitOf;
using ldicomnet::detail::ValueKind;
using ldicomnet::detail::ValueRun;

namespace {

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
constexpr bool kIsLittleEndian = false;
#else
constexpr bool kIsLittleEndian = true;
#endif

// Between the order of the bytes that values cross the bridge in, and this machine's.
template <class T>
void SwapOrder(T* values, std::size_t count) {
  if (kIsLittleEndian || sizeof(T) == 1)
    return;
  for (std::size_t i = 0; i < count; ++i) {
    auto* const bytes = reinterpret_cast<unsigned char*>(values + i);
    std::reverse(bytes, bytes + sizeof(T));
  }
}

// An attribute tag lies as two 16-bit numbers, the group first; as one number it is the wrong way round.
void SwapHalves(std::vector<L_INT32>& tags) {
  for (L_INT32& tag : tags) {
    const auto bits = static_cast<L_UINT32>(tag);
    tag = static_cast<L_INT32>(bits << 16 | bits >> 16);
  }
}

// `count` numbers of an element from `index` on, read from where they lie.
template <class T>
bool ReadNumbers(const DataSetState& state, const ElementNode& node, std::uint64_t index, std::size_t count,
                 std::vector<T>& out) {
  out.resize(count);
  const rust::Slice<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(out.data()), count * sizeof(T));
  if (!const_cast<DataSetState&>(state).elements().Read(node.id, index * sizeof(T), bytes)) {
    out.clear();
    return false;
  }
  SwapOrder(out.data(), count);
  return true;
}

void AfterReading(const ElementNode& node, std::vector<L_INT32>& values) {
  if (node.element.nVR == VR_AT)
    SwapHalves(values);
}
template <class T>
void AfterReading(const ElementNode&, std::vector<T>&) {}

// A pointer to numbers of an element; those that fit into kWholeValueBytes are read all at once, so that each pointer
// stays good when others are asked for.
template <class T>
T* Numbers(DataSetState& state, ElementNode& node, ValueRun<T> ElementValues::*member, L_UINT32 index, L_UINT32 count) {
  const std::uint64_t length = state.ValueLength(node);
  if (!HasRange(length / sizeof(T), index, count))
    return nullptr;
  ValueRun<T>& run = state.Values(node).*member;
  const bool has_them = index >= run.start && HasRange(run.values.size(), index - run.start, count);
  if (!has_them) {
    const bool whole = length <= kWholeValueBytes;
    try {
      std::vector<T> values;
      const auto all = static_cast<std::size_t>(length / sizeof(T));
      if (!ReadNumbers(state, node, whole ? 0 : index, whole ? all : count, values))
        return nullptr;
      AfterReading(node, values);
      run.start = whole ? 0 : index;
      run.values = std::move(values);
    } catch (const std::bad_alloc&) {
      return nullptr;
    } catch (const std::length_error&) {
      return nullptr;
    }
  }
  return &run.values[static_cast<std::size_t>(index - run.start)];
}

template <class T>
T* NumbersOfKind(DataSetState& state, pDICOMELEMENT element, ValueKind kind, ValueRun<T> ElementValues::*member,
                 L_UINT32 index, L_UINT32 count) {
  ElementNode* const node = state.Find(element);
  if (node == nullptr || KindOf(node->element.nVR) != kind)
    return nullptr;
  return Numbers(state, *node, member, index, count);
}

template <class T>
bool Write(DataSetState& state, ElementNode& node, const T* values, L_UINT32 count) {
  if (count > (std::numeric_limits<L_UINT32>::max() - 1) / sizeof(T))
    return false;
  if (kIsLittleEndian)
    return state.Write(node, Bytes(values, count * sizeof(T)));
  std::vector<T> swapped(values, values + count);
  SwapOrder(swapped.data(), count);
  return state.Write(node, Bytes(swapped.data(), count * sizeof(T)));
}

template <class T>
L_BOOL SetNumbersOfKind(DataSetState& state, pDICOMELEMENT element, ValueKind kind, const T* values, L_UINT32 count) {
  ElementNode* const node = state.Find(element);
  if (node == nullptr || KindOf(node->element.nVR) != kind || (values == nullptr && count != 0))
    return L_FALSE;
  return Write(state, *node, values, count) ? L_TRUE : L_FALSE;
}

// The numbers of a text of VR IS or DS, all of them; an empty value is 0, and false when one is no number.
bool Parse(const char* text, std::size_t length, L_INT32& number) {
  while (length != 0 && *text == ' ')
    ++text, --length;
  while (length != 0 && text[length - 1] == ' ')
    --length;
  number = 0;
  if (length == 0)
    return true;
  if (*text == '+')
    ++text, --length;
  const auto [end, error] = std::from_chars(text, text + length, number);
  return error == std::errc() && end == text + length;
}

bool Parse(const char* text, std::size_t length, L_DOUBLE& number) {
  number = length == 0 ? 0 : ldicomnet::detail::parse_decimal(Bytes(text, length));
  return number == number;
}

template <class T>
T* NumbersOfText(DataSetState& state, ElementNode& node, ValueRun<T> ElementValues::*member, L_UINT32 index,
                 L_UINT32 count) {
  const std::string* const texts = TextsOf(state, node);
  if (texts == nullptr)
    return nullptr;
  ElementValues& values = state.Values(node);
  if (!HasRange(values.text_starts.size(), index, count))
    return nullptr;
  ValueRun<T>& run = values.*member;
  if (run.values.empty()) {
    std::vector<T> numbers;
    for (const std::size_t start : values.text_starts) {
      const char* const text = texts->c_str() + start;
      numbers.emplace_back();
      if (!Parse(text, std::strlen(text), numbers.back()))
        return nullptr;
    }
    run.values = std::move(numbers);
  }
  return &run.values[index];
}

template <class T, class Format>
L_BOOL SetNumbersOfText(DataSetState& state, ElementNode& node, const T* values, L_UINT32 count, Format&& format) {
  std::string texts;
  for (L_UINT32 i = 0; i < count; ++i) {
    const std::size_t before = texts.size();
    format(values[i], texts);
    if (texts.size() == before)
      return L_FALSE;
    texts.push_back('\0');
  }
  return state.SetTexts(node, texts, count, DICOM_CHARACTER_SET_DEFAULT) ? L_TRUE : L_FALSE;
}

}  // namespace

L_UINT32 LDicomDS::GetCountValue(pDICOMELEMENT pElement) const {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr)
    return 0;
  const ValueKind kind = KindOf(node->element.nVR);
  if (kind == ValueKind::kText)
    return TextCount(*m_pState, *node);
  const std::uint64_t count = m_pState->ValueLength(*node) / UnitOf(kind);
  return static_cast<L_UINT32>(std::min<std::uint64_t>(count, std::numeric_limits<L_UINT32>::max()));
}

L_VOID LDicomDS::FreeValue(pDICOMELEMENT pElement) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node != nullptr)
    node->values.reset();
}

L_BOOL LDicomDS::GetBinaryValue(pDICOMELEMENT pElement, L_VOID* pValue, L_UINT32 nLength) const {
  const ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || pValue == nullptr || nLength > m_pState->ValueLength(*node))
    return L_FALSE;
  const rust::Slice<std::uint8_t> out(static_cast<std::uint8_t*>(pValue), nLength);
  return m_pState->elements().Read(node->id, 0, out) ? L_TRUE : L_FALSE;
}

L_BOOL LDicomDS::SetBinaryValue(pDICOMELEMENT pElement, const L_VOID* pValue, L_UINT32 nLength) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || (pValue == nullptr && nLength != 0))
    return L_FALSE;
  const ValueKind kind = KindOf(node->element.nVR);
  if (nLength % UnitOf(kind) != 0)
    return L_FALSE;
  return m_pState->Write(*node, Bytes(pValue, nLength)) ? L_TRUE : L_FALSE;
}

L_UCHAR* LDicomDS::GetCharValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr)
    return nullptr;
  // A fragment of pixel data has no VR of its own.
  const bool is_bytes = KindOf(node->element.nVR) == ValueKind::kBytes || node->element.nVR == 0;
  return is_bytes ? Numbers(*m_pState, *node, &ElementValues::bytes, nIndex, nCount) : nullptr;
}

L_BOOL LDicomDS::SetCharValue(pDICOMELEMENT pElement, const L_UCHAR* pValue, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || (pValue == nullptr && nCount != 0))
    return L_FALSE;
  const bool is_bytes = KindOf(node->element.nVR) == ValueKind::kBytes || node->element.nVR == 0;
  return is_bytes && m_pState->Write(*node, Bytes(pValue, nCount)) ? L_TRUE : L_FALSE;
}

L_INT16* LDicomDS::GetShortValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return NumbersOfKind(*m_pState, pElement, ValueKind::kShorts, &ElementValues::shorts, nIndex, nCount);
}

L_BOOL LDicomDS::SetShortValue(pDICOMELEMENT pElement, const L_INT16* pValue, L_UINT32 nCount) {
  return SetNumbersOfKind(*m_pState, pElement, ValueKind::kShorts, pValue, nCount);
}

L_INT32* LDicomDS::GetLongValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node != nullptr && node->element.nVR == VR_IS)
    return NumbersOfText(*m_pState, *node, &ElementValues::longs, nIndex, nCount);
  return NumbersOfKind(*m_pState, pElement, ValueKind::kLongs, &ElementValues::longs, nIndex, nCount);
}

L_BOOL LDicomDS::SetLongValue(pDICOMELEMENT pElement, const L_INT32* pValue, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || (pValue == nullptr && nCount != 0))
    return L_FALSE;
  if (node->element.nVR == VR_IS) {
    return SetNumbersOfText(*m_pState, *node, pValue, nCount,
                            [](L_INT32 number, std::string& texts) { texts.append(std::to_string(number)); });
  }
  if (node->element.nVR == VR_AT && nCount != 0) {
    std::vector<L_INT32> tags(pValue, pValue + nCount);
    SwapHalves(tags);
    return Write(*m_pState, *node, tags.data(), nCount) ? L_TRUE : L_FALSE;
  }
  return SetNumbersOfKind(*m_pState, pElement, ValueKind::kLongs, pValue, nCount);
}

L_INT64* LDicomDS::GetLong64Value(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return NumbersOfKind(*m_pState, pElement, ValueKind::kLongs64, &ElementValues::longs64, nIndex, nCount);
}

L_BOOL LDicomDS::SetLong64Value(pDICOMELEMENT pElement, const L_INT64* pValue, L_UINT32 nCount) {
  return SetNumbersOfKind(*m_pState, pElement, ValueKind::kLongs64, pValue, nCount);
}

L_FLOAT* LDicomDS::GetFloatValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return NumbersOfKind(*m_pState, pElement, ValueKind::kFloats, &ElementValues::floats, nIndex, nCount);
}

L_BOOL LDicomDS::SetFloatValue(pDICOMELEMENT pElement, const L_FLOAT* pValue, L_UINT32 nCount) {
  return SetNumbersOfKind(*m_pState, pElement, ValueKind::kFloats, pValue, nCount);
}

L_DOUBLE* LDicomDS::GetDoubleValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node != nullptr && node->element.nVR == VR_DS)
    return NumbersOfText(*m_pState, *node, &ElementValues::doubles, nIndex, nCount);
  return NumbersOfKind(*m_pState, pElement, ValueKind::kDoubles, &ElementValues::doubles, nIndex, nCount);
}

L_BOOL LDicomDS::SetDoubleValue(pDICOMELEMENT pElement, const L_DOUBLE* pValue, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || (pValue == nullptr && nCount != 0))
    return L_FALSE;
  if (node->element.nVR == VR_DS) {
    return SetNumbersOfText(*m_pState, *node, pValue, nCount, [](L_DOUBLE number, std::string& texts) {
      const auto text = ldicomnet::detail::decimal_string(number);
      texts.append(reinterpret_cast<const char*>(text.data()), text.size());
    });
  }
  return SetNumbersOfKind(*m_pState, pElement, ValueKind::kDoubles, pValue, nCount);
}
