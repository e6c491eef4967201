// LDicomDS as a whole: command sets, copies, encoded bytes, and what one becomes when it is used as the other.

#include "support/data_set.h"

#include <vector>

using namespace ds_test;

namespace {

TEST(DataSet, IsEmptyAtFirst) {
  LDicomDS set;
  EXPECT_EQ(set.GetFirstElement(NULL, L_FALSE, L_FALSE), nullptr);
  EXPECT_EQ(set.GetLastElement(NULL, L_TRUE, L_FALSE), nullptr);
  EXPECT_EQ(set.FindFirstElement(NULL, TAG_PATIENT_ID, L_FALSE), nullptr);
  EXPECT_EQ(set.GetEncoded(NULL), nullptr);
  L_UINT32 number = 1;
  L_UINT16 flags = 1;
  set.GetInfoDS(&number, &flags);
  EXPECT_EQ(number, CLASS_UNKNOWN);
  EXPECT_EQ(flags, 0);
  L_UINT16 command = 1;
  L_BOOL is_request = L_TRUE;
  set.GetInfoCS(&command, &is_request);
  EXPECT_EQ(command, 0);
  EXPECT_FALSE(is_request);
  set.GetInfoDS(NULL, NULL);
  set.GetInfoCS(NULL, NULL);
}

TEST(DataSet, CommandSetHasItsMandatoryElements) {
  LDicomDS set;
  set.InitCS(COMMAND_C_STORE, L_TRUE);
  L_UINT16 command = 0;
  L_BOOL is_request = L_FALSE;
  set.GetInfoCS(&command, &is_request);
  EXPECT_EQ(command, COMMAND_C_STORE);
  EXPECT_TRUE(is_request);
  std::vector<L_UINT32> tags;
  for (pDICOMELEMENT element = set.GetFirstElement(NULL, L_FALSE, L_FALSE); element != nullptr;
       element = set.GetNextElement(element, L_FALSE, L_FALSE))
    tags.push_back(element->nTag);
  const std::vector<L_UINT32> expected = {
      TAG_AFFECTED_SOP_CLASS_UID,   TAG_COMMAND_FIELD, TAG_MESSAGE_ID, TAG_PRIORITY, TAG_DATA_SET_TYPE,
      TAG_AFFECTED_SOP_INSTANCE_UID};
  EXPECT_EQ(tags, expected);
  EXPECT_EQ(Text(set, TAG_DATA_SET_TYPE), std::to_string(COMMAND_DATASET_ABSENT));
  std::vector<L_UINT32> back;
  for (pDICOMELEMENT element = set.GetLastElement(NULL, L_TRUE, L_FALSE); element != nullptr;
       element = set.GetPrevElement(element, L_TRUE, L_FALSE))
    back.insert(back.begin(), element->nTag);
  EXPECT_EQ(back, expected);
}

TEST(DataSet, CommandSetTakesElementsOfItsGroupAlone) {
  LDicomDS set;
  set.InitCS(COMMAND_C_STORE, L_FALSE);
  const auto insert = [&](L_UINT32 tag, L_BOOL sequence) {
    return set.InsertElement(NULL, L_FALSE, tag, 0, sequence, ELEMENT_INDEX_MAX);
  };
  EXPECT_EQ(insert(TAG_PATIENT_ID, L_FALSE), nullptr);
  EXPECT_EQ(insert(TAG_COMMAND_GROUP_LENGTH, L_FALSE), nullptr);
  EXPECT_EQ(insert(TAG_ERROR_COMMENT, L_TRUE), nullptr);
  EXPECT_EQ(insert(TAG_STATUS, L_FALSE), nullptr) << "it is there already";
  const pDICOMELEMENT comment = insert(TAG_ERROR_COMMENT, L_FALSE);
  ASSERT_NE(comment, nullptr);
  EXPECT_EQ(comment->nVR, VR_LO);
  EXPECT_TRUE(set.SetStringValue(comment, "odd", 1));
  EXPECT_EQ(comment->nLength, 4u);
  EXPECT_STREQ(set.GetStringValue(comment, 0, 1), "odd");
  EXPECT_FALSE(set.SetStringValue(comment, "x", 1, DICOM_CHARACTER_SET_GREEK));
  EXPECT_EQ(set.GetParentElement(comment), nullptr);
  EXPECT_EQ(set.GetChildElement(comment, L_FALSE), nullptr);
  EXPECT_EQ(set.GetRootElement(comment), comment);
  EXPECT_EQ(set.GetLevelElement(comment), 0u);
  EXPECT_EQ(set.DeleteElement(comment)->nTag, TAG_AFFECTED_SOP_INSTANCE_UID);
  EXPECT_FALSE(set.ExistsElement(comment));
  const pDICOMELEMENT again = insert(TAG_ERROR_COMMENT, L_FALSE);
  EXPECT_TRUE(set.ExistsElement(again));
  EXPECT_FALSE(set.ExistsElement(comment)) << "a handle that has ended does not come to life again";
}

TEST(DataSet, CommandSetKeepsAVrOfOnesOwn) {
  LDicomDS set;
  const pDICOMELEMENT element = set.InsertElement(NULL, L_FALSE, MAKETAG(0, 0x5010), VR_LO, L_FALSE, ELEMENT_INDEX_MAX);
  ASSERT_NE(element, nullptr) << "the first element of group 0000 makes an empty object a command set";
  EXPECT_EQ(element->nVR, VR_LO);
  EXPECT_TRUE(set.SetStringValue(element, "text", 1));
  LDicomDS copy;
  EXPECT_EQ(copy.CopyDS(NULL, &set, NULL), DICOM_SUCCESS);
  EXPECT_STREQ(copy.GetStringValue(copy.FindFirstElement(NULL, MAKETAG(0, 0x5010), L_FALSE), 0, 1), "text");
  EXPECT_FALSE(set.SetBinaryValue(element, std::string(65536, 'x').data(), 65536));
  EXPECT_STREQ(set.GetStringValue(element, 0, 1), "text");
}

TEST(DataSet, WhatACommandSetIsNotFor) {
  LDicomDS set;
  set.InitCS(COMMAND_C_ECHO, L_TRUE);
  EXPECT_EQ(set.SaveDS("nowhere", 0), DICOM_ERROR_FORMAT);
  EXPECT_EQ(set.ChangeTransferSyntax(UID_IMPLICIT_VR_LITTLE_ENDIAN, 0, 0), DICOM_ERROR_FORMAT);
  EXPECT_EQ(set.InsertModule(MODULE_PATIENT, L_TRUE), nullptr);
  EXPECT_EQ(set.InsertKey(NULL, "PATIENT", L_TRUE), nullptr);
  EXPECT_EQ(set.GetCountModule(), 0u);
  EXPECT_EQ(set.GetEncoded(NULL), nullptr);
  EXPECT_TRUE(set.ConformanceDS(NULL, NULL));
  LDicomDS data;
  const pDICOMELEMENT sequence = AddSequence(data, NULL, TAG_REFERENCED_STUDY_SEQUENCE);
  EXPECT_EQ(data.CopyDS(AddItem(data, sequence), &set, NULL), DICOM_ERROR_PARAMETER);
}

TEST(DataSet, CopyOfTheWholeIsIndependent) {
  LDicomDS set;
  SetText(set, TAG_PATIENT_ID, "one");
  LDicomDS copy;
  SetText(copy, TAG_PATIENT_NAME, "gone");
  const pDICOMELEMENT gone = copy.FindFirstElement(NULL, TAG_PATIENT_NAME, L_FALSE);
  ASSERT_EQ(copy.CopyDS(NULL, &set, NULL), DICOM_SUCCESS);
  EXPECT_FALSE(copy.ExistsElement(gone));
  EXPECT_EQ(Text(copy, TAG_PATIENT_NAME), "(none)");
  SetText(copy, TAG_PATIENT_ID, "two");
  EXPECT_EQ(Text(set, TAG_PATIENT_ID), "one");
  EXPECT_EQ(Text(copy, TAG_PATIENT_ID), "two");
  EXPECT_EQ(set.CopyDS(NULL, NULL, NULL), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(set.CopyDS(NULL, &set, NULL), DICOM_SUCCESS) << "of itself, which changes nothing";
  EXPECT_EQ(Text(set, TAG_PATIENT_ID), "one");
}

TEST(DataSet, CopyBetweenParents) {
  LDicomDS source;
  const pDICOMELEMENT from = AddItem(source, AddSequence(source, NULL, TAG_REQUEST_ATTRIBUTES_SEQUENCE));
  AddText(source, from, TAG_REQUESTED_PROCEDURE_ID, "P1");
  AddText(source, AddItem(source, AddSequence(source, from, TAG_SCHEDULED_PROTOCOL_CODE_SEQUENCE)), TAG_CODE_VALUE,
          "C1");
  LDicomDS target;
  SetText(target, TAG_REQUESTED_PROCEDURE_ID, "old");
  const pDICOMELEMENT to = AddItem(target, AddSequence(target, NULL, TAG_SCHEDULED_STEP_ATTRIBUTES_SEQUENCE));
  ASSERT_EQ(target.CopyDS(to, &source, from), DICOM_SUCCESS);
  const pDICOMELEMENT id = target.FindFirstDescendant(to, TAG_REQUESTED_PROCEDURE_ID, L_TRUE);
  EXPECT_EQ(Text(target, id), "P1");
  EXPECT_EQ(target.GetParentElement(id), to);
  EXPECT_EQ(Text(target, TAG_CODE_VALUE), "C1");
  EXPECT_EQ(Text(target, target.FindFirstElement(NULL, TAG_REQUESTED_PROCEDURE_ID, L_TRUE)), "old");
  ASSERT_EQ(target.CopyDS(NULL, &source, from), DICOM_SUCCESS);
  EXPECT_EQ(Text(target, target.FindFirstElement(NULL, TAG_REQUESTED_PROCEDURE_ID, L_TRUE)), "P1");
  ASSERT_EQ(target.CopyDS(to, &target, NULL), DICOM_SUCCESS) << "of an object into an item of its own";
  EXPECT_EQ(Text(target, target.FindFirstDescendant(to, TAG_REQUESTED_PROCEDURE_ID, L_TRUE)), "P1");
  EXPECT_EQ(target.CopyDS(from, &source, NULL), DICOM_ERROR_PARAMETER) << "a parent of another object";
  EXPECT_EQ(target.CopyDS(NULL, &source, to), DICOM_ERROR_PARAMETER);
}

struct Asked {
  std::vector<L_UINT32> tags;
  L_UINT32 refused;
};

L_BOOL EXT_CALLBACK Ask(pDICOMELEMENT pElement, L_UINT16 nFlags, L_VOID* pUserData) {
  auto& asked = *static_cast<Asked*>(pUserData);
  asked.tags.push_back(pElement->nTag);
  EXPECT_EQ(nFlags, 0);
  return pElement->nTag != asked.refused;
}

TEST(DataSet, CopyAsksForEachElement) {
  LDicomDS source;
  SetText(source, TAG_PATIENT_ID, "P");
  AddText(source, AddItem(source, AddSequence(source, NULL, TAG_REFERENCED_STUDY_SEQUENCE)),
          TAG_REFERENCED_SOP_CLASS_UID, "1.2");
  SetText(source, TAG_STUDY_ID, "S");
  Asked none = {{}, 0};
  LDicomDS copy;
  ASSERT_EQ(copy.CopyDS(NULL, &source, NULL, Ask, &none), DICOM_SUCCESS);
  const std::vector<L_UINT32> all = {TAG_REFERENCED_STUDY_SEQUENCE, TAG_ITEM, TAG_REFERENCED_SOP_CLASS_UID,
                                     TAG_PATIENT_ID, TAG_STUDY_ID};
  EXPECT_EQ(none.tags, all);
  EXPECT_EQ(Text(copy, TAG_REFERENCED_SOP_CLASS_UID), "1.2");

  Asked some = {{}, TAG_REFERENCED_STUDY_SEQUENCE};
  ASSERT_EQ(copy.CopyDS(NULL, &source, NULL, Ask, &some), DICOM_SUCCESS);
  const std::vector<L_UINT32> fewer = {TAG_REFERENCED_STUDY_SEQUENCE, TAG_PATIENT_ID, TAG_STUDY_ID};
  EXPECT_EQ(some.tags, fewer) << "what is inside one that is left out is not asked for";
  EXPECT_EQ(Text(copy, TAG_REFERENCED_STUDY_SEQUENCE), "(none)");
  EXPECT_EQ(Text(copy, TAG_STUDY_ID), "S");
  EXPECT_EQ(Text(source, TAG_REFERENCED_SOP_CLASS_UID), "1.2") << "the source is as it was";

  LDicomDS target;
  const pDICOMELEMENT to = AddItem(target, AddSequence(target, NULL, TAG_REFERENCED_SERIES_SEQUENCE));
  Asked below = {{}, TAG_PATIENT_ID};
  ASSERT_EQ(target.CopyDS(to, &source, NULL, Ask, &below), DICOM_SUCCESS);
  EXPECT_EQ(Text(target, TAG_PATIENT_ID), "(none)");
  EXPECT_EQ(target.GetLevelElement(target.FindFirstElement(NULL, TAG_STUDY_ID, L_FALSE)), 2u);

  LDicomDS command;
  command.InitCS(COMMAND_C_ECHO, L_TRUE);
  Asked one = {{}, TAG_MESSAGE_ID};
  ASSERT_EQ(copy.CopyDS(NULL, &command, NULL, Ask, &one), DICOM_SUCCESS);
  EXPECT_EQ(copy.FindFirstElement(NULL, TAG_MESSAGE_ID, L_FALSE), nullptr);
  EXPECT_NE(copy.FindFirstElement(NULL, TAG_COMMAND_FIELD, L_FALSE), nullptr);
}

TEST(DataSet, EncodedBytesStayAsTheyAre) {
  LDicomDS set;
  const std::string bytes = "these are no elements";
  ASSERT_EQ(set.SetEncoded(reinterpret_cast<const L_UCHAR*>(bytes.data()), static_cast<L_UINT32>(bytes.size())),
            DICOM_SUCCESS);
  EXPECT_EQ(Encoded(set), bytes);
  EXPECT_EQ(set.FindFirstElement(NULL, TAG_PATIENT_ID, L_FALSE), nullptr);
  EXPECT_EQ(Encoded(set), bytes) << "looking for an element changes nothing";
  LDicomDS copy;
  ASSERT_EQ(copy.CopyDS(NULL, &set, NULL), DICOM_SUCCESS);
  EXPECT_EQ(Encoded(copy), bytes);
  L_UINT32 length = 0;
  const L_UCHAR* const own = set.GetEncoded(&length);
  ASSERT_EQ(set.SetEncoded(own, length), DICOM_SUCCESS) << "the object's own bytes";
  EXPECT_EQ(Encoded(set), bytes);
  EXPECT_EQ(set.SetEncoded(NULL, 1), DICOM_ERROR_NULL_PTR);
  EXPECT_EQ(Encoded(set), bytes);
  EXPECT_EQ(set.SetEncoded(NULL, 0), DICOM_SUCCESS);
  EXPECT_EQ(set.GetEncoded(&length), nullptr);
  EXPECT_EQ(length, 0u);
  EXPECT_EQ(Encoded(copy), bytes);
}

TEST(DataSet, EncodedBytesAreReadByWhatTheyLookLike) {
  for (const std::string& bytes : {Implicit(TAG_PATIENT_ID, "implicit"), Explicit(TAG_PATIENT_ID, "LO", "explicit")}) {
    LDicomDS set;
    set.SetEncoded(reinterpret_cast<const L_UCHAR*>(bytes.data()), static_cast<L_UINT32>(bytes.size()));
    EXPECT_EQ(Text(set, TAG_PATIENT_ID), bytes.substr(bytes.size() - 8));
    EXPECT_EQ(Encoded(set), bytes);
    SetText(set, TAG_PATIENT_ID, "an other");
    EXPECT_EQ(Encoded(set), bytes.substr(0, bytes.size() - 8) + "an other");
  }
}

TEST(DataSet, ResetEndsAll) {
  LDicomDS set;
  SetText(set, TAG_PATIENT_ID, "P");
  const pDICOMELEMENT element = set.FindFirstElement(NULL, TAG_PATIENT_ID, L_FALSE);
  set.ResetDS();
  EXPECT_FALSE(set.ExistsElement(element));
  EXPECT_EQ(set.GetStringValue(element, 0, 1), nullptr);
  EXPECT_EQ(set.GetEncoded(NULL), nullptr);
  set.InitCS(COMMAND_C_ECHO, L_TRUE);
  set.ResetDS();
  EXPECT_TRUE(SetText(set, TAG_PATIENT_ID, "P")) << "it is no command set any more";
}

}  // namespace
