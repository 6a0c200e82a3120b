//! What adapters take: the caller, a JSON body, a query. They refuse in the order that the API promises: 401, then 415,
//! 413, 400 and 422.

use super::{idempotency::Marked, limits::Asking, problem::Problem, strict::Strict};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{
        HeaderMap, Uri,
        header::{AUTHORIZATION, CONTENT_TYPE},
        request::Parts,
    },
};
use domain::{ApiError, ErrorCode, FieldCode};
use serde::{Deserialize, de::DeserializeOwned};
use service::{Services, limits, tenants::Caller, users::caller_of_token};
use std::sync::Arc;

/// The caller behind the `Authorization` header.
pub struct Authorized(pub Caller);

impl FromRequestParts<Arc<Services>> for Authorized {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, Problem> {
        let missing = || {
            ApiError::new(
                ErrorCode::Unauthorized,
                "Send Authorization: Bearer and an access token.",
            )
        };
        let value = parts.headers.get(AUTHORIZATION).ok_or_else(missing)?;
        let (scheme, token) = value
            .to_str()
            .ok()
            .and_then(|v| v.split_once(' '))
            .ok_or_else(missing)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(missing().into());
        }
        let caller = caller_of_token(services, token.trim()).await?;
        if let Some(marked) = parts.extensions.get::<Marked>() {
            marked.called_by(&caller);
        }
        let Ok(Asking(client)) = Asking::from_request_parts(parts, services).await;
        limits::api(services, &client, caller.session.0).await?;
        Ok(Self(caller))
    }
}

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(unsupported().into());
        }
        let uri = request.uri().clone();
        let marked = request.extensions().get::<Marked>().cloned();
        let bytes = bytes(request, state).await?;
        if let Some(marked) = marked {
            marked.read(&bytes);
        }
        let input = read_json(&bytes)?;
        no_query(&uri)?;
        Ok(Self(input))
    }
}

/// A JSON body that may be left out.
pub struct OptionalBody<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let json = is_json(request.headers());
        let typed = request.headers().contains_key(CONTENT_TYPE);
        if typed && !json {
            return Err(unsupported().into());
        }
        let uri = request.uri().clone();
        let marked = request.extensions().get::<Marked>().cloned();
        let bytes = bytes(request, state).await?;
        if let Some(marked) = marked {
            marked.read(&bytes);
        }
        let input = match (bytes.is_empty(), json) {
            (true, _) => T::default(),
            (false, true) => read_json(&bytes)?,
            (false, false) => return Err(unsupported().into()),
        };
        no_query(&uri)?;
        Ok(Self(input))
    }
}

/// The query of the address.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(read_query(&parts.uri)?))
    }
}

fn read_query<T: DeserializeOwned>(uri: &Uri) -> Result<T, ApiError> {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let input = serde_urlencoded::Deserializer::new(pairs);
    serde_path_to_error::deserialize(input)
        .map_err(|e| field_error(&e.path().to_string(), &e.inner().to_string()))
}

/// What takes a body takes no query: a parameter there would be lost silently.
fn no_query(uri: &Uri) -> Result<(), ApiError> {
    read_query(uri).map(|NoQuery {}| ())
}

/// The query of an endpoint that takes none: an unknown parameter is refused, not ignored.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    let json = parts
        .next()
        .is_some_and(|t| t.eq_ignore_ascii_case("application/json"));
    json && parts.all(|p| {
        p.split_once('=').is_none_or(|(name, v)| {
            !name.trim().eq_ignore_ascii_case("charset")
                || v.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
    })
}

fn unsupported() -> ApiError {
    ApiError::new(
        ErrorCode::UnsupportedMediaType,
        "Send Content-Type: application/json.",
    )
}

async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| match rejection.status().as_u16() {
            413 => ApiError::new(
                ErrorCode::PayloadTooLarge,
                "The body is larger than this endpoint takes.",
            ),
            408 => ApiError::new(ErrorCode::RequestTimeout, "The body took too long to arrive."),
            _ => ApiError::new(ErrorCode::Malformed, "The body did not arrive whole."),
        })
}

/// Text that is no JSON is `malformed`; JSON of the wrong shape is `invalid` and names the field.
fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let malformed = |e: &serde_json::Error| {
        ApiError::new(
            ErrorCode::Malformed,
            format!("The body is not JSON: line {}, column {}.", e.line(), e.column()),
        )
    };
    if let Err(e) = serde_json::from_slice::<serde::de::IgnoredAny>(bytes) {
        return Err(malformed(&e));
    }
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(Strict(&mut input));
    value.map_err(|e| {
        // Text that does not decode, such as half of a surrogate pair, is malformed.
        if e.inner().classify() == serde_json::error::Category::Data {
            field_error(&e.path().to_string(), &e.inner().to_string())
        } else {
            malformed(e.inner())
        }
    })
}

