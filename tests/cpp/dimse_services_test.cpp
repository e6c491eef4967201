// Every DIMSE service between a requestor and a provider: each argument of a sender arrives in the hook of its message,
// and each element of the command set is there or left out as PS3.7 9.3 and 10.3 have it.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <string>
#include <vector>

#include "support/services.h"

namespace test {
namespace {

const char* const kClass = UID_CT_IMAGE_STORAGE;
const char* const kInstance = "1.2.826.0.1.3680043.10.1.7";
const char* const kStepClass = UID_MODALITY_PERFORMED_CLASS;

class DimseServicesTest : public ServicesTest {
 protected:
  void SetUp() override {
    ServicesTest::SetUp();
    requestor = Associated();
    ASSERT_NE(provider, nullptr);
  }

  // What the other side was given, which must be this.
  void ExpectAt(Services& object, Message expected) {
    last = object.Next();
    expected.command = last.command;
    EXPECT_EQ(last, expected);
  }
  // Whether the message that came last has these elements, and has not those.
  void ExpectElements(const std::vector<L_UINT32>& present, const std::vector<L_UINT32>& absent) {
    for (const L_UINT32 tag : present)
      EXPECT_TRUE(last.Has(tag)) << std::hex << tag;
    for (const L_UINT32 tag : absent)
      EXPECT_FALSE(last.Has(tag)) << std::hex << tag;
  }
  static Message Request(const char* hook, L_UCHAR context, L_UINT16 message_id, const char* sop_class,
                         const char* instance = "") {
    Message message;
    message.hook = hook;
    message.context = context;
    message.message_id = message_id;
    message.sop_class = sop_class;
    message.instance = instance;
    return message;
  }
  static Message Response(const char* hook, L_UCHAR context, L_UINT16 message_id, L_UINT16 status,
                          const char* sop_class, const char* instance = "") {
    Message message = Request(hook, context, message_id, sop_class, instance);
    message.status = status;
    return message;
  }
  static Message With(Message message, const ByteVector& data) {
    message.has_data = true;
    message.data = data;
    return message;
  }

