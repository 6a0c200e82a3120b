use super::*;
use crate::parser::{
    TooLarge,
    limits::{MAX_HEADER_BYTES, MAX_MESSAGE_BYTES},
};

const HEADERS: &str = "From: Ada <ada@inbox.example>\nSubject: s\nDate: Mon, 5 Jan 2026 10:00:00 +0000\n";

fn now() -> DateTime<Utc> {
    "2026-02-01T00:00:00Z".parse().expect("a time")
}

fn parse(raw: &[u8]) -> Result<Message, ParseError> {
    let parser = MessageParser::default();
    let headers = parser.parse_headers(raw, b"", now())?;
    parser.parse_body(headers, raw)
}

#[test]
fn missing_message_id_is_replaced_by_stable_hash() {
    let id = |text: &str| parse(text.as_bytes()).expect("readable").headers.message_id;
    let (one, other) = (format!("{HEADERS}\nbody"), format!("{HEADERS}\nbody."));
    assert_eq!(id(&one), id(&one));
    assert_ne!(id(&one), id(&other));
    assert!(id(&one).starts_with("sha256:"));
    assert_eq!(id(&format!("Message-ID: <x@y>\n{HEADERS}\nbody")), "x@y");
    let long = format!("Message-ID: <{}@y>\n{HEADERS}\nbody", "x".repeat(5_000));
    assert!(
        id(&long).starts_with("sha256:"),
        "an id too long for an index is replaced"
    );
}

#[test]
fn oversized_message_is_rejected_before_parsing() {
    let headers = format!("X: {}\n{HEADERS}\nbody", "y".repeat(MAX_HEADER_BYTES));
    assert_eq!(
        parse(headers.as_bytes()),
        Err(ParseError::TooLarge(TooLarge::Headers))
    );
    let body = format!("{HEADERS}\n{}", "y".repeat(MAX_MESSAGE_BYTES));
    assert_eq!(
        parse(body.as_bytes()),
        Err(ParseError::TooLarge(TooLarge::Message))
    );
}

#[test]
fn too_many_or_too_deep_parts_are_rejected() {
    let many = format!(
        "{HEADERS}Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n",
        "--b\n\nx\n".repeat(100_000)
    );
    assert_eq!(parse(many.as_bytes()), Err(ParseError::TooManyParts));
    let nested = |depth: usize| {
        (0..depth).fold(String::new(), |all, n| {
            all + &format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")
        })
    };
    assert_eq!(
        parse(format!("{HEADERS}{}", nested(20_000)).as_bytes()),
        Err(ParseError::TooManyParts)
    );
    let attached = "Content-Type: message/rfc822\n\n".repeat(300_000);
    assert_eq!(
        parse(format!("{HEADERS}{attached}").as_bytes()),
        Err(ParseError::TooManyParts)
    );
    assert_eq!(
        parse(format!("{HEADERS}{}Content-Type: text/plain\n\nx", nested(60)).as_bytes()),
        Err(ParseError::TooDeep)
    );
    let attached = "Content-Type: message/rfc822\n\n".repeat(60);
    assert_eq!(
        parse(format!("{HEADERS}{attached}From: a@b.c\n\nx").as_bytes()),
        Err(ParseError::TooDeep)
    );
}

#[test]
fn attached_message_in_base64_is_not_parsed() {
    // Base64 hides nested messages from the check that counts Content-Type lines. Parsing them would overflow the stack.
    let inner = "Q29udGVudC1UeXBlOiBtZXNzYWdlL3JmYzgyMgoK".repeat(200_000);
    let raw =
        format!("{HEADERS}Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}\n");
    assert!(parse(raw.as_bytes()).is_ok());
}

#[test]
fn malformed_messages_do_not_panic() {
    let cases: [Vec<u8>; 9] = [
        b"".to_vec(),
        b"\n\n\n".to_vec(),
        b"From: \nSubject: \nDate: \n\n".to_vec(),
        b"From: <<<>>>@\nSubject: =?utf-8?Q?=?=\nDate: Mon, 99 Foo 9999999999 99:99:99 +9999\n\nx".to_vec(),
        format!("{HEADERS}Content-Type: multipart/mixed\n\nno boundary").into_bytes(),
        format!("{HEADERS}Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n").into_bytes(),
        format!(
            "{HEADERS}Content-Type: text/html; charset=utf-16\nContent-Transfer-Encoding: base64\n\n/////w=="
        )
        .into_bytes(),
        (0..=255_u8).cycle().take(100_000).collect(),
        format!("{}{HEADERS}\n", "Received: x\n".repeat(10_000)).into_bytes(),
    ];
    for raw in cases {
        let _ = parse(&raw);
    }
    let comments = format!(
        "From: {}ada@inbox.example\nSubject: s\nDate: {}5 Jan 2026 10:00:00 +0000\n\nx",
        "(".repeat(100_000),
        "(".repeat(50_000)
    );
    let _ = parse(comments.as_bytes());
}

#[test]
fn truncated_or_corrupted_message_does_not_panic() {
    let raw = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/indeed/receipt.eml"
    ))
    .expect("a message");
    for end in 0..raw.len() {
        let _ = parse(&raw[..end]);
        let mut broken = raw.clone();
        broken[end] = broken[end].wrapping_mul(31).wrapping_add(7);
        let _ = parse(&broken);
    }
}

#[test]
fn flowed_text_is_joined_and_links_are_read() {
    let raw = format!(
        "{HEADERS}Content-Type: text/plain; charset=utf-8; format=flowed\n\nWe have \ndecided.\nView job: https://x.example/1\n"
    );
    let message = parse(raw.as_bytes()).expect("readable");
    assert_eq!(
        message.plain.lines,
        "We have decided.\nView job: https://x.example/1"
    );
    assert_eq!(message.links[0].url, "https://x.example/1");
    let raw = format!("{HEADERS}Content-Type: text/html\n\n<a href=\"https://y.example?trk=a\">go</a>");
    let message = parse(raw.as_bytes()).expect("readable");
    assert_eq!(message.links[0].url, "https://y.example?trk=a");
}

#[test]
fn calendar_part_is_read_and_is_no_text() {
    let event = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nSEQUENCE:1\nDTSTART:20260107T100000Z\nSUMMARY:Interview\nEND:VEVENT\nEND:VCALENDAR\n";
    for part in [
        "Content-Type: text/calendar; method=REQUEST; charset=utf-8\n",
        "Content-Type: application/octet-stream; name=\"Invite.ICS\"\nContent-Disposition: attachment; filename=\"Invite.ICS\"\n",
    ] {
        let raw = format!(
            "{HEADERS}Content-Type: multipart/alternative; boundary=b\n\n--b\n\nSee you.\n--b\n{part}\n{event}--b--\n"
        );
        let message = parse(raw.as_bytes()).expect("readable");
        assert_eq!(message.plain.lines, "See you.", "{part}");
        assert_eq!(message.calendar.expect(part).summary, "Interview");
    }
    let raw = format!("{HEADERS}Content-Type: text/calendar\n\n{event}");
    let message = parse(raw.as_bytes()).expect("readable");
    assert_eq!(message.plain.lines, "");
    assert!(message.calendar.is_some());
}

#[test]
fn charset_of_html_is_read_from_its_meta_element() {
    let raw = [
        format!("{HEADERS}Content-Type: text/html\n\n<meta charset=\"koi8-r\"><p>").as_bytes(),
        b"\xf0\xd2\xc9\xd7\xc5\xd4</p>",
    ]
    .concat();
    assert_eq!(parse(&raw).expect("readable").html.lines, "Привет");
}
