// What no library sends: each element of each command missing, empty, of wrong length and doubled, commands that are
// none, responses to nothing, data sets announced and absent, absent and sent. The peer that sends it gets a status or
// an abort, and nobody else notices.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <string>
#include <vector>

#include "support/raw_message.h"
#include "support/services.h"

namespace test {
namespace {

using wire::RawElements;
using wire::Us;

constexpr std::uint8_t kContext = 1;
// The status that the hooks here answer with: what has another one was answered by the library.
constexpr int kAnswered = 0x0777;
constexpr std::uint16_t kField = 0x0100;
constexpr std::uint16_t kMessageId = 0x0110;
constexpr std::uint16_t kRespondedTo = 0x0120;
constexpr std::uint16_t kDestination = 0x0600;
constexpr std::uint16_t kPriority = 0x0700;
constexpr std::uint16_t kDataSetType = 0x0800;
constexpr std::uint16_t kStatus = 0x0900;
constexpr std::uint16_t kAffectedClass = 0x0002;
constexpr std::uint16_t kRequestedClass = 0x0003;
constexpr std::uint16_t kAffectedInstance = 0x1000;
constexpr std::uint16_t kRequestedInstance = 0x1001;
constexpr std::uint16_t kEventType = 0x1002;
constexpr std::uint16_t kAttributes = 0x1005;
constexpr std::uint16_t kActionType = 0x1008;

const ByteVector kClass = wire::Uid(UID_CT_IMAGE_STORAGE);
const ByteVector kInstance = wire::Uid("1.2.3.4");
const ByteVector kData = {8, 0, 0x18, 0, 4, 0, 0, 0, '1', '.', '2', 0};

// A request as it should be, and the hook that it comes to.
struct Known {
  const char* hook;
  RawElements elements;
  bool has_data;
};

RawElements AboutAffected(std::uint16_t field, bool has_data) {
  return {
      {kAffectedClass, kClass}, {kField, Us(field)}, {kMessageId, Us(7)}, {kDataSetType, Us(has_data ? 0 : 0x0101)}};
}

RawElements AboutRequested(std::uint16_t field, bool has_data) {
  RawElements elements = AboutAffected(field, has_data);
  elements.front().first = kRequestedClass;
  elements.emplace_back(kRequestedInstance, kInstance);
  return elements;
}

RawElements And(RawElements elements, std::uint16_t element, const ByteVector& value) {
  elements.emplace_back(element, value);
  return elements;
}

const std::vector<Known>& Requests() {
  static const std::vector<Known> requests = {
      {"CStoreRequest", And(And(AboutAffected(0x0001, true), kPriority, Us(0)), kAffectedInstance, kInstance), true},
      {"CFindRequest", And(AboutAffected(0x0020, true), kPriority, Us(0)), true},
      {"CGetRequest", And(AboutAffected(0x0010, true), kPriority, Us(0)), true},
      {"CMoveRequest", And(And(AboutAffected(0x0021, true), kPriority, Us(0)), kDestination, wire::Ae("STORAGE")),
       true},
      {"CEchoRequest", AboutAffected(0x0030, false), false},
      {"NReportRequest", And(And(AboutAffected(0x0100, true), kAffectedInstance, kInstance), kEventType, Us(1)), true},
      {"NGetRequest", And(AboutRequested(0x0110, false), kAttributes, {0x10, 0, 0x10, 0}), false},
      {"NSetRequest", AboutRequested(0x0120, true), true},
      {"NActionRequest", And(AboutRequested(0x0130, true), kActionType, Us(1)), true},
      {"NCreateRequest", And(AboutAffected(0x0140, true), kAffectedInstance, kInstance), true},
      {"NDeleteRequest", AboutRequested(0x0150, false), false},
  };
  return requests;
}

// Without these nobody can say what a message is, or where it ends: the association ends.
bool MakesTheMessage(std::uint16_t element) {
  return element == kField || element == kDataSetType;
}

// What the library answers a request with in which this element is missing or wrong (PS3.7 C.5).
int StatusOfMissing(std::uint16_t element) {
  switch (element) {
    case kAffectedClass:
    case kRequestedClass:
      return COMMAND_STATUS_NO_SUCH_CLASS;
    case kAffectedInstance:
    case kRequestedInstance:
      return COMMAND_STATUS_INVALID_OBJECT_INSTANCE;
    case kDestination:
      return COMMAND_STATUS_REFUSED_MOVE_DESTINATION_UNKNOWN;
    case kEventType:
      return COMMAND_STATUS_NO_SUCH_EVENT_TYPE;
    case kActionType:
      return COMMAND_STATUS_NO_SUCH_ACTION_TYPE;
    default:
      return COMMAND_STATUS_MISTYPED_ARGUMENT;
  }
}

// A C-STORE that names nothing to store is refused before its data set comes in, and no hook is called for it.
bool IsRefusedAtOnce(const Known& request, std::uint16_t element) {
  return std::string(request.hook) == "CStoreRequest" && (element == kAffectedClass || element == kAffectedInstance);
}

// Whether the hook of the command is not called for a request without this element.
bool IsMandatory(const Known& request, std::uint16_t element) {
  const bool performer_names_it = std::string(request.hook) == "NCreateRequest" && element == kAffectedInstance;
  return element != kPriority && element != kAttributes && !performer_names_it;
}

class DimseWireTest : public ServicesTest {
 protected:
  void SetUp() override {
    // Services answer nothing by themselves; here each request is answered at once, whatever it is.
    listener.prepare = [](Services& self) {
      for (const Known& request : Requests()) {
        self.On(request.hook, [](Services& object, const Message& message) {
          EXPECT_EQ(object.SendCEchoResponse(message.context, message.message_id, UID_VERIFICATION_CLASS, kAnswered),
                    DICOM_SUCCESS);
        });
      }
    };
    ServicesTest::SetUp();
    bystander = Associated();
    bystanding = provider;
  }
  void TearDown() override {
    // Whatever happened to the peers, another association goes on.
    ASSERT_EQ(bystander->SendCEchoRequest(kEcho, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
    EXPECT_EQ(bystander->Next().status, kAnswered);
    EXPECT_EQ(bystanding->Next().hook, "CEchoRequest");
  }

  // A raw peer with an association; sets `provider` to the other side of it.
  RawPeer Associate() {
    RawPeer peer(port);
    peer.Send(wire::AssociateRequest());
    const ByteVector accept = peer.Receive();
    EXPECT_FALSE(accept.empty());
    EXPECT_EQ(accept.empty() ? 0 : accept[0], 2);
    provider = &listener.Provider(++raw_peers + 1);
    return peer;
  }
  // The status that a message is answered with; -1 if it is not answered with one.
  static int StatusFor(const RawPeer& peer, const RawElements& command, const ByteVector& data) {
    peer.Send(wire::Message(kContext, command, data));
    return wire::NumberIn(wire::CommandOf(peer.Receive()), kStatus);
  }
  static void ExpectAbort(const RawPeer& peer, std::uint8_t reason, const std::string& what) {
    EXPECT_EQ(peer.Receive(), wire::Abort(2, reason)) << what;
  }
  // The association goes on: an echo is answered.
  void ExpectGoesOn(const RawPeer& peer) {
    peer.Send(wire::EchoRequest(99));
    const auto answer = wire::CommandOf(peer.Receive());
    EXPECT_EQ(wire::NumberIn(answer, kRespondedTo), 99);
    EXPECT_EQ(provider->Next().hook, "CEchoRequest");
  }

  std::unique_ptr<Services> bystander;
  Services* bystanding = nullptr;
  std::size_t raw_peers = 0;
};

std::string What(const Known& request, std::uint16_t element, const char* how) {
  char text[64];
  std::snprintf(text, sizeof(text), "%s, element %04X %s", request.hook, static_cast<unsigned>(element), how);
  return text;
}

TEST_F(DimseWireTest, EachRequestAsItShouldBe) {
  const RawPeer peer = Associate();
  for (const Known& request : Requests()) {
    EXPECT_EQ(StatusFor(peer, request.elements, request.has_data ? kData : ByteVector()), kAnswered) << request.hook;
    const Message message = provider->Next();
    EXPECT_EQ(message.hook, request.hook);
    EXPECT_EQ(message.message_id, 7);
    EXPECT_EQ(message.sop_class, UID_CT_IMAGE_STORAGE);
    EXPECT_EQ(message.has_data, request.has_data);
  }
  ExpectGoesOn(peer);
}

// One thing wrong with one request: sends it on an association, and looks at what comes of it.
class EachElementTest : public DimseWireTest {
 protected:
  template <class Change>
  void ForEach(const char* how, bool is_wrong_without, Change change) {
    for (const Known& request : Requests()) {
      for (std::size_t index = 0; index < request.elements.size(); ++index) {
        const std::uint16_t element = request.elements[index].first;
        const std::string what = What(request, element, how);
        RawElements changed = request.elements;
        change(changed, index);
        const RawPeer peer = Associate();
        if (MakesTheMessage(element)) {
          peer.Send(wire::Message(kContext, changed, request.has_data ? kData : ByteVector()));
          ExpectAbort(peer, 6, what);
          continue;
        }
        const bool is_known = is_wrong_without ? !IsMandatory(request, element) : element == kPriority;
        ExpectAnswered(peer, changed, request, element, is_known, what);
      }
    }
  }

 private:
  void ExpectAnswered(const RawPeer& peer, const RawElements& changed, const Known& request, std::uint16_t element,
                      bool is_known, const std::string& what) {
    const int status = StatusFor(peer, changed, request.has_data ? kData : ByteVector());
    EXPECT_EQ(status, is_known ? kAnswered : StatusOfMissing(element)) << what;
    if (!IsRefusedAtOnce(request, element)) {
      EXPECT_EQ(provider->Next().hook, is_known ? request.hook : "Unknown") << what;
    }
    ExpectGoesOn(peer);
  }
};

TEST_F(EachElementTest, Missing) {
  ForEach("missing", true, [](RawElements& elements, std::size_t index) {
    elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(index));
  });
}

TEST_F(EachElementTest, Empty) {
  // A list of no attributes, and an instance that is left to the performer, are as one that is not there.
  ForEach("empty", true, [](RawElements& elements, std::size_t index) { elements[index].second.clear(); });
}

TEST_F(EachElementTest, OfWrongLength) {
  ForEach("of 3 bytes", false, [](RawElements& elements, std::size_t index) {
    elements[index].second = {'\\', '1', '2'};
  });
  ForEach("of 66 bytes", false,
          [](RawElements& elements, std::size_t index) { elements[index].second = ByteVector(66, '1'); });
}

TEST_F(EachElementTest, WithWhatNoUidOrTitleHas) {
  for (const char* const text : {"../../x ", "/etc/passwd ", "1.2\n1.3", "1.2\\1.3"}) {
    for (const Known& request : Requests()) {
      for (std::size_t index = 0; index < request.elements.size(); ++index) {
        const std::uint16_t element = request.elements[index].first;
        const bool is_uid = element == kAffectedClass || element == kRequestedClass || element == kAffectedInstance ||
                            element == kRequestedInstance;
        if (!is_uid)
          continue;
        RawElements changed = request.elements;
        changed[index].second = wire::Uid(text);
        const RawPeer peer = Associate();
        const int status = StatusFor(peer, changed, request.has_data ? kData : ByteVector());
        EXPECT_EQ(status, StatusOfMissing(element)) << What(request, element, text);
        if (!IsRefusedAtOnce(request, element)) {
          EXPECT_EQ(provider->Next().hook, "Unknown") << What(request, element, text);
        }
        ExpectGoesOn(peer);
      }
    }
  }
}

TEST_F(EachElementTest, Doubled) {
  for (const Known& request : Requests()) {
    for (std::size_t index = 0; index < request.elements.size(); ++index) {
      RawElements doubled = request.elements;
      doubled.push_back(doubled[index]);
      const RawPeer peer = Associate();
      peer.Send(wire::Message(kContext, doubled, request.has_data ? kData : ByteVector()));
      ExpectAbort(peer, 5, What(request, request.elements[index].first, "twice"));
      EXPECT_EQ(provider->Waiting(), 0U);
    }
  }
}

// ---- Commands ---------------------------------------------------------------------------------------------

TEST_F(DimseWireTest, UnknownCommands) {
  const RawPeer peer = Associate();
  for (const std::uint16_t field : {0x0000, 0x0002, 0x0042, 0x0160, 0x0FFE, 0x7FFF}) {
    for (const bool has_data : {false, true}) {
      RawElements elements = AboutAffected(field, has_data);
      peer.Send(wire::Message(kContext, elements, has_data ? kData : ByteVector()));
      const auto answer = wire::CommandOf(peer.Receive());
      EXPECT_EQ(wire::NumberIn(answer, kStatus), COMMAND_STATUS_UNRECOGNIZED_OPERATION);
      EXPECT_EQ(wire::NumberIn(answer, kField), field | 0x8000);
      EXPECT_EQ(wire::NumberIn(answer, kRespondedTo), 7);
      const Message message = provider->Next();
      EXPECT_EQ(message.hook, "Unknown");
      EXPECT_EQ(message.has_data, has_data);
    }
  }
  ExpectGoesOn(peer);
}

RawElements Response(std::uint16_t field, bool has_data = false) {
  return {{kAffectedClass, kClass},
          {kField, Us(field)},
          {kRespondedTo, Us(7)},
          {kDataSetType, Us(has_data ? 0 : 0x0101)},
          {kStatus, Us(0)}};
}

// Responses to nothing, known and unknown, are answered with nothing and end nothing.
TEST_F(DimseWireTest, ResponsesToNothing) {
  const RawPeer peer = Associate();
  for (const std::uint16_t field : {0x8001, 0x8020, 0x8010, 0x8021, 0x8030, 0x8100, 0x8110, 0x8120, 0x8130, 0x8140,
                                    0x8150, 0x8FFF, 0x8042, 0xFFFF}) {
    for (const bool has_data : {false, true})
      peer.Send(wire::Message(kContext, Response(field, has_data), has_data ? kData : ByteVector()));
  }
  RawElements without_id = Response(0x8001);
  without_id.erase(without_id.begin() + 2);
  peer.Send(wire::Message(kContext, without_id));
  peer.Send(wire::EchoRequest(99));
  const auto answer = wire::CommandOf(peer.Receive());
  EXPECT_EQ(wire::NumberIn(answer, kRespondedTo), 99) << "the first answer";
}

TEST_F(DimseWireTest, ACancelIsNotAnsweredWhateverItIs) {
  const RawPeer peer = Associate();
  const RawElements good = {{kField, Us(0x0FFF)}, {kRespondedTo, Us(7)}, {kDataSetType, Us(0x0101)}};
  RawElements without_id = good;
  without_id.erase(without_id.begin() + 1);
  RawElements with_data = good;
  with_data.back().second = Us(0);
  peer.Send(wire::Message(kContext, good));
  peer.Send(wire::Message(kContext, without_id));
  peer.Send(wire::Message(kContext, with_data, kData));
  EXPECT_EQ(provider->Next().hook, "CCancelRequest");
  EXPECT_EQ(provider->Next().hook, "Unknown");
  EXPECT_EQ(provider->Next().hook, "CCancelRequest");
  ExpectGoesOn(peer);
}

// A class and an instance in the elements of the other kind of request still name what is meant.
TEST_F(DimseWireTest, RequestedForAffectedAndTheReverse) {
  const RawPeer peer = Associate();
  for (const Known& request : Requests()) {
    RawElements elements = request.elements;
    for (auto& element : elements) {
      const bool is_name = (element.first & 0xFFFEU) == 0x0002U || (element.first & 0xFFFEU) == 0x1000U;
      if (is_name)
        element.first = static_cast<std::uint16_t>(element.first ^ 1U);
    }
    EXPECT_EQ(StatusFor(peer, elements, request.has_data ? kData : ByteVector()), kAnswered) << request.hook;
    const Message message = provider->Next();
    EXPECT_EQ(message.hook, request.hook);
    EXPECT_EQ(message.sop_class, UID_CT_IMAGE_STORAGE);
  }
}

// ---- Data sets --------------------------------------------------------------------------------------------

TEST_F(DimseWireTest, ADataSetThatIsAnnouncedAndDoesNotCome) {
  // The next command comes in its place.
  const RawPeer peer = Associate();
  const RawElements& store = Requests().front().elements;
  peer.Send(wire::Message(kContext, store));
  peer.Send(wire::EchoRequest(1));
  ExpectAbort(peer, 5, "a command for a data set");
  EXPECT_EQ(provider->Waiting(), 0U);
  // Nothing comes, and the peer goes.
  RawPeer leaving = Associate();
  leaving.Send(wire::Message(kContext, store));
  leaving.Send(wire::Pdv(kContext, false, false, kData));
  leaving.Close();
  EXPECT_TRUE(provider->log.Until("OnClose", [this] { return provider->log.CountFrom("OnClose") == 1; }));
  EXPECT_EQ(provider->Waiting(), 0U) << "half a message is none";
}

TEST_F(DimseWireTest, ADataSetThatNobodyAnnounced) {
  for (const Known& request : Requests()) {
    RawElements without = request.elements;
    for (auto& element : without) {
      if (element.first == kDataSetType)
        element.second = Us(0x0101);
    }
    const RawPeer peer = Associate();
    peer.Send(wire::Message(kContext, without, kData));
    // The command was a message of its own, and is answered; what follows it is not.
    EXPECT_NE(wire::NumberIn(wire::CommandOf(peer.Receive()), kStatus), -1) << request.hook;
    ExpectAbort(peer, 5, request.hook);
  }
}

// PS3.7 makes the data set of some mandatory: their hooks are not called without.
TEST_F(DimseWireTest, ARequestThatIsNothingWithoutItsDataSet) {
  const RawPeer peer = Associate();
  for (const Known& request : Requests()) {
    const std::string hook = request.hook;
    RawElements without = request.elements;
    for (auto& element : without) {
      if (element.first == kDataSetType)
        element.second = Us(0x0101);
    }
    const bool is_needed = hook == "CStoreRequest" || hook == "CFindRequest" || hook == "CGetRequest" ||
                           hook == "CMoveRequest" || hook == "NSetRequest";
    const int status = StatusFor(peer, without, {});
    const Message message = provider->Next();
    EXPECT_EQ(message.hook, is_needed ? "Unknown" : hook);
    EXPECT_FALSE(message.has_data);
    const int missing = hook == "NSetRequest" ? COMMAND_STATUS_MISSING_ATTRIBUTE : 0xA900;
    EXPECT_EQ(status, is_needed ? missing : kAnswered) << hook;
  }
  ExpectGoesOn(peer);
}

TEST_F(DimseWireTest, AnEmptyDataSetIsOne) {
  const RawPeer peer = Associate();
  for (const Known& request : Requests()) {
    if (!request.has_data)
      continue;
    peer.Send(wire::Pdv(kContext, true, true, wire::CommandSet(request.elements)));
    peer.Send(wire::Pdv(kContext, false, true, {}));
    EXPECT_EQ(wire::NumberIn(wire::CommandOf(peer.Receive()), kStatus), kAnswered);
    const Message message = provider->Next();
    EXPECT_EQ(message.hook, request.hook);
    EXPECT_TRUE(message.has_data);
    EXPECT_TRUE(message.data.empty());
  }
  ExpectGoesOn(peer);
}

// A data set that its command has no place for is taken, and shown to OnReceiveData alone.
TEST_F(DimseWireTest, ADataSetThatNobodyAskedForDoesNoHarm) {
  const RawPeer peer = Associate();
  for (const Known& request : Requests()) {
    RawElements with = request.elements;
    for (auto& element : with) {
      if (element.first == kDataSetType)
        element.second = Us(0x0102);
    }
    EXPECT_EQ(StatusFor(peer, with, kData), kAnswered) << request.hook;
    EXPECT_EQ(provider->Next().hook, request.hook);
  }
  ExpectGoesOn(peer);
}

// ---- Texts ------------------------------------------------------------------------------------------------

TEST_F(DimseWireTest, TextWithNulsAndControlCharacters) {
  const RawPeer peer = Associate();
  // Optional texts go to the hook as they are; a C string ends at its NUL.
  RawElements store = Requests().front().elements;
  store.emplace_back(0x1030, ByteVector{'A', 0, 'B', '\n', 0x1B, '[', '2', 'J'});
  store.emplace_back(0x1031, Us(5));
  EXPECT_EQ(StatusFor(peer, store, kData), kAnswered);
  const Message message = provider->Next();
  EXPECT_EQ(message.hook, "CStoreRequest");
  EXPECT_EQ(message.move_ae, "A");
  EXPECT_EQ(message.move_message_id, 5);
  // A UID that goes on behind a NUL is none.
  RawElements odd = Requests().front().elements;
  for (auto& element : odd) {
    if (element.first == kAffectedInstance)
      element.second = ByteVector{'1', '.', '2', 0, '/', 'x'};
  }
  EXPECT_EQ(StatusFor(peer, odd, kData), COMMAND_STATUS_INVALID_OBJECT_INSTANCE);
  ExpectGoesOn(peer);
}

}  // namespace
}  // namespace test
