//! The files of an application, and the form that adds one. It works without JavaScript.

use super::{actions::ConfirmDialog, details::EditSummary, page::PageContext};
use crate::{
    jobapps::labels::DATE_FORMAT,
    server::flash,
    ui::{ButtonKind, Icon, IconSize, Lucide, SubmitButton},
};
use domain::files::{File, FileKind, MAX_FILE_BYTES};
use leptos::prelude::*;

/// The endpoint of the form.
const ACTION: &str = "files/add";
/// The formats offered by the browser's file picker. The server checks the content.
const ACCEPT: &str = ".pdf,.doc,.docx,.pptx,.odt,.rtf,.txt,.md,.png,.jpg,.jpeg";

/// The name of a kind of file.
pub const fn kind_name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Resume => "Résumé",
        FileKind::CoverLetter => "Cover letter",
        FileKind::Other => "Other",
    }
}

/// `820 B`, `34 KB`, `1.2 MB`.
fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", (bytes + 500) / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// The files of the application.
#[component]
pub fn Files(
    page: PageContext,
    /// The files, newest first.
    files: Vec<File>,
) -> impl IntoView {
    let error = flash::error_for(ACTION).map(|error| {
        let error = error.0;
        let field = ["file", "kind"].iter().find_map(|field| error.for_field(field));
        field.map_or_else(|| error.detail.clone(), ToOwned::to_owned)
    });
    let is_empty = files.is_empty();
    let is_open = error.is_some();
    let form = page.may_write.then(|| {
        view! {
            <details class="section-edit" id="add-file" open=is_open>
                <EditSummary verb="Add" label=" file" />
                <FileForm page=page.clone() error />
            </details>
        }
    });
    let empty = if page.may_write {
        "Keep the résumé and the cover letter that you sent here."
    } else {
        "None yet."
    };
    view! {
        <section class="facts-section files-section" id="live-files" aria-labelledby="files-title" data-live>
            <h2 id="files-title">"Files"</h2>
            {form}
            {is_empty.then(|| view! { <p class="text-ink-3">{empty}</p> })}
            <ul class="file-list">
                {files.into_iter().map(|file| view! { <FileRow page=page.clone() file /> }).collect_view()}
            </ul>
        </section>
    }
    .into_any()
}

#[component]
fn FileForm(page: PageContext, error: Option<String>) -> impl IntoView {
    let action = format!("/w/{}/files?jobapp_id={}", page.slug, page.id);
    view! {
        <div class="section-form">
            <form method="post" action=action enctype="multipart/form-data">
                <div class="field">
                    <label for="file-kind">"Kind"</label>
                    <select class="select" id="file-kind" name="kind">
                        {FileKind::ALL
                            .into_iter()
                            .map(|kind| view! { <option value=kind.as_str()>{kind_name(kind)}</option> })
                            .collect_view()}
                    </select>
                </div>
                <div class="field">
                    <label for="file-content">"File"</label>
                    <input
                        class="file-input"
                        id="file-content"
                        type="file"
                        name="file"
                        required
                        accept=ACCEPT
                        data-max-bytes=MAX_FILE_BYTES
                        aria-describedby="file-hint"
                        aria-invalid=error.is_some().then_some("true")
                    />
                    <p class="field-error" role="alert" hidden=error.is_none()>
                        <Icon of=Lucide::CircleAlert size=IconSize::Small />
                        <span>{error.clone()}</span>
                    </p>
                    <p class="field-hint" id="file-hint">
                        "PDF, Word, OpenDocument, RTF, text or picture, up to 10 MiB."
                    </p>
                </div>
                <div class="section-actions">
                    <SubmitButton label="Add file" pending_label="Uploading" kind=ButtonKind::Line class="btn-sm" />
                </div>
            </form>
        </div>
    }
    .into_any()
}

#[component]
fn FileRow(page: PageContext, file: File) -> impl IntoView {
    let href = page.file_path(file.id);
    let date = page.local(file.created_at).format(DATE_FORMAT).to_string();
    let dialog_id = format!("delete-file-{}", file.id);
    let delete = page.may_write.then(|| {
        let label = format!("Delete {}", file.name);
        view! {
            <button
                class="btn btn-quiet btn-xs btn-square"
                type="button"
                popovertarget=dialog_id.clone()
                aria-label=label.clone()
                title=label
            >
                <Icon of=Lucide::Trash size=IconSize::Small />
            </button>
            <ConfirmDialog
                id=dialog_id
                title="Delete this file?"
                text="You can't restore it."
                action="/_fn/files/delete"
                label="Delete file"
            >
                {page.hidden_inputs()}
                <input type="hidden" name="file_id" value=file.id.to_string() />
            </ConfirmDialog>
        }
    });
    view! {
        <li class="file-row">
            <Icon of=Lucide::FileText size=IconSize::Small />
            <a href=href download title=file.name.clone()>
                {file.name.clone()}
            </a>
            {delete}
            <small>{format!("{}, {}, {date}", kind_name(file.kind), size(file.bytes))}</small>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_is_rounded_to_two_digits() {
        assert_eq!(size(820), "820 B");
        assert_eq!(size(34_499), "34 KB");
        assert_eq!(size(1_250_000), "1.2 MB");
    }
}
