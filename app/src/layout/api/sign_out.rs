use crate::error::AppError;
use leptos::prelude::*;

/// Ends the browser's session and redirects to the landing page, or to the invitation with this token.
#[server(prefix = "/_fn", endpoint = "layout/sign_out")]
pub async fn sign_out(#[server(default)] invitation: Option<String>) -> Result<(), AppError> {
    use crate::server::{respond::redirect, session};
    use domain::routes::Route;
    session::end().await?;
    redirect(&invitation.map_or(Route::Landing, Route::Invitation));
    Ok(())
}
