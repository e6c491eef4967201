// What the tests of LDicomDS share: encoded elements made by hand, files of a test, and short ways to set and read
// values.

#ifndef LDICOMNET_TESTS_CPP_SUPPORT_DATA_SET_H
#define LDICOMNET_TESTS_CPP_SUPPORT_DATA_SET_H

#include <gtest/gtest.h>
#include <ltdic.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace ds_test {

// `length` bytes of a number, the lowest first, or last.
inline std::string Number(unsigned long long number, int length, bool is_big = false) {
  std::string bytes;
  for (int i = 0; i < length; ++i)
    bytes.insert(is_big ? bytes.begin() : bytes.end(), static_cast<char>(number >> (8 * i) & 0xFF));
  return bytes;
}

inline std::string Tag(L_UINT32 tag, bool is_big = false) {
  return Number(GETGROUP(tag), 2, is_big) + Number(GETELEMENT(tag), 2, is_big);
}

// An element as PS3.5 7.1.2 encodes it, explicit VR.
inline std::string Explicit(L_UINT32 tag, const std::string& vr, const std::string& value, bool is_big = false) {
  const bool is_long = vr == "OB" || vr == "OW" || vr == "SQ" || vr == "UN" || vr == "UT" || vr == "OF" || vr == "UC";
  const std::string head = Tag(tag, is_big) + vr;
  return head + (is_long ? std::string(2, '\0') + Number(value.size(), 4, is_big) : Number(value.size(), 2, is_big)) +
         value;
}

// The same, implicit VR (PS3.5 7.1.3).
inline std::string Implicit(L_UINT32 tag, const std::string& value) {
  return Tag(tag) + Number(value.size(), 4) + value;
}

// A file of PS3.10 around an encoded data set.
inline std::string Part10(const std::string& transfer_syntax, const std::string& data_set) {
  std::string uid = transfer_syntax;
  uid.append(uid.size() % 2, '\0');
  const std::string group =
      Explicit(TAG_FILE_META_INFORMATION_VERSION, "OB", std::string("\0\1", 2)) +
      Explicit(TAG_MEDIA_STORAGE_SOP_CLASS_UID, "UI", std::string("1.2.840.10008.5.1.4.1.1.7\0", 26)) +
      Explicit(TAG_MEDIA_STORAGE_SOP_INSTANCE_UID, "UI", "1.2.3.45") + Explicit(TAG_TRANSFER_SYNTAX_UID, "UI", uid) +
      Explicit(TAG_IMPLEMENTATION_CLASS_UID, "UI", "1.2.3.44");
  return std::string(128, '\0') + "DICM" +
         Explicit(TAG_FILE_META_INFORMATION_GROUP_LENGTH, "UL", Number(group.size(), 4)) + group + data_set;
}

// A directory for the files of a test, removed with all in it.
class Directory {
 public:
  Directory() {
    const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::temp_directory_path() /
            (std::string("ldicomnet_") + info->test_suite_name() + "_" + info->name() + "_" +
             std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::string Path(const std::string& name) const { return (path_ / name).string(); }
  std::string Path() const { return path_.string(); }
  std::string Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return Path(name);
  }
  std::size_t Count() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()));
  }
  // With those that have no name, or none any more, which this process holds.
  std::size_t CountAll() const {
    std::size_t nameless = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code closed_meanwhile;
      const std::string target = std::filesystem::read_symlink(entry.path(), closed_meanwhile).string();
      if (target.rfind(path_.string() + "/", 0) == 0 &&
          std::filesystem::hard_link_count(entry.path(), closed_meanwhile) == 0)
        ++nameless;
    }
    return Count() + nameless;
  }

 private:
  std::filesystem::path path_;
};

inline std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

inline L_UINT16 LoadBytes(LDicomDS& set, const std::string& bytes, L_UINT16 flags = 0) {
  return set.LoadDSMemory(reinterpret_cast<const L_UCHAR*>(bytes.data()), static_cast<L_UINT32>(bytes.size()), flags);
}

inline std::string Encoded(const LDicomDS& set) {
  L_UINT32 length = 0;
  const L_UCHAR* const bytes = set.GetEncoded(&length);
  return bytes == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(bytes), length);
}

// An element of the root level; inserted if it is absent.
inline pDICOMELEMENT Element(LDicomDS& set, L_UINT32 tag, L_UINT16 vr = 0) {
  const pDICOMELEMENT found = set.FindFirstElement(NULL, tag, L_TRUE);
  return found != nullptr ? found : set.InsertElement(NULL, L_TRUE, tag, vr, L_FALSE, ELEMENT_INDEX_MAX);
}

inline bool SetText(LDicomDS& set, L_UINT32 tag, const std::string& text) {
  return set.SetStringValue(Element(set, tag), text.c_str(), 1) != L_FALSE;
}

// All values of an element, separated by backslashes, numbers in decimal; "(none)" where there is no element.
inline std::string Text(LDicomDS& set, pDICOMELEMENT element) {
  if (element == nullptr)
    return "(none)";
  std::string text(set.GetConvertValue(element, NULL, 0) + 1, '\0');
  set.GetConvertValue(element, &text[0], static_cast<L_UINT32>(text.size()));
  text.pop_back();
  return text;
}

inline std::string Text(LDicomDS& set, L_UINT32 tag) {
  return Text(set, set.FindFirstElement(NULL, tag, L_FALSE));
}

// An item of a sequence, inserted at its end.
inline pDICOMELEMENT AddItem(LDicomDS& set, pDICOMELEMENT sequence) {
  return set.InsertElement(sequence, L_TRUE, TAG_ITEM, 0, L_TRUE, ELEMENT_INDEX_MAX);
}

inline pDICOMELEMENT AddSequence(LDicomDS& set, pDICOMELEMENT parent, L_UINT32 tag) {
  return set.InsertElement(parent, L_TRUE, tag, VR_SQ, L_TRUE, ELEMENT_INDEX_MAX);
}

inline pDICOMELEMENT AddText(LDicomDS& set, pDICOMELEMENT parent, L_UINT32 tag, const std::string& text) {
  const pDICOMELEMENT element = set.InsertElement(parent, L_TRUE, tag, 0, L_FALSE, ELEMENT_INDEX_MAX);
  EXPECT_TRUE(set.SetStringValue(element, text.c_str(), 1));
  return element;
}

}  // namespace ds_test

#endif  // LDICOMNET_TESTS_CPP_SUPPORT_DATA_SET_H
