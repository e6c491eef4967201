// The whole life of a verification in one process: a server and a client, from Listen to CloseForced. Run as a test
// too.
//
//   verify_life [PORT [LOCAL_PORT]]     0, the default of both, takes a free one; 104 and 1000 are what PACS code uses
//
// It goes through it twice: with hooks on the library's threads, and in pump mode, where they run inside the waiting
// loop of this thread. Nothing sleeps: each step waits for its hook. The exit status is 0 only if every step went well.
#include <ltdic.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience(5);  // only a run that has failed waits as long
constexpr L_UINT32 kTextSize = PDU_MAX_UID_SIZE + 1;

// A flag that hooks raise and the main thread waits for.
class Event {
 public:
  void Signal() {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_raised_ = true;
    raised_.notify_all();
  }

  // In pump mode the waiting is what runs the hooks, and with them the Signal.
  bool Wait(L_INT dispatch_mode) {
    const auto deadline = Clock::now() + kPatience;
    std::unique_lock<std::mutex> lock(mutex_);
    if (dispatch_mode == DICOMNET_DISPATCH_THREADS) {
      raised_.wait_until(lock, deadline, [this] { return is_raised_; });
    }
    while (!is_raised_ && Clock::now() < deadline) {
      lock.unlock();
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      LDicomNet::Wait(static_cast<L_INT>(left.count()));
      lock.lock();
    }
    const bool was_raised = is_raised_;
    is_raised_ = false;
    return was_raised;
  }

 private:
  std::mutex mutex_;
  std::condition_variable raised_;
  bool is_raised_ = false;  // guarded by mutex_
};

bool Check(bool holds, const std::string& what) {
  std::printf("  %-60s %s\n", what.c_str(), holds ? "ok" : "FAILED");
  return holds;
}

bool Done(L_INT error, const std::string& what) {
  return Check(error == DICOM_SUCCESS, error == DICOM_SUCCESS ? what : what + ": error " + std::to_string(error));
}

// ---- The server's side ----------------------------------------------------------------------------

class ServerConnection : public LDicomNet {
 public:
  ServerConnection() : LDicomNet(nullptr, static_cast<L_INT32>(DICOM_SECURE_NONE)) {}
  ~ServerConnection() override { Close(); }

  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override {
    LDicomAssociate answer(L_FALSE);
    L_TCHAR text[kTextSize];
    pPDU->GetCalled(text, kTextSize);
    answer.SetCalled(text);
    pPDU->GetCalling(text, kTextSize);
    answer.SetCalling(text);
    pPDU->GetImplementClass(text, kTextSize);
    answer.SetImplementClass(L_TRUE, text);
    pPDU->GetImplementVersion(text, kTextSize);
    answer.SetImplementVersion(L_TRUE, text);
    for (L_INT i = 0; i < pPDU->GetPresentationCount(); ++i) {
      const L_UCHAR id = pPDU->GetPresentation(i);
      pPDU->GetAbstract(id, text, kTextSize);
      answer.AddPresentation(id, PDU_ACCEPT_RESULT_SUCCESS, text);
      if (pPDU->GetTransferCount(id) > 0) {
        pPDU->GetTransfer(id, 0, text, kTextSize);
        answer.AddTransfer(id, text);
      } else {
        answer.AddTransfer(id, UID_IMPLICIT_VR_LITTLE_ENDIAN);
      }
    }
    Done(SendAssociateAccept(&answer), "server: SendAssociateAccept");
  }

  L_VOID OnReceiveReleaseRequest() override { Done(SendReleaseResponse(), "server: SendReleaseResponse"); }

  L_VOID OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR*) override {
    Done(SendCEchoResponse(nPresentationID, nMessageID, UID_VERIFICATION_CLASS, COMMAND_STATUS_SUCCESS),
         "server: SendCEchoResponse");
  }
};

class Server : public LDicomNet {
 public:
  Server() : LDicomNet(nullptr, static_cast<L_INT32>(DICOM_SECURE_NONE)) {}
  ~Server() override { Close(); }

  L_VOID OnAccept(L_INT nError) override {
    if (!Done(nError, "server: OnAccept")) {
      return;
    }
    connection_ = std::make_unique<ServerConnection>();
    Done(Accept(connection_.get()), "server: Accept");
  }

