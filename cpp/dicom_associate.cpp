// LDicomAssociate: the published members, each over one function of the core (src/bridge/associate.rs).

#include "ldicomnet/dicom_associate.h"

#include "dicom_associate_impl.h"
#include "text.h"

using ldicomnet::detail::AssociateObject;
using ldicomnet::detail::AssociateState;
using ldicomnet::detail::Bytes;
using ldicomnet::detail::ByteSlice;
using ldicomnet::detail::CopyText;

namespace {

L_BOOL Bool(bool value) {
  return value ? L_TRUE : L_FALSE;
}

// The bytes of an item, or NULL when it is empty.
L_UCHAR* Pointer(rust::Slice<std::uint8_t> bytes) {
  return bytes.empty() ? nullptr : bytes.data();
}

}  // namespace

LDicomAssociate::LDicomAssociate(L_BOOL bRequest)
    : m_pState(std::make_unique<AssociateState>(ldicomnet::detail::associate_new(bRequest != L_FALSE))) {}

LDicomAssociate::~LDicomAssociate() = default;

LDicomAssociate* LDicomAssociate::Clone() const {
  return ldicomnet::detail::AssociateAccess::Make(m_pState->object->duplicate()).release();
}

L_VOID LDicomAssociate::Reset(L_BOOL bRequest) {
  m_pState->object->reset(bRequest != L_FALSE);
}

L_VOID LDicomAssociate::Default() {
  m_pState->object->set_default_contexts();
}

L_BOOL LDicomAssociate::IsRequest() const {
  return Bool(m_pState->object->is_request());
}

L_VOID LDicomAssociate::SetRequest(L_BOOL bRequest) {
  m_pState->object->set_request(bRequest != L_FALSE);
}

L_UINT16 LDicomAssociate::GetVersion() const {
  return m_pState->object->version();
}

L_INT LDicomAssociate::SetVersion(L_UINT16 nVersion) {
  m_pState->object->set_version(nVersion);
  return DICOM_SUCCESS;
}

L_VOID LDicomAssociate::GetCalled(L_TCHAR* pszCalled, L_UINT32 SizeInWords) const {
  CopyText(m_pState->object->called(), pszCalled, SizeInWords);
}

