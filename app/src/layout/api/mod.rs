//! Server functions of the workspace frame.

pub mod sign_out;
