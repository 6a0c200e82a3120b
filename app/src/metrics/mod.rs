//! Metrics: sentences, charts and tables.

pub mod api;
#[cfg(feature = "ssr")]
mod charts;
mod format;
mod page;
mod summary;
mod tables;

pub use page::MetricsPage;

use domain::metrics::{MonthlyCounts, StageCount};
use serde::{Deserialize, Serialize};

/// The data of the page, read in one transaction. The server makes the chart options, so that the browser does not need
/// the library for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charts {
    /// Applications by month and source.
    pub by_month: MonthlyCounts,
    /// Applications by stage.
    pub by_stage: Vec<StageCount>,
    /// ECharts option of [`Self::by_month`] as JSON.
    pub month_option: String,
    /// ECharts option of [`Self::by_stage`] as JSON.
    pub stage_option: String,
}
