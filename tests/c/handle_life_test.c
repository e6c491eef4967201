/* How handles end: in a callback of their own, in another's, while other threads use them; and the handles that are
 * lent, which a program cannot free. Beside it, the table of further callbacks by its size. */

#define _POSIX_C_SOURCE 200809L

#include <string.h>

#include "check.h"

/* ---- Ends of handles around callbacks -----------------------------------------------------------------------------
 */

/* What the callbacks of one scenario share; their pUserData. */
struct scenario {
  DICOMNETCALLBACK connection_callbacks;
  HDICOMDS lent_cs;
  unsigned conditions; /* Guarded by mutex. */
};

static L_VOID EXT_CALLBACK accept_one(HDICOMNET hNet, L_INT nError, L_VOID* pUserData) {
  struct scenario* const scenario = pUserData;
  HDICOMNET const connection = new_net();
  CHECK(nError == DICOM_SUCCESS);
  L_DicomSetCallback(connection, &scenario->connection_callbacks);
  CHECK(L_DicomAccept(hNet, connection) == DICOM_SUCCESS);
}

static L_VOID EXT_CALLBACK accept_and_free_both(HDICOMNET hNet, L_INT nError, L_VOID* pUserData) {
  HDICOMNET const connection = new_net();
  (void)pUserData;
  CHECK(nError == DICOM_SUCCESS);
  CHECK(L_DicomAccept(hNet, connection) == DICOM_SUCCESS);
  L_DicomFreeNet(connection);
  L_DicomFreeNet(hNet);
  CHECK(L_DicomListen(hNet, "127.0.0.1", 0, 1) == DICOM_ERROR_PARAMETER);
  L_DicomFreeNet(hNet);
  happened();
}

static L_VOID EXT_CALLBACK free_itself(HDICOMNET hNet, L_INT nError, L_VOID* pUserData) {
  (void)nError;
  (void)pUserData;
  L_DicomFreeNet(hNet);
  CHECK(!L_DicomIsConnected(hNet));
  happened();
}

/* Looked at when every thread of the library has ended: nothing else tells that a callback that freed its own handle
 * has returned. */
static HDICOMPDU lent_request;

static L_VOID EXT_CALLBACK free_itself_and_its_request(HDICOMNET hNet, HDICOMPDU hPDU, L_VOID* pUserData) {
  (void)pUserData;
  lent_request = hPDU;
  L_DicomFreeAssociate(hPDU); /* Lent: nothing happens. */
  CHECK(L_DicomGetVersion(hPDU) == 1);
  L_DicomFreeNet(hNet);
  CHECK(L_DicomGetVersion(hPDU) == 1);
  CHECK(L_DicomSendAssociateAccept(hNet, hPDU) == DICOM_ERROR_PARAMETER);
  happened();
}

static L_VOID EXT_CALLBACK free_the_peer(HDICOMNET hNet, L_INT nError, HDICOMNET hPeer, L_VOID* pUserData) {
  (void)hNet;
  (void)nError;
  (void)pUserData;
  L_DicomFreeNet(hPeer);
  happened();
}

static L_VOID EXT_CALLBACK tell_connect(HDICOMNET hNet, L_INT nError, L_VOID* pUserData) {
  (void)hNet;
  (void)pUserData;
  CHECK(nError == DICOM_SUCCESS);
  happened();
}

static HDICOMNET listen_with(ACCEPTCALLBACK accept, CLOSECALLBACK close, struct scenario* scenario, L_UINT* port) {
  HDICOMNET const listener = new_net();
  DICOMNETCALLBACK callbacks;
  memset(&callbacks, 0, sizeof(callbacks));
  callbacks.pfnAccept = accept;
  callbacks.pfnClose = close;
  callbacks.pUserData = scenario;
  L_DicomSetCallback(listener, &callbacks);
  CHECK(L_DicomListen(listener, "127.0.0.1", 0, 5) == DICOM_SUCCESS);
  CHECK(L_DicomGetHostInfo(listener, NULL, 0, port) == DICOM_SUCCESS);
  return listener;
}