L_INT LDicomAssociate::SetCalled(const L_TCHAR* pszCalled) {
  if (pszCalled == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->set_called(Bytes(pszCalled));
}

L_VOID LDicomAssociate::GetCalling(L_TCHAR* pszCalling, L_UINT32 SizeInWords) const {
  CopyText(m_pState->object->calling(), pszCalling, SizeInWords);
}

L_INT LDicomAssociate::SetCalling(const L_TCHAR* pszCalling) {
  if (pszCalling == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->set_calling(Bytes(pszCalling));
}

L_VOID LDicomAssociate::GetApplication(L_TCHAR* pszApplication, L_UINT32 SizeInWords) const {
  CopyText(m_pState->object->application(), pszApplication, SizeInWords);
}

L_INT LDicomAssociate::SetApplication(const L_TCHAR* pszUID) {
  if (pszUID == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->set_application(Bytes(pszUID));
}

L_INT LDicomAssociate::GetPresentationCount() const {
  return m_pState->object->context_count();
}

L_UCHAR LDicomAssociate::GetPresentation(L_INT nIndex) const {
  return m_pState->object->context_id(nIndex);
}

L_INT LDicomAssociate::SetPresentation(L_INT nIndex, L_UCHAR nID) {
  return m_pState->object->set_context_id(nIndex, nID);
}

L_INT LDicomAssociate::AddPresentation(L_UCHAR nID, L_UCHAR nResult, const L_TCHAR* pszAbstract) {
  if (pszAbstract == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->add_context(nID, nResult, Bytes(pszAbstract));
}

L_VOID LDicomAssociate::DelPresentation(L_UCHAR nID) {
  m_pState->object->remove_context(nID);
}

L_UCHAR LDicomAssociate::GetResult(L_UCHAR nID) const {
  return m_pState->object->result(nID);
}

L_INT LDicomAssociate::SetResult(L_UCHAR nID, L_UCHAR nResult) {
  return m_pState->object->set_result(nID, nResult);
}

L_VOID LDicomAssociate::GetAbstract(L_UCHAR nID, L_TCHAR* pszAbstract, L_UINT32 SizeInWords) const {
  CopyText(m_pState->object->abstract_syntax(nID), pszAbstract, SizeInWords);
}

L_INT LDicomAssociate::SetAbstract(L_UCHAR nID, const L_TCHAR* pszUID) {
  if (pszUID == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->set_abstract_syntax(nID, Bytes(pszUID));
}

L_UCHAR LDicomAssociate::FindAbstract(const L_TCHAR* pszUID) const {
  return m_pState->object->find_abstract_syntax(Bytes(pszUID));
}

L_UCHAR LDicomAssociate::FindNextAbstract(L_UCHAR nID, const L_TCHAR* pszUID) const {
  return m_pState->object->find_next_abstract_syntax(nID, Bytes(pszUID));
}

L_INT LDicomAssociate::GetAbstractCount(const L_TCHAR* pszUID) const {
  return m_pState->object->abstract_syntax_count(Bytes(pszUID));
}

L_INT LDicomAssociate::GetTransferCount(L_UCHAR nID) const {
  return m_pState->object->transfer_syntax_count(nID);
}

L_VOID LDicomAssociate::GetTransfer(L_UCHAR nID, L_INT nIndex, L_TCHAR* pszTransfer, L_UINT32 SizeInWords) const {
  CopyText(m_pState->object->transfer_syntax(nID, nIndex), pszTransfer, SizeInWords);
}

L_INT LDicomAssociate::SetTransfer(L_UCHAR nID, L_INT nIndex, const L_TCHAR* pszUID) {
  if (pszUID == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->set_transfer_syntax(nID, nIndex, Bytes(pszUID));
}

L_INT LDicomAssociate::AddTransfer(L_UCHAR nID, const L_TCHAR* pszUID) {
  if (pszUID == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->add_transfer_syntax(nID, Bytes(pszUID));
}

L_VOID LDicomAssociate::DelTransfer(L_UCHAR nID, L_INT nIndex) {
  m_pState->object->remove_transfer_syntax(nID, nIndex);
}

L_BOOL LDicomAssociate::IsRoleSelect(L_UCHAR nID) const {
  std::uint8_t scu = 0;
  std::uint8_t scp = 0;
  return Bool(m_pState->object->role_selection(nID, scu, scp));
}

L_UCHAR LDicomAssociate::GetUserRole(L_UCHAR nID) const {
  std::uint8_t scu = 0;
  std::uint8_t scp = 0;
  m_pState->object->role_selection(nID, scu, scp);
  return scu;
}

L_UCHAR LDicomAssociate::GetProviderRole(L_UCHAR nID) const {
  std::uint8_t scu = 0;
  std::uint8_t scp = 0;
  m_pState->object->role_selection(nID, scu, scp);
  return scp;
}

L_INT LDicomAssociate::SetRoleSelect(L_UCHAR nID, L_BOOL bEnabled, L_UCHAR nUser, L_UCHAR nProvider) {
  return m_pState->object->set_role_selection(nID, bEnabled != L_FALSE, nUser, nProvider);
}

L_UINT32 LDicomAssociate::GetLengthExtended(L_UCHAR nID) const {
  return static_cast<L_UINT32>(m_pState->object->extended_negotiation(nID).size());
}

L_UCHAR* LDicomAssociate::GetExtended(L_UCHAR nID) {
  return Pointer(m_pState->object->extended_negotiation_mut(nID));
}

L_INT LDicomAssociate::SetExtended(L_UCHAR nID, const L_UCHAR* pData, L_UINT32 nLength) {
  if (pData == nullptr && nLength != 0)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->set_extended_negotiation(nID, Bytes(pData, nLength));
}

L_BOOL LDicomAssociate::IsMaxLength() const {
  std::uint32_t length = 0;
  return Bool(m_pState->object->maximum_length(length));
}

L_UINT32 LDicomAssociate::GetMaxLength() const {
  std::uint32_t length = 0;
  m_pState->object->maximum_length(length);
  return length;
}

L_INT LDicomAssociate::SetMaxLength(L_BOOL bEnabled, L_UINT32 nLength) {
  return m_pState->object->set_maximum_length(bEnabled != L_FALSE, nLength);
}

L_BOOL LDicomAssociate::IsImplementClass() const {
  return Bool(m_pState->object->has_implementation_class());
}

L_VOID LDicomAssociate::GetImplementClass(L_TCHAR* pszClass, L_UINT32 SizeInWords) const {
  CopyText(m_pState->object->implementation_class(), pszClass, SizeInWords);
}

L_INT LDicomAssociate::SetImplementClass(L_BOOL bEnabled, const L_TCHAR* pszUID) {
  if (bEnabled && pszUID == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->set_implementation_class(bEnabled != L_FALSE, Bytes(pszUID));
}

L_BOOL LDicomAssociate::IsImplementVersion() const {
  return Bool(m_pState->object->has_implementation_version());
}

L_VOID LDicomAssociate::GetImplementVersion(L_TCHAR* pszVersion, L_UINT32 SizeInWords) const {
  CopyText(m_pState->object->implementation_version(), pszVersion, SizeInWords);
}

L_INT LDicomAssociate::SetImplementVersion(L_BOOL bEnabled, const L_TCHAR* pszVersion) {
  if (bEnabled && pszVersion == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->set_implementation_version(bEnabled != L_FALSE, Bytes(pszVersion));
}

L_BOOL LDicomAssociate::IsAsyncOperations() const {
  std::uint16_t invoked = 0;
  std::uint16_t performed = 0;
  return Bool(m_pState->object->asynchronous_operations(invoked, performed));
}

L_UINT16 LDicomAssociate::GetInvokedOperations() const {
  std::uint16_t invoked = 0;
  std::uint16_t performed = 0;
  m_pState->object->asynchronous_operations(invoked, performed);
  return invoked;
}

L_UINT16 LDicomAssociate::GetPerformedOperations() const {
  std::uint16_t invoked = 0;
  std::uint16_t performed = 0;
  m_pState->object->asynchronous_operations(invoked, performed);
  return performed;
}

L_INT LDicomAssociate::SetAsyncOperations(L_BOOL bEnabled, L_UINT16 nInvoked, L_UINT16 nPerformed) {
  m_pState->object->set_asynchronous_operations(bEnabled != L_FALSE, nInvoked, nPerformed);
  return DICOM_SUCCESS;
}

L_INT LDicomAssociate::SetUserIdentity(L_UCHAR nType, L_BOOL bResponse, const L_UCHAR* pPrimary,
                                       L_UINT16 nPrimaryLength, const L_UCHAR* pSecondary, L_UINT16 nSecondaryLength) {
  if (pPrimary == nullptr && nPrimaryLength != 0)
    return DICOM_ERROR_NULL_PTR;
  if (pSecondary == nullptr && nSecondaryLength != 0)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->set_user_identity(nType, bResponse != L_FALSE, Bytes(pPrimary, nPrimaryLength),
                                             Bytes(pSecondary, nSecondaryLength));
}

L_UCHAR LDicomAssociate::GetUserIdentity(L_BOOL* pbResponse, L_UCHAR** ppPrimary, L_UINT16* pnPrimaryLength,
                                         L_UCHAR** ppSecondary, L_UINT16* pnSecondaryLength) {
  const ldicomnet::detail::UserIdentityView identity = m_pState->object->user_identity();
  const auto give = [](ByteSlice bytes, L_UCHAR** pointer, L_UINT16* length) {
    if (pointer != nullptr)
      *pointer = bytes.empty() ? nullptr : const_cast<L_UCHAR*>(bytes.data());
    if (length != nullptr)
      *length = static_cast<L_UINT16>(bytes.size());
  };
  if (pbResponse != nullptr)
    *pbResponse = Bool(identity.response_requested);
  give(identity.primary, ppPrimary, pnPrimaryLength);
  give(identity.secondary, ppSecondary, pnSecondaryLength);
  return identity.kind;
}

L_INT LDicomAssociate::SetUserIdentityResponse(L_BOOL bEnabled, const L_UCHAR* pResponse, L_UINT16 nLength) {
  if (pResponse == nullptr && nLength != 0)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->set_user_identity_response(bEnabled != L_FALSE, Bytes(pResponse, nLength));
}

L_BOOL LDicomAssociate::GetUserIdentityResponse(L_UCHAR** ppResponse, L_UINT16* pnLength) {
  const ldicomnet::detail::UserIdentityResponseView response = m_pState->object->user_identity_response();
  if (ppResponse != nullptr) {
    *ppResponse = response.bytes.empty() ? nullptr : const_cast<L_UCHAR*>(response.bytes.data());
  }
  if (pnLength != nullptr)
    *pnLength = static_cast<L_UINT16>(response.bytes.size());
  return Bool(response.is_present);
}

L_INT LDicomAssociate::GetUserInfoCount() const {
  return m_pState->object->user_item_count();
}

L_UCHAR LDicomAssociate::GetTypeUserInfo(L_INT nIndex) const {
  return m_pState->object->user_item_type(nIndex);
}

L_UINT16 LDicomAssociate::GetLengthUserInfo(L_INT nIndex) const {
  return static_cast<L_UINT16>(m_pState->object->user_item(nIndex).size());
}

L_UCHAR* LDicomAssociate::GetDataUserInfo(L_INT nIndex) {
  return Pointer(m_pState->object->user_item_mut(nIndex));
}

L_INT LDicomAssociate::SetUserInfo(L_INT nIndex, L_UCHAR nType, const L_UCHAR* pData, L_UINT16 nLength) {
  if (pData == nullptr && nLength != 0)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->set_user_item(nIndex, nType, Bytes(pData, nLength));
}

L_INT LDicomAssociate::AddUserInfo(L_UCHAR nType, const L_UCHAR* pData, L_UINT16 nLength) {
  if (pData == nullptr && nLength != 0)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->object->add_user_item(nType, Bytes(pData, nLength));
}

L_VOID LDicomAssociate::DelUserInfo(L_INT nIndex) {
  m_pState->object->remove_user_item(nIndex);
}
