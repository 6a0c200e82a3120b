//! The numbers of the page.

use crate::{error::Fail, metrics::Charts};
use leptos::prelude::*;

/// Applications by month and source, and by stage.
#[server(prefix = "/_fn", endpoint = "metrics/get_charts")]
pub async fn get_charts(slug: String) -> Result<Charts, Fail> {
    use crate::{metrics::charts, ssr};
    let (services, caller) = ssr::enter(&slug).await?;
    let (by_month, by_status) = ssr::answer(service::metrics::charts(&services, &caller).await)?;
    let option = |chart| serde_json::to_string(&chart).unwrap_or_default();
    let (month_option, status_option) = (
        option(charts::by_month(&by_month)),
        option(charts::by_status(&by_status)),
    );
    Ok(Charts {
        by_month,
        by_status,
        month_option,
        status_option,
    })
}
