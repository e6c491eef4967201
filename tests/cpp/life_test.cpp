// The whole life of a server, its connection and a client in one process, as the first program of the interface's
// manual has it: in both dispatch modes, and every form of Connect.

#include <gtest/gtest.h>
#include <ltdic.h>
#include <poll.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "support/raw_peer.h"
#include "support/world.h"

namespace test {
namespace {

// ---- The program, with nothing of the tests' own in it -----------------------------------------------

// How the client waits for what it has asked for.
using Pump = void (*)();

class ServerConnection : public LDicomNet {
 public:
  ~ServerConnection() override { Close(); }

  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override {
    LDicomAssociate reply(L_FALSE);
    L_TCHAR text[PDU_MAX_UID_SIZE + 1];
    pPDU->GetCalled(text, sizeof(text));
    reply.SetCalled(text);
    pPDU->GetCalling(text, sizeof(text));
    reply.SetCalling(text);
    pPDU->GetImplementClass(text, sizeof(text));
    reply.SetImplementClass(L_TRUE, text);
    pPDU->GetImplementVersion(text, sizeof(text));
    reply.SetImplementVersion(L_TRUE, text);
    for (L_INT index = 0; index < pPDU->GetPresentationCount(); ++index) {
      const L_UCHAR id = pPDU->GetPresentation(index);
      pPDU->GetAbstract(id, text, sizeof(text));
      reply.AddPresentation(id, PDU_ACCEPT_RESULT_SUCCESS, text);
      if (pPDU->GetTransferCount(id) > 0) {
        pPDU->GetTransfer(id, 0, text, sizeof(text));
        reply.AddTransfer(id, text);
      } else {
        reply.AddTransfer(id, UID_IMPLICIT_VR_LITTLE_ENDIAN);
      }
    }
    EXPECT_EQ(SendAssociateAccept(&reply), DICOM_SUCCESS);
    EXPECT_NE(GetAssociate(), nullptr);
  }

  L_VOID OnReceiveReleaseRequest() override { EXPECT_EQ(SendReleaseResponse(), DICOM_SUCCESS); }

  L_VOID OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) override {
    EXPECT_STREQ(pszClass, UID_VERIFICATION_CLASS);
    EXPECT_EQ(SendCEchoResponse(nPresentationID, nMessageID, UID_VERIFICATION_CLASS, COMMAND_STATUS_SUCCESS),
              DICOM_SUCCESS);
  }
};

class Server : public LDicomNet {
 public:
  ~Server() override {
    Close();
    delete connection;
  }

  L_VOID OnAccept(L_INT nError) override {
    EXPECT_EQ(nError, DICOM_SUCCESS);
    connection = new ServerConnection;
    EXPECT_EQ(Accept(connection), DICOM_SUCCESS);
  }

  L_VOID OnClose(L_INT nError, LDicomNet* pNet) override {
    EXPECT_EQ(nError, DICOM_SUCCESS);
    EXPECT_EQ(pNet, connection);
    closed = true;
  }

  std::atomic<ServerConnection*> connection{nullptr};
  std::atomic<bool> closed{false};
};

class Client : public LDicomNet {
 public:
  ~Client() override { Close(); }

  L_VOID OnConnect(L_INT nError) override { Signal(nError); }
  L_VOID OnReceiveAssociateAccept(LDicomAssociate* pPDU) override {
    Signal(pPDU->GetResult(1) == PDU_ACCEPT_RESULT_SUCCESS ? DICOM_SUCCESS : -1);
  }
  L_VOID OnReceiveReleaseResponse() override { Signal(DICOM_SUCCESS); }
  L_VOID OnReceiveCEchoResponse(L_UCHAR, L_UINT16 nMessageID, L_TCHAR*, L_UINT16 nStatus) override {
    EXPECT_EQ(nMessageID, 1);
    Signal(nStatus);
  }

  // The result that the next hook stores; -1000 when none comes.
  L_INT Await(Pump pump) {
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    while (!signalled_.exchange(false)) {
      if (std::chrono::steady_clock::now() > deadline)
        return -1000;
      pump();
    }
    return result_;
  }

 private:
  void Signal(L_INT result) {
    result_ = result;
    signalled_ = true;
  }

