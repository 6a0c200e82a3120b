//! Job applications: the board.

#[cfg(feature = "ssr")]
mod add_form;
pub mod api;
mod board;
mod labels;

#[cfg(feature = "ssr")]
pub use board::BoardPage;
