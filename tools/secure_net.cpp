// The settings of TLS, and its hooks in words.

#include "secure_net.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "log.h"
#include "words.h"

namespace ldicom {
namespace {

std::vector<std::string> AuthoritiesOf(const TlsOptions& options) {
  std::vector<std::string> paths = options.authority_files;
  paths.insert(paths.end(), options.authority_directories.begin(), options.authority_directories.end());
  return paths;
}

}  // namespace

bool SecureNet::Secure(const TlsOptions& options, TlsSide side, std::chrono::seconds handshake) {
  options_ = options;
  if (!options.IsOn()) {
    return true;
  }
  if (options.verify_mode != L_SSL_VERIFY_NONE && AuthoritiesOf(options).empty()) {
    Warn("no peer's certificate will be good: there are no authorities (+cf, +cd)");
  }
  return Initialise(options, handshake) && (!options.HasCertificate() || LoadCertificate(options, side));
}

bool SecureNet::Initialise(const TlsOptions& options, std::chrono::seconds handshake) {
  L_SSL_CTX_CREATE create = {};
  create.uStructSize = sizeof create;
  if (options.verify_depth) {
    create.uFlags = FLAG_SSL_CTX_CREATE_VERIFY_DEPTH;
    create.nVerifyDepth = *options.verify_depth;
  }
  L_INT error = Initialize(nullptr, static_cast<L_INT32>(DICOM_SECURE_TLS), &create);
  DICOMTLSOPTIONS settings;
  if (error == DICOM_SUCCESS) {
    error = SetTlsProfile(options.profile == "modified" ? DICOM_TLS_PROFILE_MODIFIED_BCP195_RFC8996
                                                        : DICOM_TLS_PROFILE_BCP195_RFC8996);
  }
  if (error == DICOM_SUCCESS) {
    error = GetTlsOptions(&settings, sizeof settings);
  }
  if (error == DICOM_SUCCESS) {
    settings.uVerifyMode = options.verify_mode;
    settings.bVerifyName = options.verifies_name ? L_TRUE : L_FALSE;
    settings.bRequireTls13 = options.requires_tls13 ? L_TRUE : L_FALSE;
    settings.nHandshakeMs = static_cast<L_UINT32>(std::chrono::milliseconds(handshake).count());
    error = SetTlsOptions(&settings);
  }
  for (const std::string& path : AuthoritiesOf(options)) {
    error = error == DICOM_SUCCESS ? AddTlsAuthorities(path.c_str()) : error;
  }
  for (const std::string& path : options.revocation_lists) {
    error = error == DICOM_SUCCESS ? AddTlsRevocationLists(path.c_str()) : error;
  }
  if (error != DICOM_SUCCESS) {
    Error("cannot set up TLS: " + ErrorWords(error));
  }
  return error == DICOM_SUCCESS;
}

bool SecureNet::LoadCertificate(const TlsOptions& options, TlsSide side) {
  const auto& [key, certificate] = options.key_and_certificate;
  const L_UINT32 type = options.is_der ? L_TLS_FILETYPE_ASN1 : L_TLS_FILETYPE_PEM;
  const L_UINT32 error = side == TlsSide::kServer ? SetServerCertificateTLS(certificate.c_str(), type, key.c_str())
                                                  : SetClientCertificateTLS(certificate.c_str(), type, key.c_str());
  if (error == DICOM_SUCCESS) {
    return true;
  }
  std::string words = ErrorWords(static_cast<L_INT>(error));
  if (error == DICOM_ERROR_PRIVATE_KEY_LOAD_FAILED && is_password_missing_) {
    words += "; it is encrypted, and +pw gives its password";
  } else if (error == DICOM_ERROR_PRIVATE_KEY_LOAD_FAILED && options.password) {
    words += "; the password may be another";
  }
  Error("cannot use the certificate " + PathWords(certificate) + " with the key " + PathWords(key) + ": " + words);
  return false;
}

std::string SecureNet::BeginWords(L_INT error) const {
  std::string words = ErrorWords(error);
  const bool is_of_files = error == DICOM_ERROR_OPEN || error == DICOM_ERROR_CERTIFICATE_LOAD_FAILED ||
                           error == DICOM_ERROR_TLS_INVALID_CTX || error == DICOM_ERROR_TLS_INVALID_CTX_CAFILE;
  if (options_.IsOn() && is_of_files) {
    for (const std::vector<std::string>& paths : {AuthoritiesOf(options_), options_.revocation_lists}) {
      for (const std::string& path : paths) {
        words += "; " + PathWords(path);
      }
    }
  }
  return words;
}

L_VOID SecureNet::OnSecureLinkReady(L_UINT32 nError) {
  has_handshake_failed_ = nError != DICOM_SUCCESS;
  if (nError == DICOM_SUCCESS) {
    Info(Peer() + ": secure by " + CipherSuiteWords(GetCiphersuiteTLS()));
  }
}

L_INT SecureNet::OnPrivateKeyPassword(L_TCHAR* pszPassword, L_INT nSize, L_INT) {
  is_password_missing_ = !options_.password;
  if (!options_.password || options_.password->size() > static_cast<std::size_t>(nSize)) {
    return 0;
  }
  std::copy(options_.password->begin(), options_.password->end(), pszPassword);
  return static_cast<L_INT>(options_.password->size());
}

L_INT SecureNet::OnVerify(L_INT ok, L_TCHAR* pszCertificateString, L_INT nError, L_TCHAR* pszErrorString) {
  const std::string certificate = Peer() + ": the certificate of '" + Escaped(pszCertificateString) + "'";
  if (ok != L_FALSE) {
    Info(certificate + " is good");
  } else {
    Warn(certificate + " is not good: " + Escaped(pszErrorString) + " (X509 error " + std::to_string(nError) + ")");
  }
  return ok;
}

}  // namespace ldicom
