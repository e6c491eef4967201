#include "support/log.h"

#include <algorithm>
#include <thread>

namespace test {

void Log::Add(std::string entry) {
  const std::lock_guard<std::mutex> lock(mutex_);
  entries_.push_back(std::move(entry));
  changed_.notify_all();
}

::testing::AssertionResult Log::Has(const std::string& entry, std::size_t count) {
  if (while_waiting_)
    return Until(entry, [&] { return Count(entry) >= count; });
  std::unique_lock<std::mutex> lock(mutex_);
  const auto there = [&] {
    return static_cast<std::size_t>(std::count(entries_.begin(), entries_.end(), entry)) >= count;
  };
  if (changed_.wait_for(lock, kDeadline, there))
    return ::testing::AssertionSuccess();
  lock.unlock();
  return ::testing::AssertionFailure() << "'" << entry << "' did not come " << count << " times; what came:" << Text();
}

::testing::AssertionResult Log::Until(const std::string& what, const std::function<bool()>& condition) {
  constexpr std::chrono::milliseconds kLook{2};
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline)
      return ::testing::AssertionFailure() << "not in time: " << what << "; what came:" << Text();
    if (while_waiting_) {
      while_waiting_();
      std::this_thread::yield();
      continue;
    }
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, kLook);
  }
  return ::testing::AssertionSuccess();
}

std::size_t Log::Count(const std::string& entry) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<std::size_t>(std::count(entries_.begin(), entries_.end(), entry));
}

std::size_t Log::CountFrom(const std::string& beginning) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto begins = [&](const std::string& entry) { return entry.compare(0, beginning.size(), beginning) == 0; };
  return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), begins));
}

std::size_t Log::Place(const std::string& entry) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto place = std::find(entries_.begin(), entries_.end(), entry);
  return place == entries_.end() ? kNone : static_cast<std::size_t>(place - entries_.begin());
}

std::vector<std::string> Log::Of(const std::string& object) const {
  const std::string beginning = object + ".";
  std::vector<std::string> entries;
  for (const std::string& entry : Entries()) {
    if (entry.compare(0, beginning.size(), beginning) == 0)
      entries.push_back(entry.substr(beginning.size()));
  }
  return entries;
}

std::vector<std::string> Log::Entries() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return entries_;
}

void Log::Clear() {
  const std::lock_guard<std::mutex> lock(mutex_);
  entries_.clear();
}

std::string Log::Text() const {
  std::string text;
  for (const std::string& entry : Entries()) {
    text += "\n  ";
    text += entry;
  }
  return text;
}

void Gate::Open() {
  const std::lock_guard<std::mutex> lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

bool Gate::Pass() {
  std::unique_lock<std::mutex> lock(mutex_);
  ++arrivals_;
  changed_.notify_all();
  // Longer than the test that holds the door may itself wait for something.
  const bool passed = changed_.wait_for(lock, 3 * kDeadline, [&] { return open_; });
  EXPECT_TRUE(passed) << "a gate was not opened in time";
  return passed;
}

bool Gate::AwaitArrivals(std::size_t count) {
  std::unique_lock<std::mutex> lock(mutex_);
  return changed_.wait_for(lock, kDeadline, [&] { return arrivals_ >= count; });
}

}  // namespace test
