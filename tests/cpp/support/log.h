// What happened in a test, in order, and the waiting for it.
//
// Nothing in these tests sleeps for a time that is hoped to be enough: they wait for what must happen, and kDeadline
// only ends a run that has failed.

#ifndef LDICOMNET_TESTS_CPP_SUPPORT_LOG_H
#define LDICOMNET_TESTS_CPP_SUPPORT_LOG_H

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace test {

constexpr std::chrono::seconds kDeadline{10};

// Entries added by any thread.
class Log {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  void Add(std::string entry);

  // Waits until `entry` is there `count` times.
  ::testing::AssertionResult Has(const std::string& entry, std::size_t count = 1);
  // Waits until a condition holds that entries, or things without an entry, may make true. It is looked at after each
  // entry, and every few milliseconds.
  ::testing::AssertionResult Until(const std::string& what, const std::function<bool()>& condition);
  // What a thread does while it waits: a test of pump mode pumps.
  void WhileWaiting(std::function<void()> work) { while_waiting_ = std::move(work); }

  std::size_t Count(const std::string& entry) const;
  // How many entries begin with this.
  std::size_t CountFrom(const std::string& beginning) const;
  // The index of the first entry that is this; kNone.
  std::size_t Place(const std::string& entry) const;
  // The entries of one object, its name taken off, in order.
  std::vector<std::string> Of(const std::string& object) const;
  std::vector<std::string> Entries() const;
  void Clear();

 private:
  std::string Text() const;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> entries_;  // guarded by mutex_
  std::function<void()> while_waiting_;
};

// A door that threads wait at. Open at the end of its life, so that a test that failed ends.
class Gate {
 public:
  Gate() = default;
  ~Gate() { Open(); }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  void Open();
  // Waits until it is open. False, and a failed test, when the deadline is over.
  bool Pass();
  // Waits until `count` threads are at the door, or have gone through.
  bool AwaitArrivals(std::size_t count);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  std::size_t arrivals_ = 0;
};

}  // namespace test

#endif  // LDICOMNET_TESTS_CPP_SUPPORT_LOG_H
