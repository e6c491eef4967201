/* As much of a file of PS3.10 as sending it needs: where its data set begins, and which instance it is. */

#ifndef LDICOMNET_BENCHES_BARE_PART10_H
#define LDICOMNET_BENCHES_BARE_PART10_H

#include "store_wire.h"

/* Where the meta header of a file that the comparisons made ends at the latest. */
enum { META_BYTES_MAX = 1024 };

struct part10 {
  size_t data_set_at;
  char instance[UID_BYTES_MAX + 1];
};

/* Reads the meta header (PS3.10 7.1), explicit VR little endian. 0: there is none, or it does not end within `length`.
 */
static inline int read_part10(const uint8_t* bytes, size_t length, struct part10* file) {
  enum { PREAMBLE = 128, FIRST = PREAMBLE + 4, GROUP_LENGTH = 12, SHORT_HEAD = 8, LONG_HEAD = 12 };
  memset(file, 0, sizeof *file);
  if (length < FIRST + GROUP_LENGTH || memcmp(bytes + PREAMBLE, "DICM", 4) != 0)
    return 0;
  const uint8_t* at = bytes + FIRST + SHORT_HEAD;
  file->data_set_at = FIRST + GROUP_LENGTH + (at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16 | (size_t)at[3] << 24);
  if (file->data_set_at > length)
    return 0;
  for (size_t next = FIRST + GROUP_LENGTH; next + LONG_HEAD <= file->data_set_at;) {
    const uint8_t* head = bytes + next;
    int is_long = memcmp(head + 4, "OB", 2) == 0;
    size_t value_length = is_long ? head[8] | (size_t)head[9] << 8 | (size_t)head[10] << 16 | (size_t)head[11] << 24
                                  : head[6] | (size_t)head[7] << 8;
    next += is_long ? LONG_HEAD : SHORT_HEAD;
    if (value_length > file->data_set_at - next)
      return 0;
    if (head[2] == 0x03 && head[3] == 0 && value_length <= UID_BYTES_MAX)
      memcpy(file->instance, bytes + next, value_length);
    next += value_length;
  }
  return file->instance[0] != 0;
}

#endif
