/* The PDUs of the bare programs (PS3.8 9.3): written out whole, once, at the start. Nothing here sends, receives, or
 * keeps a rule of the protocol. echo_wire.h and store_wire.h have the messages that go with them.
 *
 * Shared by programs of one file each: everything is static. */

#ifndef LDICOMNET_BENCHES_BARE_WIRE_H
#define LDICOMNET_BENCHES_BARE_WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_BYTES = 6, PDV_HEADER_BYTES = 6 };

/* The longest PDU that is written here: an A-ASSOCIATE-AC for 128 contexts; and the longest that the programs of echoes
 * take, which thousands of their connections have room for. */
enum { WRITTEN_BYTES_MAX = 8192, PDU_BYTES_MAX = 1024 };

enum pdu_type {
  ASSOCIATE_RQ = 1,
  ASSOCIATE_AC = 2,
  ASSOCIATE_RJ = 3,
  DATA_TF = 4,
  RELEASE_RQ = 5,
  RELEASE_RP = 6,
  ABORT = 7
};

/* Types of items and sub-items in an A-ASSOCIATE PDU (PS3.8 9.3.2, 9.3.3, Annex D). */
enum item_type {
  APPLICATION_CONTEXT_ITEM = 0x10,
  CONTEXT_RQ_ITEM = 0x20,
  CONTEXT_AC_ITEM = 0x21,
  ABSTRACT_SYNTAX_ITEM = 0x30,
  TRANSFER_SYNTAX_ITEM = 0x40,
  USER_INFORMATION_ITEM = 0x50,
  MAXIMUM_LENGTH_ITEM = 0x51,
  IMPLEMENTATION_CLASS_ITEM = 0x52,
  WINDOW_ITEM = 0x53,
  IMPLEMENTATION_VERSION_ITEM = 0x55
};

/* A PDU put together ahead of its use. What is past its length is never looked at, and need not be cleared. */
struct pdu {
  uint8_t bytes[WRITTEN_BYTES_MAX];
  size_t length;
};

/* A connection's bytes that nobody has looked at yet, in the programs of echoes. */
struct input {
  uint8_t bytes[PDU_BYTES_MAX];
  size_t have;
};

static const char APPLICATION_CONTEXT[] = "1.2.840.10008.3.1.1.1";
static const char IMPLEMENTATION_CLASS[] = "2.25.195118527385214";
static const char IMPLEMENTATION_VERSION[] = "BARE_SOCKET";

/* The end of a program that cannot go on. */
static inline void give_up(const char* what) {
  perror(what);
  exit(2);
}

static inline void put(struct pdu* pdu, const void* bytes, size_t length) {
  if (pdu->length + length > WRITTEN_BYTES_MAX) {
    fprintf(stderr, "a PDU outgrew its buffer\n");
    exit(2);
  }
  memcpy(pdu->bytes + pdu->length, bytes, length);
  pdu->length += length;
}

static inline void put_u8(struct pdu* pdu, unsigned value) {
  uint8_t byte = (uint8_t)value;
  put(pdu, &byte, 1);
}

/* Big endian, as everything of PS3.8. */
static inline void put_u16(struct pdu* pdu, unsigned value) {
  put_u8(pdu, value >> 8);
  put_u8(pdu, value & 0xff);
}

static inline void put_u32(struct pdu* pdu, uint32_t value) {
  put_u16(pdu, value >> 16);
  put_u16(pdu, value & 0xffff);
}

static inline void put_zeros(struct pdu* pdu, size_t count) {
  while (count-- > 0)
    put_u8(pdu, 0);
}

