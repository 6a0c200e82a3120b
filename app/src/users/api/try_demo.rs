//! Opens the demo.

use crate::error::Fail;
use leptos::prelude::*;

/// Makes a throw-away workspace full of made-up applications, signs in to it and goes to its board.
#[server(prefix = "/_fn", endpoint = "users/try_demo")]
pub async fn try_demo() -> Result<(), Fail> {
    use crate::ssr;
    use domain::routes::{Route, WorkspacePage};
    let made = service::users::demo(ssr::services()?.as_ref(), &ssr::client()).await;
    let (user, tenant) = ssr::answer_form("users/try_demo", &Route::Landing, &[], made)?;
    ssr::begin_session(user.id).await?;
    ssr::redirect(&Route::Workspace(tenant.slug, WorkspacePage::Board));
    Ok(())
}
