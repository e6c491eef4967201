#include "support/services.h"

#include <ostream>
#include <tuple>

namespace test {
namespace {

auto Compared(const Message& it) {
  return std::tie(it.hook, it.context, it.message_id, it.sop_class, it.instance, it.priority, it.status, it.type,
                  it.move_ae, it.move_message_id, it.sub_operations, it.attributes, it.has_data, it.data);
}

// What every hook of a message begins with.
Message Begin(const char* hook, L_UCHAR context, L_UINT16 message_id, const L_TCHAR* sop_class = "",
              const L_TCHAR* instance = "") {
  Message message;
  message.hook = hook;
  message.context = context;
  message.message_id = message_id;
  message.sop_class = sop_class;
  message.instance = instance;
  return message;
}

Message BeginResponse(const char* hook, L_UCHAR context, L_UINT16 message_id, L_UINT16 status, const L_TCHAR* sop_class,
                      const L_TCHAR* instance = "") {
  Message message = Begin(hook, context, message_id, sop_class, instance);
  message.status = status;
  return message;
}

std::map<L_UINT32, ByteVector> ElementsOf(LDicomDS& command) {
  std::map<L_UINT32, ByteVector> elements;
  for (pDICOMELEMENT element = command.GetFirstElement(nullptr, L_FALSE, L_FALSE); element != nullptr;
       element = command.GetNextElement(element, L_FALSE, L_FALSE)) {
    ByteVector value(element->nLength);
    EXPECT_TRUE(command.GetBinaryValue(element, value.data(), element->nLength) || value.empty());
    elements[element->nTag] = value;
  }
  return elements;
}

struct Context {
  L_UCHAR id;
  const L_TCHAR* abstract;
};

const Context kContexts[] = {
    {kEcho, UID_VERIFICATION_CLASS},       {kStore, UID_CT_IMAGE_STORAGE},
    {kFind, UID_STUDY_ROOT_QUERY_FIND},    {kGet, UID_STUDY_ROOT_QUERY_GET},
    {kMove, UID_STUDY_ROOT_QUERY_MOVE},    {kCommit, UID_STORAGE_COMMITMENT_PUSH_MODEL_CLASS},
    {kStep, UID_MODALITY_PERFORMED_CLASS}, {kFilm, UID_BASIC_FILM_SESSION_CLASS},
};

}  // namespace

bool operator==(const Message& left, const Message& right) {
  return Compared(left) == Compared(right);
}

std::ostream& operator<<(std::ostream& stream, const Message& message) {
  const std::ios_base::fmtflags flags = stream.flags();
  stream << message.hook << " context " << unsigned{message.context} << " id " << message.message_id << " class "
         << message.sop_class << " instance " << message.instance << " priority " << message.priority << " status "
         << std::hex << message.status << std::dec << " type " << message.type << " move " << message.move_ae << " "
         << message.move_message_id << " sub-operations";
  for (const L_UINT16 number : message.sub_operations)
    stream << " " << number;
  stream << " attributes" << std::hex;
  for (const L_UINT32 tag : message.attributes)
    stream << " " << tag;
  stream << std::dec << (message.has_data ? " data of " : " no data, ") << message.data.size();
  stream.flags(flags);
  return stream;
}

Services::~Services() {
  Close();
}

void Services::On(const std::string& hook, Action action) {
  const std::lock_guard<std::mutex> lock(mutex_);
  actions_[hook] = std::move(action);
}

void Services::BeforeSend(std::function<void(LDicomDS&)> action) {
  const std::lock_guard<std::mutex> lock(mutex_);
  before_send_ = std::move(action);
}

Message Services::Next() {
  std::unique_lock<std::mutex> lock(mutex_);
  if (!changed_.wait_for(lock, kDeadline, [this] { return !messages_.empty(); })) {
    ADD_FAILURE() << "no message came";
    return {};
  }
  Message message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

std::size_t Services::Waiting() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return messages_.size();
}

void Services::Take(Message message, LDicomDS* data) {
  if (data != nullptr) {
    message.has_data = true;
    L_UINT32 length = 0;
    const L_UCHAR* const bytes = data->GetEncoded(&length);
    message.data.assign(bytes, bytes + length);
  }
  message.command = ElementsOf(*GetCommandSet());
  Action action;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = actions_.find(message.hook);
    if (found != actions_.end())
      action = found->second;
  }
  if (action)
    action(*this, message);
  const std::lock_guard<std::mutex> lock(mutex_);
  messages_.push_back(std::move(message));
  changed_.notify_all();
}

