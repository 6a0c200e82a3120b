//! The numbers of the page.

use crate::{error::Fail, metrics::Charts};
use leptos::prelude::*;

/// Applications by month and source, and by stage.
#[server(prefix = "/_fn", endpoint = "metrics/get_charts")]
pub async fn get_charts(slug: String) -> Result<Charts, Fail> {
    use crate::ssr;
    let (services, caller) = ssr::enter(&slug).await?;
    let (by_month, by_status) = ssr::answer(service::metrics::charts(&services, &caller).await)?;
    Ok(Charts { by_month, by_status })
}
