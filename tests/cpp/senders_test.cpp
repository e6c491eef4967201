// What Send* and the queries answer in every state of an object, and the options.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/raw_peer.h"
#include "support/world.h"

namespace test {
namespace {

// Every sender, by name, with arguments that would do.
using Sender = std::pair<std::string, std::function<L_INT(LDicomNet&)>>;

L_INT SendStore(LDicomNet& net, L_UCHAR context, LDicomDS* data) {
  LDicomDS command;
  MakeStoreRequest(command, 1);
  return net.SendData(context, &command, data);
}

// A response with a data set: no window keeps it back.
L_INT SendFound(LDicomNet& net, L_UCHAR context, LDicomDS* data) {
  LDicomDS command;
  command.InitCS(COMMAND_C_FIND, L_FALSE);
  return net.SendData(context, &command, data);
}

const std::vector<Sender>& Senders() {
  static const std::vector<Sender> senders = {
      {"AssociateRequest", [](LDicomNet& net) { return net.SendAssociateRequest(Request().get()); }},
      {"AssociateAccept", [](LDicomNet& net) { return net.SendAssociateAccept(AnswerTo(*Request()).get()); }},
      {"AssociateReject", [](LDicomNet& net) { return net.SendAssociateReject(1, 1, 1); }},
      {"ReleaseRequest", [](LDicomNet& net) { return net.SendReleaseRequest(); }},
      {"ReleaseResponse", [](LDicomNet& net) { return net.SendReleaseResponse(); }},
      {"Abort", [](LDicomNet& net) { return net.SendAbort(PDU_ABORT_SOURCE_USER, 0); }},
      {"Data", [](LDicomNet& net) { return SendStore(net, kStorage, nullptr); }},
      {"CEchoRequest", [](LDicomNet& net) { return net.SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS); }},
      {"CEchoResponse",
       [](LDicomNet& net) { return net.SendCEchoResponse(kVerification, 1, UID_VERIFICATION_CLASS, 0); }},
  };
  return senders;
}

// Where an association has ended: the transport connection may still be open, for the peer to close, or gone already.
void ExpectEnded(LDicomNet& net) {
  for (const Sender& sender : Senders()) {
    const L_INT error = sender.second(net);
    EXPECT_TRUE(error == DICOM_ERROR_NET_INVALID || error == DICOM_ERROR_NET_NOT_CONNECTED)
        << "Send" << sender.first << ": " << error;
  }
}

// Calls every sender but those that the state allows.
void ExpectAll(LDicomNet& net, L_INT error, const std::vector<std::string>& but = {}) {
  for (const Sender& sender : Senders()) {
    bool allowed = false;
    for (const std::string& name : but)
      allowed = allowed || name == sender.first;
    if (!allowed) {
      EXPECT_EQ(sender.second(net), error) << "Send" << sender.first;
    }
  }
}

class SendersTest : public NetTest {
 protected:
  // The client, associated with a bare socket.
  RawPeer AssociateWith(const RawListener& raw) {
    EXPECT_EQ(client->Connect(nullptr, 0, "127.0.0.1", raw.port()), DICOM_SUCCESS);
    RawPeer peer = raw.Accept();
    EXPECT_TRUE(log.Has("client.OnConnect 0"));
    EXPECT_EQ(client->SendAssociateRequest(Request().get()), DICOM_SUCCESS);
    EXPECT_FALSE(peer.Receive().empty());
    peer.Send(wire::AssociateAccept());
    EXPECT_TRUE(log.Has("client.OnReceiveAssociateAccept"));
    return peer;
  }
  // Sends large messages until one is refused, and gives its error.
  L_INT SendUntilRefused() {
    const std::vector<L_UCHAR> bytes(4U << 20);
    LDicomDS data;
    EXPECT_EQ(data.SetEncoded(bytes.data(), static_cast<L_UINT32>(bytes.size())), DICOM_SUCCESS);
    L_INT result = DICOM_SUCCESS;
    for (int count = 0; count < 64 && result == DICOM_SUCCESS; ++count)
      result = SendStore(*client, kStorage, &data);
    return result;
  }
  void SetUp() override {
    server = Make("server");
    port = Listen(*server);
    client = Make("client");
  }
  Probe* Acceptor() { return static_cast<Probe*>(server->GetClient(0)); }

