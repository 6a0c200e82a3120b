//! Server functions of the theme.

pub mod set_theme;
