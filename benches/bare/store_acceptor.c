/* The bare acceptor of stores: the least that receives C-STOREs and keeps or discards what they carry, against which
 * servers are measured. It reads the heads of PDUs and PDVs as far as the end of a message needs it.
 *
 *   store_acceptor [--write DIRECTORY] [--maximum-length BYTES]
 *
 * Blocking sockets, one connection after the other. A data set is written as it arrives, one writev for each recv, into
 * a file of its own: not in the form of PS3.10, under a number, not renamed. Without --write it is discarded. The
 * program listens on a free port, says which on its first line, and after each association prints one line of JSON: how
 * many objects and bytes came, and in what time from the acceptance to the last response. That is how fast a requestor
 * is, its start left out. It ends by a signal, or after ten minutes. */

#define _GNU_SOURCE

#include <fcntl.h>
#include <sys/uio.h>

#include "sockets.h"
#include "store_wire.h"
#include "times.h"

/* Fits into the second level of the caches, so that what was received is still there when it is written. */
enum { INPUT_BYTES = 256 << 10, COMMAND_BYTES_MAX = 1024, PIECES_MAX = 256, BACKLOG = 16 };

static const char* directory;
static uint32_t maximum_length = USUAL_MAXIMUM_LENGTH;

/* A connection: what was read, where in a PDU and PDV it stands, and the message under way. */
struct peer {
  int descriptor;
  uint8_t bytes[INPUT_BYTES];
  size_t have, used;
  uint32_t pdu_left, pdv_left;
  int in_pdv;
  uint8_t context, control;

  uint8_t command_bytes[COMMAND_BYTES_MAX];
  size_t command_have;
  struct command command;
  int file;
  struct iovec pieces[PIECES_MAX]; /* Of the data set, in `bytes`, not written yet. */
  int pieces_count;

  long count;
  uint64_t received;
  double began, last;
};

static int send_pdu(const struct peer* peer, const struct pdu* pdu) {
  return send(peer->descriptor, pdu->bytes, pdu->length, MSG_NOSIGNAL) == (ssize_t)pdu->length;
}

/* Answers one proposed context. */
static void answer_context(struct pdu* answer, const struct item* proposed) {
  enum { ACCEPTED = 0, ABSTRACT_SYNTAX_REFUSED = 3, TRANSFER_SYNTAXES_REFUSED = 4 };
  if (proposed->length < 4)
    return;
  unsigned result = ABSTRACT_SYNTAX_REFUSED;
  const uint8_t* at = proposed->value + 4;
  struct item item;
  while (next_item(&at, proposed->value + proposed->length, &item)) {
    if (item_is(&item, ABSTRACT_SYNTAX_ITEM, CT_IMAGE_STORAGE))
      result = TRANSFER_SYNTAXES_REFUSED;
    if (result == TRANSFER_SYNTAXES_REFUSED && item_is(&item, TRANSFER_SYNTAX_ITEM, EXPLICIT_VR_LITTLE_ENDIAN))
      result = ACCEPTED;
  }
  put_context(answer, proposed->value[0], result, NULL, EXPLICIT_VR_LITTLE_ENDIAN);
}

static int answer_association(struct peer* peer, const uint8_t* request, size_t length) {
  static struct pdu answer;
  if (length < ITEMS_AT)
    return 0;
  begin_associate(&answer, ASSOCIATE_AC);
  struct user_information user = {0, 1};
  const uint8_t* at = request + ITEMS_AT;
  struct item item;
  while (next_item(&at, request + length, &item)) {
    if (item.type == CONTEXT_RQ_ITEM)
      answer_context(&answer, &item);
    if (item.type == USER_INFORMATION_ITEM)
      user = read_user_information(&item);
  }
  put_user_information(&answer, maximum_length, user.window);
  end_pdu(&answer);
  peer->began = seconds_now();
  return send_pdu(peer, &answer);
}

/* A whole PDU that carries no data. 0: the connection is over. */
static int take_control_pdu(struct peer* peer, const uint8_t* pdu, size_t length) {
  static struct pdu release_rp;
  switch (pdu[0]) {
    case ASSOCIATE_RQ:
      return answer_association(peer, pdu, length);
    case RELEASE_RQ:
      make_release(&release_rp, RELEASE_RP);
      return send_pdu(peer, &release_rp);
    default:
      return 0;
  }
}

static void write_pieces(struct peer* peer) {
  for (int next = 0; next < peer->pieces_count;) {
    ssize_t written = writev(peer->file, peer->pieces + next, peer->pieces_count - next);
    if (written < 0)
      give_up("writev");
    while (next < peer->pieces_count && (size_t)written >= peer->pieces[next].iov_len)
      written -= (ssize_t)peer->pieces[next++].iov_len;
    if (written > 0) {
      peer->pieces[next].iov_base = (uint8_t*)peer->pieces[next].iov_base + written;
      peer->pieces[next].iov_len -= (size_t)written;
    }
  }
  peer->pieces_count = 0;
}

static int begin_object(struct peer* peer) {
  if (!read_command(peer->command_bytes, peer->command_have, &peer->command) || peer->command.field != C_STORE_RQ)
    return 0;
  if (directory == NULL)
    return 1;
  static long number;
  char path[4096];
  snprintf(path, sizeof path, "%s/%ld.dcm", directory, ++number);
  peer->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (peer->file < 0)
    give_up(path);
  return 1;
}

