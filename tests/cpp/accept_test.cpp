// Connections that arrive: OnCondition, OnAccept, Accept, Reject, deferring, and what a listener and its clients know
// of each other.

#include <gtest/gtest.h>
#include <ltdic.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "support/raw_peer.h"
#include "support/world.h"

namespace test {
namespace {

class AcceptTest : public NetTest {
 protected:
  // A listener whose connections wait for the test.
  void Defer() {
    On("server.OnCondition", [](Probe&, Call& call) { call.answer = DICOM_CONDITION_DEFER; });
  }
  ::testing::AssertionResult Pending(const LDicomNet& listener, L_UINT32 count) {
    return log.Until(std::to_string(count) + " pending", [&] { return listener.GetPendingCount() == count; });
  }
};

TEST_F(AcceptTest, ConditionIsToldWhoComes) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  DICOMCONNECTIONINFO told = {};
  const ObjectsEndHere end(*world);
  On("server.OnCondition", [&](Probe&, Call& call) { told = *call.condition; });
  RawPeer first(port);
  ASSERT_TRUE(log.Has("server.OnAccept 0"));
  ASSERT_TRUE(log.Until("a client", [&] { return server.GetClientCount() == 1; }));
  EXPECT_EQ(told.uStructSize, sizeof(DICOMCONNECTIONINFO));
  EXPECT_STREQ(told.szPeerAddress, "127.0.0.1");
  EXPECT_EQ(told.nPeerPort, first.port());
  EXPECT_STREQ(told.szLocalAddress, "127.0.0.1");
  EXPECT_EQ(told.nLocalPort, port);
  EXPECT_EQ(told.nClientCount, 0U);
  EXPECT_EQ(told.nPendingCount, 0U);

  On("server.OnAccept", [](Probe&, Call&) {});
  RawPeer second(port);
  ASSERT_TRUE(Pending(server, 1));
  RawPeer third(port);
  ASSERT_TRUE(Pending(server, 2));
  EXPECT_EQ(told.nPeerPort, third.port());
  EXPECT_EQ(told.nClientCount, 1U);
  EXPECT_EQ(told.nPendingCount, 1U);
}

TEST_F(AcceptTest, ConditionOfAMappedAddressIsADottedQuad) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server, "*", DICOM_IPTYPE_IPV4_OR_IPV6);
  On("server.OnCondition", [](Probe& self, Call& call) {
    self.world().log.Add(std::string(call.condition->szPeerAddress) + " to " + call.condition->szLocalAddress);
  });
  const RawPeer v4(port);
  EXPECT_TRUE(log.Has("127.0.0.1 to 127.0.0.1"));
  const RawPeer v6(port, "::1");
  EXPECT_TRUE(log.Has("::1 to ::1"));
}

TEST_F(AcceptTest, ConditionRejects) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  std::atomic<L_INT> answer{DICOM_CONDITION_REJECT};
  const ObjectsEndHere end(*world);
  On("server.OnCondition", [&](Probe&, Call& call) { call.answer = answer; });
  for (const L_INT rejecting : {DICOM_CONDITION_REJECT, 7, -1}) {
    answer = rejecting;
    const RawPeer peer(port);
    EXPECT_EQ(peer.AwaitEnd(), ECONNRESET) << rejecting;
  }
  EXPECT_EQ(log.Count("server.OnAccept 0"), 0U);
  EXPECT_EQ(server.GetPendingCount(), 0U);
  answer = DICOM_CONDITION_ACCEPT;
  const RawPeer peer(port);
  EXPECT_TRUE(log.Has("server.OnAccept 0"));
}

TEST_F(AcceptTest, ConditionDefers) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  Defer();
  Probe& client = *Make("client");
  Connect(client, port);
  ASSERT_TRUE(Pending(server, 1));
  EXPECT_EQ(log.CountFrom("server.OnAccept"), 0U);
  EXPECT_EQ(server.GetClientCount(), 0U);

  Probe& acceptor = *Make("acceptor");
  ASSERT_EQ(server.Accept(&acceptor), DICOM_SUCCESS);
  // At once, and before any hook of it.
  EXPECT_EQ(PeerPortOf(acceptor), PortOf(client));
  EXPECT_EQ(PortOf(acceptor), port);
  EXPECT_TRUE(acceptor.IsConnected());
  EXPECT_EQ(server.GetPendingCount(), 0U);
  EXPECT_EQ(server.GetClientCount(), 1U);
  Associate(client);
  Echo(client);
}

