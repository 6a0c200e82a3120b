//! Applications that JobHax did not suggest for an email. The user can choose one by typing its name.

use crate::jobapps::labels::DATE_FORMAT;
use domain::{
    ApiError, FieldCode, JobApplicationId,
    jobapps::{JobApplication, ListApplicationsInput, Sort},
};
use service::{Error, Services, context::Caller};
use std::collections::HashMap;

/// Maximum number of applications to choose from.
const MAX_CHOICES: u32 = 500;

/// An application with a unique label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub id: JobApplicationId,
    /// Company, title and date.
    pub label: String,
}

/// The user's applications by company.
pub async fn load_choices(services: &Services, caller: &Caller) -> Result<Vec<Choice>, Error> {
    let input = ListApplicationsInput {
        sort: Some(Sort::Company),
        limit: Some(MAX_CHOICES),
        ..ListApplicationsInput::default()
    };
    let page = service::jobapps::list(services, caller, input).await?;
    Ok(with_unique_labels(page.data.iter().map(choice).collect()))
}

fn choice(application: &JobApplication) -> Choice {
    let (company, title) = (application.company_label(), application.title_label());
    let day = application.apply_date.format(DATE_FORMAT);
    Choice {
        id: application.id,
        label: format!("{company}, {title}, {day}"),
    }
}

/// Appends the last characters of the id to labels that are not unique.
fn with_unique_labels(mut choices: Vec<Choice>) -> Vec<Choice> {
    let mut uses: HashMap<String, usize> = HashMap::new();
    for choice in &choices {
        *uses.entry(choice.label.clone()).or_default() += 1;
    }
    for Choice { id, label } in &mut choices {
        let id = id.to_string();
        if let Some(end) = id.get(id.len().saturating_sub(6)..)
            && uses[label.as_str()] > 1
        {
            *label = format!("{label} ({end})");
        }
    }
    choices
}

/// Finds an application by its label, or by a substring that occurs in only one label.
pub fn find_choice(choices: &[Choice], text: &str) -> Result<JobApplicationId, ApiError> {
    let text = text.trim();
    let error = |detail| Err(ApiError::field("other", FieldCode::NotAllowed, detail));
    if text.is_empty() {
        return error("Choose an application.".to_owned());
    }
    let name = text.to_lowercase();
    let is_named = |choice: &&Choice| choice.label.to_lowercase() == name || choice.id.to_string() == name;
    if let Some(choice) = choices.iter().find(is_named) {
        return Ok(choice.id);
    }
    let mut matches = choices
        .iter()
        .filter(|choice| choice.label.to_lowercase().contains(&name));
    match (matches.next(), matches.next()) {
        (Some(choice), None) => Ok(choice.id),
        (Some(_), Some(_)) => error(format!(
            "Several applications match “{text}”. Choose one from the list."
        )),
        (None, _) => error(format!(
            "No application matches “{text}”. Choose one from the list."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn choices(labels: &[&str]) -> Vec<Choice> {
        let choice = |(n, label): (u128, &&str)| Choice {
            id: JobApplicationId(Uuid::from_u128(n)),
            label: (*label).to_owned(),
        };
        with_unique_labels((1..).zip(labels).map(choice).collect())
    }

    #[test]
    fn labels_that_are_equal_get_the_end_of_the_id() {
        let choices = choices(&[
            "Moss, Baker, 1 Nov 2026",
            "Fern, Clerk, 2 Nov 2026",
            "Moss, Baker, 1 Nov 2026",
        ]);
        let labels: Vec<_> = choices.iter().map(|choice| choice.label.as_str()).collect();
        assert_eq!(
            labels,
            [
                "Moss, Baker, 1 Nov 2026 (000001)",
                "Fern, Clerk, 2 Nov 2026",
                "Moss, Baker, 1 Nov 2026 (000003)"
            ]
        );
        for choice in &choices {
            assert_eq!(find_choice(&choices, &choice.label), Ok(choice.id));
        }
    }

    #[test]
    fn text_names_the_only_application_that_it_matches() {
        let choices = choices(&[
            "Moss, Baker, 1 Nov 2026",
            "Moss, Florist, 2 Nov 2026",
            "Moss, Bakery, 1 Nov 2026",
        ]);
        assert_eq!(find_choice(&choices, " florist"), Ok(choices[1].id));
        assert_eq!(
            find_choice(&choices, "moss, baker, 1 nov 2026"),
            Ok(choices[0].id)
        );
        assert_eq!(
            find_choice(&choices, &choices[2].id.to_string()),
            Ok(choices[2].id)
        );
        for (text, detail) in [
            (
                "Moss",
                "Several applications match “Moss”. Choose one from the list.",
            ),
            ("Fern", "No application matches “Fern”. Choose one from the list."),
            (" ", "Choose an application."),
        ] {
            let error = find_choice(&choices, text).expect_err("no application");
            assert_eq!(error.for_field("other"), Some(detail));
        }
    }
}
