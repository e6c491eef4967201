// The LDicomDS that a hook is given: read, saved, changed and kept, in memory and from a temporary file.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "support/data_set.h"
#include "support/world.h"

using ds_test::Directory;
using ds_test::Element;
using ds_test::Encoded;
using ds_test::Implicit;
using ds_test::ReadFile;

namespace test {
namespace {

// The first is kept in memory, the second in a temporary file.
const std::size_t kSizes[] = {1000, 3 << 20};

// An object with so many bytes of pixel data, encoded.
std::string Object(std::size_t pixels) {
  return Implicit(TAG_SOP_CLASS_UID, UID_CT_IMAGE_STORAGE + std::string(1, '\0')) +
         Implicit(TAG_SOP_INSTANCE_UID, std::string("1.2.3.4.5\0", 10)) + Implicit(TAG_PATIENT_ID, "P1") +
         Implicit(TAG_PIXEL_DATA, std::string(pixels, 'x'));
}

class DataSetReceived : public NetTest {
 protected:
  // Sends an object, and waits until `act` has seen it in OnReceiveCStoreRequest.
  void Store(std::size_t pixels, const std::function<void(LDicomDS&)>& act) {
    On("acceptor.OnReceiveCStoreRequest", [act](Probe& acceptor, Call& call) {
      ASSERT_NE(call.data, nullptr);
      act(*call.data);
      acceptor.SendCStoreResponse(kStorage, call.message_id, UID_CT_IMAGE_STORAGE, "1.2.3.4.5", COMMAND_STATUS_SUCCESS);
    });
    Probe* const server = Make("server");
    EXPECT_EQ(server->Initialize(temporary.Path().c_str(), static_cast<L_INT32>(DICOM_SECURE_NONE), nullptr),
              DICOM_SUCCESS);
    Probe* const client = Make("client");
    Connect(*client, Listen(*server));
    Associate(*client);
    LDicomDS data;
    const std::string bytes = Object(pixels);
    data.SetEncoded(reinterpret_cast<const L_UCHAR*>(bytes.data()), static_cast<L_UINT32>(bytes.size()));
    ASSERT_EQ(client->SendCStoreRequest(kStorage, 1, UID_CT_IMAGE_STORAGE, "1.2.3.4.5", COMMAND_PRIORITY_MEDIUM, "", 0,
                                        &data),
              DICOM_SUCCESS);
    EXPECT_TRUE(log.Until("the response", [this] { return log.CountFrom("client.OnReceiveCStoreResponse") != 0; }));
    world->DestroyAll();
    log.Clear();
  }

  // The thread that called the hook lets the message go a moment after it.
  ::testing::AssertionResult TemporaryFilesGo() {
    return log.Until("no temporary file", [this] { return temporary.CountAll() == 0; });
  }

