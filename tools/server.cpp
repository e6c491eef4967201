// The listener and its connections. Hooks run on the library's threads; the thread in Run() waits for a signal or for
// the next deadline of a connection, whichever comes first.

#include "server.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "association_text.h"
#include "log.h"
#include "words.h"

namespace ldicom {
namespace {

// listen()'s backlog: enough for the bursts that one machine makes; the system cuts it to what it allows.
constexpr L_INT kBacklog = 1024;

std::string PeerOf(const LDicomNet& net) {
  L_TCHAR address[NET_MAX_ADDRESS_SIZE_EX] = "";
  L_UINT port = 0;
  return net.GetPeerInfo(address, NET_MAX_ADDRESS_SIZE_EX, &port) == DICOM_SUCCESS ? EndPoint(address, port) : "peer";
}

}  // namespace

// ---- Connection -----------------------------------------------------------------------------------

void Connection::Begin(std::function<void()> stop) {
  stop_ = std::move(stop);
  SetPeer(PeerOf(*this));
  Info(Peer() + ": connected");
  Expect(Waiting::kForRequest);
}

Interruption::TimePoint Connection::Deadline() const {
  return deadline_;
}

void Connection::Expect(Waiting what) {
  waiting_ = what;
  deadline_ = std::chrono::steady_clock::now() +
              (what == Waiting::kForMessage ? options_.DimseTimeout() : options_.AcseTimeout());
}

bool Connection::GiveUp() {
  const Waiting waiting = waiting_;
  if (waiting == Waiting::kForRequest) {
    Warn(Peer() + ": no association request within " + std::to_string(options_.acse_timeout) + " s; closing");
    return true;
  }
  if (waiting == Waiting::kForMessage && SendAbort(PDU_ABORT_SOURCE_USER, PDU_ABORT_REASON_UNKNOWN) == DICOM_SUCCESS) {
    Warn(Peer() + ": no message within " + std::to_string(options_.dimse_timeout) + " s; association aborted");
    Expect(Waiting::kForEnd);
    return false;
  }
  return true;
}

L_VOID Connection::OnSecureLinkReady(L_UINT32 nError) {
  SecureNet::OnSecureLinkReady(nError);
  if (nError != DICOM_SUCCESS) {
    Warn(Peer() + ": no secure connection: " + ErrorWords(static_cast<L_INT>(nError)));
  }
}

L_VOID Connection::OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes) {
  SecureNet::OnReceive(nError, nType, pBuffer, nBytes);
  if (waiting_ == Waiting::kForMessage) {
    Expect(Waiting::kForMessage);
  }
}

L_VOID Connection::OnReceiveAssociateRequest(LDicomAssociate* pPDU) {
  if (LogShows(LogLevel::kDebug)) {
    Debug(Peer() + ": " + AssociationText(*pPDU));
  }
  const std::string titles = "'" + Escaped(CallingTitle(*pPDU)) + "' calls '" + Escaped(CalledTitle(*pPDU)) + "'";
  if (options_.require_called && CalledTitle(*pPDU) != options_.ae_title) {
    Warn(Peer() + ": " + titles + ": rejected: called AE title not recognized");
    RejectRequest(PDU_REJECT_REASON_CALLED);
    return;
  }
  if (options_.allow_shutdown && pPDU->FindAbstract(kShutdownClass) != 0) {
    Info(Peer() + ": " + titles + ": asks this server to end; rejected, as is the way of that request");
    RejectRequest(PDU_REJECT_REASON_UNKNOWN);
    stop_();
    return;
  }
  AcceptRequest(*pPDU, titles);
}

void Connection::RejectRequest(L_UCHAR reason) {
  Expect(Waiting::kForEnd);
  SendAssociateReject(PDU_REJECT_RESULT_PERMANENT, PDU_REJECT_SOURCE_USER, reason);
}

