//! A labelled input.

use super::{Icon, Lucide, Size, reveal::Reveal};
use leptos::{html, prelude::*};

/// Label above, hint and error below and tied to the input. What was typed is kept when the form is refused: the
/// browser holds it, and `value` puts it back after a page load. A password can be looked at.
#[component]
pub fn Field(
    /// Name of the field in the form; its id is made of it.
    name: &'static str,
    /// What it is called.
    label: &'static str,
    /// Its id, where two fields of a page have one name.
    #[prop(optional)]
    id: &'static str,
    /// Id of a list of values that it offers.
    #[prop(optional)]
    list: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    /// Type of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in (HTML autofill detail tokens).
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What to know before typing.
    #[prop(optional)]
    hint: &'static str,
    /// Whether it may stay empty, which the label then says.
    #[prop(optional)]
    optional: bool,
    /// Whether the cursor starts here.
    #[prop(optional)]
    autofocus: bool,
    /// Most characters; 0 for no limit.
    #[prop(optional)]
    maxlength: u32,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let id = if id.is_empty() {
        format!("f-{name}")
    } else {
        id.to_owned()
    };
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || match (hint.is_empty(), error.read().is_some()) {
            (true, false) => None,
            (false, false) => Some(hint_id.clone()),
            (true, true) => Some(error_id.clone()),
            (false, true) => Some(format!("{error_id} {hint_id}")),
        }
    };
    let secret = kind == "password";
    let shown = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    view! {
        <div class="fld">
            <label for=id.clone()>{label} {optional.then(|| view! { <span>"optional"</span> })}</label>
            <div class="fld-in">
                <input
                    id=id.clone()
                    class="input"
                    type=move || if shown.get() { "text" } else { kind }
                    name=name
                    value=value
                    autocomplete=autocomplete
                    spellcheck=secret.then_some("false")
                    autocapitalize=secret.then_some("off")
                    required=!optional
                    autofocus=autofocus
                    list=(!list.is_empty()).then_some(list)
                    maxlength=(maxlength > 0).then_some(maxlength)
                    aria-invalid=move || error.read().is_some().then_some("true")
                    aria-describedby=described
                    node_ref=input
                />
                {secret.then(|| view! { <Reveal input id label shown /> })}
            </div>
            {move || {
                error
                    .get()
                    .map(|text| {
                        view! {
                            <p class="fld-error" id=error_id.clone()>
                                <Icon of=Lucide::CircleAlert size=Size::Small />
                                <span>{text}</span>
                            </p>
                        }
                    })
            }}
            {(!hint.is_empty()).then(|| view! { <p class="fld-hint" id=hint_id>{hint}</p> })}
        </div>
    }
}
