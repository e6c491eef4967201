// Requestor: the life of an association that this side asks for. Connect, associate, ask and await answers, release.
//
// The hooks, on the library's threads, note what happened; the one thread that works with the object waits for these
// notes, each time for at most the time that the options give. Every failure is reported (log.h) where it is found, in
// words.

#ifndef LDICOMNET_TOOLS_REQUESTOR_H
#define LDICOMNET_TOOLS_REQUESTOR_H

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "ltdic.h"
#include "options.h"
#include "secure_net.h"

namespace ldicom {

// Make it with ldicomnet::Make, which closes it before the members that its hooks use are gone.
class Requestor : public SecureNet {
 public:
  explicit Requestor(const RequestorOptions& options) : options_(options) {}

  // Each returns whether it went well, and has reported it if it did not.

  // Connects, and secures the connection where the options say so.
  bool Open();
  // Fills in what the options say (titles, maximum length) and asks for the association.
  bool Request(LDicomAssociate& request);
  // The same, and awaits the answer. That a context was accepted is left to AcceptedContext.
  bool Associate(LDicomAssociate& request);
  // The context that was accepted for a SOP class.
  std::optional<L_UCHAR> AcceptedContext(const char* abstract_syntax);
  bool Release();
  // Ends the association without asking. Nothing is waited for.
  void Abort();
  // One of the two.
  bool End(bool by_abort);

  L_VOID OnSecureLinkReady(L_UINT32 nError) override;
  L_VOID OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes) override;
  L_VOID OnReceiveAssociateAccept(LDicomAssociate* pPDU) override;
  L_VOID OnReceiveAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) override;
  L_VOID OnReceiveReleaseRequest() override;
  L_VOID OnReceiveReleaseResponse() override;
  L_VOID OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) override;
  L_VOID OnClose(L_INT nError, LDicomNet* pNet) override;

 protected:
  enum class Happening { kSecured, kAccepted, kReleased, kResponse, kReleaseRequested, kRejected, kAborted, kClosed };
  struct Event {
    Happening what;
    std::string words;         // what to tell the user when it was not this that was waited for
    L_UINT16 message_id = 0;   // of a response
    L_UINT16 status = 0;       // of a response
    std::string comment = {};  // of a response: its Error Comment (PS3.7 C), as it came
  };

  // For hooks: notes what happened.
  void Note(Event event);
  // For the working thread: waits for what happens next, and reports that nothing did, which ends the association. The
  // time begins anew whenever a PDU has gone out: a peer answers what has reached it. `purpose` says what the answer
  // waited for is one to.
  std::optional<Event> Next(std::chrono::seconds timeout, const std::string& purpose);
  // The same for what is named in `wanted`; what came in its place is reported.
  std::optional<Event> Await(Happening wanted, std::chrono::seconds timeout, const std::string& purpose);
  // Reports a Send* that did not succeed.
  bool Sent(L_INT error, const std::string& what) const;

  const RequestorOptions& Options() const { return options_; }

 private:
  const RequestorOptions options_;
  std::mutex mutex_;
  std::condition_variable noted_;
  std::deque<Event> events_;  // guarded by mutex_
  // When a PDU went out last.
  std::atomic<std::chrono::steady_clock::time_point> sent_{std::chrono::steady_clock::time_point()};
};

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_REQUESTOR_H