  std::atomic<L_INT> result_{0};
  std::atomic<bool> signalled_{false};
};

std::unique_ptr<LDicomAssociate> ProgramsRequest() {
  auto request = std::make_unique<LDicomAssociate>(L_TRUE);
  EXPECT_EQ(request->SetCalled("LEAD_SERVER"), DICOM_SUCCESS);
  EXPECT_EQ(request->SetCalling("LEAD_CLIENT"), DICOM_SUCCESS);
  EXPECT_EQ(request->SetImplementClass(L_TRUE, "1.2.840.114257.1123456"), DICOM_SUCCESS);
  EXPECT_EQ(request->SetImplementVersion(L_TRUE, "1"), DICOM_SUCCESS);
  EXPECT_EQ(request->SetMaxLength(L_TRUE, 0x100000), DICOM_SUCCESS);
  EXPECT_EQ(request->AddPresentation(1, 0, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  EXPECT_EQ(request->AddTransfer(1, UID_IMPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  return request;
}

void RunProgram(L_INT dispatch_mode, Pump pump) {
  ASSERT_EQ(LDicomNet::StartUp(), DICOM_SUCCESS);
  {
    Server server;
    ASSERT_EQ(server.SetDispatchMode(dispatch_mode), DICOM_SUCCESS);
    ASSERT_EQ(server.Listen("127.0.0.1", 0, 1), DICOM_SUCCESS);
    auto client = std::make_unique<Client>();
    ASSERT_EQ(client->SetDispatchMode(dispatch_mode), DICOM_SUCCESS);
    const unsigned local_port = FreePort();
    ASSERT_EQ(client->Connect(nullptr, local_port, "127.0.0.1", PortOf(server)), DICOM_SUCCESS);
    ASSERT_EQ(client->Await(pump), DICOM_SUCCESS);
    ASSERT_TRUE(client->IsConnected());
    EXPECT_EQ(PortOf(*client), local_port);

    const std::unique_ptr<LDicomAssociate> request = ProgramsRequest();
    ASSERT_EQ(client->SendAssociateRequest(request.get()), DICOM_SUCCESS);
    ASSERT_EQ(client->Await(pump), DICOM_SUCCESS);
    ASSERT_TRUE(client->IsAssociated());
    ASSERT_NE(client->GetAssociate(), nullptr);
    const L_UCHAR id = client->GetAssociate()->FindAbstract(UID_VERIFICATION_CLASS);
    ASSERT_EQ(id, 1);
    ASSERT_EQ(client->SendCEchoRequest(id, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
    ASSERT_EQ(client->Await(pump), COMMAND_STATUS_SUCCESS);
    ASSERT_EQ(client->SendReleaseRequest(), DICOM_SUCCESS);
    ASSERT_EQ(client->Await(pump), DICOM_SUCCESS);
    EXPECT_EQ(client->CloseForced(L_TRUE), DICOM_SUCCESS);
    client.reset();
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    while (!server.closed && std::chrono::steady_clock::now() < deadline)
      pump();
    EXPECT_TRUE(server.closed);
  }
  LDicomNet::ShutDown();
}

TEST(Life, InThreads) {
  RunProgram(DICOMNET_DISPATCH_THREADS, [] { std::this_thread::yield(); });
}

TEST(Life, PumpedByWait) {
  RunProgram(DICOMNET_DISPATCH_PUMP, [] { LDicomNet::Wait(1000); });
}

TEST(Life, PumpedByBreathe) {
  RunProgram(DICOMNET_DISPATCH_PUMP, [] {
    LDicomNet::Breathe();
    std::this_thread::yield();
  });
}

TEST(Life, PumpedByThePollOfAnEventLoop) {
  RunProgram(DICOMNET_DISPATCH_PUMP, [] {
    pollfd entry = {static_cast<int>(LDicomNet::GetEventHandle()), POLLIN, 0};
    ASSERT_GE(entry.fd, 0);
    if (poll(&entry, 1, 1000) == 1)
      LDicomNet::Breathe();
  });
}

TEST(Life, AgainAfterTheShutDown) {
  for (int round = 0; round < 3; ++round)
    RunProgram(DICOMNET_DISPATCH_THREADS, [] { std::this_thread::yield(); });
}

// ---- Pump mode ------------------------------------------------------------------------------------------

class PumpTest : public NetTest {
 protected:
  // What objects that are gone have left in the pump.
  void SetUp() override {
    while (LDicomNet::Wait(0)) {
    }
  }
  Probe* MakePumped(const std::string& name) {
    Probe* const probe = Make(name);
    EXPECT_EQ(probe->SetDispatchMode(DICOMNET_DISPATCH_PUMP), DICOM_SUCCESS);
    return probe;
  }
  // Pumps until the entry is there.
  ::testing::AssertionResult Pumped(const std::string& entry) {
    return log.Until(entry, [&] {
      LDicomNet::Breathe();
      return log.Count(entry) != 0;
    });
  }
};

TEST_F(PumpTest, HooksComeOnlyInsideAndOnTheCallersThread) {
  const std::thread::id here = std::this_thread::get_id();
  bool inside = false;
  const ObjectsEndHere end(*world);
  const Action check = [&](Probe&, Call& call) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    EXPECT_TRUE(inside);
    call.base();
  };
  for (const char* const hook :
       {"client.OnConnect", "client.OnReceive", "client.OnSend", "client.OnClose", "client.OnReceiveAssociateAccept",
        "acceptor.OnReceive", "acceptor.OnSend", "server.OnCondition", "client.OnReceiveAbort"})
    On(hook, check);
  Probe& server = *MakePumped("server");
  const L_UINT port = Listen(server);
  Probe& client = *MakePumped("client");
  ASSERT_EQ(client.Connect(nullptr, 0, "127.0.0.1", port), DICOM_SUCCESS);
  // The library connects and takes the connection by itself; only the hooks wait.
  ASSERT_TRUE(log.Until("connected", [&] { return client.IsConnected() == L_TRUE; }));
  EXPECT_TRUE(log.Entries().empty());
  inside = true;
  ASSERT_TRUE(Pumped("client.OnConnect 0"));
  ASSERT_TRUE(Pumped("server.OnAccept 0"));
  inside = false;
  ASSERT_EQ(client.SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  inside = true;
  ASSERT_TRUE(Pumped("client.OnReceiveAssociateAccept"));
  ASSERT_EQ(client.SendAbort(PDU_ABORT_SOURCE_USER, 0), DICOM_SUCCESS);
  ASSERT_TRUE(Pumped("acceptor.OnReceiveAbort 0 0"));
}

TEST_F(PumpTest, AcceptedObjectsFollowTheirListener) {
  Probe& server = *MakePumped("server");
  const L_UINT port = Listen(server);
  On("server.OnCondition", [](Probe&, Call& call) { call.answer = DICOM_CONDITION_DEFER; });
  const RawPeer peer(port);
  peer.Send(wire::AssociateRequest());
  ASSERT_TRUE(Pumped("server.OnCondition"));
  ASSERT_TRUE(log.Until("pending", [&] { return server.GetPendingCount() == 1; }));
  ASSERT_EQ(server.Accept(Make("acceptor")), DICOM_SUCCESS);
  // Something of threads goes there and back; nothing of the pump's has come meanwhile.
  Probe& other = *Make("other");
  const L_UINT other_port = Listen(other);
  Probe& client = *Make("client");
  Connect(client, other_port);
  EXPECT_EQ(log.CountFrom("acceptor."), 0U);
  ASSERT_TRUE(Pumped("acceptor.OnReceiveAssociateRequest"));
}

TEST_F(PumpTest, ConnectThatWaitsNeedsNoPump) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  Probe& client = *MakePumped("client");
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", port, DICOM_IPTYPE_IPV4, -1), DICOM_SUCCESS);
  EXPECT_EQ(log.CountFrom("client."), 0U);
  EXPECT_TRUE(Pumped("client.OnConnect 0"));
}

TEST_F(PumpTest, WaitEndsInTime) {
  EXPECT_FALSE(LDicomNet::Wait(0));
  constexpr int kTimeMs = 30;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(LDicomNet::Wait(kTimeMs));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(kTimeMs));
  EXPECT_FALSE(LDicomNet::Wait(-2));
}

TEST_F(PumpTest, WaitForEverEndsWithTheNextHook) {
  Probe& server = *MakePumped("server");
  const L_UINT port = Listen(server);
  const RawPeer peer(port);
  EXPECT_TRUE(LDicomNet::Wait(-1));
  EXPECT_TRUE(Pumped("server.OnAccept 0"));
}

TEST_F(PumpTest, TheEventHandleIsReadableWhileThereIsWork) {
  pollfd entry = {static_cast<int>(LDicomNet::GetEventHandle()), POLLIN, 0};
  ASSERT_GE(entry.fd, 0);
  EXPECT_EQ(poll(&entry, 1, 0), 0);
  Probe& server = *MakePumped("server");
  const RawPeer peer(Listen(server));
  EXPECT_EQ(poll(&entry, 1, 10000), 1);
  EXPECT_EQ(poll(&entry, 1, 0), 1) << "it stays readable until it is pumped";
  ASSERT_TRUE(Pumped("server.OnAccept 0"));
  EXPECT_TRUE(log.Until("nothing is left", [&] {
    LDicomNet::Breathe();
    return poll(&entry, 1, 0) == 0;
  }));
}

TEST_F(PumpTest, HookMayPumpAndCloseOthers) {
  Probe& server = *MakePumped("server");
  const L_UINT port = Listen(server);
  Probe& client = *MakePumped("client");
  On("client.OnConnect", [this](Probe& self, Call&) {
    // A dialog in a GUI program does this.
    EXPECT_TRUE(Pumped("server.OnAccept 0"));
    EXPECT_EQ(self.SendAssociateRequest(Request().get()), DICOM_SUCCESS);
    EXPECT_TRUE(Pumped("acceptor.OnReceiveAssociateRequest"));
    EXPECT_EQ(log.Count("client.OnReceiveAssociateAccept"), 0U) << "a hook of this object inside another";
  });
  ASSERT_EQ(client.Connect(nullptr, 0, "127.0.0.1", port), DICOM_SUCCESS);
  ASSERT_TRUE(Pumped("client.OnReceiveAssociateAccept"));
}

TEST_F(PumpTest, ModeIsSetBeforehand) {
  LDicomNet net;
  EXPECT_EQ(net.SetDispatchMode(2), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(net.SetDispatchMode(-1), DICOM_ERROR_PARAMETER);
  ASSERT_EQ(net.Listen("127.0.0.1", 0, 1), DICOM_SUCCESS);
  EXPECT_EQ(net.SetDispatchMode(DICOMNET_DISPATCH_PUMP), DICOM_ERROR_NET_IS_CONNECTED);
  net.Close();
  EXPECT_EQ(net.SetDispatchMode(DICOMNET_DISPATCH_PUMP), DICOM_SUCCESS);
}

TEST_F(PumpTest, CloseOfAPumpedObjectNeedsNoPump) {
  Probe& server = *MakePumped("server");
  const L_UINT port = Listen(server);
  Probe& client = *MakePumped("client");
  ASSERT_EQ(client.Connect(nullptr, 0, "127.0.0.1", port, DICOM_IPTYPE_IPV4, -1), DICOM_SUCCESS);
  client.Close();
  server.Close();
  LDicomNet::Breathe();
  EXPECT_TRUE(log.Entries().empty());
}

// ---- Connect ----------------------------------------------------------------------------------------------

class ConnectTest : public NetTest {};

TEST_F(ConnectTest, EveryFormArrives) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server, "*", DICOM_IPTYPE_IPV4_OR_IPV6);
  struct Form {
    const char* local;
    const char* peer;
    L_INT ip_type;
    const char* peer_text;
  };
  const Form forms[] = {
      {nullptr, "127.0.0.1", DICOM_IPTYPE_IPV4, "127.0.0.1"},
      {"", "127.0.0.1", DICOM_IPTYPE_IPV4_OR_IPV6, "127.0.0.1"},
      {nullptr, "::1", DICOM_IPTYPE_IPV6, "::1"},
      {nullptr, "::1", DICOM_IPTYPE_IPV4_OR_IPV6, "::1"},
      {"127.0.0.1", "127.0.0.1", DICOM_IPTYPE_IPV4, "127.0.0.1"},
      {"::1", "::1", DICOM_IPTYPE_IPV6, "::1"},
      {"*", "127.0.0.1", DICOM_IPTYPE_IPV4, "127.0.0.1"},
      {nullptr, "localhost", DICOM_IPTYPE_IPV4, "127.0.0.1"},
      {nullptr, "localhost", DICOM_IPTYPE_IPV4_OR_IPV6, nullptr},
  };
  for (const Form& form : forms) {
    SCOPED_TRACE(form.peer);
    Probe& client = *Make("client");
    log.Clear();
    ASSERT_EQ(client.Connect(form.local, 0, form.peer, port, form.ip_type), DICOM_SUCCESS);
    EXPECT_TRUE(client.IsActivated());
    ASSERT_TRUE(log.Has("client.OnConnect 0"));
    EXPECT_TRUE(client.IsConnected());
    L_TCHAR address[NET_MAX_ADDRESS_SIZE_EX];
    ASSERT_EQ(client.GetPeerInfo(address, sizeof(address), nullptr), DICOM_SUCCESS);
    if (form.peer_text != nullptr) {
      EXPECT_STREQ(address, form.peer_text);
    }
    EXPECT_EQ(PeerPortOf(client), port);
    client.Close();

    // And the same, waited for.
    LDicomNet waiting;
    EXPECT_EQ(waiting.Connect(form.local, 0, form.peer, port, form.ip_type, 10000), DICOM_SUCCESS);
    EXPECT_TRUE(waiting.IsConnected());
  }
}

TEST_F(ConnectTest, RefusedAtOnce) {
  Probe& client = *Make("client");
  EXPECT_EQ(client.Connect(nullptr, 0, nullptr, 104), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(client.Connect(nullptr, 0, nullptr, 104, DICOM_IPTYPE_IPV4, -1), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(client.Connect(nullptr, 0, "", 104), DICOM_ERROR_NET_DESTINATION_REQUIRED);
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", 65536), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(client.Connect(nullptr, 65536, "127.0.0.1", 104), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", 104, DICOM_IPTYPE_NONE), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", 104, 99), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", 104, DICOM_IPTYPE_IPV4, -2), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(client.Connect(nullptr, 0, "::1", 104), DICOM_IPV4_IPV6_CONFLICT);
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", 104, DICOM_IPTYPE_IPV6), DICOM_IPV4_IPV6_CONFLICT);
  EXPECT_EQ(client.Connect("::1", 0, "127.0.0.1", 104, DICOM_IPTYPE_IPV4), DICOM_IPV4_IPV6_CONFLICT);
  EXPECT_EQ(client.Connect(nullptr, 0, "fe80::1", 104, DICOM_IPTYPE_IPV6), DICOM_ERROR_PARAMETER);
  EXPECT_FALSE(client.IsActivated());
  EXPECT_TRUE(log.Entries().empty());
}

TEST_F(ConnectTest, NobodyListens) {
  Probe& client = *Make("client");
  ASSERT_EQ(client.Connect(nullptr, 0, "127.0.0.1", FreePort()), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("client.OnConnect 35"));
  EXPECT_FALSE(client.IsActivated());
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", FreePort(), DICOM_IPTYPE_IPV4, -1),
            DICOM_ERROR_NET_CONNECTION_REFUSED);
  EXPECT_TRUE(log.Has("client.OnConnect 35", 2));
  // Free for another try at once.
  Probe& server = *Make("server");
  Connect(client, Listen(server));
}

TEST_F(ConnectTest, FromAnAddressThatIsNotOurs) {
  Probe& client = *Make("client");
  ASSERT_EQ(client.Connect("203.0.113.77", 0, "127.0.0.1", 104), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("client.OnConnect " + std::to_string(DICOM_ERROR_NET_ADDRESS_NOT_AVAILABLE)));
}

TEST_F(ConnectTest, FromAPortThatIsTaken) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  LDicomNet taken;
  ASSERT_EQ(taken.Listen("127.0.0.1", 0, 1), DICOM_SUCCESS);
  LDicomNet client;
  EXPECT_EQ(client.Connect("127.0.0.1", PortOf(taken), "127.0.0.1", port, DICOM_IPTYPE_IPV4, -1),
            DICOM_ERROR_NET_ADDRESS_IN_USE);
}

TEST_F(ConnectTest, ANameThatNobodyKnows) {
  Probe& client = *Make("client");
  ASSERT_EQ(client.Connect(nullptr, 0, "no-such-host.invalid", 104), DICOM_SUCCESS);
  // Which of the resolver's errors it is depends on whether a name server can be asked.
  EXPECT_TRUE(log.Until("the resolver's answer", [&] {
    return log.Count("client.OnConnect 58") + log.Count("client.OnConnect 59") + log.Count("client.OnConnect 60") +
               log.Count("client.OnConnect 63") ==
           1;
  }));
}

TEST_F(ConnectTest, AnAttemptThatNobodyAnswersIsGivenUp) {
  RawListener silent(0);
  silent.Fill();
  Probe& client = *Make("client");
  constexpr int kTimeMs = 50;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", silent.port(), DICOM_IPTYPE_IPV4, kTimeMs),
            DICOM_ERROR_NET_TIME_OUT);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(kTimeMs));
  EXPECT_FALSE(client.IsActivated());
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", silent.port(), DICOM_IPTYPE_IPV4, 0), DICOM_ERROR_NET_TIME_OUT);
  EXPECT_TRUE(log.Entries().empty());
  Probe& server = *Make("server");
  Connect(client, Listen(server));
}

