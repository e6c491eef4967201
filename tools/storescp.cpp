// ldicom storescp: receives objects (C-STORE, PS3.4 Annex B, PS3.7 9.1.1) into a directory until it is interrupted.
//
// An object goes straight into its file as it arrives; the file has its name before the peer is told that it was
// stored. Of what a peer sends nothing but a checked UID is part of that name.

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "json.h"
#include "log.h"
#include "ltdic.h"
#include "options.h"
#include "server.h"
#include "subcommand.h"
#include "words.h"

namespace ldicom {
namespace {

struct StoreOptions : ServerOptions {
  std::string directory = ".";
  std::string extension = ".dcm";
  bool makes_names_unique = false;
  bool ignores = false;
  bool is_promiscuous = false;
  bool syncs = false;
  std::optional<L_UINT64> spool_bytes;  // the library's choice without
  bool prints_json = false;
  // The transfer syntaxes taken, the most wanted one first; empty: every one, in the requestor's order.
  std::vector<std::string> transfer_syntaxes;
};

// PS3.4 B.2.3: "cannot understand".
constexpr L_UINT16 kCannotUnderstand = 0xC000;

// What all connections have received. Any thread.
struct Receipts {
  std::atomic<std::uint64_t> objects{0};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> broken_off{0};
};

// By the standard's list; and for what is newer than it, by where PS3.6 puts storage classes.
bool IsStorageClass(const std::string& uid) {
  const DICOMUID* const known = LDicomUID::Find(uid.c_str());
  if (known == nullptr) {
    return uid.rfind("1.2.840.10008.5.1.4.1.1.", 0) == 0;
  }
  // A directory of files is made, and not sent.
  return known->nType == UID_TYPE_CLASS && std::string(known->pszName).find(" Storage") != std::string::npos &&
         uid != UID_MEDIA_STORAGE_DIRECTORY;
}

// One that the standard has for something else is none.
bool MayBeTransferSyntax(const std::string& uid) {
  const DICOMUID* const known = LDicomUID::Find(uid.c_str());
  return !uid.empty() && (known == nullptr || known->nType == UID_TYPE_TRANSFER1 || known->nType == UID_TYPE_TRANSFER2);
}

class StoreConnection : public Connection {
 public:
  StoreConnection(const StoreOptions& options, Receipts& receipts)
      : Connection(options), options_(options), receipts_(receipts) {}

  L_INT OnStoreBegin(const DICOMSTOREINFO* pInfo, L_TCHAR* pszPath, L_UINT32 nSize) override;
  L_VOID OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes) override;
  L_VOID OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                L_UINT16 nPriority, L_TCHAR* pszMoveAE, L_UINT16 nMoveMessageID,
                                LDicomDS* pDS) override;
  L_VOID OnBeforeSendCommandSet(LDicomDS* pCS) override;
  void OnEnd() override;

 protected:
  bool Serves(const std::string& abstract_syntax) const override;
  std::string Chosen(const std::string& abstract_syntax, const std::vector<std::string>& proposed) const override;

 private:
  // An object whose data set is coming in.
  struct Incoming {
    std::string instance;
    std::string transfer_syntax;
    std::string calling;
    std::string path;  // "" for one that is not kept
  };

  std::string PathFor(const std::string& instance) const;
  void Stored(const Incoming& object, const std::string& sop_class);
  JsonObject Event(const char* what, const std::optional<Incoming>& object) const;

  const StoreOptions options_;
  Receipts& receipts_;
  // All of these belong to the hooks, which never run side by side, and to OnEnd, which comes after the last one.
  std::optional<Incoming> incoming_;
  std::uint64_t bytes_ = 0;  // of P-DATA-TF since the last object
  bool is_answering_ = false;
};

bool StoreConnection::Serves(const std::string& abstract_syntax) const {
  if (Connection::Serves(abstract_syntax) || IsStorageClass(abstract_syntax)) {
    return true;
  }
  // What the standard has for something else is not served as a store.
  return options_.is_promiscuous && LDicomUID::Find(abstract_syntax.c_str()) == nullptr;
}

std::string StoreConnection::Chosen(const std::string& abstract_syntax,
                                    const std::vector<std::string>& proposed) const {
  for (const std::string& wanted : options_.transfer_syntaxes) {
    if (std::find(proposed.begin(), proposed.end(), wanted) != proposed.end()) {
      return wanted;
    }
  }
  if (!options_.transfer_syntaxes.empty()) {
    return std::string();
  }
  if (Connection::Serves(abstract_syntax)) {
    return Connection::Chosen(abstract_syntax, proposed);
  }
  // Objects are stored as they come: nothing here needs to know what they are written in.
  const auto found = std::find_if(proposed.begin(), proposed.end(), MayBeTransferSyntax);
  return found == proposed.end() ? std::string() : *found;
}

std::string StoreConnection::PathFor(const std::string& instance) const {
  std::string name = instance;
  if (options_.makes_names_unique) {
    // Told apart from those of this run by a number, and from those of others by the time it began.
    static const auto begun = std::chrono::system_clock::now().time_since_epoch().count();
    static std::atomic<std::uint64_t> count{0};
    name.append(".").append(std::to_string(begun)).append("-").append(std::to_string(++count));
  }
  return (std::filesystem::path(options_.directory) / (name + options_.extension)).string();
}