  Message last;
  const ByteVector asked = Element(TAG_PATIENT_ID, "ASKED ");
  const ByteVector answered = Element(TAG_PATIENT_ID, "ANSWER");
};

constexpr L_UINT32 kMoveOriginator = TAG_MOVE_ORIGINATOR_APPLICATION_ENTITY_TITLE;

TEST_F(DimseServicesTest, CStore) {
  ASSERT_EQ(
      requestor->SendCStoreRequest(kStore, 65535, kClass, kInstance, COMMAND_PRIORITY_LOW, "", 0, Data(asked).get()),
      DICOM_SUCCESS);
  Message store = With(Request("CStoreRequest", kStore, 65535, kClass, kInstance), asked);
  store.priority = COMMAND_PRIORITY_LOW;
  ExpectAt(*provider, store);
  ExpectElements({TAG_PRIORITY}, {kMoveOriginator, TAG_MOVE_ORIGINATOR_MESSAGE_ID});
  ASSERT_EQ(provider->SendCStoreResponse(kStore, 65535, kClass, kInstance, COMMAND_STATUS_WARNING), DICOM_SUCCESS);
  ExpectAt(*requestor, Response("CStoreResponse", kStore, 65535, COMMAND_STATUS_WARNING, kClass, kInstance));

  ASSERT_EQ(requestor->SendCStoreRequest(kStore, 2, kClass, kInstance, COMMAND_PRIORITY_MEDIUM, nullptr, 0,
                                         Data(asked).get()),
            DICOM_SUCCESS);
  ExpectAt(*provider, With(Request("CStoreRequest", kStore, 2, kClass, kInstance), asked));
  ExpectElements({}, {kMoveOriginator, TAG_MOVE_ORIGINATOR_MESSAGE_ID});
  ASSERT_EQ(provider->SendCStoreResponse(kStore, 2, kClass, nullptr, COMMAND_STATUS_SUCCESS), DICOM_SUCCESS);
  ExpectAt(*requestor, Response("CStoreResponse", kStore, 2, COMMAND_STATUS_SUCCESS, kClass));
  ExpectElements({TAG_AFFECTED_SOP_CLASS_UID}, {TAG_AFFECTED_SOP_INSTANCE_UID});
}

TEST_F(DimseServicesTest, CStoreOfACMove) {
  for (const L_UINT16 mover : {7, 0}) {
    ASSERT_EQ(requestor->SendCStoreRequest(kStore, 1, kClass, kInstance, COMMAND_PRIORITY_HIGH, "MOVE ORIGINATOR",
                                           mover, Data(asked).get()),
              DICOM_SUCCESS);
    Message store = With(Request("CStoreRequest", kStore, 1, kClass, kInstance), asked);
    store.priority = COMMAND_PRIORITY_HIGH;
    store.move_ae = "MOVE ORIGINATOR";
    store.move_message_id = mover;
    ExpectAt(*provider, store);
    ExpectElements({kMoveOriginator, TAG_MOVE_ORIGINATOR_MESSAGE_ID}, {});
    ASSERT_EQ(provider->SendCStoreResponse(kStore, 1, kClass, kInstance, COMMAND_STATUS_SUCCESS), DICOM_SUCCESS);
    ExpectAt(*requestor, Response("CStoreResponse", kStore, 1, COMMAND_STATUS_SUCCESS, kClass, kInstance));
  }
}

// The rule for UIDs lets pass what archives hold: numbers that begin with zeros.
TEST_F(DimseServicesTest, AnInstanceWithLeadingZeros) {
  const L_UINT16 priority = COMMAND_PRIORITY_MEDIUM;
  ASSERT_EQ(requestor->SendCStoreRequest(kStore, 1, kClass, "1.2.003", priority, "", 0, Data(asked).get()),
            DICOM_SUCCESS);
  ExpectAt(*provider, With(Request("CStoreRequest", kStore, 1, kClass, "1.2.003"), asked));
  ASSERT_EQ(provider->SendCStoreResponse(kStore, 1, kClass, "1.2.003", COMMAND_STATUS_SUCCESS), DICOM_SUCCESS);
  ExpectAt(*requestor, Response("CStoreResponse", kStore, 1, COMMAND_STATUS_SUCCESS, kClass, "1.2.003"));
}

TEST_F(DimseServicesTest, CFind) {
  const char* const find = UID_STUDY_ROOT_QUERY_FIND;
  ASSERT_EQ(requestor->SendCFindRequest(kFind, 3, find, COMMAND_PRIORITY_HIGH, Data(asked).get()), DICOM_SUCCESS);
  Message request = With(Request("CFindRequest", kFind, 3, find), asked);
  request.priority = COMMAND_PRIORITY_HIGH;
  ExpectAt(*provider, request);
  ASSERT_EQ(provider->SendCFindResponse(kFind, 3, find, COMMAND_STATUS_PENDING, Data(answered).get()), DICOM_SUCCESS);
  ASSERT_EQ(provider->SendCFindResponse(kFind, 3, find, COMMAND_STATUS_PENDING_WARNING, Data(asked).get()),
            DICOM_SUCCESS);
  ASSERT_EQ(provider->SendCFindResponse(kFind, 3, find, COMMAND_STATUS_SUCCESS, nullptr), DICOM_SUCCESS);
  ExpectAt(*requestor, With(Response("CFindResponse", kFind, 3, COMMAND_STATUS_PENDING, find), answered));
  ExpectAt(*requestor, With(Response("CFindResponse", kFind, 3, COMMAND_STATUS_PENDING_WARNING, find), asked));
  ExpectAt(*requestor, Response("CFindResponse", kFind, 3, COMMAND_STATUS_SUCCESS, find));
}

constexpr L_UINT32 kRemaining = TAG_NUMBER_OF_REMAINING_SUBOPERATIONS;

TEST_F(DimseServicesTest, CGet) {
  const char* const get = UID_STUDY_ROOT_QUERY_GET;
  ASSERT_EQ(requestor->SendCGetRequest(kGet, 4, get, COMMAND_PRIORITY_MEDIUM, Data(asked).get()), DICOM_SUCCESS);
  ExpectAt(*provider, With(Request("CGetRequest", kGet, 4, get), asked));
  ASSERT_EQ(provider->SendCGetResponse(kGet, 4, get, COMMAND_STATUS_PENDING, 300, 2, 1, 4, nullptr), DICOM_SUCCESS);
  ASSERT_EQ(provider->SendCGetResponse(kGet, 4, get, COMMAND_STATUS_WARNING, 300, 2, 1, 4, Data(answered).get()),
            DICOM_SUCCESS);
  Message pending = Response("CGetResponse", kGet, 4, COMMAND_STATUS_PENDING, get);
  pending.sub_operations = {300, 2, 1, 4};
  ExpectAt(*requestor, pending);
  // PS3.4 C.4.3.1.4: at the end nothing remains to be told of.
  Message end = With(Response("CGetResponse", kGet, 4, COMMAND_STATUS_WARNING, get), answered);
  end.sub_operations = {0, 2, 1, 4};
  ExpectAt(*requestor, end);
  ExpectElements({TAG_NUMBER_OF_COMPLETED_SUBOPERATIONS}, {kRemaining});
}

TEST_F(DimseServicesTest, CMove) {
  const char* const move = UID_STUDY_ROOT_QUERY_MOVE;
  ASSERT_EQ(requestor->SendCMoveRequest(kMove, 5, move, COMMAND_PRIORITY_LOW, "SIXTEEN LETTERS!", Data(asked).get()),
            DICOM_SUCCESS);
  Message request = With(Request("CMoveRequest", kMove, 5, move), asked);
  request.priority = COMMAND_PRIORITY_LOW;
  request.move_ae = "SIXTEEN LETTERS!";
  ExpectAt(*provider, request);
  ASSERT_EQ(provider->SendCMoveResponse(kMove, 5, move, COMMAND_STATUS_PENDING, 3, 0, 0, 0, nullptr), DICOM_SUCCESS);
  ASSERT_EQ(provider->SendCMoveResponse(kMove, 5, move, COMMAND_STATUS_CANCEL, 2, 1, 0, 0, nullptr), DICOM_SUCCESS);
  Message pending = Response("CMoveResponse", kMove, 5, COMMAND_STATUS_PENDING, move);
  pending.sub_operations = {3, 0, 0, 0};
  ExpectAt(*requestor, pending);
  Message end = Response("CMoveResponse", kMove, 5, COMMAND_STATUS_CANCEL, move);
  end.sub_operations = {2, 1, 0, 0};
  ExpectAt(*requestor, end);
  ExpectElements({kRemaining}, {});
}

TEST_F(DimseServicesTest, CCancelAndCEcho) {
  ASSERT_EQ(requestor->SendCCancelRequest(kFind, 6), DICOM_SUCCESS);
  ExpectAt(*provider, Request("CCancelRequest", kFind, 6, ""));
  ExpectElements({TAG_MESSAGE_ID_BEING_RESPONDED_TO}, {TAG_MESSAGE_ID, TAG_AFFECTED_SOP_CLASS_UID});
  ASSERT_EQ(requestor->SendCEchoRequest(kEcho, 0, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ExpectAt(*provider, Request("CEchoRequest", kEcho, 0, UID_VERIFICATION_CLASS));
  ASSERT_EQ(provider->SendCEchoResponse(kEcho, 0, UID_VERIFICATION_CLASS, COMMAND_STATUS_SUCCESS), DICOM_SUCCESS);
  ExpectAt(*requestor, Response("CEchoResponse", kEcho, 0, COMMAND_STATUS_SUCCESS, UID_VERIFICATION_CLASS));
}

// The performer reports to the one that asked: PS3.4 J.3, on an association of the latter.
TEST_F(DimseServicesTest, NEventReport) {
  const char* const commit = UID_STORAGE_COMMITMENT_PUSH_MODEL_CLASS;
  const char* const instance = UID_STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE;
  ASSERT_EQ(provider->SendNReportRequest(kCommit, 8, commit, instance, 2, Data(asked).get()), DICOM_SUCCESS);
  Message request = With(Request("NReportRequest", kCommit, 8, commit, instance), asked);
  request.type = 2;
  ExpectAt(*requestor, request);
  ASSERT_EQ(
      requestor->SendNReportResponse(kCommit, 8, commit, instance, COMMAND_STATUS_SUCCESS, 2, Data(answered).get()),
      DICOM_SUCCESS);
  Message response = With(Response("NReportResponse", kCommit, 8, COMMAND_STATUS_SUCCESS, commit, instance), answered);
  response.type = 2;
  ExpectAt(*provider, response);

  ASSERT_EQ(provider->SendNReportRequest(kCommit, 9, commit, instance, 1, nullptr), DICOM_SUCCESS);
  request = Request("NReportRequest", kCommit, 9, commit, instance);
  request.type = 1;
  ExpectAt(*requestor, request);
  ASSERT_EQ(requestor->SendNReportResponse(kCommit, 9, commit, instance, COMMAND_STATUS_PROCESSING_FAILURE, 1, nullptr),
            DICOM_SUCCESS);
  ExpectAt(*provider, Response("NReportResponse", kCommit, 9, COMMAND_STATUS_PROCESSING_FAILURE, commit, instance));
  ExpectElements({}, {TAG_EVENT_TYPE_ID});
}

TEST_F(DimseServicesTest, NGet) {
  const L_UINT32 wanted[] = {TAG_PATIENT_ID, 0x00400252, 0xFFFEFFFF};
  ASSERT_EQ(requestor->SendNGetRequest(kStep, 10, kStepClass, kInstance, wanted, 3), DICOM_SUCCESS);
  Message request = Request("NGetRequest", kStep, 10, kStepClass, kInstance);
  request.attributes.assign(wanted, wanted + 3);
  ExpectAt(*provider, request);
  ExpectElements({TAG_REQUESTED_SOP_CLASS_UID, TAG_REQUESTED_SOP_INSTANCE_UID},
                 {TAG_AFFECTED_SOP_CLASS_UID, TAG_AFFECTED_SOP_INSTANCE_UID});
  ASSERT_EQ(provider->SendNGetResponse(kStep, 10, kStepClass, kInstance, COMMAND_STATUS_SUCCESS, Data(answered).get()),
            DICOM_SUCCESS);
  ExpectAt(*requestor,
           With(Response("NGetResponse", kStep, 10, COMMAND_STATUS_SUCCESS, kStepClass, kInstance), answered));
  ExpectElements({TAG_AFFECTED_SOP_CLASS_UID, TAG_AFFECTED_SOP_INSTANCE_UID},
                 {TAG_REQUESTED_SOP_CLASS_UID, TAG_REQUESTED_SOP_INSTANCE_UID});

  ASSERT_EQ(requestor->SendNGetRequest(kStep, 11, kStepClass, kInstance, nullptr, 0), DICOM_SUCCESS);
  ExpectAt(*provider, Request("NGetRequest", kStep, 11, kStepClass, kInstance));
  ExpectElements({}, {TAG_ATTRIBUTE_IDENTIFIER_LIST});
  ASSERT_EQ(provider->SendNGetResponse(kStep, 11, kStepClass, "", COMMAND_STATUS_NO_SUCH_OBJECT_INSTANCE, nullptr),
            DICOM_SUCCESS);
  ExpectAt(*requestor, Response("NGetResponse", kStep, 11, COMMAND_STATUS_NO_SUCH_OBJECT_INSTANCE, kStepClass));
}

// As many as a command set of 64 KiB holds, which is what the library takes.
TEST_F(DimseServicesTest, NGetOfManyAttributes) {
  std::vector<L_UINT32> wanted(16000);
  for (std::size_t index = 0; index < wanted.size(); ++index)
    wanted[index] = static_cast<L_UINT32>(0x00080000 + index);
  ASSERT_EQ(
      requestor->SendNGetRequest(kStep, 12, kStepClass, kInstance, wanted.data(), static_cast<L_UINT16>(wanted.size())),
      DICOM_SUCCESS);
  Message request = Request("NGetRequest", kStep, 12, kStepClass, kInstance);
  request.attributes = wanted;
  ExpectAt(*provider, request);
  ASSERT_EQ(provider->SendNGetResponse(kStep, 12, kStepClass, kInstance, COMMAND_STATUS_SUCCESS, nullptr),
            DICOM_SUCCESS);
  ExpectAt(*requestor, Response("NGetResponse", kStep, 12, COMMAND_STATUS_SUCCESS, kStepClass, kInstance));
}

TEST_F(DimseServicesTest, NSet) {
  ASSERT_EQ(requestor->SendNSetRequest(kStep, 13, kStepClass, kInstance, Data(asked).get()), DICOM_SUCCESS);
  ExpectAt(*provider, With(Request("NSetRequest", kStep, 13, kStepClass, kInstance), asked));
  ExpectElements({TAG_REQUESTED_SOP_CLASS_UID}, {TAG_AFFECTED_SOP_CLASS_UID});
  ASSERT_EQ(provider->SendNSetResponse(kStep, 13, kStepClass, kInstance, COMMAND_STATUS_ATTRIBUTE_LIST_ERROR,
                                       Data(answered).get()),
            DICOM_SUCCESS);
  ExpectAt(
      *requestor,
      With(Response("NSetResponse", kStep, 13, COMMAND_STATUS_ATTRIBUTE_LIST_ERROR, kStepClass, kInstance), answered));
}

TEST_F(DimseServicesTest, NAction) {
  const char* const film = UID_BASIC_FILM_SESSION_CLASS;
  ASSERT_EQ(requestor->SendNActionRequest(kFilm, 14, film, kInstance, 0x0102, Data(asked).get()), DICOM_SUCCESS);
  Message request = With(Request("NActionRequest", kFilm, 14, film, kInstance), asked);
  request.type = 0x0102;
  ExpectAt(*provider, request);
  ExpectElements({TAG_REQUESTED_SOP_CLASS_UID, TAG_REQUESTED_SOP_INSTANCE_UID}, {TAG_AFFECTED_SOP_CLASS_UID});
  ASSERT_EQ(
      provider->SendNActionResponse(kFilm, 14, film, kInstance, COMMAND_STATUS_SUCCESS, 0x0102, Data(answered).get()),
      DICOM_SUCCESS);
  Message response = With(Response("NActionResponse", kFilm, 14, COMMAND_STATUS_SUCCESS, film, kInstance), answered);
  response.type = 0x0102;
  ExpectAt(*requestor, response);

  ASSERT_EQ(requestor->SendNActionRequest(kFilm, 15, film, kInstance, 9, nullptr), DICOM_SUCCESS);
  request = Request("NActionRequest", kFilm, 15, film, kInstance);
  request.type = 9;
  ExpectAt(*provider, request);
  ASSERT_EQ(provider->SendNActionResponse(kFilm, 15, film, kInstance, COMMAND_STATUS_NO_SUCH_ACTION_TYPE, 9, nullptr),
            DICOM_SUCCESS);
  response = Response("NActionResponse", kFilm, 15, COMMAND_STATUS_NO_SUCH_ACTION_TYPE, film, kInstance);
  response.type = 9;
  ExpectAt(*requestor, response);
}

TEST_F(DimseServicesTest, NCreate) {
  ASSERT_EQ(requestor->SendNCreateRequest(kStep, 16, kStepClass, kInstance, Data(asked).get()), DICOM_SUCCESS);
  ExpectAt(*provider, With(Request("NCreateRequest", kStep, 16, kStepClass, kInstance), asked));
  ExpectElements({TAG_AFFECTED_SOP_CLASS_UID, TAG_AFFECTED_SOP_INSTANCE_UID}, {TAG_REQUESTED_SOP_CLASS_UID});
  ASSERT_EQ(provider->SendNCreateResponse(kStep, 16, kStepClass, kInstance, COMMAND_STATUS_DUPLICATE_INSTANCE, nullptr),
            DICOM_SUCCESS);
  ExpectAt(*requestor,
           Response("NCreateResponse", kStep, 16, COMMAND_STATUS_DUPLICATE_INSTANCE, kStepClass, kInstance));

  // The performer names the instance.
  for (const char* const unnamed : {"", static_cast<const char*>(nullptr)}) {
    ASSERT_EQ(requestor->SendNCreateRequest(kStep, 17, kStepClass, unnamed, nullptr), DICOM_SUCCESS);
    ExpectAt(*provider, Request("NCreateRequest", kStep, 17, kStepClass));
    ExpectElements({}, {TAG_AFFECTED_SOP_INSTANCE_UID});
    ASSERT_EQ(
        provider->SendNCreateResponse(kStep, 17, kStepClass, "1.2.3", COMMAND_STATUS_SUCCESS, Data(answered).get()),
        DICOM_SUCCESS);
    ExpectAt(*requestor,
             With(Response("NCreateResponse", kStep, 17, COMMAND_STATUS_SUCCESS, kStepClass, "1.2.3"), answered));
  }
}

TEST_F(DimseServicesTest, NDelete) {
  ASSERT_EQ(requestor->SendNDeleteRequest(kFilm, 18, UID_BASIC_FILM_SESSION_CLASS, kInstance), DICOM_SUCCESS);
  ExpectAt(*provider, Request("NDeleteRequest", kFilm, 18, UID_BASIC_FILM_SESSION_CLASS, kInstance));
  ExpectElements({TAG_REQUESTED_SOP_CLASS_UID, TAG_REQUESTED_SOP_INSTANCE_UID}, {TAG_AFFECTED_SOP_CLASS_UID});
  ASSERT_EQ(provider->SendNDeleteResponse(kFilm, 18, UID_BASIC_FILM_SESSION_CLASS, kInstance, COMMAND_STATUS_SUCCESS),
            DICOM_SUCCESS);
  ExpectAt(*requestor,
           Response("NDeleteResponse", kFilm, 18, COMMAND_STATUS_SUCCESS, UID_BASIC_FILM_SESSION_CLASS, kInstance));
}

// The texts and the data set are the caller's, and may be gone when the sender has returned.
TEST_F(DimseServicesTest, WhatIsSentIsAsItWasAtTheCall) {
  {
    std::string instance = kInstance;
    auto data = std::make_unique<Data>(asked);
    // OnBeforeSendCommandSet runs inside the call, and must not be able to change the data set under it either.
    requestor->BeforeSend([&](LDicomDS&) { data.reset(); });
    LDicomDS* const raw = data->get();
    ASSERT_EQ(requestor->SendNSetRequest(kStep, 1, kStepClass, instance.c_str(), raw), DICOM_SUCCESS);
    requestor->BeforeSend(nullptr);
    instance.assign(instance.size(), 'x');
  }
  ExpectAt(*provider, With(Request("NSetRequest", kStep, 1, kStepClass, kInstance), asked));
}

// ---- The elements of a status (PS3.7 C.5) -----------------------------------------------------------------

void Insert(LDicomDS& command, L_UINT32 tag, const std::vector<L_INT32>& tags) {
  const pDICOMELEMENT element = command.InsertElement(nullptr, L_FALSE, tag, 0, L_FALSE, ELEMENT_INDEX_MAX);
  ASSERT_NE(element, nullptr);
  EXPECT_TRUE(command.SetLongValue(element, tags.data(), static_cast<L_UINT32>(tags.size())));
}

TEST_F(DimseServicesTest, TheElementsOfAStatusAreAddedBeforeSendingAndReadInTheHook) {
  provider->BeforeSend([](LDicomDS& command) {
    Insert(command, TAG_OFFENDING_ELEMENT, {0x00100010, 0x00100020});
    Insert(command, TAG_ATTRIBUTE_IDENTIFIER_LIST, {0x00400252});
    pDICOMELEMENT element = command.InsertElement(nullptr, L_FALSE, TAG_ERROR_COMMENT, 0, L_FALSE, ELEMENT_INDEX_MAX);
    EXPECT_TRUE(command.SetStringValue(element, "odd one", 1));
    element = command.InsertElement(nullptr, L_FALSE, TAG_ERROR_ID, 0, L_FALSE, ELEMENT_INDEX_MAX);
    const L_INT16 error_id = 0x1234;
    EXPECT_TRUE(command.SetShortValue(element, &error_id, 1));
  });
  std::string comment;
  std::vector<L_INT32> offending;
  requestor->On("NSetResponse", [&](Services& self, const Message&) {
    LDicomDS& command = *self.GetCommandSet();
    comment = command.GetStringValue(command.FindFirstElement(nullptr, TAG_ERROR_COMMENT, L_FALSE), 0, 1);
    const pDICOMELEMENT element = command.FindFirstElement(nullptr, TAG_OFFENDING_ELEMENT, L_FALSE);
    const L_INT32* const tags = command.GetLongValue(element, 0, 2);
    offending.assign(tags, tags + command.GetCountValue(element));
  });
  ASSERT_EQ(requestor->SendNSetRequest(kStep, 1, kStepClass, kInstance, Data(asked).get()), DICOM_SUCCESS);
  EXPECT_EQ(provider->Next().hook, "NSetRequest");
  ASSERT_EQ(
      provider->SendNSetResponse(kStep, 1, kStepClass, kInstance, COMMAND_STATUS_INVALID_ATTRIBUTE_VALUE, nullptr),
      DICOM_SUCCESS);
  ExpectAt(*requestor,
           Response("NSetResponse", kStep, 1, COMMAND_STATUS_INVALID_ATTRIBUTE_VALUE, kStepClass, kInstance));
  EXPECT_EQ(comment, "odd one");
  EXPECT_EQ(offending, (std::vector<L_INT32>{0x00100010, 0x00100020}));
  EXPECT_EQ(last.command[TAG_OFFENDING_ELEMENT], (ByteVector{0x10, 0, 0x10, 0, 0x10, 0, 0x20, 0}));
  EXPECT_EQ(last.command[TAG_ATTRIBUTE_IDENTIFIER_LIST], (ByteVector{0x40, 0, 0x52, 2}));
  EXPECT_EQ(last.command[TAG_ERROR_COMMENT], (ByteVector{'o', 'd', 'd', ' ', 'o', 'n', 'e', ' '}));
  EXPECT_EQ(last.command[TAG_ERROR_ID], (ByteVector{0x34, 0x12}));
}

TEST_F(DimseServicesTest, EveryStatusArrivesAsItIs) {
  for (const L_UINT16 status :
       {0x0000, 0x0001, 0x0105, 0x0106, 0x0107, 0x0110, 0x0111, 0x0112, 0x0113, 0x0114, 0x0115, 0x0116, 0x0117,
        0x0118, 0x0119, 0x0120, 0x0121, 0x0122, 0x0124, 0x0124, 0x0131, 0x0210, 0x0211, 0x0212, 0x0213, 0xA700,
        0xA701, 0xA702, 0xA801, 0xA900, 0xB000, 0xB006, 0xB007, 0xC000, 0xC001, 0xCFFF, 0xFE00, 0x7777, 0xFFFF}) {
    ASSERT_EQ(requestor->SendNDeleteRequest(kFilm, 1, UID_BASIC_FILM_SESSION_CLASS, kInstance), DICOM_SUCCESS);
    EXPECT_EQ(provider->Next().hook, "NDeleteRequest");
    ASSERT_EQ(provider->SendNDeleteResponse(kFilm, 1, UID_BASIC_FILM_SESSION_CLASS, kInstance, status), DICOM_SUCCESS);
    EXPECT_EQ(requestor->Next().status, status);
  }
}

}  // namespace
}  // namespace test
