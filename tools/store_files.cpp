// Files found and read, as far as it needs to know what to propose for them.

#include "store_files.h"

#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "words.h"

namespace ldicom {
namespace {

namespace fs = std::filesystem;

// The meta header's place (PS3.10 7.1): a preamble, "DICM", and the group length (0002,0000), whose value says how much
// follows it.
constexpr std::size_t kPreambleBytes = 128;
constexpr std::size_t kFirstElement = kPreambleBytes + 4;
constexpr std::size_t kGroupLengthValue = kFirstElement + 8;
constexpr std::size_t kMetaBegin = kGroupLengthValue + 4;
// (0002,0000) UL, 4 bytes, in explicit VR little endian.
constexpr char kGroupLengthHead[] = {0x02, 0x00, 0x00, 0x00, 'U', 'L', 0x04, 0x00};
// What nearly every meta header fits into. A longer one is read with the data set.
constexpr std::size_t kHeadBytes = 4096;

// A text of the data set, "" if there is none.
std::string Text(LDicomDS& data_set, L_UINT32 tag) {
  const L_TCHAR* const text = data_set.GetStringValue(data_set.FindFirstElement(nullptr, tag, L_TRUE), 0, 1);
  return text == nullptr ? std::string() : text;
}

void ReadMeta(LDicomDS& data_set, StoreFile& file) {
  file.sop_class = Text(data_set, TAG_MEDIA_STORAGE_SOP_CLASS_UID);
  file.sop_instance = Text(data_set, TAG_MEDIA_STORAGE_SOP_INSTANCE_UID);
  file.transfer_syntax = Text(data_set, TAG_TRANSFER_SYNTAX_UID);
}

bool IsComplete(const StoreFile& file) {
  return !file.sop_class.empty() && !file.sop_instance.empty() && !file.transfer_syntax.empty();
}

// Reads the meta header alone. False when that does not tell everything.
bool ReadMetaHeader(StoreFile& file) {
  char head[kHeadBytes];
  std::ifstream stream(file.path, std::ios::binary);
  stream.read(head, sizeof head);
  const auto read = static_cast<std::size_t>(stream.gcount());
  if (read < kMetaBegin ||
      !std::equal(std::begin(kGroupLengthHead), std::end(kGroupLengthHead), head + kFirstElement)) {
    return false;
  }
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    length |= std::size_t{static_cast<unsigned char>(head[kGroupLengthValue + i])} << (8 * i);
  }
  if (length > read - kMetaBegin) {
    return false;
  }
  LDicomDS meta;
  const auto* const bytes = reinterpret_cast<const L_UCHAR*>(head);
  if (meta.LoadDSMemory(bytes, static_cast<L_UINT32>(kMetaBegin + length), DS_METAHEADER_PRESENT) != DICOM_SUCCESS) {
    return false;
  }
  ReadMeta(meta, file);
  return IsComplete(file);
}

// What may be a UID (PS3.5 9.1). The library looks closer when it sends one.
bool IsUid(const std::string& text) {
  return !text.empty() && text.size() <= UID_MAX_SIZE && text.find_first_not_of("0123456789.") == std::string::npos;
}

// What an uncompressed data set says of itself without a meta header.
const char* TransferSyntaxOf(const LDicomDS& data_set) {
  L_UINT16 flags = 0;
  data_set.GetInfoDS(nullptr, &flags);
  if ((flags & DS_BIG_ENDIAN) != 0) {
    return UID_EXPLICIT_VR_BIG_ENDIAN;
  }
  return (flags & DS_IMPLICIT_VR) != 0 ? UID_IMPLICIT_VR_LITTLE_ENDIAN : UID_EXPLICIT_VR_LITTLE_ENDIAN;
}

// Reads as much of the data set as it takes. Why it cannot be stored; "" when it can.
std::string ReadDataSet(StoreFile& file) {
  LDicomDS data_set;
  const L_UINT16 error = data_set.LoadDS(file.path.c_str(), 0);
  if (error != DICOM_SUCCESS) {
    return (error == DICOM_ERROR_FORMAT ? "is no DICOM file: " : "cannot be read: ") + ErrorWords(error);
  }
  ReadMeta(data_set, file);
  if (file.sop_class.empty()) {
    file.sop_class = Text(data_set, TAG_SOP_CLASS_UID);
  }
  if (file.sop_instance.empty()) {
    file.sop_instance = Text(data_set, TAG_SOP_INSTANCE_UID);
  }
  if (file.transfer_syntax.empty()) {
    file.transfer_syntax = TransferSyntaxOf(data_set);
  }
  return std::string();
}

// Why a file cannot be stored; "" when it can.
std::string Read(StoreFile& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file.path, error);
  if (!fs::exists(status)) {
    return error ? error.message() : "no such file";
  }
  if (!fs::is_regular_file(status)) {
    return fs::is_directory(status) ? "is a directory; +sd sends what is in it" : "is not a regular file";
  }
  if (access(file.path.c_str(), R_OK) != 0) {
    return std::error_code(errno, std::generic_category()).message();
  }
  file.bytes = fs::file_size(file.path, error);
  if (error) {
    return error.message();
  }
  if (!ReadMetaHeader(file)) {
    std::string reason = ReadDataSet(file);
    if (!reason.empty()) {
      return reason;
    }
  }
  if (file.sop_class == UID_MEDIA_STORAGE_DIRECTORY) {
    return "is a DICOMDIR, which is not stored";
  }
  for (const auto& [uid, name] :
       {std::pair(&file.sop_class, "SOP class"), std::pair(&file.sop_instance, "SOP instance"),
        std::pair(&file.transfer_syntax, "transfer syntax")}) {
    if (!IsUid(*uid)) {
      return uid->empty() ? std::string("has no ") + name
                          : std::string("has no UID for ") + name + ": " + Escaped(*uid);
    }
  }
  return std::string();
}

