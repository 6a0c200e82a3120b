use crate::error::AppError;
use leptos::prelude::*;

/// Ends the browser's session and goes to the landing page.
#[server(prefix = "/_fn", endpoint = "layout/sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::server::{respond::redirect, session};
    session::end().await?;
    redirect(&domain::routes::Route::Landing);
    Ok(())
}
