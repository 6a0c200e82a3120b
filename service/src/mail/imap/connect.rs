//! Connects a mailbox over IMAP.

use super::{
    account::{Credential, encrypt_password},
    client::ImapClient,
    connector::parse_host,
    error::ImapError,
    folders::{choose_folders, is_named},
    source::Imap,
};
use crate::{
    Error, Services,
    background::{self, Job},
    context::{Caller, ClientInfo, Grant, permit},
    mail::{
        queries::{
            imap::{self, AccountRow},
            mailbox_tokens, mailboxes,
        },
        sync::{MailSource as _, start_preview},
        tokens::MailboxTokens,
    },
    quotas, rate_limit,
};
use domain::{
    ApiError, FieldCode, FieldErrors,
    mail::{ConnectImapInput, Mailbox, MailboxKind},
    quotas::Quota,
    tenants::Action,
};
use secrecy::SecretString;

/// The new credential of a mailbox.
pub enum NewCredential {
    Password(SecretString),
    Tokens(MailboxTokens),
}

/// Signs in to the server, stores the account, and queues a sync. Connecting an account again replaces its password.
///
/// # Errors
/// `login_refused`, `certificate_refused`, `host_refused` or `host_unreachable` if signing in failed; `invalid`, also for a folder
/// that does not exist; `rate_limited`; `forbidden` if the caller's role may not import email.
pub async fn connect_imap(
    services: &Services,
    caller: &Caller,
    input: ConnectImapInput,
    client: &ClientInfo,
) -> Result<Mailbox, Error> {
    input.validate()?;
    let grant = permit(caller, Action::ImportMail)?;
    let host = input.host.trim().to_lowercase();
    if parse_host(&host).is_none() {
        let detail = "Write only the name of the server, such as imap.example.org.";
        return Err(ApiError::field("host", FieldCode::InvalidFormat, detail).into());
    }
    rate_limit::check_connect_imap(services, client, caller).await?;
    let password = SecretString::from(input.password.clone());
    let account = AccountRow {
        port: input.port(),
        security: input.security.unwrap_or_default(),
        username: input.username.trim().to_owned(),
        password: None,
        folders: input.folders,
        host,
    };
    let credential = Credential::Password(password.clone());
    if let Err(error) = check_account(services, &account, &credential).await? {
        tracing::info!(%error, "IMAP mailbox was not connected");
        return Err(error.into_api_error(&account.host, account.port));
    }
    store_account(
        services,
        grant,
        account,
        NewCredential::Password(password),
        input.dry_run,
    )
    .await
}

/// Stores the account and its credential, and queues a sync.
pub async fn store_account(
    services: &Services,
    grant: Grant,
    mut account: AccountRow,
    credential: NewCredential,
    dry_run: bool,
) -> Result<Mailbox, Error> {
    let address = address(&account);
    let (existing, is_same_account) = {
        let mut tx = services.db.begin(grant).await?;
        let existing = mailboxes::find_mailbox(&mut tx, MailboxKind::Imap, &address).await?;
        let is_same = match existing {
            Some(id) => imap::find_account(&mut tx, id)
                .await?
                .is_some_and(|old| old.host == account.host && old.username == account.username),
            None => false,
        };
        tx.commit().await?;
        (existing, is_same)
    };
    let id = existing.unwrap_or_else(|| services.id());
    let tokens = match &credential {
        NewCredential::Password(password) => {
            account.password = Some(encrypt_password(services, grant.tenant(), id, password)?);
            None
        }
        NewCredential::Tokens(tokens) => Some(tokens.encrypt(services, grant.tenant(), id)?),
    };
    let mut tx = Job::enqueue(services, grant, Imap::KIND, id.0).await?;
    if existing.is_none() {
        quotas::check(services, &mut tx, Quota::Mailboxes, 1).await?;
    }
    let now = services.clock.now();
    let mut mailbox = mailboxes::upsert_mailbox(&mut tx, id, MailboxKind::Imap, &address, now).await?;
    imap::upsert_account(&mut tx, id, &account).await?;
    match &tokens {
        Some(tokens) => mailbox_tokens::upsert(&mut tx, id, tokens).await?,
        None => mailbox_tokens::delete(&mut tx, id).await?,
    }
    if !is_same_account {
        imap::delete_cursors(&mut tx, id).await?;
    }
    if dry_run {
        mailbox.import_id = start_preview(services, &mut tx, id).await?;
    }
    tx.commit().await?;
    background::wake();
    Ok(mailbox)
}

/// Signs in and checks that the requested folders exist.
pub async fn check_account(
    services: &Services,
    account: &AccountRow,
    credential: &Credential,
) -> Result<Result<(), ImapError>, Error> {
    let mut client = match ImapClient::sign_in(&services.imap, account, credential).await {
        Ok(client) => client,
        Err(error) => return Ok(Err(error)),
    };
    let folders = match client.list_folders().await {
        Ok(folders) => folders,
        Err(error) => return Ok(Err(error)),
    };
    client.sign_out().await;
    let mut errors = FieldErrors::default();
    for (n, name) in account.folders.iter().flatten().enumerate() {
        if !folders
            .iter()
            .any(|folder| folder.is_selectable && is_named(folder, name))
        {
            let field = format!("folders[{n}]");
            errors.add(
                &field,
                FieldCode::NotAllowed,
                "The mailbox has no folder with this name.",
            );
        }
    }
    errors.into_result()?;
    if choose_folders(folders, account.folders.as_deref()).is_empty() {
        return Ok(Err(ImapError::InvalidResponse("no folders")));
    }
    Ok(Ok(()))
}

/// The email address of the mailbox. User names are usually addresses; otherwise it is built from the user name and the host.
fn address(account: &AccountRow) -> String {
    if account.username.contains('@') {
        account.username.to_lowercase()
    } else {
        format!("{}@{}", account.username, account.host)
    }
}