  Directory temporary;
  Directory files;
};

TEST_F(DataSetReceived, TemporaryFilesHaveRoomTogether) {
  DICOMSTOREOPTIONS options;
  Probe& server = *Make("server");
  ASSERT_EQ(server.Initialize(temporary.Path().c_str(), static_cast<L_INT32>(DICOM_SECURE_NONE), nullptr),
            DICOM_SUCCESS);
  ASSERT_EQ(server.GetStoreOptions(&options, sizeof(options)), DICOM_SUCCESS);
  EXPECT_EQ(options.nSpoolBytesMax, ~L_UINT64{0});
  options.nMemoryBytesMax = 1000;
  options.nSpoolBytesMax = 150000;
  ASSERT_EQ(server.SetStoreOptions(&options), DICOM_SUCCESS);
  std::unique_ptr<LDicomDS> kept;
  On("acceptor.OnReceiveCStoreRequest", [&](Probe& acceptor, Call& call) {
    // Shares the file, as long as it lives.
    std::unique_ptr<LDicomDS> copy(new LDicomDS);
    EXPECT_EQ(copy->CopyDS(NULL, call.data, NULL), DICOM_SUCCESS);
    kept = std::move(copy);
    acceptor.SendCStoreResponse(kStorage, call.message_id, UID_CT_IMAGE_STORAGE, "1.2.3.4.5", COMMAND_STATUS_SUCCESS);
  });
  Probe& client = *Make("client");
  Connect(client, Listen(server));
  Associate(client);
  LDicomDS data;
  const std::string bytes = Object(100000);
  data.SetEncoded(reinterpret_cast<const L_UCHAR*>(bytes.data()), static_cast<L_UINT32>(bytes.size()));
  L_UINT16 number = 0;
  const auto answer = [&](const char* status) {
    ++number;
    EXPECT_EQ(client.SendCStoreRequest(kStorage, number, UID_CT_IMAGE_STORAGE, "1.2.3.4.5", COMMAND_PRIORITY_MEDIUM, "",
                                       0, &data),
              DICOM_SUCCESS);
    return log.Has("client.OnReceiveCStoreResponse " + std::to_string(kStorage) + " " + std::to_string(number) + " " +
                   status);
  };
  EXPECT_TRUE(answer("0000"));
  EXPECT_TRUE(answer("A700"));
  EXPECT_EQ(log.CountFrom("acceptor.OnReceiveCStoreRequest"), 1U);
  kept.reset();
  EXPECT_TRUE(TemporaryFilesGo());
  EXPECT_TRUE(answer("0000"));
  kept.reset();
}

TEST_F(DataSetReceived, StoreOptionsHaveTwoSizes) {
  LDicomNet net(nullptr, static_cast<L_INT32>(DICOM_SECURE_NONE));
  constexpr L_UINT kFirst = offsetof(DICOMSTOREOPTIONS, nSpoolBytesMax);
  DICOMSTOREOPTIONS options = {};
  for (const L_UINT size : {0U, kFirst - 1, kFirst + 1, static_cast<L_UINT>(sizeof(options)) + 8}) {
    options.uStructSize = size;
    EXPECT_EQ(net.GetStoreOptions(&options, size), DICOM_ERROR_INVALID_STRUCT_SIZE);
    EXPECT_EQ(net.SetStoreOptions(&options), DICOM_ERROR_INVALID_STRUCT_SIZE);
  }
  ASSERT_EQ(net.GetStoreOptions(&options, sizeof(options)), DICOM_SUCCESS);
  options.nSpoolBytesMax = 5;
  ASSERT_EQ(net.SetStoreOptions(&options), DICOM_SUCCESS);
  // A program that knows the first form alone: nothing is written behind it, and nothing read.
  options.nSpoolBytesMax = 77;
  ASSERT_EQ(net.GetStoreOptions(&options, kFirst), DICOM_SUCCESS);
  EXPECT_EQ(options.nSpoolBytesMax, 77U);
  EXPECT_EQ(options.uStructSize, kFirst);
  options.nMemoryBytesMax = 123;
  ASSERT_EQ(net.SetStoreOptions(&options), DICOM_SUCCESS);
  ASSERT_EQ(net.GetStoreOptions(&options, sizeof(options)), DICOM_SUCCESS);
  EXPECT_EQ(options.nSpoolBytesMax, 5U);
  EXPECT_EQ(options.nMemoryBytesMax, 123U);
  EXPECT_EQ(net.GetStoreOptions(nullptr, sizeof(options)), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(net.SetStoreOptions(nullptr), DICOM_ERROR_NULL_PTR);
}

TEST_F(DataSetReceived, IsReadWhereItLies) {
  for (const std::size_t size : kSizes) {
    Store(size, [&](LDicomDS& set) {
      EXPECT_EQ(temporary.CountAll(), size > 1000 ? 1u : 0u);
      EXPECT_EQ(ds_test::Text(set, TAG_PATIENT_ID), "P1");
      EXPECT_EQ(ds_test::Text(set, TAG_MEDIA_STORAGE_SOP_INSTANCE_UID), "1.2.3.4.5") << "what its meta header will say";
      EXPECT_EQ(ds_test::Text(set, TAG_TRANSFER_SYNTAX_UID), UID_IMPLICIT_VR_LITTLE_ENDIAN);
      const pDICOMELEMENT pixels = set.FindFirstElement(NULL, TAG_PIXEL_DATA, L_TRUE);
      ASSERT_NE(pixels, nullptr);
      EXPECT_EQ(pixels->nVR, VR_OW);
      EXPECT_EQ(set.GetCountValue(pixels), size / 2);
      ASSERT_NE(set.GetShortValue(pixels, static_cast<L_UINT32>(size / 2 - 1), 1), nullptr);
      EXPECT_EQ(*set.GetShortValue(pixels, static_cast<L_UINT32>(size / 2 - 1), 1), 0x7878);
      EXPECT_EQ(Encoded(set), Object(size));
      EXPECT_TRUE(set.ConformanceDS(NULL, NULL));
    });
    EXPECT_TRUE(TemporaryFilesGo());
  }
}

TEST_F(DataSetReceived, IsSavedAsItIs) {
  for (const std::size_t size : kSizes) {
    const std::string path = files.Path("stored.dcm");
    Store(size, [&](LDicomDS& set) { ASSERT_EQ(set.SaveDS(path.c_str(), 0), DICOM_SUCCESS); });
    const std::string file = ReadFile(path);
    const std::string object = Object(size);
    ASSERT_GT(file.size(), object.size());
    EXPECT_EQ(file.substr(0, 132), std::string(128, '\0') + "DICM");
    EXPECT_EQ(file.substr(file.size() - object.size()), object);
    LDicomDS loaded;
    ASSERT_EQ(loaded.LoadDS(path.c_str(), DS_METAHEADER_PRESENT), DICOM_SUCCESS);
    EXPECT_EQ(ds_test::Text(loaded, TAG_MEDIA_STORAGE_SOP_CLASS_UID), UID_CT_IMAGE_STORAGE);
    EXPECT_EQ(ds_test::Text(loaded, TAG_MEDIA_STORAGE_SOP_INSTANCE_UID), "1.2.3.4.5");
    EXPECT_EQ(ds_test::Text(loaded, TAG_TRANSFER_SYNTAX_UID), UID_IMPLICIT_VR_LITTLE_ENDIAN);
    EXPECT_EQ(ds_test::Text(loaded, TAG_SOURCE_APPLICATION_ENTITY_TITLE), "CLIENT")
        << "the source application entity title";
    EXPECT_TRUE(TemporaryFilesGo());
  }
}

TEST_F(DataSetReceived, IsConvertedAndSaved) {
  for (const std::size_t size : kSizes) {
    const std::string path = files.Path("converted.dcm");
    Store(size, [&](LDicomDS& set) {
      ASSERT_EQ(set.SaveDS(path.c_str(), DS_EXPLICIT_VR | DS_LITTLE_ENDIAN), DICOM_SUCCESS);
      EXPECT_EQ(Encoded(set), Object(size));
    });
    LDicomDS loaded;
    ASSERT_EQ(loaded.LoadDS(path.c_str(), 0), DICOM_SUCCESS);
    EXPECT_EQ(ds_test::Text(loaded, TAG_TRANSFER_SYNTAX_UID), UID_EXPLICIT_VR_LITTLE_ENDIAN);
    EXPECT_EQ(ds_test::Text(loaded, TAG_PATIENT_ID), "P1");
  }
}

TEST_F(DataSetReceived, ACopyOutlivesTheHook) {
  for (const std::size_t size : kSizes) {
    LDicomDS kept;
    Store(size, [&](LDicomDS& set) { ASSERT_EQ(kept.CopyDS(NULL, &set, NULL), DICOM_SUCCESS); });
    EXPECT_EQ(Encoded(kept), Object(size));
    ds_test::SetText(kept, TAG_PATIENT_ID, "P2");
    EXPECT_EQ(ds_test::Text(kept, TAG_PATIENT_ID), "P2");
    kept.ResetDS();
    EXPECT_TRUE(TemporaryFilesGo());
  }
}

TEST_F(DataSetReceived, MayBeChanged) {
  for (const std::size_t size : kSizes) {
    const std::string path = files.Path("changed.dcm");
    Store(size, [&](LDicomDS& set) {
      const pDICOMELEMENT patient = set.FindFirstElement(NULL, TAG_PATIENT_ID, L_TRUE);
      const pDICOMELEMENT pixels = set.FindFirstElement(NULL, TAG_PIXEL_DATA, L_TRUE);
      ASSERT_TRUE(set.SetStringValue(patient, "changed", 1));
      EXPECT_EQ(ds_test::Text(set, patient), "changed") << "handles from before the change stay";
      EXPECT_EQ(set.GetCountValue(pixels), size / 2);
      set.DeleteElement(pixels);
      EXPECT_FALSE(set.ExistsElement(pixels));
      ASSERT_EQ(set.SaveDS(path.c_str(), 0), DICOM_SUCCESS);
    });
    LDicomDS loaded;
    ASSERT_EQ(loaded.LoadDS(path.c_str(), 0), DICOM_SUCCESS);
    EXPECT_EQ(ds_test::Text(loaded, TAG_PATIENT_ID), "changed");
    EXPECT_EQ(loaded.FindFirstElement(NULL, TAG_PIXEL_DATA, L_TRUE), nullptr);
  }
}

// OnReceiveData comes before, and what it does to its object is not seen by the hook after it.
TEST_F(DataSetReceived, EachHookHasItsOwn) {
  On("acceptor.OnReceiveData", [](Probe&, Call& call) {
    if (call.data != nullptr)
      ds_test::SetText(*call.data, TAG_PATIENT_ID, "changed");
  });
  Store(1000, [](LDicomDS& set) { EXPECT_EQ(ds_test::Text(set, TAG_PATIENT_ID), "P1"); });
}

}  // namespace
}  // namespace test
