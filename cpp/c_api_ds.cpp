// The C functions of data set handles (c_api_ds.h): each looks its handle up and calls the member of LDicomDS.

#include "ldicomnet/c_api_ds.h"

#include <memory>

#include "c_handles.h"
#include "ldicomnet/dicom_ds.h"

using ldicomnet::detail::CodeOf;
using ldicomnet::detail::FreeHandle;
using ldicomnet::detail::HandleFor;
using ldicomnet::detail::Pinned;
using ldicomnet::detail::Run;
using ldicomnet::detail::ValueOf;

namespace {

// Calls `member` of the object behind a handle; `fallback` when there is none.
template <class Value, class Member>
Value Ask(HDICOMDS handle, Value fallback, Member&& member) noexcept {
  return ValueOf<Value>(fallback, [&]() -> Value {
    const Pinned<LDicomDS> object(handle);
    return object ? member(*object.get()) : fallback;
  });
}

template <class Member>
L_VOID Tell(HDICOMDS handle, Member&& member) noexcept {
  Run([&] {
    const Pinned<LDicomDS> object(handle);
    if (object)
      member(*object.get());
  });
}

}  // namespace

LDICOMNET_C_BEGIN

// ---- Life of a handle -------------------------------------------------------------------------

HDICOMDS EXT_FUNCTION L_DicomCreateDS(const L_TCHAR* pszPath) {
  return ValueOf<HDICOMDS>(nullptr, [&] { return HandleFor(std::make_unique<LDicomDS>(pszPath)); });
}

L_VOID EXT_FUNCTION L_DicomFreeDS(HDICOMDS hDS) {
  FreeHandle<LDicomDS>(hDS);
}

L_VOID EXT_FUNCTION L_DicomInitCS(HDICOMDS hDS, L_UINT16 nCommand, L_BOOL bRequest) {
  Tell(hDS, [&](LDicomDS& object) { object.InitCS(nCommand, bRequest); });
}

L_VOID EXT_FUNCTION L_DicomGetInfoCS(HDICOMDS hDS, L_UINT16* pnCommand, L_BOOL* pbRequest) {
  if (pnCommand != nullptr)
    *pnCommand = 0;
  if (pbRequest != nullptr)
    *pbRequest = L_FALSE;
  Tell(hDS, [&](LDicomDS& object) { object.GetInfoCS(pnCommand, pbRequest); });
}

L_VOID EXT_FUNCTION L_DicomResetDS(HDICOMDS hDS) {
  Tell(hDS, [](LDicomDS& object) { object.ResetDS(); });
}

L_UINT16 EXT_FUNCTION L_DicomCopyDS(HDICOMDS hDstDS, pDICOMELEMENT pDstParent, HDICOMDS hSrcDS,
                                    pDICOMELEMENT pSrcParent) {
  return static_cast<L_UINT16>(CodeOf([&]() -> L_INT {
    const Pinned<LDicomDS> destination(hDstDS);
    const Pinned<LDicomDS> source(hSrcDS);
    if (!destination || !source)
      return DICOM_ERROR_PARAMETER;
    return destination->CopyDS(pDstParent, source.get(), pSrcParent);
  }));
}

// ---- A data set as encoded bytes (additions) --------------------------------------------------

L_INT EXT_FUNCTION L_DicomSetEncoded(HDICOMDS hDS, const L_UCHAR* pData, L_UINT32 nLength) {
  return CodeOf([&]() -> L_INT {
    const Pinned<LDicomDS> object(hDS);
    return object ? object->SetEncoded(pData, nLength) : DICOM_ERROR_PARAMETER;
  });
}

const L_UCHAR* EXT_FUNCTION L_DicomGetEncoded(HDICOMDS hDS, L_UINT32* pnLength) {
  if (pnLength != nullptr)
    *pnLength = 0;
  return Ask<const L_UCHAR*>(hDS, nullptr, [&](LDicomDS& object) { return object.GetEncoded(pnLength); });
}

// ---- Elements, in the order of their tags -----------------------------------------------------

pDICOMELEMENT EXT_FUNCTION L_DicomInsertElement(HDICOMDS hDS, pDICOMELEMENT pNeighbor, L_BOOL bChild, L_UINT32 nTag,
                                                L_UINT16 nVR, L_BOOL bSequence, L_UINT32 nIndex) {
  return Ask<pDICOMELEMENT>(hDS, nullptr, [&](LDicomDS& object) {
    return object.InsertElement(pNeighbor, bChild, nTag, nVR, bSequence, nIndex);
  });
}

