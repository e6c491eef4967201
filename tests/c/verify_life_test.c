/* The whole life of an association through the C functions, in one process: a server accepts, associates and answers an
 * echo; a client connects, associates, verifies and releases. Once with callbacks on the library's threads and once in
 * pump mode, where they run inside L_DicomWait on the main thread.
 *
 * Every callback is printed as it comes. The exit status is 0 only if every one came that should, and none twice.
 * Nothing here sleeps: it waits for the callbacks themselves, and DEADLINE_SECONDS only ends a run that has failed. */

#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <ltdic.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DEADLINE_SECONDS = 20 };

enum {
  CLIENT_CONNECTED = 1 << 0,
  CLIENT_ASSOCIATED = 1 << 1,
  CLIENT_ECHOED = 1 << 2,
  CLIENT_RELEASED = 1 << 3,
  SERVER_ACCEPTED = 1 << 4,
  SERVER_ASSOCIATED = 1 << 5,
  SERVER_ECHOED = 1 << 6,
  SERVER_RELEASED = 1 << 7,
  SERVER_CLOSED = 1 << 8,
  EVERYTHING = (1 << 9) - 1
};

/* What the callbacks tell the main thread; their pUserData. */
struct life {
  L_INT dispatch_mode;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  unsigned came;        /* Guarded by mutex. */
  unsigned failures;    /* Guarded by mutex. */
  HDICOMNET connection; /* Guarded by mutex: what the listener accepted. */
};

static void fail(struct life* life, const char* what, L_INT code) {
  fprintf(stderr, "FAILED: %s (%d)\n", what, code);
  pthread_mutex_lock(&life->mutex);
  ++life->failures;
  pthread_mutex_unlock(&life->mutex);
}

static void check(struct life* life, int holds, const char* what) {
  if (!holds)
    fail(life, what, 0);
}

static void check_code(struct life* life, L_INT code, const char* what) {
  if (code != DICOM_SUCCESS)
    fail(life, what, code);
}

static void came(struct life* life, unsigned event, const char* name) {
  printf("  %s\n", name);
  fflush(stdout);
  pthread_mutex_lock(&life->mutex);
  if ((life->came & event) != 0) {
    fprintf(stderr, "FAILED: %s came twice\n", name);
    ++life->failures;
  }
  life->came |= event;
  pthread_cond_signal(&life->changed);
  pthread_mutex_unlock(&life->mutex);
}

static unsigned events(struct life* life) {
  unsigned came_so_far;
  pthread_mutex_lock(&life->mutex);
  came_so_far = life->came;
  pthread_mutex_unlock(&life->mutex);
  return came_so_far;
}

/* Waits until an event has come. 0 if it did not before the deadline. */
static int await(struct life* life, unsigned event, const char* name) {
  struct timespec deadline;
  int result = 0;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += DEADLINE_SECONDS;
  if (life->dispatch_mode == DICOMNET_DISPATCH_PUMP) {
    struct timespec now;
    do {
      if ((events(life) & event) != 0)
        return 1;
      L_DicomWait(1000);
      clock_gettime(CLOCK_REALTIME, &now);
    } while (now.tv_sec < deadline.tv_sec);
    result = ETIMEDOUT;
  }
  pthread_mutex_lock(&life->mutex);
  while ((life->came & event) == 0 && result == 0) {
    result = pthread_cond_timedwait(&life->changed, &life->mutex, &deadline);
  }
  result = (life->came & event) != 0;
  pthread_mutex_unlock(&life->mutex);
  if (!result)
    fail(life, name, DICOM_ERROR_NET_TIME_OUT);
  return result;
}

/* ---- The connection that the server accepted ----------------------------------------------------------------------
 */

