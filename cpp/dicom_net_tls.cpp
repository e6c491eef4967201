// LDicomNet: the members of secure connections (PS3.15 Annex B).

#include "dicom_net_impl.h"
#include "ldicomnet/dicom_net.h"
#include "text.h"

using ldicomnet::detail::Bytes;
using ldicomnet::detail::CipherOf;

namespace {

// Of GetTLSStatus.
constexpr L_UINT32 kSecureConnected = 3;

// What a suite is made of. Those that are not secure keep their description.
struct Suite {
  L_CIPHERSUITE cipher;
  L_UINT32 authentication;
  L_UINT32 encryption;
  L_UINT32 integrity;
  L_UINT32 key_exchange;
  L_UINT32 key_bits;
};

constexpr Suite kSuites[] = {
    {L_TLS_DHE_RSA_WITH_DES_CBC_SHA, L_MUTUALAUTH_RSA, L_CRYPT_DES, L_MAC_SHA1, L_KEYEXCHANGE_RSA_SIGNED_DHE, 56},
    {L_TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA, L_MUTUALAUTH_RSA, L_CRYPT_3DES, L_MAC_SHA1, L_KEYEXCHANGE_RSA_SIGNED_DHE,
     168},
    {L_TLS_DHE_RSA_AES256_SHA, L_MUTUALAUTH_RSA, L_CRYPT_AES, L_MAC_SHA1, L_KEYEXCHANGE_RSA_SIGNED_DHE, 256},
    {L_TLS_RSA_WITH_AES_128_CBC_SHA, L_MUTUALAUTH_RSA, L_CRYPT_AES, L_MAC_SHA1, L_KEYEXCHANGE_RSA, 128},
    {L_TLS_RSA_WITH_3DES_EDE_CBC_SHA, L_MUTUALAUTH_RSA, L_CRYPT_3DES, L_MAC_SHA1, L_KEYEXCHANGE_RSA, 168},
    {L_TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, L_MUTUALAUTH_RSA, L_CRYPT_AES, L_MAC_NONE, L_KEYEXCHANGE_RSA_SIGNED_DHE,
     128},
    {L_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, L_MUTUALAUTH_RSA, L_CRYPT_AES, L_MAC_NONE, L_KEYEXCHANGE_RSA_SIGNED_DHE,
     128},
    {L_TLS_DHE_RSA_WITH_AES_256_GCM_SHA384, L_MUTUALAUTH_RSA, L_CRYPT_AES, L_MAC_NONE, L_KEYEXCHANGE_RSA_SIGNED_DHE,
     256},
    {L_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, L_MUTUALAUTH_RSA, L_CRYPT_AES, L_MAC_NONE, L_KEYEXCHANGE_RSA_SIGNED_DHE,
     256},
};

// All of it 0 for a number that is none of them.
Suite Of(L_CIPHERSUITE cipher) {
  for (const Suite& suite : kSuites) {
    if (suite.cipher == cipher)
      return suite;
  }
  return {};
}

L_UINT32 Load(ldicomnet::detail::NetState& state, bool is_server, const L_TCHAR* certificate, L_UINT32 type,
              const L_TCHAR* key) {
  if (certificate == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (type != L_TLS_FILETYPE_PEM && type != L_TLS_FILETYPE_ASN1)
    return DICOM_ERROR_PARAMETER;
  return state.secure.NoteError(
      state.net->load_identity(is_server, Bytes(certificate), Bytes(key), type == L_TLS_FILETYPE_ASN1));
}

}  // namespace

L_CIPHERSUITE LDicomNet::GetCipherFromIndexTLS(L_UINT32 nIndex) const {
  return m_pState->secure.Cipher(nIndex);
}

L_UINT32 LDicomNet::SetCipherToIndexTLS(L_UINT32 nIndex, L_CIPHERSUITE cipher) {
  return m_pState->secure.SetCipher(nIndex, cipher);
}

L_CIPHERSUITE LDicomNet::GetCiphersuiteTLS() const {
  return CipherOf(m_pState->net->cipher_suite());
}

L_UINT32 LDicomNet::GetEncryptionAlgorithmTLS(L_CIPHERSUITE cipher) const {
  return Of(cipher).encryption;
}

L_UINT32 LDicomNet::GetAuthenticationAlgorithmTLS(L_CIPHERSUITE cipher) const {
  return Of(cipher).authentication;
}

L_UINT32 LDicomNet::GetIntegrityAlgorithmTLS(L_CIPHERSUITE cipher) const {
  return Of(cipher).integrity;
}

L_UINT32 LDicomNet::GetKeyExchangeAlgorithmTLS(L_CIPHERSUITE cipher) const {
  return Of(cipher).key_exchange;
}

L_UINT32 LDicomNet::GetEncryptKeyLengthTLS(L_CIPHERSUITE cipher) const {
  return Of(cipher).key_bits;
}

L_UINT32 LDicomNet::GetMutualAuthKeyLengthTLS(L_CIPHERSUITE cipher) const {
  // rustls takes no shorter key of RSA than this; a suite does not say more.
  constexpr L_UINT32 kBits = 2048;
  return Of(cipher).authentication == L_MUTUALAUTH_NONE ? 0 : kBits;
}

L_UINT32 LDicomNet::SetClientCertificateTLS(const L_TCHAR* pszPathToCertificate, L_UINT32 certType,
                                            const L_TCHAR* pszPathToKeyFile) {
  return Load(*m_pState, false, pszPathToCertificate, certType, pszPathToKeyFile);
}

L_UINT32 LDicomNet::SetServerCertificateTLS(const L_TCHAR* pszPathToCertificate, L_UINT32 certType,
                                            const L_TCHAR* pszPathToKeyFile) {
  return Load(*m_pState, true, pszPathToCertificate, certType, pszPathToKeyFile);
}

L_UINT32 LDicomNet::GetErrorSecure() const {
  return m_pState->secure.error();
}

L_SSL_CTX* LDicomNet::GetCTX() const {
  return GetSecureMode() == DICOM_SECURE_TLS ? m_pState->secure.context() : NULL;
}

L_INT32 LDicomNet::CTXSetOptions(L_UINT uOptions) {
  m_pState->secure.SetOptions(uOptions);
  return DICOM_SUCCESS;
}

L_INT LDicomNet::SetSLLMethodType(L_INT nMethodType) {
  return m_pState->secure.SetMethod(nMethodType);
}

L_UINT32 LDicomNet::GetTLSStatus() const {
  return m_pState->secure.Status(m_pState->net->handshake());
}

L_VOID LDicomNet::SetTLSStatus(L_UINT32 uStatus) {
  m_pState->secure.SetStatus(uStatus, m_pState->net->handshake());
}

L_BOOL LDicomNet::GetIsSecureConnected() const {
  return GetTLSStatus() == kSecureConnected ? L_TRUE : L_FALSE;
}

L_VOID LDicomNet::SetIsSecureConnected(L_BOOL bConnected) {
  SetTLSStatus(bConnected ? kSecureConnected : 0);
}

L_INT LDicomNet::SetTlsProfile(L_INT nProfile) {
  return m_pState->secure.SetProfile(nProfile);
}

L_INT LDicomNet::GetTlsOptions(pDICOMTLSOPTIONS pOptions, L_UINT uStructSize) const {
  return m_pState->secure.GetOptions(pOptions, uStructSize);
}

L_INT LDicomNet::SetTlsOptions(pDICOMTLSOPTIONS pOptions) {
  return m_pState->secure.SetOptions(pOptions);
}

L_INT LDicomNet::AddTlsAuthorities(const L_TCHAR* pszPath) {
  return m_pState->secure.AddAuthorities(pszPath);
}

L_INT LDicomNet::AddTlsRevocationLists(const L_TCHAR* pszPath) {
  return m_pState->secure.AddRevocationLists(pszPath);
}

L_INT LDicomNet::GetOpenSslVersion(pDICOMOPENSSLVERSION pVersion, L_UINT uStructSize, L_UINT uFlagsReserved) {
  if (pVersion == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (uStructSize != sizeof(DICOMOPENSSLVERSION))
    return DICOM_ERROR_INVALID_STRUCT_SIZE;
  if (uFlagsReserved != 0)
    return DICOM_ERROR_PARAMETER;
  *pVersion = {};
  pVersion->uStructSize = uStructSize;
  pVersion->bIsAvailable = L_TRUE;
  ldicomnet::detail::CopyText(Bytes("rustls"), pVersion->szInstalledVersion, sizeof(pVersion->szInstalledVersion));
  return DICOM_SUCCESS;
}
