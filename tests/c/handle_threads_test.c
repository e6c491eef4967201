/* Handles that one thread frees while others use them: every function answers with a code or a value, nothing is
 * touched that has gone, and no callback of a handle comes once L_DicomFreeNet has returned. Under AddressSanitizer it
 * is seen if anything is. */

#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

enum { ROUNDS = 20, CONNECTIONS_MAX = 4096 };

/* ---- The objects of a round ---------------------------------------------------------------------------------------
 */

/* The life of one handle; the pUserData of its callbacks. */
struct life {
  int freed; /* Guarded by mutex: L_DicomFreeNet has returned. */
};

struct round {
  HDICOMNET listener, client;
  struct life listener_life, client_life, connection_life;
  HDICOMNET idle; /* Nobody frees it while it is used. */
  HDICOMPDU request;
  HDICOMDS command, data;
  L_UINT port;
};

/* Handles that accept callbacks have made, to be freed at the end of the round. */
static HDICOMNET connections[CONNECTIONS_MAX]; /* Guarded by mutex. */
static size_t connection_count;                /* Guarded by mutex. */
static struct life* connection_life;

/* While set, callbacks about data wait: their connection reads nothing more. */
static int held; /* Guarded by mutex. */
static pthread_cond_t released = PTHREAD_COND_INITIALIZER;

static void is_alive(const struct life* life, const char* callback) {
  int freed;
  pthread_mutex_lock(&mutex);
  freed = life->freed;
  pthread_mutex_unlock(&mutex);
  if (freed)
    fail(callback, __LINE__);
}

static void has_been_freed(struct life* life) {
  pthread_mutex_lock(&mutex);
  life->freed = 1;
  pthread_mutex_unlock(&mutex);
}

static void free_net(HDICOMNET net, struct life* life) {
  L_DicomFreeNet(net);
  has_been_freed(life);
}

static L_VOID EXT_CALLBACK on_connect(HDICOMNET hNet, L_INT nError, L_VOID* pUserData) {
  (void)hNet;
  (void)nError;
  is_alive(pUserData, "a connect callback of a freed handle");
}

static L_VOID EXT_CALLBACK on_close(HDICOMNET hNet, L_INT nError, HDICOMNET hPeer, L_VOID* pUserData) {
  (void)hNet;
  (void)nError;
  (void)hPeer;
  is_alive(pUserData, "a close callback of a freed handle");
}

static L_VOID EXT_CALLBACK on_receive(HDICOMNET hNet, L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes,
                                      L_VOID* pUserData) {
  (void)hNet;
  (void)nError;
  (void)nType;
  (void)pBuffer;
  (void)nBytes;
  is_alive(pUserData, "a receive callback of a freed handle");
}

static L_VOID EXT_CALLBACK on_send(HDICOMNET hNet, L_INT nError, L_UCHAR nType, L_UINT32 nBytes, L_VOID* pUserData) {
  (void)hNet;
  (void)nError;
  (void)nType;
  (void)nBytes;
  is_alive(pUserData, "a send callback of a freed handle");
}

static L_VOID EXT_CALLBACK on_associate_request(HDICOMNET hNet, HDICOMPDU hPDU, L_VOID* pUserData) {
  HDICOMPDU const answer = L_DicomCloneAssociate(hPDU);
  is_alive(pUserData, "an associate request callback of a freed handle");
  L_DicomSetRequest(answer, L_FALSE);
  L_DicomSendAssociateAccept(hNet, answer);
  L_DicomFreeAssociate(answer);
}

static L_VOID EXT_CALLBACK on_associate_accept(HDICOMNET hNet, HDICOMPDU hPDU, L_VOID* pUserData) {
  (void)hNet;
  (void)hPDU;
  is_alive(pUserData, "an associate accept callback of a freed handle");
  happened();
}

