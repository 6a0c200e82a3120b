use domain::{ApiError, ErrorCode};
use leptos::server_fn::{
    Bytes, Encodes as _,
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Wraps [`ApiError`] for Leptos server functions. Serializes like the wrapped error, so that problem documents of the server can
/// be parsed as well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppError(pub ApiError);

impl AppError {
    /// An error with a message for the user.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self(ApiError::new(code, detail))
    }

    /// An unexpected error on the server.
    pub fn internal() -> Self {
        Self::new(
            ErrorCode::Internal,
            "Something went wrong on our side. Please try again.",
        )
    }

    /// The request did not reach the server.
    pub fn unreachable() -> Self {
        Self::new(
            ErrorCode::Unavailable,
            "Couldn't reach the server. Nothing was changed. Check your connection and try again.",
        )
    }

    /// The response does not have the expected format, for example because a new version was deployed.
    pub fn outdated_page() -> Self {
        Self::new(
            ErrorCode::Internal,
            "The response couldn't be read. There may be a new version of JobHax. Reload the page.",
        )
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for AppError {}

impl From<ApiError> for AppError {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// An error of the framework. Its message is not shown, because it mentions types and serializers.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::new(
                ErrorCode::Malformed,
                "This form couldn't be read. Reload the page and send it again.",
            ),
            _ => Self::internal(),
        }
    }

    /// Also sets the response status, because every server function error passes through here and Leptos would send 500.
    fn ser(&self) -> Bytes {
        #[cfg(feature = "ssr")]
        crate::status::set_error_status(&self.0);
        JsonEncoding::encode(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problem_document_is_parsed() {
        let problem = r#"{"type":"about:blank","title":"Too many requests","status":429,"code":"rate_limited","detail":"Wait."}"#;
        let error: AppError = serde_json::from_str(problem).expect("a problem document");
        assert_eq!(
            (error.0.code, error.0.detail.as_str()),
            (ErrorCode::RateLimited, "Wait.")
        );
    }

    #[test]
    fn framework_error_message_is_not_shown() {
        let error = AppError::from_server_fn_error(ServerFnErrorErr::Args("missing field `slug`".into()));
        assert_eq!(error.0.code, ErrorCode::Malformed);
        assert!(!error.0.detail.contains("slug"));
    }
}
