// Lines on standard error, each written in one piece.

#include "log.h"

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <string>

namespace ldicom {
namespace {

LogLevel g_level = LogLevel::kNormal;

// Lines of two threads do not mix, and the status line stays below them.
std::mutex g_mutex;
std::string g_status_line;  // guarded by g_mutex

// To the begin of the line, and what is there erased (ECMA-48 EL).
constexpr char kClearLine[] = "\r\x1b[K";

void Write(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void WriteLines(LogLevel level, const char* prefix, const std::string& text) {
  if (!LogShows(level)) {
    return;
  }
  std::string lines;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.append(prefix).append(text, begin, end - begin).append("\n");
    begin = end + 1;
  }
  const std::lock_guard<std::mutex> lock(g_mutex);
  Write(g_status_line.empty() ? lines : kClearLine + lines + g_status_line);
}

}  // namespace

void SetLogLevel(LogLevel level) {
  g_level = level;
}
bool LogShows(LogLevel level) {
  return g_level != LogLevel::kQuiet && level <= g_level;
}

void Error(const std::string& text) {
  WriteLines(LogLevel::kNormal, "E: ", text);
}
void Warn(const std::string& text) {
  WriteLines(LogLevel::kNormal, "W: ", text);
}
void Info(const std::string& text) {
  WriteLines(LogLevel::kVerbose, "I: ", text);
}
void Debug(const std::string& text) {
  WriteLines(LogLevel::kDebug, "D: ", text);
}

void Report(const std::string& text) {
  WriteLines(LogLevel::kNormal, "", text);
}

void SetStatusLine(const std::string& text) {
  const std::lock_guard<std::mutex> lock(g_mutex);
  if (text != g_status_line) {
    g_status_line = text;
    Write(kClearLine + text);
  }
}

std::string HexDump(const unsigned char* bytes, std::size_t length) {
  constexpr std::size_t kPerLine = 16;
  const std::size_t shown = std::min(length, kHexBytesMax);
  std::string dump;
  for (std::size_t at = 0; at < shown; at += kPerLine) {
    char number[24];
    std::snprintf(number, sizeof number, "\n  %06zx ", at);
    dump += number;
    std::string text;
    for (std::size_t i = at; i < at + kPerLine; ++i) {
      if (i >= shown) {
        dump += "   ";
        continue;
      }
      std::snprintf(number, sizeof number, " %02x", static_cast<unsigned>(bytes[i]));
      dump += number;
      text += bytes[i] >= 0x20 && bytes[i] < 0x7F ? static_cast<char>(bytes[i]) : '.';
    }
    dump.append("  ").append(text);
  }
  if (length > shown) {
    dump += "\n  ... and " + std::to_string(length - shown) + " bytes more";
  }
  return dump;
}

}  // namespace ldicom
