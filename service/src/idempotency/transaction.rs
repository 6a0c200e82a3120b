//! Claiming a key, and storing and replaying responses.

use super::{
    IdempotentRequest, RESPONSE_TTL,
    queries::{self, ClaimError, StoredResponse},
};
use crate::{
    Error, Services,
    context::Grant,
    platform::db::{GlobalTx, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::{ApiError, ErrorCode};
use serde::{Serialize, de::DeserializeOwned};
use std::ops::{Deref, DerefMut};

/// The result of claiming a key.
pub(crate) enum Claim<'a, T> {
    /// The request has not been executed; do the work in this transaction.
    New(Box<IdempotentTx<'a>>),
    /// The request has been executed; this was its response.
    Replay(T),
}

/// A transaction that holds the claim of the request's key, if the request has one.
pub(crate) struct IdempotentTx<'a> {
    tx: TenantTx,
    request: Option<&'a IdempotentRequest>,
    grant: Grant,
    now: DateTime<Utc>,
}

impl IdempotentTx<'_> {
    /// Commits the work and its stored response, or rolls back explicitly. Relying on drop would release the claim too late
    /// to store the error response.
    pub async fn commit<T: Serialize + Send + Sync>(mut self, result: Result<T, Error>) -> Result<T, Error> {
        let response = match result {
            Ok(response) => response,
            Err(error) => {
                self.tx.rollback().await?;
                return Err(error);
            }
        };
        if let Some(request) = self.request {
            let stored = stored_response(self.grant, request, true, &response, self.now)?;
            queries::insert(&mut self.tx, &stored).await?;
        }
        self.tx.commit().await?;
        Ok(response)
    }
}

impl Deref for IdempotentTx<'_> {
    type Target = TenantTx;
    fn deref(&self) -> &TenantTx {
        &self.tx
    }
}

impl DerefMut for IdempotentTx<'_> {
    fn deref_mut(&mut self) -> &mut TenantTx {
        &mut self.tx
    }
}

/// Begins a transaction and claims the key of the request, if it has one.
///
/// # Errors
/// `idempotency_key_in_use` while another request holds the key, `idempotency_key_reused` when the key was used with another
/// body, and the stored error of an earlier request.
pub(crate) async fn begin<'a, T: DeserializeOwned>(
    services: &Services,
    grant: Grant,
    request: Option<&'a IdempotentRequest>,
) -> Result<Claim<'a, T>, Error> {
    let now = services.clock.now();
    let begun = match request {
        None => services.db.begin(grant).await,
        Some(request) => {
            let claim = request.claim_statement(grant, now);
            services.db.begin_claimed(grant, &claim).await
        }
    };
    claim(services, grant, request, now, begun).await
}

/// Does the work in one transaction, unless the request has been executed before; then returns its response.
///
/// # Errors
/// As [`begin`], and the errors of the work.
pub(crate) async fn run<T: Serialize + DeserializeOwned + Send + Sync>(
    services: &Services,
    grant: Grant,
    request: Option<&IdempotentRequest>,
    work: impl AsyncFnOnce(&mut TenantTx) -> Result<T, Error>,
) -> Result<T, Error> {
    match begin(services, grant, request).await? {
        Claim::New(mut tx) => {
            let result = work(&mut tx).await;
            tx.commit(result).await
        }
        Claim::Replay(stored) => Ok(stored),
    }
}

/// As [`begin`], continuing a transaction that began outside of the tenant.
///
/// # Errors
/// As [`begin`].
pub(crate) async fn begin_in<'a, T: DeserializeOwned>(
    services: &Services,
    tx: GlobalTx,
    grant: Grant,
    request: Option<&'a IdempotentRequest>,
) -> Result<Claim<'a, T>, Error> {
    let now = services.clock.now();
    let begun = match request {
        None => tx.into_tenant(grant).await,
        Some(request) => {
            let claim = request.claim_statement(grant, now);
            tx.into_tenant_claimed(grant, &claim).await
        }
    };
    claim(services, grant, request, now, begun).await
}

async fn claim<'a, T: DeserializeOwned>(
    services: &Services,
    grant: Grant,
    request: Option<&'a IdempotentRequest>,
    now: DateTime<Utc>,
    begun: Result<TenantTx, Error>,
) -> Result<Claim<'a, T>, Error> {
    match (begun, request) {
        (Ok(tx), _) => Ok(Claim::New(Box::new(IdempotentTx {
            tx,
            request,
            grant,
            now,
        }))),
        (Err(error), Some(request)) => replay(services, grant, request, error).await.map(Claim::Replay),
        (Err(error), None) => Err(error),
    }
}

