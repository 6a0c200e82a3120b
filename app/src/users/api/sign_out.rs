//! Signs out on a page.

use crate::error::Fail;
use leptos::prelude::*;

/// Ends the browser's session and goes to the landing page.
#[server(prefix = "/_fn", endpoint = "users/sign_out")]
pub async fn sign_out() -> Result<(), Fail> {
    use crate::ssr;
    ssr::end_session().await?;
    ssr::redirect(&domain::routes::Route::Landing);
    Ok(())
}
