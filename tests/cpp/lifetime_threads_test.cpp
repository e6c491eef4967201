// Objects that are closed and destroyed by one thread while hooks run on others: what Close waits for, and what it does
// not. Made to be run under AddressSanitizer and ThreadSanitizer too.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/raw_peer.h"
#include "support/world.h"

namespace test {
namespace {

class ThreadsTest : public NetTest {
 protected:
  void Start() {
    server = Make("server");
    port = Listen(*server);
    client = Make("client");
    Connect(*client, port);
    Associate(*client);
  }
  Probe* Acceptor() { return static_cast<Probe*>(server->GetClient(0)); }

  Probe* server = nullptr;
  Probe* client = nullptr;
  L_UINT port = 0;
};

TEST_F(ThreadsTest, CloseWaitsForAHookOnAnotherThread) {
  Gate gate;
  const ObjectsEndHere end(*world);
  On("client.OnReceiveCEchoResponse", [&](Probe& self, Call&) {
    gate.Pass();
    // The object is whole as long as its hook runs.
    EXPECT_EQ(self.name(), "client");
    self.world().log.Add("hook ends");
  });
  Start();
  Probe& other = *Make("other");
  Connect(other, port);
  Associate(other);
  ASSERT_EQ(client->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_TRUE(gate.AwaitArrivals(1));
  std::thread closer([&] {
    log.Add("closes");
    client->Close();
    log.Add("closed");
  });
  ASSERT_TRUE(log.Has("closes"));
  // It has ended for the user as soon as the thread is in Close; time passes, measured in echoes of others.
  EXPECT_TRUE(log.Until("not connected", [&] { return client->IsConnected() == L_FALSE; }));
  for (L_UINT16 message_id = 1; message_id <= 50; ++message_id)
    Echo(other, message_id);
  EXPECT_EQ(log.Count("closed"), 0U);
  gate.Open();
  closer.join();
  EXPECT_LT(log.Place("hook ends"), log.Place("closed"));
}

TEST_F(ThreadsTest, CloseOfAListenerWaitsForItsHook) {
  Gate gate;
  server = Make("server");
  port = Listen(*server);
  const ObjectsEndHere end(*world);
  On("server.OnAccept", [&](Probe& self, Call&) {
    gate.Pass();
    self.world().log.Add("hook ends");
  });
  const RawPeer peer(port);
  ASSERT_TRUE(gate.AwaitArrivals(1));
  std::thread closer([&] {
    server->Close();
    log.Add("closed");
  });
  EXPECT_TRUE(log.Until("not listening", [&] { return server->IsActivated() == L_FALSE; }));
  EXPECT_EQ(log.Count("closed"), 0U);
  gate.Open();
  closer.join();
  EXPECT_LT(log.Place("hook ends"), log.Place("closed"));
}

TEST_F(ThreadsTest, CloseWaitsForTheHookOfASender) {
  // OnBeforeSendCommandSet runs on the thread that sends.
  Gate gate;
  Start();
  const ObjectsEndHere end(*world);
  On("client.OnBeforeSendCommandSet", [&](Probe& self, Call&) {
    gate.Pass();
    self.world().log.Add("hook ends");
  });
  std::thread sender([&] { client->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS); });
  ASSERT_TRUE(gate.AwaitArrivals(1));
  std::thread closer([&] {
    client->Close();
    log.Add("closed");
  });
  EXPECT_TRUE(log.Until("not connected", [&] { return client->IsConnected() == L_FALSE; }));
  EXPECT_EQ(log.Count("closed"), 0U);
  gate.Open();
  sender.join();
  closer.join();
  EXPECT_LT(log.Place("hook ends"), log.Place("closed"));
}

TEST_F(ThreadsTest, ServerCloseWaitsForTheHooksOfClients) {
  Gate gate;
  const ObjectsEndHere end(*world);
  On("acceptor.OnReceiveCEchoRequest", [&](Probe& self, Call&) {
    gate.Pass();
    self.world().log.Add("hook ends");
  });
  Start();
  ASSERT_EQ(client->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_TRUE(gate.AwaitArrivals(1));
  std::thread closer([&] {
    server->ServerClose();
    log.Add("closed");
  });
  EXPECT_TRUE(log.Until("not listening", [&] { return server->IsActivated() == L_FALSE; }));
  EXPECT_EQ(log.Count("closed"), 0U);
  gate.Open();
  closer.join();
  EXPECT_LT(log.Place("hook ends"), log.Place("closed"));
}

TEST_F(ThreadsTest, TwoHooksThatCloseEachOthersObjectsBothReturn) {
  for (int round = 0; round < 20; ++round) {
    log.Clear();
    Start();
    Probe* const acceptor = Acceptor();
    ASSERT_NE(acceptor, nullptr);
    // Both inside before either closes.
    Gate both;
    std::atomic<int> inside{0};
    const auto meet = [&] {
      if (++inside == 2)
        both.Open();
      both.Pass();
    };
    const ObjectsEndHere end(*world);
    On("acceptor.OnReceiveCEchoRequest", [&](Probe& self, Call&) {
      meet();
      client->Close();
      self.world().log.Add("acceptor's returns");
    });
    On("client.OnReceiveCEchoRequest", [&](Probe& self, Call&) {
      meet();
      acceptor->Close();
      self.world().log.Add("client's returns");
    });
    ASSERT_EQ(client->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
    ASSERT_EQ(acceptor->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
    ASSERT_TRUE(log.Has("acceptor's returns"));
    ASSERT_TRUE(log.Has("client's returns"));
    world->DestroyAll();
  }
}

TEST_F(ThreadsTest, ThreeInACircle) {
  server = Make("server");
  port = Listen(*server);
  std::vector<Probe*> clients;
  Gate all;
  std::atomic<int> inside{0};
  for (int index = 0; index < 3; ++index) {
    const std::string name = "client" + std::to_string(index);
    clients.push_back(Make(name));
    Connect(*clients.back(), port);
    Associate(*clients.back());
  }
  const ObjectsEndHere end(*world);
  for (std::size_t index = 0; index < 3; ++index) {
    Probe* const next = clients[(index + 1) % 3];
    On(clients[index]->name() + ".OnReceiveCEchoResponse", [&, next](Probe& self, Call&) {
      if (++inside == 3)
        all.Open();
      all.Pass();
      next->Close();
      self.world().log.Add("returns");
    });
  }
  for (Probe* const each : clients)
    ASSERT_EQ(each->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("returns", 3));
}

// ---- Destroyed while hooks come ---------------------------------------------------------------------------

// Its hooks use its own members, which die before ~LDicomNet runs.
class Collector : public LDicomNet {
 public:
  ~Collector() override { Close(); }

  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override {
    Note("request");
    SendAssociateAccept(AnswerTo(*pPDU).get());
  }
  L_VOID OnReceive(L_INT, L_UCHAR nType, L_UCHAR*, L_UINT32) override { Note(std::to_string(nType)); }
  L_VOID OnSend(L_INT, L_UCHAR nType, L_UINT32) override { Note(std::to_string(nType)); }
  L_VOID OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) override {
    Note(pszClass);
    LDicomNet::OnReceiveCEchoRequest(nPresentationID, nMessageID, pszClass);
  }
  L_VOID OnClose(L_INT, LDicomNet*) override { Note("close"); }

 private:
  void Note(const std::string& text) { *notes_ += text + "; long enough to live on the heap"; }

  // On the heap twice over, so that its end is seen.
  std::unique_ptr<std::string> notes_ = std::make_unique<std::string>();
};

TEST_F(ThreadsTest, ADerivedClassDestroyedWhileItsHooksRun) {
  constexpr L_UINT16 kRounds = 150;
  LDicomNet listener;
  ASSERT_EQ(listener.Listen("127.0.0.1", 0, 5), DICOM_SUCCESS);
  port = PortOf(listener);
  for (L_UINT16 round = 0; round < kRounds; ++round) {
    RawPeer peer(port);
    auto collector = std::make_unique<Collector>();
    ASSERT_EQ(listener.Accept(collector.get(), -1), DICOM_SUCCESS);
    // A flood of messages, whose hooks are running when the object goes, each time at another place.
    peer.Send(wire::AssociateRequest());
    if (round % 3 != 0) {
      EXPECT_FALSE(peer.Receive().empty());
    }
    for (L_UINT16 message_id = 0; message_id < round % 20; ++message_id)
      peer.Send(wire::EchoRequest(message_id));
    if (round % 4 == 0)
      peer.Reset();
    std::thread destroyer([&] { collector.reset(); });
    destroyer.join();
  }
  EXPECT_EQ(listener.GetClientCount(), 0U);
}

TEST_F(ThreadsTest, SendersBesideClose) {
  constexpr int kRounds = 60;
  server = Make("server");
  port = Listen(*server);
  client = Make("client");
  for (int round = 0; round < kRounds; ++round) {
    Connect(*client, port);
    Associate(*client);
    std::atomic<bool> stop{false};
    std::vector<std::thread> senders;
    senders.reserve(2);
    for (int count = 0; count < 2; ++count) {
      senders.emplace_back([&] {
        L_INT result = DICOM_SUCCESS;
        while (!stop && (result == DICOM_SUCCESS || result == DICOM_ERROR_NET_INVALID))
          result = client->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS);
        if (!stop) {
          EXPECT_EQ(result, DICOM_ERROR_NET_NOT_CONNECTED);
        }
      });
    }
    ASSERT_TRUE(log.Until("an answer", [&] { return log.CountFrom("client.OnReceiveCEchoResponse") != 0; }));
    round % 2 == 0 ? client->Close() : static_cast<void>(client->CloseForced(L_TRUE));
    stop = true;
    for (std::thread& sender : senders)
      sender.join();
    EXPECT_EQ(client->SendReleaseRequest(), DICOM_ERROR_NET_NOT_CONNECTED);
    log.Clear();
  }
}

TEST_F(ThreadsTest, CloseFromManyThreadsAtOnce) {
  for (int round = 0; round < 20; ++round) {
    Start();
    std::vector<std::thread> closers;
    closers.reserve(4);
    for (int count = 0; count < 4; ++count)
      closers.emplace_back([&] { client->Close(); });
    for (std::thread& closer : closers)
      closer.join();
    EXPECT_FALSE(client->IsActivated());
    world->DestroyAll();
    log.Clear();
  }
}

TEST_F(ThreadsTest, ListenersThatAreDestroyedWhileConnectionsArrive) {
  for (int round = 0; round < 40; ++round) {
    server = Make("server");
    port = Listen(*server);
    std::thread visitor([this] {
      for (int count = 0; count < 5; ++count) {
        LDicomNet visiting;
        visiting.Connect(nullptr, 0, "127.0.0.1", port, DICOM_IPTYPE_IPV4, 10000);
      }
    });
    if (round % 2 == 0) {
      ASSERT_TRUE(log.Has("server.OnAccept 0"));
    }
    world->Destroy(server);
    visitor.join();
    world->DestroyAll();
    log.Clear();
  }
}

// ---- Leaving nothing behind -------------------------------------------------------------------------------

TEST_F(ThreadsTest, TwoThousandQuickConnectionsFromFourThreads) {
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  constexpr std::size_t kThreadsKept = 32;  // workers that were needed a moment ago
  server = Make("server");
  // Room for all of them: what a full backlog drops, the visitor believes connected, and the listener never sees.
  port = Listen(*server, "127.0.0.1", DICOM_IPTYPE_IPV4, 2 * kThreads * kEach);
  {
    // What the library opens for itself is open from here on.
    LDicomNet first;
    ASSERT_EQ(first.Connect(nullptr, 0, "127.0.0.1", port, DICOM_IPTYPE_IPV4, -1), DICOM_SUCCESS);
  }
  ASSERT_TRUE(log.Until("no client", [&] { return server->GetClientCount() == 0 && log.Count("~acceptor") == 1; }));
  const std::size_t descriptors = OpenDescriptors().size();
  const std::size_t threads = ThreadCount();
  std::atomic<int> failures{0};
  std::vector<std::thread> visitors;
  visitors.reserve(kThreads);
  for (int index = 0; index < kThreads; ++index) {
    visitors.emplace_back([&, index] {
      for (int count = 0; count < kEach; ++count) {
        LDicomNet visitor;
        if (visitor.Connect(nullptr, 0, "127.0.0.1", port, DICOM_IPTYPE_IPV4, 10000) != DICOM_SUCCESS)
          ++failures;
        if ((index + count) % 2 == 0)
          visitor.CloseForced(L_TRUE);
      }
    });
  }
  for (std::thread& visitor : visitors)
    visitor.join();
  EXPECT_EQ(failures, 0);
  EXPECT_TRUE(log.Until("every acceptor's end", [&] { return log.Count("~acceptor") == 1 + kThreads * kEach; }));
  EXPECT_EQ(server->GetClientCount(), 0U);
  EXPECT_EQ(server->GetPendingCount(), 0U);
  EXPECT_TRUE(log.Until("no descriptor left", [&] { return OpenDescriptors().size() <= descriptors; }))
      << OpenDescriptors().size() << " of " << descriptors;
  EXPECT_LE(ThreadCount(), threads + kThreadsKept);
}

TEST(ShutDown, NestsAndStartsAgain) {
  LDicomNet::ShutDown();  // what the tests before this one have started
  const std::size_t threads = ThreadCount();
  ASSERT_EQ(LDicomNet::StartUp(), DICOM_SUCCESS);
  ASSERT_EQ(LDicomNet::StartUp(), DICOM_SUCCESS);
  EXPECT_GT(ThreadCount(), threads);
  {
    LDicomNet listener;
    ASSERT_EQ(listener.Listen("127.0.0.1", 0, 5), DICOM_SUCCESS);
    LDicomNet::ShutDown();
    EXPECT_TRUE(listener.IsActivated()) << "one StartUp is still open";
    EXPECT_FALSE(IsRefused(PortOf(listener)));
    LDicomNet::ShutDown();
    EXPECT_FALSE(listener.IsActivated());
    EXPECT_EQ(ThreadCount(), threads) << "every thread is joined";
    // The first use starts it again.
    ASSERT_EQ(listener.Listen("127.0.0.1", 0, 5), DICOM_SUCCESS);
    EXPECT_FALSE(IsRefused(PortOf(listener)));
  }
  LDicomNet::ShutDown();
  EXPECT_EQ(ThreadCount(), threads);
  LDicomNet::ShutDown();
  LDicomNet::Breathe();
}

TEST_F(ThreadsTest, ShutDownWithLiveObjects) {
  LDicomNet::ShutDown();  // what the tests before this one have started
  const std::size_t threads = ThreadCount();
  ASSERT_EQ(LDicomNet::StartUp(), DICOM_SUCCESS);
  Start();
  RawListener silent(0);
  silent.Fill();
  Probe& connecting = *Make("connecting");
  ASSERT_EQ(connecting.Connect(nullptr, 0, "127.0.0.1", silent.port()), DICOM_SUCCESS);
  RawPeer peer(port);
  Probe* const acceptor = Acceptor();
  LDicomNet::ShutDown();
  const std::size_t hooks = log.Entries().size();
  EXPECT_EQ(ThreadCount(), threads);
  for (const Probe* const probe : {server, client, acceptor, &connecting}) {
    EXPECT_FALSE(probe->IsActivated()) << probe->name();
    EXPECT_FALSE(probe->IsConnected()) << probe->name();
  }
  peer.AwaitEnd();
  EXPECT_EQ(client->SendReleaseRequest(), DICOM_ERROR_NET_NOT_CONNECTED);
  client->Close();
  EXPECT_EQ(log.Entries().size(), hooks) << "no hook comes after it";
  // And they can be used again.
  port = Listen(*server);
  Connect(*client, port);
  Associate(*client);
  world->DestroyAll();
  LDicomNet::ShutDown();
  EXPECT_EQ(ThreadCount(), threads);
}

TEST_F(ThreadsTest, ShutDownInsideAHook) {
  LDicomNet::ShutDown();  // what the tests before this one have started
  const std::size_t threads = ThreadCount();
  On("client.OnReceiveCEchoResponse", [](Probe& self, Call&) {
    LDicomNet::ShutDown();
    EXPECT_FALSE(self.IsActivated());
    self.world().log.Add("shut down");
  });
  Start();
  ASSERT_EQ(client->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("shut down"));
  EXPECT_FALSE(server->IsActivated());
  EXPECT_TRUE(log.Until("its own thread's end", [&] { return ThreadCount() == threads; }));
  world->Leave("client.OnReceiveCEchoResponse");
  port = Listen(*server);
  Connect(*client, port);
  Associate(*client);
  Echo(*client);
}

TEST_F(ThreadsTest, ShutDownWaitsForHooks) {
  Gate gate;
  const ObjectsEndHere end(*world);
  On("client.OnReceiveCEchoResponse", [&](Probe& self, Call&) {
    gate.Pass();
    self.world().log.Add("hook ends");
  });
  Start();
  ASSERT_EQ(client->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_TRUE(gate.AwaitArrivals(1));
  std::thread stopper([&] {
    LDicomNet::ShutDown();
    log.Add("shut down");
  });
  EXPECT_TRUE(log.Until("not listening", [&] { return server->IsActivated() == L_FALSE; }));
  EXPECT_EQ(log.Count("shut down"), 0U);
  gate.Open();
  stopper.join();
  EXPECT_LT(log.Place("hook ends"), log.Place("shut down"));
}

}  // namespace
}  // namespace test
