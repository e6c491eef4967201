// The C functions of association handles (c_api_associate.h): each looks its handle up and calls the member of
// LDicomAssociate.

#include "ldicomnet/c_api_associate.h"

#include <memory>

#include "c_handles.h"
#include "ldicomnet/dicom_associate.h"

using ldicomnet::detail::CodeOf;
using ldicomnet::detail::FreeHandle;
using ldicomnet::detail::HandleFor;
using ldicomnet::detail::Pinned;
using ldicomnet::detail::Run;
using ldicomnet::detail::ValueOf;

namespace {

// Calls `member` of the object behind a handle; `fallback` when there is none.
template <class Value, class Member>
Value Ask(HDICOMPDU handle, Value fallback, Member&& member) noexcept {
  return ValueOf<Value>(fallback, [&]() -> Value {
    const Pinned<LDicomAssociate> object(handle);
    return object ? member(*object.get()) : fallback;
  });
}

template <class Member>
L_VOID Tell(HDICOMPDU handle, Member&& member) noexcept {
  Run([&] {
    const Pinned<LDicomAssociate> object(handle);
    if (object)
      member(*object.get());
  });
}

template <class Member>
L_INT Do(HDICOMPDU handle, Member&& member) noexcept {
  return CodeOf([&]() -> L_INT {
    const Pinned<LDicomAssociate> object(handle);
    return object ? member(*object.get()) : DICOM_ERROR_PARAMETER;
  });
}

// What a getter into a buffer leaves there when there is no object.
L_VOID ClearText(L_TCHAR* buffer, L_UINT32 size) noexcept {
  if (buffer != nullptr && size != 0)
    buffer[0] = '\0';
}

L_VOID ClearBytes(L_UCHAR** bytes, L_UINT16* length) noexcept {
  if (bytes != nullptr)
    *bytes = nullptr;
  if (length != nullptr)
    *length = 0;
}

}  // namespace

LDICOMNET_C_BEGIN

// ---- Life of a handle -------------------------------------------------------------------------

HDICOMPDU EXT_FUNCTION L_DicomCreateAssociate(L_BOOL bRequest) {
  return ValueOf<HDICOMPDU>(nullptr, [&] { return HandleFor(std::make_unique<LDicomAssociate>(bRequest)); });
}

L_VOID EXT_FUNCTION L_DicomFreeAssociate(HDICOMPDU hPDU) {
  FreeHandle<LDicomAssociate>(hPDU);
}

HDICOMPDU EXT_FUNCTION L_DicomCloneAssociate(HDICOMPDU hPDU) {
  return Ask<HDICOMPDU>(hPDU, nullptr, [](LDicomAssociate& object) {
    return HandleFor(std::unique_ptr<LDicomAssociate>(object.Clone()));
  });
}

L_VOID EXT_FUNCTION L_DicomResetAssociate(HDICOMPDU hPDU, L_BOOL bRequest) {
  Tell(hPDU, [&](LDicomAssociate& object) { object.Reset(bRequest); });
}

L_VOID EXT_FUNCTION L_DicomDefaultAssociate(HDICOMPDU hPDU) {
  Tell(hPDU, [](LDicomAssociate& object) { object.Default(); });
}

// ---- The fixed fields (PS3.8 9.3.2) -----------------------------------------------------------

L_BOOL EXT_FUNCTION L_DicomIsRequest(HDICOMPDU hPDU) {
  return Ask<L_BOOL>(hPDU, L_FALSE, [](LDicomAssociate& object) { return object.IsRequest(); });
}

L_VOID EXT_FUNCTION L_DicomSetRequest(HDICOMPDU hPDU, L_BOOL bRequest) {
  Tell(hPDU, [&](LDicomAssociate& object) { object.SetRequest(bRequest); });
}

L_UINT16 EXT_FUNCTION L_DicomGetVersion(HDICOMPDU hPDU) {
  return Ask<L_UINT16>(hPDU, 0, [](LDicomAssociate& object) { return object.GetVersion(); });
}

