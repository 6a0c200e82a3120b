//! To a provider and back: `POST /auth/{provider}` from a button, `GET /auth/{provider}/callback` from the provider.

use crate::{
    http::{headers::Https, problem::failure},
    rest::limits::Asking,
};
use app::ssr::{leave_good_word, leave_word};
use axum::{
    Form, Router,
    extract::{
        Path, Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use domain::{
    ApiError, ErrorCode, UserId,
    identities::Provider,
    routes::{Route, WorkspacePage},
};
use serde::Deserialize;
use service::{
    Error, Services,
    identities::{self, Arrived, Lost, Purpose, Returned},
    limits::Client,
    users::{self, AGENT_KEY, USER_KEY},
};
use std::sync::Arc;
use tower_sessions::Session;

/// The browser's half of what binds a way to it.
const COOKIE: &str = "sign-in";
/// How long it is kept, in seconds.
const KEPT: u32 = 600;
/// The part of the import page that speaks of connecting.
const CONNECT: &str = "mail/connect";

/// What the handlers work with.
#[derive(Clone)]
struct Ground {
    services: Arc<Services>,
    https: Https,
}

/// The form of a button.
#[derive(Default, Deserialize)]
struct Begin {
    /// `link` on the settings page, `gmail` on the import page; signing in otherwise.
    #[serde(default)]
    purpose: String,
    /// The page to go on to.
    #[serde(default)]
    next: String,
}

/// What providers send along; the rest is not looked at.
#[derive(Deserialize)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// The routes. Go inside the layers of sessions and forgery protection.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>, https: Https) -> Router<S> {
    Router::new()
        .route("/auth/{provider}", post(begin))
        .route("/auth/{provider}/callback", get(finish))
        .with_state(Ground { services, https })
}

async fn begin(
    State(Ground { services, https }): State<Ground>,
    Path(provider): Path<String>,
    session: Session,
    Asking(client): Asking,
    headers: HeaderMap,
    form: Result<Form<Begin>, FormRejection>,
) -> Response {
    let Form(form) = form.unwrap_or_default();
    let begun = async {
        let provider = Provider::parse(&provider).ok_or_else(Error::not_found)?;
        let purpose = match form.purpose.as_str() {
            "link" => Purpose::Link(person(&session).await?),
            "gmail" => Purpose::Gmail(person(&session).await?),
            _ => Purpose::SignIn,
        };
        let next = Route::parse(&form.next).filter(|route| matches!(route, Route::Workspace(..)));
        let browser = cookie(&headers, https);
        identities::begin(
            &services,
            provider,
            purpose,
            next.as_ref(),
            browser.as_deref(),
            &client,
        )
        .await
    };
    match begun.await {
        Ok(begun) => leave(&begun, https),
        Err(error) => failure(error.into()),
    }
}

/// A page that goes on by itself. A redirect would be the form's doing, and the content policy lets forms go nowhere but
/// to us: not to providers, and not to where they send people on.
fn leave(begun: &identities::Begun, https: Https) -> Response {
    let escape = |text: &str| {
        text.replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('<', "&lt;")
    };
    let (url, name) = (escape(&begun.url), escape(&begun.name));
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><meta http-equiv=\"refresh\" content=\"0;url={url}\"><title>To {name}</title></head>\
         <body><main><p><a href=\"{url}\">Go on to {name}</a></p></main></body></html>"
    );
    let mut answer = axum::response::Html(page).into_response();
    unseen(&mut answer);
    keep(&mut answer, COOKIE, &begun.browser, KEPT, https);
    answer
}