static HDICOMNET connect_with(CONNECTCALLBACK connect, L_UINT port) {
  HDICOMNET const client = new_net();
  DICOMNETCALLBACK callbacks;
  memset(&callbacks, 0, sizeof(callbacks));
  callbacks.pfnConnect = connect;
  L_DicomSetCallback(client, &callbacks);
  CHECK(L_DicomConnect(client, NULL, 0, "127.0.0.1", port) == DICOM_SUCCESS);
  return client;
}

static HDICOMPDU verification_request(void) {
  HDICOMPDU const request = L_DicomCreateAssociate(L_TRUE);
  CHECK(L_DicomAddPresentation(request, 1, 0, UID_VERIFICATION_CLASS) == DICOM_SUCCESS);
  CHECK(L_DicomAddTransfer(request, 1, UID_IMPLICIT_VR_LITTLE_ENDIAN) == DICOM_SUCCESS);
  return request;
}

static void check_freed_in_accept_and_connect(void) {
  L_UINT port = 0;
  HDICOMNET const listener = listen_with(accept_and_free_both, NULL, NULL, &port);
  HDICOMNET const client = connect_with(free_itself, port);
  AWAIT(2);
  L_DicomFreeNet(listener);
  L_DicomFreeNet(client);
}

static void check_freed_in_associate_request(void) {
  struct scenario scenario;
  L_UINT port = 0;
  HDICOMNET listener, client;
  HDICOMPDU const request = verification_request();

  memset(&scenario, 0, sizeof(scenario));
  scenario.connection_callbacks.pfnReceiveAssociateRequest = free_itself_and_its_request;
  listener = listen_with(accept_one, NULL, &scenario, &port);
  client = connect_with(tell_connect, port);
  AWAIT(1);
  CHECK(L_DicomSendAssociateRequest(client, request) == DICOM_SUCCESS);
  AWAIT(1);
  L_DicomFreeNet(listener);
  L_DicomFreeNet(client);
  L_DicomFreeAssociate(request);
}

/* ---- Lent handles -------------------------------------------------------------------------------------------------
 */

static L_VOID EXT_CALLBACK accept_the_association(HDICOMNET hNet, HDICOMPDU hPDU, L_VOID* pUserData) {
  HDICOMPDU const answer = L_DicomCloneAssociate(hPDU);
  (void)pUserData;
  CHECK(L_DicomSendAssociateAccept(hNet, hPDU) == DICOM_ERROR_PDU_TYPE);
  L_DicomSetRequest(answer, L_FALSE);
  CHECK(L_DicomSendAssociateAccept(hNet, answer) == DICOM_SUCCESS);
  L_DicomFreeAssociate(answer);
}

static L_VOID EXT_CALLBACK see_data(HDICOMNET hNet, L_UCHAR nPresentationID, HDICOMDS hCS, HDICOMDS hDS,
                                    L_VOID* pUserData) {
  struct scenario* const scenario = pUserData;
  L_UINT16 command = 0;
  CHECK(nPresentationID == 1 && hDS == NULL);
  CHECK(L_DicomGetCommandSet(hNet) == hCS);
  L_DicomFreeDS(hCS); /* Lent: nothing happens. */
  L_DicomGetInfoCS(hCS, &command, NULL);
  CHECK(command == COMMAND_C_ECHO);
  scenario->lent_cs = hCS;
  happened();
}

static L_VOID EXT_CALLBACK see_accept(HDICOMNET hNet, HDICOMPDU hPDU, L_VOID* pUserData) {
  (void)hPDU;
  (void)pUserData;
  CHECK(L_DicomIsAssociated(hNet));
  happened();
}

