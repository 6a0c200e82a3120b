//! The identity of a message is the same for all of its copies, and differs between messages.

#![expect(clippy::expect_used, reason = "a test may fail this way")]

use mail_reader::parser::MessageParser;
use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

const BODY: &str =
    "Dear Ada,\n\nFrom our point of view your application as Köchin is complete — “really”.\n\nMoss\n";

fn identity(raw: &[u8]) -> String {
    let parser = MessageParser::default();
    let headers = parser
        .parse_headers(raw, b"", "2026-12-01T00:00:00Z".parse().expect("a time"))
        .expect("headers");
    let message = parser.parse_body(headers, raw).expect("a body");
    message.headers.identity
}

fn headers(body_headers: &str) -> String {
    format!(
        "From: Moss <Jobs@moss.example>\nTo: Ada <ada@example.org>\nSubject: Bewerbung als Köchin\n\
         Date: Wed, 4 Mar 2026 09:12:44 +0100\nMessage-ID: <1@moss.example>\n{body_headers}\n"
    )
}

fn original() -> Vec<u8> {
    format!("{}{BODY}", headers("Content-Type: text/plain; charset=utf-8\n")).into_bytes()
}

fn quoted_printable(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        match b {
            b'\n' => out.push('\n'),
            b if b.is_ascii_alphanumeric() || b == b' ' => out.push(char::from(b)),
            b => write!(out, "={b:02X}").expect("a string"),
        }
        out
    })
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (n, group) in text.as_bytes().chunks(3).enumerate() {
        let bits = group.iter().fold(0_u32, |all, b| all << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        for at in 0..4_usize {
            let index = usize::try_from(bits >> (18 - 6 * at) & 63).expect("six bits");
            out.push(if at <= group.len() {
                char::from(DIGITS[index])
            } else {
                '='
            });
        }
        if n % 19 == 18 {
            out.push('\n');
        }
    }
    out
}

fn text(raw: &[u8]) -> String {
    String::from_utf8(raw.to_vec()).expect("UTF-8")
}

#[test]
fn copy_with_other_line_endings_is_the_same() {
    let expected = identity(&original());
    assert_eq!(
        identity(text(&original()).replace('\n', "\r\n").as_bytes()),
        expected
    );
    assert_eq!(
        identity(format!("{}\n\n\n", text(&original())).as_bytes()),
        expected
    );
    let wrapped = text(&original()).replace("application as", "application\nas");
    assert_eq!(identity(wrapped.as_bytes()), expected);
}

#[test]
fn copy_with_another_encoding_is_the_same() {
    let expected = identity(&original());
    let typed = |charset: &str, encoding: &str| {
        headers(&format!(
            "Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n"
        ))
    };
    let copy = format!("{}{}", typed("utf-8", "quoted-printable"), quoted_printable(BODY));
    assert_eq!(identity(copy.as_bytes()), expected);
    let copy = format!("{}{}", typed("utf-8", "base64"), base64(BODY));
    assert_eq!(identity(copy.as_bytes()), expected);
    let copy = format!("{}{BODY}", typed("iso-8859-1", "8bit"));
    assert_eq!(identity(copy.as_bytes()), expected);
    let mut copy = typed("windows-1252", "8bit").into_bytes();
    for c in BODY.chars() {
        copy.push(match c {
            'ö' => 0xf6,
            '—' => 0x97,
            '“' => 0x93,
            '”' => 0x94,
            c => u8::try_from(c).expect("Latin-1"),
        });
    }
    assert_eq!(identity(&copy), expected);
    let subject = text(&original()).replace("als Köchin\n", "=?iso-8859-1?Q?als_K=F6chin?=\n");
    assert_eq!(identity(subject.as_bytes()), expected);
}

