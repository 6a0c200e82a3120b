//! The error of our server functions: the one error of the house, in the coat that Leptos asks for.

use domain::{ApiError, ErrorCode};
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An [`ApiError`] on its way from a server function to a page. The same JSON as a problem document reads as one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fail(pub ApiError);

impl Fail {
    /// An error with a sentence.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self(ApiError::new(code, detail))
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Fail {}

impl From<ApiError> for Fail {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl FromServerFnError for Fail {
    type Encoder = JsonEncoding;

    /// What Leptos itself runs into. Its own words stay out: they speak of types and serialisers.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let fail = match error {
            ServerFnErrorErr::Request(_) => Self::new(
                ErrorCode::Unavailable,
                "The connection is gone. Nothing was changed; try again when you are back.",
            ),
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::new(
                ErrorCode::Malformed,
                "This form could not be read. Load the page again and send it once more.",
            ),
            ServerFnErrorErr::Deserialization(_) => Self::new(
                ErrorCode::Internal,
                "The answer could not be read. There may be a new version: load the page again.",
            ),
            _ => Self::new(
                ErrorCode::Internal,
                "This is our fault. Try again, and tell us if it stays.",
            ),
        };
        // Without its status the answer would be a 500, whoever's fault it is.
        #[cfg(feature = "ssr")]
        let fail = crate::ssr::settled(fail);
        fail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_problem_document_and_hides_the_words_of_the_framework() {
        let problem = r#"{"type":"about:blank","title":"Too many requests","status":429,"code":"rate_limited","detail":"Wait."}"#;
        let fail: Fail = serde_json::from_str(problem).expect("members of a problem are known");
        assert_eq!(
            (fail.0.code, fail.0.detail.as_str()),
            (ErrorCode::RateLimited, "Wait.")
        );
        let fail = Fail::from_server_fn_error(ServerFnErrorErr::Args("missing field `slug`".into()));
        assert_eq!(fail.0.code, ErrorCode::Malformed);
        assert!(!fail.0.detail.contains("slug"));
    }
}
