//! Reads mail: no database, no network, no clock. A file is cut into mails, a mail becomes a [`Letter`], and rule packs
//! say what it means.

pub mod encoded;
mod engine;
mod fields;
pub mod file_kind;
pub mod html;
pub mod keys;
pub mod letter;
pub mod limits;
pub mod mbox;
pub mod packs;
mod sentences;
pub mod text;
pub mod when;

pub use engine::{Reader, Reading};
pub use file_kind::FileKind;
pub use letter::{Flaw, Head, Letter, LetterReader};
pub use mbox::{Mbox, Piece};
pub use packs::PackError;

/// The name at the beginning of a header line.
fn header_name(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|b| *b == b':')?;
    let name = line.get(..colon)?;
    let good = !name.is_empty()
        && name.len() <= 80
        && name
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    good.then_some(name)
}
