//! No part of a message body is stored or logged, except the words that a decision is based on.

use super::messages::Random;
use crate::support::{LogCapture, TestServer};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use sqlx::{AssertSqlSafe, PgPool};
use std::fmt::Write as _;

const MESSAGES: usize = 400;
/// Substring of every word that must not be stored, and its bytes in hexadecimal.
const CANARY: &str = "canary";
const CANARY_HEX: &str = "63616e617279";
/// Sentences that determine the kind of message; the empty one determines nothing.
const DECIDING: [&str; 6] = [
    "Thank you for applying for the Baker position at {company}.",
    "Unfortunately, we will not be moving forward with your application for the Baker position at {company}.",
    "We would like to invite you to an interview for the Baker position at {company}.",
    "Vielen Dank für Ihre Bewerbung als Baker bei {company}.",
    "Leider müssen wir Ihnen für die Stelle als Baker bei {company} absagen.",
    "",
];
/// Sentences that contain a canary, which must not be stored.
const OTHER: [&str; 6] = [
    "The kitchen is at the back of the house and {canary} is served there every day.",
    "Parking is behind the {canary} hall, please ring twice.",
    "My phone number is {canary}, call me in the evening.",
    "In der Kantine gibt es {canary} mit Reis.",
    "You wrote that your salary at {canary} was too low and that you have a bad knee.",
    "Your temporary password is {canary}",
];

/// Builds messages of random shapes.
struct Builder {
    random: Random,
    number: usize,
}

impl Builder {
    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.random.below(items.len())]
    }

    fn canary(&mut self) -> String {
        format!("qx{}{CANARY}{:x}", self.number, self.random.next() % 0xffff)
    }

    /// A sentence that contains a canary.
    fn other(&mut self) -> String {
        let canary = self.canary();
        self.pick(&OTHER).replace("{canary}", &canary)
    }

    /// Paragraphs with canaries, one of which may determine the kind of message.
    fn text(&mut self) -> String {
        let company = format!("Harbour {}", self.number);
        let deciding = self.pick(&DECIDING).replace("{company}", &company);
        let mut paragraphs = vec!["Dear Ada,".to_owned(), deciding];
        for _ in 0..=self.random.below(3) {
            let at = 1 + self.random.below(paragraphs.len());
            let other = self.other();
            paragraphs.insert(at, other);
        }
        if self.random.below(3) == 0 {
            let quoted = self.other();
            paragraphs.push(format!("On Monday, Ada wrote:\n> {quoted}"));
        }
        if self.random.below(3) == 0 {
            let footer = self.canary();
            paragraphs.push(format!("-- \nSent from {footer}"));
        }
        paragraphs.join("\n\n")
    }

    fn html(&mut self) -> String {
        let paragraphs = self.text().replace("\n\n", "</p><p>");
        let hidden: Vec<String> = (0..5).map(|_| self.canary()).collect();
        format!(
            "<html><head><title>{}</title><style>.{} {{}}</style></head><body><!-- {} --><p>{paragraphs}</p>\
             <a href=\"https://x.example/?t={}\">here</a><img alt=\"{}\" src=\"x\"></body></html>",
            hidden[0], hidden[1], hidden[2], hidden[3], hidden[4]
        )
    }

    /// A part with its headers, in a random transfer encoding.
    fn encode(&mut self, content_type: &str, text: &str) -> String {
        let (encoding, body) = match self.random.below(3) {
            0 => ("8bit", text.to_owned()),
            1 => ("quoted-printable", quoted_printable(text)),
            _ => ("base64", in_lines(&STANDARD.encode(text))),
        };
        format!("Content-Type: {content_type}\nContent-Transfer-Encoding: {encoding}\n\n{body}\n")
    }

    fn plain_part(&mut self) -> String {
        let text = self.text();
        self.encode("text/plain; charset=utf-8", &text)
    }

    fn html_part(&mut self) -> String {
        let html = self.html();
        self.encode("text/html; charset=utf-8", &html)
    }

    fn calendar_part(&mut self) -> String {
        // Store the UID, to recognize later versions of the event.
        let [summary, description, comment] = [self.other(), self.other(), self.canary()];
        let event = format!(
            "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:event@mail.example\r\nDTSTART:20260310T090000Z\r\nDTEND:20260310T100000Z\r\n\
             SUMMARY:{summary}\r\nDESCRIPTION:{description}\r\nCOMMENT:{comment}\r\nEND:VEVENT\r\n\
             END:VCALENDAR\r\n"
        );
        self.encode("text/calendar; method=REQUEST; charset=utf-8", &event)
    }

    fn attachment(&mut self) -> String {
        let (name, content) = (self.canary(), self.other());
        let part = self.encode(&format!("application/pdf; name=\"{name}.pdf\""), &content);
        format!("Content-Disposition: attachment; filename=\"{name}.pdf\"\n{part}")
    }

    fn multipart(&mut self, kind: &str, parts: &[String], is_closed: bool) -> String {
        let boundary = format!("b{}-{}", self.number, self.random.below(1000));
        let (preamble, epilogue) = (self.other(), self.other());
        let mut text = format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\n\n{preamble}\n");
        for part in parts {
            writeln!(text, "--{boundary}\n{part}").expect("a string");
        }
        if is_closed {
            writeln!(text, "--{boundary}--\n{epilogue}").expect("a string");
        }
        text
    }

    /// Headers and body of a random structure, which may contain nested parts.
    fn part(&mut self, depth: usize) -> String {
        let shapes = if depth < 3 { 9 } else { 2 };
        match self.random.below(shapes) {
            0 => self.plain_part(),
            1 => self.html_part(),
            2 => {
                let parts = [self.plain_part(), self.html_part()];
                self.multipart("alternative", &parts, true)
            }
            3 => {
                let parts = [self.part(depth + 1), self.attachment()];
                self.multipart("mixed", &parts, true)
            }
            4 => {
                let parts = [self.plain_part(), self.calendar_part()];
                self.multipart("mixed", &parts, true)
            }
            5 => {
                let inner = self.message(depth + 1);
                let parts = [
                    self.plain_part(),
                    format!("Content-Type: message/rfc822\n\n{inner}"),
                ];
                self.multipart("mixed", &parts, true)
            }
            6 => {
                // The last boundary is missing, contrary to the headers.
                let parts = [self.plain_part()];
                self.multipart("related", &parts, false)
            }
            7 => {
                let text = self.text();
                format!(
                    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{text}\n"
                )
            }
            _ => {
                let text = self.text();
                format!(
                    "Content-Type: text/plain; charset=utf-7; boundary\nContent-Transfer-Encoding: x-none\n\n{text}\n"
                )
            }
        }
    }

    fn message(&mut self, depth: usize) -> String {
        let n = self.number;
        let sender = self.pick(&[
            "no-reply@us.greenhouse-mail.io",
            "jobs@harbour.example",
            "friend@home.example",
        ]);
        let subject = self.pick(&[
            "Thank you for applying",
            "Your application",
            "Hello",
            "Fwd: Your application",
        ]);
        let mut headers = format!(
            "From: Harbour {n} <{sender}>\nTo: Ada <ada@mail.example>\nSubject: {subject} {n}\nDate: {} Jan 2026 10:00:00 +0000\n",
            1 + n % 28
        );
        if depth == 0 {
            writeln!(headers, "Message-ID: <m{n}@harbour.example>").expect("a string");
        }
        headers + "MIME-Version: 1.0\n" + &self.part(depth)
    }
}

