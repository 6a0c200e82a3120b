//! The `If-Match` header of operations that change an application, an alternative to `version` in the body.

use crate::error_response::ErrorResponse;
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use domain::{ApiError, ErrorCode};
use std::convert::Infallible;

/// A version that no application has.
const NO_VERSION: i32 = 0;
/// Maximum number of attempts if the header allows several versions and others change the application concurrently.
const MAX_TRIES: usize = 10;

/// The header in the OpenAPI document.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documentation only; the header is read by the extractor")]
pub struct IfMatchHeader {
    /// The `ETag` of `get_jobapp_detail`, instead of `version`: if the application has changed since, the response is 412. Several are
    /// separated by commas; `*` allows every version.
    #[param(rename = "If-Match", required = false, nullable = false)]
    if_match: Option<String>,
}

/// The versions that the header allows (RFC 9110 §13.1.1). Only the versions in the tags are compared, so that the weak tags of responses
/// can be sent back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// There is no header.
    Absent,
    /// `*`, which every application matches.
    Any,
    /// The versions in the tags. Empty if no tag contains a version.
    OneOf(Vec<i32>),
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let values = parts.headers.get_all(header::IF_MATCH).iter();
        Ok(Self::parse(
            values.map(|value| value.to_str().unwrap_or_default()),
        ))
    }
}

impl IfMatch {
    /// Parses the values of all headers with this name, which form one list.
    fn parse<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let tags: Vec<&str> = values.flat_map(|value| value.split(',').map(str::trim)).collect();
        match tags[..] {
            [] => Self::Absent,
            ["*"] => Self::Any,
            _ => Self::OneOf(tags.into_iter().filter_map(version).collect()),
        }
    }

    /// Applies a change that requires a version. Repeats it when the application was changed concurrently and the header allows the new
    /// version.
    ///
    /// # Errors
    /// The errors of the change; `precondition_failed` if the header does not allow the current version.
    pub async fn apply<T, F>(
        self,
        body: Option<i32>,
        change: impl Fn(Option<i32>) -> F,
    ) -> Result<T, ErrorResponse>
    where
        F: Future<Output = Result<T, service::Error>>,
    {
        let mut attempt = self.attempt(body);
        loop {
            match change(attempt.version).await {
                Ok(changed) => return Ok(changed),
                Err(error) => attempt = attempt.next(error)?,
            }
        }
    }

    /// The first attempt. `body` is the version that the body requires.
    fn attempt(self, body: Option<i32>) -> Attempt {
        let listed = match &self {
            Self::OneOf(versions) => versions.first().copied(),
            Self::Absent | Self::Any => None,
        };
        let mut attempt = Attempt {
            version: body,
            body,
            header: self,
            tries: 1,
        };
        if attempt.header != IfMatch::Absent {
            let version = body.or(listed).filter(|version| attempt.allows(*version));
            attempt.version = version.or(Some(NO_VERSION));
        }
        attempt
    }
}

/// Parses the version at the start of a tag.
fn version(tag: &str) -> Option<i32> {
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let opaque = tag.strip_prefix('"')?.strip_suffix('"')?;
    opaque.split('-').next()?.parse().ok()
}

/// One attempt to change an application; requires one version.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Attempt {
    /// The version to require.
    version: Option<i32>,
    body: Option<i32>,
    header: IfMatch,
    tries: usize,
}

impl Attempt {
    /// Whether both the header and the body allow this version.
    fn allows(&self, version: i32) -> bool {
        let is_in_header = match &self.header {
            IfMatch::Absent | IfMatch::Any => true,
            IfMatch::OneOf(versions) => versions.contains(&version),
        };
        is_in_header && self.body.is_none_or(|body| body == version)
    }

