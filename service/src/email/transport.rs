//! Transports for emails: SMTP, or files in the outbox.
//!
//! The outbox does not use `lettre::AsyncFileTransport`, which chooses random file names. These file names contain the user, so
//! that a deleted user's emails can be removed, and a retried job does not write the same email twice.

use super::EmailTemplate;
use crate::{
    Services,
    platform::files::{create_private_dir, create_private_file},
};
use domain::UserId;
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor, transport::smtp::extension::ClientId,
};
use std::{error::Error as StdError, io, path::Path, time::Duration};
use tokio::{fs, io::AsyncWriteExt as _};
use uuid::Uuid;

const SMTP_TIMEOUT: Duration = Duration::from_secs(20);
/// How long files stay in the outbox.
const OUTBOX_RETENTION: Duration = Duration::from_hours(7 * 24);
/// Directory below the data directory.
const OUTBOX: &str = "outbox";
const EXTENSION: &str = "eml";

/// Why an email was not sent. The messages do not contain the recipient.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// A retry is pointless.
    #[error("{0}")]
    Permanent(String),
    /// A retry may succeed.
    #[error("{0}")]
    Transient(String),
}

#[derive(Clone)]
pub(super) enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Outbox,
}

impl Transport {
    /// SMTP with the given URL. `host` is the name of this server in the greeting.
    pub fn smtp(url: &str, host: &str) -> Result<Self, SendError> {
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| {
                SendError::Permanent("expected a URL like smtps://user:password@mail.example.org".into())
            })?
            .hello_name(ClientId::Domain(host.to_owned()))
            .timeout(Some(SMTP_TIMEOUT))
            .build();
        Ok(Self::Smtp(smtp))
    }

    /// Connects and signs in, without sending anything. `None` for the outbox.
    pub async fn check(&self) -> Option<Result<(), SendError>> {
        let Self::Smtp(smtp) = self else { return None };
        Some(match smtp.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(SendError::Transient(
                "the SMTP server does not accept commands".into(),
            )),
            Err(error) => Err(classify_smtp_error(&error)),
        })
    }
}

pub(super) async fn send_by_smtp(
    smtp: &AsyncSmtpTransport<Tokio1Executor>,
    message: Message,
) -> Result<(), SendError> {
    smtp.send(message).await.map_err(|e| classify_smtp_error(&e))?;
    Ok(())
}

/// Only rejections of the recipient are permanent. The operator can fix others, such as a rejected login, so the emails stay in the
/// queue.
fn classify_smtp_error(error: &lettre::transport::smtp::Error) -> SendError {
    match error.status().map(|code| code.to_string()) {
        Some(code) if ["501", "550", "551", "552", "553", "556"].contains(&code.as_str()) => {
            SendError::Permanent(format!("the SMTP server responded {code}"))
        }
        Some(code) => SendError::Transient(format!("the SMTP server responded {code}")),
        None => {
            let mut message = error.to_string();
            let mut source = error.source();
            while let Some(cause) = source {
                message = format!("{message}: {cause}");
                source = cause.source();
            }
            SendError::Transient(format!("the SMTP server cannot be reached: {message}"))
        }
    }
}

pub(super) async fn write_to_outbox(
    services: &Services,
    id: Uuid,
    template: EmailTemplate,
    user: UserId,
    message: &[u8],
) -> Result<(), SendError> {
    let template = template.as_str();
    let name = format!("{id}-{template}-{user}.{EXTENSION}");
    let dir = services.data_dir.join(OUTBOX);
    write_file(&dir, &name, message)
        .await
        .map_err(|e| SendError::Transient(format!("writing to the outbox: {e}")))?;
    tracing::info!(
        email.template = template,
        file = format!("{OUTBOX}/{name}"),
        "JOBHAX_SMTP_URL is not set: email written to outbox"
    );
    Ok(())
}

async fn write_file(dir: &Path, name: &str, message: &[u8]) -> io::Result<()> {
    create_private_dir(dir).await?;
    match create_private_file(&dir.join(name)).await {
        // An earlier attempt wrote the file and failed afterwards.
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(e),
        Ok(mut file) => {
            file.write_all(message).await?;
            file.flush().await
        }
    }
}

/// Deletes the emails to a user.
pub(crate) async fn delete_outbox_files_for_user(services: &Services, user: UserId) -> io::Result<()> {
    let suffix = format!("-{user}.{EXTENSION}");
    delete_outbox_files(services, |name, _| name.ends_with(&suffix)).await
}

/// Deletes emails that are older than the retention period.
pub(crate) async fn delete_old_outbox_files(services: &Services) -> io::Result<()> {
    let now = u64::try_from(services.clock.now().timestamp()).unwrap_or_default();
    delete_outbox_files(services, |name, modified_at| {
        let age = Duration::from_secs(now).saturating_sub(modified_at);
        is_email(name) && age > OUTBOX_RETENTION
    })
    .await
}

fn is_email(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|e| e == EXTENSION)
}

/// Deletes the files for which the predicate is true. It gets the name and the time of the last modification, as duration since
/// 1970.
async fn delete_outbox_files(
    services: &Services,
    should_delete: impl Fn(&str, Duration) -> bool,
) -> io::Result<()> {
    let mut entries = match fs::read_dir(services.data_dir.join(OUTBOX)).await {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    while let Some(entry) = entries.next_entry().await? {
        let modified_at = entry.metadata().await?.modified()?;
        let modified_at = modified_at
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        if entry
            .file_name()
            .to_str()
            .is_some_and(|name| should_delete(name, modified_at))
        {
            fs::remove_file(entry.path()).await?;
        }
    }
    Ok(())
}