/// Returns the stored response if the claim failed because a response exists.
async fn replay<T: DeserializeOwned>(
    services: &Services,
    grant: Grant,
    request: &IdempotentRequest,
    claim_error: Error,
) -> Result<T, Error> {
    let stored = find_stored(services, grant, request, claim_error).await?;
    if !stored.succeeded {
        request.set_replayed();
        return Err(deserialize::<ApiError>(stored)?.into());
    }
    let response = deserialize(stored)?;
    request.set_replayed();
    Ok(response)
}

/// Stores an error response, so that a retry of the request receives it again; returns the stored one if there is one
/// already. Temporary errors such as `rate_limited`, and errors of bodies that were not read completely, are returned
/// without being stored.
///
/// # Errors
/// As [`begin`].
pub async fn store_error(
    services: &Services,
    grant: Grant,
    request: &IdempotentRequest,
    error: ApiError,
) -> Result<ApiError, Error> {
    if !is_cacheable(error.code) || !request.is_finished() || request.is_replayed() {
        return Ok(error);
    }
    let (grant, now) = (grant.to_write(), services.clock.now());
    let claim = request.claim_statement(grant, now);
    match services.db.begin_claimed(grant, &claim).await {
        Ok(mut tx) => {
            let stored = stored_response(grant, request, false, &error, now)?;
            queries::insert(&mut tx, &stored).await?;
            tx.commit().await?;
            Ok(error)
        }
        Err(claim_error) => {
            let stored = find_stored(services, grant, request, claim_error).await?;
            if stored.succeeded {
                return Ok(error);
            }
            request.set_replayed();
            deserialize(stored)
        }
    }
}

/// Whether the request has a key under which a response is stored, for any body.
pub(crate) async fn is_stored(
    tx: &mut TenantTx,
    grant: Grant,
    request: Option<&IdempotentRequest>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let Some(request) = request else {
        return Ok(false);
    };
    let stored = queries::find(tx, &request.key_hash(grant), now).await?;
    Ok(stored.is_some())
}

/// Whether a retry of the same request would fail with the same error.
fn is_cacheable(code: ErrorCode) -> bool {
    matches!(code.status(), 400 | 404 | 409 | 422)
        && !matches!(
            code,
            ErrorCode::IdempotencyKeyInUse | ErrorCode::IdempotencyKeyReused
        )
}

async fn find_stored(
    services: &Services,
    grant: Grant,
    request: &IdempotentRequest,
    claim_error: Error,
) -> Result<StoredResponse, Error> {
    match queries::claim_error(&claim_error) {
        Some(ClaimError::ResponseStored) => {}
        Some(ClaimError::InUse) => return Err(key_in_use()),
        None => return Err(claim_error),
    }
    let mut tx = services.db.begin(grant).await?;
    let stored = queries::find(&mut tx, &request.key_hash(grant), services.clock.now()).await?;
    tx.commit().await?;
    // If it expired between the two statements, a retry will succeed.
    let stored = stored.ok_or_else(key_in_use)?;
    if stored.fingerprint == request.fingerprint() {
        return Ok(stored);
    }
    Err(Error::api(
        ErrorCode::IdempotencyKeyReused,
        "This Idempotency-Key was used with a different request body. Use a new key for a new request.",
    ))
}

fn key_in_use() -> Error {
    let mut error = ApiError::new(
        ErrorCode::IdempotencyKeyInUse,
        "A request with this Idempotency-Key is still being processed. Retry shortly to get its response.",
    );
    error.retry_after = Some(1);
    error.into()
}

fn stored_response<T: Serialize>(
    grant: Grant,
    request: &IdempotentRequest,
    succeeded: bool,
    response: &T,
    now: DateTime<Utc>,
) -> Result<StoredResponse, Error> {
    let response = serde_json::to_value(response)
        .map_err(|e| Error::Internal(format!("failed to serialize a response to store: {e}")))?;
    Ok(StoredResponse {
        key_hash: request.key_hash(grant),
        fingerprint: request.fingerprint(),
        succeeded,
        response,
        created_at: now,
        expires_at: now + RESPONSE_TTL,
    })
}

fn deserialize<T: DeserializeOwned>(stored: StoredResponse) -> Result<T, Error> {
    serde_json::from_value(stored.response)
        .map_err(|e| Error::Internal(format!("failed to deserialize a stored response: {e}")))
}
