// LDicomDS: inserting, deleting and finding elements, and handles of nothing.

#include "support/data_set.h"

#include <functional>
#include <memory>
#include <vector>

using namespace ds_test;

namespace {

// A data set with a sequence of two items, the second of which holds a sequence of one; and what its elements are.
class DataSetElements : public ::testing::Test {
 protected:
  void SetUp() override {
    patient = AddText(set, NULL, TAG_PATIENT_ID, "P");
    sequence = AddSequence(set, NULL, TAG_REQUEST_ATTRIBUTES_SEQUENCE);
    first_item = AddItem(set, sequence);
    second_item = AddItem(set, sequence);
    first_id = AddText(set, first_item, TAG_REQUESTED_PROCEDURE_ID, "R1");
    second_id = AddText(set, second_item, TAG_REQUESTED_PROCEDURE_ID, "R2");
    inner = AddSequence(set, second_item, TAG_SCHEDULED_PROTOCOL_CODE_SEQUENCE);
    inner_item = AddItem(set, inner);
    code = AddText(set, inner_item, TAG_CODE_VALUE, "C");
    instance = AddText(set, NULL, TAG_SOP_INSTANCE_UID, "1.2.3");
  }

  std::vector<pDICOMELEMENT> Walk(pDICOMELEMENT of, L_BOOL tree) {
    std::vector<pDICOMELEMENT> found;
    for (pDICOMELEMENT element = set.GetFirstElement(of, tree, L_FALSE); element != nullptr;
         element = set.GetNextElement(element, tree, L_FALSE))
      found.push_back(element);
    return found;
  }

  std::vector<pDICOMELEMENT> WalkBack(pDICOMELEMENT of, L_BOOL tree) {
    std::vector<pDICOMELEMENT> found;
    for (pDICOMELEMENT element = set.GetLastElement(of, tree, L_FALSE); element != nullptr;
         element = set.GetPrevElement(element, tree, L_FALSE))
      found.insert(found.begin(), element);
    return found;
  }

