//! `/`: what JobHax is, and the demo.

mod hero;

use crate::{
    auth::{DemoButton, OrganizationDemoButton},
    layout::SiteTitle,
    server::flash,
    ui::{Icon, IconSize, Lucide, Wordmark},
};
use domain::routes::Route;
use leptos::prelude::*;
use leptos_meta::Meta;

const DESCRIPTION: &str = "JobHax reads the replies in your mailbox and keeps one card per application: where you applied, what stage it's in, and how long it has been quiet.";

/// The landing page.
#[component]
pub fn LandingPage() -> impl IntoView {
    let (register, sign_in) = (Route::Register(None).to_string(), Route::SignIn(None).to_string());
    let account_deleted = flash::succeeded("settings/delete_account");
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
            <a href=sign_in>"Sign in"</a>
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
                    <a class="btn btn-line" href=register>
                        "Create an account"
                    </a>
                    <span class="text-ink-3">"The demos have a year of sample applications: your own, or those of an organization whose coach you are. No sign-up, deleted after a day."</span>
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
