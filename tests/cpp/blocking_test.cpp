// A hook that blocks holds its own object, and delays no other connection, no listener and no other client.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <memory>
#include <string>
#include <vector>

#include "support/raw_peer.h"
#include "support/world.h"

namespace test {
namespace {

class BlockingTest : public NetTest {
 protected:
  void SetUp() override {
    server = Make("server");
    port = Listen(*server);
  }
  Probe& Associated(const std::string& name) {
    Probe& client = *Make(name);
    Connect(client, port);
    Associate(client);
    return client;
  }
  // New clients come, echo and leave, while one more that was there goes on.
  void ExpectOthersAreServed(Probe& old_one) {
    for (L_UINT16 round = 1; round <= 5; ++round) {
      Probe& visitor = Associated("visitor");
      Echo(visitor, round);
      Echo(old_one, round);
      ASSERT_EQ(visitor.SendReleaseRequest(), DICOM_SUCCESS);
      ASSERT_TRUE(log.Has("visitor.OnReceiveReleaseResponse", round));
    }
  }

  Probe* server = nullptr;
  L_UINT port = 0;
  Gate gate;
};

TEST_F(BlockingTest, HookOfAnAcceptedConnection) {
  On("acceptor.OnReceiveCEchoRequest", [this](Probe&, Call& call) {
    constexpr L_UINT16 kBlocking = 999;
    if (call.message_id == kBlocking)
      gate.Pass();
    call.base();
  });
  Probe& old_one = Associated("old");
  Probe& blocked = Associated("blocked");
  ASSERT_EQ(blocked.SendCEchoRequest(kVerification, 999, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_TRUE(gate.AwaitArrivals(1));
  // More for the same object waits behind it.
  ASSERT_EQ(blocked.SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ExpectOthersAreServed(old_one);
  EXPECT_EQ(log.CountFrom("blocked.OnReceiveCEchoResponse"), 0U);
  gate.Open();
  EXPECT_TRUE(log.Has("blocked.OnReceiveCEchoResponse 1 999 0000"));
  EXPECT_TRUE(log.Has("blocked.OnReceiveCEchoResponse 1 1 0000"));
}

TEST_F(BlockingTest, HookOfAClient) {
  Probe& old_one = Associated("old");
  On("blocked.OnConnect", [this](Probe&, Call&) { gate.Pass(); });
  Probe& blocked = *Make("blocked");
  ASSERT_EQ(blocked.Connect(nullptr, 0, "127.0.0.1", port), DICOM_SUCCESS);
  ASSERT_TRUE(gate.AwaitArrivals(1));
  ExpectOthersAreServed(old_one);
  gate.Open();
  Associate(blocked);
}

TEST_F(BlockingTest, ManyHooksAtOnce) {
  constexpr std::size_t kBlocked = 60;
  On("acceptor.OnReceiveCEchoRequest", [this](Probe&, Call& call) {
    constexpr L_UINT16 kBlocking = 999;
    if (call.message_id == kBlocking)
      gate.Pass();
    call.base();
  });
  Probe& old_one = Associated("old");
  for (std::size_t count = 0; count < kBlocked; ++count)
    ASSERT_EQ(Associated("blocked").SendCEchoRequest(kVerification, 999, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_TRUE(gate.AwaitArrivals(kBlocked)) << "each has a thread";
  ExpectOthersAreServed(old_one);
  gate.Open();
  EXPECT_TRUE(log.Has("blocked.OnReceiveCEchoResponse 1 999 0000", kBlocked));
}

TEST_F(BlockingTest, HookOfTheListenerHoldsNewConnectionsAlone) {
  Probe& old_one = Associated("old");
  for (const char* const hook : {"server.OnCondition", "server.OnAccept"}) {
    SCOPED_TRACE(hook);
    const auto held = std::make_shared<Gate>();
    On(hook, [held](Probe& self, Call& call) {
      held->Pass();
      if (call.condition == nullptr) {
        Accept(self, "acceptor");
      }
    });
    Probe& late = *Make("late");
    // The system's side of it is there; the application's waits.
    Connect(late, port);
    ASSERT_TRUE(held->AwaitArrivals(1));
    ASSERT_EQ(late.SendAssociateRequest(Request().get()), DICOM_SUCCESS);
    for (L_UINT16 message_id = 1; message_id <= 20; ++message_id)
      Echo(old_one, message_id);
    // Another listener, too.
    Probe& second = *Make("second");
    const L_UINT second_port = Listen(second);
    On("second.OnAccept", [](Probe& self, Call&) { Accept(self, "acceptor"); });
    Probe& elsewhere = *Make("elsewhere");
    Connect(elsewhere, second_port);
    Associate(elsewhere);
    Echo(elsewhere);
    EXPECT_EQ(log.Count("late.OnReceiveAssociateAccept"), 0U);
    held->Open();
    EXPECT_TRUE(log.Has("late.OnReceiveAssociateAccept"));
    late.Close();
    log.Clear();
    world->Leave("server.OnCondition");
  }
}

TEST_F(BlockingTest, OnCloseOfOneClientHoldsNoOther) {
  Probe& old_one = Associated("old");
  Probe& leaving = Associated("leaving");
  On("server.OnClose", [this](Probe& self, Call& call) {
    gate.Pass();
    self.world().Destroy(call.net);
  });
  leaving.Close();
  ASSERT_TRUE(gate.AwaitArrivals(1));
  for (L_UINT16 message_id = 1; message_id <= 20; ++message_id)
    Echo(old_one, message_id);
  gate.Open();
}

TEST_F(BlockingTest, IdleAndHalfConnectionsHoldNobody) {
  Probe& old_one = Associated("old");
  std::vector<RawPeer> silent;
  for (int count = 0; count < 100; ++count) {
    silent.emplace_back(port);
    if (count % 2 == 0)
      silent.back().Send({1, 0, 0, 0, 1});  // a head that lacks its last byte, and lies
  }
  ASSERT_TRUE(log.Has("server.OnAccept 0", 101));
  ExpectOthersAreServed(old_one);
}

}  // namespace
}  // namespace test
