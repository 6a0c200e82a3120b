//! Server functions of job applications.

pub mod add;
pub mod get_board;
pub mod move_stage;
pub mod set_outcome;
