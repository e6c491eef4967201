// What main.cpp needs to know of a subcommand of ldicom, and the list of them.
//
// One file a subcommand, at least. A subcommand declares its options, and is run once they are read; what several of
// them share is in options.h, requestor.h and server.h.

#ifndef LDICOMNET_TOOLS_SUBCOMMAND_H
#define LDICOMNET_TOOLS_SUBCOMMAND_H

#include <CLI/CLI.hpp>
#include <memory>

namespace ldicom {

// How a program of ldicom ends.
enum ExitStatus : int {
  kExitSuccess = 0,  // The peer answered success, or a server was told to stop.
  kExitFailure = 1,  // Anything else that happened once the work had begun.
  kExitUsage = 2,    // The command line is wrong; nothing was done.
};

class Subcommand {
 public:
  Subcommand() = default;
  Subcommand(const Subcommand&) = delete;
  Subcommand& operator=(const Subcommand&) = delete;
  virtual ~Subcommand() = default;

  // Adds options and positionals to the command's own part of the command line. They are read into this object.
  virtual void Declare(CLI::App& command) = 0;
  // Does the work and returns how the program is to end.
  virtual ExitStatus Run() = 0;
};

std::unique_ptr<Subcommand> MakeEchoScp();   // echoscp.cpp
std::unique_ptr<Subcommand> MakeEchoScu();   // echoscu.cpp
std::unique_ptr<Subcommand> MakeStoreScp();  // storescp.cpp
std::unique_ptr<Subcommand> MakeStoreScu();  // storescu.cpp
std::unique_ptr<Subcommand> MakeTermScu();   // termscu.cpp

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_SUBCOMMAND_H
