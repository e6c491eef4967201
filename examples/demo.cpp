// What `make demo` runs: a server on every local address, and peers that verify it. A client of the same class over
// IPv4 and over IPv6, and DCMTK's echoscu. Every hook that fires is printed as it fires, with the object and the
// thread.
//
//   demo [--echoscu PATH]     PATH: the echoscu to run; the default is the one in PATH
//
// The exit status is 0 only if all of them verified. Where IPv6 is off, that part is left out, and it says so.
#include <fcntl.h>
#include <ltdic.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>

namespace {

constexpr std::chrono::seconds kPatience(10);  // for one step of a client; only what has failed waits as long
constexpr time_t kEchoscuPatience = 60;        // seconds for all of echoscu, which has timeouts of its own

// ---- What is printed ------------------------------------------------------------------------------

// Threads get small numbers in the order in which they first say something; the main thread is the first.
int ThreadNumber() {
  static std::mutex mutex;
  static std::map<std::thread::id, int> numbers;
  const std::lock_guard<std::mutex> lock(mutex);
  return numbers.emplace(std::this_thread::get_id(), static_cast<int>(numbers.size()) + 1).first->second;
}

void Say(const std::string& who, const std::string& what) {
  std::printf("[thread %d] %-12s %s\n", ThreadNumber(), who.c_str(), what.c_str());
  std::fflush(stdout);
}

std::string Error(L_INT code) {
  return code == DICOM_SUCCESS ? "success" : "error " + std::to_string(code);
}

std::string Pdu(L_UCHAR type) {
  static const char* const names[] = {"unknown PDU", "A-ASSOCIATE-RQ", "A-ASSOCIATE-AC", "A-ASSOCIATE-RJ",
                                      "P-DATA-TF",   "A-RELEASE-RQ",   "A-RELEASE-RP",   "A-ABORT"};
  return names[type <= PDU_ABORT ? type : PDU_UNKNOWN];
}

std::string Peer(const LDicomNet& net) {
  L_TCHAR address[NET_MAX_ADDRESS_SIZE_EX] = "";
  L_UINT port = 0;
  net.GetPeerInfo(address, NET_MAX_ADDRESS_SIZE_EX, &port);
  return std::string(address) + " port " + std::to_string(port);
}

std::string Titles(const LDicomAssociate& association) {
  L_TCHAR calling[PDU_MAX_TITLE_SIZE];
  L_TCHAR called[PDU_MAX_TITLE_SIZE];
  association.GetCalling(calling, PDU_MAX_TITLE_SIZE);
  association.GetCalled(called, PDU_MAX_TITLE_SIZE);
  return "'" + std::string(calling) + "' calls '" + called + "'";
}

// ---- The hooks, printed ---------------------------------------------------------------------------

// Prints each hook, and goes on to what LDicomNet does.
class Shown : public LDicomNet {
 public:
  explicit Shown(std::string name) : name_(std::move(name)) {}

  L_INT OnCondition(const DICOMCONNECTIONINFO* pInfo) override {
    Show(std::string("OnCondition: from ") + pInfo->szPeerAddress + " port " + std::to_string(pInfo->nPeerPort));
    return LDicomNet::OnCondition(pInfo);
  }
  L_VOID OnConnect(L_INT nError) override { Show("OnConnect: " + Error(nError)); }
  L_VOID OnAccept(L_INT nError) override { Show("OnAccept: " + Error(nError)); }
  L_VOID OnClose(L_INT nError, LDicomNet* pNet) override {
    // Only the library makes these objects' addresses, and all of them are of this class.
    Show("OnClose: " + static_cast<Shown*>(pNet)->name_ + ": " + Error(nError));
  }
  L_VOID OnReceive(L_INT, L_UCHAR nType, L_UCHAR*, L_UINT32 nBytes) override {
    Show("OnReceive: " + Pdu(nType) + ", " + std::to_string(nBytes) + " bytes");
  }
  L_VOID OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes) override {
    Show("OnSend: " + Pdu(nType) + ", " + std::to_string(nBytes) + " bytes, " + Error(nError));
  }
  L_VOID OnBeforeSendCommandSet(LDicomDS*) override { Show("OnBeforeSendCommandSet"); }
  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override {
    Show("OnReceiveAssociateRequest: " + Titles(*pPDU));
  }
  L_VOID OnReceiveAssociateAccept(LDicomAssociate* pPDU) override {
    Show("OnReceiveAssociateAccept: context 1 has result " + std::to_string(pPDU->GetResult(1)));
  }
  L_VOID OnReceiveAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) override {
    Show("OnReceiveAssociateReject: result " + std::to_string(nResult) + ", source " + std::to_string(nSource) +
         ", reason " + std::to_string(nReason));
  }
  L_VOID OnReceiveReleaseRequest() override {
    Show("OnReceiveReleaseRequest");
    LDicomNet::OnReceiveReleaseRequest();
  }
  L_VOID OnReceiveReleaseResponse() override { Show("OnReceiveReleaseResponse"); }
  L_VOID OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) override {
    Show("OnReceiveAbort: source " + std::to_string(nSource) + ", reason " + std::to_string(nReason));
  }
  L_VOID OnReceiveData(L_UCHAR nPresentationID, LDicomDS*, LDicomDS*) override {
    Show("OnReceiveData: context " + std::to_string(nPresentationID));
  }
  L_VOID OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) override {
    Show("OnReceiveCEchoRequest: message " + std::to_string(nMessageID));
    LDicomNet::OnReceiveCEchoRequest(nPresentationID, nMessageID, pszClass);
  }
  L_VOID OnReceiveCEchoResponse(L_UCHAR, L_UINT16 nMessageID, L_TCHAR*, L_UINT16 nStatus) override {
    Show("OnReceiveCEchoResponse: message " + std::to_string(nMessageID) + ", status " + std::to_string(nStatus));
  }

 protected:
  void Show(const std::string& what) const { Say(name_, what); }
  const std::string& Name() const { return name_; }

 private:
  const std::string name_;
};

