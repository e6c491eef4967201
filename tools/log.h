// What a program of ldicom tells its user while it works: lines on standard error, each whole, from any thread; and a
// last line on a terminal that changes in place.
//
// Standard output is not touched here: it belongs to results, and of a server to the line that says where it listens.
// Text from a peer goes through Escaped() (words.h) before it comes here.

#ifndef LDICOMNET_TOOLS_LOG_H
#define LDICOMNET_TOOLS_LOG_H

#include <cstddef>
#include <string>

namespace ldicom {

enum class LogLevel {
  kQuiet,    // -q: nothing
  kNormal,   // errors and warnings
  kVerbose,  // -v: also what is being done
  kDebug,    // -d: also PDUs and associations
};

// Set once, before the library is used.
void SetLogLevel(LogLevel level);
// True when lines of this level are shown, to spare the making of one that is not.
bool LogShows(LogLevel level);

// A line each; a text of several lines comes as several, each with the prefix.
void Error(const std::string& text);
void Warn(const std::string& text);
void Info(const std::string& text);
void Debug(const std::string& text);
// How far the work is: shown with errors and warnings, and without the mark of one.
void Report(const std::string& text);

// The line at the bottom of the terminal, below all others; "" takes it away. Only for a standard error that is one.
void SetStatusLine(const std::string& text);

// A dump of bytes, 16 a line, each line led by a newline; cut after kHexBytesMax, with a note of how many are left out.
constexpr std::size_t kHexBytesMax = 512;
std::string HexDump(const unsigned char* bytes, std::size_t length);

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_LOG_H
