/* The bytes that the bare programs exchange: one association on the Verification SOP class, with C-ECHOs (PS3.8 9.3,
 * PS3.7 9.3.5). Written out whole, once, at the start; nothing here reads DICOM but a PDU's type and length.
 *
 * Shared by acceptor.c and requestor.c, each a program of one file: everything is static. */

#ifndef LDICOMNET_BENCHES_BARE_WIRE_H
#define LDICOMNET_BENCHES_BARE_WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_BYTES = 6, PDU_BYTES_MAX = 1024 };

enum pdu_type {
  ASSOCIATE_RQ = 1,
  ASSOCIATE_AC = 2,
  ASSOCIATE_RJ = 3,
  DATA_TF = 4,
  RELEASE_RQ = 5,
  RELEASE_RP = 6,
  ABORT = 7
};

/* A PDU put together at the start of the program. */
struct pdu {
  uint8_t bytes[PDU_BYTES_MAX];
  size_t length;
};

static const char VERIFICATION[] = "1.2.840.10008.1.1";
static const char IMPLICIT_VR_LITTLE_ENDIAN[] = "1.2.840.10008.1.2";
static const char APPLICATION_CONTEXT[] = "1.2.840.10008.3.1.1.1";
static const char IMPLEMENTATION_CLASS[] = "2.25.195118527385214";
static const char IMPLEMENTATION_VERSION[] = "BARE_SOCKET";

static void put(struct pdu* pdu, const void* bytes, size_t length) {
  if (pdu->length + length > PDU_BYTES_MAX) {
    fprintf(stderr, "a PDU outgrew its buffer\n");
    exit(2);
  }
  memcpy(pdu->bytes + pdu->length, bytes, length);
  pdu->length += length;
}

static void put_u8(struct pdu* pdu, unsigned value) {
  uint8_t byte = (uint8_t)value;
  put(pdu, &byte, 1);
}

/* Big endian, as everything of PS3.8. */
static void put_u16(struct pdu* pdu, unsigned value) {
  put_u8(pdu, value >> 8);
  put_u8(pdu, value & 0xff);
}

static void put_u32(struct pdu* pdu, uint32_t value) {
  put_u16(pdu, value >> 16);
  put_u16(pdu, value & 0xffff);
}

static void put_zeros(struct pdu* pdu, size_t count) {
  while (count-- > 0)
    put_u8(pdu, 0);
}

/* An item or sub-item that holds text. */
static void put_item(struct pdu* pdu, unsigned type, const char* text) {
  put_u8(pdu, type);
  put_u8(pdu, 0);
  put_u16(pdu, (unsigned)strlen(text));
  put(pdu, text, strlen(text));
}

/* Space-padded to the 16 bytes of an AE title. */
static void put_title(struct pdu* pdu, const char* title) {
  char padded[17];
  snprintf(padded, sizeof padded, "%-16s", title);
  put(pdu, padded, 16);
}

static void end_pdu(struct pdu* pdu) {
  uint32_t length = (uint32_t)(pdu->length - HEADER_BYTES);
  for (int place = 0; place < 4; ++place)
    pdu->bytes[2 + place] = (uint8_t)(length >> (24 - 8 * place));
}

static void begin_pdu(struct pdu* pdu, enum pdu_type type) {
  pdu->length = 0;
  put_u8(pdu, type);
  put_zeros(pdu, 5);
}

/* A-ASSOCIATE-RQ or -AC (PS3.8 9.3.2, 9.3.3): context 1, Verification, implicit VR little endian. */
static void make_associate(struct pdu* pdu, enum pdu_type type) {
  int request = type == ASSOCIATE_RQ;
  begin_pdu(pdu, type);
  put_u16(pdu, 1);
  put_u16(pdu, 0);
  put_title(pdu, "ACCEPTOR");
  put_title(pdu, "BARE");
  put_zeros(pdu, 32);
  put_item(pdu, 0x10, APPLICATION_CONTEXT);

  struct pdu context = {{0}, 0};
  put_u8(&context, 1);
  put_zeros(&context, 3);
  if (request)
    put_item(&context, 0x30, VERIFICATION);
  put_item(&context, 0x40, IMPLICIT_VR_LITTLE_ENDIAN);
  put_u8(pdu, request ? 0x20 : 0x21);
  put_u8(pdu, 0);
  put_u16(pdu, (unsigned)context.length);
  put(pdu, context.bytes, context.length);

  struct pdu user = {{0}, 0};
  put_u8(&user, 0x51);
  put_u8(&user, 0);
  put_u16(&user, 4);
  put_u32(&user, 16384);
  put_item(&user, 0x52, IMPLEMENTATION_CLASS);
  put_item(&user, 0x55, IMPLEMENTATION_VERSION);
  put_u8(pdu, 0x50);
  put_u8(pdu, 0);
  put_u16(pdu, (unsigned)user.length);
  put(pdu, user.bytes, user.length);
  end_pdu(pdu);
}

/* One element of a command set, implicit VR little endian (PS3.7 6.3.1). */
static void put_element(struct pdu* pdu, unsigned element, const void* value, unsigned length) {
  const uint8_t head[8] = {0, 0, (uint8_t)element, (uint8_t)(element >> 8), (uint8_t)length, 0, 0, 0};
  put(pdu, head, sizeof head);
  put(pdu, value, length);
}

static void put_element_u16(struct pdu* pdu, unsigned element, unsigned value) {
  const uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
  put_element(pdu, element, bytes, sizeof bytes);
}

/* A C-ECHO-RQ or -RSP (PS3.7 9.3.5) with message ID 1, in one P-DATA-TF of one PDV. */
static void make_echo(struct pdu* pdu, int request) {
  struct pdu rest = {{0}, 0};
  /* The UID with its NUL, which makes the length even. */
  put_element(&rest, 0x0002, VERIFICATION, sizeof VERIFICATION);
  put_element_u16(&rest, 0x0100, request ? 0x0030 : 0x8030);
  put_element_u16(&rest, request ? 0x0110 : 0x0120, 1);
  put_element_u16(&rest, 0x0800, 0x0101);
  if (!request)
    put_element_u16(&rest, 0x0900, 0);

  const uint8_t group_length[4] = {(uint8_t)rest.length, 0, 0, 0};
  struct pdu command = {{0}, 0};
  put_element(&command, 0x0000, group_length, sizeof group_length);
  put(&command, rest.bytes, rest.length);

  begin_pdu(pdu, DATA_TF);
  put_u32(pdu, (uint32_t)command.length + 2);
  put_u8(pdu, 1);
  put_u8(pdu, 3);
  put(pdu, command.bytes, command.length);
  end_pdu(pdu);
}

static void make_release(struct pdu* pdu, enum pdu_type type) {
  begin_pdu(pdu, type);
  put_u32(pdu, 0);
  end_pdu(pdu);
}

/* Bytes of the PDU that begins at `bytes`, header included; 0 while its header is not there whole. */
static size_t pdu_length(const uint8_t* bytes, size_t have) {
  if (have < HEADER_BYTES)
    return 0;
  uint32_t body = (uint32_t)bytes[2] << 24 | (uint32_t)bytes[3] << 16 | (uint32_t)bytes[4] << 8 | bytes[5];
  return HEADER_BYTES + (size_t)body;
}

/* The end of a program that cannot go on. */
static void give_up(const char* what) {
  perror(what);
  exit(2);
}

#endif