static L_VOID EXT_CALLBACK on_data(HDICOMNET hNet, L_UCHAR nPresentationID, HDICOMDS hCS, HDICOMDS hDS,
                                   L_VOID* pUserData) {
  (void)hNet;
  (void)nPresentationID;
  (void)hCS;
  (void)hDS;
  is_alive(pUserData, "a data callback of a freed handle");
  pthread_mutex_lock(&mutex);
  while (held)
    pthread_cond_wait(&released, &mutex);
  pthread_mutex_unlock(&mutex);
}

static void set_callbacks(HDICOMNET net, struct life* life, ACCEPTCALLBACK accept) {
  DICOMNETCALLBACK callbacks;
  memset(&callbacks, 0, sizeof(callbacks));
  callbacks.pfnConnect = on_connect;
  callbacks.pfnAccept = accept;
  callbacks.pfnClose = on_close;
  callbacks.pfnReceive = on_receive;
  callbacks.pfnSend = on_send;
  callbacks.pfnReceiveAssociateRequest = on_associate_request;
  callbacks.pfnReceiveAssociateAccept = on_associate_accept;
  callbacks.pfnReceiveData = on_data;
  callbacks.pUserData = life;
  L_DicomSetCallback(net, &callbacks);
}

static L_VOID EXT_CALLBACK on_accept(HDICOMNET hNet, L_INT nError, L_VOID* pUserData) {
  HDICOMNET const connection = new_net();
  (void)nError;
  is_alive(pUserData, "an accept callback of a freed handle");
  pthread_mutex_lock(&mutex);
  if (connection_count < CONNECTIONS_MAX)
    connections[connection_count++] = connection;
  pthread_mutex_unlock(&mutex);
  set_callbacks(connection, connection_life, NULL);
  L_DicomAccept(hNet, connection); /* Somebody may have been faster, or have freed hNet. */
}

static HDICOMNET first_connection(void) {
  HDICOMNET connection;
  pthread_mutex_lock(&mutex);
  connection = connections[0];
  pthread_mutex_unlock(&mutex);
  return connection;
}

/* A listener, and a client that is associated with it. */
static void begin(struct round* round) {
  static const L_UCHAR bytes[1 << 16];
  memset(round, 0, sizeof(*round));
  connection_life = &round->connection_life;
  round->idle = new_net();
  round->request = L_DicomCreateAssociate(L_TRUE);
  CHECK(L_DicomAddPresentation(round->request, 1, 0, UID_VERIFICATION_CLASS) == DICOM_SUCCESS);
  CHECK(L_DicomAddTransfer(round->request, 1, UID_IMPLICIT_VR_LITTLE_ENDIAN) == DICOM_SUCCESS);
  round->command = L_DicomCreateDS(NULL);
  L_DicomInitCS(round->command, COMMAND_C_FIND, L_FALSE); /* A response: no window keeps it back. */
  round->data = L_DicomCreateDS(NULL);
  CHECK(L_DicomSetEncoded(round->data, bytes, sizeof(bytes)) == DICOM_SUCCESS);
  round->listener = new_net();
  set_callbacks(round->listener, &round->listener_life, on_accept);
  CHECK(L_DicomListen(round->listener, "127.0.0.1", 0, 50) == DICOM_SUCCESS);
  CHECK(L_DicomGetHostInfo(round->listener, NULL, 0, &round->port) == DICOM_SUCCESS);
  round->client = new_net();
  set_callbacks(round->client, &round->client_life, NULL);
  CHECK(L_DicomConnectExt2(round->client, NULL, 0, "127.0.0.1", round->port, DICOM_IPTYPE_IPV4, -1) == DICOM_SUCCESS);
  CHECK(L_DicomSendAssociateRequest(round->client, round->request) == DICOM_SUCCESS);
  AWAIT(1);
}

