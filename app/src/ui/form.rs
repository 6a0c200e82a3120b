//! Forms. Without JavaScript, the browser submits them, and the next page shows the result. In an island, a script submits the same
//! fields and handles the response.

use super::{Icon, Lucide, fetch};
use crate::error::AppError;
use leptos::{
    context::Provider, ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local,
    web_sys::HtmlFormElement,
};
use serde::de::DeserializeOwned;
use std::{marker::PhantomData, sync::Arc};
use wasm_bindgen::JsCast as _;

/// The last response to a form of the server function `S`.
pub struct FormAction<S: ServerFn>
where
    S::Output: Send + Sync + 'static,
{
    result: RwSignal<Option<Result<S::Output, AppError>>>,
    is_cleared: StoredValue<bool>,
    latest: Option<LatestResult>,
    function: PhantomData<fn(S)>,
}

/// Identifies the form with the latest response, so that only one result is shown at a time. Initially `None`, which means the
/// result that came with the page.
#[derive(Clone, Copy)]
struct LatestResult(RwSignal<Option<StoredValue<bool>>>);

/// Makes the forms below show only the result of the latest response.
pub fn provide_latest_result() {
    provide_context(LatestResult(RwSignal::new(None)));
}

impl<S: ServerFn> Clone for FormAction<S>
where
    S::Output: Send + Sync + 'static,
{
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: ServerFn> Copy for FormAction<S> where S::Output: Send + Sync + 'static {}

impl<S: ServerFn + 'static> FormAction<S>
where
    S::Output: Clone + Send + Sync + 'static,
{
    /// An action that has no response yet.
    pub fn new() -> Self {
        Self {
            result: RwSignal::new(None),
            is_cleared: StoredValue::new(false),
            latest: use_context(),
            function: PhantomData,
        }
    }

    /// Whether another form has a later result.
    fn is_replaced(self) -> bool {
        let latest = self.latest.and_then(|latest| latest.0.get());
        latest.is_some_and(|latest| latest != self.is_cleared)
    }

    fn set_result(self, result: Result<S::Output, AppError>) {
        if let Some(latest) = self.latest {
            latest.0.try_set(Some(self.is_cleared));
        }
        self.result.try_set(Some(result));
    }

    /// The value returned by the server function if it succeeded.
    pub fn output(self) -> Option<S::Output> {
        self.result.get()?.ok()
    }

    /// The error if the form was rejected. `initial` is the error that came with the page.
    pub fn error(self, initial: Option<AppError>) -> Signal<Option<AppError>> {
        Signal::derive(move || match self.result.get() {
            _ if self.is_replaced() => None,
            Some(result) => result.err(),
            None => initial.clone().filter(|_| !self.is_cleared.get_value()),
        })
    }

    /// Clears the response and the error when a dialog closes, so that it shows no old error when it is opened again.
    pub fn clear_when_closed(self, open: RwSignal<bool>) {
        Effect::new(move |was_open| {
            let is_open = open.get();
            if was_open == Some(true) && !is_open {
                self.is_cleared.set_value(true);
                self.result.set(None);
            }
            is_open
        });
    }

    /// Whether the form was accepted. `initially` is the result that came with the page.
    pub fn succeeded(self, initially: bool) -> Signal<bool> {
        Signal::derive(move || {
            !self.is_replaced() && self.result.read().as_ref().map_or(initially, Result::is_ok)
        })
    }
}

/// Whether the enclosing form is being sent.
#[derive(Clone, Copy)]
struct FormPending(RwSignal<bool>);

/// Whether the enclosing [`Form`] is being sent; false outside a form.
pub fn is_pending() -> Signal<bool> {
    use_context::<FormPending>().map_or_else(|| Signal::stored(false), |pending| pending.0.into())
}

/// A form for a server function.
#[component]
pub fn Form<S>(
    /// Receives the response.
    action: FormAction<S>,
    /// Whether the form is reset once it is accepted.
    #[prop(optional)]
    reset: bool,
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Error = AppError> + 'static,
    S::Output: DeserializeOwned + Clone + Send + Sync + 'static,
{
    let on_response = move |response: Result<String, AppError>| {
        let result = response.and_then(|text| fetch::parse_response(&text));
        action.set_result(result);
    };
    form_view(S::url(), reset, Arc::new(on_response), children)
}

/// Not generic, so that the browser module contains it once.
fn form_view(
    url: &'static str,
    reset: bool,
    on_response: Arc<dyn Fn(Result<String, AppError>) + Send + Sync>,
    children: Children,
) -> AnyView {
    let pending = RwSignal::new(false);
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        let on_response = on_response.clone();
        spawn_local(async move {
            let response = fetch::send_form(&event).await;
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
            if let (true, Ok(_), Some(form)) = (reset, &response, target) {
                form.reset();
            }
            pending.try_set(false);
            on_response(response);
        });
    };
    view! {
        <Provider value=FormPending(pending)>
            <form method="post" action=url on:submit=on_submit>
                {children()}
            </form>
        </Provider>
    }
    .into_any()
}

/// Names of the invalid fields that show their own error.
#[derive(Clone, Copy)]
struct ShownFields(StoredValue<Vec<&'static str>>);

/// Provides the list of shown field errors to all components below, for [`FormError`].
pub fn provide_shown_fields() {
    provide_context(ShownFields(StoredValue::new(Vec::new())));
}

/// The message for one field.
pub fn field_error(error: Signal<Option<AppError>>, name: &'static str) -> Signal<Option<String>> {
    if let (true, Some(ShownFields(names))) = (error.read_untracked().is_some(), use_context()) {
        names.update_value(|names| names.push(name));
    }
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
    /// Whether the form was accepted.
    #[prop(into)]
    when: Signal<bool>,
    #[prop(into)] text: String,
) -> impl IntoView {
    view! {
        <div role="status">
            {move || {
                when.get()
                    .then(|| {
                        view! {
                            <p class="form-success">
                                <Icon of=Lucide::Check />
                                <span>{text.clone()}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// The message above the button: the error, or the errors of fields that are not shown next to them.
fn general_detail(error: AppError, shown: Option<ShownFields>) -> Option<String> {
    let AppError(error) = error;
    if error.errors.is_empty() {
        return Some(error.detail);
    }
    let names = shown?.0.get_value();
    let is_shown = |field: &str| {
        let name = field.split_once('[').map_or(field, |(name, _)| name);
        names.contains(&name)
    };
    let others: Vec<String> = error
        .errors
        .into_iter()
        .filter(|other| !is_shown(&other.field))
        .map(|other| other.detail)
        .collect();
    (!others.is_empty()).then(|| others.join(" "))
}

/// Reports an error that does not belong to a visible field. On pages without an island, the page script fills it in.
#[component]
pub fn FormError(
    /// The error, if there is one.
    #[prop(into)]
    error: Signal<Option<AppError>>,
    /// A link to help, shown or hidden by the page itself.
    #[prop(optional, into)]
    link: ViewFn,
) -> impl IntoView {
    let fields = use_context::<ShownFields>();
    let shown = move || error.get().and_then(|error| general_detail(error, fields));
    view! {
        <div class="form-error" role="alert" hidden=move || shown().is_none()>
            <Icon of=Lucide::CircleAlert />
            <p>
                <span>{shown}</span>
                {link.run()}
            </p>
        </div>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use domain::ErrorCode;
    use std::future::ready;

    #[server(prefix = "/_fn", endpoint = "test/save")]
    async fn save() -> Result<(), AppError> {
        ready(Ok(())).await
    }

    #[server(prefix = "/_fn", endpoint = "test/remove")]
    async fn remove() -> Result<(), AppError> {
        ready(Ok(())).await
    }

    #[test]
    fn result_of_form_replaces_results_of_other_forms() {
        Owner::new().with(|| {
            provide_latest_result();
            let (first, second) = (FormAction::<Save>::new(), FormAction::<Remove>::new());
            let (saved, error) = (first.succeeded(true), second.error(None));
            let of_page = FormAction::<Save>::new().succeeded(true);
            let shown = || {
                let has_error = error.get_untracked().is_some();
                (of_page.get_untracked(), saved.get_untracked(), has_error)
            };
            assert_eq!(shown(), (true, true, false));
            second.set_result(Err(AppError::new(ErrorCode::Conflict, "Taken.")));
            assert_eq!(shown(), (false, false, true));
            first.set_result(Ok(()));
            assert_eq!(shown(), (false, true, false));
        });
    }
}
