// OnStoreBegin, the hook that names the file of an object before it arrives: what it is told, each of its answers, and
// the same as a callback of the C functions. What a file is while it arrives is tested in Rust (tests/store.rs).

#include <cstdio>
#include <filesystem>
#include <string>

#include "support/data_set.h"
#include "support/world.h"

using ds_test::Directory;
using ds_test::Implicit;

namespace test {
namespace {

const std::string kObject = Implicit(TAG_SOP_CLASS_UID, UID_CT_IMAGE_STORAGE + std::string(1, '\0')) +
                            Implicit(TAG_SOP_INSTANCE_UID, std::string("1.2.3.4.5\0", 10)) +
                            Implicit(TAG_PATIENT_ID, "P1");

class StoreBeginTest : public NetTest {
 protected:
  void SetUp() override {
    server = Make("server");
    ASSERT_EQ(server->Initialize(temporary.Path().c_str(), static_cast<L_INT32>(DICOM_SECURE_NONE), nullptr),
              DICOM_SUCCESS);
    On("acceptor.OnReceiveCStoreRequest", [this](Probe& acceptor, Call& call) {
      const std::string patient = call.data == nullptr ? "(no data set)" : ds_test::Text(*call.data, TAG_PATIENT_ID);
      log.Add("stored " + patient + (std::filesystem::exists(Path()) ? ", in its file" : ""));
      acceptor.SendCStoreResponse(kStorage, call.message_id, UID_CT_IMAGE_STORAGE, "1.2.3.4.5", COMMAND_STATUS_SUCCESS);
    });
    client = Make("client");
  }
  void TearDown() override {
    // The hooks use what is here.
    world->DestroyAll();
    NetTest::TearDown();
  }

  void Begin() {
    Connect(*client, Listen(*server));
    Associate(*client);
  }
  // Sends the object, and waits for the answer, which must be this status.
  void Store(const char* status, const char* move_ae = "", L_UINT16 move_message_id = 0) {
    LDicomDS data;
    data.SetEncoded(reinterpret_cast<const L_UCHAR*>(kObject.data()), static_cast<L_UINT32>(kObject.size()));
    ++message_id;
    ASSERT_EQ(client->SendCStoreRequest(kStorage, message_id, UID_CT_IMAGE_STORAGE, "1.2.3.4.5",
                                        COMMAND_PRIORITY_MEDIUM, move_ae, move_message_id, &data),
              DICOM_SUCCESS);
    EXPECT_TRUE(log.Has("client.OnReceiveCStoreResponse " + std::to_string(kStorage) + " " +
                        std::to_string(message_id) + " " + status));
  }
  std::string Path() const { return files.Path("1.2.3.4.5.dcm"); }

