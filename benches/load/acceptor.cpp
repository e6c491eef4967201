// The LDicomNet acceptor that is measured: a server of the plainest kind, on the public headers only. It accepts every
// association on the Verification SOP class; echoes and releases are answered by the default hooks.
//
//   load_acceptor [--backlog N]
//
// Listens on a free port, says which on its first line, and ends by a signal, or after ten minutes.

#include "common.h"

namespace {

constexpr L_INT kBacklog = 128;

class Connection final : public LDicomNet {
 public:
  ~Connection() override { Close(); }

  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override {
    LDicomAssociate answer(FALSE);
    AcceptContexts(*pPDU, UID_VERIFICATION_CLASS, &answer);
    SendAssociateAccept(&answer);
  }
};

}  // namespace

int main(int argc, char** argv) {
  L_INT backlog = kBacklog;
  if (argc == 3 && std::strcmp(argv[1], "--backlog") == 0) {
    backlog = std::atoi(argv[2]);
  } else if (argc != 1) {
    std::fprintf(stderr, "usage: %s [--backlog N]\n", argv[0]);
    return 2;
  }
  return Serve<Connection>(backlog);
}
