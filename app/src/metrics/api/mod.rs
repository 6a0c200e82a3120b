//! Server functions of the metrics.

pub mod set_goal;
