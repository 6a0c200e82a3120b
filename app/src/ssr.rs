//! What server functions and pages need of the request they answer: services, session, caller; and the ways to answer
//! it: errors with their status, redirects, the message to the next page. The only file that names axum and sessions.

use crate::{
    error::Fail,
    flash::{Done, Flash},
    theme::Theme,
};
use axum::http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use domain::{ApiError, ErrorCode, UserId, routes::Route};
use leptos::{prelude::use_context, server_fn::redirect::REDIRECT_HEADER};
use leptos_axum::ResponseOptions;
use service::{
    Services,
    limits::{self, Client},
    security::{self, Event},
    tenants::Caller,
    users,
};
use std::{collections::BTreeMap, sync::Arc};
use tower_sessions::Session;

/// How cookies of ours are marked. The server provides it beside the services; without it they are plain, as for
/// `http://localhost`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cookies {
    /// Whether the public address is https: then names begin with `__Host-` and the cookies are `Secure`.
    pub secure: bool,
}

const THEME: &str = "theme";
const FLASH: &str = "flash";
/// Browsers keep cookies up to 4096 bytes, name and attributes included.
const FLASH_MAX: usize = 3600;

/// The services, as the server provided them.
pub fn services() -> Result<Arc<Services>, Fail> {
    use_context().ok_or_else(|| {
        Fail::new(
            ErrorCode::Internal,
            "This is our fault. Try again, and tell us if it stays.",
        )
    })
}

/// The session of the browser that asks.
pub async fn session() -> Result<Session, Fail> {
    let session = leptos_axum::extract::<Session>().await;
    session.map_err(|_| {
        Fail::new(
            ErrorCode::Unavailable,
            "The session could not be read. Try again shortly.",
        )
    })
}

/// Who asks.
pub fn client() -> Client {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Client>().cloned())
        .unwrap_or_else(Client::unknown)
}

/// The person of the session.
pub async fn user(session: &Session) -> Result<UserId, Fail> {
    let user = session
        .get::<UserId>(users::USER_KEY)
        .await
        .map_err(session_away)?;
    user.ok_or_else(|| {
        settled(Fail::new(
            ErrorCode::Unauthorized,
            "You are signed out. Sign in to go on.",
        ))
    })
}

/// Who calls, in the workspace with this slug.
pub async fn enter(slug: &str) -> Result<(Arc<Services>, Caller), Fail> {
    let services = services()?;
    let session = session().await?;
    let user = user(&session).await?;
    let id = session
        .get(users::SESSION_KEY)
        .await
        .map_err(session_away)?
        .unwrap_or(uuid::Uuid::nil().into());
    let caller = answer(users::caller_of_page(&services, user, id, slug).await)?;
    answer(limits::api(&services, &client(), user.0).await)?;
    Ok((services, caller))
}

/// Lets the browser's session speak for the person from now on, under a new id.
pub async fn begin_session(user: UserId) -> Result<(), Fail> {
    let session = session().await?;
    session.cycle_id().await.map_err(session_away)?;
    if let Some(agent) = client().agent() {
        session
            .insert(users::AGENT_KEY, agent)
            .await
            .map_err(session_away)?;
    }
    session.insert(users::USER_KEY, user).await.map_err(session_away)
}