TEST_F(AcceptTest, OnAcceptThatDoesNothingDefers) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  On("server.OnAccept", [](Probe&, Call&) {});
  Probe& client = *Make("client");
  Connect(client, port);
  ASSERT_TRUE(log.Has("server.OnAccept 0"));
  ASSERT_TRUE(Pending(server, 1));
  // The listener goes on: the next one is shown too.
  const RawPeer next(port);
  ASSERT_TRUE(log.Has("server.OnAccept 0", 2));
  ASSERT_EQ(server.Accept(Make("acceptor")), DICOM_SUCCESS);
  Associate(client);
}

TEST_F(AcceptTest, TheOldestComesFirst) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  Defer();
  std::vector<RawPeer> peers;
  for (L_UINT32 count = 1; count <= 4; ++count) {
    peers.emplace_back(port);
    ASSERT_TRUE(Pending(server, count));
  }
  ASSERT_EQ(server.Reject(), DICOM_SUCCESS);
  EXPECT_EQ(peers[0].AwaitEnd(), ECONNRESET);
  EXPECT_EQ(server.GetPendingCount(), 3U);
  for (std::size_t index = 1; index < peers.size(); ++index) {
    Probe& acceptor = *Make("acceptor");
    ASSERT_EQ(server.Accept(&acceptor), DICOM_SUCCESS);
    EXPECT_EQ(PeerPortOf(acceptor), peers[index].port());
    // The one just accepted is the newest.
    EXPECT_EQ(server.GetClient(server.GetClientCount() - 1), &acceptor);
  }
  EXPECT_EQ(server.GetPendingCount(), 0U);
}

TEST_F(AcceptTest, NoneWaiting) {
  Probe& server = *Make("server");
  Probe& idle = *Make("idle");
  EXPECT_EQ(server.Accept(&idle), DICOM_ERROR_NET_NOT_CONNECTED);
  EXPECT_EQ(server.Accept(&idle, 0), DICOM_ERROR_NET_NOT_CONNECTED);
  EXPECT_EQ(server.Reject(), DICOM_ERROR_NET_NOT_CONNECTED);
  EXPECT_EQ(server.GetPendingCount(), 0U);
  Listen(server);
  EXPECT_EQ(server.Accept(&idle), DICOM_ERROR_NET_WOULD_BLOCK);
  EXPECT_EQ(server.Accept(nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(server.Accept(nullptr, -1), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(server.Reject(), DICOM_ERROR_NET_WOULD_BLOCK);
  EXPECT_EQ(server.Accept(&idle, -2), DICOM_ERROR_PARAMETER);
  EXPECT_FALSE(idle.IsActivated());
}

TEST_F(AcceptTest, IntoAnObjectThatIsInUse) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  Defer();
  Probe& client = *Make("client");
  Connect(client, port);
  ASSERT_TRUE(Pending(server, 1));
  Probe& other_listener = *Make("other");
  Listen(other_listener);
  EXPECT_EQ(server.Accept(&server), DICOM_ERROR_NET_IS_CONNECTED);
  EXPECT_EQ(server.Accept(&client), DICOM_ERROR_NET_IS_CONNECTED);
  EXPECT_EQ(server.Accept(&other_listener), DICOM_ERROR_NET_IS_CONNECTED);
  EXPECT_EQ(server.Accept(&client, 0), DICOM_ERROR_NET_IS_CONNECTED);
  // It still waits.
  EXPECT_EQ(server.GetPendingCount(), 1U);
  Probe& acceptor = *Make("acceptor");
  ASSERT_EQ(server.Accept(&acceptor), DICOM_SUCCESS);
  EXPECT_EQ(server.Accept(&acceptor), DICOM_ERROR_NET_IS_CONNECTED);
  LDicomNet not_set_up(nullptr, static_cast<L_INT32>(DICOM_SECURE_NONE), L_TRUE);
  EXPECT_EQ(server.Accept(&not_set_up), DICOM_ERROR_NET_NOT_INITIALISED);
}

TEST_F(AcceptTest, WaitingAcceptEndsInTime) {
  Probe& server = *Make("server");
  Listen(server);
  LDicomNet idle;
  EXPECT_EQ(server.Accept(&idle, 0), DICOM_ERROR_NET_TIME_OUT);
  constexpr int kTimeMs = 40;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(server.Accept(&idle, kTimeMs), DICOM_ERROR_NET_TIME_OUT);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(kTimeMs));
}

TEST_F(AcceptTest, WaitingAcceptTakesTheNext) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  Defer();
  Probe& acceptor = *Make("acceptor");
  std::thread waiter([&] { log.Add("accepted " + std::to_string(server.Accept(&acceptor, -1))); });
  const RawPeer peer(port);
  EXPECT_TRUE(log.Has("accepted 0"));
  waiter.join();
  EXPECT_EQ(PeerPortOf(acceptor), peer.port());
}