fn quoted_printable(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'\n' | b' ' => out.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => write!(out, "={byte:02X}").expect("a string"),
        }
        out
    })
}

fn in_lines(text: &str) -> String {
    let bytes: Vec<&[u8]> = text.as_bytes().chunks(76).collect();
    String::from_utf8(bytes.join(&b'\n')).expect("ASCII")
}

/// All rows of all tables as text, with the name of the table. Excludes the sentences that the model's decision is based on, because the
/// model scores whole sentences, which can contain a canary.
async fn dump(server: &TestServer) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relkind in ('r', 'm') and relnamespace = 'public'::regnamespace order by 1",
    )
    .fetch_all(&server.owner)
    .await
    .expect("tables");
    let mut rows = Vec::new();
    for table in tables {
        let row = if table == "mail_messages" {
            "(to_jsonb(t) || case when ruleset = 'model' then jsonb_build_object('explanation', \
             jsonb_path_query_array(explanation, '$[*] ? (@.explains != \"kind\")')) else '{}' end)::text"
        } else {
            "t::text"
        };
        let sql = format!("select '{table}: ' || {row} from \"{table}\" t");
        let of_table: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(&server.owner)
            .await
            .expect("rows");
        rows.extend(of_table);
    }
    rows
}

fn leaks<'a>(lines: impl IntoIterator<Item = &'a String>) -> Vec<&'a String> {
    let has_canary = |line: &&String| {
        let line = line.to_lowercase();
        line.contains(CANARY) || line.contains(CANARY_HEX)
    };
    lines.into_iter().filter(has_canary).collect()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn no_message_of_any_shape_stores_or_logs_its_body(pool: PgPool) {
    let log = LogCapture::start();
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let mut form = String::new();
    let mut mailbox = String::new();
    let mut builder = Builder {
        random: Random(17),
        number: 0,
    };
    let mut canaries = 0;
    for number in 0..MESSAGES {
        builder.number = number;
        let mut message = builder.message(0);
        if number % 25 == 7 {
            // Truncate the message at a random position.
            let cut = (0..=builder.random.below(message.len()))
                .rev()
                .find(|n| message.is_char_boundary(*n));
            message.truncate(cut.unwrap_or_default());
        }
        canaries += message.matches(CANARY).count();
        if number % 10 == 0 {
            write!(
                form,
                "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{number}.eml\"\r\n\r\n{message}\r\n"
            )
            .expect("a string");
        } else {
            writeln!(
                mailbox,
                "From ada@mail.example Tue Jan 13 08:30:04 2026\n{message}\n"
            )
            .expect("a string");
        }
    }
    assert!(canaries > 2 * MESSAGES, "{canaries}");
    form += "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"all.mbox\"\r\n\r\n";
    form += &mailbox;
    form += "\r\n--XyZ--\r\n";
    ada.post_raw("/mail/import_mails", "multipart/form-data; boundary=XyZ", form)
        .await
        .expect_status(202);
    server.run_jobs().await;
    assert_eq!(
        server
            .count("select count(*) from mail_imports where state = 'done'")
            .await,
        1
    );
    let stored = server.count("select count(*) from mail_messages").await;
    assert!(
        stored * 10 > i64::try_from(MESSAGES).expect("a number") * 9,
        "{stored}"
    );
    assert!(server.count("select count(*) from job_applications").await > 100);

    let rows = dump(&server).await;
    assert_eq!(leaks(&rows), Vec::<&String>::new());
    let lines = log.lines();
    assert_eq!(leaks(&lines), Vec::<&String>::new());

    // Control: text that may be stored is found in the dump, and a log line in the log.
    let note = json!({"job_title": "Canary keeper", "company": "Moss"});
    ada.add_application(note).await;
    tracing::debug!("a canary in the log");
    assert!(!leaks(&dump(&server).await).is_empty() && !leaks(&log.lines()).is_empty());
}
