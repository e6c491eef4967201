/* What the C functions do with handles that are none: NULL, freed, of another kind, made up. Every function is called
 * with each of them, and must answer its error and touch nothing. Then structures of a wrong size. */

#define _POSIX_C_SOURCE 200809L

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "check.h"

/* ---- Every function with a handle that is none --------------------------------------------------------------------
 */

static void check_net_functions(HDICOMNET bad, HDICOMNET good, HDICOMPDU pdu, HDICOMDS ds) {
  L_TCHAR text[NET_MAX_ADDRESS_SIZE_EX] = "x";
  DICOMSOCKETOPTIONS options;
  DICOMNETCALLBACK callbacks;
  DICOMNETCALLBACKEXT further;
  L_UINT port = 0;

  memset(&options, 0, sizeof(options));
  options.uStructSize = sizeof(options);
  memset(&callbacks, 0, sizeof(callbacks));
  memset(&further, 0, sizeof(further));
  further.uStructSize = sizeof(further);
  CHECK(L_DicomInitializeNet(bad, NULL, (L_INT32)DICOM_SECURE_NONE, NULL) == DICOM_ERROR_PARAMETER);
  L_DicomFreeNet(bad);
  L_DicomSetCallback(bad, &callbacks);
  L_DicomSetCallbackExt(bad, &further);
  CHECK(L_DicomListen(bad, "127.0.0.1", 0, 1) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomListenExt(bad, "127.0.0.1", 0, 1, DICOM_IPTYPE_IPV4) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomConnect(bad, NULL, 0, "127.0.0.1", 1) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomConnectExt(bad, NULL, 0, "127.0.0.1", 1, DICOM_IPTYPE_IPV4) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomConnectExt2(bad, NULL, 0, "127.0.0.1", 1, DICOM_IPTYPE_IPV4, -1) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomAccept(bad, good) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomAccept(good, bad) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomAcceptExt(bad, good, -1) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomAcceptExt(good, bad, -1) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomReject(bad) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetPendingCount(bad) == 0);
  L_DicomClose(bad);
  CHECK(L_DicomCloseForced(bad, L_TRUE) == DICOM_ERROR_PARAMETER);
  L_DicomServerClose(bad);
  CHECK(!L_DicomIsActivated(bad) && !L_DicomIsConnected(bad) && !L_DicomIsAssociated(bad));
  CHECK(L_DicomGetQueueSend(bad) == 0);
  CHECK(L_DicomGetServer(bad) == NULL);
  CHECK(L_DicomGetClientCount(bad) == 0);
  CHECK(L_DicomGetClient(bad, 0) == NULL);
  CHECK(L_DicomGetHostInfo(bad, text, sizeof(text), &port) == DICOM_ERROR_PARAMETER && text[0] == '\0');
  CHECK(L_DicomGetPeerInfo(bad, text, sizeof(text), &port) == DICOM_ERROR_PARAMETER && text[0] == '\0');
  CHECK(L_DicomGetAssociate(bad) == NULL);
  CHECK(L_DicomGetCommandSet(bad) == NULL);
  CHECK(L_DicomGetSecureMode(bad) == 0);
  CHECK(L_DicomSetDispatchMode(bad, DICOMNET_DISPATCH_PUMP) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetDefaultSocketOptions(bad, &options, sizeof(options)) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetSocketOptions(bad, &options, sizeof(options)) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetSocketOptions(bad, &options) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetDebugMode(bad, 0) == 0);
  CHECK(L_DicomSendAssociateRequest(bad, pdu) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSendAssociateAccept(bad, pdu) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSendAssociateReject(bad, 1, 1, 1) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSendReleaseRequest(bad) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSendReleaseResponse(bad) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSendAbort(bad, 0, 0) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSendData(bad, 1, ds, NULL) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSendCEchoRequest(bad, 1, 1, UID_VERIFICATION_CLASS) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSendCEchoResponse(bad, 1, 1, UID_VERIFICATION_CLASS, 0) == DICOM_ERROR_PARAMETER);
}

