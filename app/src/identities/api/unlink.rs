//! Removes a way to sign in.

use crate::error::Fail;
use domain::IdentityId;
use leptos::prelude::*;

/// Removes a linked account. The last way to sign in stays.
#[server(prefix = "/_fn", endpoint = "identities/unlink")]
pub async fn unlink(slug: String, identity_id: IdentityId) -> Result<(), Fail> {
    use crate::ssr;
    use domain::routes::{Route, WorkspacePage};
    let about = "identities/unlink";
    let (services, caller) = ssr::enter(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Settings);
    let removed = service::identities::unlink(&services, caller.user.id, identity_id).await;
    ssr::answer_form(about, &page, &[], removed)?;
    ssr::well(about, &page);
    Ok(())
}
