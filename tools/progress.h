// How far a transfer is: a bar that moves in place on a terminal, a plain line from time to time elsewhere. Objects,
// bytes, rate, time left.
//
// On standard error, by a thread of its own: the transfer only counts.

#ifndef LDICOMNET_TOOLS_PROGRESS_H
#define LDICOMNET_TOOLS_PROGRESS_H

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace ldicom {

struct Amount {
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
};

class Progress {
 public:
  enum class Style {
    kNone,   // -q
    kBar,    // standard error is a terminal
    kLines,  // it is not
  };
  // What suits standard error and the level of the log.
  static Style Fitting();

  // `pause` is the time between two plain lines.
  Progress(Style style, std::chrono::seconds pause, const Amount& all);
  // Takes the bar away.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Any thread.
  void AddObject() { ++objects_; }
  void AddBytes(std::uint64_t bytes) { bytes_ += bytes; }

 private:
  void Show();
  std::string Words() const;
  std::string Bar(const std::string& words) const;

  const Style style_;
  const std::chrono::milliseconds pause_;
  const Amount all_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> objects_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::mutex mutex_;
  std::condition_variable ended_;
  bool has_ended_ = false;  // guarded by mutex_
  std::thread thread_;      // the last member: it uses the others
};

// A number of bytes over a time: "85.2 MB/s".
std::string RateWords(std::uint64_t bytes, double seconds);

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_PROGRESS_H