static L_VOID EXT_CALLBACK on_associate_request(HDICOMNET hNet, HDICOMPDU hPDU, L_VOID* pUserData) {
  struct life* const life = pUserData;
  HDICOMPDU const answer = L_DicomCreateAssociate(L_FALSE);
  L_TCHAR text[PDU_MAX_UID_SIZE + 1];
  L_INT i;

  check(life, answer != NULL, "L_DicomCreateAssociate");
  check(life, L_DicomIsRequest(hPDU), "the request is in request form");
  L_DicomGetCalled(hPDU, text, sizeof(text));
  check(life, strcmp(text, "SERVER") == 0, "the called AE title arrives");
  check_code(life, L_DicomSetCalled(answer, text), "L_DicomSetCalled");
  L_DicomGetCalling(hPDU, text, sizeof(text));
  check(life, strcmp(text, "CLIENT") == 0, "the calling AE title arrives");
  check_code(life, L_DicomSetCalling(answer, text), "L_DicomSetCalling");
  L_DicomGetImplementClass(hPDU, text, sizeof(text));
  check_code(life, L_DicomSetImplementClass(answer, L_TRUE, text), "L_DicomSetImplementClass");
  L_DicomGetImplementVersion(hPDU, text, sizeof(text));
  check(life, strcmp(text, "1") == 0, "the implementation version arrives");
  check_code(life, L_DicomSetImplementVersion(answer, L_TRUE, text), "L_DicomSetImplementVersion");
  for (i = 0; i < L_DicomGetPresentationCount(hPDU); ++i) {
    const L_UCHAR id = L_DicomGetPresentation(hPDU, i);
    L_DicomGetAbstract(hPDU, id, text, sizeof(text));
    check_code(life, L_DicomAddPresentation(answer, id, PDU_ACCEPT_RESULT_SUCCESS, text), "L_DicomAddPresentation");
    strcpy(text, UID_IMPLICIT_VR_LITTLE_ENDIAN);
    if (L_DicomGetTransferCount(hPDU, id) > 0)
      L_DicomGetTransfer(hPDU, id, 0, text, sizeof(text));
    check_code(life, L_DicomAddTransfer(answer, id, text), "L_DicomAddTransfer");
  }
  check_code(life, L_DicomSendAssociateAccept(hNet, answer), "L_DicomSendAssociateAccept");
  L_DicomFreeAssociate(answer);
  came(life, SERVER_ASSOCIATED, "server: associate request");
}

static L_VOID EXT_CALLBACK on_echo_request(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                           L_TCHAR* pszClass, L_VOID* pUserData) {
  struct life* const life = pUserData;
  HDICOMDS const command = L_DicomGetCommandSet(hNet);
  L_UINT16 command_field = 0;
  L_BOOL is_request = L_FALSE;
  pDICOMELEMENT element;
  const L_INT16* message_id;

  check(life, nPresentationID == 1 && nMessageID == 7, "the echo's IDs arrive");
  check(life, strcmp(pszClass, UID_VERIFICATION_CLASS) == 0, "the echo's class arrives");
  L_DicomGetInfoCS(command, &command_field, &is_request);
  check(life, command_field == COMMAND_C_ECHO && is_request, "the command set is that of the echo");
  element = L_DicomFindFirstElement(command, NULL, TAG_MESSAGE_ID, L_FALSE);
  message_id = L_DicomGetShortValue(command, element, 0, 1);
  check(life, message_id != NULL && *message_id == 7, "the message ID stands in the command set");
  check_code(
      life, L_DicomSendCEchoResponse(hNet, nPresentationID, nMessageID, UID_VERIFICATION_CLASS, COMMAND_STATUS_SUCCESS),
      "L_DicomSendCEchoResponse");
  came(life, SERVER_ECHOED, "server: echo request");
}

static L_VOID EXT_CALLBACK on_release_request(HDICOMNET hNet, L_VOID* pUserData) {
  check_code(pUserData, L_DicomSendReleaseResponse(hNet), "L_DicomSendReleaseResponse");
  came(pUserData, SERVER_RELEASED, "server: release request");
}

/* ---- The listener -------------------------------------------------------------------------------------------------
 */

