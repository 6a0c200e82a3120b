//! Server functions of the workspace frame.

pub mod get_viewer;
pub mod sign_out;