// ---- Server ---------------------------------------------------------------------------------------

class Connection : public Shown {
 public:
  using Shown::Shown;
  ~Connection() override { Close(); }

  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override {
    Shown::OnReceiveAssociateRequest(pPDU);
    LDicomAssociate answer(L_FALSE);
    if (const L_UCHAR id = pPDU->FindAbstract(UID_VERIFICATION_CLASS)) {
      L_TCHAR transfer_syntax[PDU_MAX_UID_SIZE + 1];
      pPDU->GetTransfer(id, 0, transfer_syntax, sizeof transfer_syntax);
      answer.AddPresentation(id, PDU_ACCEPT_RESULT_SUCCESS, UID_VERIFICATION_CLASS);
      answer.AddTransfer(id, transfer_syntax);
    }
    SendAssociateAccept(&answer);
  }
};

class Server : public Shown {
 public:
  Server() : Shown("server") {}
  ~Server() override { Close(); }

  L_VOID OnAccept(L_INT nError) override {
    Shown::OnAccept(nError);
    int number = 0;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      number = ++accepted_;
      ++open_;
    }
    auto* connection = new Connection("connection " + std::to_string(number));
    if (Accept(connection) != DICOM_SUCCESS) {
      delete connection;
      Ended();
      return;
    }
    Show("accepted connection " + std::to_string(number) + ", from " + Peer(*connection));
  }

  L_VOID OnClose(L_INT nError, LDicomNet* pNet) override {
    Shown::OnClose(nError, pNet);
    delete pNet;
    Ended();
  }

  // Waits until every connection has ended and its object is gone.
  bool WaitUntilIdle() {
    std::unique_lock<std::mutex> lock(mutex_);
    return idle_.wait_for(lock, kPatience, [this] { return open_ == 0; });
  }

 private:
  void Ended() {
    const std::lock_guard<std::mutex> lock(mutex_);
    --open_;
    idle_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable idle_;
  int accepted_ = 0;  // guarded by mutex_
  int open_ = 0;      // guarded by mutex_
};

// ---- Client ---------------------------------------------------------------------------------------

class Client : public Shown {
 public:
  using Shown::Shown;
  ~Client() override { Close(); }

  // Connects, associates, verifies and releases; whether all of that went well.
  bool Verify(const char* address, L_UINT port, L_INT ip_type) {
    Say(Name(), std::string("connecting to ") + address + " port " + std::to_string(port));
    LDicomAssociate request(L_TRUE);
    request.SetCalling("DEMO-SCU");
    request.SetCalled("DEMO-SCP");
    request.AddPresentation(1, PDU_ACCEPT_RESULT_SUCCESS, UID_VERIFICATION_CLASS);
    request.AddTransfer(1, UID_IMPLICIT_VR_LITTLE_ENDIAN);
    return Begun(Connect(nullptr, 0, address, port, ip_type)) && Await(Step::kConnected) &&
           Begun(SendAssociateRequest(&request)) && Await(Step::kAssociated) &&
           Begun(SendCEchoRequest(1, 1, UID_VERIFICATION_CLASS)) && Await(Step::kVerified) &&
           Begun(SendReleaseRequest()) && Await(Step::kReleased);
  }

