//! Builds messages and sends them.

use super::{
    EmailTemplate, SendError,
    templates::RenderedEmail,
    transport::{Transport, send_by_smtp, write_to_outbox},
};
use crate::Services;
use domain::UserId;
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};
use std::{error::Error as StdError, sync::Arc};
use uuid::Uuid;

/// Sends email by SMTP, or writes it to `outbox/` when no SMTP URL is configured.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    from: Mailbox,
    /// Host name in message ids and SMTP greetings.
    host: String,
    transport: Transport,
}

/// Tells autoresponders not to reply (RFC 3834 §5).
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

/// The unsubscribe URL for the recipient (RFC 2369).
#[derive(Clone, Debug)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }
    fn parse(text: &str) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), format!("<{}>", self.0))
    }
}

/// Declares that a POST to the unsubscribe URL unsubscribes immediately (RFC 8058).
#[derive(Clone, Debug)]
struct ListUnsubscribePost;

impl Header for ListUnsubscribePost {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".into())
    }
}

impl Mailer {
    /// Writes emails to the outbox. The sender is `no-reply` at the host of the public URL.
    ///
    /// # Errors
    /// [`SendError::Permanent`] when an email address cannot have that host.
    pub fn outbox(public_url: &str) -> Result<Self, SendError> {
        let host = email_host(public_url);
        let address = Address::new("no-reply", &host).map_err(|e| SendError::Permanent(e.to_string()))?;
        Ok(Self(Arc::new(Inner {
            from: Mailbox::new(Some("JobHax".into()), address),
            host,
            transport: Transport::Outbox,
        })))
    }

    /// Sends emails by SMTP instead: `smtps://user:password@host`, or `smtp://host:587?tls=required`.
    ///
    /// # Errors
    /// [`SendError::Permanent`] when the URL is invalid. The message does not contain the URL, because of the password in it.
    pub fn smtp(self, url: &str) -> Result<Self, SendError> {
        let transport = Transport::smtp(url, &self.0.host)?;
        let inner = Inner {
            transport,
            ..(*self.0).clone()
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Connects to the SMTP server and signs in, without sending anything. `None` without an SMTP server.
    pub async fn check(&self) -> Option<Result<(), SendError>> {
        self.0.transport.check().await
    }

    /// Sets another sender: `JobHax <jobs@example.org>`, or only the address.
    ///
    /// # Errors
    /// [`SendError::Permanent`] when it is invalid.
    pub fn from(self, sender: &str) -> Result<Self, SendError> {
        let from = sender
            .parse::<Mailbox>()
            .map_err(|_| SendError::Permanent("expected a sender like JobHax <jobs@example.org>".into()))?;
        let inner = Inner {
            from,
            ..(*self.0).clone()
        };
        Ok(Self(Arc::new(inner)))
    }

    pub(super) async fn send(
        &self,
        services: &Services,
        id: Uuid,
        user: UserId,
        address: &str,
        template: EmailTemplate,
        email: RenderedEmail,
    ) -> Result<(), SendError> {
        // The address is validated here. `lettre` encodes the subject, which can contain the name of an organization.
        let to: Address = address
            .parse()
            .map_err(|_| SendError::Permanent("email cannot be sent to this address".into()))?;
        let mut message = Message::builder()
            .from(self.0.from.clone())
            .to(Mailbox::new(None, to))
            .subject(email.subject)
            .date(services.clock.now().into())
            .message_id(Some(format!("<{id}@{}>", self.0.host)))
            .header(AutoSubmitted);
        if let Some(url) = email.unsubscribe {
            message = message.header(ListUnsubscribe(url)).header(ListUnsubscribePost);
        }
        let message = message
            .multipart(MultiPart::alternative_plain_html(email.text, email.html))
            .map_err(|e| SendError::Permanent(e.to_string()))?;
        match &self.0.transport {
            Transport::Smtp(smtp) => send_by_smtp(smtp, message).await,
            Transport::Outbox => write_to_outbox(services, id, template, user, &message.formatted()).await,
        }
    }
}

/// The host of the public URL if it can be part of an email address, else `localhost`.
fn email_host(public_url: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_sender_has_host_of_public_url() {
        for (url, host) in [
            ("https://jobs.example.org", "jobs.example.org"),
            ("https://Jobs.Example.org:8443/x", "jobs.example.org"),
            ("http://127.0.0.1:3000", "localhost"),
            ("http://[::1]:3000", "localhost"),
            ("http://localhost:3000", "localhost"),
        ] {
            assert_eq!(email_host(url), host);
            Mailer::outbox(url).expect("valid host");
        }
    }

    #[test]
    fn invalid_sender_and_smtp_url_are_rejected() {
        let mailer = Mailer::outbox("http://localhost").expect("mailer");
        assert!(mailer.clone().from("JobHax <a@b.co>\r\nBcc: x@y.zz").is_err());
        assert!(mailer.clone().smtp("http://mail.example.org").is_err());
        assert!(mailer.from("Jobs <a@b.co>").is_ok());
    }
}
