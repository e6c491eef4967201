// TlsState: the settings of TLS, from the interface's numbers to the core's.

#include "net_tls.h"

#include <vector>

#include "ldicomnet/errors.h"
#include "text.h"

namespace ldicomnet::detail {
namespace {

// The suites that there are of those that the interface names (RFC 5289).
constexpr std::uint16_t kEcdheRsaAes128Gcm = 0xC02F;
constexpr std::uint16_t kEcdheRsaAes256Gcm = 0xC030;

bool IsName(L_CIPHERSUITE cipher) {
  return cipher >= L_TLS_DHE_RSA_WITH_DES_CBC_SHA && cipher <= L_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384;
}

}  // namespace

std::uint16_t WireNumberOf(L_CIPHERSUITE cipher) {
  switch (cipher) {
    case L_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256:
      return kEcdheRsaAes128Gcm;
    case L_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384:
      return kEcdheRsaAes256Gcm;
    default:
      return 0;
  }
}

L_CIPHERSUITE CipherOf(std::uint16_t number) {
  switch (number) {
    case kEcdheRsaAes128Gcm:
      return L_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
    case kEcdheRsaAes256Gcm:
      return L_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384;
    default:
      return static_cast<L_CIPHERSUITE>(number);
  }
}

L_INT TlsState::Create(pL_SSL_CTX_CREATE create) {
  if (create == nullptr) {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_told_ = false;
    return DICOM_SUCCESS;
  }
  if (create->uStructSize != sizeof(L_SSL_CTX_CREATE))
    return DICOM_ERROR_INVALID_STRUCT_SIZE;
  const auto has = [&](L_UINT32 flag) { return (create->uFlags & flag) != 0; };
  L_INT code = DICOM_SUCCESS;
  if (has(FLAG_SSL_CTX_CREATE_METHOD_TYPE))
    code = SetMethod(create->nMethodTypeSSL);
  if (code == DICOM_SUCCESS && has(FLAG_SSL_CTX_CREATE_VERIFY_MODE) && create->uVerifyMode > L_SSL_VERIFY_ALL)
    code = DICOM_ERROR_TLS_INVALID_CTX_VERIFY_MODE;
  if (code == DICOM_SUCCESS && has(FLAG_SSL_CTX_CREATE_VERIFY_DEPTH) && create->nVerifyDepth < 0)
    code = DICOM_ERROR_TLS_INVALID_CTX_VERIFY_DEPTH;
  if (code == DICOM_SUCCESS && has(FLAG_SSL_CTX_CREATE_CAFILE) && create->pszCAfile == nullptr)
    code = DICOM_ERROR_TLS_INVALID_CTX_CAFILE;
  if (code == DICOM_SUCCESS) {
    if (has(FLAG_SSL_CTX_CREATE_OPTIONS))
      SetOptions(static_cast<L_UINT>(create->nOptions));
    const std::lock_guard<std::mutex> lock(mutex_);
    if (has(FLAG_SSL_CTX_CREATE_VERIFY_MODE))
      verify_ = create->uVerifyMode;
    if (has(FLAG_SSL_CTX_CREATE_VERIFY_DEPTH))
      depth_ = static_cast<L_UINT32>(create->nVerifyDepth);
    if (has(FLAG_SSL_CTX_CREATE_CAFILE))
      authorities_ = create->pszCAfile;
    is_told_ = false;
  }
  create->nSuccess = code;
  return code;
}

bool TlsState::TakeUntold() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return !std::exchange(is_told_, true);
}

L_INT TlsState::Apply(const NetHandle& net) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::uint16_t> suites;
  for (const L_CIPHERSUITE cipher : ciphers_) {
    if (cipher != 0)
      suites.push_back(WireNumberOf(cipher));
  }
  const std::string authorities = authorities_ + '\0' + more_authorities_;
  const std::string revocation_lists = revocation_list_ + '\0' + more_revocation_lists_;
  TlsView view;
  view.profile = static_cast<std::uint8_t>(profile_);
  view.minimum_version = is_without_tls12_ || needs_tls13_ ? 13 : 12;
  view.verify = static_cast<std::uint8_t>(verify_);
  view.verify_name = verifies_name_;
  view.verify_depth = depth_;
  view.authorities = Bytes(authorities.data(), authorities.size());
  view.revocation_lists = Bytes(revocation_lists.data(), revocation_lists.size());
  view.cipher_suites = rust::Slice<const std::uint16_t>(suites.data(), suites.size());
  view.key_log = logs_keys_;
  view.handshake_timeout_ms = handshake_ms_;
  return net.set_tls(view);
}