  L_VOID OnConnect(L_INT nError) override {
    Shown::OnConnect(nError);
    Reach(nError == DICOM_SUCCESS ? Step::kConnected : Step::kEnded);
  }
  L_VOID OnReceiveAssociateAccept(LDicomAssociate* pPDU) override {
    Shown::OnReceiveAssociateAccept(pPDU);
    Reach(Step::kAssociated);
  }
  L_VOID OnReceiveCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                L_UINT16 nStatus) override {
    Shown::OnReceiveCEchoResponse(nPresentationID, nMessageID, pszClass, nStatus);
    Reach(nMessageID == 1 && nStatus == COMMAND_STATUS_SUCCESS ? Step::kVerified : Step::kEnded);
  }
  L_VOID OnReceiveReleaseResponse() override {
    Shown::OnReceiveReleaseResponse();
    Reach(Step::kReleased);
  }
  L_VOID OnClose(L_INT nError, LDicomNet* pNet) override {
    Shown::OnClose(nError, pNet);
    Reach(Step::kEnded);
  }

 private:
  enum class Step { kConnected, kAssociated, kVerified, kReleased, kEnded };

  void Reach(Step step) {
    const std::lock_guard<std::mutex> lock(mutex_);
    reached_.insert(step);
    changed_.notify_all();
  }

  bool Await(Step step) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return reached_.count(step) + reached_.count(Step::kEnded) != 0; });
    return reached_.count(step) != 0;
  }

  bool Begun(L_INT error) const {
    if (error != DICOM_SUCCESS) {
      Show("failed: " + Error(error));
    }
    return error == DICOM_SUCCESS;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<Step> reached_;  // guarded by mutex_
};

// ---- The peers ------------------------------------------------------------------------------------

// Whether this computer has IPv6 at all: whether a socket can be bound to its loopback address.
bool HasIpv6() {
  const int descriptor = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    return false;
  }
  sockaddr_in6 loopback = {};
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  const bool is_bound = bind(descriptor, reinterpret_cast<const sockaddr*>(&loopback), sizeof loopback) == 0;
  close(descriptor);
  return is_bound;
}

// Waits for a child with a limit: SIGCHLD is blocked in every thread, and taken here.
int WaitForChild(pid_t child) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  const timespec patience = {kEchoscuPatience, 0};
  int status = 0;
  pid_t ended = waitpid(child, &status, WNOHANG);
  if (ended == 0 && sigtimedwait(&signals, nullptr, &patience) < 0) {
    Say("demo", "echoscu does not end; killed");
    kill(child, SIGKILL);
  }
  while (ended == 0 || (ended < 0 && errno == EINTR)) {
    ended = waitpid(child, &status, 0);
  }
  return status;
}

bool RunEchoscu(const std::string& path, L_UINT port) {
  const std::string port_text = std::to_string(port);
  const char* arguments[] = {path.c_str(), "-v", "-aet", "ECHOSCU", "-aec",      "DEMO-SCP",        "-to",  "10",
                             "-ta",        "10", "-td",  "10",      "127.0.0.1", port_text.c_str(), nullptr};
  Say("demo", "running " + path + " -v -aet ECHOSCU -aec DEMO-SCP -to 10 -ta 10 -td 10 127.0.0.1 " + port_text);
  // The child gets SIGCHLD back as it was, and no descriptor of this program but the first three.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t child = 0;
  // posix_spawn leaves the arguments alone, for all that its parameter is not const.
  const int error =
      posix_spawnp(&child, path.c_str(), nullptr, &attributes, const_cast<char* const*>(arguments), environ);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    Say("demo", "cannot run " + path + ": " + std::strerror(error));
    return false;
  }
  const int status = WaitForChild(child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool Tell(const char* what, bool verified) {
  Say("demo", std::string(what) + (verified ? ": verified" : ": FAILED"));
  return verified;
}

bool Run(const std::string& echoscu) {
  Server server;
  const L_INT error = server.Listen("*", 0, 50, DICOM_IPTYPE_IPV4_OR_IPV6);
  L_TCHAR address[NET_MAX_ADDRESS_SIZE_EX] = "";
  L_UINT port = 0;
  if (error != DICOM_SUCCESS || server.GetHostInfo(address, NET_MAX_ADDRESS_SIZE_EX, &port) != DICOM_SUCCESS) {
    Say("demo", "cannot listen: " + Error(error));
    return false;
  }
  std::printf("listening on %s port %u\n", address, port);

  bool all_verified = Tell("IPv4", Client("client IPv4").Verify("127.0.0.1", port, DICOM_IPTYPE_IPV4));
  if (HasIpv6()) {
    all_verified = Tell("IPv6", Client("client IPv6").Verify("::1", port, DICOM_IPTYPE_IPV6)) && all_verified;
  } else {
    Say("demo", "IPv6 is off on this computer: that part is left out");
  }
  all_verified = Tell("DCMTK's echoscu", RunEchoscu(echoscu, port)) && all_verified;
  if (!server.WaitUntilIdle()) {
    Say("demo", "a connection did not end");
    return false;
  }
  return all_verified;
}

}  // namespace

int main(int argc, char** argv) {
  std::string echoscu = "echoscu";
  if (argc == 3 && std::strcmp(argv[1], "--echoscu") == 0) {
    echoscu = argv[2];
  } else if (argc != 1) {
    std::fprintf(stderr, "usage: demo [--echoscu PATH]\n");
    return EXIT_FAILURE;
  }
  // Before the library starts its threads, which inherit it.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  LDicomNet::StartUp();
  const bool all_verified = Run(echoscu);
  LDicomNet::ShutDown();
  Say("demo", all_verified ? "every peer verified the server" : "FAILED: not every peer verified the server");
  return all_verified ? EXIT_SUCCESS : EXIT_FAILURE;
}
