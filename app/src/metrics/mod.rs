//! What works: the numbers as a sentence, as charts and as tables.

pub mod api;
#[cfg(feature = "ssr")]
mod charts;
mod page;
mod tables;
mod words;

pub use page::MetricsPage;

use domain::metrics::{MonthlyCounts, StatusCount};
use serde::{Deserialize, Serialize};

/// What the page draws, from one look at the database. The drawings are made on the server, so that a browser need not
/// load what makes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charts {
    /// By month and source.
    pub by_month: MonthlyCounts,
    /// By stage.
    pub by_status: Vec<StatusCount>,
    /// The drawing of [`Self::by_month`] as an option of ECharts, JSON.
    pub month_option: String,
    /// The drawing of [`Self::by_status`], likewise.
    pub status_option: String,
}
