//! The document, and the page for each URL.

use crate::{
    assets::{PageScript, StyleSheet},
    auth::{
        ActivatePage, ForgotPasswordPage, HomePage, OrganizationSignInPage, RegisterPage, ResetPasswordPage,
        SignInPage, WorkspaceIndexPage,
    },
    coaching::{
        ClientApplicationPage, ClientApplicationsPage, ClientBoardPage, ClientMetricsPage, ClientTasksPage,
        ClientsPage, UnsubscribePage,
    },
    inbox::InboxPage,
    jobapps::{
        ApplicationPage, BoardPage, CsvImportDetailPage, CsvImportPage, DuplicatesPage, MergePage,
        ReportPage, SplitPage, TablePage,
    },
    landing::LandingPage,
    layout::{NotFoundPage, Workspace, shortcuts},
    mail::{ImportDetailPage, ImportPage},
    metrics::{CohortPage, MetricsPage},
    organizations::{GroupsPage, InvitationPage, NewOrganizationPage},
    server::flash,
    settings::{SettingsIndexPage, SettingsSectionPage},
    today::TodayPage,
    ui::provide_shown_fields,
};
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// The content of the body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    flash::provide(flash::take());
    provide_shown_fields();
    view! {
        <a class="skip-link" href="#main">
            "Skip to content"
        </a>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=LandingPage ssr=SsrMode::Async />
                <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in/organization") view=OrganizationSignInPage ssr=SsrMode::Async />
                <Route path=path!("/forgot-password") view=ForgotPasswordPage ssr=SsrMode::Async />
                <Route path=path!("/reset-password") view=ResetPasswordPage ssr=SsrMode::Async />
                <Route path=path!("/activate") view=ActivatePage ssr=SsrMode::Async />
                <Route path=path!("/home") view=HomePage ssr=SsrMode::Async />
                <Route path=path!("/organizations/new") view=NewOrganizationPage ssr=SsrMode::Async />
                <Route path=path!("/invitations/:token") view=InvitationPage ssr=SsrMode::Async />
                <Route path=path!("/unsubscribe/:token") view=UnsubscribePage ssr=SsrMode::Async />
                <ParentRoute path=path!("/w/:slug") view=Workspace>
                    <Route path=path!("") view=WorkspaceIndexPage ssr=SsrMode::Async />
                    <Route path=path!("today") view=TodayPage ssr=SsrMode::Async />
                    <Route path=path!("board") view=BoardPage ssr=SsrMode::Async />
                    <Route path=path!("applications") view=TablePage ssr=SsrMode::Async />
                    <Route path=path!("inbox") view=InboxPage ssr=SsrMode::Async />
                    <Route path=path!("applications/duplicates") view=DuplicatesPage ssr=SsrMode::Async />
                    <Route path=path!("applications/report") view=ReportPage ssr=SsrMode::Async />
                    <Route path=path!("applications/:id") view=ApplicationPage ssr=SsrMode::Async />
                    <Route path=path!("applications/:id/merge") view=MergePage ssr=SsrMode::Async />
                    <Route path=path!("applications/:id/split") view=SplitPage ssr=SsrMode::Async />
                    <Route path=path!("import") view=ImportPage ssr=SsrMode::Async />
                    <Route path=path!("import/csv") view=CsvImportPage ssr=SsrMode::Async />
                    <Route path=path!("import/csv/:id") view=CsvImportDetailPage ssr=SsrMode::Async />
                    <Route path=path!("import/:id") view=ImportDetailPage ssr=SsrMode::Async />
                    <Route path=path!("metrics") view=MetricsPage ssr=SsrMode::Async />
                    <Route path=path!("clients") view=ClientsPage ssr=SsrMode::Async />
                    <Route path=path!("clients/:user/board") view=ClientBoardPage ssr=SsrMode::Async />
                    <Route path=path!("clients/:user/applications") view=ClientApplicationsPage ssr=SsrMode::Async />
                    <Route path=path!("clients/:user/applications/:id") view=ClientApplicationPage ssr=SsrMode::Async />
                    <Route path=path!("clients/:user/tasks") view=ClientTasksPage ssr=SsrMode::Async />
                    <Route path=path!("clients/:user/metrics") view=ClientMetricsPage ssr=SsrMode::Async />
                    <Route path=path!("cohort") view=CohortPage ssr=SsrMode::Async />
                    <Route path=path!("groups") view=GroupsPage ssr=SsrMode::Async />
                    <Route path=path!("settings") view=SettingsIndexPage ssr=SsrMode::Async />
                    <Route path=path!("settings/:section") view=SettingsSectionPage ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
        <PageScript />
    }
}

/// The HTML document. Its scripts carry the response's nonce. The root element has the user's theme, so that another theme never
/// flashes.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    // Only islands are hydrated, so hydration ids are assigned only inside them.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    let theme = crate::theme::current();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.attribute() data-shortcuts=shortcuts::attribute()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link
                    rel="preload"
                    href="/fonts/inter-latin.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <StyleSheet />
                <AutoReload options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Registers every server function explicitly, because automatic registration depends on the linker.
