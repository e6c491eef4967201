/* Every sender of messages, as a C function: one connection asks for each service, the other answers it, each argument
 * is looked at where it arrives. Then every sender with handles that are none. */

#define _POSIX_C_SOURCE 200809L

#include <string.h>

#include "check.h"

#define CLASS UID_CT_IMAGE_STORAGE
#define INSTANCE "1.2.826.0.1.7"

enum { CONTEXT = 1, ID = 77 };

/* (0010,0020) in implicit VR little endian. */
static const L_UCHAR asked[] = {0x10, 0, 0x20, 0, 4, 0, 0, 0, 'A', 'S', 'K', ' '};
static const L_UCHAR told[] = {0x10, 0, 0x20, 0, 4, 0, 0, 0, 'T', 'O', 'L', 'D'};

static HDICOMDS asked_ds;
static HDICOMDS told_ds;
static DICOMNETCALLBACK provider_callbacks;

static HDICOMDS data_set(const L_UCHAR* bytes, L_UINT32 length) {
  HDICOMDS const ds = L_DicomCreateDS(NULL);
  CHECK(L_DicomSetEncoded(ds, bytes, length) == DICOM_SUCCESS);
  return ds;
}

static int holds(HDICOMDS ds, const L_UCHAR* bytes, L_UINT32 length) {
  L_UINT32 found = 0;
  const L_UCHAR* const encoded = L_DicomGetEncoded(ds, &found);
  return encoded != NULL && found == length && memcmp(encoded, bytes, length) == 0;
}

#define IS_ASKED(ds) holds(ds, asked, sizeof(asked))
#define IS_TOLD(ds) holds(ds, told, sizeof(told))
#define IS_FOR_US() CHECK(nPresentationID == CONTEXT && nMessageID == ID && strcmp(pszClass, CLASS) == 0)
#define IS_ABOUT_IT() CHECK(strcmp(pszInstance, INSTANCE) == 0)
#define SENT(call) CHECK((call) == DICOM_SUCCESS)

/* ---- The provider: each request is looked at and answered ---------------------------------------------------------
 */

static L_VOID EXT_CALLBACK store_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                         L_TCHAR* pszClass, L_TCHAR* pszInstance, L_UINT16 nPriority,
                                         L_TCHAR* pszMoveAE, L_UINT16 nMoveMessageID, HDICOMDS hDS, L_VOID* pUserData) {
  (void)pUserData;
  IS_FOR_US();
  IS_ABOUT_IT();
  CHECK(nPriority == COMMAND_PRIORITY_HIGH && strcmp(pszMoveAE, "MOVER") == 0 && nMoveMessageID == 5);
  CHECK(IS_ASKED(hDS));
  SENT(L_DicomSendCStoreResponse(hNet, nPresentationID, nMessageID, pszClass, pszInstance, COMMAND_STATUS_WARNING));
}

static L_VOID EXT_CALLBACK find_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_UINT16 nPriority, HDICOMDS hDS, L_VOID* pUserData) {
  (void)pUserData;
  IS_FOR_US();
  CHECK(nPriority == COMMAND_PRIORITY_LOW && IS_ASKED(hDS));
  SENT(L_DicomSendCFindResponse(hNet, nPresentationID, nMessageID, pszClass, COMMAND_STATUS_PENDING, told_ds));
  SENT(L_DicomSendCFindResponse(hNet, nPresentationID, nMessageID, pszClass, COMMAND_STATUS_SUCCESS, NULL));
}

static L_VOID EXT_CALLBACK get_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_UINT16 nPriority, HDICOMDS hDS, L_VOID* pUserData) {
  (void)pUserData;
  IS_FOR_US();
  CHECK(nPriority == COMMAND_PRIORITY_MEDIUM && IS_ASKED(hDS));
  SENT(L_DicomSendCGetResponse(hNet, nPresentationID, nMessageID, pszClass, COMMAND_STATUS_PENDING, 1, 2, 3, 4, NULL));
  SENT(L_DicomSendCGetResponse(hNet, nPresentationID, nMessageID, pszClass, COMMAND_STATUS_SUCCESS, 0, 2, 3, 4,
                               told_ds));
}

