#include "support/raw_peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "support/log.h"

namespace test {
namespace {

struct Address {
  sockaddr_storage storage = {};
  socklen_t length = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

// Of a literal.
Address AddressOf(const std::string& host, unsigned port) {
  Address address;
  addrinfo hints = {};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    ADD_FAILURE() << "not an address: " << host;
    return address;
  }
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.length = found->ai_addrlen;
  freeaddrinfo(found);
  return address;
}

int SocketFor(const Address& address) {
  return socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

unsigned PortOf(int descriptor) {
  Address address;
  address.length = sizeof(address.storage);
  if (getsockname(descriptor, address.get(), &address.length) != 0)
    return 0;
  // The port is at the same place for both families.
  return ntohs(reinterpret_cast<const sockaddr_in*>(address.get())->sin_port);
}

bool AwaitReadable(int descriptor) {
  pollfd entry = {descriptor, POLLIN, 0};
  return poll(&entry, 1, static_cast<int>(std::chrono::milliseconds(kDeadline).count())) == 1;
}

// Fills `bytes`; false at the end of the connection.
bool ReceiveAll(int descriptor, std::uint8_t* bytes, std::size_t length) {
  while (length != 0) {
    if (!AwaitReadable(descriptor)) {
      ADD_FAILURE() << "nothing came";
      return false;
    }
    const ssize_t received = recv(descriptor, bytes, length, 0);
    if (received <= 0)
      return false;
    bytes += received;
    length -= static_cast<std::size_t>(received);
  }
  return true;
}

}  // namespace

RawPeer::RawPeer(unsigned port, const std::string& host) : descriptor_(-1) {
  const Address address = AddressOf(host, port);
  descriptor_ = SocketFor(address);
  EXPECT_EQ(connect(descriptor_, address.get(), address.length), 0) << std::strerror(errno);
}

unsigned RawPeer::port() const {
  return PortOf(descriptor_);
}

void RawPeer::Send(const ByteVector& bytes) const {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count = send(descriptor_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    ASSERT_GT(count, 0) << std::strerror(errno);
    sent += static_cast<std::size_t>(count);
  }
}

ByteVector RawPeer::Receive() const {
  constexpr std::size_t kHead = 6;
  ByteVector pdu(kHead);
  if (!ReceiveAll(descriptor_, pdu.data(), kHead))
    return {};
  const std::size_t length = static_cast<std::size_t>(pdu[2]) << 24 | static_cast<std::size_t>(pdu[3]) << 16 |
                             static_cast<std::size_t>(pdu[4]) << 8 | pdu[5];
  pdu.resize(kHead + length);
  if (!ReceiveAll(descriptor_, pdu.data() + kHead, length))
    return {};
  return pdu;
}

int RawPeer::AwaitEnd() const {
  for (;;) {
    if (!AwaitReadable(descriptor_)) {
      ADD_FAILURE() << "the connection did not end";
      return ETIMEDOUT;
    }
    std::uint8_t bytes[4096];
    const ssize_t received = recv(descriptor_, bytes, sizeof(bytes), 0);
    if (received < 0)
      return errno;
    if (received == 0)
      return 0;
  }
}

void RawPeer::Close() {
  if (descriptor_ >= 0)
    close(descriptor_);
  descriptor_ = -1;
}

void RawPeer::Reset() {
  const linger at_once = {1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  Close();
}

RawListener::RawListener(int backlog) {
  const Address address = AddressOf("127.0.0.1", 0);
  descriptor_ = SocketFor(address);
  EXPECT_EQ(bind(descriptor_, address.get(), address.length), 0);
  EXPECT_EQ(listen(descriptor_, backlog), 0);
  port_ = PortOf(descriptor_);
}

RawListener::~RawListener() {
  close(descriptor_);
  for (const int filler : fillers_)
    close(filler);
}

RawPeer RawListener::Accept() const {
  EXPECT_TRUE(AwaitReadable(descriptor_)) << "nobody connected";
  return RawPeer::Of(accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC));
}

void RawListener::Fill() {
  // A backlog of n holds n + 1; those past it are not answered. Which one is the first cannot be told but by its not
  // being answered, for which a moment is as good as a minute: the loopback answers at once.
  constexpr int kAtOnceMs = 200;
  const Address address = AddressOf("127.0.0.1", port_);
  for (int count = 0; count < 64; ++count) {
    const int filler = SocketFor(address);
    fillers_.push_back(filler);
    fcntl(filler, F_SETFL, O_NONBLOCK);
    static_cast<void>(connect(filler, address.get(), address.length));
    pollfd entry = {filler, POLLOUT, 0};
    if (poll(&entry, 1, kAtOnceMs) == 0)
      return;
  }
  ADD_FAILURE() << "the backlog could not be filled";
}

bool IsRefused(unsigned port, const std::string& host) {
  const Address address = AddressOf(host, port);
  const int descriptor = SocketFor(address);
  const bool connected = connect(descriptor, address.get(), address.length) == 0;
  close(descriptor);
  return !connected;
}

unsigned FreePort() {
  const Address address = AddressOf("127.0.0.1", 0);
  const int descriptor = SocketFor(address);
  EXPECT_EQ(bind(descriptor, address.get(), address.length), 0);
  const unsigned port = PortOf(descriptor);
  close(descriptor);
  return port;
}

namespace wire {
namespace {

void Append(ByteVector& bytes, const ByteVector& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

ByteVector Text(const std::string& text) {
  return ByteVector(text.begin(), text.end());
}

// An item of an A-ASSOCIATE, or a sub-item: type, reserved, length in two bytes.
ByteVector Item(std::uint8_t type, const ByteVector& body) {
  ByteVector item = {type, 0, static_cast<std::uint8_t>(body.size() >> 8), static_cast<std::uint8_t>(body.size())};
  Append(item, body);
  return item;
}

ByteVector Associate(std::uint8_t type, const ByteVector& contexts, const ByteVector& user_items) {
  ByteVector body = {0, 1, 0, 0};
  Append(body, Text("SERVER          "));
  Append(body, Text("RAW             "));
  body.resize(body.size() + 32);
  Append(body, Item(0x10, Text("1.2.840.10008.3.1.1.1")));
  Append(body, contexts);
  ByteVector user = Item(0x51, {0, 0, 0x40, 0});
  Append(user, Item(0x52, Text("1.2.3.4")));
  Append(user, user_items);
  Append(body, Item(0x50, user));
  return Pdu(type, body);
}

void AppendNumber(ByteVector& command, std::uint16_t element, std::uint16_t value) {
  const auto low = [](unsigned number) { return static_cast<std::uint8_t>(number & 0xFFU); };
  Append(command, {0, 0, low(element), low(element >> 8), 2, 0, 0, 0, low(value), low(value >> 8)});
}

}  // namespace

ByteVector Pdu(std::uint8_t type, const ByteVector& body) {
  const std::size_t length = body.size();
  ByteVector pdu = {type,
                    0,
                    static_cast<std::uint8_t>(length >> 24),
                    static_cast<std::uint8_t>(length >> 16),
                    static_cast<std::uint8_t>(length >> 8),
                    static_cast<std::uint8_t>(length)};
  Append(pdu, body);
  return pdu;
}

ByteVector AssociateRequest() {
  ByteVector context = {1, 0, 0, 0};
  Append(context, Item(0x30, Text("1.2.840.10008.1.1")));
  Append(context, Item(0x40, Text("1.2.840.10008.1.2")));
  return Associate(1, Item(0x20, context), {});
}

ByteVector AssociateAccept(const ByteVector& user_items) {
  ByteVector contexts;
  for (const std::uint8_t id : {1, 3}) {
    ByteVector context = {id, 0, 0, 0};
    Append(context, Item(0x40, Text("1.2.840.10008.1.2")));
    Append(contexts, Item(0x21, context));
  }
  return Associate(2, contexts, user_items);
}

ByteVector ReleaseRequest() {
  return Pdu(5, {0, 0, 0, 0});
}

ByteVector ReleaseResponse() {
  return Pdu(6, {0, 0, 0, 0});
}

ByteVector Abort(std::uint8_t source, std::uint8_t reason) {
  return Pdu(7, {0, 0, source, reason});
}

ByteVector EchoRequest(std::uint16_t message_id) {
  const std::string sop_class("1.2.840.10008.1.1\0", 18);
  ByteVector command = {0, 0, 2, 0, 18, 0, 0, 0};
  Append(command, Text(sop_class));
  AppendNumber(command, 0x0100, 0x0030);
  AppendNumber(command, 0x0110, message_id);
  AppendNumber(command, 0x0800, 0x0101);
  ByteVector whole = {0, 0, 0, 0, 4, 0, 0, 0, static_cast<std::uint8_t>(command.size()), 0, 0, 0};
  Append(whole, command);
  ByteVector body = {0, 0, 0, static_cast<std::uint8_t>(whole.size() + 2), 1, 3};
  Append(body, whole);
  return Pdu(4, body);
}

}  // namespace wire
}  // namespace test
