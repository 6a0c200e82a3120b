//! Arguments of the tools. The use cases validate them again; the schemas are what models read.

use chrono::NaiveDate;
use domain::{
    JobApplicationId, StageId,
    jobapps::{Outcome, SalaryPeriod, Sort, StageKind},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Value;

/// No arguments.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchApplications {
    /// Part of the job title or of the company; ignores case and accents.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub query: Option<String>,
    /// Only applications in stages of this kind, whatever they are called.
    #[serde(default)]
    #[schemars(schema_with = "stage_kind")]
    pub stage_kind: Option<StageKind>,
    /// Only applications in this stage: an `id` from `list_stages`.
    #[serde(default)]
    #[schemars(schema_with = "optional_id")]
    pub stage_id: Option<StageId>,
    /// true: only open applications. false: only those with an outcome.
    #[serde(default)]
    pub open: Option<bool>,
    /// Only applications with this outcome.
    #[serde(default)]
    #[schemars(schema_with = "outcome")]
    pub outcome: Option<Outcome>,
    /// true: only open applications without a response for long.
    #[serde(default)]
    pub quiet: Option<bool>,
    /// Only applications with exactly this tag.
    #[serde(default)]
    #[schemars(length(max = 40))]
    pub tag: Option<String>,
    /// Only applications with exactly this source, such as `LinkedIn`.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub source: Option<String>,
    /// Applied on or after this date.
    #[serde(default)]
    #[schemars(schema_with = "date")]
    pub applied_from: Option<NaiveDate>,
    /// Applied on or before this date.
    #[serde(default)]
    #[schemars(schema_with = "date")]
    pub applied_to: Option<NaiveDate>,
    /// The order; `apply_date`, the newest first, by default.
    #[serde(default)]
    #[schemars(schema_with = "sort")]
    pub sort: Option<Sort>,
    /// How many to return; 20 by default.
    #[serde(default)]
    #[schemars(range(min = 1, max = 50))]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous result, with otherwise the same arguments.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    pub cursor: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetApplication {
    /// The `id` of an application from `search_applications`.
    #[schemars(schema_with = "id")]
    pub application_id: JobApplicationId,
    /// Whether to include the text of the job posting; false by default.
    #[serde(default)]
    pub include_posting: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetMetrics {
    /// Only applications of this date or later.
    #[serde(default)]
    #[schemars(schema_with = "date")]
    pub from: Option<NaiveDate>,
    /// Only applications of this date or earlier.
    #[serde(default)]
    #[schemars(schema_with = "date")]
    pub to: Option<NaiveDate>,
    /// Only applications with exactly this source.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub source: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddApplication {
    /// The title of the job.
    #[schemars(length(min = 1, max = 200))]
    pub job_title: String,
    /// The name of the employer.
    #[schemars(length(min = 1, max = 200))]
    pub company: String,
    /// The kind of the stage: `applied` by default, `to_apply` for a job that the user has not applied to yet.
    #[serde(default)]
    #[schemars(schema_with = "stage_kind")]
    pub stage_kind: Option<StageKind>,
    /// When the user applied; today by default.
    #[serde(default)]
    #[schemars(schema_with = "date")]
    pub apply_date: Option<NaiveDate>,
    /// Where the job was found, such as `LinkedIn`.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub source: Option<String>,
    /// Where the job is.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub location: Option<String>,
    /// The http or https address of the job posting.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    pub url: Option<String>,
    /// The salary, if the posting or the user names it.
    #[serde(default)]
    pub salary: Option<Salary>,
    /// Tags of the user.
    #[serde(default)]
    #[schemars(schema_with = "tags")]
    pub tags: Option<Vec<String>>,
    /// A text that you make up for this application, such as a UUID. Send the same one when you retry, so that it is added once.
    #[serde(default)]
    #[schemars(length(min = 1, max = 255))]
    pub idempotency_key: Option<String>,
}

/// A salary range in whole units of the currency.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Salary {
    /// The lower bound.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub min: Option<i64>,
    /// The upper bound.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub max: Option<i64>,
    /// The ISO 4217 code, such as `EUR`.
    #[schemars(length(min = 3, max = 3))]
    pub currency: String,
    /// The period of the amounts.
    #[schemars(schema_with = "salary_period")]
    pub period: SalaryPeriod,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveApplication {
    /// The `id` of an application from `search_applications`.
    #[schemars(schema_with = "id")]
    pub application_id: JobApplicationId,
    /// The stage to move it to: an `id` from `list_stages`.
    #[serde(default)]
    #[schemars(schema_with = "optional_id")]
    pub stage_id: Option<StageId>,
    /// How it ended, or `open` to reopen it.
    #[serde(default)]
    #[schemars(schema_with = "outcome_or_open")]
    pub outcome: Option<OutcomeOrOpen>,
    /// The `version` that you read. With it, nothing is changed if the application has changed since.
    #[serde(default)]
    pub version: Option<i32>,
}

/// An outcome to set.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeOrOpen {
    /// None.
    Open,
    #[serde(untagged)]
    Outcome(Outcome),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// The `id` of an application from `search_applications`.
    #[schemars(schema_with = "id")]
    pub application_id: JobApplicationId,
    /// The note, in Markdown.
    #[schemars(length(min = 1, max = 20_000))]
    pub text: String,
    /// A text that you make up for this note, such as a UUID. Send the same one when you retry, so that it is added once.
    #[serde(default)]
    #[schemars(length(min = 1, max = 255))]
    pub idempotency_key: Option<String>,
}

fn id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "format": "uuid"})
}

fn optional_id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["string", "null"], "format": "uuid"})
}

fn date(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["string", "null"], "format": "date"})
}

fn tags(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["array", "null"], "maxItems": 20, "items": {"type": "string", "minLength": 1, "maxLength": 40},
    })
}

/// One of these values, or null.
fn optional_enum(values: impl IntoIterator<Item = &'static str>) -> Schema {
    let values: Vec<Value> = values.into_iter().map(Value::from).chain([Value::Null]).collect();
    json_schema!({"type": ["string", "null"], "enum": values})
}

fn stage_kind(_: &mut SchemaGenerator) -> Schema {
    optional_enum(StageKind::ALL.map(StageKind::as_str))
}

fn outcome(_: &mut SchemaGenerator) -> Schema {
    optional_enum(Outcome::ALL.map(Outcome::as_str))
}

fn outcome_or_open(_: &mut SchemaGenerator) -> Schema {
    optional_enum(Outcome::ALL.map(Outcome::as_str).into_iter().chain(["open"]))
}

fn sort(_: &mut SchemaGenerator) -> Schema {
    optional_enum(Sort::ALL.map(Sort::as_str))
}

fn salary_period(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "enum": ["hour", "day", "month", "year"]})
}