static void end(struct round* round) {
  size_t i;
  free_net(round->client, &round->client_life);
  free_net(round->listener, &round->listener_life);
  L_DicomFreeNet(round->idle);
  for (i = 0; i < connection_count; ++i)
    L_DicomFreeNet(connections[i]); /* Nobody adds to them: the listener is gone. */
  CHECK(connection_count < CONNECTIONS_MAX);
  connection_count = 0;
  L_DicomFreeAssociate(round->request);
  L_DicomFreeDS(round->command);
  L_DicomFreeDS(round->data);
}

/* ---- Every function of a network handle, by what it is for --------------------------------------------------------
 */

static void ask(HDICOMNET net, const struct round* round) {
  L_TCHAR text[NET_MAX_ADDRESS_SIZE_EX];
  DICOMSOCKETOPTIONS options;
  DICOMNETTIMEOUTS timeouts;
  HDICOMPDU associate;
  L_UINT port;
  (void)round;
  L_DicomIsActivated(net);
  L_DicomIsConnected(net);
  L_DicomIsAssociated(net);
  L_DicomGetQueueSend(net);
  L_DicomGetClientCount(L_DicomGetServer(net));
  L_DicomGetClientCount(net);
  L_DicomIsConnected(L_DicomGetClient(net, 0));
  L_DicomGetPendingCount(net);
  L_DicomGetHostInfo(net, text, sizeof(text), &port);
  L_DicomGetPeerInfo(net, text, sizeof(text), &port);
  associate = L_DicomGetAssociate(net);
  L_DicomFindAbstract(associate, UID_VERIFICATION_CLASS);
  L_DicomGetCalled(associate, text, sizeof(text));
  CHECK(L_DicomGetCommandSet(net) == NULL);
  L_DicomGetDefaultSocketOptions(net, &options, sizeof(options));
  L_DicomGetSocketOptions(net, &options, sizeof(options));
  L_DicomGetTimeouts(net, &timeouts, sizeof(timeouts));
}

static void send_all(HDICOMNET net, const struct round* round) {
  L_DicomSendCEchoRequest(net, 1, 1, UID_VERIFICATION_CLASS);
  L_DicomSendCEchoResponse(net, 1, 1, UID_VERIFICATION_CLASS, COMMAND_STATUS_SUCCESS);
  L_DicomSendData(net, 1, round->command, NULL);
  L_DicomSendData(net, 1, round->command, round->data);
  L_DicomSendAssociateRequest(net, round->request);
  L_DicomSendAssociateAccept(net, round->request);
  L_DicomSendAssociateReject(net, PDU_REJECT_RESULT_PERMANENT, PDU_REJECT_SOURCE_USER, 1);
  L_DicomSendReleaseResponse(net);
}

static void end_association(HDICOMNET net, const struct round* round) {
  (void)round;
  L_DicomSendReleaseRequest(net);
  L_DicomSendReleaseResponse(net);
  L_DicomSendAbort(net, PDU_ABORT_SOURCE_USER, 0);
}

static void set(HDICOMNET net, const struct round* round) {
  DICOMSOCKETOPTIONS options;
  DICOMNETTIMEOUTS timeouts;
  DICOMNETCALLBACKEXT further;
  (void)round;
  memset(&options, 0, sizeof(options));
  options.uStructSize = sizeof(options);
  options.bNoDelay = L_TRUE;
  L_DicomSetSocketOptions(net, &options);
  if (L_DicomGetTimeouts(net, &timeouts, sizeof(timeouts)) == DICOM_SUCCESS)
    L_DicomSetTimeouts(net, &timeouts);
  L_DicomEnableOptimizedSend(net, L_FALSE);
  L_DicomEnableOptimizedSend(net, L_TRUE);
  L_DicomSetDebugMode(net, DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO);
  L_DicomSetDebugMode(net, 0);
  L_DicomSetDispatchMode(net, DICOMNET_DISPATCH_THREADS);
  L_DicomInitializeNet(net, NULL, (L_INT32)DICOM_SECURE_NONE, NULL);
  memset(&further, 0, sizeof(further));
  further.uStructSize = sizeof(further);
  L_DicomSetCallbackExt(net, &further);
}