L_VOID Services::OnConnect(L_INT nError) {
  log.Add("OnConnect " + std::to_string(nError));
}

L_VOID Services::OnClose(L_INT nError, LDicomNet*) {
  log.Add("OnClose " + std::to_string(nError));
}

L_VOID Services::OnBeforeSendCommandSet(LDicomDS* pCS) {
  std::function<void(LDicomDS&)> action;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    action = before_send_;
  }
  if (action)
    action(*pCS);
}

L_VOID Services::OnReceiveAssociateRequest(LDicomAssociate* pPDU) {
  LDicomAssociate answer(L_FALSE);
  for (L_INT index = 0; index < pPDU->GetPresentationCount(); ++index) {
    const L_UCHAR id = pPDU->GetPresentation(index);
    L_TCHAR uid[PDU_MAX_UID_SIZE + 1] = "";
    pPDU->GetAbstract(id, uid, sizeof(uid));
    EXPECT_EQ(answer.AddPresentation(id, PDU_ACCEPT_RESULT_SUCCESS, uid), DICOM_SUCCESS);
    pPDU->GetTransfer(id, 0, uid, sizeof(uid));
    EXPECT_EQ(answer.AddTransfer(id, uid), DICOM_SUCCESS);
    if (pPDU->IsRoleSelect(id)) {
      EXPECT_EQ(answer.SetRoleSelect(id, L_TRUE, pPDU->GetUserRole(id), pPDU->GetProviderRole(id)), DICOM_SUCCESS);
    }
  }
  EXPECT_EQ(SendAssociateAccept(&answer), DICOM_SUCCESS);
}

L_VOID Services::OnReceiveAssociateAccept(LDicomAssociate*) {
  log.Add("OnReceiveAssociateAccept");
}

L_VOID Services::OnReceiveReleaseResponse() {
  log.Add("OnReceiveReleaseResponse");
}

L_VOID Services::OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) {
  log.Add("OnReceiveAbort " + std::to_string(nSource) + " " + std::to_string(nReason));
}

L_VOID Services::OnReceiveUnknown(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) {
  EXPECT_EQ(pCS, GetCommandSet());
  Take(Begin("Unknown", nPresentationID, 0), pDS);
  LDicomNet::OnReceiveUnknown(nPresentationID, pCS, pDS);
}

// ---- C-STORE, C-FIND, C-GET, C-MOVE, C-CANCEL, C-ECHO --------------------------------------------------

L_VOID Services::OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_TCHAR* pszInstance, L_UINT16 nPriority, L_TCHAR* pszMoveAE,
                                        L_UINT16 nMoveMessageID, LDicomDS* pDS) {
  Message message = Begin("CStoreRequest", nPresentationID, nMessageID, pszClass, pszInstance);
  message.priority = nPriority;
  message.move_ae = pszMoveAE;
  message.move_message_id = nMoveMessageID;
  Take(std::move(message), pDS);
}

L_VOID Services::OnReceiveCStoreResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance, L_UINT16 nStatus) {
  Take(BeginResponse("CStoreResponse", nPresentationID, nMessageID, nStatus, pszClass, pszInstance), nullptr);
}

L_VOID Services::OnReceiveCFindRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_UINT16 nPriority, LDicomDS* pDS) {
  Message message = Begin("CFindRequest", nPresentationID, nMessageID, pszClass);
  message.priority = nPriority;
  Take(std::move(message), pDS);
}

L_VOID Services::OnReceiveCFindResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_UINT16 nStatus, LDicomDS* pDS) {
  Take(BeginResponse("CFindResponse", nPresentationID, nMessageID, nStatus, pszClass), pDS);
}

