//! Server functions of the theme, one in each file.

pub mod set_theme;