L_INT EXT_FUNCTION L_DicomSetVersion(HDICOMPDU hPDU, L_UINT16 nVersion) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetVersion(nVersion); });
}

L_VOID EXT_FUNCTION L_DicomGetCalled(HDICOMPDU hPDU, L_TCHAR* pszCalled, L_UINT32 SizeInWords) {
  ClearText(pszCalled, SizeInWords);
  Tell(hPDU, [&](LDicomAssociate& object) { object.GetCalled(pszCalled, SizeInWords); });
}

L_INT EXT_FUNCTION L_DicomSetCalled(HDICOMPDU hPDU, const L_TCHAR* pszCalled) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetCalled(pszCalled); });
}

L_VOID EXT_FUNCTION L_DicomGetCalling(HDICOMPDU hPDU, L_TCHAR* pszCalling, L_UINT32 SizeInWords) {
  ClearText(pszCalling, SizeInWords);
  Tell(hPDU, [&](LDicomAssociate& object) { object.GetCalling(pszCalling, SizeInWords); });
}

L_INT EXT_FUNCTION L_DicomSetCalling(HDICOMPDU hPDU, const L_TCHAR* pszCalling) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetCalling(pszCalling); });
}

L_VOID EXT_FUNCTION L_DicomGetApplication(HDICOMPDU hPDU, L_TCHAR* pszApplication, L_UINT32 SizeInWords) {
  ClearText(pszApplication, SizeInWords);
  Tell(hPDU, [&](LDicomAssociate& object) { object.GetApplication(pszApplication, SizeInWords); });
}

L_INT EXT_FUNCTION L_DicomSetApplication(HDICOMPDU hPDU, const L_TCHAR* pszUID) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetApplication(pszUID); });
}

// ---- Presentation contexts (PS3.8 9.3.2.2 and 9.3.3.2) ----------------------------------------

L_INT EXT_FUNCTION L_DicomGetPresentationCount(HDICOMPDU hPDU) {
  return Ask<L_INT>(hPDU, 0, [](LDicomAssociate& object) { return object.GetPresentationCount(); });
}

L_UCHAR EXT_FUNCTION L_DicomGetPresentation(HDICOMPDU hPDU, L_INT nIndex) {
  return Ask<L_UCHAR>(hPDU, 0, [&](LDicomAssociate& object) { return object.GetPresentation(nIndex); });
}

L_INT EXT_FUNCTION L_DicomSetPresentation(HDICOMPDU hPDU, L_INT nIndex, L_UCHAR nID) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetPresentation(nIndex, nID); });
}

L_INT EXT_FUNCTION L_DicomAddPresentation(HDICOMPDU hPDU, L_UCHAR nID, L_UCHAR nResult, const L_TCHAR* pszAbstract) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.AddPresentation(nID, nResult, pszAbstract); });
}

L_VOID EXT_FUNCTION L_DicomDelPresentation(HDICOMPDU hPDU, L_UCHAR nID) {
  Tell(hPDU, [&](LDicomAssociate& object) { object.DelPresentation(nID); });
}

L_UCHAR EXT_FUNCTION L_DicomGetResult(HDICOMPDU hPDU, L_UCHAR nID) {
  return Ask<L_UCHAR>(hPDU, PDU_ACCEPT_RESULT_PROVIDER_REJECT,
                      [&](LDicomAssociate& object) { return object.GetResult(nID); });
}

L_INT EXT_FUNCTION L_DicomSetResult(HDICOMPDU hPDU, L_UCHAR nID, L_UCHAR nResult) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetResult(nID, nResult); });
}

L_VOID EXT_FUNCTION L_DicomGetAbstract(HDICOMPDU hPDU, L_UCHAR nID, L_TCHAR* pszAbstract, L_UINT32 SizeInWords) {
  ClearText(pszAbstract, SizeInWords);
  Tell(hPDU, [&](LDicomAssociate& object) { object.GetAbstract(nID, pszAbstract, SizeInWords); });
}

