// DIMSE messages put together by hand, for what no library would send, and the answers taken apart again.

#ifndef LDICOMNET_TESTS_CPP_SUPPORT_RAW_MESSAGE_H
#define LDICOMNET_TESTS_CPP_SUPPORT_RAW_MESSAGE_H

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_peer.h"

namespace test {
namespace wire {

// A command set in the making: element numbers of group 0000 and the values as they are, in the order they go out in.
using RawElements = std::vector<std::pair<std::uint16_t, ByteVector>>;

ByteVector Us(std::uint16_t number);
// A text as a value, padded to even length: a UID by a NUL.
ByteVector Uid(const std::string& uid);
ByteVector Ae(const std::string& title);

// The bytes of a command set, its group length in front.
ByteVector CommandSet(const RawElements& elements);
// One P-DATA-TF with one PDV.
ByteVector Pdv(std::uint8_t context, bool is_command, bool is_last, const ByteVector& bytes);
// A whole message: a command and, unless it is empty, a data set.
ByteVector Message(std::uint8_t context, const RawElements& command, const ByteVector& data = {});

// The elements of the command in a P-DATA-TF with one PDV; empty for what is none.
std::map<std::uint16_t, ByteVector> CommandOf(const ByteVector& pdu);
// The number in such an element; -1 if it is not there or no number.
int NumberIn(const std::map<std::uint16_t, ByteVector>& command, std::uint16_t element);

}  // namespace wire
}  // namespace test

#endif  // LDICOMNET_TESTS_CPP_SUPPORT_RAW_MESSAGE_H
