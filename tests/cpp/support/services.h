// What the tests of DIMSE services have: Services, an LDicomNet that keeps every message it is given, with all the
// arguments of its hook; and ServicesTest, the fixture with a requestor and a provider that are associated.

#ifndef LDICOMNET_TESTS_CPP_SUPPORT_SERVICES_H
#define LDICOMNET_TESTS_CPP_SUPPORT_SERVICES_H

#include <gtest/gtest.h>
#include <ltdic.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "support/log.h"
#include "support/raw_peer.h"

namespace test {

// Two messages are the same if all that their hooks were given is.
struct Message {
  std::string hook;  // "CStoreRequest"
  L_UCHAR context = 0;
  L_UINT16 message_id = 0;
  std::string sop_class;
  std::string instance;
  L_UINT16 priority = 0;
  L_UINT16 status = 0;
  L_UINT16 type = 0;  // of event or action
  std::string move_ae;
  L_UINT16 move_message_id = 0;
  std::vector<L_UINT16> sub_operations;  // remaining, completed, failed, warning
  std::vector<L_UINT32> attributes;
  bool has_data = false;
  ByteVector data;
  // Not compared: every element of GetCommandSet(), as its bytes are.
  std::map<L_UINT32, ByteVector> command;

  bool Has(L_UINT32 tag) const { return command.count(tag) != 0; }
};

bool operator==(const Message& left, const Message& right);
std::ostream& operator<<(std::ostream& stream, const Message& message);

class Services : public LDicomNet {
 public:
  using Action = std::function<void(Services&, const Message&)>;

  ~Services() override;

  // What is done in a hook beside keeping the message, "CStoreRequest"; before its kind of message can come.
  void On(const std::string& hook, Action action);
  // What OnBeforeSendCommandSet does.
  void BeforeSend(std::function<void(LDicomDS&)> action);

  // The next message, waited for; the test fails if none comes.
  Message Next();
  // The messages that have come and were not taken, and how many there are. Other things are in the log: "OnConnect 0",
  // "OnReceiveAssociateAccept", "OnReceiveReleaseResponse", "OnReceiveAbort 2 6", "OnClose 0".
  std::size_t Waiting() const;
  Log log;

  L_VOID OnConnect(L_INT nError) override;
  L_VOID OnClose(L_INT nError, LDicomNet* pNet) override;
  L_VOID OnBeforeSendCommandSet(LDicomDS* pCS) override;
  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override;
  L_VOID OnReceiveAssociateAccept(LDicomAssociate* pPDU) override;
  L_VOID OnReceiveReleaseResponse() override;
  L_VOID OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) override;
  L_VOID OnReceiveUnknown(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) override;
  L_VOID OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                L_UINT16 nPriority, L_TCHAR* pszMoveAE, L_UINT16 nMoveMessageID,
                                LDicomDS* pDS) override;
  L_VOID OnReceiveCStoreResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                 L_UINT16 nStatus) override;
  L_VOID OnReceiveCFindRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nPriority,
                               LDicomDS* pDS) override;
  L_VOID OnReceiveCFindResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nStatus,
                                LDicomDS* pDS) override;
  L_VOID OnReceiveCGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nPriority,
                              LDicomDS* pDS) override;
  L_VOID OnReceiveCGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nStatus,
                               L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning,
                               LDicomDS* pDS) override;
  L_VOID OnReceiveCMoveRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nPriority,
                               L_TCHAR* pszMoveAE, LDicomDS* pDS) override;
  L_VOID OnReceiveCMoveResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nStatus,
                                L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning,
                                LDicomDS* pDS) override;
  L_VOID OnReceiveCCancelRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID) override;
  L_VOID OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) override;
  L_VOID OnReceiveCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                L_UINT16 nStatus) override;
  L_VOID OnReceiveNReportRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                 L_UINT16 nEvent, LDicomDS* pDS) override;
  L_VOID OnReceiveNReportResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                  L_UINT16 nStatus, L_UINT16 nEvent, LDicomDS* pDS) override;
  L_VOID OnReceiveNGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                              L_UINT32* pnAttribute, L_UINT16 nCount) override;
  L_VOID OnReceiveNGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                               L_UINT16 nStatus, LDicomDS* pDS) override;
  L_VOID OnReceiveNSetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                              LDicomDS* pDS) override;
  L_VOID OnReceiveNSetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                               L_UINT16 nStatus, LDicomDS* pDS) override;
  L_VOID OnReceiveNActionRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                 L_UINT16 nAction, LDicomDS* pDS) override;
  L_VOID OnReceiveNActionResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                  L_UINT16 nStatus, L_UINT16 nAction, LDicomDS* pDS) override;
  L_VOID OnReceiveNCreateRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                 LDicomDS* pDS) override;
  L_VOID OnReceiveNCreateResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                  L_UINT16 nStatus, LDicomDS* pDS) override;
  L_VOID OnReceiveNDeleteRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                 L_TCHAR* pszInstance) override;
  L_VOID OnReceiveNDeleteResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                  L_UINT16 nStatus) override;

 private:
  // Keeps it, with its command set, and does what the test says.
  void Take(Message message, LDicomDS* data);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> messages_;                // guarded by mutex_
  std::map<std::string, Action> actions_;       // guarded by mutex_
  std::function<void(LDicomDS&)> before_send_;  // guarded by mutex_
};

// A listener that gives each connection to a Services, and keeps them to its end.
class ServicesListener : public LDicomNet {
 public:
  ~ServicesListener() override;
  L_VOID OnAccept(L_INT nError) override;
  L_VOID OnClose(L_INT nError, LDicomNet* pNet) override;

  // What is done with each before its first hook.
  std::function<void(Services&)> prepare;
  // The newest; waits for `count` of them to have come.
  Services& Provider(std::size_t count = 1);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Services>> accepted_;  // guarded by mutex_
};

// The contexts of Associated(): 1 Verification, then these, all in implicit VR little endian.
constexpr L_UCHAR kEcho = 1;
constexpr L_UCHAR kStore = 3;
constexpr L_UCHAR kFind = 5;
constexpr L_UCHAR kGet = 7;
constexpr L_UCHAR kMove = 9;
constexpr L_UCHAR kCommit = 11;
constexpr L_UCHAR kStep = 13;
constexpr L_UCHAR kFilm = 15;

class ServicesTest : public ::testing::Test {
 protected:
  void SetUp() override;

  // The requestor's side of an association with the listener; its contexts, with the SCP role for storage if it is
  // `as_storage_provider`. Sets `provider` to the other side.
  std::unique_ptr<Services> Associated(bool as_storage_provider = false);

  ServicesListener listener;
  L_UINT port = 0;
  std::unique_ptr<Services> requestor;
  Services* provider = nullptr;

 private:
  std::size_t associations_ = 0;
};

// An object that holds these bytes.
class Data {
 public:
  explicit Data(const ByteVector& bytes);
  LDicomDS* get() { return &data_set_; }

 private:
  LDicomDS data_set_;
};

// One element in implicit VR little endian, as a small data set of its own; `text` is of even length.
ByteVector Element(L_UINT32 tag, const std::string& text);

}  // namespace test

#endif  // LDICOMNET_TESTS_CPP_SUPPORT_SERVICES_H