static L_VOID EXT_CALLBACK move_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_UINT16 nPriority, L_TCHAR* pszMoveAE, HDICOMDS hDS, L_VOID* pUserData) {
  (void)pUserData;
  IS_FOR_US();
  CHECK(nPriority == COMMAND_PRIORITY_HIGH && strcmp(pszMoveAE, "TARGET") == 0 && IS_ASKED(hDS));
  SENT(L_DicomSendCMoveResponse(hNet, nPresentationID, nMessageID, pszClass, COMMAND_STATUS_PENDING, 1, 2, 3, 4, NULL));
  SENT(L_DicomSendCMoveResponse(hNet, nPresentationID, nMessageID, pszClass, COMMAND_STATUS_SUCCESS, 0, 2, 3, 4,
                                told_ds));
}

static L_VOID EXT_CALLBACK cancel_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                          L_VOID* pUserData) {
  (void)hNet;
  (void)pUserData;
  CHECK(nPresentationID == CONTEXT && nMessageID == ID);
  happened();
}

static L_VOID EXT_CALLBACK echo_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_VOID* pUserData) {
  (void)pUserData;
  IS_FOR_US();
  SENT(L_DicomSendCEchoResponse(hNet, nPresentationID, nMessageID, pszClass, COMMAND_STATUS_SUCCESS));
}

static L_VOID EXT_CALLBACK report_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                          L_TCHAR* pszClass, L_TCHAR* pszInstance, L_UINT16 nEvent, HDICOMDS hDS,
                                          L_VOID* pUserData) {
  (void)pUserData;
  IS_FOR_US();
  IS_ABOUT_IT();
  CHECK(nEvent == 9 && IS_ASKED(hDS));
  SENT(L_DicomSendNReportResponse(hNet, nPresentationID, nMessageID, pszClass, pszInstance, COMMAND_STATUS_SUCCESS,
                                  nEvent, told_ds));
}

static L_VOID EXT_CALLBACK n_get_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                         L_TCHAR* pszClass, L_TCHAR* pszInstance, L_UINT32* pnAttribute,
                                         L_UINT32 nCount, L_VOID* pUserData) {
  (void)pUserData;
  IS_FOR_US();
  IS_ABOUT_IT();
  CHECK(nCount == 2 && pnAttribute[0] == TAG_PATIENT_ID && pnAttribute[1] == 0x00400252U);
  SENT(L_DicomSendNGetResponse(hNet, nPresentationID, nMessageID, pszClass, pszInstance, COMMAND_STATUS_SUCCESS,
                               told_ds));
}

static L_VOID EXT_CALLBACK set_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_TCHAR* pszInstance, HDICOMDS hDS, L_VOID* pUserData) {
  (void)pUserData;
  IS_FOR_US();
  IS_ABOUT_IT();
  CHECK(IS_ASKED(hDS));
  SENT(L_DicomSendNSetResponse(hNet, nPresentationID, nMessageID, pszClass, pszInstance, COMMAND_STATUS_SUCCESS,
                               told_ds));
}

static L_VOID EXT_CALLBACK action_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                          L_TCHAR* pszClass, L_TCHAR* pszInstance, L_UINT16 nAction, HDICOMDS hDS,
                                          L_VOID* pUserData) {
  (void)pUserData;
  IS_FOR_US();
  IS_ABOUT_IT();
  CHECK(nAction == 8 && IS_ASKED(hDS));
  SENT(L_DicomSendNActionResponse(hNet, nPresentationID, nMessageID, pszClass, pszInstance, COMMAND_STATUS_SUCCESS,
                                  nAction, told_ds));
}

static L_VOID EXT_CALLBACK create_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                          L_TCHAR* pszClass, L_TCHAR* pszInstance, HDICOMDS hDS, L_VOID* pUserData) {
  (void)pUserData;
  IS_FOR_US();
  CHECK(pszInstance[0] == '\0' && IS_ASKED(hDS));
  SENT(L_DicomSendNCreateResponse(hNet, nPresentationID, nMessageID, pszClass, INSTANCE, COMMAND_STATUS_SUCCESS,
                                  told_ds));
}

static L_VOID EXT_CALLBACK delete_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                          L_TCHAR* pszClass, L_TCHAR* pszInstance, L_VOID* pUserData) {
  (void)pUserData;
  IS_FOR_US();
  IS_ABOUT_IT();
  SENT(L_DicomSendNDeleteResponse(hNet, nPresentationID, nMessageID, pszClass, pszInstance, COMMAND_STATUS_SUCCESS));
}

