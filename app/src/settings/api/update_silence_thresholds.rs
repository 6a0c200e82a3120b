//! Changes the silence thresholds.

use crate::error::AppError;
use domain::jobapps::SilenceThresholds;
use leptos::prelude::*;

/// Stores the values of the form. An empty field turns a threshold off.
#[server(prefix = "/_fn", endpoint = "settings/update_silence_thresholds")]
pub async fn update_silence_thresholds(
    slug: String,
    #[server(default)] applied: String,
    #[server(default)] screening: String,
    #[server(default)] interview: String,
    #[server(default)] offer: String,
) -> Result<SilenceThresholds, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::{
        FieldCode, FieldErrors,
        jobapps::UpdateSilenceThresholdsInput,
        routes::{Route, SettingsSection},
    };
    let action = "settings/update_silence_thresholds";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Silence);
    let form_values = [
        ("applied", applied.as_str()),
        ("screening", &screening),
        ("interview", &interview),
        ("offer", &offer),
    ];
    let mut errors = FieldErrors::default();
    let [applied, screening, interview, offer] = form_values.map(|(name, text)| {
        let days = match text.trim() {
            "" => Ok(0),
            text => text
                .parse::<i32>()
                .map_err(|_| (FieldCode::InvalidFormat, "Enter a number of days.".to_owned())),
        };
        errors.check(name, days)
    });
    let input = UpdateSilenceThresholdsInput {
        applied,
        screening,
        interview,
        offer,
    };
    let result = match errors.into_result() {
        Ok(()) => service::jobapps::update_silence_thresholds(&services, &caller, input).await,
        Err(error) => Err(error.into()),
    };
    let thresholds = respond_form(action, &page, &form_values, result)?;
    form_success(action, &page);
    Ok(thresholds)
}