TEST_F(AcceptTest, CloseEndsAWaitingAccept) {
  Probe& server = *Make("server");
  Listen(server);
  Probe& idle = *Make("idle");
  std::thread waiter([&] {
    log.Add("waiting");
    log.Add("ended " + std::to_string(server.Accept(&idle, -1)));
  });
  EXPECT_TRUE(log.Has("waiting"));
  server.Close();
  EXPECT_TRUE(log.Has("ended " + std::to_string(DICOM_ERROR_NET_NOT_CONNECTED)));
  waiter.join();
  EXPECT_FALSE(idle.IsActivated());
}

TEST_F(AcceptTest, APeerThatGivesUpWhileDeferredIsDropped) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  Defer();
  RawPeer patient(port);
  ASSERT_TRUE(Pending(server, 1));
  RawPeer orderly(port);
  ASSERT_TRUE(Pending(server, 2));
  RawPeer rude(port);
  ASSERT_TRUE(Pending(server, 3));
  orderly.Close();
  ASSERT_TRUE(Pending(server, 2));
  rude.Reset();
  ASSERT_TRUE(Pending(server, 1));
  Probe& acceptor = *Make("acceptor");
  ASSERT_EQ(server.Accept(&acceptor), DICOM_SUCCESS);
  EXPECT_EQ(PeerPortOf(acceptor), patient.port());
  EXPECT_EQ(log.CountFrom("server.OnClose"), 0U);
}

TEST_F(AcceptTest, AsManyAreDeferredAsTheBacklogSays) {
  constexpr L_UINT32 kHeld = 2;
  Probe& server = *Make("server");
  const L_UINT port = Listen(server, "127.0.0.1", DICOM_IPTYPE_IPV4, kHeld);
  L_UINT32 most_pending = 0;
  const ObjectsEndHere end(*world);
  On("server.OnCondition", [&](Probe&, Call& call) {
    call.answer = DICOM_CONDITION_DEFER;
    most_pending = std::max(most_pending, call.condition->nPendingCount);
  });
  // The library takes connections as they come, so that none waits for the system's backlog.
  constexpr L_UINT32 kPeers = 5;
  std::vector<RawPeer> peers;
  peers.reserve(kPeers);
  for (L_UINT32 count = 0; count < kPeers; ++count)
    peers.emplace_back(port);
  ASSERT_TRUE(log.Has("server.OnCondition", kHeld));
  for (const RawPeer& peer : peers) {
    Probe& acceptor = *Make("acceptor");
    ASSERT_EQ(server.Accept(&acceptor, -1), DICOM_SUCCESS);
    EXPECT_EQ(PeerPortOf(acceptor), peer.port());
    EXPECT_LE(server.GetPendingCount(), kHeld);
  }
  EXPECT_LT(most_pending, kHeld);
  EXPECT_EQ(server.GetClientCount(), kPeers);
}

TEST_F(AcceptTest, ClientsAndTheirServer) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  EXPECT_EQ(server.GetServer(), nullptr);
  EXPECT_EQ(server.GetClientCount(), 0U);
  EXPECT_EQ(server.GetClient(0), nullptr);
  Defer();
  std::vector<RawPeer> peers;
  std::vector<Probe*> acceptors;
  for (L_UINT32 count = 1; count <= 3; ++count) {
    peers.emplace_back(port);
    acceptors.push_back(Make("acceptor"));
    ASSERT_EQ(server.Accept(acceptors.back(), -1), DICOM_SUCCESS);
    EXPECT_EQ(server.GetClientCount(), count);
    // Asked of a client, it is the listener's answer.
    EXPECT_EQ(acceptors.back()->GetClientCount(), count);
    EXPECT_EQ(acceptors.back()->GetServer(), &server);
  }
  for (L_UINT index = 0; index < acceptors.size(); ++index) {
    EXPECT_EQ(server.GetClient(index), acceptors[index]);
    EXPECT_EQ(acceptors[0]->GetClient(index), acceptors[index]);
  }
  EXPECT_EQ(server.GetClient(3), nullptr);
  EXPECT_EQ(acceptors[1]->GetClient(3), nullptr);
  acceptors[1]->Close();
  EXPECT_EQ(server.GetClientCount(), 2U);
  EXPECT_EQ(server.GetClient(1), acceptors[2]);
  EXPECT_EQ(acceptors[1]->GetServer(), nullptr);
  EXPECT_EQ(acceptors[1]->GetClientCount(), 0U);
  server.Close();
  EXPECT_EQ(acceptors[0]->GetServer(), nullptr);
  EXPECT_TRUE(acceptors[0]->IsConnected());
}

