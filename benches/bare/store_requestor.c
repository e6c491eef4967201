/* The bare requestor of stores: what loads an acceptor with C-STOREs at the least cost of its own.
 *
 *   store_requestor PORT PATH [--count N] [--sendfile] [--window N]
 *
 * Without --sendfile PATH is one file, and N objects like it go out, each by one send of bytes that were put together
 * before: only message ID and instance UID are changed in between. With it PATH is one file or a directory of files,
 * each sent once, N of them at most, from the page cache: heads of PDUs by send, what is between them by sendfile. A
 * response is waited for, and must be of success, before the next request goes out; with --window N, before the request
 * after the next N.
 *
 * Prints one line of JSON, the time from the acceptance of the association to the last response. */

#define _GNU_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "part10.h"
#include "sockets.h"
#include "store_wire.h"
#include "times.h"

enum { CONTEXT = 1, RESPONSE_BYTES_MAX = 64 << 10 };

static int peer;
static struct user_information negotiated;
static struct times times;

/* Responses that were read and not looked at yet. */
static struct {
  uint8_t bytes[RESPONSE_BYTES_MAX];
  size_t have;
} input;

/* When each request under way was sent, the oldest at `times.count % window`. */
static double* sent_at;
static long window = 1, sent;

static int associate(unsigned short port) {
  static struct pdu request;
  static struct input answer;
  peer = open_socket(0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  begin_associate(&request, ASSOCIATE_RQ);
  put_context(&request, CONTEXT, 0, CT_IMAGE_STORAGE, EXPLICIT_VR_LITTLE_ENDIAN);
  put_user_information(&request, USUAL_MAXIMUM_LENGTH, (unsigned)window);
  end_pdu(&request);
  if (connect(peer, (struct sockaddr*)&address, sizeof address) != 0 ||
      !exchange(peer, &request, ASSOCIATE_AC, &answer))
    return 0;
  int accepted = 0;
  const uint8_t* at = answer.bytes + ITEMS_AT;
  struct item item;
  while (next_item(&at, answer.bytes + answer.have, &item)) {
    accepted |= item.type == CONTEXT_AC_ITEM && item.length >= 4 && item.value[0] == CONTEXT && item.value[2] == 0;
    if (item.type == USER_INFORMATION_ITEM)
      negotiated = read_user_information(&item);
  }
  /* 0 is no limit: as many as were asked for. */
  if (negotiated.window != 0 && negotiated.window < window)
    window = negotiated.window;
  return accepted;
}

static int release(void) {
  static struct pdu request;
  static struct input answer;
  make_release(&request, RELEASE_RQ);
  int released = exchange(peer, &request, RELEASE_RP, &answer);
  close(peer);
  return released;
}

/* Takes the responses that are there whole. 0: one of them is none, or not of success. */
static int take_responses(void) {
  size_t used = 0;
  for (;;) {
    const uint8_t* pdu = input.bytes + used;
    size_t length = pdu_length(pdu, input.have - used);
    if (length == 0 || length > input.have - used)
      break;
    struct command response;
    if (pdu[0] != DATA_TF || length < HEADER_BYTES + PDV_HEADER_BYTES ||
        !read_command(pdu + HEADER_BYTES + PDV_HEADER_BYTES, length - HEADER_BYTES - PDV_HEADER_BYTES, &response) ||
        response.field != C_STORE_RSP || response.status != 0 || times.count == sent)
      return 0;
    times.took[times.count] = (float)(seconds_now() - sent_at[times.count % window]);
    ++times.count;
    used += length;
  }
  input.have -= used;
  memmove(input.bytes, input.bytes + used, input.have);
  return 1;
}

/* Waits until fewer than `most` requests are under way. 0: a response did not come, or not of success. */
static int wait_for_responses(long most) {
  while (sent - times.count >= most) {
    ssize_t got = recv(peer, input.bytes + input.have, sizeof input.bytes - input.have, 0);
    if (got <= 0)
      return 0;
    input.have += (size_t)got;
    if (!take_responses())
      return 0;
  }
  return 1;
}

static void note_sent(uint64_t bytes) {
  times.bytes += bytes;
  ++sent;
}

static int send_all(const uint8_t* bytes, size_t length, int flags) {
  while (length > 0) {
    ssize_t sent_now = send(peer, bytes, length, MSG_NOSIGNAL | flags);
    if (sent_now < 0)
      return 0;
    bytes += sent_now;
    length -= (size_t)sent_now;
  }
  return 1;
}

/* The heads of the P-DATA-TF and of its one PDV before `length` bytes of a data set. */
static void write_heads(uint8_t* heads, uint32_t length, int is_last) {
  const uint32_t pdv = length + 2, pdu = pdv + 4;
  const uint8_t bytes[HEADER_BYTES + PDV_HEADER_BYTES] = {
      DATA_TF,
      0,
      (uint8_t)(pdu >> 24),
      (uint8_t)(pdu >> 16),
      (uint8_t)(pdu >> 8),
      (uint8_t)pdu,
      (uint8_t)(pdv >> 24),
      (uint8_t)(pdv >> 16),
      (uint8_t)(pdv >> 8),
      (uint8_t)pdv,
      CONTEXT,
      is_last ? LAST_FRAGMENT : 0,
  };
  memcpy(heads, bytes, sizeof bytes);
}

/* How much of a data set's last `left` bytes goes into the next PDU. */
static uint32_t next_length(uint64_t left) {
  const uint32_t most = negotiated.maximum_length - PDV_HEADER_BYTES;
  return left < most ? (uint32_t)left : most;
}

/* A message put together, with the places that are changed for each object. */
struct message {
  uint8_t* bytes;
  size_t length, data_set_length;
  uint8_t* message_id;
  char *in_command, *in_data_set; /* The last digits of the instance UID; the latter may be NULL. */
};

enum { CHANGED_DIGITS = 6 };

/* The end of `text` where it is between `bytes` and `end`; NULL if it is not. */
static char* end_of(uint8_t* bytes, const uint8_t* end, const char* text) {
  uint8_t* found = memmem(bytes, (size_t)(end - bytes), text, strlen(text));
  return found == NULL ? NULL : (char*)found + strlen(text);
}

static uint8_t* read_whole(const char* path, size_t* length) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0)
    give_up(path);
  uint8_t* bytes = malloc((size_t)status.st_size);
  if (bytes == NULL || read(file, bytes, (size_t)status.st_size) != status.st_size)
    give_up(path);
  close(file);
  *length = (size_t)status.st_size;
  return bytes;
}

