//! A modal dialog on the native element.

use super::{Icon, Lucide};
use leptos::{ev, html, prelude::*};

/// A dialog that opens when `open` becomes true and closes by Esc, a press outside, its cross, or `open` becoming false.
/// What was typed in it stays. Where the
/// server renders it open, as it does without a script, it stands over the page by itself and its cross is a link.
#[component]
pub fn Dialog(
    /// Id of the element; ids inside are made of it.
    id: &'static str,
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Where its cross leads without a script.
    #[prop(into)]
    away: String,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let at_first = open.get_untracked();
    Effect::new(move |_| {
        let open = open.get();
        let Some(dialog) = node.get() else { return };
        if open {
            // Opened by the server it is not modal yet.
            if dialog.open() {
                dialog.close();
            }
            // Fails only when it is modal already.
            let _ = dialog.show_modal();
        } else if dialog.open() {
            dialog.close();
        }
    });
    let heading = format!("{id}-title");
    let close = move |event: ev::MouseEvent| {
        event.prevent_default();
        open.set(false);
    };
    view! {
        <dialog
            id=id
            class="dialog"
            node_ref=node
            open=at_first
            closedby="any"
            aria-labelledby=heading.clone()
            on:cancel=move |event: ev::Event| {
                event.prevent_default();
                open.set(false);
            }
        >
            <header class="dialog-head">
                <h2 id=heading.clone()>{title}</h2>
                <a class="btn btn-quiet btn-sm btn-square" href=away aria-label="Close" on:click=close>
                    <Icon of=Lucide::X />
                </a>
            </header>
            {children()}
        </dialog>
    }
}
