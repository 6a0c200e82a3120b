//! Limits concurrent exports, because each uses memory and database queries until its reader has received it. A slow reader keeps its
//! slot only as long as no one else needs it.

use crate::Error;
use domain::{ErrorCode, UserId};
use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// Two, so that a second attempt does not have to wait for an abandoned first one to end.
const MAX_EXPORTS_PER_USER: usize = 2;
/// Maximum number of exports of this process.
const MAX_EXPORTS: usize = 16;
/// An export that has waited longer than this for its reader ends when another one needs its slot.
const EVICTION_THRESHOLD: Duration = Duration::from_secs(5);
const RETRY_AFTER_SECONDS: u32 = 10;

/// Running exports of this process. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct ExportSlots(Arc<Mutex<Slots>>);

#[derive(Debug, Default)]
struct Slots {
    running: Vec<RunningExport>,
    next_id: u64,
}

#[derive(Debug)]
struct RunningExport {
    id: u64,
    user: UserId,
    waited: Duration,
    waiting_since: Option<Instant>,
    evicted: Arc<Notify>,
}

impl RunningExport {
    /// Total time that the export has waited for its reader.
    fn waited(&self, now: Instant) -> Duration {
        self.waited + self.waiting_since.map_or(Duration::ZERO, |since| now - since)
    }
}

impl ExportSlots {
    /// Takes a slot, which is free again when the permit is dropped. If no slot is free, takes the slot of the slowest reader.
    ///
    /// # Errors
    /// `rate_limited` if the user has too many exports running; `unavailable` if all users together have too many.
    pub(super) fn acquire(&self, user: UserId) -> Result<ExportPermit, Error> {
        let mut slots = self.lock();
        if slots.running.iter().filter(|e| e.user == user).count() >= MAX_EXPORTS_PER_USER {
            let detail = "Your data is already being exported. Wait until that is finished, then try again.";
            return Err(Error::retry_later(
                ErrorCode::RateLimited,
                detail,
                RETRY_AFTER_SECONDS,
            ));
        }
        if slots.running.len() >= MAX_EXPORTS && !slots.evict_slowest() {
            let detail = "Too many exports are running. Try again shortly.";
            return Err(Error::retry_later(
                ErrorCode::Unavailable,
                detail,
                RETRY_AFTER_SECONDS,
            ));
        }
        let id = slots.next_id;
        slots.next_id += 1;
        let evicted = Arc::new(Notify::new());
        slots.running.push(RunningExport {
            id,
            user,
            waited: Duration::ZERO,
            waiting_since: None,
            evicted: evicted.clone(),
        });
        Ok(ExportPermit {
            slots: self.clone(),
            id,
            evicted,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    /// Frees the slot of the export that has waited longest for its reader. False if none has waited long.
    fn evict_slowest(&mut self) -> bool {
        let now = Instant::now();
        let slowest = (0..self.running.len()).max_by_key(|n| self.running[*n].waited(now));
        let Some(slowest) = slowest.filter(|n| self.running[*n].waited(now) >= EVICTION_THRESHOLD) else {
            return false;
        };
        self.running.swap_remove(slowest).evicted.notify_one();
        true
    }
}

/// A slot in use.
pub(super) struct ExportPermit {
    slots: ExportSlots,
    id: u64,
    evicted: Arc<Notify>,
}

impl ExportPermit {
    /// Waits for the reader to take a chunk. `None` if the slot has been given to another export.
    pub async fn wait_for_reader<T>(&self, taken: impl Future<Output = T>) -> Option<T> {
        self.update(|export| export.waiting_since = Some(Instant::now()));
        let taken = tokio::select! {
            biased;
            () = self.evicted.notified() => return None,
            taken = taken => taken,
        };
        self.update(|export| {
            export.waited = export.waited(Instant::now());
            export.waiting_since = None;
        });
        Some(taken)
    }

    fn update(&self, change: impl FnOnce(&mut RunningExport)) {
        if let Some(export) = self.slots.lock().running.iter_mut().find(|e| e.id == self.id) {
            change(export);
        }
    }
}

impl Drop for ExportPermit {
    fn drop(&mut self) {
        self.slots.lock().running.retain(|e| e.id != self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ApiError;
    use std::future::{pending, ready};
    use uuid::Uuid;

    fn acquire(slots: &ExportSlots, n: usize) -> Result<ExportPermit, Option<ErrorCode>> {
        slots
            .acquire(Uuid::from_u128(n as u128).into())
            .map_err(|e| Some(ApiError::from(e).code))
    }

    #[test]
    fn exports_are_limited_per_user_and_in_total() {
        let slots = ExportSlots::default();
        let acquire = |n| acquire(&slots, n);
        let mut permits = vec![acquire(1).expect("first"), acquire(1).expect("second")];
        assert_eq!(acquire(1).err().flatten(), Some(ErrorCode::RateLimited));
        permits.pop();
        permits.push(acquire(1).expect("released slot"));
        for n in MAX_EXPORTS_PER_USER..MAX_EXPORTS {
            permits.push(acquire(n).expect("slot"));
        }
        assert_eq!(acquire(99).err().flatten(), Some(ErrorCode::Unavailable));
        drop(permits);
        assert!(slots.lock().running.is_empty(), "all slots are released");
    }

    #[tokio::test]
    async fn slot_of_the_slowest_reader_is_given_to_another_user() {
        let slots = ExportSlots::default();
        let permits: Vec<_> = (0..MAX_EXPORTS)
            .map(|n| acquire(&slots, n).expect("slot"))
            .collect();
        let set_waited = |n: usize, waited| slots.lock().running[n].waited = waited;
        set_waited(2, EVICTION_THRESHOLD.mul_f32(0.9));
        assert_eq!(acquire(&slots, 99).err().flatten(), Some(ErrorCode::Unavailable));
        set_waited(3, EVICTION_THRESHOLD * 2);
        set_waited(4, EVICTION_THRESHOLD);
        assert_eq!(
            permits[3].wait_for_reader(ready(())).await,
            Some(()),
            "no one needs the slot"
        );
        let _other = acquire(&slots, 99).expect("the slot of the slowest reader");
        assert_eq!(permits[3].wait_for_reader(pending::<()>()).await, None);
        assert_eq!(permits[2].wait_for_reader(ready(())).await, Some(()));
    }
}