/* ---- The requestor: each response is looked at --------------------------------------------------------------------
 */

static L_VOID EXT_CALLBACK store_response(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                          L_TCHAR* pszClass, L_TCHAR* pszInstance, L_UINT16 nStatus,
                                          L_VOID* pUserData) {
  (void)hNet;
  (void)pUserData;
  IS_FOR_US();
  IS_ABOUT_IT();
  CHECK(nStatus == COMMAND_STATUS_WARNING);
  happened();
}

static L_VOID EXT_CALLBACK find_response(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                         L_TCHAR* pszClass, L_UINT16 nStatus, HDICOMDS hDS, L_VOID* pUserData) {
  (void)hNet;
  (void)pUserData;
  IS_FOR_US();
  CHECK(nStatus == COMMAND_STATUS_PENDING ? IS_TOLD(hDS) : nStatus == COMMAND_STATUS_SUCCESS && hDS == NULL);
  happened();
}

/* Of C-GET and of C-MOVE. */
static L_VOID EXT_CALLBACK sub_operations(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                          L_TCHAR* pszClass, L_UINT16 nStatus, L_UINT16 nRemaining, L_UINT16 nCompleted,
                                          L_UINT16 nFailed, L_UINT16 nWarning, HDICOMDS hDS, L_VOID* pUserData) {
  (void)hNet;
  (void)pUserData;
  IS_FOR_US();
  CHECK(nRemaining == (nStatus == COMMAND_STATUS_PENDING ? 1 : 0));
  CHECK(nCompleted == 2 && nFailed == 3 && nWarning == 4);
  CHECK(nStatus == COMMAND_STATUS_PENDING ? hDS == NULL : IS_TOLD(hDS));
  happened();
}

static L_VOID EXT_CALLBACK echo_response(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                         L_TCHAR* pszClass, L_UINT16 nStatus, L_VOID* pUserData) {
  (void)hNet;
  (void)pUserData;
  IS_FOR_US();
  CHECK(nStatus == COMMAND_STATUS_SUCCESS);
  happened();
}

/* Of N-GET, N-SET and N-CREATE. */
static L_VOID EXT_CALLBACK attributes(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                      L_TCHAR* pszInstance, L_UINT16 nStatus, HDICOMDS hDS, L_VOID* pUserData) {
  (void)hNet;
  (void)pUserData;
  IS_FOR_US();
  IS_ABOUT_IT();
  CHECK(nStatus == COMMAND_STATUS_SUCCESS && IS_TOLD(hDS));
  happened();
}

/* Of N-EVENT-REPORT and of N-ACTION. */
static L_VOID EXT_CALLBACK reply(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                 L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nType, HDICOMDS hDS,
                                 L_VOID* pUserData) {
  (void)hNet;
  (void)pUserData;
  IS_FOR_US();
  IS_ABOUT_IT();
  CHECK(nStatus == COMMAND_STATUS_SUCCESS && (nType == 8 || nType == 9) && IS_TOLD(hDS));
  happened();
}

static L_VOID EXT_CALLBACK delete_response(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                           L_TCHAR* pszClass, L_TCHAR* pszInstance, L_UINT16 nStatus,
                                           L_VOID* pUserData) {
  (void)hNet;
  (void)pUserData;
  IS_FOR_US();
  IS_ABOUT_IT();
  CHECK(nStatus == COMMAND_STATUS_SUCCESS);
  happened();
}

/* ---- The association ----------------------------------------------------------------------------------------------
 */

static L_VOID EXT_CALLBACK on_accept(HDICOMNET hNet, L_INT nError, L_VOID* pUserData) {
  HDICOMNET const connection = new_net();
  CHECK(nError == DICOM_SUCCESS);
  L_DicomSetCallback(connection, &provider_callbacks);
  CHECK(L_DicomAccept(hNet, connection) == DICOM_SUCCESS);
  *(HDICOMNET*)pUserData = connection;
}

