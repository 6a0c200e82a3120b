//! The usage of the quotas of the workspace. Members and coaches see only their own usage.

use super::Section;
use crate::{error::AppError, layout::WorkspaceContext, server::respond::respond, ui::group_thousands};
use domain::{
    quotas::{OwnUsage, Quota, QuotaUsage},
    tenants::{Action, may},
};
use leptos::prelude::*;

const MIB: i64 = 1024 * 1024;
/// The percentage of a quota from which its row is shown in the warning color.
const WARNING_PERCENT: i64 = 80;

/// The usage that the user may see.
#[derive(Clone)]
pub enum Usage {
    /// The usage of all members together.
    Workspace(Vec<QuotaUsage>),
    Own(OwnUsage),
}

/// Loads the usage of the workspace, or only the user's own.
pub async fn load(workspace: &WorkspaceContext) -> Result<Usage, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    if may(caller.tenant.role, Action::ManageWorkspace) {
        let usage = service::quotas::list_usage(&services, &caller).await;
        return Ok(Usage::Workspace(respond(usage)?));
    }
    let usage = service::quotas::own_usage(&services, &caller).await;
    Ok(Usage::Own(respond(usage)?))
}

#[component]
pub fn UsageSection(usage: Usage) -> impl IntoView {
    match usage {
        Usage::Workspace(usage) => view! { <WorkspaceUsage usage /> }.into_any(),
        Usage::Own(usage) => view! { <OwnUsageSection usage /> }.into_any(),
    }
}

#[component]
fn WorkspaceUsage(usage: Vec<QuotaUsage>) -> impl IntoView {
    let description = if usage.iter().any(|usage| usage.quota == Quota::Members) {
        "Usage and limits of this workspace, for all members together. Deleted applications count for 30 days."
    } else {
        "Your usage and limits. Deleted applications count for 30 days."
    };
    let rows = usage
        .into_iter()
        .map(|usage| {
            let id = format!("usage-{}", usage.quota.as_str());
            let (percent, text) = (usage.percent(), usage_text(&usage));
            view! {
                <li data-warning=(percent >= WARNING_PERCENT).then_some("")>
                    <label for=id.clone()>{usage.quota.label()}</label>
                    <span>{text}</span>
                    <progress class="progress-bar" id=id max="100" value=percent.to_string()></progress>
                </li>
            }
        })
        .collect_view();
    view! {
        <Section id="usage" title="Usage" description>
            <ul class="row-list usage-list">{rows}</ul>
        </Section>
    }
    .into_any()
}

#[component]
fn OwnUsageSection(usage: OwnUsage) -> impl IntoView {
    let rows = [
        (Quota::Applications, group_thousands(usage.applications)),
        (Quota::FileBytes, format!("{} MB", megabytes(usage.file_bytes))),
    ]
    .map(|(quota, text)| {
        view! {
            <li>
                <b>{quota.label()}</b>
                <span>{text}</span>
            </li>
        }
    });
    let warnings: Vec<_> = usage
        .nearly_reached
        .into_iter()
        .map(|quota| {
            let text = format!(
                "{}: this workspace has nearly reached its limit. Ask an owner.",
                quota.label()
            );
            view! { <p>{text}</p> }
        })
        .collect();
    view! {
        <Section
            id="usage"
            title="Usage"
            description="Your usage in this workspace. Deleted applications count for 30 days."
        >
            <ul class="row-list usage-list">{rows.collect_view()}</ul>
            {warnings}
        </Section>
    }
    .into_any()
}

/// `7 of 500`, `0.4 of 51,200 MB`. Includes the percentage if the row is shown in the warning color.
fn usage_text(usage: &QuotaUsage) -> String {
    let text = if usage.quota == Quota::FileBytes {
        let limit = group_thousands(usage.limit / MIB);
        format!("{} of {limit} MB", megabytes(usage.used))
    } else {
        format!(
            "{} of {}",
            group_thousands(usage.used),
            group_thousands(usage.limit)
        )
    };
    match usage.percent() {
        WARNING_PERCENT.. => format!("{text} ({}%)", usage.percent()),
        _ => text,
    }
}

fn megabytes(bytes: i64) -> String {
    let tenths = bytes * 10 / MIB;
    format!("{}.{}", group_thousands(tenths / 10), tenths % 10)
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

    #[test]
    fn usage_text_has_percent_from_four_fifths() {
        let text = |used| {
            usage_text(&QuotaUsage {
                quota: Quota::Keys,
                used,
                limit: 100,
            })
        };
        assert_eq!(text(79), "79 of 100");
        assert_eq!(text(80), "80 of 100 (80%)");
    }
}
