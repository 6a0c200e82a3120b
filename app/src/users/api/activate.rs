//! Confirms an address with the token of a mail.

use crate::error::Fail;
use leptos::prelude::*;

/// Uses the token up.
#[server(prefix = "/_fn", endpoint = "users/activate")]
pub async fn activate(token: String) -> Result<(), Fail> {
    use crate::ssr;
    use domain::{routes::Route, users::ActivateInput};
    let about = "users/activate";
    let page = Route::Activate(Some(token.clone()));
    let confirmed =
        service::users::activate(ssr::services()?.as_ref(), ActivateInput { token }, &ssr::client()).await;
    ssr::answer_form(about, &page, &[], confirmed)?;
    ssr::well(about, &Route::Activate(None));
    Ok(())
}
