// SecureNet: a network object that speaks TLS where its options say so (PS3.15 Annex B), and tells what was negotiated
// and who the peer is. The base of every object in ldicom; without TLS it does nothing.

#ifndef LDICOMNET_TOOLS_SECURE_NET_H
#define LDICOMNET_TOOLS_SECURE_NET_H

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "ltdic.h"
#include "tls_options.h"
#include "traced_net.h"

namespace ldicom {

class SecureNet : public TracedNet {
 public:
  // Whether a handshake failed: OnClose has nothing new to tell then. Of the hooks.
  bool HasHandshakeFailed() const { return has_handshake_failed_; }

  L_VOID OnSecureLinkReady(L_UINT32 nError) override;
  L_INT OnPrivateKeyPassword(L_TCHAR* pszPassword, L_INT nSize, L_INT nFlag) override;
  L_INT OnVerify(L_INT ok, L_TCHAR* pszCertificateString, L_INT nError, L_TCHAR* pszErrorString) override;

 protected:
  // Before Listen or Connect: makes what they begin secure, if the options say so. `handshake` is how long one may
  // take. False when it cannot be, which it has reported.
  bool Secure(const TlsOptions& options, TlsSide side, std::chrono::seconds handshake);
  // What Listen or Connect answered, and the files that it may be about: they read those of the peers' authorities.
  std::string BeginWords(L_INT error) const;

 private:
  bool Initialise(const TlsOptions& options, std::chrono::seconds handshake);
  bool LoadCertificate(const TlsOptions& options, TlsSide side);

  TlsOptions options_;
  bool is_password_missing_ = false;  // of the thread that calls Secure
  std::atomic<bool> has_handshake_failed_{false};
};

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_SECURE_NET_H
