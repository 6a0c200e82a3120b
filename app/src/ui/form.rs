//! The result of a form: of a call by script, or of a submission without one that led to this page.

use super::{Icon, Lucide};
use crate::error::AppError;
use leptos::{prelude::*, server_fn::ServerFn};

/// Why the last submission was rejected. `initial` is the error that came with the page.
pub fn action_error<S>(action: ServerAction<S>, initial: Option<AppError>) -> Signal<Option<AppError>>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    Signal::derive(move || match action.value().get() {
        Some(result) => result.err(),
        None if action.pending().get() => None,
        None => initial.clone(),
    })
}

/// Whether the last submission was accepted. `initially` is what came with the page.
pub fn action_succeeded<S>(action: ServerAction<S>, initially: bool) -> Signal<bool>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    Signal::derive(move || match action.value().get() {
        Some(result) => result.is_ok(),
        None => initially && !action.pending().get(),
    })
}

/// The message for one field.
pub fn field_error(error: Signal<Option<AppError>>, name: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        error
            .read()
            .as_ref()
            .and_then(|error| error.0.for_field(name).map(ToOwned::to_owned))
    })
}

/// Reports that a form was accepted.
#[component]
pub fn FormSuccess(
    /// Whether it was.
    #[prop(into)]
    when: Signal<bool>,
    /// The message.
    text: &'static str,
) -> impl IntoView {
    view! {
        <div role="status">
            {move || {
                when.get()
                    .then(|| {
                        view! {
                            <p class="form-success">
                                <Icon of=Lucide::Check />
                                <span>{text}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// Reports an error that does not belong to a single field.
#[component]
pub fn FormError(
    /// The error, if there is one.
    #[prop(into)]
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    move || {
        error
            .get()
            .filter(|error| error.0.errors.is_empty())
            .map(|error| {
                view! {
                    <p class="form-error" role="alert">
                        <Icon of=Lucide::CircleAlert />
                        <span>{error.0.detail}</span>
                    </p>
                }
            })
    }
}
