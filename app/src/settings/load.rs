//! Loads the data for the sections of the settings.

use super::member_filters::MemberFilters;
use crate::{
    error::AppError, jobapps::copy_form::PersonalCounts, layout::WorkspaceContext, server::respond::respond,
};
use chrono::{DateTime, Utc};
use domain::{
    auth::{Session, SignInMethods},
    calendar::CalendarFeed,
    coaching::CommentEmails,
    jobapps::{JobApplication, SilenceThresholds, Stage},
    mail::Mailbox,
    pagination::OptionalPageInput,
    tenants::{
        Action, EmailDomain, Group, IdentityProvider, InvitationList, ListMembersInput, MemberList, Tenant,
        TenantKind, may,
    },
    users::User,
};

/// The user's account and how they sign in.
pub struct Account {
    pub user: User,
    /// Whether this is a demo account, which has no sign-in methods.
    pub is_demo: bool,
    /// Whether the user has a password. Otherwise they sign in with a provider only.
    pub has_password: bool,
}

/// A session of the user, with times relative to now.
pub struct SessionEntry {
    pub session: Session,
    /// Seconds since it was created.
    pub signed_in_ago: i64,
    /// Seconds since it was last used.
    pub last_seen_ago: i64,
}

pub async fn account(workspace: &WorkspaceContext) -> Result<Account, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    Ok(Account {
        is_demo: respond(service::auth::is_demo(&services, caller.user.id).await)?,
        has_password: respond(service::auth::has_password(&services, &caller).await)?,
        user: caller.user,
    })
}

/// Whether this is a demo account.
pub async fn is_demo(workspace: &WorkspaceContext) -> Result<bool, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    respond(service::auth::is_demo(&services, caller.user.id).await)
}

/// Whether the user gets emails about coaching.
pub async fn comment_emails(workspace: &WorkspaceContext) -> Result<CommentEmails, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    respond(service::coaching::get_comment_emails(&services, &caller).await)
}

/// The stages, and whether the user may change them.
pub async fn stages(workspace: &WorkspaceContext) -> Result<(Vec<Stage>, bool), AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let stages = respond(service::jobapps::list_stages(&services, &caller).await)?;
    Ok((stages, may(caller.tenant.role, Action::ManageWorkspace)))
}

/// The silence thresholds, and whether the user may change them.
pub async fn thresholds(workspace: &WorkspaceContext) -> Result<(SilenceThresholds, bool), AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let thresholds = respond(service::jobapps::get_silence_thresholds(&services, &caller).await)?;
    Ok((thresholds, may(caller.tenant.role, Action::ManageWorkspace)))
}

/// The user's calendar feed in the workspace, and whether the user may replace its address.
pub async fn calendar_feed(workspace: &WorkspaceContext) -> Result<(CalendarFeed, bool), AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let feed = respond(service::calendar::get_feed(&services, &caller).await)?;
    Ok((feed, may(caller.tenant.role, Action::WriteApplications)))
}

/// The workspace, and the actions that the user may perform on it.
pub struct OrganizationData {
    pub tenant: Tenant,
    /// Whether the user has a password, or signs in with a provider only.
    pub has_password: bool,
    /// The number of applications that can be copied from the personal workspace; `None` in the personal workspace and for roles
    /// without applications.
    pub personal: Option<PersonalCounts>,
    /// The applications that can be copied, so that the user can choose some of them.
    pub applications: Vec<JobApplication>,
    /// The settings for joining and signing in; `None` for members who may not change them, and in a personal workspace.
    pub sign_in: Option<SignInSettings>,
    /// The number of other members if the user may delete the organization; `None` for other users.
    pub other_members: Option<i64>,
}

/// Settings for joining an organization without an invitation and for signing in.
pub struct SignInSettings {
    pub domains: Vec<EmailDomain>,
    /// The organization's own provider.
    pub provider: Option<IdentityProvider>,
    /// Redirect URI to register at the provider.
    pub callback_url: String,
}

