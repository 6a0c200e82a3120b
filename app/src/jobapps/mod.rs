//! Job applications: the board.

#[cfg(feature = "ssr")]
mod add_form;
pub mod api;
mod board;
mod labels;

pub use board::BoardPage;
