//! Mail files in: choosing them, watching them being read, what came of it.

pub mod api;
mod howto;
mod page;
mod progress;
mod upload;
mod words;

pub use page::ImportPage;
