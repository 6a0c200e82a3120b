//! Signs in with email and password.

use crate::error::AppError;
use leptos::prelude::*;

/// Signs in and redirects to `next` if it is a page for signed-in users, otherwise to the user's start page.
#[server(prefix = "/_fn", endpoint = "auth/sign_in")]
pub async fn sign_in(
    email: String,
    password: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, services},
        respond::{redirect, respond, respond_form},
        session,
    };
    use domain::{auth::LoginInput, routes::Route};
    use service::auth::Channel;
    let next = Route::parse(&next).filter(Route::is_destination);
    let page = Route::SignIn(next.as_ref().map(ToString::to_string));
    let input = LoginInput {
        email: email.clone(),
        password,
        tenant: None,
    };
    let services = services()?;
    let result = service::auth::login(&services, input, &client_info(), Channel::Web).await;
    let sign_in = respond_form("auth/sign_in", &page, &[("email", &email)], result)?;
    session::start(sign_in.user.id).await?;
    let start = if let Some(next) = next {
        next
    } else {
        let tenants = service::tenants::list_tenants(&services, sign_in.user.id).await;
        Route::after_sign_in(&respond(tenants)?)
    };
    redirect(&start);
    Ok(())
}
