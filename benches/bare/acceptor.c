/* The bare acceptor: the least that one can do to answer an association and its C-ECHOs, against which servers are
 * measured. It looks at a PDU's type and length and at nothing else; what it sends was written before it began.
 *
 *   acceptor [--epoll] [--backlog N] [--connections N]
 *
 * Blocking sockets, one connection after the other; with --epoll the least readiness loop that serves many at once. It
 * listens on a free port, says which on its first line, and ends by a signal, after N connections, or after
 * ten minutes, whatever comes first. */

#define _GNU_SOURCE

#include <errno.h>
#include <sys/epoll.h>

#include "echo_wire.h"
#include "sockets.h"

enum { EVENTS_MAX = 256, DESCRIPTORS_MAX = 1 << 16 };

static struct pdu associate_ac, echo_rsp, release_rp;

static void answer(int descriptor, const struct pdu* pdu) {
  /* A peer that has gone is found by the next recv. */
  ssize_t sent = send(descriptor, pdu->bytes, pdu->length, MSG_NOSIGNAL);
  (void)sent;
}

/* The response carries the request's message ID, which every requestor puts 12 bytes before the end: (0000,0110) is the
 * last element but one, and the last has 10 bytes. */
static void answer_echo(int descriptor, const uint8_t* request, size_t length) {
  enum { ID_FROM_END_RQ = 12, ID_FROM_END_RSP = 22, CONTEXT_ID = 10 };
  memcpy(echo_rsp.bytes + echo_rsp.length - ID_FROM_END_RSP, request + length - ID_FROM_END_RQ, 2);
  echo_rsp.bytes[CONTEXT_ID] = request[CONTEXT_ID];
  answer(descriptor, &echo_rsp);
}

/* Answers the PDUs that are there whole. 0: the connection is over. */
static int serve(int descriptor, struct input* input) {
  size_t used = 0;
  for (;;) {
    const uint8_t* pdu = input->bytes + used;
    size_t length = pdu_length(pdu, input->have - used);
    if (length > PDU_BYTES_MAX)
      return 0;
    if (length == 0 || used + length > input->have)
      break;
    switch (pdu[0]) {
      case ASSOCIATE_RQ:
        answer(descriptor, &associate_ac);
        break;
      case DATA_TF:
        answer_echo(descriptor, pdu, length);
        break;
      case RELEASE_RQ:
        answer(descriptor, &release_rp);
        break;
      default:
        return 0;
    }
    used += length;
  }
  input->have -= used;
  if (used > 0 && input->have > 0)
    memmove(input->bytes, input->bytes + used, input->have);
  return 1;
}

/* Reads once and answers. 0: the connection is over. */
static int read_and_serve(int descriptor, struct input* input) {
  ssize_t got = recv(descriptor, input->bytes + input->have, sizeof input->bytes - input->have, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return 1;
  if (got <= 0)
    return 0;
  input->have += (size_t)got;
  return serve(descriptor, input);
}

static void accept_in_turn(int listener, long connections) {
  static struct input input;
  for (long count = 0; connections == 0 || count < connections; ++count) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (descriptor < 0)
      give_up("accept");
    input.have = 0;
    while (read_and_serve(descriptor, &input)) {
    }
    close(descriptor);
  }
}

static void accept_many(int epoll, int listener) {
  for (;;) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor < 0)
      return;
    struct epoll_event event = {.events = EPOLLIN, .data = {.fd = descriptor}};
    if (descriptor >= DESCRIPTORS_MAX || epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0)
      give_up("epoll_ctl");
  }
}

static void serve_many(int listener, long connections) {
  /* One for each descriptor. */
  struct input* inputs = calloc(DESCRIPTORS_MAX, sizeof *inputs);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (inputs == NULL || epoll < 0)
    give_up("epoll");
  struct epoll_event event = {.events = EPOLLIN, .data = {.fd = listener}};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) != 0)
    give_up("epoll_ctl");
  for (long ended = 0; connections == 0 || ended < connections;) {
    struct epoll_event events[EVENTS_MAX];
    int count = epoll_wait(epoll, events, EVENTS_MAX, -1);
    if (count < 0 && errno != EINTR)
      give_up("epoll_wait");
    for (int index = 0; index < count; ++index) {
      int descriptor = events[index].data.fd;
      if (descriptor == listener) {
        accept_many(epoll, listener);
      } else if (!read_and_serve(descriptor, &inputs[descriptor])) {
        inputs[descriptor].have = 0;
        close(descriptor);
        ++ended;
      }
    }
  }
  free(inputs);
}

int main(int argc, char** argv) {
  int epoll = 0;
  int backlog = 128;
  long connections = 0;
  for (int index = 1; index < argc; ++index) {
    if (strcmp(argv[index], "--epoll") == 0) {
      epoll = 1;
    } else if (strcmp(argv[index], "--backlog") == 0 && index + 1 < argc) {
      backlog = atoi(argv[++index]);
    } else if (strcmp(argv[index], "--connections") == 0 && index + 1 < argc) {
      connections = atol(argv[++index]);
    } else {
      fprintf(stderr, "usage: %s [--epoll] [--backlog N] [--connections N]\n", argv[0]);
      return 2;
    }
  }
  raise_descriptor_limit();
  alarm(TEN_MINUTES);
  make_associate(&associate_ac, ASSOCIATE_AC);
  make_echo(&echo_rsp, 0);
  make_release(&release_rp, RELEASE_RP);
  int listener = listen_on_free_port(backlog, epoll ? SOCK_NONBLOCK : 0);
  if (epoll) {
    serve_many(listener, connections);
  } else {
    accept_in_turn(listener, connections);
  }
  return 0;
}