static void check_net_options(HDICOMNET bad) {
  DICOMNETTIMEOUTS timeouts;
  DICOMSTOREOPTIONS store;
  DICOMNETLIMITS limits;

  memset(&timeouts, 0, sizeof(timeouts));
  memset(&store, 0, sizeof(store));
  memset(&limits, 0, sizeof(limits));
  limits.uStructSize = sizeof(limits);
  CHECK(L_DicomGetTimeouts(bad, &timeouts, sizeof(timeouts)) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetTimeouts(bad, &timeouts) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetStoreOptions(bad, &store, sizeof(store)) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetStoreOptions(bad, &store) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetLimits(bad, &limits) == DICOM_ERROR_PARAMETER);
  L_DicomEnableOptimizedSend(bad, L_FALSE);
  L_DicomEnableOptimizedMemorySend(bad, L_TRUE);
  CHECK(!L_DicomIsOptimizedMemorySendEnabled(bad));
  L_DicomEnableReferenceCounting(bad, L_FALSE);
  L_DicomEnableAsyncOperations(bad, L_FALSE);
  L_DicomSetFlags(bad, 1);
  CHECK(L_DicomGetFlags(bad) == 0);
}

static void check_tls_functions(HDICOMNET bad) {
  DICOMTLSOPTIONS options;
  const L_CIPHERSUITE cipher = L_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;

  memset(&options, 0, sizeof(options));
  options.uStructSize = sizeof(options);
  CHECK(L_DicomGetCipherFromIndexTLS(bad, 0) == 0);
  CHECK(L_DicomSetCipherToIndexTLS(bad, 0, cipher) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetCiphersuiteTLS(bad) == 0);
  CHECK(L_DicomGetEncryptionAlgorithmTLS(bad, cipher) == 0 && L_DicomGetAuthenticationAlgorithmTLS(bad, cipher) == 0);
  CHECK(L_DicomGetIntegrityAlgorithmTLS(bad, cipher) == 0 && L_DicomGetKeyExchangeAlgorithmTLS(bad, cipher) == 0);
  CHECK(L_DicomGetEncryptKeyLengthTLS(bad, cipher) == 0 && L_DicomGetMutualAuthKeyLengthTLS(bad, cipher) == 0);
  CHECK(L_DicomSetClientCertificateTLS(bad, "none", L_TLS_FILETYPE_PEM, NULL) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetServerCertificateTLS(bad, "none", L_TLS_FILETYPE_PEM, NULL) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetErrorSecure(bad) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetCTX(bad) == NULL);
  CHECK(L_DicomCTXSetOptions(bad, L_SSL_OP_NO_TLSv1_2) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetSLLMethodType(bad, TYPE_TLS_METHOD) == DICOM_ERROR_PARAMETER);
  L_DicomSetTLSStatus(bad, 3);
  CHECK(L_DicomGetTLSStatus(bad) == 0);
  L_DicomSetIsSecureConnected(bad, L_TRUE);
  CHECK(!L_DicomGetIsSecureConnected(bad));
  CHECK(L_DicomSetTlsProfile(bad, DICOM_TLS_PROFILE_BCP195_RFC8996) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetTlsOptions(bad, &options, sizeof(options)) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetTlsOptions(bad, &options) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomAddTlsAuthorities(bad, "none") == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomAddTlsRevocationLists(bad, "none") == DICOM_ERROR_PARAMETER);
}

