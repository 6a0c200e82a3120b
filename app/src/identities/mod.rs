//! Signing in by other providers: the buttons.

pub mod api;
mod buttons;
mod mark;

pub use buttons::ProviderButtons;
