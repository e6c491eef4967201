//! The hooks that are running on this thread, one inside the other where a hook sends or
//! pumps, and what they leave behind for their return.
//!
//! A message calls five hooks, mostly one inside none: the innermost is kept apart, where
//! entering and leaving cost a copy.

use super::connection::Connection;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// One running hook.
#[derive(Clone, Copy)]
struct Frame {
    /// The object whose hook it is.
    net_id: u64,
    answer_by_default: bool,
    /// There is something for it in [`ACCEPTED`].
    has_accepted: bool,
}

/// What a hook left behind.
pub(super) struct Left {
    pub(super) answer_by_default: bool,
    /// It accepted connections: they are [`next_accepted`]'s until there is none.
    pub(super) has_accepted: bool,
}

thread_local! {
    static INNERMOST: Cell<Option<Frame>> = const { Cell::new(None) };
    /// Those around it, the outermost first.
    static AROUND: RefCell<Vec<Frame>> = const { RefCell::new(Vec::new()) };
    /// Accepted connections, each with the depth of the hook that they wait for.
    static ACCEPTED: RefCell<Vec<(usize, Arc<Connection>)>> = const { RefCell::new(Vec::new()) };
}

/// Runs a hook of the object, or what stands around one. It must not unwind.
pub(super) fn within<R>(net_id: u64, hook: impl FnOnce() -> R) -> (R, Left) {
    let frame = Frame { net_id, answer_by_default: false, has_accepted: false };
    INNERMOST.with(|innermost| {
        let is_nested = match innermost.replace(Some(frame)) {
            Some(outer) => {
                AROUND.with_borrow_mut(|around| around.push(outer));
                true
            }
            None => false,
        };
        let returned = hook();
        let outer = if is_nested { AROUND.with_borrow_mut(Vec::pop) } else { None };
        let Some(frame) = innermost.replace(outer) else {
            return (returned, Left { answer_by_default: false, has_accepted: false });
        };
        let Frame { answer_by_default, has_accepted, .. } = frame;
        (returned, Left { answer_by_default, has_accepted })
    })
}

/// How many hooks run on this thread.
fn depth() -> usize {
    let around = AROUND.with_borrow(Vec::len);
    around + usize::from(INNERMOST.get().is_some())
}

/// A connection that was accepted by the hook that has returned: the oldest.
pub(super) fn next_accepted() -> Option<Arc<Connection>> {
    let depth = depth();
    ACCEPTED.with_borrow_mut(|all| {
        let place = all.iter().position(|(of, _)| *of == depth)?;
        Some(all.remove(place).1)
    })
}

/// Is this thread inside a hook?
pub(super) fn inside() -> bool {
    INNERMOST.get().is_some()
}

/// Changes the innermost frame of the object; gives its depth, if there is one.
fn change(net_id: u64, change: impl FnOnce(&mut Frame)) -> Option<usize> {
    let mut innermost = INNERMOST.get()?;
    AROUND.with_borrow_mut(|around| {
        if innermost.net_id == net_id {
            change(&mut innermost);
            INNERMOST.set(Some(innermost));
            return Some(around.len());
        }
        let depth = around.iter().rposition(|frame| frame.net_id == net_id)?;
        change(&mut around[depth]);
        Some(depth)
    })
}

/// Notes the wish for the library's answer with the innermost hook of the object.
pub(super) fn note_default_answer(net_id: u64) {
    change(net_id, |frame| frame.answer_by_default = true);
}

/// Leaves an accepted connection with the running hook of its listener, if this thread is
/// in one; gives it back otherwise.
pub(super) fn hold_until_return(listener_id: u64, connection: Arc<Connection>) -> Option<Arc<Connection>> {
    let Some(depth) = change(listener_id, |frame| frame.has_accepted = true) else {
        return Some(connection);
    };
    ACCEPTED.with_borrow_mut(|all| all.push((depth, connection)));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_noted_with_the_innermost_hook_of_its_object() {
        assert!(!inside());
        let ((), outer) = within(1, || {
            let ((), middle) = within(2, || {
                let ((), inner) = within(1, || {
                    note_default_answer(2);
                    note_default_answer(3);
                    assert!(inside() && depth() == 3);
                });
                assert!(!inner.answer_by_default);
            });
            assert!(middle.answer_by_default);
            note_default_answer(1);
        });
        assert!(outer.answer_by_default);
        assert!(!inside() && depth() == 0);
    }
}