static void check_associate_fields(HDICOMPDU bad) {
  L_TCHAR text[8] = "x";
  L_DicomResetAssociate(bad, L_TRUE);
  L_DicomDefaultAssociate(bad);
  CHECK(L_DicomCloneAssociate(bad) == NULL);
  CHECK(!L_DicomIsRequest(bad));
  L_DicomSetRequest(bad, L_TRUE);
  CHECK(L_DicomGetVersion(bad) == 0);
  CHECK(L_DicomSetVersion(bad, 1) == DICOM_ERROR_PARAMETER);
  L_DicomGetCalled(bad, text, sizeof(text));
  CHECK(text[0] == '\0');
  L_DicomGetCalling(bad, text, sizeof(text));
  L_DicomGetApplication(bad, text, sizeof(text));
  L_DicomGetCalled(bad, NULL, sizeof(text));
  L_DicomGetCalled(bad, text, 0);
  CHECK(L_DicomSetCalled(bad, "A") == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetCalling(bad, "A") == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetApplication(bad, UID_APPLICATION_CONTEXT_NAME) == DICOM_ERROR_PARAMETER);
  CHECK(!L_DicomIsMaxLength(bad) && L_DicomGetMaxLength(bad) == 0);
  CHECK(L_DicomSetMaxLength(bad, L_TRUE, 16384) == DICOM_ERROR_PARAMETER);
  CHECK(!L_DicomIsImplementClass(bad) && !L_DicomIsImplementVersion(bad) && !L_DicomIsAsyncOperations(bad));
  L_DicomGetImplementClass(bad, text, sizeof(text));
  L_DicomGetImplementVersion(bad, text, sizeof(text));
  CHECK(L_DicomSetImplementClass(bad, L_TRUE, "1.2") == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetImplementVersion(bad, L_TRUE, "1") == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetInvokedOperations(bad) == 0 && L_DicomGetPerformedOperations(bad) == 0);
  CHECK(L_DicomSetAsyncOperations(bad, L_TRUE, 1, 1) == DICOM_ERROR_PARAMETER);
}

static void check_associate_contexts(HDICOMPDU bad) {
  L_TCHAR text[8] = "x";
  CHECK(L_DicomGetPresentationCount(bad) == 0);
  CHECK(L_DicomGetPresentation(bad, 0) == 0);
  CHECK(L_DicomSetPresentation(bad, 0, 1) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomAddPresentation(bad, 1, 0, UID_VERIFICATION_CLASS) == DICOM_ERROR_PARAMETER);
  L_DicomDelPresentation(bad, 1);
  CHECK(L_DicomGetResult(bad, 1) == PDU_ACCEPT_RESULT_PROVIDER_REJECT);
  CHECK(L_DicomSetResult(bad, 1, 0) == DICOM_ERROR_PARAMETER);
  L_DicomGetAbstract(bad, 1, text, sizeof(text));
  CHECK(text[0] == '\0');
  CHECK(L_DicomSetAbstract(bad, 1, UID_VERIFICATION_CLASS) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomFindAbstract(bad, UID_VERIFICATION_CLASS) == 0);
  CHECK(L_DicomFindNextAbstract(bad, 1, UID_VERIFICATION_CLASS) == 0);
  CHECK(L_DicomGetAbstractCount(bad, UID_VERIFICATION_CLASS) == 0);
  CHECK(L_DicomGetTransferCount(bad, 1) == 0);
  L_DicomGetTransfer(bad, 1, 0, text, sizeof(text));
  CHECK(L_DicomSetTransfer(bad, 1, 0, UID_IMPLICIT_VR_LITTLE_ENDIAN) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomAddTransfer(bad, 1, UID_IMPLICIT_VR_LITTLE_ENDIAN) == DICOM_ERROR_PARAMETER);
  L_DicomDelTransfer(bad, 1, 0);
}

