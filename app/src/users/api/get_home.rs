//! Where a person's work begins.

use crate::error::Fail;
use leptos::prelude::*;

/// The slug of the person's first workspace, the personal one where there is one.
#[server(prefix = "/_fn", endpoint = "users/get_home")]
pub async fn get_home() -> Result<String, Fail> {
    use crate::ssr;
    use domain::ApiError;
    let user = ssr::user(&ssr::session().await?).await?;
    let workspaces = ssr::answer(service::users::workspaces(ssr::services()?.as_ref(), user).await)?;
    workspaces
        .into_iter()
        .next()
        .map(|first| first.slug)
        .ok_or_else(|| ApiError::not_found().into())
}
