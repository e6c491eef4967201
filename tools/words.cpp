// Tables of words, each with the section of the standard or the header that it puts in words.

#include "words.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <string>

namespace ldicom {
namespace {

struct Words {
  unsigned number;
  const char* text;
};

template <std::size_t N>
const char* Find(const Words (&table)[N], unsigned number, const char* otherwise) {
  const auto* const found =
      std::find_if(std::begin(table), std::end(table), [number](const Words& it) { return it.number == number; });
  return found == std::end(table) ? otherwise : found->text;
}

// ldicomnet/errors.h: what a network program can meet.
const Words kErrors[] = {
    {DICOM_SUCCESS, "success"},
    {DICOM_ERROR_LOCKED, "the object is in use and cannot be changed now"},
    {DICOM_ERROR_MEMORY, "out of memory"},
    {DICOM_ERROR_OPEN, "a file could not be opened"},
    {DICOM_ERROR_READ, "a file could not be read"},
    {DICOM_ERROR_WRITE, "a file could not be written"},
    {DICOM_ERROR_END, "the data ends too early"},
    {DICOM_ERROR_FORMAT, "the data is not what it should be"},
    {DICOM_ERROR_PARAMETER, "an argument is missing or out of range"},
    {DICOM_ERROR_RANGE, "a value is out of its range"},
    {DICOM_ERROR_PDU_TYPE, "a PDU of the wrong type"},
    {DICOM_ERROR_PDU_LENGTH, "a PDU with a length that it cannot have"},
    {DICOM_ERROR_PDU_ID, "the presentation context was not accepted"},
    {DICOM_ERROR_NET_FAILURE, "the network failed"},
    {DICOM_ERROR_NET_ACCESS, "the system forbids it (privileged port?)"},
    {DICOM_ERROR_NET_ADDRESS_IN_USE, "the address and port are in use"},
    {DICOM_ERROR_NET_ADDRESS_NOT_AVAILABLE, "the address is not available on this computer"},
    {DICOM_ERROR_NET_ADDRESS_NOT_SUPPORTED, "the address family is not supported here"},
    {DICOM_ERROR_NET_CONNECTION_ABORTED, "the connection was dropped"},
    {DICOM_ERROR_NET_CONNECTION_REFUSED, "connection refused: nobody listens there"},
    {DICOM_ERROR_NET_CONNECTION_RESET, "the peer reset the connection"},
    {DICOM_ERROR_NET_DESTINATION_REQUIRED, "a destination address is needed"},
    {DICOM_ERROR_NET_ARGUMENT_INCORRECT, "the system refused an argument"},
    {DICOM_ERROR_NET_IN_PROGRESS, "the operation is still under way"},
    {DICOM_ERROR_NET_BLOCKING_CANCELED, "the call was interrupted"},
    {DICOM_ERROR_NET_INVALID, "the state of the association does not allow it"},
    {DICOM_ERROR_NET_IS_CONNECTED, "already listening or connected"},
    {DICOM_ERROR_NET_NO_MORE_FILE, "no descriptor is left"},
    {DICOM_ERROR_NET_MESSAGE_SIZE, "the message is too long"},
    {DICOM_ERROR_NET_DOWN, "the network is down"},
    {DICOM_ERROR_NET_RESET, "the network dropped the connection"},
    {DICOM_ERROR_NET_UN_REACH, "the network cannot be reached"},
    {DICOM_ERROR_NET_NO_BUFFERS, "too much is queued for sending"},
    {DICOM_ERROR_NET_NOT_CONNECTED, "not connected"},
    {DICOM_ERROR_NET_NOT_SOCKET, "not a socket"},
    {DICOM_ERROR_NET_OPERATION_NOT_SUPPORTED, "the system does not support it"},
    {DICOM_ERROR_NET_PROTOCOL_NOT_SUPPORTED, "the protocol is not supported"},
    {DICOM_ERROR_NET_PROTOCOL_TYPE, "the protocol does not fit the socket"},
    {DICOM_ERROR_NET_SHUTDOWN, "the connection has been shut down"},
    {DICOM_ERROR_NET_SOCKET_NOT_SUPPORTED, "the type of socket is not supported"},
    {DICOM_ERROR_NET_TIME_OUT, "the time given ran out"},
    {DICOM_ERROR_NET_WOULD_BLOCK, "nothing is there yet"},
    {DICOM_ERROR_NET_HOST_NOT_FOUND, "the host's name is not known"},
    {DICOM_ERROR_NET_NO_DATA, "the host has no address of that family"},
    {DICOM_ERROR_NET_NO_RECOVERY, "the name could not be resolved"},
    {DICOM_ERROR_NET_NOT_INITIALISED, "the library is not started"},
    {DICOM_ERROR_NET_SYSTEM_NOT_READY, "the network is not ready"},
    {DICOM_ERROR_NET_TRY_AGAIN, "the name could not be resolved for now"},
    {DICOM_ERROR_NET_VERSION_NOT_SUPPORTED, "the version of the socket interface is not supported"},
    {DICOM_ERROR_NET_SECURITY_BREACH, "a cryptographic check failed"},
    {DICOM_ERROR_NET_HOST_UN_REACH, "the host cannot be reached"},
    {DICOM_ERROR_TLS, "TLS failed"},
    {DICOM_ERROR_BAD_SECURE_MODE, "the peer speaks TLS, and this side does not"},
    {DICOM_ERROR_INVALID_STRUCT_SIZE, "a structure of a size that is not known"},
    {DICOM_ERROR_NULL_PTR, "a pointer that is needed is missing"},
    {DICOM_IPV4_IPV6_CONFLICT, "the address is of the IP version that was not asked for"},
    {DICOM_ERROR_TRANSFER_SYNTAX_NOT_SUPPORTED, "the transfer syntax is not supported"},
    {DICOM_ERROR_PRIVATE_KEY_LOAD_FAILED, "the private key could not be loaded"},
    {DICOM_ERROR_CERTIFICATE_LOAD_FAILED, "a file of certificates could not be loaded"},
    {DICOM_ERROR_KEYS_MISMATCH, "the private key is not that of the certificate"},
    {DICOM_ERROR_TLS_CERTIFICATE_VERIFY_FAILED, "the peer's certificate could not be verified"},
    {DICOM_ERROR_TLS_CLOSE_NOTIFY, "the peer ended TLS"},
    {DICOM_ERROR_TLS_UNEXPECTED_MESSAGE, "a message of TLS out of its order"},
    {DICOM_ERROR_TLS_BAD_RECORD_MAC, "a record of TLS was changed on its way"},
    {DICOM_ERROR_TLS_RECORD_OVERFLOW, "a record of TLS that is too long"},
    {DICOM_ERROR_TLS_HANDSHAKE_FAILURE, "the TLS handshake failed: no certificate, or nothing that suits both sides"},
    {DICOM_ERROR_TLS_BAD_CERTIFICATE, "the peer found a certificate broken"},
    {DICOM_ERROR_TLS_UNSUPPORTED_CERTIFICATE, "the peer does not take this kind of certificate"},
    {DICOM_ERROR_TLS_CERTIFICATE_REVOKED, "the peer says that the certificate is revoked"},
    {DICOM_ERROR_TLS_CERTIFICATE_EXPIRED, "the peer says that the certificate is out of date"},
    {DICOM_ERROR_TLS_CERTIFICATE_UNKNOWN, "the peer does not take the certificate"},
    {DICOM_ERROR_TLS_ILLEGAL_PARAMETER, "a field of the TLS handshake is wrong"},
    {DICOM_ERROR_TLS_UNKNOWN_CA, "the peer does not know the authority of the certificate"},
    {DICOM_ERROR_TLS_ACCESS_DENIED, "the peer refuses the certificate access"},
    {DICOM_ERROR_TLS_DECODE_ERROR, "what came is not TLS"},
    {DICOM_ERROR_TLS_DECRYPT_ERROR, "a cryptographic operation of the TLS handshake failed"},
    {DICOM_ERROR_TLS_PROTOCOL_VERSION, "there is no version of TLS that both sides speak"},
    {DICOM_ERROR_TLS_INSUFFICIENT_SECURITY,
     "nothing that one of the two speaks, of versions of TLS or of cipher suites, is secure enough"},
    {DICOM_ERROR_TLS_INTERNAL_ERROR, "TLS failed by itself"},
    {DICOM_ERROR_TLS_USER_CANCELED, "the TLS handshake was canceled"},
    {DICOM_ERROR_TLS_UNABLE_TO_GET_CRL, "no revocation list tells of the peer's certificate"},
    {DICOM_ERROR_TLS_CERT_SIGNATURE_FAILURE, "the signature of the peer's certificate is wrong"},
    {DICOM_ERROR_TLS_CERT_NOT_YET_VALID, "the peer's certificate is not valid yet"},
    {DICOM_ERROR_TLS_CERT_HAS_EXPIRED, "the peer's certificate has expired"},
    {DICOM_ERROR_TLS_CRL_HAS_EXPIRED, "the revocation list has expired"},
    {DICOM_ERROR_TLS_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "the authority of the peer's certificate is not trusted"},
    {DICOM_ERROR_TLS_CERT_CHAIN_TOO_LONG, "the chain of the peer's certificate is too long"},
    {DICOM_ERROR_TLS_CERT_REVOKED, "the peer's certificate is revoked"},
    {DICOM_ERROR_TLS_INVALID_PURPOSE, "the peer's certificate is not for this purpose"},
    {DICOM_ERROR_TLS_APPLICATION_VERIFICATION, "the peer's certificate was refused"},
    {DICOM_ERROR_TLS_INVALID_CTX, "the settings of TLS cannot be used"},
    {DICOM_ERROR_TLS_INVALID_CTX_CAFILE, "the file of authorities could not be loaded"},
    {DICOM_ERROR_TOO_MANY_OPEN_FILES, "too many files are open"},
    {DICOM_ERROR_DISK_FULL, "no space is left for a file"},
};

// By number on the wire (RFC 8446 B.4, RFC 5289, RFC 7905), or that of the interface where it has one.
const Words kCipherSuites[] = {
    {0x1301, "TLS 1.3, TLS_AES_128_GCM_SHA256"},
    {0x1302, "TLS 1.3, TLS_AES_256_GCM_SHA384"},
    {0x1303, "TLS 1.3, TLS_CHACHA20_POLY1305_SHA256"},
    {L_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "TLS 1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
    {L_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, "TLS 1.2, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
    {0xC02B, "TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
    {0xC02C, "TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
    {0xCCA8, "TLS 1.2, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    {0xCCA9, "TLS 1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
};

// PS3.8 Table 9-21. The reason means something together with the source, so both make the number here.
constexpr unsigned SourceAndReason(unsigned source, unsigned reason) {
  return source << 8U | reason;
}

const Words kRejectResults[] = {
    {PDU_REJECT_RESULT_PERMANENT, "rejected permanently"},
    {PDU_REJECT_RESULT_TRANSIENT, "rejected for now"},
};
const Words kRejectSources[] = {
    {PDU_REJECT_SOURCE_USER, "the service user"},
    {PDU_REJECT_SOURCE_PROVIDER1, "the service provider (ACSE)"},
    {PDU_REJECT_SOURCE_PROVIDER2, "the service provider (presentation)"},
};
const Words kRejectReasons[] = {
    {SourceAndReason(PDU_REJECT_SOURCE_USER, PDU_REJECT_REASON_UNKNOWN), "no reason given"},
    {SourceAndReason(PDU_REJECT_SOURCE_USER, PDU_REJECT_REASON_APPLICATION), "application context name not supported"},
    {SourceAndReason(PDU_REJECT_SOURCE_USER, PDU_REJECT_REASON_CALLING), "calling AE title not recognized"},
    {SourceAndReason(PDU_REJECT_SOURCE_USER, PDU_REJECT_REASON_CALLED), "called AE title not recognized"},
    {SourceAndReason(PDU_REJECT_SOURCE_PROVIDER1, PDU_REJECT_REASON_UNKNOWN), "no reason given"},
    {SourceAndReason(PDU_REJECT_SOURCE_PROVIDER1, PDU_REJECT_REASON_VERSION), "protocol version not supported"},
    {SourceAndReason(PDU_REJECT_SOURCE_PROVIDER2, PDU_REJECT_REASON_CONGESTION), "temporary congestion"},
    {SourceAndReason(PDU_REJECT_SOURCE_PROVIDER2, PDU_REJECT_REASON_LIMIT), "local limit exceeded"},
};

// PS3.8 Table 9-26. The reason of a user's abort means nothing.
const Words kAbortSources[] = {
    {PDU_ABORT_SOURCE_USER, "service user"},
    {PDU_ABORT_SOURCE_PROVIDER, "service provider"},
};
const Words kAbortReasons[] = {
    {PDU_ABORT_REASON_UNKNOWN, "reason not specified"},
    {PDU_ABORT_REASON_UNRECOGNIZED, "unrecognized PDU"},
    {PDU_ABORT_REASON_UNEXPECTED, "unexpected PDU"},
    {PDU_ABORT_REASON_UNRECOGNIZED_PARAM, "unrecognized PDU parameter"},
    {PDU_ABORT_REASON_UNEXPECTED_PARAM, "unexpected PDU parameter"},
    {PDU_ABORT_REASON_INVALID_PARAM, "invalid PDU parameter value"},
};

// PS3.8 Table 9-18.
const Words kContextResults[] = {
    {PDU_ACCEPT_RESULT_SUCCESS, "accepted"},
    {PDU_ACCEPT_RESULT_USER_REJECT, "rejected by the user"},
    {PDU_ACCEPT_RESULT_PROVIDER_REJECT, "rejected by the provider, no reason given"},
    {PDU_ACCEPT_RESULT_ABSTRACT_SYNTAX, "abstract syntax not supported"},
    {PDU_ACCEPT_RESULT_TRANSFER_SYNTAX, "transfer syntaxes not supported"},
};

// PS3.7 Annex C: the general statuses that can answer a verification or a store, and those of storage (PS3.4 B.2.3).
const Words kStatuses[] = {
    {COMMAND_STATUS_SUCCESS, "success"},
    {COMMAND_STATUS_PROCESSING_FAILURE, "processing failure"},
    {COMMAND_STATUS_DUPLICATE_INSTANCE, "duplicate SOP instance"},
    {COMMAND_STATUS_INVALID_OBJECT_INSTANCE, "invalid SOP instance"},
    {COMMAND_STATUS_NO_SUCH_CLASS, "no such SOP class"},
    {COMMAND_STATUS_CLASS_NOT_SUPPORTED, "SOP class not supported"},
    {COMMAND_STATUS_REFUSED_NOT_AUTHORIZED, "refused: not authorized"},
    {COMMAND_STATUS_DUPLICATE_INVOCATION, "duplicate invocation"},
    {COMMAND_STATUS_UNRECOGNIZED_OPERATION, "unrecognized operation"},
    {COMMAND_STATUS_MISTYPED_ARGUMENT, "mistyped argument"},
    {COMMAND_STATUS_RESOURCE_LIMITATION, "resource limitation"},
    {0xB000, "warning: coercion of data elements"},
    {0xB006, "warning: elements discarded"},
    {0xB007, "warning: the data set does not match the SOP class"},
};
// The same by their higher byte, where the lower one is the peer's to choose.
const Words kStatusRanges[] = {
    {0xA7, "refused: out of resources"},
    {0xA9, "error: the data set does not match the SOP class"},
};
// And by their highest digit (PS3.7 C.1 to C.4).
const Words kStatusClasses[] = {
    {0xA, "refused"},
    {0xB, "warning"},
    {0xC, "error: cannot understand"},
};

const Words kPdus[] = {
    {PDU_ASSOCIATE_REQUEST, "A-ASSOCIATE-RQ"},
    {PDU_ASSOCIATE_ACCEPT, "A-ASSOCIATE-AC"},
    {PDU_ASSOCIATE_REJECT, "A-ASSOCIATE-RJ"},
    {PDU_DATA_TRANSFER, "P-DATA-TF"},
    {PDU_RELEASE_REQUEST, "A-RELEASE-RQ"},
    {PDU_RELEASE_RESPONSE, "A-RELEASE-RP"},
    {PDU_ABORT, "A-ABORT"},
};

// The name of a UID of the standard without what adds nothing here.
std::string ShortName(std::string name) {
  name.erase(std::min(name.find(": "), name.size()));
  for (const std::string& ending : {std::string(" (Retired)"), std::string(" SOP Class")}) {
    if (name.size() > ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0) {
      name.erase(name.size() - ending.size());
    }
  }
  return name;
}

void AppendNumber(std::string& text, unsigned char byte) {
  char number[8];
  std::snprintf(number, sizeof number, "\\x%02X", static_cast<unsigned>(byte));
  text += number;
}

}  // namespace

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x20 && byte < 0x7F && byte != '\\') {
      escaped += character;
    } else {
      AppendNumber(escaped, byte);
    }
  }
  return escaped;
}

std::string PathWords(const std::string& path) {
  std::string escaped;
  unsigned char previous = 0;
  for (const char character : path) {
    const auto byte = static_cast<unsigned char>(character);
    // U+0080 to U+009F are control characters too, and in UTF-8 their first byte is C2.
    const bool is_c1 = previous == 0xC2 && byte >= 0x80 && byte < 0xA0;
    if (byte < 0x20 || byte == 0x7F || is_c1) {
      AppendNumber(escaped, byte);
    } else {
      escaped += character;
    }
    previous = byte;
  }
  return escaped;
}

std::string EndPoint(const std::string& address, L_UINT port) {
  const bool is_ipv6 = address.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

std::string ErrorWords(L_INT code) {
  return std::string(Find(kErrors, static_cast<unsigned>(code), "an error without words here")) + " (error " +
         std::to_string(code) + ")";
}

std::string CipherSuiteWords(L_CIPHERSUITE suite) {
  return Find(kCipherSuites, static_cast<unsigned>(suite), "TLS with a cipher suite without words here");
}

std::string RejectWords(L_UCHAR result, L_UCHAR source, L_UCHAR reason) {
  return std::string(Find(kRejectResults, result, "rejected with a result that the standard does not have")) + " by " +
         Find(kRejectSources, source, "a source that the standard does not have") + ": " +
         Find(kRejectReasons, SourceAndReason(source, reason), "a reason that the standard does not have") +
         " (result " + std::to_string(result) + ", source " + std::to_string(source) + ", reason " +
         std::to_string(reason) + ")";
}

std::string AbortWords(L_UCHAR source, L_UCHAR reason, bool is_from_peer) {
  std::string words = std::string("aborted by ") + (is_from_peer ? "the peer's " : "this side's ") +
                      Find(kAbortSources, source, "source, one that the standard does not have");
  if (source == PDU_ABORT_SOURCE_PROVIDER) {
    words.append(": ").append(Find(kAbortReasons, reason, "a reason that the standard does not have"));
  }
  return words + " (source " + std::to_string(source) + ", reason " + std::to_string(reason) + ")";
}

std::string ContextResultWords(L_UCHAR result) {
  return std::string(Find(kContextResults, result, "a result that the standard does not have")) + " (result " +
         std::to_string(result) + ")";
}

std::string StatusWords(L_UINT16 status) {
  const char* const by_class = Find(kStatusClasses, status >> 12U, "a status without words here");
  const char* const by_range = Find(kStatusRanges, status >> 8U, by_class);
  return std::string(Find(kStatuses, status, by_range)) + " (status " + StatusNumber(status) + ")";
}

std::string StatusNumber(L_UINT16 status) {
  char text[8];
  std::snprintf(text, sizeof text, "0x%04X", static_cast<unsigned>(status));
  return text;
}

std::string PduName(L_UCHAR type) {
  return Find(kPdus, type, "PDU of an unknown type");
}

std::string UidWords(const std::string& uid) {
  const DICOMUID* const known = LDicomUID::Find(uid.c_str());
  // Find takes a UID with its padding too, which is not to go out unescaped.
  return known == nullptr || uid != known->pszCode ? Escaped(uid) : ShortName(known->pszName) + " (" + uid + ")";
}

std::string SizeWords(std::uint64_t bytes) {
  constexpr double kStep = 1000;
  const char* const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1000) {
    return std::to_string(bytes) + " bytes";
  }
  auto size = static_cast<double>(bytes);
  const char* unit = nullptr;
  for (const char* const next : units) {
    size /= kStep;
    unit = next;
    // 999.95 would be written as 1000.0.
    if (size < kStep - 0.05) {
      break;
    }
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", size, unit);
  return text;
}

}  // namespace ldicom
