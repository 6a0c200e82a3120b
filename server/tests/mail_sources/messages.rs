//! A mailbox of labelled examples with variations and noise, reproducible by seed, and the form in which each source delivers it.

use super::records::{Record, read_records};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use std::{fmt::Write as _, path::Path};

/// Suffixes that distinguish the companies of messages from the same example.
const SUFFIXES: [&str; 6] = ["", " North", " Harbour", " Juniper", " Ostrava", " Quill"];
/// Labels as Google Takeout writes them.
const LABELS: [&str; 4] = [
    "Inbox,Opened",
    "Archived,Important,Category Updates",
    "=?UTF-8?Q?Posteingang,Ge=C3=B6ffnet?=",
    "Inbox,Jobs/2026,Unread",
];

/// Pseudorandom numbers that only depend on the seed (`SplitMix64`).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("a number")
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// A message as it was sent.
#[derive(Clone)]
pub struct SentMessage {
    /// Lines of the header, without line endings.
    headers: Vec<String>,
    body: String,
    sent_at: DateTime<Utc>,
    /// Copied from another account by a program that preserved neither the `Received` headers nor the time of arrival.
    is_copied: bool,
}

impl SentMessage {
    fn parse(raw: &str) -> Self {
        let (head, body) = raw.split_once("\n\n").unwrap_or((raw, ""));
        Self {
            headers: head.lines().map(str::to_owned).collect(),
            body: body.to_owned(),
            sent_at: DateTime::UNIX_EPOCH,
            is_copied: false,
        }
    }

    /// Replaces a header, or removes it.
    fn set_header(&mut self, name: &str, value: Option<String>) {
        let prefix = format!("{}:", name.to_lowercase());
        let mut is_within = false;
        self.headers.retain(|line| {
            is_within = if line.starts_with([' ', '\t']) {
                is_within
            } else {
                line.to_lowercase().starts_with(&prefix)
            };
            !is_within
        });
        self.headers.extend(value.map(|value| format!("{name}: {value}")));
    }

    fn with_headers(&self, added: &[String]) -> String {
        let lines: Vec<&str> = added.iter().chain(&self.headers).map(String::as_str).collect();
        format!("{}\n\n{}", lines.join("\n"), self.body)
    }

    /// Headers that servers on the way add.
    fn trace(&self) -> Vec<String> {
        if self.is_copied {
            return Vec::new();
        }
        vec![
            "Delivered-To: ada@mail.example".to_owned(),
            format!(
                "Received: from out.example by mx.mail.example;\n {}",
                self.sent_at.to_rfc2822()
            ),
        ]
    }
}

/// This many messages. About a quarter is noise. Includes pairs of messages with the same time, the first of which decides.
pub fn messages(count: usize, seed: u64) -> Vec<SentMessage> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/mail-reader/rulesets/examples");
    let records = read_records(&folder).expect("examples");
    let mut random = Random(seed);
    let mut last_ids = vec![None; records.len()];
    let pairs = (0..count / 50).flat_map(pair);
    let others = (0..count - count / 50 * 2).map(|n| {
        if random.chance(25) {
            return noise(n, &mut random);
        }
        let index = random.below(records.len());
        let mut message = vary(&records[index], n, &mut random);
        let thread = last_ids[index].replace(format!("<{n}@sender.example>"));
        if let Some(thread) = thread.filter(|_| random.chance(50)) {
            message.set_header("In-Reply-To", Some(thread));
        }
        message
    });
    pairs.chain(others).collect()
}

/// Two confirmations of the same application without Message-ID, with different names.
fn pair(n: usize) -> [SentMessage; 2] {
    [("Greenhouse", "us.greenhouse-mail.io", "Baker"), ("Lever", "hire.lever.co", "BAKER")].map(
        |(platform, domain, title)| {
            let raw = format!(
                "From: Twin {n} <no-reply@{domain}>\nTo: ada@mail.example\nSubject: Thank you for applying to Twin {n}\n\
                 Date: Mon, 5 Jan 2026 10:00:00 +0000\n\nThank you for applying for the {title} position at Twin {n}.\n\
                 {platform} sent this.\n"
            );
            let sent_at = "2026-01-05T10:00:00Z".parse().expect("a time");
            SentMessage {
                sent_at,
                ..SentMessage::parse(&raw)
            }
        },
    )
}

