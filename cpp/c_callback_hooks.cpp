// The hooks of CallbackNet: each goes to its callback, or to its default.

#include "c_callback_frame.h"
#include "c_callback_net.h"

namespace ldicomnet::detail {

template <class Function>
CallbackNet::Target<Function> CallbackNet::Pick(Function DICOMNETCALLBACK::*member) const {
  const std::lock_guard<std::mutex> lock(callbacks_mutex_);
  return {callbacks_.*member, callbacks_.pUserData};
}

template <class Function>
CallbackNet::Target<Function> CallbackNet::Pick(Function DICOMNETCALLBACKEXT::*member) const {
  const std::lock_guard<std::mutex> lock(callbacks_mutex_);
  return {callbacks_ext_.*member, callbacks_ext_.pUserData};
}

// In both: nothing of the object is touched once the callback has been called.

template <class Table, class Function, class... Arguments>
bool CallbackNet::Forward(Function Table::*member, Arguments... arguments) {
  const Target<Function> target = Pick(member);
  if (target.function == nullptr)
    return false;
  Frame frame(this);
  target.function(handle_, frame.Hand(arguments)..., target.user_data);
  return true;
}

template <class Table, class Function, class... Arguments>
std::optional<L_INT> CallbackNet::Ask(Function Table::*member, Arguments... arguments) {
  const Target<Function> target = Pick(member);
  if (target.function == nullptr)
    return std::nullopt;
  Frame frame(this);
  return target.function(handle_, frame.Hand(arguments)..., target.user_data);
}

L_VOID CallbackNet::OnConnect(L_INT nError) {
  if (!Forward(&DICOMNETCALLBACK::pfnConnect, nError))
    LDicomNet::OnConnect(nError);
}

L_VOID CallbackNet::OnAccept(L_INT nError) {
  if (!Forward(&DICOMNETCALLBACK::pfnAccept, nError))
    LDicomNet::OnAccept(nError);
}

L_VOID CallbackNet::OnClose(L_INT nError, LDicomNet* pNet) {
  if (!Forward(&DICOMNETCALLBACK::pfnClose, nError, HandleOf(pNet)))
    LDicomNet::OnClose(nError, pNet);
}

L_VOID CallbackNet::OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceive, nError, nType, pBuffer, nBytes))
    LDicomNet::OnReceive(nError, nType, pBuffer, nBytes);
}

L_VOID CallbackNet::OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes) {
  if (!Forward(&DICOMNETCALLBACK::pfnSend, nError, nType, nBytes))
    LDicomNet::OnSend(nError, nType, nBytes);
}

L_VOID CallbackNet::OnSendExt(pDICOMNETDEBUGINFOONSEND pInfo) {
  if (!Forward(&DICOMNETCALLBACKEXT::pfnSendExt, pInfo))
    LDicomNet::OnSendExt(pInfo);
}

L_VOID CallbackNet::OnBeforeSendCommandSet(LDicomDS* pCS) {
  if (!Forward(&DICOMNETCALLBACKEXT::pfnBeforeSendCommandSet, pCS))
    LDicomNet::OnBeforeSendCommandSet(pCS);
}

L_VOID CallbackNet::OnReceiveAssociateRequest(LDicomAssociate* pPDU) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveAssociateRequest, pPDU))
    LDicomNet::OnReceiveAssociateRequest(pPDU);
}

L_VOID CallbackNet::OnReceiveAssociateAccept(LDicomAssociate* pPDU) {
  ForgetAssociate();
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveAssociateAccept, pPDU))
    LDicomNet::OnReceiveAssociateAccept(pPDU);
}

L_VOID CallbackNet::OnReceiveAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveAssociateReject, nResult, nSource, nReason))
    LDicomNet::OnReceiveAssociateReject(nResult, nSource, nReason);
}

L_VOID CallbackNet::OnReceiveReleaseRequest() {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveReleaseRequest))
    LDicomNet::OnReceiveReleaseRequest();
}

L_VOID CallbackNet::OnReceiveReleaseResponse() {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveReleaseResponse))
    LDicomNet::OnReceiveReleaseResponse();
}

L_VOID CallbackNet::OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveAbort, nSource, nReason))
    LDicomNet::OnReceiveAbort(nSource, nReason);
}

L_VOID CallbackNet::OnReceiveData(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveData, nPresentationID, pCS, pDS))
    LDicomNet::OnReceiveData(nPresentationID, pCS, pDS);
}

L_VOID CallbackNet::OnReceiveUnknown(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveUnknown, nPresentationID, pCS, pDS))
    LDicomNet::OnReceiveUnknown(nPresentationID, pCS, pDS);
}

