//! Beginning the work, or finding that it is done; keeping the answer.

use super::{
    Attempt, LIFETIME,
    queries::{self, Kept},
};
use crate::{
    Error, Services,
    db::{SystemTx, TenantTx},
    tenants::Grant,
};
use chrono::{DateTime, Utc};
use domain::{ApiError, ErrorCode};
use serde::{Serialize, de::DeserializeOwned};
use std::ops::{Deref, DerefMut};

/// What there is to do.
pub(crate) enum Begun<'a, T> {
    /// The work, in this transaction.
    Now(Once<'a>),
    /// Nothing: it was done before, and this was the answer.
    Before(T),
}

/// A transaction whose work is done once for its key, where it has one.
pub(crate) struct Once<'a> {
    tx: TenantTx,
    attempt: Option<&'a Attempt>,
    grant: Grant,
    now: DateTime<Utc>,
}

impl Once<'_> {
    /// Makes the work and its answer last, together; or ends the transaction of work that was refused. Only dropped, it
    /// would end some time later, and its claim would stand in the way of keeping the refusal.
    pub async fn settle<T: Serialize + Send + Sync>(mut self, work: Result<T, Error>) -> Result<T, Error> {
        let made = match work {
            Ok(made) => made,
            Err(refused) => {
                self.tx.rollback().await?;
                return Err(refused);
            }
        };
        if let Some(attempt) = self.attempt {
            let kept = kept(self.grant, attempt, true, &made, self.now)?;
            queries::insert(&mut self.tx, &kept).await?;
        }
        self.tx.commit().await?;
        Ok(made)
    }
}

impl Deref for Once<'_> {
    type Target = TenantTx;
    fn deref(&self) -> &TenantTx {
        &self.tx
    }
}

impl DerefMut for Once<'_> {
    fn deref_mut(&mut self) -> &mut TenantTx {
        &mut self.tx
    }
}

/// Begins work that is to be done once.
///
/// # Errors
/// `idempotency_key_in_use` while the same is under way elsewhere, `idempotency_key_reused` when the key was used for
/// something else, and whatever was answered before.
pub(crate) async fn begin<'a, T: DeserializeOwned>(
    services: &Services,
    grant: Grant,
    attempt: Option<&'a Attempt>,
) -> Result<Begun<'a, T>, Error> {
    let now = services.clock.now();
    let begun = match attempt {
        None => services.db.begin(grant).await,
        Some(attempt) => services.db.begin_claimed(grant, &attempt.claim(grant, now)).await,
    };
    claimed(services, grant, attempt, now, begun).await
}

/// As [`begin`], in a transaction that goes on inside the tenant.
///
/// # Errors
/// As [`begin`].
pub(crate) async fn enter<'a, T: DeserializeOwned>(
    services: &Services,
    tx: SystemTx,
    grant: Grant,
    attempt: Option<&'a Attempt>,
) -> Result<Begun<'a, T>, Error> {
    let now = services.clock.now();
    let entered = match attempt {
        None => tx.enter(grant).await,
        Some(attempt) => tx.enter_claimed(grant, &attempt.claim(grant, now)).await,
    };
    claimed(services, grant, attempt, now, entered).await
}

async fn claimed<'a, T: DeserializeOwned>(
    services: &Services,
    grant: Grant,
    attempt: Option<&'a Attempt>,
    now: DateTime<Utc>,
    begun: Result<TenantTx, Error>,
) -> Result<Begun<'a, T>, Error> {
    match (begun, attempt) {
        (Ok(tx), _) => Ok(Begun::Now(Once {
            tx,
            attempt,
            grant,
            now,
        })),
        (Err(refused), Some(attempt)) => earlier(services, grant, attempt, refused)
            .await
            .map(Begun::Before),
        (Err(error), None) => Err(error),
    }
}

