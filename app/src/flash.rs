//! What one page says to the next when no script is there to say it: why a form was refused, what was typed into it,
//! and what can be undone. Travels in a short-lived cookie that scripts cannot read, not in the address bar, where
//! anybody could put words into our mouth.

use domain::{ApiError, JobApplicationId, StageId, jobapps::Outcome};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// The message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flash {
    /// Endpoint of the server function that speaks.
    pub about: String,
    /// Why the form was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ApiError>,
    /// What was typed, by name of the field. Never a password.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kept: BTreeMap<String, String>,
    /// The form was taken, and there is no more to say than its page knows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub well: bool,
    /// What was done, with the way back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Done>,
}

/// Something that was done to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// To which.
    pub jobapp_id: JobApplicationId,
    /// How to undo it.
    pub back: Option<Back>,
}

/// The way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Back {
    /// To the stage it was in.
    Stage(StageId),
    /// To the outcome it had, or to none.
    Outcome(Option<Outcome>),
}

#[derive(Clone, Copy)]
struct Received(StoredValue<Option<Flash>>);

/// How long a page that came with a message keeps it for its parts: until they are taken over from the server.
const KEPT: Duration = Duration::from_secs(1);

/// Reads the message that came with this page, once, for all that stands on it. Pages that a script goes on to have
/// none.
pub fn receive() {
    let flash = SharedValue::new(|| {
        #[cfg(feature = "ssr")]
        let flash = crate::ssr::take_flash();
        #[cfg(not(feature = "ssr"))]
        let flash: Option<Flash> = None;
        flash
    });
    let received = StoredValue::new(flash.into_inner());
    Effect::new(move |_| set_timeout(move || received.set_value(None), KEPT));
    provide_context(Received(received));
}

/// What the named form was refused for and what was typed into it, if it was.
pub fn refusal(about: &str) -> Option<Flash> {
    find(|flash| flash.about == about && flash.error.is_some())
}

/// Whether the named form was taken.
pub fn went_well(about: &str) -> bool {
    find(|flash| flash.about == about && flash.well).is_some()
}

/// Whatever is said about something done, or not done, to an application.
pub fn notice() -> Option<Flash> {
    find(|flash| {
        flash.done.is_some() || matches!(flash.about.as_str(), "jobapps/move_stage" | "jobapps/set_outcome")
    })
}

/// Found, not taken: the server may make a part of a page twice and send only the second.
fn find(wanted: impl Fn(&Flash) -> bool) -> Option<Flash> {
    use_context::<Received>()?.0.get_value().filter(wanted)
}
