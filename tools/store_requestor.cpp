// The request of the association, which context a file goes on, and the file on its way.

#include "store_requestor.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "association_text.h"
#include "log.h"
#include "words.h"

namespace ldicom {
namespace {

// Each request that is under way may hold a file open.
constexpr std::size_t kWindowMax = 512;

// What a file can be converted to, the best first: it loses nothing by any of them.
const char* const kUncompressed[] = {UID_EXPLICIT_VR_LITTLE_ENDIAN, UID_IMPLICIT_VR_LITTLE_ENDIAN,
                                     UID_EXPLICIT_VR_BIG_ENDIAN};

}  // namespace

bool StoreRequestor::Begin(const PlannedAssociation& plan, std::optional<L_UINT16> operations) {
  LDicomAssociate request(L_TRUE);
  L_UCHAR id = 1;
  for (const ProposedContext& context : plan.contexts) {
    request.AddPresentation(id, PDU_ACCEPT_RESULT_SUCCESS, context.sop_class.c_str());
    for (const std::string& uid : context.transfer_syntaxes) {
      request.AddTransfer(id, uid.c_str());
    }
    id = static_cast<L_UCHAR>(id + 2);
  }
  if (operations) {
    // Nothing is asked of this side.
    request.SetAsyncOperations(L_TRUE, *operations, 1);
  }
  if (!Open() || !Associate(request)) {
    return false;
  }
  NoteContexts();
  return true;
}

void StoreRequestor::NoteContexts() {
  const LDicomAssociate* const negotiated = GetAssociate();
  for (L_INT i = 0; negotiated != nullptr && i < negotiated->GetPresentationCount(); ++i) {
    const L_UCHAR id = negotiated->GetPresentation(i);
    if (negotiated->GetResult(id) == PDU_ACCEPT_RESULT_SUCCESS) {
      accepted_.emplace(std::pair(AbstractSyntax(*negotiated, id), TransferSyntax(*negotiated, id, 0)), id);
    } else {
      refusals_.emplace(AbstractSyntax(*negotiated, id), ContextResultWords(negotiated->GetResult(id)));
    }
  }
  if (negotiated != nullptr && negotiated->IsAsyncOperations()) {
    // 0 is any number.
    const std::size_t window = negotiated->GetInvokedOperations();
    window_ = window == 0 ? kWindowMax : std::min(window, kWindowMax);
    Info((window == 0 ? "any number of" : "up to " + std::to_string(window)) + " operations at a time");
  }
}

std::optional<L_UCHAR> StoreRequestor::ContextFor(const StoreFile& file) const {
  const auto own = accepted_.find({file.sop_class, file.transfer_syntax});
  if (own != accepted_.end()) {
    return own->second;
  }
  for (const char* const uid : kUncompressed) {
    const auto other = accepted_.find({file.sop_class, uid});
    if (other != accepted_.end()) {
      return other->second;
    }
  }
  return std::nullopt;
}

std::string StoreRequestor::RefusalOf(const StoreFile& file) const {
  const std::string refused =
      "no presentation context for " + UidWords(file.sop_class) + " in " + UidWords(file.transfer_syntax) + ": ";
  const auto refusal = refusals_.find(file.sop_class);
  // A context that the peer left out of its answer is not among the negotiated ones.
  return refused + (refusal == refusals_.end() ? "it was not answered" : refusal->second);
}

L_INT StoreRequestor::Send(const StoreFile& file, L_UCHAR context, L_UINT16 message_id) {
  LDicomDS data_set;
  const L_UINT16 error = data_set.LoadDS(file.path.c_str(), 0);
  if (error != DICOM_SUCCESS) {
    return error;
  }
  // In its own transfer syntax the data set goes out as it lies in the file; in another it is converted on the way.
  return SendCStoreRequest(context, message_id, file.sop_class.c_str(), file.sop_instance.c_str(),
                           COMMAND_PRIORITY_MEDIUM, "", 0, &data_set);
}

std::optional<StoreRequestor::Answer> StoreRequestor::AwaitAnswer(L_UINT16 message_id) {
  std::optional<Event> event =
      Await(Happening::kResponse, Options().DimseTimeout(), "C-STORE-RQ message " + std::to_string(message_id));
  if (!event) {
    return std::nullopt;
  }
  return Answer{event->message_id, event->status, std::move(event->comment)};
}

L_VOID StoreRequestor::OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes) {
  Requestor::OnSend(nError, nType, nBytes);
  if (nError == DICOM_SUCCESS && nType == PDU_DATA_TRANSFER) {
    progress_.AddBytes(nBytes);
  }
}

L_VOID StoreRequestor::OnReceiveCStoreResponse(L_UCHAR, L_UINT16 nMessageID, L_TCHAR*, L_TCHAR*, L_UINT16 nStatus) {
  std::string comment;
  LDicomDS* const command = nStatus == COMMAND_STATUS_SUCCESS ? nullptr : GetCommandSet();
  if (command != nullptr) {
    const L_TCHAR* const text =
        command->GetStringValue(command->FindFirstElement(nullptr, TAG_ERROR_COMMENT, L_TRUE), 0, 1);
    comment = text == nullptr ? "" : text;
  }
  Note({Happening::kResponse, "an answer to a C-STORE came", nMessageID, nStatus, std::move(comment)});
}

}  // namespace ldicom
