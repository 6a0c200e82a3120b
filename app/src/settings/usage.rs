//! How much of its quotas the workspace uses.

use super::Section;
use crate::{error::AppError, layout::WorkspaceContext, server::respond::respond, ui::group_thousands};
use domain::quotas::{Quota, QuotaUsage};
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
            let text = usage_text(&usage);
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

/// `7 of 500`, `0.4 of 51,200 MB`: the label says of what.
fn usage_text(usage: &QuotaUsage) -> String {
    const MIB: i64 = 1024 * 1024;
    if usage.quota != Quota::FileBytes {
        return format!(
            "{} of {}",
            group_thousands(usage.used),
            group_thousands(usage.limit)
        );
    }
    let tenths = usage.used * 10 / MIB;
    format!(
        "{}.{} of {} MB",
        group_thousands(tenths / 10),
        tenths % 10,
        group_thousands(usage.limit / MIB)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_text_has_separators_and_fractions_of_megabytes() {
        let text = |quota, used, limit| usage_text(&QuotaUsage { quota, used, limit });
        assert_eq!(text(Quota::Members, 7, 10_000), "7 of 10,000");
        assert_eq!(
            text(Quota::FileBytes, 450_000, 53_687_091_200),
            "0.4 of 51,200 MB"
        );
    }
}
