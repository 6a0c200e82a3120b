//! Metrics: sentences, charts and tables. The server renders the page and creates the options of the charts.

pub mod api;
mod chart_summaries;
mod charts;
mod cohort_charts;
mod cohort_page;
mod figures;
mod filter;
mod format;
mod goal;
mod page;
mod summary;
mod tables;
mod tiles;

pub use cohort_page::CohortPage;
pub use page::{ClientMetrics, MetricsPage, client_error_view};
