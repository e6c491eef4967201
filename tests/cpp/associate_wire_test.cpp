// LDicomAssociate on a real connection: everything that one side sets arrives at the other, in both directions, and
// what an acceptor's answer may be.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <memory>
#include <string>
#include <vector>

#include "support/raw_peer.h"
#include "support/world.h"

namespace test {
namespace {

using Bytes = std::vector<L_UCHAR>;
using Getter = L_VOID (LDicomAssociate::*)(L_TCHAR*, L_UINT32) const;

std::string TextOf(const LDicomAssociate& associate, Getter getter) {
  L_TCHAR text[PDU_MAX_UID_SIZE + 1] = "";
  (associate.*getter)(text, sizeof(text));
  return text;
}

std::string Abstract(const LDicomAssociate& associate, L_UCHAR id) {
  L_TCHAR text[PDU_MAX_UID_SIZE + 1] = "";
  associate.GetAbstract(id, text, sizeof(text));
  return text;
}

std::string Transfer(const LDicomAssociate& associate, L_UCHAR id, L_INT index = 0) {
  L_TCHAR text[PDU_MAX_UID_SIZE + 1] = "";
  associate.GetTransfer(id, index, text, sizeof(text));
  return text;
}

Bytes BytesOf(const L_UCHAR* data, std::size_t length) {
  return data == nullptr ? Bytes() : Bytes(data, data + length);
}

Bytes UserInfo(LDicomAssociate& associate, L_UCHAR type) {
  for (L_INT index = 0; index < associate.GetUserInfoCount(); ++index) {
    if (associate.GetTypeUserInfo(index) == type)
      return BytesOf(associate.GetDataUserInfo(index), associate.GetLengthUserInfo(index));
  }
  return {};
}

class AssociateWire : public NetTest {
 protected:
  // A connected client; what the acceptor is asked is kept in `asked`, and answered with `answer`.
  void SetUp() override {
    Probe& server = *Make("server");
    port = Listen(server);
    client = Make("client");
    Connect(*client, port);
    On("acceptor.OnReceiveAssociateRequest", [this](Probe& acceptor, Call& call) {
      asked.reset(call.associate->Clone());
      LDicomAssociate* const reply = answer ? answer.get() : nullptr;
      answered = acceptor.SendAssociateAccept(reply != nullptr ? reply : AnswerTo(*call.associate).get());
      accepted.reset(acceptor.GetAssociate() != nullptr ? acceptor.GetAssociate()->Clone() : nullptr);
      acceptor.world().log.Add("answered");
    });
    On("client.OnReceiveAssociateAccept", [this](Probe& self, Call& call) {
      received.reset(call.associate->Clone());
      self.world().log.Add("received");
    });
  }
  // Associates, and waits until both sides have kept what they saw.
  void Negotiate(LDicomAssociate* request = nullptr) {
    log.Clear();
    Associate(*client, request);
    ASSERT_TRUE(log.Has("answered"));
    ASSERT_TRUE(log.Has("received"));
  }

