// LDicomDS: the published members over DataSetState.

#include "ldicomnet/dicom_ds.h"

#include <cstring>
#include <new>

#include "dicom_ds_impl.h"
#include "ldicomnet/src/bridge/ffi.rs.h"
#include "ldicomnet/tags.h"

using ldicomnet::detail::Bytes;
using ldicomnet::detail::ByteSlice;
using ldicomnet::detail::DataSetState;
using ldicomnet::detail::ElementNode;

namespace {

bool IsShort(const ElementNode& node) {
  return node.element.nVR == VR_US || node.element.nVR == VR_SS;
}

bool IsLong(const ElementNode& node) {
  return node.element.nVR == VR_UL || node.element.nVR == VR_SL || node.element.nVR == VR_AT;
}

bool IsText(const ElementNode& node) {
  switch (node.element.nVR) {
    case VR_AE:
    case VR_CS:
    case VR_IS:
    case VR_LO:
    case VR_LT:
    case VR_SH:
    case VR_UI:
      return true;
    default:
      return false;
  }
}

L_UINT16 ShortAt(ByteSlice value, std::size_t offset) {
  return static_cast<L_UINT16>(value[offset] | value[offset + 1] << 8);
}

// An attribute tag is two 16-bit numbers, the group first; the other 32-bit VRs are one (PS3.5 6.2).
L_UINT32 LongAt(ByteSlice value, std::size_t offset, bool is_tag) {
  const L_UINT32 first = ShortAt(value, offset);
  const L_UINT32 second = ShortAt(value, offset + 2);
  return is_tag ? first << 16 | second : second << 16 | first;
}

void PutShort(std::string& bytes, L_UINT16 value) {
  bytes.push_back(static_cast<char>(value & 0xFF));
  bytes.push_back(static_cast<char>(value >> 8));
}

// The values of a text, without the padding of each.
std::vector<std::string> TextValues(ByteSlice value) {
  std::vector<std::string> values;
  if (value.empty())
    return values;
  std::string text(reinterpret_cast<const char*>(value.data()), value.size());
  for (std::size_t start = 0;;) {
    const std::size_t end = text.find('\\', start);
    std::string one = text.substr(start, end == std::string::npos ? end : end - start);
    const std::size_t first = one.find_first_not_of(' ');
    const std::size_t last = one.find_last_not_of(std::string(" \0", 2));
    values.push_back(first == std::string::npos || last == std::string::npos ? std::string()
                                                                             : one.substr(first, last - first + 1));
    if (end == std::string::npos)
      return values;
    start = end + 1;
  }
}

// `digits` of a number in hexadecimal.
std::string Hex(L_UINT32 number, int digits) {
  std::string text;
  while (--digits >= 0)
    text.push_back("0123456789ABCDEF"[number >> (4 * digits) & 0xF]);
  return text;
}

// What GetConvertValue gives for one value; `offset` is where it lies.
std::string ConvertedNumber(L_UINT16 vr, ByteSlice value, std::size_t offset) {
  switch (vr) {
    case VR_US:
      return std::to_string(ShortAt(value, offset));
    case VR_SS:
      return std::to_string(static_cast<L_INT16>(ShortAt(value, offset)));
    case VR_UL:
      return std::to_string(LongAt(value, offset, false));
    case VR_SL:
      return std::to_string(static_cast<L_INT32>(LongAt(value, offset, false)));
    case VR_AT: {
      const L_UINT32 tag = LongAt(value, offset, true);
      return Hex(GETGROUP(tag), 4) + ":" + Hex(GETELEMENT(tag), 4);
    }
    default:
      return Hex(value[offset], 2);
  }
}

std::string ConvertedText(const ElementNode& node, ByteSlice value) {
  std::string text;
  if (IsText(node)) {
    for (const std::string& one : TextValues(value))
      text.append("\\").append(one);
  } else {
    const std::size_t unit = IsShort(node) ? 2 : IsLong(node) ? 4 : 1;
    for (std::size_t offset = 0; offset + unit <= value.size(); offset += unit) {
      text.append("\\").append(ConvertedNumber(node.element.nVR, value, offset));
    }
  }
  return text.empty() ? text : text.substr(1);
}

bool HasRange(std::size_t have, L_UINT32 index, L_UINT32 count) {
  return count != 0 && index < have && count <= have - index;
}

pDICOMELEMENT Handle(ElementNode* node) {
  return node == nullptr ? nullptr : &node->element;
}

}  // namespace

