// ldicom storescu: sends files to a peer (C-STORE, PS3.4 Annex B, PS3.7 9.1.1).

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "json.h"
#include "log.h"
#include "ltdic.h"
#include "options.h"
#include "progress.h"
#include "requestor.h"
#include "store_files.h"
#include "store_plan.h"
#include "store_requestor.h"
#include "store_summary.h"
#include "subcommand.h"
#include "words.h"

namespace ldicom {
namespace {

struct StoreScuOptions : RequestorOptions {
  FileOptions files;
  Proposal proposal = Proposal::kAsFiles;
  std::optional<L_UINT16> operations;
  L_INT repeat = 1;
  L_INT progress_pause = 10;
  bool halts = false;
  bool ends_by_abort = false;
  bool prints_json = false;
};

// Sends the files of one association after another, and keeps the summary.
class Sender {
 public:
  Sender(const StoreScuOptions& options, const std::vector<StoreFile>& files, Progress& progress, StoreSummary& summary)
      : options_(options), files_(files), progress_(progress), summary_(summary) {}

  void Send(const std::vector<PlannedAssociation>& plan);

 private:
  // Whether the next association is to be tried.
  bool SendOver(const PlannedAssociation& association);
  // Whether the association goes on; so the two below.
  bool SendFile(StoreRequestor& requestor, std::size_t index);
  bool TakeAnswer(StoreRequestor& requestor);
  bool TakeAnswers(StoreRequestor& requestor, std::size_t until_under_way);
  void Fail(std::size_t index, const std::string& reason);
  L_UINT16 NextMessageId();
  bool HasHalted() const { return options_.halts && !summary_.IsSuccess(); }

