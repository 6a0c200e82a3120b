//! Requests that this process has consumed from the common counter in advance, so that most API requests run no statement.
//! The common counter includes them, so all processes together never exceed the limit.

use super::Limit;
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use uuid::Uuid;

/// How far the database's clock, which determines the end of a window, may be ahead of ours. Even on one machine it is slightly
/// ahead of a time that was read before the statement.
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::seconds(10);

/// This process's batches by subject.
#[derive(Debug, Default)]
pub(super) struct LocalBatches {
    batches: Mutex<HashMap<Uuid, LocalBatch>>,
    /// Held by the request that refills a subject's batch.
    refill_locks: Mutex<HashMap<Uuid, Arc<AsyncMutex<()>>>>,
}

#[derive(Clone, Copy, Debug)]
struct LocalBatch {
    /// Requests that are consumed from the common counter and not used yet.
    left: u32,
    /// The common counter, as last read.
    count: u32,
    window_ends_at: DateTime<Utc>,
}

/// The result of using one request of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spend {
    /// One request was used; `count` were used in this window.
    Allowed {
        count: u32,
        window_ends_at: DateTime<Utc>,
    },
    /// The limit is reached in all processes.
    Exhausted { window_ends_at: DateTime<Utc> },
}

impl LocalBatches {
    /// Waits until no other request of this process refills the batch. Otherwise each request of a burst would consume a batch,
    /// and together they would use up the limit.
    pub async fn lock_refill(&self, subject: Uuid) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.refill_locks.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(locks.entry(subject).or_default())
        };
        lock.lock_owned().await
    }

    /// Uses one request of the batch. `None` if the batch has to be refilled from the common counter.
    pub fn spend(&self, subject: Uuid, limit: Limit, now: DateTime<Utc>) -> Option<Spend> {
        let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        match batches.get_mut(&subject) {
            // The clock was ahead when the window began.
            Some(batch) if batch.window_ends_at > now + limit.window + MAX_CLOCK_SKEW => {
                batches.remove(&subject);
                None
            }
            Some(batch) if batch.window_ends_at > now => {
                let window_ends_at = batch.window_ends_at;
                if batch.left > 0 {
                    batch.left -= 1;
                    Some(Spend::Allowed {
                        count: batch.count - batch.left,
                        window_ends_at,
                    })
                } else if batch.count >= limit.max {
                    Some(Spend::Exhausted { window_ends_at })
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// The end of the window if, as far as this process knows, all its requests are used up. Uses none.
    pub fn exhausted_until(&self, subject: Uuid, limit: Limit, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = batches.get(&subject)?;
        let is_current =
            batch.window_ends_at > now && batch.window_ends_at <= now + limit.window + MAX_CLOCK_SKEW;
        (is_current && batch.left == 0 && batch.count >= limit.max).then_some(batch.window_ends_at)
    }

    /// Adds a granted batch; its first request is used immediately.
    pub fn refill(
        &self,
        subject: Uuid,
        limit: Limit,
        granted: u32,
        count: u32,
        window_ends_at: DateTime<Utc>,
    ) {
        let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        let empty = LocalBatch {
            left: 0,
            count,
            window_ends_at,
        };
        let batch = batches.entry(subject).or_insert(empty);
        // The database moves the end of a window to the end of its earliest request, which need not be the first to arrive.
        let is_same_window = (batch.window_ends_at - window_ends_at).abs() < limit.window / 2;
        if !is_same_window {
            // A late response may belong to a window that has ended.
            if window_ends_at < batch.window_ends_at {
                return;
            }
            *batch = empty;
        }
        batch.left += granted.saturating_sub(1);
        batch.count = batch.count.max(count);
        batch.window_ends_at = batch.window_ends_at.min(window_ends_at);
    }

    pub fn delete_expired(&self, now: DateTime<Utc>) {
        let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        batches.retain(|_, batch| batch.window_ends_at > now);
        batches.shrink_to_fit();
        let mut locks = self.refill_locks.lock().unwrap_or_else(PoisonError::into_inner);
        locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        locks.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate_limit::Limits;
    #[test]
    fn batch_is_used_up_and_expires_with_its_window() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let end = now + TimeDelta::minutes(1);
        let next_end = end + TimeDelta::minutes(1);
        let allowed = |count, window_ends_at| {
            Some(Spend::Allowed {
                count,
                window_ends_at,
            })
        };
        let limit = Limit {
            max: 10,
            ..Limits::default().api
        };
        let (batches, subject) = (LocalBatches::default(), Uuid::from_u128(1));
        assert_eq!(batches.spend(subject, limit, now), None);
        batches.refill(subject, limit, 3, 3, end);
        assert_eq!(batches.spend(subject, limit, now), allowed(2, end));
        assert_eq!(batches.exhausted_until(subject, limit, now), None);
        assert_eq!(batches.spend(subject, limit, now), allowed(3, end));
        assert_eq!(batches.spend(subject, limit, now), None);
        batches.refill(subject, limit, 2, 10, end);
        assert_eq!(batches.spend(subject, limit, now), allowed(10, end));
        let exhausted = Some(Spend::Exhausted { window_ends_at: end });
        assert_eq!(batches.spend(subject, limit, now), exhausted);
        assert_eq!(batches.exhausted_until(subject, limit, now), Some(end));
        assert_eq!(batches.exhausted_until(subject, limit, end), None);
        assert_eq!(batches.spend(subject, limit, end), None);

        batches.refill(subject, limit, 5, 5, next_end);
        batches.refill(subject, limit, 9, 9, end); // late response for the previous window
        assert_eq!(batches.spend(subject, limit, end), allowed(2, next_end));
        batches.delete_expired(next_end);
        assert!(batches.batches.lock().expect("lock").is_empty());
    }

    #[test]
    fn window_from_a_clock_that_was_ahead_is_not_used() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let limit = Limits::default().api;
        let (batches, subject) = (LocalBatches::default(), Uuid::from_u128(1));
        let end = now + TimeDelta::days(7);
        batches.refill(subject, limit, 1, limit.max, end);
        assert_eq!(batches.spend(subject, limit, now), None);
        let end = now + limit.window;
        batches.refill(subject, limit, 2, 2, end);
        let allowed = Some(Spend::Allowed {
            count: 2,
            window_ends_at: end,
        });
        assert_eq!(batches.spend(subject, limit, now), allowed);
    }

    /// The second of two concurrent requests may have read the clock before the first.
    #[test]
    fn window_with_an_earlier_end_loses_no_request() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let limit = Limits::default().api;
        let end = now + limit.window;
        let earlier = end - TimeDelta::milliseconds(5);
        for ends in [[end, earlier], [earlier, end]] {
            let (batches, subject) = (LocalBatches::default(), Uuid::from_u128(1));
            batches.refill(subject, limit, 3, 3, ends[0]);
            batches.refill(subject, limit, 3, 6, ends[1]);
            let used = (0..10)
                .map_while(|_| batches.spend(subject, limit, now))
                .collect::<Vec<_>>();
            assert_eq!(used.len(), 4, "{used:?}");
            let last = Spend::Allowed {
                count: 6,
                window_ends_at: earlier,
            };
            assert_eq!(used.last(), Some(&last));
        }
    }

    /// Concurrent requests read the clock before the window of the first one begins.
    #[test]
    fn window_from_a_clock_that_is_slightly_ahead_is_used() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let limit = Limits::default().api;
        let (batches, subject) = (LocalBatches::default(), Uuid::from_u128(1));
        let end = now + limit.window + TimeDelta::milliseconds(5);
        batches.refill(subject, limit, 2, 2, end);
        let allowed = Some(Spend::Allowed {
            count: 2,
            window_ends_at: end,
        });
        assert_eq!(batches.spend(subject, limit, now), allowed);
    }
}
