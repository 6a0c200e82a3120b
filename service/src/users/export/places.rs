//! How many documents are written at once. Each costs memory and statements for as long as its reader takes.

use crate::Error;
use domain::{ApiError, ErrorCode, UserId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// For one person, so that a second try does not wait for the first to be given up.
const EACH: usize = 2;
/// For all that this process serves.
const ALL: usize = 16;
/// Seconds after which asking again makes sense.
const WAIT: u32 = 10;

/// The places that are taken in this process.
#[derive(Clone, Debug, Default)]
pub struct Places(Arc<Mutex<HashMap<UserId, usize>>>);

impl Places {
    /// Takes one, until it is dropped.
    pub(super) fn take(&self, user: UserId) -> Result<Place, Error> {
        let mut taken = self.taken();
        if taken.get(&user).is_some_and(|n| *n >= EACH) {
            let detail = "Your data is being written already. Wait for the end of that, then ask again.";
            return Err(later(ErrorCode::RateLimited, detail));
        }
        if taken.values().sum::<usize>() >= ALL {
            let detail = "Many people take their data along right now. Try again shortly.";
            return Err(later(ErrorCode::Unavailable, detail));
        }
        *taken.entry(user).or_default() += 1;
        Ok(Place {
            of: self.clone(),
            user,
        })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn later(code: ErrorCode, detail: &str) -> Error {
    let mut error = ApiError::new(code, detail);
    error.retry_after = Some(WAIT);
    error.into()
}

/// A place that is taken.
pub(super) struct Place {
    of: Places,
    user: UserId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.of.taken();
        if let Some(n) = taken.get_mut(&self.user) {
            *n -= 1;
            if *n == 0 {
                taken.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn some_for_each_and_not_too_many_in_all() {
        let places = Places::default();
        let take = |n: usize| places.take(Uuid::from_u128(n as u128).into());
        let code = |taken: Result<Place, Error>| taken.err().map(|e| ApiError::from(e).code);
        let mut held = vec![take(1).expect("a place"), take(1).expect("a second")];
        assert_eq!(code(take(1)), Some(ErrorCode::RateLimited));
        held.pop();
        held.push(take(1).expect("the one that was given back"));
        for n in EACH..ALL {
            held.push(take(n).expect("a place"));
        }
        assert_eq!(code(take(99)), Some(ErrorCode::Unavailable));
        drop(held);
        assert!(places.taken().is_empty(), "nobody is remembered");
    }
}