static inline uint16_t u16_at(const uint8_t* bytes) {
  return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t u32_at(const uint8_t* bytes) {
  return (uint32_t)u16_at(bytes) << 16 | u16_at(bytes + 2);
}

/* The head of an item; what it holds follows. */
static inline void put_item_head(struct pdu* pdu, enum item_type type, size_t length) {
  put_u8(pdu, type);
  put_u8(pdu, 0);
  put_u16(pdu, (unsigned)length);
}

static inline void put_item(struct pdu* pdu, enum item_type type, const char* text) {
  put_item_head(pdu, type, strlen(text));
  put(pdu, text, strlen(text));
}

/* Space-padded to the 16 bytes of an AE title. */
static inline void put_title(struct pdu* pdu, const char* title) {
  char padded[17];
  snprintf(padded, sizeof padded, "%-16s", title);
  put(pdu, padded, 16);
}

static inline void begin_pdu(struct pdu* pdu, enum pdu_type type) {
  pdu->length = 0;
  put_u8(pdu, type);
  put_zeros(pdu, 5);
}

static inline void end_pdu(struct pdu* pdu) {
  uint32_t length = (uint32_t)(pdu->length - HEADER_BYTES);
  for (int place = 0; place < 4; ++place)
    pdu->bytes[2 + place] = (uint8_t)(length >> (24 - 8 * place));
}

/* Begins an A-ASSOCIATE-RQ or -AC (PS3.8 9.3.2, 9.3.3): contexts follow, then put_user_information, then end_pdu. */
static inline void begin_associate(struct pdu* pdu, enum pdu_type type) {
  begin_pdu(pdu, type);
  put_u16(pdu, 1);
  put_u16(pdu, 0);
  put_title(pdu, "ACCEPTOR");
  put_title(pdu, "BARE");
  put_zeros(pdu, 32);
  put_item(pdu, APPLICATION_CONTEXT_ITEM, APPLICATION_CONTEXT);
}

/* A presentation context as proposed; without an abstract syntax, as answered with `result`. */
static inline void put_context(struct pdu* pdu, unsigned id, unsigned result, const char* abstract,
                               const char* transfer) {
  struct pdu context;
  context.length = 0;
  put_u8(&context, id);
  put_u8(&context, 0);
  put_u8(&context, result);
  put_u8(&context, 0);
  if (abstract != NULL)
    put_item(&context, ABSTRACT_SYNTAX_ITEM, abstract);
  put_item(&context, TRANSFER_SYNTAX_ITEM, transfer);
  put_item_head(pdu, abstract != NULL ? CONTEXT_RQ_ITEM : CONTEXT_AC_ITEM, context.length);
  put(pdu, context.bytes, context.length);
}

/* `window` operations may be under way at once (PS3.8 Annex D.3.3.3): said if it is not one. */
static inline void put_user_information(struct pdu* pdu, uint32_t maximum_length, unsigned window) {
  struct pdu user;
  user.length = 0;
  put_item_head(&user, MAXIMUM_LENGTH_ITEM, 4);
  put_u32(&user, maximum_length);
  put_item(&user, IMPLEMENTATION_CLASS_ITEM, IMPLEMENTATION_CLASS);
  if (window != 1) {
    put_item_head(&user, WINDOW_ITEM, 4);
    put_u16(&user, window);
    put_u16(&user, 1);
  }
  put_item(&user, IMPLEMENTATION_VERSION_ITEM, IMPLEMENTATION_VERSION);
  put_item_head(pdu, USER_INFORMATION_ITEM, user.length);
  put(pdu, user.bytes, user.length);
}

/* One element of a command set, implicit VR little endian (PS3.7 6.3.1). */
static inline void put_element(struct pdu* pdu, unsigned element, const void* value, unsigned length) {
  const uint8_t head[8] = {0, 0, (uint8_t)element, (uint8_t)(element >> 8), (uint8_t)length, 0, 0, 0};
  put(pdu, head, sizeof head);
  put(pdu, value, length);
}

static inline void put_element_u16(struct pdu* pdu, unsigned element, unsigned value) {
  const uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
  put_element(pdu, element, bytes, sizeof bytes);
}

/* The elements of a command set as a P-DATA-TF of one PDV (PS3.8 9.3.5), with the group length before them. */
static inline void make_command(struct pdu* pdu, unsigned context, const struct pdu* elements) {
  const uint8_t group_length[4] = {(uint8_t)elements->length, (uint8_t)(elements->length >> 8), 0, 0};
  struct pdu command;
  command.length = 0;
  put_element(&command, 0x0000, group_length, sizeof group_length);
  put(&command, elements->bytes, elements->length);

  begin_pdu(pdu, DATA_TF);
  put_u32(pdu, (uint32_t)command.length + 2);
  put_u8(pdu, context);
  put_u8(pdu, 3);
  put(pdu, command.bytes, command.length);
  end_pdu(pdu);
}

static inline void make_release(struct pdu* pdu, enum pdu_type type) {
  begin_pdu(pdu, type);
  put_u32(pdu, 0);
  end_pdu(pdu);
}

/* Bytes of the PDU that begins at `bytes`, header included; 0 while its header is not there whole. */
static inline size_t pdu_length(const uint8_t* bytes, size_t have) {
  return have < HEADER_BYTES ? 0 : HEADER_BYTES + (size_t)u32_at(bytes + 2);
}

#endif
