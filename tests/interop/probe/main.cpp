// interop_probe: an LDicomNet object that a test steers line by line. It shows what the tools do not: every item of the
// association that a hook was given; and it takes steps in an order that no decent program would.
//
// Commands come on standard input, one a line, words apart by single spaces; AE titles and binary values are
// hexadecimal,
// "-" for an empty one. Each is answered on standard output by {"command": NAME, "error": NUMBER}. Hooks are written
// there as they come: {"hook": NAME, "net": N, ...}, where net 0 is the object that listens or connects and those above
// are accepted connections. What sends, sends on the newest of them. The end of the input ends the program.

#include <exception>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "json.h"
#include "ltdic.h"
#include "net.h"
#include "senders.h"
#include "words.h"

namespace {

using probe::Bytes;
using probe::Words;

class Commands {
 public:
  int Run() {
    std::string line;
    while (std::getline(std::cin, line)) {
      Words words(line);
      const std::string name = words.Text();
      const auto command = commands_.find(name);
      if (command == commands_.end()) {
        throw std::invalid_argument("no such command: " + name);
      }
      const L_INT error = command->second(words);
      probe::Write("\"command\": " + probe::Json(name) + ", \"error\": " + std::to_string(error));
    }
    return 0;
  }

 private:
  using Command = std::function<L_INT(Words&)>;

  // What sends, sends on this one.
  LDicomNet& Current() {
    newest_ = net_->Newest();
    return newest_ != nullptr ? *newest_ : *net_;
  }

  L_INT Listen(Words& words) {
    const std::string address = words.Text();
    const L_INT error = net_->Listen(address.c_str(), 0, 50, DICOM_IPTYPE_IPV4_OR_IPV6);
    L_UINT port = 0;
    if (error == DICOM_SUCCESS && net_->GetHostInfo(nullptr, 0, &port) == DICOM_SUCCESS) {
      probe::Write("\"port\": " + std::to_string(port));
    }
    return error;
  }

  L_INT Connect(Words& words) {
    const std::string host = words.Text();
    constexpr L_INT kPatience = 10000;
    return net_->Connect("", 0, host.c_str(), words.Number(), DICOM_IPTYPE_IPV4_OR_IPV6, kPatience);
  }

  L_INT Context(Words& words) {
    const L_UCHAR id = words.Byte();
    const L_UCHAR result = words.Byte();
    L_INT error = association_.AddPresentation(id, result, words.Text().c_str());
    while (error == DICOM_SUCCESS && !words.empty()) {
      error = association_.AddTransfer(id, words.Text().c_str());
    }
    return error;
  }

  L_INT Role(Words& words) {
    const L_UCHAR id = words.Byte();
    const L_UCHAR user = words.Byte();
    return association_.SetRoleSelect(id, L_TRUE, user, words.Byte());
  }

  L_INT Extended(Words& words) {
    const L_UCHAR id = words.Byte();
    const Bytes bytes = words.Binary();
    return association_.SetExtended(id, bytes.data(), static_cast<L_UINT32>(bytes.size()));
  }

  L_INT Window(Words& words) {
    const L_UINT16 invoked = words.Short();
    return association_.SetAsyncOperations(L_TRUE, invoked, words.Short());
  }

  L_INT Identity(Words& words) {
    const L_UCHAR type = words.Byte();
    const L_BOOL wants_response = words.Flag();
    const Bytes primary = words.Binary();
    const Bytes secondary = words.Binary();
    return association_.SetUserIdentity(type, wants_response, primary.data(), static_cast<L_UINT16>(primary.size()),
                                        secondary.data(), static_cast<L_UINT16>(secondary.size()));
  }

  L_INT IdentityResponse(Words& words) {
    const Bytes response = words.Binary();
    return association_.SetUserIdentityResponse(L_TRUE, response.data(), static_cast<L_UINT16>(response.size()));
  }

  L_INT Item(Words& words) {
    const L_UCHAR type = words.Byte();
    const Bytes data = words.Binary();
    return association_.AddUserInfo(type, data.data(), static_cast<L_UINT16>(data.size()));
  }

  L_INT Associate(Words&) {
    return association_.IsRequest() ? Current().SendAssociateRequest(&association_)
                                    : Current().SendAssociateAccept(&association_);
  }

  static probe::Answers::Rejection RejectionOf(Words& words) {
    probe::Answers::Rejection rejection = {};
    rejection.result = words.Byte();
    rejection.source = words.Byte();
    rejection.reason = words.Byte();
    return rejection;
  }

