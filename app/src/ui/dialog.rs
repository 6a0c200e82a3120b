//! A modal dialog on the native element.

use super::{Icon, Lucide, js};
use leptos::{ev, html, prelude::*, web_sys::HtmlElement};
use wasm_bindgen::JsCast as _;

/// A dialog that opens when `open` becomes true. Esc, a click outside, its close button, or `open` becoming false closes it.
/// Entered text is kept. If the server renders the dialog open, as it does without JavaScript, the dialog is not modal, and its
/// close button is a link to `close_href`. Closing sets the URL of the page to `close_href`, so that a reload does not open it
/// again.
#[component]
pub fn Dialog(
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    open: RwSignal<bool>,
    /// The URL of the page with the dialog closed; empty if no URL opens it.
    #[prop(into)]
    close_href: String,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let initially_open = open.get_untracked();
    let url = close_href.clone();
    Effect::new(move |_| {
        let open = open.get();
        let Some(dialog) = node.get() else { return };
        if open {
            // A dialog that the server rendered open is not modal yet, and the user may be typing in it.
            let focused = document()
                .active_element()
                .filter(|element| dialog.open() && dialog.contains(Some(element)));
            if dialog.open() {
                dialog.close();
            }
            // Fails only if it is modal already.
            let _ = dialog.show_modal();
            if let Some(element) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                // Fails only for an element that cannot be focused.
                let _ = element.focus();
            }
        } else if dialog.open() {
            dialog.close();
            js::replace_url(&url);
        }
    });
    let title_id = format!("{id}-title");
    let close = move |event: ev::MouseEvent| {
        event.prevent_default();
        open.set(false);
    };
    view! {
        <dialog
            id=id
            class="dialog"
            node_ref=node
            open=initially_open
            closedby="any"
            aria-labelledby=title_id.clone()
            on:cancel=move |event: ev::Event| {
                event.prevent_default();
                open.set(false);
            }
        >
            <header class="dialog-header">
                <h2 id=title_id.clone()>{title}</h2>
                <a
                    class="btn btn-quiet btn-sm btn-square"
                    href=close_href
                    aria-label="Close"
                    on:click=close
                >
                    <Icon of=Lucide::X />
                </a>
            </header>
            {children()}
        </dialog>
    }
}
