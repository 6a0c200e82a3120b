//! How often each API key is used. Requests are counted in memory and added to the database in batches, so a request runs no
//! statement for it. A crash loses the counts since the last batch.

use super::queries::{self, UsageRow};
use crate::{
    Error, Services,
    context::{Caller, permit},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    ApiKeyId,
    keys::{ApiKey, DayUsage, KeyUsage, USAGE_DAYS},
    tenants::Action,
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::sleep;

/// How often the counts are added to the database.
const FLUSH_INTERVAL: Duration = Duration::from_secs(10);
/// The time of the last use is written at most this often.
const LAST_USED_INTERVAL: TimeDelta = TimeDelta::minutes(1);
/// Maximum number of counts in memory. New counts beyond it are dropped, which bounds the memory if the database is unavailable for long.
const MAX_PENDING: usize = 10_000;

/// API key, day, and class of the status code.
type CountKey = (ApiKeyId, NaiveDate, i16);

/// Requests that are not in the database yet. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct UsageCounter(Arc<Mutex<UsageBuffer>>);

#[derive(Debug, Default)]
struct UsageBuffer {
    counts: HashMap<CountKey, i64>,
    last_used: HashMap<ApiKeyId, DateTime<Utc>>,
}

impl UsageCounter {
    /// Counts a request with this key and this status.
    pub fn record(&self, key: ApiKeyId, at: DateTime<Utc>, status: u16) {
        let class = i16::try_from(status / 100).unwrap_or(5).clamp(2, 5);
        self.lock().add((key, at.date_naive(), class), 1, at);
    }

    fn take(&self) -> UsageBuffer {
        std::mem::take(&mut *self.lock())
    }

    /// Puts back the counts that a batch did not write.
    fn put_back(&self, pending: UsageBuffer) {
        let mut lock = self.lock();
        for (key, requests) in pending.counts {
            if let Some(at) = pending.last_used.get(&key.0) {
                lock.add(key, requests, *at);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, UsageBuffer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UsageBuffer {
    fn add(&mut self, key: CountKey, requests: i64, at: DateTime<Utc>) {
        if self.counts.len() >= MAX_PENDING && !self.counts.contains_key(&key) {
            return;
        }
        *self.counts.entry(key).or_default() += requests;
        let last_used = self.last_used.entry(key.0).or_insert(at);
        *last_used = at.max(*last_used);
    }
}

/// The requests of the last 30 days with each of the caller's keys in this workspace, in the order of `list_keys`.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn get_usage(services: &Services, caller: &Caller) -> Result<Vec<KeyUsage>, Error> {
    Ok(list_keys_with_usage(services, caller).await?.1)
}

/// The caller's API keys as `list_keys` returns them, and their requests as [`get_usage`] does.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_keys_with_usage(
    services: &Services,
    caller: &Caller,
) -> Result<(Vec<ApiKey>, Vec<KeyUsage>), Error> {
    let grant = permit(caller, Action::ReadMembers)?;
    let since = first_day(services.clock.now());
    let mut conn = services.db.global_conn().await?;
    let keys = queries::list(&mut conn, grant.tenant(), grant.user()).await?;
    let rows = queries::list_usage(&mut conn, grant.tenant(), grant.user(), since).await?;
    let mut days: HashMap<ApiKeyId, Vec<DayUsage>> = HashMap::new();
    for row in rows {
        let days = days.entry(row.key).or_default();
        if days.last().is_none_or(|last| last.day != row.day) {
            days.push(DayUsage::empty(row.day));
        }
        if let Some(day) = days.last_mut() {
            day.add(row.status_class, row.requests);
        }
    }
    let usage = keys.iter().map(|key| KeyUsage {
        days: days.remove(&key.id).unwrap_or_default(),
        key_id: key.id,
        name: key.name.clone(),
    });
    let usage = usage.collect();
    Ok((keys, usage))
}

/// Adds the counts of this process to the database.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached; the counts are kept then.
pub async fn flush_usage(services: &Services) -> Result<(), Error> {
    let mut pending = services.key_usage.take();
    if pending.counts.is_empty() {
        return Ok(());
    }
    match write(services, &pending).await {
        Ok(busy) => {
            pending.counts.retain(|(key, ..), _| busy.contains(key));
            services.key_usage.put_back(pending);
            Ok(())
        }
        Err(error) => {
            services.key_usage.put_back(pending);
            Err(error)
        }
    }
}

/// Returns the keys that another transaction has locked, whose counts are not written. It does not wait for them, which prevents
/// deadlocks. Counts of keys that no longer exist are dropped.
async fn write(services: &Services, pending: &UsageBuffer) -> Result<HashSet<ApiKeyId>, Error> {
    let keys: Vec<ApiKeyId> = pending.last_used.keys().copied().collect();
    let mut tx = services.db.begin_global().await?;
    let existing = queries::list_existing(&mut tx, &keys).await?;
    let locked: HashSet<ApiKeyId> = queries::lock_available(&mut tx, &existing)
        .await?
        .into_iter()
        .collect();
    let rows = pending
        .counts
        .iter()
        .filter(|((key, ..), _)| locked.contains(key));
    let rows: Vec<UsageRow> = rows
        .map(|((key, day, status_class), requests)| UsageRow {
            key: *key,
            day: *day,
            status_class: *status_class,
            requests: *requests,
        })
        .collect();
    let last_used = pending.last_used.iter().filter(|(key, _)| locked.contains(key));
    let last_used: Vec<(ApiKeyId, DateTime<Utc>)> = last_used.map(|(key, at)| (*key, *at)).collect();
    queries::set_last_used(&mut tx, &last_used, LAST_USED_INTERVAL).await?;
    queries::add_usage(&mut tx, &rows).await?;
    tx.commit().await?;
    Ok(existing.into_iter().filter(|key| !locked.contains(key)).collect())
}

/// Adds the counts to the database repeatedly, until the future is dropped.
pub async fn run_usage_flush(services: &Services) {
    loop {
        sleep(FLUSH_INTERVAL).await;
        if let Err(error) = flush_usage(services).await {
            tracing::warn!(%error, "writing the usage of API keys failed, will retry");
        }
    }
}

/// Deletes the counts of days that are no longer shown.
pub(crate) async fn delete_expired(services: &Services) -> Result<(), Error> {
    let since = first_day(services.clock.now());
    let mut conn = services.db.global_conn().await?;
    queries::delete_usage_before(&mut conn, since).await
}

fn first_day(now: DateTime<Utc>) -> NaiveDate {
    (now - TimeDelta::days(USAGE_DAYS - 1)).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    #[test]
    fn requests_are_counted_by_key_day_and_class() {
        let counter = UsageCounter::default();
        let (a, b) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        for (key, status) in [(a, 200), (a, 201), (a, 404), (b, 503), (b, 101)] {
            counter.record(key, NOW, status);
        }
        let pending = counter.take();
        let counts = pending.counts.iter();
        let mut counts: Vec<_> = counts.map(|((k, _, class), n)| (*k, *class, *n)).collect();
        counts.sort_unstable();
        assert_eq!(counts, [(a, 2, 2), (a, 4, 1), (b, 2, 1), (b, 5, 1)]);
        assert!(counter.take().counts.is_empty());
        counter.record(a, NOW + TimeDelta::hours(1), 200);
        counter.put_back(pending);
        let merged = counter.take();
        assert_eq!(merged.counts[&(a, NOW.date_naive(), 2)], 3);
        assert_eq!(merged.last_used[&a], NOW + TimeDelta::hours(1));
    }
}
