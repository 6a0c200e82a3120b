//! Errors of IMAP connections.

use crate::Error;
use domain::{ApiError, ErrorCode, FieldCode};

/// Why a mailbox cannot be read. The details are only for the log and contain no text of messages and no credentials.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    #[error("host name cannot be resolved or has no addresses")]
    UnknownHost,
    /// The address is in a network that is not allowed.
    #[error("address blocked")]
    AddressBlocked,
    #[error("port blocked")]
    PortBlocked,
    #[error("no connection: {0}")]
    Unreachable(String),
    #[error("invalid certificate: {0}")]
    InvalidCertificate(String),
    #[error("login refused")]
    LoginRefused,
    /// The server responded with NO or BAD.
    #[error("command refused")]
    CommandRefused,
    #[error("connection lost: {0}")]
    ConnectionLost(String),
    #[error("invalid response: {0}")]
    InvalidResponse(&'static str),
    #[error("no response in time")]
    Timeout,
}

impl From<std::io::Error> for ImapError {
    /// Keeps only the kind of the error, because errors of the parser quote the response.
    fn from(error: std::io::Error) -> Self {
        match error
            .get_ref()
            .and_then(|e| e.downcast_ref::<super::limited_stream::TooLong>())
        {
            Some(_) => Self::InvalidResponse("too long"),
            None if error.kind() == std::io::ErrorKind::Other => Self::InvalidResponse("malformed"),
            None => Self::ConnectionLost(error.kind().to_string()),
        }
    }
}

impl From<async_imap::error::Error> for ImapError {
    fn from(error: async_imap::error::Error) -> Self {
        use async_imap::error::Error as E;
        match error {
            E::Io(error) => error.into(),
            E::No(_) | E::Bad(_) => Self::CommandRefused,
            E::ConnectionLost => Self::ConnectionLost("closed by the server".into()),
            _ => Self::InvalidResponse("unexpected"),
        }
    }
}

impl ImapError {
    /// The error shown to the user who connects a mailbox at this server.
    pub fn into_api_error(self, host: &str, port: u16) -> Error {
        let (code, detail) = match self {
            Self::UnknownHost => (
                ErrorCode::HostUnreachable,
                format!("There is no server named {host}. Check the spelling."),
            ),
            Self::AddressBlocked => (
                ErrorCode::HostRefused,
                format!(
                    "{host} is in a private network, which JobHax doesn\u{2019}t connect to. Use the public name of your email server."
                ),
            ),
            Self::PortBlocked => {
                return ApiError::field(
                    "port",
                    FieldCode::NotAllowed,
                    "Use 993 or 143, the ports of IMAP.",
                )
                .into();
            }
            Self::InvalidCertificate(_) => (
                ErrorCode::CertificateRefused,
                format!(
                    "The certificate of {host} isn\u{2019}t valid, so your password was not sent. Use the name of the server that your \
                     provider lists, not an alias or an IP address."
                ),
            ),
            Self::LoginRefused => (
                ErrorCode::LoginRefused,
                format!(
                    "{host} refused this user name and password. Check both. Many providers require an app password, and that you allow \
                     IMAP in their settings first."
                ),
            ),
            Self::Unreachable(_)
            | Self::CommandRefused
            | Self::ConnectionLost(_)
            | Self::InvalidResponse(_)
            | Self::Timeout => (
                ErrorCode::HostUnreachable,
                format!(
                    "{host} doesn\u{2019}t respond to IMAP on port {port}. Check host, port and encryption, or try again later."
                ),
            ),
        };
        Error::api(code, detail)
    }
}
