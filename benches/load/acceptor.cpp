// The LDicomNet acceptor that is measured: a server of the plainest kind, on the public headers only. It accepts every
// association on the Verification SOP class; echoes and releases are answered by the default hooks.
//
//   load_acceptor [--backlog N]
//
// Listens on a free port, says which on its first line, and ends by a signal, or after ten minutes.

#include <ltdic.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr unsigned kTenMinutes = 600;
constexpr L_INT kBacklog = 128;

class Connection final : public LDicomNet {
 public:
  ~Connection() override { Close(); }

  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override {
    LDicomAssociate answer(FALSE);
    for (L_INT index = 0; index < pPDU->GetPresentationCount(); ++index) {
      const L_UCHAR id = pPDU->GetPresentation(index);
      L_TCHAR uid[PDU_MAX_UID_SIZE + 1];
      pPDU->GetAbstract(id, uid, sizeof uid);
      if (std::strcmp(uid, UID_VERIFICATION_CLASS) != 0)
        continue;
      answer.AddPresentation(id, PDU_ACCEPT_RESULT_SUCCESS, uid);
      pPDU->GetTransfer(id, 0, uid, sizeof uid);
      answer.AddTransfer(id, uid);
    }
    SendAssociateAccept(&answer);
  }
};

class Server final : public LDicomNet {
 public:
  ~Server() override { Close(); }

  L_VOID OnAccept(L_INT nError) override {
    if (nError != DICOM_SUCCESS)
      return;
    auto* const connection = new Connection;
    // Accepted, it lives until OnClose.
    if (Accept(connection) != DICOM_SUCCESS)
      delete connection;
  }

  L_VOID OnClose(L_INT, LDicomNet* pNet) override { delete pNet; }
};

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    std::perror("RLIMIT_NOFILE");
}

}  // namespace

int main(int argc, char** argv) {
  L_INT backlog = kBacklog;
  if (argc == 3 && std::strcmp(argv[1], "--backlog") == 0) {
    backlog = std::atoi(argv[2]);
  } else if (argc != 1) {
    std::fprintf(stderr, "usage: %s [--backlog N]\n", argv[0]);
    return 2;
  }
  raise_descriptor_limit();
  alarm(kTenMinutes);
  Server server;
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
