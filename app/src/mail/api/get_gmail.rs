//! Loads the status of Gmail.

use crate::{error::AppError, mail::GmailStatus};
use leptos::prelude::*;

/// Loads whether Gmail mailboxes can be connected, and the connected ones.
#[server(prefix = "/_fn", endpoint = "mail/get_gmail")]
pub async fn get_gmail(slug: String) -> Result<GmailStatus, AppError> {
    let (services, caller) = crate::server::context::require_workspace(&slug).await?;
    crate::mail::load::gmail(&services, &caller).await
}
