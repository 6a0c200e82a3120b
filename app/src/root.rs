//! The document around every page, and which page stands at which address.

use crate::{
    flash,
    jobapps::BoardPage,
    landing::LandingPage,
    lost::LostPage,
    mail::ImportPage,
    metrics::MetricsPage,
    users::{
        ActivatePage, ForgotPasswordPage, HomePage, RegisterPage, ResetPasswordPage, SettingsPage, SignInPage,
    },
    workspace::Workspace,
};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// Everything inside the body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    flash::receive();
    view! {
        <a class="skip" href="#main" rel="external">
            "Skip to content"
        </a>
        <Router>
            <Routes fallback=LostPage>
                <Route path=path!("/") view=LandingPage ssr=SsrMode::Async />
                <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/forgot-password") view=ForgotPasswordPage ssr=SsrMode::Async />
                <Route path=path!("/reset-password") view=ResetPasswordPage ssr=SsrMode::Async />
                <Route path=path!("/activate") view=ActivatePage ssr=SsrMode::Async />
                <Route path=path!("/home") view=HomePage ssr=SsrMode::Async />
                <ParentRoute path=path!("/w/:slug") view=Workspace>
                    <Route path=path!("board") view=BoardPage ssr=SsrMode::Async />
                    <Route path=path!("import") view=ImportPage ssr=SsrMode::Async />
                    <Route path=path!("metrics") view=MetricsPage ssr=SsrMode::Async />
                    <Route path=path!("settings") view=SettingsPage ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// The document. Its scripts carry the nonce of the answer; the theme that the browser asked for stands on the root
/// from the first byte, so that no other one flashes up.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    use leptos_meta::{HashedStylesheet, MetaTags};
    let theme = crate::ssr::theme();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.attribute()>
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
                <HashedStylesheet id="style" options=options.clone() />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Names every server function to the server, so that none depends on what the linker keeps.
#[cfg(feature = "ssr")]
pub fn register_server_functions() {
    use crate::{
        identities::api as identities, jobapps::api as jobapps, mail::api as mail, metrics::api as metrics,
        theme::api as theme, users::api as users,
    };
    use leptos::server_fn::axum::register_explicit;
    register_explicit::<theme::set_theme::SetTheme>();
    register_explicit::<users::register::Register>();
    register_explicit::<users::sign_in::SignIn>();
    register_explicit::<users::sign_out::SignOut>();
    register_explicit::<users::try_demo::TryDemo>();
    register_explicit::<users::get_home::GetHome>();
    register_explicit::<users::get_viewer::GetViewer>();
    register_explicit::<users::get_settings::GetSettings>();
    register_explicit::<users::get_sessions::GetSessions>();
    register_explicit::<users::update_profile::UpdateProfile>();
    register_explicit::<users::change_password::ChangePassword>();
    register_explicit::<users::forgot_password::ForgotPassword>();
    register_explicit::<users::reset_password::ResetPassword>();
    register_explicit::<users::activate::Activate>();
    register_explicit::<users::resend_activation::ResendActivation>();
    register_explicit::<users::revoke_session::RevokeSession>();
    register_explicit::<users::revoke_other_sessions::RevokeOtherSessions>();
    register_explicit::<users::prove_export::ProveExport>();
    register_explicit::<users::delete_account::DeleteAccount>();
    register_explicit::<identities::get_offers::GetOffers>();
    register_explicit::<identities::get_methods::GetMethods>();
    register_explicit::<identities::unlink::Unlink>();
    register_explicit::<jobapps::get_board::GetBoard>();
    register_explicit::<jobapps::add::Add>();
    register_explicit::<jobapps::move_stage::MoveStage>();
    register_explicit::<jobapps::set_outcome::SetOutcome>();
    register_explicit::<mail::get_import::GetImport>();
    register_explicit::<mail::get_gmail::GetGmail>();
    register_explicit::<mail::sync::Sync>();
    register_explicit::<mail::disconnect::Disconnect>();
    register_explicit::<metrics::get_charts::GetCharts>();
}