pub fn register_server_functions() {
    use crate::{
        auth::api as auth, coaching::api as coaching, inbox::api as inbox, jobapps::api as jobapps,
        layout::api as layout, mail::api as mail, organizations::api as organizations,
        settings::api as settings, theme::api as theme, views::api as views,
    };
    use leptos::server_fn::axum::register_explicit;
    register_explicit::<theme::set_theme::SetTheme>();
    register_explicit::<layout::sign_out::SignOut>();
    register_explicit::<auth::register::Register>();
    register_explicit::<auth::sign_in::SignIn>();
    register_explicit::<auth::try_demo::TryDemo>();
    register_explicit::<auth::forgot_password::ForgotPassword>();
    register_explicit::<auth::reset_password::ResetPassword>();
    register_explicit::<auth::verify_email::VerifyEmail>();
    register_explicit::<crate::metrics::api::set_goal::SetGoal>();
    register_explicit::<settings::update_profile::UpdateProfile>();
    register_explicit::<settings::rotate_calendar_feed::RotateCalendarFeed>();
    register_explicit::<settings::update_silence_thresholds::UpdateSilenceThresholds>();
    register_explicit::<settings::set_shortcuts::SetShortcuts>();
    register_explicit::<settings::set_comment_emails::SetCommentEmails>();
    register_explicit::<settings::change_stages::ChangeStages>();
    register_explicit::<settings::change_password::ChangePassword>();
    register_explicit::<settings::resend_verification_email::ResendVerificationEmail>();
    register_explicit::<settings::revoke_session::RevokeSession>();
    register_explicit::<settings::revoke_other_sessions::RevokeOtherSessions>();
    register_explicit::<settings::unlink_identity::UnlinkIdentity>();
    register_explicit::<settings::authorize_export::AuthorizeExport>();
    register_explicit::<settings::delete_account::DeleteAccount>();
    register_explicit::<settings::change_members::ChangeMembers>();
    register_explicit::<settings::update_organization::UpdateOrganization>();
    register_explicit::<settings::leave_organization::LeaveOrganization>();
    register_explicit::<settings::delete_organization::DeleteOrganization>();
    register_explicit::<organizations::create::Create>();
    register_explicit::<organizations::change_groups::ChangeGroups>();
    register_explicit::<organizations::accept_invitation::AcceptInvitation>();
    register_explicit::<jobapps::add::Add>();
    register_explicit::<jobapps::move_stage::MoveStage>();
    register_explicit::<jobapps::set_outcome::SetOutcome>();
    register_explicit::<inbox::decide::Decide>();
    register_explicit::<inbox::undo::Undo>();
    register_explicit::<jobapps::merge::Merge>();
    register_explicit::<jobapps::undo_merge::UndoMerge>();
    register_explicit::<jobapps::dismiss_duplicate::DismissDuplicate>();
    register_explicit::<jobapps::split::Split>();
    register_explicit::<jobapps::set_names::SetNames>();
    register_explicit::<jobapps::set_details::SetDetails>();
    register_explicit::<jobapps::bulk::Bulk>();
    register_explicit::<jobapps::undo_bulk::UndoBulk>();
    register_explicit::<jobapps::copy_from_personal::CopyFromPersonal>();
    register_explicit::<jobapps::cards::Cards>();
    register_explicit::<jobapps::refresh_board::RefreshBoard>();
    register_explicit::<jobapps::search::Search>();
    register_explicit::<jobapps::delete::Delete>();
    register_explicit::<jobapps::restore::Restore>();
    register_explicit::<jobapps::add_note::AddNote>();
    register_explicit::<jobapps::update_note::UpdateNote>();
    register_explicit::<jobapps::delete_file::DeleteFile>();
    register_explicit::<jobapps::delete_note::DeleteNote>();
    register_explicit::<jobapps::set_posting::SetPosting>();
    register_explicit::<jobapps::add_contact::AddContact>();
    register_explicit::<jobapps::update_contact::UpdateContact>();
    register_explicit::<jobapps::link_contact::LinkContact>();
    register_explicit::<jobapps::unlink_contact::UnlinkContact>();
    register_explicit::<jobapps::delete_contact::DeleteContact>();
    register_explicit::<jobapps::add_interview::AddInterview>();
    register_explicit::<jobapps::update_interview::UpdateInterview>();
    register_explicit::<jobapps::delete_interview::DeleteInterview>();
    register_explicit::<jobapps::add_task::AddTask>();
    register_explicit::<jobapps::update_task::UpdateTask>();
    register_explicit::<jobapps::set_task_state::SetTaskState>();
    register_explicit::<jobapps::delete_task::DeleteTask>();
    register_explicit::<jobapps::map_csv_import::MapCsvImport>();
    register_explicit::<jobapps::confirm_csv_import::ConfirmCsvImport>();
    register_explicit::<coaching::grant_access::GrantAccess>();
    register_explicit::<coaching::revoke_access::RevokeAccess>();
    register_explicit::<coaching::request_access::RequestAccess>();
    register_explicit::<coaching::withdraw_access_request::WithdrawAccessRequest>();
    register_explicit::<coaching::answer_access_request::AnswerAccessRequest>();
    register_explicit::<coaching::add_comment::AddComment>();
    register_explicit::<coaching::update_comment::UpdateComment>();
    register_explicit::<coaching::delete_comment::DeleteComment>();
    register_explicit::<views::change_views::ChangeViews>();
    register_explicit::<mail::get_import::GetImport>();
    register_explicit::<mail::confirm_import::ConfirmImport>();
    register_explicit::<mail::cancel_import::CancelImport>();
    register_explicit::<mail::get_mailboxes::GetMailboxes>();
    register_explicit::<mail::sync::Sync>();
    register_explicit::<mail::disconnect::Disconnect>();
}
