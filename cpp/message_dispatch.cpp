// Takes a command set apart into the parameters of the interface's hooks (PS3.7 9.3 and 10.3).
//
// Only a message that has what its command must have gets that far. What is optional and missing becomes 0 or "",
// except a status, which must not turn into success for being missing.

#include "message_dispatch.h"

#include "hook_call.h"
#include "ldicomnet/tags.h"
#include "text.h"

namespace ldicomnet::detail {
namespace {

// The texts of a command set, on the stack.
using UidText = HookText<PDU_MAX_UID_SIZE>;
using AeText = HookText<16>;

class Dispatcher {
 public:
  Dispatcher(LDicomNet& owner, const MessageView& message, LDicomDS* data_set)
      : owner_(owner), command_(message.command), id_(message.presentation_context_id), data_set_(data_set) {}

  // False when there is no hook for the command.
  bool Dispatch(L_UINT16 command_field) {
    if ((command_field & COMMAND_RESPONSE) != 0) {
      return DispatchResponse(static_cast<L_UINT16>(command_field & ~COMMAND_RESPONSE));
    }
    return DispatchCompositeRequest(command_field) || DispatchNormalizedRequest(command_field);
  }

 private:
  L_UINT16 Number(L_UINT32 tag, L_UINT16 missing = 0) const {
    return command_u16(command_, static_cast<std::uint16_t>(tag), missing);
  }
  ByteSlice Text(L_UINT32 tag) const { return command_text(command_, static_cast<std::uint16_t>(tag)); }

  bool DispatchCompositeRequest(L_UINT16 command) {
    const L_UINT16 message_id = Number(TAG_MESSAGE_ID);
    switch (command) {
      case COMMAND_C_STORE: {
        UidText sop_class(command_sop_class(command_));
        UidText instance(command_sop_instance(command_));
        AeText move_ae(Text(TAG_MOVE_ORIGINATOR_APPLICATION_ENTITY_TITLE));
        owner_.OnReceiveCStoreRequest(id_, message_id, sop_class.get(), instance.get(), Number(TAG_PRIORITY),
                                      move_ae.get(), Number(TAG_MOVE_ORIGINATOR_MESSAGE_ID), data_set_);
        return true;
      }
      case COMMAND_C_FIND: {
        UidText sop_class(command_sop_class(command_));
        owner_.OnReceiveCFindRequest(id_, message_id, sop_class.get(), Number(TAG_PRIORITY), data_set_);
        return true;
      }
      case COMMAND_C_GET: {
        UidText sop_class(command_sop_class(command_));
        owner_.OnReceiveCGetRequest(id_, message_id, sop_class.get(), Number(TAG_PRIORITY), data_set_);
        return true;
      }
      case COMMAND_C_MOVE: {
        UidText sop_class(command_sop_class(command_));
        AeText destination(Text(TAG_MOVE_DESTINATION));
        owner_.OnReceiveCMoveRequest(id_, message_id, sop_class.get(), Number(TAG_PRIORITY), destination.get(),
                                     data_set_);
        return true;
      }
      case COMMAND_C_CANCEL:
        owner_.OnReceiveCCancelRequest(id_, Number(TAG_MESSAGE_ID_BEING_RESPONDED_TO));
        return true;
      case COMMAND_C_ECHO: {
        UidText sop_class(command_sop_class(command_));
        owner_.OnReceiveCEchoRequest(id_, message_id, sop_class.get());
        return true;
      }
      default:
        return false;
    }
  }

  bool DispatchNormalizedRequest(L_UINT16 command) {
    const L_UINT16 message_id = Number(TAG_MESSAGE_ID);
    UidText sop_class(command_sop_class(command_));
    UidText instance(command_sop_instance(command_));
    switch (command) {
      case COMMAND_N_REPORT:
        owner_.OnReceiveNReportRequest(id_, message_id, sop_class.get(), instance.get(), Number(TAG_EVENT_TYPE_ID),
                                       data_set_);
        return true;
      case COMMAND_N_GET: {
        rust::Vec<std::uint32_t> tags =
            command_tags(command_, static_cast<std::uint16_t>(TAG_ATTRIBUTE_IDENTIFIER_LIST));
        const L_UINT16 count = static_cast<L_UINT16>(std::min<std::size_t>(tags.size(), 0xFFFF));
        owner_.OnReceiveNGetRequest(id_, message_id, sop_class.get(), instance.get(),
                                    count == 0 ? nullptr : tags.data(), count);
        return true;
      }
      case COMMAND_N_SET:
        owner_.OnReceiveNSetRequest(id_, message_id, sop_class.get(), instance.get(), data_set_);
        return true;
      case COMMAND_N_ACTION:
        owner_.OnReceiveNActionRequest(id_, message_id, sop_class.get(), instance.get(), Number(TAG_ACTION_TYPE_ID),
                                       data_set_);
        return true;
      case COMMAND_N_CREATE:
        owner_.OnReceiveNCreateRequest(id_, message_id, sop_class.get(), instance.get(), data_set_);
        return true;
      case COMMAND_N_DELETE:
        owner_.OnReceiveNDeleteRequest(id_, message_id, sop_class.get(), instance.get());
        return true;
      default:
        return false;
    }
  }

