use super::*;
use std::io::{BufReader, Cursor, Read};

fn split(file: &[u8]) -> Vec<MboxMessage> {
    // A tiny buffer, so that lines and separators span several reads.
    let mut mbox = Mbox::new(BufReader::with_capacity(7, Cursor::new(file.to_vec())));
    std::iter::from_fn(|| mbox.next_message().expect("readable")).collect()
}

fn texts(file: &[u8]) -> Vec<String> {
    split(file)
        .into_iter()
        .map(|m| String::from_utf8(m.content.expect("small")).expect("text"))
        .collect()
}

const DATE: &str = "Mon Jan  5 10:00:00 2026";

#[test]
fn from_lines_separate_messages_and_are_unquoted() {
    let file = format!(
        "From a@b.c {DATE}\nSubject: 1\n\nhello\n>From me\n>>From you\n> quote\n\nFrom - {DATE}\nSubject: 2\n\nlast, no line break"
    );
    assert_eq!(
        texts(file.as_bytes()),
        [
            "Subject: 1\n\nhello\nFrom me\n>From you\n> quote\n",
            "Subject: 2\n\nlast, no line break"
        ]
    );
}

#[test]
fn crlf_and_preamble_are_accepted() {
    let file = format!(
        "\u{feff}\r\n\r\nFrom x {DATE} +0000\r\nSubject: 1\r\n\r\na\r\n\r\nFrom x {DATE}\r\nSubject: 2\r\n\r\nb\r\n"
    );
    assert_eq!(
        texts(file.as_bytes()),
        ["Subject: 1\r\n\r\na\r\n", "Subject: 2\r\n\r\nb\r\n"]
    );
}

#[test]
fn body_line_beginning_with_from_is_no_separator() {
    let file = format!(
        "From x {DATE}\nSubject: 1\n\nThis is a message.\n\nFrom here on it goes well.\nAnd on.\nFrom now: yes\n\nFrom Monday 10:00 we are closed\n"
    );
    assert_eq!(split(file.as_bytes()).len(), 1);
}

#[test]
fn separator_without_date_requires_blank_line_and_header() {
    let file = "From me@example.org\nSubject: 1\n\na\n\nFrom you@example.org\nSubject: 2\n\nb\n";
    assert_eq!(split(file.as_bytes()).len(), 2);
}

#[test]
fn oversized_message_is_reported_and_the_rest_is_read() {
    let mut file = format!("From x {DATE}\nSubject: 1\n\n").into_bytes();
    file.extend(std::iter::repeat_n(b'x', MAX_MESSAGE_BYTES + 1));
    file.extend(format!("\n\nFrom x {DATE}\nSubject: ").into_bytes());
    file.extend(std::iter::repeat_n(b'y', MAX_HEADER_BYTES));
    file.extend(format!("\n\nbody\n\nFrom x {DATE}\nSubject: 3\n\nok\n").into_bytes());
    let mut mbox = Mbox::new(BufReader::new(Cursor::new(file)));
    let messages: Vec<_> = std::iter::from_fn(|| mbox.next_message().expect("readable")).collect();
    let contents: Vec<_> = messages
        .iter()
        .map(|m| (m.position, m.content.as_ref().map(Vec::len).map_err(|e| *e)))
        .collect();
    assert_eq!(
        contents,
        [
            (1, Err(TooLarge::Message)),
            (2, Err(TooLarge::Headers)),
            (3, Ok(15))
        ]
    );
}

#[test]
fn reading_resumes_after_any_message() {
    let file = (0..5).fold(String::new(), |all, n| {
        all + &format!("From x {DATE}\nSubject: {n}\n\nbody {n}\n\n")
    });
    let all = split(file.as_bytes());
    for done in &all {
        let offset = usize::try_from(done.next_offset).expect("small");
        let rest = Cursor::new(file.as_bytes()[offset..].to_vec());
        let mut mbox = Mbox::resume(rest, done.next_offset, done.position);
        let rest: Vec<_> = std::iter::from_fn(|| mbox.next_message().expect("readable")).collect();
        assert_eq!(rest[..], all[usize::try_from(done.position).expect("small")..]);
    }
}

/// A reader that repeats a message without holding the entire file in memory.
struct RepeatedMessage {
    message: Vec<u8>,
    offset: usize,
    remaining: usize,
}

impl Read for RepeatedMessage {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.offset == self.message.len() {
            if self.remaining == 0 {
                return Ok(0);
            }
            self.remaining -= 1;
            self.offset = 0;
        }
        let n = buffer.len().min(self.message.len() - self.offset);
        buffer[..n].copy_from_slice(&self.message[self.offset..self.offset + n]);
        self.offset += n;
        Ok(n)
    }
}

