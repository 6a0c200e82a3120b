//! `GET /w/{slug}/events`: notifies an open page of changes to applications, as server-sent events. The events carry no data; the page
//! reloads what it shows. The last event is `end`: the user no longer has access to the workspace, has another role, or must sign in with
//! the organization's provider.

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

/// Interval of heartbeats in a quiet stream. Each one also checks that the user is still signed in.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(15);
/// Minimum time between two events. Changes in between are combined.
const EVENT_INTERVAL: Duration = Duration::from_secs(1);

/// The route. Needs the session layer.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>) -> Router<S> {
    Router::new().route(PATH, get(events)).with_state(services)
}

/// The query parameters. A missing or invalid value counts as unknown.
#[derive(Debug, Default, Deserialize)]
struct Parameters {
    /// The tab, which is not notified of its own changes.
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
        // The page was rendered before access was lost, so end its stream.
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
    // Prevents proxies from buffering the events.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// The event that tells the page not to reconnect.
fn end() -> Event {
    Event::default().event("end").data("1")
}

/// The next action of the stream.
enum Step {
    /// Sends a comment, so that the page knows that it is connected.
    Begin,
    /// Waits for a change.
    Wait,
    /// Waits for a change, after a pause.
    Pause,
    /// Ends the stream, after the last event was sent.
    End,
}

/// The events for a page. The stream ends with the event `end` when the user signs out, leaves the workspace, gets another role or has to
/// sign in with the organization's provider. It ends without an event when that cannot be checked and when the server shuts down.
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
