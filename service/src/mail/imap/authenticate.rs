//! Authentication on a new connection, with a password or an access token.

use super::{account::Credential, client::Stream, error::ImapError};
use async_imap::{
    Authenticator, Client, Session,
    imap_proto::{Response, Status},
};
use secrecy::{ExposeSecret as _, SecretString};

/// SASL PLAIN (RFC 4616).
struct Plain<'a> {
    username: &'a str,
    password: &'a SecretString,
}

impl Authenticator for Plain<'_> {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        format!("\0{}\0{}", self.username, self.password.expose_secret())
    }
}

/// SASL XOAUTH2, as Microsoft and Google define it.
struct Xoauth2 {
    /// The response to the first challenge.
    response: Option<String>,
}

impl Authenticator for Xoauth2 {
    type Response = String;

    /// The second challenge contains the reason why the token was rejected. The server expects an empty response and then rejects
    /// the command.
    fn process(&mut self, _challenge: &[u8]) -> String {
        self.response.take().unwrap_or_default()
    }
}

fn xoauth2(username: &str, token: &SecretString) -> String {
    format!("user={username}\x01auth=Bearer {}\x01\x01", token.expose_secret())
}

/// Reads the greeting of the server, unless it was received before TLS, and signs in.
pub(super) async fn authenticate(
    mut client: Client<Stream>,
    has_greeting: bool,
    username: &str,
    credential: &Credential,
) -> Result<Session<Stream>, ImapError> {
    if has_greeting {
        let greeting = client.read_response().await?;
        let is_ok = greeting.is_some_and(|greeting| {
            matches!(
                greeting.parsed(),
                Response::Data {
                    status: Status::Ok,
                    ..
                }
            )
        });
        if !is_ok {
            return Err(ImapError::InvalidResponse("greeting is not OK"));
        }
    }
    let result = match credential {
        // All servers support LOGIN, which allows only ASCII.
        Credential::Password(password) if username.is_ascii() && password.expose_secret().is_ascii() => {
            client.login(username, password.expose_secret()).await
        }
        Credential::Password(password) => client.authenticate("PLAIN", Plain { username, password }).await,
        Credential::AccessToken(token) => {
            let response = Some(xoauth2(username, token));
            client.authenticate("XOAUTH2", Xoauth2 { response }).await
        }
    };
    result.map_err(|(error, _)| login_error(error))
}

/// A rejection is permanent unless the server marks it as temporary (RFC 5530).
fn login_error(error: async_imap::error::Error) -> ImapError {
    match error {
        async_imap::error::Error::No(text) | async_imap::error::Error::Bad(text) => {
            let is_temporary = ["[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]"]
                .iter()
                .any(|code| text.to_ascii_uppercase().contains(code));
            if is_temporary {
                ImapError::CommandRefused
            } else {
                ImapError::LoginRefused
            }
        }
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xoauth2_sends_the_token_once_and_then_nothing() {
        let response = xoauth2("ada@outlook.example", &SecretString::from("t0"));
        assert_eq!(response, "user=ada@outlook.example\u{1}auth=Bearer t0\u{1}\u{1}");
        let mut authenticator = Xoauth2 {
            response: Some(response),
        };
        assert!(authenticator.process(b"").starts_with("user="));
        assert_eq!(authenticator.process(br#"{"status":"401"}"#), "");
    }
}
