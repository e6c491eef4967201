// Server and Connection: what programs that listen have in common. The listener, its accepted connections and how long
// each may keep it waiting, the answer to the contexts that a peer proposes, and the end by ^C or SIGTERM.

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
#include "traced_net.h"

namespace ldicom {

// One accepted connection. Derive from it for a service; the derived class calls Close() in its destructor or is made
// as ldicomnet::Closing<T>.
class Connection : public TracedNet {
 public:
  explicit Connection(const ServerOptions& options) : options_(options) {}

  // What the server calls once it has accepted the connection, before the first hook.
  void Begin();
  // When this connection will have kept the server waiting for too long.
  Interruption::TimePoint Deadline() const;
  // What the server calls when the deadline is over: an abort where there is an association. Returns whether the
  // connection is to be dropped at once, since there is nobody left to wait for.
  bool GiveUp();
  std::string Name() const { return Peer(); }

  L_VOID OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes) override;
  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override;
  L_VOID OnReceiveReleaseRequest() override;
  L_VOID OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) override;

 protected:
  // Which SOP classes this service takes, and under which transfer syntaxes.
  virtual bool Serves(const std::string& abstract_syntax) const = 0;
  virtual bool Reads(const std::string& transfer_syntax) const = 0;

  const ServerOptions& Options() const { return options_; }

 private:
  enum class Waiting { kForRequest, kForMessage, kForEnd };

  void Expect(Waiting what);
  std::string TitlesOf(const LDicomAssociate& request) const;
  void AnswerContext(const LDicomAssociate& request, L_UCHAR id, LDicomAssociate& answer) const;

  const ServerOptions options_;
  // Written by the hooks, read by the server's thread.
  std::atomic<Waiting> waiting_{Waiting::kForRequest};
  std::atomic<Interruption::TimePoint> deadline_{Interruption::TimePoint()};
};

// The listener. Run() does everything.
class Server : public TracedNet {
 public:
  using MakeConnection = std::function<std::shared_ptr<Connection>()>;

  Server(const ServerOptions& options, MakeConnection make_connection)
      : options_(options), make_connection_(std::move(make_connection)) {}
  ~Server() override { Close(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens, says where in the first line on standard output, and serves until SIGINT or SIGTERM. False when it could
  // not listen, which it has reported.
  bool Run();

  L_VOID OnAccept(L_INT nError) override;
  L_VOID OnClose(L_INT nError, LDicomNet* pNet) override;

 private:
  using Connections = std::map<LDicomNet*, std::shared_ptr<Connection>>;

  bool Announce();
  std::optional<Interruption::TimePoint> NextDeadline();
  void EndOverdue();
  void End();
  // Takes a connection out of the table; it is destroyed when the caller lets it go.
  std::shared_ptr<Connection> Take(LDicomNet* connection);

  const ServerOptions options_;
  const MakeConnection make_connection_;
  Interruption interruption_;
  std::mutex mutex_;         // never held while the library is called
  Connections connections_;  // guarded by mutex_
  // Guarded by mutex_: what Run() waits for; never so long that a deadline set meanwhile is missed.
  Interruption::TimePoint waited_until_ = Interruption::TimePoint::max();
};

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_SERVER_H
