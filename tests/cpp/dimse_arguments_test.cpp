// What the senders of messages refuse, and that nothing is sent then.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <functional>
#include <string>
#include <vector>

#include "support/services.h"

namespace test {
namespace {

constexpr const char* kClass = UID_CT_IMAGE_STORAGE;
constexpr const char* kInstance = "1.2.3";
constexpr L_UINT16 kSuccess = COMMAND_STATUS_SUCCESS;

// What a sender takes, with something that will do in each place.
struct Arguments {
  L_UCHAR context = kStore;
  const L_TCHAR* sop_class = kClass;
  const L_TCHAR* instance = kInstance;
  L_UINT16 priority = COMMAND_PRIORITY_MEDIUM;
  const L_TCHAR* move_ae = "MOVER";
  L_UINT16 move_message_id = 1;
  LDicomDS* data = nullptr;
};

struct Sender {
  std::string name;
  bool has_instance;
  bool may_leave_instance_out;
  bool needs_data;
  std::function<L_INT(LDicomNet&, const Arguments&)> send;
};

// Each request with its response behind it.
const std::vector<Sender>& Senders() {
  using Net = LDicomNet;
  using It = const Arguments;
  static const std::vector<Sender> senders = {
      {"CStoreRequest", true, false, true,
       [](Net& net, It& it) {
         return net.SendCStoreRequest(it.context, 1, it.sop_class, it.instance, it.priority, it.move_ae,
                                      it.move_message_id, it.data);
       }},
      {"CStoreResponse", true, true, false,
       [](Net& net, It& it) { return net.SendCStoreResponse(it.context, 1, it.sop_class, it.instance, kSuccess); }},
      {"CFindRequest", false, false, true,
       [](Net& net, It& it) { return net.SendCFindRequest(it.context, 1, it.sop_class, it.priority, it.data); }},
      {"CFindResponse", false, false, false,
       [](Net& net, It& it) { return net.SendCFindResponse(it.context, 1, it.sop_class, kSuccess, it.data); }},
      {"CGetRequest", false, false, true,
       [](Net& net, It& it) { return net.SendCGetRequest(it.context, 1, it.sop_class, it.priority, it.data); }},
      {"CGetResponse", false, false, false,
       [](Net& net, It& it) {
         return net.SendCGetResponse(it.context, 1, it.sop_class, kSuccess, 1, 2, 3, 4, it.data);
       }},
      {"CMoveRequest", false, false, true,
       [](Net& net, It& it) {
         return net.SendCMoveRequest(it.context, 1, it.sop_class, it.priority, it.move_ae, it.data);
       }},
      {"CMoveResponse", false, false, false,
       [](Net& net, It& it) {
         return net.SendCMoveResponse(it.context, 1, it.sop_class, kSuccess, 1, 2, 3, 4, it.data);
       }},
      {"CEchoRequest", false, false, false,
       [](Net& net, It& it) { return net.SendCEchoRequest(it.context, 1, it.sop_class); }},
      {"CEchoResponse", false, false, false,
       [](Net& net, It& it) { return net.SendCEchoResponse(it.context, 1, it.sop_class, kSuccess); }},
      {"NReportRequest", true, false, false,
       [](Net& net, It& it) { return net.SendNReportRequest(it.context, 1, it.sop_class, it.instance, 2, it.data); }},
      {"NReportResponse", true, true, false,
       [](Net& net, It& it) {
         return net.SendNReportResponse(it.context, 1, it.sop_class, it.instance, kSuccess, 2, it.data);
       }},
      {"NGetRequest", true, false, false,
       [](Net& net, It& it) { return net.SendNGetRequest(it.context, 1, it.sop_class, it.instance, nullptr, 0); }},
      {"NGetResponse", true, true, false,
       [](Net& net, It& it) {
         return net.SendNGetResponse(it.context, 1, it.sop_class, it.instance, kSuccess, it.data);
       }},
      {"NSetRequest", true, false, true,
       [](Net& net, It& it) { return net.SendNSetRequest(it.context, 1, it.sop_class, it.instance, it.data); }},
      {"NSetResponse", true, true, false,
       [](Net& net, It& it) {
         return net.SendNSetResponse(it.context, 1, it.sop_class, it.instance, kSuccess, it.data);
       }},
      {"NActionRequest", true, false, false,
       [](Net& net, It& it) { return net.SendNActionRequest(it.context, 1, it.sop_class, it.instance, 2, it.data); }},
      {"NActionResponse", true, true, false,
       [](Net& net, It& it) {
         return net.SendNActionResponse(it.context, 1, it.sop_class, it.instance, kSuccess, 2, it.data);
       }},
      {"NCreateRequest", true, true, false,
       [](Net& net, It& it) { return net.SendNCreateRequest(it.context, 1, it.sop_class, it.instance, it.data); }},
      {"NCreateResponse", true, true, false,
       [](Net& net, It& it) {
         return net.SendNCreateResponse(it.context, 1, it.sop_class, it.instance, kSuccess, it.data);
       }},
      {"NDeleteRequest", true, false, false,
       [](Net& net, It& it) { return net.SendNDeleteRequest(it.context, 1, it.sop_class, it.instance); }},
      {"NDeleteResponse", true, true, false,
       [](Net& net, It& it) { return net.SendNDeleteResponse(it.context, 1, it.sop_class, it.instance, kSuccess); }},
  };
  return senders;
}

class DimseArgumentsTest : public ServicesTest {
 protected:
  void SetUp() override {
    ServicesTest::SetUp();
    requestor = Associated();
    good.data = data.get();
  }
  // None of what was refused was sent: an echo is the first thing that arrives.
  void ExpectNothingSent() {
    ASSERT_EQ(requestor->SendCEchoRequest(kEcho, 77, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
    EXPECT_EQ(provider->Next().hook, "CEchoRequest");
    EXPECT_EQ(provider->Waiting(), 0U);
  }
  L_INT Send(const Sender& sender, const Arguments& arguments) { return sender.send(*requestor, arguments); }

  Data data{Element(TAG_PATIENT_ID, "x ")};
  Arguments good;
};

const char* const kNoUids[] = {
    "",     ".",       "1.",          ".1",
    "1..2", "../../x", "/etc/passwd", "1.2.x",
    "1 ",   "1,2",     "1.2\\1.3",    "12345678901234567890123456789012345678901234567890123456789012345"};

TEST_F(DimseArgumentsTest, AContextThatWasNotAccepted) {
  for (const L_UCHAR context : {0, 2, 17, 255}) {
    Arguments arguments = good;
    arguments.context = context;
    for (const Sender& sender : Senders())
      EXPECT_EQ(Send(sender, arguments), DICOM_ERROR_PDU_ID) << sender.name;
    EXPECT_EQ(requestor->SendCCancelRequest(context, 1), DICOM_ERROR_PDU_ID);
  }
  ExpectNothingSent();
}

TEST_F(DimseArgumentsTest, Classes) {
  for (const Sender& sender : Senders()) {
    Arguments arguments = good;
    arguments.sop_class = nullptr;
    EXPECT_EQ(Send(sender, arguments), DICOM_ERROR_NULL_PTR) << sender.name;
    for (const char* const uid : kNoUids) {
      arguments.sop_class = uid;
      EXPECT_EQ(Send(sender, arguments), DICOM_ERROR_PARAMETER) << sender.name << " " << uid;
    }
  }
  ExpectNothingSent();
}

TEST_F(DimseArgumentsTest, Instances) {
  for (const Sender& sender : Senders()) {
    if (!sender.has_instance)
      continue;
    Arguments arguments = good;
    arguments.instance = nullptr;
    if (!sender.may_leave_instance_out) {
      EXPECT_EQ(Send(sender, arguments), DICOM_ERROR_NULL_PTR) << sender.name;
    }
    for (const char* const uid : kNoUids) {
      arguments.instance = uid;
      if (*uid != '\0' || !sender.may_leave_instance_out) {
        EXPECT_EQ(Send(sender, arguments), DICOM_ERROR_PARAMETER) << sender.name << " " << uid;
      }
    }
  }
  ExpectNothingSent();
}

TEST_F(DimseArgumentsTest, TheLongestUid) {
  const std::string longest(64, '1');
  Arguments arguments = good;
  arguments.sop_class = longest.c_str();
  arguments.instance = longest.c_str();
  ASSERT_EQ(Send(Senders().front(), arguments), DICOM_SUCCESS);
  const Message message = provider->Next();
  EXPECT_EQ(message.sop_class, longest);
  EXPECT_EQ(message.instance, longest);
}

TEST_F(DimseArgumentsTest, DataSetsThatMustGoAlong) {
  LDicomDS empty;
  for (const Sender& sender : Senders()) {
    if (!sender.needs_data)
      continue;
    Arguments arguments = good;
    arguments.data = nullptr;
    EXPECT_EQ(Send(sender, arguments), DICOM_ERROR_NULL_PTR) << sender.name;
    arguments.data = &empty;
    EXPECT_EQ(Send(sender, arguments), DICOM_ERROR_PARAMETER) << sender.name;
  }
  ExpectNothingSent();
}

TEST_F(DimseArgumentsTest, PrioritiesAndTitles) {
  for (const Sender& sender : Senders()) {
    const bool is_move = sender.name == "CMoveRequest";
    if (!sender.needs_data || sender.name == "NSetRequest")
      continue;
    Arguments arguments = good;
    for (const L_UINT16 priority : {3, 0xFFFF}) {
      arguments.priority = priority;
      EXPECT_EQ(Send(sender, arguments), DICOM_ERROR_PARAMETER) << sender.name;
    }
    if (!is_move && sender.name != "CStoreRequest")
      continue;
    arguments = good;
    for (const char* const title :
         {" ", "                ", "SEVENTEEN LETTERS", "A\\B", "A\nB", "A\x7F", "M\xFCNCHEN"}) {
      arguments.move_ae = title;
      EXPECT_EQ(Send(sender, arguments), DICOM_ERROR_PARAMETER) << sender.name << " " << title;
    }
    arguments.move_ae = "";
    EXPECT_EQ(Send(sender, arguments), DICOM_ERROR_PARAMETER) << sender.name << ": a message ID without a title";
    arguments.move_ae = nullptr;
    EXPECT_EQ(Send(sender, arguments), is_move ? DICOM_ERROR_NULL_PTR : DICOM_ERROR_PARAMETER) << sender.name;
  }
  ExpectNothingSent();
}

TEST_F(DimseArgumentsTest, AttributesThatAreNotThere) {
  EXPECT_EQ(requestor->SendNGetRequest(kStep, 1, kClass, kInstance, nullptr, 1), DICOM_ERROR_NULL_PTR);
  ExpectNothingSent();
}

// Each request, and the response behind it in the list.
TEST_F(DimseArgumentsTest, EverySenderSendsWhatIsGood) {
  const std::vector<Sender>& senders = Senders();
  for (std::size_t index = 0; index < senders.size(); index += 2) {
    ASSERT_EQ(senders[index].send(*requestor, good), DICOM_SUCCESS) << senders[index].name;
    EXPECT_EQ(provider->Next().hook, senders[index].name);
    ASSERT_EQ(senders[index + 1].send(*provider, good), DICOM_SUCCESS) << senders[index + 1].name;
    EXPECT_EQ(requestor->Next().hook, senders[index + 1].name);
  }
}

TEST_F(DimseArgumentsTest, WithoutAnAssociation) {
  LDicomNet idle;
  for (const Sender& sender : Senders())
    EXPECT_EQ(sender.send(idle, good), DICOM_ERROR_NET_NOT_CONNECTED) << sender.name;
  EXPECT_EQ(idle.SendCCancelRequest(kFind, 1), DICOM_ERROR_NET_NOT_CONNECTED);
  Services early;
  ASSERT_EQ(early.Connect(nullptr, 0, "127.0.0.1", port), DICOM_SUCCESS);
  ASSERT_TRUE(early.log.Has("OnConnect 0"));
  for (const Sender& sender : Senders())
    EXPECT_EQ(sender.send(early, good), DICOM_ERROR_NET_INVALID) << sender.name;
  EXPECT_EQ(early.SendCCancelRequest(kFind, 1), DICOM_ERROR_NET_INVALID);
}

}  // namespace
}  // namespace test
