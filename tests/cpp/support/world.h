// The objects of a test: Probe, an LDicomNet that logs every hook and does what the test says in it; World, which
// knows what to do in which hook; and NetTest, the fixture with both.
//
// A Probe closes itself in its destructor, as a class that overrides hooks must, and nothing of it is touched after a
// test's action has run: the action may have destroyed it.

#ifndef LDICOMNET_TESTS_CPP_SUPPORT_WORLD_H
#define LDICOMNET_TESTS_CPP_SUPPORT_WORLD_H

#include <gtest/gtest.h>
#include <ltdic.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "support/log.h"

namespace test {

class Probe;

// What a hook was called with, as far as it has it.
struct Call {
  L_INT error = 0;
  L_INT answer = 0;  // OnCondition's, OnVerify's, OnStoreBegin's
  std::string text;  // the password that OnPrivateKeyPassword gives; what OnVerify is told
  L_UCHAR type = 0;
  L_UCHAR result = 0;
  L_UCHAR source = 0;
  L_UCHAR reason = 0;
  L_UCHAR context = 0;
  L_UINT16 message_id = 0;
  L_UINT16 number = 0;  // priority, event, action or count of tags
  L_UINT16 status = 0;
  const L_UCHAR* bytes = nullptr;
  L_UINT32 length = 0;
  LDicomNet* net = nullptr;
  LDicomAssociate* associate = nullptr;
  LDicomDS* command = nullptr;
  LDicomDS* data = nullptr;
  const L_UINT32* tags = nullptr;
  const DICOMCONNECTIONINFO* condition = nullptr;
  const DICOMSTOREINFO* store = nullptr;
  L_TCHAR* path = nullptr;  // OnStoreBegin's to fill, `length` characters
  std::string sop_class;
  std::string instance;
  std::function<void()> base;  // LDicomNet's own hook
};

using Action = std::function<void(Probe&, Call&)>;

class World : public std::enable_shared_from_this<World> {
 public:
  Log log;

  // What to do in a hook, "server.OnAccept", instead of the base class's. The hook is in the log before it is done.
  void On(const std::string& where, Action action);
  // The base class's again.
  void Leave(const std::string& where);
  // What is to be done; empty for the base class's.
  Action Find(const std::string& where) const;

  // A new object, destroyed at the test's end at the latest.
  Probe* Make(const std::string& name);
  // Destroys it, unless somebody has. Any thread.
  void Destroy(LDicomNet* net);
  void DestroyAll();

  // Hooks that ran beside another one of the same object.
  int overlaps() const { return overlaps_; }

 private:
  friend class Probe;

  mutable std::mutex mutex_;
  std::map<std::string, Action> actions_;  // guarded by mutex_
  std::set<LDicomNet*> alive_;             // guarded by mutex_
  std::atomic<int> overlaps_{0};
};

class Probe : public LDicomNet {
 public:
  Probe(std::shared_ptr<World> world, std::string name);
  ~Probe() override;
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  const std::string& name() const { return name_; }
  World& world() const { return *world_; }
  // The same, to outlive the object.
  std::shared_ptr<World> SharedWorld() const { return world_; }

  L_VOID OnConnect(L_INT nError) override;
  L_VOID OnAccept(L_INT nError) override;
  L_VOID OnClose(L_INT nError, LDicomNet* pNet) override;
  L_VOID OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes) override;
  L_VOID OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes) override;
  L_VOID OnSendExt(pDICOMNETDEBUGINFOONSEND pInfo) override;
  L_VOID OnBeforeSendCommandSet(LDicomDS* pCS) override;
  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override;
  L_VOID OnReceiveAssociateAccept(LDicomAssociate* pPDU) override;
  L_VOID OnReceiveAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) override;
  L_VOID OnReceiveReleaseRequest() override;
  L_VOID OnReceiveReleaseResponse() override;
  L_VOID OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) override;
  L_VOID OnReceiveData(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) override;
  L_VOID OnReceiveUnknown(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) override;
  L_VOID OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                L_UINT16 nPriority, L_TCHAR* pszMoveAE, L_UINT16 nMoveMessageID,
                                LDicomDS* pDS) override;
  L_VOID OnReceiveCStoreResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                 L_UINT16 nStatus) override;
  L_VOID OnReceiveCFindRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nPriority,
                               LDicomDS* pDS) override;
  L_VOID OnReceiveCCancelRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID) override;
  L_VOID OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) override;
  L_VOID OnReceiveCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                L_UINT16 nStatus) override;
  L_VOID OnReceiveNGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                              L_UINT32* pnAttribute, L_UINT16 nCount) override;
  L_VOID OnSecureLinkReady(L_UINT32 nError) override;
  L_INT OnPrivateKeyPassword(L_TCHAR* pszPassword, L_INT nSize, L_INT nFlag) override;
  L_INT OnVerify(L_INT ok, L_TCHAR* pszCertificateString, L_INT nError, L_TCHAR* pszErrorString) override;
  L_VOID OnCreateCTX(L_SSL_CTX* pCtx) override;
  L_INT OnCondition(const DICOMCONNECTIONINFO* pInfo) override;
  L_INT OnStoreBegin(const DICOMSTOREINFO* pInfo, L_TCHAR* pszPath, L_UINT32 nSize) override;

 private:
  // Logs the hook, and does what the test says or else what the base class does.
  void Run(const char* hook, const std::string& details, Call& call, bool is_serial = true);

  const std::shared_ptr<World> world_;
  const std::string name_;
  // How many hooks run; outlives the object, which a hook may destroy.
  const std::shared_ptr<std::atomic<int>> running_;
};

