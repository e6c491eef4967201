// What an application may do to an object in each of its hooks: destroy it, close it, destroy another one, or leave
// by an exception. Made to be run under AddressSanitizer too, which sees what is touched after it is gone.
//
// One conversation drives itself from hook to hook, so that no thread of the test holds an object that a hook may
// destroy; beside it another one lives, which must notice nothing.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <atomic>
#include <iterator>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "support/raw_peer.h"
#include "support/world.h"

namespace test {
namespace {

enum class Scenario {
  Released,           // connect, associate, echo, store, an unknown command, release
  AbortedByClient,    // abort in the place of the release
  AbortedByAcceptor,  // abort in the place of the answer to the echo
  Rejected,           // the association is rejected
  Refused,            // nobody listens
  ListenerGone,       // the listener closes in the middle, so that the end is told on the connection itself
};

struct Place {
  const char* object;
  const char* hook;
  Scenario scenario = Scenario::Released;
  // There is an association, so that a hook that throws is answered with an A-ABORT that its peer hears of.
  bool is_associated = true;
  L_INT dispatch_mode = DICOMNET_DISPATCH_THREADS;
};

const Place kHooks[] = {
    {"acceptor", "OnReceive", Scenario::Released, false},
    {"acceptor", "OnReceiveAssociateRequest"},
    {"acceptor", "OnSend"},
    {"acceptor", "OnSendExt"},
    {"acceptor", "OnReceiveData"},
    {"acceptor", "OnReceiveCEchoRequest"},
    {"acceptor", "OnBeforeSendCommandSet"},
    {"acceptor", "OnStoreBegin"},
    {"acceptor", "OnReceiveCStoreRequest"},
    {"acceptor", "OnReceiveUnknown"},
    {"acceptor", "OnReceiveReleaseRequest"},
    {"acceptor", "OnReceiveAbort", Scenario::AbortedByClient, false},
    {"acceptor", "OnClose", Scenario::ListenerGone, false},
    {"client", "OnConnect", Scenario::Released, false},
    {"client", "OnConnect", Scenario::Refused, false},
    {"client", "OnSend"},
    {"client", "OnSendExt"},
    {"client", "OnReceive"},
    {"client", "OnReceiveAssociateAccept"},
    {"client", "OnReceiveAssociateReject", Scenario::Rejected, false},
    {"client", "OnBeforeSendCommandSet"},
    {"client", "OnReceiveData"},
    {"client", "OnReceiveCEchoResponse"},
    {"client", "OnReceiveCStoreResponse"},
    {"client", "OnReceiveUnknown"},
    {"client", "OnReceiveReleaseResponse", Scenario::Released, false},
    {"client", "OnReceiveAbort", Scenario::AbortedByAcceptor, false},
    {"client", "OnClose", Scenario::Released, false},
    {"server", "OnCondition", Scenario::Released, false},
    {"server", "OnAccept", Scenario::Released, false},
    {"server", "OnClose", Scenario::Released, false},
};

// Every hook in both dispatch modes.
std::vector<Place> Places() {
  std::vector<Place> places(std::begin(kHooks), std::end(kHooks));
  for (Place pumped : kHooks) {
    pumped.dispatch_mode = DICOMNET_DISPATCH_PUMP;
    places.push_back(pumped);
  }
  return places;
}

// A connection that stood, and was reset before the client's side had seen it stand.
constexpr char kResetBeforeSeen[] = "client.OnConnect 36";

class LifetimeTest : public NetTest {
 protected:
  void SetUp() override {
    bystanding_ = Make("bystander");
    On("bystander.OnAccept", [](Probe& self, Call&) { Accept(self, "companion"); });
    On("companion.OnReceiveAssociateRequest", [](Probe& self, Call& call) {
      EXPECT_EQ(self.SendAssociateAccept(AnswerTo(*call.associate).get()), DICOM_SUCCESS);
    });
    bystander_port_ = Listen(*bystanding_);
    visitor_ = Make("visitor");
    Connect(*visitor_, bystander_port_);
    Associate(*visitor_);
  }

