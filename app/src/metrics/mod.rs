//! What works: the numbers as a sentence, as charts and as tables.

pub mod api;
mod charts;
mod page;
mod tables;
mod words;

pub use page::MetricsPage;

use domain::metrics::{MonthlyCounts, StatusCount};
use serde::{Deserialize, Serialize};

/// What the page draws, from one look at the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charts {
    /// By month and source.
    pub by_month: MonthlyCounts,
    /// By stage.
    pub by_status: Vec<StatusCount>,
}