L_INT StoreConnection::OnStoreBegin(const DICOMSTOREINFO* pInfo, L_TCHAR* pszPath, L_UINT32 nSize) {
  incoming_ = Incoming{pInfo->pszInstance, pInfo->pszTransferSyntax, pInfo->pszCallingAE, std::string()};
  if (options_.ignores) {
    return DICOMNET_STORE_DISCARD;
  }
  incoming_->path = PathFor(incoming_->instance);
  if (incoming_->path.size() >= nSize) {
    Error(Peer() + ": the name of the file for " + incoming_->instance + " is too long");
    return COMMAND_STATUS_PROCESSING_FAILURE;
  }
  std::snprintf(pszPath, nSize, "%s", incoming_->path.c_str());
  return COMMAND_STATUS_SUCCESS;
}

L_VOID StoreConnection::OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes) {
  Connection::OnReceive(nError, nType, pBuffer, nBytes);
  if (nType == PDU_DATA_TRANSFER) {
    bytes_ += nBytes;
  }
}

L_VOID StoreConnection::OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                               L_TCHAR* pszInstance, L_UINT16, L_TCHAR*, L_UINT16, LDicomDS*) {
  const std::optional<Incoming> object = std::exchange(incoming_, std::nullopt);
  // Without a data set there was nothing to begin.
  const L_UINT16 status = object ? L_UINT16{COMMAND_STATUS_SUCCESS} : kCannotUnderstand;
  is_answering_ = object.has_value();
  const L_INT error = SendCStoreResponse(nPresentationID, nMessageID, pszClass, pszInstance, status);
  is_answering_ = false;
  Answered(error, "C-STORE-RQ message " + std::to_string(nMessageID));
  if (object) {
    Stored(*object, pszClass);
  }
}

void StoreConnection::Stored(const Incoming& object, const std::string& sop_class) {
  std::uint64_t bytes = std::exchange(bytes_, 0);
  if (!object.path.empty()) {
    std::error_code error;
    const std::uintmax_t length = std::filesystem::file_size(object.path, error);
    bytes = error ? bytes : length;
  }
  ++receipts_.objects;
  receipts_.bytes += bytes;
  if (LogShows(LogLevel::kVerbose)) {
    Info(Peer() + ": " + UidWords(sop_class) + " " + object.instance + ", " + SizeWords(bytes) +
         (object.path.empty() ? ": ignored" : ": stored as " + object.path));
  }
  if (options_.prints_json) {
    PrintJson(
        Event(object.path.empty() ? "ignored" : "stored", object).Text("sop_class", sop_class).Number("bytes", bytes));
  }
}

JsonObject StoreConnection::Event(const char* what, const std::optional<Incoming>& object) const {
  JsonObject event;
  event.Text("event", what).Text("peer", Peer());
  if (object) {
    event.Text("calling", object->calling)
        .Text("sop_instance", object->instance)
        .Text("transfer_syntax", object->transfer_syntax);
    if (!object->path.empty()) {
      event.Text("file", object->path);
    }
  }
  return event;
}

// Every answer passes here, those too that the library gives by itself: for an object that could not be written, or
// that has no UID, no other hook comes.
L_VOID StoreConnection::OnBeforeSendCommandSet(LDicomDS* pCS) {
  L_UINT16 command = 0;
  L_BOOL is_request = L_FALSE;
  pCS->GetInfoCS(&command, &is_request);
  if (is_answering_ || command != COMMAND_C_STORE || is_request != L_FALSE) {
    return;
  }
  const L_INT16* const value = pCS->GetShortValue(pCS->FindFirstElement(nullptr, TAG_STATUS, L_TRUE), 0, 1);
  const auto status = value == nullptr ? L_UINT16{COMMAND_STATUS_PROCESSING_FAILURE} : static_cast<L_UINT16>(*value);
  const std::optional<Incoming> object = std::exchange(incoming_, std::nullopt);
  bytes_ = 0;
  ++receipts_.refused;
  Warn(Peer() + ": C-STORE-RQ" + (object ? " of " + object->instance : std::string()) +
       ": not stored: " + StatusWords(status));
  if (options_.prints_json) {
    PrintJson(Event("refused", object).Text("status", StatusNumber(status)));
  }
}

void StoreConnection::OnEnd() {
  if (const std::optional<Incoming> object = std::exchange(incoming_, std::nullopt)) {
    ++receipts_.broken_off;
    Warn(Peer() + ": " + object->instance + " broke off; nothing of it is kept");
    if (options_.prints_json) {
      PrintJson(Event("broken-off", object));
    }
  }
}

// ---- The subcommand -------------------------------------------------------------------------------

std::string CheckExtension(const std::string& text) {
  return text.find('/') == std::string::npos ? std::string() : "an extension of a file's name has no slash";
}

class StoreScp : public Subcommand {
 public:
  StoreScp() {
    options_.ae_title = "STORESCP";
    // Modalities keep associations open between the images of a study.
    options_.dimse_timeout = 600;
  }

