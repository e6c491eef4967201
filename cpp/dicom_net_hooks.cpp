// What LDicomNet's hooks do when they are not overridden: they call the callback that SetCallback or SetCallbackExt has
// set. Without one they do nothing, or leave the answer to the core, so that no peer is left waiting; it gives the
// answer after the hook has returned, and only if the hook has not answered.
//
// Nothing of the object is touched once a callback has been called: the callback may have destroyed it.

#include <atomic>

#include "dicom_net_impl.h"
#include "ldicomnet/dicom_net.h"
#include "net_callbacks.h"

using ldicomnet::detail::CallbackFrame;
using ldicomnet::detail::Callbacks;
using ldicomnet::detail::NetState;

namespace {

// Calls the callback with the hook's arguments, handles in the place of objects. False when there is none.
template <class Table, class Function, class... Arguments>
bool Forward(const NetState& state, Function Table::*member, Arguments... arguments) {
  const Callbacks* const callbacks = state.callbacks.load(std::memory_order_acquire);
  if (callbacks == nullptr)
    return false;
  const Callbacks::Target<Function> target = callbacks->Pick(member);
  if (target.function == nullptr)
    return false;
  const HDICOMNET handle = callbacks->handle();
  CallbackFrame frame(&state);
  target.function(handle, frame.Hand(arguments)..., target.user_data);
  return true;
}

// The same for a hook about a request: without a callback the core answers.
template <class Table, class Function, class... Arguments>
void ForwardOrAnswer(const NetState& state, Function Table::*member, Arguments... arguments) {
  if (!Forward(state, member, arguments...))
    state.net->answer_by_default();
}

// The same for a hook that returns an answer.
template <class Table, class Function, class... Arguments>
L_INT Ask(const NetState& state, L_INT otherwise, Function Table::*member, Arguments... arguments) {
  const Callbacks* const callbacks = state.callbacks.load(std::memory_order_acquire);
  if (callbacks == nullptr)
    return otherwise;
  const Callbacks::Target<Function> target = callbacks->Pick(member);
  if (target.function == nullptr)
    return otherwise;
  const HDICOMNET handle = callbacks->handle();
  CallbackFrame frame(&state);
  return target.function(handle, frame.Hand(arguments)..., target.user_data);
}

}  // namespace

// ---- Connection ----------------------------------------------------------------------------------

L_VOID LDicomNet::OnConnect(L_INT nError) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnConnect, nError);
}

L_VOID LDicomNet::OnAccept(L_INT nError) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnAccept, nError);
}

L_VOID LDicomNet::OnClose(L_INT nError, LDicomNet*) {
  if (m_pState->callbacks.load(std::memory_order_acquire) == nullptr)
    return;
  // The connection may be going at this moment: its handle comes from the sinks, which outlive it.
  Forward(*m_pState, &DICOMNETCALLBACK::pfnClose, nError, m_pState->sink->ClosedHandle());
}

L_VOID LDicomNet::OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceive, nError, nType, pBuffer, nBytes);
}

L_VOID LDicomNet::OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnSend, nError, nType, nBytes);
}

L_VOID LDicomNet::OnSendExt(pDICOMNETDEBUGINFOONSEND pInfo) {
  Forward(*m_pState, &DICOMNETCALLBACKEXT::pfnSendExt, pInfo);
}

L_VOID LDicomNet::OnBeforeSendCommandSet(LDicomDS* pCS) {
  Forward(*m_pState, &DICOMNETCALLBACKEXT::pfnBeforeSendCommandSet, pCS);
}

// ---- Association ---------------------------------------------------------------------------------

L_VOID LDicomNet::OnReceiveAssociateRequest(LDicomAssociate* pPDU) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveAssociateRequest, pPDU);
}

L_VOID LDicomNet::OnReceiveAssociateAccept(LDicomAssociate* pPDU) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveAssociateAccept, pPDU);
}

L_VOID LDicomNet::OnReceiveAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveAssociateReject, nResult, nSource, nReason);
}

L_VOID LDicomNet::OnReceiveReleaseRequest() {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveReleaseRequest);
}

L_VOID LDicomNet::OnReceiveReleaseResponse() {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveReleaseResponse);
}

L_VOID LDicomNet::OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveAbort, nSource, nReason);
}

// ---- Messages ------------------------------------------------------------------------------------

L_VOID LDicomNet::OnReceiveData(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveData, nPresentationID, pCS, pDS);
}

L_VOID LDicomNet::OnReceiveUnknown(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveUnknown, nPresentationID, pCS, pDS);
}

L_VOID LDicomNet::OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance, L_UINT16 nPriority, L_TCHAR* pszMoveAE,
                                         L_UINT16 nMoveMessageID, LDicomDS* pDS) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveCStoreRequest, nPresentationID, nMessageID, pszClass,
                  pszInstance, nPriority, pszMoveAE, nMoveMessageID, pDS);
}

L_VOID LDicomNet::OnReceiveCStoreResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nStatus) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveCStoreResponse, nPresentationID, nMessageID, pszClass, pszInstance,
          nStatus);
}

L_VOID LDicomNet::OnReceiveCFindRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_UINT16 nPriority, LDicomDS* pDS) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveCFindRequest, nPresentationID, nMessageID, pszClass,
                  nPriority, pDS);
}

L_VOID LDicomNet::OnReceiveCFindResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_UINT16 nStatus, LDicomDS* pDS) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveCFindResponse, nPresentationID, nMessageID, pszClass, nStatus, pDS);
}

L_VOID LDicomNet::OnReceiveCGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_UINT16 nPriority, LDicomDS* pDS) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveCGetRequest, nPresentationID, nMessageID, pszClass, nPriority,
                  pDS);
}

