//! What opens a mailbox: sealed in the database, whole only in memory.

use super::queries::{self, AccessRow};
use crate::{
    Error, Services,
    identities::Grant,
    tenants::{self, permit},
    users, vault,
};
use chrono::{DateTime, Utc};
use domain::{MailboxId, TenantId, UserId, identities::Provider, tenants::Action};
use secrecy::SecretString;

const ACCESS: &str = "mailbox_access.access_token";
const REFRESH: &str = "mailbox_access.refresh_token";

/// Tokens that open a mailbox.
pub(super) struct Access {
    pub token: SecretString,
    pub refresh: Option<SecretString>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Tokens as they are kept.
pub(super) struct Sealed {
    pub access: Vec<u8>,
    pub refresh: Option<Vec<u8>>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl Access {
    pub fn seal(&self, services: &Services, tenant: TenantId, mailbox: MailboxId) -> Result<Sealed, Error> {
        let seal = |column, secret| {
            let place = place(column, tenant, mailbox);
            vault::seal(&services.keys, services.rng.as_ref(), place, secret)
        };
        Ok(Sealed {
            access: seal(ACCESS, &self.token)?,
            refresh: self.refresh.as_ref().map(|r| seal(REFRESH, r)).transpose()?,
            expires_at: self.expires_at,
        })
    }

    pub fn open(services: &Services, tenant: TenantId, row: &AccessRow) -> Result<Self, Error> {
        let open = |column, sealed: &Vec<u8>| {
            vault::open(&services.keys, place(column, tenant, row.mailbox), sealed)
        };
        Ok(Self {
            token: open(ACCESS, &row.tokens.access)?,
            refresh: row
                .tokens
                .refresh
                .as_ref()
                .map(|r| open(REFRESH, r))
                .transpose()?,
            expires_at: row.tokens.expires_at,
        })
    }
}

fn place(column: &'static str, tenant: TenantId, mailbox: MailboxId) -> vault::Place {
    vault::Place {
        column,
        tenant: tenant.0,
        row: mailbox.0,
    }
}

/// The person's right to work on what is their own in a workspace, whatever their role.
async fn own(services: &Services, tenant: TenantId, user: UserId) -> Result<tenants::Grant, Error> {
    let caller = users::caller_of_job(services, user, tenant).await?;
    permit(&caller, Action::ReadApplications)
}

/// Forgets what opens the person's mailboxes in a workspace. What was read from them stays.
pub(crate) async fn disconnect_all(services: &Services, tenant: TenantId, user: UserId) -> Result<(), Error> {
    let mut tx = services.db.begin(own(services, tenant, user).await?).await?;
    queries::delete_access(&mut tx, None).await?;
    tx.commit().await
}

/// Takes what the person's mailboxes in a workspace were granted, so that it can be given back: from now on nothing of it
/// is kept here.
pub(crate) async fn grants_of(
    services: &Services,
    tenant: TenantId,
    user: UserId,
) -> Result<Vec<Grant>, Error> {
    let mut tx = services.db.begin(own(services, tenant, user).await?).await?;
    let rows = queries::all_access(&mut tx).await?;
    tx.commit().await?;
    Ok(rows
        .iter()
        .filter_map(|row| grant_of(services, tenant, row))
        .collect())
}

/// What there is to give back of a mailbox. Ending the refresh token ends what was made with it.
pub(super) fn grant_of(services: &Services, tenant: TenantId, row: &AccessRow) -> Option<Grant> {
    let access = Access::open(services, tenant, row).inspect_err(|error| {
        tracing::error!(%error, mailbox.id = %row.mailbox, "a grant cannot be given back and is left to run out");
    });
    let access = access.ok()?;
    Some(Grant {
        provider: Provider::Google.as_str().to_owned(),
        token: access.refresh.unwrap_or(access.token),
    })
}
