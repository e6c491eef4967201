// The LDicomNet requestor that is measured, on the public headers only: every step is sent from inside the hook that
// the step before it ended in.
//
//   load_requestor echo PORT COUNT [SECONDS]           C-ECHOs on one association
//   load_requestor many PORT COUNT AT_ONCE [SECONDS]   associations, AT_ONCE under way at any time: connect, associate,
//                                                      one C-ECHO, release, close
//
// Ends after COUNT, or after SECONDS if that is sooner, and prints the line of JSON that bare/times.h prints. Like
// that one it connects to 127.0.0.1 to 127.0.0.250 in turn, so that TIME_WAIT does not run it out of ports.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "common.h"

namespace {

constexpr unsigned kHosts = 250;

// What all requestors of a run share.
struct Run {
  L_UINT port = 0;
  bool echoes = false;  // COUNT is of C-ECHOs on one association, not of associations.
  long count = 0;
  Clock::time_point ends = Clock::time_point::max();
  std::atomic<long> begun{0};

  std::mutex mutex;
  std::condition_variable over;
  long at_work = 0;  // Guarded by mutex.

  // May one more association be begun?
  bool Take(Clock::time_point now) { return now < ends && begun.fetch_add(1) < count; }

  void End() {
    const std::lock_guard<std::mutex> guard(mutex);
    if (--at_work == 0)
      over.notify_all();
  }

  void WaitForAll() {
    std::unique_lock<std::mutex> lock(mutex);
    over.wait(lock, [this] { return at_work == 0; });
  }
};

class Requestor final : public LDicomNet {
 public:
  explicit Requestor(Run& run) : run_(run), request_(TRUE) {
    request_.SetCalled("ACCEPTOR");
    request_.SetCalling("LOAD");
    request_.AddPresentation(1, 0, UID_VERIFICATION_CLASS);
    request_.AddTransfer(1, UID_IMPLICIT_VR_LITTLE_ENDIAN);
  }

  ~Requestor() override { Close(); }

  // Begins the next association, or ends. On the main thread first, then inside the hook that ended the last one.
  void Next() {
    began_ = Clock::now();
    if (!run_.Take(began_))
      return run_.End();
    static std::atomic<unsigned> connections{0};
    const std::string host = "127.0.0." + std::to_string(1 + connections.fetch_add(1) % kHosts);
    if (Connect(NULL, 0, host.c_str(), run_.port, DICOM_IPTYPE_IPV4) != DICOM_SUCCESS)
      Fail();
  }

  const std::vector<float>& took() const { return took_; }
  long failed() const { return failed_; }

  L_VOID OnConnect(L_INT nError) override {
    if (nError != DICOM_SUCCESS || SendAssociateRequest(&request_) != DICOM_SUCCESS)
      Fail();
  }

  L_VOID OnReceiveAssociateAccept(LDicomAssociate*) override {
    if (run_.echoes)
      began_ = Clock::now();
    SendEcho();
  }

  L_VOID OnReceiveCEchoResponse(L_UCHAR, L_UINT16, L_TCHAR*, L_UINT16 nStatus) override {
    if (nStatus != COMMAND_STATUS_SUCCESS)
      return Fail();
    if (run_.echoes) {
      Record();
      if (began_ < run_.ends && static_cast<long>(took_.size()) < run_.count)
        return SendEcho();
    }
    if (SendReleaseRequest() != DICOM_SUCCESS)
      Fail();
  }

  L_VOID OnReceiveReleaseResponse() override {
    Close();
    if (run_.echoes)
      return run_.End();
    Record();
    Next();
  }

  L_VOID OnReceiveAssociateReject(L_UCHAR, L_UCHAR, L_UCHAR) override { Fail(); }
  L_VOID OnReceiveAbort(L_UCHAR, L_UCHAR) override { Fail(); }
  L_VOID OnClose(L_INT, LDicomNet*) override { Fail(); }

 private:
  void SendEcho() {
    if (SendCEchoRequest(1, 1, UID_VERIFICATION_CLASS) != DICOM_SUCCESS)
      Fail();
  }

  void Record() {
    const Clock::time_point now = Clock::now();
    took_.push_back(std::chrono::duration<float>(now - began_).count());
    began_ = now;
  }

  // One failure ends this requestor: what is wrong with one association is wrong with the next.
  void Fail() {
    ++failed_;
    Close();
    run_.End();
  }

  Run& run_;
  LDicomAssociate request_;
  Clock::time_point began_;
  std::vector<float> took_;
  long failed_ = 0;
};

Measured Together(const std::vector<std::unique_ptr<Requestor>>& requestors) {
  Measured all;
  for (const auto& requestor : requestors) {
    all.took.insert(all.took.end(), requestor->took().begin(), requestor->took().end());
    all.failed += requestor->failed();
  }
  return all;
}

int Usage(const char* name) {
  std::fprintf(stderr, "usage: %s echo PORT COUNT [SECONDS]\n       %s many PORT COUNT AT_ONCE [SECONDS]\n", name,
               name);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4)
    return Usage(argv[0]);
  Run run;
  run.echoes = std::strcmp(argv[1], "echo") == 0;
  if (!run.echoes && (std::strcmp(argv[1], "many") != 0 || argc < 5))
    return Usage(argv[0]);
  run.port = static_cast<L_UINT>(std::atoi(argv[2]));
  run.count = std::atol(argv[3]);
  run.at_work = run.echoes ? 1 : std::min(run.count, std::atol(argv[4]));
  const int seconds_place = run.echoes ? 4 : 5;
  if (run.count <= 0 || run.at_work <= 0)
    return Usage(argv[0]);

  RaiseDescriptorLimit();
  alarm(kTenMinutes);
  std::vector<std::unique_ptr<Requestor>> requestors;
  for (long index = 0; index < run.at_work; ++index)
    requestors.push_back(std::make_unique<Requestor>(run));
  const Clock::time_point began = Clock::now();
  if (argc > seconds_place) {
    run.ends = began + std::chrono::duration_cast<Clock::duration>(
                           std::chrono::duration<double>(std::atof(argv[seconds_place])));
  }
  for (const auto& requestor : requestors)
    requestor->Next();
  run.WaitForAll();
  Measured measured = Together(requestors);
  measured.began = began;
  return Report(std::move(measured));
}