  LDicomDS set;
  pDICOMELEMENT patient, sequence, first_item, second_item, first_id, second_id, inner, inner_item, code, instance;
};

TEST_F(DataSetElements, AsAList) {
  const std::vector<pDICOMELEMENT> all = {instance,    patient, sequence,   first_item, first_id,
                                          second_item, inner,   inner_item, code,       second_id};
  EXPECT_EQ(Walk(NULL, L_FALSE), all);
  EXPECT_EQ(Walk(code, L_FALSE), all) << "a list is the same wherever one stands";
  EXPECT_EQ(WalkBack(NULL, L_FALSE), all);
}

TEST_F(DataSetElements, AsATree) {
  EXPECT_EQ(Walk(NULL, L_TRUE), (std::vector<pDICOMELEMENT>{instance, patient, sequence}));
  EXPECT_EQ(WalkBack(sequence, L_TRUE), (std::vector<pDICOMELEMENT>{instance, patient, sequence}));
  EXPECT_EQ(Walk(first_item, L_TRUE), (std::vector<pDICOMELEMENT>{first_item, second_item}));
  EXPECT_EQ(Walk(inner, L_TRUE), (std::vector<pDICOMELEMENT>{inner, second_id}));
  EXPECT_EQ(WalkBack(code, L_TRUE), (std::vector<pDICOMELEMENT>{code}));
}

TEST_F(DataSetElements, UpAndDown) {
  EXPECT_EQ(set.GetChildElement(NULL, L_FALSE), instance);
  EXPECT_EQ(set.GetChildElement(sequence, L_FALSE), first_item);
  EXPECT_EQ(set.GetChildElement(second_item, L_FALSE), inner);
  EXPECT_EQ(set.GetChildElement(patient, L_FALSE), nullptr);
  EXPECT_EQ(set.GetParentElement(code), inner_item);
  EXPECT_EQ(set.GetParentElement(inner_item), inner);
  EXPECT_EQ(set.GetParentElement(sequence), nullptr);
  EXPECT_EQ(set.GetParentElement(NULL), nullptr);
  EXPECT_EQ(set.GetRootElement(code), sequence);
  EXPECT_EQ(set.GetRootElement(sequence), sequence);
  EXPECT_EQ(set.GetRootElement(NULL), instance);
  EXPECT_EQ(set.GetLevelElement(patient), 0u);
  EXPECT_EQ(set.GetLevelElement(first_item), 1u);
  EXPECT_EQ(set.GetLevelElement(first_id), 2u);
  EXPECT_EQ(set.GetLevelElement(code), 4u);
  EXPECT_EQ(set.GetLevelElement(NULL), 0u);
  EXPECT_FALSE(set.IsVolatileElement(code));
}

TEST_F(DataSetElements, Fields) {
  EXPECT_EQ(sequence->nTag, TAG_REQUEST_ATTRIBUTES_SEQUENCE);
  EXPECT_EQ(sequence->nVR, VR_SQ);
  EXPECT_EQ(first_item->nTag, TAG_ITEM);
  EXPECT_EQ(instance->nVR, VR_UI);
  EXPECT_EQ(instance->nLength, 6u) << "a UID of five characters is padded";
}

TEST_F(DataSetElements, FindInAList) {
  EXPECT_EQ(set.FindFirstElement(NULL, TAG_REQUESTED_PROCEDURE_ID, L_FALSE), first_id);
  EXPECT_EQ(set.FindLastElement(NULL, TAG_REQUESTED_PROCEDURE_ID, L_FALSE), second_id);
  EXPECT_EQ(set.FindNextElement(first_id, L_FALSE), second_id);
  EXPECT_EQ(set.FindNextElement(second_id, L_FALSE), nullptr);
  EXPECT_EQ(set.FindPrevElement(second_id, L_FALSE), first_id);
  EXPECT_EQ(set.FindPrevElement(first_id, L_FALSE), nullptr);
  EXPECT_EQ(set.FindFirstElement(NULL, TAG_PATIENT_NAME, L_FALSE), nullptr);
  EXPECT_EQ(set.FindFirstElement(NULL, TAG_CODE_VALUE, L_FALSE), code);
}

TEST_F(DataSetElements, FindInATree) {
  EXPECT_EQ(set.FindFirstElement(NULL, TAG_REQUESTED_PROCEDURE_ID, L_TRUE), nullptr);
  EXPECT_EQ(set.FindFirstElement(NULL, TAG_PATIENT_ID, L_TRUE), patient);
  EXPECT_EQ(set.FindFirstElement(inner, TAG_REQUESTED_PROCEDURE_ID, L_TRUE), second_id);
  EXPECT_EQ(set.FindLastElement(first_item, TAG_ITEM, L_TRUE), second_item);
  EXPECT_EQ(set.FindNextElement(first_item, L_TRUE), second_item);
  EXPECT_EQ(set.FindPrevElement(second_item, L_TRUE), first_item);
  EXPECT_EQ(set.FindNextElement(first_id, L_TRUE), nullptr);
}

TEST_F(DataSetElements, FindDescendants) {
  EXPECT_EQ(set.FindFirstDescendant(NULL, TAG_CODE_VALUE, L_FALSE), code);
  EXPECT_EQ(set.FindFirstDescendant(NULL, TAG_CODE_VALUE, L_TRUE), nullptr);
  EXPECT_EQ(set.FindFirstDescendant(first_item, TAG_CODE_VALUE, L_FALSE), nullptr);
  EXPECT_EQ(set.FindFirstDescendant(inner_item, TAG_CODE_VALUE, L_TRUE), code);
  EXPECT_EQ(set.FindFirstDescendant(sequence, TAG_ITEM, L_TRUE), first_item);
  EXPECT_EQ(set.FindNextDescendant(sequence, first_item, L_TRUE), second_item);
  EXPECT_EQ(set.FindNextDescendant(sequence, second_item, L_TRUE), nullptr);
  EXPECT_EQ(set.FindNextDescendant(sequence, second_item, L_FALSE), inner_item);
  EXPECT_EQ(set.FindNextDescendant(NULL, first_id, L_FALSE), second_id);
  EXPECT_EQ(set.FindNextDescendant(first_item, first_id, L_FALSE), nullptr);
}

TEST_F(DataSetElements, InsertWhereTheTagBelongs) {
  EXPECT_EQ(set.InsertElement(NULL, L_FALSE, TAG_PATIENT_ID, 0, L_FALSE, 0), nullptr) << "it is there";
  EXPECT_EQ(set.InsertElement(patient, L_TRUE, TAG_PATIENT_NAME, 0, L_FALSE, 0), nullptr) << "a text has no children";
  EXPECT_EQ(set.InsertElement(sequence, L_TRUE, TAG_PATIENT_NAME, 0, L_FALSE, 0), nullptr) << "nor a sequence elements";
  const pDICOMELEMENT name = set.InsertElement(sequence, L_FALSE, TAG_PATIENT_NAME, 0, L_FALSE, 0);
  ASSERT_NE(name, nullptr);
  EXPECT_EQ(set.GetNextElement(name, L_TRUE, L_FALSE), patient) << "in the order of tags, whatever the neighbor";
  EXPECT_EQ(name->nVR, VR_PN);
  const pDICOMELEMENT beside = set.InsertElement(code, L_FALSE, TAG_CODE_MEANING, 0, L_FALSE, 0);
  EXPECT_EQ(set.GetParentElement(beside), inner_item);
  const pDICOMELEMENT between = set.InsertElement(sequence, L_TRUE, TAG_ITEM, 0, L_TRUE, 1);
  EXPECT_EQ(Walk(first_item, L_TRUE), (std::vector<pDICOMELEMENT>{first_item, between, second_item}));
  EXPECT_EQ(set.InsertElement(NULL, L_TRUE, MAKETAG(9, 0x1001), 0, L_FALSE, 0)->nVR, VR_UN);
  EXPECT_EQ(set.InsertElement(NULL, L_TRUE, MAKETAG(9, 0x1002), VR_DS, L_FALSE, 0)->nVR, VR_DS);
}

TEST_F(DataSetElements, DeleteTakesWhatIsInside) {
  EXPECT_EQ(set.DeleteElement(first_item), second_item);
  EXPECT_FALSE(set.ExistsElement(first_item));
  EXPECT_FALSE(set.ExistsElement(first_id)) << "it was inside";
  EXPECT_EQ(set.GetStringValue(first_id, 0, 1), nullptr);
  EXPECT_TRUE(set.ExistsElement(code));
  EXPECT_EQ(set.DeleteElement(second_item), nullptr) << "the last of its level";
  EXPECT_FALSE(set.ExistsElement(code));
  EXPECT_EQ(set.GetChildElement(sequence, L_FALSE), nullptr);
  EXPECT_EQ(set.DeleteElement(instance), patient);
  EXPECT_EQ(set.DeleteElement(instance), nullptr);
  EXPECT_EQ(set.DeleteElement(NULL), nullptr);
}

TEST_F(DataSetElements, HandlesStayWhileOthersComeAndGo) {
  for (L_UINT32 i = 0; i < 2000; ++i) {
    const pDICOMELEMENT element = set.InsertElement(NULL, L_TRUE, MAKETAG(0x0009, 0x1000 + i), VR_LO, L_FALSE, 0);
    ASSERT_NE(element, nullptr);
    if (i % 2 == 0)
      set.DeleteElement(element);
  }
  EXPECT_EQ(Text(set, code), "C");
  EXPECT_EQ(Text(set, patient), "P");
  EXPECT_EQ(Walk(NULL, L_TRUE).size(), 3u + 1000u);
  EXPECT_EQ(set.FindFirstElement(NULL, TAG_CODE_VALUE, L_FALSE), code) << "an element has one handle";
}

TEST_F(DataSetElements, ACopyHasHandlesOfItsOwn) {
  LDicomDS copy;
  ASSERT_EQ(copy.CopyDS(NULL, &set, NULL), DICOM_SUCCESS);
  EXPECT_FALSE(copy.ExistsElement(code));
  EXPECT_EQ(Text(copy, TAG_CODE_VALUE), "C");
}

// Every member with a handle that is none: of another object, ended, of memory that is no handle, and not aligned.
TEST_F(DataSetElements, AHandleOfNothingIsNotFound) {
  LDicomDS other;
  const pDICOMELEMENT foreign = AddText(other, NULL, TAG_PATIENT_ID, "P");
  const pDICOMELEMENT ended = AddText(set, NULL, TAG_PATIENT_NAME, "N");
  set.DeleteElement(ended);
  auto stray = std::make_unique<DICOMELEMENT>();
  const auto inside = reinterpret_cast<pDICOMELEMENT>(reinterpret_cast<char*>(patient) + 4);
  const auto made_up = reinterpret_cast<pDICOMELEMENT>(static_cast<L_UINT_PTR>(1));
  for (const pDICOMELEMENT bad : {foreign, ended, stray.get(), inside, made_up}) {
    EXPECT_FALSE(set.ExistsElement(bad));
    EXPECT_FALSE(set.IsVolatileElement(bad));
    EXPECT_EQ(set.GetLevelElement(bad), 0u);
    for (const pDICOMELEMENT found : {set.GetRootElement(bad),
                                      set.GetParentElement(bad),
                                      set.GetChildElement(bad, L_FALSE),
                                      set.GetFirstElement(bad, L_FALSE, L_FALSE),
                                      set.GetLastElement(bad, L_TRUE, L_FALSE),
                                      set.GetPrevElement(bad, L_FALSE, L_FALSE),
                                      set.GetNextElement(bad, L_FALSE, L_FALSE),
                                      set.FindFirstElement(bad, TAG_PATIENT_ID, L_FALSE),
                                      set.FindLastElement(bad, TAG_PATIENT_ID, L_FALSE),
                                      set.FindPrevElement(bad, L_FALSE),
                                      set.FindNextElement(bad, L_FALSE),
                                      set.FindFirstDescendant(bad, TAG_PATIENT_ID, L_FALSE),
                                      set.FindNextDescendant(bad, patient, L_FALSE),
                                      set.FindNextDescendant(NULL, bad, L_FALSE),
                                      set.DeleteElement(bad),
                                      set.InsertElement(bad, L_FALSE, TAG_STUDY_ID, 0, L_FALSE, 0),
                                      set.InsertKey(bad, "PATIENT", L_FALSE),
                                      set.FindFirstKey(bad, NULL, L_FALSE),
                                      set.FindLastKey(bad, NULL, L_FALSE),
                                      set.FindPrevKey(bad, L_FALSE),
                                      set.FindNextKey(bad, L_FALSE)})
      EXPECT_EQ(found, nullptr);
    set.DeleteKey(bad);
    set.FreeValue(bad);
    EXPECT_EQ(set.CopyDS(bad, &other, NULL), DICOM_ERROR_PARAMETER);
    char buffer[8] = {};
    L_UINT16 number[4] = {};
    EXPECT_EQ(set.GetCountValue(bad), 0u);
    EXPECT_FALSE(set.GetBinaryValue(bad, buffer, 1));
    EXPECT_FALSE(set.SetBinaryValue(bad, buffer, 2));
    for (const void* found :
         {static_cast<void*>(set.GetCharValue(bad, 0, 1)), static_cast<void*>(set.GetShortValue(bad, 0, 1)),
          static_cast<void*>(set.GetLongValue(bad, 0, 1)), static_cast<void*>(set.GetLong64Value(bad, 0, 1)),
          static_cast<void*>(set.GetFloatValue(bad, 0, 1)), static_cast<void*>(set.GetDoubleValue(bad, 0, 1)),
          static_cast<void*>(set.GetStringValue(bad, 0, 1)), static_cast<void*>(set.GetStringValueA(bad, 0, 1)),
          static_cast<void*>(set.GetAgeValue(bad, 0, 1)), static_cast<void*>(set.GetDateValue(bad, 0, 1)),
          static_cast<void*>(set.GetTimeValue(bad, 0, 1)), static_cast<void*>(set.GetDateTimeValue(bad, 0, 1))})
      EXPECT_EQ(found, nullptr);
    EXPECT_FALSE(set.SetCharValue(bad, reinterpret_cast<L_UCHAR*>(buffer), 1));
    EXPECT_FALSE(set.SetShortValue(bad, reinterpret_cast<L_INT16*>(number), 1));
    EXPECT_FALSE(set.SetStringValue(bad, "x", 1));
    EXPECT_FALSE(set.SetStringValue(bad, "x", 1, DICOM_CHARACTER_SET_DEFAULT));
    EXPECT_FALSE(set.SetConvertValue(bad, "x", 1));
    EXPECT_EQ(set.GetConvertValue(bad, buffer, 8), 0u);
    VALUEDATERANGE range = {};
    EXPECT_EQ(set.GetDateRangeValue(bad, 0, &range), DICOM_ERROR_PARAMETER);
    EXPECT_FALSE(set.SetDateRangeValue(bad, &range, 1));
  }
  EXPECT_EQ(Walk(NULL, L_FALSE).size(), 10u) << "and nothing was changed";
}

TEST_F(DataSetElements, AHandleOfADestroyedObjectIsNotFound) {
  auto gone = std::make_unique<LDicomDS>();
  const pDICOMELEMENT element = AddText(*gone, NULL, TAG_PATIENT_ID, "P");
  gone.reset();
  EXPECT_FALSE(set.ExistsElement(element));
  EXPECT_EQ(set.DeleteElement(element), nullptr);
}

TEST(DataSetDepth, SixtyFourDeep) {
  LDicomDS set;
  pDICOMELEMENT parent = NULL;
  for (int depth = 0; depth < 64; ++depth)
    parent = AddItem(set, AddSequence(set, parent, TAG_CONTENT_SEQUENCE));
  AddText(set, parent, TAG_TEXT_VALUE, "the deepest");
  for (const char* syntax : {UID_IMPLICIT_VR_LITTLE_ENDIAN, UID_EXPLICIT_VR_BIG_ENDIAN, UID_EXPLICIT_VR_LITTLE_ENDIAN,
                             UID_DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN}) {
    ASSERT_EQ(set.ChangeTransferSyntax(syntax, 0, 0), DICOM_SUCCESS);
    for (const L_UINT16 flags : {0, DS_LENGTH_EXPLICIT}) {
      Directory directory;
      ASSERT_EQ(set.SaveDS(directory.Path("deep").c_str(), flags), DICOM_SUCCESS);
      LDicomDS loaded;
      ASSERT_EQ(loaded.LoadDS(directory.Path("deep").c_str(), 0), DICOM_SUCCESS);
      const pDICOMELEMENT deepest = loaded.FindFirstElement(NULL, TAG_TEXT_VALUE, L_FALSE);
      EXPECT_EQ(Text(loaded, deepest), "the deepest");
      EXPECT_EQ(loaded.GetLevelElement(deepest), 128u);
      EXPECT_TRUE(loaded.ConformanceDS(NULL, NULL));
    }
  }
}

}  // namespace
