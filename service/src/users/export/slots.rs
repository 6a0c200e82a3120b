//! Limits concurrent exports, because each takes memory and database queries until its reader has got it.

use crate::Error;
use domain::{ApiError, ErrorCode, UserId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Two, so that a second attempt need not wait until an abandoned first one has ended.
const MAX_EXPORTS_PER_USER: usize = 2;
/// Maximum number of exports of this process.
const MAX_EXPORTS: usize = 16;
const RETRY_AFTER_SECONDS: u32 = 10;

/// Running exports of this process, by user. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct ExportSlots(Arc<Mutex<HashMap<UserId, usize>>>);

impl ExportSlots {
    /// Takes a slot, which is free again when the permit is dropped.
    ///
    /// # Errors
    /// `rate_limited` if the user has too many exports running; `unavailable` if all users together have.
    pub(super) fn acquire(&self, user: UserId) -> Result<ExportPermit, Error> {
        let mut running = self.lock();
        if running.get(&user).is_some_and(|n| *n >= MAX_EXPORTS_PER_USER) {
            let detail = "Your data is already being exported. Wait until that is finished, then try again.";
            return Err(retry_later(ErrorCode::RateLimited, detail));
        }
        if running.values().sum::<usize>() >= MAX_EXPORTS {
            let detail = "Too many exports are running. Try again shortly.";
            return Err(retry_later(ErrorCode::Unavailable, detail));
        }
        *running.entry(user).or_default() += 1;
        Ok(ExportPermit {
            slots: self.clone(),
            user,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn retry_later(code: ErrorCode, detail: &str) -> Error {
    let mut error = ApiError::new(code, detail);
    error.retry_after = Some(RETRY_AFTER_SECONDS);
    error.into()
}

/// A slot in use.
pub(super) struct ExportPermit {
    slots: ExportSlots,
    user: UserId,
}

impl Drop for ExportPermit {
    fn drop(&mut self) {
        let mut running = self.slots.lock();
        if let Some(n) = running.get_mut(&self.user) {
            *n -= 1;
            if *n == 0 {
                running.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn exports_are_limited_per_user_and_in_total() {
        let slots = ExportSlots::default();
        let acquire = |n: usize| slots.acquire(Uuid::from_u128(n as u128).into());
        let code = |permit: Result<ExportPermit, Error>| permit.err().map(|e| ApiError::from(e).code);
        let mut permits = vec![acquire(1).expect("first"), acquire(1).expect("second")];
        assert_eq!(code(acquire(1)), Some(ErrorCode::RateLimited));
        permits.pop();
        permits.push(acquire(1).expect("released slot"));
        for n in MAX_EXPORTS_PER_USER..MAX_EXPORTS {
            permits.push(acquire(n).expect("slot"));
        }
        assert_eq!(code(acquire(99)), Some(ErrorCode::Unavailable));
        drop(permits);
        assert!(slots.lock().is_empty(), "all slots are released");
    }
}
