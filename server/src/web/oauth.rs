//! OAuth in the browser: a button submits `POST /auth/{provider}`, and the provider redirects to `GET /auth/{provider}/callback`.

use crate::{
    error_response::{ErrorResponse, error_response},
    extract::{ClientInfo, PageUser, page_caller::session_unavailable},
    middleware::security_headers::Https,
};
use app::server::{
    cookies::CookieSettings,
    flash::{error_cookie, success_cookie},
    session::{self, start_organization_session, start_session},
};
use axum::{
    Form, Router,
    extract::{
        Path, Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use domain::{
    ApiError, ErrorCode,
    routes::{Route, SettingsSection},
    tenants::JoinTenantInput,
};
use html_escape::{encode_double_quoted_attribute, encode_text};
use serde::Deserialize;
use service::{
    Error, Services,
    auth::{
        Channel, authenticate_session,
        oauth::{
            self, AuthorizationRequest, CallbackError, CallbackOutcome, CallbackParams, InvalidFlow,
            MailboxProvider, ProviderId, Purpose,
        },
    },
    context, jobapps, mail, organizations, tenants,
};
use std::sync::Arc;
use tower_sessions::{Session, cookie::time::Duration};

/// Path pattern of the start.
pub const START: &str = "/auth/{provider}";
/// Path pattern of the callback.
pub const CALLBACK: &str = "/auth/{provider}/callback";

/// Used in place of a provider in the path when the form names the organization.
const ORGANIZATION: &str = "organization";

/// Cookie with the secret that binds an authorization request to the browser.
const FLOW_COOKIE: &str = "jobhax-sign-in";
const FLOW_COOKIE_TTL: Duration = Duration::minutes(10);

/// Actions of flash messages: they identify the form that shows the result.
const SIGN_IN_ACTION: &str = "auth/sign_in";
const ORGANIZATION_ACTION: &str = "auth/sign_in_organization";
const TEST_ACTION: &str = "settings/test_identity_provider";
const LINK_ACTION: &str = "settings/link_identity";
const CONNECT_GMAIL_ACTION: &str = "mail/connect_gmail";
const CONNECT_OUTLOOK_ACTION: &str = "mail/connect_outlook";

#[derive(Clone)]
struct OAuthState {
    services: Arc<Services>,
    cookies: CookieSettings,
}

#[derive(Default, Deserialize)]
struct StartForm {
    /// `link` on the settings page; `test` in the settings of an organization; `gmail`, `gmail_preview`, `outlook` or `outlook_preview` on
    /// the import page. Any other value means sign-in.
    #[serde(default)]
    purpose: String,
    /// The page to open afterwards.
    #[serde(default)]
    next: String,
    /// For the provider `organization`: the slug of the organization, or the email address of the user.
    #[serde(default)]
    organization: String,
    /// For the purpose `test`: the slug of the organization.
    #[serde(default)]
    slug: String,
}

/// The parameters of the authorization response (RFC 6749 §4.1.2, RFC 9207).
#[derive(Deserialize)]
struct CallbackQuery {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// The routes. They need the session layer and CSRF protection.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>, Https(secure): Https) -> Router<S> {
    Router::new()
        .route(START, post(start))
        .route(CALLBACK, get(callback))
        .with_state(OAuthState {
            services,
            cookies: CookieSettings { secure },
        })
}

async fn start(
    State(OAuthState { services, cookies }): State<OAuthState>,
    Path(provider): Path<String>,
    session: Session,
    user: PageUser,
    ClientInfo(client): ClientInfo,
    headers: HeaderMap,
    form: Result<Form<StartForm>, FormRejection>,
) -> Result<Response, ErrorResponse> {
    let Form(form) = form.unwrap_or_default();
    if provider == ORGANIZATION {
        return start_by_organization(&services, cookies, &form, &client, &headers).await;
    }
    if form.purpose == "test" {
        let page = Route::Settings(form.slug.clone(), SettingsSection::Organization);
        let user = user.required()?;
        let id = session::session_id(&session).await.map_err(session_unavailable)?;
        let caller = authenticate_session(&services, user, id, &form.slug).await?;
        let secret = cookies.read(&headers, FLOW_COOKIE);
        let started =
            organizations::start_provider_test(&services, &caller, &page, secret.as_deref(), &client);
        return Ok(match started.await {
            Ok(authorization) => redirect_page(&authorization, cookies),
            Err(error) => redirect(&page, error_cookie(cookies, TEST_ACTION, &page, error.into())),
        });
    }
    let provider = provider.parse().map_err(|_| Error::not_found())?;
    let next = Route::parse(&form.next).filter(Route::is_destination);
    let (next, secret) = (next.as_ref(), cookies.read(&headers, FLOW_COOKIE));
    let secret = secret.as_deref();
    let authorization = match form.purpose.as_str() {
        "gmail" | "gmail_preview" | "outlook" | "outlook_preview" => {
            let user = user.required()?;
            let purpose = match form.purpose.as_str() {
                "gmail" => Purpose::ConnectMailbox(MailboxProvider::Gmail, user),
                "gmail_preview" => Purpose::PreviewMailbox(MailboxProvider::Gmail, user),
                "outlook" => Purpose::ConnectMailbox(MailboxProvider::Outlook, user),
                _ => Purpose::PreviewMailbox(MailboxProvider::Outlook, user),
            };
            mail::start_mailbox_connection(&services, provider, purpose, next, secret, &client).await?
        }
        "link" => {
            let purpose = Purpose::Link(user.required()?);
            oauth::start(&services, provider, purpose, next, secret, &client).await?
        }
        _ => oauth::start(&services, provider, Purpose::SignIn, next, secret, &client).await?,
    };
    Ok(redirect_page(&authorization, cookies))
}

/// Starts a sign-in with the provider of the organization that the form names. The page of the form shows errors.
async fn start_by_organization(
    services: &Services,
    cookies: CookieSettings,
    form: &StartForm,
    client: &context::ClientInfo,
    headers: &HeaderMap,
) -> Result<Response, ErrorResponse> {
    let secret = cookies.read(headers, FLOW_COOKIE);
    let started = async {
        let tenant = organizations::find_sign_in_organization(services, &form.organization).await?;
        let (provider, purpose) = (ProviderId::Organization(tenant), Purpose::SignIn);
        let next = Route::parse(&form.next).filter(Route::is_destination);
        oauth::start(
            services,
            provider,
            purpose,
            next.as_ref(),
            secret.as_deref(),
            client,
        )
        .await
    };
    match started.await {
        Ok(authorization) => Ok(redirect_page(&authorization, cookies)),
        Err(error) => {
            let page = Route::OrganizationSignIn;
            let error = ApiError::from(error);
            Ok(redirect(
                &page,
                error_cookie(cookies, ORGANIZATION_ACTION, &page, error),
            ))
        }
    }
}

/// A page that redirects to the provider. Our content security policy (`form-action 'self'`) would block an HTTP redirect in response to a
/// form, because it also covers redirect targets.
fn redirect_page(authorization: &AuthorizationRequest, cookies: CookieSettings) -> Response {
    let url = encode_double_quoted_attribute(&authorization.url);
    let name = encode_text(&authorization.provider_name);
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><meta http-equiv=\"refresh\" content=\"0;url={url}\"><title>Continue to {name}</title>\
         </head><body><main><p><a href=\"{url}\">Continue to {name}</a></p></main></body></html>"
    );
    let mut response = Html(page).into_response();
    set_privacy_headers(&mut response);
    let cookie = cookies.build(FLOW_COOKIE, &authorization.browser_secret, FLOW_COOKIE_TTL);
    append_cookie(&mut response, cookie);
    response
}

async fn callback(
    State(OAuthState { services, cookies }): State<OAuthState>,
    Path(provider): Path<String>,
    session: Session,
    user: PageUser,
    ClientInfo(client): ClientInfo,
    headers: HeaderMap,
    query: Result<Query<CallbackQuery>, QueryRejection>,
) -> Response {
    let params = query.ok().map(|Query(query)| CallbackParams {
        code: query.code,
        state: query.state,
        iss: query.iss,
        error: query.error,
        browser_secret: cookies.read(&headers, FLOW_COOKIE),
        user: user.0,
    });
    let result = finish(&services, &provider, &session, &client, params).await;
    let mut response = match result {
        Ok((page, action)) => {
            let flash = action.and_then(|action| success_cookie(cookies, action, &page));
            redirect(&page, flash)
        }
        Err(CallbackError::InvalidFlow(reason)) => {
            // The response is the same for all reasons; only the log contains the reason.
            tracing::info!(%reason, provider, "OAuth callback rejected");
            error_response(
                ErrorCode::Malformed,
                "This sign-in was started in another browser, was already used, or has expired. Please start again.",
            )
        }
        Err(CallbackError::Failed {
            mut error,
            purpose,
            page,
        }) => {
            // The page has no field for the token, so the error is shown for the form as a whole.
            error.errors.clear();
            let action = match purpose {
                Purpose::SignIn => SIGN_IN_ACTION,
                Purpose::Link(_) => LINK_ACTION,
                Purpose::Test(_) => TEST_ACTION,
                Purpose::ConnectMailbox(mailbox, _) | Purpose::PreviewMailbox(mailbox, _) => {
                    connect_action(mailbox)
                }
            };
            redirect(&page, error_cookie(cookies, action, &page, error))
        }
        Err(CallbackError::Internal(error)) => ErrorResponse::from(error).into_response(),
    };
    set_privacy_headers(&mut response);
    response
}

/// Handles the callback and starts the session. Returns the next page, and the action whose success that page reports.
async fn finish(
    services: &Services,
    provider: &str,
    session: &Session,
    client: &context::ClientInfo,
    params: Option<CallbackParams>,
) -> Result<(Route, Option<&'static str>), CallbackError> {
    let provider = provider.parse().map_err(|_| InvalidFlow::UnknownProvider)?;
    let params = params.ok_or(InvalidFlow::MalformedQuery)?;
    let (user, next) = match oauth::handle_callback(services, provider, params, client).await? {
        CallbackOutcome::SignedIn(user, next) => (user, next),
        CallbackOutcome::SignedInToOrganization(user, tenant_id, next) => {
            let input = JoinTenantInput { tenant_id };
            let joined = organizations::join_tenant(services, user, input, client, Channel::Web).await;
            let tenant = joined.map_err(not_joined)?.tenant;
            start_organization_session(session, user, tenant_id, client)
                .await
                .map_err(|error| Error::from(session_unavailable(error)))?;
            let next = next.filter(|page| page.slug() == Some(tenant.slug.as_str()));
            let start = match next {
                Some(next) => next,
                None => jobapps::start_page(services, user, &tenant).await?,
            };
            return Ok((start, None));
        }
        CallbackOutcome::Tested(user, tenant, version) => {
            organizations::activate_identity_provider(services, user, tenant, version, client).await?;
            let tenants = tenants::list_tenants(services, user).await?;
            let slug = tenants.into_iter().find(|t| t.id == tenant).map(|t| t.slug);
            let page = slug.map_or(Route::Home, |slug| {
                Route::Settings(slug, SettingsSection::Organization)
            });
            return Ok((page, Some(TEST_ACTION)));
        }
        CallbackOutcome::InProgress(page) | CallbackOutcome::Linked(page) => {
            return Ok((page.unwrap_or(Route::Home), None));
        }
        CallbackOutcome::MailboxAuthorized(authorization) => {
            let action = connect_action(authorization.provider);
            let page = mail::connect_authorized_mailbox(services, authorization).await?;
            return Ok((page, Some(action)));
        }
    };
    start_session(session, user, client)
        .await
        .map_err(|error| Error::from(session_unavailable(error)))?;
    if let Some(next) = next {
        return Ok((next, None));
    }
    let tenants = tenants::list_tenants(services, user).await?;
    Ok((Route::after_sign_in(&tenants), None))
}

fn connect_action(mailbox: MailboxProvider) -> &'static str {
    match mailbox {
        MailboxProvider::Gmail => CONNECT_GMAIL_ACTION,
        MailboxProvider::Outlook => CONNECT_OUTLOOK_ACTION,
    }
}

/// The error for a user whom the organization's provider authenticated, but who may not join the organization.
fn not_joined(error: Error) -> CallbackError {
    let error = match error {
        Error::Api(error) if error.code == ErrorCode::NotFound => ApiError::new(
            ErrorCode::Forbidden,
            "You are no longer a member of this organization. Ask its administrators for an invitation.",
        ),
        error => error.into(),
    };
    CallbackError::Failed {
        error,
        purpose: Purpose::SignIn,
        page: Route::SignIn(None),
    }
}

/// Redirects to one of our pages with a flash message.
fn redirect(page: &Route, flash: Option<HeaderValue>) -> Response {
    let mut response = Redirect::to(&page.to_string()).into_response();
    append_cookie(&mut response, flash);
    response
}

fn append_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Keeps the URL, which contains code and state, out of caches, `Referer` headers and search engines.
fn set_privacy_headers(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    );
}
