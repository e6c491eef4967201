// The TLS settings of an LDicomNet, and how its handshake stands.

#ifndef LDICOMNET_CPP_NET_TLS_H
#define LDICOMNET_CPP_NET_TLS_H

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>

#include "ldicomnet/errors.h"
#include "ldicomnet/src/bridge/ffi.rs.h"
#include "ldicomnet/structs.h"

// What the interface calls a context: nothing but a mark of one that was made.
struct L_SSL_CTX {};

namespace ldicomnet::detail {

class TlsState {
 public:
  // As the core is told that there is no limit.
  static constexpr L_UINT32 kAnyDepth = 0xFFFFFFFFU;

  // Takes what a context is asked for; NULL for the defaults. Sets its nSuccess.
  L_INT Create(pL_SSL_CTX_CREATE create);
  // True once for each context that nobody was told of.
  bool TakeUntold();
  L_SSL_CTX* context() { return &context_; }
  // Gives the core the settings.
  L_INT Apply(const NetHandle& net) const;

  L_INT SetMethod(L_INT method);
  void SetOptions(L_UINT options);
  L_CIPHERSUITE Cipher(L_UINT32 index) const;
  L_UINT32 SetCipher(L_UINT32 index, L_CIPHERSUITE cipher);
  L_INT SetProfile(L_INT profile);
  L_INT GetOptions(pDICOMTLSOPTIONS options, L_UINT size) const;
  L_INT SetOptions(const DICOMTLSOPTIONS* options);
  // Beside the one of the options; NULL takes them all away again.
  L_INT AddAuthorities(const L_TCHAR* path);
  L_INT AddRevocationLists(const L_TCHAR* path);

  // What was set counts until the handshake is anywhere else than it was then; `actual` is where it is.
  void SetStatus(L_UINT32 status, L_UINT32 actual) { set_status_ = (std::uint64_t{actual} + 1) << 32U | status; }
  L_UINT32 Status(L_UINT32 actual) const {
    const std::uint64_t set = set_status_;
    return set >> 32U == std::uint64_t{actual} + 1 ? static_cast<L_UINT32>(set) : actual;
  }
  // What went wrong last, DICOM_ERROR_TLS_OK if nothing did.
  L_UINT32 NoteError(L_INT code);
  L_UINT32 error() const { return static_cast<L_UINT32>(error_.load()); }

 private:
  L_INT Add(std::string TlsState::*paths, const L_TCHAR* path);

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  bool is_told_ = false;
  L_UINT verify_ = L_SSL_VERIFY_NONE;
  std::string authorities_;
  std::string revocation_list_;
  // Paths, each ended by a NUL.
  std::string more_authorities_;
  std::string more_revocation_lists_;
  L_UINT32 depth_ = kAnyDepth;
  L_INT profile_ = DICOM_TLS_PROFILE_BCP195_RFC8996;
  bool is_without_tls12_ = false;  // by CTXSetOptions
  bool needs_tls13_ = false;       // by SetTlsOptions
  bool verifies_name_ = false;
  bool logs_keys_ = false;
  L_UINT32 handshake_ms_ = 20000;
  std::array<L_CIPHERSUITE, MAX_CIPHERSUITE_COUNT> ciphers_{};

  L_SSL_CTX context_;
  std::atomic<std::uint64_t> set_status_{0};  // the status, and above it one more than what it was set in the place of
  std::atomic<L_INT> error_{DICOM_SUCCESS};
};

// The number on the wire; 0 for a suite that is not secure, or not one.
std::uint16_t WireNumberOf(L_CIPHERSUITE cipher);
// The suite of a number on the wire; one that the interface has no name for is that number itself.
L_CIPHERSUITE CipherOf(std::uint16_t number);

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_NET_TLS_H
