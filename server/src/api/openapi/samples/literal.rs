//! Formats values as JSON or JavaScript literals.

use serde_json::Value;

/// Maximum length of a list or an object on one line, in characters.
const MAX_WIDTH: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Json,
    /// Member names are not quoted.
    JavaScript,
}

/// Formats a value. Lines after the first are indented by `indent` spaces.
pub(super) fn literal(value: &Value, syntax: Syntax, indent: usize) -> String {
    let inline = inline(value, syntax);
    if inline.chars().count() <= MAX_WIDTH {
        return inline;
    }
    let inner = " ".repeat(indent + 2);
    let outer = " ".repeat(indent);
    let lines: Vec<String> = match value {
        Value::Array(items) => items
            .iter()
            .map(|item| format!("{inner}{}", literal(item, syntax, indent + 2)))
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| {
                format!(
                    "{inner}{}: {}",
                    name(key, syntax),
                    literal(value, syntax, indent + 2)
                )
            })
            .collect(),
        _ => return inline,
    };
    let trailing = if syntax == Syntax::JavaScript { "," } else { "" };
    let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
    format!("{open}\n{}{trailing}\n{outer}{close}", lines.join(",\n"))
}

fn inline(value: &Value, syntax: Syntax) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| inline(item, syntax)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{}: {}", name(key, syntax), inline(value, syntax)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        scalar => scalar.to_string(),
    }
}

fn name(key: &str, syntax: Syntax) -> String {
    let is_identifier = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if syntax == Syntax::JavaScript && is_identifier {
        key.to_owned()
    } else {
        Value::from(key).to_string()
    }
}
