// The lifetime protocol of HookSink by itself, called from C++ threads as the engine calls it from its own. A private
// header is included for that, and the static library linked. It runs under ThreadSanitizer too: no thread of Rust's,
// which that cannot see into, takes part, and the plain variables below are what it watches.

#include "hook_sink.h"

#include <gtest/gtest.h>
#include <ltdic.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "c_handles.h"
#include "ldicomnet/src/bridge/ffi.rs.h"

namespace {

using ldicomnet::detail::HookEnd;
using ldicomnet::detail::HookSink;

constexpr std::uint32_t kLife = 1;

class Owner : public LDicomNet {
 public:
  explicit Owner(std::function<void()> on_accept) : on_accept_(std::move(on_accept)) {}
  L_VOID OnAccept(L_INT /*nError*/) override { on_accept_(); }

 private:
  std::function<void()> on_accept_;
};

// One whose second hook runs beside the first, or inside it.
class Asking final : public LDicomNet {
 public:
  Asking(std::function<void()> on_accept, std::function<void()> on_password)
      : on_accept_(std::move(on_accept)), on_password_(std::move(on_password)) {}
  L_VOID OnAccept(L_INT /*nError*/) override { on_accept_(); }
  L_INT OnPrivateKeyPassword(L_TCHAR* /*pszPassword*/, L_INT /*nSize*/, L_INT /*nFlag*/) override {
    on_password_();
    return 0;
  }

 private:
  std::function<void()> on_accept_;
  std::function<void()> on_password_;
};

TEST(HookSink, CallsTheOwner) {
  int calls = 0;
  Owner owner([&] { ++calls; });
  const HookSink sink(&owner);
  EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Done);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(sink.Owner(), &owner);
}

TEST(HookSink, RefusesOnceDetached) {
  int calls = 0;
  Owner owner([&] { ++calls; });
  const HookSink sink(&owner);
  sink.Detach();
  EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Refused);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(sink.Owner(), nullptr);
}

TEST(HookSink, RefusesALifeThatIsOverAndNoOther) {
  int calls = 0;
  Owner owner([&] { ++calls; });
  const HookSink sink(&owner);
  sink.Retire(kLife + 1);
  EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Refused);
  EXPECT_EQ(sink.OnAccept(kLife + 1, 0), HookEnd::Done);
  EXPECT_EQ(calls, 1);
}

TEST(HookSink, AnExceptionIsCaughtAndTold) {
  Owner owner([] { throw std::runtime_error("from a hook"); });
  const HookSink sink(&owner);
  EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Threw);
  Owner other([] { throw 42; });
  const HookSink other_sink(&other);
  EXPECT_EQ(other_sink.OnAccept(kLife, 0), HookEnd::Threw);
  EXPECT_FALSE(other_sink.IsDerivedBusyElsewhere());
}

TEST(HookSink, DetachWaitsForAHookOnAnotherThread) {
  std::promise<void> inside;
  bool has_ended = false;
  const HookSink* sink_of_hook = nullptr;
  auto owner = std::make_unique<Owner>([&] {
    inside.set_value();
    // Until the other thread is inside Detach.
    while (sink_of_hook->Owner() != nullptr)
      std::this_thread::yield();
    has_ended = true;
  });
  const HookSink sink(owner.get());
  sink_of_hook = &sink;
  std::thread engine([&] { EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Done); });
  inside.get_future().wait();
  EXPECT_TRUE(sink.IsDerivedBusyElsewhere());
  sink.Detach();
  EXPECT_TRUE(has_ended);
  owner.reset();
  engine.join();
}

struct Callback {
  std::promise<void> inside;
  std::promise<void> go_on;
};

L_VOID EXT_CALLBACK WaitInAccept(HDICOMNET /*net*/, L_INT /*error*/, L_VOID* user_data) {
  auto& callback = *static_cast<Callback*>(user_data);
  callback.inside.set_value();
  callback.go_on.get_future().wait();
}

// A plain LDicomNet destroyed beside its callback was told to call Close() in a destructor that it has not.
TEST(HookSink, APlainOwnerWhoseCallbackRunsIsNotBusyAsADerivedOneIs) {
  Callback callback;
  DICOMNETCALLBACK callbacks = {};
  callbacks.pfnAccept = WaitInAccept;
  callbacks.pUserData = &callback;
  LDicomNet owner;
  owner.SetCallback(&callbacks);
  const HookSink sink(&owner);
  std::thread engine([&] { EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Done); });
  callback.inside.get_future().wait();
  EXPECT_FALSE(sink.IsDerivedBusyElsewhere());
  callback.go_on.set_value();
  sink.Detach();
  engine.join();
}

