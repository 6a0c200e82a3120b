//! The share of the pool that one user may have.
//!
//! Without it, the slow transactions of one user would keep everyone else waiting for a connection.

use domain::UserId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One user may have this fraction of the connections.
const SHARE_DIVISOR: u32 = 4;
/// Minimum of connections per user, so that a slow request does not delay the same user's next request.
const MIN_SHARE: u32 = 2;

/// Limits the connections that each user has or waits for. Clones share the limit.
#[derive(Clone)]
pub(super) struct UserShares {
    max_per_user: u32,
    users: Arc<Mutex<HashMap<UserId, UserShare>>>,
}

/// The share of a user who has or waits for permits.
struct UserShare {
    semaphore: Arc<Semaphore>,
    /// Permits and tasks that wait for one.
    references: usize,
}

impl UserShares {
    /// Shares for a pool of this size.
    pub fn new(max_connections: u32) -> Self {
        Self {
            max_per_user: (max_connections / SHARE_DIVISOR)
                .max(MIN_SHARE)
                .min(max_connections),
            users: Arc::default(),
        }
    }

    /// Separate shares of the same size, for other work of the same users.
    pub fn separate(&self) -> Self {
        Self {
            max_per_user: self.max_per_user,
            users: Arc::default(),
        }
    }

    /// Waits behind the user's earlier tasks for a permit. A task that has one must not wait for another: all permits could
    /// be held by tasks that do.
    pub async fn acquire(&self, user: UserId) -> Result<UserPermit, sqlx::Error> {
        let (reference, semaphore) = self.refer(user);
        let permit = semaphore
            .acquire_owned()
            .await
            .map_err(|_| sqlx::Error::PoolClosed)?;
        Ok(UserPermit {
            _permit: permit,
            _reference: reference,
        })
    }

    fn refer(&self, user: UserId) -> (Reference, Arc<Semaphore>) {
        let mut users = self.lock();
        let share = users.entry(user).or_insert_with(|| UserShare {
            semaphore: Arc::new(Semaphore::new(self.max_per_user as usize)),
            references: 0,
        });
        share.references += 1;
        let semaphore = share.semaphore.clone();
        drop(users);
        let shares = self.clone();
        (Reference { shares, user }, semaphore)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, UserShare>> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Permission to have one connection, until dropped.
pub(super) struct UserPermit {
    _permit: OwnedSemaphorePermit,
    // Dropped last.
    _reference: Reference,
}

/// Keeps the share of a user; the last one removes it when dropped.
struct Reference {
    shares: UserShares,
    user: UserId,
}

impl Drop for Reference {
    fn drop(&mut self) {
        let mut users = self.shares.lock();
        if let Some(share) = users.get_mut(&self.user) {
            share.references -= 1;
            if share.references == 0 {
                users.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{FutureExt as _, future::join_all};
    use uuid::Uuid;

    fn user(n: u128) -> UserId {
        Uuid::from_u128(n).into()
    }

    #[test]
    fn share_is_a_quarter_of_the_pool_but_at_least_two() {
        let max = |connections| UserShares::new(connections).max_per_user;
        assert_eq!([1, 2, 5, 12, 20].map(max), [1, 2, 2, 3, 5]);
    }

    #[tokio::test]
    async fn permits_are_limited_per_user_and_leave_nothing_behind() {
        let shares = UserShares::new(8);
        let acquire = |n| shares.acquire(user(n));
        let first = acquire(1).await.expect("first");
        let second = acquire(1).await.expect("second");
        let mut waiting = Box::pin(acquire(1));
        assert!(waiting.as_mut().now_or_never().is_none(), "the share is used up");
        let cancelled = Box::pin(acquire(1));
        assert!(cancelled.now_or_never().is_none(), "it waits until dropped");
        assert!(
            acquire(2).now_or_never().is_some(),
            "another user's share is free"
        );
        assert!(
            shares.separate().acquire(user(1)).now_or_never().is_some(),
            "so is the separate one"
        );
        assert_eq!(shares.lock().len(), 1);
        drop(first);
        let third = waiting.await.expect("released permit");
        drop((second, third));
        assert!(shares.lock().is_empty());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn concurrent_tasks_never_exceed_the_share() {
        let shares = UserShares::new(8);
        let held: Arc<Mutex<usize>> = Arc::default();
        let tasks = (0..200).map(|n| {
            let (shares, held) = (shares.clone(), held.clone());
            tokio::spawn(async move {
                let permit = shares.acquire(user(1)).await.expect("permit");
                {
                    let mut held = held.lock().expect("lock");
                    *held += 1;
                    assert!(*held <= 2, "too many permits at task {n}");
                }
                tokio::task::yield_now().await;
                *held.lock().expect("lock") -= 1;
                drop(permit);
            })
        });
        for result in join_all(tasks).await {
            result.expect("no panic");
        }
        assert!(shares.lock().is_empty());
    }
}
