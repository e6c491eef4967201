#include "support/raw_message.h"

namespace test {
namespace wire {
namespace {

std::uint8_t Low(std::size_t number) {
  return static_cast<std::uint8_t>(number & 0xFFU);
}

void Append(ByteVector& bytes, const ByteVector& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

ByteVector Padded(const std::string& text, std::uint8_t padding) {
  ByteVector bytes(text.begin(), text.end());
  if (bytes.size() % 2 != 0)
    bytes.push_back(padding);
  return bytes;
}

void AppendElement(ByteVector& bytes, std::uint16_t element, const ByteVector& value) {
  const std::size_t length = value.size();
  Append(bytes, {0, 0, Low(element), Low(element >> 8U), Low(length), Low(length >> 8U), Low(length >> 16U),
                 Low(length >> 24U)});
  Append(bytes, value);
}

}  // namespace

ByteVector Us(std::uint16_t number) {
  return {Low(number), Low(number >> 8U)};
}

ByteVector Uid(const std::string& uid) {
  return Padded(uid, 0);
}

ByteVector Ae(const std::string& title) {
  return Padded(title, ' ');
}

ByteVector CommandSet(const RawElements& elements) {
  ByteVector bytes;
  for (const auto& element : elements)
    AppendElement(bytes, element.first, element.second);
  ByteVector whole;
  const std::size_t length = bytes.size();
  AppendElement(whole, 0, {Low(length), Low(length >> 8U), Low(length >> 16U), Low(length >> 24U)});
  Append(whole, bytes);
  return whole;
}

ByteVector Pdv(std::uint8_t context, bool is_command, bool is_last, const ByteVector& bytes) {
  const std::size_t length = bytes.size() + 2;
  ByteVector body = {Low(length >> 24U),
                     Low(length >> 16U),
                     Low(length >> 8U),
                     Low(length),
                     context,
                     static_cast<std::uint8_t>((is_command ? 1 : 0) | (is_last ? 2 : 0))};
  Append(body, bytes);
  return Pdu(4, body);
}

ByteVector Message(std::uint8_t context, const RawElements& command, const ByteVector& data) {
  ByteVector bytes = Pdv(context, true, true, CommandSet(command));
  if (!data.empty())
    Append(bytes, Pdv(context, false, true, data));
  return bytes;
}

std::map<std::uint16_t, ByteVector> CommandOf(const ByteVector& pdu) {
  // The head of the PDU, and that of its PDV.
  constexpr std::size_t kHeads = 6 + 6;
  constexpr std::size_t kElementHead = 8;
  std::map<std::uint16_t, ByteVector> elements;
  if (pdu.size() < kHeads || pdu[0] != 4)
    return elements;
  std::size_t at = kHeads;
  while (at + kElementHead <= pdu.size()) {
    const auto element = static_cast<std::uint16_t>(pdu[at + 2] | pdu[at + 3] << 8U);
    const std::size_t length = pdu[at + 4] | static_cast<std::size_t>(pdu[at + 5]) << 8U;
    at += kElementHead;
    if (at + length > pdu.size())
      break;
    const auto begin = pdu.begin() + static_cast<std::ptrdiff_t>(at);
    elements[element] = ByteVector(begin, begin + static_cast<std::ptrdiff_t>(length));
    at += length;
  }
  return elements;
}

int NumberIn(const std::map<std::uint16_t, ByteVector>& command, std::uint16_t element) {
  const auto found = command.find(element);
  if (found == command.end() || found->second.size() != 2)
    return -1;
  return found->second[0] | found->second[1] << 8;
}

}  // namespace wire
}  // namespace test
