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

/// Repeats a message without holding the entire file in memory.
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
    assert!(mbox.offset > 75_000_000, "{} bytes were read", mbox.offset);
    assert!(
        largest < 64 * 1024,
        "a buffer of {largest} bytes for messages of 20 KB"
    );
}
