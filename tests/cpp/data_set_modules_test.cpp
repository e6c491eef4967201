// LDicomDS: classes and modules, keys of media directories, and the check of form.

#include "support/data_set.h"

#include <vector>

using namespace ds_test;

namespace {

TEST(DataSetModules, ClassesHaveTheirElements) {
  LDicomDS set;
  set.InitDS(CLASS_STUDY_ROOT_QUERY_STUDY, DS_ADD_MANDATORY_ELEMENTS_ONLY);
  EXPECT_EQ(Text(set, TAG_QUERY_RETRIEVE_LEVEL), "STUDY");
  for (const L_UINT32 tag : {TAG_STUDY_INSTANCE_UID, TAG_STUDY_DATE, TAG_PATIENT_NAME, TAG_PATIENT_ID})
    EXPECT_EQ(Text(set, tag), "") << "a key to be returned, without a value";
  EXPECT_EQ(Text(set, TAG_NUMBER_OF_STUDY_RELATED_INSTANCES), "(none)");
  L_UINT32 number = 0;
  L_UINT16 flags = 0;
  set.GetInfoDS(&number, &flags);
  EXPECT_EQ(number, static_cast<L_UINT32>(CLASS_STUDY_ROOT_QUERY_STUDY));
  EXPECT_EQ(flags, DS_METAHEADER_ABSENT | DS_LITTLE_ENDIAN | DS_EXPLICIT_VR);

  set.InitDS(CLASS_STUDY_ROOT_QUERY_STUDY, DS_IMPLICIT_VR);
  EXPECT_EQ(Text(set, TAG_NUMBER_OF_STUDY_RELATED_INSTANCES), "") << "optional ones too";
  set.GetInfoDS(NULL, &flags);
  EXPECT_EQ(flags, DS_METAHEADER_ABSENT | DS_LITTLE_ENDIAN | DS_IMPLICIT_VR);

  set.InitDS(CLASS_PATIENT_ROOT_QUERY_IMAGE, DS_ADD_MANDATORY_ELEMENTS_ONLY);
  EXPECT_EQ(Text(set, TAG_QUERY_RETRIEVE_LEVEL), "IMAGE");
  for (const L_UINT32 tag : {TAG_PATIENT_ID, TAG_STUDY_INSTANCE_UID, TAG_SERIES_INSTANCE_UID, TAG_SOP_INSTANCE_UID})
    EXPECT_EQ(Text(set, tag), "") << "the unique keys of all levels above";

  set.InitDS(CLASS_CT_IMAGE_STORAGE, DS_BIG_ENDIAN);
  EXPECT_EQ(Text(set, TAG_SOP_CLASS_UID), UID_CT_IMAGE_STORAGE);
  EXPECT_EQ(Text(set, TAG_FRAME_OF_REFERENCE_UID), "");
  EXPECT_EQ(Text(set, TAG_PATIENT_WEIGHT), "");
  set.InitDS(CLASS_CT_IMAGE_STORAGE, DS_ADD_MANDATORY_MODULES_ONLY);
  EXPECT_EQ(Text(set, TAG_PATIENT_WEIGHT), "(none)") << "the patient study module is optional";

  set.InitDS(CLASS_MODALITY_WORKLIST, 0);
  const pDICOMELEMENT sequence = set.FindFirstElement(NULL, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE, L_TRUE);
  ASSERT_NE(sequence, nullptr);
  const pDICOMELEMENT item = set.GetChildElement(sequence, L_FALSE);
  ASSERT_NE(item, nullptr);
  EXPECT_NE(set.FindFirstDescendant(item, TAG_SCHEDULED_STATION_AE_TITLE, L_TRUE), nullptr);
  EXPECT_EQ(set.GetNextElement(item, L_TRUE, L_FALSE), nullptr);

  set.InitDS(CLASS_UNKNOWN, 0);
  EXPECT_EQ(set.GetFirstElement(NULL, L_FALSE, L_FALSE), nullptr);
  set.InitDS(9999, 0);
  EXPECT_EQ(set.GetFirstElement(NULL, L_FALSE, L_FALSE), nullptr);
}

TEST(DataSetModules, EachClassCanBeSetUp) {
  int classes = 0;
  for (L_UINT32 number = 0; number < 300; ++number) {
    LDicomDS set;
    set.InitDS(number, 0);
    const L_UINT32 count = set.GetCountModule();
    classes += count != 0;
    L_UINT32 elements = 0;
    for (L_UINT32 i = 0; i < count; ++i) {
      const pDICOMMODULE module = set.FindIndexModule(i);
      ASSERT_NE(module, nullptr);
      EXPECT_NE(module->nCount, 0u) << number << ": " << module->nModule;
      elements += module->nCount;
    }
    EXPECT_EQ(set.FindIndexModule(count), nullptr);
    EXPECT_TRUE(set.ConformanceDS(NULL, NULL));
    if (count != 0) {
      EXPECT_GE(elements, 1u);
      LDicomDS loaded;
      EXPECT_EQ(LoadBytes(loaded, Encoded(set), DS_METAHEADER_ABSENT | DS_EXPLICIT_VR), DICOM_SUCCESS);
      EXPECT_TRUE(loaded.ConformanceDS(NULL, NULL));
    }
  }
  EXPECT_EQ(classes, 22 + 8 + 6);
}

TEST(DataSetModules, ModulesComeAndGo) {
  LDicomDS set;
  EXPECT_EQ(set.FindModule(MODULE_PATIENT), nullptr);
  SetText(set, TAG_PATIENT_ID, "P");
  pDICOMMODULE module = set.FindModule(MODULE_PATIENT);
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(module->nCount, 1u);
  EXPECT_EQ(module->pElement[0]->nTag, TAG_PATIENT_ID);
  module = set.InsertModule(MODULE_PATIENT, L_FALSE);
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(module->nModule, static_cast<L_UINT32>(MODULE_PATIENT));
  EXPECT_EQ(module->nCount, 4u);
  EXPECT_EQ(Text(set, TAG_PATIENT_ID), "P") << "what is there stays";
  const L_UINT32 mandatory = module->nCount;
  EXPECT_GT(set.InsertModule(MODULE_PATIENT, L_TRUE)->nCount, mandatory);
  SetText(set, TAG_STUDY_ID, "S");
  set.DeleteModule(MODULE_PATIENT);
  EXPECT_EQ(set.FindModule(MODULE_PATIENT), nullptr);
  EXPECT_EQ(Text(set, TAG_STUDY_ID), "S");
  EXPECT_EQ(set.InsertModule(9999, L_TRUE), nullptr);
  EXPECT_EQ(set.FindModule(9999), nullptr);
  set.DeleteModule(9999);
}

TEST(DataSetModules, TheClassOfALoadedOne) {
  LDicomDS set;
  SetText(set, TAG_SOP_CLASS_UID, UID_MR_IMAGE_STORAGE);
  L_UINT32 number = 0;
  set.GetInfoDS(&number, NULL);
  EXPECT_EQ(number, static_cast<L_UINT32>(CLASS_MR_IMAGE_STORAGE));
  EXPECT_EQ(set.GetCountModule(), 9u);
  EXPECT_EQ(set.FindIndexModule(0)->nCount, 0u) << "nothing of it is there";
  SetText(set, TAG_SOP_CLASS_UID, "1.2.3");
  set.GetInfoDS(&number, NULL);
  EXPECT_EQ(number, static_cast<L_UINT32>(CLASS_UNKNOWN));
}

// ---- Keys -----------------------------------------------------------------------------------

TEST(DataSetKeys, RecordsOfADirectory) {
  LDicomDS set;
  set.InitDS(CLASS_MEDIA_STORAGE_DIRECTORY, 0);
  const pDICOMELEMENT p1 = set.InsertKey(NULL, "PATIENT", L_FALSE);
  const pDICOMELEMENT p2 = set.InsertKey(NULL, "PATIENT", L_TRUE);
  const pDICOMELEMENT st1 = set.InsertKey(p1, "STUDY", L_FALSE);
  const pDICOMELEMENT se1 = set.InsertKey(st1, "SERIES", L_FALSE);
  const pDICOMELEMENT i1 = set.InsertKey(se1, "IMAGE", L_FALSE);
  const pDICOMELEMENT i2 = set.InsertKey(se1, "IMAGE", L_FALSE);
  const pDICOMELEMENT st2 = set.InsertKey(p1, "STUDY", L_FALSE);
  const pDICOMELEMENT se2 = set.InsertKey(st2, "SERIES", L_FALSE);
  const pDICOMELEMENT i3 = set.InsertKey(se2, "IMAGE", L_FALSE);
  std::vector<pDICOMELEMENT> order;
  for (pDICOMELEMENT item = p1; item != nullptr; item = set.GetNextElement(item, L_TRUE, L_FALSE))
    order.push_back(item);
  EXPECT_EQ(order, (std::vector<pDICOMELEMENT>{p1, st1, se1, i1, i2, st2, se2, i3, p2}));

  EXPECT_NE(set.FindFirstDescendant(p1, TAG_PATIENT_NAME, L_TRUE), nullptr);
  EXPECT_EQ(set.FindFirstDescendant(p1, TAG_PATIENT_SEX, L_TRUE), nullptr);
  EXPECT_NE(set.FindFirstDescendant(p2, TAG_PATIENT_SEX, L_TRUE), nullptr) << "an optional one";
  EXPECT_EQ(Text(set, set.FindFirstDescendant(i1, TAG_DIRECTORY_RECORD_TYPE, L_TRUE)), "IMAGE");
  EXPECT_EQ(Text(set, set.FindFirstDescendant(i1, TAG_RECORD_IN_USE_FLAG, L_TRUE)), "65535");

  EXPECT_EQ(set.FindFirstKey(NULL, "PATIENT", L_TRUE), p1);
  EXPECT_EQ(set.FindLastKey(NULL, "PATIENT", L_TRUE), p2);
  EXPECT_EQ(set.FindFirstKey(NULL, "IMAGE", L_TRUE), nullptr) << "not directly";
  EXPECT_EQ(set.FindFirstKey(NULL, "IMAGE", L_FALSE), i1);
  EXPECT_EQ(set.FindLastKey(NULL, "IMAGE", L_FALSE), i3);
  EXPECT_EQ(set.FindFirstKey(st2, "IMAGE", L_FALSE), i3);
  EXPECT_EQ(set.FindFirstKey(p2, NULL, L_FALSE), nullptr);
  EXPECT_EQ(set.FindFirstKey(p1, NULL, L_TRUE), st1);
  EXPECT_EQ(set.FindLastKey(p1, NULL, L_TRUE), st2);
  EXPECT_EQ(set.FindNextKey(p1, L_TRUE), p2);
  EXPECT_EQ(set.FindNextKey(p2, L_TRUE), nullptr);
  EXPECT_EQ(set.FindPrevKey(p2, L_TRUE), p1);
  EXPECT_EQ(set.FindNextKey(i1, L_TRUE), i2);
  EXPECT_EQ(set.FindNextKey(i2, L_TRUE), nullptr) << "the next image is of another series";
  EXPECT_EQ(set.FindNextKey(i2, L_FALSE), i3);
  EXPECT_EQ(set.FindPrevKey(i3, L_FALSE), i2);
  EXPECT_EQ(set.FindPrevKey(i3, L_TRUE), nullptr);

  EXPECT_EQ(set.InsertKey(NULL, "", L_FALSE), nullptr);
  EXPECT_EQ(set.InsertKey(NULL, NULL, L_FALSE), nullptr);
  const pDICOMELEMENT no_record = set.FindFirstElement(NULL, TAG_FILE_SET_ID, L_TRUE);
  EXPECT_EQ(set.InsertKey(no_record, "STUDY", L_FALSE), nullptr);
  EXPECT_EQ(set.FindNextKey(no_record, L_FALSE), nullptr);

  set.DeleteKey(st1);
  for (const pDICOMELEMENT gone : {st1, se1, i1, i2})
    EXPECT_FALSE(set.ExistsElement(gone));
  EXPECT_EQ(set.FindFirstKey(p1, "STUDY", L_TRUE), st2);
  EXPECT_EQ(set.FindFirstKey(NULL, "IMAGE", L_FALSE), i3);
}

TEST(DataSetKeys, WithoutADirectory) {
  LDicomDS set;
  EXPECT_EQ(set.FindFirstKey(NULL, "PATIENT", L_FALSE), nullptr);
  EXPECT_EQ(set.FindLastKey(NULL, NULL, L_FALSE), nullptr);
  EXPECT_NE(set.InsertKey(NULL, "PATIENT", L_FALSE), nullptr) << "makes the sequence";
  EXPECT_NE(set.FindFirstElement(NULL, TAG_DIRECTORY_RECORD_SEQUENCE, L_TRUE), nullptr);
}

// ---- Conformance ----------------------------------------------------------------------------

struct Told {
  std::vector<std::pair<L_UINT32, L_UINT16>> offences;
  std::size_t most;
};

L_BOOL EXT_CALLBACK Tell(pDICOMELEMENT pElement, L_UINT16 nFlags, L_VOID* pUserData) {
  auto& told = *static_cast<Told*>(pUserData);
  told.offences.emplace_back(pElement == nullptr ? 0 : pElement->nTag, nFlags);
  return told.offences.size() < told.most;
}

TEST(DataSetConformance, EachOffenceIsTold) {
  const L_UINT32 tag = MAKETAG(0x0010, 0x0020);
  const struct {
    const char* vr;
    std::string value;
    L_UINT16 offence;
  } cases[] = {
      {"AE", std::string(18, 'A'), CONFORMANCE_LENGTH},
      {"AE", "A\tE ", CONFORMANCE_VR},
      {"AS", "18 M", CONFORMANCE_VR},
      {"AS", "018M", 0},
      {"CS", "lower ", CONFORMANCE_VR},
      {"CS", "UPPER_1 ", 0},
      {"CS", std::string("CT\0\0", 4), CONFORMANCE_PADDING},
      {"DA", "20241332", CONFORMANCE_VR},
      {"DA", "20240101-20241231 ", 0},
      {"DS", "1.5e3 ", 0},
      {"DS", "1,5 ", CONFORMANCE_VR},
      {"DS", "1.23456789012345678 ", CONFORMANCE_LENGTH},
      {"DT", "2024022907", 0},
      {"DT", "2024T0", CONFORMANCE_VR},
      {"IS", "-12 ", 0},
      {"IS", "1.5 ", CONFORMANCE_VR},
      {"LO", std::string(66, 'x'), CONFORMANCE_LENGTH},
      {"LO", std::string(64, 'x'), 0},
      {"LO", "a\nb ", CONFORMANCE_VR},
      {"LT", "a\r\nb", 0},
      {"PN", "A^B=C^D ", 0},
      {"SH", std::string(18, 'x'), CONFORMANCE_LENGTH},
      {"TM", "0730", 0},
      {"TM", "7:30", CONFORMANCE_VR},
      {"UI", std::string("1.2.3\0", 6), 0},
      {"UI", "1.2.3 ", CONFORMANCE_PADDING},
      {"UI", "1.02.3", CONFORMANCE_VR},
      {"UI", "1..3", CONFORMANCE_VR},
      {"UI", "1." + std::string(64, '3'), CONFORMANCE_LENGTH},
      {"US", "ab", 0},
      {"UL", "abcdef", CONFORMANCE_LENGTH},
      {"OB", "abc", CONFORMANCE_PADDING},
      {"LO", "J\xE9 r", CONFORMANCE_VR},
  };
  for (const auto& one : cases) {
    LDicomDS set;
    ASSERT_EQ(LoadBytes(set, Explicit(tag, one.vr, one.value), DS_METAHEADER_ABSENT | DS_EXPLICIT_VR), DICOM_SUCCESS);
    Told told = {{}, 99};
    EXPECT_EQ(set.ConformanceDS(Tell, &told), one.offence == 0 ? L_TRUE : L_FALSE) << one.vr << " " << one.value;
    EXPECT_EQ(set.ConformanceDS(NULL, NULL), one.offence == 0 ? L_TRUE : L_FALSE);
    const std::vector<std::pair<L_UINT32, L_UINT16>> expected = {{tag, one.offence}};
    EXPECT_EQ(told.offences, one.offence == 0 ? decltype(told.offences)() : expected) << one.vr << " " << one.value;
  }
}

TEST(DataSetConformance, TheCallbackEndsTheCheck) {
  LDicomDS set;
  ASSERT_EQ(LoadBytes(set, Explicit(TAG_MODALITY, "CS", "x ") + Explicit(TAG_PATIENT_ID, "LO", "a\n"),
                      DS_METAHEADER_ABSENT | DS_EXPLICIT_VR),
            DICOM_SUCCESS);
  Told two = {{}, 99};
  EXPECT_FALSE(set.ConformanceDS(Tell, &two));
  EXPECT_EQ(two.offences.size(), 2u);
  Told one = {{}, 1};
  EXPECT_FALSE(set.ConformanceDS(Tell, &one));
  EXPECT_EQ(one.offences.size(), 1u);
}

TEST(DataSetConformance, DebugTellsOfWhatIsLoaded) {
  LDicomDS set;
  Told told = {{}, 99};
  set.SetDebugDS(Tell, &told);
  ASSERT_EQ(LoadBytes(set, Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, Explicit(TAG_MODALITY, "CS", "x "))), DICOM_SUCCESS);
  EXPECT_EQ(told.offences, (decltype(told.offences){{TAG_MODALITY, L_UINT16{CONFORMANCE_VR}}}));
  set.SetDebugDS(NULL, NULL);
  ASSERT_EQ(LoadBytes(set, Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, Explicit(TAG_MODALITY, "CS", "x "))), DICOM_SUCCESS);
  EXPECT_EQ(told.offences.size(), 1u);
}

TEST(DataSetConformance, ABreakIsTold) {
  LDicomDS set;
  const std::string whole = Explicit(TAG_MODALITY, "CS", "CT") + Explicit(TAG_PATIENT_ID, "LO", "P1");
  ASSERT_EQ(LoadBytes(set, Part10(UID_EXPLICIT_VR_LITTLE_ENDIAN, whole.substr(0, whole.size() - 3))), DICOM_SUCCESS);
  EXPECT_EQ(Text(set, TAG_MODALITY), "CT") << "what comes before the break is there";
  Told told = {{}, 99};
  EXPECT_FALSE(set.ConformanceDS(Tell, &told));
  ASSERT_FALSE(told.offences.empty());
  EXPECT_EQ(told.offences.back().second, CONFORMANCE_BREAK);
}

}  // namespace
