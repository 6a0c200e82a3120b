//! The OpenAPI document as groups of operations, in the order of the documentation.

use crate::api::openapi::examples::resolve;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// Titles of groups, where they differ from the tag.
const TITLES: [(&str, &str); 9] = [
    ("audit", "Audit log"),
    ("changes", "Changes feed"),
    ("jobapps", "Applications"),
    ("keys", "API keys"),
    ("mail", "Email"),
    ("tenants", "Workspaces"),
    ("transfers", "Transfers"),
    ("users", "Accounts"),
    ("views", "Saved views"),
];

/// Sort order of operations within a group: reading, adding, changing, other verbs, removing.
const VERBS: [(&str, u8); 14] = [
    ("get", 0),
    ("export", 1),
    ("query", 1),
    ("register", 2),
    ("login", 2),
    ("add", 2),
    ("import", 2),
    ("connect", 2),
    ("edit", 3),
    ("update", 3),
    ("set", 3),
    ("delete", 5),
    ("remove", 5),
    ("revoke", 5),
];

/// An operation.
pub(super) struct Operation<'a> {
    pub(super) name: &'a str,
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) summary: &'a str,
    pub(super) spec: &'a Value,
}

/// The operations with the same tag.
pub(super) struct Group<'a> {
    pub(super) tag: &'a str,
    pub(super) title: String,
    pub(super) description: &'a str,
    pub(super) operations: Vec<Operation<'a>>,
}

/// The data of the documentation pages.
pub(super) struct Reference<'a> {
    pub(super) document: &'a Value,
    pub(super) groups: Vec<Group<'a>>,
    /// URLs of the operations, by name.
    links: HashMap<&'a str, String>,
    /// Names of the operations that can respond with an error, by error code.
    pub(super) by_code: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Reference<'a> {
    pub(super) fn new(document: &'a Value) -> Self {
        let tags = document["tags"].as_array().into_iter().flatten();
        let groups: Vec<Group<'_>> = tags
            .filter_map(|tag| {
                Some(group(
                    document,
                    tag["name"].as_str()?,
                    tag["description"].as_str()?,
                ))
            })
            .collect();
        let mut links = HashMap::new();
        let mut by_code: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for group in &groups {
            for operation in &group.operations {
                let name = operation.name;
                links.insert(name, format!("/api/docs/{}#{name}", group.tag));
                for (_, code) in errors(document, operation.spec) {
                    by_code.entry(code).or_default().push(name);
                }
            }
        }
        Self {
            document,
            groups,
            links,
            by_code,
        }
    }

    /// The URL of the operation with this name.
    pub(super) fn link(&self, operation: &str) -> Option<&str> {
        self.links.get(operation).map(String::as_str)
    }

    /// Whether most operations can respond with this error.
    pub(super) fn is_common(&self, code: &str) -> bool {
        let operations = self.by_code.get(code).map_or(0, Vec::len);
        operations * 2 > self.links.len()
    }

    /// The status and the code of each error of an operation.
    pub(super) fn errors(&self, operation: &'a Value) -> Vec<(&'a str, &'a str)> {
        errors(self.document, operation)
    }

    pub(super) fn resolve<'b>(&self, value: &'b Value) -> &'b Value
    where
        'a: 'b,
    {
        resolve(self.document, value)
    }
}

fn group<'a>(document: &'a Value, tag: &'a str, description: &'a str) -> Group<'a> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, spec) in item.as_object().into_iter().flatten() {
            if spec["tags"][0] == tag {
                operations.push(Operation {
                    name: spec["operationId"].as_str().unwrap_or_default(),
                    method,
                    path,
                    summary: spec["summary"].as_str().unwrap_or_default(),
                    spec,
                });
            }
        }
    }
    // Operations on the object that the group is named after come first: `add_jobapp` before `add_status`.
    let is_other = |name: &str| !name.contains(tag.trim_end_matches('s'));
    operations.sort_by_key(|operation| (rank(operation.name), is_other(operation.name), operation.name));
    let title = TITLES.iter().find(|(known, _)| *known == tag);
    let title = title.map_or_else(
        || tag[..1].to_uppercase() + &tag[1..],
        |(_, title)| (*title).to_owned(),
    );
    Group {
        tag,
        title,
        description,
        operations,
    }
}

fn rank(name: &str) -> u8 {
    let verb = name.split('_').next().unwrap_or_default();
    VERBS
        .iter()
        .find(|(known, _)| *known == verb)
        .map_or(4, |(_, rank)| *rank)
}

fn errors<'a>(document: &'a Value, operation: &'a Value) -> Vec<(&'a str, &'a str)> {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let errors = responses.filter(|(status, _)| status.starts_with(['4', '5']));
    let codes = errors.flat_map(|(status, response)| {
        let response = resolve(document, response);
        let examples = &response["content"]["application/problem+json"]["examples"];
        let codes = examples.as_object().into_iter().flat_map(Map::keys);
        codes.map(move |code| (status.as_str(), code.as_str()))
    });
    codes.collect()
}
