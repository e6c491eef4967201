// Options of secure connections (TLS, PS3.15 Annex B), under the names that DCMTK's programs give them.
//
// Nothing here connects: secure_net.h makes objects secure by what these say.

#ifndef LDICOMNET_TOOLS_TLS_OPTIONS_H
#define LDICOMNET_TOOLS_TLS_OPTIONS_H

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ltdic.h"

namespace ldicom {

enum class TlsSide { kRequestor, kServer };

struct TlsOptions {
  std::pair<std::string, std::string> key_and_certificate;  // both "" for none
  bool is_anonymous = false;                                // a requestor's: TLS without a certificate
  std::optional<std::string> password;                      // of the key
  bool is_der = false;
  std::vector<std::string> authority_files;
  std::vector<std::string> authority_directories;
  std::vector<std::string> revocation_lists;
  std::string profile = "bcp195";
  bool requires_tls13 = false;
  // DCMTK's default: a peer without a good certificate is turned away.
  L_UINT verify_mode = L_SSL_VERIFY_PEER | L_SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  bool verifies_name = false;
  std::optional<L_INT> verify_depth;  // the library's choice without

  bool HasCertificate() const { return !key_and_certificate.first.empty(); }
  bool IsOn() const { return HasCertificate() || is_anonymous; }
};

// Adds the options to a command, in a group of --help of their own. Those that mean nothing without TLS are wrong
// usage without it, so that nothing goes out in clear by mistake.
void DeclareTls(CLI::App& command, TlsOptions& options, TlsSide side);

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_TLS_OPTIONS_H