/// Midnight on one of 330 days, in one of several time zones, so that many messages have the same time.
fn date(random: &mut Random) -> DateTime<FixedOffset> {
    let start = DateTime::parse_from_rfc3339("2025-04-01T00:00:00Z").expect("a time");
    let days = i64::try_from(random.below(330)).expect("a number");
    let zone = FixedOffset::east_opt(3600 * (i32::try_from(random.below(12)).expect("a number") - 5));
    (start + TimeDelta::days(days)).with_timezone(&zone.expect("a zone"))
}

fn vary(record: &Record, n: usize, random: &mut Random) -> SentMessage {
    let mut raw = String::from_utf8(record.raw.clone()).expect("UTF-8");
    let suffix = random.pick(&SUFFIXES);
    if let Some(company) = record.label("company").filter(|c| c.is_ascii() && c.len() > 3) {
        raw = raw.replace(company, &format!("{company}{suffix}"));
    }
    let mut message = SentMessage::parse(&raw);
    let date = date(random);
    message.sent_at = date.to_utc();
    message.set_header("Date", Some(date.to_rfc2822()));
    message.is_copied = random.chance(5);
    if random.chance(5) {
        // Too large to be fetched over IMAP without checking the headers first.
        message.body += &"\n-- \nMoss Works, Harbour Street 7, open on weekdays\n".repeat(900);
    }
    let id = (!random.chance(15)).then(|| format!("<{n}@sender.example>"));
    message.set_header("Message-ID", id);
    message
}

/// A message that is not about an application.
fn noise(n: usize, random: &mut Random) -> SentMessage {
    let date = date(random);
    let text = match random.below(3) {
        0 => "Flowers of the season, and how to keep them fresh.\n".repeat(1 + random.below(900)),
        1 => "Are we still meeting at the lake on Saturday? Bring the boat.\n".to_owned(),
        _ => format!("Your invoice {n} is attached.\nFrom now on you find it in your account.\n"),
    };
    let raw = format!(
        "From: Shop {n} <news@shop{}.example>\nTo: ada@mail.example\nSubject: Message {n}\nDate: {}\n\
         Message-ID: <noise-{n}@shop.example>\nList-Unsubscribe: <https://shop.example/u>\n\n{text}",
        n % 40,
        date.to_rfc2822(),
    );
    SentMessage {
        sent_at: date.to_utc(),
        ..SentMessage::parse(&raw)
    }
}

/// A Google Takeout mailbox file, with the messages in random order.
pub fn takeout(messages: &[SentMessage], random: &mut Random) -> Vec<u8> {
    let mut order: Vec<&SentMessage> = messages.iter().collect();
    random.shuffle(&mut order);
    let mut file = String::new();
    for (n, message) in order.into_iter().enumerate() {
        let mut added = message.trace();
        added.push(format!("X-GM-THRID: {}", 1_700_000_000 + n));
        added.push(format!("X-Gmail-Labels: {}", random.pick(&LABELS)));
        let line = message.sent_at.format("%a %b %d %H:%M:%S +0000 %Y");
        writeln!(file, "From {n}@xxx {line}").expect("a string");
        for line in message.with_headers(&added).lines() {
            if line.trim_start_matches('>').starts_with("From ") {
                file.push('>');
            }
            file += line;
            file.push('\n');
        }
        file.push('\n');
    }
    file.into_bytes()
}

/// The message as an IMAP server stores it.
pub fn stored_by_imap(message: &SentMessage) -> Vec<u8> {
    let mut added = message.trace();
    added.push("Return-Path: <bounce@sender.example>".to_owned());
    message.with_headers(&added).replace('\n', "\r\n").into_bytes()
}

/// The pages of Gmail's message list as indexes of messages, newest first.
pub fn gmail_pages(messages: &[SentMessage]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..messages.len()).collect();
    order.sort_by_key(|n| std::cmp::Reverse((messages[*n].sent_at, *n)));
    order.chunks(100).map(<[usize]>::to_vec).collect()
}

/// The message as the Gmail API returns it: time of arrival in milliseconds, and encoded content.
pub fn returned_by_gmail(message: &SentMessage, n: usize) -> (i64, String) {
    let mut added = message.trace();
    added.push("X-Received: by 2002:a05 with SMTP id 1".to_owned());
    let raw = message.with_headers(&added);
    let raw = if n.is_multiple_of(2) {
        raw.replace('\n', "\r\n")
    } else {
        raw
    };
    let delay_ms = if message.is_copied { -500_000_000 } else { 2_000 };
    let received_ms = message.sent_at.timestamp_millis() + delay_ms;
    (received_ms, URL_SAFE_NO_PAD.encode(raw))
}