static HDICOMPDU association(L_BOOL is_request) {
  HDICOMPDU const pdu = L_DicomCreateAssociate(is_request);
  CHECK(L_DicomSetCalled(pdu, "PROVIDER") == DICOM_SUCCESS);
  CHECK(L_DicomSetCalling(pdu, "REQUESTOR") == DICOM_SUCCESS);
  CHECK(L_DicomAddPresentation(pdu, CONTEXT, PDU_ACCEPT_RESULT_SUCCESS, CLASS) == DICOM_SUCCESS);
  CHECK(L_DicomAddTransfer(pdu, CONTEXT, UID_IMPLICIT_VR_LITTLE_ENDIAN) == DICOM_SUCCESS);
  return pdu;
}

static L_VOID EXT_CALLBACK on_associate_request(HDICOMNET hNet, HDICOMPDU hPDU, L_VOID* pUserData) {
  HDICOMPDU const answer = association(L_FALSE);
  (void)hPDU;
  (void)pUserData;
  CHECK(L_DicomSendAssociateAccept(hNet, answer) == DICOM_SUCCESS);
  L_DicomFreeAssociate(answer);
}

static L_VOID EXT_CALLBACK on_associate_accept(HDICOMNET hNet, HDICOMPDU hPDU, L_VOID* pUserData) {
  (void)hNet;
  (void)hPDU;
  (void)pUserData;
  happened();
}

static L_VOID EXT_CALLBACK on_connect(HDICOMNET hNet, L_INT nError, L_VOID* pUserData) {
  HDICOMPDU const request = association(L_TRUE);
  (void)pUserData;
  CHECK(nError == DICOM_SUCCESS);
  CHECK(L_DicomSendAssociateRequest(hNet, request) == DICOM_SUCCESS);
  L_DicomFreeAssociate(request);
}

static void fill_callbacks(DICOMNETCALLBACK* requestor) {
  provider_callbacks.pfnReceiveAssociateRequest = on_associate_request;
  provider_callbacks.pfnReceiveCStoreRequest = store_request;
  provider_callbacks.pfnReceiveCFindRequest = find_request;
  provider_callbacks.pfnReceiveCGetRequest = get_request;
  provider_callbacks.pfnReceiveCMoveRequest = move_request;
  provider_callbacks.pfnReceiveCCancelRequest = cancel_request;
  provider_callbacks.pfnReceiveCEchoRequest = echo_request;
  provider_callbacks.pfnReceiveNReportRequest = report_request;
  provider_callbacks.pfnReceiveNGetRequest = n_get_request;
  provider_callbacks.pfnReceiveNSetRequest = set_request;
  provider_callbacks.pfnReceiveNActionRequest = action_request;
  provider_callbacks.pfnReceiveNCreateRequest = create_request;
  provider_callbacks.pfnReceiveNDeleteRequest = delete_request;

  memset(requestor, 0, sizeof(*requestor));
  requestor->pfnConnect = on_connect;
  requestor->pfnReceiveAssociateAccept = on_associate_accept;
  requestor->pfnReceiveCStoreResponse = store_response;
  requestor->pfnReceiveCFindResponse = find_response;
  requestor->pfnReceiveCGetResponse = sub_operations;
  requestor->pfnReceiveCMoveResponse = sub_operations;
  requestor->pfnReceiveCEchoResponse = echo_response;
  requestor->pfnReceiveNReportResponse = reply;
  requestor->pfnReceiveNGetResponse = attributes;
  requestor->pfnReceiveNSetResponse = attributes;
  requestor->pfnReceiveNActionResponse = reply;
  requestor->pfnReceiveNCreateResponse = attributes;
  requestor->pfnReceiveNDeleteResponse = delete_response;
}

