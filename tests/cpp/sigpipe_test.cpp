// A host that has not ignored SIGPIPE writes to a peer that has gone, and lives.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <atomic>
#include <csignal>
#include <string>

#include "support/raw_peer.h"
#include "support/world.h"

namespace test {
namespace {

std::atomic<int> signals{0};

void CountSignal(int) {
  ++signals;
}

class SigpipeTest : public NetTest {
 protected:
  // Counted, not fatal, so that a failure is a failed test.
  void SetUp() override {
    signals = 0;
    struct sigaction counting = {};
    counting.sa_handler = CountSignal;
    ASSERT_EQ(sigaction(SIGPIPE, &counting, &before_), 0);
  }
  void TearDown() override {
    NetTest::TearDown();
    // The library has left the host's handler alone.
    struct sigaction now = {};
    ASSERT_EQ(sigaction(SIGPIPE, &before_, &now), 0);
    EXPECT_EQ(now.sa_handler, CountSignal);
    EXPECT_EQ(signals, 0);
  }
  // A client that is associated with a bare socket.
  RawPeer StartWith(RawListener& raw, Probe& client) {
    EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", raw.port()), DICOM_SUCCESS);
    RawPeer peer = raw.Accept();
    EXPECT_TRUE(log.Has("client.OnConnect 0"));
    EXPECT_EQ(client.SendAssociateRequest(Request().get()), DICOM_SUCCESS);
    EXPECT_FALSE(peer.Receive().empty());
    peer.Send(wire::AssociateAccept());
    EXPECT_TRUE(log.Has("client.OnReceiveAssociateAccept"));
    return peer;
  }

 private:
  struct sigaction before_ = {};
};

TEST_F(SigpipeTest, MessagesToAPeerThatHasGone) {
  RawListener raw;
  Probe& client = *Make("client");
  RawPeer peer = StartWith(raw, client);
  // While a hook holds the reading, the library cannot know; the writes find out.
  Gate gate;
  const ObjectsEndHere end(*world);
  On("client.OnReceiveCEchoRequest", [&](Probe&, Call&) { gate.Pass(); });
  peer.Send(wire::EchoRequest(1));
  ASSERT_TRUE(gate.AwaitArrivals(1));
  peer.Reset();
  L_INT result = DICOM_SUCCESS;
  for (int count = 0; count < 50 && result == DICOM_SUCCESS; ++count)
    result = client.SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS);
  gate.Open();
  EXPECT_TRUE(log.Until("OnClose", [&] { return log.CountFrom("client.OnClose") == 1; }));
  EXPECT_EQ(client.SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_ERROR_NET_NOT_CONNECTED);
}

TEST_F(SigpipeTest, AQueueThatIsFlushedToAPeerThatHasGone) {
  RawListener raw;
  Probe& client = *Make("client");
  RawPeer peer = StartWith(raw, client);
  On("client.OnReceiveCEchoRequest", [](Probe& self, Call&) {
    // More than the system takes at once: the rest is queued, for the library's own thread to write.
    const ByteVector bytes(16U << 20);
    LDicomDS data;
    EXPECT_EQ(data.SetEncoded(bytes.data(), static_cast<L_UINT32>(bytes.size())), DICOM_SUCCESS);
    LDicomDS command;
    MakeStoreRequest(command, 1);
    EXPECT_EQ(self.SendData(kStorage, &command, &data), DICOM_SUCCESS);
    EXPECT_GT(self.GetQueueSend(), 0U);
    self.world().log.Add("queued");
  });
  peer.Send(wire::EchoRequest(1));
  ASSERT_TRUE(log.Has("queued"));
  peer.Reset();
  EXPECT_TRUE(log.Until("OnClose", [&] { return log.CountFrom("client.OnClose") == 1; }));
}

TEST_F(SigpipeTest, ACloseWhosePeerHasGone) {
  RawListener raw;
  Probe& client = *Make("client");
  for (int round = 0; round < 20; ++round) {
    RawPeer peer = StartWith(raw, client);
    peer.Reset();
    client.SendReleaseRequest();
    client.SendAbort(PDU_ABORT_SOURCE_USER, 0);
    client.Close();
    log.Clear();
  }
}

}  // namespace
}  // namespace test
