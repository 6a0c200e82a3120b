//! Keeps error messages out of the address of a page.
//!
//! Leptos can pass the error of a form in the parameters `__path` and `__err`, and its pages show what is in them, on the
//! server and in the browser. Ours are passed in a cookie, so such an address is not ours.

use axum::{
    extract::Request,
    http::Method,
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use form_urlencoded::{Serializer, parse};

/// Redirects to the same address without the parameters.
pub async fn strip_action_error(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    match without_action_error(query) {
        Some(query) if is_read => {
            // Relative, because a path may look like another origin: `//example.org`.
            Redirect::to(&format!("?{query}")).into_response()
        }
        _ => next.run(request).await,
    }
}

/// The query without the parameters; `None` if it has neither.
fn without_action_error(query: &str) -> Option<String> {
    let is_action_error = |name: &str| matches!(name, "__path" | "__err");
    if !parse(query.as_bytes()).any(|(name, _)| is_action_error(&name)) {
        return None;
    }
    let rest = parse(query.as_bytes()).filter(|(name, _)| !is_action_error(name));
    Some(Serializer::new(String::new()).extend_pairs(rest).finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_parameters_are_removed() {
        for (query, rest) in [
            ("", None),
            ("next=/home", None),
            ("__path=/a&__err=e30", Some("")),
            ("a=1&__err=e30&b=2", Some("a=1&b=2")),
            ("%5F%5Ferr=e30&a=%26", Some("a=%26")),
            ("a=__err", None),
        ] {
            assert_eq!(without_action_error(query).as_deref(), rest, "{query}");
        }
    }
}
