// LDicomUID: the list of UIDs with names.

#include <sys/stat.h>

#include <string>
#include <thread>
#include <vector>

#include "support/data_set.h"

namespace {

using ds_test::Directory;

class Uids : public ::testing::Test {
 protected:
  void TearDown() override { LDicomUID::Default(); }
};

TEST_F(Uids, Find) {
  const struct {
    const char* code;
    const char* name;
    L_UINT16 type;
  } cases[] = {
      {UID_VERIFICATION_CLASS, "Verification SOP Class", UID_TYPE_CLASS},
      {UID_IMPLICIT_VR_LITTLE_ENDIAN, "Implicit VR Little Endian: Default Transfer Syntax for DICOM",
       UID_TYPE_TRANSFER1},
      {UID_EXPLICIT_VR_BIG_ENDIAN, "Explicit VR Big Endian (Retired)", UID_TYPE_TRANSFER1},
      {UID_JPEG2000, "JPEG 2000 Image Compression", UID_TYPE_TRANSFER2},
      {UID_DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, "Deflated Explicit VR Little Endian", UID_TYPE_TRANSFER2},
      {UID_BASIC_GRAYSCALE_PRINT_META_CLASS, "Basic Grayscale Print Management Meta SOP Class", UID_TYPE_META_CLASS},
      {UID_PRINTER_INSTANCE, "Printer SOP Instance", UID_TYPE_INSTANCE},
      {UID_APPLICATION_CONTEXT_NAME, "DICOM Application Context Name", UID_TYPE_APPLICATION},
      {"1.2.840.10008.15.0.3.13", "dicomPort", UID_TYPE_LDAP_OID}};
  for (const auto& one : cases) {
    const pDICOMUID uid = LDicomUID::Find(one.code);
    ASSERT_NE(uid, nullptr) << one.code;
    EXPECT_STREQ(uid->pszCode, one.code);
    EXPECT_STREQ(uid->pszName, one.name);
    EXPECT_EQ(uid->nType, one.type);
    EXPECT_TRUE(LDicomUID::Exists(uid));
  }
  EXPECT_NE(LDicomUID::Find("1.2.840.10008.1.1 "), nullptr) << "a padded one";
  for (const char* absent : {"1.2.3", "", "x", "1.2.840.10008.1", "1.2.840.10008.1.1."})
    EXPECT_EQ(LDicomUID::Find(absent), nullptr) << absent;
  EXPECT_EQ(LDicomUID::Find(NULL), nullptr);
}

TEST_F(Uids, OrderIsThatOfTheNumbers) {
  std::vector<std::string> codes;
  for (pDICOMUID uid = LDicomUID::GetFirst(); uid != nullptr; uid = LDicomUID::GetNext(uid))
    codes.emplace_back(uid->pszCode);
  EXPECT_EQ(codes.size(), LDicomUID::GetCount());
  EXPECT_GT(codes.size(), 400u);
  EXPECT_EQ(codes.front(), UID_VERIFICATION_CLASS);
  std::vector<std::string> back;
  for (pDICOMUID uid = LDicomUID::GetLast(); uid != nullptr; uid = LDicomUID::GetPrev(uid))
    back.insert(back.begin(), uid->pszCode);
  EXPECT_EQ(back, codes);
  EXPECT_STREQ(LDicomUID::GetNext(LDicomUID::Find("1.2.840.10008.1.9"))->pszCode, "1.2.840.10008.1.20");
}

TEST_F(Uids, InsertAndDelete) {
  const L_UINT32 before = LDicomUID::GetCount();
  std::string name = "Our class";
  const pDICOMUID uid = LDicomUID::Insert("1.2.3.4", name.c_str(), UID_TYPE_CLASS);
  ASSERT_NE(uid, nullptr);
  name = "changed";
  EXPECT_STREQ(LDicomUID::Find("1.2.3.4")->pszName, "Our class") << "texts are copied";
  EXPECT_EQ(LDicomUID::GetCount(), before + 1);
  EXPECT_EQ(LDicomUID::Insert("1.2.3.4", "again", UID_TYPE_CLASS), nullptr);
  for (const char* bad : {"", "1..2", "1.", ".1", "01", "1.02", "1.2a", "a"})
    EXPECT_EQ(LDicomUID::Insert(bad, "x", UID_TYPE_CLASS), nullptr) << bad;
  EXPECT_EQ(LDicomUID::Insert(std::string(65, '1').c_str(), "x", UID_TYPE_CLASS), nullptr);
  EXPECT_EQ(LDicomUID::Insert("1.2.4", "x", 9), nullptr);
  EXPECT_EQ(LDicomUID::Insert("1.2.4", NULL, UID_TYPE_CLASS), nullptr);
  EXPECT_EQ(LDicomUID::Insert(NULL, "x", UID_TYPE_CLASS), nullptr);
  EXPECT_STREQ(LDicomUID::Delete(uid)->pszCode, UID_VERIFICATION_CLASS) << "the one behind it";
  EXPECT_FALSE(LDicomUID::Exists(uid));
  EXPECT_EQ(LDicomUID::Delete(uid), nullptr);
  const pDICOMUID standard = LDicomUID::Find(UID_VERIFICATION_CLASS);
  LDicomUID::Delete(standard);
  EXPECT_EQ(LDicomUID::Find(UID_VERIFICATION_CLASS), nullptr);
  EXPECT_STREQ(standard->pszCode, UID_VERIFICATION_CLASS) << "a standard one stays valid";
  LDicomUID::Default();
  EXPECT_EQ(LDicomUID::Find(UID_VERIFICATION_CLASS), standard);
  EXPECT_EQ(LDicomUID::GetCount(), before);
}

TEST_F(Uids, LoadXml) {
  const Directory directory;
  const L_UINT32 before = LDicomUID::GetCount();
  ASSERT_NE(LDicomUID::Insert("1.2.4", "of before", UID_TYPE_OTHER), nullptr);
  const std::string file =
      directory.Write("uids.xml",
                      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<uids>\n"
                      "  <uid code=\"1.2.3\" name=\"J\xC3\xA9r\xC3\xB4me &amp; Co\" type=\"class\"/>\n"
                      "  <uid code=\"1.2.4\" name=\"new\" type=\"FRAME_OF_REFERENCE\"/>\n"
                      "  <uid code=\"" UID_VERIFICATION_CLASS_A "\" name=\"Ping\"/>\n</uids>\n");
  ASSERT_EQ(LDicomUID::LoadXml(file.c_str()), DICOM_SUCCESS);
  EXPECT_EQ(LDicomUID::GetCount(), before + 2);
  const struct {
    const char* code;
    const char* name;
    L_UINT16 type;
  } expected[] = {{"1.2.3", "J\xC3\xA9r\xC3\xB4me & Co", UID_TYPE_CLASS},
                  {"1.2.4", "new", UID_TYPE_FRAME_OF_REFERENCE},
                  {UID_VERIFICATION_CLASS, "Ping", UID_TYPE_OTHER}};
  for (const auto& one : expected) {
    const pDICOMUID uid = LDicomUID::Find(one.code);
    ASSERT_NE(uid, nullptr) << one.code;
    EXPECT_STREQ(uid->pszCode, one.code);
    EXPECT_STREQ(uid->pszName, one.name);
    EXPECT_EQ(uid->nType, one.type);
  }
  EXPECT_EQ(LDicomUID::LoadXml(file.c_str(), 0), DICOM_SUCCESS) << "once more";
  EXPECT_EQ(LDicomUID::GetCount(), before + 2);
  LDicomUID::Default();
  EXPECT_EQ(LDicomUID::Find("1.2.3"), nullptr);
  EXPECT_STREQ(LDicomUID::Find(UID_VERIFICATION_CLASS)->pszName, "Verification SOP Class");
}

TEST_F(Uids, LoadXmlOfBadFilesChangesNothing) {
  const Directory directory;
  const std::string good = "<uid code=\"1.2.3\" name=\"x\"/>";
  const L_UINT32 before = LDicomUID::GetCount();
  const struct {
    std::string text;
    L_UINT16 error;
  } files[] = {
      {"", DICOM_ERROR_FORMAT},
      {"not XML", DICOM_ERROR_FORMAT},
      {"<uids>" + good, DICOM_ERROR_FORMAT},
      {"<uids>" + good + "<uid code=\"1.2.3\" name=\"y\"/></uids>", DICOM_ERROR_FORMAT},
      {"<uids>" + good + "<uid code=\"01.2\" name=\"y\"/></uids>", DICOM_ERROR_FORMAT},
      {"<uids>" + good + "<uid code=\"1.2.4\" name=\"y\" type=\"KLASS\"/></uids>", DICOM_ERROR_FORMAT},
      {"<uids>" + good + "<uid code=\"1.2.4\"/></uids>", DICOM_ERROR_FORMAT},
      {"<uids>" + good + "<uid code=\"1.2.4\" name=\"\xFF\"/></uids>", DICOM_ERROR_FORMAT},
      {"<!DOCTYPE uids [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><uids>" + good + "</uids>",
       DICOM_ERROR_FORMAT},
      {"<uids>" + good + "</uids>" + std::string(8 << 20, ' '), DICOM_ERROR_MEMORY},
  };
  for (const auto& one : files) {
    const std::string file = directory.Write("uids.xml", one.text);
    EXPECT_EQ(LDicomUID::LoadXml(file.c_str()), one.error) << one.text.substr(0, 200);
    EXPECT_EQ(LDicomUID::Find("1.2.3"), nullptr);
    EXPECT_EQ(LDicomUID::GetCount(), before);
  }
  const std::string pipe = directory.Path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& none : {directory.Path("absent"), directory.Path(), pipe})
    EXPECT_EQ(LDicomUID::LoadXml(none.c_str()), DICOM_ERROR_OPEN) << none;
  EXPECT_EQ(LDicomUID::LoadXml(NULL), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(LDicomUID::LoadXml(""), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(LDicomUID::LoadXml(directory.Write("uids.xml", "<uids/>").c_str(), 1), DICOM_ERROR_PARAMETER);
}

TEST_F(Uids, WhatIsNotOnTheList) {
  DICOMUID stray = {};
  EXPECT_FALSE(LDicomUID::Exists(&stray));
  EXPECT_EQ(LDicomUID::GetNext(&stray), nullptr);
  EXPECT_EQ(LDicomUID::GetPrev(NULL), nullptr);
  EXPECT_EQ(LDicomUID::Delete(&stray), nullptr);
}

TEST_F(Uids, ManyThreads) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([thread] {
      for (int i = 1; i <= 200; ++i) {
        const std::string code = "1.2.3." + std::to_string(thread) + "." + std::to_string(i);
        const pDICOMUID uid = LDicomUID::Insert(code.c_str(), "x", UID_TYPE_OTHER);
        EXPECT_EQ(LDicomUID::Find(code.c_str()), uid);
        LDicomUID::Delete(uid);
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(LDicomUID::Find("1.2.3.0.1"), nullptr);
}

}  // namespace
