//! Server functions of the inbox.

pub mod decide;
pub mod undo;
