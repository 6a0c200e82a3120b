//! Requests a password reset.

use crate::error::AppError;
use leptos::prelude::*;

/// Sends a link to the address if an account has it. The response does not reveal whether one exists.
#[server(prefix = "/_fn", endpoint = "auth/forgot_password")]
pub async fn forgot_password(email: String) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, services},
        respond::{form_success, respond_form},
    };
    use domain::{auth::ForgotPasswordInput, routes::Route};
    let action = "auth/forgot_password";
    let input = ForgotPasswordInput { email: email.clone() };
    let services = services()?;
    let result = service::auth::forgot_password(&services, input, &client_info()).await;
    respond_form(action, &Route::ForgotPassword, &[("email", &email)], result)?;
    form_success(action, &Route::ForgotPassword);
    Ok(())
}
