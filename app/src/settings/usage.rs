//! How much of its quotas the workspace uses.

use super::Section;
use crate::{error::AppError, layout::WorkspaceContext, server::respond::respond};
use domain::quotas::QuotaUsage;
use leptos::prelude::*;

/// Loads the usage of the workspace.
pub async fn load(workspace: &WorkspaceContext) -> Result<Vec<QuotaUsage>, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    respond(service::quotas::list_usage(&services, &caller).await)
}

#[component]
pub fn UsageSection(usage: Vec<QuotaUsage>) -> impl IntoView {
    let rows = usage
        .into_iter()
        .map(|usage| {
            let label = usage.quota.label();
            let text = format!(
                "{} of {}",
                usage.quota.amount(usage.used),
                usage.quota.amount(usage.limit)
            );
            view! {
                <li>
                    <div>
                        <b>{label}</b>
                        <p>{text}</p>
                        <progress class="progress" max="100" value=usage.percent().to_string() aria-label=label></progress>
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <Section
            id="usage"
            title="Usage"
            description="What this workspace has, and what it can have, over all members. Deleted applications count for thirty days."
        >
            <ul class="row-list">{rows}</ul>
        </Section>
    }
    .into_any()
}
