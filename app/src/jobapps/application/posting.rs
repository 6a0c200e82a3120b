//! The job posting of an application as plain text, with the form that changes it.

use super::{details::EditSummary, page::PageContext};
use crate::{
    error::AppError,
    jobapps::labels::DATE_FORMAT,
    server::flash,
    ui::{ButtonKind, Field, FormError, Icon, IconSize, Lucide, SubmitButton, field_error},
};
use domain::jobapps::{JobApplication, MAX_POSTING_LEN, Posting};
use leptos::prelude::*;

const ACTION: &str = "jobapps/set_posting";
/// Texts with more lines are collapsed initially.
const COLLAPSED_LINES: usize = 12;
/// Texts with more characters are also collapsed initially.
const COLLAPSED_CHARS: usize = 900;

/// Whether the text is long enough to be collapsed.
fn is_long(text: &str) -> bool {
    text.lines().nth(COLLAPSED_LINES).is_some() || text.chars().nth(COLLAPSED_CHARS).is_some()
}

/// A disclosure for the long text before it. The style sheet cuts the text while the disclosure is closed.
pub fn show_more(text: &str) -> Option<impl IntoView + use<>> {
    is_long(text).then(|| {
        view! {
            <details class="posting-long note-more">
                <summary>
                    <span class="when-closed">"Show more"</span>
                    <span class="when-open">"Show less"</span>
                </summary>
            </details>
        }
    })
}

/// The beginning of a long text, shown while the text is collapsed.
fn beginning(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(COLLAPSED_LINES).collect();
    let mut beginning: String = lines.join("\n").chars().take(COLLAPSED_CHARS).collect();
    beginning.truncate(beginning.trim_end().len());
    beginning.push('…');
    beginning
}

#[component]
pub fn JobPosting(page: PageContext, application: JobApplication, posting: Option<Posting>) -> impl IntoView {
    let is_open = flash::error_for(ACTION).is_some();
    let has_posting = posting.is_some();
    let form = page.may_write.then(|| {
        let form = view! { <PostingForm page=page.clone() application posting=posting.clone() /> };
        view! {
            <details class="section-edit" id="edit-posting" open=is_open>
                <EditSummary verb=if has_posting { "Edit" } else { "Add" } label=" job posting" />
                <div class="section-form">{form}</div>
            </details>
        }
    });
    let content = match posting {
        None => {
            let text = if page.may_write {
                "Postings disappear. Keep the text here, so that you can read it again before the interview."
            } else {
                "No text saved."
            };
            view! { <p class="text-ink-3 posting-empty">{text}</p> }.into_any()
        }
        Some(posting) => view! { <Text page=page.clone() posting /> }.into_any(),
    };
    view! {
        <section class="facts-section posting" id="live-posting" aria-labelledby="posting" data-live>
            <h2 id="posting">"Job posting"</h2>
            {form}
            {content}
        </section>
    }
    .into_any()
}

#[component]
fn Text(page: PageContext, posting: Posting) -> impl IntoView {
    let Posting { text, url, saved_at } = posting;
    let saved = page.local(saved_at).format(DATE_FORMAT).to_string();
    let source = url.map(|url| {
        let host = url.split('/').nth(2).unwrap_or(&url).to_owned();
        view! {
            " from "
            <a class="link" href=url rel="noopener noreferrer nofollow" target="_blank">
                {host}
                <span class="sr-only">", opens in a new tab"</span>
            </a>
        }
    });
    let content = if is_long(&text) {
        view! {
            <p class="posting-text posting-preview">{beginning(&text)}</p>
            <details class="posting-long">
                <summary>
                    <span class="when-closed">"Show all of it"</span>
                    <span class="when-open">"Show less"</span>
                </summary>
                <p class="posting-text">{text}</p>
            </details>
        }
        .into_any()
    } else {
        view! { <p class="posting-text">{text}</p> }.into_any()
    };
    view! {
        <div class="posting-content">
            <p class="posting-saved">{format!("Saved {saved}")} {source}</p>
            {content}
        </div>
    }
    .into_any()
}

#[component]
fn PostingForm(page: PageContext, application: JobApplication, posting: Option<Posting>) -> impl IntoView {
    let rejected = flash::error_for(ACTION);
    let (text, url) = match posting {
        _ if rejected.is_some() => (
            flash::form_value(ACTION, "text"),
            flash::form_value(ACTION, "url"),
        ),
        Some(posting) => (posting.text, posting.url.unwrap_or_default()),
        None => (String::new(), application.url.unwrap_or_default()),
    };
    let error: Signal<Option<AppError>> = Signal::stored(rejected);
    let text_error = field_error(error, "text");
    view! {
        <form method="post" action=format!("/_fn/{ACTION}") data-fetch>
            {page.hidden_inputs()}
            <div class="field">
                <label for="posting-text">"Text of the posting" <span>"optional"</span></label>
                <textarea
                    class="input note-input"
                    id="posting-text"
                    name="text"
                    rows="8"
                    maxlength=MAX_POSTING_LEN
                    aria-invalid=move || text_error.read().is_some().then_some("true")
                    aria-describedby=move || {
                        if text_error.read().is_some() { "posting-text-error" } else { "posting-text-hint" }
                    }
                >
                    {text}
                </textarea>
                <p class="field-error" id="posting-text-error" hidden=move || text_error.read().is_none()>
                    <Icon of=Lucide::CircleAlert size=IconSize::Small />
                    <span>{move || text_error.get()}</span>
                </p>
                <p class="field-hint" id="posting-text-hint" hidden=move || text_error.read().is_some()>
                    "Copy it from the page. An empty text removes the posting."
                </p>
            </div>
            <Field
                name="url"
                label="Link"
                id="posting-url"
                kind="url"
                maxlength=2000
                optional=true
                value=url
                error=field_error(error, "url")
            />
            <FormError error />
            <div class="section-actions">
                <SubmitButton label="Save posting" pending_label="Saving" kind=ButtonKind::Line class="btn-sm" />
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posting_is_long_by_lines_or_characters() {
        assert!(!is_long(&"a\n".repeat(12)));
        assert!(is_long(&"a\n".repeat(13)));
        assert!(!is_long(&"ä".repeat(900)));
        assert!(is_long(&"ä".repeat(901)));
        assert_eq!(
            beginning(&"a\n".repeat(13)),
            format!("{}…", "a\n".repeat(12).trim_end())
        );
        assert_eq!(beginning(&"ä".repeat(901)), format!("{}…", "ä".repeat(900)));
    }
}
