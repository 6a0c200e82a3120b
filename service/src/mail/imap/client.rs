//! A signed-in connection and the commands that syncing needs. Responses are as untrusted as the messages themselves, so each
//! command limits the size and the time of its response. The library only parses single responses. Whether a command succeeded is
//! checked here, because the library treats both the end of the connection and NO as an empty result.

use super::{
    account::Credential, authenticate::authenticate, connector::ImapConnector, error::ImapError,
    limited_stream::LimitedStream, utf7,
};
use crate::mail::queries::imap::AccountRow;
use async_imap::{
    Client, Session,
    extensions::idle::IdleResponse,
    imap_proto::{Capability, MailboxDatum, NameAttribute, Response, ResponseCode, Status},
    types::UnsolicitedResponse,
};
use chrono::{DateTime, Utc};
use std::time::Duration;
use tokio::{
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};
use tokio_rustls::client::TlsStream;

const COMMAND_TIMEOUT: Duration = Duration::from_mins(1);
const LOGIN_TIMEOUT: Duration = Duration::from_secs(20);
const LOGOUT_TIMEOUT: Duration = Duration::from_secs(2);
/// Maximum size of a response without a list or a message.
const MAX_SMALL_RESPONSE: u64 = 64 * 1024;
const MAX_LIST_RESPONSE: u64 = 1024 * 1024;
/// About 250,000 UIDs.
const MAX_SEARCH_RESPONSE: u64 = 2 * 1024 * 1024;
const MAX_FOLDERS: usize = 5_000;

pub(super) type Stream = LimitedStream<TlsStream<TcpStream>>;

/// A signed-in connection.
pub struct ImapClient {
    session: Session<Stream>,
}

/// A folder of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// The name as sent by the server.
    pub name: String,
    /// The name as shown to users.
    pub decoded_name: String,
    pub special_use: Option<SpecialUse>,
    pub is_selectable: bool,
}

/// The purpose of a folder (RFC 6154).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecialUse {
    All,
    Archive,
    /// Drafts, spam, sent or deleted messages.
    Excluded,
}

/// The state of a folder at the time it was opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct FolderStatus {
    pub uid_validity: u32,
    pub uid_next: Option<u32>,
}

impl ImapClient {
    /// Connects and signs in.
    pub async fn sign_in(
        connector: &ImapConnector,
        account: &AccountRow,
        credential: &Credential,
    ) -> Result<Self, ImapError> {
        use domain::mail::ImapSecurity;
        let stream = connector
            .connect(&account.host, account.port, account.security)
            .await?;
        let mut stream = LimitedStream::new(stream);
        stream.set_limit(MAX_SMALL_RESPONSE);
        let client = Client::new(stream);
        let has_greeting = account.security == ImapSecurity::Tls;
        let session = timeout(
            LOGIN_TIMEOUT,
            authenticate(client, has_greeting, &account.username, credential),
        )
        .await
        .map_err(|_| ImapError::Timeout)??;
        Ok(Self { session })
    }

    /// Lists the folders in the order of the server.
    pub async fn list_folders(&mut self) -> Result<Vec<Folder>, ImapError> {
        let mut has_special_use = false;
        self.run("CAPABILITY", MAX_SMALL_RESPONSE, |response| {
            if let Response::Capabilities(capabilities) = response {
                let has = |name| capabilities.contains(&Capability::Atom(std::borrow::Cow::Borrowed(name)));
                has_special_use = has("SPECIAL-USE") && has("LIST-EXTENDED");
            }
        })
        .await?;
        let command = if has_special_use {
            "LIST \"\" \"*\" RETURN (SPECIAL-USE)"
        } else {
            "LIST \"\" \"*\""
        };
        let mut folders = Vec::new();
        self.run(command, MAX_LIST_RESPONSE, |response| {
            if let Response::MailboxData(MailboxDatum::List(list)) = response
                && folders.len() < MAX_FOLDERS
                && !list.name.chars().any(char::is_control)
            {
                folders.push(folder(&list.name, &list.name_attributes));
            }
        })
        .await?;
        Ok(folders)
    }

    /// Opens a folder read-only, so that no message is marked as seen.
    pub async fn examine(&mut self, folder: &str) -> Result<FolderStatus, ImapError> {
        let mut status = FolderStatus::default();
        let command = format!("EXAMINE {}", quote(folder));
        self.run(&command, MAX_SMALL_RESPONSE, |response| {
            if let Response::Data { outcome, .. } = response {
                match outcome.code {
                    Some(ResponseCode::UidValidity(value)) => status.uid_validity = value,
                    Some(ResponseCode::UidNext(value)) => status.uid_next = Some(value),
                    _ => {}
                }
            }
        })
        .await?;
        if status.uid_validity == 0 {
            return Err(ImapError::InvalidResponse("folder without UIDVALIDITY"));
        }
        Ok(status)
    }

