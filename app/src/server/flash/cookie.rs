//! The cookie that carries the message: JSON in hex.

use super::Flash;
use crate::server::cookies::{self, CookieSettings};
use ::cookie::time::Duration;
use axum::http::{HeaderValue, request::Parts};
use domain::{ApiError, routes::Route};
use leptos::prelude::use_context;

const NAME: &str = "flash";
const MAX_AGE: Duration = Duration::seconds(60);
/// The lifetime of a message that the current page also shows itself, for the case that the user leaves the page. Equal to the time
/// for which the page shows it.
const BRIEF_MAX_AGE: Duration = Duration::seconds(8);
/// Browsers keep cookies of up to 4096 bytes, including name and attributes.
const MAX_VALUE_LEN: usize = 3600;

/// A `Set-Cookie` header that reports an error to the next page, for responses that Leptos does not create.
pub fn error_cookie(
    settings: CookieSettings,
    action: &str,
    page: &Route,
    error: ApiError,
) -> Option<HeaderValue> {
    let flash = Flash {
        error: Some(error),
        ..Flash::new(action, page)
    };
    message_cookie(settings, flash)
}

/// A `Set-Cookie` header that reports success to the next page.
pub fn success_cookie(settings: CookieSettings, action: &str, page: &Route) -> Option<HeaderValue> {
    message_cookie(settings, Flash::success(action, page))
}

/// A `Set-Cookie` header with a message for the next page.
pub fn message_cookie(settings: CookieSettings, flash: Flash) -> Option<HeaderValue> {
    settings.build(NAME, &encode(flash)?, MAX_AGE)
}

/// Stores the message for the next page.
pub(crate) fn set(flash: Flash) {
    if let Some(value) = encode(flash) {
        cookies::set(NAME, &value, MAX_AGE);
    }
}

/// Stores the message for a short time, in case the user immediately goes to another page.
pub(crate) fn set_briefly(flash: Flash) {
    if let Some(value) = encode(flash) {
        cookies::set(NAME, &value, BRIEF_MAX_AGE);
    }
}

/// Takes the message of the previous page and removes the cookie. `None` if the message is about another workspace.
pub(crate) fn take() -> Option<Flash> {
    let value = cookies::get(NAME)?;
    clear();
    decode(&value).filter(|flash| flash.slug.is_none() || flash.slug == current_slug())
}

fn current_slug() -> Option<String> {
    let parts = use_context::<Parts>()?;
    Route::parse(parts.uri.path())?.slug().map(str::to_owned)
}

/// Removes the message. Called at sign-in and sign-out, because the next page may belong to another user.
pub(crate) fn clear() {
    if cookies::get(NAME).is_some() {
        cookies::set(NAME, "", Duration::ZERO);
    }
}

fn encode(mut flash: Flash) -> Option<String> {
    loop {
        let value = hex::encode(serde_json::to_vec(&flash).ok()?);
        if value.len() <= MAX_VALUE_LEN {
            return Some(value);
        }
        // The longest entered value is dropped first; the error itself is short and always fits.
        let longest = flash.form_values.iter().max_by_key(|(_, value)| value.len())?;
        let name = longest.0.clone();
        flash.form_values.remove(&name);
    }
}

fn decode(value: &str) -> Option<Flash> {
    serde_json::from_slice(&hex::decode(value).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::AppError,
        server::respond::{
            form_error,
            tests::{request, request_to, response_header},
        },
    };
    use axum::http::header;
    use domain::{ErrorCode, routes::WorkspacePage};
    use leptos::prelude::Owner;

    #[test]
    fn form_values_and_error_are_delivered_once() {
        let cookie = Owner::new().with(|| {
            let response = request("text/html", "");
            let error = AppError::new(ErrorCode::InvalidCredentials, "Check both.");
            let values = [("email", "ü@example.org")];
            form_error("auth/sign_in", &Route::SignIn(None), &values, &error);
            assert_eq!(
                response_header(&response, &header::LOCATION).as_deref(),
                Some("/sign-in")
            );
            response_header(&response, &header::SET_COOKIE).expect("a cookie")
        });
        let pair = cookie.split(';').next().expect("a pair").to_owned();
        Owner::new().with(|| {
            let response = request("text/html", &format!("theme=dark; {pair}"));
            let flash = take().expect("the message");
            assert_eq!(flash.form_values["email"], "ü@example.org");
            assert_eq!(flash.error.expect("the error").detail, "Check both.");
            let removal = response_header(&response, &header::SET_COOKIE).expect("a cookie");
            assert!(removal.contains("Max-Age=0"), "{removal}");
            assert_eq!(cookies::get("theme").as_deref(), Some("dark"));
        });
    }

    #[test]
    fn message_of_another_workspace_is_removed_and_not_shown() {
        let board = |slug: &str| Route::Workspace(slug.into(), WorkspacePage::Board);
        let cookie = Owner::new().with(|| {
            let response = request("text/html", "");
            let error = AppError::new(ErrorCode::VersionConflict, "Changed.");
            form_error("jobapps/move_stage", &board("ada"), &[], &error);
            response_header(&response, &header::SET_COOKIE).expect("a cookie")
        });
        let pair = cookie.split(';').next().expect("a pair").to_owned();
        for (path, is_shown) in [
            ("/w/ada/board", true),
            ("/w/ada/settings", true),
            ("/w/ben/board", false),
            ("/sign-in", false),
        ] {
            Owner::new().with(|| {
                let response = request_to(path, "text/html", &pair);
                assert_eq!(take().is_some(), is_shown, "{path}");
                let removal = response_header(&response, &header::SET_COOKIE).expect("a cookie");
                assert!(removal.contains("Max-Age=0"), "{path}: {removal}");
            });
        }
    }

    #[test]
    fn long_form_value_is_dropped_from_cookie() {
        Owner::new().with(|| {
            let response = request("text/html", "");
            let error = AppError::new(ErrorCode::Invalid, "Too long.");
            let long = "x".repeat(9000);
            let values = [("url", long.as_str()), ("company", "Fernway")];
            form_error("jobapps/add", &Route::Home, &values, &error);
            let line = response_header(&response, &header::SET_COOKIE).expect("a cookie");
            assert!(line.len() < 4096);
            let value = line.split([';', '=']).nth(1).expect("a value");
            let flash = decode(value).expect("the message");
            assert_eq!(flash.form_values.keys().collect::<Vec<_>>(), ["company"]);
        });
    }
}
