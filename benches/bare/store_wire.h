/* What the bare programs of stores exchange: an association with CT Image Storage in explicit VR little endian, and
 * C-STOREs (PS3.7 9.3.1). Of what comes they read the items and elements that the next step needs, and pass over the
 * rest. */

#ifndef LDICOMNET_BENCHES_BARE_STORE_WIRE_H
#define LDICOMNET_BENCHES_BARE_STORE_WIRE_H

#include "wire.h"

enum { UID_BYTES_MAX = 64 };

/* What LDicomNet tells its peers where the application says nothing. */
enum { USUAL_MAXIMUM_LENGTH = 128 << 10 };

/* Message control headers (PS3.8 Annex E.2). */
enum { COMMAND_FRAGMENT = 1, LAST_FRAGMENT = 2 };

enum { C_STORE_RQ = 0x0001, C_STORE_RSP = 0x8001 };

static const char CT_IMAGE_STORAGE[] = "1.2.840.10008.5.1.4.1.1.2";
static const char EXPLICIT_VR_LITTLE_ENDIAN[] = "1.2.840.10008.1.2.1";

/* An item or sub-item of an A-ASSOCIATE PDU. */
struct item {
  unsigned type;
  const uint8_t* value;
  size_t length;
};

/* Where the items of an A-ASSOCIATE PDU begin. */
enum { ITEMS_AT = HEADER_BYTES + 68 };

/* The item at `*at`, which moves past it. 0: there is none, or it does not fit. */
static inline int next_item(const uint8_t** at, const uint8_t* end, struct item* item) {
  size_t left = (size_t)(end - *at);
  if (left < 4 || u16_at(*at + 2) > left - 4)
    return 0;
  item->type = (*at)[0];
  item->length = u16_at(*at + 2);
  item->value = *at + 4;
  *at += 4 + item->length;
  return 1;
}

static inline int item_is(const struct item* item, unsigned type, const char* text) {
  return item->type == type && item->length == strlen(text) && memcmp(item->value, text, item->length) == 0;
}

/* The user information that counts here: how long PDUs may be, how many operations may be under way. */
struct user_information {
  uint32_t maximum_length;
  unsigned window;
};

static inline struct user_information read_user_information(const struct item* user) {
  struct user_information found = {USUAL_MAXIMUM_LENGTH, 1};
  const uint8_t* at = user->value;
  struct item item;
  while (next_item(&at, user->value + user->length, &item)) {
    /* 0 is no limit (PS3.8 Annex D.1). */
    if (item.type == MAXIMUM_LENGTH_ITEM && item.length == 4 && u32_at(item.value) != 0)
      found.maximum_length = u32_at(item.value);
    if (item.type == WINDOW_ITEM && item.length == 4)
      found.window = u16_at(item.value);
  }
  return found;
}

/* The elements of a command set that count here. */
struct command {
  unsigned field, message_id, status;
  char instance[UID_BYTES_MAX + 1];
};

/* 0: it is none, or one of its elements does not fit. */
static inline int read_command(const uint8_t* bytes, size_t length, struct command* command) {
  enum { HEAD = 8 };
  memset(command, 0, sizeof *command);
  for (size_t at = 0; at + HEAD <= length;) {
    unsigned element = bytes[at + 2] | (unsigned)bytes[at + 3] << 8;
    uint32_t value_length =
        bytes[at + 4] | (uint32_t)bytes[at + 5] << 8 | (uint32_t)bytes[at + 6] << 16 | (uint32_t)bytes[at + 7] << 24;
    const uint8_t* value = bytes + at + HEAD;
    if (value_length > length - at - HEAD)
      return 0;
    unsigned number = value_length >= 2 ? value[0] | (unsigned)value[1] << 8 : 0;
    if (element == 0x0100)
      command->field = number;
    if (element == 0x0110 || element == 0x0120)
      command->message_id = number;
    if (element == 0x0900)
      command->status = number;
    if (element == 0x1000 && value_length <= UID_BYTES_MAX)
      memcpy(command->instance, value, value_length);
    at += HEAD + value_length;
  }
  return command->field != 0;
}

/* A C-STORE-RQ or -RSP. */
static inline void make_store(struct pdu* pdu, unsigned context, unsigned field, unsigned message_id,
                              const char* instance) {
  struct pdu elements;
  elements.length = 0;
  char padded[UID_BYTES_MAX + 1] = {0};
  snprintf(padded, sizeof padded, "%s", instance);
  /* With their NUL where that makes the length even. */
  put_element(&elements, 0x0002, CT_IMAGE_STORAGE, (sizeof CT_IMAGE_STORAGE) & ~1U);
  put_element_u16(&elements, 0x0100, field);
  put_element_u16(&elements, field == C_STORE_RQ ? 0x0110 : 0x0120, message_id);
  if (field == C_STORE_RQ)
    put_element_u16(&elements, 0x0700, 0);
  put_element_u16(&elements, 0x0800, field == C_STORE_RQ ? 0x0102 : 0x0101);
  if (field == C_STORE_RSP)
    put_element_u16(&elements, 0x0900, 0);
  put_element(&elements, 0x1000, padded, (unsigned)(strlen(padded) + 1) & ~1U);
  make_command(pdu, context, &elements);
}

#endif