/// The answer that was given before, when that is why the claim was refused.
async fn earlier<T: DeserializeOwned>(
    services: &Services,
    grant: Grant,
    attempt: &Attempt,
    refused: Error,
) -> Result<T, Error> {
    let kept = found(services, grant, attempt, refused).await?;
    if !kept.made {
        attempt.replay();
        return Err(read::<ApiError>(kept)?.into());
    }
    let made = read(kept)?;
    attempt.replay();
    Ok(made)
}

/// Keeps a refusal, so that the same request gets it again; or gives the one that was kept. Refusals that may pass, such
/// as `rate_limited`, and those of bodies that did not arrive whole come back as they are.
///
/// # Errors
/// As the work itself.
pub async fn refuse(
    services: &Services,
    grant: Grant,
    attempt: &Attempt,
    error: ApiError,
) -> Result<ApiError, Error> {
    if !lasts(error.code) || !attempt.is_sealed() || attempt.is_replayed() {
        return Ok(error);
    }
    let now = services.clock.now();
    match services.db.begin_claimed(grant, &attempt.claim(grant, now)).await {
        Ok(mut tx) => {
            let kept = kept(grant, attempt, false, &error, now)?;
            queries::insert(&mut tx, &kept).await?;
            tx.commit().await?;
            Ok(error)
        }
        Err(refused) => {
            let kept = found(services, grant, attempt, refused).await?;
            if kept.made {
                return Ok(error);
            }
            attempt.replay();
            read(kept)
        }
    }
}

/// Whether an answer is kept under the key, whatever its body was.
pub(crate) async fn is_kept(
    tx: &mut TenantTx,
    grant: Grant,
    attempt: &Attempt,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let kept = queries::find(tx, &attempt.key_hash(grant), now).await?;
    Ok(kept.is_some())
}

/// Refusals that the same request would get again.
fn lasts(code: ErrorCode) -> bool {
    matches!(code.status(), 400 | 404 | 409 | 422)
        && !matches!(
            code,
            ErrorCode::IdempotencyKeyInUse | ErrorCode::IdempotencyKeyReused
        )
}

async fn found(services: &Services, grant: Grant, attempt: &Attempt, refused: Error) -> Result<Kept, Error> {
    match queries::reason(&refused) {
        Some(queries::Reason::Kept) => {}
        Some(queries::Reason::Claimed) => return Err(in_use()),
        None => return Err(refused),
    }
    let mut tx = services.db.begin(grant).await?;
    let kept = queries::find(&mut tx, &attempt.key_hash(grant), services.clock.now()).await?;
    tx.commit().await?;
    // Gone between two looks: its day has just ended.
    let kept = kept.ok_or_else(in_use)?;
    if kept.fingerprint == attempt.fingerprint() {
        return Ok(kept);
    }
    Err(Error::api(
        ErrorCode::IdempotencyKeyReused,
        "This Idempotency-Key was used with another body. Send a new one with a new request.",
    ))
}

fn in_use() -> Error {
    let mut error = ApiError::new(
        ErrorCode::IdempotencyKeyInUse,
        "The same request is being worked on. Ask again shortly for its answer.",
    );
    error.retry_after = Some(1);
    error.into()
}

fn kept<T: Serialize>(
    grant: Grant,
    attempt: &Attempt,
    made: bool,
    answer: &T,
    now: DateTime<Utc>,
) -> Result<Kept, Error> {
    let answer = serde_json::to_value(answer)
        .map_err(|e| Error::Internal(format!("an answer cannot be kept: {e}")))?;
    Ok(Kept {
        key_hash: attempt.key_hash(grant),
        fingerprint: attempt.fingerprint(),
        made,
        answer,
        created_at: now,
        expires_at: now + LIFETIME,
    })
}

fn read<T: DeserializeOwned>(kept: Kept) -> Result<T, Error> {
    serde_json::from_value(kept.answer)
        .map_err(|e| Error::Internal(format!("a kept answer cannot be read: {e}")))
}
