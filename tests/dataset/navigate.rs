//! From element to element, on a level and through all.

use super::bytes::*;
use ldicomnet::dataset::{DataSet, ElementId};

/// A name; a sequence of two items, each with an ID, the second with a sequence with an item with an ID; a
/// name again.
fn example() -> DataSet {
    let mut made = DataSet::new(EXPLICIT);
    put(&mut made, None, PATIENT_NAME, b"root");
    let item =
        |made: &mut DataSet, sequence| made.insert(Some(sequence), true, ITEM, 0, true, UNDEFINED).unwrap();
    let sequence = made.insert(None, false, CONTENT_SEQUENCE, 0, true, UNDEFINED).unwrap();
    let first = item(&mut made, sequence);
    put(&mut made, Some(first), PATIENT_ID, b"one");
    let second = item(&mut made, sequence);
    put(&mut made, Some(second), PATIENT_ID, b"two");
    let inner = made.insert(Some(second), true, CONTENT_SEQUENCE, 0, true, UNDEFINED).unwrap();
    let third = item(&mut made, inner);
    put(&mut made, Some(third), PATIENT_ID, b"three");
    put(&mut made, None, PIXEL_DATA, b"px");
    made
}

fn tag_at(data_set: &DataSet, id: Option<ElementId>) -> Option<u32> {
    id.and_then(|id| data_set.element(id)).map(|element| element.tag)
}

fn text_at(data_set: &DataSet, id: Option<ElementId>) -> Option<String> {
    id.and_then(|id| data_set.strings(id).ok()).map(|values| values.join("\\"))
}

#[test]
fn all_elements_come_in_their_order_and_back() {
    let made = example();
    let expected = [
        PATIENT_NAME,
        CONTENT_SEQUENCE,
        ITEM,
        PATIENT_ID,
        ITEM,
        PATIENT_ID,
        CONTENT_SEQUENCE,
        ITEM,
        PATIENT_ID,
        PIXEL_DATA,
    ];
    assert_eq!(tags(&made), expected);
    let levels: Vec<_> = outline(&made).into_iter().map(|(level, ..)| level).collect();
    assert_eq!(levels, [0, 0, 1, 2, 1, 2, 2, 3, 4, 0]);
    let mut back = Vec::new();
    let mut at = made.last(None, false);
    while let Some(id) = at {
        back.push(made.element(id).unwrap().tag);
        at = made.prev(id, false);
    }
    back.reverse();
    assert_eq!(back, expected);
}

#[test]
fn a_level_has_the_children_of_one_parent() {
    let made = example();
    let sequence = find(&made, CONTENT_SEQUENCE);
    assert_eq!(tag_at(&made, made.first(None, true)), Some(PATIENT_NAME));
    assert_eq!(tag_at(&made, made.last(None, true)), Some(PIXEL_DATA));
    assert_eq!(tag_at(&made, made.next(sequence, true)), Some(PIXEL_DATA));
    assert_eq!(tag_at(&made, made.prev(sequence, true)), Some(PATIENT_NAME));
    let first = made.child(sequence).unwrap();
    let second = made.next(first, true).unwrap();
    assert_eq!(made.next(second, true), None);
    assert_eq!(made.last(Some(first), true), Some(second));
    assert_eq!(made.first(Some(second), true), Some(first));
    assert_eq!(made.parent(second), Some(sequence));
    assert_eq!(made.parent(sequence), None);
    let deepest = made.find_last(None, PATIENT_ID, false).unwrap();
    assert_eq!((made.level(deepest), made.root_of(deepest)), (4, Some(sequence)));
    assert_eq!(made.child(deepest), None);
    // What is around does not matter for all elements.
    assert_eq!(tag_at(&made, made.first(Some(deepest), false)), Some(PATIENT_NAME));
    assert_eq!(tag_at(&made, made.last(Some(deepest), false)), Some(PIXEL_DATA));
}

#[test]
fn elements_are_found_by_tag() {
    let made = example();
    assert_eq!(made.find_first(None, PATIENT_ID, true), None);
    let one = made.find_first(None, PATIENT_ID, false);
    let two = made.find_next(one.unwrap(), false);
    let three = made.find_next(two.unwrap(), false);
    let found = [one, two, three].map(|id| text_at(&made, id).unwrap());
    assert_eq!(found, ["one", "two", "three"]);
    assert_eq!(made.find_next(three.unwrap(), false), None);
    assert_eq!(made.find_last(None, PATIENT_ID, false), three);
    assert_eq!(made.find_prev(three.unwrap(), false), two);
    assert_eq!(made.find_prev(one.unwrap(), false), None);
    // On a level: the items, and the elements beside one.
    let item = made.parent(one.unwrap()).unwrap();
    assert_eq!(made.find_next(item, true), made.parent(two.unwrap()));
    assert_eq!(made.find_first(two, CONTENT_SEQUENCE, true), made.next(two.unwrap(), true));
    assert_eq!(made.find_next(one.unwrap(), true), None);
}

#[test]
fn descendants_are_found_below_a_parent() {
    let made = example();
    let sequence = find(&made, CONTENT_SEQUENCE);
    let second = made.last(made.child(sequence), true).unwrap();
    let two = made.find_first_descendant(Some(second), PATIENT_ID, false).unwrap();
    assert_eq!(text_at(&made, Some(two)).as_deref(), Some("two"));
    let three = made.find_next_descendant(Some(second), two, false);
    assert_eq!(text_at(&made, three).as_deref(), Some("three"));
    assert_eq!(made.find_next_descendant(Some(second), three.unwrap(), false), None);
    assert_eq!(made.find_next_descendant(Some(second), two, true), None);
    assert_eq!(made.find_first_descendant(Some(sequence), PATIENT_ID, true), None);
    assert_eq!(made.find_first_descendant(None, PATIENT_ID, true), None);
    assert!(made.find_first_descendant(None, PATIENT_ID, false).is_some());
    assert_eq!(made.find_first_descendant(Some(sequence), PIXEL_DATA, false), None);
}

#[test]
fn a_name_is_a_number_and_none_is_zero() {
    let made = example();
    let id = find(&made, PATIENT_NAME);
    assert_ne!(id.to_bits(), 0);
    assert_eq!(ElementId::from_bits(id.to_bits()), Some(id));
    assert_eq!(ElementId::from_bits(0), None);
    // Any other number is no element, and no crash.
    for bits in [1, u64::from(u32::MAX), u64::MAX, id.to_bits() + 1000, 7 << 32] {
        if let Some(id) = ElementId::from_bits(bits) {
            assert!(!made.exists(id) && made.element(id).is_none() && made.parent(id).is_none());
            assert!(
                made.next(id, false).is_none() && made.prev(id, true).is_none() && made.value(id).is_err()
            );
        }
    }
}
