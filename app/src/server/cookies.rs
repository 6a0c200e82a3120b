//! Our own cookies, except the session cookie.

use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use cookie::{Cookie, SameSite, time::Duration};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// Names and attributes of cookies. The server provides these settings as context. Without them, cookies are plain, as for
/// `http://localhost`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CookieSettings {
    /// Whether the public URL is https. If so, names begin with `__Host-` and cookies are `Secure`.
    pub secure: bool,
}

impl CookieSettings {
    /// The value of a `Set-Cookie` header. With a `max_age` of zero, the browser removes the cookie. `None` if the value contains
    /// characters that are not allowed in a header.
    pub fn build(self, name: &str, value: &str, max_age: Duration) -> Option<HeaderValue> {
        let cookie = Cookie::build((self.full_name(name), value))
            .path("/")
            .max_age(max_age)
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure);
        HeaderValue::from_str(&cookie.to_string()).ok()
    }

    /// The value of a cookie of the request.
    pub fn read(self, headers: &HeaderMap, name: &str) -> Option<String> {
        let name = self.full_name(name);
        headers
            .get_all(header::COOKIE)
            .into_iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .find_map(|cookie| (cookie.name() == name).then(|| cookie.value().to_owned()))
    }

    fn full_name(self, name: &str) -> String {
        format!("{}{name}", if self.secure { "__Host-" } else { "" })
    }
}

/// The value of a cookie of the current request.
pub(crate) fn get(name: &str) -> Option<String> {
    settings().read(&use_context::<Parts>()?.headers, name)
}

/// Sets a cookie on the current response.
pub(crate) fn set(name: &str, value: &str, max_age: Duration) {
    if let (Some(response), Some(line)) = (
        use_context::<ResponseOptions>(),
        settings().build(name, value, max_age),
    ) {
        response.append_header(header::SET_COOKIE, line);
    }
}

fn settings() -> CookieSettings {
    use_context().unwrap_or_default()
}
