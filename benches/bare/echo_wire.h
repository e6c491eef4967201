/* What the bare programs of echoes exchange: one association on the Verification SOP class, with C-ECHOs (PS3.7 9.3.5).
 * Nothing here reads DICOM. */

#ifndef LDICOMNET_BENCHES_BARE_ECHO_WIRE_H
#define LDICOMNET_BENCHES_BARE_ECHO_WIRE_H

#include "wire.h"

enum { ECHO_MAXIMUM_LENGTH = 16384 };

static const char VERIFICATION[] = "1.2.840.10008.1.1";
static const char IMPLICIT_VR_LITTLE_ENDIAN[] = "1.2.840.10008.1.2";

/* A-ASSOCIATE-RQ or -AC: context 1, Verification, implicit VR little endian. */
static inline void make_associate(struct pdu* pdu, enum pdu_type type) {
  begin_associate(pdu, type);
  put_context(pdu, 1, 0, type == ASSOCIATE_RQ ? VERIFICATION : NULL, IMPLICIT_VR_LITTLE_ENDIAN);
  put_user_information(pdu, ECHO_MAXIMUM_LENGTH, 1);
  end_pdu(pdu);
}

/* A C-ECHO-RQ or -RSP with message ID 1. */
static inline void make_echo(struct pdu* pdu, int request) {
  struct pdu elements;
  elements.length = 0;
  /* The UID with its NUL, which makes the length even. */
  put_element(&elements, 0x0002, VERIFICATION, sizeof VERIFICATION);
  put_element_u16(&elements, 0x0100, request ? 0x0030 : 0x8030);
  put_element_u16(&elements, request ? 0x0110 : 0x0120, 1);
  put_element_u16(&elements, 0x0800, 0x0101);
  if (!request)
    put_element_u16(&elements, 0x0900, 0);
  make_command(pdu, 1, &elements);
}

#endif
