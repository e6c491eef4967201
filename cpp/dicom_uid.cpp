// LDicomUID: the list of known UIDs, and its C functions.

#include "ldicomnet/dicom_uid.h"

#include <deque>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "c_handles.h"
#include "ldicomnet/c_api_uid.h"
#include "ldicomnet/src/bridge/ffi.rs.h"
#include "text.h"
#include "uid_table.h"

using ldicomnet::detail::Bytes;
using ldicomnet::detail::CodeOf;
using ldicomnet::detail::kStandardUidCount;
using ldicomnet::detail::kStandardUids;
using ldicomnet::detail::Run;
using ldicomnet::detail::ValueOf;

namespace {

// The next component of a UID, which is taken off `rest`.
std::string_view TakeComponent(std::string_view& rest) {
  const std::size_t end = rest.find('.');
  const std::string_view component = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return component;
}

// By the numbers between the dots. A number without leading zeros is the less the fewer digits it has.
bool IsBefore(std::string_view left, std::string_view right) {
  while (!left.empty() && !right.empty()) {
    const std::string_view a = TakeComponent(left);
    const std::string_view b = TakeComponent(right);
    if (a.size() != b.size())
      return a.size() < b.size();
    if (a != b)
      return a < b;
  }
  return left.empty() && !right.empty();
}

bool IsUid(std::string_view code) {
  if (code.empty() || code.size() > UID_MAX_SIZE || code.back() == '.')
    return false;
  while (!code.empty()) {
    const std::string_view component = TakeComponent(code);
    if (component.empty() || (component.size() > 1 && component.front() == '0') ||
        component.find_first_not_of("0123456789") != std::string_view::npos)
      return false;
  }
  return true;
}

// A UID of the program's own, with its texts.
struct OwnUid {
  OwnUid(std::string_view its_code, const L_TCHAR* its_name, L_UINT16 type)
      : code(its_code), name(its_name), uid{code.data(), name.data(), type} {}

  std::string code;
  std::string name;
  DICOMUID uid;
};

struct ByCode {
  using is_transparent = void;
  bool operator()(pDICOMUID left, pDICOMUID right) const { return IsBefore(left->pszCode, right->pszCode); }
  bool operator()(pDICOMUID left, std::string_view right) const { return IsBefore(left->pszCode, right); }
  bool operator()(std::string_view left, pDICOMUID right) const { return IsBefore(left, right->pszCode); }
};

class UidList {
 public:
  using Order = std::set<pDICOMUID, ByCode>;

  UidList() {
    for (std::size_t i = 0; i < kStandardUidCount; ++i) {
      const auto& uid = kStandardUids[i];
      // The interface's texts are not const, and for reading only, as its documentation says.
      standard_.push_back({const_cast<L_TCHAR*>(uid.code), const_cast<L_TCHAR*>(uid.name), uid.type});
    }
    Default();
  }

  void Default() {
    order_.clear();
    listed_.clear();
    own_.clear();
    for (DICOMUID& uid : standard_)
      List(&uid);
  }

  pDICOMUID Find(std::string_view code) const { return At(order_.find(code)); }
  pDICOMUID First() const { return At(order_.begin()); }
  pDICOMUID Last() const { return order_.empty() ? nullptr : *order_.rbegin(); }
  L_UINT32 Count() const { return static_cast<L_UINT32>(order_.size()); }
  bool Has(const DICOMUID* uid) const { return listed_.count(uid) != 0; }

  pDICOMUID Next(const DICOMUID* uid) const {
    const auto found = listed_.find(uid);
    return found == listed_.end() ? nullptr : At(std::next(found->second));
  }

  pDICOMUID Prev(const DICOMUID* uid) const {
    const auto found = listed_.find(uid);
    return found == listed_.end() || found->second == order_.begin() ? nullptr : *std::prev(found->second);
  }

  pDICOMUID Insert(std::string_view code, const L_TCHAR* name, L_UINT16 type) {
    if (order_.find(code) != order_.end())
      return nullptr;
    auto own = std::make_unique<OwnUid>(code, name, type);
    const pDICOMUID uid = &own->uid;
    own_.emplace(uid, std::move(own));
    List(uid);
    return uid;
  }

  // As Insert, in the place of one that has the code.
  void Put(std::string_view code, const L_TCHAR* name, L_UINT16 type) {
    if (const pDICOMUID there = Find(code); there != nullptr)
      Delete(there);
    Insert(code, name, type);
  }

  pDICOMUID Delete(const DICOMUID* uid) {
    const auto found = listed_.find(uid);
    if (found == listed_.end())
      return nullptr;
    const auto next = order_.erase(found->second);
    listed_.erase(found);
    own_.erase(uid);
    return At(next);
  }

 private:
  pDICOMUID At(Order::const_iterator place) const { return place == order_.end() ? nullptr : *place; }
  void List(pDICOMUID uid) { listed_.emplace(uid, order_.insert(uid).first); }