  const StoreScuOptions& options_;
  const std::vector<StoreFile>& files_;
  Progress& progress_;
  StoreSummary& summary_;
  // What is sent and not answered: the index of the file by message ID.
  std::map<L_UINT16, std::size_t> under_way_;
  L_UINT16 message_id_ = 0;
};

void Sender::Send(const std::vector<PlannedAssociation>& plan) {
  std::size_t next = 0;
  while (next < plan.size() && SendOver(plan[next])) {
    ++next;
  }
  // The one that failed has told of its own files.
  for (++next; next < plan.size(); ++next) {
    for (const std::size_t index : plan[next].files) {
      for (L_INT round = 0; round < options_.repeat; ++round) {
        summary_.Failed(files_[index].path, "not sent: it was for a later association");
      }
    }
  }
}

bool Sender::SendOver(const PlannedAssociation& association) {
  const std::unique_ptr<StoreRequestor> requestor = ldicomnet::Make<StoreRequestor>(options_, progress_);
  bool goes_on = requestor->Begin(association, options_.operations);
  if (goes_on) {
    summary_.AddAssociation();
  }
  // The next request waits in the library, so that it goes out as soon as there is an answer; not so where that answer
  // may be the last one.
  const std::size_t under_way_max = requestor->Window() - (options_.halts ? 1 : 0);
  const std::size_t count = association.files.size() * static_cast<std::size_t>(options_.repeat);
  std::size_t sent = 0;
  while (goes_on && sent < count && !HasHalted()) {
    goes_on = SendFile(*requestor, association.files[sent % association.files.size()]);
    ++sent;
    goes_on = goes_on && TakeAnswers(*requestor, under_way_max);
  }
  goes_on = goes_on && TakeAnswers(*requestor, 0);
  for (const auto& [message_id, index] : under_way_) {
    summary_.Failed(files_[index].path, "not answered: the association ended");
  }
  under_way_.clear();
  const char* const why = goes_on ? "not sent: stopped at the first failure" : "not sent: there was no association";
  for (; sent < count; ++sent) {
    summary_.Failed(files_[association.files[sent % association.files.size()]].path, why);
  }
  if (!goes_on) {
    return false;
  }
  // Everything is answered: if the association does not end in order, that is reported and changes nothing of it.
  requestor->End(options_.ends_by_abort);
  return !HasHalted();
}

bool Sender::SendFile(StoreRequestor& requestor, std::size_t index) {
  const StoreFile& file = files_[index];
  const std::optional<L_UCHAR> context = requestor.ContextFor(file);
  if (!context) {
    Fail(index, requestor.RefusalOf(file));
    return true;
  }
  const L_UINT16 message_id = NextMessageId();
  under_way_.emplace(message_id, index);
  const L_INT error = requestor.Send(file, *context, message_id);
  if (error == DICOM_SUCCESS) {
    return true;
  }
  if (requestor.IsAssociated()) {
    under_way_.erase(message_id);
    Fail(index, "cannot be sent: " + ErrorWords(error));
    return true;
  }
  // The association is over, and the event that says why follows what was answered before.
  while (TakeAnswer(requestor)) {
  }
  return false;
}

bool Sender::TakeAnswers(StoreRequestor& requestor, std::size_t until_under_way) {
  while (under_way_.size() > until_under_way) {
    if (!TakeAnswer(requestor)) {
      return false;
    }
  }
  return true;
}

bool Sender::TakeAnswer(StoreRequestor& requestor) {
  const std::optional<StoreRequestor::Answer> answer = requestor.AwaitAnswer(message_id_);
  if (!answer) {
    return false;
  }
  const auto found = under_way_.find(answer->message_id);
  if (found == under_way_.end()) {
    Warn("an answer to message " + std::to_string(answer->message_id) + ", which is not under way");
    return true;
  }
  summary_.Answered(files_[found->second], answer->status, answer->comment);
  progress_.AddObject();
  under_way_.erase(found);
  return true;
}

void Sender::Fail(std::size_t index, const std::string& reason) {
  Error(PathWords(files_[index].path) + ": " + reason);
  summary_.Failed(files_[index].path, reason);
  // As if it had gone out: how far the work is counts it too.
  progress_.AddObject();
  progress_.AddBytes(files_[index].bytes);
}

// From 1 to 65535: some peers take 0 for a missing one.
L_UINT16 Sender::NextMessageId() {
  do {
    message_id_ = message_id_ == 0xFFFF ? L_UINT16{1} : static_cast<L_UINT16>(message_id_ + 1);
  } while (under_way_.count(message_id_) != 0);
  return message_id_;
}

// ---- The subcommand -------------------------------------------------------------------------------

class StoreScu : public Subcommand {
 public:
  StoreScu() {
    options_.ae_title = "STORESCU";
    // A peer may do much with an object before it answers.
    options_.dimse_timeout = 60;
  }

  void Declare(CLI::App& command) override {
    DeclareRequestor(command, options_);
    DeclareFiles(command);
    DeclareProposal(command);
    command
        .add_option("--async", options_.operations, "How many requests to have under way at a time, 0 for any number")
        ->option_text("NUMBER [1]")
        ->check(CLI::Range(0, 65535));
    command.add_option("--repeat", options_.repeat, "How many times to send all of them")
        ->option_text("NUMBER [1]")
        ->check(CLI::Range(1, 1000000000));
    std::vector<CLI::Option*> choices;
    AddChoice(
        command, choices, "--no-halt", [this] { options_.halts = false; }, "Go on when an object fails (default)");
    AddChoice(
        command, choices, "--halt", [this] { options_.halts = true; }, "Stop at the first object that fails");
    DeclareAbort(command, options_.ends_by_abort);
    command
        .add_option("--progress", options_.progress_pause,
                    "Where there is no terminal to draw on: how often to say how far it is")
        ->option_text("SECONDS [10]")
        ->check(CLI::Range(1, kTimeoutMax));
    command.add_flag("--json", options_.prints_json, "Print what became of it as one line of JSON at the end");
    command.footer(
        "A file goes out as it is when the peer takes its transfer syntax; else it is converted, or decompressed, "
        "where\n"
        "that is possible. An object counts as sent when it is answered with success or a warning; the exit status is\n"
        "0 when all are, those named that are no DICOM files included. What in a directory is none is skipped.");
  }

  ExitStatus Run() override;

