// What of TLS can be chosen on the command line.

#include "tls_options.h"

#include <string>
#include <vector>

#include "options.h"

namespace ldicom {
namespace {

using Options = std::vector<CLI::Option*>;

// What the library goes to, whatever it is told.
constexpr L_INT kVerifyDepthMax = 6;

// How TLS is turned on: by options that need no other.
void AddSwitches(CLI::App& command, TlsOptions& options, TlsSide side, Options& switches) {
  switches.push_back(command
                         .add_option("--enable-tls", options.key_and_certificate,
                                     "Speak TLS, and show this certificate: its private key, and itself with those\n"
                                     "of its issuers behind it")
                         ->option_text("KEY CERT")
                         ->check(CLI::ExistingFile));
  if (side == TlsSide::kRequestor) {
    switches.push_back(
        command.add_flag("--anonymous-tls", options.is_anonymous, "Speak TLS, and show no certificate of this side")
            ->excludes(switches.front()));
  }
}

void AddFiles(CLI::App& command, TlsOptions& options, Options& details) {
  details.push_back(command
                        .add_option("--add-cert-file", options.authority_files,
                                    "Trust the authorities of this file (PEM, any number of certificates); may be\n"
                                    "repeated")
                        ->option_text("FILE")
                        ->allow_extra_args(false)
                        ->check(CLI::ExistingFile));
  details.push_back(command
                        .add_option("--add-cert-dir", options.authority_directories,
                                    "Trust the authorities of the files in this directory; may be repeated")
                        ->option_text("DIR")
                        ->allow_extra_args(false)
                        ->check(CLI::ExistingDirectory));
  details.push_back(command
                        .add_option("--add-crl-file", options.revocation_lists,
                                    "Take no certificate that the lists of this file revoke, or know nothing of;\n"
                                    "may be repeated")
                        ->option_text("FILE")
                        ->allow_extra_args(false)
                        ->check(CLI::ExistingFile));
  details.push_back(
      command.add_option("--use-passwd", options.password, "Password of the private key")->option_text("PASSWORD"));
  Options formats;
  AddChoice(
      command, formats, "--pem-keys", [&options] { options.is_der = false; },
      "Key and certificate are PEM files (default)");
  AddChoice(
      command, formats, "--der-keys", [&options] { options.is_der = true; }, "Key and certificate are DER files");
  details.insert(details.end(), formats.begin(), formats.end());
}

void AddProtocol(CLI::App& command, TlsOptions& options, Options& details) {
  details.push_back(command
                        .add_option("--tls-profile", options.profile,
                                    "Profile of PS3.15 Annex B: BCP 195 RFC 8996, 9325 (B.12), or its modified\n"
                                    "form (B.13)")
                        ->option_text("bcp195|modified [" + options.profile + "]")
                        ->check(CLI::IsMember({"bcp195", "modified"})));
  details.push_back(command.add_flag("--tls13", options.requires_tls13, "Nothing below TLS 1.3"));
}

void AddVerifying(CLI::App& command, TlsOptions& options, TlsSide side, Options& details) {
  Options choices;
  const auto add = [&](const char* names, L_UINT mode, const char* description) {
    AddChoice(
        command, choices, names, [&options, mode] { options.verify_mode = mode; }, description);
  };
  add("--require-peer-cert", L_SSL_VERIFY_PEER | L_SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
      "Verify the peer's certificate, and refuse a peer without one (default)");
  if (side == TlsSide::kServer) {
    // A server always has one: for a requestor the two are the same.
    add("--verify-peer-cert", L_SSL_VERIFY_PEER, "Verify the peer's certificate if there is one");
  } else {
    details.push_back(command.add_flag("--verify-name", options.verifies_name,
                                       "The peer's certificate must be made out to the HOST connected to"));
  }
  details.push_back(command
                        .add_option("--verify-depth", options.verify_depth,
                                    "How many issuers may stand between the peer's certificate and the authority,\n"
                                    "0 for none; six at most, and without this option")
                        ->option_text("NUMBER")
                        ->check(CLI::Range(0, kVerifyDepthMax)));
  add("--ignore-peer-cert", L_SSL_VERIFY_NONE, "Take any peer, whoever it is");
  details.insert(details.end(), choices.begin(), choices.end());
}

}  // namespace

void DeclareTls(CLI::App& command, TlsOptions& options, TlsSide side) {
  Options switches;
  Options details;
  AddSwitches(command, options, side, switches);
  AddFiles(command, options, details);
  AddProtocol(command, options, details);
  AddVerifying(command, options, side, details);
  for (const Options& group : {switches, details}) {
    for (CLI::Option* const option : group) {
      option->group("TLS");
    }
  }
  command.parse_complete_callback([&options, details, side] {
    for (const CLI::Option* const option : details) {
      if (!options.IsOn() && option->count() > 0) {
        throw CLI::RequiresError(option->get_name(),
                                 side == TlsSide::kServer ? "--enable-tls" : "--enable-tls or --anonymous-tls");
      }
    }
  });
}

}  // namespace ldicom
