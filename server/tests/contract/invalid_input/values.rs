//! Valid and invalid values for a schema of the OpenAPI document.

use crate::support::operations::{allows_type, properties, value_schema};
use serde_json::{Map, Value, json};

/// Dates that chrono supports but Postgres does not, or that are implausible.
pub const DATES_OUT_OF_RANGE: [&str; 5] = [
    "-262143-01-01",
    "-4715-01-01",
    "0000-12-31",
    "+10000-01-01",
    "+262142-12-31",
];

/// Values that a query parameter with this schema does not accept.
pub fn invalid_parameter_values(schema: &'static Value) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    if allows_type(schema, "integer") {
        values.extend(["x", "1e3", "1.5", "-1", "99999999999999999999", "+", "0x10"].map(str::to_owned));
        values.extend(schema["maximum"].as_u64().map(|max| (max + 1).to_string()));
        let minimum = schema["minimum"].as_u64().filter(|min| *min > 0);
        values.extend(minimum.map(|min| (min - 1).to_string()));
    } else if schema["enum"].is_array() || schema["format"].is_string() {
        values.extend(["x", "%00", "null", "2026-02-30", "'%20or%201=1--"].map(str::to_owned));
        if schema["format"] == "date" {
            values.extend(DATES_OUT_OF_RANGE.map(|date| date.replace('+', "%2B")));
        }
    } else if let Some(max) = schema["maxLength"].as_u64() {
        values.push("x".repeat(usize::try_from(max).expect("small") + 1));
        values.push("a%00b".to_owned());
    } else {
        values.extend(["%00", "x", "AAAA", "'%20or%201=1--"].map(str::to_owned));
        values.push("A".repeat(10_000));
    }
    values
}

/// A value of a type that the field does not accept.
pub fn wrong_type(schema: &'static Value) -> Value {
    if allows_type(schema, "string") {
        json!(5)
    } else {
        json!("x")
    }
}

/// A value that is valid under the schema.
pub fn valid_value(schema: &'static Value) -> Value {
    let schema = value_schema(schema);
    if let Some(value) = schema["enum"].as_array().and_then(|values| values.first()) {
        return value.clone();
    }
    if schema["properties"].is_object() {
        return properties(schema)
            .map(|(name, property)| (name.to_owned(), valid_value(property)))
            .collect::<Map<_, _>>()
            .into();
    }
    if allows_type(schema, "array") {
        json!([valid_value(&schema["items"])])
    } else if allows_type(schema, "integer") || allows_type(schema, "number") {
        json!(1)
    } else if allows_type(schema, "boolean") {
        json!(true)
    } else {
        // Repeated "EUR" is also valid as a currency.
        let min_length = schema["minLength"].as_u64().unwrap_or(1);
        json!("EUR".repeat(usize::try_from(min_length.div_ceil(3)).expect("small")))
    }
}

/// A value with one defect in its structure.
#[derive(Debug)]
pub struct WrongShape {
    pub defect: &'static str,
    /// Path of the defect relative to the value, such as `.period`.
    pub path: String,
    pub value: Value,
}

/// Valid values with an array instead of an object, or an object instead of an enum value. serde accepts both by default.
pub fn wrong_shapes(schema: &'static Value) -> Vec<WrongShape> {
    let schema = value_schema(schema);
    if let Some(value) = schema["enum"].as_array().and_then(|values| values.first()) {
        let name = value.as_str().expect("a string");
        return vec![WrongShape {
            defect: "object instead of enum value",
            path: String::new(),
            value: json!({ name: null }),
        }];
    }
    if allows_type(schema, "array") {
        let items = wrong_shapes(&schema["items"]).into_iter();
        return items
            .map(|item| WrongShape {
                path: format!("[0]{}", item.path),
                value: json!([item.value]),
                ..item
            })
            .collect();
    }
    if !schema["properties"].is_object() {
        return Vec::new();
    }
    let valid = valid_value(schema);
    let object = valid.as_object().expect("an object");
    let values: Vec<&Value> = properties(schema).map(|(name, _)| &object[name]).collect();
    let at_top = |defect, value| WrongShape {
        defect,
        path: String::new(),
        value,
    };
    let mut shapes = vec![
        at_top("list instead of object", json!(values)),
        at_top("object in a list", json!([valid])),
    ];
    for (name, property) in properties(schema) {
        for inner in wrong_shapes(property) {
            let mut object = object.clone();
            object.insert(name.to_owned(), inner.value);
            shapes.push(WrongShape {
                defect: inner.defect,
                path: format!(".{name}{}", inner.path),
                value: json!(object),
            });
        }
    }
    shapes
}

/// Lists nested this deep.
pub fn nested_lists(depth: usize) -> Value {
    (0..depth).fold(json!([]), |inner, _| json!([inner]))
}
