//! The server-rendered pages.

use super::{
    appearance::AppearanceSection,
    audit::{self, AuditSection},
    calendar::CalendarSection,
    data::DataSection,
    delete_account::DeleteAccountSection,
    deleted::{self, DeletedSection},
    demo::DemoSection,
    email::EmailSection,
    keyboard::KeyboardSection,
    keys::{self, KeysSection},
    load,
    mailboxes::MailboxesSection,
    member_filters::MemberFilters,
    members::{MembersSection, NoMembersSection},
    navigation::{SettingsNavigation, section_name},
    notifications::NotificationsSection,
    organization::OrganizationSection,
    password::PasswordSection,
    profile::ProfileSection,
    sessions::SessionsSection,
    sharing::{self, SharingSection},
    sign_in_methods::SignInMethodsSection,
    silence::SilenceSection,
    stages::StagesSection,
    usage::{self, UsageSection},
    webhooks::{self, WebhooksSection},
};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{PageTitle, WorkspaceContext, use_workspace},
    ui::{ErrorState, Icon, Lucide},
};
use domain::{
    ApiError,
    routes::{SettingsSection, WorkspacePage},
};
use leptos::prelude::*;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    params::ParamsMap,
};

/// The list of all sections. On wide screens, the first section is shown next to it.
#[component]
pub fn SettingsIndexPage() -> impl IntoView {
    view! {
        <PageTitle page="Settings" />
        <header class="page-header">
            <h1>"Settings"</h1>
        </header>
        <Body section=SettingsSection::Profile is_index=true />
    }
    .into_any()
}

/// The page of one section.
#[component]
pub fn SettingsSectionPage() -> impl IntoView {
    let section = use_params_map().read_untracked().get("section");
    let Some(section) = section.and_then(|section| SettingsSection::parse(&section)) else {
        return view! { <ErrorState error=AppError(ApiError::not_found()) /> }.into_any();
    };
    let index = use_workspace().page(WorkspacePage::Settings);
    view! {
        <PageTitle page=format!("{} · Settings", section_name(section)) />
        <header class="page-header">
            <a class="btn btn-quiet btn-sm btn-square phone-only" href=index aria-label="All settings">
                <Icon of=Lucide::ArrowLeft />
            </a>
            <h1>"Settings"</h1>
        </header>
        <Body section is_index=false />
    }
    .into_any()
}

#[component]
fn Body(
    section: SettingsSection,
    /// Whether phones show the list of sections only.
    is_index: bool,
) -> impl IntoView {
    let workspace = use_workspace();
    let query = use_query_map().get_untracked();
    let viewer = workspace.viewer.clone();
    view! {
        <div class="page-body" id="page-body" data-keep-scroll>
            <div class="settings" data-index=is_index.then_some("")>
                // If the user has lost access to the workspace, no settings are shown.
                {Suspend::new(async move {
                    viewer.await.is_ok().then(|| view! { <SettingsNavigation current=section /> })
                })}
                <div class="settings-content">
                    {Suspend::new(async move {
                        match section_view(&workspace, section, &query).await {
                            Ok(view) => view,
                            Err(error) => view! { <ErrorState error /> }.into_any(),
                        }
                    })}
                </div>
            </div>
        </div>
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

/// The content of a section.
async fn section_view(
    workspace: &WorkspaceContext,
    section: SettingsSection,
    query: &ParamsMap,
) -> Result<AnyView, AppError> {
    let slug = workspace.slug.clone();
    let cursor = query.get("cursor");
    let view = match section {
        SettingsSection::Profile => {
            let account = load::account(workspace).await?;
            let user = account.user;
            view! {
                <ProfileSection slug=slug.clone() user=user.clone() />
                {if account.is_demo {
                    view! { <DemoSection /> }.into_any()
                } else {
                    view! { <EmailSection slug user /> }.into_any()
                }}
            }
            .into_any()
        }
        SettingsSection::Password
        | SettingsSection::Sessions
        | SettingsSection::Accounts
        | SettingsSection::Keys
        | SettingsSection::Webhooks
            if load::is_demo(workspace).await? =>
        {
            view! { <DemoSection /> }.into_any()
        }
        SettingsSection::Password => {
            let account = load::account(workspace).await?;
            let (email, has_password) = (account.user.email, account.has_password);
            view! { <PasswordSection slug email has_password /> }.into_any()
        }
        SettingsSection::Sessions => {
            let sessions = load::sessions(workspace).await?;
            view! { <SessionsSection slug sessions /> }.into_any()
        }
        SettingsSection::Accounts => {
            let account = load::account(workspace).await?;
            let methods = load::sign_in_methods(workspace).await?;
            let email = account.has_password.then_some(account.user.email);
            view! { <SignInMethodsSection slug email methods /> }.into_any()
        }
        SettingsSection::Notifications => {
            let emails = load::comment_emails(workspace).await?;
            view! { <NotificationsSection slug emails /> }.into_any()
        }
        SettingsSection::Mailboxes => {
            let mailboxes = load::mailboxes(workspace).await?;
            view! { <MailboxesSection slug mailboxes /> }.into_any()
        }
        SettingsSection::Calendar => {
            let (feed, can_change) = load::calendar_feed(workspace).await?;
            view! { <CalendarSection slug url=feed.url can_change /> }.into_any()
        }
        SettingsSection::Keys => {
            let data = keys::load(workspace).await?;
            view! { <KeysSection data /> }.into_any()
        }
        SettingsSection::Webhooks => {
            let data = webhooks::load(workspace, query).await?;
            view! { <WebhooksSection data /> }.into_any()
        }
        SettingsSection::Appearance => view! { <AppearanceSection /> }.into_any(),
        SettingsSection::Keyboard => view! { <KeyboardSection slug /> }.into_any(),
        SettingsSection::Sharing => {
            let data = sharing::load(workspace, cursor).await?;
            view! { <SharingSection slug data /> }.into_any()
        }
        SettingsSection::Stages => {
            let (stages, can_change) = load::stages(workspace).await?;
            view! { <StagesSection slug stages can_change /> }.into_any()
        }
        SettingsSection::Silence => {
            let (thresholds, can_change) = load::thresholds(workspace).await?;
            view! { <SilenceSection slug thresholds can_change /> }.into_any()
        }
        SettingsSection::Deleted => {
            let data = deleted::load(workspace, cursor).await?;
            view! { <DeletedSection workspace=workspace.clone() data /> }.into_any()
        }
        SettingsSection::Organization => {
            let data = load::organization(workspace).await?;
            view! { <OrganizationSection data /> }.into_any()
        }
        SettingsSection::Members => match load::members(workspace, MemberFilters::of(query)).await? {
            Some(data) => view! { <MembersSection data /> }.into_any(),
            None => view! { <NoMembersSection /> }.into_any(),
        },
        SettingsSection::Audit => {
            let data = audit::load(workspace, audit::Filters::of(query)).await?;
            view! { <AuditSection data /> }.into_any()
        }
        SettingsSection::Usage => {
            let usage = usage::load(workspace).await?;
            view! { <UsageSection usage /> }.into_any()
        }
        SettingsSection::Data => {
            let has_password = load::account(workspace).await?.has_password;
            view! { <DataSection slug has_password /> }.into_any()
        }
        SettingsSection::DeleteAccount => {
            let has_password = load::account(workspace).await?.has_password;
            view! { <DeleteAccountSection slug has_password /> }.into_any()
        }
    };
    Ok(view)
}