void Connection::AcceptRequest(const LDicomAssociate& request, const std::string& titles) {
  LDicomAssociate answer(L_FALSE);
  if (options_.max_pdu) {
    answer.SetMaxLength(L_TRUE, *options_.max_pdu);
  }
  if (request.IsAsyncOperations()) {
    // Requests are taken as fast as they come, and served in their order. None are made here.
    answer.SetAsyncOperations(L_TRUE, request.GetInvokedOperations(), 1);
  }
  for (L_INT i = 0; i < request.GetPresentationCount(); ++i) {
    AnswerContext(request, request.GetPresentation(i), answer);
  }
  Expect(Waiting::kForMessage);
  const L_INT error = SendAssociateAccept(&answer);
  if (error != DICOM_SUCCESS) {
    Error(Peer() + ": " + titles + ": cannot accept the association: " + ErrorWords(error));
    SendAbort(PDU_ABORT_SOURCE_PROVIDER, PDU_ABORT_REASON_UNKNOWN);
    return;
  }
  Info(Peer() + ": " + titles + ": association accepted");
  if (LogShows(LogLevel::kDebug) && GetAssociate() != nullptr) {
    Debug(Peer() + ": " + AssociationText(*GetAssociate()));
  }
}

void Connection::AnswerContext(const LDicomAssociate& request, L_UCHAR id, LDicomAssociate& answer) const {
  const std::string abstract_syntax = AbstractSyntax(request, id);
  if (!Serves(abstract_syntax)) {
    // An answer carries no abstract syntax, and what was proposed need not be a UID.
    answer.AddPresentation(id, PDU_ACCEPT_RESULT_ABSTRACT_SYNTAX, "");
    return;
  }
  const L_INT count = request.GetTransferCount(id);
  std::vector<std::string> proposed;
  proposed.reserve(static_cast<std::size_t>(count));
  for (L_INT i = 0; i < count; ++i) {
    proposed.push_back(TransferSyntax(request, id, i));
  }
  const std::string chosen = Chosen(abstract_syntax, proposed);
  if (chosen.empty()) {
    answer.AddPresentation(id, PDU_ACCEPT_RESULT_TRANSFER_SYNTAX, "");
    return;
  }
  answer.AddPresentation(id, PDU_ACCEPT_RESULT_SUCCESS, abstract_syntax.c_str());
  answer.AddTransfer(id, chosen.c_str());
}

bool Connection::Serves(const std::string& abstract_syntax) const {
  return abstract_syntax == UID_VERIFICATION_CLASS;
}

std::string Connection::Chosen(const std::string&, const std::vector<std::string>& proposed) const {
  return FirstUncompressed(proposed);
}

std::string Connection::FirstUncompressed(const std::vector<std::string>& proposed) {
  const auto found = std::find_if(proposed.begin(), proposed.end(), [](const std::string& uid) {
    return uid == UID_IMPLICIT_VR_LITTLE_ENDIAN || uid == UID_EXPLICIT_VR_LITTLE_ENDIAN ||
           uid == UID_EXPLICIT_VR_BIG_ENDIAN;
  });
  return found == proposed.end() ? std::string() : *found;
}

L_VOID Connection::OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) {
  const L_INT error = SendCEchoResponse(nPresentationID, nMessageID, pszClass, COMMAND_STATUS_SUCCESS);
  const std::string request = "C-ECHO-RQ message " + std::to_string(nMessageID);
  if (Answered(error, request)) {
    Info(Peer() + ": " + request + ": answered with success");
  }
}

bool Connection::Answered(L_INT error, const std::string& request) const {
  if (error != DICOM_SUCCESS) {
    Warn(Peer() + ": " + request + ": cannot answer: " + ErrorWords(error));
  }
  return error == DICOM_SUCCESS;
}

L_VOID Connection::OnReceiveReleaseRequest() {
  Info(Peer() + ": association released");
  Expect(Waiting::kForEnd);
  SendReleaseResponse();
}

L_VOID Connection::OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) {
  Warn(Peer() + ": association " + AbortWords(nSource, nReason, HasReceivedAbort()));
  Expect(Waiting::kForEnd);
}

// ---- Server ---------------------------------------------------------------------------------------

bool Server::Run() {
  ApplyTimeouts();
  // The wait for the association request, which ends first, is for the handshake too.
  if (!Secure(options_.tls, TlsSide::kServer, options_.AcseTimeout() + std::chrono::seconds(1))) {
    return false;
  }
  const L_INT error = Listen(options_.bind_address.c_str(), options_.port, kBacklog, options_.IpType());
  if (error != DICOM_SUCCESS) {
    const std::string address = options_.bind_address.empty() ? "this computer's own address" : options_.bind_address;
    Error("cannot listen on " + EndPoint(address, options_.port) + ": " + BeginWords(error));
    return false;
  }
  if (!Announce()) {
    return false;
  }
  while (!interruption_.Wait(NextDeadline()) && !is_told_to_stop_) {
    EndOverdue();
  }
  Info(is_told_to_stop_ ? "told to end; closing" : "interrupted; closing");
  End();
  return true;
}

