//! Prepares requests to server functions for Leptos: reads the complete body, removes `Referer`, and shows an error page to browsers
//! without JavaScript.

use crate::{
    error_response::{ErrorResponse, error_response, is_at_or_below, wants_page},
    extract::{BODY_LIMIT, LARGE_BODY_LIMIT, reject_encoded_body},
};
use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use domain::{ApiError, ErrorCode, routes::Route};
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;

/// Maximum size of a serialized error.
const ERROR_LIMIT: usize = 64 * 1024;

/// The server function whose form contains a job posting.
const LARGE_FORM: &str = "/_fn/jobapps/set_posting";

/// Reads the body before Leptos does, because Leptos reports any failure to read it as a server error.
///
/// Without JavaScript, Leptos redirects a submitted form to the page in the `Referer` header, with the error in the URL, where anyone could
/// put a message. Our server functions redirect to their own pages; other errors become an error page.
pub async fn prepare_server_function(request: Request, next: Next) -> Response {
    if !is_at_or_below(request.uri().path(), "/_fn") {
        return next.run(request).await;
    }
    let is_form = wants_page(&request);
    let mut request = match read_body(request).await {
        Ok(request) => request,
        Err(error) => return ErrorResponse(error).into_response(),
    };
    request.headers_mut().remove(header::REFERER);
    let response = next.run(request).await;
    if is_form && response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        show_error(response).await
    } else {
        response
    }
}

async fn read_body(request: Request) -> Result<Request, ApiError> {
    let (parts, body) = request.into_parts();
    reject_encoded_body(&parts.headers)?;
    let too_large = || {
        ApiError::new(
            ErrorCode::PayloadTooLarge,
            "This form is too large. Shorten what you entered.",
        )
    };
    let limit = if parts.uri.path() == LARGE_FORM {
        LARGE_BODY_LIMIT
    } else {
        BODY_LIMIT
    };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let malformed = || {
        ApiError::new(
            ErrorCode::Malformed,
            "This form couldn't be read. Reload the page and send it again.",
        )
    };
    let bytes = to_bytes(body, limit).await.map_err(|error| {
        if is_length_error(&error) {
            too_large()
        } else {
            malformed()
        }
    })?;
    if std::str::from_utf8(&bytes).is_err() {
        return Err(malformed());
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn is_length_error(error: &axum::Error) -> bool {
    use std::error::Error as _;
    error
        .source()
        .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
}

/// Replaces a serialized error by an error page, unless the browser is redirected to one of our pages that shows it.
async fn show_error(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    if parts.status == StatusCode::SEE_OTHER {
        return Response::from_parts(parts, body);
    }
    let body = to_bytes(body, ERROR_LIMIT).await.unwrap_or_default();
    let Ok(error) = serde_json::from_slice::<ApiError>(&body) else {
        return error_response(
            ErrorCode::Internal,
            "Something went wrong on our side. Please try again.",
        );
    };
    if error.code == ErrorCode::Unauthorized {
        return Redirect::to(&Route::SignIn(None).to_string()).into_response();
    }
    parts.headers.remove(header::LOCATION);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.extensions.insert(ErrorResponse(error));
    Response::from_parts(parts, Body::empty())
}
