// The C functions of data set handles (c_api_ds.h): each looks its handle up and calls the member of LDicomDS.

#include "ldicomnet/c_api_ds.h"

#include <memory>

#include "c_api_ds_call.h"

using ldicomnet::detail::Ask;
using ldicomnet::detail::Code;
using ldicomnet::detail::CodeOf;
using ldicomnet::detail::FreeHandle;
using ldicomnet::detail::HandleFor;
using ldicomnet::detail::Pinned;
using ldicomnet::detail::Run;
using ldicomnet::detail::Tell;
using ldicomnet::detail::ValueOf;

LDICOMNET_C_BEGIN

// ---- Life of a handle ----------------------------------------------------------------------

HDICOMDS EXT_FUNCTION L_DicomCreateDS(const L_TCHAR* pszPath) {
  return ValueOf<HDICOMDS>(nullptr, [&] { return HandleFor(std::make_unique<LDicomDS>(pszPath)); });
}

L_VOID EXT_FUNCTION L_DicomFreeDS(HDICOMDS hDS) {
  FreeHandle<LDicomDS>(hDS);
}

// ---- The whole -----------------------------------------------------------------------------

L_VOID EXT_FUNCTION L_DicomInitDS(HDICOMDS hDS, L_UINT32 nClass, L_UINT16 nFlags) {
  Tell(hDS, [&](LDicomDS& object) { object.InitDS(nClass, nFlags); });
}

L_VOID EXT_FUNCTION L_DicomGetInfoDS(HDICOMDS hDS, L_UINT32* pnClass, L_UINT16* pnFlags) {
  if (pnClass != nullptr)
    *pnClass = CLASS_UNKNOWN;
  if (pnFlags != nullptr)
    *pnFlags = 0;
  Tell(hDS, [&](LDicomDS& object) { object.GetInfoDS(pnClass, pnFlags); });
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
  Tell(hDS, [&](LDicomDS& object) { object.ResetDS(); });
}

L_UINT16 EXT_FUNCTION L_DicomCopyDS(HDICOMDS hDstDS, pDICOMELEMENT pDstParent, HDICOMDS hSrcDS,
                                    pDICOMELEMENT pSrcParent) {
  return L_DicomCopyDSExt(hDstDS, pDstParent, hSrcDS, pSrcParent, nullptr, nullptr);
}

L_UINT16 EXT_FUNCTION L_DicomCopyDSExt(HDICOMDS hDstDS, pDICOMELEMENT pDstParent, HDICOMDS hSrcDS,
                                       pDICOMELEMENT pSrcParent, COPYDSCALLBACK pfnCallback, L_VOID* pUserData) {
  return static_cast<L_UINT16>(CodeOf([&]() -> L_INT {
    const Pinned<LDicomDS> destination(hDstDS);
    const Pinned<LDicomDS> source(hSrcDS);
    if (!destination || !source)
      return DICOM_ERROR_PARAMETER;
    return destination->CopyDS(pDstParent, source.get(), pSrcParent, pfnCallback, pUserData);
  }));
}

L_BOOL EXT_FUNCTION L_DicomConformanceDS(HDICOMDS hDS, CONFORMANCECALLBACK pfnCallback, L_VOID* pUserData) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.ConformanceDS(pfnCallback, pUserData); });
}

L_VOID EXT_FUNCTION L_DicomSetDebugDS(HDICOMDS hDS, CONFORMANCECALLBACK pfnCallback, L_VOID* pUserData) {
  Tell(hDS, [&](LDicomDS& object) { object.SetDebugDS(pfnCallback, pUserData); });
}

// ---- Files and bytes -----------------------------------------------------------------------

L_UINT16 EXT_FUNCTION L_DicomLoadDS(HDICOMDS hDS, const L_TCHAR* pszName, L_UINT16 nFlags) {
  return Code<L_UINT16>(hDS, [&](LDicomDS& object) { return object.LoadDS(pszName, nFlags); });
}

L_UINT16 EXT_FUNCTION L_DicomLoadDSMemory(HDICOMDS hDS, const L_UCHAR* pBuffer, L_UINT32 uBufferSize, L_UINT16 nFlags) {
  return Code<L_UINT16>(hDS, [&](LDicomDS& object) { return object.LoadDSMemory(pBuffer, uBufferSize, nFlags); });
}

L_UINT16 EXT_FUNCTION L_DicomSaveDS(HDICOMDS hDS, const L_TCHAR* pszName, L_UINT16 nFlags) {
  return Code<L_UINT16>(hDS, [&](LDicomDS& object) { return object.SaveDS(pszName, nFlags); });
}