static L_VOID EXT_CALLBACK see_echo(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                    L_UINT16 nStatus, L_VOID* pUserData) {
  HDICOMDS const command = L_DicomGetCommandSet(hNet);
  (void)pszClass;
  (void)pUserData;
  CHECK(nPresentationID == 1 && nMessageID == 3 && nStatus == COMMAND_STATUS_SUCCESS);
  CHECK(command != NULL && command == L_DicomGetCommandSet(hNet));
  happened();
}

static void check_lent_handles(void) {
  struct scenario scenario;
  DICOMNETCALLBACK callbacks;
  L_UINT port = 0;
  HDICOMNET listener, client;
  HDICOMPDU associate;
  HDICOMPDU const request = verification_request();

  memset(&scenario, 0, sizeof(scenario));
  scenario.connection_callbacks.pfnReceiveAssociateRequest = accept_the_association;
  scenario.connection_callbacks.pfnReceiveData = see_data;
  scenario.connection_callbacks.pUserData = &scenario;
  listener = listen_with(accept_one, free_the_peer, &scenario, &port);
  client = connect_with(tell_connect, port);
  AWAIT(1);
  memset(&callbacks, 0, sizeof(callbacks));
  callbacks.pfnReceiveAssociateAccept = see_accept;
  callbacks.pfnReceiveCEchoResponse = see_echo;
  L_DicomSetCallback(client, &callbacks);
  CHECK(L_DicomSendAssociateRequest(client, request) == DICOM_SUCCESS);
  AWAIT(1);

  associate = L_DicomGetAssociate(client);
  CHECK(associate != NULL && associate == L_DicomGetAssociate(client));
  L_DicomFreeAssociate(associate); /* Lent: nothing happens. */
  CHECK(L_DicomFindAbstract(associate, UID_VERIFICATION_CLASS) == 1);
  CHECK(L_DicomGetCommandSet(client) == NULL);
  CHECK(L_DicomSendCEchoRequest(client, 1, 3, UID_VERIFICATION_CLASS) == DICOM_SUCCESS);
  AWAIT(2); /* The request's data here, its answer there. */
  CHECK(L_DicomSendCEchoRequest(client, 3, 3, UID_VERIFICATION_CLASS) == DICOM_ERROR_PDU_ID);

  L_DicomFreeNet(client);
  CHECK(L_DicomGetVersion(associate) == 0);
  AWAIT(1); /* The listener's close, which frees the connection. */
  L_DicomFreeNet(listener);
  CHECK(L_DicomGetEncoded(scenario.lent_cs, NULL) == NULL);
  CHECK(L_DicomGetFirstElement(scenario.lent_cs, NULL, L_FALSE, L_FALSE) == NULL);
  L_DicomFreeAssociate(request);
}

/* ---- The table of further callbacks, by its size ------------------------------------------------------------------
 */

static L_INT EXT_CALLBACK count_condition(HDICOMNET hNet, const DICOMCONNECTIONINFO* pInfo, L_VOID* pUserData) {
  struct scenario* const scenario = pUserData;
  (void)hNet;
  CHECK(pInfo->uStructSize == sizeof(*pInfo) && strcmp(pInfo->szPeerAddress, "127.0.0.1") == 0);
  pthread_mutex_lock(&mutex);
  ++scenario->conditions;
  pthread_mutex_unlock(&mutex);
  return DICOM_CONDITION_ACCEPT;
}

static L_VOID EXT_CALLBACK refuse_one(HDICOMNET hNet, L_INT nError, L_VOID* pUserData) {
  (void)nError;
  (void)pUserData;
  CHECK(L_DicomReject(hNet) == DICOM_SUCCESS);
  happened();
}

