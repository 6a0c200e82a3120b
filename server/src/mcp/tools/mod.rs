//! The tools: names, descriptions, schemas, and the REST operations that each of them stands for.

mod arguments;
mod read;
mod write;

use super::reply::{list_schema, object_schema, output_schema, schema};
use crate::extract::parse_json;
use domain::ApiError;
use rmcp::{
    handler::server::tool::schema_for_input,
    model::{JsonObject, Tool as Definition, ToolAnnotations},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use service::{Services, context::Caller};
use std::sync::{Arc, LazyLock};

/// The caller of a tool.
#[derive(Clone)]
pub(super) struct Context {
    pub services: Arc<Services>,
    pub caller: Caller,
}

/// A tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    SearchApplications,
    GetApplication,
    ListStages,
    GetToday,
    GetMetrics,
    AddApplication,
    MoveApplication,
    AddNote,
}

impl Tool {
    /// All tools; the read-only ones come first.
    pub(super) const ALL: [Self; 8] = [
        Self::SearchApplications,
        Self::GetApplication,
        Self::ListStages,
        Self::GetToday,
        Self::GetMetrics,
        Self::AddApplication,
        Self::MoveApplication,
        Self::AddNote,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::SearchApplications => "search_applications",
            Self::GetApplication => "get_application",
            Self::ListStages => "list_stages",
            Self::GetToday => "get_today",
            Self::GetMetrics => "get_metrics",
            Self::AddApplication => "add_application",
            Self::MoveApplication => "move_application",
            Self::AddNote => "add_note",
        }
    }

    /// The tool with this name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    /// The REST operations that the tool stands for. A key needs the scopes of all of them.
    pub(super) const fn operations(self) -> &'static [&'static str] {
        match self {
            Self::SearchApplications => &["get_jobapps"],
            Self::GetApplication => &["get_jobapp_detail", "get_posting"],
            Self::ListStages => &["get_statuses"],
            Self::GetToday => &["get_today"],
            Self::GetMetrics => &[
                "get_funnel",
                "get_response_rates",
                "get_response_times",
                "get_pace",
            ],
            Self::AddApplication => &["add_jobapp"],
            Self::MoveApplication => &["update_jobapp"],
            Self::AddNote => &["add_jobapp_note"],
        }
    }

    /// Whether the tool changes anything.
    pub(super) const fn is_write(self) -> bool {
        matches!(self, Self::AddApplication | Self::MoveApplication | Self::AddNote)
    }

    const fn title(self) -> &'static str {
        match self {
            Self::SearchApplications => "Search applications",
            Self::GetApplication => "Get an application",
            Self::ListStages => "List stages",
            Self::GetToday => "Get what needs you today",
            Self::GetMetrics => "Get metrics",
            Self::AddApplication => "Add an application",
            Self::MoveApplication => "Move or close an application",
            Self::AddNote => "Add a note",
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Self::SearchApplications => {
                "Find job applications of the user. Without arguments it lists the most recent ones. Use the `id` of a result as \
                 application_id of other tools. `application_status` is the stage; `outcome` is null while the application is open."
            }
            Self::GetApplication => {
                "Read one application with its history, notes and the emails that concern it, and its job posting if asked for. \
                 Long texts are shortened; `omitted` counts older entries that were left out."
            }
            Self::ListStages => {
                "List the stages of the workspace in order. Use their `id` as stage_id. `kind` says what a stage means, whatever its \
                 name (`value`)."
            }
            Self::GetToday => {
                "What needs the user today: upcoming interviews, due tasks, applications without a response for long (`quiet`), and \
                 how many emails wait for a decision. `jobapps` are the applications of the interviews and tasks."
            }
            Self::GetMetrics => {
                "Numbers about the user's search: the funnel of stages ever reached, response rates by source with 95% intervals, \
                 time to the first response, and applications per week. Deleted applications do not count."
            }
            Self::AddApplication => {
                "Add an application that is not tracked yet. Search for the company first, to avoid adding it twice. By default it is \
                 in the stage Applied, dated today."
            }
            Self::MoveApplication => {
                "Move an application to another stage, close it with an outcome, or reopen it. Pass stage_id, outcome, or both. The \
                 change is added to the history; repeating it has no effect."
            }
            Self::AddNote => {
                "Add a note in Markdown to an application. Notes of the user are never changed or deleted by tools."
            }
        }
    }

    fn input_schema(self) -> Arc<JsonObject> {
        match self {
            Self::SearchApplications => input::<arguments::SearchApplications>(),
            Self::GetApplication => input::<arguments::GetApplication>(),
            Self::ListStages | Self::GetToday => input::<arguments::Nothing>(),
            Self::GetMetrics => input::<arguments::GetMetrics>(),
            Self::AddApplication => input::<arguments::AddApplication>(),
            Self::MoveApplication => input::<arguments::MoveApplication>(),
            Self::AddNote => input::<arguments::AddNote>(),
        }
    }

    fn data_schema(self) -> Value {
        match self {
            Self::SearchApplications => object_schema(json!({
                "applications": list_schema("JobApplication"),
                "next_cursor": {"type": ["string", "null"]},
            })),
            Self::GetApplication => object_schema(json!({
                "application": schema("JobApplication"),
                "history": list_schema("ApplicationEvent"),
                "notes": list_schema("Note"),
                "emails": list_schema("Message"),
                "posting": {"oneOf": [schema("Posting"), {"type": "null"}]},
                "omitted": object_schema(json!({
                    "history": {"type": "integer"}, "notes": {"type": "integer"}, "emails": {"type": "integer"},
                })),
            })),
            Self::ListStages => list_schema("Stage"),
            Self::GetToday => schema("Today"),
            Self::GetMetrics => object_schema(json!({
                "funnel": schema("Funnel"),
                "response_rates": schema("ResponseRates"),
                "response_times": schema("ResponseTimes"),
                "pace": schema("Pace"),
            })),
            Self::AddApplication | Self::MoveApplication => schema("JobApplication"),
            Self::AddNote => schema("Note"),
        }
    }

    /// The definition for clients and models.
    pub(super) fn definition(self) -> &'static Definition {
        static DEFINITIONS: LazyLock<[Definition; Tool::ALL.len()]> = LazyLock::new(|| Tool::ALL.map(define));
        &DEFINITIONS[self as usize]
    }

    /// Calls the tool with these arguments.
    ///
    /// # Errors
    /// The errors of its use cases, and `invalid` if the arguments do not match the schema.
    pub(super) async fn call(self, context: &Context, arguments: JsonObject) -> Result<Value, ApiError> {
        match self {
            Self::SearchApplications => read::search_applications(context, parse(arguments)?).await,
            Self::GetApplication => read::get_application(context, parse(arguments)?).await,
            Self::ListStages => read::list_stages(context, parse(arguments)?).await,
            Self::GetToday => read::get_today(context, parse(arguments)?).await,
            Self::GetMetrics => read::get_metrics(context, parse(arguments)?).await,
            Self::AddApplication => write::add_application(context, parse(arguments)?).await,
            Self::MoveApplication => write::move_application(context, parse(arguments)?).await,
            Self::AddNote => write::add_note(context, parse(arguments)?).await,
        }
    }
}

