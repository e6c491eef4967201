// LDicomDS: inserting, deleting and finding elements. Each member turns handles into numbers, asks Elements, and turns
// the answer into a handle.

#include "dicom_ds_impl.h"

using ldicomnet::detail::DataSetState;
using ldicomnet::detail::ElementId;
using ldicomnet::detail::ElementNode;

namespace {

// The handle of what `step` finds from an element; NULL is 0, and a handle of nothing finds nothing.
template <class Step>
pDICOMELEMENT From(DataSetState& state, pDICOMELEMENT element, Step&& step) {
  ElementId id = 0;
  return state.Resolve(element, id) ? state.Handle(step(id)) : nullptr;
}

}  // namespace

pDICOMELEMENT LDicomDS::InsertElement(pDICOMELEMENT pNeighbor, L_BOOL bChild, L_UINT32 nTag, L_UINT16 nVR,
                                      L_BOOL bSequence, L_UINT32 nIndex) {
  return From(*m_pState, pNeighbor, [&](ElementId id) {
    return m_pState->Insert(id, bChild != L_FALSE, nTag, nVR, bSequence != L_FALSE, nIndex);
  });
}

pDICOMELEMENT LDicomDS::DeleteElement(pDICOMELEMENT pElement) {
  ElementNode* const node = m_pState->Find(pElement);
  return node == nullptr ? nullptr : m_pState->Handle(m_pState->Delete(*node));
}

pDICOMELEMENT LDicomDS::GetRootElement(pDICOMELEMENT pElement) const {
  return From(*m_pState, pElement, [&](ElementId id) {
    return id == 0 ? m_pState->elements().First(0, true) : m_pState->elements().RootOf(id);
  });
}

pDICOMELEMENT LDicomDS::GetParentElement(pDICOMELEMENT pElement) const {
  return From(*m_pState, pElement, [&](ElementId id) { return m_pState->elements().Parent(id); });
}

pDICOMELEMENT LDicomDS::GetChildElement(pDICOMELEMENT pElement, L_BOOL bVolatile) const {
  (void)bVolatile;
  return From(*m_pState, pElement, [&](ElementId id) {
    return id == 0 ? m_pState->elements().First(0, true) : m_pState->elements().Child(id);
  });
}

pDICOMELEMENT LDicomDS::GetFirstElement(pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) const {
  (void)bVolatile;
  return From(*m_pState, pElement, [&](ElementId id) { return m_pState->elements().First(id, bTree != L_FALSE); });
}

pDICOMELEMENT LDicomDS::GetLastElement(pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) const {
  (void)bVolatile;
  return From(*m_pState, pElement, [&](ElementId id) { return m_pState->elements().Last(id, bTree != L_FALSE); });
}

pDICOMELEMENT LDicomDS::GetPrevElement(pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) const {
  (void)bVolatile;
  return From(*m_pState, pElement,
              [&](ElementId id) { return id == 0 ? 0 : m_pState->elements().Prev(id, bTree != L_FALSE); });
}

pDICOMELEMENT LDicomDS::GetNextElement(pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) const {
  (void)bVolatile;
  return From(*m_pState, pElement,
              [&](ElementId id) { return id == 0 ? 0 : m_pState->elements().Next(id, bTree != L_FALSE); });
}

L_UINT32 LDicomDS::GetLevelElement(pDICOMELEMENT pElement) const {
  const ElementNode* const node = m_pState->Find(pElement);
  return node == nullptr ? 0 : m_pState->elements().Level(node->id);
}

L_BOOL LDicomDS::ExistsElement(pDICOMELEMENT pElement) const {
  return m_pState->Find(pElement) != nullptr ? L_TRUE : L_FALSE;
}

L_BOOL LDicomDS::IsVolatileElement(pDICOMELEMENT pElement) const {
  (void)pElement;
  return L_FALSE;
}

pDICOMELEMENT LDicomDS::FindFirstElement(pDICOMELEMENT pElement, L_UINT32 nTag, L_BOOL bTree) const {
  return From(*m_pState, pElement,
              [&](ElementId id) { return m_pState->elements().FindFirst(id, nTag, bTree != L_FALSE); });
}

pDICOMELEMENT LDicomDS::FindLastElement(pDICOMELEMENT pElement, L_UINT32 nTag, L_BOOL bTree) const {
  return From(*m_pState, pElement,
              [&](ElementId id) { return m_pState->elements().FindLast(id, nTag, bTree != L_FALSE); });
}

pDICOMELEMENT LDicomDS::FindPrevElement(pDICOMELEMENT pElement, L_BOOL bTree) const {
  return From(*m_pState, pElement,
              [&](ElementId id) { return id == 0 ? 0 : m_pState->elements().FindPrev(id, bTree != L_FALSE); });
}

pDICOMELEMENT LDicomDS::FindNextElement(pDICOMELEMENT pElement, L_BOOL bTree) const {
  return From(*m_pState, pElement,
              [&](ElementId id) { return id == 0 ? 0 : m_pState->elements().FindNext(id, bTree != L_FALSE); });
}

pDICOMELEMENT LDicomDS::FindFirstDescendant(pDICOMELEMENT pParent, L_UINT32 nTag, L_BOOL bNextLevelOnly) const {
  return From(*m_pState, pParent, [&](ElementId id) {
    return m_pState->elements().FindFirstDescendant(id, nTag, bNextLevelOnly != L_FALSE);
  });
}

pDICOMELEMENT LDicomDS::FindNextDescendant(pDICOMELEMENT pParent, pDICOMELEMENT pElement, L_BOOL bNextLevelOnly) const {
  ElementId parent = 0;
  if (!m_pState->Resolve(pParent, parent))
    return nullptr;
  return From(*m_pState, pElement, [&](ElementId id) {
    return id == 0 ? 0 : m_pState->elements().FindNextDescendant(parent, id, bNextLevelOnly != L_FALSE);
  });
}
