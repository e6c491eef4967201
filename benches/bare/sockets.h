/* Sockets of the bare programs: blocking unless asked otherwise, with TCP_NODELAY. Needs _GNU_SOURCE. Knows no DICOM
 * but a PDU's type and length. */

#ifndef LDICOMNET_BENCHES_BARE_SOCKETS_H
#define LDICOMNET_BENCHES_BARE_SOCKETS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

/* No program runs longer. */
enum { TEN_MINUTES = 600 };

static inline void raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
  }
}

/* Accepted sockets inherit the option. */
static inline int open_socket(int flags) {
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  if (descriptor < 0)
    give_up("socket");
  int on = 1;
  if (setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
    give_up("TCP_NODELAY");
  return descriptor;
}

/* Says on standard output which port it is. */
static inline int listen_on_free_port(int backlog, int flags) {
  int listener = open_socket(flags);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_ANY)}};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr*)&address, length) != 0)
    give_up("bind");
  if (listen(listener, backlog) != 0)
    give_up("listen");
  if (getsockname(listener, (struct sockaddr*)&address, &length) != 0)
    give_up("getsockname");
  printf("listening on 0.0.0.0 port %u\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

/* Is this one PDU, of the type that answers what was sent? */
static inline int is_answer(const struct input* input, enum pdu_type wanted) {
  return input->bytes[0] == wanted && pdu_length(input->bytes, input->have) == input->have;
}

/* Sends one PDU and reads its answer, blocking. 0: it did not come. */
static inline int exchange(int descriptor, const struct pdu* pdu, enum pdu_type wanted, struct input* answer) {
  if (send(descriptor, pdu->bytes, pdu->length, MSG_NOSIGNAL) != (ssize_t)pdu->length)
    return 0;
  answer->have = 0;
  do {
    ssize_t got = recv(descriptor, answer->bytes + answer->have, sizeof answer->bytes - answer->have, 0);
    if (got <= 0)
      return 0;
    answer->have += (size_t)got;
  } while (answer->have < HEADER_BYTES || answer->have < pdu_length(answer->bytes, answer->have));
  return is_answer(answer, wanted);
}

#endif
