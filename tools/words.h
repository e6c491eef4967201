// The numbers of the interface and of the standard in words, and a peer's text made fit to print.
//
// Words only: nothing here prints, or decides anything.

#ifndef LDICOMNET_TOOLS_WORDS_H
#define LDICOMNET_TOOLS_WORDS_H

#include <cstdint>
#include <string>

#include "ltdic.h"

namespace ldicom {

// The text with every byte outside printable ASCII, and the backslash, as \xNN: what a peer sends cannot write lines of
// its own into a log or steer a terminal.
std::string Escaped(const std::string& text);

// The name of a file with its control characters as \xNN, and letters of any language as they are.
std::string PathWords(const std::string& path);

// "ADDRESS:PORT", an IPv6 address in brackets.
std::string EndPoint(const std::string& address, L_UINT port);

// A DICOM_ERROR_* in words, with its number.
std::string ErrorWords(L_INT code);
// What was negotiated for TLS: the version, and the cipher suite by its name.
std::string CipherSuiteWords(L_CIPHERSUITE suite);
// What an A-ASSOCIATE-RJ says (PS3.8 Table 9-21), with its three numbers.
std::string RejectWords(L_UCHAR result, L_UCHAR source, L_UCHAR reason);
// What an A-ABORT says (PS3.8 Table 9-26), with its two numbers: one that came from the peer, or one of this side's
// provider, which found a fault in what the peer sent.
std::string AbortWords(L_UCHAR source, L_UCHAR reason, bool is_from_peer);
// The answer to a presentation context (PS3.8 Table 9-18).
std::string ContextResultWords(L_UCHAR result);
// A DIMSE status (PS3.7 Annex C), with its number.
std::string StatusWords(L_UINT16 status);
// Its number alone: "0xA700".
std::string StatusNumber(L_UINT16 status);
// A-ASSOCIATE-RQ and so on (PS3.8 9.3.1).
std::string PduName(L_UCHAR type);
// "name (UID)" of the UIDs of the standard, else the UID alone, escaped.
std::string UidWords(const std::string& uid);
// A number of bytes: "312 bytes", "4.5 MB", a MB being a million.
std::string SizeWords(std::uint64_t bytes);

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_WORDS_H