LDicomDS::LDicomDS(const L_TCHAR* pszPath) : m_pState(new DataSetState) {
  (void)pszPath;  // nothing here is large enough to go to a file
}

LDicomDS::~LDicomDS() = default;

L_VOID LDicomDS::InitCS(L_UINT16 nCommand, L_BOOL bRequest) {
  const auto command = static_cast<L_UINT16>(bRequest ? nCommand & ~COMMAND_RESPONSE : nCommand | COMMAND_RESPONSE);
  m_pState->Clear();
  m_pState->SetCommand(ldicomnet::detail::command_set_init(command));
}

L_VOID LDicomDS::GetInfoCS(L_UINT16* pnCommand, L_BOOL* pbRequest) const {
  L_UINT16 command = 0;
  bool is_request = false;
  const auto* const set = m_pState->command();
  const auto element = static_cast<std::uint16_t>(TAG_COMMAND_FIELD);
  if (set != nullptr && ldicomnet::detail::command_raw(*set, element).size() == 2) {
    const L_UINT16 field = ldicomnet::detail::command_u16(*set, element, 0);
    command = static_cast<L_UINT16>(field & ~COMMAND_RESPONSE);
    is_request = (field & COMMAND_RESPONSE) == 0;
  }
  if (pnCommand != nullptr)
    *pnCommand = command;
  if (pbRequest != nullptr)
    *pbRequest = is_request ? L_TRUE : L_FALSE;
}

L_VOID LDicomDS::ResetDS() {
  m_pState->Clear();
}

L_UINT16 LDicomDS::CopyDS(pDICOMELEMENT pDstParent, LDicomDS* pSrcDS, pDICOMELEMENT pSrcParent) {
  if (pSrcDS == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (pDstParent != nullptr || pSrcParent != nullptr)
    return DICOM_ERROR_PARAMETER;
  m_pState->CopyFrom(*pSrcDS->m_pState);
  return DICOM_SUCCESS;
}

L_INT LDicomDS::SetEncoded(const L_UCHAR* pData, L_UINT32 nLength) {
  if (pData == nullptr && nLength != 0)
    return DICOM_ERROR_NULL_PTR;
  try {
    m_pState->SetEncoded(Bytes(pData, nLength));
  } catch (const std::bad_alloc&) {
    return DICOM_ERROR_MEMORY;
  }
  return DICOM_SUCCESS;
}

const L_UCHAR* LDicomDS::GetEncoded(L_UINT32* pnLength) const {
  const ByteSlice bytes = m_pState->encoded();
  if (pnLength != nullptr)
    *pnLength = static_cast<L_UINT32>(bytes.size());
  return bytes.empty() ? nullptr : bytes.data();
}

pDICOMELEMENT LDicomDS::InsertElement(pDICOMELEMENT pNeighbor, L_BOOL bChild, L_UINT32 nTag, L_UINT16 nVR,
                                      L_BOOL bSequence, L_UINT32 nIndex) {
  (void)pNeighbor, (void)bChild, (void)nIndex;  // a command set is flat and sorted
  if (GETGROUP(nTag) != 0 || nTag == TAG_COMMAND_GROUP_LENGTH || bSequence)
    return nullptr;
  return Handle(m_pState->Insert(nTag, nVR));
}

pDICOMELEMENT LDicomDS::DeleteElement(pDICOMELEMENT pElement) {
  ElementNode* const node = m_pState->Find(pElement);
  return node == nullptr ? nullptr : Handle(m_pState->Delete(*node));
}

pDICOMELEMENT LDicomDS::GetFirstElement(pDICOMELEMENT, L_BOOL, L_BOOL) const {
  auto& nodes = m_pState->Nodes();
  return nodes.empty() ? nullptr : Handle(nodes.front().get());
}

pDICOMELEMENT LDicomDS::GetLastElement(pDICOMELEMENT, L_BOOL, L_BOOL) const {
  auto& nodes = m_pState->Nodes();
  return nodes.empty() ? nullptr : Handle(nodes.back().get());
}

pDICOMELEMENT LDicomDS::GetPrevElement(pDICOMELEMENT pElement, L_BOOL, L_BOOL) const {
  auto& nodes = m_pState->Nodes();
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    if (&nodes[i]->element == pElement)
      return Handle(nodes[i - 1].get());
  }
  return nullptr;
}

