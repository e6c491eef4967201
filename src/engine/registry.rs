//! The tasks that are registered with the poller, by key.

use super::schedule::Task;
use std::sync::{Arc, Mutex, PoisonError};

/// Slots, each with the count of its lives, so that a report about a socket that has gone
/// never reaches the one that took its slot.
pub(crate) struct Registry(Mutex<Slots>);

#[derive(Default)]
struct Slots {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

struct Slot {
    life: u32,
    task: Option<Arc<dyn Task>>,
}

impl Registry {
    pub(crate) fn new() -> Self {
        Self(Mutex::default())
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, Slots> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a task and gives its key.
    pub(crate) fn insert(&self, task: Arc<dyn Task>) -> u64 {
        let mut all = self.slots();
        let index = match all.free.pop() {
            Some(index) => index,
            None => {
                all.slots.push(Slot { life: 0, task: None });
                // A process runs out of descriptors long before 2^32 slots.
                (all.slots.len() - 1) as u32
            }
        };
        let slot = &mut all.slots[index as usize];
        slot.task = Some(task);
        key(slot.life, index)
    }

    /// The task of a key, if it is still there.
    pub(crate) fn get(&self, wanted: u64) -> Option<Arc<dyn Task>> {
        let all = self.slots();
        let index = index(wanted);
        let slot = all.slots.get(index as usize)?;
        if key(slot.life, index) == wanted { slot.task.clone() } else { None }
    }

    /// Takes a task out. Its key is never given again.
    pub(crate) fn remove(&self, wanted: u64) -> Option<Arc<dyn Task>> {
        let mut all = self.slots();
        let index = index(wanted);
        let slot = all.slots.get_mut(index as usize).filter(|slot| key(slot.life, index) == wanted)?;
        let task = slot.task.take()?;
        slot.life = slot.life.wrapping_add(1) & LIFE_MASK;
        all.free.push(index);
        Some(task)
    }

    /// Every task, for the shutdown.
    pub(crate) fn all(&self) -> Vec<Arc<dyn Task>> {
        self.slots().slots.iter().filter_map(|slot| slot.task.clone()).collect()
    }
}

/// Keys stay below 2^63, so that none is the poller's own.
const LIFE_MASK: u32 = 0x7fff_ffff;

fn key(life: u32, index: u32) -> u64 {
    u64::from(life) << 32 | u64::from(index)
}

fn index(key: u64) -> u32 {
    (key & u64::from(u32::MAX)) as u32
}
