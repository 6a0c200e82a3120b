//! Loads the data of the metrics page.

use crate::{error::AppError, metrics::Charts};
use leptos::prelude::*;

/// Applications by month and source, and by stage.
#[server(prefix = "/_fn", endpoint = "metrics/get_charts")]
pub async fn get_charts(slug: String) -> Result<Charts, AppError> {
    use crate::{
        metrics::charts::{monthly_chart, stage_chart},
        server::{context::require_workspace, respond::respond},
    };
    let (services, caller) = require_workspace(&slug).await?;
    let (by_month, by_stage) = respond(service::metrics::charts(&services, &caller).await)?;
    let option = |chart| serde_json::to_string(&chart).unwrap_or_default();
    let (month_option, stage_option) = (option(monthly_chart(&by_month)), option(stage_chart(&by_stage)));
    Ok(Charts {
        by_month,
        by_stage,
        month_option,
        stage_option,
    })
}