async fn finish(
    State(Ground { services, https }): State<Ground>,
    Path(provider): Path<String>,
    session: Session,
    Asking(client): Asking,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let mut answer = match back(
        &services,
        &provider,
        &session,
        &client,
        cookie(&headers, https),
        answer.ok(),
    )
    .await
    {
        Ok((to, about)) => sent_on(&to, about.and_then(|about| leave_good_word(https.0, about))),
        Err(Lost::Unknown) => failure(ApiError::new(
            ErrorCode::Malformed,
            "This sign-in was begun elsewhere, was used already, or is too old. Start it again.",
        )),
        Err(Lost::Told { error, purpose, page }) => {
            let about = match purpose {
                Purpose::SignIn => "users/sign_in",
                Purpose::Link(_) => "identities/link",
                Purpose::Gmail(_) => CONNECT,
            };
            sent_on(&page, leave_word(https.0, about, error))
        }
        Err(Lost::Failed(error)) => failure(error.into()),
    };
    unseen(&mut answer);
    answer
}

/// On to a page of ours, with a word for it.
fn sent_on(page: &Route, word: Option<HeaderValue>) -> Response {
    let mut answer = Redirect::to(&page.to_string()).into_response();
    if let Some(line) = word {
        answer.headers_mut().append(header::SET_COOKIE, line);
    }
    answer
}

/// The page that comes next, and whom on it to tell that all went well.
async fn back(
    services: &Services,
    provider: &str,
    session: &Session,
    client: &Client,
    browser: Option<String>,
    answer: Option<Query<Answer>>,
) -> Result<(Route, Option<&'static str>), Lost> {
    let provider = Provider::parse(provider).ok_or(Lost::Unknown)?;
    let Query(answer) = answer.ok_or(Lost::Unknown)?;
    let returned = Returned {
        code: answer.code,
        state: answer.state,
        iss: answer.iss,
        error: answer.error,
        browser,
        user: signed_in(session).await?,
    };
    let (user, next) = match identities::finish(services, provider, returned, client).await? {
        Arrived::SignedIn(user, next) | Arrived::Again(user, next) => (user, next),
        Arrived::Linked(_, page) => return Ok((page.unwrap_or(Route::Home), None)),
        Arrived::Connected(page) => return Ok((page, Some(CONNECT))),
    };
    session.cycle_id().await.map_err(away)?;
    if let Some(agent) = client.agent() {
        session.insert(AGENT_KEY, agent).await.map_err(away)?;
    }
    session.insert(USER_KEY, user).await.map_err(away)?;
    if let Some(next) = next {
        return Ok((next, None));
    }
    let first = users::workspaces(services, user).await?.into_iter().next();
    let board = first.map_or(Route::Home, |tenant| {
        Route::Workspace(tenant.slug, WorkspacePage::Board)
    });
    Ok((board, None))
}

/// Whoever is signed in.
async fn person(session: &Session) -> Result<UserId, Error> {
    let user = signed_in(session).await?;
    user.ok_or_else(|| ApiError::new(ErrorCode::Unauthorized, "You are signed out. Sign in to go on.").into())
}

async fn signed_in(session: &Session) -> Result<Option<UserId>, Error> {
    session.get::<UserId>(USER_KEY).await.map_err(away)
}

/// Nothing of the address, which carries code and state, is kept or told to anybody.
fn unseen(answer: &mut Response) {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    );
}

fn full_name(name: &str, Https(https): Https) -> String {
    format!("{}jobhax-{name}", if https { "__Host-" } else { "" })
}

fn cookie(headers: &HeaderMap, https: Https) -> Option<String> {
    let name = full_name(COOKIE, https);
    let lines = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
}

fn keep(answer: &mut Response, name: &str, value: &str, seconds: u32, https: Https) {
    let secure = if https.0 { "; Secure" } else { "" };
    let name = full_name(name, https);
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(line) = HeaderValue::from_str(&line) {
        answer.headers_mut().append(header::SET_COOKIE, line);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn away(error: tower_sessions::session::Error) -> Error {
    tracing::warn!(%error, "the session could not be read");
    let mut api = ApiError::new(
        ErrorCode::Unavailable,
        "The session could not be read. Try again shortly.",
    );
    api.retry_after = Some(2);
    api.into()
}