TEST_F(AcceptTest, TheCountIsThereToLimitClients) {
  constexpr L_UINT32 kMost = 1;
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  const ObjectsEndHere end(*world);
  On("acceptor.OnReceiveAssociateRequest", [&](Probe& acceptor, Call& call) {
    if (acceptor.GetClientCount() > kMost) {
      EXPECT_EQ(acceptor.SendAssociateReject(PDU_REJECT_RESULT_TRANSIENT, PDU_REJECT_SOURCE_PROVIDER2,
                                             PDU_REJECT_REASON_LIMIT),
                DICOM_SUCCESS);
      return;
    }
    EXPECT_EQ(acceptor.GetClient(0), &acceptor);
    EXPECT_EQ(acceptor.SendAssociateAccept(AnswerTo(*call.associate).get()), DICOM_SUCCESS);
  });
  Probe& first = *Make("first");
  Connect(first, port);
  Associate(first);
  Probe& second = *Make("second");
  Connect(second, port);
  ASSERT_EQ(second.SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("second.OnReceiveAssociateReject 2 3 2"));
  Echo(first);
}

TEST_F(AcceptTest, OnCloseComesOnTheListenerAfterTheLastHook) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  LDicomNet* closed = nullptr;
  L_UINT32 clients = 99;
  const ObjectsEndHere end(*world);
  On("server.OnClose", [&](Probe& listener, Call& call) {
    closed = call.net;
    clients = listener.GetClientCount();
    listener.world().Destroy(call.net);
    listener.world().log.Add("destroyed");
  });
  Probe& client = *Make("client");
  Connect(client, port);
  Associate(client);
  const LDicomNet* const acceptor = server.GetClient(0);
  ASSERT_EQ(client.SendReleaseRequest(), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("destroyed"));
  EXPECT_EQ(closed, acceptor);
  EXPECT_EQ(clients, 0U) << "it is no client any more when its end is told";
  EXPECT_EQ(log.Count("server.OnClose 0"), 1U);
  EXPECT_EQ(log.CountFrom("acceptor.OnClose"), 0U);
  EXPECT_EQ(log.Of("acceptor").back(), "OnSend 6");
  EXPECT_LT(log.Place("acceptor.OnSend 6"), log.Place("server.OnClose 0"));
  EXPECT_EQ(server.GetClientCount(), 0U);
  // And the listener goes on.
  Probe& next = *Make("next");
  Connect(next, port);
  Associate(next);
}

TEST_F(AcceptTest, OnCloseOfAResetIsAnError) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  RawPeer peer(port);
  ASSERT_TRUE(log.Has("server.OnAccept 0"));
  peer.Send(wire::AssociateRequest());
  EXPECT_FALSE(peer.Receive().empty());
  peer.Reset();
  EXPECT_TRUE(log.Has("server.OnClose " + std::to_string(DICOM_ERROR_NET_CONNECTION_RESET)));
}

TEST_F(AcceptTest, OnCloseWithoutAListenerIsTheObjectsOwn) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  RawPeer peer(port);
  ASSERT_TRUE(log.Until("a client", [&] { return server.GetClientCount() == 1; }));
  LDicomNet* const acceptor = server.GetClient(0);
  server.Close();
  LDicomNet* told = nullptr;
  const ObjectsEndHere end(*world);
  On("acceptor.OnClose", [&](Probe& self, Call& call) {
    told = call.net;
    self.world().log.Add("told");
  });
  peer.Close();
  ASSERT_TRUE(log.Has("told"));
  EXPECT_EQ(told, acceptor);
  EXPECT_EQ(log.CountFrom("server.OnClose"), 0U);
}

