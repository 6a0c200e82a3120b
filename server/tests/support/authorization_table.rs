//! `docs/authorization.toml`: the expected result of each operation and each server function for each kind of caller.

use std::collections::BTreeMap;

/// One section of the file.
pub struct AuthorizationTable {
    /// The kinds of callers, in column order.
    pub columns: Vec<String>,
    /// Rows by name of the operation, or by path of the server function below `/_fn/`.
    pub rows: BTreeMap<String, Row>,
}

pub struct Row {
    /// The form that is submitted to the server function.
    pub form: String,
    /// The expected result for each column; `None` if no authentication is needed.
    pub expected: Option<Vec<String>>,
}

impl AuthorizationTable {
    pub fn read(section: &str) -> Self {
        let text = include_str!("../../../docs/authorization.toml");
        let file: toml::Table = text.parse().expect("TOML");
        let columns = strings(&file["columns"]);
        let rows = file[section].as_table().expect("rows").iter();
        let rows = rows.map(|(name, value)| (name.clone(), Row::read(name, value, columns.len())));
        Self {
            rows: rows.collect(),
            columns,
        }
    }
}

impl Row {
    fn read(name: &str, value: &toml::Value, columns: usize) -> Self {
        let form = value.get("form").and_then(toml::Value::as_str);
        let form = form.unwrap_or_default().to_owned();
        if value.as_str() == Some("anyone") {
            return Self { form, expected: None };
        }
        let expected = strings(value.get("who").unwrap_or(value));
        assert_eq!(expected.len(), columns, "{name} has a result for each column");
        for result in &expected {
            let is_known =
                ["yes", "own", "401", "403", "404", "409", "410", "422", "502"].contains(&result.as_str());
            assert!(is_known, "unknown result {result} of {name}");
        }
        Self {
            form,
            expected: Some(expected),
        }
    }
}

fn strings(value: &toml::Value) -> Vec<String> {
    let values = value.as_array().expect("a list").iter();
    values.map(|v| v.as_str().expect("a string").to_owned()).collect()
}
