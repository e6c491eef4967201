// The hooks of interop_probe.

#include "net.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include "json.h"

namespace probe {
namespace {

std::string Number(const char* name, unsigned long long value) {
  return Json(std::string(name)) + ": " + std::to_string(value);
}

std::string ErrorMember(L_INT error) {
  return "\"error\": " + std::to_string(error);
}

// FNV-1a of 64 bits: what a test compares instead of the data set itself.
std::string Hash(const L_UCHAR* bytes, std::size_t length) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (std::size_t i = 0; i < length; ++i) {
    hash = (hash ^ bytes[i]) * 0x100000001b3U;
  }
  return std::to_string(hash);
}

pDICOMELEMENT Element(LDicomDS& command, L_UINT32 tag) {
  pDICOMELEMENT element = command.FindFirstElement(nullptr, tag, L_FALSE);
  return element != nullptr ? element : command.InsertElement(nullptr, L_FALSE, tag, 0, L_FALSE, ELEMENT_INDEX_MAX);
}

}  // namespace

void Write(const std::string& members) {
  // One call: stdio locks the stream for its time, so that lines of two threads do not mix.
  const std::string line = "{" + members + "}\n";
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
}

void SetText(LDicomDS& command, L_UINT32 tag, const std::string& text) {
  command.SetStringValue(Element(command, tag), text.c_str(), 1);
}

void SetNumber(LDicomDS& command, L_UINT32 tag, L_UINT16 number) {
  const auto value = static_cast<L_INT16>(number);
  command.SetShortValue(Element(command, tag), &value, 1);
}

// ---- Answers --------------------------------------------------------------------------------------

void Answers::Accept(const LDicomAssociate& answer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  accept_.reset(answer.Clone());
  reject_.reset();
}

void Answers::Reject(Rejection rejection) {
  const std::lock_guard<std::mutex> lock(mutex_);
  reject_ = std::make_unique<Rejection>(rejection);
  accept_.reset();
}

void Answers::HoldRelease(bool hold) {
  const std::lock_guard<std::mutex> lock(mutex_);
  hold_release_ = hold;
}

void Answers::TakeStores(bool take) {
  const std::lock_guard<std::mutex> lock(mutex_);
  take_stores_ = take;
}

void Answers::LeaveServices(bool leave) {
  const std::lock_guard<std::mutex> lock(mutex_);
  leave_services_ = leave;
}

void Answers::SetStatus(L_UINT16 status) {
  const std::lock_guard<std::mutex> lock(mutex_);
  status_ = status;
}

// ---- Net ------------------------------------------------------------------------------------------

std::shared_ptr<LDicomNet> Net::Newest() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return accepted_.empty() ? nullptr : accepted_.rbegin()->second;
}

void Net::Show(const char* hook, const std::string& members) const {
  Write("\"hook\": " + Json(std::string(hook)) + ", " + Number("net", static_cast<unsigned>(number_)) +
        (members.empty() ? "" : ", " + members));
}

L_UINT16 Net::Status() {
  const std::lock_guard<std::mutex> lock(answers_.mutex_);
  return answers_.status_;
}

bool Net::LeavesServices() {
  const std::lock_guard<std::mutex> lock(answers_.mutex_);
  return answers_.leave_services_;
}

L_VOID Net::OnConnect(L_INT nError) {
  Show("OnConnect", ErrorMember(nError));
}

L_VOID Net::OnAccept(L_INT) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const int number = static_cast<int>(accepted_.size()) + 1;
  const auto connection = std::make_shared<ldicomnet::Closing<Net>>(number, answers_);
  const L_INT error = Accept(connection.get());
  Show("OnAccept", ErrorMember(error));
  if (error == DICOM_SUCCESS) {
    accepted_.emplace(number, connection);
  }
}

L_VOID Net::OnClose(L_INT nError, LDicomNet* pNet) {
  // Only objects of this class are ever accepted here.
  static_cast<Net*>(pNet)->Show("OnClose", ErrorMember(nError));
}

