//! `POST /w/{slug}/settings/members/invite`: invites a list of addresses, pasted or from a file. Redirects to the page, which reports the
//! result for each address, or errors.

use crate::{
    extract::{ClientInfo, PageCaller},
    middleware::security_headers::Https,
    multipart::{InvitationForm, read_invitation_form},
};
use app::{
    invitation_report,
    server::{
        cookies::CookieSettings,
        flash::{Flash, message_cookie},
    },
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::header::SET_COOKIE,
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use domain::{
    ApiError,
    routes::{Route, SettingsSection},
    tenants::InvitationLine,
};
use service::{Services, context::Caller, organizations};
use std::sync::Arc;

/// The path pattern.
pub const PATH: &str = "/w/{slug}/settings/members/invite";
/// The form on which the page shows the result.
const ACTION: &str = "settings/invite_members";
/// Maximum length of the message that is kept along with the lines to correct, in bytes.
const MAX_KEPT_MESSAGE_LEN: usize = 250;

/// The route. Needs the session layer and CSRF protection, and must be outside the layers that limit bodies: the form is limited while
/// it is read.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>, Https(secure): Https) -> Router<S> {
    let invite = async move |State(services): State<Arc<Services>>,
                             PageCaller(caller): PageCaller,
                             ClientInfo(client): ClientInfo,
                             request: Request| {
        let part = |id| Route::SettingsPart(caller.tenant.slug.clone(), SettingsSection::Members, id);
        let (page, status) = (part("invite-many"), part("invite-many-status"));
        let (page, flash) = match read_invitation_form(request).await {
            Ok(form) => match Box::pin(send(&services, &caller, &client, &form)).await {
                Ok((text, lines)) => (&status, report(&status, &form, &text, &lines)),
                Err(error) => (&page, rejected(&page, error, Some(form))),
            },
            Err(error) => (&page, rejected(&page, error, None)),
        };
        respond(CookieSettings { secure }, page, flash)
    };
    Router::new()
        .route(PATH, post(invite).layer(DefaultBodyLimit::disable()))
        .with_state(services)
}

/// Sends the invitations. Returns the text of the list and the results of its lines.
async fn send(
    services: &Services,
    caller: &Caller,
    client: &service::context::ClientInfo,
    form: &InvitationForm,
) -> Result<(String, Vec<InvitationLine>), ApiError> {
    let input = form.input()?;
    let text = input.addresses.clone();
    let lines = organizations::invite_members(services, caller, None, input, client).await?;
    Ok((text, lines))
}

/// The flash message with the results, the lines to correct (also if they came from a file), and the other fields of the form.
fn report(page: &Route, form: &InvitationForm, text: &str, lines: &[InvitationLine]) -> Flash {
    let corrections = invitation_report::corrections(text, lines);
    let kept = |value: &str| {
        let is_kept = !corrections.is_empty() && value.len() <= MAX_KEPT_MESSAGE_LEN;
        if is_kept { value.to_owned() } else { String::new() }
    };
    let values = [
        ("summary", invitation_report::summary(lines)),
        ("failed", invitation_report::count_failed(lines).to_string()),
        ("rows", invitation_report::rows(lines)),
        ("role", kept(&form.role)),
        ("group_id", kept(&form.group_id)),
        ("message", kept(&form.message)),
        ("addresses", corrections),
    ];
    Flash {
        form_values: values.map(|(name, value)| (name.to_owned(), value)).into(),
        ..Flash::success(ACTION, page)
    }
}

/// The flash message with the error and the submitted fields, except the file, because a page cannot fill in a file input.
fn rejected(page: &Route, error: ApiError, form: Option<InvitationForm>) -> Flash {
    let form = form.unwrap_or_default();
    let values = [
        ("addresses", form.addresses),
        ("role", form.role),
        ("group_id", form.group_id),
        ("message", form.message),
    ];
    Flash {
        error: Some(error),
        form_values: values.map(|(name, value)| (name.to_owned(), value)).into(),
        ..Flash::new(ACTION, page)
    }
}

fn respond(cookies: CookieSettings, page: &Route, flash: Flash) -> Response {
    let mut response = Redirect::to(&page.to_string()).into_response();
    if let Some(cookie) = message_cookie(cookies, flash) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