  // Makes the objects, and says what drives them.
  void Arrange(Scenario scenario, L_INT dispatch_mode = DICOMNET_DISPATCH_THREADS) {
    On("server.OnAccept", [this](Probe& self, Call&) { acceptor_ = Accept(self, "acceptor"); });
    On("client.OnConnect", [](Probe& self, Call& call) {
      if (call.error == DICOM_SUCCESS)
        self.SendAssociateRequest(Request().get());
    });
    On("client.OnReceiveAssociateAccept", [this, scenario](Probe& self, Call&) {
      if (scenario == Scenario::ListenerGone)
        server_->Close();
      self.SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS);
    });
    On("client.OnReceiveCEchoResponse", [](Probe& self, Call&) { SendStoreRequest(self, 2); });
    On("client.OnReceiveCStoreResponse", [](Probe& self, Call&) {
      LDicomDS command;
      MakeCommand(command, 0x0042, 3);
      self.SendData(kStorage, &command, nullptr);
    });
    On("client.OnReceiveUnknown", [scenario](Probe& self, Call&) {
      if (scenario == Scenario::AbortedByClient) {
        self.SendAbort(PDU_ABORT_SOURCE_USER, 0);
      } else {
        self.SendReleaseRequest();
      }
    });
    if (scenario == Scenario::Rejected)
      world->Leave("acceptor.OnReceiveAssociateRequest");
    if (scenario == Scenario::AbortedByAcceptor)
      On("acceptor.OnReceiveCEchoRequest", [](Probe& self, Call&) { self.SendAbort(PDU_ABORT_SOURCE_USER, 0); });
    if (dispatch_mode == DICOMNET_DISPATCH_PUMP)
      log.WhileWaiting(LDicomNet::Breathe);
    server_ = Make("server");
    EXPECT_EQ(server_->SetDispatchMode(dispatch_mode), DICOM_SUCCESS);
    server_->SetDebugMode(DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO);
    port_ = Listen(*server_);
    client_ = Make("client");
    EXPECT_EQ(client_->SetDispatchMode(dispatch_mode), DICOM_SUCCESS);
    client_->SetDebugMode(DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO);
  }

  // Begins. The client may be gone before this returns.
  void Run(Scenario scenario) {
    const L_UINT port = scenario == Scenario::Refused ? FreePort() : port_;
    EXPECT_EQ(client_->Connect(nullptr, 0, "127.0.0.1", port), DICOM_SUCCESS);
  }

  // The library serves others as if nothing had happened.
  void ExpectOthersLive() {
    Echo(*visitor_, 7);
    Probe& next = *Make("next");
    Connect(next, bystander_port_);
    Associate(next);
    Echo(next, 8);
  }

  Probe* Named(const std::string& object) const {
    if (object == "acceptor")
      return acceptor_;
    return object == "client" ? client_ : server_;
  }

  // Nothing is left of the conversation: the client's end and the acceptor's have been told, or somebody closed them.
  ::testing::AssertionResult Ended() {
    return log.Until("the end of both", [&] {
      const bool client_ended = log.CountFrom("client.OnClose") + log.Count("~client") + log.Count("closed client") +
                                    log.Count(kResetBeforeSeen) + log.CountFrom("client.OnConnect 35") !=
                                0;
      const bool acceptor_ended = acceptor_ == nullptr || log.CountFrom("server.OnClose") != 0 ||
                                  log.CountFrom("acceptor.OnClose") != 0 || log.Count("~acceptor") != 0 ||
                                  log.Count("closed acceptor") != 0;
      return client_ended && acceptor_ended;
    });
  }

  // No hook of the object came after this entry.
  void ExpectNoHookAfter(const std::string& entry, const std::string& object) {
    bool after = false;
    for (const std::string& each : log.Entries()) {
      EXPECT_FALSE(after && each.compare(0, object.size() + 1, object + ".") == 0) << each << " after " << entry;
      after = after || each == entry;
    }
    EXPECT_TRUE(after);
  }

  Probe* server_ = nullptr;
  Probe* client_ = nullptr;
  std::atomic<Probe*> acceptor_{nullptr};
  L_UINT port_ = 0;

