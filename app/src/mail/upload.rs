//! The upload of email files: a drop zone around a file input. Without JavaScript it is a plain form.

use crate::{
    error::AppError,
    ui::{FormError, Icon, IconSize, Lucide, js},
};
use domain::{
    ApiError, ErrorCode,
    mail::Import,
    routes::{Route, WorkspacePage},
};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::{JsValue, closure::Closure};

/// The form. After the upload the page shows the new import.
#[component]
pub fn UploadForm(
    slug: StoredValue<String>,
    /// The import that the page shows.
    shown: RwSignal<Option<Result<Import, AppError>>>,
) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let input = NodeRef::<html::Input>::new();
    let is_drag_over = RwSignal::new(false);
    // Uploaded fraction, and a description of the files; `None` if no upload is running.
    let progress = RwSignal::new(None::<(f64, String)>);
    let error = RwSignal::new(None::<AppError>);
    let upload = move |source: &JsValue| {
        let files = js::describe_files(source);
        if files.is_empty() || progress.get_untracked().is_some() {
            return;
        }
        let Some(form) = form.get_untracked() else { return };
        error.set(None);
        progress.set(Some((0.0, files.clone())));
        let on_progress =
            Closure::<dyn FnMut(f64)>::new(move |fraction| progress.set(Some((fraction, files.clone()))));
        let on_success = Closure::<dyn FnMut(String)>::new(move |response: String| {
            progress.set(None);
            match serde_json::from_str::<Import>(&response) {
                Ok(import) => {
                    if let Some(input) = input.get_untracked() {
                        input.set_value("");
                    }
                    let page = Route::Workspace(slug.get_value(), WorkspacePage::Import);
                    js::replace_url(&format!("{page}?import={}", import.id));
                    shown.set(Some(Ok(import)));
                }
                Err(_) => error.set(Some(upload_error(&response))),
            }
        });
        let on_error = Closure::<dyn FnMut(String)>::new(move |response: String| {
            progress.set(None);
            error.set(Some(upload_error(&response)));
        });
        js::upload_files(&form, source, &on_progress, &on_success, &on_error);
        // The closures must live until the upload ends: from here on JavaScript owns them.
        drop(on_progress.into_js_value());
        drop(on_success.into_js_value());
        drop(on_error.into_js_value());
    };
    // Handles files that were chosen before this code ran.
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            upload(input.as_ref());
        }
    });
    let (on_change, on_drop, on_submit) = (upload, upload, upload);
    let on_drag = move |event: ev::DragEvent| {
        event.prevent_default();
        is_drag_over.set(true);
    };
    view! {
        <form
            class="dropzone"
            method="post"
            enctype="multipart/form-data"
            action=format!("/w/{}/import/upload", slug.get_value())
            node_ref=form
            data-over=move || is_drag_over.get().then_some("")
            on:dragenter=on_drag
            on:dragover=on_drag
            on:dragleave=move |_| is_drag_over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                is_drag_over.set(false);
                on_drop(event.as_ref());
            }
            on:submit=move |event| {
                event.prevent_default();
                if let Some(input) = input.get_untracked() {
                    on_submit(input.as_ref());
                }
            }
        >
            <span class="avatar avatar-lg md-only" data-color="accent" aria-hidden="true">
                <Icon of=Lucide::Upload size=IconSize::Large />
            </span>
            <div class="dropzone-text">
                <label for="files">
                    <b>
                        <span class="with-script">"Drop files here, or choose files"</span>
                        <span class="without-script">"Choose files"</span>
                    </b>
                </label>
                <p>"A .mbox file, any number of .eml files, or a .zip file of them, such as a Google Takeout. See below how to export them."</p>
            </div>
            <label class="dropzone-option">
                <input type="checkbox" name="dry_run" value="true" />
                "Show me a preview first"
            </label>
            // No `accept` filter, because the mailbox files of Thunderbird and Apple Mail have no extension.
            <input
                id="files"
                type="file"
                name="file"
                multiple
                required
                node_ref=input
                on:change=move |_| {
                    if let Some(input) = input.get_untracked() {
                        on_change(input.as_ref());
                    }
                }
            />
            <button class="btn btn-primary btn-sm until-ready" type="submit">
                "Import files"
            </button>
        </form>
        <FormError error />
        {move || {
            progress
                .get()
                .map(|(fraction, files)| {
                    let percent = (fraction * 100.0).round();
                    view! {
                        <section class="surface progress-card" aria-label="Upload">
                            <div class="progress-card-header">
                                <Icon of=Lucide::FileText class="text-ink-3" />
                                <b>{files}</b>
                                <span class="grow"></span>
                                <span class="num">{format!("{percent}%")}</span>
                            </div>
                            <progress class="progress-bar" max="100" value=percent aria-label="Upload"></progress>
                            <p class="text-ink-2">"Uploading… Please keep this page open."</p>
                        </section>
                    }
                })
        }}
    }
    .into_any()
}

/// The error in the response, or a generic error if the connection failed.
fn upload_error(response: &str) -> AppError {
    serde_json::from_str::<ApiError>(response).map_or_else(
        |_| {
            AppError::new(
                ErrorCode::Unavailable,
                "Upload failed. Check your connection and upload the files again.",
            )
        },
        AppError,
    )
}
