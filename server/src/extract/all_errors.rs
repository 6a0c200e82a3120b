//! Finds every invalid field of a JSON body. serde stops at the first error, so the JSON is repaired at that position and deserialized
//! again: invalid values are removed or replaced by placeholders, for which no errors are reported.

use super::{
    input_error::{InputError, add_error, is_root, member},
    strict_json::Json,
};
use domain::{ApiError, FieldErrors};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use std::collections::HashMap;

/// Maximum number of errors to list.
const MAX_ERRORS: usize = 50;
/// Maximum number of deserialization attempts, because several placeholders may have to be tried.
const MAX_READS: usize = 200;

/// Deserializes the input, or returns all errors that can be found. `again` parses the JSON once more; it returns `None` if that would be
/// too expensive.
pub(super) fn deserialize<T: DeserializeOwned>(
    json: Json,
    again: impl FnOnce() -> Option<Json>,
) -> Result<T, ApiError> {
    let error = match serde_path_to_error::deserialize(json) {
        Ok(input) => return Ok(input),
        Err(error) => error,
    };
    let mut errors = FieldErrors::default();
    add_error(&mut errors, &error.path().to_string(), error.inner());
    if let Some(mut json) = again() {
        let mut placeholders = Placeholders::default();
        let mut error = error;
        for _ in 0..MAX_READS {
            let is_repaired = placeholders.repair(&mut json, &error);
            if !is_repaired || errors.0.len() >= MAX_ERRORS {
                break;
            }
            match serde_path_to_error::deserialize::<_, T>(json.clone()) {
                Ok(_) => break,
                Err(next) => error = next,
            }
            if !placeholders.contain(&path_of(&error)) {
                add_error(&mut errors, &error.path().to_string(), error.inner());
            }
        }
    }
    Err(errors.into())
}

type Error = serde_path_to_error::Error<InputError>;

/// The path of the field that the error is about, as it is reported to the client.
fn path_of(error: &Error) -> String {
    let path = error.path().to_string();
    match error.inner() {
        InputError::UnknownField(name) => member(&path, name),
        InputError::MissingField(name) | InputError::DuplicateField(name) => member(&path, name),
        _ => path,
    }
}

/// The number of placeholders that were tried for each invalid value, by path.
#[derive(Default)]
struct Placeholders(HashMap<String, usize>);

impl Placeholders {
    /// Whether there is a placeholder at or above this path.
    fn contain(&self, path: &str) -> bool {
        self.0.keys().any(|placeholder| {
            let rest = path.strip_prefix(placeholder.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// Changes the JSON so that the error does not occur again. Returns false if that is impossible.
    fn repair(&mut self, json: &mut Json, error: &Error) -> bool {
        let path = path_of(error);
        if is_root(&path) {
            return false;
        }
        let mut segments: Vec<&Segment> = error.path().iter().collect();
        let name = match error.inner() {
            InputError::UnknownField(name) => Some(name.as_str()),
            InputError::MissingField(name) | InputError::DuplicateField(name) => Some(*name),
            _ => None,
        };
        // The last segment is the name of the member or its index.
        let last = match (name, segments.last()) {
            (Some(name), Some(Segment::Map { key })) if key == name => segments.pop(),
            (None, _) => segments.pop(),
            _ => None,
        };
        let Some(container) = find(json, &segments) else {
            return false;
        };
        match (container, name, last) {
            (Json::Object(members), Some(name), _) => match error.inner() {
                InputError::UnknownField(_) => {
                    members.retain(|(other, _)| other != name);
                    true
                }
                InputError::DuplicateField(_) => {
                    let mut seen = false;
                    members.retain(|(other, _)| other != name || !std::mem::replace(&mut seen, true));
                    true
                }
                _ => match self.next(&path, error.inner()) {
                    Some(value) => {
                        members.push((name.to_owned(), value));
                        true
                    }
                    None => false,
                },
            },
            (Json::Object(members), None, Some(Segment::Map { key })) => {
                let value = self
                    .0
                    .contains_key(&path)
                    .then(|| self.next(&path, error.inner()));
                members.retain(|(other, _)| other != key);
                match value {
                    Some(Some(value)) => members.push((key.clone(), value)),
                    Some(None) => return false,
                    // The value was already reported, so a missing required field is not reported again.
                    None => {
                        self.0.insert(path, 0);
                    }
                }
                true
            }
            (Json::Array(items), None, Some(Segment::Seq { index })) => {
                match (items.get_mut(*index), self.next(&path, error.inner())) {
                    (Some(item), Some(value)) => {
                        *item = value;
                        true
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// The next placeholder to try at this path.
    fn next(&mut self, path: &str, error: &InputError) -> Option<Json> {
        let tried = self.0.entry(path.to_owned()).or_default();
        if let InputError::UnknownVariant([first, ..]) = error {
            *tried += 1;
            return (*tried <= CANDIDATES).then(|| Json::String((*first).to_owned()));
        }
        let value = candidate(*tried);
        *tried += 1;
        value
    }
}

/// Number of placeholders.
const CANDIDATES: usize = 9;

/// A placeholder that some types accept.
fn candidate(index: usize) -> Option<Json> {
    Some(match index {
        0 => Json::String(String::new()),
        1 => Json::String("00000000-0000-0000-0000-000000000000".to_owned()),
        2 => Json::String("2000-01-01T00:00:00Z".to_owned()),
        3 => Json::String("2000-01-01".to_owned()),
        4 => Json::Unsigned(1),
        5 => Json::Bool(false),
        6 => Json::Array(Vec::new()),
        7 => Json::Object(Vec::new()),
        8 => Json::Null,
        _ => return None,
    })
}

/// The value at a path.
fn find<'a>(mut json: &'a mut Json, segments: &[&Segment]) -> Option<&'a mut Json> {
    for segment in segments {
        json = match (json, segment) {
            (Json::Object(members), Segment::Map { key }) => {
                let member = members.iter_mut().find(|(name, _)| name == key);
                &mut member?.1
            }
            (Json::Array(items), Segment::Seq { index }) => items.get_mut(*index)?,
            _ => return None,
        };
    }
    Some(json)
}
