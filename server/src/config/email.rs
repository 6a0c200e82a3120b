//! Outgoing email.

use super::{ConfigError, Http};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use service::email::{Mailer, SendError};

/// Outgoing email settings.
#[derive(Debug, Args)]
pub struct Email {
    /// SMTP server, such as `smtps://user:password@mail.example.org`. Without it, emails are written to `outbox/*.eml` in
    /// the data directory
    #[arg(long, env = "JOBHAX_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<SecretString>,
    /// Sender, such as `JobHax <jobs@example.org>` [default: no-reply at the host of the public URL]
    #[arg(long, env = "JOBHAX_MAIL_FROM")]
    pub mail_from: Option<String>,
}

impl Email {
    /// Creates the mailer.
    ///
    /// # Errors
    /// [`ConfigError`] names the setting that is not valid.
    pub fn mailer(&self, http: &Http) -> Result<Mailer, ConfigError> {
        let invalid = |name| {
            move |e: SendError| ConfigError {
                name,
                detail: e.to_string(),
            }
        };
        let mut mailer = Mailer::outbox(&http.public_url()).map_err(invalid("JOBHAX_PUBLIC_URL"))?;
        if let Some(sender) = &self.mail_from {
            mailer = mailer.from(sender).map_err(invalid("JOBHAX_MAIL_FROM"))?;
        }
        if let Some(url) = &self.smtp_url {
            mailer = mailer
                .smtp(url.expose_secret())
                .map_err(invalid("JOBHAX_SMTP_URL"))?;
        }
        Ok(mailer)
    }
}