static struct message put_together(const char* path) {
  size_t length = 0;
  struct part10 file;
  uint8_t* whole = read_whole(path, &length);
  if (!read_part10(whole, length, &file))
    give_up("not a file of the comparisons");
  static struct pdu command;
  make_store(&command, CONTEXT, C_STORE_RQ, 0, file.instance);
  const uint8_t* data_set = whole + file.data_set_at;
  size_t left = length - file.data_set_at;
  size_t pdus = left / next_length(UINT32_MAX) + 1;

  struct message message = {
      malloc(command.length + left + pdus * (HEADER_BYTES + PDV_HEADER_BYTES)), command.length, left, NULL, NULL, NULL};
  if (message.bytes == NULL)
    give_up("memory");
  memcpy(message.bytes, command.bytes, command.length);
  while (left > 0) {
    uint32_t next = next_length(left);
    write_heads(message.bytes + message.length, next, next == left);
    message.length += HEADER_BYTES + PDV_HEADER_BYTES;
    memcpy(message.bytes + message.length, data_set, next);
    message.length += next;
    data_set += next;
    left -= next;
  }
  free(whole);

  static const uint8_t MESSAGE_ID[] = {0x00, 0x00, 0x10, 0x01, 2, 0, 0, 0};
  const uint8_t* command_end = message.bytes + command.length;
  message.message_id = memmem(message.bytes, command.length, MESSAGE_ID, sizeof MESSAGE_ID);
  message.in_command = end_of(message.bytes, command_end, file.instance);
  message.in_data_set = end_of(message.bytes + command.length, message.bytes + message.length, file.instance);
  if (message.message_id == NULL || message.in_command == NULL)
    give_up("a command set without its elements");
  message.message_id += sizeof MESSAGE_ID;
  return message;
}