/// Says in our words what serde says in its own.
fn field_error(path: &str, message: &str) -> ApiError {
    let quoted = || message.split('`').nth(1).unwrap_or_default();
    let inner = |name: &str| match path {
        "." | "" | "?" => name.to_owned(),
        path if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        path => format!("{path}.{name}"),
    };
    let here = if matches!(path, "." | "" | "?") {
        "body"
    } else {
        path
    };
    if message.starts_with("unknown field") {
        ApiError::field(
            &inner(quoted()),
            FieldCode::UnknownField,
            "There is no such field. Check its spelling.",
        )
    } else if message.starts_with("missing field") {
        ApiError::field(&inner(quoted()), FieldCode::Required, "Send this field.")
    } else if message.starts_with("duplicate field") {
        ApiError::field(
            &inner(quoted()),
            FieldCode::InvalidFormat,
            "Send this field once.",
        )
    } else if message.starts_with("unknown variant") {
        let allowed = message
            .split("expected ")
            .nth(1)
            .unwrap_or_default()
            .split(" at line")
            .next()
            .unwrap_or_default();
        ApiError::field(
            here,
            FieldCode::NotAllowed,
            format!("Use {}.", allowed.replace('`', "")),
        )
    } else if message.starts_with("invalid type") {
        let expected = message
            .split("expected ")
            .nth(1)
            .unwrap_or_default()
            .split(" at line")
            .next()
            .unwrap_or_default();
        ApiError::field(here, FieldCode::WrongType, format!("This must be {expected}."))
    } else {
        ApiError::field(
            here,
            FieldCode::InvalidFormat,
            "This does not have the right form; see the documentation.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::jobapps::{AddJobappInput, ListJobappsInput};

    fn refused(body: &str) -> ApiError {
        read_json::<AddJobappInput>(body.as_bytes()).expect_err("refused")
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        let field = |body: &str| {
            let e = refused(body);
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
        let inside =
            r#"{"job_title":"a","company":"b","salary":{"min":1,"currency":"EUR","period":"day","x":1}}"#;
        assert_eq!(field(inside), ("salary.x".into(), FieldCode::UnknownField));
        assert_eq!(field("[]").0, "body");
        for wrong in ["5", "{\"year\":null}", "[\"year\"]", "true"] {
            let salary = format!(r#"{{"min":1,"currency":"EUR","period":{wrong}}}"#);
            let body = format!(r#"{{"job_title":"a","company":"b","salary":{salary}}}"#);
            assert_eq!(
                field(&body),
                ("salary.period".into(), FieldCode::WrongType),
                "{wrong}"
            );
        }
        let list = r#"{"job_title":"a","company":"b","salary":[1,2,"EUR","year"]}"#;
        assert_eq!(field(list), ("salary".into(), FieldCode::WrongType));
        assert_eq!(refused(list).errors[0].detail, "This must be an object.");
    }

    #[test]
    fn tells_unreadable_from_wrong() {
        for body in [
            "",
            "{",
            "{} {}",
            "{\"a\":NaN}",
            "{\"job_title\":\"\\ud800\",\"company\":\"b\"}",
            "\u{feff}{}",
        ] {
            assert_eq!(refused(body).code, ErrorCode::Malformed, "{body}");
        }
        // Nested deeply, but of the wrong shape from the first bracket on: refused before anything is built.
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        assert_eq!(refused(&deep).code, ErrorCode::Invalid);
    }

    #[tokio::test]
    async fn refuses_unknown_and_repeated_query_parameters() {
        let query = |q: &'static str| async move {
            let (mut parts, ()) = axum::http::Request::get(format!("/?{q}"))
                .body(())
                .expect("request")
                .into_parts();
            Query::<ListJobappsInput>::from_request_parts(&mut parts, &())
                .await
                .map(|q| q.0)
                .map_err(|p| p.0)
        };
        assert_eq!(query("limit=5&q=a%20b").await.expect("fine").limit, Some(5));
        for (q, field) in [
            ("x=1", "x"),
            ("limit=1e3", "limit"),
            ("limit=1&limit=2", "limit"),
            ("outcome=lost", "outcome"),
        ] {
            assert_eq!(query(q).await.expect_err(q).errors[0].field, field);
        }
    }
}
