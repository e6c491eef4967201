// LDicomDS: files, transfer syntaxes, the preamble, and where temporary files go.

#include <deque>
#include <mutex>
#include <new>

#include "dicom_ds_impl.h"

namespace ldicomnet::detail {
namespace {

// The directory of temporary files of all objects that name none. Texts that were given out stay for ever; a directory
// that was set before is not kept twice.
class DefaultPath {
 public:
  L_TCHAR* Get() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return current_->data();
  }
  void Set(std::string path) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (std::string& known : paths_) {
      if (known == path) {
        current_ = &known;
        return;
      }
    }
    current_ = &paths_.emplace_back(std::move(path));
  }

 private:
  std::mutex mutex_;
  std::deque<std::string> paths_{std::string()};
  std::string* current_ = &paths_.front();
};

DefaultPath& TheDefaultPath() {
  static auto& path = *new DefaultPath;  // never destroyed: what it gave out is valid for ever
  return path;
}

}  // namespace

std::string DataSetState::TemporaryDirectory() const {
  return path_.empty() ? TheDefaultPath().Get() : path_;
}

}  // namespace ldicomnet::detail

using ldicomnet::detail::Bytes;
using ldicomnet::detail::ByteSlice;
using ldicomnet::detail::DataSetObject;
using ldicomnet::detail::DataSetState;

namespace {

// Loads with `load` into a new data set, which takes the place of what there was once that has worked.
template <class LoadInto>
L_UINT16 Load(LDicomDS& owner, DataSetState& state, L_UINT16 flags, LoadInto&& load) {
  const auto all_flags = static_cast<L_UINT16>(flags | state.load_flags);
  try {
    auto set = ldicomnet::detail::data_set_new(ByteSlice());
    const std::string directory = state.TemporaryDirectory();
    const auto code = static_cast<L_UINT16>(load(*set, all_flags, Bytes(directory.data(), directory.size())));
    if (code != DICOM_SUCCESS)
      return code;
    state.SetDataSet(std::move(set));
    state.loaded_flags = all_flags;
  } catch (const std::bad_alloc&) {
    return DICOM_ERROR_MEMORY;
  }
  if (state.debug_callback != nullptr)
    owner.ConformanceDS(state.debug_callback, state.debug_user_data);
  return DICOM_SUCCESS;
}

L_UINT16 Save(const DataSetState& state, const L_TCHAR* name, L_UINT16 flags, ByteSlice transfer_syntax) {
  if (state.is_command())
    return DICOM_ERROR_FORMAT;
  const DataSetObject* const set = state.tree().get();
  if (set != nullptr)
    return static_cast<L_UINT16>(set->save(Bytes(name), flags, transfer_syntax));
  const auto empty = ldicomnet::detail::data_set_new(ByteSlice());
  return static_cast<L_UINT16>(empty->save(Bytes(name), flags, transfer_syntax));
}

}  // namespace

L_UINT16 LDicomDS::LoadDS(const L_TCHAR* pszName, L_UINT16 nFlags) {
  if (pszName == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Load(*this, *m_pState, nFlags, [&](DataSetObject& set, L_UINT16 flags, ByteSlice directory) {
    return set.load_file(Bytes(pszName), flags, directory);
  });
}

L_UINT16 LDicomDS::LoadDSMemory(const L_UCHAR* pBuffer, L_UINT32 uBufferSize, L_UINT16 nFlags) {
  if (pBuffer == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Load(*this, *m_pState, nFlags, [&](DataSetObject& set, L_UINT16 flags, ByteSlice directory) {
    return set.load_memory(Bytes(pBuffer, uBufferSize), flags, directory);
  });
}

L_UINT16 LDicomDS::SaveDS(const L_TCHAR* pszName, L_UINT16 nFlags) const {
  if (pszName == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return Save(*m_pState, pszName, nFlags, ByteSlice());
}

L_UINT16 LDicomDS::ChangeTransferSyntax(const L_TCHAR* pszUID, L_INT32 nQFactor, L_UINT32 uFlags) {
  (void)nQFactor, (void)uFlags;  // nothing is compressed
  if (pszUID == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (m_pState->is_command())
    return DICOM_ERROR_FORMAT;
  return static_cast<L_UINT16>(m_pState->WritableDataSet().change_transfer_syntax(Bytes(pszUID)));
}

L_UINT16 LDicomDS::ChangeTransferSyntax(const L_TCHAR* pszOutfile, const L_TCHAR* pszUID, L_INT32 nQFactor,
                                        L_UINT32 uFlags, L_UINT16 uSaveFlags) const {
  (void)nQFactor, (void)uFlags;
  if (pszOutfile == nullptr || pszUID == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (*pszUID == '\0')
    return DICOM_ERROR_PARAMETER;
  return Save(*m_pState, pszOutfile, uSaveFlags, Bytes(pszUID));
}

L_VOID LDicomDS::GetPreamble(L_UCHAR* pPreamble, L_UINT16 nLength) const {
  if (pPreamble == nullptr)
    return;
  const rust::Slice<std::uint8_t> out(pPreamble, nLength);
  const DataSetObject* const set = m_pState->tree().get();
  if (set != nullptr) {
    set->preamble(out);
  } else {
    std::fill(out.begin(), out.end(), std::uint8_t{0});
  }
}

L_VOID LDicomDS::SetPreamble(const L_UCHAR* pPreamble, L_UINT16 nLength) {
  if (pPreamble != nullptr || nLength == 0)
    m_pState->WritableDataSet().set_preamble(Bytes(pPreamble, nLength));
}

L_TCHAR* LDicomDS::GetDefaultDicomTempPath() {
  return ldicomnet::detail::TheDefaultPath().Get();
}

L_VOID LDicomDS::SetDefaultDicomTempPath(const L_TCHAR* pszPath) {
  ldicomnet::detail::TheDefaultPath().Set(pszPath == nullptr ? "" : pszPath);
}

L_UINT LDicomDS::GetLoadFileFlags() const {
  return m_pState->load_flags;
}

L_VOID LDicomDS::SetLoadFileFlags(L_UINT uFlags) {
  m_pState->load_flags = uFlags;
}
