/// \file
/// The C functions of secure connections: DICOM_SECURE_TLS of L_DicomCreateNet. Each is the member of
/// LDicomNet of its name, whose documentation (dicom_net.h, "Secure connections") is that of the function too.
///
/// What a handle that is none answers is in c_api.h; the functions that give a code as L_UINT32 answer
/// DICOM_ERROR_PARAMETER then. OnSecureLinkReady is DICOMNETCALLBACK::pfnOnSecureLinkReady, OnVerify and
/// OnPrivateKeyPassword are those of DICOMNETCALLBACKEXT.

#ifndef LDICOMNET_C_API_TLS_H
#define LDICOMNET_C_API_TLS_H

#include "ldicomnet/export.h"
#include "ldicomnet/structs.h"
#include "ldicomnet/tls_constants.h"
#include "ldicomnet/types.h"

LDICOMNET_C_BEGIN

// ---- Cipher suites --------------------------------------------------------------------------

LDICOMNET_API L_CIPHERSUITE EXT_FUNCTION L_DicomGetCipherFromIndexTLS(HDICOMNET hNet, L_UINT32 nIndex);
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomSetCipherToIndexTLS(HDICOMNET hNet, L_UINT32 nIndex, L_CIPHERSUITE cipher);
LDICOMNET_API L_CIPHERSUITE EXT_FUNCTION L_DicomGetCiphersuiteTLS(HDICOMNET hNet);
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetEncryptionAlgorithmTLS(HDICOMNET hNet, L_CIPHERSUITE cipher);
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetAuthenticationAlgorithmTLS(HDICOMNET hNet, L_CIPHERSUITE cipher);
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetIntegrityAlgorithmTLS(HDICOMNET hNet, L_CIPHERSUITE cipher);
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetKeyExchangeAlgorithmTLS(HDICOMNET hNet, L_CIPHERSUITE cipher);
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetEncryptKeyLengthTLS(HDICOMNET hNet, L_CIPHERSUITE cipher);
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetMutualAuthKeyLengthTLS(HDICOMNET hNet, L_CIPHERSUITE cipher);

// ---- Certificates ---------------------------------------------------------------------------

LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomSetClientCertificateTLS(HDICOMNET hNet, const L_TCHAR* pszPathToCertificate,
                                                                   L_UINT32 certType, const L_TCHAR* pszPathToKeyFile);
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomSetServerCertificateTLS(HDICOMNET hNet, const L_TCHAR* pszPathToCertificate,
                                                                   L_UINT32 certType, const L_TCHAR* pszPathToKeyFile);

// ---- Settings and what became of them -------------------------------------------------------

LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetErrorSecure(HDICOMNET hNet);
LDICOMNET_API L_SSL_CTX* EXT_FUNCTION L_DicomGetCTX(HDICOMNET hNet);
LDICOMNET_API L_INT32 EXT_FUNCTION L_DicomCTXSetOptions(HDICOMNET hNet, L_UINT uOptions);
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetSLLMethodType(HDICOMNET hNet, L_INT nMethodType);
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetTLSStatus(HDICOMNET hNet);
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomSetTLSStatus(HDICOMNET hNet, L_UINT32 uStatus);
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomGetIsSecureConnected(HDICOMNET hNet);
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomSetIsSecureConnected(HDICOMNET hNet, L_BOOL bConnected);
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetTlsProfile(HDICOMNET hNet, L_INT nProfile);
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetTlsOptions(HDICOMNET hNet, pDICOMTLSOPTIONS pOptions, L_UINT uStructSize);
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetTlsOptions(HDICOMNET hNet, pDICOMTLSOPTIONS pOptions);
LDICOMNET_API L_INT EXT_FUNCTION L_DicomAddTlsAuthorities(HDICOMNET hNet, const L_TCHAR* pszPath);
LDICOMNET_API L_INT EXT_FUNCTION L_DicomAddTlsRevocationLists(HDICOMNET hNet, const L_TCHAR* pszPath);
/// Which TLS software there is. No handle is needed.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetOpenSslVersion(pDICOMOPENSSLVERSION pVersion, L_UINT uStructSize,
                                                          L_UINT uFlagsReserved);

LDICOMNET_C_END

#endif  // LDICOMNET_C_API_TLS_H