L_INT EXT_FUNCTION L_DicomSetAbstract(HDICOMPDU hPDU, L_UCHAR nID, const L_TCHAR* pszUID) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetAbstract(nID, pszUID); });
}

L_UCHAR EXT_FUNCTION L_DicomFindAbstract(HDICOMPDU hPDU, const L_TCHAR* pszUID) {
  return Ask<L_UCHAR>(hPDU, 0, [&](LDicomAssociate& object) { return object.FindAbstract(pszUID); });
}

L_UCHAR EXT_FUNCTION L_DicomFindNextAbstract(HDICOMPDU hPDU, L_UCHAR nID, const L_TCHAR* pszUID) {
  return Ask<L_UCHAR>(hPDU, 0, [&](LDicomAssociate& object) { return object.FindNextAbstract(nID, pszUID); });
}

L_INT EXT_FUNCTION L_DicomGetAbstractCount(HDICOMPDU hPDU, const L_TCHAR* pszUID) {
  return Ask<L_INT>(hPDU, 0, [&](LDicomAssociate& object) { return object.GetAbstractCount(pszUID); });
}

L_INT EXT_FUNCTION L_DicomGetTransferCount(HDICOMPDU hPDU, L_UCHAR nID) {
  return Ask<L_INT>(hPDU, 0, [&](LDicomAssociate& object) { return object.GetTransferCount(nID); });
}

L_VOID EXT_FUNCTION L_DicomGetTransfer(HDICOMPDU hPDU, L_UCHAR nID, L_INT nIndex, L_TCHAR* pszTransfer,
                                       L_UINT32 SizeInWords) {
  ClearText(pszTransfer, SizeInWords);
  Tell(hPDU, [&](LDicomAssociate& object) { object.GetTransfer(nID, nIndex, pszTransfer, SizeInWords); });
}

L_INT EXT_FUNCTION L_DicomSetTransfer(HDICOMPDU hPDU, L_UCHAR nID, L_INT nIndex, const L_TCHAR* pszUID) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetTransfer(nID, nIndex, pszUID); });
}

L_INT EXT_FUNCTION L_DicomAddTransfer(HDICOMPDU hPDU, L_UCHAR nID, const L_TCHAR* pszUID) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.AddTransfer(nID, pszUID); });
}

L_VOID EXT_FUNCTION L_DicomDelTransfer(HDICOMPDU hPDU, L_UCHAR nID, L_INT nIndex) {
  Tell(hPDU, [&](LDicomAssociate& object) { object.DelTransfer(nID, nIndex); });
}

// ---- User information (PS3.7 D.3.3) -----------------------------------------------------------

L_BOOL EXT_FUNCTION L_DicomIsRoleSelect(HDICOMPDU hPDU, L_UCHAR nID) {
  return Ask<L_BOOL>(hPDU, L_FALSE, [&](LDicomAssociate& object) { return object.IsRoleSelect(nID); });
}

L_UCHAR EXT_FUNCTION L_DicomGetUserRole(HDICOMPDU hPDU, L_UCHAR nID) {
  return Ask<L_UCHAR>(hPDU, 0, [&](LDicomAssociate& object) { return object.GetUserRole(nID); });
}

L_UCHAR EXT_FUNCTION L_DicomGetProviderRole(HDICOMPDU hPDU, L_UCHAR nID) {
  return Ask<L_UCHAR>(hPDU, 0, [&](LDicomAssociate& object) { return object.GetProviderRole(nID); });
}

L_INT EXT_FUNCTION L_DicomSetRoleSelect(HDICOMPDU hPDU, L_UCHAR nID, L_BOOL bEnabled, L_UCHAR nUser,
                                        L_UCHAR nProvider) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetRoleSelect(nID, bEnabled, nUser, nProvider); });
}

L_UINT32 EXT_FUNCTION L_DicomGetLengthExtended(HDICOMPDU hPDU, L_UCHAR nID) {
  return Ask<L_UINT32>(hPDU, 0, [&](LDicomAssociate& object) { return object.GetLengthExtended(nID); });
}