// Destroys every object at the end of the block it stands in, and so before the variables above it, which their hooks
// use, are gone.
class ObjectsEndHere {
 public:
  explicit ObjectsEndHere(World& world) : world_(world) {}
  ~ObjectsEndHere() { world_.DestroyAll(); }
  ObjectsEndHere(const ObjectsEndHere&) = delete;
  ObjectsEndHere& operator=(const ObjectsEndHere&) = delete;

 private:
  World& world_;
};

// The usual: "server" gives connections to new objects named "acceptor" and destroys them when they end; "acceptor"
// accepts what is proposed.
class NetTest : public ::testing::Test {
 protected:
  NetTest();
  void TearDown() override;

  Probe* Make(const std::string& name) { return world->Make(name); }
  void On(const std::string& where, Action action) { world->On(where, std::move(action)); }

  // Listens on the IPv4 loopback, or where it is said, and gives the port.
  L_UINT Listen(LDicomNet& listener, const char* host = "127.0.0.1", L_INT type = DICOM_IPTYPE_IPV4,
                L_INT backlog = 50);
  // Connects over the loopback and waits for it.
  void Connect(Probe& client, L_UINT port);
  // And associates, with RequestOf() or with this.
  void Associate(Probe& client, LDicomAssociate* request = nullptr);
  // One echo, there and back.
  void Echo(Probe& client, L_UINT16 message_id = 1);

  const std::shared_ptr<World> world;
  Log& log;
};

// What an OnAccept does: makes an object, gives it the connection, and keeps it. NULL, with nothing made, when another
// thread has closed the listener meanwhile; the test fails for any other reason.
Probe* Accept(Probe& listener, const std::string& name);

L_UINT PortOf(const LDicomNet& net);
std::string HostOf(const LDicomNet& net);
L_UINT PeerPortOf(const LDicomNet& net);

// A request of Verification under context 1 and CT storage under context 3, both in implicit VR little endian.
constexpr L_UCHAR kVerification = 1;
constexpr L_UCHAR kStorage = 3;
std::unique_ptr<LDicomAssociate> Request();
// The answer that accepts everything, as the first program of the interface's manual makes it.
std::unique_ptr<LDicomAssociate> AnswerTo(const LDicomAssociate& request);

// Sends a C-STORE-RQ for a small CT image, 1.2.3.4.5, under kStorage.
L_INT SendStoreRequest(LDicomNet& net, L_UINT16 message_id);
// Fills a command set: C-STORE-RQ for a CT image.
void MakeStoreRequest(LDicomDS& command, L_UINT16 message_id);
// A command set with a field and a message ID only.
void MakeCommand(LDicomDS& command, L_UINT16 command_field, L_UINT16 message_id);
void SetNumber(LDicomDS& command, L_UINT32 tag, L_UINT16 value);
void SetText(LDicomDS& command, L_UINT32 tag, const std::string& value);
// 0 when it is not there.
L_UINT16 Number(LDicomDS& command, L_UINT32 tag);
std::string Text(LDicomDS& command, L_UINT32 tag);

// Descriptors that are open, and threads that live, in this process.
std::set<int> OpenDescriptors();
std::size_t ThreadCount();

}  // namespace test

#endif  // LDICOMNET_TESTS_CPP_SUPPORT_WORLD_H
