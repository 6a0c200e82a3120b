//! `docs/authorization.toml`, read.

use std::collections::BTreeMap;

/// One part of the table.
pub struct Table {
    /// Who calls, in the order of the columns.
    pub columns: Vec<String>,
    /// By the name of the operation, or the path of the server function below its prefix.
    pub rows: BTreeMap<String, Row>,
}

/// A row.
pub struct Row {
    /// What a plain form sends to the server function.
    pub form: String,
    /// What happens, for each column; nothing where no caller is taken.
    pub who: Option<Vec<String>>,
}

impl Table {
    /// Reads the part of that name.
    pub fn read(part: &str) -> Self {
        let text = include_str!("../../../docs/authorization.toml");
        let file: toml::Table = text.parse().expect("TOML");
        let columns = words(&file["columns"]);
        let rows = file[part].as_table().expect("rows").iter();
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
            return Self { form, who: None };
        }
        let who = words(value.get("who").unwrap_or(value));
        assert_eq!(who.len(), columns, "a word for each column of {name}");
        for word in &who {
            let known = ["yes", "own", "401", "403", "404", "422"].contains(&word.as_str());
            assert!(known, "{word} of {name}");
        }
        Self { form, who: Some(who) }
    }
}

fn words(value: &toml::Value) -> Vec<String> {
    let words = value.as_array().expect("a list").iter();
    words
        .map(|word| word.as_str().expect("a word").to_owned())
        .collect()
}