static L_VOID EXT_CALLBACK on_accept(HDICOMNET hNet, L_INT nError, L_VOID* pUserData) {
  struct life* const life = pUserData;
  DICOMNETCALLBACK callbacks;
  HDICOMNET connection;
  L_INT code;

  check_code(life, nError, "the accept callback");
  connection = L_DicomCreateNet(NULL, (L_INT32)DICOM_SECURE_NONE);
  check(life, connection != NULL, "L_DicomCreateNet of the connection");
  memset(&callbacks, 0, sizeof(callbacks));
  callbacks.pfnReceiveAssociateRequest = on_associate_request;
  callbacks.pfnReceiveCEchoRequest = on_echo_request;
  callbacks.pfnReceiveReleaseRequest = on_release_request;
  callbacks.pUserData = life;
  L_DicomSetCallback(connection, &callbacks);
  pthread_mutex_lock(&life->mutex);
  life->connection = connection;
  pthread_mutex_unlock(&life->mutex);
  code = L_DicomAccept(hNet, connection);
  check_code(life, code, "L_DicomAccept");
  check(life, L_DicomGetServer(connection) == hNet, "L_DicomGetServer is the listener's handle");
  check(life, L_DicomGetClientCount(hNet) == 1 && L_DicomGetClient(hNet, 0) == connection,
        "L_DicomGetClient is the connection's handle");
  came(life, SERVER_ACCEPTED, "server: accept");
}

static L_VOID EXT_CALLBACK on_close(HDICOMNET hNet, L_INT nError, HDICOMNET hPeer, L_VOID* pUserData) {
  struct life* const life = pUserData;
  (void)hNet;
  (void)nError; /* The client resets the connection after the release: in order or not is a race of the network's. */
  pthread_mutex_lock(&life->mutex);
  if (hPeer == NULL || hPeer != life->connection)
    ++life->failures;
  pthread_mutex_unlock(&life->mutex);
  L_DicomFreeNet(hPeer);
  came(life, SERVER_CLOSED, "server: close");
}

/* ---- The client ---------------------------------------------------------------------------------------------------
 */

static L_VOID EXT_CALLBACK on_connect(HDICOMNET hNet, L_INT nError, L_VOID* pUserData) {
  (void)hNet;
  check_code(pUserData, nError, "the connect callback");
  came(pUserData, CLIENT_CONNECTED, "client: connect");
}

static L_VOID EXT_CALLBACK on_associate_accept(HDICOMNET hNet, HDICOMPDU hPDU, L_VOID* pUserData) {
  (void)hNet;
  check(pUserData, L_DicomGetResult(hPDU, 1) == PDU_ACCEPT_RESULT_SUCCESS, "the context is accepted");
  came(pUserData, CLIENT_ASSOCIATED, "client: associate accept");
}

static L_VOID EXT_CALLBACK on_echo_response(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                            L_TCHAR* pszClass, L_UINT16 nStatus, L_VOID* pUserData) {
  (void)hNet;
  (void)pszClass;
  check(pUserData, nPresentationID == 1 && nMessageID == 7, "the answer's IDs are the request's");
  check(pUserData, nStatus == COMMAND_STATUS_SUCCESS, "the echo succeeds");
  came(pUserData, CLIENT_ECHOED, "client: echo response");
}

static L_VOID EXT_CALLBACK on_release_response(HDICOMNET hNet, L_VOID* pUserData) {
  (void)hNet;
  came(pUserData, CLIENT_RELEASED, "client: release response");
}

static HDICOMPDU make_request(struct life* life) {
  HDICOMPDU const request = L_DicomCreateAssociate(L_TRUE);
  check(life, request != NULL, "L_DicomCreateAssociate");
  check_code(life, L_DicomSetCalled(request, "SERVER"), "L_DicomSetCalled");
  check_code(life, L_DicomSetCalling(request, "CLIENT"), "L_DicomSetCalling");
  check_code(life, L_DicomSetImplementClass(request, L_TRUE, "1.2.826.0.1.3680043.10.999"), "L_DicomSetImplementClass");
  check_code(life, L_DicomSetImplementVersion(request, L_TRUE, "1"), "L_DicomSetImplementVersion");
  check_code(life, L_DicomSetMaxLength(request, L_TRUE, 0x100000), "L_DicomSetMaxLength");
  check_code(life, L_DicomAddPresentation(request, 1, PDU_ACCEPT_RESULT_SUCCESS, UID_VERIFICATION_CLASS),
             "L_DicomAddPresentation");
  check_code(life, L_DicomAddTransfer(request, 1, UID_IMPLICIT_VR_LITTLE_ENDIAN), "L_DicomAddTransfer");
  return request;
}

