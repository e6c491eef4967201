// ldicom echoscu: verifies a peer by C-ECHO (PS3.7 9.1.5, PS3.4 Annex A).

#include <memory>
#include <optional>
#include <string>

#include "log.h"
#include "ltdic.h"
#include "options.h"
#include "requestor.h"
#include "subcommand.h"
#include "words.h"

namespace ldicom {
namespace {

// Message IDs are 16 bits; 0 is left out, for some peers take it for a missing one.
constexpr L_UINT32 kMessageIds = 0xFFFF;

class EchoRequestor : public Requestor {
 public:
  using Requestor::Requestor;

  // One request and its answer. Whether the peer answered success.
  bool Echo(L_UCHAR context, L_UINT16 message_id) {
    const std::string request = "C-ECHO-RQ message " + std::to_string(message_id);
    Info("sending " + request);
    if (!Sent(SendCEchoRequest(context, message_id, UID_VERIFICATION_CLASS), request)) {
      return false;
    }
    const std::optional<Event> answer = Await(Happening::kResponse, Options().DimseTimeout(), request);
    if (!answer) {
      return false;
    }
    if (answer->message_id != message_id) {
      Error(Peer() + ": " + request + " was answered for message " + std::to_string(answer->message_id));
      return false;
    }
    if (answer->status != COMMAND_STATUS_SUCCESS) {
      Error(Peer() + ": " + request + " was answered with " + StatusWords(answer->status));
      return false;
    }
    Info("answer to message " + std::to_string(message_id) + ": " + StatusWords(answer->status));
    return true;
  }

  L_VOID OnReceiveCEchoResponse(L_UCHAR, L_UINT16 nMessageID, L_TCHAR*, L_UINT16 nStatus) override {
    Note({Happening::kResponse, "an answer to a C-ECHO came", nMessageID, nStatus});
  }
};

class EchoScu : public Subcommand {
 public:
  EchoScu() { options_.ae_title = "ECHOSCU"; }

  void Declare(CLI::App& command) override {
    DeclareRequestor(command, options_);
    command.add_option("--repeat", repeat_, "How many times to verify, on one association")
        ->option_text("NUMBER [1]")
        ->check(CLI::Range(1, 1000000000));
    DeclareAbort(command, ends_by_abort_);
  }

  ExitStatus Run() override {
    const std::unique_ptr<EchoRequestor> requestor = ldicomnet::Make<EchoRequestor>(options_);
    return Verify(*requestor) ? kExitSuccess : kExitFailure;
  }

 private:
  bool Verify(EchoRequestor& requestor) {
    LDicomAssociate request(L_TRUE);
    request.AddPresentation(1, PDU_ACCEPT_RESULT_SUCCESS, UID_VERIFICATION_CLASS);
    request.AddTransfer(1, UID_IMPLICIT_VR_LITTLE_ENDIAN);
    request.AddTransfer(1, UID_EXPLICIT_VR_LITTLE_ENDIAN);
    if (!requestor.Open() || !requestor.Associate(request)) {
      return false;
    }
    const std::optional<L_UCHAR> context = requestor.AcceptedContext(UID_VERIFICATION_CLASS);
    if (!context) {
      requestor.Release();
      return false;
    }
    bool verified = true;
    for (L_INT i = 0; i < repeat_ && verified; ++i) {
      verified = requestor.Echo(*context, static_cast<L_UINT16>(static_cast<L_UINT32>(i) % kMessageIds + 1));
    }
    if (!verified && !requestor.IsAssociated()) {
      return false;
    }
    return requestor.End(ends_by_abort_) && verified;
  }

  RequestorOptions options_;
  L_INT repeat_ = 1;
  bool ends_by_abort_ = false;
};

}  // namespace

std::unique_ptr<Subcommand> MakeEchoScu() {
  return std::make_unique<EchoScu>();
}

}  // namespace ldicom