static void check_associate_items(HDICOMPDU bad) {
  L_UCHAR byte = 0;
  L_UCHAR* bytes = &byte;
  L_UINT16 length = 1;
  CHECK(!L_DicomIsRoleSelect(bad, 1) && L_DicomGetUserRole(bad, 1) == 0 && L_DicomGetProviderRole(bad, 1) == 0);
  CHECK(L_DicomSetRoleSelect(bad, 1, L_TRUE, 1, 1) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetLengthExtended(bad, 1) == 0 && L_DicomGetExtended(bad, 1) == NULL);
  CHECK(L_DicomSetExtended(bad, 1, &byte, 1) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetUserIdentity(bad, 1, L_FALSE, &byte, 1, NULL, 0) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetUserIdentity(bad, NULL, &bytes, &length, NULL, NULL) == 0 && bytes == NULL && length == 0);
  bytes = &byte;
  CHECK(!L_DicomGetUserIdentityResponse(bad, &bytes, &length) && bytes == NULL);
  CHECK(L_DicomSetUserIdentityResponse(bad, L_TRUE, &byte, 1) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetUserInfoCount(bad) == 0 && L_DicomGetTypeUserInfo(bad, 0) == 0);
  CHECK(L_DicomGetLengthUserInfo(bad, 0) == 0 && L_DicomGetDataUserInfo(bad, 0) == NULL);
  CHECK(L_DicomSetUserInfo(bad, 0, 0x57, &byte, 1) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomAddUserInfo(bad, 0x57, &byte, 1) == DICOM_ERROR_PARAMETER);
  L_DicomDelUserInfo(bad, 0);
  L_DicomFreeAssociate(bad);
}

static void check_ds_functions(HDICOMDS bad, HDICOMDS good) {
  L_UCHAR bytes[4] = {0};
  L_INT16 number = 0;
  L_INT32 long_number = 0;
  L_TCHAR text[8] = "x";
  L_UINT16 command = 1;
  L_BOOL is_request = L_TRUE;
  L_UINT32 length = 1;
  L_DicomInitCS(bad, COMMAND_C_ECHO, L_TRUE);
  L_DicomGetInfoCS(bad, &command, &is_request);
  CHECK(command == 0 && !is_request);
  L_DicomResetDS(bad);
  CHECK(L_DicomCopyDS(bad, NULL, good, NULL) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomCopyDS(good, NULL, bad, NULL) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSetEncoded(bad, bytes, sizeof(bytes)) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetEncoded(bad, &length) == NULL && length == 0);
  CHECK(L_DicomInsertElement(bad, NULL, L_FALSE, TAG_STATUS, 0, L_FALSE, ELEMENT_INDEX_MAX) == NULL);
  CHECK(L_DicomDeleteElement(bad, NULL) == NULL);
  CHECK(L_DicomGetFirstElement(bad, NULL, L_FALSE, L_FALSE) == NULL);
  CHECK(L_DicomGetLastElement(bad, NULL, L_FALSE, L_FALSE) == NULL);
  CHECK(L_DicomGetPrevElement(bad, NULL, L_FALSE, L_FALSE) == NULL);
  CHECK(L_DicomGetNextElement(bad, NULL, L_FALSE, L_FALSE) == NULL);
  CHECK(!L_DicomExistsElement(bad, NULL));
  CHECK(L_DicomFindFirstElement(bad, NULL, TAG_STATUS, L_FALSE) == NULL);
  CHECK(L_DicomFindLastElement(bad, NULL, TAG_STATUS, L_FALSE) == NULL);
  CHECK(L_DicomFindPrevElement(bad, NULL, L_FALSE) == NULL);
  CHECK(L_DicomFindNextElement(bad, NULL, L_FALSE) == NULL);
  CHECK(L_DicomGetCountValue(bad, NULL) == 0);
  L_DicomFreeValue(bad, NULL);
  CHECK(!L_DicomGetBinaryValue(bad, NULL, bytes, sizeof(bytes)));
  CHECK(!L_DicomSetBinaryValue(bad, NULL, bytes, sizeof(bytes)));
  CHECK(L_DicomGetShortValue(bad, NULL, 0, 1) == NULL && !L_DicomSetShortValue(bad, NULL, &number, 1));
  CHECK(L_DicomGetLongValue(bad, NULL, 0, 1) == NULL && !L_DicomSetLongValue(bad, NULL, &long_number, 1));
  CHECK(L_DicomGetStringValue(bad, NULL, 0, 1) == NULL);
  CHECK(!L_DicomSetStringValue(bad, NULL, "A", 1, DICOM_CHARACTER_SET_DEFAULT));
  CHECK(!L_DicomSetStringValue2(bad, NULL, "A", 1));
  CHECK(L_DicomGetConvertValue(bad, NULL, text, sizeof(text)) == 0 && text[0] == '\0');
  L_DicomFreeDS(bad);
}

