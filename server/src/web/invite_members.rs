//! `POST /w/{slug}/settings/members/invite`: a list of addresses to invite, pasted or as a file. Leads back to the page, which reports
//! what became of each, or errors.

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

/// The route. Needs the session layer and CSRF protection, and must be outside the layers that limit bodies: the form is limited while
/// it is read.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>, Https(secure): Https) -> Router<S> {
    let invite = async move |State(services): State<Arc<Services>>,
                             PageCaller(caller): PageCaller,
                             ClientInfo(client): ClientInfo,
                             request: Request| {
        let page = Route::Settings(caller.tenant.slug.clone(), SettingsSection::Members);
        let flash = match read_invitation_form(request).await {
            Ok(form) => match Box::pin(send(&services, &caller, &client, &form)).await {
                Ok(lines) => report(&page, &lines),
                Err(error) => rejected(&page, error, Some(form)),
            },
            Err(error) => rejected(&page, error, None),
        };
        respond(CookieSettings { secure }, &page, flash)
    };
    Router::new()
        .route(PATH, post(invite).layer(DefaultBodyLimit::disable()))
        .with_state(services)
}

async fn send(
    services: &Services,
    caller: &Caller,
    client: &service::context::ClientInfo,
    form: &InvitationForm,
) -> Result<Vec<InvitationLine>, ApiError> {
    Ok(organizations::invite_members(services, caller, None, form.input()?, client).await?)
}

fn report(page: &Route, lines: &[InvitationLine]) -> Flash {
    let values = [
        ("summary", invitation_report::summary(lines)),
        ("problems", invitation_report::problems(lines)),
    ];
    Flash {
        form_values: values.map(|(name, value)| (name.to_owned(), value)).into(),
        ..Flash::success(ACTION, page)
    }
}

/// With what was entered, except the file, which no page can fill in.
fn rejected(page: &Route, error: ApiError, form: Option<InvitationForm>) -> Flash {
    let form = form.unwrap_or_default();
    let values = [
        ("addresses", form.addresses),
        ("role", form.role),
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
