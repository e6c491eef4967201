// World, NetTest, and the small things that many tests need.

#include "support/world.h"

#include <dirent.h>

#include <cstdlib>

namespace test {

void World::On(const std::string& where, Action action) {
  const std::lock_guard<std::mutex> lock(mutex_);
  actions_[where] = std::move(action);
}

void World::Leave(const std::string& where) {
  const std::lock_guard<std::mutex> lock(mutex_);
  actions_.erase(where);
}

Action World::Find(const std::string& where) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = actions_.find(where);
  return found == actions_.end() ? Action() : found->second;
}

Probe* World::Make(const std::string& name) {
  std::unique_ptr<Probe> probe(new Probe(shared_from_this(), name));
  const std::lock_guard<std::mutex> lock(mutex_);
  alive_.insert(probe.get());
  return probe.release();
}

void World::Destroy(LDicomNet* net) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (alive_.erase(net) == 0)
      return;
  }
  delete net;
}

void World::DestroyAll() {
  for (;;) {
    LDicomNet* net = nullptr;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (alive_.empty())
        return;
      net = *alive_.begin();
    }
    Destroy(net);
  }
}

Probe* Accept(Probe& listener, const std::string& name) {
  Probe* const acceptor = listener.world().Make(name);
  const L_INT error = listener.Accept(acceptor);
  if (error == DICOM_SUCCESS)
    return acceptor;
  EXPECT_FALSE(listener.IsActivated()) << "Accept failed: " << error;
  listener.world().Destroy(acceptor);
  return nullptr;
}

NetTest::NetTest() : world(std::make_shared<World>()), log(world->log) {
  On("server.OnAccept", [](Probe& server, Call& call) {
    ASSERT_EQ(call.error, DICOM_SUCCESS);
    Accept(server, "acceptor");
  });
  On("server.OnClose", [](Probe& server, Call& call) { server.world().Destroy(call.net); });
  On("acceptor.OnReceiveAssociateRequest", [](Probe& acceptor, Call& call) {
    const L_INT error = acceptor.SendAssociateAccept(AnswerTo(*call.associate).get());
    EXPECT_TRUE(error == DICOM_SUCCESS || !acceptor.IsConnected()) << error;
  });
}

void NetTest::TearDown() {
  world->DestroyAll();
  EXPECT_EQ(world->overlaps(), 0) << "hooks of one object ran at the same time";
}

L_UINT NetTest::Listen(LDicomNet& listener, const char* host, L_INT type, L_INT backlog) {
  EXPECT_EQ(listener.Listen(host, 0, backlog, type), DICOM_SUCCESS);
  return PortOf(listener);
}

void NetTest::Connect(Probe& client, L_UINT port) {
  const std::string connected = client.name() + ".OnConnect 0";
  const std::size_t before = log.Count(connected);
  ASSERT_EQ(client.Connect(nullptr, 0, "127.0.0.1", port), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has(connected, before + 1));
}

void NetTest::Associate(Probe& client, LDicomAssociate* request) {
  const std::string accepted = client.name() + ".OnReceiveAssociateAccept";
  const std::size_t before = log.Count(accepted);
  ASSERT_EQ(client.SendAssociateRequest(request != nullptr ? request : Request().get()), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has(accepted, before + 1));
}