static void ask_for_each(HDICOMNET net) {
  const L_UINT32 tags[] = {TAG_PATIENT_ID, 0x00400252U};
  SENT(L_DicomSendCStoreRequest(net, CONTEXT, ID, CLASS, INSTANCE, COMMAND_PRIORITY_HIGH, "MOVER", 5, asked_ds));
  AWAIT(1);
  SENT(L_DicomSendCFindRequest(net, CONTEXT, ID, CLASS, COMMAND_PRIORITY_LOW, asked_ds));
  AWAIT(2);
  SENT(L_DicomSendCGetRequest(net, CONTEXT, ID, CLASS, COMMAND_PRIORITY_MEDIUM, asked_ds));
  AWAIT(2);
  SENT(L_DicomSendCMoveRequest(net, CONTEXT, ID, CLASS, COMMAND_PRIORITY_HIGH, "TARGET", asked_ds));
  AWAIT(2);
  SENT(L_DicomSendCCancelRequest(net, CONTEXT, ID));
  AWAIT(1);
  SENT(L_DicomSendCEchoRequest(net, CONTEXT, ID, CLASS));
  AWAIT(1);
  SENT(L_DicomSendNReportRequest(net, CONTEXT, ID, CLASS, INSTANCE, 9, asked_ds));
  AWAIT(1);
  SENT(L_DicomSendNGetRequest(net, CONTEXT, ID, CLASS, INSTANCE, tags, 2));
  AWAIT(1);
  SENT(L_DicomSendNSetRequest(net, CONTEXT, ID, CLASS, INSTANCE, asked_ds));
  AWAIT(1);
  SENT(L_DicomSendNActionRequest(net, CONTEXT, ID, CLASS, INSTANCE, 8, asked_ds));
  AWAIT(1);
  SENT(L_DicomSendNCreateRequest(net, CONTEXT, ID, CLASS, NULL, asked_ds));
  AWAIT(1);
  SENT(L_DicomSendNDeleteRequest(net, CONTEXT, ID, CLASS, INSTANCE));
  AWAIT(1);
}

/* ---- Handles that are none ----------------------------------------------------------------------------------------
 */

#define REFUSED(call) CHECK((call) == DICOM_ERROR_PARAMETER)

static void refuse_nets(HDICOMNET bad) {
  REFUSED(L_DicomSendCStoreRequest(bad, CONTEXT, ID, CLASS, INSTANCE, 0, NULL, 0, asked_ds));
  REFUSED(L_DicomSendCStoreResponse(bad, CONTEXT, ID, CLASS, INSTANCE, 0));
  REFUSED(L_DicomSendCFindRequest(bad, CONTEXT, ID, CLASS, 0, asked_ds));
  REFUSED(L_DicomSendCFindResponse(bad, CONTEXT, ID, CLASS, 0, NULL));
  REFUSED(L_DicomSendCGetRequest(bad, CONTEXT, ID, CLASS, 0, asked_ds));
  REFUSED(L_DicomSendCGetResponse(bad, CONTEXT, ID, CLASS, 0, 0, 0, 0, 0, NULL));
  REFUSED(L_DicomSendCMoveRequest(bad, CONTEXT, ID, CLASS, 0, "TARGET", asked_ds));
  REFUSED(L_DicomSendCMoveResponse(bad, CONTEXT, ID, CLASS, 0, 0, 0, 0, 0, NULL));
  REFUSED(L_DicomSendCCancelRequest(bad, CONTEXT, ID));
  REFUSED(L_DicomSendNReportRequest(bad, CONTEXT, ID, CLASS, INSTANCE, 1, NULL));
  REFUSED(L_DicomSendNReportResponse(bad, CONTEXT, ID, CLASS, INSTANCE, 0, 1, NULL));
  REFUSED(L_DicomSendNGetRequest(bad, CONTEXT, ID, CLASS, INSTANCE, NULL, 0));
  REFUSED(L_DicomSendNGetResponse(bad, CONTEXT, ID, CLASS, INSTANCE, 0, NULL));
  REFUSED(L_DicomSendNSetRequest(bad, CONTEXT, ID, CLASS, INSTANCE, asked_ds));
  REFUSED(L_DicomSendNSetResponse(bad, CONTEXT, ID, CLASS, INSTANCE, 0, NULL));
  REFUSED(L_DicomSendNActionRequest(bad, CONTEXT, ID, CLASS, INSTANCE, 1, NULL));
  REFUSED(L_DicomSendNActionResponse(bad, CONTEXT, ID, CLASS, INSTANCE, 0, 1, NULL));
  REFUSED(L_DicomSendNCreateRequest(bad, CONTEXT, ID, CLASS, INSTANCE, NULL));
  REFUSED(L_DicomSendNCreateResponse(bad, CONTEXT, ID, CLASS, INSTANCE, 0, NULL));
  REFUSED(L_DicomSendNDeleteRequest(bad, CONTEXT, ID, CLASS, INSTANCE));
  REFUSED(L_DicomSendNDeleteResponse(bad, CONTEXT, ID, CLASS, INSTANCE, 0));
}