  bool DispatchResponse(L_UINT16 command) {
    const L_UINT16 message_id = Number(TAG_MESSAGE_ID_BEING_RESPONDED_TO);
    const L_UINT16 status = Number(TAG_STATUS, COMMAND_STATUS_PROCESSING_FAILURE);
    UidText sop_class(command_sop_class(command_));
    UidText instance(command_sop_instance(command_));
    switch (command) {
      case COMMAND_C_STORE:
        owner_.OnReceiveCStoreResponse(id_, message_id, sop_class.get(), instance.get(), status);
        return true;
      case COMMAND_C_FIND:
        owner_.OnReceiveCFindResponse(id_, message_id, sop_class.get(), status, data_set_);
        return true;
      case COMMAND_C_GET:
        owner_.OnReceiveCGetResponse(
            id_, message_id, sop_class.get(), status, Number(TAG_NUMBER_OF_REMAINING_SUBOPERATIONS),
            Number(TAG_NUMBER_OF_COMPLETED_SUBOPERATIONS), Number(TAG_NUMBER_OF_FAILED_SUBOPERATIONS),
            Number(TAG_NUMBER_OF_WARNING_SUBOPERATIONS), data_set_);
        return true;
      case COMMAND_C_MOVE:
        owner_.OnReceiveCMoveResponse(
            id_, message_id, sop_class.get(), status, Number(TAG_NUMBER_OF_REMAINING_SUBOPERATIONS),
            Number(TAG_NUMBER_OF_COMPLETED_SUBOPERATIONS), Number(TAG_NUMBER_OF_FAILED_SUBOPERATIONS),
            Number(TAG_NUMBER_OF_WARNING_SUBOPERATIONS), data_set_);
        return true;
      case COMMAND_C_ECHO:
        owner_.OnReceiveCEchoResponse(id_, message_id, sop_class.get(), status);
        return true;
      case COMMAND_N_REPORT:
        owner_.OnReceiveNReportResponse(id_, message_id, sop_class.get(), instance.get(), status,
                                        Number(TAG_EVENT_TYPE_ID), data_set_);
        return true;
      case COMMAND_N_GET:
        owner_.OnReceiveNGetResponse(id_, message_id, sop_class.get(), instance.get(), status, data_set_);
        return true;
      case COMMAND_N_SET:
        owner_.OnReceiveNSetResponse(id_, message_id, sop_class.get(), instance.get(), status, data_set_);
        return true;
      case COMMAND_N_ACTION:
        owner_.OnReceiveNActionResponse(id_, message_id, sop_class.get(), instance.get(), status,
                                        Number(TAG_ACTION_TYPE_ID), data_set_);
        return true;
      case COMMAND_N_CREATE:
        owner_.OnReceiveNCreateResponse(id_, message_id, sop_class.get(), instance.get(), status, data_set_);
        return true;
      case COMMAND_N_DELETE:
        owner_.OnReceiveNDeleteResponse(id_, message_id, sop_class.get(), instance.get(), status);
        return true;
      default:
        return false;
    }
  }

  LDicomNet& owner_;
  const CommandSet& command_;
  const L_UCHAR id_;
  LDicomDS* const data_set_;
};

}  // namespace

void DispatchMessage(LDicomNet& owner, const MessageView& message, LDicomDS& command_set, LDicomDS* data_set) {
  Dispatcher dispatcher(owner, message, data_set);
  if (!message.is_whole || !dispatcher.Dispatch(message.command_field)) {
    owner.OnReceiveUnknown(message.presentation_context_id, &command_set, data_set);
  }
}

}  // namespace ldicomnet::detail