TEST(HookSink, RetireWaitsForAHookOnAnotherThread) {
  std::promise<void> inside;
  bool has_ended = false;
  const HookSink* sink_of_hook = nullptr;
  Owner owner([&] {
    inside.set_value();
    // OnSend runs beside other hooks, and so tells from in here when the life is over.
    while (sink_of_hook->OnSend(kLife, 0, PDU_DATA_TRANSFER, 1) == HookEnd::Done)
      std::this_thread::yield();
    has_ended = true;
  });
  const HookSink sink(&owner);
  sink_of_hook = &sink;
  std::thread engine([&] { EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Done); });
  inside.get_future().wait();
  sink.Retire(kLife + 1);
  EXPECT_TRUE(has_ended);
  engine.join();
  EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Refused);
}

TEST(HookSink, AHookMayDetachAndDestroyItsOwner) {
  Owner* owner = nullptr;
  const HookSink* sink_of_hook = nullptr;
  owner = new Owner([&] {
    sink_of_hook->Detach();
    delete owner;
  });
  const HookSink sink(owner);
  sink_of_hook = &sink;
  EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Done);
  EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Refused);
}

TEST(HookSink, HooksOfOneOwnerNeverRunAtTheSameTime) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 200;
  int calls = 0;
  std::atomic<bool> is_inside{false};
  Owner owner([&] {
    EXPECT_FALSE(is_inside.exchange(true));
    ++calls;
    std::this_thread::yield();  // an invitation to the other threads
    is_inside = false;
  });
  const HookSink sink(&owner);
  std::promise<void> start;
  const std::shared_future<void> started(start.get_future());
  std::vector<std::thread> engines;
  engines.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    engines.emplace_back([&, started] {
      started.wait();
      for (int call = 0; call < kCalls; ++call)
        EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Done);
    });
  }
  start.set_value();
  for (std::thread& engine : engines)
    engine.join();
  EXPECT_EQ(calls, kThreads * kCalls);
}

// As a sender's hook is inside the one that sends: both enter and leave without the mutex, unless somebody looks.
TEST(HookSink, HooksInsideHooksComeAndGoBesideThoseOfOtherThreads) {
  constexpr int kCalls = 300;
  int calls = 0;
  std::atomic<int> inner_calls{0};
  const HookSink* sink_of_hook = nullptr;
  const auto ask = [&] {
    std::uint8_t room[1] = {};
    sink_of_hook->OnPrivateKeyPassword(kLife, {room, 1});
  };
  Asking owner(
      [&] {
        ++calls;
        ask();
        ask();
      },
      [&] {
        ++inner_calls;
        std::this_thread::yield();  // an invitation to the other threads
      });
  const HookSink sink(&owner);
  sink_of_hook = &sink;
  std::promise<void> start;
  const std::shared_future<void> started(start.get_future());
  std::atomic<bool> is_over{false};
  std::vector<std::thread> engines;
  for (int i = 0; i < 2; ++i) {
    engines.emplace_back([&, started] {
      started.wait();
      for (int call = 0; call < kCalls; ++call)
        EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Done);
    });
    engines.emplace_back([&, started] {
      started.wait();
      for (int call = 0; call < kCalls; ++call)
        ask();
    });
  }
  std::thread looker([&, started] {
    started.wait();
    while (!is_over) {
      EXPECT_EQ(sink.CurrentCommandSet(), nullptr);
      std::this_thread::yield();
    }
  });
  start.set_value();
  for (std::thread& engine : engines)
    engine.join();
  is_over = true;
  looker.join();
  EXPECT_EQ(calls, 2 * kCalls);
  EXPECT_EQ(inner_calls, 6 * kCalls);
  EXPECT_FALSE(sink.IsDerivedBusyElsewhere()) << "a call was left in the list";
  sink.Detach();
}

TEST(HookSink, RetireWaitsForAHookInsideAHookOnAnotherThread) {
  std::promise<void> inside;
  bool has_ended = false;
  const HookSink* sink_of_hook = nullptr;
  Asking owner(
      [&] {
        std::uint8_t room[1] = {};
        sink_of_hook->OnPrivateKeyPassword(kLife, {room, 1});
        has_ended = true;
      },
      [&] {
        inside.set_value();
        // Until the life is over, which is told from in here as from anywhere.
        while (sink_of_hook->OnSend(kLife, 0, PDU_DATA_TRANSFER, 1) == HookEnd::Done)
          std::this_thread::yield();
      });
  const HookSink sink(&owner);
  sink_of_hook = &sink;
  std::thread engine([&] { EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Done); });
  inside.get_future().wait();
  sink.Retire(kLife + 1);
  EXPECT_TRUE(has_ended);
  engine.join();
}

