use super::*;
use crate::mail::read::mbox::{MAX_HEADERS, MAX_MESSAGE, TooLarge};

const HEAD: &str = "From: Ada <ada@inbox.example>\nSubject: s\nDate: Mon, 5 Jan 2026 10:00:00 +0000\n";

fn now() -> DateTime<Utc> {
    "2026-02-01T00:00:00Z".parse().expect("a time")
}

fn read(raw: &[u8]) -> Result<Letter, Flaw> {
    let reader = LetterReader::default();
    let head = reader.head(raw, b"", now())?;
    reader.letter(head, raw)
}

#[test]
fn a_mail_without_an_id_always_gets_the_same() {
    let id = |text: &str| read(text.as_bytes()).expect("readable").head.message_id;
    let (one, other) = (format!("{HEAD}\nbody"), format!("{HEAD}\nbody."));
    assert_eq!(id(&one), id(&one));
    assert_ne!(id(&one), id(&other));
    assert!(id(&one).starts_with("sha256:"));
    assert_eq!(id(&format!("Message-ID: <x@y>\n{HEAD}\nbody")), "x@y");
    let long = format!("Message-ID: <{}@y>\n{HEAD}\nbody", "x".repeat(5_000));
    assert!(
        id(&long).starts_with("sha256:"),
        "an id too long for an index is replaced"
    );
}

#[test]
fn what_is_too_large_is_refused_before_it_is_parsed() {
    let headers = format!("X: {}\n{HEAD}\nbody", "y".repeat(MAX_HEADERS));
    assert_eq!(read(headers.as_bytes()), Err(Flaw::TooLarge(TooLarge::Headers)));
    let body = format!("{HEAD}\n{}", "y".repeat(MAX_MESSAGE));
    assert_eq!(read(body.as_bytes()), Err(Flaw::TooLarge(TooLarge::Message)));
}

#[test]
fn bombs_of_parts_are_refused() {
    let many = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n",
        "--b\n\nx\n".repeat(100_000)
    );
    assert_eq!(read(many.as_bytes()), Err(Flaw::TooManyParts));
    let nested = |depth: usize| {
        (0..depth).fold(String::new(), |all, n| {
            all + &format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")
        })
    };
    assert_eq!(
        read(format!("{HEAD}{}", nested(20_000)).as_bytes()),
        Err(Flaw::TooManyParts)
    );
    let mails = "Content-Type: message/rfc822\n\n".repeat(300_000);
    assert_eq!(read(format!("{HEAD}{mails}").as_bytes()), Err(Flaw::TooManyParts));
    assert_eq!(
        read(format!("{HEAD}{}Content-Type: text/plain\n\nx", nested(60)).as_bytes()),
        Err(Flaw::TooDeep)
    );
    let mails = "Content-Type: message/rfc822\n\n".repeat(60);
    assert_eq!(
        read(format!("{HEAD}{mails}From: a@b.c\n\nx").as_bytes()),
        Err(Flaw::TooDeep)
    );
}

#[test]
fn mails_packed_in_base64_are_not_opened() {
    // Nested mails that the count of lines does not see: opened, they would overflow the stack.
    let inner = "Q29udGVudC1UeXBlOiBtZXNzYWdlL3JmYzgyMgoK".repeat(200_000);
    let raw = format!("{HEAD}Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}\n");
    assert!(read(raw.as_bytes()).is_ok());
}

#[test]
fn odd_mails_are_survived() {
    let cases: [Vec<u8>; 9] = [
        b"".to_vec(),
        b"\n\n\n".to_vec(),
        b"From: \nSubject: \nDate: \n\n".to_vec(),
        b"From: <<<>>>@\nSubject: =?utf-8?Q?=?=\nDate: Mon, 99 Foo 9999999999 99:99:99 +9999\n\nx".to_vec(),
        format!("{HEAD}Content-Type: multipart/mixed\n\nno boundary").into_bytes(),
        format!("{HEAD}Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n").into_bytes(),
        format!(
            "{HEAD}Content-Type: text/html; charset=utf-16\nContent-Transfer-Encoding: base64\n\n/////w=="
        )
        .into_bytes(),
        (0..=255_u8).cycle().take(100_000).collect(),
        format!("{}{HEAD}\n", "Received: x\n".repeat(10_000)).into_bytes(),
    ];
    for raw in cases {
        let _ = read(&raw);
    }
    let comments = format!(
        "From: {}ada@inbox.example\nSubject: s\nDate: {}5 Jan 2026 10:00:00 +0000\n\nx",
        "(".repeat(100_000),
        "(".repeat(50_000)
    );
    let _ = read(comments.as_bytes());
}

#[test]
fn every_cut_of_a_mail_is_survived() {
    let raw = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/mail/indeed/receipt.eml"
    ))
    .expect("a mail");
    for end in 0..raw.len() {
        let _ = read(&raw[..end]);
        let mut broken = raw.clone();
        broken[end] = broken[end].wrapping_mul(31).wrapping_add(7);
        let _ = read(&broken);
    }
}