  L_UINT port = 0;
  Probe* client = nullptr;
  std::unique_ptr<LDicomAssociate> asked;     // the request at the acceptor
  std::unique_ptr<LDicomAssociate> answer;    // what to answer
  std::unique_ptr<LDicomAssociate> accepted;  // what the acceptor's GetAssociate says
  std::unique_ptr<LDicomAssociate> received;  // the answer at the requestor
  L_INT answered = -1;
};

// PS3.7 Table D.3-11: CT storage belongs to the storage service class.
const Bytes kCommonExtended = [] {
  const std::string sop_class = UID_CT_IMAGE_STORAGE;
  const std::string service_class = "1.2.840.10008.4.2";
  Bytes item = {0, static_cast<L_UCHAR>(sop_class.size())};
  item.insert(item.end(), sop_class.begin(), sop_class.end());
  item.insert(item.end(), {0, static_cast<L_UCHAR>(service_class.size())});
  item.insert(item.end(), service_class.begin(), service_class.end());
  item.insert(item.end(), {0, 0});
  return item;
}();

TEST_F(AssociateWire, WhatTheRequestorSaysArrives) {
  LDicomAssociate request(L_TRUE);
  ASSERT_EQ(request.SetCalled("CALLED AE"), DICOM_SUCCESS);
  ASSERT_EQ(request.SetCalling("CALLING AE"), DICOM_SUCCESS);
  ASSERT_EQ(request.SetVersion(3), DICOM_SUCCESS);
  ASSERT_EQ(request.AddPresentation(3, 0, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_EQ(request.AddTransfer(3, UID_EXPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  ASSERT_EQ(request.AddTransfer(3, UID_IMPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  ASSERT_EQ(request.AddPresentation(255, 0, UID_CT_IMAGE_STORAGE), DICOM_SUCCESS);
  ASSERT_EQ(request.AddTransfer(255, UID_JPEG_BASELINE_1), DICOM_SUCCESS);
  ASSERT_EQ(request.SetRoleSelect(255, L_TRUE, PDU_ROLE_SUPPORT, PDU_ROLE_NON_SUPPORT), DICOM_SUCCESS);
  const Bytes extended = {2, 0, 0, 1};
  ASSERT_EQ(request.SetExtended(255, extended.data(), 4), DICOM_SUCCESS);
  ASSERT_EQ(request.SetMaxLength(L_TRUE, 46726), DICOM_SUCCESS);
  ASSERT_EQ(request.SetImplementClass(L_TRUE, "1.2.3.4.5.6"), DICOM_SUCCESS);
  ASSERT_EQ(request.SetImplementVersion(L_TRUE, "TESTS 1"), DICOM_SUCCESS);
  ASSERT_EQ(request.SetAsyncOperations(L_TRUE, 7, 0), DICOM_SUCCESS);
  ASSERT_EQ(request.AddUserInfo(0x57, kCommonExtended.data(), static_cast<L_UINT16>(kCommonExtended.size())),
            DICOM_SUCCESS);
  const Bytes unknown = {0xDE, 0xAD};
  ASSERT_EQ(request.AddUserInfo(0x7F, unknown.data(), 2), DICOM_SUCCESS);
  Negotiate(&request);

  ASSERT_TRUE(asked);
  EXPECT_TRUE(asked->IsRequest());
  EXPECT_EQ(TextOf(*asked, &LDicomAssociate::GetCalled), "CALLED AE");
  EXPECT_EQ(TextOf(*asked, &LDicomAssociate::GetCalling), "CALLING AE");
  EXPECT_EQ(TextOf(*asked, &LDicomAssociate::GetApplication), UID_APPLICATION_CONTEXT_NAME);
  EXPECT_EQ(asked->GetVersion(), 3);
  ASSERT_EQ(asked->GetPresentationCount(), 2);
  EXPECT_EQ(asked->GetPresentation(0), 3);
  EXPECT_EQ(Abstract(*asked, 3), UID_VERIFICATION_CLASS);
  EXPECT_EQ(asked->GetTransferCount(3), 2);
  EXPECT_EQ(Transfer(*asked, 3, 0), UID_EXPLICIT_VR_LITTLE_ENDIAN);
  EXPECT_EQ(Transfer(*asked, 3, 1), UID_IMPLICIT_VR_LITTLE_ENDIAN);
  EXPECT_EQ(Transfer(*asked, 255), UID_JPEG_BASELINE_1);
  EXPECT_TRUE(asked->IsRoleSelect(255));
  EXPECT_EQ(asked->GetUserRole(255), PDU_ROLE_SUPPORT);
  EXPECT_EQ(asked->GetProviderRole(255), PDU_ROLE_NON_SUPPORT);
  EXPECT_FALSE(asked->IsRoleSelect(3));
  EXPECT_EQ(BytesOf(asked->GetExtended(255), asked->GetLengthExtended(255)), extended);
  EXPECT_EQ(asked->GetMaxLength(), 46726U);
  EXPECT_EQ(TextOf(*asked, &LDicomAssociate::GetImplementClass), "1.2.3.4.5.6");
  EXPECT_EQ(TextOf(*asked, &LDicomAssociate::GetImplementVersion), "TESTS 1");
  EXPECT_TRUE(asked->IsAsyncOperations());
  EXPECT_EQ(asked->GetInvokedOperations(), 7);
  EXPECT_EQ(asked->GetPerformedOperations(), 0);
  ASSERT_EQ(asked->GetUserInfoCount(), 2);
  EXPECT_EQ(UserInfo(*asked, 0x57), kCommonExtended);
  EXPECT_EQ(UserInfo(*asked, 0x7F), unknown);
}

TEST_F(AssociateWire, WhatTheAcceptorSaysArrives) {
  answer = std::make_unique<LDicomAssociate>(L_FALSE);
  ASSERT_EQ(answer->AddPresentation(kVerification, 0, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_EQ(answer->AddTransfer(kVerification, UID_IMPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  ASSERT_EQ(answer->AddPresentation(kStorage, PDU_ACCEPT_RESULT_ABSTRACT_SYNTAX, UID_CT_IMAGE_STORAGE), DICOM_SUCCESS);
  ASSERT_EQ(answer->SetRoleSelect(kVerification, L_TRUE, PDU_ROLE_NON_SUPPORT, PDU_ROLE_SUPPORT), DICOM_SUCCESS);
  const Bytes extended = {1, 1};
  ASSERT_EQ(answer->SetExtended(kVerification, extended.data(), 2), DICOM_SUCCESS);
  ASSERT_EQ(answer->SetMaxLength(L_TRUE, 30000), DICOM_SUCCESS);
  ASSERT_EQ(answer->SetImplementClass(L_TRUE, "1.2.3.9"), DICOM_SUCCESS);
  ASSERT_EQ(answer->SetImplementVersion(L_TRUE, "ACCEPTOR"), DICOM_SUCCESS);
  ASSERT_EQ(answer->SetAsyncOperations(L_TRUE, 1, 3), DICOM_SUCCESS);
  const Bytes unknown = {1, 2, 3, 4};
  ASSERT_EQ(answer->AddUserInfo(0x6F, unknown.data(), 4), DICOM_SUCCESS);
  Negotiate();
  ASSERT_EQ(answered, DICOM_SUCCESS);

  LDicomAssociate* const kept = client->GetAssociate();
  ASSERT_NE(kept, nullptr);
  ASSERT_TRUE(received);
  ASSERT_TRUE(accepted);
  // The hook's, what GetAssociate keeps, and the acceptor's own copy say the same.
  for (LDicomAssociate* const seen : {received.get(), kept, accepted.get()}) {
    EXPECT_FALSE(seen->IsRequest());
    EXPECT_EQ(TextOf(*seen, &LDicomAssociate::GetCalled), "SERVER");
    EXPECT_EQ(TextOf(*seen, &LDicomAssociate::GetCalling), "CLIENT");
    ASSERT_EQ(seen->GetPresentationCount(), 2);
    EXPECT_EQ(seen->GetResult(kVerification), PDU_ACCEPT_RESULT_SUCCESS);
    EXPECT_EQ(seen->GetResult(kStorage), PDU_ACCEPT_RESULT_ABSTRACT_SYNTAX);
    // Which the wire does not carry.
    EXPECT_EQ(Abstract(*seen, kVerification), UID_VERIFICATION_CLASS);
    EXPECT_EQ(Abstract(*seen, kStorage), UID_CT_IMAGE_STORAGE);
    EXPECT_EQ(seen->FindAbstract(UID_CT_IMAGE_STORAGE), kStorage);
    EXPECT_EQ(Transfer(*seen, kVerification), UID_IMPLICIT_VR_LITTLE_ENDIAN);
    EXPECT_TRUE(seen->IsRoleSelect(kVerification));
    EXPECT_EQ(seen->GetProviderRole(kVerification), PDU_ROLE_SUPPORT);
    EXPECT_EQ(BytesOf(seen->GetExtended(kVerification), seen->GetLengthExtended(kVerification)), extended);
    EXPECT_EQ(seen->GetMaxLength(), 30000U);
    EXPECT_EQ(TextOf(*seen, &LDicomAssociate::GetImplementClass), "1.2.3.9");
    EXPECT_EQ(TextOf(*seen, &LDicomAssociate::GetImplementVersion), "ACCEPTOR");
    EXPECT_EQ(seen->GetInvokedOperations(), 1);
    EXPECT_EQ(seen->GetPerformedOperations(), 3);
    EXPECT_EQ(UserInfo(*seen, 0x6F), unknown);
  }
  Echo(*client);
  EXPECT_EQ(client->SendCEchoRequest(kStorage, 2, UID_VERIFICATION_CLASS), DICOM_ERROR_PDU_ID);
}

TEST_F(AssociateWire, TheLibrarySaysWhatTheObjectDoesNot) {
  Negotiate();
  ASSERT_TRUE(asked);
  ASSERT_TRUE(received);
  for (const LDicomAssociate* const seen : {asked.get(), received.get()}) {
    EXPECT_TRUE(seen->IsMaxLength());
    EXPECT_TRUE(seen->IsImplementClass());
    EXPECT_NE(TextOf(*seen, &LDicomAssociate::GetImplementClass), "");
    EXPECT_FALSE(seen->IsAsyncOperations());
  }
}

TEST_F(AssociateWire, UserIdentityThereAndBack) {
  for (L_UCHAR type = PDU_USER_IDENTITY_USERNAME; type <= PDU_USER_IDENTITY_JWT; ++type) {
    SCOPED_TRACE(int{type});
    const auto request = Request();
    const Bytes primary(300, type);
    const Bytes secondary = type == PDU_USER_IDENTITY_USERNAME_PASSCODE ? Bytes{'p', 'w'} : Bytes();
    ASSERT_EQ(request->SetUserIdentity(type, L_TRUE, primary.data(), 300, secondary.data(),
                                       static_cast<L_UINT16>(secondary.size())),
              DICOM_SUCCESS);
    answer = AnswerTo(*request);
    const Bytes ticket(type, 0xAA);
    ASSERT_EQ(answer->SetUserIdentityResponse(L_TRUE, ticket.data(), type), DICOM_SUCCESS);
    Negotiate(request.get());

    L_BOOL wants_response = L_FALSE;
    L_UCHAR* first = nullptr;
    L_UCHAR* second = nullptr;
    L_UINT16 first_length = 0;
    L_UINT16 second_length = 0;
    EXPECT_EQ(asked->GetUserIdentity(&wants_response, &first, &first_length, &second, &second_length), type);
    EXPECT_TRUE(wants_response);
    EXPECT_EQ(BytesOf(first, first_length), primary);
    EXPECT_EQ(BytesOf(second, second_length), secondary);
    ASSERT_TRUE(received->GetUserIdentityResponse(&first, &first_length));
    EXPECT_EQ(BytesOf(first, first_length), ticket);

    client->Close();
    Connect(*client, port);
  }
}

TEST_F(AssociateWire, ContextsLeftOutAreRefused) {
  answer = std::make_unique<LDicomAssociate>(L_FALSE);
  ASSERT_EQ(answer->AddPresentation(kStorage, 0, UID_CT_IMAGE_STORAGE), DICOM_SUCCESS);
  ASSERT_EQ(answer->AddTransfer(kStorage, UID_IMPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  Negotiate();
  EXPECT_EQ(answered, DICOM_SUCCESS);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->GetPresentationCount(), 2);
  EXPECT_EQ(received->GetResult(kVerification), PDU_ACCEPT_RESULT_PROVIDER_REJECT);
  EXPECT_EQ(received->GetResult(kStorage), PDU_ACCEPT_RESULT_SUCCESS);
  EXPECT_EQ(client->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_ERROR_PDU_ID);
}

TEST_F(AssociateWire, AnswersThatFitNoRequest) {
  On("acceptor.OnReceiveAssociateRequest", [](Probe& acceptor, Call& call) {
    const auto wrong = AnswerTo(*call.associate);
    EXPECT_EQ(wrong->AddPresentation(9, 0, UID_MR_IMAGE_STORAGE), DICOM_SUCCESS);
    EXPECT_EQ(wrong->AddTransfer(9, UID_IMPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
    EXPECT_EQ(acceptor.SendAssociateAccept(wrong.get()), DICOM_ERROR_PDU_ID) << "it was not proposed";
    wrong->DelPresentation(9);
    EXPECT_EQ(wrong->SetTransfer(kVerification, 0, UID_JPEG_BASELINE_1), DICOM_SUCCESS);
    EXPECT_EQ(acceptor.SendAssociateAccept(wrong.get()), DICOM_ERROR_PDU_ID) << "nor was this transfer syntax";
    wrong->SetRequest(L_TRUE);
    EXPECT_EQ(acceptor.SendAssociateAccept(wrong.get()), DICOM_ERROR_PDU_TYPE);
    EXPECT_EQ(acceptor.SendAssociateAccept(call.associate), DICOM_ERROR_PDU_TYPE);
    EXPECT_EQ(acceptor.SendAssociateAccept(nullptr), DICOM_ERROR_NULL_PTR);
    // Nothing was sent so far: the right answer still goes.
    EXPECT_EQ(acceptor.SendAssociateAccept(AnswerTo(*call.associate).get()), DICOM_SUCCESS);
    EXPECT_EQ(acceptor.SendAssociateAccept(AnswerTo(*call.associate).get()), DICOM_ERROR_NET_INVALID);
  });
  Associate(*client);
  Echo(*client);
}

TEST_F(AssociateWire, RequestsThatCannotBeSent) {
  LDicomAssociate request(L_TRUE);
  EXPECT_NE(client->SendAssociateRequest(&request), DICOM_SUCCESS) << "no context";
  ASSERT_EQ(request.AddPresentation(1, 0, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  EXPECT_NE(client->SendAssociateRequest(&request), DICOM_SUCCESS) << "no transfer syntax";
  ASSERT_EQ(request.AddTransfer(1, UID_IMPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  request.SetRequest(L_FALSE);
  EXPECT_EQ(client->SendAssociateRequest(&request), DICOM_ERROR_PDU_TYPE);
  EXPECT_EQ(client->SendAssociateRequest(nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(log.CountFrom("acceptor.OnReceive"), 0U) << "nothing was sent";
  request.SetRequest(L_TRUE);
  Associate(*client, &request);
}

TEST_F(AssociateWire, AnAnswerMadeOfTheRequestItself) {
  On("acceptor.OnReceiveAssociateRequest", [](Probe& acceptor, Call& call) {
    call.associate->SetRequest(L_FALSE);
    EXPECT_EQ(acceptor.SendAssociateAccept(call.associate), DICOM_SUCCESS);
  });
  Associate(*client);
  ASSERT_TRUE(log.Has("received"));
  EXPECT_EQ(received->GetResult(kVerification), PDU_ACCEPT_RESULT_SUCCESS);
  Echo(*client);
}

TEST_F(AssociateWire, AnswerLaterFromAnotherThread) {
  Probe* waiting = nullptr;
  const ObjectsEndHere end(*world);
  On("acceptor.OnReceiveAssociateRequest", [&](Probe& acceptor, Call& call) {
    waiting = &acceptor;
    asked.reset(call.associate->Clone());
    acceptor.world().log.Add("left open");
  });
  ASSERT_EQ(client->SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("left open"));
  EXPECT_EQ(waiting->SendAssociateAccept(AnswerTo(*asked).get()), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("client.OnReceiveAssociateAccept"));
}

TEST_F(AssociateWire, TheObjectIsCopiedWhenItIsSent) {
  auto request = Request();
  ASSERT_EQ(client->SendAssociateRequest(request.get()), DICOM_SUCCESS);
  request->Reset(L_TRUE);
  request.reset();
  ASSERT_TRUE(log.Has("client.OnReceiveAssociateAccept"));
  EXPECT_EQ(TextOf(*asked, &LDicomAssociate::GetCalled), "SERVER");
}

TEST_F(AssociateWire, GetAssociateStaysAfterTheEndAndGoesWithClose) {
  EXPECT_EQ(client->GetAssociate(), nullptr);
  Associate(*client);
  LDicomAssociate* const first = client->GetAssociate();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(client->GetAssociate(), first);
  ASSERT_EQ(client->SendReleaseRequest(), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has("client.OnClose 0"));
  EXPECT_EQ(client->GetAssociate(), first);
  EXPECT_EQ(first->FindAbstract(UID_VERIFICATION_CLASS), kVerification);
  client->Close();
  EXPECT_EQ(client->GetAssociate(), nullptr);
  Connect(*client, port);
  EXPECT_EQ(client->GetAssociate(), nullptr);
  auto other = Request();
  other->DelPresentation(kStorage);
  Associate(*client, other.get());
  ASSERT_NE(client->GetAssociate(), nullptr);
  EXPECT_EQ(client->GetAssociate()->GetPresentationCount(), 1);
}

}  // namespace
}  // namespace test
