//! A labelled input.

use super::{Icon, IconSize, Lucide, password_toggle::PasswordToggle};
use leptos::prelude::*;

/// The last day that a date field accepts. Without a limit, browsers accept six-digit years.
pub const MAX_DATE: &str = "9999-12-31";

/// An input with its label above, and a hint or an error below, which is connected to the input for screen readers. A rejected
/// form keeps the entered value: `value` restores it after a page load. The first invalid field gets the focus. A password can be
/// made visible. On pages without an island, the page script fills in the error.
#[component]
pub fn Field(
    /// Name of the field in the form.
    name: &'static str,
    label: &'static str,
    /// The id of the input. Derived from the name by default; must be set if two fields of a page have the same name.
    #[prop(optional, into)]
    id: String,
    /// Id of a `<datalist>`.
    #[prop(optional)]
    list: &'static str,
    #[prop(optional, into)] value: String,
    #[prop(default = "text")] kind: &'static str,
    /// The HTML autofill tokens.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// A hint below the input.
    #[prop(optional, into)]
    hint: String,
    /// Whether the field may be empty. If so, the label contains “optional”.
    #[prop(optional)]
    optional: bool,
    /// Whether the field has the focus initially.
    #[prop(optional)]
    autofocus: bool,
    /// Maximum number of characters; 0 for no limit.
    #[prop(optional)]
    maxlength: u32,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let id = if id.is_empty() { format!("f-{name}") } else { id };
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    // The error replaces the hint, because it contains the same information.
    let has_hint = !hint.is_empty();
    let described_by = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || {
            if error.read().is_some() {
                Some(error_id.clone())
            } else {
                has_hint.then(|| hint_id.clone())
            }
        }
    };
    let is_password = kind == "password";
    let max = match kind {
        "date" => Some(MAX_DATE),
        "datetime-local" => Some("9999-12-31T23:59"),
        _ => None,
    };
    let is_invalid = move || error.read().is_some();
    let autofocus = autofocus || error.read_untracked().is_some();
    view! {
        <div class="field">
            <label for=id.clone()>{label} {optional.then(|| view! { <span>"optional"</span> })}</label>
            <div class="field-input">
                <input
                    id=id.clone()
                    class="input"
                    type=kind
                    name=name
                    value=value
                    autocomplete=autocomplete
                    spellcheck=is_password.then_some("false")
                    autocapitalize=is_password.then_some("off")
                    required=!optional
                    autofocus=autofocus
                    list=(!list.is_empty()).then_some(list)
                    max=max
                    maxlength=(maxlength > 0).then_some(maxlength)
                    aria-invalid=move || is_invalid().then_some("true")
                    aria-describedby=described_by
                />
                {is_password.then(|| view! { <PasswordToggle id label /> })}
            </div>
            <p class="field-error" id=error_id hidden=move || !is_invalid()>
                <Icon of=Lucide::CircleAlert size=IconSize::Small />
                <span>{move || error.get()}</span>
            </p>
            {has_hint.then(|| view! { <p class="field-hint" id=hint_id hidden=is_invalid>{hint}</p> })}
        </div>
    }
}
