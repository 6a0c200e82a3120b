//! Giving grants back to providers. What is to be given back is kept apart from accounts, so that it outlives them, and
//! tried again while the provider does not answer.

use super::{
    ask::github,
    enter::{ACCESS, REFRESH, place},
    queries::{self, IdentityRow},
};
use crate::{
    Error, Services,
    db::{SystemReason, SystemTx},
    jobs::{self, Job, Kind, Stopped, Turned},
    mail,
    outbound::{Away, CAP},
    users, vault,
};
use domain::{UserId, identities::Provider};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

const COLUMN: &str = "revocations.token";

/// A grant that a provider gave.
pub(crate) struct Grant {
    /// The provider's key.
    pub provider: String,
    /// The token that stands for it.
    pub token: SecretString,
}

impl Grant {
    /// What an identity was granted, if anything is kept of it that opens. Ending the refresh token ends what was made
    /// with it.
    pub(super) fn of(services: &Services, identity: &IdentityRow) -> Option<Self> {
        let kept = match (&identity.refresh_token, &identity.access_token) {
            (Some(sealed), _) => Some((REFRESH, sealed)),
            (None, Some(sealed)) => Some((ACCESS, sealed)),
            (None, None) => None,
        };
        let (column, sealed) = kept?;
        let token = vault::open(&services.keys, place(column, identity.id), sealed);
        let token = token.inspect_err(|error| {
            tracing::error!(%error, identity.id = %identity.id, "a grant cannot be given back and is left to run out");
        });
        Some(Self {
            provider: identity.provider.clone(),
            token: token.ok()?,
        })
    }
}

/// Queues giving back all that providers granted to the person: sign-in and mail. To be called before their account is
/// deleted; what was read stays, nothing more is fetched.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away; then nothing is queued.
pub async fn revoke_grants(services: &Services, user: UserId) -> Result<(), Error> {
    let tenants = users::workspaces(services, user).await?;
    let mut grants = Vec::new();
    for tenant in &tenants {
        grants.extend(mail::grants_of(services, tenant.id, user).await?);
    }
    let mut tx = services.db.system(SystemReason::Identity).await?;
    for identity in queries::identities_of(&mut tx, user).await? {
        grants.extend(Grant::of(services, &identity));
    }
    for grant in grants {
        queue_revocation(services, &mut tx, grant).await?;
    }
    queries::forget_tokens(&mut tx, user).await?;
    tx.commit().await?;
    jobs::wake();
    Ok(())
}

/// Queues giving back one grant, in the caller's transaction.
pub(crate) async fn queue_revocation(
    services: &Services,
    tx: &mut SystemTx,
    grant: Grant,
) -> Result<(), Error> {
    let id: Uuid = services.id();
    let sealed = vault::seal(&services.keys, services.rng.as_ref(), place_of(id), &grant.token)?;
    queries::insert_revocation(tx, id, &grant.provider, &sealed, services.clock.now()).await?;
    Job::enqueue_in(services, tx, Kind::RevokeGrant, None, None, id).await
}

/// Gives one grant back.
pub(crate) async fn work(services: &Arc<Services>, job: Job) -> Result<Turned, Stopped> {
    let found = {
        let mut conn = services.db.system_read(SystemReason::Work).await?;
        queries::find_revocation(&mut conn, job.subject).await?
    };
    if let Some((provider, sealed)) = found {
        let token = vault::open(&services.keys, place_of(job.subject), &sealed)?;
        match give_back(services, &provider, &token).await {
            Ok(()) => {}
            Err(away) if job.attempts <= job.kind.max_attempts() => {
                tracing::warn!(error = %away, provider, "a grant could not be given back");
                return Err(super::unavailable(&provider).into());
            }
            Err(away) => {
                tracing::error!(error = %away, provider, "a grant could not be given back and is left to run out");
            }
        }
    }
    let mut tx = job.finish_system(services).await?;
    queries::delete_revocation(&mut tx, job.subject).await?;
    tx.commit().await?;
    Ok(Turned::Done)
}

fn place_of(row: Uuid) -> vault::Place {
    vault::Place {
        column: COLUMN,
        tenant: Uuid::nil(),
        row,
    }
}

/// RFC 7009, and GitHub's own way. A token that the provider does not know any more is given back already.
async fn give_back(services: &Services, provider: &str, token: &SecretString) -> Result<(), Away> {
    let providers = &services.providers;
    let Some(registered) = providers.by_key(provider) else {
        return Ok(());
    };
    let outbound = &providers.outbound;
    let endpoints = registered.endpoints(outbound, services.clock.now()).await?;
    let Some(at) = &endpoints.revoke else {
        tracing::info!(
            provider,
            "this provider has no way to give a grant back: it is forgotten here and runs out there"
        );
        return Ok(());
    };
    let (id, secret) = (
        registered.client_id.as_str(),
        registered.client_secret.expose_secret(),
    );
    let token = token.expose_secret();
    let request = match registered.provider {
        Provider::Google => outbound.post(at).form(&[("token", token)]),
        Provider::Github => github(outbound.delete(at))
            .basic_auth(id, Some(secret))
            .json(&json!({"access_token": token})),
        Provider::Linkedin | Provider::Oidc if endpoints.secret_in_body => {
            outbound
                .post(at)
                .form(&[("client_id", id), ("client_secret", secret), ("token", token)])
        }
        Provider::Linkedin | Provider::Oidc => outbound
            .post(at)
            .basic_auth(id, Some(secret))
            .form(&[("token", token)]),
    };
    let reply = outbound.send(request, CAP).await?;
    match reply.status {
        429 | 500.. => Err(Away::Nonsense(format!("status {}", reply.status))),
        _ => Ok(()),
    }
}
