// The sums, and the lines about single objects that were answered.

#include "store_summary.h"

#include <string>
#include <vector>

#include "log.h"
#include "progress.h"
#include "words.h"

namespace ldicom {

bool IsWarning(L_UINT16 status) {
  // 0001H, 0107H and 0116H are the warnings outside Bxxx (PS3.7 C.3).
  return (status & 0xF000U) == 0xB000 || status == 0x0001 || status == COMMAND_STATUS_ATTRIBUTE_LIST_ERROR ||
         status == COMMAND_STATUS_ATTRIBUTE_OUT_OF_RANGE;
}

bool IsStored(L_UINT16 status) {
  return status == COMMAND_STATUS_SUCCESS || IsWarning(status);
}

void StoreSummary::Answered(const StoreFile& file, L_UINT16 status, const std::string& comment) {
  ++statuses_[status];
  const std::string words = StatusWords(status) + (comment.empty() ? "" : ": '" + Escaped(comment) + "'");
  if (!IsStored(status)) {
    Error(PathWords(file.path) + ": answered with " + words);
    Failed(file.path, words);
    return;
  }
  ++sent_;
  bytes_ += file.bytes;
  if (IsWarning(status)) {
    ++warnings_;
    Warn(PathWords(file.path) + ": sent; answered with " + words);
  } else if (LogShows(LogLevel::kVerbose)) {
    Info(PathWords(file.path) + ": sent, " + UidWords(file.sop_class) + " " + file.sop_instance + ", " +
         SizeWords(file.bytes) + ": " + words);
  }
}

void StoreSummary::Failed(const std::string& path, const std::string& reason) {
  failures_.push_back({path, reason});
}

std::string StoreSummary::Words() const {
  std::string words = std::to_string(sent_) + " of " + std::to_string(sent_ + failures_.size()) + " objects sent, " +
                      SizeWords(bytes_) + " in ";
  words += std::to_string(static_cast<long long>(seconds_ * 1000)) + " ms (" + RateWords(bytes_, seconds_) + ")";
  if (warnings_ > 0) {
    words += ", " + std::to_string(warnings_) + " with a warning";
  }
  if (!failures_.empty()) {
    words += ", " + std::to_string(failures_.size()) + " failed";
  }
  if (skipped_ > 0) {
    words += ", " + std::to_string(skipped_) + " files skipped";
  }
  return words;
}

JsonObject StoreSummary::Json() const {
  JsonObject statuses;
  for (const auto& [status, count] : statuses_) {
    statuses.Number(StatusNumber(status).c_str(), count);
  }
  std::vector<std::string> failures;
  failures.reserve(failures_.size());
  for (const UnusableFile& failure : failures_) {
    failures.push_back(JsonObject().Text("file", failure.path).Text("reason", failure.reason).Line());
  }
  JsonObject summary;
  summary.Number("objects", sent_ + failures_.size())
      .Number("sent", sent_)
      .Number("warnings", warnings_)
      .Number("failed", failures_.size())
      .Number("skipped", skipped_)
      .Number("bytes", bytes_)
      .Seconds("seconds", seconds_)
      .Number("associations", associations_)
      .Json("statuses", statuses.Line())
      .Json("failures", JsonArray(failures));
  return summary;
}

}  // namespace ldicom
