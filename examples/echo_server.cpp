// An echo SCP: `echo_server [PORT]`, 11112 unless said. It verifies whoever asks, until it is interrupted.
#include <ltdic.h>

#include <cstdlib>
#include <future>

class Connection : public LDicomNet {
 public:
  ~Connection() override { Close(); }
  L_VOID OnReceiveAssociateRequest(LDicomAssociate* request) override {
    LDicomAssociate answer(L_FALSE);  // contexts that it leaves out are refused
    if (const L_UCHAR id = request->FindAbstract(UID_VERIFICATION_CLASS)) {
      L_TCHAR transfer_syntax[PDU_MAX_UID_SIZE + 1];
      request->GetTransfer(id, 0, transfer_syntax, sizeof transfer_syntax);
      answer.AddPresentation(id, PDU_ACCEPT_RESULT_SUCCESS, UID_VERIFICATION_CLASS);
      answer.AddTransfer(id, transfer_syntax);
    }
    SendAssociateAccept(&answer);
  }  // C-ECHO and release requests are answered by the hooks' defaults
};

class Server : public LDicomNet {
 public:
  ~Server() override { Close(); }
  L_VOID OnAccept(L_INT) override {
    auto* connection = new Connection;
    if (Accept(connection) != DICOM_SUCCESS)
      delete connection;
  }
  L_VOID OnClose(L_INT, LDicomNet* connection) override { delete connection; }
};

int main(int argc, char** argv) {
  Server server;
  const auto port = static_cast<L_UINT>(argc > 1 ? std::atoi(argv[1]) : 11112);
  if (server.Listen("*", port, 50, DICOM_IPTYPE_IPV4_OR_IPV6) != DICOM_SUCCESS)
    return EXIT_FAILURE;
  std::promise<void>().get_future().wait();  // for ever: everything happens in the hooks
}
