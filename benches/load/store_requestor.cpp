// The LDicomNet requestor of stores that is measured, on the public headers only: it loads each file with LoadDS and
// sends it with SendCStoreRequest, the next from inside the hook that the response to one before ended in.
//
//   load_store_requestor PORT PATH [--count N] [--window N] [--loaded]
//
// PATH is one file or a directory of files, of which N are sent, or all. --window N: so many requests are under way at
// once, if the acceptor agrees. --loaded: the files are loaded before anything is sent, so that the sending is measured
// alone. Prints one line of JSON, the time from the acceptance of the association to the last
// response.

#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "common.h"

namespace {

constexpr L_UCHAR kContext = 1;

class Requestor final : public LDicomNet {
 public:
  Requestor(std::vector<std::string> paths, L_UINT16 window) : paths_(std::move(paths)), window_(window) {
    measured_.took.reserve(paths_.size());
  }

  // Loads all there is to send; false if something is no object.
  bool Load() {
    for (const std::string& path : paths_) {
      loaded_.push_back(std::make_unique<Object>());
      if (!loaded_.back()->Load(path))
        return false;
    }
    return true;
  }

  ~Requestor() override { Close(); }

  // Returns when all is stored, or something failed.
  void Run(L_UINT port) {
    if (Connect(NULL, 0, "127.0.0.1", port, DICOM_IPTYPE_IPV4) != DICOM_SUCCESS)
      return Fail();
    std::unique_lock<std::mutex> lock(mutex_);
    over_.wait(lock, [this] { return is_over_; });
  }

  const Measured& measured() const { return measured_; }

  L_VOID OnConnect(L_INT nError) override {
    LDicomAssociate request(TRUE);
    request.SetCalled("ACCEPTOR");
    request.SetCalling("LOAD");
    request.AddPresentation(kContext, 0, UID_CT_IMAGE_STORAGE);
    request.AddTransfer(kContext, UID_EXPLICIT_VR_LITTLE_ENDIAN);
    if (window_ > 1)
      request.SetAsyncOperations(TRUE, window_, 1);
    if (nError != DICOM_SUCCESS || SendAssociateRequest(&request) != DICOM_SUCCESS)
      Fail();
  }

  L_VOID OnReceiveAssociateAccept(LDicomAssociate*) override {
    measured_.began = Clock::now();
    SendMore();
  }

  L_VOID OnReceiveCStoreResponse(L_UCHAR, L_UINT16 nMessageID, L_TCHAR*, L_TCHAR*, L_UINT16 nStatus) override {
    const auto request = under_way_.find(nMessageID);
    if (nStatus != COMMAND_STATUS_SUCCESS || request == under_way_.end())
      return Fail();
    measured_.took.push_back(std::chrono::duration<float>(Clock::now() - request->second).count());
    under_way_.erase(request);
    SendMore();
  }

  L_VOID OnReceiveReleaseResponse() override {
    Close();
    End();
  }

  L_VOID OnReceiveAssociateReject(L_UCHAR, L_UCHAR, L_UCHAR) override { Fail(); }
  L_VOID OnReceiveAbort(L_UCHAR, L_UCHAR) override { Fail(); }
  L_VOID OnClose(L_INT, LDicomNet*) override { Fail(); }

 private:
  struct Object {
    LDicomDS set;
    const L_TCHAR* instance = NULL;  // of the set

    bool Load(const std::string& path) {
      if (set.LoadDS(path.c_str(), 0) != DICOM_SUCCESS)
        return false;
      const pDICOMELEMENT element = set.FindFirstElement(NULL, TAG_MEDIA_STORAGE_SOP_INSTANCE_UID, FALSE);
      instance = element == NULL ? NULL : set.GetStringValue(element, 0, 1);
      return instance != NULL;
    }
  };

  // Fills the window, or ends when there is nothing more.
  void SendMore() {
    while (under_way_.size() < window_ && next_ < paths_.size()) {
      if (!Send(next_++))
        return Fail();
    }
    if (under_way_.empty() && SendReleaseRequest() != DICOM_SUCCESS)
      Fail();
  }

  bool Send(std::size_t index) {
    const Clock::time_point began = Clock::now();
    if (index < loaded_.size())
      return Send(*loaded_[index], began);
    Object object;
    return object.Load(paths_[index]) && Send(object, began);
  }

  bool Send(Object& object, Clock::time_point began) {
    const auto id = static_cast<L_UINT16>(next_);
    under_way_[id] = began;
    L_TCHAR no_move[] = "";
    return SendCStoreRequest(kContext, id, UID_CT_IMAGE_STORAGE, object.instance, COMMAND_PRIORITY_MEDIUM, no_move, 0,
                             &object.set) == DICOM_SUCCESS;
  }

  // One failure ends the run.
  void Fail() {
    ++measured_.failed;
    Close();
    End();
  }

  void End() {
    const std::lock_guard<std::mutex> guard(mutex_);
    is_over_ = true;
    over_.notify_all();
  }

  const std::vector<std::string> paths_;
  const L_UINT16 window_;
  std::vector<std::unique_ptr<Object>> loaded_;
  std::size_t next_ = 0;
  std::map<L_UINT16, Clock::time_point> under_way_;
  Measured measured_;

  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;  // Guarded by mutex_.
};

// The file, or those of the directory in the order of their names, `count` of them at most.
std::vector<std::string> FilesOf(const std::string& path, std::size_t count) {
  std::error_code error;
  std::vector<std::string> paths;
  if (!std::filesystem::is_directory(path, error))
    return {path};
  for (const auto& entry : std::filesystem::directory_iterator(path, error))
    paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  paths.resize(std::min(paths.size(), count));
  return paths;
}

int Usage(const char* name) {
  std::fprintf(stderr, "usage: %s PORT PATH [--count N] [--window N] [--loaded]\n", name);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3)
    return Usage(argv[0]);
  std::size_t count = SIZE_MAX;
  L_UINT16 window = 1;
  bool is_loaded = false;
  for (int index = 3; index < argc; ++index) {
    const std::string option = argv[index];
    if (option == "--count" && index + 1 < argc) {
      count = std::strtoul(argv[++index], nullptr, 10);
    } else if (option == "--window" && index + 1 < argc) {
      window = static_cast<L_UINT16>(std::atoi(argv[++index]));
    } else if (option == "--loaded") {
      is_loaded = true;
    } else {
      return Usage(argv[0]);
    }
  }
  alarm(kTenMinutes);
  Requestor requestor(FilesOf(argv[2], count), window);
  if (is_loaded && !requestor.Load()) {
    std::fprintf(stderr, "%s: not all of it are objects\n", argv[2]);
    return 1;
  }
  requestor.Run(static_cast<L_UINT>(std::atoi(argv[1])));
  return Report(requestor.measured());
}
