//! Prevents links that inject an error message into a page.
//!
//! Leptos reads form errors from the query parameters `__path` and `__err` and shows them, on the server and in the browser. JobHax passes
//! its errors in a cookie, so a URL with these parameters does not come from JobHax.

use axum::{
    extract::Request,
    http::Method,
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use form_urlencoded::{Serializer, parse};

/// Redirects to the same URL without the parameters.
pub async fn strip_action_error(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    match without_action_error(query) {
        Some(query) if is_read => {
            // A relative redirect, because a path such as `//example.org` may look like another origin.
            Redirect::to(&format!("?{query}")).into_response()
        }
        _ => next.run(request).await,
    }
}

/// The query without the two parameters; `None` if it has neither.
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