TEST_F(ConnectTest, BothFamiliesAreTried) {
  // "localhost" has both; only one of them is listened on.
  for (const L_INT ip_type : {DICOM_IPTYPE_IPV4, DICOM_IPTYPE_IPV6}) {
    LDicomNet server;
    ASSERT_EQ(server.Listen(ip_type == DICOM_IPTYPE_IPV4 ? "127.0.0.1" : "::1", 0, 5, ip_type), DICOM_SUCCESS);
    LDicomNet client;
    const L_INT outcome = client.Connect(nullptr, 0, "localhost", PortOf(server), DICOM_IPTYPE_IPV4_OR_IPV6, 10000);
    // Where localhost has no IPv6 address, there is nothing to try.
    const bool may_refuse = ip_type == DICOM_IPTYPE_IPV6;
    EXPECT_TRUE(outcome == DICOM_SUCCESS || (may_refuse && outcome == DICOM_ERROR_NET_CONNECTION_REFUSED)) << outcome;
  }
}

TEST_F(ConnectTest, CloseWhileConnecting) {
  RawListener silent(0);
  silent.Fill();
  Probe& client = *Make("client");
  ASSERT_EQ(client.Connect(nullptr, 0, "127.0.0.1", silent.port()), DICOM_SUCCESS);
  EXPECT_TRUE(client.IsActivated());
  EXPECT_FALSE(client.IsConnected());
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", silent.port()), DICOM_ERROR_NET_IS_CONNECTED);
  client.Close();
  EXPECT_FALSE(client.IsActivated());
  Probe& server = *Make("server");
  Connect(client, Listen(server));
  EXPECT_EQ(log.CountFrom("client.OnConnect"), 1U);
}

