//! The buttons of providers on the pages for signing in.

use super::{api::get_offers::get_offers, mark::ProviderMark};
use domain::identities::Offer;
use leptos::prelude::*;

/// A form that goes to a provider. Our server answers it with the way there, so it is a form without a script too.
#[component]
pub fn ProviderForm(
    /// The provider.
    offer: Offer,
    /// What stands before its name.
    verb: &'static str,
    /// `link` to add it to the account of whoever is signed in.
    #[prop(optional)]
    purpose: &'static str,
    /// The page to go on to.
    #[prop(into)]
    next: Signal<String>,
) -> impl IntoView {
    view! {
        <form method="post" action=format!("/auth/{}", offer.provider.as_str())>
            <input type="hidden" name="purpose" value=purpose />
            <input type="hidden" name="next" value=move || next.get() />
            <button type="submit" class="btn btn-line">
                <ProviderMark of=offer.provider />
                {format!("{verb} {}", offer.name)}
            </button>
        </form>
    }
    .into_any()
}

/// A button for each provider that is configured, and the line that parts them from the form below. Nothing where there
/// is none.
#[component]
pub fn ProviderButtons(
    /// The page to go on to.
    #[prop(optional, into)]
    next: String,
) -> impl IntoView {
    let offers = Resource::new_blocking(|| (), |()| get_offers());
    let next = StoredValue::new(next);
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let offers = offers.await.unwrap_or_default();
                let next = Signal::derive(move || next.get_value());
                (!offers.is_empty())
                    .then(|| {
                        view! {
                            <div class="providers">
                                {offers
                                    .into_iter()
                                    .map(|offer| view! { <ProviderForm offer verb="Continue with" next /> })
                                    .collect_view()}
                                <p class="text-xs text-ink-3">
                                    "Signing in never gives access to your mail."
                                </p>
                            </div>
                            <p class="or">"or with e-mail"</p>
                        }
                    })
            })}
        </Suspense>
    }
    .into_any()
}
