// LDicomDS: classes of data sets, and modules. Which elements they have is in dicom_ds_module_table.

#include <string_view>

#include "dicom_ds_impl.h"
#include "dicom_ds_module_table.h"
#include "ldicomnet/tags.h"
#include "ldicomnet/uids.h"

using ldicomnet::detail::Bytes;
using ldicomnet::detail::DataSetClass;
using ldicomnet::detail::DataSetState;
using ldicomnet::detail::ElementId;
using ldicomnet::detail::Elements;
using ldicomnet::detail::Module;
using ldicomnet::detail::ModuleElement;

namespace {

// The first item of a sequence of the root level, made if there is none.
ElementId FirstItem(DataSetState& state, L_UINT32 tag) {
  const ElementId sequence = state.elements().FindFirst(0, tag, true);
  if (sequence == 0)
    return 0;
  const ElementId item = state.elements().Child(sequence);
  return item != 0 ? item : state.Insert(sequence, true, TAG_ITEM, 0, true, ELEMENT_INDEX_MAX);
}

// Inserts an element without a value, where it is absent.
void InsertEmpty(DataSetState& state, const ModuleElement& element) {
  const bool is_root = element.sequence == 0;
  const ElementId parent = is_root ? 0 : FirstItem(state, element.sequence);
  if (!is_root && parent == 0)
    return;
  const bool is_sequence = ldicomnet::detail::standard_vr(element.tag) == VR_SQ;
  state.Insert(parent, true, element.tag, 0, is_sequence, ELEMENT_INDEX_MAX);
}

void InsertModule(DataSetState& state, const Module& module, bool has_optional) {
  for (const ModuleElement& element : module) {
    if (element.is_mandatory || has_optional)
      InsertEmpty(state, element);
  }
}

// Gives an element of the root level, inserted if it is absent, a value.
void SetText(DataSetState& state, L_UINT32 tag, std::string_view text) {
  InsertEmpty(state, {tag, true});
  const ElementId id = state.elements().FindFirst(0, tag, true);
  const std::string texts = std::string(text) + '\0';
  state.elements().SetTexts(id, Bytes(texts.data(), texts.size()), 1, DICOM_CHARACTER_SET_DEFAULT);
}

// The class that InitDS was given, or that the data set says.
const DataSetClass* ClassOf(DataSetState& state) {
  if (state.class_number != CLASS_UNKNOWN || state.is_command())
    return ldicomnet::detail::FindClass(state.class_number);
  std::string texts;
  for (const L_UINT32 tag : {TAG_SOP_CLASS_UID, TAG_MEDIA_STORAGE_SOP_CLASS_UID}) {
    const ElementId id = state.elements().FindFirst(0, tag, true);
    if (id != 0 && state.elements().Texts(id, texts) && !texts.empty())
      break;
  }
  if (texts.substr(0, texts.find('\0')) == UID_MEDIA_STORAGE_DIRECTORY)
    return ldicomnet::detail::FindClass(CLASS_MEDIA_STORAGE_DIRECTORY);
  return ldicomnet::detail::FindStorageClass(texts.c_str());
}

// What is there of a module.
pDICOMMODULE Shown(DataSetState& state, const Module& module) {
  if (!state.module)
    state.module = std::make_unique<DICOMMODULE>();
  DICOMMODULE& shown = *state.module;
  shown = DICOMMODULE();
  shown.nModule = module.number;
  for (const ModuleElement& element : module) {
    if (element.sequence != 0 || state.is_command())
      continue;
    const pDICOMELEMENT handle = state.Handle(state.elements().FindFirst(0, element.tag, true));
    if (handle != nullptr)
      shown.pElement[shown.nCount++] = handle;
  }
  return &shown;
}

}  // namespace

L_VOID LDicomDS::InitDS(L_UINT32 nClass, L_UINT16 nFlags) {
  const L_TCHAR* const syntax = (nFlags & DS_BIG_ENDIAN) != 0    ? UID_EXPLICIT_VR_BIG_ENDIAN
                                : (nFlags & DS_IMPLICIT_VR) != 0 ? UID_IMPLICIT_VR_LITTLE_ENDIAN
                                                                 : UID_EXPLICIT_VR_LITTLE_ENDIAN;
  m_pState->SetDataSet(ldicomnet::detail::data_set_new(Bytes(syntax)));
  const DataSetClass* const one = ldicomnet::detail::FindClass(nClass);
  if (one == nullptr)
    return;
  m_pState->class_number = nClass;
  for (const auto& [number, is_mandatory] : *one) {
    if (is_mandatory || (nFlags & DS_ADD_MANDATORY_MODULES_ONLY) == 0)
      ::InsertModule(*m_pState, *ldicomnet::detail::FindModule(number), (nFlags & DS_ADD_MANDATORY_ELEMENTS_ONLY) == 0);
  }
  if (one->sop_class != nullptr)
    SetText(*m_pState, TAG_SOP_CLASS_UID, one->sop_class);
  if (one->level != nullptr)
    SetText(*m_pState, TAG_QUERY_RETRIEVE_LEVEL, one->level);
  for (const L_UINT32 key : one->upper_keys) {
    if (key != 0)
      InsertEmpty(*m_pState, {key, true});
  }
}

L_VOID LDicomDS::GetInfoDS(L_UINT32* pnClass, L_UINT16* pnFlags) const {
  const DataSetClass* const one = ClassOf(*m_pState);
  const auto* const set = m_pState->tree().get();
  if (pnClass != nullptr)
    *pnClass = one == nullptr ? CLASS_UNKNOWN : one->number;
  if (pnFlags != nullptr)
    *pnFlags = set == nullptr ? 0 : set->flags();
}

pDICOMMODULE LDicomDS::InsertModule(L_UINT32 nModule, L_BOOL bOptional) {
  const Module* const module = ldicomnet::detail::FindModule(nModule);
  if (module == nullptr || m_pState->is_command())
    return nullptr;
  ::InsertModule(*m_pState, *module, bOptional != L_FALSE);
  return Shown(*m_pState, *module);
}

L_VOID LDicomDS::DeleteModule(L_UINT32 nModule) {
  const Module* const module = ldicomnet::detail::FindModule(nModule);
  if (module == nullptr || m_pState->is_command())
    return;
  for (const ModuleElement& element : *module) {
    const ElementId id = element.sequence != 0 ? 0 : m_pState->elements().FindFirst(0, element.tag, true);
    if (id != 0)
      m_pState->elements().Remove(id);
  }
}

pDICOMMODULE LDicomDS::FindModule(L_UINT32 nModule) {
  const Module* const module = ldicomnet::detail::FindModule(nModule);
  if (module == nullptr)
    return nullptr;
  const pDICOMMODULE shown = Shown(*m_pState, *module);
  return shown->nCount == 0 ? nullptr : shown;
}

L_UINT32 LDicomDS::GetCountModule() const {
  const DataSetClass* const one = ClassOf(*m_pState);
  return one == nullptr ? 0 : static_cast<L_UINT32>(one->count);
}

pDICOMMODULE LDicomDS::FindIndexModule(L_UINT32 nIndex) {
  const DataSetClass* const one = ClassOf(*m_pState);
  if (one == nullptr || nIndex >= one->count)
    return nullptr;
  return Shown(*m_pState, *ldicomnet::detail::FindModule(one->modules[nIndex].number));
}
