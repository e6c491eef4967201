/* The bare requestor: what loads an acceptor with associations and C-ECHOs at the least cost of its own. It sends bytes
 * that were written before it began, and looks at an answer's type and length only.
 *
 *   requestor echo PORT COUNT [SECONDS]
 *     C-ECHOs on one association, blocking.
 *   requestor serial PORT COUNT [SECONDS]
 *     Associations one after the other, blocking: connect, associate, one C-ECHO, release, close.
 *   requestor many PORT COUNT AT_ONCE [SECONDS]
 *     The same, AT_ONCE under way at any time, one epoll loop.
 *   requestor hold PORT COUNT associated|silent|half
 *     Opens COUNT connections that are associated and then idle, that send nothing, or that send half an
 *     A-ASSOCIATE-RQ.
 *
 * The first three end after COUNT, or after SECONDS if that is sooner, and print one line of JSON. `hold` prints
 * `holding COUNT` once they stand, and ends with its standard input.
 *
 * Connections go to 127.0.0.1 to 127.0.0.250 in turn. To one address there are as many as there are ephemeral ports,
 * each blocked for a second by the TIME_WAIT of its last use: 14,000 associations a second, which would be all that is
 * measured. */

#define _GNU_SOURCE

#include <errno.h>
#include <sched.h>
#include <sys/epoll.h>

#include "echo_wire.h"
#include "sockets.h"
#include "times.h"

enum { EVENTS_MAX = 256, CONNECTS_IN_A_ROW = 16 };

static struct pdu associate_rq, echo_rq, release_rq;
static unsigned short port;

/* Where the next connection goes. */
static struct sockaddr_in next_peer(void) {
  enum { HOSTS = 250 };
  static unsigned count;
  struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(port)};
  peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK + count++ % HOSTS);
  return peer;
}

/* On the one processor of a comparison an acceptor runs when this program lets it. Real peers are many programs: none
 * connects more than a few times in a row, and so that is all that this one does, lest it fill a backlog by itself that
 * the acceptor had no chance to empty. */
static void yield_at_times(void) {
  static int in_a_row;
  if (++in_a_row == CONNECTS_IN_A_ROW) {
    in_a_row = 0;
    sched_yield();
  }
}

static int open_association(void) {
  int descriptor = open_socket(0);
  struct sockaddr_in peer = next_peer();
  struct input answer;
  if (connect(descriptor, (struct sockaddr*)&peer, sizeof peer) != 0 ||
      !exchange(descriptor, &associate_rq, ASSOCIATE_AC, &answer)) {
    close(descriptor);
    return -1;
  }
  return descriptor;
}

static int measure_echo(long count, double seconds) {
  int descriptor = open_association();
  if (descriptor < 0)
    give_up("no association");
  struct input answer;
  struct times times = begin_times(count, seconds);
  double before = times.began;
  while (!is_over(&times, before)) {
    if (!exchange(descriptor, &echo_rq, DATA_TF, &answer)) {
      ++times.failed;
      break;
    }
    double now = seconds_now();
    times.took[times.count++] = (float)(now - before);
    before = now;
  }
  int status = report(&times);
  if (status == 0 && !exchange(descriptor, &release_rq, RELEASE_RP, &answer))
    status = 1;
  close(descriptor);
  return status;
}

static int measure_serial(long count, double seconds) {
  struct times times = begin_times(count, seconds);
  for (double before = times.began; !is_over(&times, before);) {
    struct input answer;
    int descriptor = open_association();
    int done = descriptor >= 0 && exchange(descriptor, &echo_rq, DATA_TF, &answer) &&
               exchange(descriptor, &release_rq, RELEASE_RP, &answer);
    if (descriptor >= 0)
      close(descriptor);
    double now = seconds_now();
    if (done) {
      times.took[times.count++] = (float)(now - before);
    } else {
      ++times.failed;
    }
    before = now;
  }
  return report(&times);
}

/* One of many associations under way. */
struct slot {
  int descriptor;
  enum { CLOSED, CONNECTING, ASSOCIATING, ECHOING, RELEASING } step;
  struct input input;
  double began;
};

static void watch(int epoll, struct slot* slot, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data = {.ptr = slot}};
  if (epoll_ctl(epoll, operation, slot->descriptor, &event) != 0)
    give_up("epoll_ctl");
}

static int send_pdu(struct slot* slot, const struct pdu* pdu) {
  slot->input.have = 0;
  return send(slot->descriptor, pdu->bytes, pdu->length, MSG_NOSIGNAL) == (ssize_t)pdu->length;
}

/* Begins one association. The connection over loopback mostly stands when connect returns. */
static int begin(int epoll, struct slot* slot) {
  yield_at_times();
  slot->began = seconds_now();
  slot->descriptor = open_socket(SOCK_NONBLOCK);
  struct sockaddr_in peer = next_peer();
  if (connect(slot->descriptor, (struct sockaddr*)&peer, sizeof peer) == 0) {
    slot->step = ASSOCIATING;
    watch(epoll, slot, EPOLL_CTL_ADD, EPOLLIN);
    return send_pdu(slot, &associate_rq);
  }
  slot->step = CONNECTING;
  watch(epoll, slot, EPOLL_CTL_ADD, EPOLLOUT);
  return errno == EINPROGRESS;
}

