// A pipe from signal handlers to the thread that waits. POSIX.

#include "interruption.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <optional>
#include <system_error>

namespace ldicom {
namespace {

constexpr char kSignal = 's';
constexpr char kWake = 'w';

// What the handler reaches: nothing but this, and write(2), may be used in one.
std::atomic<int> g_write_end{-1};
static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");
int g_read_end = -1;

void Put(char byte) {
  const int error = errno;
  // A full pipe holds enough to wake by.
  if (write(g_write_end.load(), &byte, 1) < 0) {
    errno = error;
  }
}

void OnSignal(int) {
  Put(kSignal);
}

void Handle(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

// Milliseconds for poll(2), rounded up so that it does not end just before the deadline, again and again.
int MillisecondsUntil(std::optional<Interruption::TimePoint> deadline) {
  if (!deadline) {
    return -1;
  }
  const auto left = *deadline - std::chrono::steady_clock::now();
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return static_cast<int>(std::clamp<long long>(milliseconds, 0, INT_MAX));
}

}  // namespace

Interruption::Interruption() {
  int ends[2];
  if (pipe(ends) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  for (const int end : ends) {
    fcntl(end, F_SETFL, O_NONBLOCK);
    fcntl(end, F_SETFD, FD_CLOEXEC);
  }
  g_read_end = ends[0];
  g_write_end = ends[1];
  Handle(OnSignal);
}

Interruption::~Interruption() {
  Handle(SIG_DFL);
  close(g_write_end.exchange(-1));
  close(g_read_end);
}

bool Interruption::Wait(std::optional<TimePoint> deadline) {
  pollfd read_end = {g_read_end, POLLIN, 0};
  poll(&read_end, 1, MillisecondsUntil(deadline));
  char bytes[64];
  const ssize_t count = read(g_read_end, bytes, sizeof bytes);
  const bool signalled = count > 0 && std::find(bytes, bytes + count, kSignal) != bytes + count;
  if (signalled) {
    Handle(SIG_DFL);
  }
  return signalled;
}

void Interruption::Wake() {
  Put(kWake);
}

}  // namespace ldicom
