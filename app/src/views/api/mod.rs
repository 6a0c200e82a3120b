//! Server functions of saved views.

pub mod change_views;
