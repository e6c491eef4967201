// What LDicomNet's hooks do when they are not overridden: nothing, or the answer that leaves no peer waiting.
//
// The answer itself is the core's, which gives it after the hook has returned, and only if the hook has not answered.

#include "dicom_net_impl.h"
#include "ldicomnet/dicom_net.h"

L_VOID LDicomNet::OnConnect(L_INT) {}
L_VOID LDicomNet::OnAccept(L_INT) {}
L_VOID LDicomNet::OnClose(L_INT, LDicomNet*) {}
L_VOID LDicomNet::OnReceive(L_INT, L_UCHAR, L_UCHAR*, L_UINT32) {}
L_VOID LDicomNet::OnSend(L_INT, L_UCHAR, L_UINT32) {}
L_VOID LDicomNet::OnSendExt(pDICOMNETDEBUGINFOONSEND) {}
L_VOID LDicomNet::OnBeforeSendCommandSet(LDicomDS*) {}

// ---- Association ----------------------------------------------------------------------------------

L_VOID LDicomNet::OnReceiveAssociateRequest(LDicomAssociate*) {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveAssociateAccept(LDicomAssociate*) {}
L_VOID LDicomNet::OnReceiveAssociateReject(L_UCHAR, L_UCHAR, L_UCHAR) {}
L_VOID LDicomNet::OnReceiveReleaseRequest() {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveReleaseResponse() {}
L_VOID LDicomNet::OnReceiveAbort(L_UCHAR, L_UCHAR) {}

// ---- Messages -------------------------------------------------------------------------------------

L_VOID LDicomNet::OnReceiveData(L_UCHAR, LDicomDS*, LDicomDS*) {}
L_VOID LDicomNet::OnReceiveUnknown(L_UCHAR, LDicomDS*, LDicomDS*) {
  m_pState->net->answer_by_default();
}

L_VOID LDicomNet::OnReceiveCStoreRequest(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, L_UINT16, L_TCHAR*, L_UINT16,
                                         LDicomDS*) {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveCStoreResponse(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, L_UINT16) {}
L_VOID LDicomNet::OnReceiveCFindRequest(L_UCHAR, L_UINT16, L_TCHAR*, L_UINT16, LDicomDS*) {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveCFindResponse(L_UCHAR, L_UINT16, L_TCHAR*, L_UINT16, LDicomDS*) {}
L_VOID LDicomNet::OnReceiveCGetRequest(L_UCHAR, L_UINT16, L_TCHAR*, L_UINT16, LDicomDS*) {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveCGetResponse(L_UCHAR, L_UINT16, L_TCHAR*, L_UINT16, L_UINT16, L_UINT16, L_UINT16, L_UINT16,
                                        LDicomDS*) {}
L_VOID LDicomNet::OnReceiveCMoveRequest(L_UCHAR, L_UINT16, L_TCHAR*, L_UINT16, L_TCHAR*, LDicomDS*) {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveCMoveResponse(L_UCHAR, L_UINT16, L_TCHAR*, L_UINT16, L_UINT16, L_UINT16, L_UINT16, L_UINT16,
                                         LDicomDS*) {}
// C-CANCEL is the one request that is not answered itself: what it cancels ends with a status of its own
// (PS3.7 9.3.2.3).
L_VOID LDicomNet::OnReceiveCCancelRequest(L_UCHAR, L_UINT16) {}
L_VOID LDicomNet::OnReceiveCEchoRequest(L_UCHAR, L_UINT16, L_TCHAR*) {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveCEchoResponse(L_UCHAR, L_UINT16, L_TCHAR*, L_UINT16) {}

L_VOID LDicomNet::OnReceiveNReportRequest(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, L_UINT16, LDicomDS*) {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveNReportResponse(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, L_UINT16, L_UINT16, LDicomDS*) {}
L_VOID LDicomNet::OnReceiveNGetRequest(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, L_UINT32*, L_UINT16) {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveNGetResponse(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, L_UINT16, LDicomDS*) {}
L_VOID LDicomNet::OnReceiveNSetRequest(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, LDicomDS*) {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveNSetResponse(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, L_UINT16, LDicomDS*) {}
L_VOID LDicomNet::OnReceiveNActionRequest(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, L_UINT16, LDicomDS*) {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveNActionResponse(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, L_UINT16, L_UINT16, LDicomDS*) {}
L_VOID LDicomNet::OnReceiveNCreateRequest(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, LDicomDS*) {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveNCreateResponse(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, L_UINT16, LDicomDS*) {}
L_VOID LDicomNet::OnReceiveNDeleteRequest(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*) {
  m_pState->net->answer_by_default();
}
L_VOID LDicomNet::OnReceiveNDeleteResponse(L_UCHAR, L_UINT16, L_TCHAR*, L_TCHAR*, L_UINT16) {}

// ---- Secure connections, and the condition ----------------------------------------------------------

L_VOID LDicomNet::OnSecureLinkReady(L_UINT32) {}
L_INT LDicomNet::OnPrivateKeyPassword(L_TCHAR*, L_INT, L_INT) {
  return 0;
}
L_INT LDicomNet::OnVerify(L_INT ok, L_TCHAR*, L_INT, L_TCHAR*) {
  return ok;
}
L_VOID LDicomNet::OnCreateCTX(L_SSL_CTX*) {}
L_INT LDicomNet::OnCondition(const DICOMCONNECTIONINFO*) {
  return DICOM_CONDITION_ACCEPT;
}
