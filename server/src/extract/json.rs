//! JSON bodies.

use super::{
    all_errors,
    content_encoding::reject_encoded_body,
    idempotency_key::IdempotencyContext,
    input_error::malformed,
    query::{NoQuery, parse_query},
    strict_json::Json,
};
use crate::error_response::ErrorResponse;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, header::CONTENT_TYPE},
};
use domain::{ApiError, ErrorCode};
use serde::de::DeserializeOwned;

/// A required JSON body.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ErrorResponse;

    async fn from_request(request: Request, state: &S) -> Result<Self, ErrorResponse> {
        reject_encoded_body(request.headers())?;
        if !is_json(request.headers()) {
            return Err(unsupported_media_type().into());
        }
        Ok(Self(extract(request, state, parse_json).await?))
    }
}

/// A JSON body that may be omitted.
pub struct OptionalJsonBody<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalJsonBody<T> {
    type Rejection = ErrorResponse;

    async fn from_request(request: Request, state: &S) -> Result<Self, ErrorResponse> {
        reject_encoded_body(request.headers())?;
        let is_json = is_json(request.headers());
        if request.headers().contains_key(CONTENT_TYPE) && !is_json {
            return Err(unsupported_media_type().into());
        }
        let parse = |body: &[u8]| match (body.is_empty(), is_json) {
            (true, _) => Ok(T::default()),
            (false, true) => parse_json(body),
            (false, false) => Err(unsupported_media_type()),
        };
        Ok(Self(extract(request, state, parse).await?))
    }
}