pDICOMELEMENT EXT_FUNCTION L_DicomDeleteElement(HDICOMDS hDS, pDICOMELEMENT pElement) {
  return Ask<pDICOMELEMENT>(hDS, nullptr, [&](LDicomDS& object) { return object.DeleteElement(pElement); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomGetFirstElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bTree,
                                                  L_BOOL bVolatile) {
  return Ask<pDICOMELEMENT>(hDS, nullptr,
                            [&](LDicomDS& object) { return object.GetFirstElement(pElement, bTree, bVolatile); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomGetLastElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) {
  return Ask<pDICOMELEMENT>(hDS, nullptr,
                            [&](LDicomDS& object) { return object.GetLastElement(pElement, bTree, bVolatile); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomGetPrevElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) {
  return Ask<pDICOMELEMENT>(hDS, nullptr,
                            [&](LDicomDS& object) { return object.GetPrevElement(pElement, bTree, bVolatile); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomGetNextElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) {
  return Ask<pDICOMELEMENT>(hDS, nullptr,
                            [&](LDicomDS& object) { return object.GetNextElement(pElement, bTree, bVolatile); });
}

L_BOOL EXT_FUNCTION L_DicomExistsElement(HDICOMDS hDS, pDICOMELEMENT pElement) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.ExistsElement(pElement); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomFindFirstElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nTag, L_BOOL bTree) {
  return Ask<pDICOMELEMENT>(hDS, nullptr,
                            [&](LDicomDS& object) { return object.FindFirstElement(pElement, nTag, bTree); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomFindLastElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nTag, L_BOOL bTree) {
  return Ask<pDICOMELEMENT>(hDS, nullptr,
                            [&](LDicomDS& object) { return object.FindLastElement(pElement, nTag, bTree); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomFindPrevElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bTree) {
  return Ask<pDICOMELEMENT>(hDS, nullptr, [&](LDicomDS& object) { return object.FindPrevElement(pElement, bTree); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomFindNextElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bTree) {
  return Ask<pDICOMELEMENT>(hDS, nullptr, [&](LDicomDS& object) { return object.FindNextElement(pElement, bTree); });
}

// ---- Values -----------------------------------------------------------------------------------

L_UINT32 EXT_FUNCTION L_DicomGetCountValue(HDICOMDS hDS, pDICOMELEMENT pElement) {
  return Ask<L_UINT32>(hDS, 0, [&](LDicomDS& object) { return object.GetCountValue(pElement); });
}

L_VOID EXT_FUNCTION L_DicomFreeValue(HDICOMDS hDS, pDICOMELEMENT pElement) {
  Tell(hDS, [&](LDicomDS& object) { object.FreeValue(pElement); });
}

L_BOOL EXT_FUNCTION L_DicomGetBinaryValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_VOID* pValue, L_UINT32 nLength) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.GetBinaryValue(pElement, pValue, nLength); });
}

L_BOOL EXT_FUNCTION L_DicomSetBinaryValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_VOID* pValue,
                                          L_UINT32 nLength) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetBinaryValue(pElement, pValue, nLength); });
}

L_INT16* EXT_FUNCTION L_DicomGetShortValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<L_INT16*>(hDS, nullptr, [&](LDicomDS& object) { return object.GetShortValue(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetShortValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_INT16* pValue, L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetShortValue(pElement, pValue, nCount); });
}

L_INT32* EXT_FUNCTION L_DicomGetLongValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<L_INT32*>(hDS, nullptr, [&](LDicomDS& object) { return object.GetLongValue(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetLongValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_INT32* pValue, L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetLongValue(pElement, pValue, nCount); });
}

L_TCHAR* EXT_FUNCTION L_DicomGetStringValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<L_TCHAR*>(hDS, nullptr, [&](LDicomDS& object) { return object.GetStringValue(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetStringValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_TCHAR* pValue, L_UINT32 nCount,
                                          L_UINT32 uCharacterSet) {
  if (uCharacterSet != DICOM_CHARACTER_SET_DEFAULT)
    return L_FALSE;
  return L_DicomSetStringValue2(hDS, pElement, pValue, nCount);
}

L_BOOL EXT_FUNCTION L_DicomSetStringValue2(HDICOMDS hDS, pDICOMELEMENT pElement, const L_TCHAR* pValue,
                                           L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetStringValue(pElement, pValue, nCount); });
}

L_UINT32 EXT_FUNCTION L_DicomGetConvertValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_TCHAR* Destination,
                                             L_UINT32 DestSizeInWords) {
  if (Destination != nullptr && DestSizeInWords != 0)
    Destination[0] = '\0';
  return Ask<L_UINT32>(
      hDS, 0, [&](LDicomDS& object) { return object.GetConvertValue(pElement, Destination, DestSizeInWords); });
}

LDICOMNET_C_END
