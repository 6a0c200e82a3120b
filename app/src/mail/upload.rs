//! The way in: a drop zone around a plain file input. Without a script it is a form like any other.

use crate::{
    error::Fail,
    ui::{Icon, Lucide, Refused, Size, js},
};
use domain::{
    ApiError, ErrorCode,
    mail::Import,
    routes::{Route, WorkspacePage},
};
use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_navigate;
use wasm_bindgen::{JsValue, closure::Closure};

/// The form. After the upload the page goes on to the import that the server began.
#[component]
pub fn Upload(
    /// The workspace.
    slug: Memo<String>,
) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let input = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    // Share that has gone, and what is going; nothing while none is under way.
    let sending = RwSignal::new(None::<(f64, String)>);
    let failed = RwSignal::new(None::<Fail>);
    let page = move || Route::Workspace(slug.get(), WorkspacePage::Import).to_string();
    let navigate = use_navigate();
    let send = move |source: &JsValue| {
        let what = js::describe(source);
        if what.is_empty() || sending.get_untracked().is_some() {
            return;
        }
        let Some(form) = form.get_untracked() else { return };
        failed.set(None);
        sending.set(Some((0.0, what.clone())));
        let progress = Closure::<dyn FnMut(f64)>::new(move |share| sending.set(Some((share, what.clone()))));
        let navigate = navigate.clone();
        let done = Closure::<dyn FnMut(String)>::new(move |text: String| {
            sending.set(None);
            match serde_json::from_str::<Import>(&text) {
                Ok(import) => {
                    if let Some(input) = input.get_untracked() {
                        input.set_value("");
                    }
                    let to = format!("{}?import={}", page(), import.id);
                    navigate(
                        &to,
                        leptos_router::NavigateOptions {
                            scroll: false,
                            ..Default::default()
                        },
                    );
                }
                Err(_) => failed.set(Some(unreadable(&text))),
            }
        });
        let lost = Closure::<dyn FnMut(String)>::new(move |text: String| {
            sending.set(None);
            failed.set(Some(unreadable(&text)));
        });
        js::send(&form, source, &progress, &done, &lost);
        // Uploads are few and each ends once; the three closures stay for that.
        progress.forget();
        done.forget();
        lost.forget();
    };
    let (chosen, dropped, pressed) = (send.clone(), send.clone(), send);
    let drag = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    view! {
        <form
            class="dropzone"
            method="post"
            enctype="multipart/form-data"
            action=move || format!("/w/{}/import/upload", slug.get())
            node_ref=form
            data-over=move || over.get().then_some("")
            on:dragenter=drag
            on:dragover=drag
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                dropped(event.as_ref());
            }
            on:submit=move |event| {
                event.prevent_default();
                if let Some(input) = input.get_untracked() {
                    pressed(input.as_ref());
                }
            }
        >
            <span class="mark mark-l md-only" data-mark="accent" aria-hidden="true">
                <Icon of=Lucide::Upload size=Size::Large />
            </span>
            <div class="words">
                <label for="files">
                    <b>
                        <span class="with-script">"Drop files here, or choose them"</span>
                        <span class="without-script">"Choose files"</span>
                    </b>
                </label>
                <p>"One .mbox or many .eml files. How your mail program gives them is explained below."</p>
            </div>
            <input
                id="files"
                type="file"
                name="file"
                multiple
                required
                accept=".eml,.mbox,.mbx,message/rfc822,application/mbox"
                node_ref=input
                on:change=move |_| {
                    if let Some(input) = input.get_untracked() {
                        chosen(input.as_ref());
                    }
                }
            />
            <button class="btn btn-primary btn-sm without-script" type="submit">
                "Read these files"
            </button>
        </form>
        <Refused fail=failed />
        {move || {
            sending
                .get()
                .map(|(share, what)| {
                    let percent = (share * 100.0).round();
                    view! {
                        <section class="surface job" aria-label="Upload">
                            <div class="job-head">
                                <Icon of=Lucide::FileText class="text-ink-3" />
                                <b>{what}</b>
                                <span class="grow"></span>
                                <span class="num">{format!("{percent} %")}</span>
                            </div>
                            <progress class="progress-l" max="100" value=percent aria-label="Upload"></progress>
                            <p class="text-ink-2">"On its way. Stay on this page until it has arrived."</p>
                        </section>
                    }
                })
        }}
    }
    .into_any()
}

fn unreadable(text: &str) -> Fail {
    serde_json::from_str::<ApiError>(text).map_or_else(
        |_| {
            Fail::new(
                ErrorCode::Unavailable,
                "The upload broke off. Nothing is lost: send the same files again.",
            )
        },
        Fail,
    )
}
