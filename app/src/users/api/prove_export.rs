//! Asks for the password before everything is handed out.

use crate::error::Fail;
use leptos::prelude::*;

/// Checks the password, where the sign-in is not recent, and gives the address of the file. That holds as long as the
/// sign-in counts as recent, so with a password it begins anew.
#[server(prefix = "/_fn", endpoint = "users/prove_export")]
pub async fn prove_export(slug: String, #[server(default)] password: String) -> Result<String, Fail> {
    use crate::ssr;
    use domain::{
        routes::{Route, WorkspacePage},
        users::ProofInput,
    };
    let about = "users/prove_export";
    let (services, caller) = ssr::enter(&slug).await?;
    let page = Route::Workspace(slug.clone(), WorkspacePage::Settings);
    let password = Some(password).filter(|p| !p.is_empty());
    let typed = password.is_some();
    let proved =
        service::users::prove_for_export(&services, &caller, ProofInput { password }, &ssr::client()).await;
    ssr::answer_form(about, &page, &[], proved)?;
    if typed {
        ssr::begin_session(caller.user.id).await?;
    }
    let file = Route::Export(slug);
    ssr::redirect_page(&file);
    Ok(file.to_string())
}
