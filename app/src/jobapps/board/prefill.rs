//! Fills in the form for a new application from the URL of the board, for the bookmarklet and other apps. The user must submit the
//! form, so that another site cannot add an application.

use crate::server::flash::Flash;
use domain::{
    jobapps::{Board, StageKind},
    normalize,
};
use leptos_router::params::ParamsMap;
use std::collections::BTreeMap;

/// Query parameter, form field, and maximum length.
const FIELDS: [(&str, &str, usize); 5] = [
    ("add_company", "company", 200),
    ("add_title", "job_title", 200),
    ("add_location", "location", 200),
    ("add_source", "source", 200),
    ("add_url", "url", 2000),
];

/// The form values as a flash message, as for a rejected form. Invalid values are left out.
pub(super) fn prefill(query: &ParamsMap) -> Option<Flash> {
    query.get("add")?;
    let values: BTreeMap<String, String> = FIELDS
        .into_iter()
        .filter_map(|(parameter, field, max)| {
            let value = normalize::line(&query.get(parameter)?, 1, max).ok()?;
            let is_valid = field != "url" || is_web_url(&value);
            is_valid.then(|| (field.to_owned(), value))
        })
        .collect();
    (!values.is_empty()).then(|| Flash {
        action: super::add::ACTION.to_owned(),
        form_values: values,
        ..Flash::default()
    })
}

fn is_web_url(value: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| value.starts_with(scheme))
}

/// The stage of the form. The parameter is the id of a stage, or a kind, which selects the first stage of this kind.
pub(super) fn stage_to_add(parameter: String, board: &Board) -> String {
    let kind = StageKind::parse(&parameter);
    let stages = board.columns.iter().map(|column| &column.status);
    kind.and_then(|kind| stages.into_iter().find(|stage| stage.kind == kind))
        .map_or(parameter, |stage| stage.id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> Option<BTreeMap<String, String>> {
        let mut query = ParamsMap::new();
        for (name, value) in pairs {
            query.insert((*name).to_owned(), (*value).to_owned());
        }
        prefill(&query).map(|flash| flash.form_values)
    }

    #[test]
    fn valid_parameters_are_entered() {
        let pairs = [
            ("add", "to_apply"),
            ("add_company", " Moss & Sons "),
            ("add_url", "https://x.example/1?a=b"),
        ];
        let expected = [("company", "Moss & Sons"), ("url", "https://x.example/1?a=b")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(values(&pairs), Some(BTreeMap::from(expected)));
    }

    #[test]
    fn parameters_that_are_not_valid_or_not_asked_for_are_left_out() {
        let long = "x".repeat(201);
        for (name, value) in [
            ("add_url", "javascript:alert(1)"),
            ("add_url", "data:text/html,x"),
            ("add_company", long.as_str()),
            ("add_company", "a\u{7}b"),
            ("add_company", " "),
            ("add_status_id", "x"),
        ] {
            assert_eq!(values(&[("add", ""), (name, value)]), None, "{name}={value}");
        }
        assert_eq!(values(&[("add_company", "Moss")]), None);
    }
}
