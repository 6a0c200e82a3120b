//! Mailboxes that are connected by IMAP.

use crate::{
    ApiError, FieldCode, FieldErrors,
    normalize::{TextError, line},
    numbers::group_len,
};
use serde::{Deserialize, Serialize};

const MAX_HOST_LEN: usize = 253;
const MAX_CREDENTIAL_LEN: usize = 1_000;
const MAX_FOLDERS: usize = 50;
const MAX_FOLDER_LEN: usize = 255;

/// How a connection to an IMAP server is encrypted.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ImapSecurity {
    /// TLS from the first byte, usually on port 993.
    #[default]
    Tls,
    /// TLS after the command STARTTLS, usually on port 143.
    Starttls,
}

impl ImapSecurity {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }

    /// The default port.
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Tls => 993,
            Self::Starttls => 143,
        }
    }
}

/// Body of `POST /api/mail/connect_imap`.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConnectImapInput {
    /// Name or address of the server.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 253))]
    pub host: String,
    /// Port of the server; by default 993 for `tls` and 143 for `starttls`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 65535))]
    pub port: Option<i64>,
    /// User name, usually the email address.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 1000))]
    pub username: String,
    /// Password. Many providers require one that is made for this app alone.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 1000))]
    pub password: String,
    /// Names of the folders to read. By default the inbox, the archive, the folder with all messages, and folders with a name that
    /// says that they are about applications.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub folders: Option<Vec<String>>,
    /// How the connection is encrypted; defaults to `tls`.
    #[serde(default)]
    pub security: Option<ImapSecurity>,
    /// Whether the first sync is a preview, which changes nothing until `confirm_import`.
    #[serde(default)]
    pub dry_run: bool,
}

impl ConnectImapInput {
    /// Validates the format of the fields.
    ///
    /// # Errors
    /// `invalid`, with the fields.
    pub fn validate(&self) -> Result<(), ApiError> {
        let mut errors = FieldErrors::default();
        errors.check("host", line(&self.host, 1, MAX_HOST_LEN));
        if self.port.is_some_and(|port| !(1..=65_535).contains(&port)) {
            errors.add("port", FieldCode::OutOfRange, "Use 1 to 65535.");
        }
        errors.check("username", line(&self.username, 1, MAX_CREDENTIAL_LEN));
        errors.check("password", validate_password(&self.password));
        if let Some(folders) = &self.folders {
            if folders.is_empty() {
                errors.add("folders", FieldCode::TooShort, "List at least one folder.");
            } else if folders.len() > MAX_FOLDERS {
                let detail = format!("List at most {MAX_FOLDERS} folders.");
                errors.add("folders", FieldCode::TooLong, detail);
            }
            for (n, folder) in folders.iter().enumerate().take(MAX_FOLDERS) {
                errors.check(&format!("folders[{n}]"), line(folder, 1, MAX_FOLDER_LEN));
            }
        }
        errors.into_result()
    }

    /// The port that was given, or the usual one.
    pub fn port(&self) -> u16 {
        let usual = self.security.unwrap_or_default().default_port();
        self.port
            .and_then(|port| u16::try_from(port).ok())
            .unwrap_or(usual)
    }
}

/// Accepts all characters except control characters, which no server accepts.
fn validate_password(password: &str) -> Result<(), TextError> {
    if password.is_empty() {
        Err((FieldCode::Required, "Enter the password.".into()))
    } else if password.chars().count() > MAX_CREDENTIAL_LEN {
        let detail = format!("Use at most {} characters.", group_len(MAX_CREDENTIAL_LEN));
        Err((FieldCode::TooLong, detail))
    } else if password.chars().any(char::is_control) {
        Err((FieldCode::InvalidFormat, "Remove the control characters.".into()))
    } else {
        Ok(())
    }
}

/// The server of an email provider, to be filled into the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImapProvider {
    /// Short name in the form.
    pub id: String,
    /// Name of the provider.
    pub name: String,
    /// Name of the server.
    pub host: String,
    /// Port of the server.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: ImapSecurity,
    /// Instructions for the user: what to set up at the provider first.
    pub hint: String,
    /// Page of the provider about it.
    #[serde(default)]
    pub help_url: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> ConnectImapInput {
        ConnectImapInput {
            host: "imap.example.org".into(),
            port: None,
            username: "ada@example.org".into(),
            password: "secret".into(),
            folders: None,
            security: None,
            dry_run: false,
        }
    }

    #[test]
    fn port_depends_on_security_unless_given() {
        assert_eq!(input().port(), 993);
        let starttls = ConnectImapInput {
            security: Some(ImapSecurity::Starttls),
            ..input()
        };
        assert_eq!(starttls.port(), 143);
        let given = ConnectImapInput {
            port: Some(1143),
            ..starttls
        };
        assert_eq!(given.port(), 1143);
    }

    #[test]
    fn every_invalid_field_is_reported() {
        assert_eq!(input().validate(), Ok(()));
        let invalid = ConnectImapInput {
            host: " ".into(),
            port: Some(0),
            username: "ada\r\na2 DELETE INBOX".into(),
            password: String::new(),
            folders: Some(vec!["INBOX".into(), "a\nb".into()]),
            security: None,
            dry_run: false,
        };
        let error = invalid.validate().expect_err("invalid");
        let fields: Vec<&str> = error.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["host", "port", "username", "password", "folders[1]"]);
        let empty = ConnectImapInput {
            folders: Some(Vec::new()),
            ..input()
        };
        assert!(empty.validate().is_err());
    }
}
