// The bar and the lines, and the thread that shows them.

#include "progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>

#include "log.h"
#include "words.h"

namespace ldicom {
namespace {

// Often enough to be seen moving.
constexpr std::chrono::milliseconds kBarPause(100);

// What a terminal has that does not say.
constexpr std::size_t kColumns = 80;
// The least that is still a bar.
constexpr std::size_t kBarColumnsMin = 12;

std::size_t Columns() {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kColumns;
}

// "1:02:03", "2:03"
std::string TimeWords(double seconds) {
  constexpr unsigned kMinute = 60;
  // Longer than anybody waits, and what a rate of nearly nothing makes.
  const auto whole = static_cast<unsigned>(std::min(seconds, 359999.0));
  const unsigned hours = whole / (kMinute * kMinute);
  const unsigned minutes = whole / kMinute % kMinute;
  char text[32];
  if (hours > 0) {
    std::snprintf(text, sizeof text, "%u:%02u:%02u", hours, minutes, whole % kMinute);
  } else {
    std::snprintf(text, sizeof text, "%u:%02u", minutes, whole % kMinute);
  }
  return text;
}

}  // namespace

Progress::Style Progress::Fitting() {
  if (!LogShows(LogLevel::kNormal)) {
    return Style::kNone;
  }
  const char* const terminal = std::getenv("TERM");
  const bool is_terminal = isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
  return is_terminal ? Style::kBar : Style::kLines;
}

Progress::Progress(Style style, std::chrono::seconds pause, const Amount& all)
    : style_(style), pause_(style == Style::kBar ? kBarPause : pause), all_(all) {
  if (style != Style::kNone) {
    thread_ = std::thread([this] { Show(); });
  }
}

Progress::~Progress() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    has_ended_ = true;
  }
  ended_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
  if (style_ == Style::kBar) {
    SetStatusLine(std::string());
  }
}

void Progress::Show() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ended_.wait_for(lock, pause_, [this] { return has_ended_; })) {
    if (style_ == Style::kBar) {
      SetStatusLine(Bar(Words()));
    } else {
      Report(Words());
    }
  }
}

std::string Progress::Words() const {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun_;
  // What goes over the wire is a little more than the objects; and what is converted has another length.
  const std::uint64_t bytes = std::min<std::uint64_t>(bytes_, all_.bytes);
  std::string words = std::to_string(objects_) + " of " + std::to_string(all_.objects) + " objects, " +
                      SizeWords(bytes) + ", " + RateWords(bytes, passed.count());
  if (bytes > 0) {
    const double left = static_cast<double>(all_.bytes - bytes) * passed.count() / static_cast<double>(bytes);
    words += ", " + TimeWords(left) + " left";
  }
  return words;
}

std::string Progress::Bar(const std::string& words) const {
  // The last column stays free: some terminals go to the next line there.
  const std::size_t columns = Columns() - 1;
  const std::size_t frame = 3;  // two brackets and a space
  if (columns < words.size() + frame + kBarColumnsMin) {
    return words.substr(0, columns);
  }
  const std::size_t length = columns - words.size() - frame;
  const double share =
      all_.bytes == 0 ? 1 : std::min(1.0, static_cast<double>(bytes_) / static_cast<double>(all_.bytes));
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(length));
  return "[" + std::string(filled, '=') + std::string(length - filled, ' ') + "] " + words;
}

std::string RateWords(std::uint64_t bytes, double seconds) {
  // So short that a rate would say nothing.
  constexpr double kSecondsMin = 1e-6;
  return SizeWords(static_cast<std::uint64_t>(static_cast<double>(bytes) / std::max(seconds, kSecondsMin))) + "/s";
}

}  // namespace ldicom