/// Ends the browser's session.
pub async fn end_session() -> Result<(), Fail> {
    let session = session().await?;
    let user = session
        .get::<UserId>(users::USER_KEY)
        .await
        .map_err(session_away)?;
    session.flush().await.map_err(session_away)?;
    if user.is_some() {
        security::note(Event::SignedOut, user, Some(&client()));
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn session_away(error: tower_sessions::session::Error) -> Fail {
    let text = error.to_string();
    leptos::logging::error!("session: {text}");
    settled(Fail::new(
        ErrorCode::Unavailable,
        "The session could not be read. Try again shortly.",
    ))
}

/// The outcome of a use case as the page sees it, with the status that goes with it.
pub fn answer<T>(result: Result<T, service::Error>) -> Result<T, Fail> {
    result.map_err(|error| settled(Fail(error.into())))
}

/// As [`answer`], for a plain form: without a script its person goes back to `page`, which says why and shows what
/// was typed.
pub fn answer_form<T>(
    about: &str,
    page: &Route,
    kept: &[(&str, &str)],
    result: Result<T, service::Error>,
) -> Result<T, Fail> {
    answer(result).inspect_err(|fail| refuse(about, page, kept, fail))
}

/// Sends a plain form's person back to `page` with the reason. Does nothing for scripts: they have the answer.
pub fn refuse(about: &str, page: &Route, kept: &[(&str, &str)], fail: &Fail) {
    if !wants_page() {
        return;
    }
    if fail.0.code == ErrorCode::Unauthorized {
        redirect(&Route::SignIn(None));
        return;
    }
    let kept: BTreeMap<_, _> = kept
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut error = fail.0.clone();
    error.current = None;
    tell(&Flash {
        about: about.to_owned(),
        error: Some(error),
        kept,
        well: false,
        done: None,
    });
    redirect(page);
}

/// Tells the next page that the form was taken, where no script can. Goes to `page`.
pub fn well(about: &str, page: &Route) {
    if wants_page() {
        tell(&Flash {
            about: about.to_owned(),
            error: None,
            kept: BTreeMap::new(),
            well: true,
            done: None,
        });
        redirect(page);
    }
}

/// Tells the next page what was done, where no script can. Goes back to `page`.
pub fn done(about: &str, page: &Route, done: Done) {
    if wants_page() {
        tell(&Flash {
            about: about.to_owned(),
            error: None,
            kept: BTreeMap::new(),
            well: false,
            done: Some(done),
        });
        redirect(page);
    }
}

/// Goes to one of our own pages. A path that is not a header value, which none of ours is, is left out.
pub fn redirect(to: &Route) {
    let (Some(response), Ok(location)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(&to.to_string()),
    ) else {
        return;
    };
    response.insert_header(header::LOCATION, location);
    if wants_page() {
        response.set_status(StatusCode::SEE_OTHER);
    } else {
        response.insert_header(
            HeaderName::from_static(REDIRECT_HEADER),
            HeaderValue::from_static(""),
        );
    }
}

/// As [`redirect`], but only where no script is at work.
pub fn redirect_page(to: &Route) {
    if wants_page() {
        redirect(to);
    }
}

/// The theme that the browser asks for; nothing means as the system.
pub fn theme() -> Theme {
    cookie(THEME).map_or(Theme::System, |value| Theme::parse(&value))
}

/// Remembers the theme for a year.
pub fn keep_theme(theme: Theme) {
    let seconds = if theme == Theme::System { 0 } else { 31_536_000 };
    set_cookie(THEME, theme.as_str(), seconds);
}

/// The message that the last page left, which is then gone.
pub fn take_flash() -> Option<Flash> {
    let value = cookie(FLASH)?;
    set_cookie(FLASH, "", 0);
    serde_json::from_slice(&unhex(&value)?).ok()
}

/// The cookie that tells the next page what went wrong, for answers that no page makes.
pub fn leave_word(secure: bool, about: &str, error: ApiError) -> Option<HeaderValue> {
    word(secure, about, Some(error))
}

/// As [`leave_word`], that all went well.
pub fn leave_good_word(secure: bool, about: &str) -> Option<HeaderValue> {
    word(secure, about, None)
}

fn word(secure: bool, about: &str, error: Option<ApiError>) -> Option<HeaderValue> {
    let flash = Flash {
        about: about.to_owned(),
        well: error.is_none(),
        error,
        kept: BTreeMap::new(),
        done: None,
    };
    let value = written(flash)?;
    HeaderValue::from_str(&cookie_line(secure, FLASH, &value, 60)).ok()
}

fn tell(flash: &Flash) {
    if let Some(value) = written(flash.clone()) {
        set_cookie(FLASH, &value, 60);
    }
}

fn written(mut flash: Flash) -> Option<String> {
    loop {
        let value = serde_json::to_vec(&flash)
            .map(|json| hex(&json))
            .unwrap_or_default();
        if value.len() <= FLASH_MAX {
            return Some(value);
        }
        // The longest value goes first; the reason is short and always fits.
        let longest = flash
            .kept
            .iter()
            .max_by_key(|(_, value)| value.len())
            .map(|(name, _)| name.clone());
        match longest {
            Some(name) => flash.kept.remove(&name),
            None => return None,
        };
    }
}

/// Puts the status of its code on the answer. Not where a page is wanted: there a redirect follows, and a browser
/// stays on a blank page when its status says otherwise.
pub(crate) fn settled(fail: Fail) -> Fail {
    if let (false, Some(response), Ok(status)) = (
        wants_page(),
        use_context::<ResponseOptions>(),
        StatusCode::from_u16(fail.0.code.status()),
    ) {
        response.set_status(status);
        if let Some(seconds) = fail.0.retry_after {
            response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
    fail
}

/// Whether the request is a browser's own, so that its answer is shown as a page.
fn wants_page() -> bool {
    let accept = use_context::<Parts>().and_then(|parts| parts.headers.get(header::ACCEPT).cloned());
    accept.is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}

fn full_name(secure: bool, name: &str) -> String {
    format!("{}{name}", if secure { "__Host-" } else { "" })
}

fn cookie_line(secure: bool, name: &str, value: &str, seconds: u32) -> String {
    let name = full_name(secure, name);
    let mark = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{mark}")
}

fn cookie(name: &str) -> Option<String> {
    let name = full_name(use_context::<Cookies>().unwrap_or_default().secure, name);
    let parts = use_context::<Parts>()?;
    let cookies = parts
        .headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
}

fn set_cookie(name: &str, value: &str, seconds: u32) {
    let secure = use_context::<Cookies>().unwrap_or_default().secure;
    let line = cookie_line(secure, name, value, seconds);
    if let (Some(response), Ok(line)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&line)) {
        response.append_header(header::SET_COOKIE, line);
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(
        digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;
    use leptos::prelude::{Owner, provide_context};

    fn asked_by(accept: &str, cookies: &str) -> ResponseOptions {
        let request = Request::builder()
            .header(header::ACCEPT, accept)
            .header(header::COOKIE, cookies);
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        provide_context(parts);
        let response = ResponseOptions::default();
        provide_context(response.clone());
        response
    }

    fn header_of(response: &ResponseOptions, name: &HeaderName) -> Option<String> {
        let parts = response.0.read().expect("not poisoned");
        parts
            .headers
            .get(name)
            .map(|value| value.to_str().expect("ascii").to_owned())
    }

    #[test]
    fn what_was_typed_comes_back_with_the_reason_and_only_once() {
        let value = Owner::new().with(|| {
            let response = asked_by("text/html", "");
            let fail = Fail::new(ErrorCode::InvalidCredentials, "Check both.");
            refuse(
                "users/sign_in",
                &Route::SignIn(None),
                &[("email", "ü@example.org")],
                &fail,
            );
            assert_eq!(
                header_of(&response, &header::LOCATION).as_deref(),
                Some("/sign-in")
            );
            header_of(&response, &header::SET_COOKIE).expect("a cookie")
        });
        let pair = value.split(';').next().expect("a pair").to_owned();
        Owner::new().with(|| {
            let response = asked_by("text/html", &format!("theme=dark; {pair}"));
            let flash = take_flash().expect("the message");
            assert_eq!(flash.kept["email"], "ü@example.org");
            assert_eq!(flash.error.expect("the reason").detail, "Check both.");
            assert!(
                header_of(&response, &header::SET_COOKIE)
                    .expect("a cookie")
                    .contains("Max-Age=0")
            );
            assert_eq!(theme(), Theme::Dark);
        });
    }

    #[test]
    fn a_long_text_does_not_break_the_message() {
        Owner::new().with(|| {
            let response = asked_by("text/html", "");
            let fail = Fail::new(ErrorCode::Invalid, "Too long.");
            refuse(
                "jobapps/add",
                &Route::Home,
                &[("url", &"x".repeat(9000)), ("company", "Fernway")],
                &fail,
            );
            let line = header_of(&response, &header::SET_COOKIE).expect("a cookie");
            assert!(line.len() < 4096);
            let json = unhex(line.split([';', '=']).nth(1).expect("value")).expect("hex");
            let flash: Flash = serde_json::from_slice(&json).expect("the message");
            assert_eq!(flash.kept.keys().collect::<Vec<_>>(), ["company"]);
        });
    }

    #[test]
    fn a_script_gets_the_status_and_a_page_gets_a_redirect() {
        Owner::new().with(|| {
            let response = asked_by("application/json", "");
            let error = service::Error::api(ErrorCode::VersionConflict, "Changed.");
            let result: Result<(), _> = answer_form("jobapps/move_stage", &Route::Home, &[], Err(error));
            assert_eq!(result.expect_err("refused").0.code, ErrorCode::VersionConflict);
            assert_eq!(
                response.0.read().expect("not poisoned").status,
                Some(StatusCode::CONFLICT)
            );
            assert_eq!(header_of(&response, &header::LOCATION), None);
        });
    }

    #[test]
    fn no_text_makes_a_redirect_panic() {
        Owner::new().with(|| {
            let response = asked_by("text/html", "");
            redirect(&Route::SignIn(Some("/w/a\r\nSet-Cookie: x=y".into())));
            let location = header_of(&response, &header::LOCATION).expect("a location");
            assert!(!location.contains('\n'));
        });
    }
}