static void check_bad_handles(void) {
  int on_the_stack = 0;
  HDICOMNET net = new_net(), freed_net = new_net();
  HDICOMPDU pdu = L_DicomCreateAssociate(L_TRUE), freed_pdu = L_DicomCreateAssociate(L_TRUE);
  HDICOMDS ds = L_DicomCreateDS(NULL), freed_ds = L_DicomCreateDS(NULL);
  void* made_up[5];
  size_t i;

  L_DicomFreeNet(freed_net);
  L_DicomFreeAssociate(freed_pdu);
  L_DicomFreeDS(freed_ds);
  made_up[0] = NULL;
  made_up[1] = &on_the_stack;
  made_up[2] = (void*)(uintptr_t)1;
  made_up[3] = (void*)~(uintptr_t)0;
  made_up[4] = (void*)((uintptr_t)net ^ ((uintptr_t)1 << (sizeof(void*) * 8 - 1)));
  for (i = 0; i < sizeof(made_up) / sizeof(made_up[0]); ++i) {
    check_net_functions(made_up[i], net, pdu, ds);
    check_net_options(made_up[i]);
    check_tls_functions(made_up[i]);
    check_associate_fields(made_up[i]);
    check_associate_contexts(made_up[i]);
    check_associate_items(made_up[i]);
    check_ds_functions(made_up[i], ds);
  }
  check_net_functions(freed_net, net, pdu, ds);
  check_net_functions(pdu, net, pdu, ds);
  check_net_options(freed_net);
  check_net_options(pdu);
  check_tls_functions(freed_net);
  check_tls_functions(pdu);
  check_associate_fields(freed_pdu);
  check_associate_contexts(freed_pdu);
  check_associate_items(freed_pdu);
  check_associate_contexts(ds);
  check_associate_items(ds);
  check_ds_functions(freed_ds, ds);
  check_ds_functions(net, ds);
  /* A bad object behind a good network handle. */
  CHECK(L_DicomSendAssociateRequest(net, freed_pdu) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSendAssociateAccept(net, ds) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSendData(net, 1, freed_ds, NULL) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSendData(net, 1, ds, freed_ds) == DICOM_ERROR_PARAMETER);
  /* Nothing above has touched the good ones. */
  CHECK(L_DicomIsRequest(pdu) && L_DicomGetVersion(pdu) == 1);
  CHECK(L_DicomGetSecureMode(net) == DICOM_SECURE_NONE && !L_DicomIsActivated(net));
  CHECK(L_DicomGetAssociate(net) == NULL && L_DicomGetCommandSet(net) == NULL);
  L_DicomFreeNet(net);
  L_DicomFreeNet(net);
  L_DicomFreeAssociate(pdu);
  L_DicomFreeAssociate(pdu);
  L_DicomFreeDS(ds);
  L_DicomFreeDS(ds);
}

/* A handle's number is not given to the next object: the old one stays known as freed. */
static void check_numbers_are_not_used_again(void) {
  HDICOMPDU const old = L_DicomCreateAssociate(L_TRUE);
  int i;
  L_DicomFreeAssociate(old);
  for (i = 0; i < 10000; ++i) {
    HDICOMPDU const next = L_DicomCreateAssociate(L_TRUE);
    if (next == old || next == NULL)
      fail("a handle's number comes again", __LINE__);
    if (L_DicomGetVersion(old) != 0)
      fail("a freed handle has come to life", __LINE__);
    L_DicomFreeAssociate(next);
  }
}