L_VOID Services::OnReceiveCGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                      L_UINT16 nPriority, LDicomDS* pDS) {
  Message message = Begin("CGetRequest", nPresentationID, nMessageID, pszClass);
  message.priority = nPriority;
  Take(std::move(message), pDS);
}

L_VOID Services::OnReceiveCGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_UINT16 nStatus, L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed,
                                       L_UINT16 nWarning, LDicomDS* pDS) {
  Message message = BeginResponse("CGetResponse", nPresentationID, nMessageID, nStatus, pszClass);
  message.sub_operations = {nRemaining, nCompleted, nFailed, nWarning};
  Take(std::move(message), pDS);
}

L_VOID Services::OnReceiveCMoveRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_UINT16 nPriority, L_TCHAR* pszMoveAE, LDicomDS* pDS) {
  Message message = Begin("CMoveRequest", nPresentationID, nMessageID, pszClass);
  message.priority = nPriority;
  message.move_ae = pszMoveAE;
  Take(std::move(message), pDS);
}

L_VOID Services::OnReceiveCMoveResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_UINT16 nStatus, L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed,
                                        L_UINT16 nWarning, LDicomDS* pDS) {
  Message message = BeginResponse("CMoveResponse", nPresentationID, nMessageID, nStatus, pszClass);
  message.sub_operations = {nRemaining, nCompleted, nFailed, nWarning};
  Take(std::move(message), pDS);
}

L_VOID Services::OnReceiveCCancelRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID) {
  Take(Begin("CCancelRequest", nPresentationID, nMessageID), nullptr);
}

L_VOID Services::OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) {
  Take(Begin("CEchoRequest", nPresentationID, nMessageID, pszClass), nullptr);
}

L_VOID Services::OnReceiveCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_UINT16 nStatus) {
  Take(BeginResponse("CEchoResponse", nPresentationID, nMessageID, nStatus, pszClass), nullptr);
}

// ---- N-EVENT-REPORT, N-GET, N-SET, N-ACTION, N-CREATE, N-DELETE ----------------------------------------

L_VOID Services::OnReceiveNReportRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance, L_UINT16 nEvent, LDicomDS* pDS) {
  Message message = Begin("NReportRequest", nPresentationID, nMessageID, pszClass, pszInstance);
  message.type = nEvent;
  Take(std::move(message), pDS);
}

L_VOID Services::OnReceiveNReportResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nEvent, LDicomDS* pDS) {
  Message message = BeginResponse("NReportResponse", nPresentationID, nMessageID, nStatus, pszClass, pszInstance);
  message.type = nEvent;
  Take(std::move(message), pDS);
}

L_VOID Services::OnReceiveNGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                      L_TCHAR* pszInstance, L_UINT32* pnAttribute, L_UINT16 nCount) {
  EXPECT_EQ(pnAttribute == nullptr, nCount == 0);
  Message message = Begin("NGetRequest", nPresentationID, nMessageID, pszClass, pszInstance);
  message.attributes.assign(pnAttribute, pnAttribute + nCount);
  Take(std::move(message), nullptr);
}

L_VOID Services::OnReceiveNGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  Take(BeginResponse("NGetResponse", nPresentationID, nMessageID, nStatus, pszClass, pszInstance), pDS);
}

L_VOID Services::OnReceiveNSetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                      L_TCHAR* pszInstance, LDicomDS* pDS) {
  Take(Begin("NSetRequest", nPresentationID, nMessageID, pszClass, pszInstance), pDS);
}

L_VOID Services::OnReceiveNSetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  Take(BeginResponse("NSetResponse", nPresentationID, nMessageID, nStatus, pszClass, pszInstance), pDS);
}

L_VOID Services::OnReceiveNActionRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance, L_UINT16 nAction, LDicomDS* pDS) {
  Message message = Begin("NActionRequest", nPresentationID, nMessageID, pszClass, pszInstance);
  message.type = nAction;
  Take(std::move(message), pDS);
}

L_VOID Services::OnReceiveNActionResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nAction, LDicomDS* pDS) {
  Message message = BeginResponse("NActionResponse", nPresentationID, nMessageID, nStatus, pszClass, pszInstance);
  message.type = nAction;
  Take(std::move(message), pDS);
}

