// The options shared by subcommands, and what CLI11 needs to take them in DCMTK's spelling.

#include "options.h"

#include <algorithm>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "log.h"

namespace ldicom {
namespace {

struct Spelling {
  const char* dcmtk;
  const char* long_name;
  int values;
};

const Spelling kSpellings[] = {
    {"-aet", "--aetitle", 1},
    {"-aec", "--call", 1},
    {"-to", "--timeout", 1},
    {"-ts", "--socket-timeout", 1},
    {"-ta", "--acse-timeout", 1},
    {"-td", "--dimse-timeout", 1},
    {"-pdu", "--max-pdu", 1},
    {"-od", "--output-directory", 1},
    {"-fe", "--filename-extension", 1},
    {"-uf", "--default-filenames", 0},
    {"+uf", "--unique-filenames", 0},
    {"-pm", "--promiscuous", 0},
    {"+xa", "--accept-all", 0},
    {"+xi", "--implicit", 0},
    {"+xe", "--prefer-little", 0},
    {"+xb", "--prefer-big", 0},
    {"-xi", "--propose-implicit", 0},
    {"-xe", "--propose-little", 0},
    {"-xb", "--propose-big", 0},
    {"+sd", "--scan-directories", 0},
    {"+sp", "--scan-pattern", 1},
    {"+r", "--recurse", 0},
    {"-nh", "--no-halt", 0},
    {"+tls", "--enable-tls", 2},
    {"+tla", "--anonymous-tls", 0},
    {"+cf", "--add-cert-file", 1},
    {"+cd", "--add-cert-dir", 1},
    {"+crl", "--add-crl-file", 1},
    {"+pw", "--use-passwd", 1},
    {"-pem", "--pem-keys", 0},
    {"-der", "--der-keys", 0},
    {"-rc", "--require-peer-cert", 0},
    {"-vc", "--verify-peer-cert", 0},
    {"-ic", "--ignore-peer-cert", 0},
};

// Whether the library takes a text as an AE title: it knows the rules (PS3.5 6.2).
std::string CheckTitle(const std::string& text) {
  LDicomAssociate association(L_TRUE);
  if (association.SetCalled(text.c_str()) == DICOM_SUCCESS) {
    return std::string();
  }
  return "an AE title has at most 16 characters of printable ASCII, and no backslash";
}

// PS3.8 D.1: 0 sets no limit; the library refuses what can carry nothing.
std::string CheckMaxPdu(const std::string& text) {
  LDicomAssociate association(L_TRUE);
  // Digits alone, and no more than 32 bits need: strtoull takes a sign and cuts what is too long.
  const bool is_number =
      !text.empty() && text.size() <= 10 && text.find_first_not_of("0123456789") == std::string::npos;
  const unsigned long long length = is_number ? std::strtoull(text.c_str(), nullptr, 10) : ULLONG_MAX;
  if (length <= UINT32_MAX && association.SetMaxLength(L_TRUE, static_cast<L_UINT32>(length)) == DICOM_SUCCESS) {
    return std::string();
  }
  return "a number of bytes: 0 for no limit, else 8 to 4294967295";
}

// The placeholder of a value in --help, with the default. CLI11 shows its own only without a placeholder.
std::string Placeholder(const char* name, const std::string& value) {
  return std::string(name) + (value.empty() ? "" : " [" + value + "]");
}

void AddTimeout(CLI::App& command, const char* names, L_INT& seconds, const char* description) {
  command.add_option(names, seconds, description)
      ->option_text(Placeholder("SECONDS", std::to_string(seconds)))
      ->check(CLI::Range(1, kTimeoutMax));
}

void AddPort(CLI::App& command, L_UINT& port, L_UINT least, const char* description) {
  command.add_option("PORT", port, description)->required()->option_text(" ")->check(CLI::Range(least, 65535U));
}

void AddTitle(CLI::App& command, const char* names, std::string& title, const char* description) {
  command.add_option(names, title, description)->option_text(Placeholder("TITLE", title))->check(CheckTitle);
}

void DeclareLogging(CLI::App& command) {
  CLI::Option* quiet = command.add_flag_callback(
      "-q,--quiet", [] { SetLogLevel(LogLevel::kQuiet); }, "Print no errors or warnings");
  CLI::Option* verbose = command.add_flag_callback(
      "-v,--verbose", [] { SetLogLevel(LogLevel::kVerbose); }, "Print what is being done");
  command
      .add_flag_callback(
          "-d,--debug", [] { SetLogLevel(LogLevel::kDebug); },
          "Print PDUs in and out and the negotiated association too")
      ->excludes(quiet);
  verbose->excludes(quiet);
}

// CLI11's own, with DCMTK's spelling put before the names of an option that has one.
class Formatter : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    std::string name = CLI::Formatter::make_option_name(option, is_positional);
    if (is_positional) {
      return name;
    }
    std::string spellings;
    for (const Spelling& spelling : kSpellings) {
      if (option->check_name(spelling.long_name)) {
        spellings.append(spelling.dcmtk).append(",");
      }
    }
    return spellings + name;
  }
};

}  // namespace