static void accept_and_close(HDICOMNET net, const struct round* round) {
  L_DicomAccept(net, round->idle);
  L_DicomAcceptExt(net, round->idle, 0);
  L_DicomAccept(round->idle, net);
  L_DicomAcceptExt(round->idle, net, 0);
  L_DicomReject(net);
  L_DicomClose(net);
  L_DicomServerClose(net);
  L_DicomCloseForced(net, L_FALSE);
  L_DicomCloseForced(net, L_TRUE);
}

static void listen_and_connect(HDICOMNET net, const struct round* round) {
  L_DicomListen(net, "127.0.0.1", 0, 1);
  L_DicomCloseForced(net, L_TRUE);
  L_DicomListenExt(net, "127.0.0.1", 0, 1, DICOM_IPTYPE_IPV4);
  L_DicomCloseForced(net, L_TRUE);
  L_DicomConnect(net, NULL, 0, "127.0.0.1", round->port);
  L_DicomCloseForced(net, L_TRUE);
  L_DicomConnectExt(net, NULL, 0, "127.0.0.1", round->port, DICOM_IPTYPE_IPV4);
  L_DicomCloseForced(net, L_TRUE);
  L_DicomConnectExt2(net, NULL, 0, "127.0.0.1", round->port, DICOM_IPTYPE_IPV4, -1);
  L_DicomCloseForced(net, L_TRUE);
}

/* ---- Threads that use a handle until it is freed ------------------------------------------------------------------
 */

struct user {
  void (*call)(HDICOMNET net, const struct round* round);
  HDICOMNET net;
  const struct round* round;
};

static void* use_until_freed(void* argument) {
  const struct user* const user = argument;
  int passes = 0;
  while (L_DicomGetSecureMode(user->net) == DICOM_SECURE_NONE) {
    user->call(user->net, user->round);
    if (++passes == 1)
      happened();
  }
  return NULL;
}

static void* free_it(void* argument) {
  L_DicomFreeNet(*(const HDICOMNET*)argument);
  return NULL;
}

typedef void (*Members)(HDICOMNET net, const struct round* round);

/* Frees `net` while a thread for each of the members uses it. Two threads free it: one of them does, and the other may
 * return before it is done. */
static void free_while_used(HDICOMNET net, struct life* life, const struct round* round, const Members* members,
                            size_t count) {
  pthread_t threads[4], other;
  struct user users[4];
  size_t i;
  for (i = 0; i < count; ++i) {
    users[i].call = members[i];
    users[i].net = net;
    users[i].round = round;
    CHECK(pthread_create(&threads[i], NULL, use_until_freed, &users[i]) == 0);
  }
  AWAIT(count); /* Each of them is at it. */
  CHECK(pthread_create(&other, NULL, free_it, &net) == 0);
  L_DicomFreeNet(net);
  pthread_join(other, NULL);
  has_been_freed(life);
  for (i = 0; i < count; ++i)
    pthread_join(threads[i], NULL);
  CHECK(L_DicomGetSecureMode(net) == 0 && !L_DicomIsActivated(net) && L_DicomGetAssociate(net) == NULL);
  CHECK(L_DicomListen(net, "127.0.0.1", 0, 1) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSendCEchoRequest(net, 1, 1, UID_VERIFICATION_CLASS) == DICOM_ERROR_PARAMETER);
}
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check_a_connected_client(void) {
  static const Members sending[] = {ask, send_all, set};
  static const Members ending[] = {ask, send_all, end_association};
  struct round round;
  begin(&round);
  free_while_used(round.client, &round.client_life, &round, sending, COUNT(sending));
  end(&round);
  begin(&round);
  free_while_used(round.client, &round.client_life, &round, ending, COUNT(ending));
  end(&round);
}

