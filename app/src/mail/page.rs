//! `/w/{slug}/import`.

use super::{ConnectedMailbox, ImportIsland, connection::Connection, export_guide::ExportGuide, load};
use crate::{
    assets::{Area, WorkspaceScripts},
    error::AppError,
    layout::{CoachNotice, PageTitle, WorkspaceContext, use_workspace},
    server::flash::{self, Flash},
    ui::{Icon, IconSize, Lucide},
};
use domain::{
    ImportId,
    mail::{ImapProvider, Import},
    routes::Route,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The sections for Gmail, Outlook, IMAP and upload, the import in the URL, and how to export email.
#[component]
pub fn ImportPage() -> impl IntoView {
    let workspace = use_workspace();
    let import = use_query_map()
        .read_untracked()
        .get("import")
        .and_then(|id| id.parse().ok());
    let flash = flash::current();
    view! {
        <PageTitle page="Import" />
        <header class="page-header">
            <h1>"Import"</h1>
        </header>
        <div class="page-body" id="page-body" data-keep-scroll>
            {Suspend::new(async move {
                if workspace.is_for_coaching().await {
                    return view! {
                        <CoachNotice />
                        <WorkspaceScripts area=None charts=false />
                    }
                        .into_any();
                }
                let data = load_page(&workspace, import).await;
                view! {
                    <Content slug=workspace.slug data flash />
                    <WorkspaceScripts area=Some(Area::Import) charts=false />
                }
                    .into_any()
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Content(slug: String, data: PageData, flash: Option<Flash>) -> impl IntoView {
    let csv = Route::CsvImport(slug.clone(), None).to_string();
    let PageData {
        available,
        providers,
        mailboxes,
        import,
    } = data;
    view! {
        <div class="import">
            <div class="import-main">
                <div>
                    <p class="lead">"Import your email and JobHax finds your applications."</p>
                    <p class="text-ink-2 mt-1">
                        "We don't store your emails. We keep only the sender, date, subject and the line that matched."
                    </p>
                </div>
                <ImportIsland slug available providers mailboxes import flash />
                <p class="text-ink-2">
                    "Do you track applications elsewhere? " <a class="import-csv-link" href=csv>"Import a CSV file"</a>
                    " from LinkedIn, Huntr, Teal, Simplify, Notion or a spreadsheet."
                </p>
                <ExportGuide />
            </div>
            <HowItWorks />
        </div>
    }
    .into_any()
}

struct PageData {
    available: Vec<Connection>,
    providers: Vec<ImapProvider>,
    mailboxes: Result<Vec<ConnectedMailbox>, AppError>,
    import: Option<Result<Import, AppError>>,
}

/// Loads the connected mailboxes, the available connections, and the import in the URL.
async fn load_page(workspace: &WorkspaceContext, import: Option<ImportId>) -> PageData {
    let (services, caller) = match workspace.require_caller().await {
        Ok(request) => request,
        Err(error) => {
            return PageData {
                available: Vec::new(),
                providers: Vec::new(),
                mailboxes: Err(error),
                import: None,
            };
        }
    };
    let has_outlook = services.providers.offers_outlook();
    PageData {
        available: load::connections(&services),
        providers: service::mail::list_imap_providers(has_outlook).unwrap_or_default(),
        mailboxes: load::mailboxes(&services, &caller).await,
        import: match import {
            Some(id) => Some(load::import(&services, &caller, id).await),
            None => None,
        },
    }
}

/// Explains how emails are processed.
#[component]
fn HowItWorks() -> impl IntoView {
    let steps = [
        (
            Lucide::MailOpen,
            "Read",
            "Each email is processed once and discarded",
        ),
        (
            Lucide::ListFilter,
            "Understood on this server",
            "By rules and a small model; no email is sent to an AI service",
        ),
        (
            Lucide::SquareKanban,
            "Added to your board",
            "As a new card, or as an update to one you have",
        ),
        (
            Lucide::Trash,
            "Discarded",
            "Only the sender, date, subject and the matched line are kept",
        ),
    ];
    view! {
        <aside class="pt-1" aria-labelledby="how-it-works">
            <h2 class="mb-3" id="how-it-works">
                "What happens to an email"
            </h2>
            <ol class="timeline">
                {steps
                    .into_iter()
                    .map(|(icon, step, description)| {
                        view! {
                            <li>
                                <span class="timeline-dot">
                                    <Icon of=icon size=IconSize::Small />
                                </span>
                                <div>
                                    {step} <p>{description}</p>
                                </div>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
            <p class="text-xs text-ink-3 mt-2">"Importing the same file again won't create duplicates."</p>
        </aside>
    }
    .into_any()
}