pDICOMELEMENT LDicomDS::GetNextElement(pDICOMELEMENT pElement, L_BOOL, L_BOOL) const {
  auto& nodes = m_pState->Nodes();
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    if (&nodes[i - 1]->element == pElement)
      return Handle(nodes[i].get());
  }
  return nullptr;
}

L_BOOL LDicomDS::ExistsElement(pDICOMELEMENT pElement) const {
  return m_pState->Find(pElement) != nullptr ? L_TRUE : L_FALSE;
}

pDICOMELEMENT LDicomDS::FindFirstElement(pDICOMELEMENT, L_UINT32 nTag, L_BOOL) const {
  return Handle(m_pState->FindTag(nTag));
}

pDICOMELEMENT LDicomDS::FindLastElement(pDICOMELEMENT pElement, L_UINT32 nTag, L_BOOL bTree) const {
  return FindFirstElement(pElement, nTag, bTree);
}

pDICOMELEMENT LDicomDS::FindPrevElement(pDICOMELEMENT, L_BOOL) const {
  return nullptr;
}

pDICOMELEMENT LDicomDS::FindNextElement(pDICOMELEMENT, L_BOOL) const {
  return nullptr;
}

L_UINT32 LDicomDS::GetCountValue(pDICOMELEMENT pElement) const {
  const ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr)
    return 0;
  const ByteSlice value = m_pState->Value(*node);
  if (IsShort(*node))
    return static_cast<L_UINT32>(value.size() / 2);
  if (IsLong(*node))
    return static_cast<L_UINT32>(value.size() / 4);
  if (IsText(*node))
    return static_cast<L_UINT32>(TextValues(value).size());
  return value.empty() ? 0 : 1;
}

L_VOID LDicomDS::FreeValue(pDICOMELEMENT pElement) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node != nullptr)
    node->FreeValues();
}

L_BOOL LDicomDS::GetBinaryValue(pDICOMELEMENT pElement, L_VOID* pValue, L_UINT32 nLength) const {
  const ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || pValue == nullptr)
    return L_FALSE;
  const ByteSlice value = m_pState->Value(*node);
  if (nLength > value.size())
    return L_FALSE;
  if (nLength != 0)
    std::memcpy(pValue, value.data(), nLength);
  return L_TRUE;
}

L_BOOL LDicomDS::SetBinaryValue(pDICOMELEMENT pElement, const L_VOID* pValue, L_UINT32 nLength) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || (pValue == nullptr && nLength != 0))
    return L_FALSE;
  const L_UINT32 unit = IsShort(*node) ? 2 : IsLong(*node) ? 4 : 1;
  if (nLength % unit != 0)
    return L_FALSE;
  return m_pState->SetValue(*node, pValue, nLength, IsText(*node)) ? L_TRUE : L_FALSE;
}

L_INT16* LDicomDS::GetShortValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || !IsShort(*node))
    return nullptr;
  const ByteSlice value = m_pState->Value(*node);
  if (!HasRange(value.size() / 2, nIndex, nCount))
    return nullptr;
  if (node->shorts.empty()) {
    for (std::size_t offset = 0; offset + 2 <= value.size(); offset += 2) {
      node->shorts.push_back(static_cast<L_INT16>(ShortAt(value, offset)));
    }
  }
  return &node->shorts[nIndex];
}

