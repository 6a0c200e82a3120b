//! The `If-Match` header of operations that change an application: as good as `version` in the body.

use crate::error_response::ErrorResponse;
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use domain::{ApiError, ErrorCode};
use std::convert::Infallible;

/// No application has this version.
const NO_VERSION: i32 = 0;

/// The header in the OpenAPI document.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documentation only; the header is read by the extractor")]
pub struct IfMatchHeader {
    /// The `ETag` of `get_jobapp_detail`, instead of `version`: if the application has changed since, the response is 412.
    #[param(rename = "If-Match", required = false, nullable = false)]
    if_match: Option<String>,
}

/// The version that the header requires; `None` without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(Option<i32>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = parts.headers.get(header::IF_MATCH);
        Ok(Self(
            header.and_then(|value| version(value.to_str().unwrap_or_default())),
        ))
    }
}

/// The version at the start of a tag; `None` for `*`, which every application matches.
fn version(header: &str) -> Option<i32> {
    let tag = header.trim();
    if tag == "*" {
        return None;
    }
    let version = tag
        .trim_start_matches("W/")
        .strip_prefix('"')
        .and_then(|tag| tag.strip_suffix('"'))
        .and_then(|tag| tag.split('-').next())
        .and_then(|version| version.parse().ok());
    Some(version.unwrap_or(NO_VERSION))
}

impl IfMatch {
    /// The version to require, if the body requires this one.
    pub fn with(self, body: Option<i32>) -> Option<i32> {
        match (self.0, body) {
            (Some(header), Some(body)) if header != body => Some(NO_VERSION),
            (header, body) => header.or(body),
        }
    }

    /// The error as the header defines it.
    pub fn map_error(self, error: service::Error) -> ErrorResponse {
        let mut error = ApiError::from(error);
        if self.0.is_some() && error.code == ErrorCode::VersionConflict {
            error.code = ErrorCode::PreconditionFailed;
            error.detail =
                "The application has changed since you read it. Review `current`, then read it again for its ETag.".into();
        }
        ErrorResponse(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_at_the_start_of_the_tag() {
        for (header, expected) in [
            ("W/\"12-0aff\"", Some(12)),
            ("\"12-0aff\"", Some(12)),
            ("\"12\"", Some(12)),
            ("*", None),
            ("12", Some(NO_VERSION)),
            ("\"x\"", Some(NO_VERSION)),
            ("", Some(NO_VERSION)),
        ] {
            assert_eq!(version(header), expected, "{header}");
        }
    }

    #[test]
    fn body_and_header_must_agree() {
        assert_eq!(IfMatch(None).with(Some(3)), Some(3));
        assert_eq!(IfMatch(Some(3)).with(None), Some(3));
        assert_eq!(IfMatch(Some(3)).with(Some(3)), Some(3));
        assert_eq!(IfMatch(Some(3)).with(Some(4)), Some(NO_VERSION));
    }
}
