// LDicomNet's senders of messages: SendData, and one for each request and response of PS3.7 9.3 and 10.3.
//
// Each says what its message is made of; the core checks it and puts the command set together. A sender must not touch
// the object after it has handed its message on: OnBeforeSendCommandSet, which runs inside, may destroy it.

#include "dicom_ds_impl.h"
#include "dicom_net_impl.h"
#include "ldicomnet/dicom_net.h"
#include "text.h"

using ldicomnet::detail::Bytes;
using ldicomnet::detail::DataSetAccess;
using ldicomnet::detail::DimseView;
using ldicomnet::detail::NetState;

namespace {

// One without anything in it is as NULL, which is no data set.
L_INT Send(const NetState& state, L_UCHAR context_id, const DimseView& message, const LDicomDS* data_set = nullptr) {
  const auto* const object = DataSetAccess::Object(data_set);
  return object == nullptr ? state.net->send_dimse(context_id, message)
                           : state.net->send_dimse_with(context_id, message, *object);
}

// What every message has but C-CANCEL, which has no class.
DimseView Request(L_UINT16 command, L_UINT16 message_id, const L_TCHAR* sop_class) {
  DimseView message = {};
  message.command_field = command;
  message.message_id = message_id;
  message.sop_class = Bytes(sop_class);
  return message;
}

DimseView Response(L_UINT16 command, L_UINT16 message_id, const L_TCHAR* sop_class, L_UINT16 status) {
  DimseView message = Request(static_cast<L_UINT16>(command | COMMAND_RESPONSE), message_id, sop_class);
  message.status = status;
  return message;
}

// The same for messages about an instance; NULL is none.
DimseView Request(L_UINT16 command, L_UINT16 message_id, const L_TCHAR* sop_class, const L_TCHAR* instance) {
  DimseView message = Request(command, message_id, sop_class);
  message.sop_instance = Bytes(instance);
  return message;
}

DimseView Response(L_UINT16 command, L_UINT16 message_id, const L_TCHAR* sop_class, const L_TCHAR* instance,
                   L_UINT16 status) {
  DimseView message = Response(command, message_id, sop_class, status);
  message.sop_instance = Bytes(instance);
  return message;
}

void SetSubOperations(DimseView& message, L_UINT16 remaining, L_UINT16 completed, L_UINT16 failed, L_UINT16 warning) {
  message.remaining = remaining;
  message.completed = completed;
  message.failed = failed;
  message.warning = warning;
}

}  // namespace

L_INT LDicomNet::SendData(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) {
  if (pCS == nullptr)
    return DICOM_ERROR_NULL_PTR;
  const auto* const command = DataSetAccess::State(*pCS).command();
  if (command == nullptr)
    return DICOM_ERROR_PARAMETER;
  const auto* const data_set = DataSetAccess::Object(pDS);
  return data_set == nullptr ? m_pState->net->send_message(nPresentationID, *command)
                             : m_pState->net->send_message_with(nPresentationID, *command, *data_set);
}

// ---- C-STORE, C-FIND, C-GET, C-MOVE, C-CANCEL, C-ECHO (PS3.7 9.3) ----------------------------------

L_INT LDicomNet::SendCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                   const L_TCHAR* pszInstance, L_UINT16 nPriority, const L_TCHAR* pszMoveAE,
                                   L_UINT16 nMoveMessageID, LDicomDS* pDS) {
  if (pszClass == nullptr || pszInstance == nullptr || pDS == nullptr)
    return DICOM_ERROR_NULL_PTR;
  DimseView message = Request(COMMAND_C_STORE, nMessageID, pszClass, pszInstance);
  message.priority = nPriority;
  message.move_title = Bytes(pszMoveAE);
  message.move_message_id = nMoveMessageID;
  return Send(*m_pState, nPresentationID, message, pDS);
}

L_INT LDicomNet::SendCStoreResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                    const L_TCHAR* pszInstance, L_UINT16 nStatus) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Send(*m_pState, nPresentationID, Response(COMMAND_C_STORE, nMessageID, pszClass, pszInstance, nStatus));
}

L_INT LDicomNet::SendCFindRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                  L_UINT16 nPriority, LDicomDS* pDS) {
  if (pszClass == nullptr || pDS == nullptr)
    return DICOM_ERROR_NULL_PTR;
  DimseView message = Request(COMMAND_C_FIND, nMessageID, pszClass);
  message.priority = nPriority;
  return Send(*m_pState, nPresentationID, message, pDS);
}

L_INT LDicomNet::SendCFindResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                   L_UINT16 nStatus, LDicomDS* pDS) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Send(*m_pState, nPresentationID, Response(COMMAND_C_FIND, nMessageID, pszClass, nStatus), pDS);
}

L_INT LDicomNet::SendCGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                 L_UINT16 nPriority, LDicomDS* pDS) {
  if (pszClass == nullptr || pDS == nullptr)
    return DICOM_ERROR_NULL_PTR;
  DimseView message = Request(COMMAND_C_GET, nMessageID, pszClass);
  message.priority = nPriority;
  return Send(*m_pState, nPresentationID, message, pDS);
}

L_INT LDicomNet::SendCGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                  L_UINT16 nStatus, L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed,
                                  L_UINT16 nWarning, LDicomDS* pDS) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  DimseView message = Response(COMMAND_C_GET, nMessageID, pszClass, nStatus);
  SetSubOperations(message, nRemaining, nCompleted, nFailed, nWarning);
  return Send(*m_pState, nPresentationID, message, pDS);
}