#[test]
fn large_text_has_one_identity_in_every_encoding() {
    let body: String = BODY.repeat(4_000);
    let plain = format!("{}{body}", headers("Content-Type: text/plain; charset=utf-8\n"));
    let typed = |encoding: &str| {
        headers(&format!(
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n"
        ))
    };
    let quoted = format!("{}{}", typed("quoted-printable"), quoted_printable(&body));
    let encoded = format!("{}{}", typed("base64"), base64(&body));
    assert_eq!(identity(quoted.as_bytes()), identity(plain.as_bytes()));
    assert_eq!(identity(encoded.as_bytes()), identity(plain.as_bytes()));
}

#[test]
fn copy_with_added_or_missing_headers_is_the_same() {
    let expected = identity(&original());
    for added in [
        "X-Gmail-Labels: Posteingang,Geöffnet\n",
        "X-GM-THRID: 1\nDelivered-To: ada@example.org\n",
        "Received: by mx; Wed, 4 Mar 2026 08:12:50 +0000\nAuthentication-Results: mx; dmarc=pass\n",
        "X-Mozilla-Status: 0001\nX-Mozilla-Status2: 00000000\n",
    ] {
        assert_eq!(
            identity(format!("{added}{}", text(&original())).as_bytes()),
            expected,
            "{added}"
        );
    }
    let without_id = text(&original()).replace("Message-ID: <1@moss.example>\n", "");
    assert_eq!(identity(without_id.as_bytes()), expected);
    let other_zone = text(&original()).replace("09:12:44 +0100", "08:12:44 GMT");
    assert_eq!(identity(other_zone.as_bytes()), expected);
    let quoted = text(&original()).replace("\nFrom our", "\n>From our");
    assert_eq!(identity(quoted.as_bytes()), expected);
}

#[test]
fn different_messages_differ_even_with_one_message_id() {
    let original = text(&original());
    let expected = identity(original.as_bytes());
    for (from, to) in [
        ("complete", "rejected"),
        ("als Köchin\n", "als Koch\n"),
        ("09:12:44", "09:12:45"),
        ("Jobs@moss", "hr@moss"),
        ("Moss\n", "Moss\nReq 17\n"),
    ] {
        let other = original.replacen(from, to, if from == "Moss\n" { usize::MAX } else { 1 });
        assert_ne!(other, original);
        assert_ne!(identity(other.as_bytes()), expected, "{to}");
    }
}

#[test]
fn message_without_date_is_distinguished_by_its_id() {
    let received = "Received: by mx; Wed, 4 Mar 2026 08:12:50 +0000\n";
    let message = |id: &str| {
        let original = text(&original()).replace("Date: Wed, 4 Mar 2026 09:12:44 +0100\n", received);
        identity(original.replace("<1@moss.example>", id).as_bytes())
    };
    assert_ne!(message("<1@x>"), message("<2@x>"));
    assert_eq!(message("<1@x>"), message("<1@x>"));
}

#[test]
fn fixtures_have_an_identity_each_that_no_copy_changes() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut identities = BTreeSet::new();
    let mut count = 0;
    for folder in fs::read_dir(fixtures).expect("fixtures") {
        let folder = folder.expect("an entry").path();
        // The folder `mime` contains the same message in several encodings.
        if !folder.is_dir() || folder.ends_with("mime") {
            continue;
        }
        for file in fs::read_dir(folder).expect("a folder") {
            let raw = fs::read(file.expect("an entry").path()).expect("a fixture");
            let parser = MessageParser::default();
            let now = "2026-12-01T00:00:00Z".parse().expect("a time");
            if parser.parse_headers(&raw, b"", now).is_err() {
                continue;
            }
            let expected = identity(&raw);
            let unix: Vec<u8> = raw.iter().copied().filter(|b| *b != b'\r').collect();
            let labelled = [b"X-Gmail-Labels: Inbox\n".as_slice(), &unix].concat();
            assert_eq!(identity(&labelled), expected);
            identities.insert(expected);
            count += 1;
        }
    }
    assert!(count > 20, "{count} fixtures");
    assert_eq!(identities.len(), count, "two fixtures share an identity");
}
