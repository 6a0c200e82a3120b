//! The action bar above an application: back, previous and next, the posting, and actions.

use super::page::PageContext;
use crate::ui::{ButtonKind, Icon, IconSize, Lucide, SubmitButton};
use domain::{
    JobApplicationId,
    jobapps::JobApplication,
    routes::{ApplicationPage, Route},
};
use leptos::prelude::*;
use service::jobapps::Neighbors;

/// Id of the dialog that confirms the deletion of the application.
const DELETE_DIALOG: &str = "delete-dialog";

#[component]
pub fn ActionBar(
    page: PageContext,
    application: JobApplication,
    /// The previous and the next application.
    neighbors: Neighbors,
    /// Whether the application has enough emails to be split.
    can_split: bool,
) -> impl IntoView {
    let (back, back_label) = (
        page.list(),
        match page.client {
            Some(_) => "Back to the applications",
            None => "Back to the board",
        },
    );
    let column = match application.outcome {
        None => application.application_status.value.clone(),
        Some(_) => format!("{}, closed", application.application_status.value),
    };
    let context = page.clone();
    let neighbor = move |id: Option<JobApplicationId>,
                         rel: &'static str,
                         label: &'static str,
                         key: &'static str,
                         icon| {
        let icon = view! { <Icon of=icon size=IconSize::Small /> };
        match id {
            Some(id) => {
                let href = context.application(id).to_string();
                view! {
                    <a
                        class="btn btn-quiet btn-sm btn-square"
                        href=href
                        rel=rel
                        aria-label=label
                        title=format!("{label} ({key})")
                    >
                        {icon}
                    </a>
                }
                .into_any()
            }
            None => view! {
                <span class="btn btn-quiet btn-sm btn-square" aria-hidden="true" data-disabled>
                    {icon}
                </span>
            }
            .into_any(),
        }
    };
    let posting = application.url.clone().map(|url| {
        view! {
            <a class="btn btn-quiet btn-sm" href=url rel="noopener noreferrer nofollow" target="_blank">
                <Icon of=Lucide::ExternalLink size=IconSize::Small />
                "Posting"
                <span class="sr-only">", opens in a new tab"</span>
            </a>
        }
    });
    view! {
        <header class="page-header application-bar">
            <a
                class="btn btn-quiet btn-sm btn-square"
                id="back"
                href=back
                aria-label=back_label
                title=format!("{back_label} (Esc)")
            >
                <Icon of=Lucide::ArrowLeft />
            </a>
            {(neighbors.total > 0)
                .then(|| {
                    view! {
                        <nav class="application-neighbors" aria-label="Applications of this stage">
                            <span class="md-only">{format!("{column}, {} of {}", neighbors.position, neighbors.total)}</span>
                            {neighbor(neighbors.previous, "prev", "Previous application", "K", Lucide::ChevronUp)}
                            {neighbor(neighbors.next, "next", "Next application", "J", Lucide::ChevronDown)}
                        </nav>
                    }
                })}
            <span class="grow"></span>
            {posting}
            {page.may_write.then(|| view! { <MoreMenu page can_split /> })}
        </header>
    }
    .into_any()
}

/// A menu of less frequent actions.
#[component]
fn MoreMenu(page: PageContext, can_split: bool) -> impl IntoView {
    let href = |sub| Route::Application(page.slug.clone(), page.id, sub).to_string();
    let (merge, split) = (href(ApplicationPage::Merge), href(ApplicationPage::Split));
    view! {
        <button
            class="btn btn-quiet btn-sm btn-square"
            type="button"
            popovertarget="more-menu"
            aria-label="More actions"
            title="More actions"
        >
            <Icon of=Lucide::Ellipsis />
        </button>
        <div class="menu" id="more-menu" popover="auto" role="dialog" aria-label="More actions">
            <a class="menu-row" href=merge>
                <span>"Merge with…"</span>
            </a>
            {can_split
                .then(|| {
                    view! {
                        <a class="menu-row" href=split>
                            <span>"Split…"</span>
                        </a>
                    }
                })}
            <hr />
            <button class="menu-row" type="button" popovertarget=DELETE_DIALOG>
                <Icon of=Lucide::Trash size=IconSize::Small />
                <span>"Delete…"</span>
            </button>
        </div>
    }
    .into_any()
}

/// The confirmation dialog for deleting the application.
#[component]
pub fn DeleteDialog(page: PageContext, application: JobApplication) -> impl IntoView {
    let name = match &application.job_title {
        Some(title) => format!("{title} at {}", application.company_label()),
        None => application.company_label().to_owned(),
    };
    view! {
        <ConfirmDialog
            id=DELETE_DIALOG.to_owned()
            title="Delete this application?"
            text=format!("{name} is deleted with its notes and history. You can restore it for 30 days.")
            action="/_fn/jobapps/delete"
            label="Delete application"
        >
            {page.hidden_inputs()}
        </ConfirmDialog>
    }
}

/// A confirmation popover for a deletion.
#[component]
pub fn ConfirmDialog(
    id: String,
    /// The question.
    title: &'static str,
    /// Names what is lost and whether it can be restored.
    #[prop(into)]
    text: String,
    /// The URL of the server function.
    action: &'static str,
    /// The verb and its object.
    label: &'static str,
    /// The hidden fields of the form.
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    let (hides, labelled_by) = (id.clone(), title_id.clone());
    view! {
        <div class="confirm" id=id popover="auto" role="dialog" aria-labelledby=labelled_by>
            <h2 id=title_id>{title}</h2>
            <p>{text}</p>
            <form method="post" action=action>
                {children()}
                <button class="btn btn-line" type="button" popovertarget=hides popovertargetaction="hide">
                    "Cancel"
                </button>
                <SubmitButton label pending_label="Deleting" kind=ButtonKind::Danger />
            </form>
        </div>
    }
    .into_any()
}