L_VOID Net::OnReceiveAssociateRequest(LDicomAssociate* pPDU) {
  Show("OnReceiveAssociateRequest", "\"association\": " + Json(*pPDU));
  const std::lock_guard<std::mutex> lock(answers_.mutex_);
  if (answers_.reject_ != nullptr) {
    SendAssociateReject(answers_.reject_->result, answers_.reject_->source, answers_.reject_->reason);
  } else if (answers_.accept_ != nullptr) {
    const L_INT error = SendAssociateAccept(answers_.accept_.get());
    if (error != DICOM_SUCCESS) {
      Show("SendAssociateAccept", ErrorMember(error));
    }
  }
}

L_VOID Net::OnReceiveAssociateAccept(LDicomAssociate* pPDU) {
  Show("OnReceiveAssociateAccept", "\"association\": " + Json(*pPDU));
}

L_VOID Net::OnReceiveAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) {
  Show("OnReceiveAssociateReject",
       Number("result", nResult) + ", " + Number("source", nSource) + ", " + Number("reason", nReason));
}

L_VOID Net::OnReceiveReleaseRequest() {
  Show("OnReceiveReleaseRequest");
  bool hold = false;
  {
    const std::lock_guard<std::mutex> lock(answers_.mutex_);
    hold = answers_.hold_release_;
  }
  if (!hold) {
    LDicomNet::OnReceiveReleaseRequest();
  }
}

L_VOID Net::OnReceiveReleaseResponse() {
  Show("OnReceiveReleaseResponse");
}

L_VOID Net::OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) {
  Show("OnReceiveAbort", Number("source", nSource) + ", " + Number("reason", nReason));
}

L_VOID Net::OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) {
  Show("OnReceiveCEchoRequest", Number("context", nPresentationID) + ", " + Number("message", nMessageID));
  SendCEchoResponse(nPresentationID, nMessageID, pszClass, Status());
}

L_VOID Net::OnReceiveCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR*, L_UINT16 nStatus) {
  Show("OnReceiveCEchoResponse",
       Number("context", nPresentationID) + ", " + Number("message", nMessageID) + ", " + Number("status", nStatus));
}

L_VOID Net::OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                   L_TCHAR* pszInstance, L_UINT16 nPriority, L_TCHAR* pszMoveAE,
                                   L_UINT16 nMoveMessageID, LDicomDS* pDS) {
  bool take = false;
  {
    const std::lock_guard<std::mutex> lock(answers_.mutex_);
    take = answers_.take_stores_;
  }
  if (LeavesServices()) {
    ShowMessage("OnReceiveCStoreRequest", nPresentationID, nMessageID,
                ", \"class\": " + Json(std::string(pszClass)) + ", \"instance\": " + Json(std::string(pszInstance)) +
                    ", " + Number("priority", nPriority) + ", \"ae\": " + Json(std::string(pszMoveAE)) + ", " +
                    Number("move", nMoveMessageID),
                pDS);
    return;
  }
  if (!take) {
    LDicomNet::OnReceiveCStoreRequest(nPresentationID, nMessageID, pszClass, pszInstance, nPriority, pszMoveAE,
                                      nMoveMessageID, pDS);
    return;
  }
  L_UINT32 length = 0;
  const L_UCHAR* bytes = pDS == nullptr ? nullptr : pDS->GetEncoded(&length);
  Show("OnReceiveCStoreRequest", Number("context", nPresentationID) + ", " + Number("message", nMessageID) +
                                     ", \"class\": " + Json(std::string(pszClass)) +
                                     ", \"instance\": " + Json(std::string(pszInstance)) + ", " +
                                     Number("length", length) + ", \"hash\": " + Hash(bytes, length));
  LDicomDS response;
  response.InitCS(COMMAND_C_STORE, L_FALSE);
  SetText(response, kAffectedSopClass, pszClass);
  SetText(response, kAffectedSopInstance, pszInstance);
  SetNumber(response, kMessageIdRespondedTo, nMessageID);
  SetNumber(response, kStatus, Status());
  SendData(nPresentationID, &response, nullptr);
}

}  // namespace probe
