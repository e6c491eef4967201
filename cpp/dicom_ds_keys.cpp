// LDicomDS: the keys of a media directory, which are the items of its directory record sequence (PS3.3 F.3).
//
// What lies below a record is told by the order and the types of the records; their offsets are not looked at.

#include <string>
#include <string_view>

#include "dicom_ds_impl.h"
#include "ldicomnet/tags.h"

using ldicomnet::detail::Bytes;
using ldicomnet::detail::ByteSlice;
using ldicomnet::detail::DataSetState;
using ldicomnet::detail::ElementId;
using ldicomnet::detail::Elements;

namespace {

// An element that PS3.3 F.5 gives a record of a type.
struct KeyElement {
  const char* type;
  L_UINT32 tag;
  bool is_mandatory;
};

constexpr KeyElement kKeyElements[] = {
    {"PATIENT", TAG_PATIENT_NAME, true},
    {"PATIENT", TAG_PATIENT_ID, true},
    {"PATIENT", TAG_PATIENT_BIRTH_DATE, false},
    {"PATIENT", TAG_PATIENT_SEX, false},
    {"STUDY", TAG_STUDY_DATE, true},
    {"STUDY", TAG_STUDY_TIME, true},
    {"STUDY", TAG_ACCESSION_NUMBER, true},
    {"STUDY", TAG_STUDY_DESCRIPTION, true},
    {"STUDY", TAG_STUDY_INSTANCE_UID, true},
    {"STUDY", TAG_STUDY_ID, true},
    {"SERIES", TAG_MODALITY, true},
    {"SERIES", TAG_SERIES_INSTANCE_UID, true},
    {"SERIES", TAG_SERIES_NUMBER, true},
    {"SERIES", TAG_SERIES_DESCRIPTION, false},
    {"SERIES", TAG_INSTITUTION_NAME, false},
    {"IMAGE", TAG_REFERENCED_FILE_ID, true},
    {"IMAGE", TAG_REFERENCED_SOP_CLASS_UID_IN_FILE, true},
    {"IMAGE", TAG_REFERENCED_SOP_INSTANCE_UID_IN_FILE, true},
    {"IMAGE", TAG_REFERENCED_TRANSFER_SYNTAX_UID_IN_FILE, true},
    {"IMAGE", TAG_INSTANCE_NUMBER, true},
    {"IMAGE", TAG_IMAGE_TYPE, false},
};

// How high in the tree of records a type stands (PS3.3 Table F.4-1): a record lies below the nearest one before it that
// stands higher.
int RankOf(std::string_view type) {
  for (const std::string_view root :
       {"PATIENT", "HANGING PROTOCOL", "PALETTE", "IMPLANT", "IMPLANT ASSY", "IMPLANT GROUP"}) {
    if (type == root)
      return 1;
  }
  return type == "STUDY" ? 2 : type == "SERIES" ? 3 : 4;
}

// The records of one data set.
class Records {
 public:
  explicit Records(DataSetState& state) : state_(state), elements_(state.elements()) {
    sequence_ = elements_.FindFirst(0, TAG_DIRECTORY_RECORD_SEQUENCE, true);
  }

  ElementId sequence() const { return sequence_; }
  ElementId First() const { return sequence_ == 0 ? 0 : elements_.Child(sequence_); }
  ElementId Next(ElementId record) const { return elements_.Next(record, true); }
  ElementId Prev(ElementId record) const { return elements_.Prev(record, true); }
  bool Has(ElementId record) const { return sequence_ != 0 && record != 0 && elements_.Parent(record) == sequence_; }

  std::string TypeOf(ElementId record) const {
    const ElementId type = elements_.FindFirstDescendant(record, TAG_DIRECTORY_RECORD_TYPE, true);
    std::string texts;
    if (type == 0 || !elements_.Texts(type, texts))
      return std::string();
    return texts.substr(0, texts.find('\0'));
  }

  // Calls `visit(record, type, is_direct)` for each record below `parent`, of all for 0, until it answers false.
  template <class Visit>
  void EachBelow(ElementId parent, Visit&& visit) const {
    const int rank = parent == 0 ? 0 : RankOf(TypeOf(parent));
    int highest = 4;
    for (ElementId record = parent == 0 ? First() : Next(parent); record != 0; record = Next(record)) {
      const std::string type = TypeOf(record);
      const int own = RankOf(type);
      if (own <= rank)
        return;
      const bool is_direct = own <= highest;
      highest = own < highest ? own : highest;
      if (!visit(record, type, is_direct))
        return;
    }
  }

  // A new record behind those below `parent`.
  ElementId Insert(ElementId parent) {
    if (sequence_ == 0)
      sequence_ = state_.Insert(0, true, TAG_DIRECTORY_RECORD_SEQUENCE, VR_SQ, true, ELEMENT_INDEX_MAX);
    if (sequence_ == 0)
      return 0;
    L_UINT32 index = ELEMENT_INDEX_MAX;
    if (parent != 0) {
      ElementId last = parent;
      EachBelow(parent, [&](ElementId record, const std::string&, bool) {
        last = record;
        return true;
      });
      index = 0;
      for (ElementId record = last; record != 0; record = Prev(record))
        ++index;
    }
    return state_.Insert(sequence_, true, TAG_ITEM, 0, true, index);
  }