void Server::ApplyTimeouts() {
  constexpr L_INT kMilliseconds = 1000;
  DICOMNETTIMEOUTS timeouts;
  GetTimeouts(&timeouts, sizeof timeouts);
  // This program's own limit, with its words, comes first.
  timeouts.nArtimMs = (options_.acse_timeout + 1) * kMilliseconds;
  timeouts.nStallMs = options_.socket_timeout * kMilliseconds;
  SetTimeouts(&timeouts);
}

// Any thread.
void Server::Stop() {
  is_told_to_stop_ = true;
  interruption_.Wake();
}

// Whoever started the program reads this line to learn the port, and may wait for it: it goes out at once.
bool Server::Announce() {
  L_TCHAR address[NET_MAX_ADDRESS_SIZE_EX] = "";
  L_UINT port = 0;
  const L_INT error = GetHostInfo(address, NET_MAX_ADDRESS_SIZE_EX, &port);
  if (error != DICOM_SUCCESS) {
    Error("cannot tell where it listens: " + ErrorWords(error));
    return false;
  }
  std::printf("listening on %s port %u\n", address, port);
  std::fflush(stdout);
  return true;
}

std::optional<Interruption::TimePoint> Server::NextDeadline() {
  const std::lock_guard<std::mutex> lock(mutex_);
  waited_until_ = Interruption::TimePoint::max();
  if (connections_.empty()) {
    return std::nullopt;
  }
  // A deadline that is set from now on cannot come before this.
  waited_until_ = std::chrono::steady_clock::now() + std::min(options_.AcseTimeout(), options_.DimseTimeout());
  for (const auto& [net, connection] : connections_) {
    waited_until_ = std::min(waited_until_, connection->Deadline());
  }
  return waited_until_;
}

void Server::EndOverdue() {
  const auto now = std::chrono::steady_clock::now();
  std::vector<std::shared_ptr<Connection>> overdue;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [net, connection] : connections_) {
      if (connection->Deadline() <= now) {
        overdue.push_back(connection);
      }
    }
  }
  for (const std::shared_ptr<Connection>& connection : overdue) {
    if (connection->GiveUp()) {
      connection->Close();
      // It may have ended by itself meanwhile.
      if (Take(connection.get()) != nullptr) {
        connection->OnEnd();
      }
    }
  }
}

// Peers with an association are told by an abort, the others by the end of the connection.
void Server::End() {
  Close();
  Connections connections;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    connections.swap(connections_);
  }
  for (const auto& [net, connection] : connections) {
    if (connection->IsAssociated()) {
      connection->SendAbort(PDU_ABORT_SOURCE_USER, PDU_ABORT_REASON_UNKNOWN);
    }
    connection->Close();
    connection->OnEnd();
  }
}

std::shared_ptr<Connection> Server::Take(LDicomNet* connection) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = connections_.find(connection);
  if (found == connections_.end()) {
    return nullptr;
  }
  std::shared_ptr<Connection> taken = std::move(found->second);
  connections_.erase(found);
  return taken;
}

L_VOID Server::OnAccept(L_INT nError) {
  if (nError != DICOM_SUCCESS) {
    Warn("cannot take connections at the moment: " + ErrorWords(nError));
    return;
  }
  std::shared_ptr<Connection> connection = make_connection_();
  const L_INT error = Accept(connection.get());
  if (error != DICOM_SUCCESS) {
    // It may have been given up by the peer meanwhile.
    Info("a connection was not accepted: " + ErrorWords(error));
    return;
  }
  connection->Begin([this] { Stop(); });
  bool is_next = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_next = connection->Deadline() < waited_until_;
    LDicomNet* const net = connection.get();
    connections_.emplace(net, std::move(connection));
  }
  if (is_next) {
    interruption_.Wake();
  }
}

L_VOID Server::OnClose(L_INT nError, LDicomNet* pNet) {
  const std::shared_ptr<Connection> connection = Take(pNet);
  if (connection == nullptr) {
    return;
  }
  if (nError == DICOM_SUCCESS || connection->HasHandshakeFailed()) {
    Info(connection->Name() + ": closed");
  } else {
    Warn(connection->Name() + ": the connection ended: " + ErrorWords(nError));
  }
  connection->OnEnd();
}

}  // namespace ldicom
