//! Short messages at the bottom of the page.

use super::{Icon, IconSize, Lucide, js};
use leptos::prelude::*;
use std::{sync::Arc, time::Duration};

/// How long a message is shown unless the pointer or the focus is on it.
const TOAST_TIMEOUT: Duration = Duration::from_secs(8);

/// Undoes a change. Lives as long as its message, which may outlive the component that created it.
pub type Undo = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    undo: Option<Undo>,
}

/// The messages of the page. Notices disappear after a while and can be undone by their button or by `Z`; errors stay
/// until they are closed.
#[derive(Clone, Copy)]
pub struct Toasts {
    notices: RwSignal<Vec<Toast>>,
    errors: RwSignal<Vec<Toast>>,
    paused: RwSignal<bool>,
    next_id: StoredValue<u32>,
}

impl Toasts {
    /// Creates an empty stack and provides it to all components below.
    pub fn provide() -> Self {
        let toasts = Self {
            notices: RwSignal::new(Vec::new()),
            errors: RwSignal::new(Vec::new()),
            paused: RwSignal::new(false),
            next_id: StoredValue::new(0),
        };
        provide_context(toasts);
        toasts
    }

    /// The stack of the page.
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    /// Shows a notice. It replaces the previous one, so that `Z` always undoes what the user reads.
    pub fn show(self, text: impl Into<String>, undo: Option<Undo>) {
        let toast = self.new_toast(text.into(), undo);
        let id = toast.id;
        js::remove_flash_toast();
        self.notices.set(vec![toast]);
        self.remove_after_timeout(id);
    }

    pub fn show_error(self, text: impl Into<String>) {
        let toast = self.new_toast(text.into(), None);
        self.errors.update(|errors| {
            errors.retain(|other| other.text != toast.text);
            errors.push(toast);
        });
    }

    /// Removes the notice, because its change failed.
    pub fn dismiss(self) {
        self.notices.update(Vec::clear);
    }

    /// Undoes the change of the current notice, once. Returns false if there is nothing to undo.
    pub fn undo(self) -> bool {
        let take = |notices: &mut Vec<Toast>| notices.pop_if(|toast| toast.undo.is_some());
        let undo = self
            .notices
            .try_update(take)
            .flatten()
            .and_then(|toast| toast.undo);
        if let Some(undo) = &undo {
            undo();
        }
        undo.is_some()
    }

    fn new_toast(self, text: String, undo: Option<Undo>) -> Toast {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        Toast { id, text, undo }
    }

    fn remove_after_timeout(self, id: u32) {
        set_timeout(
            move || match self.paused.try_get_untracked() {
                Some(true) => self.remove_after_timeout(id),
                Some(false) => self
                    .notices
                    .update(|notices| notices.retain(|toast| toast.id != id)),
                None => {}
            },
            TOAST_TIMEOUT,
        );
    }
}

#[component]
pub fn ToastStack() -> impl IntoView {
    let toasts = Toasts::get();
    let toast_view = move |toast: Toast, is_error: bool| {
        let id = toast.id;
        view! {
            <div class="toast">
                <span>{toast.text}</span>
                {toast
                    .undo
                    .map(|_| {
                        view! {
                            <button type="button" on:click=move |_| { toasts.undo(); }>
                                "Undo"
                                <span class="key-hint" aria-hidden="true">
                                    "Z"
                                </span>
                            </button>
                        }
                    })}
                {is_error
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                aria-label="Close"
                                on:click=move |_| toasts.errors.update(|errors| errors.retain(|e| e.id != id))
                            >
                                <Icon of=Lucide::X size=IconSize::Small />
                            </button>
                        }
                    })}
            </div>
        }
    };
    view! {
        <div
            class="toast-stack"
            on:pointerenter=move |_| toasts.paused.set(true)
            on:pointerleave=move |_| toasts.paused.set(false)
            on:focusin=move |_| toasts.paused.set(true)
            on:focusout=move |_| toasts.paused.set(false)
        >
            <div role="alert">
                <For each=move || toasts.errors.get() key=|toast| toast.id let:toast>
                    {toast_view(toast, true)}
                </For>
            </div>
            <div role="status">
                <For each=move || toasts.notices.get() key=|toast| toast.id let:toast>
                    {toast_view(toast, false)}
                </For>
            </div>
        </div>
    }
    .into_any()
}
