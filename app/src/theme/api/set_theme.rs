use crate::error::AppError;
use leptos::prelude::*;

/// Stores the theme in a cookie. Without JavaScript, returns to the page `back`.
#[server(prefix = "/_fn", endpoint = "theme/set_theme")]
pub async fn set_theme(theme: String, #[server(default)] back: String) -> Result<(), AppError> {
    use crate::{
        server::respond::redirect_without_script,
        theme::{Theme, store},
    };
    use domain::routes::Route;
    store(Theme::parse(&theme));
    redirect_without_script(&Route::parse(&back).unwrap_or(Route::Home));
    Ok(())
}