/* Connects, associates, verifies, releases; each step after the callback of the one before. */
static void run_client(struct life* life, HDICOMNET client, L_UINT port) {
  HDICOMPDU request;
  L_UCHAR id;

  check_code(life, L_DicomConnect(client, NULL, 0, "127.0.0.1", port), "L_DicomConnect");
  if (!await(life, CLIENT_CONNECTED, "waiting for the connect callback"))
    return;
  check(life, L_DicomIsConnected(client), "L_DicomIsConnected");

  request = make_request(life);
  check_code(life, L_DicomSendAssociateRequest(client, request), "L_DicomSendAssociateRequest");
  L_DicomFreeAssociate(request);
  if (!await(life, CLIENT_ASSOCIATED, "waiting for the associate accept callback"))
    return;
  check(life, L_DicomIsAssociated(client), "L_DicomIsAssociated");

  id = L_DicomFindAbstract(L_DicomGetAssociate(client), UID_VERIFICATION_CLASS);
  check(life, id == 1, "L_DicomFindAbstract finds the context in the accept");
  check_code(life, L_DicomSendCEchoRequest(client, id, 7, UID_VERIFICATION_CLASS), "L_DicomSendCEchoRequest");
  if (!await(life, CLIENT_ECHOED, "waiting for the echo response callback"))
    return;

  check_code(life, L_DicomSendReleaseRequest(client), "L_DicomSendReleaseRequest");
  await(life, CLIENT_RELEASED, "waiting for the release response callback");
}

static int run_life(L_INT dispatch_mode, const char* name) {
  struct life life = {dispatch_mode, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, NULL};
  L_TCHAR address[NET_MAX_ADDRESS_SIZE_EX] = "";
  DICOMNETCALLBACK callbacks;
  HDICOMNET server, client;
  L_UINT port = 0;

  printf("%s\n", name);
  check_code(&life, L_DicomStartUp(), "L_DicomStartUp");
  server = L_DicomCreateNet(NULL, (L_INT32)DICOM_SECURE_NONE);
  client = L_DicomCreateNet(NULL, (L_INT32)DICOM_SECURE_NONE);
  check_code(&life, L_DicomSetDispatchMode(server, dispatch_mode), "L_DicomSetDispatchMode");
  check_code(&life, L_DicomSetDispatchMode(client, dispatch_mode), "L_DicomSetDispatchMode");

  memset(&callbacks, 0, sizeof(callbacks));
  callbacks.pfnAccept = on_accept;
  callbacks.pfnClose = on_close;
  callbacks.pUserData = &life;
  L_DicomSetCallback(server, &callbacks);
  memset(&callbacks, 0, sizeof(callbacks));
  callbacks.pfnConnect = on_connect;
  callbacks.pfnReceiveAssociateAccept = on_associate_accept;
  callbacks.pfnReceiveCEchoResponse = on_echo_response;
  callbacks.pfnReceiveReleaseResponse = on_release_response;
  callbacks.pUserData = &life;
  L_DicomSetCallback(client, &callbacks);

  check_code(&life, L_DicomListen(server, "127.0.0.1", 0, 1), "L_DicomListen");
  check_code(&life, L_DicomGetHostInfo(server, address, NET_MAX_ADDRESS_SIZE_EX, &port), "L_DicomGetHostInfo");
  check(&life, strcmp(address, "127.0.0.1") == 0 && port != 0, "the listener tells its address and port");

  run_client(&life, client, port);

  check_code(&life, L_DicomCloseForced(client, L_TRUE), "L_DicomCloseForced");
  L_DicomFreeNet(client);
  if ((events(&life) & SERVER_ACCEPTED) != 0)
    await(&life, SERVER_CLOSED, "waiting for the close callback");
  check(&life, L_DicomGetClientCount(server) == 0, "the listener has no client any more");
  L_DicomFreeNet(server);
  L_DicomShutDown();

  check(&life, events(&life) == EVERYTHING, "every callback came");
  printf("%s: %s\n", name, life.failures == 0 ? "ok" : "FAILED");
  return life.failures == 0;
}

int main(void) {
  const int threads = run_life(DICOMNET_DISPATCH_THREADS, "library threads");
  const int pump = run_life(DICOMNET_DISPATCH_PUMP, "pump");
  return threads && pump ? EXIT_SUCCESS : EXIT_FAILURE;
}