    /// The next attempt after a failed one, with the current version, if the header allows it.
    ///
    /// # Errors
    /// The error of the attempt; a version conflict becomes `precondition_failed`.
    fn next(self, error: service::Error) -> Result<Self, ErrorResponse> {
        let mut error = ApiError::from(error);
        if self.header == IfMatch::Absent || error.code != ErrorCode::VersionConflict {
            return Err(ErrorResponse(error));
        }
        let current = error
            .current
            .as_ref()
            .and_then(|current| current["version"].as_i64());
        let current = current.and_then(|version| i32::try_from(version).ok());
        if let Some(version) = current.filter(|version| self.allows(*version))
            && self.tries < MAX_TRIES
        {
            return Ok(Self {
                version: Some(version),
                tries: self.tries + 1,
                ..self
            });
        }
        error.code = ErrorCode::PreconditionFailed;
        error.detail =
            "The application has changed since you read it. Review `current`, then read it again for its ETag.".into();
        Err(ErrorResponse(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_is_a_list_of_tags_or_an_asterisk() {
        for (values, expected) in [
            (&[][..], IfMatch::Absent),
            (&["*"][..], IfMatch::Any),
            (&[" * "][..], IfMatch::Any),
            (&["W/\"12-0aff\""][..], IfMatch::OneOf(vec![12])),
            (
                &["\"12-0aff\", W/\"13-b\" ,\"x\""][..],
                IfMatch::OneOf(vec![12, 13]),
            ),
            (&["\"12\"", "\"13\""][..], IfMatch::OneOf(vec![12, 13])),
            (&["*, \"12\""][..], IfMatch::OneOf(vec![12])),
            (&["12"][..], IfMatch::OneOf(vec![])),
            (&["w/\"12\""][..], IfMatch::OneOf(vec![])),
            (&[""][..], IfMatch::OneOf(vec![])),
        ] {
            assert_eq!(IfMatch::parse(values.iter().copied()), expected, "{values:?}");
        }
    }

    #[test]
    fn body_and_header_must_agree() {
        let one_of = |versions: &[i32]| IfMatch::OneOf(versions.to_vec());
        for (header, body, expected) in [
            (IfMatch::Absent, None, None),
            (IfMatch::Absent, Some(3), Some(3)),
            (IfMatch::Any, None, Some(NO_VERSION)),
            (IfMatch::Any, Some(3), Some(3)),
            (one_of(&[3]), None, Some(3)),
            (one_of(&[2, 3]), Some(3), Some(3)),
            (one_of(&[3]), Some(4), Some(NO_VERSION)),
            (one_of(&[]), None, Some(NO_VERSION)),
        ] {
            assert_eq!(
                header.clone().attempt(body).version,
                expected,
                "{header:?} {body:?}"
            );
        }
    }

    #[test]
    fn conflict_is_tried_again_only_with_a_version_that_is_allowed() {
        let conflict = || {
            let mut error = ApiError::new(ErrorCode::VersionConflict, "changed");
            error.current = Some(serde_json::json!({ "version": 3 }));
            service::Error::from(error)
        };
        for (header, body, expected) in [
            (IfMatch::Absent, Some(2), Err(ErrorCode::VersionConflict)),
            (IfMatch::Any, None, Ok(Some(3))),
            (IfMatch::OneOf(vec![2, 3]), None, Ok(Some(3))),
            (
                IfMatch::OneOf(vec![2, 3]),
                Some(2),
                Err(ErrorCode::PreconditionFailed),
            ),
            (IfMatch::OneOf(vec![2]), None, Err(ErrorCode::PreconditionFailed)),
        ] {
            let next = header.clone().attempt(body).next(conflict());
            let next = next.map(|attempt| attempt.version).map_err(|error| error.0.code);
            assert_eq!(next, expected, "{header:?} {body:?}");
        }
        let mut attempt = IfMatch::Any.attempt(None);
        let mut tries = 1;
        while let Ok(next) = attempt.clone().next(conflict()) {
            (attempt, tries) = (next, tries + 1);
        }
        assert_eq!(tries, MAX_TRIES);
    }
}
