// What became of the objects that were to be sent, told at the end in words or as JSON. One thread.

#ifndef LDICOMNET_TOOLS_STORE_SUMMARY_H
#define LDICOMNET_TOOLS_STORE_SUMMARY_H

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "json.h"
#include "ltdic.h"
#include "store_files.h"

namespace ldicom {

// Whether a peer that answers a store with this status has the object: a success or a warning (PS3.7 C.1, C.3).
bool IsWarning(L_UINT16 status);
bool IsStored(L_UINT16 status);

class StoreSummary {
 public:
  // An answer came.
  void Answered(const StoreFile& file, L_UINT16 status, const std::string& comment);
  // There is no answer, and will be none. Reported where it was found, for it may be the same for many.
  void Failed(const std::string& path, const std::string& reason);
  // A file of a directory is no object: no failure.
  void Skipped() { ++skipped_; }
  void AddAssociation() { ++associations_; }
  void Took(std::chrono::duration<double> time) { seconds_ = time.count(); }

  bool IsSuccess() const { return failures_.empty(); }
  std::string Words() const;
  JsonObject Json() const;

 private:
  std::uint64_t sent_ = 0;
  std::uint64_t warnings_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t associations_ = 0;
  double seconds_ = 0;
  std::map<L_UINT16, std::uint64_t> statuses_;
  std::vector<UnusableFile> failures_;
};

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_STORE_SUMMARY_H
