//! What a mail may be like. Checked before and after parsing, so that no mail costs more than others.

use super::mbox::{MAX_HEADERS, MAX_MESSAGE, TooLarge};
use mail_parser::{Message, PartType};

/// Most parts of a mail.
pub const MAX_PARTS: usize = 1_000;
/// Deepest nesting of parts.
pub const MAX_DEPTH: usize = 50;

/// Why a mail cannot be read, as a sentence for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Its size.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// Too many parts.
    #[error("This mail has more than 1000 parts, so it was left out.")]
    TooManyParts,
    /// Parts within parts within parts.
    #[error("The parts of this mail are nested more than 50 deep, so it was left out.")]
    TooDeep,
    /// No sender, subject or date.
    #[error("This is not a mail: it has no sender, subject or date.")]
    NoHeaders,
    /// Nothing says when it was sent.
    #[error("This mail has no date that can be believed, so it cannot be placed in time and was left out.")]
    NoDate,
    /// The parser gave up.
    #[error("This mail is broken in a way that cannot be read, so it was left out.")]
    Broken,
}

/// Checks the size of mail and headers.
pub fn size(raw: &[u8]) -> Result<(), TooLarge> {
    if raw.len() > MAX_MESSAGE {
        return Err(TooLarge::Message);
    }
    if raw.len() > MAX_HEADERS {
        let beginning = raw.get(..MAX_HEADERS).unwrap_or(raw);
        let ends = memchr::memmem::find(beginning, b"\n\n").is_some()
            || memchr::memmem::find(beginning, b"\n\r\n").is_some();
        if !ends {
            return Err(TooLarge::Headers);
        }
    }
    Ok(())
}

/// Checks, before parsing, that parts cannot nest deeper than a stack allows: each part that holds others needs a
/// Content-Type line.
pub fn nesting(raw: &[u8]) -> Result<(), Flaw> {
    let mut found = 0;
    for at in memchr::memchr_iter(b'\n', raw) {
        let line = raw.get(at + 1..at + 13).unwrap_or_default();
        if line.eq_ignore_ascii_case(b"content-type") {
            found += 1;
            if found > MAX_PARTS {
                return Err(Flaw::TooManyParts);
            }
        }
    }
    Ok(())
}

/// Checks what the parser found.
pub fn parts(message: &Message<'_>) -> Result<(), Flaw> {
    let mut count = 0;
    let mut depth = 0;
    let mut todo: Vec<(&Message<'_>, usize)> = vec![(message, 0)];
    while let Some((message, base)) = todo.pop() {
        count += message.parts.len();
        if count > MAX_PARTS {
            return Err(Flaw::TooManyParts);
        }
        // A part comes after the one that holds it, so one pass finds all depths.
        let mut depths = vec![base; message.parts.len()];
        for (n, part) in message.parts.iter().enumerate() {
            let own = depths.get(n).copied().unwrap_or(base);
            depth = depth.max(own);
            match &part.body {
                PartType::Multipart(children) => {
                    for child in children {
                        if let Some(slot) = depths.get_mut(*child as usize) {
                            *slot = own + 1;
                        }
                    }
                }
                PartType::Message(inner) => todo.push((inner, own + 1)),
                _ => {}
            }
        }
        if depth > MAX_DEPTH {
            return Err(Flaw::TooDeep);
        }
    }
    Ok(())
}