// What is being received, by this library, has such a name: it is not whole yet.
bool IsUnfinished(const std::string& name) {
  const std::string begin = ".ldicomnet-";
  const std::string end = ".part";
  return name.size() > begin.size() + end.size() && name.compare(0, begin.size(), begin) == 0 &&
         name.compare(name.size() - end.size(), end.size(), end) == 0;
}

class Finder {
 public:
  Finder(const FileOptions& options, const std::function<void(std::size_t)>& looked)
      : options_(options), looked_(looked) {}

  FoundFiles Run() {
    for (const std::string& path : options_.paths) {
      std::error_code error;
      if (options_.scans_directories && fs::is_directory(path, error)) {
        Scan(path);
      } else {
        Look(path, found_.unusable);
      }
    }
    return std::move(found_);
  }

 private:
  void Look(const std::string& path, std::vector<UnusableFile>& otherwise) {
    StoreFile file;
    file.path = path;
    std::string reason = Read(file);
    if (reason.empty()) {
      found_.files.push_back(std::move(file));
    } else {
      otherwise.push_back({path, std::move(reason)});
    }
    looked_(++count_);
  }

  // A directory, and with recursion those below it. Links to directories are not followed: they may lead back.
  void Scan(const fs::path& directory) {
    std::vector<fs::directory_entry> entries;
    std::error_code error;
    for (fs::directory_iterator next(directory, error), end; !error && next != end; next.increment(error)) {
      entries.push_back(*next);
    }
    if (error) {
      found_.unusable.push_back({directory.string(), error.message()});
    }
    std::sort(entries.begin(), entries.end());
    for (const fs::directory_entry& entry : entries) {
      std::error_code ignored;  // then it is neither of the two
      if (entry.is_directory(ignored)) {
        if (options_.recurses && !entry.is_symlink(ignored)) {
          Scan(entry.path());
        }
      } else if (IsWanted(entry.path().filename().string())) {
        Look(entry.path().string(), found_.skipped);
      }
    }
  }

  bool IsWanted(const std::string& name) const {
    return !IsUnfinished(name) && (options_.pattern.empty() || fnmatch(options_.pattern.c_str(), name.c_str(), 0) == 0);
  }

  const FileOptions& options_;
  const std::function<void(std::size_t)>& looked_;
  FoundFiles found_;
  std::size_t count_ = 0;
};

}  // namespace

FoundFiles FindFiles(const FileOptions& options, const std::function<void(std::size_t)>& looked) {
  return Finder(options, looked).Run();
}

}  // namespace ldicom