L_INT LDicomNet::SendCMoveRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                  L_UINT16 nPriority, const L_TCHAR* pszMoveAE, LDicomDS* pDS) {
  if (pszClass == nullptr || pszMoveAE == nullptr || pDS == nullptr)
    return DICOM_ERROR_NULL_PTR;
  DimseView message = Request(COMMAND_C_MOVE, nMessageID, pszClass);
  message.priority = nPriority;
  message.move_title = Bytes(pszMoveAE);
  return Send(*m_pState, nPresentationID, message, pDS);
}

L_INT LDicomNet::SendCMoveResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                   L_UINT16 nStatus, L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed,
                                   L_UINT16 nWarning, LDicomDS* pDS) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  DimseView message = Response(COMMAND_C_MOVE, nMessageID, pszClass, nStatus);
  SetSubOperations(message, nRemaining, nCompleted, nFailed, nWarning);
  return Send(*m_pState, nPresentationID, message, pDS);
}

L_INT LDicomNet::SendCCancelRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID) {
  return Send(*m_pState, nPresentationID, Request(COMMAND_C_CANCEL, nMessageID, nullptr));
}

L_INT LDicomNet::SendCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Send(*m_pState, nPresentationID, Request(COMMAND_C_ECHO, nMessageID, pszClass));
}

L_INT LDicomNet::SendCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                   L_UINT16 nStatus) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Send(*m_pState, nPresentationID, Response(COMMAND_C_ECHO, nMessageID, pszClass, nStatus));
}

// ---- N-EVENT-REPORT, N-GET, N-SET, N-ACTION, N-CREATE, N-DELETE (PS3.7 10.3) -------------------------

L_INT LDicomNet::SendNReportRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                    const L_TCHAR* pszInstance, L_UINT16 nEvent, LDicomDS* pDS) {
  if (pszClass == nullptr || pszInstance == nullptr)
    return DICOM_ERROR_NULL_PTR;
  DimseView message = Request(COMMAND_N_REPORT, nMessageID, pszClass, pszInstance);
  message.type_id = nEvent;
  return Send(*m_pState, nPresentationID, message, pDS);
}

L_INT LDicomNet::SendNReportResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                     const L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nEvent, LDicomDS* pDS) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  DimseView message = Response(COMMAND_N_REPORT, nMessageID, pszClass, pszInstance, nStatus);
  message.type_id = nEvent;
  return Send(*m_pState, nPresentationID, message, pDS);
}

L_INT LDicomNet::SendNGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                 const L_TCHAR* pszInstance, const L_UINT32* pnAttribute, L_UINT16 nCount) {
  if (pszClass == nullptr || pszInstance == nullptr || (pnAttribute == nullptr && nCount != 0))
    return DICOM_ERROR_NULL_PTR;
  DimseView message = Request(COMMAND_N_GET, nMessageID, pszClass, pszInstance);
  if (nCount != 0)
    message.attributes = rust::Slice<const std::uint32_t>(pnAttribute, nCount);
  return Send(*m_pState, nPresentationID, message);
}

L_INT LDicomNet::SendNGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                  const L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Send(*m_pState, nPresentationID, Response(COMMAND_N_GET, nMessageID, pszClass, pszInstance, nStatus), pDS);
}

L_INT LDicomNet::SendNSetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                 const L_TCHAR* pszInstance, LDicomDS* pDS) {
  if (pszClass == nullptr || pszInstance == nullptr || pDS == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Send(*m_pState, nPresentationID, Request(COMMAND_N_SET, nMessageID, pszClass, pszInstance), pDS);
}

L_INT LDicomNet::SendNSetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                  const L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Send(*m_pState, nPresentationID, Response(COMMAND_N_SET, nMessageID, pszClass, pszInstance, nStatus), pDS);
}

L_INT LDicomNet::SendNActionRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                    const L_TCHAR* pszInstance, L_UINT16 nAction, LDicomDS* pDS) {
  if (pszClass == nullptr || pszInstance == nullptr)
    return DICOM_ERROR_NULL_PTR;
  DimseView message = Request(COMMAND_N_ACTION, nMessageID, pszClass, pszInstance);
  message.type_id = nAction;
  return Send(*m_pState, nPresentationID, message, pDS);
}

L_INT LDicomNet::SendNActionResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                     const L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nAction, LDicomDS* pDS) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  DimseView message = Response(COMMAND_N_ACTION, nMessageID, pszClass, pszInstance, nStatus);
  message.type_id = nAction;
  return Send(*m_pState, nPresentationID, message, pDS);
}

L_INT LDicomNet::SendNCreateRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                    const L_TCHAR* pszInstance, LDicomDS* pDS) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Send(*m_pState, nPresentationID, Request(COMMAND_N_CREATE, nMessageID, pszClass, pszInstance), pDS);
}

L_INT LDicomNet::SendNCreateResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                     const L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Send(*m_pState, nPresentationID, Response(COMMAND_N_CREATE, nMessageID, pszClass, pszInstance, nStatus), pDS);
}

L_INT LDicomNet::SendNDeleteRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                    const L_TCHAR* pszInstance) {
  if (pszClass == nullptr || pszInstance == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Send(*m_pState, nPresentationID, Request(COMMAND_N_DELETE, nMessageID, pszClass, pszInstance));
}

L_INT LDicomNet::SendNDeleteResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                     const L_TCHAR* pszInstance, L_UINT16 nStatus) {
  if (pszClass == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Send(*m_pState, nPresentationID, Response(COMMAND_N_DELETE, nMessageID, pszClass, pszInstance, nStatus));
}