 private:
  void DeclareFiles(CLI::App& command) {
    command.add_option("FILE", options_.files.paths, "Files to send; with +sd, directories too")
        ->required()
        ->option_text("...");
    command.add_flag("--scan-directories", options_.files.scans_directories, "Send what is in the directories named");
    command.add_flag_callback(
        "--recurse", [this] { options_.files.scans_directories = options_.files.recurses = true; },
        "And in the directories within them (implies +sd)");
    command
        .add_option("--scan-pattern", options_.files.pattern, "Only files of directories with such a name, as '*.dcm'")
        ->option_text("PATTERN");
  }

  void DeclareProposal(CLI::App& command) {
    std::vector<CLI::Option*> choices;
    const auto add = [&](const char* names, Proposal proposal, const char* description) {
      AddChoice(
          command, choices, names, [this, proposal] { options_.proposal = proposal; }, description);
    };
    add("-R,--required", Proposal::kRequired,
        "Propose the transfer syntaxes of the files alone (default: uncompressed ones too)");
    add("--propose-little", Proposal::kLittle, "Propose uncompressed ones alone, explicit VR little endian first");
    add("--propose-big", Proposal::kBig, "Propose uncompressed ones alone, explicit VR big endian first");
    add("--propose-implicit", Proposal::kImplicit, "Propose implicit VR little endian alone");
  }

  FoundFiles Find() const;
  void Tell(const FoundFiles& found, StoreSummary& summary) const;
  void SendAll(const std::vector<StoreFile>& files, StoreSummary& summary) const;

  StoreScuOptions options_;
};

ExitStatus StoreScu::Run() {
  StoreSummary summary;
  const FoundFiles found = Find();
  Tell(found, summary);
  const bool has_halted = options_.halts && !summary.IsSuccess();
  if (found.files.empty() && found.unusable.empty()) {
    Error("there is nothing to send");
    return kExitFailure;
  }
  const auto begun = std::chrono::steady_clock::now();
  if (!found.files.empty() && !has_halted) {
    SendAll(found.files, summary);
  }
  summary.Took(std::chrono::steady_clock::now() - begun);
  Report(summary.Words());
  if (options_.prints_json) {
    PrintJson(summary.Json());
  }
  return summary.IsSuccess() ? kExitSuccess : kExitFailure;
}

FoundFiles StoreScu::Find() const {
  const bool shows = Progress::Fitting() == Progress::Style::kBar;
  constexpr std::size_t kPerShow = 100;
  FoundFiles found = FindFiles(options_.files, [shows](std::size_t count) {
    if (shows && count % kPerShow == 0) {
      SetStatusLine("looking at files: " + std::to_string(count));
    }
  });
  if (shows) {
    SetStatusLine(std::string());
  }
  return found;
}

void StoreScu::Tell(const FoundFiles& found, StoreSummary& summary) const {
  for (const UnusableFile& file : found.skipped) {
    Warn(PathWords(file.path) + ": skipped: " + file.reason);
    summary.Skipped();
  }
  for (const UnusableFile& file : found.unusable) {
    Error(PathWords(file.path) + ": " + file.reason);
    summary.Failed(file.path, file.reason);
  }
}

void StoreScu::SendAll(const std::vector<StoreFile>& files, StoreSummary& summary) const {
  const std::vector<PlannedAssociation> plan = PlanAssociations(files, options_.proposal);
  const auto repeat = static_cast<std::uint64_t>(options_.repeat);
  Amount all;
  for (const StoreFile& file : files) {
    all.bytes += file.bytes * repeat;
  }
  all.objects = files.size() * repeat;
  Info(std::to_string(files.size()) + " files, " + SizeWords(all.bytes / repeat) + ", over " +
       std::to_string(plan.size()) + (plan.size() == 1 ? " association" : " associations"));
  Progress progress(Progress::Fitting(), std::chrono::seconds(options_.progress_pause), all);
  Sender(options_, files, progress, summary).Send(plan);
}

}  // namespace

std::unique_ptr<Subcommand> MakeStoreScu() {
  return std::make_unique<StoreScu>();
}

}  // namespace ldicom
