// Interruption: SIGINT and SIGTERM as something that one thread waits for, with a deadline (a pipe written by the
// handler).

#ifndef LDICOMNET_TOOLS_INTERRUPTION_H
#define LDICOMNET_TOOLS_INTERRUPTION_H

#include <chrono>
#include <optional>

namespace ldicom {

// At most one at a time. While it lives the two signals do not end the program; after the first one they do again, so
// that a second ^C helps where the first is too slow.
class Interruption {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Throws std::system_error when the system refuses the pipe.
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // Waits until a signal came (true), or Wake was called or the deadline is over (false). One thread.
  bool Wait(std::optional<TimePoint> deadline);
  // Ends a Wait, this one or the next. Any thread.
  void Wake();
};

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_INTERRUPTION_H
