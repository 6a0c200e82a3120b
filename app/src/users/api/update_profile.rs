//! Changes name and zone.

use crate::error::Fail;
use leptos::prelude::*;

/// Keeps what the form holds; an empty name is none.
#[server(prefix = "/_fn", endpoint = "users/update_profile")]
pub async fn update_profile(
    slug: String,
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] time_zone: String,
) -> Result<(), Fail> {
    use crate::ssr;
    use domain::{
        routes::{Route, WorkspacePage},
        users::UpdateProfileInput,
    };
    let about = "users/update_profile";
    let (services, caller) = ssr::enter(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Settings);
    let kept = [
        ("first_name", first_name.as_str()),
        ("last_name", &last_name),
        ("time_zone", &time_zone),
    ];
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let input = UpdateProfileInput {
        first_name: Some(given(&first_name)),
        last_name: Some(given(&last_name)),
        time_zone: Some(given(time_zone.trim()).unwrap_or_else(|| "UTC".into())),
    };
    let changed = service::users::update_profile(&services, &caller, input).await;
    ssr::answer_form(about, &page, &kept, changed)?;
    ssr::well(about, &page);
    Ok(())
}