L_UCHAR* EXT_FUNCTION L_DicomGetExtended(HDICOMPDU hPDU, L_UCHAR nID) {
  return Ask<L_UCHAR*>(hPDU, nullptr, [&](LDicomAssociate& object) { return object.GetExtended(nID); });
}

L_INT EXT_FUNCTION L_DicomSetExtended(HDICOMPDU hPDU, L_UCHAR nID, const L_UCHAR* pData, L_UINT32 nLength) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetExtended(nID, pData, nLength); });
}

L_BOOL EXT_FUNCTION L_DicomIsMaxLength(HDICOMPDU hPDU) {
  return Ask<L_BOOL>(hPDU, L_FALSE, [](LDicomAssociate& object) { return object.IsMaxLength(); });
}

L_UINT32 EXT_FUNCTION L_DicomGetMaxLength(HDICOMPDU hPDU) {
  return Ask<L_UINT32>(hPDU, 0, [](LDicomAssociate& object) { return object.GetMaxLength(); });
}

L_INT EXT_FUNCTION L_DicomSetMaxLength(HDICOMPDU hPDU, L_BOOL bEnabled, L_UINT32 nLength) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetMaxLength(bEnabled, nLength); });
}

L_BOOL EXT_FUNCTION L_DicomIsImplementClass(HDICOMPDU hPDU) {
  return Ask<L_BOOL>(hPDU, L_FALSE, [](LDicomAssociate& object) { return object.IsImplementClass(); });
}

L_VOID EXT_FUNCTION L_DicomGetImplementClass(HDICOMPDU hPDU, L_TCHAR* pszClass, L_UINT32 SizeInWords) {
  ClearText(pszClass, SizeInWords);
  Tell(hPDU, [&](LDicomAssociate& object) { object.GetImplementClass(pszClass, SizeInWords); });
}

L_INT EXT_FUNCTION L_DicomSetImplementClass(HDICOMPDU hPDU, L_BOOL bEnabled, const L_TCHAR* pszUID) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetImplementClass(bEnabled, pszUID); });
}

L_BOOL EXT_FUNCTION L_DicomIsImplementVersion(HDICOMPDU hPDU) {
  return Ask<L_BOOL>(hPDU, L_FALSE, [](LDicomAssociate& object) { return object.IsImplementVersion(); });
}

L_VOID EXT_FUNCTION L_DicomGetImplementVersion(HDICOMPDU hPDU, L_TCHAR* pszVersion, L_UINT32 SizeInWords) {
  ClearText(pszVersion, SizeInWords);
  Tell(hPDU, [&](LDicomAssociate& object) { object.GetImplementVersion(pszVersion, SizeInWords); });
}

L_INT EXT_FUNCTION L_DicomSetImplementVersion(HDICOMPDU hPDU, L_BOOL bEnabled, const L_TCHAR* pszVersion) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetImplementVersion(bEnabled, pszVersion); });
}

L_BOOL EXT_FUNCTION L_DicomIsAsyncOperations(HDICOMPDU hPDU) {
  return Ask<L_BOOL>(hPDU, L_FALSE, [](LDicomAssociate& object) { return object.IsAsyncOperations(); });
}

L_UINT16 EXT_FUNCTION L_DicomGetInvokedOperations(HDICOMPDU hPDU) {
  return Ask<L_UINT16>(hPDU, 0, [](LDicomAssociate& object) { return object.GetInvokedOperations(); });
}

L_UINT16 EXT_FUNCTION L_DicomGetPerformedOperations(HDICOMPDU hPDU) {
  return Ask<L_UINT16>(hPDU, 0, [](LDicomAssociate& object) { return object.GetPerformedOperations(); });
}

L_INT EXT_FUNCTION L_DicomSetAsyncOperations(HDICOMPDU hPDU, L_BOOL bEnabled, L_UINT16 nInvoked, L_UINT16 nPerformed) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetAsyncOperations(bEnabled, nInvoked, nPerformed); });
}

