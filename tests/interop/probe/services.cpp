// The hooks of interop_probe for messages: all their parameters as JSON, data sets and command elements in hexadecimal.

#include <string>
#include <vector>

#include "json.h"
#include "net.h"

namespace probe {
namespace {

std::string Member(const char* name, const std::string& value) {
  return ", " + Json(std::string(name)) + ": " + value;
}

std::string Member(const char* name, unsigned value) {
  return Member(name, std::to_string(value));
}

std::string Names(const L_TCHAR* sop_class) {
  return Member("class", Json(std::string(sop_class)));
}

std::string Names(const L_TCHAR* sop_class, const L_TCHAR* instance) {
  return Names(sop_class) + Member("instance", Json(std::string(instance)));
}

std::string Numbers(const std::vector<L_UINT32>& numbers) {
  std::string list;
  for (const L_UINT32 number : numbers)
    list += (list.empty() ? "" : ", ") + std::to_string(number);
  return "[" + list + "]";
}

std::string Data(LDicomDS* data_set) {
  if (data_set == nullptr)
    return "null";
  L_UINT32 length = 0;
  const L_UCHAR* const bytes = data_set->GetEncoded(&length);
  return JsonHex(bytes, length);
}

// {"tag": "hexadecimal value", ...}, the tag in decimal.
std::string Elements(LDicomDS* command) {
  std::string elements;
  for (pDICOMELEMENT element = command == nullptr ? nullptr : command->GetFirstElement(nullptr, L_FALSE, L_FALSE);
       element != nullptr; element = command->GetNextElement(element, L_FALSE, L_FALSE)) {
    std::vector<L_UCHAR> value(element->nLength);
    command->GetBinaryValue(element, value.data(), element->nLength);
    elements += (elements.empty() ? "" : ", ") + Json(std::to_string(element->nTag)) + ": " +
                JsonHex(value.data(), value.size());
  }
  return "{" + elements + "}";
}

}  // namespace

void Net::ShowMessage(const char* hook, L_UCHAR context, L_UINT16 message, const std::string& members,
                      LDicomDS* data_set) const {
  Show(hook, "\"context\": " + std::to_string(context) + Member("message", message) + members +
                 Member("data", Data(data_set)) + Member("elements", Elements(GetCommandSet())));
}

L_VOID Net::OnReceiveUnknown(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) {
  if (LeavesServices())
    ShowMessage("OnReceiveUnknown", nPresentationID, 0, "", pDS);
  LDicomNet::OnReceiveUnknown(nPresentationID, pCS, pDS);
}

L_VOID Net::OnReceiveCFindRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nPriority,
                                  LDicomDS* pDS) {
  if (!LeavesServices()) {
    LDicomNet::OnReceiveCFindRequest(nPresentationID, nMessageID, pszClass, nPriority, pDS);
    return;
  }
  ShowMessage("OnReceiveCFindRequest", nPresentationID, nMessageID, Names(pszClass) + Member("priority", nPriority),
              pDS);
}

L_VOID Net::OnReceiveCFindResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nStatus,
                                   LDicomDS* pDS) {
  ShowMessage("OnReceiveCFindResponse", nPresentationID, nMessageID, Names(pszClass) + Member("status", nStatus), pDS);
}

L_VOID Net::OnReceiveCGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nPriority,
                                 LDicomDS* pDS) {
  if (!LeavesServices()) {
    LDicomNet::OnReceiveCGetRequest(nPresentationID, nMessageID, pszClass, nPriority, pDS);
    return;
  }
  ShowMessage("OnReceiveCGetRequest", nPresentationID, nMessageID, Names(pszClass) + Member("priority", nPriority),
              pDS);
}

L_VOID Net::OnReceiveCGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nStatus,
                                  L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning,
                                  LDicomDS* pDS) {
  ShowMessage("OnReceiveCGetResponse", nPresentationID, nMessageID,
              Names(pszClass) + Member("status", nStatus) +
                  Member("counts", Numbers({nRemaining, nCompleted, nFailed, nWarning})),
              pDS);
}

L_VOID Net::OnReceiveCMoveRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nPriority,
                                  L_TCHAR* pszMoveAE, LDicomDS* pDS) {
  if (!LeavesServices()) {
    LDicomNet::OnReceiveCMoveRequest(nPresentationID, nMessageID, pszClass, nPriority, pszMoveAE, pDS);
    return;
  }
  ShowMessage("OnReceiveCMoveRequest", nPresentationID, nMessageID,
              Names(pszClass) + Member("priority", nPriority) + Member("ae", Json(std::string(pszMoveAE))), pDS);
}

L_VOID Net::OnReceiveCMoveResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nStatus,
                                   L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning,
                                   LDicomDS* pDS) {
  ShowMessage("OnReceiveCMoveResponse", nPresentationID, nMessageID,
              Names(pszClass) + Member("status", nStatus) +
                  Member("counts", Numbers({nRemaining, nCompleted, nFailed, nWarning})),
              pDS);
}

