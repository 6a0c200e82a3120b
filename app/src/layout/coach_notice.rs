//! The notice for coaches on pages about the user's own applications, which coaches do not have.

use super::{WorkspaceContext, use_workspace};
use domain::routes::WorkspacePage;
use leptos::prelude::*;

/// Explains why the page is empty, with a link to the clients.
#[component]
pub fn CoachNotice(
    /// Whether the page shows applications from a previous role of the coach.
    #[prop(default = false)]
    has_applications: bool,
) -> impl IntoView {
    let clients = use_workspace().page(WorkspacePage::Clients);
    if has_applications {
        return view! {
            <p class="client-note">
                "Coaches don’t track applications in this organization. You can read the ones you have. "
                <a class="link" href=clients>
                    "Open clients"
                </a>
            </p>
        }
        .into_any();
    }
    view! {
        <section class="empty-state">
            <h2>"You have no applications here"</h2>
            <p>"Coaches don’t track applications in this organization. You see your clients’ applications."</p>
            <a class="btn btn-primary btn-sm" href=clients>
                "Open clients"
            </a>
        </section>
    }
    .into_any()
}

impl WorkspaceContext {
    /// Whether the user can have clients but no applications of their own in this workspace.
    pub async fn is_for_coaching(&self) -> bool {
        let viewer = self.viewer.clone().await;
        viewer.is_ok_and(|viewer| viewer.tenant.is_for_coaching())
    }
}
