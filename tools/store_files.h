// The files to be stored: which ones a command line means, and what each of them is. Of a file only the meta header
// (PS3.10 7.1) is read, unless it has none that says enough.

#ifndef LDICOMNET_TOOLS_STORE_FILES_H
#define LDICOMNET_TOOLS_STORE_FILES_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ltdic.h"

namespace ldicom {

struct StoreFile {
  std::string path;
  std::string sop_class;  // this and the two below are UIDs
  std::string sop_instance;
  std::string transfer_syntax;
  std::uint64_t bytes = 0;  // of the file
};

// A file that cannot be stored, and why.
struct UnusableFile {
  std::string path;
  std::string reason;
};

struct FileOptions {
  std::vector<std::string> paths;
  bool scans_directories = false;
  bool recurses = false;
  // For names of files in directories, as a shell has it; "" for all.
  std::string pattern;
};

struct FoundFiles {
  std::vector<StoreFile> files;
  std::vector<UnusableFile> unusable;  // were named, and cannot be stored
  std::vector<UnusableFile> skipped;   // were found in a directory, and are no objects
};

// Finds and reads them all, files of a directory in the order of their names. `looked` is called after each file with
// how many there have been.
FoundFiles FindFiles(const FileOptions& options, const std::function<void(std::size_t)>& looked);

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_STORE_FILES_H
