// StoreRequestor: an association over which objects are sent (C-STORE, PS3.7 9.1.1), several requests at a time where
// that was negotiated.

#ifndef LDICOMNET_TOOLS_STORE_REQUESTOR_H
#define LDICOMNET_TOOLS_STORE_REQUESTOR_H

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ltdic.h"
#include "options.h"
#include "progress.h"
#include "requestor.h"
#include "store_files.h"
#include "store_plan.h"

namespace ldicom {

class StoreRequestor : public Requestor {
 public:
  struct Answer {
    L_UINT16 message_id = 0;
    L_UINT16 status = 0;
    std::string comment;
  };

  // Make it with ldicomnet::Make. What goes over the wire is counted in `progress`.
  StoreRequestor(const RequestorOptions& options, Progress& progress) : Requestor(options), progress_(progress) {}

  // Connects and negotiates. `operations` is the asynchronous operations window (PS3.7 D.3.3.3) to ask for, if any.
  bool Begin(const PlannedAssociation& plan, std::optional<L_UINT16> operations);
  // How many requests may be without their answer, as was negotiated. One more waits in the library for its place.
  std::size_t Window() const { return window_; }

  // The context to send a file on: one of its own transfer syntax before one that it must be converted for.
  std::optional<L_UCHAR> ContextFor(const StoreFile& file) const;
  // Why there is none.
  std::string RefusalOf(const StoreFile& file) const;

  // Sends a file, or as much of it as the system takes for now. 0, or what was wrong with the file or the connection.
  L_INT Send(const StoreFile& file, L_UCHAR context, L_UINT16 message_id);
  // Awaits the next answer. Nothing, and it is reported, when there will be none: the association is over then.
  std::optional<Answer> AwaitAnswer(L_UINT16 message_id);

  L_VOID OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes) override;
  L_VOID OnReceiveCStoreResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                 L_UINT16 nStatus) override;

 private:
  void NoteContexts();

  Progress& progress_;
  std::size_t window_ = 1;
  // SOP class and transfer syntax of the contexts that were accepted.
  std::map<std::pair<std::string, std::string>, L_UCHAR> accepted_;
  // By SOP class what was said to a context that was not.
  std::map<std::string, std::string> refusals_;
};

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_STORE_REQUESTOR_H
