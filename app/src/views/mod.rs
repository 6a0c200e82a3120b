//! Saved views of the board, the table and the metrics.

pub mod api;
mod menu;

pub use menu::{Views, ViewsMenu, load_views};