L_VOID CallbackNet::OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                           L_TCHAR* pszInstance, L_UINT16 nPriority, L_TCHAR* pszMoveAE,
                                           L_UINT16 nMoveMessageID, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveCStoreRequest, nPresentationID, nMessageID, pszClass, pszInstance,
               nPriority, pszMoveAE, nMoveMessageID, pDS))
    LDicomNet::OnReceiveCStoreRequest(nPresentationID, nMessageID, pszClass, pszInstance, nPriority, pszMoveAE,
                                      nMoveMessageID, pDS);
}

L_VOID CallbackNet::OnReceiveCStoreResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                            L_TCHAR* pszInstance, L_UINT16 nStatus) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveCStoreResponse, nPresentationID, nMessageID, pszClass, pszInstance,
               nStatus))
    LDicomNet::OnReceiveCStoreResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus);
}

L_VOID CallbackNet::OnReceiveCFindRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_UINT16 nPriority, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveCFindRequest, nPresentationID, nMessageID, pszClass, nPriority, pDS))
    LDicomNet::OnReceiveCFindRequest(nPresentationID, nMessageID, pszClass, nPriority, pDS);
}

L_VOID CallbackNet::OnReceiveCFindResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                           L_UINT16 nStatus, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveCFindResponse, nPresentationID, nMessageID, pszClass, nStatus, pDS))
    LDicomNet::OnReceiveCFindResponse(nPresentationID, nMessageID, pszClass, nStatus, pDS);
}

L_VOID CallbackNet::OnReceiveCGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_UINT16 nPriority, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveCGetRequest, nPresentationID, nMessageID, pszClass, nPriority, pDS))
    LDicomNet::OnReceiveCGetRequest(nPresentationID, nMessageID, pszClass, nPriority, pDS);
}

L_VOID CallbackNet::OnReceiveCGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_UINT16 nStatus, L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed,
                                          L_UINT16 nWarning, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveCGetResponse, nPresentationID, nMessageID, pszClass, nStatus, nRemaining,
               nCompleted, nFailed, nWarning, pDS))
    LDicomNet::OnReceiveCGetResponse(nPresentationID, nMessageID, pszClass, nStatus, nRemaining, nCompleted, nFailed,
                                     nWarning, pDS);
}

L_VOID CallbackNet::OnReceiveCMoveRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_UINT16 nPriority, L_TCHAR* pszMoveAE, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveCMoveRequest, nPresentationID, nMessageID, pszClass, nPriority, pszMoveAE,
               pDS))
    LDicomNet::OnReceiveCMoveRequest(nPresentationID, nMessageID, pszClass, nPriority, pszMoveAE, pDS);
}

L_VOID CallbackNet::OnReceiveCMoveResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                           L_UINT16 nStatus, L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed,
                                           L_UINT16 nWarning, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveCMoveResponse, nPresentationID, nMessageID, pszClass, nStatus, nRemaining,
               nCompleted, nFailed, nWarning, pDS))
    LDicomNet::OnReceiveCMoveResponse(nPresentationID, nMessageID, pszClass, nStatus, nRemaining, nCompleted, nFailed,
                                      nWarning, pDS);
}

L_VOID CallbackNet::OnReceiveCCancelRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveCCancelRequest, nPresentationID, nMessageID))
    LDicomNet::OnReceiveCCancelRequest(nPresentationID, nMessageID);
}

L_VOID CallbackNet::OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveCEchoRequest, nPresentationID, nMessageID, pszClass))
    LDicomNet::OnReceiveCEchoRequest(nPresentationID, nMessageID, pszClass);
}

L_VOID CallbackNet::OnReceiveCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                           L_UINT16 nStatus) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveCEchoResponse, nPresentationID, nMessageID, pszClass, nStatus))
    LDicomNet::OnReceiveCEchoResponse(nPresentationID, nMessageID, pszClass, nStatus);
}

L_VOID CallbackNet::OnReceiveNReportRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                            L_TCHAR* pszInstance, L_UINT16 nEvent, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveNReportRequest, nPresentationID, nMessageID, pszClass, pszInstance, nEvent,
               pDS))
    LDicomNet::OnReceiveNReportRequest(nPresentationID, nMessageID, pszClass, pszInstance, nEvent, pDS);
}

L_VOID CallbackNet::OnReceiveNReportResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                             L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nEvent, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveNReportResponse, nPresentationID, nMessageID, pszClass, pszInstance,
               nStatus, nEvent, pDS))
    LDicomNet::OnReceiveNReportResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus, nEvent, pDS);
}

