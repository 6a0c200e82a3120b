//! A mock SMTP server that records the envelope and content of each email.

use mail_parser::MessageParser;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// An email as received.
#[derive(Clone, Debug, Default)]
pub struct ReceivedEmail {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body, without dot-stuffing.
    pub raw: String,
}

impl ReceivedEmail {
    /// The values of the headers with this name.
    pub fn headers(&self, name: &str) -> Vec<String> {
        let headers = self
            .raw
            .split("\r\n\r\n")
            .next()
            .unwrap_or_default()
            .replace("\r\n ", " ");
        let prefix = format!("{name}: ").to_lowercase();
        headers
            .lines()
            .filter(|line| line.to_lowercase().starts_with(&prefix))
            .map(|line| line[prefix.len()..].to_owned())
            .collect()
    }

    pub fn text(&self) -> String {
        let message = MessageParser::default()
            .parse(self.raw.as_bytes())
            .expect("email");
        message.body_text(0).expect("text part").into_owned()
    }

    pub fn html(&self) -> String {
        let message = MessageParser::default()
            .parse(self.raw.as_bytes())
            .expect("email");
        message.body_html(0).expect("HTML part").into_owned()
    }

    /// The token in the link.
    pub fn token(&self) -> String {
        let text = self.text();
        let rest = text.split("?token=").nth(1).expect("link with a token");
        rest.split_whitespace().next().expect("token").to_owned()
    }
}

/// How the server responds to recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behavior {
    Accept,
    /// Transient error.
    Defer,
    /// Permanent error.
    Reject,
}

#[derive(Clone)]
pub struct MockSmtp {
    port: u16,
    emails: Arc<Mutex<Vec<ReceivedEmail>>>,
    behavior: Arc<Mutex<Behavior>>,
}

impl MockSmtp {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let server = Self {
            port: listener.local_addr().expect("address").port(),
            emails: Arc::default(),
            behavior: Arc::new(Mutex::new(Behavior::Accept)),
        };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = accepting.clone();
                tokio::spawn(async move { server.handle_connection(stream).await });
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub fn set_behavior(&self, behavior: Behavior) {
        *self.behavior.lock().unwrap_or_else(PoisonError::into_inner) = behavior;
    }

    pub fn emails(&self) -> Vec<ReceivedEmail> {
        self.emails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn clear(&self) {
        self.emails.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The only email; panics if there is not exactly one.
    pub fn single_email(&self) -> ReceivedEmail {
        let mut emails = self.emails();
        assert_eq!(emails.len(), 1, "{emails:?}");
        emails.remove(0)
    }

    /// Subjects in the order of arrival.
    pub fn subjects(&self) -> Vec<String> {
        self.emails()
            .iter()
            .map(|email| email.headers("Subject").join("|"))
            .collect()
    }

    async fn handle_connection(&self, stream: TcpStream) -> Option<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut email = ReceivedEmail::default();
        write.write_all(b"220 mock\r\n").await.ok()?;
        while let Some(line) = lines.next_line().await.ok()? {
            let response = match line.to_uppercase() {
                command if command.starts_with("EHLO") => "250-mock\r\n250-8BITMIME\r\n250 SMTPUTF8",
                command if command.starts_with("MAIL FROM:") => {
                    line["MAIL FROM:".len()..].clone_into(&mut email.from);
                    "250 OK"
                }
                command if command.starts_with("RCPT TO:") => {
                    match *self.behavior.lock().unwrap_or_else(PoisonError::into_inner) {
                        Behavior::Accept => {
                            email.to.push(line["RCPT TO:".len()..].to_owned());
                            "250 OK"
                        }
                        Behavior::Defer => "451 try again later",
                        Behavior::Reject => "550 no such user",
                    }
                }
                command if command == "DATA" => {
                    write.write_all(b"354 send data\r\n").await.ok()?;
                    while let Some(line) = lines.next_line().await.ok()? {
                        if line == "." {
                            break;
                        }
                        email.raw += line.strip_prefix('.').unwrap_or(&line);
                        email.raw += "\r\n";
                    }
                    let received = std::mem::take(&mut email);
                    self.emails
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(received);
                    "250 queued"
                }
                command if command == "QUIT" => {
                    write.write_all(b"221 bye\r\n").await.ok()?;
                    return Some(());
                }
                command if command == "RSET" || command == "NOOP" => "250 OK",
                _ => "502 unknown command",
            };
            write.write_all(response.as_bytes()).await.ok()?;
            write.write_all(b"\r\n").await.ok()?;
        }
        None
    }
}