TEST_F(AcceptTest, TheFirstHookComesAfterOnAcceptReturned) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  Probe& bystander = *Make("bystander");
  Connect(bystander, port);
  Associate(bystander);
  log.Clear();
  On("server.OnAccept", [this](Probe& listener, Call&) {
    ASSERT_NE(Accept(listener, "late"), nullptr);
    // Its peer's bytes are there already, and the library is at work: see it serve another connection meanwhile.
    EXPECT_TRUE(log.Has("acceptor.OnReceive 4", 3));
    EXPECT_EQ(log.CountFrom("late."), 0U);
    log.Add("OnAccept returns");
  });
  const RawPeer peer(port);
  peer.Send(wire::AssociateRequest());
  ASSERT_TRUE(log.Has("server.OnAccept 0"));
  for (L_UINT16 message_id = 1; message_id <= 3; ++message_id)
    Echo(bystander, message_id);
  ASSERT_TRUE(log.Has("late.OnReceive 1"));
  EXPECT_LT(log.Place("OnAccept returns"), log.Place("late.OnReceive 1"));
}

TEST_F(AcceptTest, CloseLeavesClientsAndServerCloseDoesNot) {
  Probe& server = *Make("server");
  L_UINT port = Listen(server);
  Probe& client = *Make("client");
  Connect(client, port);
  Associate(client);
  Defer();
  const RawPeer waiting(port);
  ASSERT_TRUE(Pending(server, 1));
  server.Close();
  EXPECT_EQ(waiting.AwaitEnd(), ECONNRESET);
  EXPECT_EQ(server.GetPendingCount(), 0U);
  EXPECT_EQ(server.GetClientCount(), 0U);
  EXPECT_TRUE(IsRefused(port));
  Echo(client);
  client.Close();
  // Its acceptor has no listener any more, and is told itself.
  EXPECT_TRUE(log.Until("the acceptor is told", [&] { return log.CountFrom("acceptor.OnClose") == 1; }));

  world->Leave("server.OnCondition");
  port = Listen(server);
  Probe& first = *Make("first");
  Probe& second = *Make("second");
  Connect(first, port);
  Connect(second, port);
  Associate(first);
  // A client is connected before the server's hooks are called for it.
  EXPECT_TRUE(log.Until("both are accepted", [&] { return server.GetClientCount() == 2; }));
  log.Clear();
  server.ServerClose();
  EXPECT_FALSE(server.IsActivated());
  EXPECT_TRUE(log.Until("first is told", [&] { return log.CountFrom("first.OnClose") == 1; }));
  EXPECT_TRUE(log.Until("second is told", [&] { return log.CountFrom("second.OnClose") == 1; }));
  EXPECT_TRUE(IsRefused(port));
  EXPECT_EQ(log.CountFrom("server."), 0U);
  EXPECT_EQ(log.CountFrom("acceptor.OnClose"), 0U);
}

TEST_F(AcceptTest, CloseEndsInOrderAndCloseForcedResets) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  Defer();
  for (const L_BOOL forced : {L_FALSE, L_TRUE}) {
    const RawPeer peer(port);
    LDicomNet acceptor;
    ASSERT_EQ(server.Accept(&acceptor, -1), DICOM_SUCCESS);
    EXPECT_EQ(acceptor.CloseForced(forced), DICOM_SUCCESS);
    EXPECT_FALSE(acceptor.IsActivated());
    EXPECT_EQ(peer.AwaitEnd(), forced ? ECONNRESET : 0);
  }
}

TEST_F(AcceptTest, TheArtimTimerOfAListenerIsItsConnections) {
  Probe& server = *Make("server");
  DICOMNETTIMEOUTS timeouts;
  ASSERT_EQ(server.GetTimeouts(&timeouts, sizeof(timeouts)), DICOM_SUCCESS);
  timeouts.nArtimMs = 200;
  ASSERT_EQ(server.SetTimeouts(&timeouts), DICOM_SUCCESS);
  const L_UINT port = Listen(server);
  Defer();
  const RawPeer peer(port);
  LDicomNet acceptor;
  ASSERT_EQ(server.Accept(&acceptor, -1), DICOM_SUCCESS);
  EXPECT_EQ(peer.AwaitEnd(), 0);  // at the ordinary 30 s the test's own deadline comes first
}