/* Takes the next step of an association whose socket is ready. 0: it failed. */
static int go_on(int epoll, struct slot* slot) {
  if (slot->step == CONNECTING) {
    slot->step = ASSOCIATING;
    watch(epoll, slot, EPOLL_CTL_MOD, EPOLLIN);
    return send_pdu(slot, &associate_rq);
  }
  struct input* input = &slot->input;
  ssize_t got = recv(slot->descriptor, input->bytes + input->have, sizeof input->bytes - input->have, 0);
  if (got <= 0)
    return got < 0 && errno == EAGAIN;
  input->have += (size_t)got;
  size_t length = pdu_length(input->bytes, input->have);
  if (length == 0 || input->have < length)
    return 1;
  switch (slot->step) {
    case ASSOCIATING:
      slot->step = ECHOING;
      return is_answer(input, ASSOCIATE_AC) && send_pdu(slot, &echo_rq);
    case ECHOING:
      slot->step = RELEASING;
      return is_answer(input, DATA_TF) && send_pdu(slot, &release_rq);
    case RELEASING:
      slot->step = CLOSED;
      return is_answer(input, RELEASE_RP);
    default:
      return 0;
  }
}

static void end(struct slot* slot, struct times* times, int done) {
  close(slot->descriptor);
  slot->step = CLOSED;
  if (done) {
    times->took[times->count++] = (float)(seconds_now() - slot->began);
  } else {
    ++times->failed;
  }
}

static int measure_many(long count, long at_once, double seconds) {
  struct slot* slots = calloc((size_t)at_once, sizeof *slots);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (slots == NULL || epoll < 0)
    give_up("epoll");
  struct times times = begin_times(count, seconds);
  long begun = 0, ended = 0;
  for (; begun < at_once && begun < count; ++begun) {
    if (!begin(epoll, &slots[begun]))
      end(&slots[begun], &times, 0);
  }
  while ((ended = times.count + times.failed) < begun) {
    struct epoll_event events[EVENTS_MAX];
    int ready = epoll_wait(epoll, events, EVENTS_MAX, -1);
    if (ready < 0 && errno != EINTR)
      give_up("epoll_wait");
    for (int index = 0; index < ready; ++index) {
      struct slot* slot = events[index].data.ptr;
      int held = go_on(epoll, slot);
      if (held && slot->step != CLOSED)
        continue;
      end(slot, &times, held);
      if (begun < count && !(times.ends > 0 && seconds_now() >= times.ends)) {
        ++begun;
        if (!begin(epoll, slot))
          end(slot, &times, 0);
      }
    }
  }
  free(slots);
  return report(&times);
}

static int hold(long count, const char* how) {
  for (long index = 0; index < count; ++index) {
    int descriptor = -1;
    if (strcmp(how, "associated") == 0) {
      descriptor = open_association();
      if (descriptor < 0)
        give_up("no association");
      continue;
    }
    yield_at_times();
    descriptor = open_socket(0);
    struct sockaddr_in peer = next_peer();
    if (connect(descriptor, (struct sockaddr*)&peer, sizeof peer) != 0)
      give_up("connect");
    if (strcmp(how, "half") == 0 && send(descriptor, associate_rq.bytes, associate_rq.length / 2, MSG_NOSIGNAL) < 0) {
      give_up("send");
    }
  }
  printf("holding %ld\n", count);
  fflush(stdout);
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  return 0;
}

static int usage(const char* name) {
  fprintf(stderr,
          "usage: %s echo|serial PORT COUNT [SECONDS]\n"
          "       %s many PORT COUNT AT_ONCE [SECONDS]\n"
          "       %s hold PORT COUNT associated|silent|half\n",
          name, name, name);
  return 2;
}

int main(int argc, char** argv) {
  if (argc < 4)
    return usage(argv[0]);
  const char* what = argv[1];
  long count = atol(argv[3]);
  port = (unsigned short)atoi(argv[2]);
  raise_descriptor_limit();
  alarm(TEN_MINUTES);
  make_associate(&associate_rq, ASSOCIATE_RQ);
  make_echo(&echo_rq, 1);
  make_release(&release_rq, RELEASE_RQ);
  double seconds = argc > 4 ? atof(argv[argc - 1]) : 0;
  if (count <= 0)
    return usage(argv[0]);
  if (strcmp(what, "echo") == 0)
    return measure_echo(count, seconds);
  if (strcmp(what, "serial") == 0)
    return measure_serial(count, seconds);
  if (strcmp(what, "many") == 0 && argc > 4)
    return measure_many(count, atol(argv[4]), argc > 5 ? seconds : 0);
  if (strcmp(what, "hold") == 0 && argc > 4)
    return hold(count, argv[4]);
  return usage(argv[0]);
}