TEST(HookSink, TwoHooksMayDetachEachOther) {
  std::promise<void> first_inside;
  std::promise<void> second_inside;
  const HookSink* first_sink = nullptr;
  const HookSink* second_sink = nullptr;
  Owner first([&] {
    first_inside.set_value();
    second_inside.get_future().wait();
    second_sink->Detach();
  });
  Owner second([&] {
    second_inside.set_value();
    first_inside.get_future().wait();
    first_sink->Detach();
  });
  const HookSink first_local(&first);
  const HookSink second_local(&second);
  first_sink = &first_local;
  second_sink = &second_local;
  std::thread engine([&] { EXPECT_EQ(first_local.OnAccept(kLife, 0), HookEnd::Done); });
  EXPECT_EQ(second_local.OnAccept(kLife, 0), HookEnd::Done);
  engine.join();
}

// Hooks in a ring, each ending the next one's life: the last to ask must not wait.
TEST(HookSink, ARingOfHooksThatRetireEachOtherEnds) {
  constexpr int kRounds = 50;
  for (const std::size_t count : {1U, 2U, 3U, 5U}) {
    for (int round = 0; round < kRounds; ++round) {
      std::atomic<std::size_t> inside{0};
      std::vector<std::unique_ptr<Owner>> owners;
      std::vector<std::unique_ptr<HookSink>> sinks;
      for (std::size_t i = 0; i < count; ++i) {
        owners.push_back(std::make_unique<Owner>([&, i] {
          ++inside;
          while (inside < count)
            std::this_thread::yield();
          sinks[(i + 1) % count]->Retire(kLife + 1);
        }));
        sinks.push_back(std::make_unique<HookSink>(owners.back().get()));
      }
      std::vector<std::thread> engines;
      engines.reserve(sinks.size());
      for (const auto& sink : sinks)
        engines.emplace_back([&sink] { EXPECT_EQ(sink->OnAccept(kLife, 0), HookEnd::Done); });
      for (std::thread& engine : engines)
        engine.join();
      for (const auto& sink : sinks)
        EXPECT_EQ(sink->OnAccept(kLife, 0), HookEnd::Refused);
    }
  }
}

TEST(HookSink, AHookOfTheNextLifeDoesNotOvertake) {
  std::promise<void> inside;
  std::promise<void> go_on;
  int calls = 0;  // plain: two at once are a race that ThreadSanitizer reports
  Owner owner([&] {
    if (++calls == 1) {
      inside.set_value();
      go_on.get_future().wait();
      ++calls;
    } else {
      EXPECT_EQ(calls, 3);
    }
  });
  const HookSink sink(&owner);
  std::thread first([&] { EXPECT_EQ(sink.OnAccept(kLife, 0), HookEnd::Done); });
  inside.get_future().wait();
  std::thread second([&] { EXPECT_EQ(sink.OnAccept(kLife + 1, 0), HookEnd::Done); });
  go_on.set_value();
  second.join();
  sink.Detach();
  first.join();
  EXPECT_EQ(calls, 3);
}

TEST(HookSink, TheHandleEndsBeforeTheOwner) {
  Owner owner([] {});
  const HookSink sink(&owner);
  const HDICOMNET handle = sink.Handle();
  ASSERT_NE(handle, nullptr);
  EXPECT_EQ(sink.Handle(), handle);
  EXPECT_EQ(L_DicomGetSecureMode(handle), DICOM_SECURE_NONE);
  EXPECT_EQ(sink.EndHandle(), handle);
  EXPECT_EQ(sink.Handle(), nullptr);
  ldicomnet::detail::EndLentHandle(handle);
  EXPECT_EQ(L_DicomListen(handle, "127.0.0.1", 0, 1), DICOM_ERROR_PARAMETER);
}

// The handle ends while other threads are in functions on it: it waits for them, and they do not come upon what is
// gone.
TEST(HookSink, EndingAHandleWaitsForFunctions) {
  constexpr int kRounds = 100;
  for (int round = 0; round < kRounds; ++round) {
    Owner owner([] {});
    const HookSink sink(&owner);
    auto value = std::make_unique<int>(0);  // dies after the handle
    const HDICOMNET handle = sink.Handle();
    std::promise<void> started;
    std::thread user([&] {
      started.set_value();
      for (;;) {
        const ldicomnet::detail::Pinned<LDicomNet> net(handle);
        if (!net)
          return;
        ++*value;
      }
    });
    started.get_future().wait();
    sink.EndHandle();
    ldicomnet::detail::EndLentHandle(handle);
    value.reset();
    user.join();
  }
}

TEST(HookSink, NoHookRunsOnADestroyedOwner) {
  constexpr int kRounds = 200;
  for (int round = 0; round < kRounds; ++round) {
    auto value = std::make_unique<int>(0);  // dies with the owner: a late hook is a use after free
    auto owner = std::make_unique<Owner>([&] { ++*value; });
    const auto sink = std::make_shared<HookSink>(owner.get());
    std::promise<void> started;
    std::thread engine([sink, &started] {
      started.set_value();
      while (sink->OnAccept(kLife, 0) == HookEnd::Done) {
      }
    });
    started.get_future().wait();
    sink->Detach();
    owner.reset();
    value.reset();
    engine.join();
  }
}

}  // namespace
