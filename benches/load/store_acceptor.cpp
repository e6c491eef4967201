// The LDicomNet acceptor of stores that is measured, on the public headers only. It accepts every association on CT
// Image Storage, and answers each C-STORE with success, once its data set is where it was to go:
//
//   load_store_acceptor [--write DIRECTORY | --save DIRECTORY] [--maximum-length BYTES]
//
// --write: into a file that OnStoreBegin names, as it arrives. --save: received as usual, then SaveDS in the hook,
// which is what programs do that know nothing of OnStoreBegin. Without either it is discarded. --maximum-length: of the
// PDUs it asks for, the library's own default if it is not given.
//
// Listens on a free port, says which on its first line, and ends by a signal, or after ten minutes.

#include <string>

#include "common.h"

namespace {

constexpr L_INT kBacklog = 16;

// What the command line says.
struct Choices {
  std::string write, save;
  L_UINT32 maximum_length = 0;  // 0: the library's own.
} g_choices;

class Connection final : public LDicomNet {
 public:
  ~Connection() override { Close(); }

  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override {
    LDicomAssociate answer(FALSE);
    AcceptContexts(*pPDU, UID_CT_IMAGE_STORAGE, &answer);
    if (g_choices.maximum_length != 0)
      answer.SetMaxLength(TRUE, g_choices.maximum_length);
    if (pPDU->IsAsyncOperations())
      answer.SetAsyncOperations(TRUE, pPDU->GetInvokedOperations(), pPDU->GetPerformedOperations());
    SendAssociateAccept(&answer);
  }

  L_INT OnStoreBegin(const DICOMSTOREINFO* pInfo, L_TCHAR* pszPath, L_UINT32 nSize) override {
    if (!g_choices.save.empty())
      return COMMAND_STATUS_SUCCESS;
    if (g_choices.write.empty())
      return DICOMNET_STORE_DISCARD;
    const int length = std::snprintf(pszPath, nSize, "%s/%s.dcm", g_choices.write.c_str(), pInfo->pszInstance);
    return length > 0 && static_cast<L_UINT32>(length) < nSize ? COMMAND_STATUS_SUCCESS
                                                               : COMMAND_STATUS_PROCESSING_FAILURE;
  }

  L_VOID OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                L_UINT16, L_TCHAR*, L_UINT16, LDicomDS* pDS) override {
    L_UINT16 status = COMMAND_STATUS_SUCCESS;
    if (!g_choices.save.empty()) {
      const std::string path = g_choices.save + "/" + pszInstance + ".dcm";
      if (pDS == nullptr || pDS->SaveDS(path.c_str(), 0) != DICOM_SUCCESS)
        status = COMMAND_STATUS_PROCESSING_FAILURE;
    }
    SendCStoreResponse(nPresentationID, nMessageID, pszClass, pszInstance, status);
  }
};

}  // namespace

int main(int argc, char** argv) {
  for (int index = 1; index < argc; ++index) {
    const std::string option = argv[index];
    if (option == "--write" && index + 1 < argc) {
      g_choices.write = argv[++index];
    } else if (option == "--save" && index + 1 < argc) {
      g_choices.save = argv[++index];
    } else if (option == "--maximum-length" && index + 1 < argc) {
      g_choices.maximum_length = static_cast<L_UINT32>(std::strtoul(argv[++index], nullptr, 10));
    } else {
      std::fprintf(stderr, "usage: %s [--write DIRECTORY | --save DIRECTORY] [--maximum-length BYTES]\n", argv[0]);
      return 2;
    }
  }
  // SaveDS links a spool file where it is of the same file system.
  return Serve<Connection>(kBacklog, g_choices.save.empty() ? NULL : g_choices.save.c_str());
}
