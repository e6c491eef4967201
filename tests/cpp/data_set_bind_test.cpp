// How an LDicomDS shows what belongs to a hook, and how a sender gets at what it holds: DataSetAccess.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>

#include "dicom_ds_impl.h"
#include "ldicomnet/tags.h"

namespace {

// Calls of operator new, on any thread.
unsigned long allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr)
    throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace ldicomnet::detail {
namespace {

// (0010,0020) in implicit VR little endian.
const std::string kEncoded("\x10\0\x20\0\x02\0\0\0P1", 10);

ByteSlice Encoded() {
  return Bytes(kEncoded.data(), kEncoded.size());
}

TEST(DataSetBind, ShowingAMessageCostsNoAllocation) {
  const rust::Box<CommandSet> command = command_set_init(COMMAND_C_STORE);
  const rust::Box<DataSetObject> object = data_set_encoded(Encoded());
  LDicomDS command_set;
  LDicomDS data_set;
  const unsigned long before = allocations;
  for (int i = 0; i < 100; ++i) {
    DataSetAccess::Bind(command_set, *command);
    DataSetAccess::BindContent(data_set, *object);
    L_UINT16 field = 0;
    command_set.GetInfoCS(&field, nullptr);
    L_UINT32 length = 0;
    EXPECT_NE(data_set.GetEncoded(&length), nullptr);
    EXPECT_EQ(length, kEncoded.size());
    DataSetAccess::Unbind(command_set);
    DataSetAccess::Unbind(data_set);
  }
  EXPECT_EQ(allocations, before);
}

TEST(DataSetBind, WhatIsShownIsNotChanged) {
  const rust::Box<DataSetObject> object = data_set_encoded(Encoded());
  LDicomDS set;
  DataSetAccess::BindContent(set, *object);
  EXPECT_EQ(DataSetAccess::Object(&set), &*object);
  const pDICOMELEMENT element = set.FindFirstElement(NULL, TAG_PATIENT_ID, L_TRUE);
  ASSERT_TRUE(set.SetStringValue(element, "P2", 1));
  EXPECT_NE(DataSetAccess::Object(&set), &*object) << "a change makes it the object's own";
  EXPECT_STREQ(set.GetStringValue(element, 0, 1), "P2");
  DataSetAccess::BindContent(set, *object);
  EXPECT_FALSE(set.ExistsElement(element)) << "handles end with what they are of";
  EXPECT_STREQ(set.GetStringValue(set.FindFirstElement(NULL, TAG_PATIENT_ID, L_TRUE), 0, 1), "P1");
  DataSetAccess::Unbind(set);
  EXPECT_EQ(set.GetFirstElement(NULL, L_FALSE, L_FALSE), nullptr);
}

TEST(DataSetBind, ACommandSetIsNotChangedUnlessItMayBe) {
  rust::Box<CommandSet> command = command_set_init(COMMAND_C_ECHO);
  const auto message_id = static_cast<std::uint16_t>(TAG_MESSAGE_ID);
  const L_INT16 seven = 7;
  LDicomDS set;
  DataSetAccess::Bind(set, *command);
  ASSERT_TRUE(set.SetShortValue(set.FindFirstElement(NULL, TAG_MESSAGE_ID, L_TRUE), &seven, 1));
  EXPECT_EQ(command_u16(*command, message_id, 9), 0);
  DataSetAccess::BindWritable(set, *command);
  ASSERT_TRUE(set.SetShortValue(set.FindFirstElement(NULL, TAG_MESSAGE_ID, L_TRUE), &seven, 1));
  EXPECT_EQ(command_u16(*command, message_id, 9), 7);
  DataSetAccess::Unbind(set);
}

TEST(DataSetBind, WhatASenderGets) {
  EXPECT_EQ(DataSetAccess::Object(nullptr), nullptr);
  LDicomDS set;
  EXPECT_EQ(DataSetAccess::Object(&set), nullptr);
  set.InitDS(CLASS_UNKNOWN, 0);
  EXPECT_EQ(DataSetAccess::Object(&set), nullptr) << "one without elements";
  set.InitCS(COMMAND_C_ECHO, L_TRUE);
  EXPECT_EQ(DataSetAccess::Object(&set), nullptr) << "a command set";
  set.SetEncoded(Encoded().data(), static_cast<L_UINT32>(Encoded().size()));
  EXPECT_NE(DataSetAccess::Object(&set), nullptr);
  set.DeleteElement(set.FindFirstElement(NULL, TAG_PATIENT_ID, L_TRUE));
  EXPECT_EQ(DataSetAccess::Object(&set), nullptr) << "its only element is gone";
}

}  // namespace
}  // namespace ldicomnet::detail
