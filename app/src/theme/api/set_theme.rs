//! Remembers the theme.

use crate::error::Fail;
use leptos::prelude::*;

/// Keeps the choice in a cookie. `back` is the page to return to where no script is at work.
#[server(prefix = "/_fn", endpoint = "theme/set_theme")]
pub async fn set_theme(theme: String, #[server(default)] back: String) -> Result<(), Fail> {
    use crate::{ssr, theme::Theme};
    use domain::routes::Route;
    ssr::keep_theme(Theme::parse(&theme));
    ssr::redirect_page(&Route::parse(&back).unwrap_or(Route::Home));
    Ok(())
}
