//! Connects Gmail mailboxes, and Microsoft mailboxes over IMAP, with OAuth in the browser.

use super::{gmail, imap};
use crate::{
    Error, Services,
    auth::{
        self,
        oauth::{
            self, AuthorizationRequest, CallbackError, MailboxAuthorization, MailboxProvider, ProviderId,
            Purpose,
        },
    },
    context::{Caller, ClientInfo, permit},
};
use domain::{UserId, mail::Mailbox, routes::Route, tenants::Action};

/// Starts an OAuth flow that connects a mailbox to the workspace of a page. `purpose` says whether the first sync is a preview.
///
/// # Errors
/// `not_found` if the page belongs to no workspace of the user; `forbidden` if their role may not import email; the errors of
/// [`oauth::start`].
pub async fn start_mailbox_connection(
    services: &Services,
    provider: ProviderId,
    purpose: Purpose,
    page: Option<&Route>,
    browser_secret: Option<&str>,
    client: &ClientInfo,
) -> Result<AuthorizationRequest, Error> {
    let (Purpose::ConnectMailbox(_, user) | Purpose::PreviewMailbox(_, user)) = purpose else {
        return Err(Error::Internal("not a flow that connects a mailbox".into()));
    };
    let caller = caller_of_page(services, user, page).await?;
    permit(&caller, Action::ImportMail)?;
    oauth::start(services, provider, purpose, page, browser_secret, client).await
}

/// Connects the mailbox after the callback of an OAuth flow, and queues a sync. Returns the page to show.
///
/// # Errors
/// See [`CallbackError`]: `token_rejected` or `login_refused` if the user or the server did not allow reading email; `not_found`
/// and `forbidden` as for [`start_mailbox_connection`]; `provider_unavailable`.
pub async fn connect_authorized_mailbox(
    services: &Services,
    authorization: MailboxAuthorization,
) -> Result<Route, CallbackError> {
    let (provider, user, page) = (
        authorization.provider,
        authorization.user,
        authorization.page.clone(),
    );
    match connect_authorized(services, authorization).await {
        Ok(mailbox) => Ok(match (mailbox.import_id, page.slug()) {
            (Some(preview), Some(slug)) => Route::Import(slug.to_owned(), preview),
            _ => page,
        }),
        Err(error) => Err(MailboxAuthorization::error(provider, user, page, error)),
    }
}

async fn connect_authorized(
    services: &Services,
    authorization: MailboxAuthorization,
) -> Result<Mailbox, Error> {
    let caller = caller_of_page(services, authorization.user, Some(&authorization.page)).await?;
    match authorization.provider {
        MailboxProvider::Gmail => gmail::connect_gmail(services, &caller, authorization).await,
        MailboxProvider::Outlook => imap::connect_outlook(services, &caller, authorization).await,
    }
}

/// The user as a member of the workspace that the page belongs to.
async fn caller_of_page(services: &Services, user: UserId, page: Option<&Route>) -> Result<Caller, Error> {
    let Some(Route::Workspace(slug, _)) = page else {
        return Err(Error::not_found());
    };
    auth::authenticate_session(services, user, uuid::Uuid::nil().into(), slug).await
}
