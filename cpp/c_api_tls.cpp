// The C functions of secure connections.

#include "ldicomnet/c_api_tls.h"

#include "c_net_calls.h"

using ldicomnet::detail::Ask;
using ldicomnet::detail::Do;
using ldicomnet::detail::Tell;

L_CIPHERSUITE EXT_FUNCTION L_DicomGetCipherFromIndexTLS(HDICOMNET hNet, L_UINT32 nIndex) {
  return Ask(hNet, static_cast<L_CIPHERSUITE>(0), [&](LDicomNet& net) { return net.GetCipherFromIndexTLS(nIndex); });
}

L_UINT32 EXT_FUNCTION L_DicomSetCipherToIndexTLS(HDICOMNET hNet, L_UINT32 nIndex, L_CIPHERSUITE cipher) {
  return Ask<L_UINT32>(hNet, DICOM_ERROR_PARAMETER,
                       [&](LDicomNet& net) { return net.SetCipherToIndexTLS(nIndex, cipher); });
}

L_CIPHERSUITE EXT_FUNCTION L_DicomGetCiphersuiteTLS(HDICOMNET hNet) {
  return Ask(hNet, static_cast<L_CIPHERSUITE>(0), [](LDicomNet& net) { return net.GetCiphersuiteTLS(); });
}

L_UINT32 EXT_FUNCTION L_DicomGetEncryptionAlgorithmTLS(HDICOMNET hNet, L_CIPHERSUITE cipher) {
  return Ask<L_UINT32>(hNet, 0, [&](LDicomNet& net) { return net.GetEncryptionAlgorithmTLS(cipher); });
}

L_UINT32 EXT_FUNCTION L_DicomGetAuthenticationAlgorithmTLS(HDICOMNET hNet, L_CIPHERSUITE cipher) {
  return Ask<L_UINT32>(hNet, 0, [&](LDicomNet& net) { return net.GetAuthenticationAlgorithmTLS(cipher); });
}

L_UINT32 EXT_FUNCTION L_DicomGetIntegrityAlgorithmTLS(HDICOMNET hNet, L_CIPHERSUITE cipher) {
  return Ask<L_UINT32>(hNet, 0, [&](LDicomNet& net) { return net.GetIntegrityAlgorithmTLS(cipher); });
}

L_UINT32 EXT_FUNCTION L_DicomGetKeyExchangeAlgorithmTLS(HDICOMNET hNet, L_CIPHERSUITE cipher) {
  return Ask<L_UINT32>(hNet, 0, [&](LDicomNet& net) { return net.GetKeyExchangeAlgorithmTLS(cipher); });
}

L_UINT32 EXT_FUNCTION L_DicomGetEncryptKeyLengthTLS(HDICOMNET hNet, L_CIPHERSUITE cipher) {
  return Ask<L_UINT32>(hNet, 0, [&](LDicomNet& net) { return net.GetEncryptKeyLengthTLS(cipher); });
}

L_UINT32 EXT_FUNCTION L_DicomGetMutualAuthKeyLengthTLS(HDICOMNET hNet, L_CIPHERSUITE cipher) {
  return Ask<L_UINT32>(hNet, 0, [&](LDicomNet& net) { return net.GetMutualAuthKeyLengthTLS(cipher); });
}

L_UINT32 EXT_FUNCTION L_DicomSetClientCertificateTLS(HDICOMNET hNet, const L_TCHAR* pszPathToCertificate,
                                                     L_UINT32 certType, const L_TCHAR* pszPathToKeyFile) {
  return Ask<L_UINT32>(hNet, DICOM_ERROR_PARAMETER, [&](LDicomNet& net) {
    return net.SetClientCertificateTLS(pszPathToCertificate, certType, pszPathToKeyFile);
  });
}

