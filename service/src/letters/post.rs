//! How letters leave the house: by SMTP, or into the folder `outbox` where no mail server is named.

use super::{Kind, write::Words};
use crate::{
    Services,
    mail::{create_private, make_private},
};
use domain::UserId;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
    transport::smtp::extension::ClientId,
};
use std::{error::Error as StdError, io, path::Path, sync::Arc, time::Duration};
use tokio::{fs, io::AsyncWriteExt as _};
use uuid::Uuid;

/// A mail server that says nothing for so long is away.
const SILENCE: Duration = Duration::from_secs(20);
/// How long letters lie in the outbox.
const LYING: Duration = Duration::from_hours(7 * 24);
const OUTBOX: &str = "outbox";

/// Why a letter did not leave. Neither says to whom it goes.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// Trying again is no use.
    #[error("{0}")]
    Refused(String),
    /// Trying again may help.
    #[error("{0}")]
    Away(String),
}

/// The way out, and who it is that writes.
#[derive(Clone)]
pub struct Post(Arc<Inner>);

struct Inner {
    from: Mailbox,
    host: String,
    smtp: Option<AsyncSmtpTransport<Tokio1Executor>>,
}

/// Nobody need answer, and holiday notices should not (RFC 3834 §5).
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}

impl Post {
    /// Letters become files. They are written in the name of the host of the public URL.
    ///
    /// # Errors
    /// [`PostError::Refused`] when that host cannot stand in an address.
    pub fn outbox(public_url: &str) -> Result<Self, PostError> {
        let host = host_of(public_url);
        let address = Address::new("no-reply", &host).map_err(|e| PostError::Refused(e.to_string()))?;
        Ok(Self(Arc::new(Inner {
            from: Mailbox::new(Some("JobHax".into()), address),
            host,
            smtp: None,
        })))
    }

    /// Letters go by SMTP: `smtps://user:password@host`, or `smtp://host:587?tls=required`.
    ///
    /// # Errors
    /// [`PostError::Refused`] when the URL cannot be read. The reason does not repeat it: it holds a password.
    pub fn smtp(self, url: &str) -> Result<Self, PostError> {
        let name = ClientId::Domain(self.0.host.clone());
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| PostError::Refused("it looks like smtps://user:password@mail.example.org".into()))?
            .hello_name(name)
            .timeout(Some(SILENCE))
            .build();
        Ok(Self(Arc::new(Inner {
            from: self.0.from.clone(),
            host: self.0.host.clone(),
            smtp: Some(smtp),
        })))
    }

    /// Names another sender: `JobHax <jobs@example.org>`, or the address alone.
    ///
    /// # Errors
    /// [`PostError::Refused`] when it is no address.
    pub fn from(self, sender: &str) -> Result<Self, PostError> {
        let from = sender
            .parse::<Mailbox>()
            .map_err(|_| PostError::Refused("it looks like JobHax <jobs@example.org>".into()))?;
        Ok(Self(Arc::new(Inner {
            from,
            host: self.0.host.clone(),
            smtp: self.0.smtp.clone(),
        })))
    }

    pub(super) async fn send(
        &self,
        services: &Services,
        id: Uuid,
        user: UserId,
        to: &str,
        kind: Kind,
        words: Words,
    ) -> Result<(), PostError> {
        let refused = |e: &dyn std::fmt::Display| PostError::Refused(e.to_string());
        // One address, without a name: nothing that a person wrote stands in a header but this, and it is checked.
        let to: Address = to
            .parse()
            .map_err(|_| PostError::Refused("not an address that mail can be sent to".into()))?;
        let message = Message::builder()
            .from(self.0.from.clone())
            .to(Mailbox::new(None, to))
            .subject(words.subject)
            .date(services.clock.now().into())
            .message_id(Some(format!("<{id}@{}>", self.0.host)))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(words.plain, words.html))
            .map_err(|e| refused(&e))?;
        if let Some(smtp) = &self.0.smtp {
            return smtp.send(message).await.map(|_| ()).map_err(|e| judge(&e));
        }
        let name = format!("{id}-{}-{user}.eml", kind.as_str());
        lay_down(services, &name, &message.formatted())
            .await
            .map_err(|e| PostError::Away(format!("the outbox takes nothing: {e}")))?;
        tracing::info!(
            letter = kind.as_str(),
            "no JOBHAX_SMTP_URL is set: the mail is in {OUTBOX}/{name}"
        );
        Ok(())
    }
}

