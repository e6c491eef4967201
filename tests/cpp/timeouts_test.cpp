// SetTimeouts: what happens when a peer keeps the library waiting. The times are short, and what is waited for is
// what must follow them.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <cerrno>
#include <string>
#include <vector>

#include "support/raw_peer.h"
#include "support/world.h"

namespace test {
namespace {

constexpr L_INT kSoonMs = 30;

class TimeoutsTest : public NetTest {
 protected:
  // Makes one of an object's times short; the others stay longer than a test waits.
  static void Shorten(LDicomNet& net, L_INT DICOMNETTIMEOUTS::*time) {
    DICOMNETTIMEOUTS timeouts = {};
    ASSERT_EQ(net.GetTimeouts(&timeouts, sizeof(timeouts)), DICOM_SUCCESS);
    timeouts.nArtimMs = timeouts.nResponseMs = timeouts.nConnectMs = timeouts.nLingerMs = timeouts.nStallMs = 60000;
    timeouts.*time = kSoonMs;
    ASSERT_EQ(net.SetTimeouts(&timeouts), DICOM_SUCCESS);
  }
  // A client that is associated with a bare socket.
  RawPeer StartWith(const RawListener& raw, Probe& client) {
    EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", raw.port()), DICOM_SUCCESS);
    RawPeer peer = raw.Accept();
    EXPECT_TRUE(log.Has("client.OnConnect 0"));
    EXPECT_EQ(client.SendAssociateRequest(Request().get()), DICOM_SUCCESS);
    EXPECT_FALSE(peer.Receive().empty());
    peer.Send(wire::AssociateAccept());
    EXPECT_TRUE(log.Has("client.OnReceiveAssociateAccept"));
    return peer;
  }
  // Answers an echo with more than the system takes for a peer that does not read.
  void AnswerWithMuch() {
    On("client.OnReceiveCEchoRequest", [](Probe& self, Call&) {
      const ByteVector bytes(32U << 20);
      LDicomDS data;
      EXPECT_EQ(data.SetEncoded(bytes.data(), static_cast<L_UINT32>(bytes.size())), DICOM_SUCCESS);
      LDicomDS command;
      MakeStoreRequest(command, 1);
      EXPECT_EQ(self.SendData(kStorage, &command, &data), DICOM_SUCCESS);
      self.world().log.Add("queued");
    });
  }

