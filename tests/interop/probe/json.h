// An association as one JSON object, for the tests that read what interop_probe writes.
//
// Whatever a peer may have written is given byte by byte: text as Latin-1 with escapes, binary values as hexadecimal.

#ifndef LDICOMNET_TESTS_INTEROP_PROBE_JSON_H
#define LDICOMNET_TESTS_INTEROP_PROBE_JSON_H

#include <cstddef>
#include <string>

#include "ltdic.h"

namespace probe {

// A JSON string: each byte is the character of that number, so that none is lost.
std::string Json(const std::string& text);
std::string Json(bool value);
// Bytes as a JSON string of hexadecimal digits.
std::string JsonHex(const L_UCHAR* bytes, std::size_t length);

// Everything the getters of LDicomAssociate tell. Some of them are not const, hence the plain reference.
std::string Json(LDicomAssociate& association);

}  // namespace probe

#endif  // LDICOMNET_TESTS_INTEROP_PROBE_JSON_H
