//! `GET /w/{slug}/events`: tells an open page that applications have changed, as server-sent events. An event has no data; the
//! page loads what it shows again. The event `end` is the last one: the user has lost the workspace, has another role there, or has to
//! sign in to it with its organization.

use crate::{
    error_response::ErrorResponse,
    extract::{PageCaller, accepts_events},
};
use axum::{
    Router,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse as _, Response,
        sse::{Event, Sse},
    },
    routing::get,
};
use domain::{ApiError, ErrorCode, FieldCode};
use futures_util::{Stream, stream};
use serde::Deserialize;
use service::{
    Services, auth,
    context::Caller,
    jobapps,
    platform::notifier::{Subscription, Tab},
};
use std::{convert::Infallible, sync::Arc, time::Duration};

/// The path pattern.
pub const PATH: &str = "/w/{slug}/events";

/// How often a quiet stream sends something, and checks that the user is still signed in.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(15);
/// The pause after an event. Changes in between are one event.
const EVENT_INTERVAL: Duration = Duration::from_secs(1);

/// The route. Needs the session layer.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>) -> Router<S> {
    Router::new().route(PATH, get(events)).with_state(services)
}

/// The query; a missing or invalid value counts as unknown.
#[derive(Debug, Default, Deserialize)]
struct Parameters {
    /// The tab, which hears nothing of its own changes.
    #[serde(default)]
    tab: String,
    /// Milliseconds since the page was rendered.
    #[serde(default)]
    age: String,
}

async fn events(
    State(services): State<Arc<Services>>,
    caller: Result<PageCaller, ErrorResponse>,
    headers: HeaderMap,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Result<Response, ErrorResponse> {
    let caller = match caller {
        Ok(PageCaller(caller)) => caller,
        // Of a page that was rendered before.
        Err(error)
            if matches!(
                error.0.code,
                ErrorCode::NotFound | ErrorCode::SingleSignOnRequired
            ) && accepts_events(&headers) =>
        {
            return Ok(respond(stream::iter([Ok(end())])));
        }
        Err(error) => return Err(error),
    };
    if !accepts_events(&headers) {
        let detail = "This address needs the header Accept: text/event-stream.";
        return Err(ApiError::field("accept", FieldCode::Required, detail).into());
    }
    let Parameters { tab, age } = parameters.map(|query| query.0).unwrap_or_default();
    let age = age.parse().map_or(Duration::MAX, Duration::from_millis);
    let subscription = jobapps::watch(&services, &caller, Tab::parse(&tab), age)?;
    Ok(respond(event_stream(services, caller, subscription)))
}

fn respond(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    let mut response = Sse::new(events).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // For proxies that would collect the events.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// The event after which the page does not connect again.
fn end() -> Event {
    Event::default().event("end").data("1")
}

/// The next action of the stream.
enum Step {
    /// Sends its first line, so that the page knows that it is connected.
    Begin,
    /// Waits for a change.
    Wait,
    /// Waits for a change, after a pause.
    Pause,
    /// Ends after the last event.
    End,
}

/// Ends with an event when the user signs out, leaves the workspace, gets another role there or has to sign in with its organization;
/// without one when that cannot be checked, and when the server shuts down.
fn event_stream(
    services: Arc<Services>,
    caller: Caller,
    subscription: Subscription,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let state = (services, caller, subscription, Step::Begin);
    stream::unfold(state, async |(services, caller, mut subscription, step)| {
        match step {
            Step::Begin => {
                let event = Event::default().comment("connected");
                return Some((Ok(event), (services, caller, subscription, Step::Wait)));
            }
            Step::End => return None,
            Step::Pause if !subscription.sleep(EVENT_INTERVAL).await => return None,
            Step::Pause | Step::Wait => {}
        }
        let change = tokio::time::timeout(HEARTBEAT_INTERVAL, subscription.changed()).await;
        if change == Ok(false) {
            return None;
        }
        let (event, step) = match (auth::is_signed_in(&services, &caller).await, change) {
            (Err(_), _) => return None,
            (Ok(false), _) => (end(), Step::End),
            (Ok(true), Ok(_)) => (Event::default().event("change").data("1"), Step::Pause),
            (Ok(true), Err(_)) => (Event::default().comment(""), Step::Wait),
        };
        Some((Ok(event), (services, caller, subscription, step)))
    })
}
