/* The bare requestor: what loads an acceptor with associations and C-ECHOs at the least cost of its own. It sends bytes
 * that were written before it began, and looks at an answer's type and length only.
 *
 *   requestor echo PORT COUNT [SECONDS]                   C-ECHOs on one association, blocking
 *   requestor serial PORT COUNT [SECONDS]                 associations one after the other, blocking: connect,
 * associate, one C-ECHO, release, close requestor many PORT COUNT AT_ONCE [SECONDS]           the same, AT_ONCE under
 * way at any time, one epoll loop requestor hold PORT COUNT associated|silent|half      opens COUNT connections that
 * are associated and then idle, that send nothing, or that send half an A-ASSOCIATE-RQ
 *
 * The first three end after COUNT, or after SECONDS if that is sooner, and print one line of JSON. `hold` prints
 * `holding COUNT` once they stand, and ends with its standard input.
 *
 * Connections go to 127.0.0.1 to 127.0.0.250 in turn. To one address there are as many as there are ephemeral ports,
 * each blocked for a second by the TIME_WAIT of its last use: 14,000 associations a second, which would be all that is
 * measured. */

#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "wire.h"

enum { EVENTS_MAX = 256, TEN_MINUTES = 600, CONNECTS_IN_A_ROW = 16 };

static struct pdu associate_rq, echo_rq, release_rq;
static unsigned short port;

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

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

/* What was measured: how long each operation took, in seconds. */
struct times {
  float* took;
  long count, room, failed;
  double began, ends;
};

static struct times begin_times(long room, double seconds) {
  struct times times = {calloc((size_t)room, sizeof(float)), 0, room, 0, seconds_now(), 0};
  if (times.took == NULL)
    give_up("memory");
  times.ends = seconds > 0 ? times.began + seconds : 0;
  return times;
}

static int is_over(const struct times* times, double now) {
  return times->count + times->failed >= times->room || (times->ends > 0 && now >= times->ends);
}

static int compare(const void* left, const void* right) {
  float a = *(const float*)left, b = *(const float*)right;
  return (a > b) - (a < b);
}

static int report(struct times* times) {
  double seconds = seconds_now() - times->began;
  qsort(times->took, (size_t)times->count, sizeof(float), compare);
  double p50 = 0, p99 = 0, slowest = 0;
  if (times->count > 0) {
    p50 = times->took[times->count / 2];
    p99 = times->took[times->count - 1 - times->count / 100];
    slowest = times->took[times->count - 1];
  }
  printf(
      "{\"count\": %ld, \"failed\": %ld, \"seconds\": %.6f, \"rate\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f, "
      "\"slowest_us\": %.1f}\n",
      times->count, times->failed, seconds, (double)times->count / seconds, p50 * 1e6, p99 * 1e6, slowest * 1e6);
  free(times->took);
  return times->failed == 0 ? 0 : 1;
}

static int open_socket(int flags) {
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  if (descriptor < 0)
    give_up("socket");
  int on = 1;
  if (setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
    give_up("TCP_NODELAY");
  return descriptor;
}

/* Is this one PDU, of the type that answers what was sent? */
static int is_answer(const uint8_t* bytes, size_t length, enum pdu_type wanted) {
  return bytes[0] == wanted && pdu_length(bytes, length) == length;
}

/* Sends one PDU and reads its answer, blocking. 0: it did not come. */
static int exchange(int descriptor, const struct pdu* pdu, enum pdu_type wanted) {
  if (send(descriptor, pdu->bytes, pdu->length, MSG_NOSIGNAL) != (ssize_t)pdu->length)
    return 0;
  uint8_t bytes[PDU_BYTES_MAX];
  size_t have = 0;
  do {
    ssize_t got = recv(descriptor, bytes + have, sizeof bytes - have, 0);
    if (got <= 0)
      return 0;
    have += (size_t)got;
  } while (have < HEADER_BYTES || have < pdu_length(bytes, have));
  return is_answer(bytes, have, wanted);
}

static int open_association(void) {
  int descriptor = open_socket(0);
  struct sockaddr_in peer = next_peer();
  if (connect(descriptor, (struct sockaddr*)&peer, sizeof peer) != 0 ||
      !exchange(descriptor, &associate_rq, ASSOCIATE_AC)) {
    close(descriptor);
    return -1;
  }
  return descriptor;
}

static int measure_echo(long count, double seconds) {
  int descriptor = open_association();
  if (descriptor < 0)
    give_up("no association");
  struct times times = begin_times(count, seconds);
  double before = times.began;
  while (!is_over(&times, before)) {
    if (!exchange(descriptor, &echo_rq, DATA_TF)) {
      ++times.failed;
      break;
    }
    double now = seconds_now();
    times.took[times.count++] = (float)(now - before);
    before = now;
  }
  int status = report(&times);
  if (status == 0 && !exchange(descriptor, &release_rq, RELEASE_RP))
    status = 1;
  close(descriptor);
  return status;
}

static int measure_serial(long count, double seconds) {
  struct times times = begin_times(count, seconds);
  for (double before = times.began; !is_over(&times, before);) {
    int descriptor = open_association();
    int done =
        descriptor >= 0 && exchange(descriptor, &echo_rq, DATA_TF) && exchange(descriptor, &release_rq, RELEASE_RP);
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
  uint8_t bytes[PDU_BYTES_MAX];
  size_t have;
  double began;
};

static void watch(int epoll, struct slot* slot, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data = {.ptr = slot}};
  if (epoll_ctl(epoll, operation, slot->descriptor, &event) != 0)
    give_up("epoll_ctl");
}

static int send_pdu(struct slot* slot, const struct pdu* pdu) {
  slot->have = 0;
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
  ssize_t got = recv(slot->descriptor, slot->bytes + slot->have, sizeof slot->bytes - slot->have, 0);
  if (got <= 0)
    return got < 0 && errno == EAGAIN;
  slot->have += (size_t)got;
  size_t length = pdu_length(slot->bytes, slot->have);
  if (length == 0 || slot->have < length)
    return 1;
  switch (slot->step) {
    case ASSOCIATING:
      slot->step = ECHOING;
      return is_answer(slot->bytes, slot->have, ASSOCIATE_AC) && send_pdu(slot, &echo_rq);
    case ECHOING:
      slot->step = RELEASING;
      return is_answer(slot->bytes, slot->have, DATA_TF) && send_pdu(slot, &release_rq);
    case RELEASING:
      slot->step = CLOSED;
      return is_answer(slot->bytes, slot->have, RELEASE_RP);
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
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
  }
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