 private:
  std::unique_ptr<ServerConnection> connection_;
};

// ---- The client's side ----------------------------------------------------------------------------

class Client : public LDicomNet {
 public:
  Client() : LDicomNet(nullptr, static_cast<L_INT32>(DICOM_SECURE_NONE)) {}
  ~Client() override { Close(); }

  L_VOID OnConnect(L_INT nError) override {
    connect_error = nError;
    event.Signal();
  }
  L_VOID OnReceiveAssociateAccept(LDicomAssociate*) override { event.Signal(); }
  L_VOID OnReceiveReleaseResponse() override { event.Signal(); }
  L_VOID OnReceiveCEchoResponse(L_UCHAR, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nStatus) override {
    echo_is_right =
        nMessageID == 1 && nStatus == COMMAND_STATUS_SUCCESS && std::string(pszClass) == UID_VERIFICATION_CLASS;
    event.Signal();
  }

  Event event;
  // Written by a hook before it signals, read after the wait.
  L_INT connect_error = DICOM_ERROR_NET_FAILURE;
  bool echo_is_right = false;
};

bool Associate(Client& client, L_INT mode) {
  LDicomAssociate request(L_TRUE);
  request.SetCalled("SERVER");
  request.SetCalling("CLIENT");
  request.SetImplementClass(L_TRUE, "1.2.826.0.1.3680043.10.1");
  request.SetImplementVersion(L_TRUE, "1");
  request.SetMaxLength(L_TRUE, 0x100000);
  request.AddPresentation(1, 0, UID_VERIFICATION_CLASS);
  request.AddTransfer(1, UID_IMPLICIT_VR_LITTLE_ENDIAN);
  return Done(client.SendAssociateRequest(&request), "client: SendAssociateRequest") &&
         Check(client.event.Wait(mode), "client: OnReceiveAssociateAccept") &&
         Check(client.IsAssociated() == L_TRUE, "client: IsAssociated");
}

bool Echo(Client& client, L_INT mode) {
  const L_UCHAR id = client.GetAssociate()->FindAbstract(UID_VERIFICATION_CLASS);
  return Done(client.SendCEchoRequest(id, 1, UID_VERIFICATION_CLASS), "client: SendCEchoRequest") &&
         Check(client.event.Wait(mode), "client: OnReceiveCEchoResponse") &&
         Check(client.echo_is_right, "client: its message ID, class and status");
}

bool Life(L_INT mode, L_UINT port, L_UINT local_port) {
  Server server;
  Client client;
  server.SetDispatchMode(mode);
  client.SetDispatchMode(mode);
  if (!Done(server.Listen("127.0.0.1", port, 1), "server: Listen") ||
      !Done(server.GetHostInfo(nullptr, 0, &port), "server: GetHostInfo") ||
      !Done(client.Connect(nullptr, local_port, "127.0.0.1", port), "client: Connect") ||
      !Check(client.event.Wait(mode), "client: OnConnect") || !Done(client.connect_error, "client: connected") ||
      !Check(client.IsConnected() == L_TRUE, "client: IsConnected")) {
    return false;
  }
  if (!Associate(client, mode) || !Echo(client, mode) ||
      !Done(client.SendReleaseRequest(), "client: SendReleaseRequest") ||
      !Check(client.event.Wait(mode), "client: OnReceiveReleaseResponse")) {
    return false;
  }
  return Done(client.CloseForced(L_TRUE), "client: CloseForced") &&
         Check(client.IsConnected() == L_FALSE, "client: no longer connected");
}

L_UINT PortArgument(int argc, char** argv, int index) {
  return argc > index ? static_cast<L_UINT>(std::strtoul(argv[index], nullptr, 10)) : 0U;
}

}  // namespace

int main(int argc, char** argv) {
  const L_UINT port = PortArgument(argc, argv, 1);
  const L_UINT local_port = PortArgument(argc, argv, 2);
  bool is_well = Done(LDicomNet::StartUp(), "StartUp");
  std::puts("hooks on the library's threads:");
  is_well = Life(DICOMNET_DISPATCH_THREADS, port, local_port) && is_well;
  std::puts("hooks inside the waiting loop:");
  is_well = Life(DICOMNET_DISPATCH_PUMP, port, local_port) && is_well;
  LDicomNet::ShutDown();
  return is_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
