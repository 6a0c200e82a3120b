use crate::error::AppError;
use leptos::prelude::*;

/// Sets a new password for the user to whom the token was sent. All sessions of the user end, including this browser's.
#[server(prefix = "/_fn", endpoint = "auth/reset_password")]
pub async fn reset_password(token: String, new_password: String) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, services},
        respond::{form_success, respond_form},
    };
    use domain::{auth::ResetPasswordInput, routes::Route};
    let action = "auth/reset_password";
    let page = Route::ResetPassword(Some(token.clone()));
    let input = ResetPasswordInput { token, new_password };
    let services = services()?;
    let result = service::auth::reset_password(&services, input, &client_info()).await;
    respond_form(action, &page, &[], result)?;
    form_success(action, &Route::ResetPassword(None));
    Ok(())
}
