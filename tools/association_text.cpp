// An association in words. Everything that a peer may have written is escaped.

#include "association_text.h"

#include <cstdio>
#include <string>

#include "words.h"

namespace ldicom {
namespace {

// Room for every text that the getters give: UIDs are the longest.
constexpr L_UINT32 kTextSize = PDU_MAX_UID_SIZE + 1;

// Calls a getter that fills a buffer.
template <class Getter>
std::string Text(Getter getter) {
  L_TCHAR text[kTextSize] = "";
  getter(text, kTextSize);
  return text;
}

void AddLine(std::string& lines, const std::string& line) {
  lines.append("\n  ").append(line);
}

void AddContext(std::string& lines, const LDicomAssociate& association, L_UCHAR id) {
  std::string line = "context " + std::to_string(id) + ": " + UidWords(AbstractSyntax(association, id));
  if (!association.IsRequest()) {
    line += ": " + ContextResultWords(association.GetResult(id));
  }
  AddLine(lines, line);
  // The transfer syntax of a context that was not accepted says nothing (PS3.8 9.3.3.2).
  if (association.IsRequest() || association.GetResult(id) == PDU_ACCEPT_RESULT_SUCCESS) {
    for (L_INT i = 0; i < association.GetTransferCount(id); ++i) {
      AddLine(lines, "  " + UidWords(TransferSyntax(association, id, i)));
    }
  }
  if (association.IsRoleSelect(id)) {
    AddLine(lines, "  roles: SCU " + std::to_string(association.GetUserRole(id)) + ", SCP " +
                       std::to_string(association.GetProviderRole(id)));
  }
  if (association.GetLengthExtended(id) != 0) {
    AddLine(lines, "  extended negotiation: " + std::to_string(association.GetLengthExtended(id)) + " bytes");
  }
}

void AddUserInformation(std::string& lines, LDicomAssociate& association) {
  if (association.IsMaxLength()) {
    const L_UINT32 length = association.GetMaxLength();
    AddLine(lines, "maximum length: " + (length == 0 ? "unlimited" : std::to_string(length) + " bytes"));
  }
  if (association.IsImplementClass()) {
    AddLine(lines, "implementation class: " + Escaped(Text([&association](L_TCHAR* text, L_UINT32 size) {
                     association.GetImplementClass(text, size);
                   })));
  }
  if (association.IsImplementVersion()) {
    AddLine(lines, "implementation version: " + Escaped(Text([&association](L_TCHAR* text, L_UINT32 size) {
                     association.GetImplementVersion(text, size);
                   })));
  }
  if (association.IsAsyncOperations()) {
    AddLine(lines, "asynchronous operations: invoked " + std::to_string(association.GetInvokedOperations()) +
                       ", performed " + std::to_string(association.GetPerformedOperations()));
  }
  // Of a user identity (0x58) no content is shown: it may be a passcode.
  for (L_INT i = 0; i < association.GetUserInfoCount(); ++i) {
    char type[8];
    std::snprintf(type, sizeof type, "0x%02X", static_cast<unsigned>(association.GetTypeUserInfo(i)));
    AddLine(lines,
            std::string("user item ") + type + ": " + std::to_string(association.GetLengthUserInfo(i)) + " bytes");
  }
}

}  // namespace

std::string CalledTitle(const LDicomAssociate& association) {
  return Text([&association](L_TCHAR* text, L_UINT32 size) { association.GetCalled(text, size); });
}

std::string CallingTitle(const LDicomAssociate& association) {
  return Text([&association](L_TCHAR* text, L_UINT32 size) { association.GetCalling(text, size); });
}

std::string AbstractSyntax(const LDicomAssociate& association, L_UCHAR id) {
  return Text([&association, id](L_TCHAR* text, L_UINT32 size) { association.GetAbstract(id, text, size); });
}

std::string TransferSyntax(const LDicomAssociate& association, L_UCHAR id, L_INT index) {
  return Text(
      [&association, id, index](L_TCHAR* text, L_UINT32 size) { association.GetTransfer(id, index, text, size); });
}

std::string AssociationText(LDicomAssociate& association) {
  std::string lines = association.IsRequest() ? "association requested:" : "association negotiated:";
  AddLine(lines, "called AE title: '" + Escaped(CalledTitle(association)) + "'");
  AddLine(lines, "calling AE title: '" + Escaped(CallingTitle(association)) + "'");
  AddLine(lines, "application context: " + UidWords(Text([&association](L_TCHAR* text, L_UINT32 size) {
                   association.GetApplication(text, size);
                 })));
  AddUserInformation(lines, association);
  for (L_INT i = 0; i < association.GetPresentationCount(); ++i) {
    AddContext(lines, association, association.GetPresentation(i));
  }
  return lines;
}

}  // namespace ldicom