static int end_object(struct peer* peer) {
  if (directory != NULL) {
    write_pieces(peer);
    if (close(peer->file) != 0)
      give_up("close");
  }
  struct pdu response;
  make_store(&response, peer->context, C_STORE_RSP, peer->command.message_id, peer->command.instance);
  peer->command_have = 0;
  ++peer->count;
  int sent = send_pdu(peer, &response);
  peer->last = seconds_now();
  return sent;
}

/* A piece of a data set. */
static void keep(struct peer* peer, uint8_t* bytes, size_t length) {
  peer->received += length;
  if (directory == NULL)
    return;
  if (peer->pieces_count == PIECES_MAX)
    write_pieces(peer);
  peer->pieces[peer->pieces_count++] = (struct iovec){bytes, length};
}

/* Takes what is there of a PDV. 0: the connection is over. */
static int take_fragment(struct peer* peer) {
  uint8_t* bytes = peer->bytes + peer->used;
  size_t length = peer->have - peer->used;
  if (length > peer->pdv_left)
    length = peer->pdv_left;
  if (peer->control & COMMAND_FRAGMENT) {
    if (length > COMMAND_BYTES_MAX - peer->command_have)
      return 0;
    memcpy(peer->command_bytes + peer->command_have, bytes, length);
    peer->command_have += length;
  } else if (length > 0) {
    keep(peer, bytes, length);
  }
  peer->used += length;
  peer->pdv_left -= (uint32_t)length;
  if (peer->pdv_left > 0)
    return 1;
  peer->in_pdv = 0;
  if (!(peer->control & LAST_FRAGMENT))
    return 1;
  return peer->control & COMMAND_FRAGMENT ? begin_object(peer) : end_object(peer);
}

/* Begins a PDV. -1: its head is not there whole. 0: it does not fit. */
static int begin_fragment(struct peer* peer) {
  const uint8_t* head = peer->bytes + peer->used;
  if (peer->have - peer->used < PDV_HEADER_BYTES)
    return -1;
  uint32_t length = u32_at(head);
  if (length < 2 || peer->pdu_left < 4 || length > peer->pdu_left - 4)
    return 0;
  peer->pdv_left = length - 2;
  peer->pdu_left -= 4 + length;
  peer->context = head[4];
  peer->control = head[5];
  peer->in_pdv = 1;
  peer->used += PDV_HEADER_BYTES;
  return 1;
}

/* Begins a P-DATA-TF, or takes another PDU whole. -1: it is not there whole. 0: the connection is over. */
static int begin_pdu_or_take_it(struct peer* peer) {
  const uint8_t* pdu = peer->bytes + peer->used;
  size_t have = peer->have - peer->used;
  size_t length = pdu_length(pdu, have);
  if (length == 0)
    return -1;
  if (pdu[0] == DATA_TF) {
    peer->pdu_left = (uint32_t)(length - HEADER_BYTES);
    peer->used += HEADER_BYTES;
    return 1;
  }
  if (length > INPUT_BYTES)
    return 0;
  if (have < length)
    return -1;
  peer->used += length;
  return take_control_pdu(peer, pdu, length);
}

/* Takes all that is there whole. 0: the connection is over. */
static int take(struct peer* peer) {
  while (peer->used < peer->have) {
    int went_on = peer->in_pdv         ? take_fragment(peer)
                  : peer->pdu_left > 0 ? begin_fragment(peer)
                                       : begin_pdu_or_take_it(peer);
    if (went_on == 0)
      return 0;
    if (went_on < 0)
      break;
  }
  /* An empty last fragment ends without a byte of its own. */
  if (peer->in_pdv && peer->pdv_left == 0 && !take_fragment(peer))
    return 0;
  write_pieces(peer);
  peer->have -= peer->used;
  memmove(peer->bytes, peer->bytes + peer->used, peer->have);
  peer->used = 0;
  return 1;
}

static void serve(struct peer* peer, int descriptor) {
  /* What is behind the bytes of the last connection is not looked at, and need not be cleared. */
  peer->descriptor = descriptor;
  peer->have = peer->used = peer->command_have = 0;
  peer->pdu_left = peer->pdv_left = 0;
  peer->in_pdv = peer->pieces_count = 0;
  peer->count = 0;
  peer->received = 0;
  peer->began = peer->last = 0;
  for (;;) {
    ssize_t got = recv(descriptor, peer->bytes + peer->have, INPUT_BYTES - peer->have, 0);
    if (got <= 0)
      break;
    peer->have += (size_t)got;
    if (!take(peer))
      break;
  }
  close(descriptor);
  printf("{\"count\": %ld, \"bytes\": %llu, \"seconds\": %.6f}\n", peer->count, (unsigned long long)peer->received,
         peer->last - peer->began);
  fflush(stdout);
}

int main(int argc, char** argv) {
  static struct peer peer;
  for (int index = 1; index < argc; ++index) {
    if (strcmp(argv[index], "--write") == 0 && index + 1 < argc) {
      directory = argv[++index];
    } else if (strcmp(argv[index], "--maximum-length") == 0 && index + 1 < argc) {
      maximum_length = (uint32_t)strtoul(argv[++index], NULL, 10);
    } else {
      fprintf(stderr, "usage: %s [--write DIRECTORY] [--maximum-length BYTES]\n", argv[0]);
      return 2;
    }
  }
  alarm(TEN_MINUTES);
  int listener = listen_on_free_port(BACKLOG, 0);
  for (;;) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (descriptor < 0)
      give_up("accept");
    serve(&peer, descriptor);
  }
}