L_UINT16 EXT_FUNCTION L_DicomChangeTransferSyntax(HDICOMDS hDS, const L_TCHAR* pszUID, L_INT32 nQFactor,
                                                  L_UINT32 uFlags) {
  return Code<L_UINT16>(hDS, [&](LDicomDS& object) { return object.ChangeTransferSyntax(pszUID, nQFactor, uFlags); });
}

L_UINT16 EXT_FUNCTION L_DicomChangeTransferSyntax2(HDICOMDS hDS, const L_TCHAR* pszOutfile, const L_TCHAR* pszUID,
                                                   L_INT32 nQFactor, L_UINT32 uFlags, L_UINT16 uSaveFlags) {
  return Code<L_UINT16>(hDS, [&](LDicomDS& object) {
    return object.ChangeTransferSyntax(pszOutfile, pszUID, nQFactor, uFlags, uSaveFlags);
  });
}

L_VOID EXT_FUNCTION L_DicomGetPreamble(HDICOMDS hDS, L_UCHAR* pPreamble, L_UINT16 nLength) {
  Tell(hDS, [&](LDicomDS& object) { object.GetPreamble(pPreamble, nLength); });
}

L_VOID EXT_FUNCTION L_DicomSetPreamble(HDICOMDS hDS, const L_UCHAR* pPreamble, L_UINT16 nLength) {
  Tell(hDS, [&](LDicomDS& object) { object.SetPreamble(pPreamble, nLength); });
}

L_INT EXT_FUNCTION L_DicomSetEncoded(HDICOMDS hDS, const L_UCHAR* pData, L_UINT32 nLength) {
  return Code<L_INT>(hDS, [&](LDicomDS& object) { return object.SetEncoded(pData, nLength); });
}

const L_UCHAR* EXT_FUNCTION L_DicomGetEncoded(HDICOMDS hDS, L_UINT32* pnLength) {
  if (pnLength != nullptr)
    *pnLength = 0;
  return Ask<const L_UCHAR*>(hDS, nullptr, [&](LDicomDS& object) { return object.GetEncoded(pnLength); });
}

L_TCHAR* EXT_FUNCTION L_DicomGetDefaultDicomTempPath(L_VOID) {
  return ValueOf<L_TCHAR*>(nullptr, [] { return LDicomDS::GetDefaultDicomTempPath(); });
}

L_VOID EXT_FUNCTION L_DicomSetDefaultDicomTempPath(const L_TCHAR* pszPath) {
  Run([&] { LDicomDS::SetDefaultDicomTempPath(pszPath); });
}

L_UINT EXT_FUNCTION L_DicomGetLoadFileFlags(HDICOMDS hDS) {
  return Ask<L_UINT>(hDS, 0, [&](LDicomDS& object) { return object.GetLoadFileFlags(); });
}

L_VOID EXT_FUNCTION L_DicomSetLoadFileFlags(HDICOMDS hDS, L_UINT uFlags) {
  Tell(hDS, [&](LDicomDS& object) { object.SetLoadFileFlags(uFlags); });
}

// ---- Elements, in the order of their tags --------------------------------------------------

pDICOMELEMENT EXT_FUNCTION L_DicomInsertElement(HDICOMDS hDS, pDICOMELEMENT pNeighbor, L_BOOL bChild, L_UINT32 nTag,
                                                L_UINT16 nVR, L_BOOL bSequence, L_UINT32 nIndex) {
  return Ask<pDICOMELEMENT>(hDS, nullptr, [&](LDicomDS& object) {
    return object.InsertElement(pNeighbor, bChild, nTag, nVR, bSequence, nIndex);
  });
}