 private:
  Probe* bystanding_ = nullptr;
  Probe* visitor_ = nullptr;
  L_UINT bystander_port_ = 0;
};

std::string NameOf(Scenario scenario) {
  switch (scenario) {
    case Scenario::Released:
      return "Released";
    case Scenario::AbortedByClient:
      return "AbortedByClient";
    case Scenario::AbortedByAcceptor:
      return "AbortedByAcceptor";
    case Scenario::Rejected:
      return "Rejected";
    case Scenario::Refused:
      return "Refused";
    case Scenario::ListenerGone:
      return "ListenerGone";
  }
  return "";
}

std::string NameOf(const Place& place) {
  const char* const mode = place.dispatch_mode == DICOMNET_DISPATCH_PUMP ? "Pumped" : "";
  return std::string(place.object) + place.hook + NameOf(place.scenario) + mode;
}

void PrintTo(const Place& place, std::ostream* out) {
  *out << NameOf(place);
}

// ---- Ending itself --------------------------------------------------------------------------------------

enum class Ending { Delete, Close, CloseForced, CloseAndReuse };

std::string NameOf(Ending ending) {
  switch (ending) {
    case Ending::Delete:
      return "Delete";
    case Ending::Close:
      return "Close";
    case Ending::CloseForced:
      return "CloseForced";
    case Ending::CloseAndReuse:
      return "CloseAndReuse";
  }
  return "";
}

class EndsItself : public LifetimeTest, public ::testing::WithParamInterface<std::tuple<Place, Ending>> {};

TEST_P(EndsItself, InTheHook) {
  const Place place = std::get<0>(GetParam());
  const Ending ending = std::get<1>(GetParam());
  const std::string object = place.object;
  Arrange(place.scenario, place.dispatch_mode);
  On(object + "." + place.hook, [ending](Probe& self, Call&) {
    const std::shared_ptr<World> its_world = self.SharedWorld();
    const std::string name = self.name();
    switch (ending) {
      case Ending::Delete:
        its_world->Destroy(&self);
        break;
      case Ending::CloseForced:
        EXPECT_EQ(self.CloseForced(L_TRUE), DICOM_SUCCESS);
        break;
      case Ending::Close:
      case Ending::CloseAndReuse:
        self.Close();
        break;
    }
    if (ending == Ending::CloseAndReuse) {
      EXPECT_EQ(self.Listen("127.0.0.1", 0, 5), DICOM_SUCCESS);
      EXPECT_FALSE(IsRefused(PortOf(self)));
      self.Close();
      // A second Close does no harm.
      self.Close();
    }
    its_world->log.Add("closed " + name);
  });
  Run(place.scenario);
  ASSERT_TRUE(log.Has("closed " + object));
  EXPECT_TRUE(Ended());
  ExpectOthersLive();
  ExpectNoHookAfter("closed " + object, object);
}

INSTANTIATE_TEST_SUITE_P(
    Hooks, EndsItself,
    ::testing::Combine(::testing::ValuesIn(Places()),
                       ::testing::Values(Ending::Delete, Ending::Close, Ending::CloseForced, Ending::CloseAndReuse)),
    [](const auto& test) { return NameOf(std::get<0>(test.param)) + NameOf(std::get<1>(test.param)); });

// ---- Ending another -------------------------------------------------------------------------------------

using PlaceAndVictim = std::tuple<Place, std::string>;

// Every place with the two objects that it is not a hook of.
std::vector<PlaceAndVictim> PlacesAndVictims() {
  std::vector<PlaceAndVictim> pairs;
  for (const Place& place : Places()) {
    for (const char* const victim : {"acceptor", "client", "server"}) {
      if (victim != std::string(place.object))
        pairs.emplace_back(place, victim);
    }
  }
  return pairs;
}

class EndsAnother : public LifetimeTest, public ::testing::WithParamInterface<PlaceAndVictim> {};

TEST_P(EndsAnother, InTheHook) {
  const Place place = std::get<0>(GetParam());
  const std::string victim = std::get<1>(GetParam());
  Arrange(place.scenario, place.dispatch_mode);
  std::atomic<bool> done{false};
  const std::string where = std::string(place.object) + "." + place.hook;
  const Action usual = world->Find(where);
  const ObjectsEndHere end(*world);
  On(where, [&](Probe& self, Call& call) {
    const std::shared_ptr<World> its_world = self.SharedWorld();
    if (!done.exchange(true)) {
      Probe* const other = Named(victim);
      if (other != nullptr)
        its_world->Destroy(other);
      its_world->log.Add("ended " + victim);
    }
    // The object itself goes on.
    usual ? usual(self, call) : call.base();
  });
  Run(place.scenario);
  ASSERT_TRUE(log.Has("ended " + victim));
  ExpectOthersLive();
  // There may have been no acceptor yet.
  if (log.Place("~" + victim) < log.Place("ended " + victim))
    ExpectNoHookAfter("ended " + victim, victim);
}

INSTANTIATE_TEST_SUITE_P(Hooks, EndsAnother, ::testing::ValuesIn(PlacesAndVictims()), [](const auto& test) {
  return NameOf(std::get<0>(test.param)) + "_" + std::get<1>(test.param);
});

// ---- Exceptions -----------------------------------------------------------------------------------------

enum class Thrown { Exception, Number };

class Throws : public LifetimeTest, public ::testing::WithParamInterface<std::tuple<Place, Thrown>> {};

TEST_P(Throws, OutOfTheHook) {
  const Place place = std::get<0>(GetParam());
  const Thrown thrown = std::get<1>(GetParam());
  const std::string object = place.object;
  Arrange(place.scenario, place.dispatch_mode);
  std::atomic<bool> done{false};
  const std::string where = object + "." + place.hook;
  const Action usual = world->Find(where);
  const ObjectsEndHere end(*world);
  On(where, [&, thrown](Probe& self, Call& call) {
    if (done.exchange(true)) {
      usual ? usual(self, call) : call.base();
      return;
    }
    self.world().log.Add("throws");
    if (thrown == Thrown::Exception)
      throw std::runtime_error("a test's exception \xFF, not even text");
    throw 42;
  });
  Run(place.scenario);
  ASSERT_TRUE(log.Has("throws"));
  // What the hook was called for has ended, with an A-ABORT where there is an association.
  EXPECT_TRUE(Ended());
  if (place.is_associated) {
    const std::string peer = object == "client" ? "acceptor" : "client";
    EXPECT_TRUE(log.Has(peer + ".OnReceiveAbort 0 0"));
    EXPECT_FALSE(client_->IsAssociated());
  }
  if (where == "server.OnCondition" || where == "server.OnAccept") {
    EXPECT_EQ(log.Count(kResetBeforeSeen) + log.Count("client.OnClose 36"), 1U);
    EXPECT_EQ(server_->GetPendingCount(), 0U);
  }
  ExpectOthersLive();
  if (place.scenario == Scenario::ListenerGone)
    return;
  // And the listener goes on.
  Probe& later = *Make("later");
  Connect(later, port_);
  ASSERT_EQ(later.SendAssociateRequest(Request().get()), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has(place.scenario == Scenario::Rejected ? "later.OnReceiveAssociateReject 1 1 1"
                                                           : "later.OnReceiveAssociateAccept"));
}

INSTANTIATE_TEST_SUITE_P(Hooks, Throws,
                         ::testing::Combine(::testing::ValuesIn(Places()),
                                            ::testing::Values(Thrown::Exception, Thrown::Number)),
                         [](const auto& test) {
                           return NameOf(std::get<0>(test.param)) +
                                  (std::get<1>(test.param) == Thrown::Exception ? "Exception" : "Number");
                         });

// ---- By the way -----------------------------------------------------------------------------------------

TEST_F(LifetimeTest, ASenderWhoseObjectIsDestroyedInBeforeSend) {
  Arrange(Scenario::Released);
  world->Leave("client.OnReceiveAssociateAccept");
  On("client.OnBeforeSendCommandSet", [](Probe& self, Call&) { self.world().Destroy(&self); });
  Run(Scenario::Released);
  ASSERT_TRUE(log.Has("client.OnReceiveAssociateAccept"));
  ASSERT_TRUE(log.Has("client.OnSend 1"));
  client_->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS);
  EXPECT_EQ(log.Count("~client"), 1U);
  EXPECT_TRUE(log.Until("the acceptor's end", [&] { return log.CountFrom("server.OnClose") == 1; }));
  ExpectOthersLive();
}

