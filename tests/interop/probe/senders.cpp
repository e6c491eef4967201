#include "senders.h"

#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace probe {
namespace {

// What a line says.
class Given {
 public:
  explicit Given(Words& words) : context(words.Byte()), message(words.Short()) {
    while (!words.empty()) {
      const std::string word = words.Text();
      const std::size_t equals = word.find('=');
      if (equals == std::string::npos)
        throw std::invalid_argument("not NAME=VALUE: " + word);
      values_[word.substr(0, equals)] = word.substr(equals + 1);
    }
    const std::string path = Text("file");
    if (path.empty())
      return;
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    data_ = std::make_unique<LDicomDS>();
    data_->SetEncoded(reinterpret_cast<const L_UCHAR*>(bytes.data()), static_cast<L_UINT32>(bytes.size()));
  }

  std::string Text(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? "" : found->second;
  }
  L_UINT16 Number(const std::string& name) const {
    const std::string text = Text(name);
    return text.empty() ? static_cast<L_UINT16>(0) : static_cast<L_UINT16>(std::stoul(text, nullptr, 0));
  }
  std::vector<L_UINT32> Numbers(const std::string& name) const {
    std::vector<L_UINT32> numbers;
    std::istringstream list(Text(name));
    for (std::string one; std::getline(list, one, ',');)
      numbers.push_back(static_cast<L_UINT32>(std::stoul(one, nullptr, 0)));
    return numbers;
  }
  // A title, which may have spaces in it.
  std::string Title() const {
    const std::string digits = Text("ae");
    std::string title;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
      title.push_back(static_cast<char>(std::stoul(digits.substr(i, 2), nullptr, 16)));
    return title;
  }
  LDicomDS* data() const { return data_.get(); }

  const L_UCHAR context;
  const L_UINT16 message;

 private:
  std::map<std::string, std::string> values_;
  std::unique_ptr<LDicomDS> data_;
};

using Sender = std::function<L_INT(LDicomNet&, const Given&)>;

// What senders have in common, with the names they have in the interface.
#define CLASS it.Text("class").c_str()
#define INSTANCE it.Text("instance").c_str()
#define ABOUT it.context, it.message, CLASS
#define ABOUT_INSTANCE ABOUT, INSTANCE

const std::map<std::string, Sender>& Senders() {
  using Net = LDicomNet;
  using It = const Given;
  static const std::map<std::string, Sender> senders = {
      {"CStoreRequest",
       [](Net& net, It& it) {
         return net.SendCStoreRequest(ABOUT_INSTANCE, it.Number("priority"), it.Title().c_str(), it.Number("move"),
                                      it.data());
       }},
      {"CStoreResponse", [](Net& net, It& it) { return net.SendCStoreResponse(ABOUT_INSTANCE, it.Number("status")); }},
      {"CFindRequest", [](Net& net, It& it) { return net.SendCFindRequest(ABOUT, it.Number("priority"), it.data()); }},
      {"CFindResponse", [](Net& net, It& it) { return net.SendCFindResponse(ABOUT, it.Number("status"), it.data()); }},
      {"CGetRequest", [](Net& net, It& it) { return net.SendCGetRequest(ABOUT, it.Number("priority"), it.data()); }},
      {"CGetResponse",
       [](Net& net, It& it) {
         std::vector<L_UINT32> counts = it.Numbers("counts");
         counts.resize(4);
         return net.SendCGetResponse(ABOUT, it.Number("status"), static_cast<L_UINT16>(counts[0]),
                                     static_cast<L_UINT16>(counts[1]), static_cast<L_UINT16>(counts[2]),
                                     static_cast<L_UINT16>(counts[3]), it.data());
       }},
      {"CMoveRequest",
       [](Net& net, It& it) {
         return net.SendCMoveRequest(ABOUT, it.Number("priority"), it.Title().c_str(), it.data());
       }},
      {"CMoveResponse",
       [](Net& net, It& it) {
         std::vector<L_UINT32> counts = it.Numbers("counts");
         counts.resize(4);
         return net.SendCMoveResponse(ABOUT, it.Number("status"), static_cast<L_UINT16>(counts[0]),
                                      static_cast<L_UINT16>(counts[1]), static_cast<L_UINT16>(counts[2]),
                                      static_cast<L_UINT16>(counts[3]), it.data());
       }},
      {"CCancelRequest", [](Net& net, It& it) { return net.SendCCancelRequest(it.context, it.message); }},
      {"NReportRequest",
       [](Net& net, It& it) { return net.SendNReportRequest(ABOUT_INSTANCE, it.Number("type"), it.data()); }},
      {"NReportResponse",
       [](Net& net, It& it) {
         return net.SendNReportResponse(ABOUT_INSTANCE, it.Number("status"), it.Number("type"), it.data());
       }},
      {"NGetRequest",
       [](Net& net, It& it) {
         const std::vector<L_UINT32> tags = it.Numbers("tags");
         return net.SendNGetRequest(ABOUT_INSTANCE, tags.data(), static_cast<L_UINT16>(tags.size()));
       }},
      {"NGetResponse",
       [](Net& net, It& it) { return net.SendNGetResponse(ABOUT_INSTANCE, it.Number("status"), it.data()); }},
      {"NSetRequest", [](Net& net, It& it) { return net.SendNSetRequest(ABOUT_INSTANCE, it.data()); }},
      {"NSetResponse",
       [](Net& net, It& it) { return net.SendNSetResponse(ABOUT_INSTANCE, it.Number("status"), it.data()); }},
      {"NActionRequest",
       [](Net& net, It& it) { return net.SendNActionRequest(ABOUT_INSTANCE, it.Number("type"), it.data()); }},
      {"NActionResponse",
       [](Net& net, It& it) {
         return net.SendNActionResponse(ABOUT_INSTANCE, it.Number("status"), it.Number("type"), it.data());
       }},
      {"NCreateRequest", [](Net& net, It& it) { return net.SendNCreateRequest(ABOUT_INSTANCE, it.data()); }},
      {"NCreateResponse",
       [](Net& net, It& it) { return net.SendNCreateResponse(ABOUT_INSTANCE, it.Number("status"), it.data()); }},
      {"NDeleteRequest", [](Net& net, It& it) { return net.SendNDeleteRequest(ABOUT_INSTANCE); }},
      {"NDeleteResponse",
       [](Net& net, It& it) { return net.SendNDeleteResponse(ABOUT_INSTANCE, it.Number("status")); }},
  };
  return senders;
}

}  // namespace

L_INT SendMessage(LDicomNet& net, Words& words) {
  const std::string name = words.Text();
  const auto found = Senders().find(name);
  if (found == Senders().end())
    throw std::invalid_argument("no such sender: " + name);
  return found->second(net, Given(words));
}

}  // namespace probe