  Probe* server = nullptr;
  Probe* client = nullptr;
  L_UINT port = 0;
};

TEST_F(SendersTest, WithoutAConnection) {
  ExpectAll(*client, DICOM_ERROR_NET_NOT_CONNECTED);
  ExpectAll(*server, DICOM_ERROR_NET_NOT_CONNECTED);
  RawListener silent(0);
  silent.Fill();
  ASSERT_EQ(client->Connect(nullptr, 0, "127.0.0.1", silent.port()), DICOM_SUCCESS);
  ExpectAll(*client, DICOM_ERROR_NET_NOT_CONNECTED);
  client->Close();
  ExpectAll(*client, DICOM_ERROR_NET_NOT_CONNECTED);
}

TEST_F(SendersTest, BeforeAnAssociation) {
  On("server.OnAccept", [](Probe&, Call&) {});
  Connect(*client, port);
  ExpectAll(*client, DICOM_ERROR_NET_INVALID, {"AssociateRequest"});
  Probe* const acceptor = Make("acceptor");
  ASSERT_EQ(server->Accept(acceptor, -1), DICOM_SUCCESS);
  ExpectAll(*acceptor, DICOM_ERROR_NET_INVALID);
  // Nothing was sent.
  EXPECT_EQ(log.CountFrom("client.OnSend"), 0U);
  Associate(*client);
}

TEST_F(SendersTest, WhileAnAssociationIsAskedFor) {
  Gate gate;
  const ObjectsEndHere end(*world);
  On("acceptor.OnReceiveAssociateRequest", [&](Probe& acceptor, Call& call) {
    ExpectAll(acceptor, DICOM_ERROR_NET_INVALID, {"AssociateAccept", "AssociateReject", "Abort"});
    EXPECT_FALSE(acceptor.IsAssociated());
    EXPECT_EQ(acceptor.SendAssociateReject(0, 1, 1), DICOM_ERROR_PARAMETER);
    EXPECT_EQ(acceptor.SendAssociateReject(1, 4, 1), DICOM_ERROR_PARAMETER);
    EXPECT_EQ(acceptor.SendAssociateReject(1, 1, 4), DICOM_ERROR_PARAMETER);
    EXPECT_EQ(acceptor.SendAbort(1, 0), DICOM_ERROR_PARAMETER);
    EXPECT_EQ(acceptor.SendAbort(2, 3), DICOM_ERROR_PARAMETER);
    gate.Pass();
    EXPECT_EQ(acceptor.SendAssociateAccept(AnswerTo(*call.associate).get()), DICOM_SUCCESS);
  });
  Connect(*client, port);
  ASSERT_EQ(client->SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  ExpectAll(*client, DICOM_ERROR_NET_INVALID, {"Abort"});
  EXPECT_FALSE(client->IsAssociated());
  gate.Open();
  ASSERT_TRUE(log.Has("client.OnReceiveAssociateAccept"));
}

TEST_F(SendersTest, WithAnAssociation) {
  Connect(*client, port);
  Associate(*client);
  const std::vector<std::string> allowed = {"ReleaseRequest", "Abort", "Data", "CEchoRequest", "CEchoResponse"};
  ExpectAll(*client, DICOM_ERROR_NET_INVALID, allowed);
  ASSERT_NE(Acceptor(), nullptr);
  ExpectAll(*Acceptor(), DICOM_ERROR_NET_INVALID, allowed);
  Echo(*client);
}

TEST_F(SendersTest, OptimizedOrNot) {
  server->EnableOptimizedSend(L_FALSE);
  client->EnableOptimizedSend(L_FALSE);
  Connect(*client, port);
  Associate(*client);
  for (L_UINT16 message_id = 1; message_id <= 20; ++message_id)
    Echo(*client, message_id);
  client->EnableOptimizedSend(L_TRUE);
  for (L_UINT16 message_id = 21; message_id <= 40; ++message_id)
    Echo(*client, message_id);
  EXPECT_TRUE(log.Has("client.OnSend 4", 40));
  EXPECT_TRUE(log.Has("acceptor.OnSend 4", 40));
  ASSERT_EQ(client->SendReleaseRequest(), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("client.OnReceiveReleaseResponse"));
}

TEST_F(SendersTest, WhileAReleaseIsAskedFor) {
  On("acceptor.OnReceiveReleaseRequest", [this](Probe& acceptor, Call&) {
    ExpectAll(acceptor, DICOM_ERROR_NET_INVALID, {"ReleaseResponse", "Abort", "Data", "CEchoRequest", "CEchoResponse"});
    // PS3.8 7.2: the one who was asked may still send what is under way.
    EXPECT_EQ(acceptor.SendCEchoRequest(kVerification, 77, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
    EXPECT_TRUE(log.Has("client.OnReceiveCEchoRequest 1 77"));
    EXPECT_EQ(acceptor.SendReleaseResponse(), DICOM_SUCCESS);
    ExpectEnded(acceptor);
  });
  On("client.OnReceiveCEchoRequest", [](Probe& self, Call&) {
    ExpectAll(self, DICOM_ERROR_NET_INVALID, {"Abort"});
    EXPECT_FALSE(self.IsAssociated());
  });
  Connect(*client, port);
  Associate(*client);
  ASSERT_EQ(client->SendReleaseRequest(), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("client.OnReceiveReleaseResponse"));
  ASSERT_TRUE(log.Has("client.OnClose 0"));
  ExpectAll(*client, DICOM_ERROR_NET_NOT_CONNECTED);
}

TEST_F(SendersTest, AfterAnAbort) {
  On("acceptor.OnReceiveAbort", [](Probe& acceptor, Call&) {
    ExpectEnded(acceptor);
    acceptor.world().log.Add("checked");
  });
  Connect(*client, port);
  Associate(*client);
  ASSERT_EQ(client->SendAbort(PDU_ABORT_SOURCE_USER, 0), DICOM_SUCCESS);
  ExpectEnded(*client);
  EXPECT_TRUE(log.Has("checked"));
  ASSERT_TRUE(log.Has("client.OnClose 0"));
  ExpectAll(*client, DICOM_ERROR_NET_NOT_CONNECTED);
  EXPECT_EQ(log.CountFrom("client.OnSend"), 2U) << "the request and the abort";
}

TEST_F(SendersTest, AfterThePeerHasGone) {
  const RawListener raw;
  RawPeer peer = AssociateWith(raw);
  peer.Reset();
  ASSERT_TRUE(log.Has("client.OnClose " + std::to_string(DICOM_ERROR_NET_CONNECTION_RESET)));
  ExpectAll(*client, DICOM_ERROR_NET_NOT_CONNECTED);
  EXPECT_FALSE(client->IsConnected());
  EXPECT_FALSE(client->IsAssociated());
}

TEST_F(SendersTest, WrongArguments) {
  Connect(*client, port);
  Associate(*client);
  EXPECT_EQ(client->SendAssociateRequest(nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(client->SendAssociateAccept(nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(client->SendData(kStorage, nullptr, nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(client->SendCEchoRequest(kVerification, 1, nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(client->SendCEchoResponse(kVerification, 1, nullptr, 0), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(client->SendCEchoRequest(kVerification, 1, "no uid"), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(client->SendCEchoResponse(kVerification, 1, "1..2", 0), DICOM_ERROR_PARAMETER);
  LDicomDS empty;
  EXPECT_EQ(client->SendData(kStorage, &empty, nullptr), DICOM_ERROR_PARAMETER);
  for (const L_UCHAR id : {0, 2, 5, 255}) {
    EXPECT_EQ(client->SendCEchoRequest(id, 1, UID_VERIFICATION_CLASS), DICOM_ERROR_PDU_ID);
    EXPECT_EQ(SendStore(*client, id, nullptr), DICOM_ERROR_PDU_ID);
  }
  EXPECT_EQ(client->SendAssociateRequest(AnswerTo(*Request()).get()), DICOM_ERROR_PDU_TYPE);
  EXPECT_EQ(client->SendAssociateAccept(Request().get()), DICOM_ERROR_PDU_TYPE);
  Echo(*client);
}

TEST_F(SendersTest, APeerThatCannotTakeAnyMessage) {
  RawListener raw;
  ASSERT_EQ(client->Connect(nullptr, 0, "127.0.0.1", raw.port()), DICOM_SUCCESS);
  RawPeer peer = raw.Accept();
  ASSERT_TRUE(log.Has("client.OnConnect 0"));
  ASSERT_EQ(client->SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  EXPECT_FALSE(peer.Receive().empty());
  ByteVector answer = wire::AssociateAccept();
  // The maximum length item, 0x51 with four bytes, made 1.
  for (std::size_t index = 0; index + 8 <= answer.size(); ++index) {
    if (answer[index] == 0x51 && answer[index + 3] == 4)
      std::copy_n(ByteVector{0, 0, 0, 1}.begin(), 4, answer.begin() + static_cast<std::ptrdiff_t>(index) + 4);
  }
  peer.Send(answer);
  ASSERT_TRUE(log.Has("client.OnReceiveAssociateAccept"));
  EXPECT_EQ(client->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_ERROR_PDU_LENGTH);
  EXPECT_EQ(peer.Receive(), wire::Abort(0, 0));
}

TEST_F(SendersTest, QueriesInEveryState) {
  EXPECT_FALSE(client->IsActivated());
  EXPECT_FALSE(client->IsConnected());
  EXPECT_FALSE(client->IsAssociated());
  EXPECT_EQ(client->GetQueueSend(), 0U);
  EXPECT_EQ(client->GetServer(), nullptr);
  EXPECT_EQ(client->GetClientCount(), 0U);
  EXPECT_EQ(client->GetAssociate(), nullptr);
  EXPECT_EQ(client->GetCommandSet(), nullptr);
  EXPECT_EQ(client->GetSecureMode(), DICOM_SECURE_NONE);
  Connect(*client, port);
  EXPECT_TRUE(client->IsActivated());
  EXPECT_TRUE(client->IsConnected());
  EXPECT_FALSE(client->IsAssociated());
  EXPECT_EQ(client->GetAssociate(), nullptr);
  Associate(*client);
  EXPECT_TRUE(client->IsAssociated());
  ASSERT_TRUE(log.Has("acceptor.OnSend 2"));
  ASSERT_NE(Acceptor(), nullptr);
  EXPECT_TRUE(Acceptor()->IsAssociated());
  EXPECT_EQ(Acceptor()->GetServer(), server);
  EXPECT_EQ(client->GetServer(), nullptr);
  ASSERT_EQ(client->SendReleaseRequest(), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("client.OnClose 0"));
  EXPECT_FALSE(client->IsAssociated());
  EXPECT_FALSE(client->IsConnected());
  EXPECT_FALSE(client->IsActivated());
}

TEST_F(SendersTest, APeerThatDoesNotReadFillsTheQueue) {
  RawListener raw;
  ASSERT_EQ(client->Connect(nullptr, 0, "127.0.0.1", raw.port()), DICOM_SUCCESS);
  RawPeer peer = raw.Accept();
  ASSERT_TRUE(log.Has("client.OnConnect 0"));
  ASSERT_EQ(client->SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  EXPECT_FALSE(peer.Receive().empty());
  L_INT refused = DICOM_SUCCESS;
  L_UINT32 queued = 0;
  const ObjectsEndHere end(*world);
  On("client.OnReceiveAssociateAccept", [&](Probe& self, Call&) {
    const std::vector<L_UCHAR> bytes(8U << 20);
    LDicomDS data;
    EXPECT_EQ(data.SetEncoded(bytes.data(), static_cast<L_UINT32>(bytes.size())), DICOM_SUCCESS);
    for (int count = 0; count < 64 && refused == DICOM_SUCCESS; ++count)
      refused = SendStore(self, kStorage, &data);
    queued = self.GetQueueSend();
    self.world().log.Add("full");
  });
  peer.Send(wire::AssociateAccept());
  ASSERT_TRUE(log.Has("full"));
  // Inside a hook a sender never waits.
  EXPECT_EQ(refused, DICOM_ERROR_NET_NO_BUFFERS);
  EXPECT_GT(queued, 8U << 20);
  // Close with the queue dropped does not wait for the peer either.
  EXPECT_EQ(client->CloseForced(L_TRUE), DICOM_SUCCESS);
  EXPECT_EQ(client->GetQueueSend(), 0U);
  EXPECT_NE(peer.AwaitEnd(), 0) << "it is reset";
}

TEST_F(SendersTest, OutsideAHookASenderWaitsForThePeer) {
  const RawListener raw;
  const RawPeer peer = AssociateWith(raw);
  constexpr int kMessages = 8;
  constexpr L_UINT32 kBytes = 4U << 20;
  std::thread sender([&] {
    const std::vector<L_UCHAR> bytes(kBytes);
    LDicomDS data;
    EXPECT_EQ(data.SetEncoded(bytes.data(), kBytes), DICOM_SUCCESS);
    for (int count = 0; count < kMessages; ++count)
      EXPECT_EQ(SendFound(*client, kStorage, &data), DICOM_SUCCESS);
    log.Add("all sent");
  });
  EXPECT_TRUE(log.Until("a full queue", [&] { return client->GetQueueSend() > kBytes / 2; }));
  // Far less than all of it is held, however long the peer takes.
  EXPECT_LT(client->GetQueueSend(), 3 * kBytes);
  EXPECT_EQ(log.Count("all sent"), 0U);
  std::size_t received = 0;
  while (received < std::size_t{kMessages} * kBytes) {
    const ByteVector pdu = peer.Receive();
    ASSERT_FALSE(pdu.empty());
    received += pdu.size();
  }
  sender.join();
}

TEST_F(SendersTest, CloseLetsASenderGoThatWaits) {
  const RawListener raw;
  const RawPeer peer = AssociateWith(raw);
  std::thread sender([&] { log.Add("ended " + std::to_string(SendUntilRefused())); });
  EXPECT_TRUE(log.Until("a full queue", [&] { return client->GetQueueSend() > 1U << 20; }));
  EXPECT_EQ(client->CloseForced(L_TRUE), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("ended " + std::to_string(DICOM_ERROR_NET_NOT_CONNECTED)));
  sender.join();
}

TEST_F(SendersTest, APeerThatResetsLetsASenderGoThatWaits) {
  const RawListener raw;
  RawPeer peer = AssociateWith(raw);
  std::atomic<L_INT> error{DICOM_SUCCESS};
  On("client.OnSend", [&](Probe&, Call& call) {
    if (call.error != DICOM_SUCCESS)
      error = call.error;
  });
  const ObjectsEndHere end(*world);
  std::thread sender([&] { log.Add("ended " + std::to_string(SendUntilRefused())); });
  EXPECT_TRUE(log.Until("a full queue", [&] { return client->GetQueueSend() > 1U << 20; }));
  peer.Reset();
  EXPECT_TRUE(log.Has("ended " + std::to_string(DICOM_ERROR_NET_NOT_CONNECTED)));
  sender.join();
  ASSERT_TRUE(log.Until("OnClose", [&] { return log.CountFrom("client.OnClose") == 1; }));
  EXPECT_NE(error, DICOM_SUCCESS) << "what did not go out is told";
}

TEST_F(SendersTest, CloseFlushesWhatIsQueued) {
  constexpr L_UINT32 kBytes = 3U << 20;
  L_UINT32 arrived = 0;
  const ObjectsEndHere end(*world);
  On("acceptor.OnReceiveCStoreRequest", [&](Probe& acceptor, Call& call) {
    call.data->GetEncoded(&arrived);
    acceptor.world().log.Add("stored");
  });
  Connect(*client, port);
  Associate(*client);
  const std::vector<L_UCHAR> bytes(kBytes, 5);
  LDicomDS data;
  ASSERT_EQ(data.SetEncoded(bytes.data(), kBytes), DICOM_SUCCESS);
  ASSERT_EQ(SendStore(*client, kStorage, &data), DICOM_SUCCESS);
  EXPECT_EQ(client->CloseForced(L_FALSE), DICOM_SUCCESS);
  EXPECT_FALSE(client->IsConnected());
  EXPECT_TRUE(log.Has("stored"));
  EXPECT_EQ(arrived, kBytes);
}

// ---- Options --------------------------------------------------------------------------------------------

TEST_F(SendersTest, TimeoutsAreSetWholeOrNotAtAll) {
  DICOMNETTIMEOUTS timeouts;
  constexpr L_UINT kSize = sizeof(timeouts);
  EXPECT_EQ(client->GetTimeouts(nullptr, kSize), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(client->SetTimeouts(nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(client->GetTimeouts(&timeouts, kSize - 1), DICOM_ERROR_INVALID_STRUCT_SIZE);
  ASSERT_EQ(client->GetTimeouts(&timeouts, kSize), DICOM_SUCCESS);
  EXPECT_EQ(timeouts.uStructSize, kSize);
  EXPECT_EQ(timeouts.nArtimMs, 30000);
  timeouts.nArtimMs = 1234;
  timeouts.nStallMs = 0;
  EXPECT_EQ(client->SetTimeouts(&timeouts), DICOM_ERROR_PARAMETER);
  DICOMNETTIMEOUTS kept;
  ASSERT_EQ(client->GetTimeouts(&kept, kSize), DICOM_SUCCESS);
  EXPECT_EQ(kept.nArtimMs, 30000);
  timeouts.nStallMs = 1;
  EXPECT_EQ(client->SetTimeouts(&timeouts), DICOM_SUCCESS);
  ASSERT_EQ(client->GetTimeouts(&kept, kSize), DICOM_SUCCESS);
  EXPECT_EQ(kept.nArtimMs, 1234);
  EXPECT_EQ(kept.nStallMs, 1);
  timeouts.uStructSize = 0;
  EXPECT_EQ(client->SetTimeouts(&timeouts), DICOM_ERROR_INVALID_STRUCT_SIZE);
}

TEST_F(SendersTest, SocketOptions) {
  DICOMSOCKETOPTIONS options = {};
  constexpr L_UINT kSize = sizeof(DICOMSOCKETOPTIONS);
  for (const L_UINT wrong : {0U, kSize - 1, kSize + 1}) {
    EXPECT_EQ(client->GetSocketOptions(&options, wrong), DICOM_ERROR_INVALID_STRUCT_SIZE);
    EXPECT_EQ(client->GetDefaultSocketOptions(&options, wrong), DICOM_ERROR_INVALID_STRUCT_SIZE);
    options.uStructSize = wrong;
    EXPECT_EQ(client->SetSocketOptions(&options), DICOM_ERROR_INVALID_STRUCT_SIZE);
  }
  EXPECT_EQ(client->GetSocketOptions(nullptr, kSize), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(client->GetDefaultSocketOptions(nullptr, kSize), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(client->SetSocketOptions(nullptr), DICOM_ERROR_NULL_PTR);

  ASSERT_EQ(client->GetDefaultSocketOptions(&options, kSize), DICOM_SUCCESS);
  EXPECT_EQ(options.uStructSize, kSize);
  EXPECT_EQ(options.nSendBufferSize, 0);
  EXPECT_EQ(options.nReceiveBufferSize, 0);
  EXPECT_TRUE(options.bNoDelay);
  options.nSendBufferSize = -1;
  EXPECT_EQ(client->SetSocketOptions(&options), DICOM_ERROR_PARAMETER);
  options.nSendBufferSize = 100000;
  options.nReceiveBufferSize = -1;
  EXPECT_EQ(client->SetSocketOptions(&options), DICOM_ERROR_PARAMETER);
  options.nReceiveBufferSize = 150000;
  options.bNoDelay = L_FALSE;
  ASSERT_EQ(client->SetSocketOptions(&options), DICOM_SUCCESS);

  DICOMSOCKETOPTIONS read = {};
  ASSERT_EQ(client->GetSocketOptions(&read, kSize), DICOM_SUCCESS);
  EXPECT_EQ(read.nSendBufferSize, 100000) << "kept for the socket to come";
  Connect(*client, port);
  ASSERT_EQ(client->GetSocketOptions(&read, kSize), DICOM_SUCCESS);
  // As the system has them: Linux doubles them.
  EXPECT_GE(read.nSendBufferSize, 100000);
  EXPECT_GE(read.nReceiveBufferSize, 150000);
  EXPECT_FALSE(read.bNoDelay);
  options.bNoDelay = L_TRUE;
  ASSERT_EQ(client->SetSocketOptions(&options), DICOM_SUCCESS);
  ASSERT_EQ(client->GetSocketOptions(&read, kSize), DICOM_SUCCESS);
  EXPECT_TRUE(read.bNoDelay) << "applied to the socket that is open";
  DICOMSOCKETOPTIONS defaults = {};
  ASSERT_EQ(client->GetDefaultSocketOptions(&defaults, kSize), DICOM_SUCCESS);
  EXPECT_EQ(defaults.nSendBufferSize, 0);
}

TEST_F(SendersTest, PeerInfo) {
  L_TCHAR address[NET_MAX_ADDRESS_SIZE_EX] = "before";
  L_UINT peer_port = 7;
  EXPECT_EQ(client->GetPeerInfo(address, sizeof(address), &peer_port), DICOM_ERROR_NET_NOT_CONNECTED);
  EXPECT_STREQ(address, "");
  Connect(*client, port);
  EXPECT_EQ(client->GetPeerInfo(address, sizeof(address), &peer_port), DICOM_SUCCESS);
  EXPECT_STREQ(address, "127.0.0.1");
  EXPECT_EQ(peer_port, port);
  EXPECT_EQ(client->GetPeerInfo(address, 9, &peer_port), DICOM_ERROR_PARAMETER);
  EXPECT_STREQ(address, "");
  EXPECT_EQ(client->GetPeerInfo(address, 10, nullptr), DICOM_SUCCESS);
  EXPECT_EQ(client->GetPeerInfo(address, 0, &peer_port), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(client->GetPeerInfo(nullptr, 0, &peer_port), DICOM_SUCCESS);
}

}  // namespace
}  // namespace test
