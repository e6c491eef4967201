// The getters of LDicomAssociate, one after another, as JSON.

#include "json.h"

#include <cstdio>
#include <string>

namespace probe {
namespace {

// Calls a getter that fills a buffer; UIDs are the longest there are.
template <class Getter>
std::string Text(Getter getter) {
  L_TCHAR text[PDU_MAX_UID_SIZE + 1] = "";
  getter(text, static_cast<L_UINT32>(sizeof text));
  return text;
}

std::string Member(const char* name, const std::string& value) {
  return Json(std::string(name)) + ": " + value;
}

std::string Context(LDicomAssociate& association, L_UCHAR id) {
  std::string transfers;
  for (L_INT i = 0; i < association.GetTransferCount(id); ++i) {
    transfers += transfers.empty() ? "" : ", ";
    transfers += Json(Text([&](L_TCHAR* text, L_UINT32 size) { association.GetTransfer(id, i, text, size); }));
  }
  const std::string roles =
      "[" + std::to_string(association.GetUserRole(id)) + ", " + std::to_string(association.GetProviderRole(id)) + "]";
  return "{" + Member("id", std::to_string(id)) + ", " + Member("result", std::to_string(association.GetResult(id))) +
         ", " +
         Member("abstract",
                Json(Text([&](L_TCHAR* text, L_UINT32 size) { association.GetAbstract(id, text, size); }))) +
         ", " + Member("transfers", "[" + transfers + "]") + ", " +
         Member("roles", association.IsRoleSelect(id) ? roles : "null") + ", " +
         Member("extended", JsonHex(association.GetExtended(id), association.GetLengthExtended(id))) + "}";
}

std::string Identity(LDicomAssociate& association) {
  L_BOOL wants_response = L_FALSE;
  L_UCHAR* primary = nullptr;
  L_UINT16 primary_length = 0;
  L_UCHAR* secondary = nullptr;
  L_UINT16 secondary_length = 0;
  const L_UCHAR type =
      association.GetUserIdentity(&wants_response, &primary, &primary_length, &secondary, &secondary_length);
  if (type == 0) {
    return "null";
  }
  return "{" + Member("type", std::to_string(type)) + ", " + Member("response", Json(wants_response != L_FALSE)) +
         ", " + Member("primary", JsonHex(primary, primary_length)) + ", " +
         Member("secondary", JsonHex(secondary, secondary_length)) + "}";
}

std::string IdentityResponse(LDicomAssociate& association) {
  L_UCHAR* response = nullptr;
  L_UINT16 length = 0;
  return association.GetUserIdentityResponse(&response, &length) ? JsonHex(response, length) : "null";
}

std::string Items(LDicomAssociate& association) {
  std::string items;
  for (L_INT i = 0; i < association.GetUserInfoCount(); ++i) {
    items += (items.empty() ? "[" : ", [") + std::to_string(association.GetTypeUserInfo(i)) + ", " +
             JsonHex(association.GetDataUserInfo(i), association.GetLengthUserInfo(i)) + "]";
  }
  return "[" + items + "]";
}

}  // namespace

std::string Json(const std::string& text) {
  std::string json = "\"";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\') {
      json += character;
      continue;
    }
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(byte));
    json += escape;
  }
  return json + "\"";
}

std::string Json(bool value) {
  return value ? "true" : "false";
}

std::string JsonHex(const L_UCHAR* bytes, std::size_t length) {
  std::string json = "\"";
  for (std::size_t i = 0; i < length; ++i) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(bytes[i]));
    json += digits;
  }
  return json + "\"";
}

std::string Json(LDicomAssociate& association) {
  std::string contexts;
  for (L_INT i = 0; i < association.GetPresentationCount(); ++i) {
    contexts += (contexts.empty() ? "" : ", ") + Context(association, association.GetPresentation(i));
  }
  const std::string window = "[" + std::to_string(association.GetInvokedOperations()) + ", " +
                             std::to_string(association.GetPerformedOperations()) + "]";
  const auto text = [&](auto getter) { return Json(Text(getter)); };
  return "{" + Member("request", Json(association.IsRequest() != L_FALSE)) + ", " +
         Member("version", std::to_string(association.GetVersion())) + ", " +
         Member("called", text([&](L_TCHAR* it, L_UINT32 size) { association.GetCalled(it, size); })) + ", " +
         Member("calling", text([&](L_TCHAR* it, L_UINT32 size) { association.GetCalling(it, size); })) + ", " +
         Member("application", text([&](L_TCHAR* it, L_UINT32 size) { association.GetApplication(it, size); })) + ", " +
         Member("contexts", "[" + contexts + "]") + ", " +
         Member("maximum", association.IsMaxLength() ? std::to_string(association.GetMaxLength()) : "null") + ", " +
         Member("class", text([&](L_TCHAR* it, L_UINT32 size) { association.GetImplementClass(it, size); })) + ", " +
         Member("implementation",
                text([&](L_TCHAR* it, L_UINT32 size) { association.GetImplementVersion(it, size); })) +
         ", " + Member("window", association.IsAsyncOperations() ? window : "null") + ", " +
         Member("identity", Identity(association)) + ", " + Member("identity_response", IdentityResponse(association)) +
         ", " + Member("items", Items(association)) + "}";
}

}  // namespace probe