L_INT TlsState::SetMethod(L_INT method) {
  switch (method) {
    case TYPE_SSLV2_METHOD:
    case TYPE_SSLV3_METHOD:
    case TYPE_TLSV1_METHOD:
      return DICOM_ERROR_TLS_INSUFFICIENT_SECURITY;
    // "Whatever both sides speak", which is TLS 1.2 at least.
    case TYPE_SSLV23_METHOD:
    case TYPE_TLS_METHOD:
      return DICOM_SUCCESS;
    default:
      return DICOM_ERROR_PARAMETER;
  }
}

void TlsState::SetOptions(L_UINT options) {
  const std::lock_guard<std::mutex> lock(mutex_);
  is_without_tls12_ = (options & L_SSL_OP_NO_TLSv1_2) != 0;
}

L_CIPHERSUITE TlsState::Cipher(L_UINT32 index) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return index < ciphers_.size() ? ciphers_[index] : static_cast<L_CIPHERSUITE>(0);
}

L_UINT32 TlsState::SetCipher(L_UINT32 index, L_CIPHERSUITE cipher) {
  if (index >= MAX_CIPHERSUITE_COUNT || (cipher != 0 && !IsName(cipher)))
    return DICOM_ERROR_PARAMETER;
  if (cipher != 0 && WireNumberOf(cipher) == 0)
    return NoteError(DICOM_ERROR_TLS_INSUFFICIENT_SECURITY);
  const std::lock_guard<std::mutex> lock(mutex_);
  ciphers_[index] = cipher;
  return DICOM_SUCCESS;
}

L_INT TlsState::SetProfile(L_INT profile) {
  if (profile != DICOM_TLS_PROFILE_BCP195_RFC8996 && profile != DICOM_TLS_PROFILE_MODIFIED_BCP195_RFC8996)
    return DICOM_ERROR_PARAMETER;
  const std::lock_guard<std::mutex> lock(mutex_);
  profile_ = profile;
  ciphers_.fill(static_cast<L_CIPHERSUITE>(0));
  return DICOM_SUCCESS;
}

L_INT TlsState::GetOptions(pDICOMTLSOPTIONS options, L_UINT size) const {
  if (options == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (size != sizeof(DICOMTLSOPTIONS))
    return DICOM_ERROR_INVALID_STRUCT_SIZE;
  const std::lock_guard<std::mutex> lock(mutex_);
  *options = {};
  options->uStructSize = sizeof(DICOMTLSOPTIONS);
  options->uVerifyMode = verify_;
  options->bRequireTls13 = needs_tls13_ ? L_TRUE : L_FALSE;
  options->bVerifyName = verifies_name_ ? L_TRUE : L_FALSE;
  options->bKeyLog = logs_keys_ ? L_TRUE : L_FALSE;
  options->nHandshakeMs = handshake_ms_;
  CopyText(Bytes(authorities_.c_str()), options->szAuthorities, L_MAXPATH);
  CopyText(Bytes(revocation_list_.c_str()), options->szRevocationList, L_MAXPATH);
  return DICOM_SUCCESS;
}

L_INT TlsState::SetOptions(const DICOMTLSOPTIONS* options) {
  if (options == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (options->uStructSize != sizeof(DICOMTLSOPTIONS))
    return DICOM_ERROR_INVALID_STRUCT_SIZE;
  const auto is_ended = [](const L_TCHAR(&text)[L_MAXPATH]) {
    return std::find(std::begin(text), std::end(text), '\0') != std::end(text);
  };
  if (options->uVerifyMode > L_SSL_VERIFY_ALL || options->nHandshakeMs == 0 || !is_ended(options->szAuthorities) ||
      !is_ended(options->szRevocationList))
    return DICOM_ERROR_PARAMETER;
  const std::lock_guard<std::mutex> lock(mutex_);
  verify_ = options->uVerifyMode;
  needs_tls13_ = options->bRequireTls13 != L_FALSE;
  verifies_name_ = options->bVerifyName != L_FALSE;
  logs_keys_ = options->bKeyLog != L_FALSE;
  handshake_ms_ = options->nHandshakeMs;
  authorities_ = options->szAuthorities;
  revocation_list_ = options->szRevocationList;
  return DICOM_SUCCESS;
}

L_INT TlsState::Add(std::string TlsState::*paths, const L_TCHAR* path) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (path == nullptr) {
    (this->*paths).clear();
    return DICOM_SUCCESS;
  }
  if (*path == '\0')
    return DICOM_ERROR_PARAMETER;
  (this->*paths).append(path).push_back('\0');
  return DICOM_SUCCESS;
}

L_INT TlsState::AddAuthorities(const L_TCHAR* path) {
  return Add(&TlsState::more_authorities_, path);
}

L_INT TlsState::AddRevocationLists(const L_TCHAR* path) {
  return Add(&TlsState::more_revocation_lists_, path);
}

L_UINT32 TlsState::NoteError(L_INT code) {
  error_ = code;
  return static_cast<L_UINT32>(code);
}

}  // namespace ldicomnet::detail