#[test]
fn memory_is_bounded_by_one_message() {
    let message = format!(
        "From x {DATE}\nSubject: s\n\n{}\n\n",
        "line of a body\n".repeat(1_300)
    )
    .into_bytes();
    let messages = 4_000;
    let mut mbox = Mbox::new(BufReader::new(RepeatedMessage {
        offset: message.len(),
        remaining: messages,
        message,
    }));
    let (mut count, mut largest) = (0, 0);
    while let Some(message) = mbox.next_message().expect("readable") {
        largest = largest.max(message.content.expect("small").capacity());
        count += 1;
    }
    assert_eq!(count, messages);
    assert!(
        mbox.lines.offset() > 75_000_000,
        "{} bytes were read",
        mbox.lines.offset()
    );
    assert!(
        largest < 64 * 1024,
        "a buffer of {largest} bytes for messages of 20 KB"
    );
}

/// Reads the messages with many buffer sizes, so that separators cross every buffer boundary. All results must be equal.
fn texts_at_all_boundaries(file: &[u8]) -> Vec<String> {
    let expected = texts(file);
    for capacity in (1..40).chain([64, 1_000]) {
        let mut mbox = Mbox::new(BufReader::with_capacity(capacity, Cursor::new(file.to_vec())));
        let all: Vec<_> = std::iter::from_fn(|| mbox.next_message().expect("readable"))
            .map(|m| String::from_utf8(m.content.expect("small")).expect("text"))
            .collect();
        assert_eq!(all, expected, "buffer of {capacity} bytes");
    }
    expected
}

#[test]
fn bare_separators_without_blank_lines_are_recognized() {
    let file = "From \nX-Mozilla-Status: 0001\nSubject: 1\n\none\nFrom \nSubject: 2\n\ntwo\nFrom \nReceived: by x\n y\nSubject: 3\n\nthree";
    assert_eq!(
        texts_at_all_boundaries(file.as_bytes()),
        [
            "X-Mozilla-Status: 0001\nSubject: 1\n\none\n",
            "Subject: 2\n\ntwo\n",
            "Received: by x\n y\nSubject: 3\n\nthree"
        ]
    );
}

#[test]
fn separators_of_all_programs_are_recognized() {
    for separator in [
        "From - Tue Jun 30 23:30:00 2026",
        "From - Tue Jun 30 23:30:00 2026\n>From - Tue Jun 30 23:30:00 2026",
        "From ada@b.example Tue Jun 30 23:30:00 2026",
        "From ada@b.example Tue Jun 30 23:30:00 2026 +0200",
        "From ada@b.example  Tue Jun 30 23:30:00 CEST 2026",
        "From 1698@xxx Thu Apr 16 09:53:04 +0000 2015",
        "From MAILER-DAEMON Tue Jun  9 23:30 2026",
        "From \"Ada B\" Tue, Jun 30 23:30:00 2026",
    ] {
        let file = format!("{separator}\nSubject: 1\n\none\n{separator}\nSubject: 2\n\ntwo\n");
        assert_eq!(
            texts_at_all_boundaries(file.as_bytes()),
            ["Subject: 1\n\none\n", "Subject: 2\n\ntwo\n"],
            "{separator}"
        );
    }
    // Separator lines of old Google Groups exports.
    let file =
        "From 1777\nX-Google-Language: en\nSubject: 1\n\none\n\nFrom -1778\nX-Google-Language: en\n\ntwo\n";
    assert_eq!(texts_at_all_boundaries(file.as_bytes()).len(), 2);
}

#[test]
fn separators_with_dates_of_other_forms_are_recognized() {
    for separator in [
        "From a@b.c Mon, 30 Nov 2026 10:00:00 +0100",
        "From - Mon, 30 Nov 2026 10:00:00 +0100 (CET)",
        "From a@b.c 30 Nov 2026 10:00 GMT",
        "From a@b.c Mon, 30-Nov-2026 10:00:00",
        "From \"Ada B\" <a@b.c> Mon, 30 Nov 2026 10:00:00 +0100",
        "From MAILER-DAEMON 2026-11-30T10:00:00Z",
        "From a@b.c 2026-11-30 10:00:00 +0100",
        "From a@b.c",
    ] {
        let file = format!("{separator}\nSubject: 1\n\none\n\n{separator}\nSubject: 2\n\ntwo\n");
        assert_eq!(
            texts_at_all_boundaries(file.as_bytes()),
            ["Subject: 1\n\none\n", "Subject: 2\n\ntwo\n"],
            "{separator}"
        );
    }
}