L_VOID CallbackNet::OnReceiveNGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance, L_UINT32* pnAttribute, L_UINT16 nCount) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveNGetRequest, nPresentationID, nMessageID, pszClass, pszInstance,
               pnAttribute, nCount))
    LDicomNet::OnReceiveNGetRequest(nPresentationID, nMessageID, pszClass, pszInstance, pnAttribute, nCount);
}

L_VOID CallbackNet::OnReceiveNGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveNGetResponse, nPresentationID, nMessageID, pszClass, pszInstance, nStatus,
               pDS))
    LDicomNet::OnReceiveNGetResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus, pDS);
}

L_VOID CallbackNet::OnReceiveNSetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveNSetRequest, nPresentationID, nMessageID, pszClass, pszInstance, pDS))
    LDicomNet::OnReceiveNSetRequest(nPresentationID, nMessageID, pszClass, pszInstance, pDS);
}

L_VOID CallbackNet::OnReceiveNSetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveNSetResponse, nPresentationID, nMessageID, pszClass, pszInstance, nStatus,
               pDS))
    LDicomNet::OnReceiveNSetResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus, pDS);
}

L_VOID CallbackNet::OnReceiveNActionRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                            L_TCHAR* pszInstance, L_UINT16 nAction, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveNActionRequest, nPresentationID, nMessageID, pszClass, pszInstance, nAction,
               pDS))
    LDicomNet::OnReceiveNActionRequest(nPresentationID, nMessageID, pszClass, pszInstance, nAction, pDS);
}

L_VOID CallbackNet::OnReceiveNActionResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                             L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nAction, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveNActionResponse, nPresentationID, nMessageID, pszClass, pszInstance,
               nStatus, nAction, pDS))
    LDicomNet::OnReceiveNActionResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus, nAction, pDS);
}

L_VOID CallbackNet::OnReceiveNCreateRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                            L_TCHAR* pszInstance, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveNCreateRequest, nPresentationID, nMessageID, pszClass, pszInstance, pDS))
    LDicomNet::OnReceiveNCreateRequest(nPresentationID, nMessageID, pszClass, pszInstance, pDS);
}

L_VOID CallbackNet::OnReceiveNCreateResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                             L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveNCreateResponse, nPresentationID, nMessageID, pszClass, pszInstance,
               nStatus, pDS))
    LDicomNet::OnReceiveNCreateResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus, pDS);
}

L_VOID CallbackNet::OnReceiveNDeleteRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                            L_TCHAR* pszInstance) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveNDeleteRequest, nPresentationID, nMessageID, pszClass, pszInstance))
    LDicomNet::OnReceiveNDeleteRequest(nPresentationID, nMessageID, pszClass, pszInstance);
}

L_VOID CallbackNet::OnReceiveNDeleteResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                             L_TCHAR* pszInstance, L_UINT16 nStatus) {
  if (!Forward(&DICOMNETCALLBACK::pfnReceiveNDeleteResponse, nPresentationID, nMessageID, pszClass, pszInstance,
               nStatus))
    LDicomNet::OnReceiveNDeleteResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus);
}

L_VOID CallbackNet::OnSecureLinkReady(L_UINT32 nError) {
  if (!Forward(&DICOMNETCALLBACK::pfnOnSecureLinkReady, nError))
    LDicomNet::OnSecureLinkReady(nError);
}

L_INT CallbackNet::OnPrivateKeyPassword(L_TCHAR* pszPassword, L_INT nSize, L_INT nFlag) {
  const std::optional<L_INT> answer = Ask(&DICOMNETCALLBACKEXT::pfnPrivateKeyPassword, pszPassword, nSize, nFlag);
  return answer ? *answer : LDicomNet::OnPrivateKeyPassword(pszPassword, nSize, nFlag);
}

L_INT CallbackNet::OnVerify(L_INT ok, L_TCHAR* pszCertificateString, L_INT nError, L_TCHAR* pszErrorString) {
  const std::optional<L_INT> answer =
      Ask(&DICOMNETCALLBACKEXT::pfnVerify, ok, pszCertificateString, nError, pszErrorString);
  return answer ? *answer : LDicomNet::OnVerify(ok, pszCertificateString, nError, pszErrorString);
}

L_INT CallbackNet::OnCondition(const DICOMCONNECTIONINFO* pInfo) {
  const std::optional<L_INT> answer = Ask(&DICOMNETCALLBACKEXT::pfnCondition, pInfo);
  return answer ? *answer : LDicomNet::OnCondition(pInfo);
}

}  // namespace ldicomnet::detail
