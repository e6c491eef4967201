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
    /// There is something for it in [`HELD`].
    has_held: bool,
}

/// What begins when a hook has returned.
pub(super) enum Held {
    /// A connection that it accepted.
    Accepted(Arc<Connection>),
    /// The next life of its own object.
    Life(Box<dyn FnOnce()>),
}

impl Held {
    pub(super) fn begin(self) {
        match self {
            Self::Accepted(connection) => connection.activate(),
            Self::Life(begin) => begin(),
        }
    }
}

/// What a hook left behind.
pub(super) struct Left {
    pub(super) answer_by_default: bool,
    /// Something waits for its return: it is [`next_held`]'s until there is nothing.
    pub(super) has_held: bool,
}

thread_local! {
    static INNERMOST: Cell<Option<Frame>> = const { Cell::new(None) };
    /// Those around it, the outermost first.
    static AROUND: RefCell<Vec<Frame>> = const { RefCell::new(Vec::new()) };
    /// What waits, each with the depth of the hook that it waits for.
    static HELD: RefCell<Vec<(usize, Held)>> = const { RefCell::new(Vec::new()) };
}

/// Runs a hook of the object, or what stands around one. It must not unwind.
pub(super) fn within<R>(net_id: u64, hook: impl FnOnce() -> R) -> (R, Left) {
    let frame = Frame { net_id, answer_by_default: false, has_held: false };
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
            return (returned, Left { answer_by_default: false, has_held: false });
        };
        let Frame { answer_by_default, has_held, .. } = frame;
        (returned, Left { answer_by_default, has_held })
    })
}

/// How many hooks run on this thread.
fn depth() -> usize {
    let around = AROUND.with_borrow(Vec::len);
    around + usize::from(INNERMOST.get().is_some())
}

/// What waits for the hook that has returned: what came first.
pub(super) fn next_held() -> Option<Held> {
    let depth = depth();
    HELD.with_borrow_mut(|all| {
        let place = all.iter().position(|(of, _)| *of == depth)?;
        Some(all.remove(place).1)
    })
}

/// Is this thread inside a hook?
pub(super) fn inside() -> bool {
    INNERMOST.get().is_some()
}

/// Does a hook of the object run on this thread?
pub(super) fn is_inside(net_id: u64) -> bool {
    change(net_id, |_| {}).is_some()
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
    let Some(depth) = change(listener_id, |frame| frame.has_held = true) else {
        return Some(connection);
    };
    HELD.with_borrow_mut(|all| all.push((depth, Held::Accepted(connection))));
    None
}

/// Begins a life of the object: at once, or, inside its own hooks, when the outermost of them has returned,
/// so that no hook of the one life comes beside one of the other.
pub(super) fn begin_life(net_id: u64, begin: impl FnOnce() + 'static) {
    let depth = AROUND.with_borrow_mut(|around| {
        let depth = around.iter().position(|frame| frame.net_id == net_id)?;
        around[depth].has_held = true;
        Some(depth)
    });
    match depth.or_else(|| change(net_id, |frame| frame.has_held = true)) {
        Some(depth) => HELD.with_borrow_mut(|all| all.push((depth, Held::Life(Box::new(begin))))),
        None => begin(),
    }
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