L_UINT32 EXT_FUNCTION L_DicomSetServerCertificateTLS(HDICOMNET hNet, const L_TCHAR* pszPathToCertificate,
                                                     L_UINT32 certType, const L_TCHAR* pszPathToKeyFile) {
  return Ask<L_UINT32>(hNet, DICOM_ERROR_PARAMETER, [&](LDicomNet& net) {
    return net.SetServerCertificateTLS(pszPathToCertificate, certType, pszPathToKeyFile);
  });
}

L_UINT32 EXT_FUNCTION L_DicomGetErrorSecure(HDICOMNET hNet) {
  return Ask<L_UINT32>(hNet, DICOM_ERROR_PARAMETER, [](LDicomNet& net) { return net.GetErrorSecure(); });
}

L_SSL_CTX* EXT_FUNCTION L_DicomGetCTX(HDICOMNET hNet) {
  return Ask<L_SSL_CTX*>(hNet, nullptr, [](LDicomNet& net) { return net.GetCTX(); });
}

L_INT32 EXT_FUNCTION L_DicomCTXSetOptions(HDICOMNET hNet, L_UINT uOptions) {
  return Do(hNet, [&](LDicomNet& net) { return net.CTXSetOptions(uOptions); });
}

L_INT EXT_FUNCTION L_DicomSetSLLMethodType(HDICOMNET hNet, L_INT nMethodType) {
  return Do(hNet, [&](LDicomNet& net) { return net.SetSLLMethodType(nMethodType); });
}

L_UINT32 EXT_FUNCTION L_DicomGetTLSStatus(HDICOMNET hNet) {
  return Ask<L_UINT32>(hNet, 0, [](LDicomNet& net) { return net.GetTLSStatus(); });
}

L_VOID EXT_FUNCTION L_DicomSetTLSStatus(HDICOMNET hNet, L_UINT32 uStatus) {
  Tell(hNet, [&](LDicomNet& net) { net.SetTLSStatus(uStatus); });
}

L_BOOL EXT_FUNCTION L_DicomGetIsSecureConnected(HDICOMNET hNet) {
  return Ask<L_BOOL>(hNet, L_FALSE, [](LDicomNet& net) { return net.GetIsSecureConnected(); });
}

L_VOID EXT_FUNCTION L_DicomSetIsSecureConnected(HDICOMNET hNet, L_BOOL bConnected) {
  Tell(hNet, [&](LDicomNet& net) { net.SetIsSecureConnected(bConnected); });
}

L_INT EXT_FUNCTION L_DicomSetTlsProfile(HDICOMNET hNet, L_INT nProfile) {
  return Do(hNet, [&](LDicomNet& net) { return net.SetTlsProfile(nProfile); });
}

L_INT EXT_FUNCTION L_DicomGetTlsOptions(HDICOMNET hNet, pDICOMTLSOPTIONS pOptions, L_UINT uStructSize) {
  return Do(hNet, [&](LDicomNet& net) { return net.GetTlsOptions(pOptions, uStructSize); });
}

L_INT EXT_FUNCTION L_DicomSetTlsOptions(HDICOMNET hNet, pDICOMTLSOPTIONS pOptions) {
  return Do(hNet, [&](LDicomNet& net) { return net.SetTlsOptions(pOptions); });
}

L_INT EXT_FUNCTION L_DicomAddTlsAuthorities(HDICOMNET hNet, const L_TCHAR* pszPath) {
  return Do(hNet, [&](LDicomNet& net) { return net.AddTlsAuthorities(pszPath); });
}

L_INT EXT_FUNCTION L_DicomAddTlsRevocationLists(HDICOMNET hNet, const L_TCHAR* pszPath) {
  return Do(hNet, [&](LDicomNet& net) { return net.AddTlsRevocationLists(pszPath); });
}

L_INT EXT_FUNCTION L_DicomGetOpenSslVersion(pDICOMOPENSSLVERSION pVersion, L_UINT uStructSize, L_UINT uFlagsReserved) {
  return LDicomNet::GetOpenSslVersion(pVersion, uStructSize, uFlagsReserved);
}
