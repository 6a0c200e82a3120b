//! Makes an account on a page.

use crate::error::Fail;
use leptos::prelude::*;

/// Registers, signs in and goes to the new workspace.
#[server(prefix = "/_fn", endpoint = "users/register")]
pub async fn register(
    email: String,
    password: String,
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] time_zone: String,
) -> Result<(), Fail> {
    use crate::ssr;
    use domain::{
        routes::{Route, WorkspacePage},
        users::RegisterInput,
    };
    let kept = [
        ("email", email.as_str()),
        ("first_name", &first_name),
        ("last_name", &last_name),
    ];
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let input = RegisterInput {
        email: email.clone(),
        password,
        first_name: given(&first_name),
        last_name: given(&last_name),
        time_zone: given(&time_zone),
    };
    let made = service::users::register_page(ssr::services()?.as_ref(), input, &ssr::client()).await;
    let (user, tenant) = ssr::answer_form("users/register", &Route::Register, &kept, made)?;
    ssr::begin_session(user.id).await?;
    ssr::redirect(&Route::Workspace(tenant.slug, WorkspacePage::Board));
    Ok(())
}