static int send_from_memory(const char* path, long count) {
  struct message message = put_together(path);
  times = begin_times(count, 0);
  for (long object = 0; object < count; ++object) {
    char digits[32];
    snprintf(digits, sizeof digits, "%0*ld", CHANGED_DIGITS, object % 1000000);
    message.message_id[0] = (uint8_t)object;
    message.message_id[1] = (uint8_t)(object >> 8);
    memcpy(message.in_command - CHANGED_DIGITS, digits, CHANGED_DIGITS);
    if (message.in_data_set != NULL)
      memcpy(message.in_data_set - CHANGED_DIGITS, digits, CHANGED_DIGITS);
    sent_at[sent % window] = seconds_now();
    if (!send_all(message.bytes, message.length, 0))
      return 0;
    note_sent(message.data_set_length);
    if (!wait_for_responses(window))
      return 0;
  }
  free(message.bytes);
  return wait_for_responses(1);
}

/* Sends one file. Between two calls the kernel holds back what does not fill a segment (MSG_MORE). */
static int send_file(const char* path) {
  uint8_t meta[META_BYTES_MAX];
  struct part10 part10;
  struct stat status;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || fstat(file, &status) != 0)
    give_up(path);
  ssize_t got = pread(file, meta, sizeof meta, 0);
  if (got < 0 || !read_part10(meta, (size_t)got, &part10))
    give_up(path);

  static struct pdu heads;
  make_store(&heads, CONTEXT, C_STORE_RQ, (unsigned)sent & 0xffff, part10.instance);
  off_t at = (off_t)part10.data_set_at;
  uint64_t left = (uint64_t)(status.st_size - at);
  note_sent(left);
  while (left > 0) {
    uint32_t next = next_length(left);
    write_heads(heads.bytes + heads.length, next, next == left);
    if (!send_all(heads.bytes, heads.length + HEADER_BYTES + PDV_HEADER_BYTES, MSG_MORE))
      return 0;
    heads.length = 0;
    left -= next;
    while (next > 0) {
      ssize_t sent_now = sendfile(peer, file, &at, next);
      if (sent_now <= 0)
        return 0;
      next -= (uint32_t)sent_now;
    }
  }
  close(file);
  return 1;
}

static int is_object(const struct dirent* entry) {
  return entry->d_name[0] != '.';
}

/* One file, or `count` of a directory, all of them for 0. */
static int send_from_files(const char* path, long count) {
  struct dirent** names = NULL;
  int files = scandir(path, &names, is_object, alphasort);
  if (files < 0 && errno != ENOTDIR)
    give_up(path);
  if (files < 0)
    count = 1;
  else if (count == 0 || files < count)
    count = files;
  times = begin_times(count, 0);
  for (long object = 0; object < count; ++object) {
    char name[4096];
    if (files < 0)
      snprintf(name, sizeof name, "%s", path);
    else
      snprintf(name, sizeof name, "%s/%s", path, names[object]->d_name);
    sent_at[sent % window] = seconds_now();
    if (!send_file(name) || !wait_for_responses(window))
      return 0;
  }
  return wait_for_responses(1);
}

int main(int argc, char** argv) {
  long count = 0;
  int from_files = 0;
  for (int index = 3; index < argc; ++index) {
    if (strcmp(argv[index], "--count") == 0 && index + 1 < argc) {
      count = atol(argv[++index]);
    } else if (strcmp(argv[index], "--window") == 0 && index + 1 < argc) {
      window = atol(argv[++index]);
    } else if (strcmp(argv[index], "--sendfile") == 0) {
      from_files = 1;
    } else {
      argc = 0;
    }
  }
  if (argc < 3 || count < 0 || window < 1 || window > UINT16_MAX) {
    fprintf(stderr, "usage: %s PORT PATH [--count N] [--sendfile] [--window N]\n", argv[0]);
    return 2;
  }
  alarm(TEN_MINUTES);
  sent_at = calloc((size_t)window, sizeof *sent_at);
  if (sent_at == NULL)
    give_up("memory");
  if (!associate((unsigned short)atoi(argv[1])))
    give_up("no association");
  int done = from_files ? send_from_files(argv[2], count) : send_from_memory(argv[2], count > 0 ? count : 1);
  times.failed += !done;
  int status = report(&times);
  return done && !release() ? 1 : status;
}
