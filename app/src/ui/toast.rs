//! Short messages at the foot of the page.

use super::{Icon, Lucide, Size};
use leptos::prelude::*;
use std::{sync::Arc, time::Duration};

/// How long a message stays that nobody looks at.
const STAY: Duration = Duration::from_secs(8);

/// Takes a change back. It lives as long as its message, not as long as what it was made in.
pub type Undo = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    undo: Option<Undo>,
}

/// The messages of the page. Good news goes after a while and can be undone by its button or by `Z`; failures stay
/// until they are closed.
#[derive(Clone, Copy)]
pub struct Toasts {
    said: RwSignal<Vec<Toast>>,
    failed: RwSignal<Vec<Toast>>,
    held: RwSignal<bool>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// Makes an empty stack and provides it to everything below.
    pub fn provide() -> Self {
        let toasts = Self {
            said: RwSignal::new(Vec::new()),
            failed: RwSignal::new(Vec::new()),
            held: RwSignal::new(false),
            next: StoredValue::new(0),
        };
        provide_context(toasts);
        toasts
    }

    /// The stack of the page.
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    /// Says what happened. It replaces what was said before, so that `Z` always means what is read.
    pub fn say(self, text: impl Into<String>, undo: Option<Undo>) {
        let toast = self.toast(text.into(), undo);
        let id = toast.id;
        self.said.set(vec![toast]);
        self.leave_later(id);
    }

    /// Says what did not work and what to do.
    pub fn fail(self, text: impl Into<String>) {
        let toast = self.toast(text.into(), None);
        self.failed.update(|failed| {
            failed.retain(|f| f.text != toast.text);
            failed.push(toast);
        });
    }

    /// Takes back what was said last: it did not come true.
    pub fn hush(self) {
        self.said.update(Vec::clear);
    }

    /// Undoes what was said last, if that can be undone.
    pub fn undo(self) {
        if let Some(undo) = self
            .said
            .try_update(Vec::pop)
            .flatten()
            .and_then(|toast| toast.undo)
        {
            undo();
        }
    }

    fn toast(self, text: String, undo: Option<Undo>) -> Toast {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        Toast { id, text, undo }
    }

    fn leave_later(self, id: u32) {
        set_timeout(
            move || match self.held.try_get_untracked() {
                Some(true) => self.leave_later(id),
                Some(false) => self.said.update(|said| said.retain(|toast| toast.id != id)),
                None => {}
            },
            STAY,
        );
    }
}

/// Where the messages stand.
#[component]
pub fn ToastStack() -> impl IntoView {
    let toasts = Toasts::get();
    let line = move |toast: Toast, failed: bool| {
        let id = toast.id;
        view! {
            <div class="toast-line">
                <span>{toast.text}</span>
                {toast
                    .undo
                    .map(|_| {
                        view! {
                            <button type="button" on:click=move |_| toasts.undo()>
                                "Undo"
                                <span class="k" aria-hidden="true">
                                    "Z"
                                </span>
                            </button>
                        }
                    })}
                {failed
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                aria-label="Close"
                                on:click=move |_| toasts.failed.update(|f| f.retain(|t| t.id != id))
                            >
                                <Icon of=Lucide::X size=Size::Small />
                            </button>
                        }
                    })}
            </div>
        }
    };
    view! {
        <div
            class="toasts"
            on:pointerenter=move |_| toasts.held.set(true)
            on:pointerleave=move |_| toasts.held.set(false)
            on:focusin=move |_| toasts.held.set(true)
            on:focusout=move |_| toasts.held.set(false)
        >
            <div role="alert">
                <For each=move || toasts.failed.get() key=|toast| toast.id let:toast>
                    {line(toast, true)}
                </For>
            </div>
            <div role="status">
                <For each=move || toasts.said.get() key=|toast| toast.id let:toast>
                    {line(toast, false)}
                </For>
            </div>
        </div>
    }
    .into_any()
}