static void check_an_accepted_connection(void) {
  static const Members members[] = {ask, send_all, accept_and_close};
  struct round round;
  struct life unused;
  begin(&round);
  free_while_used(first_connection(), &unused, &round, members, COUNT(members));
  end(&round);
}

static void call_it(HDICOMNET net, const struct round* round) {
  (void)net;
  L_DicomConnectExt2(round->idle, NULL, 0, "127.0.0.1", round->port, DICOM_IPTYPE_IPV4, -1);
  L_DicomCloseForced(round->idle, L_TRUE);
}

static void check_a_listener(void) {
  static const Members listening[] = {ask, set, call_it};
  static const Members closing[] = {ask, call_it, accept_and_close};
  struct round round;
  begin(&round);
  free_while_used(round.listener, &round.listener_life, &round, listening, COUNT(listening));
  end(&round);
  begin(&round);
  free_while_used(round.listener, &round.listener_life, &round, closing, COUNT(closing));
  end(&round);
}

static void check_one_that_begins_and_ends(void) {
  static const Members members[] = {ask, set, listen_and_connect, listen_and_connect};
  struct round round;
  struct life life;
  HDICOMNET net;
  begin(&round);
  memset(&life, 0, sizeof(life));
  net = new_net();
  set_callbacks(net, &life, NULL);
  free_while_used(net, &life, &round, members, COUNT(members));
  end(&round);
}

/* ---- Functions that wait ------------------------------------------------------------------------------------------
 */

struct waiting {
  HDICOMNET net, other;
  L_UINT port;
  HDICOMDS command, data;
  L_INT code;
};

static void* wait_to_accept(void* argument) {
  struct waiting* const waiting = argument;
  happened();
  waiting->code = L_DicomAcceptExt(waiting->net, waiting->other, -1);
  return NULL;
}

static void* wait_to_connect(void* argument) {
  struct waiting* const waiting = argument;
  happened();
  waiting->code = L_DicomConnectExt2(waiting->net, NULL, 0, "127.0.0.1", waiting->port, DICOM_IPTYPE_IPV4, -1);
  return NULL;
}

static void* send_without_end(void* argument) {
  struct waiting* const waiting = argument;
  do
    waiting->code = L_DicomSendData(waiting->net, 1, waiting->command, waiting->data);
  while (waiting->code == DICOM_SUCCESS);
  return NULL;
}

static int is_closed_or_freed(L_INT code) {
  return code == DICOM_ERROR_NET_NOT_CONNECTED || code == DICOM_ERROR_NET_CONNECTION_ABORTED ||
         code == DICOM_ERROR_PARAMETER;
}

static void check_a_listener_that_accept_waits_for(void) {
  pthread_t thread;
  struct waiting waiting;
  memset(&waiting, 0, sizeof(waiting));
  waiting.net = new_net();
  waiting.other = new_net();
  CHECK(L_DicomListen(waiting.net, "127.0.0.1", 0, 1) == DICOM_SUCCESS);
  CHECK(pthread_create(&thread, NULL, wait_to_accept, &waiting) == 0);
  AWAIT(1);
  L_DicomFreeNet(waiting.net);
  pthread_join(thread, NULL);
  CHECK(is_closed_or_freed(waiting.code));
  L_DicomFreeNet(waiting.other);
}

/* The connection goes to no handle that has been freed: it waits for the next one. */
static void check_one_that_accept_would_fill(void) {
  pthread_t thread;
  struct waiting waiting;
  HDICOMNET const client = new_net(), next = new_net();
  memset(&waiting, 0, sizeof(waiting));
  waiting.net = new_net();
  waiting.other = new_net();
  CHECK(L_DicomListen(waiting.net, "127.0.0.1", 0, 1) == DICOM_SUCCESS);
  CHECK(L_DicomGetHostInfo(waiting.net, NULL, 0, &waiting.port) == DICOM_SUCCESS);
  CHECK(pthread_create(&thread, NULL, wait_to_accept, &waiting) == 0);
  AWAIT(1);
  L_DicomFreeNet(waiting.other);
  CHECK(L_DicomConnectExt2(client, NULL, 0, "127.0.0.1", waiting.port, DICOM_IPTYPE_IPV4, -1) == DICOM_SUCCESS);
  pthread_join(thread, NULL);
  CHECK(waiting.code == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomAcceptExt(waiting.net, next, DEADLINE_SECONDS * 1000) == DICOM_SUCCESS);
  L_DicomFreeNet(client);
  L_DicomFreeNet(next);
  L_DicomFreeNet(waiting.net);
}

