//! Server functions of metrics, one in each file.

pub mod get_charts;
