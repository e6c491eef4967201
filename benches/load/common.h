// What the load programs have in common: their limits, their clock, a server of the plainest kind, and the line of JSON
// that benches/harness.py reads. On the public headers only, as they are.

#ifndef LDICOMNET_BENCHES_LOAD_COMMON_H
#define LDICOMNET_BENCHES_LOAD_COMMON_H

#include <ltdic.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

using Clock = std::chrono::steady_clock;

// No program runs longer.
constexpr unsigned kTenMinutes = 600;

inline void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    std::perror("RLIMIT_NOFILE");
}

// Puts into the answer each context proposed for this abstract syntax, with the transfer syntax that comes first.
inline void AcceptContexts(LDicomAssociate& proposed, const char* abstract, LDicomAssociate* answer) {
  for (L_INT index = 0; index < proposed.GetPresentationCount(); ++index) {
    const L_UCHAR id = proposed.GetPresentation(index);
    L_TCHAR uid[PDU_MAX_UID_SIZE + 1];
    proposed.GetAbstract(id, uid, sizeof uid);
    if (std::strcmp(uid, abstract) != 0)
      continue;
    answer->AddPresentation(id, PDU_ACCEPT_RESULT_SUCCESS, uid);
    proposed.GetTransfer(id, 0, uid, sizeof uid);
    answer->AddTransfer(id, uid);
  }
}

// Gives each connection an object of its own, which lives until OnClose.
template <class Connection>
class Server final : public LDicomNet {
 public:
  explicit Server(const L_TCHAR* spool_directory) : LDicomNet(spool_directory) {}
  ~Server() override { Close(); }

  L_VOID OnAccept(L_INT nError) override {
    if (nError != DICOM_SUCCESS)
      return;
    auto* const connection = new Connection;
    if (Accept(connection) != DICOM_SUCCESS)
      delete connection;
  }

  L_VOID OnClose(L_INT, LDicomNet* pNet) override { delete pNet; }
};

// Listens on a free port and says which; returns if it cannot, with the program's status. spool_directory: of data sets
// on their way; NULL is the system's.
template <class Connection>
int Serve(L_INT backlog, const L_TCHAR* spool_directory = NULL) {
  RaiseDescriptorLimit();
  alarm(kTenMinutes);
  Server<Connection> server(spool_directory);
  const L_INT code = server.Listen("*", 0, backlog, DICOM_IPTYPE_IPV4);
  L_TCHAR address[NET_MAX_ADDRESS_SIZE_EX];
  L_UINT port = 0;
  if (code != DICOM_SUCCESS || server.GetHostInfo(address, sizeof address, &port) != DICOM_SUCCESS) {
    std::fprintf(stderr, "cannot listen (%d)\n", code);
    return 1;
  }
  std::printf("listening on %s port %u\n", address, port);
  std::fflush(stdout);
  for (;;)
    pause();
}

// What a requestor measured: how long each operation took, in seconds.
struct Measured {
  std::vector<float> took;
  long failed = 0;
  Clock::time_point began;
};

// Prints the line of JSON that bare/times.h prints; gives the program's status.
inline int Report(Measured measured) {
  const double seconds = std::chrono::duration<double>(Clock::now() - measured.began).count();
  std::vector<float>& took = measured.took;
  std::sort(took.begin(), took.end());
  const std::size_t count = took.size();
  const auto at = [&](std::size_t index) { return count == 0 ? 0.0 : took[index] * 1e6; };
  std::printf(
      "{\"count\": %zu, \"failed\": %ld, \"seconds\": %.6f, \"rate\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f, "
      "\"slowest_us\": %.1f}\n",
      count, measured.failed, seconds, static_cast<double>(count) / seconds, at(count / 2), at(count - 1 - count / 100),
      at(count - 1));
  return measured.failed == 0 ? 0 : 1;
}

#endif
