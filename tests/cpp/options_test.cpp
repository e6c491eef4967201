// What an object is told about sending: with group lengths, through files, from copies, and one request at a time.

#include <fstream>
#include <memory>
#include <string>

#include "support/data_set.h"
#include "support/world.h"

using ds_test::Directory;
using ds_test::Encoded;
using ds_test::Implicit;

namespace test {
namespace {

constexpr std::size_t kPixels = 100000;

std::string Object(char pixel) {
  return Implicit(TAG_SOP_CLASS_UID, UID_CT_IMAGE_STORAGE + std::string(1, '\0')) +
         Implicit(TAG_SOP_INSTANCE_UID, std::string("1.2.3.4.5\0", 10)) + Implicit(TAG_PATIENT_ID, "P1") +
         Implicit(TAG_PIXEL_DATA, std::string(kPixels, pixel));
}

// The same with a group length in each group (PS3.5 7.2).
std::string WithGroupLengths(char pixel) {
  const auto length = [](L_UINT32 tag, std::size_t bytes) { return Implicit(tag, ds_test::Number(bytes, 4)); };
  const std::string object = Object(pixel);
  const std::size_t patient = object.find(Implicit(TAG_PATIENT_ID, "P1"));
  const std::size_t pixels = object.size() - kPixels - 8;
  return length(0x00080000, patient) + object.substr(0, patient) + length(0x00100000, pixels - patient) +
         object.substr(patient, pixels - patient) + length(0x7FE00000, kPixels + 8) + object.substr(pixels);
}

class OptionsTest : public NetTest {
 protected:
  void SetUp() override {
    server = Make("server");
    client = Make("client");
    On("acceptor.OnReceiveCStoreRequest", [](Probe& acceptor, Call& call) {
      ASSERT_NE(call.data, nullptr);
      const std::string bytes = Encoded(*call.data);
      for (const char pixel : {'a', 'b'}) {
        if (bytes == Object(pixel))
          acceptor.world().log.Add(std::string("object ") + pixel);
        if (bytes == WithGroupLengths(pixel))
          acceptor.world().log.Add(std::string("object with group lengths ") + pixel);
      }
      acceptor.SendCStoreResponse(kStorage, call.message_id, UID_CT_IMAGE_STORAGE, "1.2.3.4.5", COMMAND_STATUS_SUCCESS);
    });
  }

  static L_INT Store(LDicomNet& net, L_UINT16 message_id, LDicomDS& data) {
    return net.SendCStoreRequest(kStorage, message_id, UID_CT_IMAGE_STORAGE, "1.2.3.4.5", COMMAND_PRIORITY_MEDIUM, "",
                                 0, &data);
  }
  // Keeps echoes unanswered, so that what comes behind one waits for its place in the window.
  void AnswerNoEcho() {
    On("acceptor.OnReceiveCEchoRequest", [](Probe&, Call&) {});
  }
  L_INT AnswerEcho(L_UINT16 message_id) {
    return server->GetClient(0)->SendCEchoResponse(kVerification, message_id, UID_VERIFICATION_CLASS,
                                                   COMMAND_STATUS_SUCCESS);
  }

