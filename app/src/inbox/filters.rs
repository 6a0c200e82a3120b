//! The views of the inbox and its filters, as links and a plain form.

use super::{labels::KINDS, page::InboxQuery};
use crate::{jobapps::emails::kind_name, layout::use_workspace};
use domain::{
    mail::{Mailbox, MailboxKind, MessageKind},
    routes::InboxView,
};
use leptos::prelude::*;

const fn view_name(view: InboxView) -> &'static str {
    match view {
        InboxView::Review => "To review",
        InboxView::Done => "On your board",
        InboxView::Other => "Other email",
    }
}

#[component]
pub fn Views(view: InboxView) -> impl IntoView {
    let viewer = use_workspace().viewer;
    view! {
        <nav class="inbox-views" aria-label="Views">
            {InboxView::ALL
                .into_iter()
                .map(|other| {
                    let viewer = viewer.clone();
                    let count = (other == InboxView::Review)
                        .then(|| {
                            Suspend::new(async move {
                                let count = viewer.await.ok().map_or(0, |viewer| viewer.review_count);
                                (count > 0).then(|| view! { <span class="num text-ink-3">{count}</span> })
                            })
                        });
                    view! {
                        <a
                            class="view-tab"
                            href=format!("?view={}", other.as_str())
                            aria-current=(other == view).then_some("page")
                        >
                            {view_name(other)}
                            {count}
                        </a>
                    }
                })
                .collect_view()}
        </nav>
    }
    .into_any()
}

/// Filters by text, kind and mailbox.
#[component]
pub fn Filters(query: InboxQuery, mailboxes: Vec<Mailbox>) -> impl IntoView {
    let kinds = KINDS.into_iter().chain([
        MessageKind::Referral,
        MessageKind::Recruiter,
        MessageKind::Alert,
        MessageKind::Other,
    ]);
    let filter = query.filter.clone();
    view! {
        <form class="filter-form" method="get" role="search">
            <input type="hidden" name="view" value=query.view.as_str() />
            <label class="sr-only" for="inbox-q">
                "Search email"
            </label>
            <input
                class="input input-sm"
                id="inbox-q"
                type="search"
                name="q"
                maxlength="200"
                placeholder="Search subject, sender, company"
                value=filter.q.unwrap_or_default()
            />
            <label class="sr-only" for="inbox-kind">
                "Kind"
            </label>
            <select class="select select-sm" id="inbox-kind" name="kind" data-submit>
                <option value="">"All kinds"</option>
                {kinds
                    .map(|kind| {
                        view! {
                            <option value=kind.as_str() selected=filter.kind == Some(kind)>
                                {kind_name(kind)}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
            {(mailboxes.len() > 1)
                .then(|| {
                    view! {
                        <label class="sr-only" for="inbox-mailbox">
                            "Mailbox"
                        </label>
                        <select class="select select-sm" id="inbox-mailbox" name="mailbox" data-submit>
                            <option value="">"All mailboxes"</option>
                            {mailboxes
                                .into_iter()
                                .map(|mailbox| {
                                    view! {
                                        <option
                                            value=mailbox.id.to_string()
                                            selected=filter.mailbox_id == Some(mailbox.id)
                                        >
                                            {mailbox_name(&mailbox)}
                                        </option>
                                    }
                                })
                                .collect_view()}
                        </select>
                    }
                })}
            <button class="btn btn-line btn-sm" type="submit">
                "Filter"
            </button>
            {query
                .is_filtered()
                .then(|| {
                    view! {
                        <a class="btn btn-quiet btn-sm" href=format!("?view={}", query.view.as_str())>
                            "Clear"
                        </a>
                    }
                })}
        </form>
    }
    .into_any()
}

fn mailbox_name(mailbox: &Mailbox) -> String {
    match mailbox.kind {
        MailboxKind::Upload => "Uploaded files".to_owned(),
        MailboxKind::Gmail | MailboxKind::Imap => mailbox.address.clone(),
    }
}