L_BOOL LDicomDS::SetShortValue(pDICOMELEMENT pElement, const L_INT16* pValue, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || !IsShort(*node) || (pValue == nullptr && nCount != 0) || nCount > 0x7FFF)
    return L_FALSE;
  std::string bytes;
  for (L_UINT32 i = 0; i < nCount; ++i)
    PutShort(bytes, static_cast<L_UINT16>(pValue[i]));
  return m_pState->SetValue(*node, bytes.data(), bytes.size(), false) ? L_TRUE : L_FALSE;
}

L_INT32* LDicomDS::GetLongValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || !IsLong(*node))
    return nullptr;
  const ByteSlice value = m_pState->Value(*node);
  if (!HasRange(value.size() / 4, nIndex, nCount))
    return nullptr;
  if (node->longs.empty()) {
    for (std::size_t offset = 0; offset + 4 <= value.size(); offset += 4) {
      node->longs.push_back(static_cast<L_INT32>(LongAt(value, offset, node->element.nVR == VR_AT)));
    }
  }
  return &node->longs[nIndex];
}

L_BOOL LDicomDS::SetLongValue(pDICOMELEMENT pElement, const L_INT32* pValue, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || !IsLong(*node) || (pValue == nullptr && nCount != 0) || nCount > 0x3FFF)
    return L_FALSE;
  std::string bytes;
  for (L_UINT32 i = 0; i < nCount; ++i) {
    const auto value = static_cast<L_UINT32>(pValue[i]);
    const auto high = static_cast<L_UINT16>(value >> 16);
    const auto low = static_cast<L_UINT16>(value & 0xFFFF);
    const bool is_tag = node->element.nVR == VR_AT;
    PutShort(bytes, is_tag ? high : low);
    PutShort(bytes, is_tag ? low : high);
  }
  return m_pState->SetValue(*node, bytes.data(), bytes.size(), false) ? L_TRUE : L_FALSE;
}

L_TCHAR* LDicomDS::GetStringValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || !IsText(*node))
    return nullptr;
  const std::vector<std::string> values = TextValues(m_pState->Value(*node));
  if (!HasRange(values.size(), nIndex, nCount))
    return nullptr;
  // All of them, so that a pointer stays good when another value of the element is asked for.
  if (node->text.empty()) {
    for (const std::string& value : values)
      node->text.append(value, 0, value.find('\0')).push_back('\0');
  }
  std::size_t start = 0;
  for (L_UINT32 i = 0; i < nIndex; ++i)
    start = node->text.find('\0', start) + 1;
  return &node->text[start];
}

L_BOOL LDicomDS::SetStringValue(pDICOMELEMENT pElement, const L_TCHAR* pValue, L_UINT32 nCount) {
  ElementNode* const node = m_pState->Find(pElement);
  if (node == nullptr || !IsText(*node) || (pValue == nullptr && nCount != 0))
    return L_FALSE;
  std::string text;
  const L_TCHAR* next = pValue;
  for (L_UINT32 i = 0; i < nCount; ++i) {
    const std::size_t length = std::strlen(next);
    if (i != 0)
      text.push_back('\\');
    text.append(next, length);
    next += length + 1;
  }
  return m_pState->SetValue(*node, text.data(), text.size(), true) ? L_TRUE : L_FALSE;
}

L_UINT32 LDicomDS::GetConvertValue(pDICOMELEMENT pElement, L_TCHAR* Destination, L_UINT32 DestSizeInWords) const {
  const ElementNode* const node = m_pState->Find(pElement);
  const std::string text = node == nullptr ? std::string() : ConvertedText(*node, m_pState->Value(*node));
  ldicomnet::detail::CopyText(Bytes(text.data(), text.size()), Destination, DestSizeInWords);
  return static_cast<L_UINT32>(text.size());
}
