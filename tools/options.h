// Options that subcommands share, under the names that DCMTK's and pynetdicom's programs give them.
//
// DCMTK writes some with one dash and several letters (-aet TITLE), which CLI11 takes for a bundle of one-letter
// options, and some with a plus sign (+sd), which it takes for no option at all. NormalisedArguments turns these into
// their long names before CLI11 sees them; HelpFormatter shows them in --help.

#ifndef LDICOMNET_TOOLS_OPTIONS_H
#define LDICOMNET_TOOLS_OPTIONS_H

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ltdic.h"
#include "tls_options.h"

namespace ldicom {

// What every subcommand that uses the network takes.
struct NetworkOptions {
  std::string ae_title;
  std::string bind_address;
  bool ipv4_only = false;
  bool ipv6_only = false;
  L_UINT port = 0;
  // What this side receives in one P-DATA-TF; nothing: the library's own choice.
  std::optional<L_UINT32> max_pdu;
  // Seconds, 1 to kTimeoutMax: no wait is without an end.
  L_INT acse_timeout = 30;
  L_INT dimse_timeout = 30;
  TlsOptions tls;

  L_INT IpType() const;
  std::chrono::seconds AcseTimeout() const { return std::chrono::seconds(acse_timeout); }
  std::chrono::seconds DimseTimeout() const { return std::chrono::seconds(dimse_timeout); }
};

// What one that connects takes.
struct RequestorOptions : NetworkOptions {
  std::string called = "ANY-SCP";
  std::string host;
  L_INT connect_timeout = 10;

  std::chrono::seconds ConnectTimeout() const { return std::chrono::seconds(connect_timeout); }
};

// What one that listens takes.
struct ServerOptions : NetworkOptions {
  bool require_called = false;
  bool allow_shutdown = false;
  L_INT socket_timeout = 60;
};

constexpr L_INT kTimeoutMax = 86400;

// Each adds its options, and those that it stands on, to a command. Defaults are what the object holds.
void DeclareNetwork(CLI::App& command, NetworkOptions& options);
void DeclareRequestor(CLI::App& command, RequestorOptions& options);
void DeclareServer(CLI::App& command, ServerOptions& options);
// An option that stands for one of several choices, of which only one may be made. `choices` has those added before.
void AddChoice(CLI::App& command, std::vector<CLI::Option*>& choices, const char* names, std::function<void()> choose,
               const char* description);
// For those that can end an association in two ways.
void DeclareAbort(CLI::App& command, bool& ends_by_abort);

// The command line with DCMTK's spellings turned into long names, and each joined with its value, so that the value may
// begin with a dash. What follows `--` is left as it is.
std::vector<std::string> NormalisedArguments(int argc, const char* const* argv);

// --help with DCMTK's spellings in it.
std::shared_ptr<CLI::FormatterBase> HelpFormatter();

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_OPTIONS_H
