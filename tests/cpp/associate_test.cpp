// LDicomAssociate as a value: every getter with its setter, and what the setters refuse. What travels is in
// associate_wire_test.cpp.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace test {
namespace {

using Getter = L_VOID (LDicomAssociate::*)(L_TCHAR*, L_UINT32) const;
using Bytes = std::vector<L_UCHAR>;

std::string TextOf(const LDicomAssociate& associate, Getter getter) {
  L_TCHAR text[PDU_MAX_UID_SIZE + 1] = "before";
  (associate.*getter)(text, sizeof(text));
  return text;
}

std::string Abstract(const LDicomAssociate& associate, L_UCHAR id) {
  L_TCHAR text[PDU_MAX_UID_SIZE + 1] = "before";
  associate.GetAbstract(id, text, sizeof(text));
  return text;
}

std::string Transfer(const LDicomAssociate& associate, L_UCHAR id, L_INT index) {
  L_TCHAR text[PDU_MAX_UID_SIZE + 1] = "before";
  associate.GetTransfer(id, index, text, sizeof(text));
  return text;
}

Bytes BytesOf(const L_UCHAR* data, std::size_t length) {
  return data == nullptr ? Bytes() : Bytes(data, data + length);
}

Bytes Raw(const std::string& text) {
  return Bytes(text.begin(), text.end());
}

std::unique_ptr<LDicomAssociate> WithContext(L_UCHAR id = 1, L_BOOL is_request = L_TRUE) {
  auto associate = std::make_unique<LDicomAssociate>(is_request);
  EXPECT_EQ(associate->AddPresentation(id, 0, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  return associate;
}

TEST(Associate, StartsEmpty) {
  for (const L_BOOL is_request : {L_TRUE, L_FALSE}) {
    LDicomAssociate associate(is_request);
    EXPECT_EQ(associate.IsRequest(), is_request);
    EXPECT_EQ(associate.GetVersion(), 1);
    EXPECT_EQ(TextOf(associate, &LDicomAssociate::GetCalled), "");
    EXPECT_EQ(TextOf(associate, &LDicomAssociate::GetCalling), "");
    EXPECT_EQ(TextOf(associate, &LDicomAssociate::GetApplication), UID_APPLICATION_CONTEXT_NAME);
    EXPECT_EQ(associate.GetPresentationCount(), 0);
    EXPECT_EQ(associate.GetPresentation(0), 0);
    EXPECT_FALSE(associate.IsMaxLength());
    EXPECT_FALSE(associate.IsImplementClass());
    EXPECT_FALSE(associate.IsImplementVersion());
    EXPECT_FALSE(associate.IsAsyncOperations());
    EXPECT_EQ(associate.GetUserInfoCount(), 0);
    EXPECT_EQ(associate.GetUserIdentity(nullptr, nullptr, nullptr, nullptr, nullptr), 0);
    EXPECT_FALSE(associate.GetUserIdentityResponse(nullptr, nullptr));
  }
}

TEST(Associate, FormAndVersion) {
  LDicomAssociate associate(L_TRUE);
  ASSERT_EQ(associate.SetCalled("KEPT"), DICOM_SUCCESS);
  associate.SetRequest(L_FALSE);
  EXPECT_FALSE(associate.IsRequest());
  EXPECT_EQ(TextOf(associate, &LDicomAssociate::GetCalled), "KEPT");
  associate.SetRequest(L_TRUE);
  EXPECT_TRUE(associate.IsRequest());
  EXPECT_EQ(associate.SetVersion(3), DICOM_SUCCESS);
  EXPECT_EQ(associate.GetVersion(), 3);
}

TEST(Associate, AeTitles) {
  struct Side {
    L_INT (LDicomAssociate::*set)(const L_TCHAR*);
    Getter get;
  };
  const Side sides[] = {{&LDicomAssociate::SetCalled, &LDicomAssociate::GetCalled},
                        {&LDicomAssociate::SetCalling, &LDicomAssociate::GetCalling}};
  for (const Side& side : sides) {
    LDicomAssociate associate(L_TRUE);
    const auto set = [&](const L_TCHAR* title) { return (associate.*side.set)(title); };
    for (const char* const good : {"A", "SIXTEEN_LETTERS_", "with space", "~!\"#$%&'()*+,-.", ""}) {
      EXPECT_EQ(set(good), DICOM_SUCCESS) << good;
      EXPECT_EQ(TextOf(associate, side.get), good);
    }
    EXPECT_EQ(set("  PADDED  "), DICOM_SUCCESS);
    EXPECT_EQ(TextOf(associate, side.get), "PADDED");
    for (const char* const bad : {"SEVENTEEN_LETTERS", "back\\slash", "bell\a", "new\nline", "\x7F", "\xC3\xA4"}) {
      EXPECT_EQ(set(bad), DICOM_ERROR_PARAMETER) << bad;
      EXPECT_EQ(TextOf(associate, side.get), "PADDED") << "a refused value has changed it";
    }
    EXPECT_EQ(set(nullptr), DICOM_ERROR_NULL_PTR);
  }
}

TEST(Associate, TextsAreCutAndEndedByNul) {
  LDicomAssociate associate(L_TRUE);
  ASSERT_EQ(associate.SetCalled("ABCDEF"), DICOM_SUCCESS);
  L_TCHAR text[8] = "xxxxxxx";
  associate.GetCalled(text, 4);
  EXPECT_STREQ(text, "ABC");
  EXPECT_EQ(text[4], 'x') << "behind the size given";
  associate.GetCalled(text, 1);
  EXPECT_STREQ(text, "");
  text[0] = 'y';
  associate.GetCalled(text, 0);
  EXPECT_EQ(text[0], 'y');
  associate.GetCalled(nullptr, 8);
  associate.GetCalled(text, 7);
  EXPECT_STREQ(text, "ABCDEF");
}

TEST(Associate, UidsAreChecked) {
  LDicomAssociate associate(L_TRUE);
  ASSERT_EQ(associate.AddPresentation(1, 0, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_EQ(associate.AddTransfer(1, UID_IMPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  const std::string longest = "1." + std::string(PDU_MAX_UID_SIZE - 2, '2');
  const std::string too_long = longest + "3";
  for (const std::string& bad : {too_long, std::string("1..2"), std::string("1.2."), std::string("1.a"),
                                 std::string("one"), std::string("1.2 "), std::string(".1")}) {
    EXPECT_EQ(associate.SetApplication(bad.c_str()), DICOM_ERROR_PARAMETER) << bad;
    EXPECT_EQ(associate.AddPresentation(3, 0, bad.c_str()), DICOM_ERROR_PARAMETER) << bad;
    EXPECT_EQ(associate.SetAbstract(1, bad.c_str()), DICOM_ERROR_PARAMETER) << bad;
    EXPECT_EQ(associate.AddTransfer(1, bad.c_str()), DICOM_ERROR_PARAMETER) << bad;
    EXPECT_EQ(associate.SetTransfer(1, 0, bad.c_str()), DICOM_ERROR_PARAMETER) << bad;
    EXPECT_EQ(associate.SetImplementClass(L_TRUE, bad.c_str()), DICOM_ERROR_PARAMETER) << bad;
  }
  EXPECT_EQ(associate.SetApplication(longest.c_str()), DICOM_SUCCESS);
  EXPECT_EQ(TextOf(associate, &LDicomAssociate::GetApplication), longest);
  EXPECT_EQ(associate.GetPresentationCount(), 1);
  EXPECT_EQ(associate.GetTransferCount(1), 1);
  EXPECT_FALSE(associate.IsImplementClass());
  EXPECT_EQ(associate.SetApplication(nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(associate.AddPresentation(3, 0, nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(associate.SetAbstract(1, nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(associate.AddTransfer(1, nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(associate.SetTransfer(1, 0, nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(associate.SetImplementClass(L_TRUE, nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(associate.SetImplementVersion(L_TRUE, nullptr), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(associate.FindAbstract(nullptr), 0);
  EXPECT_EQ(associate.FindNextAbstract(1, nullptr), 0);
  EXPECT_EQ(associate.GetAbstractCount(nullptr), 0);
}

TEST(Associate, PresentationContexts) {
  LDicomAssociate associate(L_TRUE);
  EXPECT_EQ(associate.AddPresentation(5, 0, UID_CT_IMAGE_STORAGE), DICOM_SUCCESS);
  EXPECT_EQ(associate.AddPresentation(1, 0, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  EXPECT_EQ(associate.AddPresentation(255, 0, UID_CT_IMAGE_STORAGE), DICOM_SUCCESS);
  // In the order in which they were added.
  EXPECT_EQ(associate.GetPresentationCount(), 3);
  EXPECT_EQ(associate.GetPresentation(0), 5);
  EXPECT_EQ(associate.GetPresentation(1), 1);
  EXPECT_EQ(associate.GetPresentation(2), 255);
  EXPECT_EQ(associate.GetPresentation(3), 0);
  EXPECT_EQ(associate.GetPresentation(-1), 0);

  for (const L_UCHAR bad : {0, 2, 254, 1})
    EXPECT_EQ(associate.AddPresentation(bad, 0, UID_MR_IMAGE_STORAGE), DICOM_ERROR_PARAMETER) << int{bad};
  EXPECT_EQ(associate.AddPresentation(7, 5, UID_MR_IMAGE_STORAGE), DICOM_ERROR_PARAMETER);

  EXPECT_EQ(associate.SetPresentation(1, 3), DICOM_SUCCESS);
  EXPECT_EQ(associate.GetPresentation(1), 3);
  EXPECT_EQ(Abstract(associate, 3), UID_VERIFICATION_CLASS);
  EXPECT_EQ(Abstract(associate, 1), "");
  EXPECT_EQ(associate.SetPresentation(1, 3), DICOM_SUCCESS) << "its own";
  EXPECT_EQ(associate.SetPresentation(1, 5), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate.SetPresentation(1, 4), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate.SetPresentation(3, 9), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate.SetPresentation(-1, 9), DICOM_ERROR_PARAMETER);

  associate.DelPresentation(5);
  associate.DelPresentation(99);
  EXPECT_EQ(associate.GetPresentationCount(), 2);
  EXPECT_EQ(associate.GetPresentation(0), 3);
}

TEST(Associate, AtMost128Contexts) {
  LDicomAssociate associate(L_TRUE);
  for (int id = 1; id <= 255; id += 2)
    ASSERT_EQ(associate.AddPresentation(static_cast<L_UCHAR>(id), 0, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  EXPECT_EQ(associate.GetPresentationCount(), 128);
  EXPECT_EQ(associate.GetAbstractCount(UID_VERIFICATION_CLASS), 128);
  EXPECT_EQ(associate.AddPresentation(1, 0, UID_VERIFICATION_CLASS), DICOM_ERROR_PARAMETER);
}

TEST(Associate, Results) {
  const auto associate = WithContext(1, L_FALSE);
  for (L_UCHAR result = PDU_ACCEPT_RESULT_SUCCESS; result <= PDU_ACCEPT_RESULT_TRANSFER_SYNTAX; ++result) {
    EXPECT_EQ(associate->SetResult(1, result), DICOM_SUCCESS);
    EXPECT_EQ(associate->GetResult(1), result);
  }
  EXPECT_EQ(associate->SetResult(1, 5), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate->SetResult(3, 0), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate->GetResult(1), PDU_ACCEPT_RESULT_TRANSFER_SYNTAX);
  EXPECT_EQ(associate->GetResult(3), PDU_ACCEPT_RESULT_PROVIDER_REJECT);
}

TEST(Associate, AbstractSyntaxes) {
  LDicomAssociate associate(L_TRUE);
  ASSERT_EQ(associate.AddPresentation(9, 0, UID_CT_IMAGE_STORAGE), DICOM_SUCCESS);
  ASSERT_EQ(associate.AddPresentation(3, 0, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_EQ(associate.AddPresentation(1, 0, UID_CT_IMAGE_STORAGE), DICOM_SUCCESS);
  EXPECT_EQ(associate.FindAbstract(UID_CT_IMAGE_STORAGE), 9);
  EXPECT_EQ(associate.FindNextAbstract(9, UID_CT_IMAGE_STORAGE), 1);
  EXPECT_EQ(associate.FindNextAbstract(1, UID_CT_IMAGE_STORAGE), 0);
  EXPECT_EQ(associate.FindNextAbstract(77, UID_CT_IMAGE_STORAGE), 0);
  EXPECT_EQ(associate.FindAbstract(UID_MR_IMAGE_STORAGE), 0);
  EXPECT_EQ(associate.GetAbstractCount(UID_CT_IMAGE_STORAGE), 2);
  EXPECT_EQ(associate.GetAbstractCount(UID_MR_IMAGE_STORAGE), 0);
  EXPECT_EQ(associate.SetAbstract(1, UID_MR_IMAGE_STORAGE), DICOM_SUCCESS);
  EXPECT_EQ(Abstract(associate, 1), UID_MR_IMAGE_STORAGE);
  EXPECT_EQ(associate.FindAbstract(UID_MR_IMAGE_STORAGE), 1);
  EXPECT_EQ(associate.SetAbstract(77, UID_MR_IMAGE_STORAGE), DICOM_ERROR_PARAMETER);
}

TEST(Associate, TransferSyntaxes) {
  const auto associate = WithContext();
  EXPECT_EQ(associate->GetTransferCount(1), 0);
  EXPECT_EQ(associate->GetTransferCount(3), 0);
  EXPECT_EQ(associate->AddTransfer(1, UID_IMPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  EXPECT_EQ(associate->AddTransfer(1, UID_JPEG_BASELINE_1), DICOM_SUCCESS);
  EXPECT_EQ(associate->AddTransfer(3, UID_JPEG_BASELINE_1), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate->GetTransferCount(1), 2);
  EXPECT_EQ(Transfer(*associate, 1, 0), UID_IMPLICIT_VR_LITTLE_ENDIAN);
  EXPECT_EQ(Transfer(*associate, 1, 1), UID_JPEG_BASELINE_1);
  EXPECT_EQ(Transfer(*associate, 1, 2), "");
  EXPECT_EQ(Transfer(*associate, 1, -1), "");
  EXPECT_EQ(Transfer(*associate, 3, 0), "");
  EXPECT_EQ(associate->SetTransfer(1, 1, UID_EXPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  EXPECT_EQ(Transfer(*associate, 1, 1), UID_EXPLICIT_VR_LITTLE_ENDIAN);
  EXPECT_EQ(associate->SetTransfer(1, 2, UID_JPEG_BASELINE_1), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate->SetTransfer(1, -1, UID_JPEG_BASELINE_1), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate->SetTransfer(3, 0, UID_JPEG_BASELINE_1), DICOM_ERROR_PARAMETER);
  associate->DelTransfer(1, 7);
  associate->DelTransfer(1, -1);
  associate->DelTransfer(1, 0);
  EXPECT_EQ(associate->GetTransferCount(1), 1);
  EXPECT_EQ(Transfer(*associate, 1, 0), UID_EXPLICIT_VR_LITTLE_ENDIAN);
}

TEST(Associate, RoleSelection) {
  LDicomAssociate associate(L_TRUE);
  ASSERT_EQ(associate.AddPresentation(1, 0, UID_CT_IMAGE_STORAGE), DICOM_SUCCESS);
  ASSERT_EQ(associate.AddPresentation(3, 0, UID_CT_IMAGE_STORAGE), DICOM_SUCCESS);
  ASSERT_EQ(associate.AddPresentation(5, 0, UID_MR_IMAGE_STORAGE), DICOM_SUCCESS);
  EXPECT_FALSE(associate.IsRoleSelect(1));
  EXPECT_EQ(associate.GetUserRole(1), PDU_ROLE_NON_SUPPORT);
  EXPECT_EQ(associate.GetProviderRole(1), PDU_ROLE_NON_SUPPORT);
  EXPECT_EQ(associate.SetRoleSelect(1, L_TRUE, PDU_ROLE_NON_SUPPORT, PDU_ROLE_SUPPORT), DICOM_SUCCESS);
  // It belongs to the SOP class, which two contexts share.
  for (const L_UCHAR id : {1, 3}) {
    EXPECT_TRUE(associate.IsRoleSelect(id));
    EXPECT_EQ(associate.GetUserRole(id), PDU_ROLE_NON_SUPPORT);
    EXPECT_EQ(associate.GetProviderRole(id), PDU_ROLE_SUPPORT);
  }
  EXPECT_FALSE(associate.IsRoleSelect(5));
  EXPECT_FALSE(associate.IsRoleSelect(99));
  EXPECT_EQ(associate.SetRoleSelect(3, L_TRUE, PDU_ROLE_SUPPORT, PDU_ROLE_SUPPORT), DICOM_SUCCESS);
  EXPECT_EQ(associate.GetUserRole(1), PDU_ROLE_SUPPORT);
  EXPECT_EQ(associate.SetRoleSelect(1, L_TRUE, 2, 0), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate.SetRoleSelect(99, L_TRUE, 1, 1), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate.SetRoleSelect(1, L_FALSE, 0, 0), DICOM_SUCCESS);
  EXPECT_FALSE(associate.IsRoleSelect(3));
}

TEST(Associate, ExtendedNegotiation) {
  const auto associate = WithContext();
  EXPECT_EQ(associate->GetLengthExtended(1), 0U);
  EXPECT_EQ(associate->GetExtended(1), nullptr);
  Bytes information = {1, 0, 1};
  EXPECT_EQ(associate->SetExtended(1, information.data(), 3), DICOM_SUCCESS);
  information[0] = 99;  // it was copied
  EXPECT_EQ(BytesOf(associate->GetExtended(1), associate->GetLengthExtended(1)), (Bytes{1, 0, 1}));
  EXPECT_EQ(associate->SetExtended(3, information.data(), 3), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate->SetExtended(1, nullptr, 3), DICOM_ERROR_NULL_PTR);
  const Bytes too_long(65536, 7);
  EXPECT_EQ(associate->SetExtended(1, too_long.data(), 65536), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate->GetLengthExtended(1), 3U);
  EXPECT_EQ(associate->GetExtended(3), nullptr);
  EXPECT_EQ(associate->SetExtended(1, nullptr, 0), DICOM_SUCCESS);
  EXPECT_EQ(associate->GetLengthExtended(1), 0U);
}

TEST(Associate, MaximumLength) {
  LDicomAssociate associate(L_TRUE);
  EXPECT_EQ(associate.GetMaxLength(), 0U);
  for (const L_UINT32 good : {0U, static_cast<L_UINT32>(PDU_MIN_MAXIMUM_LENGTH), 16384U, 0xFFFFFFFFU}) {
    EXPECT_EQ(associate.SetMaxLength(L_TRUE, good), DICOM_SUCCESS);
    EXPECT_TRUE(associate.IsMaxLength());
    EXPECT_EQ(associate.GetMaxLength(), good);
  }
  for (const L_UINT32 bad : {1U, static_cast<L_UINT32>(PDU_MIN_MAXIMUM_LENGTH - 1)})
    EXPECT_EQ(associate.SetMaxLength(L_TRUE, bad), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate.GetMaxLength(), 0xFFFFFFFFU);
  EXPECT_EQ(associate.SetMaxLength(L_FALSE, 1), DICOM_SUCCESS);
  EXPECT_FALSE(associate.IsMaxLength());
}

TEST(Associate, Implementation) {
  LDicomAssociate associate(L_TRUE);
  EXPECT_EQ(TextOf(associate, &LDicomAssociate::GetImplementClass), "");
  EXPECT_EQ(associate.SetImplementClass(L_TRUE, "1.2.3"), DICOM_SUCCESS);
  EXPECT_TRUE(associate.IsImplementClass());
  EXPECT_EQ(TextOf(associate, &LDicomAssociate::GetImplementClass), "1.2.3");
  EXPECT_EQ(associate.SetImplementClass(L_FALSE, nullptr), DICOM_SUCCESS);
  EXPECT_FALSE(associate.IsImplementClass());

  EXPECT_EQ(TextOf(associate, &LDicomAssociate::GetImplementVersion), "");
  EXPECT_EQ(associate.SetImplementVersion(L_TRUE, "SIXTEEN_LETTERS_"), DICOM_SUCCESS);
  EXPECT_TRUE(associate.IsImplementVersion());
  EXPECT_EQ(associate.SetImplementVersion(L_TRUE, "SEVENTEEN_LETTERS"), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(TextOf(associate, &LDicomAssociate::GetImplementVersion), "SIXTEEN_LETTERS_");
  EXPECT_EQ(associate.SetImplementVersion(L_FALSE, nullptr), DICOM_SUCCESS);
  EXPECT_FALSE(associate.IsImplementVersion());
}

TEST(Associate, AsynchronousOperations) {
  LDicomAssociate associate(L_TRUE);
  EXPECT_EQ(associate.SetAsyncOperations(L_TRUE, 5, 0), DICOM_SUCCESS);
  EXPECT_TRUE(associate.IsAsyncOperations());
  EXPECT_EQ(associate.GetInvokedOperations(), 5);
  EXPECT_EQ(associate.GetPerformedOperations(), 0);
  EXPECT_EQ(associate.SetAsyncOperations(L_TRUE, 65535, 65535), DICOM_SUCCESS);
  EXPECT_EQ(associate.GetPerformedOperations(), 65535);
  EXPECT_EQ(associate.SetAsyncOperations(L_FALSE, 1, 1), DICOM_SUCCESS);
  EXPECT_FALSE(associate.IsAsyncOperations());
}

TEST(Associate, UserIdentityOfEveryType) {
  for (L_UCHAR type = PDU_USER_IDENTITY_USERNAME; type <= PDU_USER_IDENTITY_JWT; ++type) {
    LDicomAssociate associate(L_TRUE);
    const Bytes primary = Raw("primary of type " + std::to_string(type));
    const Bytes secondary = type == PDU_USER_IDENTITY_USERNAME_PASSCODE ? Raw("secret") : Bytes();
    ASSERT_EQ(associate.SetUserIdentity(type, L_TRUE, primary.data(), static_cast<L_UINT16>(primary.size()),
                                        secondary.data(), static_cast<L_UINT16>(secondary.size())),
              DICOM_SUCCESS);
    L_BOOL response = L_FALSE;
    L_UCHAR* first = nullptr;
    L_UINT16 first_length = 0;
    L_UCHAR* second = nullptr;
    L_UINT16 second_length = 0;
    EXPECT_EQ(associate.GetUserIdentity(&response, &first, &first_length, &second, &second_length), type);
    EXPECT_TRUE(response);
    EXPECT_EQ(BytesOf(first, first_length), primary);
    EXPECT_EQ(BytesOf(second, second_length), secondary);
    // PS3.7 Table D.3-14, raw: type, response requested, length and primary field, length and secondary field.
    ASSERT_EQ(associate.GetUserInfoCount(), 1);
    EXPECT_EQ(associate.GetTypeUserInfo(0), 0x58);
    const Bytes raw = BytesOf(associate.GetDataUserInfo(0), associate.GetLengthUserInfo(0));
    ASSERT_EQ(raw.size(), 6 + primary.size() + secondary.size());
    EXPECT_EQ((Bytes(raw.begin(), raw.begin() + 4)), (Bytes{type, 1, 0, static_cast<L_UCHAR>(primary.size())}));
  }
}

TEST(Associate, UserIdentityRefusals) {
  LDicomAssociate associate(L_TRUE);
  const Bytes name = Raw("name");
  const auto set = [&](LDicomAssociate& at, L_UCHAR type, const L_UCHAR* second, L_UINT16 second_length) {
    return at.SetUserIdentity(type, L_FALSE, name.data(), 4, second, second_length);
  };
  EXPECT_EQ(set(associate, 6, nullptr, 0), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(set(associate, PDU_USER_IDENTITY_USERNAME, name.data(), 4), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(set(associate, PDU_USER_IDENTITY_USERNAME_PASSCODE, nullptr, 4), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(associate.SetUserIdentity(1, L_FALSE, nullptr, 4, nullptr, 0), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(associate.GetUserInfoCount(), 0);
  LDicomAssociate accept(L_FALSE);
  EXPECT_EQ(set(accept, PDU_USER_IDENTITY_USERNAME, nullptr, 0), DICOM_ERROR_PARAMETER);
  // Set twice it is there once; type 0 removes it.
  EXPECT_EQ(set(associate, PDU_USER_IDENTITY_USERNAME, nullptr, 0), DICOM_SUCCESS);
  EXPECT_EQ(set(associate, PDU_USER_IDENTITY_KERBEROS, nullptr, 0), DICOM_SUCCESS);
  EXPECT_EQ(associate.GetUserInfoCount(), 1);
  EXPECT_EQ(set(associate, 0, nullptr, 0), DICOM_SUCCESS);
  EXPECT_EQ(associate.GetUserInfoCount(), 0);
  // Malformed bytes are none.
  const Bytes malformed = {1, 0, 0, 200, 1};
  EXPECT_EQ(associate.AddUserInfo(0x58, malformed.data(), 5), DICOM_SUCCESS);
  EXPECT_EQ(associate.GetUserIdentity(nullptr, nullptr, nullptr, nullptr, nullptr), 0);
}

TEST(Associate, UserIdentityResponse) {
  LDicomAssociate associate(L_FALSE);
  const Bytes ticket = Raw("ticket");
  L_UCHAR* response = nullptr;
  L_UINT16 length = 99;
  EXPECT_EQ(associate.SetUserIdentityResponse(L_TRUE, ticket.data(), 6), DICOM_SUCCESS);
  EXPECT_TRUE(associate.GetUserIdentityResponse(&response, &length));
  EXPECT_EQ(BytesOf(response, length), ticket);
  EXPECT_EQ(associate.SetUserIdentityResponse(L_TRUE, nullptr, 0), DICOM_SUCCESS);
  EXPECT_TRUE(associate.GetUserIdentityResponse(&response, &length));
  EXPECT_EQ(length, 0);
  EXPECT_EQ(associate.SetUserIdentityResponse(L_TRUE, nullptr, 1), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(associate.SetUserIdentityResponse(L_FALSE, nullptr, 0), DICOM_SUCCESS);
  EXPECT_FALSE(associate.GetUserIdentityResponse(&response, &length));
  LDicomAssociate request(L_TRUE);
  EXPECT_EQ(request.SetUserIdentityResponse(L_TRUE, ticket.data(), 6), DICOM_ERROR_PARAMETER);
}

TEST(Associate, RawUserInformation) {
  LDicomAssociate associate(L_TRUE);
  Bytes data = {1, 2, 3};
  EXPECT_EQ(associate.AddUserInfo(0x70, data.data(), 3), DICOM_SUCCESS);
  EXPECT_EQ(associate.AddUserInfo(0x57, data.data(), 2), DICOM_SUCCESS);
  EXPECT_EQ(associate.AddUserInfo(0x70, nullptr, 0), DICOM_SUCCESS);
  data[0] = 99;  // they were copied
  ASSERT_EQ(associate.GetUserInfoCount(), 3);
  EXPECT_EQ(associate.GetTypeUserInfo(0), 0x70);
  EXPECT_EQ(associate.GetTypeUserInfo(1), 0x57);
  EXPECT_EQ(BytesOf(associate.GetDataUserInfo(0), associate.GetLengthUserInfo(0)), (Bytes{1, 2, 3}));
  EXPECT_EQ(BytesOf(associate.GetDataUserInfo(1), associate.GetLengthUserInfo(1)), (Bytes{1, 2}));
  EXPECT_EQ(associate.GetLengthUserInfo(2), 0);
  EXPECT_EQ(associate.GetTypeUserInfo(3), 0);
  EXPECT_EQ(associate.GetTypeUserInfo(-1), 0);
  EXPECT_EQ(associate.GetLengthUserInfo(3), 0);
  EXPECT_EQ(associate.GetDataUserInfo(3), nullptr);
  EXPECT_EQ(associate.SetUserInfo(1, 0x71, data.data(), 1), DICOM_SUCCESS);
  EXPECT_EQ(associate.GetTypeUserInfo(1), 0x71);
  EXPECT_EQ(BytesOf(associate.GetDataUserInfo(1), associate.GetLengthUserInfo(1)), (Bytes{99}));
  EXPECT_EQ(associate.SetUserInfo(3, 0x71, data.data(), 1), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate.SetUserInfo(-1, 0x71, data.data(), 1), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(associate.AddUserInfo(0x70, nullptr, 1), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(associate.SetUserInfo(0, 0x70, nullptr, 1), DICOM_ERROR_NULL_PTR);
  // Those with members of their own do not come twice.
  for (L_UCHAR type = 0x51; type <= 0x56; ++type)
    EXPECT_EQ(associate.AddUserInfo(type, data.data(), 1), DICOM_ERROR_PARAMETER) << int{type};
  associate.DelUserInfo(7);
  associate.DelUserInfo(-1);
  associate.DelUserInfo(0);
  ASSERT_EQ(associate.GetUserInfoCount(), 2);
  EXPECT_EQ(associate.GetTypeUserInfo(0), 0x71);
}

TEST(Associate, Default) {
  LDicomAssociate associate(L_TRUE);
  ASSERT_EQ(associate.AddPresentation(77, 0, "1.2.3"), DICOM_SUCCESS);
  ASSERT_EQ(associate.SetCalled("KEPT"), DICOM_SUCCESS);
  associate.Default();
  EXPECT_EQ(associate.FindAbstract("1.2.3"), 0) << "the contexts are replaced";
  EXPECT_EQ(TextOf(associate, &LDicomAssociate::GetCalled), "KEPT");
  const L_INT count = associate.GetPresentationCount();
  EXPECT_GT(count, 50);
  EXPECT_LE(count, 128);
  std::set<std::string> classes;
  for (L_INT index = 0; index < count; ++index) {
    const L_UCHAR id = associate.GetPresentation(index);
    EXPECT_EQ(int{id}, 2 * index + 1);
    EXPECT_TRUE(classes.insert(Abstract(associate, id)).second);
    ASSERT_EQ(associate.GetTransferCount(id), 2);
    EXPECT_EQ(Transfer(associate, id, 0), UID_IMPLICIT_VR_LITTLE_ENDIAN);
    EXPECT_EQ(Transfer(associate, id, 1), UID_EXPLICIT_VR_LITTLE_ENDIAN);
  }
  EXPECT_EQ(associate.FindAbstract(UID_VERIFICATION_CLASS), 1);
  for (const char* const storage :
       {UID_CT_IMAGE_STORAGE, UID_MR_IMAGE_STORAGE, UID_US_IMAGE_STORAGE, UID_CR_IMAGE_STORAGE, UID_SC_IMAGE_STORAGE,
        UID_ENHANCED_CT_IMAGE_STORAGE, UID_RT_PLAN_STORAGE, UID_PET_IMAGE_STORAGE})
    EXPECT_NE(associate.FindAbstract(storage), 0) << storage;
}

TEST(Associate, CloneAndReset) {
  const auto original = WithContext();
  ASSERT_EQ(original->SetCalled("CALLED"), DICOM_SUCCESS);
  ASSERT_EQ(original->AddTransfer(1, UID_JPEG_BASELINE_1), DICOM_SUCCESS);
  ASSERT_EQ(original->SetMaxLength(L_TRUE, 4096), DICOM_SUCCESS);
  const Bytes item = {1, 2};
  ASSERT_EQ(original->AddUserInfo(0x70, item.data(), 2), DICOM_SUCCESS);
  const std::unique_ptr<LDicomAssociate> clone(original->Clone());
  // Neither knows of the other's changes.
  ASSERT_EQ(original->SetCalled("CHANGED"), DICOM_SUCCESS);
  clone->GetDataUserInfo(0)[0] = 9;
  EXPECT_EQ(original->GetDataUserInfo(0)[0], 1);
  original->Reset(L_FALSE);
  EXPECT_FALSE(original->IsRequest());
  EXPECT_EQ(original->GetPresentationCount(), 0);
  EXPECT_EQ(TextOf(*original, &LDicomAssociate::GetCalled), "");
  EXPECT_FALSE(original->IsMaxLength());
  EXPECT_EQ(original->GetUserInfoCount(), 0);
  EXPECT_TRUE(clone->IsRequest());
  EXPECT_EQ(TextOf(*clone, &LDicomAssociate::GetCalled), "CALLED");
  EXPECT_EQ(Transfer(*clone, 1, 0), UID_JPEG_BASELINE_1);
  EXPECT_EQ(clone->GetMaxLength(), 4096U);
  EXPECT_EQ(clone->GetDataUserInfo(0)[0], 9);
}

}  // namespace
}  // namespace test