L_VOID LDicomNet::OnReceiveCGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_UINT16 nStatus, L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed,
                                        L_UINT16 nWarning, LDicomDS* pDS) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveCGetResponse, nPresentationID, nMessageID, pszClass, nStatus,
          nRemaining, nCompleted, nFailed, nWarning, pDS);
}

L_VOID LDicomNet::OnReceiveCMoveRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_UINT16 nPriority, L_TCHAR* pszMoveAE, LDicomDS* pDS) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveCMoveRequest, nPresentationID, nMessageID, pszClass,
                  nPriority, pszMoveAE, pDS);
}

L_VOID LDicomNet::OnReceiveCMoveResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_UINT16 nStatus, L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed,
                                         L_UINT16 nWarning, LDicomDS* pDS) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveCMoveResponse, nPresentationID, nMessageID, pszClass, nStatus,
          nRemaining, nCompleted, nFailed, nWarning, pDS);
}

// C-CANCEL is the one request that is not answered itself: what it cancels ends with a status of its own
// (PS3.7 9.3.2.3).
L_VOID LDicomNet::OnReceiveCCancelRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveCCancelRequest, nPresentationID, nMessageID);
}

L_VOID LDicomNet::OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveCEchoRequest, nPresentationID, nMessageID, pszClass);
}

L_VOID LDicomNet::OnReceiveCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_UINT16 nStatus) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveCEchoResponse, nPresentationID, nMessageID, pszClass, nStatus);
}

L_VOID LDicomNet::OnReceiveNReportRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nEvent, LDicomDS* pDS) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveNReportRequest, nPresentationID, nMessageID, pszClass,
                  pszInstance, nEvent, pDS);
}

L_VOID LDicomNet::OnReceiveNReportResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                           L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nEvent, LDicomDS* pDS) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveNReportResponse, nPresentationID, nMessageID, pszClass, pszInstance,
          nStatus, nEvent, pDS);
}

L_VOID LDicomNet::OnReceiveNGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_TCHAR* pszInstance, L_UINT32* pnAttribute, L_UINT16 nCount) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveNGetRequest, nPresentationID, nMessageID, pszClass,
                  pszInstance, pnAttribute, nCount);
}

L_VOID LDicomNet::OnReceiveNGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveNGetResponse, nPresentationID, nMessageID, pszClass, pszInstance,
          nStatus, pDS);
}

L_VOID LDicomNet::OnReceiveNSetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_TCHAR* pszInstance, LDicomDS* pDS) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveNSetRequest, nPresentationID, nMessageID, pszClass,
                  pszInstance, pDS);
}

L_VOID LDicomNet::OnReceiveNSetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveNSetResponse, nPresentationID, nMessageID, pszClass, pszInstance,
          nStatus, pDS);
}

L_VOID LDicomNet::OnReceiveNActionRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nAction, LDicomDS* pDS) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveNActionRequest, nPresentationID, nMessageID, pszClass,
                  pszInstance, nAction, pDS);
}

L_VOID LDicomNet::OnReceiveNActionResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                           L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nAction, LDicomDS* pDS) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveNActionResponse, nPresentationID, nMessageID, pszClass, pszInstance,
          nStatus, nAction, pDS);
}

L_VOID LDicomNet::OnReceiveNCreateRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, LDicomDS* pDS) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveNCreateRequest, nPresentationID, nMessageID, pszClass,
                  pszInstance, pDS);
}

L_VOID LDicomNet::OnReceiveNCreateResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                           L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveNCreateResponse, nPresentationID, nMessageID, pszClass, pszInstance,
          nStatus, pDS);
}

L_VOID LDicomNet::OnReceiveNDeleteRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance) {
  ForwardOrAnswer(*m_pState, &DICOMNETCALLBACK::pfnReceiveNDeleteRequest, nPresentationID, nMessageID, pszClass,
                  pszInstance);
}

L_VOID LDicomNet::OnReceiveNDeleteResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                           L_TCHAR* pszInstance, L_UINT16 nStatus) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnReceiveNDeleteResponse, nPresentationID, nMessageID, pszClass, pszInstance,
          nStatus);
}

// ---- Secure connections, and the condition -------------------------------------------------------

L_VOID LDicomNet::OnSecureLinkReady(L_UINT32 nError) {
  Forward(*m_pState, &DICOMNETCALLBACK::pfnOnSecureLinkReady, nError);
}

L_INT LDicomNet::OnPrivateKeyPassword(L_TCHAR* pszPassword, L_INT nSize, L_INT nFlag) {
  return Ask(*m_pState, 0, &DICOMNETCALLBACKEXT::pfnPrivateKeyPassword, pszPassword, nSize, nFlag);
}

L_INT LDicomNet::OnVerify(L_INT ok, L_TCHAR* pszCertificateString, L_INT nError, L_TCHAR* pszErrorString) {
  return Ask(*m_pState, ok, &DICOMNETCALLBACKEXT::pfnVerify, ok, pszCertificateString, nError, pszErrorString);
}

L_VOID LDicomNet::OnCreateCTX(L_SSL_CTX*) {}

L_INT LDicomNet::OnCondition(const DICOMCONNECTIONINFO* pInfo) {
  return Ask(*m_pState, DICOM_CONDITION_ACCEPT, &DICOMNETCALLBACKEXT::pfnCondition, pInfo);
}

L_INT LDicomNet::OnStoreBegin(const DICOMSTOREINFO* pInfo, L_TCHAR* pszPath, L_UINT32 nSize) {
  return Ask(*m_pState, COMMAND_STATUS_SUCCESS, &DICOMNETCALLBACKEXT::pfnStoreBegin, pInfo, pszPath, nSize);
}
