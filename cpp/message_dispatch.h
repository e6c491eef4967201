// From a DIMSE message to the hook of its command.

#ifndef LDICOMNET_CPP_MESSAGE_DISPATCH_H
#define LDICOMNET_CPP_MESSAGE_DISPATCH_H

#include "ldicomnet/dicom_net.h"

namespace ldicomnet::detail {

struct MessageView;

// Calls the OnReceiveC* or OnReceiveN* that the command field of the message names, or OnReceiveUnknown if there is
// none or the message lacks what its command must have. Touches nothing of the owner's after that hook has returned.
void DispatchMessage(LDicomNet& owner, const MessageView& message, LDicomDS& command_set, LDicomDS* data_set);

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_MESSAGE_DISPATCH_H
