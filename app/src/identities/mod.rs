//! Signing in by other providers: the buttons, and how they look in the settings.

pub mod api;
mod buttons;
mod mark;

pub use buttons::{ProviderButtons, ProviderForm};
pub use mark::ProviderMark;