/* Of both sizes: the first ended before nSpoolBytesMax. */
static void check_store_options(HDICOMNET net) {
  const L_UINT first = (L_UINT)offsetof(DICOMSTOREOPTIONS, nSpoolBytesMax);
  DICOMSTOREOPTIONS options;

  memset(&options, 0, sizeof(options));
  CHECK(L_DicomGetStoreOptions(net, &options, sizeof(options) - 1) == DICOM_ERROR_INVALID_STRUCT_SIZE);
  CHECK(L_DicomGetStoreOptions(net, &options, sizeof(options)) == DICOM_SUCCESS);
  options.nSpoolBytesMax = 4096;
  CHECK(L_DicomSetStoreOptions(net, &options) == DICOM_SUCCESS);
  options.nSpoolBytesMax = 0;
  CHECK(L_DicomGetStoreOptions(net, &options, first) == DICOM_SUCCESS);
  CHECK(options.uStructSize == first && options.nSpoolBytesMax == 0);
  CHECK(L_DicomSetStoreOptions(net, &options) == DICOM_SUCCESS);
  CHECK(L_DicomGetStoreOptions(net, &options, sizeof(options)) == DICOM_SUCCESS);
  CHECK(options.nSpoolBytesMax == 4096);
}

/* What the C functions set is what they tell, of the object that they were given. */
static void check_options(void) {
  HDICOMNET const net = new_net(), other = new_net();
  DICOMTLSOPTIONS options;
  DICOMNETLIMITS limits;
  DICOMOPENSSLVERSION version;
  const L_CIPHERSUITE cipher = L_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384;

  L_DicomSetFlags(net, DICOMNET_FLAGS_SENDDATA_WITH_GROUP_LENGTH_STANDARD_DATA_ELEMENTS);
  CHECK(L_DicomGetFlags(net) == DICOMNET_FLAGS_SENDDATA_WITH_GROUP_LENGTH_STANDARD_DATA_ELEMENTS);
  L_DicomEnableOptimizedMemorySend(net, L_TRUE);
  CHECK(L_DicomIsOptimizedMemorySendEnabled(net));
  CHECK(L_DicomGetFlags(other) == DICOMNET_FLAGS_NONE && !L_DicomIsOptimizedMemorySendEnabled(other));
  L_DicomEnableReferenceCounting(net, L_FALSE);
  L_DicomEnableAsyncOperations(net, L_FALSE);

  CHECK(L_DicomSetCipherToIndexTLS(net, 1, cipher) == DICOM_SUCCESS);
  CHECK(L_DicomGetCipherFromIndexTLS(net, 1) == cipher && L_DicomGetCipherFromIndexTLS(net, 0) == 0);
  CHECK(L_DicomSetCipherToIndexTLS(net, MAX_CIPHERSUITE_COUNT, cipher) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetEncryptionAlgorithmTLS(net, cipher) == L_CRYPT_AES);
  CHECK(L_DicomGetAuthenticationAlgorithmTLS(net, cipher) == L_MUTUALAUTH_RSA);
  CHECK(L_DicomGetIntegrityAlgorithmTLS(net, cipher) == L_MAC_NONE);
  CHECK(L_DicomGetKeyExchangeAlgorithmTLS(net, cipher) == L_KEYEXCHANGE_RSA_SIGNED_DHE);
  CHECK(L_DicomGetEncryptKeyLengthTLS(net, cipher) == 256 && L_DicomGetMutualAuthKeyLengthTLS(net, cipher) >= 2048);
  CHECK(L_DicomSetClientCertificateTLS(net, "/no/such/file", L_TLS_FILETYPE_PEM, NULL) == DICOM_ERROR_OPEN);
  CHECK(L_DicomSetServerCertificateTLS(net, "/no/such/file", L_TLS_FILETYPE_PEM, NULL) == DICOM_ERROR_OPEN);
  CHECK(L_DicomGetErrorSecure(net) == DICOM_ERROR_OPEN && L_DicomGetErrorSecure(other) == DICOM_ERROR_TLS_OK);
  CHECK(L_DicomSetSLLMethodType(net, TYPE_SSLV3_METHOD) == DICOM_ERROR_TLS_INSUFFICIENT_SECURITY);
  CHECK(L_DicomSetSLLMethodType(net, TYPE_TLS_METHOD) == DICOM_SUCCESS);
  CHECK(L_DicomCTXSetOptions(net, L_SSL_OP_ALL) == DICOM_SUCCESS);
  memset(&options, 0, sizeof(options));
  CHECK(L_DicomGetTlsOptions(net, &options, sizeof(options) - 1) == DICOM_ERROR_INVALID_STRUCT_SIZE);
  CHECK(L_DicomGetTlsOptions(net, &options, sizeof(options)) == DICOM_SUCCESS);
  options.bVerifyName = L_TRUE;
  CHECK(L_DicomSetTlsOptions(net, &options) == DICOM_SUCCESS);
  options.bVerifyName = L_FALSE;
  CHECK(L_DicomGetTlsOptions(net, &options, sizeof(options)) == DICOM_SUCCESS && options.bVerifyName);
  L_DicomSetTLSStatus(net, 2);
  CHECK(L_DicomGetTLSStatus(net) == 2 && L_DicomGetTLSStatus(other) == 0);

  memset(&limits, 0, sizeof(limits));
  CHECK(L_DicomSetLimits(net, &limits) == DICOM_ERROR_INVALID_STRUCT_SIZE);
  limits.uStructSize = sizeof(limits);
  limits.pszCallingAEs = "A TITLE THAT IS TOO LONG";
  CHECK(L_DicomSetLimits(net, &limits) == DICOM_ERROR_PARAMETER);
  limits.pszCallingAEs = "CT1\\CT2";
  CHECK(L_DicomSetLimits(net, &limits) == DICOM_SUCCESS);

  memset(&version, 0, sizeof(version));
  CHECK(L_DicomGetOpenSslVersion(&version, sizeof(version) - 1, 0) == DICOM_ERROR_INVALID_STRUCT_SIZE);
  CHECK(L_DicomGetOpenSslVersion(&version, sizeof(version), 0) == DICOM_SUCCESS && version.bIsAvailable);
  /* Nothing is due. */
  L_DicomBreathe();
  CHECK(!L_DicomWait(0));
#if defined(__linux__)
  CHECK(L_DicomGetEventHandle() >= 0);
#endif
  L_DicomFreeNet(net);
  L_DicomFreeNet(other);
}