    /// The messages of the open folder with greater UIDs that were received on or after this day, in ascending order.
    pub async fn search(&mut self, last_uid: u32, since: DateTime<Utc>) -> Result<Vec<u32>, ImapError> {
        let Some(first) = last_uid.checked_add(1) else {
            return Ok(Vec::new());
        };
        let command = format!("UID SEARCH UID {first}:* SINCE {}", since.format("%-d-%b-%Y"));
        let mut uids = Vec::new();
        self.run(&command, MAX_SEARCH_RESPONSE, |response| {
            if let Response::MailboxData(MailboxDatum::Search(found)) = response {
                uids.extend_from_slice(found);
            }
        })
        .await?;
        // `*` matches the last message even if its UID is smaller.
        uids.retain(|uid| *uid >= first);
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// Runs a command and passes on its untagged responses.
    pub(super) async fn run(
        &mut self,
        command: &str,
        max_bytes: u64,
        mut on_response: impl FnMut(&Response<'_>) + Send,
    ) -> Result<(), ImapError> {
        self.session.get_mut().set_limit(max_bytes);
        let session = &mut self.session;
        let run = async {
            let tag = session.run_command(command).await?;
            loop {
                let response = session.read_response().await?;
                let response =
                    response.ok_or_else(|| ImapError::ConnectionLost("closed by the server".into()))?;
                match response.parsed() {
                    Response::Done {
                        tag: done, status, ..
                    } if *done == tag => {
                        return match status {
                            Status::Ok => Ok(()),
                            _ => Err(ImapError::CommandRefused),
                        };
                    }
                    Response::Data {
                        status: Status::Bye, ..
                    } => {
                        return Err(ImapError::ConnectionLost("closed by the server".into()));
                    }
                    response => on_response(response),
                }
            }
        };
        timeout(COMMAND_TIMEOUT, run)
            .await
            .map_err(|_| ImapError::Timeout)?
    }

    /// Whether the server supports IDLE.
    pub async fn has_idle(&mut self) -> Result<bool, ImapError> {
        let mut has_idle = false;
        self.run("CAPABILITY", MAX_SMALL_RESPONSE, |response| {
            if let Response::Capabilities(capabilities) = response {
                has_idle = capabilities.contains(&Capability::Atom(std::borrow::Cow::Borrowed("IDLE")));
            }
        })
        .await?;
        Ok(has_idle)
    }

    /// Waits until the open folder has new messages, or until this time has passed. Returns whether there are new messages.
    pub async fn idle(mut self, max: Duration) -> Result<(Self, bool), ImapError> {
        let deadline = Instant::now() + max;
        let mut is_new = false;
        // Messages that arrived since the last command.
        self.run("NOOP", MAX_SMALL_RESPONSE, |response| {
            is_new |= is_arrival(response);
        })
        .await?;
        if is_new {
            return Ok((self, true));
        }
        self.session.get_mut().set_limit(MAX_SMALL_RESPONSE);
        let mut handle = self.session.idle();
        timeout(COMMAND_TIMEOUT, handle.init())
            .await
            .map_err(|_| ImapError::Timeout)??;
        while !is_new {
            let (response, _interrupt) = handle.wait_with_timeout(max);
            match timeout_at(deadline, response).await {
                Err(_) | Ok(Ok(IdleResponse::Timeout)) => break,
                Ok(Ok(IdleResponse::NewData(data))) => match data.parsed() {
                    Response::Data {
                        status: Status::Bye, ..
                    } => return Err(ImapError::ConnectionLost("closed by the server".into())),
                    response => is_new = is_arrival(response),
                },
                Ok(Ok(IdleResponse::ManualInterrupt)) => {
                    return Err(ImapError::ConnectionLost("closed by the server".into()));
                }
                Ok(Err(error)) => return Err(error.into()),
            }
        }
        let session = timeout(COMMAND_TIMEOUT, handle.done())
            .await
            .map_err(|_| ImapError::Timeout)??;
        // Responses that arrived while IDLE started and ended.
        while let Ok(response) = session.unsolicited_responses.try_recv() {
            is_new |= matches!(response, UnsolicitedResponse::Exists(_));
        }
        Ok((Self { session }, is_new))
    }

    /// Ends the session. Otherwise some servers count the connection as open for a while.
    pub async fn sign_out(mut self) {
        self.session.get_mut().set_limit(MAX_SMALL_RESPONSE);
        let _ = timeout(LOGOUT_TIMEOUT, self.session.run_command_and_check_ok("LOGOUT")).await;
    }
}

/// Whether the response announces new messages in the open folder.
fn is_arrival(response: &Response<'_>) -> bool {
    matches!(response, Response::MailboxData(MailboxDatum::Exists(_)))
}

fn folder(name: &str, attributes: &[NameAttribute<'_>]) -> Folder {
    let special_use = attributes.iter().find_map(|attribute| match attribute {
        NameAttribute::All => Some(SpecialUse::All),
        NameAttribute::Archive => Some(SpecialUse::Archive),
        NameAttribute::Drafts | NameAttribute::Junk | NameAttribute::Sent | NameAttribute::Trash => {
            Some(SpecialUse::Excluded)
        }
        _ => None,
    });
    let is_selectable = !attributes.iter().any(|attribute| match attribute {
        NameAttribute::NoSelect => true,
        NameAttribute::Extension(name) => name.eq_ignore_ascii_case("\\NonExistent"),
        _ => false,
    });
    // The parser does not unescape quoted strings.
    let name = name.replace("\\\"", "\"").replace("\\\\", "\\");
    Folder {
        decoded_name: utf7::decode(&name),
        name,
        special_use,
        is_selectable,
    }
}

/// Formats a quoted string (RFC 3501, 4.3). The text must have no control characters.
fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_name_is_quoted_as_the_server_wrote_it() {
        for wire in ["INBOX", r"a\\b", r#"say \"hi\""#, "Entw&APw-rfe"] {
            assert_eq!(quote(&folder(wire, &[]).name), format!("\"{wire}\""));
        }
    }
}