fn define(tool: Tool) -> Definition {
    // Closing an application can be undone, so no tool is marked as destructive.
    let annotations = ToolAnnotations::with_title(tool.title())
        .read_only(!tool.is_write())
        .destructive(false)
        .idempotent(!tool.is_write() || tool == Tool::MoveApplication)
        .open_world(false);
    Definition::new(tool.name(), tool.description(), tool.input_schema())
        .with_title(tool.title())
        .with_raw_output_schema(output_schema(tool.data_schema()))
        .with_annotations(annotations)
}

fn input<T: JsonSchema + 'static>() -> Arc<JsonObject> {
    schema_for_input::<T>().unwrap_or_default()
}

fn parse<T: serde::de::DeserializeOwned>(arguments: JsonObject) -> Result<T, ApiError> {
    parse_json(Value::Object(arguments).to_string().as_bytes())
}

fn to_json(value: impl Serialize) -> Result<Value, ApiError> {
    serde_json::to_value(value)
        .map_err(|error| service::Error::Internal(format!("a result is not JSON: {error}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_have_their_own_definitions_with_closed_input() {
        for tool in Tool::ALL {
            let definition = tool.definition();
            assert_eq!(definition.name, tool.name());
            assert_eq!(Tool::parse(tool.name()), Some(tool));
            let schema = definition.schema_as_json_value();
            assert_eq!(schema["type"], "object", "{schema}");
            assert_eq!(schema["additionalProperties"], false, "{schema}");
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                assert!(property["description"].is_string(), "{name} of {}", tool.name());
            }
            assert!(
                definition
                    .description
                    .as_ref()
                    .is_some_and(|text| text.len() < 400)
            );
        }
    }

    #[test]
    fn strings_of_input_are_bounded() {
        fn check(schema: &Value, tool: &str) {
            let is_string = schema["type"] == "string" || schema["type"] == json!(["string", "null"]);
            let is_bounded = ["maxLength", "format", "enum"]
                .iter()
                .any(|key| schema.get(key).is_some());
            assert!(!is_string || is_bounded, "{tool}: {schema}");
            for member in schema
                .as_object()
                .into_iter()
                .flat_map(|members| members.values())
            {
                check(member, tool);
            }
        }
        for tool in Tool::ALL {
            check(&tool.definition().schema_as_json_value(), tool.name());
        }
    }
}