/// Reads and parses the body. Endpoints with a body have no query parameters, so a query string is rejected instead of being ignored
/// silently.
async fn extract<T, S: Send + Sync>(
    request: Request,
    state: &S,
    parse: impl FnOnce(&[u8]) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let uri = request.uri().clone();
    let idempotency = request.extensions().get::<IdempotencyContext>().cloned();
    let body = read(request, state).await?;
    if let Some(context) = idempotency {
        context.set_body(&body);
    }
    let input = parse(&body)?;
    let NoQuery {} = parse_query(&uri)?;
    Ok(input)
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    let is_json = parts
        .next()
        .is_some_and(|t| t.eq_ignore_ascii_case("application/json"));
    is_json
        && parts.all(|p| {
            p.split_once('=').is_none_or(|(name, v)| {
                !name.trim().eq_ignore_ascii_case("charset")
                    || v.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
        })
}

fn unsupported_media_type() -> ApiError {
    ApiError::new(
        ErrorCode::UnsupportedMediaType,
        "Send JSON with the header Content-Type: application/json.",
    )
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| match rejection.status().as_u16() {
            413 => ApiError::new(
                ErrorCode::PayloadTooLarge,
                "The body is too large. JSON has at most 256 KiB, a job posting 1 MB.",
            ),
            408 => ApiError::new(
                ErrorCode::RequestTimeout,
                "The request body did not arrive in time. Please send it again.",
            ),
            _ => ApiError::new(ErrorCode::Malformed, "The body is incomplete."),
        })
}

/// Maximum length of a body for which all errors are reported. For longer ones only the first is, because finding the others takes much
/// longer.
const MAX_REPAIRED_LEN: usize = 64 * 1024;

/// `malformed` for a body that is not JSON; `invalid`, with the fields, for JSON of the wrong shape.
pub(crate) fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let json: Json = serde_json::from_slice(body).map_err(|e| malformed(&e))?;
    let again = || {
        let body = (body.len() <= MAX_REPAIRED_LEN).then_some(body)?;
        serde_json::from_slice(body).ok()
    };
    all_errors::deserialize(json, again)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{FieldCode, jobapps::AddApplicationInput};

    fn error(body: &str) -> ApiError {
        parse_json::<AddApplicationInput>(body.as_bytes()).expect_err("invalid")
    }

    #[test]
    fn invalid_field_is_named() {
        let field = |body: &str| {
            let e = error(body);
            assert_eq!(e.code, ErrorCode::Invalid, "{body}");
            (e.errors[0].field.clone(), e.errors[0].code)
        };
        assert_eq!(
            field(r#"{"job_title":"a","company":"b","colour":1}"#),
            ("colour".into(), FieldCode::UnknownField)
        );
        assert_eq!(
            field(r#"{"job_title":"a"}"#),
            ("company".into(), FieldCode::Required)
        );
        assert_eq!(
            field(r#"{"job_title":5,"company":"b"}"#),
            ("job_title".into(), FieldCode::WrongType)
        );
        assert_eq!(
            field(r#"{"job_title":"a","job_title":"b"}"#),
            ("job_title".into(), FieldCode::InvalidFormat)
        );
        assert_eq!(
            field(r#"{"job_title":"a","company":"b","application_date":"soon"}"#).0,
            "application_date"
        );
        assert_eq!(
            field(r#"{"job_title":"a","company":"b","status_id":"x"}"#).0,
            "status_id"
        );
        let period = r#"{"job_title":"a","company":"b","salary":{"min":1,"currency":"EUR","period":"week"}}"#;
        assert_eq!(field(period), ("salary.period".into(), FieldCode::NotAllowed));
        let nested =
            r#"{"job_title":"a","company":"b","salary":{"min":1,"currency":"EUR","period":"day","x":1}}"#;
        assert_eq!(field(nested), ("salary.x".into(), FieldCode::UnknownField));
        assert_eq!(field("[]").0, "body");
    }

    #[test]
    fn array_for_object_and_non_string_for_enum_are_rejected() {
        for wrong in ["5", "{\"year\":null}", "[\"year\"]", "true"] {
            let salary = format!(r#"{{"min":1,"currency":"EUR","period":{wrong}}}"#);
            let body = format!(r#"{{"job_title":"a","company":"b","salary":{salary}}}"#);
            let e = &error(&body).errors[0];
            assert_eq!(
                (e.field.as_str(), e.code),
                ("salary.period", FieldCode::WrongType),
                "{wrong}"
            );
        }
        let list = r#"{"job_title":"a","company":"b","salary":[1,2,"EUR","year"]}"#;
        let e = &error(list).errors[0];
        assert_eq!((e.field.as_str(), e.code), ("salary", FieldCode::WrongType));
        assert_eq!(e.detail, "This must be an object.");
    }

    #[test]
    fn invalid_json_is_malformed() {
        for body in [
            "",
            "{",
            "{} {}",
            "{\"a\":NaN}",
            "{\"job_title\":\"\\ud800\",\"company\":\"b\"}",
            "\u{feff}{}",
        ] {
            assert_eq!(error(body).code, ErrorCode::Malformed, "{body}");
        }
    }

    #[test]
    fn deep_nesting_is_rejected() {
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        assert_eq!(error(&deep).code, ErrorCode::Invalid);
    }

    fn all_fields<T: DeserializeOwned + std::fmt::Debug>(body: &str) -> Vec<(String, FieldCode)> {
        let error = parse_json::<T>(body.as_bytes()).expect_err("invalid");
        error.errors.into_iter().map(|e| (e.field, e.code)).collect()
    }

    #[test]
    fn every_invalid_field_is_named() {
        let fields = |body: &str| all_fields::<AddApplicationInput>(body);
        let named = |names: &[(&str, FieldCode)]| -> Vec<(String, FieldCode)> {
            names
                .iter()
                .map(|(name, code)| ((*name).to_owned(), *code))
                .collect()
        };
        assert_eq!(
            fields("{}"),
            named(&[
                ("job_title", FieldCode::Required),
                ("company", FieldCode::Required)
            ])
        );
        let body = r#"{"colour":1,"company":5,"company":6,"status_id":"x","application_date":"soon","tags":["a",1,"b",{}],
            "salary":{"min":"much","period":"week","x":1}}"#;
        let mut found = fields(body);
        found.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(
            found,
            named(&[
                ("application_date", FieldCode::InvalidFormat),
                ("colour", FieldCode::UnknownField),
                ("company", FieldCode::WrongType),
                ("job_title", FieldCode::Required),
                ("salary.currency", FieldCode::Required),
                ("salary.min", FieldCode::WrongType),
                ("salary.period", FieldCode::NotAllowed),
                ("salary.x", FieldCode::UnknownField),
                ("status_id", FieldCode::InvalidFormat),
                ("tags[1]", FieldCode::WrongType),
                ("tags[3]", FieldCode::WrongType),
            ])
        );
    }

    #[test]
    fn number_of_errors_and_the_length_of_what_is_repaired_are_limited() {
        let many: Vec<_> = (0..200).map(|n| format!(r#""x{n}":1"#)).collect();
        let body = format!(r#"{{{},"company":"b","job_title":"a"}}"#, many.join(","));
        assert_eq!(all_fields::<AddApplicationInput>(&body).len(), 50);
        let long = format!(r#"{{"x":1,"y":"{}"}}"#, "y".repeat(MAX_REPAIRED_LEN));
        assert_eq!(all_fields::<AddApplicationInput>(&long).len(), 1);
    }

    #[test]
    fn expected_format_is_named() {
        let detail = |member: &str| {
            let body = format!(r#"{{"job_title":"a","company":"b",{member}}}"#);
            error(&body).errors[0].detail.clone()
        };
        for (member, expected) in [
            (r#""application_date":"soon""#, "a date such as 2026-03-02"),
            (r#""status_id":"x""#, "a UUID, such as"),
            (
                r#""salary":{"min":"x","currency":"EUR","period":"day"}"#,
                "a whole number",
            ),
            (r#""tags":"x""#, "an array"),
        ] {
            let detail = detail(member);
            assert!(detail.contains(expected), "{member}: {detail}");
        }
        let body = br#"{"jobapp_id":"00000000-0000-0000-0000-000000000000","occurred_at":"soon"}"#;
        let error = parse_json::<domain::jobapps::UpdateApplicationInput>(body).expect_err("invalid");
        assert!(error.errors[0].detail.contains("RFC 3339"), "{error:?}");
    }
}
