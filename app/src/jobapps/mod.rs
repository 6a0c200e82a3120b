//! Job applications: the board, merging and splitting.

#[cfg(feature = "ssr")]
mod add_form;
pub mod api;
#[cfg(feature = "ssr")]
mod application_page;
mod board;
mod labels;
#[cfg(feature = "ssr")]
mod merge_page;
#[cfg(feature = "ssr")]
mod names_page;
#[cfg(feature = "ssr")]
mod split_page;

#[cfg(feature = "ssr")]
pub use board::BoardPage;
#[cfg(feature = "ssr")]
pub use merge_page::MergePage;
#[cfg(feature = "ssr")]
pub use names_page::NamesPage;
#[cfg(feature = "ssr")]
pub use split_page::SplitPage;