pDICOMELEMENT EXT_FUNCTION L_DicomDeleteElement(HDICOMDS hDS, pDICOMELEMENT pElement) {
  return Ask<pDICOMELEMENT>(hDS, nullptr, [&](LDicomDS& object) { return object.DeleteElement(pElement); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomGetRootElement(HDICOMDS hDS, pDICOMELEMENT pElement) {
  return Ask<pDICOMELEMENT>(hDS, nullptr, [&](LDicomDS& object) { return object.GetRootElement(pElement); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomGetParentElement(HDICOMDS hDS, pDICOMELEMENT pElement) {
  return Ask<pDICOMELEMENT>(hDS, nullptr, [&](LDicomDS& object) { return object.GetParentElement(pElement); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomGetChildElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bVolatile) {
  return Ask<pDICOMELEMENT>(hDS, nullptr,
                            [&](LDicomDS& object) { return object.GetChildElement(pElement, bVolatile); });
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

L_UINT32 EXT_FUNCTION L_DicomGetLevelElement(HDICOMDS hDS, pDICOMELEMENT pElement) {
  return Ask<L_UINT32>(hDS, 0, [&](LDicomDS& object) { return object.GetLevelElement(pElement); });
}

L_BOOL EXT_FUNCTION L_DicomExistsElement(HDICOMDS hDS, pDICOMELEMENT pElement) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.ExistsElement(pElement); });
}

L_BOOL EXT_FUNCTION L_DicomIsVolatileElement(HDICOMDS hDS, pDICOMELEMENT pElement) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.IsVolatileElement(pElement); });
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

pDICOMELEMENT EXT_FUNCTION L_DicomFindFirstDescendant(HDICOMDS hDS, pDICOMELEMENT pParent, L_UINT32 nTag,
                                                      L_BOOL bNextLevelOnly) {
  return Ask<pDICOMELEMENT>(
      hDS, nullptr, [&](LDicomDS& object) { return object.FindFirstDescendant(pParent, nTag, bNextLevelOnly); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomFindNextDescendant(HDICOMDS hDS, pDICOMELEMENT pParent, pDICOMELEMENT pElement,
                                                     L_BOOL bNextLevelOnly) {
  return Ask<pDICOMELEMENT>(
      hDS, nullptr, [&](LDicomDS& object) { return object.FindNextDescendant(pParent, pElement, bNextLevelOnly); });
}

// ---- Modules and keys ----------------------------------------------------------------------

pDICOMMODULE EXT_FUNCTION L_DicomInsertModule(HDICOMDS hDS, L_UINT32 nModule, L_BOOL bOptional) {
  return Ask<pDICOMMODULE>(hDS, nullptr, [&](LDicomDS& object) { return object.InsertModule(nModule, bOptional); });
}

L_VOID EXT_FUNCTION L_DicomDeleteModule(HDICOMDS hDS, L_UINT32 nModule) {
  Tell(hDS, [&](LDicomDS& object) { object.DeleteModule(nModule); });
}

pDICOMMODULE EXT_FUNCTION L_DicomFindModule(HDICOMDS hDS, L_UINT32 nModule) {
  return Ask<pDICOMMODULE>(hDS, nullptr, [&](LDicomDS& object) { return object.FindModule(nModule); });
}

L_UINT32 EXT_FUNCTION L_DicomGetCountModule(HDICOMDS hDS) {
  return Ask<L_UINT32>(hDS, 0, [&](LDicomDS& object) { return object.GetCountModule(); });
}

pDICOMMODULE EXT_FUNCTION L_DicomFindIndexModule(HDICOMDS hDS, L_UINT32 nIndex) {
  return Ask<pDICOMMODULE>(hDS, nullptr, [&](LDicomDS& object) { return object.FindIndexModule(nIndex); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomInsertKey(HDICOMDS hDS, pDICOMELEMENT pParent, const L_TCHAR* pszKey,
                                            L_BOOL bOptional) {
  return Ask<pDICOMELEMENT>(hDS, nullptr,
                            [&](LDicomDS& object) { return object.InsertKey(pParent, pszKey, bOptional); });
}

L_VOID EXT_FUNCTION L_DicomDeleteKey(HDICOMDS hDS, pDICOMELEMENT pKey) {
  Tell(hDS, [&](LDicomDS& object) { object.DeleteKey(pKey); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomFindFirstKey(HDICOMDS hDS, pDICOMELEMENT pParent, const L_TCHAR* pszKey,
                                               L_BOOL bTree) {
  return Ask<pDICOMELEMENT>(hDS, nullptr,
                            [&](LDicomDS& object) { return object.FindFirstKey(pParent, pszKey, bTree); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomFindLastKey(HDICOMDS hDS, pDICOMELEMENT pParent, const L_TCHAR* pszKey,
                                              L_BOOL bTree) {
  return Ask<pDICOMELEMENT>(hDS, nullptr, [&](LDicomDS& object) { return object.FindLastKey(pParent, pszKey, bTree); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomFindPrevKey(HDICOMDS hDS, pDICOMELEMENT pKey, L_BOOL bTree) {
  return Ask<pDICOMELEMENT>(hDS, nullptr, [&](LDicomDS& object) { return object.FindPrevKey(pKey, bTree); });
}

pDICOMELEMENT EXT_FUNCTION L_DicomFindNextKey(HDICOMDS hDS, pDICOMELEMENT pKey, L_BOOL bTree) {
  return Ask<pDICOMELEMENT>(hDS, nullptr, [&](LDicomDS& object) { return object.FindNextKey(pKey, bTree); });
}

LDICOMNET_C_END