TEST_F(ConnectTest, CloseEndsAWaitingConnect) {
  RawListener silent(0);
  silent.Fill();
  Probe& client = *Make("client");
  std::thread waiter([&] {
    const L_INT outcome = client.Connect(nullptr, 0, "127.0.0.1", silent.port(), DICOM_IPTYPE_IPV4, -1);
    log.Add("ended " + std::to_string(outcome));
  });
  EXPECT_TRUE(log.Until("connecting", [&] { return client.IsActivated() == L_TRUE; }));
  client.Close();
  EXPECT_TRUE(log.Has("ended " + std::to_string(DICOM_ERROR_NET_CONNECTION_ABORTED)));
  waiter.join();
  EXPECT_EQ(log.CountFrom("client.OnConnect"), 0U);
}

TEST_F(ConnectTest, AgainAfterTheEnd) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  Probe& client = *Make("client");
  for (L_UINT16 life = 1; life <= 3; ++life) {
    Connect(client, port);
    Associate(client);
    Echo(client, life);
    client.Close();
    EXPECT_FALSE(client.IsConnected());
    EXPECT_EQ(client.SendReleaseRequest(), DICOM_ERROR_NET_NOT_CONNECTED);
  }
}

TEST(Names, WindowClassNameIsEmpty) {
  EXPECT_STREQ(LDicomNet::GetWindowNetClassName(), "");
}

TEST(Helpers, MadeObjectsCloseThemselves) {
  static_assert(!std::is_copy_constructible<LDicomNet>::value, "an object is one connection");
  const std::unique_ptr<LDicomNet> listener = ldicomnet::Make<LDicomNet>();
  EXPECT_EQ(listener->Listen("127.0.0.1", 0, 5), DICOM_SUCCESS);
  ldicomnet::Closing<Client> client;
  EXPECT_EQ(client.Connect(nullptr, 0, "127.0.0.1", PortOf(*listener)), DICOM_SUCCESS);
}

}  // namespace
}  // namespace test
