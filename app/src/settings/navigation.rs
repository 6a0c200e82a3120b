//! The sections and links to them.

use crate::{
    layout::{Viewer, use_workspace},
    ui::{Icon, Lucide},
};
use domain::{
    routes::{Route, SettingsSection},
    tenants::{Action, TenantKind, may},
};
use leptos::prelude::*;

/// The name of a section in the navigation and in the title of its page.
pub const fn section_name(section: SettingsSection) -> &'static str {
    match section {
        SettingsSection::Profile => "Profile",
        SettingsSection::Password => "Password",
        SettingsSection::Sessions => "Sessions",
        SettingsSection::Accounts => "Sign-in methods",
        SettingsSection::Mailboxes => "Mailboxes",
        SettingsSection::Calendar => "Calendar",
        SettingsSection::Keys => "API keys",
        SettingsSection::Webhooks => "Webhooks",
        SettingsSection::Appearance => "Appearance",
        SettingsSection::Notifications => "Notifications",
        SettingsSection::Keyboard => "Keyboard",
        SettingsSection::Sharing => "Sharing",
        SettingsSection::Stages => "Stages",
        SettingsSection::Silence => "No response",
        SettingsSection::Deleted => "Deleted applications",
        SettingsSection::Organization => "Organization",
        SettingsSection::Members => "Members",
        SettingsSection::Audit => "Audit log",
        SettingsSection::Usage => "Usage",
        SettingsSection::Data => "Your data",
        SettingsSection::DeleteAccount => "Delete account",
    }
}

/// The sections in groups with a title.
const GROUPS: [(&str, &[SettingsSection]); 4] = [
    (
        "Account",
        &[
            SettingsSection::Profile,
            SettingsSection::Password,
            SettingsSection::Sessions,
            SettingsSection::Accounts,
            SettingsSection::Notifications,
        ],
    ),
    (
        "This browser",
        &[SettingsSection::Appearance, SettingsSection::Keyboard],
    ),
    (
        "Workspace",
        &[
            SettingsSection::Mailboxes,
            SettingsSection::Calendar,
            SettingsSection::Keys,
            SettingsSection::Webhooks,
            SettingsSection::Sharing,
            SettingsSection::Stages,
            SettingsSection::Silence,
            SettingsSection::Members,
            SettingsSection::Organization,
            SettingsSection::Audit,
            SettingsSection::Usage,
        ],
    ),
    (
        "Data",
        &[
            SettingsSection::Deleted,
            SettingsSection::Data,
            SettingsSection::DeleteAccount,
        ],
    ),
];

/// Links to all sections. On phones they are a separate page.
#[component]
pub fn SettingsNavigation(
    /// The section of the page.
    current: SettingsSection,
) -> impl IntoView {
    let workspace = use_workspace();
    let link = move |section: SettingsSection| {
        let href = Route::Settings(workspace.slug.clone(), section).to_string();
        let link = view! {
            <li>
                <a href=href aria-current=(section == current).then_some("page")>
                    {section_name(section)}
                    <Icon of=Lucide::ChevronRight />
                </a>
            </li>
        };
        let is_shared = matches!(
            section,
            SettingsSection::Sharing | SettingsSection::Members | SettingsSection::Organization
        );
        let is_audit = section == SettingsSection::Audit;
        if !is_shared && !is_audit {
            return link.into_any();
        }
        // Sharing, members and organization exist only in organizations; the audit log is for owners and admins.
        let viewer = workspace.viewer.clone();
        Suspend::new(async move {
            let is_shown = |viewer: Viewer| {
                if is_audit {
                    may(viewer.tenant.role, Action::ReadAudit)
                } else {
                    viewer.tenant.kind == TenantKind::Organization
                }
            };
            viewer.await.is_ok_and(is_shown).then_some(link)
        })
        .into_any()
    };
    view! {
        <nav class="settings-nav" aria-label="Settings">
            {GROUPS
                .into_iter()
                .map(|(title, sections)| {
                    view! {
                        <p aria-hidden="true">{title}</p>
                        <ul aria-label=title>{sections.iter().map(|section| link(*section)).collect_view()}</ul>
                    }
                })
                .collect_view()}
        </nav>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn navigation_has_every_section_once() {
        let linked: Vec<_> = GROUPS.iter().flat_map(|(_, sections)| *sections).collect();
        for section in SettingsSection::ALL {
            let count = linked.iter().filter(|other| ***other == section).count();
            assert_eq!(count, 1, "{section:?}");
        }
    }
}
