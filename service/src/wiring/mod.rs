//! Code that depends on several features: job handlers, account deletion, demo accounts, and removal of expired rows.

mod delete_expired;
mod delete_organization;
mod delete_organization_job;
mod delete_user;
mod demo;
mod demo_organization;
mod memberships;
mod provider_tokens;

pub use delete_expired::delete_expired;
pub use delete_organization::delete_tenant;
pub(crate) use delete_organization::delete_tenant_as_operator;
pub(crate) use delete_organization_job::DeleteOrganization;
pub(crate) use delete_user::delete_user_as_operator;
pub use delete_user::{delete_user, reapply_deletions};
pub use demo::create_demo_user;
pub use demo_organization::create_demo_organization;
pub use memberships::{leave_tenant, remove_member};
pub(crate) use provider_tokens::DisconnectMailboxes;
pub use provider_tokens::revoke_provider_tokens;

use crate::{
    auth::oauth::RevokeToken,
    background::Registry,
    coaching::NotifyOfCoaching,
    email::SendEmail,
    jobapps::{ImportCsv, SweepSilence},
    mail::{ClearMailbox, Gmail, Imap, ImportMail, SyncMailbox},
    webhooks::DeliverWebhooks,
};

/// The handlers of all kinds of background jobs.
pub(crate) fn job_registry() -> Registry {
    Registry::default()
        .register(SendEmail)
        .register(RevokeToken)
        .register(ImportMail)
        .register(ImportCsv)
        .register(SyncMailbox(Gmail))
        .register(SyncMailbox(Imap))
        .register(ClearMailbox)
        .register(DeleteOrganization)
        .register(SweepSilence)
        .register(NotifyOfCoaching)
        .register(DeliverWebhooks)
}