#[test]
fn text_that_looks_like_a_separator_is_kept() {
    for text in [
        "From a@b.c Mon, 30 Nov 2026 10:00:00 +0100\nwe read:\n",
        "From a@b.c Mon, 30 Nov 2026 10:00:00 +0100\nPosition: Data Analyst\n",
        "From Monday 30 Nov 2026 10:00\nTo: 11:00\nSubject: Interview\n",
        "From here on our team takes over.\nPosition: Data Analyst\n",
        "From our side all is set.\nDate: 5 May 2026\nLocation: Leeds\n",
        "From Ada\nPosition: Data Analyst\n",
        "From now on\n\nSubject: to change\n",
        "From \nMonday to Friday\n",
        "From \nPosition: Data Analyst\n\n",
        "From Ada B Mon Jan  5 10:00:00 2026\nwe work here.\n",
        "From Monday 10:00 on\nFrom: noon\n",
    ] {
        let file = format!("From x {DATE}\nSubject: 1\n\nHello,\n\n{text}");
        assert_eq!(
            texts_at_all_boundaries(file.as_bytes()),
            [format!("Subject: 1\n\nHello,\n\n{text}")
                .trim_end_matches("\n\n")
                .to_owned()
                + if text.ends_with("\n\n") { "\n" } else { "" }],
            "{text}"
        );
    }
}

#[test]
fn content_length_is_used_if_it_leads_to_a_separator() {
    let body = format!("Forwarded:\n\nFrom y {DATE}\nSubject: inner\n\n>From me\nend\n");
    let file = |length: usize| {
        format!(
            "From x {DATE}\nSubject: 1\nContent-Length: {length}\n\n{body}\nFrom z {DATE}\nSubject: 2\n\nlast\n"
        )
    };
    let texts = texts_at_all_boundaries(file(body.len()).as_bytes());
    assert_eq!(texts.len(), 2);
    assert!(texts[0].ends_with(&body), "{texts:?}");
    for wrong in [0, 5, body.len() - 3, body.len() + 20, 5_000, 99_999_999_999] {
        assert_eq!(
            texts_at_all_boundaries(file(wrong).as_bytes()).len(),
            3,
            "{wrong}"
        );
    }
    // A Content-Length in the last message of a file.
    let file = format!(
        "From x {DATE}\nContent-Length: {}\nSubject: 1\n\n{body}",
        body.len()
    );
    assert_eq!(texts_at_all_boundaries(file.as_bytes()).len(), 1);
}

#[test]
fn wrong_content_lengths_are_read_in_bounded_time() {
    let message = format!("From x {DATE}\nSubject: 1\nContent-Length: 9999999\n\nx\n\n");
    let file = message.repeat(20_000);
    let start = std::time::Instant::now();
    let mut mbox = Mbox::new(BufReader::new(Cursor::new(file.into_bytes())));
    let mut count = 0;
    while mbox.next_message().expect("readable").is_some() {
        count += 1;
    }
    assert_eq!(count, 20_000);
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn any_line_breaks_are_accepted() {
    let unix =
        format!("From x {DATE}\nSubject: 1\nDate: d\n\none\ntwo\n\nFrom x {DATE}\nSubject: 2\n\nlast\n");
    for line_break in ["\r", "\r\n", "\r\r\n"] {
        let file = unix.replace('\n', line_break);
        let all: Vec<String> = texts_at_all_boundaries(file.as_bytes())
            .iter()
            .map(|t| t.replace("\r\n", "\n"))
            .collect();
        assert_eq!(
            all,
            ["Subject: 1\nDate: d\n\none\ntwo\n", "Subject: 2\n\nlast\n"],
            "{line_break:?}"
        );
    }
    let (first, second) = unix.split_at(unix.find("\nFrom x").expect("two messages") + 1);
    let mixed = format!(
        "\u{feff}{}\u{feff}{}",
        first.replace('\n', "\r\n"),
        second.replace('\n', "\r")
    );
    assert_eq!(texts_at_all_boundaries(mixed.as_bytes()).len(), 2);
}

#[test]
fn many_tiny_messages_are_read_in_bounded_time() {
    let file = "From \nDate: x\n\n".repeat(50_000);
    let start = std::time::Instant::now();
    let mut mbox = Mbox::new(BufReader::new(Cursor::new(file.into_bytes())));
    let mut count = 0;
    while mbox.next_message().expect("readable").is_some() {
        count += 1;
    }
    assert_eq!(count, 50_000);
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
