//! Signs in on a page.

use crate::error::Fail;
use leptos::prelude::*;

/// Signs in and goes on to `next`, where that is one of our pages, or to the person's workspace.
#[server(prefix = "/_fn", endpoint = "users/sign_in")]
pub async fn sign_in(email: String, password: String, #[server(default)] next: String) -> Result<(), Fail> {
    use crate::ssr;
    use domain::{
        routes::{Route, WorkspacePage},
        users::LoginInput,
    };
    let next = Route::parse(&next).filter(|route| matches!(route, Route::Workspace(..)));
    let page = Route::SignIn(next.as_ref().map(ToString::to_string));
    let input = LoginInput {
        email: email.clone(),
        password,
        tenant: None,
    };
    let found = service::users::sign_in(ssr::services()?.as_ref(), input, &ssr::client()).await;
    let (user, tenant) = ssr::answer_form("users/sign_in", &page, &[("email", &email)], found)?;
    ssr::begin_session(user.id).await?;
    ssr::redirect(&next.unwrap_or(Route::Workspace(tenant.slug, WorkspacePage::Board)));
    Ok(())
}
