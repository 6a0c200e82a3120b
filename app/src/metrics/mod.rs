//! Metrics: sentences, charts and tables. The server renders the page and makes the options of the charts.

mod charts;
mod format;
mod page;
mod summary;
mod tables;

pub use page::MetricsPage;
