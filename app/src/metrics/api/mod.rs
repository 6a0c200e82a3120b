//! Server functions of the metrics.

pub mod get_charts;
