//! `/`: describes JobHax and offers the demo.

mod hero;

use crate::{
    auth::{DemoButton, OrganizationDemoButton},
    layout::SiteTitle,
    server::{context::require_user, flash},
    ui::{Icon, IconSize, Lucide, Wordmark},
};
use domain::routes::Route;
use leptos::prelude::*;
use leptos_meta::Meta;

const DESCRIPTION: &str = "JobHax reads the replies in your mailbox and keeps one card per application: where you applied, what stage it's in, and how long it has been quiet.";

#[component]
pub fn LandingPage() -> impl IntoView {
    let (register, sign_in) = (Route::Register(None).to_string(), Route::SignIn(None).to_string());
    let account_deleted = flash::succeeded("settings/delete_account");
    view! {
        {Suspend::new(async move {
            let is_signed_in = require_user().await.is_ok();
            view! { <Content register sign_in account_deleted is_signed_in /> }
        })}
    }
    .into_any()
}

#[component]
fn Content(
    /// The URL for registering.
    register: String,
    /// The URL for signing in.
    sign_in: String,
    /// Whether the user has just deleted their account.
    account_deleted: bool,
    is_signed_in: bool,
) -> impl IntoView {
    let home = Route::Home.to_string();
    let organization = if is_signed_in {
        Route::NewOrganization
    } else {
        Route::Register(Some(Route::NewOrganization.to_string()))
    };
    let organization = organization.to_string();
    let (enter, create) = if is_signed_in {
        ((home.clone(), "Open JobHax"), (home, "Open JobHax"))
    } else {
        ((sign_in, "Sign in"), (register, "Create an account"))
    };
    view! {
        <SiteTitle page="Know where every application stands" />
        <Meta name="description" content=DESCRIPTION />
        <header class="page-width site-header">
            <Wordmark />
            <span class="grow"></span>
            <a class="md-only" href="#how">
                "How it works"
            </a>
            <a class="md-only" href="/api/docs">
                "API"
            </a>
            <a href=enter.0>{enter.1}</a>
        </header>
        <main id="main" tabindex="-1">
            {account_deleted
                .then(|| {
                    view! {
                        <p class="page-width site-notice" role="status">
                            <Icon of=Lucide::Check />
                            "Your account and your data have been deleted."
                        </p>
                    }
                })}
            <section class="page-width hero">
                <h1>"Know where every application stands."</h1>
                <p class="hero-lead">{DESCRIPTION} " Free and open source. Self-host it."</p>
                <div class="hero-actions">
                    <DemoButton primary=true />
                    <OrganizationDemoButton />
                    <a class="btn btn-line" href=create.0>
                        {create.1}
                    </a>
                    <span class="text-ink-3">"Each demo has a year of sample applications: your own, or those of your clients as a coach. No sign-up. Deleted after a day."</span>
                </div>
                <hero::HeroPreview />
            </section>
            <section class="page-width three-columns py-16" id="how">
                <h2 class="sr-only">"How it works"</h2>
                <Feature icon=Lucide::MailOpen title="Emails become cards">
                    "Connect Gmail or drop the mailbox file that your email app exports. Each confirmation becomes a card with company, title, source and date. Newsletters and job alerts are ignored."
                </Feature>
                <Feature icon=Lucide::SquareKanban title="One board for everything">
                    "From wishlist to offer. Move cards by mouse, touch or keyboard, even without JavaScript; every change can be undone."
                </Feature>
                <Feature icon=Lucide::ChartColumn title="See what works">
                    "Which months were busy, which sources respond, how far your applications get. Every chart has a one-sentence summary and its numbers in a table."
                </Feature>
            </section>
            <section class="page-width pb-16" aria-labelledby="organizations">
                <h2 id="organizations" class="landing-title">
                    "For career centers and courses"
                </h2>
                <div class="three-columns">
                    <div>
                        <h3>"Members keep their search"</h3>
                        <p>
                            "Each member of an organization has a board of their own and decides who sees it, how much and for how long. They see who looked, and take everything along when they leave."
                        </p>
                    </div>
                    <div>
                        <h3>"Coaches see what is shared"</h3>
                        <p>
                            "Applications, interviews and metrics of the members who gave them access. They comment, and assign tasks."
                        </p>
                    </div>
                    <div>
                        <h3>"Organizations see numbers"</h3>
                        <p>
                            "How groups do from month to month, without names and only for five people or more. With invitations by list, single sign-on and an audit log."
                        </p>
                    </div>
                </div>
                <p class="mt-6">
                    <a class="btn btn-line" href=organization>
                        "Create an organization"
                    </a>
                </p>
            </section>
            <section class="page-width pb-16">
                <div class="surface three-columns p-7">
                    <div>
                        <h2>"What it reads"</h2>
                        <p>
                            "Only the mailbox you connect or the files you upload. It keeps what belongs to an application: sender, date, subject and the matched line. Never the whole email."
                        </p>
                    </div>
                    <div>
                        <h2>"What it doesn't do"</h2>
                        <p>
                            "It doesn't apply for you, write for you or score you. Rules and a small fixed model read your email on this server; no AI service ever sees it."
                        </p>
                    </div>
                    <div>
                        <h2>"Where it runs"</h2>
                        <p>
                            "Here, or on your own machine: one binary and one Postgres database, started with one command. Everything in the UI is available through the "
                            <a class="link" href="/api/docs">
                                "API"
                            </a> "."
                        </p>
                    </div>
                </div>
            </section>
        </main>
        <footer class="site-footer">
            <div class="page-width py-5">"JobHax is free software under the AGPL."</div>
        </footer>
    }
    .into_any()
}

#[component]
fn Feature(icon: Lucide, title: &'static str, children: Children) -> impl IntoView {
    view! {
        <div>
            <Icon of=icon size=IconSize::Large />
            <h3>{title}</h3>
            <p>{children()}</p>
        </div>
    }
    .into_any()
}
