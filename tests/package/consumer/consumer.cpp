// A program in C++ on the installed library: it derives from the class, listens, connects to itself and sees its own
// override called, which a library with a hidden vtable or typeinfo does not give.

#include <cstdio>

#include "ltdic.h"

namespace {

class Listener : public LDicomNet {
 public:
  Listener() : LDicomNet(NULL, DICOM_SECURE_NONE) {}
  ~Listener() override { Close(); }
};

class Caller : public LDicomNet {
 public:
  Caller() : LDicomNet(NULL, DICOM_SECURE_NONE) {}
  ~Caller() override { Close(); }
  L_VOID OnConnect(L_INT nError) override { outcome = nError; }
  L_INT outcome = -1;
};

}  // namespace

int main() {
  Listener listener;
  L_INT result = listener.Listen("127.0.0.1", 0, 5);
  if (result != DICOM_SUCCESS || !listener.IsActivated()) {
    std::printf("Listen: %d\n", result);
    return 1;
  }
  L_TCHAR address[NET_MAX_ADDRESS_SIZE_EX];
  L_UINT port = 0;
  result = listener.GetHostInfo(address, NET_MAX_ADDRESS_SIZE_EX, &port);
  if (result != DICOM_SUCCESS || port == 0) {
    std::printf("GetHostInfo: %d, port %u\n", result, port);
    return 1;
  }
  Caller caller;
  // Pump mode: the hook runs in here, so that one thread sees it all.
  caller.SetDispatchMode(DICOMNET_DISPATCH_PUMP);
  result = caller.Connect(NULL, 0, "127.0.0.1", port);
  while (result == DICOM_SUCCESS && caller.outcome == -1 && LDicomNet::Wait(10000)) {
  }
  if (result != DICOM_SUCCESS || caller.outcome != DICOM_SUCCESS) {
    std::printf("Connect: %d, OnConnect: %d\n", result, caller.outcome);
    return 1;
  }
  std::printf("connected to %s port %u\n", address, port);
  return 0;
}
