//! Copying applications from the personal workspace to an organization.

use domain::routes::{Route, SettingsSection};
use leptos::prelude::*;

/// The numbers of all and of open applications in the personal workspace.
pub type PersonalCounts = (i64, i64);

/// The buttons. A plain form, so that it works without JavaScript.
#[component]
pub fn CopyForm(
    slug: String,
    counts: PersonalCounts,
    /// The page that reports errors: `board` or `settings`.
    page: &'static str,
) -> impl IntoView {
    let (all, open) = counts;
    view! {
        <form method="post" action="/_fn/transfers/copy" class="copy-form">
            <input type="hidden" name="slug" value=slug.clone() />
            <input type="hidden" name="page" value=page />
            <button class="btn btn-line btn-sm" type="submit" name="which" value="all">
                {format!("Copy all {all}")}
            </button>
            {(open > 0 && open < all)
                .then(|| {
                    view! {
                        <button class="btn btn-line btn-sm" type="submit" name="which" value="open">
                            {format!("Copy {open} open")}
                        </button>
                    }
                })}
            {(page == "board")
                .then(|| {
                    let choose = Route::SettingsPart(slug, SettingsSection::Organization, "copy-applications");
                    view! {
                        <a class="btn btn-quiet btn-sm" href=choose.to_string()>
                            "Choose applications"
                        </a>
                    }
                })}
        </form>
    }
    .into_any()
}