static void check_struct_sizes(void) {
  HDICOMNET const net = new_net();
  DICOMSOCKETOPTIONS options;
  L_SSL_CTX_CREATE context;

  memset(&options, 0, sizeof(options));
  CHECK(L_DicomGetSocketOptions(net, &options, sizeof(options) - 1) == DICOM_ERROR_INVALID_STRUCT_SIZE);
  CHECK(L_DicomGetSocketOptions(net, &options, 0) == DICOM_ERROR_INVALID_STRUCT_SIZE);
  CHECK(L_DicomGetDefaultSocketOptions(net, &options, sizeof(options) + 4) == DICOM_ERROR_INVALID_STRUCT_SIZE);
  CHECK(L_DicomGetSocketOptions(net, NULL, sizeof(options)) == DICOM_ERROR_NULL_PTR);
  CHECK(L_DicomGetSocketOptions(net, &options, sizeof(options)) == DICOM_SUCCESS);
  CHECK(options.uStructSize == sizeof(options) && options.bNoDelay);
  options.uStructSize = 1;
  CHECK(L_DicomSetSocketOptions(net, &options) == DICOM_ERROR_INVALID_STRUCT_SIZE);
  CHECK(L_DicomSetSocketOptions(net, NULL) == DICOM_ERROR_NULL_PTR);
  check_store_options(net);
  L_DicomFreeNet(net);

  memset(&context, 0, sizeof(context));
  context.uStructSize = sizeof(context);
  CHECK(L_DicomCreateNetExt(NULL, (L_INT32)DICOM_SECURE_ISCL, &context) == NULL);
  CHECK(context.nSuccess == DICOM_ERROR_BAD_SECURE_MODE);
}

int main(void) {
  CHECK(L_DicomStartUp() == DICOM_SUCCESS);
  check_bad_handles();
  check_numbers_are_not_used_again();
  check_struct_sizes();
  check_options();
  L_DicomShutDown();
  return outcome();
}