pub async fn organization(workspace: &WorkspaceContext) -> Result<OrganizationData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let may_change =
        caller.tenant.kind == TenantKind::Organization && may(caller.tenant.role, Action::ManageMembers);
    let sign_in = if may_change {
        let domains = service::organizations::list_domains(&services, &caller).await;
        let provider = service::organizations::get_identity_provider(&services, &caller).await;
        Some(SignInSettings {
            domains: respond(domains)?,
            provider: respond(provider)?,
            callback_url: service::organizations::callback_url(&services, caller.tenant.id),
        })
    } else {
        None
    };
    let may_delete =
        caller.tenant.kind == TenantKind::Organization && may(caller.tenant.role, Action::DeleteTenant);
    let other_members = if may_delete {
        let first = ListMembersInput {
            limit: Some(1),
            ..ListMembersInput::default()
        };
        let members = respond(service::organizations::list_members(&services, &caller, first).await)?;
        Some(members.total.saturating_sub(1))
    } else {
        None
    };
    let personal = respond(service::transfers::count_personal(&services, &caller).await)?;
    let applications = if personal.is_some_and(|(all, _)| all > 0) {
        respond(service::transfers::list_personal(&services, &caller).await)?
    } else {
        Vec::new()
    };
    Ok(OrganizationData {
        other_members,
        personal,
        applications,
        sign_in,
        has_password: respond(service::auth::has_password(&services, &caller).await)?,
        tenant: caller.tenant,
    })
}

/// The members of an organization.
pub struct MembersData {
    pub tenant: Tenant,
    pub user: User,
    /// Whether this is a demo account, which cannot invite anyone.
    pub is_demo: bool,
    /// The filters of the list.
    pub filters: MemberFilters,
    /// A page of the members who match.
    pub members: MemberList,
    /// A page of the pending invitations; `None` for members who may not see them.
    pub invitations: Option<InvitationList>,
    /// The groups that invited people can join.
    pub groups: Vec<Group>,
    pub now: DateTime<Utc>,
}

/// Loads the members of an organization; `None` in a personal workspace.
pub async fn members(
    workspace: &WorkspaceContext,
    filters: MemberFilters,
) -> Result<Option<MembersData>, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    if caller.tenant.kind == TenantKind::Personal {
        return Ok(None);
    }
    let input = filters.input();
    let members = respond(service::organizations::list_members(&services, &caller, input).await)?;
    let (invitations, groups) = if may(caller.tenant.role, Action::ManageMembers) {
        let invitations =
            service::organizations::list_invitations(&services, &caller, filters.invitations()).await;
        let groups = service::organizations::list_groups(&services, &caller).await;
        (Some(respond(invitations)?), respond(groups)?)
    } else {
        (None, Vec::new())
    };
    Ok(Some(MembersData {
        is_demo: respond(service::auth::is_demo(&services, caller.user.id).await)?,
        now: services.clock.now(),
        tenant: caller.tenant,
        user: caller.user,
        filters,
        members,
        invitations,
        groups,
    }))
}

/// The connected mailboxes; `None` for members who may not import email.
pub async fn mailboxes(workspace: &WorkspaceContext) -> Result<Option<Vec<Mailbox>>, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    if !may(caller.tenant.role, Action::ImportMail) {
        return Ok(None);
    }
    respond(service::mail::get_mailboxes(&services, &caller).await).map(Some)
}

/// The active sessions, the most recently used first.
pub async fn sessions(workspace: &WorkspaceContext) -> Result<Vec<SessionEntry>, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let input = OptionalPageInput::default();
    let sessions = respond(service::auth::list_sessions(&services, &caller, input).await)?;
    let now = services.clock.now();
    Ok(sessions
        .data
        .into_iter()
        .map(|session| SessionEntry {
            signed_in_ago: (now - session.created_at).num_seconds(),
            last_seen_ago: (now - session.last_seen_at).num_seconds(),
            session,
        })
        .collect())
}

/// Password, linked providers, and providers that can be linked.
pub async fn sign_in_methods(workspace: &WorkspaceContext) -> Result<SignInMethods, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    respond(service::auth::oauth::list_sign_in_methods(&services, caller.user.id).await)
}

/// The IANA names of all time zones.
pub fn time_zones() -> Vec<&'static str> {
    service::users::time_zones()
}
