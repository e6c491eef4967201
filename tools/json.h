// JSON as --json writes it: one object in one line, put together member by member.
//
// It writes and does not read.

#ifndef LDICOMNET_TOOLS_JSON_H
#define LDICOMNET_TOOLS_JSON_H

#include <cstdint>
#include <string>
#include <vector>

namespace ldicom {

// A JSON string. What is not UTF-8, as names of files and what peers send may be, becomes U+FFFD byte by byte.
std::string JsonString(const std::string& text);

class JsonObject {
 public:
  JsonObject& Text(const char* name, const std::string& value);
  JsonObject& Number(const char* name, std::uint64_t value);
  // With three decimals.
  JsonObject& Seconds(const char* name, double value);
  // A value that is JSON already.
  JsonObject& Json(const char* name, const std::string& value);

  std::string Line() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

std::string JsonArray(const std::vector<std::string>& values);

// A line of its own on standard output, there at once. Any thread.
void PrintJson(const JsonObject& object);

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_JSON_H
