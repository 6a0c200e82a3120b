//! Applications on pages: their marks and glyphs, and the board.

pub mod api;
mod board;
#[cfg(feature = "ssr")]
mod form;
mod glyph;
mod mark;
mod words;

pub use board::BoardPage;
pub use glyph::{OutcomeGlyph, StageGlyph};
pub use mark::{CompanyMark, MarkSize, initials};
