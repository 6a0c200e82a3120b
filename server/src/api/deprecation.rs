//! Deprecated operations, and how the OpenAPI document and the responses announce them (RFC 9745, RFC 8594).

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header::LINK},
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Value, json};

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// An operation that clients should stop using.
#[derive(Clone, Copy, Debug)]
pub struct Deprecation {
    /// Path of the operation below `/api`.
    pub path: &'static str,
    /// Date of the deprecation: year, month, day.
    pub since: (i32, u32, u32),
    /// Date from which the operation may be removed, at least six months later.
    pub sunset: (i32, u32, u32),
    /// URL of the page that describes the replacement.
    pub link: &'static str,
}

/// The deprecated operations; currently empty.
pub const DEPRECATIONS: &[Deprecation] = &[];

impl Deprecation {
    /// Names and values of the response headers.
    fn headers(&self) -> Option<[(HeaderName, HeaderValue); 3]> {
        let since = format!("@{}", start_of(self.since)?.timestamp());
        let sunset = start_of(self.sunset)?
            .format("%a, %d %b %Y %H:%M:%S GMT")
            .to_string();
        let link = format!("<{}>; rel=\"deprecation\"; type=\"text/html\"", self.link);
        let value = |text: &str| HeaderValue::from_str(text).ok();
        Some([
            (DEPRECATION, value(&since)?),
            (SUNSET, value(&sunset)?),
            (LINK, value(&link)?),
        ])
    }
}

fn start_of((year, month, day): (i32, u32, u32)) -> Option<DateTime<Utc>> {
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    Some(date.and_time(NaiveTime::MIN).and_utc())
}

/// Marks the deprecated operations in the OpenAPI document.
pub(super) fn mark(document: &mut Value, deprecations: &[Deprecation]) {
    for deprecation in deprecations {
        let path = format!("/api{}", deprecation.path);
        let item = document["paths"].get_mut(path.as_str());
        let operations = item.and_then(Value::as_object_mut).into_iter().flatten();
        let day = |date| start_of(date).map(|start| start.date_naive().to_string());
        for (_, operation) in operations {
            operation["deprecated"] = json!(true);
            operation["x-deprecation"] = json!({
                "since": day(deprecation.since), "sunset": day(deprecation.sunset), "link": deprecation.link,
            });
        }
    }
}

/// Adds the headers to all responses of deprecated operations, including errors. The path is the one below `/api`.
pub async fn set_deprecation_headers(
    State(deprecations): State<&'static [Deprecation]>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let deprecation = deprecations.iter().find(|deprecation| deprecation.path == path);
    let mut response = next.run(request).await;
    for (name, value) in deprecation.and_then(Deprecation::headers).into_iter().flatten() {
        response.headers_mut().append(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, http::StatusCode, middleware::from_fn_with_state, routing::get};
    use tower::ServiceExt as _;

    static OLD: [Deprecation; 1] = [Deprecation {
        path: "/jobapps/get_today",
        since: (2027, 1, 31),
        sunset: (2027, 8, 1),
        link: "/api/docs/jobapps#get_jobapps",
    }];

    #[tokio::test]
    async fn deprecated_operation_responds_with_the_headers() {
        let router: Router = Router::new()
            .route("/jobapps/get_today", get(async || StatusCode::FORBIDDEN))
            .route("/jobapps/get_jobapps", get(async || "[]"))
            .layer(from_fn_with_state(OLD.as_slice(), set_deprecation_headers));
        let headers = async |path: &str| {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            let response = router.clone().oneshot(request).await.expect("a response");
            let header = |name: &str| {
                response
                    .headers()
                    .get(name)
                    .map(|value| value.to_str().expect("text").to_owned())
            };
            [header("deprecation"), header("sunset"), header("link")]
        };
        let expected = [
            "@1801353600",
            "Sun, 01 Aug 2027 00:00:00 GMT",
            "</api/docs/jobapps#get_jobapps>; rel=\"deprecation\"; type=\"text/html\"",
        ];
        assert_eq!(
            headers("/jobapps/get_today").await,
            expected.map(|value| Some(value.to_owned()))
        );
        assert_eq!(headers("/jobapps/get_jobapps").await, [None, None, None]);
    }

    #[test]
    fn deprecated_operation_is_marked_in_the_document() {
        let mut document = crate::api::openapi::document();
        mark(&mut document, &OLD);
        let operation = |name: &str| document["paths"][format!("/api/jobapps/{name}")]["get"].clone();
        assert_eq!(operation("get_today")["deprecated"], true);
        assert_eq!(operation("get_today")["x-deprecation"]["sunset"], "2027-08-01");
        assert!(operation("get_jobapps").get("deprecated").is_none());
    }

    /// Without this check, a misspelled path or an impossible date would silently have no effect.
    #[test]
    fn every_deprecation_is_of_an_operation_and_lasts_six_months() {
        let document = crate::api::openapi::document();
        for deprecation in DEPRECATIONS.iter().chain(&OLD) {
            assert!(
                document["paths"]
                    .get(format!("/api{}", deprecation.path))
                    .is_some(),
                "{deprecation:?}"
            );
            let (since, sunset) = (start_of(deprecation.since), start_of(deprecation.sunset));
            let days = (sunset.expect("a date") - since.expect("a date")).num_days();
            assert!(days >= 181, "{deprecation:?}");
            assert!(deprecation.headers().is_some(), "{deprecation:?}");
        }
    }
}
