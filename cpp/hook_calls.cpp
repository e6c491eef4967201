// What each hook hands to the user: HookSink's methods, one for each hook of the engine.

#include <string>
#include <vector>

#include "dicom_associate_impl.h"
#include "dicom_ds_impl.h"
#include "dicom_net_impl.h"
#include "hook_call.h"
#include "hook_sink.h"
#include "ldicomnet/dicom_net.h"
#include "message_dispatch.h"
#include "text.h"

namespace ldicomnet::detail {
namespace {

// The interface's pointers are to what a hook may change; what lies in the receive buffer is for reading, as its
// documentation says.
L_UCHAR* Mutable(ByteSlice bytes) {
  return const_cast<L_UCHAR*>(bytes.data());
}

L_UINT32 Length(ByteSlice bytes) {
  return static_cast<L_UINT32>(bytes.size());
}

// The pair of objects that a message is shown through. A thread keeps those it has made, so that a message costs no
// allocation; hooks nest where one sends, or pumps, so that there may be more than one.
class MessageSets {
 public:
  // `data_set` is NULL where the message has none.
  explicit MessageSets(const DataSetObject* data_set = nullptr) : pool_(ThreadPool()) {
    if (pool_.used == pool_.sets.size())
      pool_.sets.push_back(std::make_unique<Sets>());
    sets_ = pool_.sets[pool_.used].get();
    ++pool_.used;
    if (data_set != nullptr) {
      data_ = &sets_->data;
      DataSetAccess::BindContent(*data_, *data_set);
    }
  }
  ~MessageSets() {
    DataSetAccess::Unbind(sets_->command);
    if (data_ != nullptr)
      DataSetAccess::Unbind(*data_);
    --pool_.used;
  }
  MessageSets(const MessageSets&) = delete;
  MessageSets& operator=(const MessageSets&) = delete;

  LDicomDS& command() { return sets_->command; }
  // NULL where the message has none.
  LDicomDS* data() { return data_; }

 private:
  struct Sets {
    LDicomDS command;
    LDicomDS data;
  };
  struct Pool {
    std::vector<std::unique_ptr<Sets>> sets;
    std::size_t used = 0;
  };
  static Pool& ThreadPool();