  void Ask(L_UINT16 message_id) {
    ASSERT_EQ(client->SendCEchoRequest(kVerification, message_id, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  }
  static std::string Asked(L_UINT16 message_id) {
    return "acceptor.OnReceiveCEchoRequest 1 " + std::to_string(message_id);
  }
  // A request for so many operations at a time, which the acceptor grants, and does not answer by itself.
  std::unique_ptr<LDicomAssociate> WithWindow(L_UINT16 operations) {
    AnswerNoEcho();
    On("acceptor.OnReceiveAssociateRequest", [operations](Probe& self, Call& call) {
      const auto answer = AnswerTo(*call.associate);
      answer->SetAsyncOperations(L_TRUE, operations, operations);
      EXPECT_EQ(self.SendAssociateAccept(answer.get()), DICOM_SUCCESS);
    });
    auto request = Request();
    request->SetAsyncOperations(L_TRUE, operations, operations);
    return request;
  }

  Probe* server = nullptr;
  Probe* client = nullptr;
  Directory directory;
};

TEST_F(OptionsTest, GroupLengthsAreSentWhereTheyAreAskedFor) {
  EXPECT_EQ(client->GetFlags(), static_cast<L_UINT32>(DICOMNET_FLAGS_NONE));
  Connect(*client, Listen(*server));
  Associate(*client);
  LDicomDS data;
  ASSERT_EQ(ds_test::LoadBytes(data, Object('a')), DICOM_SUCCESS);
  ASSERT_EQ(Store(*client, 1, data), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("object a"));
  client->SetFlags(DICOMNET_FLAGS_SENDDATA_WITH_GROUP_LENGTH_STANDARD_DATA_ELEMENTS);
  EXPECT_EQ(client->GetFlags(),
            static_cast<L_UINT32>(DICOMNET_FLAGS_SENDDATA_WITH_GROUP_LENGTH_STANDARD_DATA_ELEMENTS));
  ASSERT_EQ(Store(*client, 2, data), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("object with group lengths a"));
}

// Told by the files that there are while the command set is about to go: the data set is encoded by then.
TEST_F(OptionsTest, WhatIsEncodedGoesThroughAFileWhereThatIsAskedFor) {
  ASSERT_EQ(client->Initialize(directory.Path().c_str(), static_cast<L_INT32>(DICOM_SECURE_NONE), nullptr),
            DICOM_SUCCESS);
  EXPECT_FALSE(client->IsOptimizedMemorySendEnabled());
  On("client.OnBeforeSendCommandSet",
     [this](Probe& self, Call&) { self.world().log.Add("temporary files: " + std::to_string(directory.CountAll())); });
  Connect(*client, Listen(*server));
  Associate(*client);
  LDicomDS data;
  ASSERT_EQ(ds_test::LoadBytes(data, Object('a')), DICOM_SUCCESS);
  // What was loaded lies encoded: this is to be done anew.
  ds_test::SetText(data, TAG_PATIENT_ID, "P1");
  ASSERT_EQ(Store(*client, 1, data), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("object a"));
  EXPECT_TRUE(log.Has("temporary files: 0"));
  client->EnableOptimizedMemorySend(L_TRUE);
  EXPECT_TRUE(client->IsOptimizedMemorySendEnabled());
  ASSERT_EQ(Store(*client, 2, data), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("object a", 2));
  EXPECT_TRUE(log.Has("temporary files: 1"));
  client->EnableOptimizedMemorySend(L_FALSE);
  EXPECT_FALSE(client->IsOptimizedMemorySendEnabled());
}

TEST_F(OptionsTest, AFileMayChangeBehindACallThatCopies) {
  AnswerNoEcho();
  Connect(*client, Listen(*server));
  Associate(*client);
  L_UINT16 message_id = 0;
  for (const bool shares : {true, false}) {
    const std::string path = directory.Write("object.dcm", ds_test::Part10(UID_IMPLICIT_VR_LITTLE_ENDIAN, Object('a')));
    LDicomDS data;
    ASSERT_EQ(data.LoadDS(path.c_str(), 0), DICOM_SUCCESS);
    client->EnableReferenceCounting(shares ? L_TRUE : L_FALSE);
    const L_UINT16 echo = ++message_id;
    ASSERT_EQ(client->SendCEchoRequest(kVerification, echo, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
    EXPECT_TRUE(log.Has("acceptor.OnReceiveCEchoRequest 1 " + std::to_string(echo)));
    ASSERT_EQ(Store(*client, ++message_id, data), DICOM_SUCCESS);
    // In its place, and not by another file of its name.
    const std::string changed = ds_test::Part10(UID_IMPLICIT_VR_LITTLE_ENDIAN, Object('b'));
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.write(changed.data(), static_cast<std::streamsize>(changed.size()));
    file.close();
    ASSERT_EQ(AnswerEcho(echo), DICOM_SUCCESS);
    EXPECT_TRUE(log.Has(shares ? "object b" : "object a"));
    EXPECT_TRUE(
        log.Until("the response", [&] { return log.CountFrom("client.OnReceiveCStoreResponse") == message_id / 2U; }));
  }
}

TEST_F(OptionsTest, AWindowThatWasNegotiatedIsNotUsedWhereThatIsAskedFor) {
  const auto request = WithWindow(8);
  const L_UINT port = Listen(*server);
  Connect(*client, port);
  Associate(*client, request.get());
  for (const L_UINT16 message_id : {1, 2, 3})
    Ask(message_id);
  for (const L_UINT16 message_id : {1, 2, 3})
    EXPECT_TRUE(log.Has(Asked(message_id)));
  client->Close();
  EXPECT_TRUE(log.Until("the end", [this] { return server->GetClientCount() == 0; }));
  client->EnableAsyncOperations(L_FALSE);
  Connect(*client, port);
  Associate(*client, request.get());
  for (const L_UINT16 message_id : {4, 5, 6})
    Ask(message_id);
  for (const L_UINT16 message_id : {4, 5, 6}) {
    EXPECT_TRUE(log.Has(Asked(message_id)));
    // What waits for its place is queued.
    if (message_id != 6) {
      EXPECT_NE(client->GetQueueSend(), 0U) << message_id;
    }
    EXPECT_EQ(AnswerEcho(message_id), DICOM_SUCCESS);
  }
}

// Each final response makes room for one more request, whichever it is the response to.
TEST_F(OptionsTest, ResponsesComeInAnyOrder) {
  const auto request = WithWindow(2);
  Connect(*client, Listen(*server));
  Associate(*client, request.get());
  for (const L_UINT16 message_id : {1, 2, 3, 4})
    Ask(message_id);
  EXPECT_TRUE(log.Has(Asked(2)));
  EXPECT_EQ(log.Count(Asked(3)), 0U);
  EXPECT_EQ(AnswerEcho(2), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has(Asked(3)));
  EXPECT_NE(client->GetQueueSend(), 0U) << "the last waits yet";
  EXPECT_EQ(AnswerEcho(3), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has(Asked(4)));
  EXPECT_EQ(AnswerEcho(4), DICOM_SUCCESS);
  EXPECT_EQ(AnswerEcho(1), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("client.OnReceiveCEchoResponse 1 1 0000"));
  std::string order;
  for (const std::string& hook : log.Of("client")) {
    if (hook.rfind("OnReceiveCEchoResponse", 0) == 0)
      order += hook.substr(std::string("OnReceiveCEchoResponse 1 ").size(), 1);
  }
  EXPECT_EQ(order, "2341");
}

TEST_F(OptionsTest, AcceptedObjectsTakeThemFromTheirListener) {
  server->SetFlags(DICOMNET_FLAGS_SENDDATA_WITH_GROUP_LENGTH_STANDARD_DATA_ELEMENTS);
  server->EnableOptimizedMemorySend(L_TRUE);
  Connect(*client, Listen(*server));
  Associate(*client);
  LDicomNet* const accepted = server->GetClient(0);
  ASSERT_NE(accepted, nullptr);
  EXPECT_EQ(accepted->GetFlags(), server->GetFlags());
  EXPECT_TRUE(accepted->IsOptimizedMemorySendEnabled());
  EXPECT_EQ(client->GetFlags(), static_cast<L_UINT32>(DICOMNET_FLAGS_NONE));
}

}  // namespace
}  // namespace test