L_INT NetworkOptions::IpType() const {
  if (ipv4_only) {
    return DICOM_IPTYPE_IPV4;
  }
  return ipv6_only ? DICOM_IPTYPE_IPV6 : DICOM_IPTYPE_IPV4_OR_IPV6;
}

void DeclareNetwork(CLI::App& command, NetworkOptions& options) {
  DeclareLogging(command);
  AddTimeout(command, "--acse-timeout", options.acse_timeout, "How long to wait for association messages");
  AddTimeout(command, "--dimse-timeout", options.dimse_timeout, "How long to wait for DIMSE messages");
  command
      .add_option("--max-pdu", options.max_pdu, "Longest P-DATA-TF to receive, 0 for no limit (the library's choice)")
      ->option_text("BYTES")
      ->check(CheckMaxPdu);
  CLI::Option* ipv4 = command.add_flag("-4,--ipv4", options.ipv4_only, "IPv4 only");
  command.add_flag("-6,--ipv6", options.ipv6_only, "IPv6 only")->excludes(ipv4);
}

void DeclareRequestor(CLI::App& command, RequestorOptions& options) {
  command.add_option("HOST", options.host, "Name or address of the peer")->required()->option_text(" ");
  AddPort(command, options.port, 1, "Its port");
  AddTitle(command, "--aetitle,--calling-aet", options.ae_title, "AE title of this side");
  AddTitle(command, "--call,--called-aet", options.called, "AE title of the peer");
  AddTimeout(command, "--timeout,--connection-timeout", options.connect_timeout, "How long to wait for the connection");
  DeclareNetwork(command, options);
  command.add_option("--bind", options.bind_address, "Local address to connect from (any)")->option_text("ADDRESS");
  DeclareTls(command, options.tls, TlsSide::kRequestor);
}

void DeclareServer(CLI::App& command, ServerOptions& options) {
  options.bind_address = "*";
  AddPort(command, options.port, 0, "Port to listen on; 0 takes a free one");
  AddTitle(command, "--aetitle", options.ae_title, "AE title of this side; looked at with --require-called only");
  command.add_flag("--require-called", options.require_called,
                   "Reject an association that calls another AE title than that of --aetitle");
  command.add_flag("--allow-shutdown", options.allow_shutdown,
                   "End when a peer asks for it by DCMTK's private shutdown SOP class (termscu)");
  AddTimeout(command, "--socket-timeout,--timeout", options.socket_timeout,
             "How long a peer may leave unread what is sent to it");
  DeclareNetwork(command, options);
  command
      .add_option("--bind,--bind-address", options.bind_address,
                  "Address to listen on; '*' for all of them, '' for the computer's own")
      ->option_text(Placeholder("ADDRESS", options.bind_address));
  DeclareTls(command, options.tls, TlsSide::kServer);
}

void AddChoice(CLI::App& command, std::vector<CLI::Option*>& choices, const char* names, std::function<void()> choose,
               const char* description) {
  CLI::Option* const option = command.add_flag_callback(names, std::move(choose), description);
  for (CLI::Option* const other : choices) {
    option->excludes(other);
  }
  choices.push_back(option);
}

void DeclareAbort(CLI::App& command, bool& ends_by_abort) {
  command.add_flag("--abort", ends_by_abort, "Abort the association at the end, instead of releasing it");
}

std::vector<std::string> NormalisedArguments(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (int i = 0; i < argc; ++i) {
    if (std::strcmp(argv[i], "--") == 0) {
      arguments.insert(arguments.end(), argv + i, argv + argc);
      break;
    }
    const auto* const spelling = std::find_if(std::begin(kSpellings), std::end(kSpellings),
                                              [&](const Spelling& it) { return std::strcmp(it.dcmtk, argv[i]) == 0; });
    if (spelling == std::end(kSpellings)) {
      arguments.emplace_back(argv[i]);
      continue;
    }
    const int end = std::min(argc, i + 1 + spelling->values);
    std::string argument = spelling->long_name;
    if (i + 1 < end) {
      ++i;
      // CLI11 takes `--name=` for a name without a value, and an empty argument for an empty value.
      if (argv[i][0] == '\0') {
        arguments.push_back(argument);
        argument.clear();
      } else {
        argument.append("=").append(argv[i]);
      }
    }
    arguments.push_back(argument);
    // What follows is a value, whatever it looks like.
    arguments.insert(arguments.end(), argv + i + 1, argv + end);
    i = end - 1;
  }
  return arguments;
}

std::shared_ptr<CLI::FormatterBase> HelpFormatter() {
  auto formatter = std::make_shared<Formatter>();
  formatter->column_width(44);
  return formatter;
}

}  // namespace ldicom
