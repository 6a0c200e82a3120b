//! The ways in. Each is a row: what it is, and what can be done about it.

use super::Section;
use crate::ui::{Icon, Lucide};
use leptos::prelude::*;

#[component]
pub fn Methods(email: String, has_password: bool) -> impl IntoView {
    view! {
        <Section id="methods" title="Sign-in methods" about="The ways in which you can sign in.">
            <ul class="set-rows">
                <Method
                    icon=Lucide::Mail
                    name="E-mail and password"
                    say=if has_password { email } else { "No password yet. Choose one above.".to_owned() }
                />
            </ul>
        </Section>
    }
    .into_any()
}

/// A way in.
#[component]
fn Method(
    /// Its sign.
    icon: Lucide,
    /// What it is called.
    name: &'static str,
    /// How it stands.
    say: String,
    /// What can be done about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <li>
            <Icon of=icon />
            <div>
                <b>{name}</b>
                <p>{say}</p>
            </div>
            {children.map(|children| children())}
        </li>
    }
}
