// ldicom termscu: asks a server to end, by DCMTK's private shutdown SOP class (PS3.8 knows nothing of it).
//
// A server that does what it is asked to rejects the association, permanently, as the service user and without a
// reason; dcmqrscp and the servers of ldicom do so with --allow-shutdown. One that accepts the association goes on.

#include <memory>
#include <optional>
#include <string>

#include "log.h"
#include "ltdic.h"
#include "options.h"
#include "requestor.h"
#include "server.h"
#include "subcommand.h"
#include "words.h"

namespace ldicom {
namespace {

class TerminationRequestor : public Requestor {
 public:
  using Requestor::Requestor;

  // Whether the peer has answered as one that ends.
  bool Terminate() {
    LDicomAssociate request(L_TRUE);
    request.AddPresentation(1, PDU_ACCEPT_RESULT_SUCCESS, kShutdownClass);
    for (const char* uid : {UID_EXPLICIT_VR_LITTLE_ENDIAN, UID_EXPLICIT_VR_BIG_ENDIAN, UID_IMPLICIT_VR_LITTLE_ENDIAN}) {
      request.AddTransfer(1, uid);
    }
    const std::string purpose = "the association request";
    if (!Open() || !Request(request)) {
      return false;
    }
    const std::optional<Event> answer = Next(Options().AcseTimeout(), purpose);
    if (!answer) {
      return false;
    }
    if (answer->what == Happening::kAccepted) {
      Error(Peer() + ": the association was accepted: this server does not end when it is asked to");
      Release();
      return false;
    }
    if (is_ending_) {
      Info(Peer() + ": " + answer->words + "; the server ends");
    } else {
      Error(Peer() + ": " + answer->words +
            (answer->what == Happening::kRejected ? "" : " before the answer to " + purpose));
    }
    return is_ending_;
  }

  L_VOID OnReceiveAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) override {
    // Any other rejection is about something else, as an AE title that the server does not know.
    is_ending_ = nResult == PDU_REJECT_RESULT_PERMANENT && nSource == PDU_REJECT_SOURCE_USER &&
                 nReason == PDU_REJECT_REASON_UNKNOWN;
    Requestor::OnReceiveAssociateReject(nResult, nSource, nReason);
  }

 private:
  bool is_ending_ = false;  // written before the event that tells of it
};

class TermScu : public Subcommand {
 public:
  TermScu() { options_.ae_title = "TERMSCU"; }

  void Declare(CLI::App& command) override {
    DeclareRequestor(command, options_);
    command.footer(
        "It proposes DCMTK's private shutdown SOP class, and takes a rejection by the service user without a reason\n"
        "for success: that is how a server answers which ends.");
  }

  ExitStatus Run() override {
    const std::unique_ptr<TerminationRequestor> requestor = ldicomnet::Make<TerminationRequestor>(options_);
    return requestor->Terminate() ? kExitSuccess : kExitFailure;
  }

 private:
  RequestorOptions options_;
};

}  // namespace

std::unique_ptr<Subcommand> MakeTermScu() {
  return std::make_unique<TermScu>();
}

}  // namespace ldicom
