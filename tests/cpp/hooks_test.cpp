// The hooks: in which order they come, what they are given, what their defaults answer, and that an override which
// calls the default and answers itself gives one answer.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "support/raw_peer.h"
#include "support/world.h"

namespace test {
namespace {

class HooksTest : public NetTest {
 protected:
  void Start() {
    server = Make("server");
    port = Listen(*server);
    client = Make("client");
    Connect(*client, port);
  }
  void StartAssociated() {
    Start();
    Associate(*client);
  }
  // Sends a request made by hand, and waits for its answer.
  void Ask(LDicomDS& command, const std::string& answer, LDicomDS* data = nullptr) {
    ASSERT_EQ(client->SendData(kStorage, &command, data), DICOM_SUCCESS);
    ASSERT_TRUE(log.Has(answer));
  }

  Probe* server = nullptr;
  Probe* client = nullptr;
  L_UINT port = 0;
};

using Hooks = std::vector<std::string>;

TEST_F(HooksTest, WholeLifeInOrder) {
  StartAssociated();
  Echo(*client);
  ASSERT_EQ(client->SendReleaseRequest(), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("server.OnClose 0"));
  ASSERT_TRUE(log.Has("client.OnClose 0"));
  EXPECT_EQ(log.Of("server"), (Hooks{"OnCondition", "OnAccept 0", "OnClose 0"}));
  EXPECT_EQ(log.Of("acceptor"), (Hooks{"OnReceive 1", "OnReceiveAssociateRequest", "OnSend 2", "OnReceive 4",
                                       "OnReceiveData 0030", "OnReceiveCEchoRequest 1 1", "OnBeforeSendCommandSet",
                                       "OnSend 4", "OnReceive 5", "OnReceiveReleaseRequest", "OnSend 6"}));
  // When an OnSend comes beside what is received meanwhile is not settled; what goes out is in order.
  Hooks received;
  Hooks sent;
  for (const std::string& hook : log.Of("client"))
    (hook.compare(0, 6, "OnSend") == 0 || hook.compare(0, 8, "OnBefore") == 0 ? sent : received).push_back(hook);
  EXPECT_EQ(received,
            (Hooks{"OnConnect 0", "OnReceive 2", "OnReceiveAssociateAccept", "OnReceive 4", "OnReceiveData 8030",
                   "OnReceiveCEchoResponse 1 1 0000", "OnReceive 6", "OnReceiveReleaseResponse", "OnClose 0"}));
  EXPECT_EQ(sent, (Hooks{"OnSend 1", "OnBeforeSendCommandSet", "OnSend 4", "OnSend 5"}));
}

TEST_F(HooksTest, OnReceiveShowsThePdusBytes) {
  std::vector<ByteVector> seen;
  const ObjectsEndHere end(*world);
  On("acceptor.OnReceive", [&](Probe&, Call& call) {
    EXPECT_EQ(call.error, DICOM_SUCCESS);
    seen.emplace_back(call.bytes, call.bytes + call.length);
  });
  server = Make("server");
  RawPeer peer(Listen(*server));
  const std::vector<ByteVector> pdus = {wire::AssociateRequest(), wire::EchoRequest(7), wire::ReleaseRequest()};
  for (const ByteVector& pdu : pdus) {
    peer.Send(pdu);
    EXPECT_FALSE(peer.Receive().empty());
  }
  // The one who asked for the release closes (PS3.8 AR-3).
  peer.Close();
  ASSERT_TRUE(log.Has("server.OnClose 0"));
  EXPECT_EQ(seen, pdus);
}

TEST_F(HooksTest, ALongPduComesInPieces) {
  constexpr L_UINT32 kBytes = 900 * 1024;  // more than a receive buffer
  On("acceptor.OnReceiveAssociateRequest", [](Probe& acceptor, Call& call) {
    const auto answer = AnswerTo(*call.associate);
    EXPECT_EQ(answer->SetMaxLength(L_TRUE, 0), DICOM_SUCCESS);
    EXPECT_EQ(acceptor.SendAssociateAccept(answer.get()), DICOM_SUCCESS);
  });
  StartAssociated();
  std::size_t pieces = 0;
  std::size_t received = 0;
  L_UINT32 arrived = 0;
  const ObjectsEndHere end(*world);
  On("acceptor.OnReceive", [&](Probe&, Call& call) {
    EXPECT_EQ(call.type, PDU_DATA_TRANSFER);
    ++pieces;
    received += call.length;
  });
  On("acceptor.OnReceiveCStoreRequest", [&](Probe&, Call& call) {
    ASSERT_NE(call.data, nullptr);
    const L_UCHAR* const bytes = call.data->GetEncoded(&arrived);
    EXPECT_EQ(bytes[arrived - 1], static_cast<L_UCHAR>(arrived - 1));
    call.base();
  });
  std::vector<L_UCHAR> bytes(kBytes);
  for (std::size_t index = 0; index < bytes.size(); ++index)
    bytes[index] = static_cast<L_UCHAR>(index);
  LDicomDS command;
  MakeStoreRequest(command, 1);
  LDicomDS data;
  ASSERT_EQ(data.SetEncoded(bytes.data(), kBytes), DICOM_SUCCESS);
  Ask(command, "client.OnReceiveCStoreResponse 3 1 0122", &data);
  EXPECT_EQ(arrived, kBytes);
  EXPECT_GT(pieces, 1U);
  EXPECT_GT(received, kBytes);
}

TEST_F(HooksTest, OnSendForEveryPdu) {
  Start();
  std::size_t bytes = 0;
  const ObjectsEndHere end(*world);
  On("client.OnSend", [&](Probe&, Call& call) {
    EXPECT_EQ(call.error, DICOM_SUCCESS);
    bytes = call.length;
  });
  Associate(*client);
  ASSERT_TRUE(log.Has("client.OnSend 1"));
  ASSERT_TRUE(log.Has("acceptor.OnSend 2"));
  Echo(*client);
  ASSERT_TRUE(log.Has("client.OnSend 4"));
  ASSERT_TRUE(log.Has("acceptor.OnSend 4"));
  ASSERT_EQ(client->SendAbort(PDU_ABORT_SOURCE_USER, 0), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("client.OnSend 7"));
  ASSERT_TRUE(log.Has("acceptor.OnReceiveAbort 0 0"));
  ASSERT_TRUE(log.Has("client.OnClose 0"));
  EXPECT_EQ(bytes, 10U) << "an A-ABORT with its head";

  On("acceptor.OnReceiveAssociateRequest", [](Probe& acceptor, Call&) {
    EXPECT_EQ(
        acceptor.SendAssociateReject(PDU_REJECT_RESULT_PERMANENT, PDU_REJECT_SOURCE_USER, PDU_REJECT_REASON_CALLING),
        DICOM_SUCCESS);
  });
  Probe& rejected = *Make("rejected");
  Connect(rejected, port);
  ASSERT_EQ(rejected.SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("acceptor.OnSend 3"));
  ASSERT_TRUE(log.Has("rejected.OnReceiveAssociateReject 1 1 3"));
}

TEST_F(HooksTest, OnSendExtHasTheBytesInDebugMode) {
  std::vector<ByteVector> sent;
  const ObjectsEndHere end(*world);
  On("client.OnSendExt", [&](Probe&, Call& call) {
    EXPECT_EQ(call.error, DICOM_SUCCESS);
    ASSERT_NE(call.bytes, nullptr);
    sent.emplace_back(call.bytes, call.bytes + call.length);
    EXPECT_EQ(call.bytes[0], call.type);
  });
  Start();
  EXPECT_EQ(client->SetDebugMode(DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO), 0U);
  Associate(*client);
  ASSERT_TRUE(log.Has("client.OnSendExt 1"));
  EXPECT_EQ(log.CountFrom("acceptor.OnSendExt"), 0U);
  const Hooks hooks = log.Of("client");
  for (std::size_t index = 0; index < hooks.size(); ++index) {
    if (hooks[index] == "OnSendExt 1") {
      EXPECT_EQ(hooks.at(index - 1), "OnSend 1") << "it comes right after it";
    }
  }
  EXPECT_EQ(client->SetDebugMode(0), static_cast<L_UINT32>(DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO));
  Echo(*client);
  ASSERT_TRUE(log.Has("client.OnSend 4"));
  EXPECT_EQ(log.CountFrom("client.OnSendExt"), 1U);
  EXPECT_EQ(sent.size(), 1U);
  EXPECT_EQ(client->SetDebugMode(3), 0U);
  EXPECT_EQ(client->SetDebugMode(0), 3U);
}

// ---- Defaults -------------------------------------------------------------------------------------------

TEST_F(HooksTest, DefaultRejectsAnAssociation) {
  world->Leave("acceptor.OnReceiveAssociateRequest");
  Start();
  ASSERT_EQ(client->SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("client.OnReceiveAssociateReject 1 1 1"));
  EXPECT_TRUE(log.Has("client.OnClose 0"));
  EXPECT_FALSE(client->IsConnected());
}

TEST_F(HooksTest, DefaultAnswersARelease) {
  StartAssociated();
  ASSERT_EQ(client->SendReleaseRequest(), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("client.OnReceiveReleaseResponse"));
  EXPECT_TRUE(log.Has("client.OnClose 0"));
}

TEST_F(HooksTest, DefaultEchoesWithSuccess) {
  StartAssociated();
  Echo(*client, 65535);
}

TEST_F(HooksTest, DefaultAnswersEveryOtherRequestThatItsClassIsNotSupported) {
  StartAssociated();
  const L_UCHAR encoded[] = {8, 0, 0x18, 0, 4, 0, 0, 0, '1', '.', '2', 0};
  LDicomDS data;
  ASSERT_EQ(data.SetEncoded(encoded, sizeof(encoded)), DICOM_SUCCESS);
  constexpr L_UCHAR kId = kStorage;
  const char* const sop = UID_CT_IMAGE_STORAGE;
  const char* const one = "1.2.3";
  using Send = std::function<L_INT(LDicomNet&, L_UINT16)>;
  const std::pair<L_UINT16, Send> requests[] = {
      {COMMAND_C_STORE,
       [&](LDicomNet& net, L_UINT16 id) { return net.SendCStoreRequest(kId, id, sop, one, 0, "", 0, &data); }},
      {COMMAND_C_FIND, [&](LDicomNet& net, L_UINT16 id) { return net.SendCFindRequest(kId, id, sop, 0, &data); }},
      {COMMAND_C_GET, [&](LDicomNet& net, L_UINT16 id) { return net.SendCGetRequest(kId, id, sop, 0, &data); }},
      {COMMAND_C_MOVE, [&](LDicomNet& net, L_UINT16 id) { return net.SendCMoveRequest(kId, id, sop, 0, "AE", &data); }},
      {COMMAND_N_REPORT,
       [&](LDicomNet& net, L_UINT16 id) { return net.SendNReportRequest(kId, id, sop, one, 1, nullptr); }},
      {COMMAND_N_GET, [&](LDicomNet& net, L_UINT16 id) { return net.SendNGetRequest(kId, id, sop, one, nullptr, 0); }},
      {COMMAND_N_SET, [&](LDicomNet& net, L_UINT16 id) { return net.SendNSetRequest(kId, id, sop, one, &data); }},
      {COMMAND_N_ACTION,
       [&](LDicomNet& net, L_UINT16 id) { return net.SendNActionRequest(kId, id, sop, one, 1, nullptr); }},
      {COMMAND_N_CREATE,
       [&](LDicomNet& net, L_UINT16 id) { return net.SendNCreateRequest(kId, id, sop, one, nullptr); }},
      {COMMAND_N_DELETE, [&](LDicomNet& net, L_UINT16 id) { return net.SendNDeleteRequest(kId, id, sop, one); }},
  };
  std::atomic<L_UINT16> field{0};
  std::atomic<L_UINT16> status{0};
  std::atomic<L_UINT16> responded_to{0};
  const ObjectsEndHere end(*world);
  On("client.OnReceiveData", [&](Probe&, Call& call) {
    field = Number(*call.command, TAG_COMMAND_FIELD);
    status = Number(*call.command, TAG_STATUS);
    EXPECT_EQ(call.data, nullptr);
    responded_to = Number(*call.command, TAG_MESSAGE_ID_BEING_RESPONDED_TO);
  });
  L_UINT16 message_id = 100;
  for (const auto& request : requests) {
    ASSERT_EQ(request.second(*client, ++message_id), DICOM_SUCCESS) << request.first;
    ASSERT_TRUE(log.Until("the answer", [&] { return responded_to == message_id; })) << request.first;
    EXPECT_EQ(field, request.first | COMMAND_RESPONSE);
    EXPECT_EQ(status, COMMAND_STATUS_CLASS_NOT_SUPPORTED) << request.first;
  }
}

TEST_F(HooksTest, DefaultAnswersUnknownRequests) {
  StartAssociated();
  LDicomDS command;
  MakeCommand(command, 0x0042, 9);
  Ask(command, "client.OnReceiveUnknown 0211");
  EXPECT_EQ(log.Count("acceptor.OnReceiveUnknown 0000"), 1U);
}

TEST_F(HooksTest, CancelHasNoAnswer) {
  StartAssociated();
  LDicomDS command;
  command.ResetDS();
  SetNumber(command, TAG_COMMAND_FIELD, COMMAND_C_CANCEL);
  SetNumber(command, TAG_MESSAGE_ID_BEING_RESPONDED_TO, 4);
  ASSERT_EQ(client->SendData(kStorage, &command, nullptr), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("acceptor.OnReceiveCCancelRequest 3 4"));
  Echo(*client);
  EXPECT_EQ(log.CountFrom("client.OnReceiveData"), 1U);
}

// ---- Overrides ------------------------------------------------------------------------------------------

TEST_F(HooksTest, OverrideThatCallsTheBaseAndAnswersGivesOneAnswer) {
  On("acceptor.OnReceiveAssociateRequest", [](Probe& acceptor, Call& call) {
    call.base();
    EXPECT_EQ(acceptor.SendAssociateAccept(AnswerTo(*call.associate).get()), DICOM_SUCCESS);
  });
  On("acceptor.OnReceiveCEchoRequest", [](Probe& acceptor, Call& call) {
    call.base();
    EXPECT_EQ(acceptor.SendCEchoResponse(call.context, call.message_id, UID_VERIFICATION_CLASS,
                                         COMMAND_STATUS_REFUSED_OUT_OF_RESOURCES),
              DICOM_SUCCESS);
    call.base();
  });
  On("acceptor.OnReceiveReleaseRequest", [](Probe& acceptor, Call& call) {
    call.base();
    EXPECT_EQ(acceptor.SendReleaseResponse(), DICOM_SUCCESS);
  });
  StartAssociated();
  for (L_UINT16 message_id = 1; message_id <= 3; ++message_id) {
    ASSERT_EQ(client->SendCEchoRequest(kVerification, message_id, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
    ASSERT_TRUE(log.Has("client.OnReceiveCEchoResponse 1 " + std::to_string(message_id) + " A700"));
  }
  ASSERT_EQ(client->SendReleaseRequest(), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("client.OnReceiveReleaseResponse"));
  ASSERT_TRUE(log.Has("client.OnClose 0"));
  ASSERT_TRUE(log.Has("server.OnClose 0"));  // after the acceptor's last hook
  EXPECT_EQ(log.CountFrom("client.OnReceiveCEchoResponse"), 3U);
  EXPECT_EQ(log.CountFrom("acceptor.OnSend"), 5U);
}

TEST_F(HooksTest, OverrideMayAnswerLaterFromAnotherThread) {
  Probe* acceptor = nullptr;
  const ObjectsEndHere end(*world);
  On("acceptor.OnReceiveCEchoRequest", [&](Probe& self, Call&) {
    acceptor = &self;
    self.world().log.Add("kept");
  });
  On("acceptor.OnReceiveReleaseRequest", [](Probe& self, Call&) { self.world().log.Add("release kept"); });
  StartAssociated();
  ASSERT_EQ(client->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("kept"));
  EXPECT_EQ(acceptor->SendCEchoResponse(kVerification, 1, UID_VERIFICATION_CLASS, COMMAND_STATUS_SUCCESS),
            DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("client.OnReceiveCEchoResponse 1 1 0000"));
  ASSERT_EQ(client->SendReleaseRequest(), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("release kept"));
  EXPECT_EQ(acceptor->SendReleaseResponse(), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("client.OnReceiveReleaseResponse"));
}

TEST_F(HooksTest, BeforeSendMayEditTheCommandSet) {
  On("acceptor.OnBeforeSendCommandSet", [](Probe& acceptor, Call& call) {
    EXPECT_EQ(Number(*call.command, TAG_COMMAND_FIELD), COMMAND_C_ECHO | COMMAND_RESPONSE);
    EXPECT_EQ(acceptor.GetCommandSet(), call.command);
    SetText(*call.command, TAG_ERROR_COMMENT, "added on the way");
    SetNumber(*call.command, TAG_STATUS, COMMAND_STATUS_WARNING);
  });
  std::string comment;
  const ObjectsEndHere end(*world);
  On("client.OnReceiveCEchoResponse", [&](Probe& self, Call&) {
    ASSERT_NE(self.GetCommandSet(), nullptr);
    comment = Text(*self.GetCommandSet(), TAG_ERROR_COMMENT);
    self.world().log.Add("read");
  });
  StartAssociated();
  ASSERT_EQ(client->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("client.OnReceiveCEchoResponse 1 1 B000"));
  ASSERT_TRUE(log.Has("read"));
  EXPECT_EQ(comment, "added on the way");
}

TEST_F(HooksTest, BeforeSendIsNotAskedAboutWhatIsRefused) {
  Start();
  EXPECT_EQ(client->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_ERROR_NET_INVALID);
  Associate(*client);
  EXPECT_EQ(client->SendCEchoRequest(99, 1, UID_VERIFICATION_CLASS), DICOM_ERROR_PDU_ID);
  EXPECT_EQ(log.CountFrom("client.OnBeforeSendCommandSet"), 0U);
}

TEST_F(HooksTest, CommandSetIsThereInsideMessageHooksOnly) {
  On("acceptor.OnReceiveAssociateRequest", [](Probe& acceptor, Call& call) {
    EXPECT_EQ(acceptor.GetCommandSet(), nullptr);
    EXPECT_EQ(acceptor.SendAssociateAccept(AnswerTo(*call.associate).get()), DICOM_SUCCESS);
  });
  On("acceptor.OnReceiveData", [](Probe& acceptor, Call& call) { EXPECT_EQ(acceptor.GetCommandSet(), call.command); });
  On("acceptor.OnReceiveCStoreRequest", [this](Probe& acceptor, Call& call) {
    ASSERT_NE(acceptor.GetCommandSet(), nullptr);
    EXPECT_EQ(Text(*acceptor.GetCommandSet(), TAG_AFFECTED_SOP_INSTANCE_UID), "1.2.3.4.5");
    EXPECT_EQ(client->GetCommandSet(), nullptr) << "another object's";
    call.base();
  });
  StartAssociated();
  ASSERT_EQ(SendStoreRequest(*client, 2), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("client.OnReceiveCStoreResponse 3 2 0122"));
  EXPECT_TRUE(log.Has("acceptor.OnReceiveCStoreRequest 3 2"));
  EXPECT_EQ(client->GetCommandSet(), nullptr);
}

TEST_F(HooksTest, StoreRequestArrivesWithItsParametersAndData) {
  const L_UCHAR encoded[] = {8, 0, 0x18, 0, 4, 0, 0, 0, '1', '.', '2', 0};
  const ObjectsEndHere end(*world);
  On("acceptor.OnReceiveCStoreRequest", [&](Probe& acceptor, Call& call) {
    EXPECT_EQ(call.sop_class, UID_CT_IMAGE_STORAGE);
    EXPECT_EQ(call.instance, "1.2.3.4.5");
    EXPECT_EQ(call.number, COMMAND_PRIORITY_HIGH);
    ASSERT_NE(call.data, nullptr);
    L_UINT32 length = 0;
    const L_UCHAR* const bytes = call.data->GetEncoded(&length);
    EXPECT_EQ(ByteVector(bytes, bytes + length), ByteVector(encoded, encoded + sizeof(encoded)));
    LDicomDS answer;
    answer.InitCS(COMMAND_C_STORE, L_FALSE);
    SetNumber(answer, TAG_MESSAGE_ID_BEING_RESPONDED_TO, call.message_id);
    SetText(answer, TAG_AFFECTED_SOP_CLASS_UID, call.sop_class);
    SetText(answer, TAG_AFFECTED_SOP_INSTANCE_UID, call.instance);
    EXPECT_EQ(acceptor.SendData(call.context, &answer, nullptr), DICOM_SUCCESS);
  });
  StartAssociated();
  LDicomDS command;
  MakeStoreRequest(command, 12);
  SetNumber(command, TAG_PRIORITY, COMMAND_PRIORITY_HIGH);
  LDicomDS data;
  ASSERT_EQ(data.SetEncoded(encoded, sizeof(encoded)), DICOM_SUCCESS);
  ASSERT_EQ(client->SendData(kStorage, &command, &data), DICOM_SUCCESS);
  // Both may be changed right after.
  command.ResetDS();
  data.ResetDS();
  EXPECT_TRUE(log.Has("client.OnReceiveCStoreResponse 3 12 0000"));
}

TEST_F(HooksTest, NGetRequestHasItsTags) {
  std::vector<L_UINT32> tags;
  const ObjectsEndHere end(*world);
  On("acceptor.OnReceiveNGetRequest", [&](Probe&, Call& call) {
    tags.assign(call.tags, call.tags + call.number);
    EXPECT_EQ(call.sop_class, UID_PRINTER_CLASS);
    EXPECT_EQ(call.instance, UID_PRINTER_INSTANCE);
    call.base();
  });
  StartAssociated();
  LDicomDS command;
  command.InitCS(COMMAND_N_GET, L_TRUE);
  SetNumber(command, TAG_MESSAGE_ID, 3);
  SetText(command, TAG_REQUESTED_SOP_CLASS_UID, UID_PRINTER_CLASS);
  SetText(command, TAG_REQUESTED_SOP_INSTANCE_UID, UID_PRINTER_INSTANCE);
  const pDICOMELEMENT list =
      command.InsertElement(nullptr, L_FALSE, TAG_ATTRIBUTE_IDENTIFIER_LIST, 0, L_FALSE, ELEMENT_INDEX_MAX);
  const L_INT32 wanted[] = {0x21100010, 0x00080070};
  ASSERT_TRUE(command.SetLongValue(list, wanted, 2));
  Ask(command, "client.OnReceiveData 8110");
  EXPECT_EQ(tags, (std::vector<L_UINT32>{0x21100010, 0x00080070}));
}

TEST_F(HooksTest, SendersAndGetAssociateInsideEveryHook) {
  // Ping-pong inside the hooks alone, the negotiated association at hand on both sides.
  On("client.OnReceiveAssociateAccept", [](Probe& self, Call&) {
    ASSERT_NE(self.GetAssociate(), nullptr);
    const L_UCHAR id = self.GetAssociate()->FindAbstract(UID_VERIFICATION_CLASS);
    EXPECT_EQ(self.SendCEchoRequest(id, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  });
  On("acceptor.OnReceiveCEchoRequest", [](Probe& self, Call& call) {
    ASSERT_NE(self.GetAssociate(), nullptr);
    EXPECT_EQ(self.GetAssociate()->FindAbstract(UID_VERIFICATION_CLASS), call.context);
    EXPECT_TRUE(self.IsAssociated());
    call.base();
  });
  On("client.OnReceiveCEchoResponse", [](Probe& self, Call& call) {
    constexpr L_UINT16 kLast = 20;
    if (call.message_id == kLast) {
      EXPECT_EQ(self.SendReleaseRequest(), DICOM_SUCCESS);
    } else {
      EXPECT_EQ(self.SendCEchoRequest(call.context, static_cast<L_UINT16>(call.message_id + 1), UID_VERIFICATION_CLASS),
                DICOM_SUCCESS);
    }
  });
  Start();
  ASSERT_EQ(client->SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("client.OnReceiveReleaseResponse"));
  EXPECT_EQ(log.CountFrom("acceptor.OnReceiveCEchoRequest"), 20U);
}

TEST_F(HooksTest, PipelinedRequestsAreAnsweredEachToItsId) {
  constexpr L_UINT16 kCount = 200;
  StartAssociated();
  for (L_UINT16 message_id = 1; message_id <= kCount; ++message_id)
    ASSERT_EQ(client->SendCEchoRequest(kVerification, message_id, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  for (L_UINT16 message_id = 1; message_id <= kCount; ++message_id)
    ASSERT_TRUE(log.Has("client.OnReceiveCEchoResponse 1 " + std::to_string(message_id) + " 0000"));
  EXPECT_EQ(log.CountFrom("client.OnReceiveCEchoResponse"), kCount);
}

TEST_F(HooksTest, AbortArrivesWithSourceAndReason) {
  struct Sent {
    L_UCHAR source;
    L_UCHAR reason;
    const char* seen;
  };
  // PS3.8 Table 9-26: the reason means something with the provider as the source alone.
  const Sent aborts[] = {{PDU_ABORT_SOURCE_USER, PDU_ABORT_REASON_UNKNOWN, "acceptor.OnReceiveAbort 0 0"},
                         {PDU_ABORT_SOURCE_PROVIDER, PDU_ABORT_REASON_UNEXPECTED, "acceptor.OnReceiveAbort 2 2"},
                         {PDU_ABORT_SOURCE_PROVIDER, PDU_ABORT_REASON_INVALID_PARAM, "acceptor.OnReceiveAbort 2 6"}};
  StartAssociated();
  for (const Sent& abort : aborts) {
    EXPECT_EQ(client->SendAbort(abort.source, abort.reason), DICOM_SUCCESS);
    ASSERT_TRUE(log.Has(abort.seen));
    ASSERT_TRUE(log.Has("client.OnClose 0"));
    client->Close();
    log.Clear();
    Connect(*client, port);
    Associate(*client);
  }
}

TEST_F(HooksTest, ProviderAbortIsToldOnBothSides) {
  StartAssociated();
  server->Close();
  const RawPeer peer = [&] {
    port = Listen(*server);
    return RawPeer(port);
  }();
  peer.Send(wire::AssociateRequest());
  EXPECT_FALSE(peer.Receive().empty());
  log.Clear();
  peer.Send(wire::AssociateRequest());  // a second one, in Sta6
  EXPECT_EQ(peer.Receive(), wire::Abort(2, 2));
  EXPECT_TRUE(log.Has("acceptor.OnReceiveAbort 2 2"));
}

}  // namespace
}  // namespace test
