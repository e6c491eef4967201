// LDicomDS as a whole: life, command sets, copies, encoded bytes. Its elements, values and files are in files of their
// own.

#include "ldicomnet/dicom_ds.h"

#include <new>
#include <vector>

#include "dicom_ds_impl.h"
#include "ldicomnet/tags.h"

using ldicomnet::detail::Bytes;
using ldicomnet::detail::ByteSlice;
using ldicomnet::detail::DataSetState;
using ldicomnet::detail::ElementId;
using ldicomnet::detail::Elements;

namespace {

// Asks a callback about each element below `parent`, and gives those it says no to.
std::vector<ElementId> Refused(DataSetState& source, ElementId parent, COPYDSCALLBACK callback, L_VOID* user_data) {
  std::vector<ElementId> refused;
  const Elements& elements = source.elements();
  const std::uint32_t depth = parent == 0 ? 0 : elements.Level(parent) + 1;
  ElementId id = parent == 0 ? elements.First(0, false) : elements.Child(parent);
  while (id != 0 && elements.Level(id) >= depth) {
    const std::uint32_t level = elements.Level(id);
    const bool is_refused = !callback(source.Handle(id), 0, user_data);
    if (is_refused)
      refused.push_back(id);
    do {
      id = elements.Next(id, false);
    } while (is_refused && id != 0 && elements.Level(id) > level);
  }
  return refused;
}

}  // namespace

LDicomDS::LDicomDS(const L_TCHAR* pszPath) : m_pState(new DataSetState(pszPath)) {}

LDicomDS::~LDicomDS() = default;

L_VOID LDicomDS::InitCS(L_UINT16 nCommand, L_BOOL bRequest) {
  const auto command = static_cast<L_UINT16>(bRequest ? nCommand & ~COMMAND_RESPONSE : nCommand | COMMAND_RESPONSE);
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
  return CopyDS(pDstParent, pSrcDS, pSrcParent, nullptr, nullptr);
}

L_UINT16 LDicomDS::CopyDS(pDICOMELEMENT pDstParent, LDicomDS* pSrcDS, pDICOMELEMENT pSrcParent,
                          COPYDSCALLBACK pfnCallback, L_VOID* pUserData) {
  if (pSrcDS == nullptr)
    return DICOM_ERROR_NULL_PTR;
  DataSetState& source = *pSrcDS->m_pState;
  ElementId from = 0;
  ElementId to = 0;
  if (!source.Resolve(pSrcParent, from) || !m_pState->Resolve(pDstParent, to))
    return DICOM_ERROR_PARAMETER;
  const bool is_whole = from == 0 && to == 0;
  if (!is_whole && (source.is_command() || m_pState->is_command()))
    return DICOM_ERROR_PARAMETER;
  try {
    std::vector<ElementId> refused;
    if (pfnCallback != nullptr)
      refused = Refused(source, from, pfnCallback, pUserData);
    if (is_whole) {
      // The copy's elements have the same numbers.
      m_pState->CopyFrom(source);
      for (const ElementId id : refused)
        m_pState->elements().Remove(id);
      return DICOM_SUCCESS;
    }
    const auto* const set = source.tree().get();
    if (set == nullptr)
      return DICOM_SUCCESS;
    // Both may be the same object, and one that is changed must not be read meanwhile.
    const auto copy = set->duplicate();
    const rust::Slice<const ElementId> skipped(refused.data(), refused.size());
    return static_cast<L_UINT16>(m_pState->WritableDataSet().copy_from(to, *copy, from, skipped));
  } catch (const std::bad_alloc&) {
    return DICOM_ERROR_MEMORY;
  }
}

L_INT LDicomDS::SetEncoded(const L_UCHAR* pData, L_UINT32 nLength) {
  if (pData == nullptr && nLength != 0)
    return DICOM_ERROR_NULL_PTR;
  try {
    // Made before anything is given up: the bytes may be this object's own.
    auto set = ldicomnet::detail::data_set_encoded(Bytes(pData, nLength));
    if (nLength == 0) {
      m_pState->Clear();
    } else {
      m_pState->SetDataSet(std::move(set));
    }
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
