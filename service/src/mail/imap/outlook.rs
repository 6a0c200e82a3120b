//! Mailboxes of Outlook.com and Microsoft 365, which use OAuth.

use super::{
    connect::{NewCredential, check_account, store_account},
    error::ImapError,
};
use crate::{
    Error, Services,
    auth::oauth::{MailboxAuthorization, provider_unavailable},
    context::{Caller, permit},
    mail::{
        queries::imap::{self, AccountRow},
        tokens::MailboxTokens,
    },
};
use domain::{
    ErrorCode, MailboxId,
    mail::{ImapSecurity, Mailbox},
    tenants::Action,
    users::EmailAddress,
};

/// Connects the mailbox that a user has given access to in the browser, and queues a sync. Microsoft returns several addresses; the
/// user name is the one that the IMAP server accepts with the access token.
///
/// # Errors
/// `token_rejected` if the user did not allow access to email; `login_refused` if the server rejects all addresses;
/// `provider_unavailable`.
pub async fn connect_outlook(
    services: &Services,
    caller: &Caller,
    authorization: MailboxAuthorization,
) -> Result<Mailbox, Error> {
    if !authorization.can_read_mail() {
        return Err(Error::api(
            ErrorCode::TokenRejected,
            "Microsoft did not give JobHax access to your email. Connect again and accept what Microsoft asks.",
        ));
    }
    let grant = permit(caller, Action::ImportMail)?;
    let tokens = MailboxTokens::from(authorization.tokens);
    for address in &authorization.addresses {
        let account = account(services, address);
        match check_account(services, &account, &tokens.credential()).await? {
            Ok(()) => {
                let credential = NewCredential::Tokens(tokens);
                return store_account(services, grant, account, credential, authorization.dry_run).await;
            }
            Err(ImapError::LoginRefused) => {}
            Err(error) => {
                tracing::warn!(%error, "Outlook mailbox was not connected");
                return Err(provider_unavailable("Outlook"));
            }
        }
    }
    Err(Error::api(
        ErrorCode::LoginRefused,
        "Outlook does not allow IMAP for this account. In Outlook.com, turn it on under Settings, Mail, Forwarding and IMAP; at work or \
         school, ask your administrator. Then connect again.",
    ))
}

/// Lists the mailboxes that use OAuth.
///
/// # Errors
/// `forbidden` if the caller's role may not import email.
pub async fn list_outlook_mailboxes(services: &Services, caller: &Caller) -> Result<Vec<MailboxId>, Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let mut tx = services.db.begin(grant).await?;
    let mailboxes = imap::list_mailboxes_with_tokens(&mut tx).await?;
    tx.commit().await?;
    Ok(mailboxes)
}

fn account(services: &Services, address: &EmailAddress) -> AccountRow {
    let (host, port) = services.providers.outlook_imap_server();
    AccountRow {
        host: host.to_owned(),
        port,
        security: ImapSecurity::Tls,
        username: address.as_str().to_owned(),
        password: None,
        folders: None,
    }
}
