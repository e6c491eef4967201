// Operations of more than one response: matches that stream and are cancelled, and C-GET and C-MOVE with their
// C-STORE sub-operations.

#include <gtest/gtest.h>
#include <ltdic.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "support/services.h"

namespace test {
namespace {

const char* const kFindClass = UID_STUDY_ROOT_QUERY_FIND;
const char* const kGetClass = UID_STUDY_ROOT_QUERY_GET;
const char* const kMoveClass = UID_STUDY_ROOT_QUERY_MOVE;
const char* const kStored = UID_CT_IMAGE_STORAGE;

// What a provider does that answers on a thread of its own, as one must that wants to hear of a C-CANCEL: hooks of one
// object come one after the other.
class Worker {
 public:
  ~Worker() { Join(); }
  template <class Work>
  void Start(Work work) {
    thread_ = std::thread(work);
  }
  void Join() {
    if (thread_.joinable())
      thread_.join();
  }

 private:
  std::thread thread_;
};

std::string Instance(int number) {
  return "1.2.3." + std::to_string(number);
}

using DimseQueryTest = ServicesTest;

// Matches without end until they are cancelled, and then one last response.
void StreamUntilCancelled(Services& self, const std::atomic<bool>& is_cancelled, L_UINT16 message_id,
                          const ByteVector& match) {
  while (!is_cancelled) {
    const L_INT error =
        self.SendCFindResponse(kFind, message_id, kFindClass, COMMAND_STATUS_PENDING, Data(match).get());
    ASSERT_EQ(error, DICOM_SUCCESS);
  }
  ASSERT_EQ(self.SendCFindResponse(kFind, message_id, kFindClass, COMMAND_STATUS_CANCEL, nullptr), DICOM_SUCCESS);
}

TEST_F(DimseQueryTest, ACancelStopsAStreamOfMatches) {
  std::atomic<bool> is_cancelled{false};
  Worker worker;
  const ByteVector match = Element(TAG_PATIENT_ID, "MATCH ");
  listener.prepare = [&](Services& self) {
    self.On("CFindRequest", [&](Services& object, const Message& request) {
      Services* const provider_object = &object;
      const L_UINT16 message_id = request.message_id;
      worker.Start([&, provider_object, message_id] {
        StreamUntilCancelled(*provider_object, is_cancelled, message_id, match);
      });
    });
    self.On("CCancelRequest", [&](Services&, const Message& cancel) {
      EXPECT_EQ(cancel.message_id, 21);
      is_cancelled = true;
    });
  };
  requestor = Associated();
  std::atomic<int> pending{0};
  requestor->On("CFindResponse", [&](Services& self, const Message& response) {
    if (response.status == COMMAND_STATUS_PENDING && ++pending == 100) {
      EXPECT_EQ(self.SendCCancelRequest(response.context, response.message_id), DICOM_SUCCESS);
    }
  });
  ASSERT_EQ(requestor->SendCFindRequest(kFind, 21, kFindClass, COMMAND_PRIORITY_MEDIUM, Data(match).get()),
            DICOM_SUCCESS);
  int count = 0;
  for (;;) {
    const Message response = requestor->Next();
    ASSERT_EQ(response.hook, "CFindResponse");
    if (response.status != COMMAND_STATUS_PENDING) {
      EXPECT_EQ(response.status, COMMAND_STATUS_CANCEL);
      EXPECT_FALSE(response.has_data);
      break;
    }
    EXPECT_EQ(response.data, match);
    ++count;
  }
  EXPECT_GE(count, 100);
  worker.Join();
  EXPECT_TRUE(is_cancelled);
  // Nothing is left over: the association goes on.
  ASSERT_EQ(requestor->SendCEchoRequest(kEcho, 22, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  EXPECT_EQ(provider->Next().hook, "CFindRequest");
  EXPECT_EQ(provider->Next().hook, "CCancelRequest");
  EXPECT_EQ(provider->Next().hook, "CEchoRequest");
  ASSERT_EQ(provider->SendCEchoResponse(kEcho, 22, UID_VERIFICATION_CLASS, COMMAND_STATUS_SUCCESS), DICOM_SUCCESS);
  EXPECT_EQ(requestor->Next().hook, "CEchoResponse");
}

// PS3.7 9.1.2.3: a cancel that comes too late, or for nothing, has no effect.
TEST_F(DimseQueryTest, ACancelForNothingIsNotAnswered) {
  listener.prepare = [](Services& self) {
    self.On("CEchoRequest", [](Services& object, const Message& request) {
      EXPECT_EQ(object.SendCEchoResponse(request.context, request.message_id, UID_VERIFICATION_CLASS, 0),
                DICOM_SUCCESS);
    });
  };
  requestor = Associated();
  ASSERT_EQ(requestor->SendCCancelRequest(kFind, 99), DICOM_SUCCESS);
  ASSERT_EQ(requestor->SendCEchoRequest(kEcho, 1, UID_VERIFICATION_CLASS), DICOM_SUCCESS);
  EXPECT_EQ(requestor->Next().hook, "CEchoResponse");
  EXPECT_EQ(requestor->Waiting(), 0U);
}

// ---- C-GET ------------------------------------------------------------------------------------------------

// The performer of a C-GET: stores its instances one after the other, counts, and answers.
class Getting {
 public:
  Getting(int instances, const ByteVector& data) : instances_(instances), data_(data) {}

  void Prepare(Services& self) {
    self.On("CGetRequest", [this](Services& object, const Message& request) {
      get_id_ = request.message_id;
      Store(object);
    });
    self.On("CStoreResponse", [this](Services& object, const Message& response) {
      EXPECT_EQ(response.message_id, kFirstStoreId + done_);
      EXPECT_EQ(response.instance, Instance(done_));
      if (response.status == COMMAND_STATUS_SUCCESS) {
        ++completed_;
      } else if (response.status == COMMAND_STATUS_WARNING) {
        ++warning_;
      } else {
        ++failed_;
      }
      ++done_;
      const bool is_over = is_cancelled_ || done_ == instances_;
      if (!is_over) {
        Answer(object, COMMAND_STATUS_PENDING);
        Store(object);
      } else {
        Answer(object, is_cancelled_             ? COMMAND_STATUS_CANCEL
                       : failed_ + warning_ != 0 ? COMMAND_STATUS_WARNING
                                                 : COMMAND_STATUS_SUCCESS);
      }
    });
    self.On("CCancelRequest", [this](Services&, const Message& cancel) {
      EXPECT_EQ(cancel.message_id, get_id_);
      is_cancelled_ = true;
    });
  }

 private:
  static constexpr int kFirstStoreId = 500;

  void Store(Services& object) {
    EXPECT_EQ(object.SendCStoreRequest(kStore, static_cast<L_UINT16>(kFirstStoreId + done_), kStored,
                                       Instance(done_).c_str(), COMMAND_PRIORITY_MEDIUM, "", 0, Data(data_).get()),
              DICOM_SUCCESS);
  }
  void Answer(Services& object, L_UINT16 status) {
    EXPECT_EQ(object.SendCGetResponse(kGet, get_id_, kGetClass, status, static_cast<L_UINT16>(instances_ - done_),
                                      completed_, failed_, warning_, nullptr),
              DICOM_SUCCESS);
  }

  const int instances_;
  const ByteVector data_;
  // Used by the hooks of one object alone, which come one after the other.
  L_UINT16 get_id_ = 0;
  int done_ = 0;
  L_UINT16 completed_ = 0;
  L_UINT16 failed_ = 0;
  L_UINT16 warning_ = 0;
  bool is_cancelled_ = false;
};

TEST_F(DimseQueryTest, CGetStoresOnItsOwnAssociation) {
  const ByteVector data = Element(TAG_PATIENT_ID, std::string(100000, 'x'));
  Getting getting(5, data);
  listener.prepare = [&](Services& self) { getting.Prepare(self); };
  requestor = Associated(true);
  ASSERT_NE(requestor->GetAssociate(), nullptr);
  EXPECT_TRUE(requestor->GetAssociate()->IsRoleSelect(kStore));
  EXPECT_EQ(requestor->GetAssociate()->GetUserRole(kStore), PDU_ROLE_NON_SUPPORT);
  EXPECT_EQ(requestor->GetAssociate()->GetProviderRole(kStore), PDU_ROLE_SUPPORT);
  requestor->On("CStoreRequest", [](Services& self, const Message& request) {
    // The second one fails, the third is stored with a warning.
    const L_UINT16 status = request.instance == Instance(1)   ? COMMAND_STATUS_REFUSED_OUT_OF_RESOURCES
                            : request.instance == Instance(2) ? COMMAND_STATUS_WARNING
                                                              : COMMAND_STATUS_SUCCESS;
    EXPECT_EQ(self.SendCStoreResponse(request.context, request.message_id, request.sop_class.c_str(),
                                      request.instance.c_str(), status),
              DICOM_SUCCESS);
  });
  ASSERT_EQ(requestor->SendCGetRequest(kGet, 31, kGetClass, COMMAND_PRIORITY_MEDIUM, Data(data).get()), DICOM_SUCCESS);
  const std::vector<std::vector<L_UINT16>> counts = {
      {4, 1, 0, 0}, {3, 1, 1, 0}, {2, 1, 1, 1}, {1, 2, 1, 1}, {0, 3, 1, 1}};
  for (int number = 0; number < 5; ++number) {
    const Message store = requestor->Next();
    EXPECT_EQ(store.hook, "CStoreRequest");
    EXPECT_EQ(store.context, kStore);
    EXPECT_EQ(store.instance, Instance(number));
    EXPECT_EQ(store.data, data);
    EXPECT_FALSE(store.Has(TAG_MOVE_ORIGINATOR_MESSAGE_ID));
    const Message answer = requestor->Next();
    EXPECT_EQ(answer.hook, "CGetResponse");
    EXPECT_EQ(answer.message_id, 31);
    EXPECT_EQ(answer.sub_operations, counts[static_cast<std::size_t>(number)]);
    EXPECT_EQ(answer.status, number == 4 ? COMMAND_STATUS_WARNING : COMMAND_STATUS_PENDING);
  }
  EXPECT_EQ(requestor->Waiting(), 0U);
}

TEST_F(DimseQueryTest, ACancelEndsACGetBetweenItsStores) {
  const ByteVector data = Element(TAG_PATIENT_ID, "x ");
  Getting getting(1000, data);
  listener.prepare = [&](Services& self) { getting.Prepare(self); };
  requestor = Associated(true);
  requestor->On("CStoreRequest", [](Services& self, const Message& request) {
    if (request.instance == Instance(3)) {
      EXPECT_EQ(self.SendCCancelRequest(kGet, 32), DICOM_SUCCESS);
    }
    EXPECT_EQ(self.SendCStoreResponse(request.context, request.message_id, request.sop_class.c_str(),
                                      request.instance.c_str(), COMMAND_STATUS_SUCCESS),
              DICOM_SUCCESS);
  });
  ASSERT_EQ(requestor->SendCGetRequest(kGet, 32, kGetClass, COMMAND_PRIORITY_MEDIUM, Data(data).get()), DICOM_SUCCESS);
  Message last;
  do {
    last = requestor->Next();
  } while (last.hook == "CStoreRequest" || last.status == COMMAND_STATUS_PENDING);
  // The cancel was there before the answer to the store, and so before the next store.
  EXPECT_EQ(last.hook, "CGetResponse");
  EXPECT_EQ(last.status, COMMAND_STATUS_CANCEL);
  EXPECT_EQ(last.sub_operations, (std::vector<L_UINT16>{996, 4, 0, 0}));
}

// ---- C-MOVE -----------------------------------------------------------------------------------------------

// The mover asks a performer, which stores on an association of its own with the destination.
TEST_F(DimseQueryTest, CMoveStoresAtItsDestination) {
  const ByteVector data = Element(TAG_PATIENT_ID, "MOVED ");
  listener.prepare = [](Services& self) {
    self.On("CStoreRequest", [](Services& object, const Message& request) {
      EXPECT_EQ(object.SendCStoreResponse(request.context, request.message_id, request.sop_class.c_str(),
                                          request.instance.c_str(), COMMAND_STATUS_SUCCESS),
                DICOM_SUCCESS);
    });
  };
  requestor = Associated();
  Services& performer = *provider;
  ASSERT_EQ(
      requestor->SendCMoveRequest(kMove, 41, kMoveClass, COMMAND_PRIORITY_MEDIUM, "DESTINATION", Data(data).get()),
      DICOM_SUCCESS);
  const Message request = performer.Next();
  EXPECT_EQ(request.move_ae, "DESTINATION");

  const std::unique_ptr<Services> storing = Associated();
  Services& destination = *provider;
  ASSERT_NE(&destination, &performer);
  for (int number = 0; number < 3; ++number) {
    ASSERT_EQ(storing->SendCStoreRequest(kStore, static_cast<L_UINT16>(number), kStored, Instance(number).c_str(),
                                         COMMAND_PRIORITY_MEDIUM, "REQUESTOR", request.message_id, Data(data).get()),
              DICOM_SUCCESS);
    const Message stored = destination.Next();
    EXPECT_EQ(stored.move_ae, "REQUESTOR");
    EXPECT_EQ(stored.move_message_id, 41);
    EXPECT_EQ(stored.data, data);
    EXPECT_EQ(storing->Next().status, COMMAND_STATUS_SUCCESS);
    const auto done = static_cast<L_UINT16>(number + 1);
    ASSERT_EQ(performer.SendCMoveResponse(kMove, request.message_id, kMoveClass,
                                          done == 3 ? COMMAND_STATUS_SUCCESS : COMMAND_STATUS_PENDING,
                                          static_cast<L_UINT16>(3 - done), done, 0, 0, nullptr),
              DICOM_SUCCESS);
    const Message answer = requestor->Next();
    EXPECT_EQ(answer.hook, "CMoveResponse");
    EXPECT_EQ(answer.message_id, 41);
    EXPECT_EQ(answer.sub_operations, (std::vector<L_UINT16>{static_cast<L_UINT16>(3 - done), done, 0, 0}));
  }
}

}  // namespace
}  // namespace test
