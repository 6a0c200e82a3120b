//! Asks for a new password.

use crate::error::Fail;
use leptos::prelude::*;

/// Sends a link to the address, where somebody has it. The answer is the same where nobody has.
#[server(prefix = "/_fn", endpoint = "users/forgot_password")]
pub async fn forgot_password(email: String) -> Result<(), Fail> {
    use crate::ssr;
    use domain::{routes::Route, users::ForgotPasswordInput};
    let about = "users/forgot_password";
    let input = ForgotPasswordInput { email: email.clone() };
    let asked = service::users::forgot_password(ssr::services()?.as_ref(), input, &ssr::client()).await;
    ssr::answer_form(about, &Route::ForgotPassword, &[("email", &email)], asked)?;
    ssr::well(about, &Route::ForgotPassword);
    Ok(())
}
