// Server and Connection: what programs that listen have in common. The listener, its accepted connections and how long
// each may keep it waiting, the answer to the contexts that a peer proposes and to verification, and the end by ^C,
// SIGTERM or a peer that may ask for it.

#ifndef LDICOMNET_TOOLS_SERVER_H
#define LDICOMNET_TOOLS_SERVER_H

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "interruption.h"
#include "ltdic.h"
#include "options.h"
#include "secure_net.h"

namespace ldicom {

// DCMTK's private SOP class by which a server is asked to end: one that does rejects the association.
constexpr char kShutdownClass[] = "1.2.276.0.7230010.3.4.1915765545.18030.917282194.0";

// One accepted connection, which answers verification (PS3.4 Annex A) and nothing else. Derive from it for another
// service; the derived class calls Close() in its destructor or is made as ldicomnet::Closing<T>.
class Connection : public SecureNet {
 public:
  explicit Connection(const ServerOptions& options) : options_(options) {}

  // What the server calls once it has accepted the connection, before the first hook. `stop` ends the server.
  void Begin(std::function<void()> stop);
  // When this connection will have kept the server waiting for too long.
  Interruption::TimePoint Deadline() const;
  // What the server calls when the deadline is over: an abort where there is an association. Returns whether the
  // connection is to be dropped at once, since there is nobody left to wait for.
  bool GiveUp();
  // What the server calls when the connection is over, after its last hook. Once.
  virtual void OnEnd() {}
  std::string Name() const { return Peer(); }

  L_VOID OnSecureLinkReady(L_UINT32 nError) override;
  L_VOID OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes) override;
  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override;
  L_VOID OnReceiveReleaseRequest() override;
  L_VOID OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) override;
  L_VOID OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) override;

 protected:
  // Which SOP classes this service takes.
  virtual bool Serves(const std::string& abstract_syntax) const;
  // Which of the transfer syntaxes proposed for one of them is taken; "" for none.
  virtual std::string Chosen(const std::string& abstract_syntax, const std::vector<std::string>& proposed) const;
  // The first proposed one that is not compressed: the requestor's order is the order of its liking. "" if there is
  // none.
  static std::string FirstUncompressed(const std::vector<std::string>& proposed);

  // Reports a Send* that answers `request`. Whether it succeeded.
  bool Answered(L_INT error, const std::string& request) const;

 private:
  enum class Waiting { kForRequest, kForMessage, kForEnd };

  void Expect(Waiting what);
  void RejectRequest(L_UCHAR reason);
  void AcceptRequest(const LDicomAssociate& request, const std::string& titles);
  void AnswerContext(const LDicomAssociate& request, L_UCHAR id, LDicomAssociate& answer) const;

  const ServerOptions options_;
  std::function<void()> stop_;
  // Written by the hooks, read by the server's thread.
  std::atomic<Waiting> waiting_{Waiting::kForRequest};
  std::atomic<Interruption::TimePoint> deadline_{Interruption::TimePoint()};
};

// The listener. Run() does everything.
class Server : public SecureNet {
 public:
  using MakeConnection = std::function<std::shared_ptr<Connection>()>;

  Server(const ServerOptions& options, MakeConnection make_connection)
      : options_(options), make_connection_(std::move(make_connection)) {}
  ~Server() override { Close(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens, says where in the first line on standard output, and serves until SIGINT, SIGTERM or a peer's request to
  // end, where that is allowed. False when it could not listen, which it has reported.
  bool Run();

  L_VOID OnAccept(L_INT nError) override;
  L_VOID OnClose(L_INT nError, LDicomNet* pNet) override;

 private:
  using Connections = std::map<LDicomNet*, std::shared_ptr<Connection>>;

  void ApplyTimeouts();
  bool Announce();
  void Stop();
  std::optional<Interruption::TimePoint> NextDeadline();
  void EndOverdue();
  void End();
  // Takes a connection out of the table; it is destroyed when the caller lets it go.
  std::shared_ptr<Connection> Take(LDicomNet* connection);

  const ServerOptions options_;
  const MakeConnection make_connection_;
  Interruption interruption_;
  std::atomic<bool> is_told_to_stop_{false};
  std::mutex mutex_;         // never held while the library is called
  Connections connections_;  // guarded by mutex_
  // Guarded by mutex_: what Run() waits for; never so long that a deadline set meanwhile is missed.
  Interruption::TimePoint waited_until_ = Interruption::TimePoint::max();
};

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_SERVER_H
