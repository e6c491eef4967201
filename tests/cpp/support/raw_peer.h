// A peer without a DICOM library: a bare socket, blocking, and bytes put together by hand, so that tests can do what
// the library would not.

#ifndef LDICOMNET_TESTS_CPP_SUPPORT_RAW_PEER_H
#define LDICOMNET_TESTS_CPP_SUPPORT_RAW_PEER_H

#include <cstdint>
#include <string>
#include <vector>

namespace test {

using ByteVector = std::vector<std::uint8_t>;

class RawPeer {
 public:
  // Connects to a literal address; the test fails if it cannot.
  explicit RawPeer(unsigned port, const std::string& host = "127.0.0.1");
  static RawPeer Of(int descriptor) { return RawPeer(Taken{descriptor}); }
  ~RawPeer() { Close(); }
  RawPeer(RawPeer&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  RawPeer& operator=(RawPeer&&) = delete;
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  // Its own port.
  unsigned port() const;
  void Send(const ByteVector& bytes) const;
  // The next whole PDU, header included; empty when the connection has ended, or at the deadline, which fails the test.
  ByteVector Receive() const;
  // Reads up to the end of the connection, and gives its errno: 0 in order, ECONNRESET for a reset.
  int AwaitEnd() const;
  // Ends the connection, in order or with a reset.
  void Close();
  void Reset();

 private:
  struct Taken {
    int descriptor;
  };
  explicit RawPeer(Taken taken) : descriptor_(taken.descriptor) {}

  int descriptor_;
};

// Listens on the IPv4 loopback.
class RawListener {
 public:
  explicit RawListener(int backlog = 50);
  ~RawListener();
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;

  unsigned port() const { return port_; }
  RawPeer Accept() const;
  // Fills the backlog: an attempt to connect gets no answer from now on.
  void Fill();

 private:
  int descriptor_ = -1;
  unsigned port_ = 0;
  std::vector<int> fillers_;
};

// Can one connect there now? Not waited for.
bool IsRefused(unsigned port, const std::string& host = "127.0.0.1");
// A port of the loopback where nobody listens.
unsigned FreePort();

namespace wire {

// One PDU (PS3.8 9.3).
ByteVector Pdu(std::uint8_t type, const ByteVector& body);
// A-ASSOCIATE-RQ: Verification under context 1, implicit VR little endian.
ByteVector AssociateRequest();
// The A-ASSOCIATE-AC for contexts 1 and 3, with these user information sub-items behind the maximum length.
ByteVector AssociateAccept(const ByteVector& user_items = {});
ByteVector ReleaseRequest();
ByteVector ReleaseResponse();
ByteVector Abort(std::uint8_t source, std::uint8_t reason);
// C-ECHO-RQ on context 1.
ByteVector EchoRequest(std::uint16_t message_id);

}  // namespace wire
}  // namespace test

#endif  // LDICOMNET_TESTS_CPP_SUPPORT_RAW_PEER_H