static void refuse_data_sets(HDICOMNET net, HDICOMDS bad) {
  REFUSED(L_DicomSendCStoreRequest(net, CONTEXT, ID, CLASS, INSTANCE, 0, NULL, 0, bad));
  REFUSED(L_DicomSendCFindRequest(net, CONTEXT, ID, CLASS, 0, bad));
  REFUSED(L_DicomSendCFindResponse(net, CONTEXT, ID, CLASS, 0, bad));
  REFUSED(L_DicomSendCGetRequest(net, CONTEXT, ID, CLASS, 0, bad));
  REFUSED(L_DicomSendCGetResponse(net, CONTEXT, ID, CLASS, 0, 0, 0, 0, 0, bad));
  REFUSED(L_DicomSendCMoveRequest(net, CONTEXT, ID, CLASS, 0, "TARGET", bad));
  REFUSED(L_DicomSendCMoveResponse(net, CONTEXT, ID, CLASS, 0, 0, 0, 0, 0, bad));
  REFUSED(L_DicomSendNReportRequest(net, CONTEXT, ID, CLASS, INSTANCE, 1, bad));
  REFUSED(L_DicomSendNReportResponse(net, CONTEXT, ID, CLASS, INSTANCE, 0, 1, bad));
  REFUSED(L_DicomSendNGetResponse(net, CONTEXT, ID, CLASS, INSTANCE, 0, bad));
  REFUSED(L_DicomSendNSetRequest(net, CONTEXT, ID, CLASS, INSTANCE, bad));
  REFUSED(L_DicomSendNSetResponse(net, CONTEXT, ID, CLASS, INSTANCE, 0, bad));
  REFUSED(L_DicomSendNActionRequest(net, CONTEXT, ID, CLASS, INSTANCE, 1, bad));
  REFUSED(L_DicomSendNActionResponse(net, CONTEXT, ID, CLASS, INSTANCE, 0, 1, bad));
  REFUSED(L_DicomSendNCreateRequest(net, CONTEXT, ID, CLASS, INSTANCE, bad));
  REFUSED(L_DicomSendNCreateResponse(net, CONTEXT, ID, CLASS, INSTANCE, 0, bad));
}

int main(void) {
  HDICOMNET const listener = new_net();
  HDICOMNET const requestor = new_net();
  HDICOMNET provider = NULL;
  HDICOMDS const freed = L_DicomCreateDS(NULL);
  DICOMNETCALLBACK listening;
  DICOMNETCALLBACK requesting;
  L_UINT port = 0;

  asked_ds = data_set(asked, sizeof(asked));
  told_ds = data_set(told, sizeof(told));
  L_DicomFreeDS(freed);
  memset(&listening, 0, sizeof(listening));
  listening.pfnAccept = on_accept;
  listening.pUserData = &provider;
  L_DicomSetCallback(listener, &listening);
  fill_callbacks(&requesting);
  L_DicomSetCallback(requestor, &requesting);
  CHECK(L_DicomListen(listener, "127.0.0.1", 0, 5) == DICOM_SUCCESS);
  CHECK(L_DicomGetHostInfo(listener, NULL, 0, &port) == DICOM_SUCCESS);
  CHECK(L_DicomConnect(requestor, NULL, 0, "127.0.0.1", port) == DICOM_SUCCESS);
  AWAIT(1);

  ask_for_each(requestor);
  refuse_nets(NULL);
  refuse_nets(asked_ds);
  refuse_data_sets(requestor, requestor);
  refuse_data_sets(requestor, freed);
  CHECK(L_DicomSendNSetRequest(requestor, CONTEXT, ID, CLASS, INSTANCE, NULL) == DICOM_ERROR_NULL_PTR);
  /* Nothing of that was sent. */
  SENT(L_DicomSendCEchoRequest(requestor, CONTEXT, ID, CLASS));
  AWAIT(1);

  L_DicomFreeNet(requestor);
  L_DicomFreeNet(listener);
  L_DicomFreeNet(provider);
  L_DicomFreeDS(asked_ds);
  L_DicomFreeDS(told_ds);
  return outcome();
}
