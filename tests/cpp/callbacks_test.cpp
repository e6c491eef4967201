// SetCallback and SetCallbackExt: a plain LDicomNet whose hooks are callbacks, and the handles of objects of C++.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "support/log.h"
#include "support/world.h"

namespace test {
namespace {

// The pUserData of a test's callbacks: every callback is logged under the name of its object.
struct Notes {
  Log log;
  DICOMNETCALLBACK connection = {};  // what an accepted connection is given

  void Add(const std::string& callback, HDICOMNET net) {
    const std::lock_guard<std::mutex> lock(mutex);
    handles[callback] = net;
    log.Add(callback);
  }
  HDICOMNET HandleIn(const std::string& callback) {
    const std::lock_guard<std::mutex> lock(mutex);
    return handles[callback];
  }

  std::mutex mutex;
  std::map<std::string, HDICOMNET> handles;  // guarded by mutex
  LDicomNet* listener = nullptr;
  LDicomNet* accepted = nullptr;  // the newest
  HDICOMNET peer = nullptr;       // OnClose's
};

Notes& Of(L_VOID* user_data) {
  return *static_cast<Notes*>(user_data);
}

L_VOID EXT_CALLBACK AcceptOne(HDICOMNET net, L_INT error, L_VOID* user_data) {
  Notes& notes = Of(user_data);
  EXPECT_EQ(error, DICOM_SUCCESS);
  auto connection = std::make_unique<LDicomNet>();
  connection->SetCallback(&notes.connection);
  EXPECT_EQ(notes.listener->Accept(connection.get()), DICOM_SUCCESS);
  notes.accepted = connection.release();
  notes.Add("OnAccept", net);
}

L_VOID EXT_CALLBACK DestroyPeer(HDICOMNET net, L_INT, HDICOMNET peer, L_VOID* user_data) {
  Notes& notes = Of(user_data);
  notes.peer = peer;
  EXPECT_EQ(L_DicomGetServer(peer), net);
  L_DicomFreeNet(peer);  // lent: nothing happens
  EXPECT_EQ(L_DicomGetServer(peer), net);
  delete notes.accepted;
  EXPECT_EQ(L_DicomGetServer(peer), nullptr) << "the handle ends with its object";
  notes.Add("OnClose", net);
}

L_VOID EXT_CALLBACK AcceptAssociation(HDICOMNET net, HDICOMPDU request, L_VOID* user_data) {
  const HDICOMPDU answer = L_DicomCreateAssociate(L_FALSE);
  L_TCHAR syntax[PDU_MAX_UID_SIZE + 1] = "";
  L_DicomGetAbstract(request, kVerification, syntax, sizeof(syntax));
  EXPECT_STREQ(syntax, UID_VERIFICATION_CLASS);
  EXPECT_EQ(L_DicomAddPresentation(answer, kVerification, PDU_ACCEPT_RESULT_SUCCESS, syntax), DICOM_SUCCESS);
  EXPECT_EQ(L_DicomAddTransfer(answer, kVerification, UID_IMPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  EXPECT_EQ(L_DicomSendAssociateAccept(net, answer), DICOM_SUCCESS);
  L_DicomFreeAssociate(answer);
  Of(user_data).Add("OnReceiveAssociateRequest", net);
}

L_VOID EXT_CALLBACK NoteMessage(HDICOMNET net, L_UCHAR, HDICOMDS command, HDICOMDS data, L_VOID* user_data) {
  EXPECT_NE(command, nullptr);
  EXPECT_EQ(data, nullptr);
  EXPECT_EQ(L_DicomGetCommandSet(net), command);
  Of(user_data).Add("OnReceiveData", net);
}

L_VOID EXT_CALLBACK AnswerEcho(HDICOMNET net, L_UCHAR context, L_UINT16 message_id, L_TCHAR* sop_class,
                               L_VOID* user_data) {
  EXPECT_EQ(L_DicomSendCEchoResponse(net, context, message_id, sop_class, COMMAND_STATUS_SUCCESS), DICOM_SUCCESS);
  Of(user_data).Add("OnReceiveCEchoRequest", net);
}

L_VOID EXT_CALLBACK NoteConnect(HDICOMNET net, L_INT, L_VOID* user_data) {
  Of(user_data).Add("OnConnect", net);
}

L_INT EXT_CALLBACK RejectConnection(HDICOMNET net, const DICOMCONNECTIONINFO*, L_VOID* user_data) {
  Of(user_data).Add("OnCondition", net);
  return DICOM_CONDITION_REJECT;
}

class CallbacksTest : public NetTest {
 protected:
  // A plain listener with the callbacks of a server.
  std::unique_ptr<LDicomNet> Server() {
    notes.connection.pfnReceiveAssociateRequest = AcceptAssociation;
    notes.connection.pfnReceiveData = NoteMessage;
    notes.connection.pfnReceiveCEchoRequest = AnswerEcho;
    notes.connection.pUserData = &notes;
    DICOMNETCALLBACK callbacks = {};
    callbacks.pfnAccept = AcceptOne;
    callbacks.pfnClose = DestroyPeer;
    callbacks.pUserData = &notes;
    auto server = std::make_unique<LDicomNet>();
    server->SetCallback(&callbacks);
    notes.listener = server.get();
    return server;
  }

  Notes notes;
};

TEST_F(CallbacksTest, PlainObjectsCarryAVerification) {
  const std::unique_ptr<LDicomNet> server = Server();
  const L_UINT port = Listen(*server);
  Probe& client = *Make("client");
  Connect(client, port);
  Associate(client);
  Echo(client);
  EXPECT_TRUE(notes.log.Has("OnReceiveCEchoRequest"));

  const HDICOMNET listener = notes.HandleIn("OnAccept");
  const HDICOMNET connection = notes.HandleIn("OnReceiveCEchoRequest");
  ASSERT_NE(connection, nullptr);
  EXPECT_NE(connection, listener);
  EXPECT_EQ(notes.HandleIn("OnReceiveAssociateRequest"), connection);
  EXPECT_EQ(notes.HandleIn("OnReceiveData"), connection);
  EXPECT_EQ(L_DicomGetServer(connection), listener);
  EXPECT_EQ(L_DicomGetClient(listener, 0), connection);
  EXPECT_TRUE(L_DicomIsAssociated(connection));
  EXPECT_EQ(L_DicomGetCommandSet(connection), nullptr) << "outside of a callback";
  const HDICOMPDU associate = L_DicomGetAssociate(connection);
  EXPECT_NE(associate, nullptr);
  EXPECT_EQ(L_DicomGetAssociate(connection), associate);

  ASSERT_EQ(client.SendReleaseRequest(), DICOM_SUCCESS);
  ASSERT_TRUE(notes.log.Has("OnClose"));
  EXPECT_EQ(notes.peer, connection);
  EXPECT_EQ(L_DicomGetVersion(associate), 0) << "what it lent has ended with it";
  server->Close();
}

TEST_F(CallbacksTest, WithoutACallbackTheDefaultStays) {
  const std::unique_ptr<LDicomNet> server = Server();
  notes.connection.pfnReceiveAssociateRequest = nullptr;
  Probe& client = *Make("client");
  Connect(client, Listen(*server));
  ASSERT_EQ(client.SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("client.OnReceiveAssociateReject 1 1 1"));
  EXPECT_TRUE(notes.log.Has("OnClose"));

  server->SetCallback(nullptr);
  Probe& later = *Make("client");
  Connect(later, PortOf(*server));
  EXPECT_TRUE(log.Until("it is deferred", [&] { return server->GetPendingCount() == 1; }));
  EXPECT_EQ(notes.log.Count("OnAccept"), 1U);
  server->Close();
}

TEST_F(CallbacksTest, TheTableOfFurtherCallbacksHasASize) {
  const std::unique_ptr<LDicomNet> server = Server();
  DICOMNETCALLBACKEXT further = {};
  further.pfnCondition = RejectConnection;
  further.pUserData = &notes;
  further.uStructSize = sizeof(further) + 1;
  server->SetCallbackExt(&further);  // changes nothing
  const L_UINT port = Listen(*server);
  Probe& accepted = *Make("client");
  Connect(accepted, port);
  ASSERT_TRUE(notes.log.Has("OnAccept"));
  EXPECT_EQ(notes.log.Count("OnCondition"), 0U);

  further.uStructSize = sizeof(further);
  server->SetCallbackExt(&further);
  ASSERT_EQ(Make("rejected")->Connect(nullptr, 0, "127.0.0.1", port), DICOM_SUCCESS);
  EXPECT_TRUE(notes.log.Has("OnCondition"));
  accepted.Close();
  EXPECT_TRUE(notes.log.Has("OnClose"));
  EXPECT_EQ(notes.log.Count("OnAccept"), 1U);
  server->Close();
}

TEST_F(CallbacksTest, AnOverrideDecidesWhetherItsCallbackComes) {
  Probe& server = *Make("server");
  const L_UINT port = Listen(server);
  DICOMNETCALLBACK callbacks = {};
  callbacks.pfnConnect = NoteConnect;
  callbacks.pUserData = &notes;

  Probe& calls_the_base = *Make("client");
  calls_the_base.SetCallback(&callbacks);
  Connect(calls_the_base, port);
  EXPECT_TRUE(notes.log.Has("OnConnect"));

  On("other.OnConnect", [](Probe&, Call&) {});
  Probe& does_not = *Make("other");
  does_not.SetCallback(&callbacks);
  ASSERT_EQ(does_not.Connect(nullptr, 0, "127.0.0.1", port, DICOM_IPTYPE_IPV4, -1), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("other.OnConnect 0"));
  does_not.Close();
  EXPECT_EQ(notes.log.Count("OnConnect"), 1U);
}

// Objects that end in what their own functions have called back.
struct Ending {
  LDicomNet* net = nullptr;
  HDICOMNET handle = nullptr;
  std::promise<void> ended;
};

L_VOID EXT_CALLBACK DestroyInOnConnect(HDICOMNET net, L_INT, L_VOID* user_data) {
  auto& ending = *static_cast<Ending*>(user_data);
  delete ending.net;
  EXPECT_FALSE(L_DicomIsConnected(net));
  EXPECT_EQ(L_DicomConnect(net, nullptr, 0, "127.0.0.1", 1), DICOM_ERROR_PARAMETER);
  ending.ended.set_value();
}

TEST_F(CallbacksTest, ACallbackMayDestroyItsObject) {
  LDicomNet server;  // where the connection just waits
  const L_UINT port = Listen(server);
  Ending ending;
  ending.net = new LDicomNet;
  DICOMNETCALLBACK callbacks = {};
  callbacks.pfnConnect = DestroyInOnConnect;
  callbacks.pUserData = &ending;
  ending.net->SetCallback(&callbacks);
  ASSERT_EQ(ending.net->Connect(nullptr, 0, "127.0.0.1", port), DICOM_SUCCESS);
  EXPECT_EQ(ending.ended.get_future().wait_for(kDeadline), std::future_status::ready);
  server.Close();
}

L_VOID EXT_CALLBACK NoteHandle(HDICOMNET net, L_INT, L_VOID* user_data) {
  static_cast<Ending*>(user_data)->handle = net;
  static_cast<Ending*>(user_data)->ended.set_value();
}

L_VOID EXT_CALLBACK DestroyWhileSending(HDICOMNET net, HDICOMDS, L_VOID* user_data) {
  delete static_cast<Ending*>(user_data)->net;
  EXPECT_FALSE(L_DicomIsConnected(net));
}

TEST_F(CallbacksTest, AnObjectMayEndInsideACFunctionOnItsHandle) {
  const std::unique_ptr<LDicomNet> server = Server();
  const L_UINT port = Listen(*server);
  Ending ending;
  DICOMNETCALLBACK callbacks = {};
  callbacks.pfnReceiveAssociateAccept = [](HDICOMNET net, HDICOMPDU, L_VOID* user_data) {
    NoteHandle(net, 0, user_data);
  };
  callbacks.pUserData = &ending;
  DICOMNETCALLBACKEXT further = {};
  further.uStructSize = sizeof(further);
  further.pfnBeforeSendCommandSet = DestroyWhileSending;
  further.pUserData = &ending;
  ending.net = new LDicomNet;
  ending.net->SetCallback(&callbacks);
  ending.net->SetCallbackExt(&further);
  ASSERT_EQ(ending.net->Connect(nullptr, 0, "127.0.0.1", port, DICOM_IPTYPE_IPV4, -1), DICOM_SUCCESS);
  ASSERT_EQ(ending.net->SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  ASSERT_EQ(ending.ended.get_future().wait_for(kDeadline), std::future_status::ready);
  // The function works on the handle, and on this thread the destructor must not wait for it.
  EXPECT_NE(L_DicomSendCEchoRequest(ending.handle, kVerification, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  EXPECT_EQ(L_DicomSendCEchoRequest(ending.handle, kVerification, 1, UID_VERIFICATION_CLASS), DICOM_ERROR_PARAMETER);
  EXPECT_TRUE(notes.log.Has("OnClose"));
  server->Close();
}

TEST_F(CallbacksTest, TheDestructorEndsFunctionsThatWaitOnTheHandle) {
  std::unique_ptr<LDicomNet> server = Server();
  const L_UINT port = Listen(*server);
  Connect(*Make("client"), port);
  ASSERT_TRUE(notes.log.Has("OnAccept"));
  const HDICOMNET listener = notes.HandleIn("OnAccept");
  LDicomNet* const accepted = notes.accepted;
  const HDICOMNET idle = L_DicomCreateNet(nullptr, static_cast<L_INT32>(DICOM_SECURE_NONE));
  std::promise<void> begun;
  std::thread waiting([&] {
    begun.set_value();
    EXPECT_NE(L_DicomAcceptExt(listener, idle, -1), DICOM_SUCCESS);
  });
  begun.get_future().wait();
  server.reset();
  waiting.join();
  EXPECT_EQ(L_DicomListen(listener, "127.0.0.1", 0, 1), DICOM_ERROR_PARAMETER);
  L_DicomFreeNet(idle);
  delete accepted;
}

TEST_F(CallbacksTest, ObjectsOfTheCFunctionsAndOfCxxKnowEachOther) {
  On("server.OnAccept", [this](Probe& server, Call&) {
    const HDICOMNET made = L_DicomCreateNet(nullptr, static_cast<L_INT32>(DICOM_SECURE_NONE));
    notes.handles["made"] = made;
    // The listener's handle: C++ has none to ask for, but a callback is given it.
    EXPECT_EQ(L_DicomAccept(notes.HandleIn("listener"), made), DICOM_SUCCESS);
    server.world().log.Add("accepted");
  });
  Probe& server = *Make("server");
  DICOMNETCALLBACKEXT further = {};
  further.uStructSize = sizeof(further);
  further.pfnCondition = [](HDICOMNET net, const DICOMCONNECTIONINFO*, L_VOID* user_data) -> L_INT {
    Of(user_data).Add("listener", net);
    return DICOM_CONDITION_ACCEPT;
  };
  further.pUserData = &notes;
  server.SetCallbackExt(&further);
  Connect(*Make("client"), Listen(server));
  ASSERT_TRUE(log.Has("accepted"));
  const HDICOMNET made = notes.HandleIn("made");
  EXPECT_EQ(L_DicomGetServer(made), notes.HandleIn("listener"));
  EXPECT_EQ(L_DicomGetClient(notes.HandleIn("listener"), 0), made);
  ASSERT_NE(server.GetClient(0), nullptr);
  L_DicomFreeNet(made);
  EXPECT_EQ(server.GetClientCount(), 0U);
  EXPECT_EQ(L_DicomGetServer(made), nullptr);
}

}  // namespace
}  // namespace test
