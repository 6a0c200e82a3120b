//! `/`: what this is, and a press to try it.

mod scene;

use crate::{
    ui::{Icon, Lucide, SiteTitle, Size},
    users::{DemoButton, Wordmark},
};
use domain::routes::Route;
use leptos::prelude::*;
use leptos_meta::Meta;

const PROMISE: &str = "JobHax reads the receipts in your mailbox and keeps one card per application: where you applied, where it stands, and how long it has been quiet.";

/// The page.
#[component]
pub fn LandingPage() -> impl IntoView {
    let (register, sign_in) = (Route::Register.to_string(), Route::SignIn(None).to_string());
    view! {
        <SiteTitle thing="Know where every application stands" />
        <Meta name="description" content=PROMISE />
        <header class="wrap site-bar">
            <Wordmark />
            <span class="grow"></span>
            <a class="md-only" href="#how" rel="external">
                "How it works"
            </a>
            <a class="md-only" href="/api/docs" rel="external">
                "API"
            </a>
            <a href=sign_in>"Sign in"</a>
        </header>
        <main id="main" tabindex="-1">
            <section class="wrap hero">
                <h1>"Know where every application stands."</h1>
                <p class="lede">{PROMISE} " Free software, yours to host."</p>
                <div class="cta">
                    <DemoButton primary=true />
                    <a class="btn btn-line" href=register>
                        "Create an account"
                    </a>
                    <span class="text-ink-3">"The demo is a year of made-up applications. No sign-up, gone in a day."</span>
                </div>
                <scene::Scene />
            </section>
            <section class="wrap three py-16" id="how">
                <h2 class="sr-only">"How it works"</h2>
                <Point icon=Lucide::MailOpen title="Mail becomes cards">
                    "Drop the mailbox file that your mail program exports. Each receipt becomes a card with company, title, source and date. Newsletters and job alerts make nothing."
                </Point>
                <Point icon=Lucide::SquareKanban title="One board for all of it">
                    "From the job you want to the offer you weigh. Move cards with the mouse, a finger, the keyboard, or a browser without scripts; every change can be taken back."
                </Point>
                <Point icon=Lucide::ChartColumn title="See what works">
                    "Which months were busy, which sources answer, how far applications get. Each chart says its finding first and has its numbers behind it."
                </Point>
            </section>
            <section class="wrap pb-16">
                <div class="surface three p-7">
                    <div>
                        <h2>"What it reads"</h2>
                        <p>
                            "The file you drop, and nothing else. It keeps what belongs to an application: sender, date, subject and the matched line. Never the mail."
                        </p>
                    </div>
                    <div>
                        <h2>"What it does not do"</h2>
                        <p>
                            "It does not apply for you, write for you or score you. No language model reads your mail; fixed rules do."
                        </p>
                    </div>
                    <div>
                        <h2>"Where it runs"</h2>
                        <p>
                            "Here, or on your own machine: one program and one Postgres, started by one command. Programs get everything people get, through the "
                            <a class="a-link" href="/api/docs" rel="external">
                                "API"
                            </a> "."
                        </p>
                    </div>
                </div>
            </section>
        </main>
        <footer class="site-foot">
            <div class="wrap py-5">"JobHax is free software under the AGPL."</div>
        </footer>
    }
    .into_any()
}

#[component]
fn Point(icon: Lucide, title: &'static str, children: Children) -> impl IntoView {
    view! {
        <div>
            <Icon of=icon size=Size::Large />
            <h3>{title}</h3>
            <p>{children()}</p>
        </div>
    }
    .into_any()
}