L_VOID Net::OnReceiveCStoreResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                    L_TCHAR* pszInstance, L_UINT16 nStatus) {
  ShowMessage("OnReceiveCStoreResponse", nPresentationID, nMessageID,
              Names(pszClass, pszInstance) + Member("status", nStatus));
}

L_VOID Net::OnReceiveCCancelRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID) {
  if (!LeavesServices()) {
    LDicomNet::OnReceiveCCancelRequest(nPresentationID, nMessageID);
    return;
  }
  ShowMessage("OnReceiveCCancelRequest", nPresentationID, nMessageID, "");
}

L_VOID Net::OnReceiveNReportRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                    L_TCHAR* pszInstance, L_UINT16 nEvent, LDicomDS* pDS) {
  if (!LeavesServices()) {
    LDicomNet::OnReceiveNReportRequest(nPresentationID, nMessageID, pszClass, pszInstance, nEvent, pDS);
    return;
  }
  ShowMessage("OnReceiveNReportRequest", nPresentationID, nMessageID,
              Names(pszClass, pszInstance) + Member("type", nEvent), pDS);
}

L_VOID Net::OnReceiveNReportResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                     L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nEvent, LDicomDS* pDS) {
  ShowMessage("OnReceiveNReportResponse", nPresentationID, nMessageID,
              Names(pszClass, pszInstance) + Member("status", nStatus) + Member("type", nEvent), pDS);
}

L_VOID Net::OnReceiveNGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                 L_UINT32* pnAttribute, L_UINT16 nCount) {
  if (!LeavesServices()) {
    LDicomNet::OnReceiveNGetRequest(nPresentationID, nMessageID, pszClass, pszInstance, pnAttribute, nCount);
    return;
  }
  ShowMessage("OnReceiveNGetRequest", nPresentationID, nMessageID,
              Names(pszClass, pszInstance) + Member("tags", Numbers({pnAttribute, pnAttribute + nCount})));
}

L_VOID Net::OnReceiveNGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                  L_UINT16 nStatus, LDicomDS* pDS) {
  ShowMessage("OnReceiveNGetResponse", nPresentationID, nMessageID,
              Names(pszClass, pszInstance) + Member("status", nStatus), pDS);
}

L_VOID Net::OnReceiveNSetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                 LDicomDS* pDS) {
  if (!LeavesServices()) {
    LDicomNet::OnReceiveNSetRequest(nPresentationID, nMessageID, pszClass, pszInstance, pDS);
    return;
  }
  ShowMessage("OnReceiveNSetRequest", nPresentationID, nMessageID, Names(pszClass, pszInstance), pDS);
}

L_VOID Net::OnReceiveNSetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                  L_UINT16 nStatus, LDicomDS* pDS) {
  ShowMessage("OnReceiveNSetResponse", nPresentationID, nMessageID,
              Names(pszClass, pszInstance) + Member("status", nStatus), pDS);
}

L_VOID Net::OnReceiveNActionRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                    L_TCHAR* pszInstance, L_UINT16 nAction, LDicomDS* pDS) {
  if (!LeavesServices()) {
    LDicomNet::OnReceiveNActionRequest(nPresentationID, nMessageID, pszClass, pszInstance, nAction, pDS);
    return;
  }
  ShowMessage("OnReceiveNActionRequest", nPresentationID, nMessageID,
              Names(pszClass, pszInstance) + Member("type", nAction), pDS);
}

L_VOID Net::OnReceiveNActionResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                     L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nAction, LDicomDS* pDS) {
  ShowMessage("OnReceiveNActionResponse", nPresentationID, nMessageID,
              Names(pszClass, pszInstance) + Member("status", nStatus) + Member("type", nAction), pDS);
}

L_VOID Net::OnReceiveNCreateRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                    L_TCHAR* pszInstance, LDicomDS* pDS) {
  if (!LeavesServices()) {
    LDicomNet::OnReceiveNCreateRequest(nPresentationID, nMessageID, pszClass, pszInstance, pDS);
    return;
  }
  ShowMessage("OnReceiveNCreateRequest", nPresentationID, nMessageID, Names(pszClass, pszInstance), pDS);
}

L_VOID Net::OnReceiveNCreateResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                     L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  ShowMessage("OnReceiveNCreateResponse", nPresentationID, nMessageID,
              Names(pszClass, pszInstance) + Member("status", nStatus), pDS);
}

L_VOID Net::OnReceiveNDeleteRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                    L_TCHAR* pszInstance) {
  if (!LeavesServices()) {
    LDicomNet::OnReceiveNDeleteRequest(nPresentationID, nMessageID, pszClass, pszInstance);
    return;
  }
  ShowMessage("OnReceiveNDeleteRequest", nPresentationID, nMessageID, Names(pszClass, pszInstance));
}

L_VOID Net::OnReceiveNDeleteResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                     L_TCHAR* pszInstance, L_UINT16 nStatus) {
  ShowMessage("OnReceiveNDeleteResponse", nPresentationID, nMessageID,
              Names(pszClass, pszInstance) + Member("status", nStatus));
}

}  // namespace probe
