//! Permits that this process has taken out of the common count and not yet used: a request costs no statement while
//! there are some. What is taken here nobody else has, so all processes together never give more than there is.

use chrono::{DateTime, Utc};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

/// What this process holds, for each session, key or person.
#[derive(Debug, Default)]
pub(super) struct Leases(Mutex<HashMap<Uuid, Lease>>);

#[derive(Clone, Copy, Debug)]
struct Lease {
    /// Taken and not used.
    left: u32,
    /// Taken by all processes, as last heard.
    used: u32,
    ends_at: DateTime<Utc>,
}

/// What came of a try to use a permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spent {
    /// One is used; so many are, of all.
    One(u32, DateTime<Utc>),
    /// None is left until then, for anybody.
    Full(DateTime<Utc>),
    /// The common count has to be asked.
    Unknown,
}

impl Leases {
    pub fn spend(&self, whose: Uuid, most: u32, now: DateTime<Utc>) -> Spent {
        let mut leases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match leases.get_mut(&whose) {
            Some(lease) if lease.ends_at > now => {
                if lease.left > 0 {
                    lease.left -= 1;
                    Spent::One(lease.used - lease.left, lease.ends_at)
                } else if lease.used >= most {
                    Spent::Full(lease.ends_at)
                } else {
                    Spent::Unknown
                }
            }
            _ => Spent::Unknown,
        }
    }

    /// Puts in what was granted, one of which is used at once.
    pub fn put(&self, whose: Uuid, granted: u32, used: u32, ends_at: DateTime<Utc>) {
        let mut leases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lease = leases.entry(whose).or_insert(Lease {
            left: 0,
            used,
            ends_at,
        });
        if lease.ends_at < ends_at {
            *lease = Lease {
                left: 0,
                used,
                ends_at,
            };
        }
        if lease.ends_at == ends_at {
            lease.left += granted.saturating_sub(1);
            lease.used = lease.used.max(used);
        }
    }

    /// Forgets windows that have ended.
    pub fn prune(&self, now: DateTime<Utc>) {
        let mut leases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        leases.retain(|_, lease| lease.ends_at > now);
        leases.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_lease_is_used_up_and_dies_with_its_window() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let end = now + TimeDelta::minutes(1);
        let (leases, me) = (Leases::default(), Uuid::from_u128(1));
        assert_eq!(leases.spend(me, 10, now), Spent::Unknown);
        leases.put(me, 3, 3, end);
        assert_eq!(leases.spend(me, 10, now), Spent::One(2, end));
        assert_eq!(leases.spend(me, 10, now), Spent::One(3, end));
        assert_eq!(leases.spend(me, 10, now), Spent::Unknown);
        leases.put(me, 2, 10, end);
        assert_eq!(leases.spend(me, 10, now), Spent::One(10, end));
        assert_eq!(leases.spend(me, 10, now), Spent::Full(end));
        assert_eq!(leases.spend(me, 10, end), Spent::Unknown);
        // An answer that comes late belongs to a window that is over.
        leases.put(me, 5, 5, end + TimeDelta::minutes(1));
        leases.put(me, 9, 9, end);
        assert_eq!(
            leases.spend(me, 10, end),
            Spent::One(2, end + TimeDelta::minutes(1))
        );
        leases.prune(end + TimeDelta::minutes(1));
        assert!(leases.0.lock().expect("sound").is_empty());
    }
}