L_INT EXT_FUNCTION L_DicomSetUserIdentity(HDICOMPDU hPDU, L_UCHAR nType, L_BOOL bResponse, const L_UCHAR* pPrimary,
                                          L_UINT16 nPrimaryLength, const L_UCHAR* pSecondary,
                                          L_UINT16 nSecondaryLength) {
  return Do(hPDU, [&](LDicomAssociate& object) {
    return object.SetUserIdentity(nType, bResponse, pPrimary, nPrimaryLength, pSecondary, nSecondaryLength);
  });
}

L_UCHAR EXT_FUNCTION L_DicomGetUserIdentity(HDICOMPDU hPDU, L_BOOL* pbResponse, L_UCHAR** ppPrimary,
                                            L_UINT16* pnPrimaryLength, L_UCHAR** ppSecondary,
                                            L_UINT16* pnSecondaryLength) {
  if (pbResponse != nullptr)
    *pbResponse = L_FALSE;
  ClearBytes(ppPrimary, pnPrimaryLength);
  ClearBytes(ppSecondary, pnSecondaryLength);
  return Ask<L_UCHAR>(hPDU, 0, [&](LDicomAssociate& object) {
    return object.GetUserIdentity(pbResponse, ppPrimary, pnPrimaryLength, ppSecondary, pnSecondaryLength);
  });
}

L_INT EXT_FUNCTION L_DicomSetUserIdentityResponse(HDICOMPDU hPDU, L_BOOL bEnabled, const L_UCHAR* pResponse,
                                                  L_UINT16 nLength) {
  return Do(hPDU,
            [&](LDicomAssociate& object) { return object.SetUserIdentityResponse(bEnabled, pResponse, nLength); });
}

L_BOOL EXT_FUNCTION L_DicomGetUserIdentityResponse(HDICOMPDU hPDU, L_UCHAR** ppResponse, L_UINT16* pnLength) {
  ClearBytes(ppResponse, pnLength);
  return Ask<L_BOOL>(hPDU, L_FALSE,
                     [&](LDicomAssociate& object) { return object.GetUserIdentityResponse(ppResponse, pnLength); });
}

L_INT EXT_FUNCTION L_DicomGetUserInfoCount(HDICOMPDU hPDU) {
  return Ask<L_INT>(hPDU, 0, [](LDicomAssociate& object) { return object.GetUserInfoCount(); });
}

L_UCHAR EXT_FUNCTION L_DicomGetTypeUserInfo(HDICOMPDU hPDU, L_INT nIndex) {
  return Ask<L_UCHAR>(hPDU, 0, [&](LDicomAssociate& object) { return object.GetTypeUserInfo(nIndex); });
}

L_UINT16 EXT_FUNCTION L_DicomGetLengthUserInfo(HDICOMPDU hPDU, L_INT nIndex) {
  return Ask<L_UINT16>(hPDU, 0, [&](LDicomAssociate& object) { return object.GetLengthUserInfo(nIndex); });
}

L_UCHAR* EXT_FUNCTION L_DicomGetDataUserInfo(HDICOMPDU hPDU, L_INT nIndex) {
  return Ask<L_UCHAR*>(hPDU, nullptr, [&](LDicomAssociate& object) { return object.GetDataUserInfo(nIndex); });
}

L_INT EXT_FUNCTION L_DicomSetUserInfo(HDICOMPDU hPDU, L_INT nIndex, L_UCHAR nType, const L_UCHAR* pData,
                                      L_UINT16 nLength) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.SetUserInfo(nIndex, nType, pData, nLength); });
}

L_INT EXT_FUNCTION L_DicomAddUserInfo(HDICOMPDU hPDU, L_UCHAR nType, const L_UCHAR* pData, L_UINT16 nLength) {
  return Do(hPDU, [&](LDicomAssociate& object) { return object.AddUserInfo(nType, pData, nLength); });
}

L_VOID EXT_FUNCTION L_DicomDelUserInfo(HDICOMPDU hPDU, L_INT nIndex) {
  Tell(hPDU, [&](LDicomAssociate& object) { object.DelUserInfo(nIndex); });
}

LDICOMNET_C_END