/* A port of loopback whose backlog is full: the system drops what comes. */
static int silent_listener(int* fillers, size_t count, L_UINT* port) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address;
  socklen_t size = sizeof(address);
  size_t i;
  memset(&address, 0, sizeof(address));
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(bind(listener, (struct sockaddr*)&address, size) == 0 && listen(listener, 0) == 0);
  CHECK(getsockname(listener, (struct sockaddr*)&address, &size) == 0);
  for (i = 0; i < count; ++i) {
    fillers[i] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fcntl(fillers[i], F_SETFL, O_NONBLOCK) == 0);
    (void)connect(fillers[i], (struct sockaddr*)&address, size);
  }
  *port = ntohs(address.sin_port);
  return listener;
}

static void check_one_that_connect_waits_for(void) {
  pthread_t thread;
  struct waiting waiting;
  struct life life;
  int fillers[3];
  int listener;
  size_t i;
  memset(&waiting, 0, sizeof(waiting));
  memset(&life, 0, sizeof(life));
  listener = silent_listener(fillers, COUNT(fillers), &waiting.port);
  waiting.net = new_net();
  set_callbacks(waiting.net, &life, NULL);
  CHECK(pthread_create(&thread, NULL, wait_to_connect, &waiting) == 0);
  AWAIT(1);
  free_net(waiting.net, &life);
  pthread_join(thread, NULL);
  CHECK(is_closed_or_freed(waiting.code));
  for (i = 0; i < COUNT(fillers); ++i)
    close(fillers[i]);
  close(listener);
}

static void hold(int whether) {
  pthread_mutex_lock(&mutex);
  held = whether;
  pthread_cond_broadcast(&released);
  pthread_mutex_unlock(&mutex);
}

static void check_one_whose_sender_waits_for_the_peer(void) {
  pthread_t thread;
  struct waiting waiting;
  struct round round;
  struct timespec now;
  time_t deadline;
  begin(&round);
  hold(1);
  memset(&waiting, 0, sizeof(waiting));
  waiting.net = round.client;
  waiting.command = round.command;
  waiting.data = round.data;
  CHECK(pthread_create(&thread, NULL, send_without_end, &waiting) == 0);
  clock_gettime(CLOCK_MONOTONIC, &now);
  deadline = now.tv_sec + DEADLINE_SECONDS;
  while (L_DicomGetQueueSend(round.client) == 0 && now.tv_sec < deadline)
    clock_gettime(CLOCK_MONOTONIC, &now);
  CHECK(now.tv_sec < deadline); /* The peer reads no more, and the system takes no more. */
  free_net(round.client, &round.client_life);
  pthread_join(thread, NULL);
  CHECK(is_closed_or_freed(waiting.code));
  hold(0);
  end(&round);
}

int main(void) {
  int round;
  CHECK(L_DicomStartUp() == DICOM_SUCCESS);
  for (round = 0; round < ROUNDS; ++round) {
    check_a_connected_client();
    check_an_accepted_connection();
    check_a_listener();
    check_one_that_begins_and_ends();
    check_a_listener_that_accept_waits_for();
    check_one_that_accept_would_fill();
    check_one_that_connect_waits_for();
    check_one_whose_sender_waits_for_the_peer();
  }
  L_DicomShutDown();
  return outcome();
}