  Pool& pool_;
  Sets* sets_ = nullptr;
  LDicomDS* data_ = nullptr;
};

// Out of line: where it is inlined, each use of the pool asks the dynamic linker anew where the thread has it.
[[gnu::noinline]] MessageSets::Pool& MessageSets::ThreadPool() {
  thread_local Pool pool;
  return pool;
}

void FillAddress(ByteSlice address, L_TCHAR (&buffer)[NET_MAX_ADDRESS_SIZE_EX]) {
  CopyText(address, buffer, NET_MAX_ADDRESS_SIZE_EX);
}

std::string Text(ByteSlice bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

HookEnd HookSink::OnCondition(std::uint32_t generation, const ConnectionView& connection,
                              std::int32_t& answer) const noexcept {
  answer = DICOM_CONDITION_REJECT;
  return Run("OnCondition", generation, Order::Serial, [&](LDicomNet& owner, Call&) {
    DICOMCONNECTIONINFO info = {};
    info.uStructSize = sizeof(info);
    FillAddress(connection.peer_address, info.szPeerAddress);
    info.nPeerPort = connection.peer_port;
    FillAddress(connection.local_address, info.szLocalAddress);
    info.nLocalPort = connection.local_port;
    info.nClientCount = connection.clients;
    info.nPendingCount = connection.pending;
    answer = owner.OnCondition(&info);
  });
}

HookEnd HookSink::OnAccept(std::uint32_t generation, std::int32_t code) const noexcept {
  return Run("OnAccept", generation, Order::Serial, [&](LDicomNet& owner, Call&) { owner.OnAccept(code); });
}

HookEnd HookSink::OnConnect(std::uint32_t generation, std::int32_t code) const noexcept {
  return Run("OnConnect", generation, Order::Serial, [&](LDicomNet& owner, Call&) { owner.OnConnect(code); });
}

HookEnd HookSink::OnClose(std::uint32_t generation, std::int32_t code,
                          const std::shared_ptr<HookSink>& client) const noexcept {
  return Run("OnClose", generation, Order::Serial, [&](LDicomNet& owner, Call& call) {
    // A connection whose object is destroyed has nobody left to be told about.
    LDicomNet* const closed = client ? client->Owner() : nullptr;
    if (closed == nullptr)
      return;
    call.set_closed(client.get());
    owner.OnClose(code, closed);
  });
}

HookEnd HookSink::OnReceive(std::uint32_t generation, std::int32_t code, std::uint8_t type,
                            ByteSlice bytes) const noexcept {
  return Run("OnReceive", generation, Order::Serial,
             [&](LDicomNet& owner, Call&) { owner.OnReceive(code, type, Mutable(bytes), Length(bytes)); });
}

HookEnd HookSink::OnSend(std::uint32_t generation, std::int32_t code, std::uint8_t type,
                         std::uint32_t length) const noexcept {
  return Run("OnSend", generation, Order::Serial, [&](LDicomNet& owner, Call&) { owner.OnSend(code, type, length); });
}

HookEnd HookSink::OnSendExt(std::uint32_t generation, std::int32_t code, std::uint8_t type,
                            ByteSlice bytes) const noexcept {
  return Run("OnSendExt", generation, Order::Serial, [&](LDicomNet& owner, Call&) {
    DICOMNETDEBUGINFOONSEND info = {};
    info.nSize = static_cast<L_INT>(sizeof(info));
    info.nError = code;
    info.nType = type;
    info.nBytes = Length(bytes);
    info.pSentData = Mutable(bytes);
    owner.OnSendExt(&info);
  });
}

HookEnd HookSink::OnBeforeSendCommandSet(std::uint32_t generation, CommandSet& command) const noexcept {
  return Run("OnBeforeSendCommandSet", generation, Order::Beside, [&](LDicomNet& owner, Call& call) {
    MessageSets sets;
    DataSetAccess::BindWritable(sets.command(), command);
    call.set_command_set(&sets.command());
    owner.OnBeforeSendCommandSet(&sets.command());
  });
}

HookEnd HookSink::OnAssociateRequest(std::uint32_t generation, rust::Box<AssociateObject> associate) const noexcept {
  return Run("OnReceiveAssociateRequest", generation, Order::Serial, [&](LDicomNet& owner, Call&) {
    const std::unique_ptr<LDicomAssociate> pdu = AssociateAccess::Make(std::move(associate));
    owner.OnReceiveAssociateRequest(pdu.get());
  });
}

HookEnd HookSink::OnAssociateAccept(std::uint32_t generation, rust::Box<AssociateObject> associate) const noexcept {
  return Run("OnReceiveAssociateAccept", generation, Order::Serial, [&](LDicomNet& owner, Call&) {
    const std::unique_ptr<LDicomAssociate> pdu = AssociateAccess::Make(std::move(associate));
    owner.OnReceiveAssociateAccept(pdu.get());
  });
}

HookEnd HookSink::OnAssociateReject(std::uint32_t generation, std::uint8_t result, std::uint8_t source,
                                    std::uint8_t reason) const noexcept {
  return Run("OnReceiveAssociateReject", generation, Order::Serial,
             [&](LDicomNet& owner, Call&) { owner.OnReceiveAssociateReject(result, source, reason); });
}

HookEnd HookSink::OnReleaseRequest(std::uint32_t generation) const noexcept {
  return Run("OnReceiveReleaseRequest", generation, Order::Serial,
             [](LDicomNet& owner, Call&) { owner.OnReceiveReleaseRequest(); });
}

HookEnd HookSink::OnReleaseResponse(std::uint32_t generation) const noexcept {
  return Run("OnReceiveReleaseResponse", generation, Order::Serial,
             [](LDicomNet& owner, Call&) { owner.OnReceiveReleaseResponse(); });
}

HookEnd HookSink::OnAbort(std::uint32_t generation, std::uint8_t source, std::uint8_t reason) const noexcept {
  return Run("OnReceiveAbort", generation, Order::Serial,
             [&](LDicomNet& owner, Call&) { owner.OnReceiveAbort(source, reason); });
}

HookEnd HookSink::OnSecureLinkReady(std::uint32_t generation, std::int32_t code) const noexcept {
  return Run("OnSecureLinkReady", generation, Order::Serial, [&](LDicomNet& owner, Call&) {
    NetAccess::State(owner).secure.NoteError(code);
    owner.OnSecureLinkReady(static_cast<L_UINT32>(code));
  });
}

std::int32_t HookSink::OnPrivateKeyPassword(std::uint32_t generation,
                                            rust::Slice<std::uint8_t> password) const noexcept {
  L_INT length = 0;
  // On the thread that loads the key. 0 as nFlag: it is to be decrypted, as OpenSSL has it.
  Run("OnPrivateKeyPassword", generation, Order::Beside, [&](LDicomNet& owner, Call&) {
    length =
        owner.OnPrivateKeyPassword(reinterpret_cast<L_TCHAR*>(password.data()), static_cast<L_INT>(password.size()), 0);
  });
  return length;
}

HookEnd HookSink::OnVerify(std::uint32_t generation, rust::Str certificate, std::int32_t number, rust::Str words,
                           bool& taken) const noexcept {
  return Run("OnVerify", generation, Order::Serial, [&](LDicomNet& owner, Call&) {
    std::string subject(certificate.data(), certificate.size());
    std::string text(words.data(), words.size());
    taken = owner.OnVerify(number == L_X509_V_OK ? L_TRUE : L_FALSE, &subject[0], number, &text[0]) != 0;
  });
}

HookEnd HookSink::OnStoreBegin(std::uint32_t generation, const StoreView& store, std::int32_t& answer,
                               rust::Slice<std::uint8_t> path) const noexcept {
  answer = COMMAND_STATUS_PROCESSING_FAILURE;
  return Run("OnStoreBegin", generation, Order::Serial, [&](LDicomNet& owner, Call& call) {
    const std::string texts[] = {Text(store.sop_class),      Text(store.sop_instance), Text(store.transfer_syntax),
                                 Text(store.calling),        Text(store.called),       Text(store.peer_address),
                                 Text(store.move_originator)};
    DICOMSTOREINFO info = {};
    info.uStructSize = sizeof(info);
    info.nPresentationID = store.presentation_context_id;
    info.nMessageID = store.message_id;
    info.pszClass = texts[0].c_str();
    info.pszInstance = texts[1].c_str();
    info.pszTransferSyntax = texts[2].c_str();
    info.pszCallingAE = texts[3].c_str();
    info.pszCalledAE = texts[4].c_str();
    info.pszPeerAddress = texts[5].c_str();
    info.pszMoveAE = texts[6].c_str();
    info.nMoveMessageID = store.move_message_id;
    MessageSets sets;
    DataSetAccess::Bind(sets.command(), store.command);
    call.set_command_set(&sets.command());
    answer = owner.OnStoreBegin(&info, reinterpret_cast<L_TCHAR*>(path.data()), static_cast<L_UINT32>(path.size() - 1));
  });
}

HookEnd HookSink::OnData(std::uint32_t generation, const MessageView& message) const noexcept {
  return Run("OnReceiveData", generation, Order::Serial, [&](LDicomNet& owner, Call& call) {
    MessageSets sets(message.data_set);
    DataSetAccess::Bind(sets.command(), message.command);
    call.set_command_set(&sets.command());
    owner.OnReceiveData(message.presentation_context_id, &sets.command(), sets.data());
  });
}

HookEnd HookSink::OnMessage(std::uint32_t generation, const MessageView& message) const noexcept {
  return Run("OnReceive of a message", generation, Order::Serial, [&](LDicomNet& owner, Call& call) {
    MessageSets sets(message.data_set);
    DataSetAccess::Bind(sets.command(), message.command);
    call.set_command_set(&sets.command());
    DispatchMessage(owner, message, sets.command(), sets.data());
  });
}

}  // namespace ldicomnet::detail