L_VOID Services::OnReceiveNCreateRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance, LDicomDS* pDS) {
  Take(Begin("NCreateRequest", nPresentationID, nMessageID, pszClass, pszInstance), pDS);
}

L_VOID Services::OnReceiveNCreateResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS) {
  Take(BeginResponse("NCreateResponse", nPresentationID, nMessageID, nStatus, pszClass, pszInstance), pDS);
}

L_VOID Services::OnReceiveNDeleteRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance) {
  Take(Begin("NDeleteRequest", nPresentationID, nMessageID, pszClass, pszInstance), nullptr);
}

L_VOID Services::OnReceiveNDeleteResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nStatus) {
  Take(BeginResponse("NDeleteResponse", nPresentationID, nMessageID, nStatus, pszClass, pszInstance), nullptr);
}

// ---- The listener, and the fixture ----------------------------------------------------------------------

ServicesListener::~ServicesListener() {
  Close();
}

L_VOID ServicesListener::OnAccept(L_INT nError) {
  ASSERT_EQ(nError, DICOM_SUCCESS);
  auto accepted = std::make_unique<Services>();
  if (prepare)
    prepare(*accepted);
  ASSERT_EQ(Accept(accepted.get()), DICOM_SUCCESS);
  const std::lock_guard<std::mutex> lock(mutex_);
  accepted_.push_back(std::move(accepted));
  changed_.notify_all();
}

L_VOID ServicesListener::OnClose(L_INT nError, LDicomNet* pNet) {
  // Kept: a test may still look at what it was given.
  static_cast<Services*>(pNet)->log.Add("OnClose " + std::to_string(nError));
}

Services& ServicesListener::Provider(std::size_t count) {
  std::unique_lock<std::mutex> lock(mutex_);
  EXPECT_TRUE(changed_.wait_for(lock, kDeadline, [&] { return accepted_.size() >= count; }));
  return *accepted_.back();
}

void ServicesTest::SetUp() {
  ASSERT_EQ(listener.Listen("127.0.0.1", 0, 50), DICOM_SUCCESS);
  ASSERT_EQ(listener.GetHostInfo(nullptr, 0, &port), DICOM_SUCCESS);
}

std::unique_ptr<Services> ServicesTest::Associated(bool as_storage_provider) {
  auto object = std::make_unique<Services>();
  EXPECT_EQ(object->Connect(nullptr, 0, "127.0.0.1", port), DICOM_SUCCESS);
  EXPECT_TRUE(object->log.Has("OnConnect 0"));
  LDicomAssociate request(L_TRUE);
  EXPECT_EQ(request.SetCalled("PROVIDER"), DICOM_SUCCESS);
  EXPECT_EQ(request.SetCalling("REQUESTOR"), DICOM_SUCCESS);
  for (const Context& context : kContexts) {
    EXPECT_EQ(request.AddPresentation(context.id, 0, context.abstract), DICOM_SUCCESS);
    EXPECT_EQ(request.AddTransfer(context.id, UID_IMPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  }
  if (as_storage_provider) {
    EXPECT_EQ(request.SetRoleSelect(kStore, L_TRUE, PDU_ROLE_NON_SUPPORT, PDU_ROLE_SUPPORT), DICOM_SUCCESS);
  }
  EXPECT_EQ(object->SendAssociateRequest(&request), DICOM_SUCCESS);
  EXPECT_TRUE(object->log.Has("OnReceiveAssociateAccept"));
  provider = &listener.Provider(++associations_);
  return object;
}

Data::Data(const ByteVector& bytes) {
  EXPECT_EQ(data_set_.SetEncoded(bytes.data(), static_cast<L_UINT32>(bytes.size())), DICOM_SUCCESS);
}

ByteVector Element(L_UINT32 tag, const std::string& text) {
  const auto low = [](L_UINT32 number) { return static_cast<std::uint8_t>(number & 0xFFU); };
  ByteVector bytes = {
      low(tag >> 16), low(tag >> 24), low(tag), low(tag >> 8), low(static_cast<L_UINT32>(text.size())), 0, 0, 0};
  bytes.insert(bytes.end(), text.begin(), text.end());
  return bytes;
}

}  // namespace test