  void Declare(CLI::App& command) override {
    DeclareServer(command, options_);
    command.add_option("--output-directory", options_.directory, "Where objects go; it must be there")
        ->option_text("DIRECTORY [.]")
        ->check(CLI::ExistingDirectory);
    DeclareNames(command);
    DeclareTransferSyntaxes(command);
    command.add_flag("--ignore", options_.ignores, "Take objects, keep nothing of them and answer success");
    command.add_flag("--promiscuous", options_.is_promiscuous, "Take SOP classes too that the standard does not have");
    command.add_flag("--sync", options_.syncs, "Have each object on the disk before it is answered (fsync)");
    command
        .add_option("--max-spool", options_.spool_bytes,
                    "What objects that are still under way may take together; one that does not\n"
                    "fit is refused (A700H)")
        ->option_text("BYTES")
        ->check(CLI::Range(std::int64_t{1}, INT64_MAX));
    command.add_flag("--json", options_.prints_json,
                     "Print one line of JSON for each object, and one with the sums at the end");
    command.footer(
        "Every storage SOP class is accepted, and verification. An object is stored as it comes, as a file of PS3.10\n"
        "with the name of its SOP instance UID, in the place of one that has it; and it is complete under that name\n"
        "before its request is answered. What is still under way has no name, or one that ends in .part where the "
        "file\n"
        "system cannot do that.");
  }

  ExitStatus Run() override;

 private:
  void DeclareNames(CLI::App& command) {
    command.add_option("--filename-extension", options_.extension, "What is put behind the UID in the name of a file")
        ->option_text("EXTENSION [" + options_.extension + "]")
        ->check(CheckExtension);
    std::vector<CLI::Option*> choices;
    AddChoice(
        command, choices, "--default-filenames", [this] { options_.makes_names_unique = false; },
        "Name files after their UIDs alone (default)");
    AddChoice(
        command, choices, "--unique-filenames", [this] { options_.makes_names_unique = true; },
        "Put a number behind the UID, so that no file is ever replaced");
  }

  void DeclareTransferSyntaxes(CLI::App& command) {
    const std::string little = UID_EXPLICIT_VR_LITTLE_ENDIAN;
    const std::string big = UID_EXPLICIT_VR_BIG_ENDIAN;
    const std::string implicit = UID_IMPLICIT_VR_LITTLE_ENDIAN;
    std::vector<CLI::Option*> choices;
    const auto add = [&](const char* names, std::vector<std::string> syntaxes, const char* description) {
      AddChoice(
          command, choices, names, [this, syntaxes = std::move(syntaxes)] { options_.transfer_syntaxes = syntaxes; },
          description);
    };
    add("--accept-all", {}, "Accept every transfer syntax, the peer's first choice (default)");
    add("--prefer-little,--propose-little", {little, big, implicit},
        "Accept uncompressed transfer syntaxes, explicit VR little endian first");
    add("--prefer-big,--propose-big", {big, little, implicit},
        "Accept uncompressed transfer syntaxes, explicit VR big endian first");
    add("--implicit,--propose-implicit", {implicit}, "Accept implicit VR little endian alone");
  }

  void PrintSums(const Receipts& receipts) const;

  StoreOptions options_;
};

ExitStatus StoreScp::Run() {
  if (!options_.ignores && access(options_.directory.c_str(), W_OK | X_OK) != 0) {
    const std::error_code error(errno, std::generic_category());
    Error("cannot write into " + options_.directory + ": " + error.message());
    return kExitFailure;
  }
  Receipts receipts;
  {
    Server server(options_, [this, &receipts] {
      return std::make_shared<ldicomnet::Closing<StoreConnection>>(options_, receipts);
    });
    DICOMSTOREOPTIONS store;
    server.GetStoreOptions(&store, sizeof store);
    store.bSync = options_.syncs ? L_TRUE : L_FALSE;
    store.nSpoolBytesMax = options_.spool_bytes.value_or(store.nSpoolBytesMax);
    const L_INT error = server.SetStoreOptions(&store);
    if (error != DICOM_SUCCESS) {
      Error("cannot set how objects are stored: " + ErrorWords(error));
      return kExitFailure;
    }
    if (!server.Run()) {
      return kExitFailure;
    }
  }
  PrintSums(receipts);
  return kExitSuccess;
}

void StoreScp::PrintSums(const Receipts& receipts) const {
  Info("received " + std::to_string(receipts.objects) + " objects, " + SizeWords(receipts.bytes) + "; refused " +
       std::to_string(receipts.refused) + "; " + std::to_string(receipts.broken_off) + " broke off");
  if (options_.prints_json) {
    JsonObject sums;
    sums.Text("event", "end")
        .Number("objects", receipts.objects)
        .Number("bytes", receipts.bytes)
        .Number("refused", receipts.refused)
        .Number("broken_off", receipts.broken_off);
    PrintJson(sums);
  }
}

}  // namespace

std::unique_ptr<Subcommand> MakeStoreScp() {
  return std::make_unique<StoreScp>();
}

}  // namespace ldicom