TEST_F(LifetimeTest, AThrowInBeforeSendIsAnErrorOfTheSender) {
  Arrange(Scenario::Released);
  world->Leave("client.OnReceiveAssociateAccept");
  On("client.OnBeforeSendCommandSet", [](Probe&, Call&) { throw std::runtime_error("no"); });
  Run(Scenario::Released);
  ASSERT_TRUE(log.Has("client.OnReceiveAssociateAccept"));
  EXPECT_NE(client_->SendCEchoRequest(kVerification, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  EXPECT_TRUE(log.Has("acceptor.OnReceiveAbort 0 0"));
  ExpectOthersLive();
}

TEST_F(LifetimeTest, AnObjectThatReconnectsItselfInOnClose) {
  constexpr int kLives = 5;
  Arrange(Scenario::Released);
  std::atomic<int> lives{0};
  const ObjectsEndHere end(*world);
  On("client.OnClose", [&](Probe& self, Call&) {
    if (++lives == kLives) {
      self.world().log.Add("enough");
      return;
    }
    EXPECT_EQ(self.Connect(nullptr, 0, "127.0.0.1", port_), DICOM_SUCCESS);
  });
  Run(Scenario::Released);
  ASSERT_TRUE(log.Has("enough"));
  EXPECT_EQ(log.Count("client.OnReceiveReleaseResponse"), static_cast<std::size_t>(kLives));
}

}  // namespace
}  // namespace test