  std::deque<DICOMUID> standard_;  // never changed once made
  std::unordered_map<const DICOMUID*, std::unique_ptr<OwnUid>> own_;
  Order order_;
  std::unordered_map<const DICOMUID*, Order::const_iterator> listed_;
};

// The one list and its lock. Never destroyed: pointers to the standard's UIDs are valid until the very end of the
// process.
struct SharedList {
  std::mutex mutex;
  UidList list;
};

SharedList& TheList() {
  static auto& list = *new SharedList;
  return list;
}

// Calls `member` of the list, which no other thread uses meanwhile.
template <class Member>
auto WithList(Member&& member) {
  SharedList& shared = TheList();
  const std::lock_guard<std::mutex> lock(shared.mutex);
  return member(shared.list);
}

std::string_view WithoutPadding(const L_TCHAR* code) {
  const std::string_view text(code);
  const std::size_t last = text.find_last_not_of(' ');
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

}  // namespace

pDICOMUID LDicomUID::Find(const L_TCHAR* pszCode) {
  if (pszCode == nullptr || !IsUid(WithoutPadding(pszCode)))
    return nullptr;
  return WithList([&](UidList& list) { return list.Find(WithoutPadding(pszCode)); });
}

pDICOMUID LDicomUID::GetFirst() {
  return WithList([](UidList& list) { return list.First(); });
}

pDICOMUID LDicomUID::GetLast() {
  return WithList([](UidList& list) { return list.Last(); });
}

pDICOMUID LDicomUID::GetPrev(const DICOMUID* pUID) {
  return WithList([&](UidList& list) { return list.Prev(pUID); });
}

pDICOMUID LDicomUID::GetNext(const DICOMUID* pUID) {
  return WithList([&](UidList& list) { return list.Next(pUID); });
}

L_BOOL LDicomUID::Exists(const DICOMUID* pUID) {
  return WithList([&](UidList& list) { return list.Has(pUID); }) ? L_TRUE : L_FALSE;
}

L_UINT32 LDicomUID::GetCount() {
  return WithList([](UidList& list) { return list.Count(); });
}

pDICOMUID LDicomUID::Insert(const L_TCHAR* pszCode, const L_TCHAR* pszName, L_UINT16 nType) {
  if (pszCode == nullptr || pszName == nullptr || nType > UID_TYPE_LDAP_OID || !IsUid(pszCode))
    return nullptr;
  return WithList([&](UidList& list) { return list.Insert(pszCode, pszName, nType); });
}

pDICOMUID LDicomUID::Delete(const DICOMUID* pUID) {
  return WithList([&](UidList& list) { return list.Delete(pUID); });
}

L_VOID LDicomUID::Default() {
  WithList([](UidList& list) { list.Default(); });
}

L_UINT16 LDicomUID::LoadXml(const L_TCHAR* pszFile, L_UINT32 uFlags) {
  if (pszFile == nullptr || *pszFile == '\0' || uFlags != 0)
    return DICOM_ERROR_PARAMETER;
  const auto text = [](const auto& bytes) { return std::string(bytes.begin(), bytes.end()); };
  try {
    const auto file = ldicomnet::detail::uid_file_read(Bytes(pszFile));
    if (file.code != DICOM_SUCCESS)
      return static_cast<L_UINT16>(file.code);
    // One lock for all: nobody sees a part of the file.
    WithList([&](UidList& list) {
      for (const auto& uid : file.uids)
        list.Put(text(uid.code), text(uid.name).c_str(), uid.kind);
    });
  } catch (const std::bad_alloc&) {
    return DICOM_ERROR_MEMORY;
  }
  return DICOM_SUCCESS;
}

LDICOMNET_C_BEGIN

pDICOMUID EXT_FUNCTION L_DicomFindUID(const L_TCHAR* pszCode) {
  return ValueOf<pDICOMUID>(nullptr, [&] { return LDicomUID::Find(pszCode); });
}

pDICOMUID EXT_FUNCTION L_DicomGetFirstUID(L_VOID) {
  return ValueOf<pDICOMUID>(nullptr, [] { return LDicomUID::GetFirst(); });
}

pDICOMUID EXT_FUNCTION L_DicomGetLastUID(L_VOID) {
  return ValueOf<pDICOMUID>(nullptr, [] { return LDicomUID::GetLast(); });
}

pDICOMUID EXT_FUNCTION L_DicomGetPrevUID(const DICOMUID* pUID) {
  return ValueOf<pDICOMUID>(nullptr, [&] { return LDicomUID::GetPrev(pUID); });
}

pDICOMUID EXT_FUNCTION L_DicomGetNextUID(const DICOMUID* pUID) {
  return ValueOf<pDICOMUID>(nullptr, [&] { return LDicomUID::GetNext(pUID); });
}

L_BOOL EXT_FUNCTION L_DicomExistsUID(const DICOMUID* pUID) {
  return ValueOf<L_BOOL>(L_FALSE, [&] { return LDicomUID::Exists(pUID); });
}

L_UINT32 EXT_FUNCTION L_DicomGetCountUID(L_VOID) {
  return ValueOf<L_UINT32>(0, [] { return LDicomUID::GetCount(); });
}

pDICOMUID EXT_FUNCTION L_DicomInsertUID(const L_TCHAR* pszCode, const L_TCHAR* pszName, L_UINT16 nType) {
  return ValueOf<pDICOMUID>(nullptr, [&] { return LDicomUID::Insert(pszCode, pszName, nType); });
}

pDICOMUID EXT_FUNCTION L_DicomDeleteUID(const DICOMUID* pUID) {
  return ValueOf<pDICOMUID>(nullptr, [&] { return LDicomUID::Delete(pUID); });
}

L_VOID EXT_FUNCTION L_DicomDefaultUID(L_VOID) {
  Run([] { LDicomUID::Default(); });
}

L_UINT16 EXT_FUNCTION L_DicomLoadXmlUID(const L_TCHAR* pszFile, L_UINT32 uFlags) {
  return static_cast<L_UINT16>(CodeOf([&] { return LDicomUID::LoadXml(pszFile, uFlags); }));
}

LDICOMNET_C_END
