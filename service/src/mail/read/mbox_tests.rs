use super::*;
use std::io::{BufReader, Cursor, Read};

fn cut(file: &[u8]) -> Vec<Piece> {
    // A tiny buffer, so that lines and separators cross its borders.
    let mut mbox = Mbox::new(BufReader::with_capacity(7, Cursor::new(file.to_vec())));
    std::iter::from_fn(|| mbox.next_piece().expect("memory can be read")).collect()
}

fn texts(file: &[u8]) -> Vec<String> {
    cut(file)
        .into_iter()
        .map(|p| String::from_utf8(p.content.expect("small")).expect("text"))
        .collect()
}

const DATE: &str = "Mon Jan  5 10:00:00 2026";

#[test]
fn cuts_at_from_lines_and_takes_the_quoting_off() {
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
fn reads_windows_line_ends_and_what_stands_before_the_first_mail() {
    let file = format!(
        "\u{feff}\r\n\r\nFrom x {DATE} +0000\r\nSubject: 1\r\n\r\na\r\n\r\nFrom x {DATE}\r\nSubject: 2\r\n\r\nb\r\n"
    );
    assert_eq!(
        texts(file.as_bytes()),
        ["Subject: 1\r\n\r\na\r\n", "Subject: 2\r\n\r\nb\r\n"]
    );
}

#[test]
fn prose_that_begins_with_from_is_no_new_mail() {
    let file = format!(
        "From x {DATE}\nSubject: 1\n\nThis is a letter.\n\nFrom here on it goes well.\nAnd on.\nFrom now: yes\n\nFrom Monday 10:00 we are closed\n"
    );
    assert_eq!(cut(file.as_bytes()).len(), 1);
}

#[test]
fn a_separator_without_a_date_counts_after_a_blank_line_and_before_a_header() {
    let file = "From me@example.org\nSubject: 1\n\na\n\nFrom you@example.org\nSubject: 2\n\nb\n";
    assert_eq!(cut(file.as_bytes()).len(), 2);
}

#[test]
fn what_is_too_large_is_left_out_with_its_place_and_the_rest_goes_on() {
    let mut file = format!("From x {DATE}\nSubject: 1\n\n").into_bytes();
    file.extend(std::iter::repeat_n(b'x', MAX_MESSAGE + 1));
    file.extend(format!("\n\nFrom x {DATE}\nSubject: ").into_bytes());
    file.extend(std::iter::repeat_n(b'y', MAX_HEADERS));
    file.extend(format!("\n\nbody\n\nFrom x {DATE}\nSubject: 3\n\nok\n").into_bytes());
    let mut mbox = Mbox::new(BufReader::new(Cursor::new(file)));
    let pieces: Vec<_> = std::iter::from_fn(|| mbox.next_piece().expect("readable")).collect();
    let contents: Vec<_> = pieces
        .iter()
        .map(|p| (p.position, p.content.as_ref().map(Vec::len).map_err(|e| *e)))
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
fn goes_on_from_any_mail() {
    let file = (0..5).fold(String::new(), |all, n| {
        all + &format!("From x {DATE}\nSubject: {n}\n\nbody {n}\n\n")
    });
    let all = cut(file.as_bytes());
    for done in &all {
        let offset = usize::try_from(done.next_offset).expect("small");
        let rest = Cursor::new(file.as_bytes()[offset..].to_vec());
        let mut mbox = Mbox::resume(rest, done.next_offset, done.position);
        let rest: Vec<_> = std::iter::from_fn(|| mbox.next_piece().expect("readable")).collect();
        assert_eq!(rest[..], all[usize::try_from(done.position).expect("small")..]);
    }
}

/// A file that is made while it is read, so that it needs no room anywhere.
struct Endless {
    mail: Vec<u8>,
    at: usize,
    left: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.mail.len() {
            if self.left == 0 {
                return Ok(0);
            }
            self.left -= 1;
            self.at = 0;
        }
        let n = buffer.len().min(self.mail.len() - self.at);
        buffer[..n].copy_from_slice(&self.mail[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

#[test]
fn holds_one_mail_at_a_time_whatever_the_size_of_the_file() {
    let mail = format!(
        "From x {DATE}\nSubject: s\n\n{}\n\n",
        "line of a body\n".repeat(1_300)
    )
    .into_bytes();
    let mails = 4_000;
    let mut mbox = Mbox::new(BufReader::new(Endless {
        at: mail.len(),
        left: mails,
        mail,
    }));
    let (mut count, mut largest) = (0, 0);
    while let Some(piece) = mbox.next_piece().expect("readable") {
        largest = largest.max(piece.content.expect("small").capacity());
        count += 1;
    }
    assert_eq!(count, mails);
    assert!(mbox.offset > 75_000_000, "{} bytes were read", mbox.offset);
    assert!(
        largest < 64 * 1024,
        "a buffer of {largest} bytes for mails of 20 KB"
    );
}