/* Sets a table that says this size, lets one connection arrive and tells how often the condition callback has come. */
static unsigned conditions_with(HDICOMNET listener, L_UINT port, struct scenario* scenario, L_UINT size) {
  DICOMNETCALLBACKEXT further;
  HDICOMNET client;
  unsigned conditions;
  memset(&further, 0, sizeof(further));
  further.uStructSize = size;
  further.pUserData = scenario;
  further.pfnCondition = count_condition;
  L_DicomSetCallbackExt(listener, &further);
  client = new_net();
  CHECK(L_DicomConnect(client, NULL, 0, "127.0.0.1", port) == DICOM_SUCCESS);
  AWAIT(1);
  L_DicomFreeNet(client);
  pthread_mutex_lock(&mutex);
  conditions = scenario->conditions;
  pthread_mutex_unlock(&mutex);
  return conditions;
}

static void check_callback_table_sizes(void) {
  struct scenario scenario;
  L_UINT port = 0;
  HDICOMNET listener;
  memset(&scenario, 0, sizeof(scenario));
  listener = listen_with(refuse_one, NULL, &scenario, &port);
  /* No table yet: sizes that are none are not accepted. */
  CHECK(conditions_with(listener, port, &scenario, 0) == 0);
  CHECK(conditions_with(listener, port, &scenario, sizeof(DICOMNETCALLBACKEXT) + 8) == 0);
  CHECK(conditions_with(listener, port, &scenario, sizeof(DICOMNETCALLBACKEXT) - 1) == 0);
  /* The structure as it is, and a size that is none, which leaves that table in force. */
  CHECK(conditions_with(listener, port, &scenario, sizeof(DICOMNETCALLBACKEXT)) == 1);
  CHECK(conditions_with(listener, port, &scenario, 1) == 2);
  /* The structure as it was before the member was added. */
  CHECK(conditions_with(listener, port, &scenario, offsetof(DICOMNETCALLBACKEXT, pfnSendExt)) == 2);
  L_DicomSetCallbackExt(listener, NULL);
  L_DicomFreeNet(listener);
}

/* ---- Freed while other threads use it -----------------------------------------------------------------------------
 */

struct use {
  HDICOMNET net;
  HDICOMPDU pdu;
};

static void* use_until_freed(void* argument) {
  const struct use* const use = argument;
  while (L_DicomGetSecureMode(use->net) == DICOM_SECURE_NONE) {
    L_DicomIsConnected(use->net);
    L_DicomSendCEchoRequest(use->net, 1, 1, UID_VERIFICATION_CLASS);
    L_DicomSendAssociateRequest(use->net, use->pdu);
  }
  return NULL;
}

static void* wait_for_a_connection(void* argument) {
  const struct use* const use = argument;
  HDICOMNET const connection = new_net();
  CHECK(L_DicomAcceptExt(use->net, connection, -1) != DICOM_SUCCESS);
  L_DicomFreeNet(connection);
  return NULL;
}

static void check_freed_while_used(void) {
  pthread_t threads[3];
  struct use use;
  size_t i;
  use.net = new_net();
  use.pdu = L_DicomCreateAssociate(L_TRUE);
  for (i = 0; i < 3; ++i)
    CHECK(pthread_create(&threads[i], NULL, use_until_freed, &use) == 0);
  L_DicomFreeAssociate(use.pdu);
  L_DicomFreeNet(use.net);
  for (i = 0; i < 3; ++i)
    pthread_join(threads[i], NULL);

  use.net = new_net();
  CHECK(L_DicomListen(use.net, "127.0.0.1", 0, 1) == DICOM_SUCCESS);
  CHECK(pthread_create(&threads[0], NULL, wait_for_a_connection, &use) == 0);
  L_DicomFreeNet(use.net);
  pthread_join(threads[0], NULL);
}

int main(void) {
  CHECK(L_DicomStartUp() == DICOM_SUCCESS);
  check_freed_in_accept_and_connect();
  check_freed_in_associate_request();
  check_lent_handles();
  check_callback_table_sizes();
  check_freed_while_used();
  L_DicomShutDown();
  CHECK(L_DicomGetVersion(lent_request) == 0);
  return outcome();
}
