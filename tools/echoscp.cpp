// ldicom echoscp: answers verification (PS3.4 Annex A, PS3.7 9.1.5) until it is interrupted.

#include <memory>
#include <string>

#include "log.h"
#include "ltdic.h"
#include "options.h"
#include "server.h"
#include "subcommand.h"
#include "words.h"

namespace ldicom {
namespace {

class EchoConnection : public Connection {
 public:
  using Connection::Connection;

  L_VOID OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) override {
    const L_INT error = SendCEchoResponse(nPresentationID, nMessageID, pszClass, COMMAND_STATUS_SUCCESS);
    const std::string request = Peer() + ": C-ECHO-RQ message " + std::to_string(nMessageID);
    if (error == DICOM_SUCCESS) {
      Info(request + ": answered with success");
    } else {
      Warn(request + ": cannot answer: " + ErrorWords(error));
    }
  }

 protected:
  bool Serves(const std::string& abstract_syntax) const override { return abstract_syntax == UID_VERIFICATION_CLASS; }
  bool Reads(const std::string& transfer_syntax) const override {
    return transfer_syntax == UID_IMPLICIT_VR_LITTLE_ENDIAN || transfer_syntax == UID_EXPLICIT_VR_LITTLE_ENDIAN ||
           transfer_syntax == UID_EXPLICIT_VR_BIG_ENDIAN;
  }
};

class EchoScp : public Subcommand {
 public:
  EchoScp() {
    options_.ae_title = "ECHOSCP";
    // An association that is kept open between verifications is no fault.
    options_.dimse_timeout = 60;
  }

  void Declare(CLI::App& command) override { DeclareServer(command, options_); }

  ExitStatus Run() override {
    Server server(options_, [this] { return std::make_shared<ldicomnet::Closing<EchoConnection>>(options_); });
    return server.Run() ? kExitSuccess : kExitFailure;
  }

 private:
  ServerOptions options_;
};

}  // namespace

std::unique_ptr<Subcommand> MakeEchoScp() {
  return std::make_unique<EchoScp>();
}

}  // namespace ldicom