  L_INT Reject(Words& words) {
    const probe::Answers::Rejection rejection = RejectionOf(words);
    return Current().SendAssociateReject(rejection.result, rejection.source, rejection.reason);
  }

  L_INT Abort(Words& words) {
    const L_UCHAR source = words.Byte();
    return Current().SendAbort(source, words.Byte());
  }

  L_INT Echo(Words& words) {
    const L_UCHAR context = words.Byte();
    return Current().SendCEchoRequest(context, words.Short(), UID_VERIFICATION_CLASS);
  }

  // store CONTEXT MESSAGE CLASS INSTANCE FILE: the file holds the data set as it is to be sent.
  L_INT Store(Words& words) {
    const L_UCHAR context = words.Byte();
    LDicomDS command;
    command.InitCS(COMMAND_C_STORE, L_TRUE);
    probe::SetNumber(command, probe::kMessageId, words.Short());
    probe::SetText(command, probe::kAffectedSopClass, words.Text());
    probe::SetText(command, probe::kAffectedSopInstance, words.Text());
    std::ifstream file(words.Text(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    LDicomDS data_set;
    data_set.SetEncoded(reinterpret_cast<const L_UCHAR*>(bytes.data()), static_cast<L_UINT32>(bytes.size()));
    return Current().SendData(context, &command, &data_set);
  }

  // A command that sets something and cannot fail.
  static Command Done(const std::function<void(Words&)>& set) {
    return [set](Words& words) {
      set(words);
      return DICOM_SUCCESS;
    };
  }

  probe::Answers answers_;
  const std::unique_ptr<probe::Net> net_ = ldicomnet::Make<probe::Net>(0, answers_);
  std::shared_ptr<LDicomNet> newest_;
  LDicomAssociate association_{L_TRUE};

  const std::map<std::string, Command> commands_ = {
      {"listen", [this](Words& words) { return Listen(words); }},
      {"connect", [this](Words& words) { return Connect(words); }},
      // The association that is being put together.
      {"new-request", Done([this](Words&) { association_.Reset(L_TRUE); })},
      {"new-accept", Done([this](Words&) { association_.Reset(L_FALSE); })},
      {"called", [this](Words& words) { return association_.SetCalled(words.Title().c_str()); }},
      {"calling", [this](Words& words) { return association_.SetCalling(words.Title().c_str()); }},
      {"context", [this](Words& words) { return Context(words); }},
      {"role", [this](Words& words) { return Role(words); }},
      {"extended", [this](Words& words) { return Extended(words); }},
      {"window", [this](Words& words) { return Window(words); }},
      {"maximum", [this](Words& words) { return association_.SetMaxLength(L_TRUE, words.Number()); }},
      {"class", [this](Words& words) { return association_.SetImplementClass(L_TRUE, words.Text().c_str()); }},
      {"implementation",
       [this](Words& words) { return association_.SetImplementVersion(L_TRUE, words.Title().c_str()); }},
      {"identity", [this](Words& words) { return Identity(words); }},
      {"identity-response", [this](Words& words) { return IdentityResponse(words); }},
      {"item", [this](Words& words) { return Item(words); }},
      // What requests are answered with.
      {"prepare", Done([this](Words&) { answers_.Accept(association_); })},
      {"prepare-reject", Done([this](Words& words) { answers_.Reject(RejectionOf(words)); })},
      {"hold-release", Done([this](Words& words) { answers_.HoldRelease(words.Flag() != L_FALSE); })},
      {"take-stores", Done([this](Words& words) { answers_.TakeStores(words.Flag() != L_FALSE); })},
      {"leave-services", Done([this](Words& words) { answers_.LeaveServices(words.Flag() != L_FALSE); })},
      {"status", Done([this](Words& words) { answers_.SetStatus(words.Short()); })},
      // Steps.
      {"associate", [this](Words& words) { return Associate(words); }},
      {"reject", [this](Words& words) { return Reject(words); }},
      {"echo", [this](Words& words) { return Echo(words); }},
      {"store", [this](Words& words) { return Store(words); }},
      {"send", [this](Words& words) { return probe::SendMessage(Current(), words); }},
      {"release", [this](Words&) { return Current().SendReleaseRequest(); }},
      {"answer-release", [this](Words&) { return Current().SendReleaseResponse(); }},
      {"abort", [this](Words& words) { return Abort(words); }},
      {"close", Done([this](Words&) { Current().Close(); })},
  };
};

}  // namespace

int main() {
  try {
    return Commands().Run();
  } catch (const std::exception& error) {
    std::cerr << "interop_probe: " << error.what() << '\n';
    return 2;
  }
}
