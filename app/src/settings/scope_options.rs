//! The choice of a level of access.

use domain::coaching::AccessScope;
use leptos::prelude::*;

/// The levels of access to applications, as the options of a `select`.
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
