//! `/w/{slug}/inbox`.

use super::{
    choices::load_choices,
    filters::{Filters, Views},
    list::{MailList, Row},
    reader::{Reader, ReaderData},
};
use crate::{
    assets::{FormScript, InboxScript, WorkspaceScripts},
    error::AppError,
    layout::{CoachNotice, PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
    ui::ErrorState,
};
use domain::{
    MailMessageId,
    inbox::ListInboxInput,
    mail::{MailDecision, Mailbox, MessageKind},
    pagination::Pagination,
    routes::{InboxView, Route, WorkspacePage},
};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use service::platform::time_zone::local_time;

/// Emails per page.
const PAGE_SIZE: u32 = 50;

/// The query parameters of the page.
#[derive(Clone, Debug, Default)]
pub struct InboxQuery {
    /// The selected list of emails.
    pub view: InboxView,
    /// The email in the reader.
    pub mail: Option<MailMessageId>,
    pub filter: ListInboxInput,
}

impl InboxQuery {
    fn parse(map: &ParamsMap) -> Self {
        let text = |name: &str| map.get(name).filter(|value| !value.trim().is_empty());
        Self {
            view: InboxView::parse(&text("view").unwrap_or_default()),
            mail: text("mail").and_then(|id| id.parse().ok()),
            filter: ListInboxInput {
                kind: text("kind").and_then(|kind| MessageKind::parse(&kind)),
                mailbox_id: text("mailbox").and_then(|id| id.parse().ok()),
                jobapp_id: text("application").and_then(|id| id.parse().ok()),
                q: text("q"),
                cursor: text("cursor"),
                limit: Some(PAGE_SIZE),
                ..ListInboxInput::default()
            },
        }
    }

    /// Parses a query string, with or without `?`.
    pub fn parse_text(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.trim_start_matches('?').as_bytes());
        Self::parse(
            &pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// Whether the list is filtered.
    pub fn is_filtered(&self) -> bool {
        let filter = &self.filter;
        filter.kind.is_some()
            || filter.mailbox_id.is_some()
            || filter.jobapp_id.is_some()
            || filter.q.is_some()
    }

    /// The inbox with this view and these filters, and an email in the reader.
    pub fn route(&self, slug: String, mail: Option<MailMessageId>) -> Route {
        let query = self.to_text(mail, self.filter.cursor.as_deref());
        Route::List(slug, WorkspacePage::Inbox, query)
    }

    /// The parameters of a link that preserves view and filters.
    pub fn link(&self, mail: Option<MailMessageId>, cursor: Option<&str>) -> String {
        format!("?{}", self.to_text(mail, cursor))
    }

    fn to_text(&self, mail: Option<MailMessageId>, cursor: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("view", self.view.as_str());
        let filter = &self.filter;
        let values = [
            ("kind", filter.kind.map(|kind| kind.as_str().to_owned())),
            ("mailbox", filter.mailbox_id.map(|id| id.to_string())),
            ("application", filter.jobapp_id.map(|id| id.to_string())),
            ("q", filter.q.clone()),
            ("cursor", cursor.map(str::to_owned)),
            ("mail", mail.map(|id| id.to_string())),
        ];
        for (name, value) in values {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        query.finish()
    }
}

struct InboxData {
    rows: Vec<Row>,
    pagination: Pagination,
    reader: Option<Result<ReaderData, AppError>>,
    mailboxes: Vec<Mailbox>,
}

#[component]
pub fn InboxPage() -> impl IntoView {
    let workspace = use_workspace();
    let query = InboxQuery::parse(&use_query_map().read_untracked());
    let (context, view) = (workspace.clone(), query.view);
    view! {
        <PageTitle page="Inbox" />
        <header class="page-header">
            <h1>"Inbox"</h1>
            {Suspend::new(async move { (!context.is_for_coaching().await).then(|| view! { <Views view /> }) })}
        </header>
        {Suspend::new(async move {
            if workspace.is_for_coaching().await {
                return view! { <CoachNotice /> }.into_any();
            }
            match load(&workspace, &query).await {
                Ok(data) => view! { <Content slug=workspace.slug query data /> }.into_any(),
                Err(error) => {
                    view! {
                        <div class="page-body">
                            <ErrorState error />
                        </div>
                    }
                        .into_any()
                }
            }
        })}
        <WorkspaceScripts area=None charts=false />
        <FormScript />
        <InboxScript />
    }
    .into_any()
}

async fn load(workspace: &WorkspaceContext, query: &InboxQuery) -> Result<InboxData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let now = local_time(services.clock.now(), &caller.user.time_zone);
    let time = |at| local_time(at, &caller.user.time_zone);
    let filter = query.filter.clone();
    let (rows, pagination) = if query.view == InboxView::Review {
        let page = respond(service::mail::get_review(&services, &caller, filter).await)?;
        let rows = page.data.into_iter().map(|item| Row::review(item, time, now));
        (rows.collect::<Vec<_>>(), page.pagination)
    } else {
        let decisions: &[MailDecision] = match query.view {
            InboxView::Done => &[
                MailDecision::Automatic,
                MailDecision::Accepted,
                MailDecision::Changed,
                MailDecision::Undone,
            ],
            InboxView::Other | InboxView::Review => &[MailDecision::Ignored, MailDecision::Dismissed],
        };
        let page = respond(service::mail::list_messages(&services, &caller, filter, decisions).await)?;
        let rows = page.data.into_iter().map(|mail| Row::done(mail, time, now));
        (rows.collect(), page.pagination)
    };
    let selected = query.mail.or_else(|| rows.first().map(|row| row.mail.id));
    let reader = match selected {
        Some(id) => {
            let detail = respond(service::mail::get_mail(&services, &caller, id).await);
            let others = respond(load_choices(&services, &caller).await)?;
            Some(detail.map(|detail| {
                ReaderData {
                    sent_at: time(detail.mail.sent_at),
                    others: others
                        .into_iter()
                        .filter(|other| detail.candidates.iter().all(|c| c.id != other.id))
                        .collect(),
                    detail,
                }
            }))
        }
        None => None,
    };
    let mailboxes = respond(service::mail::get_mailboxes(&services, &caller).await)?;
    Ok(InboxData {
        rows,
        pagination,
        reader,
        mailboxes,
    })
}

#[component]
fn Content(slug: String, query: InboxQuery, data: InboxData) -> impl IntoView {
    let is_open = query.mail.is_some();
    let selected = match &data.reader {
        Some(Ok(reader)) => Some(reader.detail.mail.id),
        _ => None,
    };
    if data.rows.is_empty() && data.reader.is_none() {
        return view! {
            <div class="inbox-filters">
                <Filters query=query.clone() mailboxes=data.mailboxes />
            </div>
            <div class="page-body" id="page-body">
                <Empty query />
            </div>
        }
        .into_any();
    }
    // The number of answers with a number key: the candidates, "new", "not an application", and "other" if it is offered.
    let answers = match &data.reader {
        Some(Ok(reader)) => reader.detail.candidates.len() + 2 + usize::from(!reader.others.is_empty()),
        _ => 1,
    };
    let link = |mail| query.link(mail, query.filter.cursor.as_deref());
    let (back, next) = (link(None), link(neighbor(&data.rows, selected)));
    let here = back.clone();
    view! {
        <div class="inbox-filters">
            <Filters query=query.clone() mailboxes=data.mailboxes />
        </div>
        <div class="inbox" data-open=is_open.then_some("")>
            <MailList query rows=data.rows selected next=data.pagination.next_cursor />
            <section class="inbox-reader" id="reader" aria-label="Email" data-keep-scroll data-guard>
                <p class="inbox-back">
                    <a class="btn btn-quiet btn-sm" href=back>
                        "Back to the list"
                    </a>
                </p>
                {data
                    .reader
                    .map(|reader| match reader {
                        Ok(reader) => view! { <Reader slug here next data=reader /> }.into_any(),
                        Err(error) => view! { <ErrorState error /> }.into_any(),
                    })}
            </section>
        </div>
        <p class="inbox-keys with-script" aria-hidden="true">
            <span><kbd class="kbd">"J"</kbd><kbd class="kbd">"K"</kbd>" next, previous"</span>
            <span><kbd class="kbd">"1"</kbd>"–"<kbd class="kbd">{answers.min(9)}</kbd>" choose"</span>
            <span><kbd class="kbd">"Enter"</kbd>" accept"</span>
            <span><kbd class="kbd">"X"</kbd>" not about a job"</span>
            <span><kbd class="kbd">"E"</kbd>" why"</span>
            <span><kbd class="kbd">"Z"</kbd>" undo"</span>
        </p>
    }
    .into_any()
}

/// The email after the selected one, or before it if it is the last one.
fn neighbor(rows: &[Row], selected: Option<MailMessageId>) -> Option<MailMessageId> {
    let index = rows.iter().position(|row| Some(row.mail.id) == selected)?;
    let row = rows.get(index + 1).or_else(|| rows.get(index.checked_sub(1)?))?;
    Some(row.mail.id)
}

#[component]
fn Empty(query: InboxQuery) -> impl IntoView {
    let workspace = use_workspace();
    let import = workspace.page(domain::routes::WorkspacePage::Import);
    let (title, text) = match query.view {
        _ if query.is_filtered() => (
            "No email matches",
            "Change the filters, or clear them to see all email of this view.",
        ),
        InboxView::Review => (
            "Nothing to review",
            "When JobHax is sure about an email, it updates your board. Unclear emails wait here for your decision.",
        ),
        InboxView::Done => (
            "No email on your board yet",
            "Import your email. Everything JobHax adds or changes is listed here.",
        ),
        InboxView::Other => (
            "No other email",
            "Email that is not about your applications is listed here, in case JobHax was wrong.",
        ),
    };
    view! {
        <section class="empty-state">
            <h2>{title}</h2>
            <p>{text}</p>
            <span class="flex gap-2">
                {if query.is_filtered() {
                    view! {
                        <a class="btn btn-line btn-sm" href=format!("?view={}", query.view.as_str())>
                            "Clear filters"
                        </a>
                    }
                        .into_any()
                } else {
                    view! {
                        <a class="btn btn-line btn-sm" href=import>
                            "Import email"
                        </a>
                    }
                        .into_any()
                }}
            </span>
        </section>
    }
    .into_any()
}
