//! Sets a new password with the token of a mail.

use crate::error::Fail;
use leptos::prelude::*;

/// Uses the token up. Everything that is signed in as the person is signed out, this browser too.
#[server(prefix = "/_fn", endpoint = "users/reset_password")]
pub async fn reset_password(token: String, new_password: String) -> Result<(), Fail> {
    use crate::ssr;
    use domain::{routes::Route, users::ResetPasswordInput};
    let about = "users/reset_password";
    let page = Route::ResetPassword(Some(token.clone()));
    let input = ResetPasswordInput { token, new_password };
    let set = service::users::reset_password(ssr::services()?.as_ref(), input, &ssr::client()).await;
    ssr::answer_form(about, &page, &[], set)?;
    ssr::well(about, &Route::ResetPassword(None));
    Ok(())
}
