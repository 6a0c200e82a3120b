//! A mail server that takes letters in and remembers what it was told: envelope and content, as they came over the wire.

use mail_parser::MessageParser;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// One letter as it arrived.
#[derive(Clone, Debug, Default)]
pub struct Arrived {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body, dots taken off.
    pub raw: String,
}

impl Arrived {
    /// The lines of the header with this name.
    pub fn headers(&self, name: &str) -> Vec<String> {
        let head = self
            .raw
            .split("\r\n\r\n")
            .next()
            .unwrap_or_default()
            .replace("\r\n ", " ");
        let start = format!("{name}: ").to_lowercase();
        head.lines()
            .filter(|line| line.to_lowercase().starts_with(&start))
            .map(|line| line[start.len()..].to_owned())
            .collect()
    }

    pub fn plain(&self) -> String {
        let message = MessageParser::default()
            .parse(self.raw.as_bytes())
            .expect("a mail");
        message.body_text(0).expect("plain text").into_owned()
    }

    pub fn html(&self) -> String {
        let message = MessageParser::default()
            .parse(self.raw.as_bytes())
            .expect("a mail");
        message.body_html(0).expect("HTML").into_owned()
    }

    /// The token of the link in it.
    pub fn token(&self) -> String {
        let plain = self.plain();
        let rest = plain.split("?token=").nth(1).expect("a link with a token");
        rest.split_whitespace().next().expect("a token").to_owned()
    }
}

/// What the server answers to a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Takes,
    /// Come back later.
    Busy,
    /// No such person.
    Refuses,
}

#[derive(Clone)]
pub struct Sink {
    port: u16,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    mood: Arc<Mutex<Mood>>,
}

impl Sink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let sink = Self {
            port: listener.local_addr().expect("address").port(),
            arrived: Arc::default(),
            mood: Arc::new(Mutex::new(Mood::Takes)),
        };
        let serving = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.talk(stream).await });
            }
        });
        sink
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub fn become_(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    pub fn all(&self) -> Vec<Arrived> {
        self.arrived
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn clear(&self) {
        self.arrived
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The one letter that came.
    pub fn only(&self) -> Arrived {
        let mut all = self.all();
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// Subjects, in order.
    pub fn subjects(&self) -> Vec<String> {
        self.all()
            .iter()
            .map(|a| a.headers("Subject").join("|"))
            .collect()
    }

    async fn talk(&self, stream: TcpStream) -> Option<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut letter = Arrived::default();
        write.write_all(b"220 sink\r\n").await.ok()?;
        while let Some(line) = lines.next_line().await.ok()? {
            let answer = match line.to_uppercase() {
                said if said.starts_with("EHLO") => "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8",
                said if said.starts_with("MAIL FROM:") => {
                    line["MAIL FROM:".len()..].clone_into(&mut letter.from);
                    "250 fine"
                }
                said if said.starts_with("RCPT TO:") => {
                    match *self.mood.lock().unwrap_or_else(PoisonError::into_inner) {
                        Mood::Takes => {
                            letter.to.push(line["RCPT TO:".len()..].to_owned());
                            "250 fine"
                        }
                        Mood::Busy => "451 later",
                        Mood::Refuses => "550 nobody here",
                    }
                }
                said if said == "DATA" => {
                    write.write_all(b"354 go on\r\n").await.ok()?;
                    while let Some(line) = lines.next_line().await.ok()? {
                        if line == "." {
                            break;
                        }
                        letter.raw += line.strip_prefix('.').unwrap_or(&line);
                        letter.raw += "\r\n";
                    }
                    let whole = std::mem::take(&mut letter);
                    self.arrived
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(whole);
                    "250 taken"
                }
                said if said == "QUIT" => {
                    write.write_all(b"221 bye\r\n").await.ok()?;
                    return Some(());
                }
                said if said == "RSET" || said == "NOOP" => "250 fine",
                _ => "502 what",
            };
            write.write_all(answer.as_bytes()).await.ok()?;
            write.write_all(b"\r\n").await.ok()?;
        }
        None
    }
}