 private:
  DataSetState& state_;
  Elements& elements_;
  ElementId sequence_ = 0;
};

void InsertText(DataSetState& state, ElementId record, L_UINT32 tag, const L_TCHAR* text) {
  const ElementId id = state.Insert(record, true, tag, 0, false, ELEMENT_INDEX_MAX);
  if (id != 0 && text != nullptr) {
    const std::string texts(text, std::string_view(text).size() + 1);
    state.elements().SetTexts(id, Bytes(texts.data(), texts.size()), 1, DICOM_CHARACTER_SET_DEFAULT);
  }
}

void InsertNumber(DataSetState& state, ElementId record, L_UINT32 tag, std::string_view bytes) {
  const ElementId id = state.Insert(record, true, tag, 0, false, ELEMENT_INDEX_MAX);
  if (id != 0)
    state.elements().Write(id, Bytes(bytes.data(), bytes.size()));
}

// Records of the same type before or behind one; `step` goes to the next.
template <class Step>
ElementId Neighbor(const Records& records, ElementId key, bool tree, Step&& step) {
  if (!records.Has(key))
    return 0;
  const std::string type = records.TypeOf(key);
  for (ElementId record = step(key); record != 0; record = step(record)) {
    const std::string other = records.TypeOf(record);
    if (other == type)
      return record;
    // A higher one stands between the records below one record and those below the next.
    if (tree && RankOf(other) < RankOf(type))
      return 0;
  }
  return 0;
}

}  // namespace

pDICOMELEMENT LDicomDS::InsertKey(pDICOMELEMENT pParent, const L_TCHAR* pszKey, L_BOOL bOptional) {
  ElementId parent = 0;
  if (pszKey == nullptr || *pszKey == '\0' || m_pState->is_command() || !m_pState->Resolve(pParent, parent))
    return nullptr;
  Records records(*m_pState);
  if (parent != 0 && !records.Has(parent))
    return nullptr;
  const ElementId record = records.Insert(parent);
  if (record == 0)
    return nullptr;
  InsertNumber(*m_pState, record, TAG_OFFSET_OF_THE_NEXT_DIRECTORY_RECORD, std::string_view("\0\0\0\0", 4));
  InsertNumber(*m_pState, record, TAG_RECORD_IN_USE_FLAG, "\xFF\xFF");
  InsertNumber(*m_pState, record, TAG_OFFSET_OF_REFERENCED_LOWER_LEVEL_DIRECTORY_ENTITY,
               std::string_view("\0\0\0\0", 4));
  InsertText(*m_pState, record, TAG_DIRECTORY_RECORD_TYPE, pszKey);
  for (const KeyElement& element : kKeyElements) {
    if (std::string_view(element.type) == pszKey && (element.is_mandatory || bOptional))
      InsertText(*m_pState, record, element.tag, nullptr);
  }
  return m_pState->Handle(record);
}

L_VOID LDicomDS::DeleteKey(pDICOMELEMENT pKey) {
  ElementId key = 0;
  const Records records(*m_pState);
  if (!m_pState->Resolve(pKey, key) || !records.Has(key))
    return;
  std::vector<ElementId> lower;
  records.EachBelow(key, [&](ElementId record, const std::string&, bool) {
    lower.push_back(record);
    return true;
  });
  m_pState->elements().Remove(key);
  for (const ElementId record : lower)
    m_pState->elements().Remove(record);
}

pDICOMELEMENT LDicomDS::FindFirstKey(pDICOMELEMENT pParent, const L_TCHAR* pszKey, L_BOOL bTree) const {
  ElementId parent = 0;
  const Records records(*m_pState);
  if (!m_pState->Resolve(pParent, parent) || (parent != 0 && !records.Has(parent)))
    return nullptr;
  ElementId found = 0;
  records.EachBelow(parent, [&](ElementId record, const std::string& type, bool is_direct) {
    if ((is_direct || !bTree) && (pszKey == nullptr || type == pszKey))
      found = record;
    return found == 0;
  });
  return m_pState->Handle(found);
}

pDICOMELEMENT LDicomDS::FindLastKey(pDICOMELEMENT pParent, const L_TCHAR* pszKey, L_BOOL bTree) const {
  ElementId parent = 0;
  const Records records(*m_pState);
  if (!m_pState->Resolve(pParent, parent) || (parent != 0 && !records.Has(parent)))
    return nullptr;
  ElementId found = 0;
  records.EachBelow(parent, [&](ElementId record, const std::string& type, bool is_direct) {
    if ((is_direct || !bTree) && (pszKey == nullptr || type == pszKey))
      found = record;
    return true;
  });
  return m_pState->Handle(found);
}

pDICOMELEMENT LDicomDS::FindPrevKey(pDICOMELEMENT pKey, L_BOOL bTree) const {
  ElementId key = 0;
  if (!m_pState->Resolve(pKey, key))
    return nullptr;
  const Records records(*m_pState);
  return m_pState->Handle(
      Neighbor(records, key, bTree != L_FALSE, [&](ElementId record) { return records.Prev(record); }));
}

pDICOMELEMENT LDicomDS::FindNextKey(pDICOMELEMENT pKey, L_BOOL bTree) const {
  ElementId key = 0;
  if (!m_pState->Resolve(pKey, key))
    return nullptr;
  const Records records(*m_pState);
  return m_pState->Handle(
      Neighbor(records, key, bTree != L_FALSE, [&](ElementId record) { return records.Next(record); }));
}
