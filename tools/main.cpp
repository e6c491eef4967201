// ldicom: DICOM network programs as subcommands of one, written on the public headers of LDicomNet alone.
//
// This file reads the command line and hands over to the subcommand named in it.

#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "log.h"
#include "ltdic.h"
#include "options.h"
#include "subcommand.h"
#include "words.h"

namespace {

struct Entry {
  const char* name;
  const char* description;
  std::unique_ptr<ldicom::Subcommand> (*make)();
};

const Entry kSubcommands[] = {
    {"echoscp", "Answers verification (C-ECHO) requests until it is interrupted", ldicom::MakeEchoScp},
    {"echoscu", "Verifies a peer by C-ECHO", ldicom::MakeEchoScu},
    {"storescp", "Receives objects (C-STORE) into a directory until it is interrupted", ldicom::MakeStoreScp},
    {"storescu", "Sends files to a peer by C-STORE", ldicom::MakeStoreScu},
    {"termscu", "Asks a server to end, by DCMTK's private shutdown SOP class", ldicom::MakeTermScu},
};

// CLI11 says of an unknown subcommand only that one is required.
CLI::ParseError UnknownSubcommand(const std::string& name) {
  std::string message = ldicom::Escaped(name) + " is not a subcommand; there are:";
  for (const Entry& entry : kSubcommands) {
    message.append(" ").append(entry.name);
  }
  return {message, CLI::ExitCodes::ExtrasError};
}

int Run(int argc, char** argv) {
  CLI::App app("DICOM network programs", "ldicom");
  app.formatter(ldicom::HelpFormatter());
  app.footer(
      "Exit status: 0 the peer did what it was asked to (a server: it was told to stop), 1 it did not, 2 wrong usage.\n"
      "`ldicom SUBCOMMAND --help` lists the options of one.");
  app.set_version_flag("--version", "ldicom " LDICOM_VERSION);
  app.require_subcommand(1);

  std::vector<std::unique_ptr<ldicom::Subcommand>> subcommands;
  ldicom::Subcommand* chosen = nullptr;
  for (const Entry& entry : kSubcommands) {
    ldicom::Subcommand* subcommand = subcommands.emplace_back(entry.make()).get();
    CLI::App* command = app.add_subcommand(entry.name, entry.description);
    subcommand->Declare(*command);
    command->callback([&chosen, subcommand] { chosen = subcommand; });
  }

  const std::vector<std::string> arguments = ldicom::NormalisedArguments(argc, argv);
  std::vector<const char*> pointers;
  pointers.reserve(arguments.size());
  for (const std::string& argument : arguments) {
    pointers.push_back(argument.c_str());
  }
  try {
    app.parse(static_cast<int>(pointers.size()), pointers.data());
  } catch (const CLI::RequiredError& error) {
    const std::vector<std::string> unknown = app.remaining();
    if (app.get_subcommands().empty() && !unknown.empty()) {
      app.exit(UnknownSubcommand(unknown.front()));
    } else {
      app.exit(error);
    }
    return ldicom::kExitUsage;
  } catch (const CLI::ParseError& error) {
    // Also the way out of --help and --version, which are no errors.
    return app.exit(error) == 0 ? ldicom::kExitSuccess : ldicom::kExitUsage;
  }
  if (!ldicom::LogShows(ldicom::LogLevel::kNormal)) {
    // The library's own log goes to standard error too, unless the user has said otherwise (ltdic.h).
    setenv("LDICOMNET_LOG", "off", 0);
  }
  const L_INT error = LDicomNet::StartUp();
  if (error != DICOM_SUCCESS) {
    ldicom::Error("the library cannot be started: " + ldicom::ErrorWords(error));
    return ldicom::kExitFailure;
  }
  const ldicom::ExitStatus status = chosen->Run();
  LDicomNet::ShutDown();
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    ldicom::Error(error.what());
    return ldicom::kExitFailure;
  }
}