/// Refusals of the recipient are for good. Others, such as of our login, are the operator's to mend; the letters wait.
fn judge(error: &lettre::transport::smtp::Error) -> PostError {
    match error.status().map(|code| code.to_string()) {
        Some(code) if ["501", "550", "551", "552", "553", "556"].contains(&code.as_str()) => {
            PostError::Refused(format!("the mail server answered {code}"))
        }
        Some(code) => PostError::Away(format!("the mail server answered {code}")),
        None => {
            let mut why = error.to_string();
            let mut source = error.source();
            while let Some(next) = source {
                why = format!("{why}: {next}");
                source = next.source();
            }
            PostError::Away(format!("the mail server cannot be reached: {why}"))
        }
    }
}

/// The host of our own URL, as it can stand in an address.
fn host_of(public_url: &str) -> String {
    let rest = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, port)| {
        if port.bytes().all(|b| b.is_ascii_digit()) {
            host
        } else {
            authority
        }
    });
    if host.contains('.') && host.parse::<std::net::Ipv4Addr>().is_err() && !host.starts_with('[') {
        host.to_lowercase()
    } else {
        "localhost".into()
    }
}

async fn lay_down(services: &Services, name: &str, bytes: &[u8]) -> io::Result<()> {
    let folder = services.data_dir.join(OUTBOX);
    make_private(&folder).await?;
    match create_private(&folder.join(name)).await {
        // Sent again after falling down behind the writing.
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(e),
        Ok(mut file) => {
            file.write_all(bytes).await?;
            file.flush().await
        }
    }
}

/// Removes the person's letters from the outbox.
pub(crate) async fn clear_outbox(services: &Services, user: UserId) -> io::Result<()> {
    let ending = format!("-{user}.eml");
    each_lying(services, |name, _| name.ends_with(&ending)).await
}

/// Removes letters that have been lying in the outbox for a week.
pub(crate) async fn sweep_outbox(services: &Services) -> io::Result<()> {
    let now = u64::try_from(services.clock.now().timestamp()).unwrap_or_default();
    each_lying(services, |name, modified| {
        let age = Duration::from_secs(now).saturating_sub(modified);
        is_letter(name) && age > LYING
    })
    .await
}

fn is_letter(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|e| e == "eml")
}

async fn each_lying(services: &Services, gone: impl Fn(&str, Duration) -> bool) -> io::Result<()> {
    let mut entries = match fs::read_dir(services.data_dir.join(OUTBOX)).await {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    while let Some(entry) = entries.next_entry().await? {
        let modified = entry.metadata().await?.modified()?;
        let modified = modified.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        if entry
            .file_name()
            .to_str()
            .is_some_and(|name| gone(name, modified))
        {
            fs::remove_file(entry.path()).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_in_the_name_of_its_own_host() {
        for (url, host) in [
            ("https://jobs.example.org", "jobs.example.org"),
            ("https://Jobs.Example.org:8443/x", "jobs.example.org"),
            ("http://127.0.0.1:3000", "localhost"),
            ("http://[::1]:3000", "localhost"),
            ("http://localhost:3000", "localhost"),
        ] {
            assert_eq!(host_of(url), host);
            Post::outbox(url).expect("an address");
        }
        let post = Post::outbox("http://localhost").expect("post");
        assert!(post.clone().from("JobHax <a@b.co>\r\nBcc: x@y.zz").is_err());
        assert!(post.clone().smtp("http://mail.example.org").is_err());
        assert!(post.from("Jobs <a@b.co>").is_ok());
    }
}