TEST_F(AcceptTest, WithoutDescriptorsTheListenerWaitsForSome) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  On("server.OnAccept", [](Probe& self, Call& call) {
    if (call.error == DICOM_SUCCESS)
      Accept(self, "acceptor");
  });
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  // One is left, which the peer takes.
  const int next = dup(STDERR_FILENO);
  ASSERT_GE(next, 0);
  close(next);
  const rlimit tight = {static_cast<rlim_t>(next) + 1, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
  const RawPeer peer(port);
  EXPECT_TRUE(log.Has("server.OnAccept " + std::to_string(DICOM_ERROR_NET_NO_MORE_FILE)));
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(log.Has("server.OnAccept 0"));
  peer.Send(wire::AssociateRequest());
  EXPECT_FALSE(peer.Receive().empty());
}

TEST_F(AcceptTest, ServerCloseOfAnObjectThatIsNoListener) {
  LDicomNet idle;
  idle.ServerClose();
  EXPECT_FALSE(idle.IsActivated());
}

TEST_F(AcceptTest, AcceptedObjectsTakeOverTheListenersOptions) {
  Probe& server = *Make("server");
  DICOMSOCKETOPTIONS options = {};
  ASSERT_EQ(server.GetDefaultSocketOptions(&options, sizeof(options)), DICOM_SUCCESS);
  options.nReceiveBufferSize = 200000;
  options.bNoDelay = L_FALSE;
  ASSERT_EQ(server.SetSocketOptions(&options), DICOM_SUCCESS);
  EXPECT_EQ(server.SetDebugMode(DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO), 0U);
  const L_UINT port = Listen(server);
  Defer();
  On("server.OnClose", [](Probe&, Call&) {});  // the object is this test's
  const RawPeer peer(port);
  Probe& acceptor = *Make("acceptor");
  ASSERT_EQ(server.Accept(&acceptor, -1), DICOM_SUCCESS);
  DICOMSOCKETOPTIONS taken = {};
  ASSERT_EQ(acceptor.GetSocketOptions(&taken, sizeof(taken)), DICOM_SUCCESS);
  EXPECT_GE(taken.nReceiveBufferSize, options.nReceiveBufferSize);
  EXPECT_FALSE(taken.bNoDelay);
  EXPECT_EQ(acceptor.SetDebugMode(0), static_cast<L_UINT32>(DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO));
}

TEST_F(AcceptTest, AcceptedAndSentAwayInsideOnAccept) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  On("server.OnAccept", [](Probe& listener, Call&) {
    Probe* const acceptor = Accept(listener, "unwanted");
    ASSERT_NE(acceptor, nullptr);
    acceptor->Close();
    listener.world().Destroy(acceptor);
  });
  const RawPeer peer(port);
  peer.Send(wire::AssociateRequest());
  peer.AwaitEnd();
  EXPECT_TRUE(log.Has("~unwanted"));
  EXPECT_EQ(log.CountFrom("unwanted."), 0U);
  EXPECT_EQ(server.GetClientCount(), 0U);
}

TEST_F(AcceptTest, LimitsRejectBeforeTheHook) {
  Probe& server = *Make("server");
  DICOMNETLIMITS limits = {};
  EXPECT_EQ(server.SetLimits(nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(server.SetLimits(&limits), DICOM_ERROR_INVALID_STRUCT_SIZE);
  limits.uStructSize = sizeof(limits);
  limits.pszNetworks = "127.0.0.0/8\\everywhere";
  EXPECT_EQ(server.SetLimits(&limits), DICOM_ERROR_PARAMETER);
  limits.pszNetworks = "127.0.0.0/8\\2001:db8::/32";
  limits.pszCallingAEs = "A TITLE THAT IS TOO LONG";
  EXPECT_EQ(server.SetLimits(&limits), DICOM_ERROR_PARAMETER);
  limits.pszCallingAEs = "OTHER\\CLIENT";
  limits.pszCalledAEs = "SERVER";
  limits.nAssociationsMax = 1;
  ASSERT_EQ(server.SetLimits(&limits), DICOM_SUCCESS);
  On("server.OnAccept", [](Probe& self, Call&) { Accept(self, "accepted"); });
  On("accepted.OnReceiveAssociateRequest", [](Probe& self, Call& call) {
    EXPECT_EQ(self.SendAssociateAccept(AnswerTo(*call.associate).get()), DICOM_SUCCESS);
  });
  const L_UINT port = Listen(server);
  Probe& client = *Make("client");
  Connect(client, port);
  Associate(client);
  Probe& second = *Make("second");
  Connect(second, port);
  ASSERT_EQ(second.SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("second.OnReceiveAssociateReject 2 3 2"));
  EXPECT_EQ(log.Count("accepted.OnReceiveAssociateRequest"), 1U);
}

}  // namespace
}  // namespace test
