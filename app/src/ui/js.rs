//! Bindings to the scripts in `app/js`. They exist in the browser only: call them from event handlers and effects.

use leptos::{wasm_bindgen, web_sys};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, HtmlFormElement, SubmitEvent};

#[wasm_bindgen(module = "/js/fetch.js")]
extern "C" {
    /// Sends the form of a submit event. Resolves to the text of the response; rejects with the text of an error
    /// response, or an empty text if there was no response.
    #[wasm_bindgen(js_name = sendForm, catch)]
    pub async fn send_form(event: &SubmitEvent) -> Result<JsValue, JsValue>;
    /// Calls a server function with fields, given as alternating names and values. Resolves like [`send_form`].
    #[wasm_bindgen(js_name = sendFields, catch)]
    pub async fn send_fields(url: &str, fields: Vec<String>) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/js/toast.js")]
extern "C" {
    /// Removes the message of the previous page.
    #[wasm_bindgen(js_name = removeFlashToast)]
    pub fn remove_flash_toast();
}

#[wasm_bindgen(module = "/js/board.js")]
extern "C" {
    /// A function without parameters.
    pub type Callback;
    #[wasm_bindgen(method, js_name = call)]
    pub fn call(this: &Callback);

    /// Records the positions of the cards. The returned function animates each card from its recorded position to its new one.
    /// With `highlight`, cards that are new or in another column are also briefly colored.
    #[wasm_bindgen(js_name = recordCardPositions)]
    pub fn record_card_positions(board: &HtmlElement, highlight: bool) -> Callback;
    /// Focuses a card and scrolls it into view.
    #[wasm_bindgen(js_name = focusCard)]
    pub fn focus_card(card: &Element);
    /// Shows a popover next to an element.
    #[wasm_bindgen(js_name = openMenu)]
    pub fn open_menu(menu: &HtmlElement, anchor: &Element);
    /// Whether the menu of a button was open when the button was pressed. Pressing it closes the menu.
    #[wasm_bindgen(js_name = wasOpen)]
    pub fn was_open(button: &Element) -> bool;
    /// Sets the number of unsaved changes. Navigation by links waits until it is zero.
    #[wasm_bindgen(js_name = setUnsaved)]
    pub fn set_unsaved(count: usize);
    /// Cancels the navigation that waits until changes are saved.
    #[wasm_bindgen(js_name = cancelLeaving)]
    pub fn cancel_leaving();
    /// Makes cards draggable and calls back with card and stage. The returned function removes the listeners.
    #[wasm_bindgen(js_name = enableDragging)]
    pub fn enable_dragging(board: &HtmlElement, on_drop: &Closure<dyn FnMut(String, String)>) -> Callback;
}

#[wasm_bindgen(module = "/js/live.js")]
extern "C" {
    /// Calls back when something may have changed elsewhere. Returns a function that stops watching.
    #[wasm_bindgen(js_name = watchChanges)]
    pub fn watch_changes(url: &str, on_change: &Closure<dyn FnMut()>) -> Callback;
    /// Whether a card is being dragged.
    #[wasm_bindgen(js_name = isDragging)]
    pub fn is_dragging() -> bool;
}

#[wasm_bindgen(module = "/js/upload.js")]
extern "C" {
    /// Uploads the files of an input or a drop event to the action of the form. Calls back with the uploaded fraction,
    /// then with the response text on success or failure.
    #[wasm_bindgen(js_name = uploadFiles)]
    pub fn upload_files(
        form: &HtmlFormElement,
        source: &JsValue,
        on_progress: &Closure<dyn FnMut(f64)>,
        on_success: &Closure<dyn FnMut(String)>,
        on_error: &Closure<dyn FnMut(String)>,
    );
    /// Describes the files of an input or a drop event: name or count, and size. Empty if there are none.
    #[wasm_bindgen(js_name = describeFiles)]
    pub fn describe_files(source: &JsValue) -> String;
}

#[wasm_bindgen(module = "/js/url.js")]
extern "C" {
    /// Replaces the URL of the page without loading it, so that a reload shows the same state.
    #[wasm_bindgen(js_name = replaceUrl)]
    pub fn replace_url(url: &str);
}
