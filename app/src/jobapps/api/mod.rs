//! Server functions of job applications.

pub mod add;
pub mod move_stage;
pub mod set_outcome;
