//! Loads what the page and its server functions show.

use super::{SessionEntry, UserSettings};
use crate::{error::AppError, layout::WorkspaceContext, server::respond::respond};
use domain::{
    auth::SignInMethods,
    calendar::CalendarFeed,
    jobapps::{SilenceThresholds, Stage},
    tenants::{Action, may},
};
use service::{Services, context::Caller};

/// The user with sessions and sign-in methods.
pub async fn settings(workspace: &WorkspaceContext) -> Result<UserSettings, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    Ok(UserSettings {
        is_demo: respond(service::auth::is_demo(&services, caller.user.id).await)?,
        has_password: respond(service::auth::has_password(&services, &caller).await)?,
        sessions: sessions(&services, &caller).await,
        methods: sign_in_methods(&services, &caller).await,
        user: caller.user,
    })
}

/// What holds for the whole workspace.
pub struct WorkspaceData {
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// The silence thresholds.
    pub thresholds: SilenceThresholds,
    /// Whether the user may change them.
    pub can_change: bool,
}

/// What holds for the whole workspace.
pub async fn workspace(workspace: &WorkspaceContext) -> Result<WorkspaceData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    Ok(WorkspaceData {
        stages: respond(service::jobapps::list_stages(&services, &caller).await)?,
        thresholds: respond(service::jobapps::get_silence_thresholds(&services, &caller).await)?,
        can_change: may(caller.tenant.role, Action::ManageWorkspace),
    })
}

/// The user's calendar feed in the workspace, and whether the user may replace its address.
pub async fn calendar_feed(workspace: &WorkspaceContext) -> Result<(CalendarFeed, bool), AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let feed = respond(service::calendar::get_feed(&services, &caller).await)?;
    Ok((feed, may(caller.tenant.role, Action::WriteApplications)))
}

/// The active sessions, the most recently used first.
pub async fn sessions(services: &Services, caller: &Caller) -> Result<Vec<SessionEntry>, AppError> {
    let sessions = respond(service::auth::list_sessions(services, caller).await)?;
    let now = services.clock.now();
    Ok(sessions
        .into_iter()
        .map(|session| SessionEntry {
            signed_in_ago: (now - session.created_at).num_seconds(),
            last_seen_ago: (now - session.last_seen_at).num_seconds(),
            session,
        })
        .collect())
}

/// Password, linked providers, and providers that can be linked.
pub async fn sign_in_methods(services: &Services, caller: &Caller) -> Result<SignInMethods, AppError> {
    respond(service::auth::oauth::list_sign_in_methods(services, caller.user.id).await)
}
