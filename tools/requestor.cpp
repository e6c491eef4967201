// The requestor's steps, and the hooks that tell them how far the association is.

#include "requestor.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "association_text.h"
#include "log.h"
#include "words.h"

namespace ldicom {
namespace {

constexpr char kRequest[] = "the association request";

}  // namespace

// ---- Steps, on the working thread -----------------------------------------------------------------

bool Requestor::Open() {
  SetPeer(EndPoint(Escaped(options_.host), options_.port));
  // This program's own limit, with its words, comes first.
  if (!Secure(options_.tls, TlsSide::kRequestor, options_.ConnectTimeout() + std::chrono::seconds(1))) {
    return false;
  }
  Info("connecting to " + Peer());
  constexpr L_INT kMilliseconds = 1000;
  DICOMNETTIMEOUTS timeouts;
  GetTimeouts(&timeouts, sizeof timeouts);
  timeouts.nConnectMs = options_.connect_timeout * kMilliseconds;
  // And these.
  timeouts.nResponseMs = (options_.acse_timeout + 1) * kMilliseconds;
  timeouts.nStallMs = (options_.dimse_timeout + 1) * kMilliseconds;
  SetTimeouts(&timeouts);
  const L_INT error = Connect(options_.bind_address.c_str(), 0, options_.host.c_str(), options_.port, options_.IpType(),
                              options_.connect_timeout * kMilliseconds);
  if (error == DICOM_ERROR_NET_TIME_OUT) {
    Error("no connection to " + Peer() + " within " + std::to_string(options_.connect_timeout) +
          " s: " + ErrorWords(error));
    return false;
  }
  if (error != DICOM_SUCCESS) {
    Error("cannot connect to " + Peer() + ": " + BeginWords(error));
    return false;
  }
  return !options_.tls.IsOn() || Await(Happening::kSecured, options_.ConnectTimeout(), "the TLS handshake").has_value();
}

bool Requestor::Request(LDicomAssociate& request) {
  // The options were checked when they were read.
  request.SetCalled(options_.called.c_str());
  request.SetCalling(options_.ae_title.c_str());
  if (options_.max_pdu) {
    request.SetMaxLength(L_TRUE, *options_.max_pdu);
  }
  Info("requesting an association of '" + Escaped(options_.called) + "' as '" + Escaped(options_.ae_title) + "'");
  if (LogShows(LogLevel::kDebug)) {
    Debug(AssociationText(request));
  }
  const L_INT error = SendAssociateRequest(&request);
  if (error == DICOM_ERROR_NET_NOT_CONNECTED) {
    // It is over, and the event that says why has come or comes: in TLS 1.3 a peer turns a certificate away when the
    // handshake is over on this side.
    Await(Happening::kAccepted, options_.AcseTimeout(), kRequest);
    return false;
  }
  return Sent(error, kRequest);
}

bool Requestor::Associate(LDicomAssociate& request) {
  if (!Request(request) || !Await(Happening::kAccepted, options_.AcseTimeout(), kRequest)) {
    return false;
  }
  Info("association accepted");
  return true;
}

std::optional<L_UCHAR> Requestor::AcceptedContext(const char* abstract_syntax) {
  const LDicomAssociate* const negotiated = GetAssociate();
  // A context that the peer left out of its answer is not among the negotiated ones.
  std::string refusal = "it was not answered";
  for (L_UCHAR id = negotiated == nullptr ? L_UCHAR{0} : negotiated->FindAbstract(abstract_syntax); id != 0;
       id = negotiated->FindNextAbstract(id, abstract_syntax)) {
    if (negotiated->GetResult(id) == PDU_ACCEPT_RESULT_SUCCESS) {
      return id;
    }
    refusal = ContextResultWords(negotiated->GetResult(id));
  }
  Error(Peer() + ": the association was accepted, but not " + UidWords(abstract_syntax) + ": " + refusal);
  return std::nullopt;
}

bool Requestor::Release() {
  Info("releasing the association");
  return Sent(SendReleaseRequest(), "the release request") &&
         Await(Happening::kReleased, options_.AcseTimeout(), "the release request").has_value();
}

void Requestor::Abort() {
  // It may have ended by itself meanwhile, and there is nothing more to do then.
  if (SendAbort(PDU_ABORT_SOURCE_USER, PDU_ABORT_REASON_UNKNOWN) == DICOM_SUCCESS) {
    Info("association aborted");
  }
}

bool Requestor::End(bool by_abort) {
  if (by_abort) {
    Abort();
    return true;
  }
  return Release();
}

bool Requestor::Sent(L_INT error, const std::string& what) const {
  if (error != DICOM_SUCCESS) {
    Error("cannot send " + what + ": " + ErrorWords(error));
  }
  return error == DICOM_SUCCESS;
}

std::optional<Requestor::Event> Requestor::Next(std::chrono::seconds timeout, const std::string& purpose) {
  const auto begun = std::chrono::steady_clock::now();
  std::unique_lock<std::mutex> lock(mutex_);
  while (events_.empty()) {
    const auto deadline = std::max(begun, sent_.load()) + timeout;
    if (std::chrono::steady_clock::now() >= deadline) {
      lock.unlock();
      Error(Peer() + ": no answer to " + purpose + " within " + std::to_string(timeout.count()) + " s");
      Abort();
      return std::nullopt;
    }
    noted_.wait_until(lock, deadline);
  }
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<Requestor::Event> Requestor::Await(Happening wanted, std::chrono::seconds timeout,
                                                 const std::string& purpose) {
  while (std::optional<Event> event = Next(timeout, purpose)) {
    if (event->what == wanted) {
      return event;
    }
    // Both sides asked for the release at once: the library answers the peer's, and ours is answered next
    // (PS3.8 9.2.3).
    if (event->what == Happening::kReleaseRequested && wanted == Happening::kReleased) {
      continue;
    }
    const bool is_answer = event->what == Happening::kRejected || wanted == Happening::kSecured;
    Error(Peer() + ": " + event->words + (is_answer ? "" : " before the answer to " + purpose));
    return std::nullopt;
  }
  return std::nullopt;
}

// ---- Hooks, on the library's threads --------------------------------------------------------------

void Requestor::Note(Event event) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    events_.push_back(std::move(event));
  }
  noted_.notify_all();
}

