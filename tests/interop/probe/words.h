// The words of a command line of interop_probe.

#ifndef LDICOMNET_TESTS_INTEROP_PROBE_WORDS_H
#define LDICOMNET_TESTS_INTEROP_PROBE_WORDS_H

#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "ltdic.h"

namespace probe {

using Bytes = std::vector<L_UCHAR>;

// The words of a line, taken one by one. What is missing or no number ends the program: the test is wrong then.
class Words {
 public:
  explicit Words(const std::string& line) : stream_(line) {}

  bool empty() { return (stream_ >> std::ws).eof(); }
  std::string Text() {
    std::string word;
    if (!(stream_ >> word)) {
      throw std::invalid_argument("a word is missing");
    }
    return word;
  }
  L_UINT32 Number() { return static_cast<L_UINT32>(std::stoul(Text(), nullptr, 0)); }
  L_UCHAR Byte() { return static_cast<L_UCHAR>(Number()); }
  L_UINT16 Short() { return static_cast<L_UINT16>(Number()); }
  L_BOOL Flag() { return Number() != 0 ? L_TRUE : L_FALSE; }
  Bytes Binary() {
    const std::string digits = Text();
    Bytes bytes;
    for (std::size_t i = 0; digits != "-" && i + 1 < digits.size(); i += 2) {
      bytes.push_back(static_cast<L_UCHAR>(std::stoul(digits.substr(i, 2), nullptr, 16)));
    }
    return bytes;
  }
  std::string Title() {
    const Bytes bytes = Binary();
    return std::string(bytes.begin(), bytes.end());
  }

 private:
  std::istringstream stream_;
};

}  // namespace probe

#endif  // LDICOMNET_TESTS_INTEROP_PROBE_WORDS_H
