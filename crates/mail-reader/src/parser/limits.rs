//! Limits on untrusted messages. The checks before parsing protect the stack and the memory of the MIME parser.

use super::error::{ParseError, TooLarge};
use mail_parser::{Message, PartType};

/// Maximum size of a message.
pub const MAX_MESSAGE_BYTES: usize = 10 * 1024 * 1024;
/// Maximum size of the header block of a message.
pub const MAX_HEADER_BYTES: usize = 256 * 1024;
/// Maximum number of MIME parts, including those of attached messages.
const MAX_PARTS: usize = 1_000;
/// Maximum nesting depth of MIME parts.
const MAX_DEPTH: usize = 50;

/// Checks the size of the message and of its header block.
pub fn check_size(raw: &[u8]) -> Result<(), TooLarge> {
    if raw.len() > MAX_MESSAGE_BYTES {
        return Err(TooLarge::Message);
    }
    if raw.len() > MAX_HEADER_BYTES {
        let beginning = raw.get(..MAX_HEADER_BYTES).unwrap_or(raw);
        let has_end = memchr::memmem::find(beginning, b"\n\n").is_some()
            || memchr::memmem::find(beginning, b"\n\r\n").is_some();
        if !has_end {
            return Err(TooLarge::Headers);
        }
    }
    Ok(())
}

/// Limits the number of Content-Type lines. The MIME parser recurses into nested parts, and each needs such a line, so this
/// bounds its recursion depth.
pub fn check_content_types(raw: &[u8]) -> Result<(), ParseError> {
    let mut count = 0;
    for at in memchr::memchr_iter(b'\n', raw) {
        let line = raw.get(at + 1..at + 13).unwrap_or_default();
        if line.eq_ignore_ascii_case(b"content-type") {
            count += 1;
            if count > MAX_PARTS {
                return Err(ParseError::TooManyParts);
            }
        }
    }
    Ok(())
}

/// Checks the number and the nesting depth of the parsed parts.
pub fn check_parts(message: &Message<'_>) -> Result<(), ParseError> {
    let mut count = 0;
    let mut max_depth = 0;
    let mut pending: Vec<(&Message<'_>, usize)> = vec![(message, 0)];
    while let Some((message, base)) = pending.pop() {
        count += message.parts.len();
        if count > MAX_PARTS {
            return Err(ParseError::TooManyParts);
        }
        // A part is listed after its parent, so one pass finds all depths.
        let mut depths = vec![base; message.parts.len()];
        for (n, part) in message.parts.iter().enumerate() {
            let depth = depths.get(n).copied().unwrap_or(base);
            max_depth = max_depth.max(depth);
            match &part.body {
                PartType::Multipart(children) => {
                    for child in children {
                        if let Some(slot) = depths.get_mut(*child as usize) {
                            *slot = depth + 1;
                        }
                    }
                }
                PartType::Message(inner) => pending.push((inner, depth + 1)),
                _ => {}
            }
        }
        if max_depth > MAX_DEPTH {
            return Err(ParseError::TooDeep);
        }
    }
    Ok(())
}
