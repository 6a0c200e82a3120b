use crate::error::AppError;
use leptos::prelude::*;

/// Confirms the address to which the token was sent. A token can be used once.
#[server(prefix = "/_fn", endpoint = "auth/verify_email")]
pub async fn verify_email(token: String) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, services},
        respond::{form_success, respond_form},
    };
    use domain::{auth::VerifyEmailInput, routes::Route};
    let action = "auth/verify_email";
    let page = Route::Activate(Some(token.clone()));
    let services = services()?;
    let result = service::auth::verify_email(&services, VerifyEmailInput { token }, &client_info()).await;
    respond_form(action, &page, &[], result)?;
    form_success(action, &Route::Activate(None));
    Ok(())
}
