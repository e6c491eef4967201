// ldicom echoscp: answers verification (PS3.4 Annex A, PS3.7 9.1.5) until it is interrupted.

#include <memory>

#include "ltdic.h"
#include "options.h"
#include "server.h"
#include "subcommand.h"

namespace ldicom {
namespace {

class EchoScp : public Subcommand {
 public:
  EchoScp() {
    options_.ae_title = "ECHOSCP";
    // An association that is kept open between verifications is no fault.
    options_.dimse_timeout = 60;
  }

  void Declare(CLI::App& command) override { DeclareServer(command, options_); }

  ExitStatus Run() override {
    Server server(options_, [this] { return std::make_shared<ldicomnet::Closing<Connection>>(options_); });
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
