// LDicomDS: texts, in UTF-8 on this side and in the data set's character set on the other (PS3.5 6.1).

#include "support/data_set.h"

using namespace ds_test;

namespace {

// The bytes of an element as they are encoded.
std::string Raw(LDicomDS& set, L_UINT32 tag) {
  const pDICOMELEMENT element = set.FindFirstElement(NULL, tag, L_FALSE);
  if (element == nullptr)
    return "(none)";
  std::string bytes(element->nLength, '\0');
  EXPECT_TRUE(set.GetBinaryValue(element, &bytes[0], element->nLength));
  return bytes;
}

std::string DataSetIn(const std::string& character_set, const std::string& name) {
  std::string set = character_set;
  set.append(set.size() % 2, ' ');
  std::string padded = name;
  padded.append(padded.size() % 2, ' ');
  return (set.empty() ? std::string() : Explicit(TAG_SPECIFIC_CHARACTER_SET, "CS", set)) +
         Explicit(TAG_PATIENT_NAME, "PN", padded);
}

struct Case {
  const char* character_set;
  const char* utf8;
  std::string bytes;
};

// Examples of PS3.5 Annexes H and I among them.
const Case kCases[] = {
    {"ISO_IR 100", "Buc^J\xC3\xA9r\xC3\xB4me", "Buc^J\xE9r\xF4me"},
    {"ISO_IR 144", "\xD0\x9B\xD1\x8E\xD0\xBA\xD1\x81\xD0\xB5\xD0\xBC\xD0\xB1\xD1\x83\xD1\x80\xD0\xB3",
     "\xBB\xEE\xDA\xE1\xD5\xDC\xD1\xE3\xE0\xD3"},
    {"ISO_IR 192",
     "Wang^XiaoDong=\xE7\x8E\x8B^\xE5\xB0\x8F\xE6\x9D\xB1=", "Wang^XiaoDong=\xE7\x8E\x8B^\xE5\xB0\x8F\xE6\x9D\xB1="},
    {"GB18030", "Wang^XiaoDong=\xE7\x8E\x8B^\xE5\xB0\x8F\xE4\xB8\x9C=", "Wang^XiaoDong=\xCD\xF5^\xD0\xA1\xB6\xAB="},
    {"\\ISO 2022 IR 87", "Yamada^Tarou=\xE5\xB1\xB1\xE7\x94\xB0^\xE5\xA4\xAA\xE9\x83\x8E",
     "Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B"},
    {"\\ISO 2022 IR 149", "Hong^Gildong=\xE6\xB4\xAA^\xE5\x90\x89\xE6\xB4\x9E",
     "Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7"},
    {"ISO_IR 166", "\xE0\xB8\x97", "\xB7"},
    {"ISO_IR 13", "\xEF\xBE\x94\xEF\xBE\x8F\xEF\xBE\x80\xEF\xBE\x9E", "\xD4\xCF\xC0\xDE"},
};

TEST(DataSetText, IsConvertedWhereItIsRead) {
  for (const Case& one : kCases) {
    LDicomDS set;
    ASSERT_EQ(LoadBytes(set, DataSetIn(one.character_set, one.bytes), DS_METAHEADER_ABSENT | DS_EXPLICIT_VR),
              DICOM_SUCCESS);
    const pDICOMELEMENT name = set.FindFirstElement(NULL, TAG_PATIENT_NAME, L_FALSE);
    ASSERT_NE(set.GetStringValue(name, 0, 1), nullptr) << one.character_set;
    EXPECT_STREQ(set.GetStringValue(name, 0, 1), one.utf8) << one.character_set;
    EXPECT_STREQ(set.GetStringValueA(name, 0, 1), one.utf8);
    EXPECT_EQ(set.GetCountValue(name), 1u);
  }
}

TEST(DataSetText, IsConvertedWhereItIsWritten) {
  for (const Case& one : kCases) {
    LDicomDS set;
    ASSERT_EQ(LoadBytes(set, DataSetIn(one.character_set, "x "), DS_METAHEADER_ABSENT | DS_EXPLICIT_VR), DICOM_SUCCESS);
    ASSERT_TRUE(SetText(set, TAG_PATIENT_NAME, one.utf8)) << one.character_set;
    EXPECT_EQ(Text(set, TAG_PATIENT_NAME), one.utf8);
    LDicomDS loaded;
    ASSERT_EQ(LoadBytes(loaded, Encoded(set), DS_METAHEADER_ABSENT | DS_EXPLICIT_VR), DICOM_SUCCESS);
    EXPECT_EQ(Text(loaded, TAG_PATIENT_NAME), one.utf8) << one.character_set;
    if (std::string(one.character_set).front() != '\\') {
      std::string expected = one.bytes;
      expected.append(expected.size() % 2, ' ');
      EXPECT_EQ(Raw(set, TAG_PATIENT_NAME), expected) << one.character_set;
    }
  }
}

TEST(DataSetText, ACharacterSetIsNamedWhereItIsAbsent) {
  LDicomDS set;
  ASSERT_TRUE(SetText(set, TAG_PATIENT_ID, "plain"));
  EXPECT_EQ(Text(set, TAG_SPECIFIC_CHARACTER_SET), "(none)") << "ASCII needs none";
  const pDICOMELEMENT name = Element(set, TAG_PATIENT_NAME);
  ASSERT_TRUE(set.SetStringValue(name, "J\xC3\xA9r\xC3\xB4me", 1, DICOM_CHARACTER_SET_LATIN_ALPHABET_NO_1));
  EXPECT_EQ(Raw(set, TAG_PATIENT_NAME), "J\xE9r\xF4me");
  EXPECT_EQ(Text(set, TAG_SPECIFIC_CHARACTER_SET), "ISO_IR 100");
  EXPECT_EQ(Text(set, TAG_PATIENT_NAME), "J\xC3\xA9r\xC3\xB4me");

  LDicomDS any;
  ASSERT_TRUE(SetText(any, TAG_PATIENT_NAME, "\xE7\x8E\x8B"));
  EXPECT_EQ(Text(any, TAG_SPECIFIC_CHARACTER_SET), "ISO_IR 192") << "what ASCII does not have goes in UTF-8";
  EXPECT_EQ(Text(any, TAG_PATIENT_NAME), "\xE7\x8E\x8B");
}

TEST(DataSetText, WhatTheCharacterSetDoesNotHaveIsRefused) {
  LDicomDS set;
  ASSERT_EQ(LoadBytes(set, DataSetIn("ISO_IR 100", "old"), DS_METAHEADER_ABSENT | DS_EXPLICIT_VR), DICOM_SUCCESS);
  EXPECT_FALSE(SetText(set, TAG_PATIENT_NAME, "\xE7\x8E\x8B"));
  EXPECT_EQ(Text(set, TAG_PATIENT_NAME), "old");
  const pDICOMELEMENT name = set.FindFirstElement(NULL, TAG_PATIENT_NAME, L_FALSE);
  EXPECT_FALSE(set.SetStringValue(name, "x", 1, 99)) << "no such character set";
  EXPECT_FALSE(set.SetStringValue(name, "J\xE9r\xF4me", 1)) << "Latin-1 is no UTF-8";
  EXPECT_EQ(Text(set, TAG_PATIENT_NAME), "old");
}

TEST(DataSetText, AnotherCharacterSetIsAdded) {
  LDicomDS set;
  ASSERT_EQ(LoadBytes(set, DataSetIn("ISO_IR 100", "J\xE9r"), DS_METAHEADER_ABSENT | DS_EXPLICIT_VR), DICOM_SUCCESS);
  const pDICOMELEMENT comments = Element(set, TAG_PATIENT_COMMENTS);
  ASSERT_TRUE(set.SetStringValue(comments, "plain", 1, DICOM_CHARACTER_SET_GREEK));
  EXPECT_EQ(Text(set, TAG_SPECIFIC_CHARACTER_SET), "ISO_IR 100") << "ASCII needs none";
  ASSERT_TRUE(set.SetStringValue(comments, "J\xC3\xA9 \xCE\xBB", 1, DICOM_CHARACTER_SET_GREEK));
  EXPECT_EQ(Text(set, TAG_SPECIFIC_CHARACTER_SET), "ISO 2022 IR 100\\ISO 2022 IR 126");
  EXPECT_TRUE(set.ConformanceDS(NULL, NULL));
  LDicomDS loaded;
  ASSERT_EQ(LoadBytes(loaded, Encoded(set), DS_METAHEADER_ABSENT | DS_EXPLICIT_VR), DICOM_SUCCESS);
  EXPECT_EQ(Text(loaded, TAG_PATIENT_COMMENTS), "J\xC3\xA9 \xCE\xBB");
  EXPECT_EQ(Text(loaded, TAG_PATIENT_NAME), "J\xC3\xA9r");
}

TEST(DataSetText, AnItemMayHaveItsOwn) {
  const std::string item =
      Explicit(TAG_SPECIFIC_CHARACTER_SET, "CS", "ISO_IR 144") + Explicit(TAG_CODE_MEANING, "LO", "\xBB\xEE\xDA\xE1");
  const std::string sequence = Tag(TAG_ITEM) + Number(item.size(), 4) + item;
  LDicomDS set;
  ASSERT_EQ(LoadBytes(set,
                      Explicit(TAG_SPECIFIC_CHARACTER_SET, "CS", "ISO_IR 100") +
                          Explicit(TAG_PROCEDURE_CODE_SEQUENCE, "SQ", sequence) +
                          Explicit(TAG_PATIENT_NAME, "PN", "J\xE9r\xF4me"),
                      DS_METAHEADER_ABSENT | DS_EXPLICIT_VR),
            DICOM_SUCCESS);
  EXPECT_EQ(Text(set, TAG_CODE_MEANING), "\xD0\x9B\xD1\x8E\xD0\xBA\xD1\x81");
  EXPECT_EQ(Text(set, TAG_PATIENT_NAME), "J\xC3\xA9r\xC3\xB4me");
}

TEST(DataSetText, SeveralValues) {
  LDicomDS set;
  const pDICOMELEMENT element = Element(set, TAG_OTHER_PATIENT_NAMES);
  ASSERT_TRUE(set.SetStringValue(element, "one\0two\0\0four", 4));
  EXPECT_EQ(set.GetCountValue(element), 4u);
  EXPECT_EQ(Text(set, element), "one\\two\\\\four");
  const L_TCHAR* const all = set.GetStringValue(element, 0, 4);
  ASSERT_NE(all, nullptr);
  EXPECT_EQ(std::string(all, 14), std::string("one\0two\0\0four\0", 14)) << "one after another";
  EXPECT_EQ(set.GetStringValue(element, 1, 1), all + 4) << "a value stays where it is";
  EXPECT_STREQ(set.GetStringValue(element, 2, 1), "");
  EXPECT_STREQ(set.GetStringValue(element, 3, 1), "four");
  EXPECT_EQ(set.GetStringValue(element, 4, 1), nullptr);
  EXPECT_EQ(set.GetStringValue(element, 3, 2), nullptr);
  EXPECT_EQ(set.GetStringValue(element, 0, 0), nullptr);
  EXPECT_FALSE(set.SetStringValue(element, NULL, 1));
  EXPECT_TRUE(set.SetStringValue(element, NULL, 0));
  EXPECT_EQ(set.GetCountValue(element), 0u);
  EXPECT_EQ(set.GetStringValue(element, 0, 1), nullptr);
}

TEST(DataSetText, ABackslashIsACharacterOfLongTexts) {
  LDicomDS set;
  for (const L_UINT16 vr : {VR_LT, VR_ST, VR_UT, VR_UR}) {
    const pDICOMELEMENT element =
        set.InsertElement(NULL, L_TRUE, MAKETAG(0x0009, 0x1000 + vr % 0x1000), vr, L_FALSE, 0);
    ASSERT_TRUE(set.SetStringValue(element, "C:\\a\\b", 1));
    EXPECT_EQ(set.GetCountValue(element), 1u);
    EXPECT_STREQ(set.GetStringValue(element, 0, 1), "C:\\a\\b");
  }
}

TEST(DataSetText, PaddingIsNotPartOfAValue) {
  LDicomDS set;
  ASSERT_EQ(LoadBytes(set,
                      Explicit(TAG_SOP_INSTANCE_UID, "UI", std::string("1.2.3\0", 6)) +
                          Explicit(TAG_MODALITY, "CS", " CT ") + Explicit(TAG_PATIENT_ID, "LO", "  id\\x "),
                      DS_METAHEADER_ABSENT | DS_EXPLICIT_VR),
            DICOM_SUCCESS);
  EXPECT_EQ(Text(set, TAG_SOP_INSTANCE_UID), "1.2.3");
  EXPECT_EQ(Text(set, TAG_MODALITY), "CT");
  EXPECT_EQ(Text(set, TAG_PATIENT_ID), "id\\x");
}

TEST(DataSetText, ControlCharactersAndNulAreNoHarm) {
  LDicomDS set;
  const std::string bytes("a\0b\x01\x7F\x1B\xFF\xFE\\c\x1B(Z ", 14);
  ASSERT_EQ(LoadBytes(set, Explicit(TAG_PATIENT_ID, "LO", bytes), DS_METAHEADER_ABSENT | DS_EXPLICIT_VR),
            DICOM_SUCCESS);
  const pDICOMELEMENT element = set.FindFirstElement(NULL, TAG_PATIENT_ID, L_FALSE);
  ASSERT_NE(element, nullptr);
  EXPECT_STREQ(set.GetStringValue(element, 0, 1), "a") << "a value with a NUL inside ends there";
  EXPECT_EQ(Raw(set, TAG_PATIENT_ID), bytes);
  EXPECT_FALSE(set.ConformanceDS(NULL, NULL));
}

TEST(DataSetText, CopiesAreWrittenInTheCharacterSetOfWhereTheyGo) {
  const struct {
    const char* from;
    const char* to;
    const char* after;
    std::string expected;
  } cases[] = {{"ISO_IR 192", "ISO_IR 100", "ISO_IR 100", "J\xE9r\xF4me"},
               {"ISO_IR 100", "ISO_IR 192", "ISO_IR 192", "J\xC3\xA9r\xC3\xB4me"},
               {"ISO_IR 100", "\\ISO 2022 IR 100", "\\ISO 2022 IR 100", "J\x1B-A\xE9r\xF4me"},
               {"ISO_IR 100", "ISO_IR 126", "ISO_IR 192", "J\xC3\xA9r\xC3\xB4me"}};
  for (const auto& one : cases) {
    LDicomDS source;
    SetText(source, TAG_SPECIFIC_CHARACTER_SET, one.from);
    SetText(source, TAG_PATIENT_NAME, "J\xC3\xA9r\xC3\xB4me");
    LDicomDS target;
    SetText(target, TAG_SPECIFIC_CHARACTER_SET, one.to);
    SetText(target, TAG_PATIENT_ID, "\xCE\x94");
    const bool is_greek = std::string(one.to) == "ISO_IR 126";
    const pDICOMELEMENT item = AddItem(target, AddSequence(target, NULL, TAG_REFERENCED_STUDY_SEQUENCE));
    ASSERT_EQ(target.CopyDS(item, &source, NULL), DICOM_SUCCESS);
    const pDICOMELEMENT name = target.FindFirstDescendant(item, TAG_PATIENT_NAME, L_TRUE);
    EXPECT_STREQ(target.GetStringValue(name, 0, 1), "J\xC3\xA9r\xC3\xB4me") << one.from << " to " << one.to;
    EXPECT_EQ(Text(target, TAG_SPECIFIC_CHARACTER_SET), one.after);
    EXPECT_EQ(target.FindFirstDescendant(item, TAG_SPECIFIC_CHARACTER_SET, L_TRUE), nullptr);
    std::string bytes(name->nLength, '\0');
    ASSERT_TRUE(target.GetBinaryValue(name, &bytes[0], name->nLength));
    EXPECT_EQ(bytes, one.expected);
    if (is_greek) {
      EXPECT_STREQ(target.GetStringValue(target.FindFirstElement(NULL, TAG_PATIENT_ID, L_TRUE), 0, 1), "\xCE\x94");
    }
  }
  LDicomDS source;
  SetText(source, TAG_PATIENT_NAME, "J\xC3\xA9r\xC3\xB4me");
  LDicomDS unknown;
  SetText(unknown, TAG_SPECIFIC_CHARACTER_SET, "ISO_IR 999");
  const pDICOMELEMENT item = AddItem(unknown, AddSequence(unknown, NULL, TAG_REFERENCED_STUDY_SEQUENCE));
  EXPECT_EQ(unknown.CopyDS(item, &source, NULL), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(unknown.GetChildElement(item, L_FALSE), nullptr) << "nothing was copied";
}

TEST(DataSetText, PointersGoWithAChange) {
  LDicomDS set;
  SetText(set, TAG_PATIENT_ID, "before");
  const pDICOMELEMENT element = set.FindFirstElement(NULL, TAG_PATIENT_ID, L_FALSE);
  ASSERT_STREQ(set.GetStringValue(element, 0, 1), "before");
  ASSERT_TRUE(set.SetStringValue(element, "after", 1));
  EXPECT_STREQ(set.GetStringValue(element, 0, 1), "after");
  EXPECT_EQ(element->nLength, 6u);
  L_TCHAR* const own = set.GetStringValue(element, 0, 1);
  ASSERT_TRUE(set.SetStringValue(element, own, 1)) << "from the object's own memory";
  EXPECT_STREQ(set.GetStringValue(element, 0, 1), "after");
}

}  // namespace