  const std::string timed_out = std::to_string(DICOM_ERROR_NET_TIME_OUT);
};

TEST_F(TimeoutsTest, APeerThatAsksForNoAssociation) {
  Probe& server = *Make("server");
  Shorten(server, &DICOMNETTIMEOUTS::nArtimMs);
  const L_UINT port = Listen(server);
  const RawPeer silent(port);
  const RawPeer half(port);
  half.Send({1, 0, 0});
  EXPECT_EQ(silent.AwaitEnd(), 0);
  EXPECT_EQ(half.AwaitEnd(), 0);
  EXPECT_TRUE(log.Has("server.OnClose " + timed_out, 2));
  // One that does is not concerned.
  Probe& client = *Make("client");
  Connect(client, port);
  Associate(client);
  const RawPeer another(port);
  EXPECT_EQ(another.AwaitEnd(), 0);
  Echo(client);
}

TEST_F(TimeoutsTest, APeerThatDoesNotAnswerARequest) {
  const RawListener raw;
  Probe& client = *Make("client");
  Shorten(client, &DICOMNETTIMEOUTS::nResponseMs);
  ASSERT_EQ(client.Connect(nullptr, 0, "127.0.0.1", raw.port()), DICOM_SUCCESS);
  const RawPeer peer = raw.Accept();
  ASSERT_TRUE(log.Has("client.OnConnect 0"));
  ASSERT_EQ(client.SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  EXPECT_FALSE(peer.Receive().empty());
  EXPECT_EQ(peer.Receive(), wire::Abort(0, 0));
  EXPECT_TRUE(log.Has("client.OnClose " + timed_out));
  EXPECT_FALSE(client.IsConnected());
}

TEST_F(TimeoutsTest, APeerThatDoesNotAnswerARelease) {
  const RawListener raw;
  Probe& client = *Make("client");
  Shorten(client, &DICOMNETTIMEOUTS::nResponseMs);
  const RawPeer peer = StartWith(raw, client);
  ASSERT_EQ(client.SendReleaseRequest(), DICOM_SUCCESS);
  EXPECT_EQ(peer.Receive(), wire::ReleaseRequest());
  EXPECT_EQ(peer.Receive(), wire::Abort(0, 0));
  EXPECT_TRUE(log.Has("client.OnClose " + timed_out));
}

TEST_F(TimeoutsTest, APeerThatDoesNotCloseAfterAnAbort) {
  const RawListener raw;
  Probe& client = *Make("client");
  Shorten(client, &DICOMNETTIMEOUTS::nArtimMs);
  const RawPeer peer = StartWith(raw, client);
  ASSERT_EQ(client.SendAbort(PDU_ABORT_SOURCE_USER, 0), DICOM_SUCCESS);
  // PS3.8 AA-2: this side closes then.
  EXPECT_TRUE(log.Has("client.OnClose 0"));
  EXPECT_EQ(peer.Receive(), wire::Abort(0, 0)) << "it can still be read";
  EXPECT_FALSE(client.IsActivated());
}

TEST_F(TimeoutsTest, AnAddressThatDoesNotAnswer) {
  RawListener silent(0);
  silent.Fill();
  Probe& client = *Make("client");
  Shorten(client, &DICOMNETTIMEOUTS::nConnectMs);
  ASSERT_EQ(client.Connect(nullptr, 0, "127.0.0.1", silent.port()), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("client.OnConnect " + timed_out));
  EXPECT_FALSE(client.IsActivated());
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", silent.port(), DICOM_IPTYPE_IPV4, -1), DICOM_ERROR_NET_TIME_OUT);
}

TEST_F(TimeoutsTest, APeerThatReadsNothing) {
  const RawListener raw;
  Probe& client = *Make("client");
  Shorten(client, &DICOMNETTIMEOUTS::nStallMs);
  const RawPeer peer = StartWith(raw, client);
  AnswerWithMuch();
  peer.Send(wire::EchoRequest(1));
  ASSERT_TRUE(log.Has("queued"));
  EXPECT_TRUE(log.Has("client.OnClose " + timed_out));
  EXPECT_EQ(peer.AwaitEnd(), ECONNRESET);
}

TEST_F(TimeoutsTest, CloseWaitsNoLongerThanTheLingerTimeForItsPeer) {
  const RawListener raw;
  Probe& client = *Make("client");
  Shorten(client, &DICOMNETTIMEOUTS::nLingerMs);
  const RawPeer peer = StartWith(raw, client);
  const std::size_t descriptors = OpenDescriptors().size();
  AnswerWithMuch();
  peer.Send(wire::EchoRequest(1));
  ASSERT_TRUE(log.Has("queued"));
  client.Close();
  EXPECT_FALSE(client.IsActivated());
  // Its socket goes in the background.
  EXPECT_TRUE(log.Until("the socket's end", [&] { return OpenDescriptors().size() == descriptors - 1; }));
  EXPECT_EQ(log.CountFrom("client.OnClose"), 0U);
}

TEST_F(TimeoutsTest, AcceptedConnectionsFollowTheirListener) {
  Probe& server = *Make("server");
  Shorten(server, &DICOMNETTIMEOUTS::nStallMs);
  On("server.OnClose", [](Probe&, Call&) {});  // the object is this test's
  const L_UINT port = Listen(server);
  const RawPeer peer(port);
  ASSERT_TRUE(log.Until("a client", [&] { return server.GetClientCount() == 1; }));
  DICOMNETTIMEOUTS timeouts = {};
  ASSERT_EQ(server.GetClient(0)->GetTimeouts(&timeouts, sizeof(timeouts)), DICOM_SUCCESS);
  EXPECT_EQ(timeouts.nStallMs, kSoonMs);
}

}  // namespace
}  // namespace test
