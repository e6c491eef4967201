// JSON text (RFC 8259).

#include "json.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace ldicom {
namespace {

// How many bytes the UTF-8 character at `at` has (RFC 3629), 0 if there is none.
std::size_t CharacterBytes(const std::string& text, std::size_t at) {
  const auto byte = [&text](std::size_t index) {
    return index < text.size() ? static_cast<unsigned char>(text[index]) : 0U;
  };
  const unsigned lead = byte(at);
  if (lead < 0x80) {
    return 1;
  }
  if (lead < 0xC2 || lead > 0xF4) {
    return 0;
  }
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80) {
      return 0;
    }
  }
  // Longer than need be, a surrogate, or past the last character.
  const unsigned second = byte(at + 1);
  const bool is_wrong = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
  return is_wrong ? 0 : length;
}

// A character below U+0100 by its number.
void AppendEscape(std::string& json, unsigned char character) {
  char escape[8];
  std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(character));
  json += escape;
}

}  // namespace

std::string JsonString(const std::string& text) {
  std::string json = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = CharacterBytes(text, at);
    const auto byte = static_cast<unsigned char>(text[at]);
    if (length == 0) {
      json += "\\ufffd";
    } else if (byte == '"' || byte == '\\') {
      json.append("\\").append(1, text[at]);
    } else if (byte < 0x20 || byte == 0x7F) {
      AppendEscape(json, byte);
    } else if (byte == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0) {
      // U+0080 to U+009F, which some terminals obey and some readers take for the end of a line.
      AppendEscape(json, static_cast<unsigned char>(text[at + 1]));
    } else {
      json.append(text, at, length);
    }
    at += length == 0 ? 1 : length;
  }
  return json + "\"";
}

JsonObject& JsonObject::Text(const char* name, const std::string& value) {
  return Json(name, JsonString(value));
}

JsonObject& JsonObject::Number(const char* name, std::uint64_t value) {
  return Json(name, std::to_string(value));
}

JsonObject& JsonObject::Seconds(const char* name, double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f", value);
  return Json(name, text);
}

JsonObject& JsonObject::Json(const char* name, const std::string& value) {
  members_.append(members_.empty() ? "" : ", ").append(JsonString(name)).append(": ").append(value);
  return *this;
}

std::string JsonArray(const std::vector<std::string>& values) {
  std::string json;
  for (const std::string& value : values) {
    json.append(json.empty() ? "" : ", ").append(value);
  }
  return "[" + json + "]";
}

void PrintJson(const JsonObject& object) {
  const std::string line = object.Line() + "\n";
  // One call each: stdio locks the stream for its time.
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
}

}  // namespace ldicom