  Directory files;
  Directory temporary;
  Probe* server = nullptr;
  Probe* client = nullptr;
  L_UINT16 message_id = 0;
};

TEST_F(StoreBeginTest, IsToldWhatComesAndFromWhom) {
  On("acceptor.OnStoreBegin", [](Probe& self, Call& call) {
    const DICOMSTOREINFO& info = *call.store;
    EXPECT_EQ(info.uStructSize, sizeof(DICOMSTOREINFO));
    EXPECT_EQ(info.nPresentationID, kStorage);
    EXPECT_STREQ(info.pszClass, UID_CT_IMAGE_STORAGE);
    EXPECT_STREQ(info.pszInstance, "1.2.3.4.5");
    EXPECT_STREQ(info.pszTransferSyntax, UID_IMPLICIT_VR_LITTLE_ENDIAN);
    EXPECT_STREQ(info.pszCallingAE, "CLIENT");
    EXPECT_STREQ(info.pszCalledAE, "SERVER");
    EXPECT_STREQ(info.pszPeerAddress, "127.0.0.1");
    EXPECT_STREQ(call.path, "");
    EXPECT_GE(call.length, static_cast<L_UINT32>(L_MAXPATH));
    ASSERT_NE(self.GetCommandSet(), nullptr);
    EXPECT_EQ(Number(*self.GetCommandSet(), TAG_MESSAGE_ID), info.nMessageID);
    self.world().log.Add(std::string("moved by '") + info.pszMoveAE + "' " + std::to_string(info.nMoveMessageID));
    call.base();
    EXPECT_EQ(call.answer, COMMAND_STATUS_SUCCESS);
  });
  Begin();
  Store("0000");
  EXPECT_TRUE(log.Has("acceptor.OnStoreBegin 1"));
  EXPECT_TRUE(log.Has("moved by '' 0"));
  Store("0000", "MOVER", 77);
  EXPECT_TRUE(log.Has("acceptor.OnStoreBegin 2"));
  EXPECT_TRUE(log.Has("moved by 'MOVER' 77"));
  EXPECT_TRUE(log.Has("stored P1", 2)) << "as usual";
}

TEST_F(StoreBeginTest, NamesTheFile) {
  On("acceptor.OnStoreBegin", [this](Probe&, Call& call) {
    EXPECT_FALSE(std::filesystem::exists(Path()));
    std::snprintf(call.path, call.length, "%s", Path().c_str());
  });
  Begin();
  Store("0000");
  EXPECT_TRUE(log.Has("stored P1, in its file"));
  EXPECT_EQ(files.Count(), 1U);
  EXPECT_EQ(temporary.CountAll(), 0U);
  const std::string file = ds_test::ReadFile(Path());
  EXPECT_EQ(file.substr(0, 132), std::string(128, '\0') + "DICM");
  EXPECT_EQ(file.substr(file.size() - kObject.size()), kObject);
  LDicomDS loaded;
  ASSERT_EQ(loaded.LoadDS(Path().c_str(), DS_METAHEADER_PRESENT), DICOM_SUCCESS);
  EXPECT_EQ(ds_test::Text(loaded, TAG_MEDIA_STORAGE_SOP_INSTANCE_UID), "1.2.3.4.5");
}

TEST_F(StoreBeginTest, ThrowsAwayOrRefuses) {
  On("acceptor.OnStoreBegin", [](Probe&, Call& call) {
    const L_INT answers[] = {DICOMNET_STORE_DISCARD, COMMAND_STATUS_REFUSED_OUT_OF_RESOURCES, COMMAND_STATUS_WARNING,
                             COMMAND_STATUS_SUCCESS};
    call.answer = answers[call.message_id - 1];
  });
  Begin();
  Store("0000");
  EXPECT_TRUE(log.Has("stored (no data set)"));
  Store("A700");
  Store("B000");
  Store("0000");
  EXPECT_TRUE(log.Has("stored P1"));
  EXPECT_EQ(log.CountFrom("acceptor.OnReceiveCStoreRequest"), 2U) << "not of what was refused";
}

TEST_F(StoreBeginTest, AFileThatCannotBeWrittenIsAFailure) {
  On("acceptor.OnStoreBegin",
     [](Probe&, Call& call) { std::snprintf(call.path, call.length, "/no/such/directory/object.dcm"); });
  Begin();
  Store("0110");
  Store("0110");
  EXPECT_EQ(log.CountFrom("acceptor.OnReceiveCStoreRequest"), 0U);
}

// The same for a program of the C functions.
TEST_F(StoreBeginTest, ACallbackNamesTheFile) {
  DICOMNETCALLBACKEXT further = {};
  further.uStructSize = sizeof(further);
  const std::string path = Path();
  further.pUserData = const_cast<char*>(path.c_str());
  further.pfnStoreBegin = [](HDICOMNET net, const DICOMSTOREINFO* info, L_TCHAR* name, L_UINT32 size,
                             L_VOID* user_data) -> L_INT {
    EXPECT_TRUE(L_DicomIsAssociated(net));
    EXPECT_STREQ(info->pszInstance, "1.2.3.4.5");
    if (info->nMessageID == 2)
      return COMMAND_STATUS_REFUSED_OUT_OF_RESOURCES;
    std::snprintf(name, size, "%s", static_cast<const char*>(user_data));
    return COMMAND_STATUS_SUCCESS;
  };
  On("acceptor.OnReceiveAssociateRequest", [&](Probe& self, Call& call) {
    self.SetCallbackExt(&further);
    EXPECT_EQ(self.SendAssociateAccept(AnswerTo(*call.associate).get()), DICOM_SUCCESS);
  });
  Begin();
  Store("0000");
  EXPECT_TRUE(log.Has("stored P1, in its file"));
  Store("A700");
  world->DestroyAll();
}

}  // namespace
}  // namespace test
