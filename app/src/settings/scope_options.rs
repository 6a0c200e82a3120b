//! Options for the scope of an access grant.

use domain::coaching::AccessScope;
use leptos::prelude::*;

/// The scopes of an access grant, as the options of a `select`.
#[component]
pub fn ScopeOptions(
    /// Whether read-only access is selected initially.
    is_reader: bool,
    /// Whether commenting can be chosen.
    #[prop(default = true)]
    may_comment: bool,
) -> impl IntoView {
    view! {
        {may_comment.then(|| view! { <option value=AccessScope::Comment.as_str()>{AccessScope::Comment.label()}</option> })}
        <option value=AccessScope::Read.as_str() selected=is_reader>
            {AccessScope::Read.label()}
        </option>
    }
}