void NetTest::Echo(Probe& client, L_UINT16 message_id) {
  const std::string answer = client.name() + ".OnReceiveCEchoResponse 1 " + std::to_string(message_id) + " 0000";
  const std::size_t before = log.Count(answer);
  ASSERT_EQ(client.SendCEchoRequest(kVerification, message_id, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  ASSERT_TRUE(log.Has(answer, before + 1));
}

L_UINT PortOf(const LDicomNet& net) {
  L_UINT port = 0;
  EXPECT_EQ(net.GetHostInfo(nullptr, 0, &port), DICOM_SUCCESS);
  return port;
}

std::string HostOf(const LDicomNet& net) {
  L_TCHAR address[NET_MAX_ADDRESS_SIZE_EX] = "";
  EXPECT_EQ(net.GetHostInfo(address, NET_MAX_ADDRESS_SIZE_EX, nullptr), DICOM_SUCCESS);
  return address;
}

L_UINT PeerPortOf(const LDicomNet& net) {
  L_UINT port = 0;
  EXPECT_EQ(net.GetPeerInfo(nullptr, 0, &port), DICOM_SUCCESS);
  return port;
}

std::unique_ptr<LDicomAssociate> Request() {
  auto request = std::make_unique<LDicomAssociate>(L_TRUE);
  EXPECT_EQ(request->SetCalled("SERVER"), DICOM_SUCCESS);
  EXPECT_EQ(request->SetCalling("CLIENT"), DICOM_SUCCESS);
  EXPECT_EQ(request->AddPresentation(kVerification, 0, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  EXPECT_EQ(request->AddTransfer(kVerification, UID_IMPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  EXPECT_EQ(request->AddPresentation(kStorage, 0, UID_CT_IMAGE_STORAGE), DICOM_SUCCESS);
  EXPECT_EQ(request->AddTransfer(kStorage, UID_IMPLICIT_VR_LITTLE_ENDIAN), DICOM_SUCCESS);
  return request;
}

std::unique_ptr<LDicomAssociate> AnswerTo(const LDicomAssociate& request) {
  auto answer = std::make_unique<LDicomAssociate>(L_FALSE);
  for (L_INT index = 0; index < request.GetPresentationCount(); ++index) {
    const L_UCHAR id = request.GetPresentation(index);
    L_TCHAR uid[PDU_MAX_UID_SIZE + 1] = "";
    request.GetAbstract(id, uid, sizeof(uid));
    EXPECT_EQ(answer->AddPresentation(id, PDU_ACCEPT_RESULT_SUCCESS, uid), DICOM_SUCCESS);
    request.GetTransfer(id, 0, uid, sizeof(uid));
    EXPECT_EQ(answer->AddTransfer(id, uid), DICOM_SUCCESS);
  }
  return answer;
}

void SetNumber(LDicomDS& command, L_UINT32 tag, L_UINT16 value) {
  pDICOMELEMENT element = command.FindFirstElement(nullptr, tag, L_FALSE);
  if (element == nullptr)
    element = command.InsertElement(nullptr, L_FALSE, tag, 0, L_FALSE, ELEMENT_INDEX_MAX);
  const auto number = static_cast<L_INT16>(value);
  EXPECT_TRUE(command.SetShortValue(element, &number, 1));
}

void SetText(LDicomDS& command, L_UINT32 tag, const std::string& value) {
  pDICOMELEMENT element = command.FindFirstElement(nullptr, tag, L_FALSE);
  if (element == nullptr)
    element = command.InsertElement(nullptr, L_FALSE, tag, 0, L_FALSE, ELEMENT_INDEX_MAX);
  EXPECT_TRUE(command.SetStringValue(element, value.c_str(), 1));
}

L_UINT16 Number(LDicomDS& command, L_UINT32 tag) {
  const pDICOMELEMENT element = command.FindFirstElement(nullptr, tag, L_FALSE);
  const L_INT16* const value = element == nullptr ? nullptr : command.GetShortValue(element, 0, 1);
  return value == nullptr ? static_cast<L_UINT16>(0) : static_cast<L_UINT16>(*value);
}

std::string Text(LDicomDS& command, L_UINT32 tag) {
  const pDICOMELEMENT element = command.FindFirstElement(nullptr, tag, L_FALSE);
  const L_TCHAR* const value = element == nullptr ? nullptr : command.GetStringValue(element, 0, 1);
  return value == nullptr ? "" : value;
}

L_INT SendStoreRequest(LDicomNet& net, L_UINT16 message_id) {
  // (0008,0018) in implicit VR little endian.
  const L_UCHAR encoded[] = {8, 0, 0x18, 0, 10, 0, 0, 0, '1', '.', '2', '.', '3', '.', '4', '.', '5', 0};
  LDicomDS data;
  EXPECT_EQ(data.SetEncoded(encoded, sizeof(encoded)), DICOM_SUCCESS);
  return net.SendCStoreRequest(kStorage, message_id, UID_CT_IMAGE_STORAGE, "1.2.3.4.5", COMMAND_PRIORITY_MEDIUM, "", 0,
                               &data);
}

void MakeStoreRequest(LDicomDS& command, L_UINT16 message_id) {
  command.InitCS(COMMAND_C_STORE, L_TRUE);
  SetNumber(command, TAG_MESSAGE_ID, message_id);
  SetText(command, TAG_AFFECTED_SOP_CLASS_UID, UID_CT_IMAGE_STORAGE);
  SetText(command, TAG_AFFECTED_SOP_INSTANCE_UID, "1.2.3.4.5");
}

void MakeCommand(LDicomDS& command, L_UINT16 command_field, L_UINT16 message_id) {
  command.ResetDS();
  SetNumber(command, TAG_COMMAND_FIELD, command_field);
  SetNumber(command, TAG_MESSAGE_ID, message_id);
  SetText(command, TAG_AFFECTED_SOP_CLASS_UID, UID_CT_IMAGE_STORAGE);
}

namespace {

std::set<int> NumbersIn(const char* directory) {
  std::set<int> numbers;
  DIR* const entries = opendir(directory);
  if (entries == nullptr)
    return numbers;
  while (const dirent* const entry = readdir(entries)) {
    if (entry->d_name[0] != '.')
      numbers.insert(std::atoi(entry->d_name));
  }
  numbers.erase(dirfd(entries));
  closedir(entries);
  return numbers;
}

}  // namespace

std::set<int> OpenDescriptors() {
  return NumbersIn("/proc/self/fd");
}

std::size_t ThreadCount() {
  return NumbersIn("/proc/self/task").size();
}

}  // namespace test