L_VOID Requestor::OnSecureLinkReady(L_UINT32 nError) {
  SecureNet::OnSecureLinkReady(nError);
  if (nError == DICOM_SUCCESS) {
    Note({Happening::kSecured, "the connection is secure"});
  } else {
    Note({Happening::kClosed, "no secure connection: " + ErrorWords(static_cast<L_INT>(nError))});
  }
}

L_VOID Requestor::OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes) {
  SecureNet::OnSend(nError, nType, nBytes);
  sent_ = std::chrono::steady_clock::now();
}

L_VOID Requestor::OnReceiveAssociateAccept(LDicomAssociate* pPDU) {
  if (LogShows(LogLevel::kDebug)) {
    Debug(AssociationText(*pPDU));
  }
  Note({Happening::kAccepted, "the association is accepted"});
}

L_VOID Requestor::OnReceiveAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) {
  Note({Happening::kRejected, "association " + RejectWords(nResult, nSource, nReason)});
}

L_VOID Requestor::OnReceiveReleaseRequest() {
  SecureNet::OnReceiveReleaseRequest();
  Note({Happening::kReleaseRequested, "the peer released the association"});
}

L_VOID Requestor::OnReceiveReleaseResponse() {
  Note({Happening::kReleased, "the association is released"});
}

L_VOID Requestor::OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) {
  // An alert of TLS is such a thing.
  const bool may_be_tls = !HasReceived() && !options_.tls.IsOn() && nReason == PDU_ABORT_REASON_UNRECOGNIZED;
  Note({Happening::kAborted, "association " + AbortWords(nSource, nReason, HasReceivedAbort()) +
                                 (may_be_tls ? "; the peer may speak TLS" : "")});
}

L_VOID Requestor::OnClose(L_INT nError, LDicomNet*) {
  Note({Happening::kClosed, nError == DICOM_SUCCESS ? std::string("the connection was closed")
                                                    : "the connection ended: " + ErrorWords(nError)});
}

}  // namespace ldicom
