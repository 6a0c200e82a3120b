//! Inputs that change the stages of a workspace, and the rules that the stages must satisfy.

use super::{Stage, StageColor, StageKind, fields::present};
use crate::{ApiError, ErrorCode, FieldCode, FieldErrors, StageId, normalize};
use serde::{Deserialize, Serialize};

/// Minimum number of stages of a workspace.
pub const MIN_STAGES: usize = 3;
/// Maximum number of stages of a workspace.
pub const MAX_STAGES: usize = 20;
/// Maximum length of the name of a stage, in characters.
pub const MAX_STAGE_NAME_LEN: usize = 60;

/// Body of `POST /api/jobapps/add_status`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddStageInput {
    /// The name.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
    /// The kind of stage. The stage comes after the others of this kind.
    pub kind: StageKind,
    /// The color; that of the kind if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<StageColor>,
}

/// Body of `POST /api/jobapps/update_status`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateStageInput {
    /// The stage.
    pub status_id: StageId,
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: Option<String>,
    /// The new kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<StageKind>,
    /// The new color; `null` for that of the kind.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<StageColor>))]
    pub color: Option<Option<StageColor>>,
}

/// Body of `POST /api/jobapps/delete_status`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeleteStageInput {
    /// The stage.
    pub status_id: StageId,
    /// The stage that its applications are moved to. It has the same kind.
    pub move_to: StageId,
}

/// Body of `POST /api/jobapps/order_statuses`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderStagesInput {
    /// All stages of the workspace, each once, in the new order.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 20))]
    pub status_ids: Vec<StageId>,
}

fn name(name: &str) -> Result<String, normalize::TextError> {
    normalize::line(name, 1, MAX_STAGE_NAME_LEN)
}

impl AddStageInput {
    /// Validates the name.
    pub fn parse(self) -> Result<Self, ApiError> {
        let mut errors = FieldErrors::default();
        let name = errors.check("name", name(&self.name));
        errors.into_result()?;
        Ok(Self {
            name: name.unwrap_or_default(),
            ..self
        })
    }
}

impl UpdateStageInput {
    /// Validates the name. At least one change is required.
    pub fn parse(self) -> Result<Self, ApiError> {
        let mut errors = FieldErrors::default();
        if self.name.is_none() && self.kind.is_none() && self.color.is_none() {
            errors.add(
                "name",
                FieldCode::Required,
                "Send at least one of name, kind and color.",
            );
        }
        let name = self.name.as_deref().map(|n| errors.check("name", name(n)));
        errors.into_result()?;
        Ok(Self {
            name: name.flatten(),
            ..self
        })
    }

    /// The stage after the change.
    pub fn apply(self, stage: Stage) -> Stage {
        Stage {
            value: self.name.unwrap_or(stage.value),
            kind: self.kind.unwrap_or(stage.kind),
            color: self.color.unwrap_or(stage.color),
            ..stage
        }
    }
}

impl OrderStagesInput {
    /// The stages in the new order.
    pub fn apply(&self, stages: &[Stage]) -> Result<Vec<Stage>, ApiError> {
        let find = |id: &StageId| stages.iter().find(|stage| stage.id == *id).cloned();
        let ordered: Vec<Stage> = self.status_ids.iter().filter_map(find).collect();
        if ordered.len() < self.status_ids.len() {
            return Err(ApiError::not_found());
        }
        let is_complete = stages.iter().all(|stage| self.status_ids.contains(&stage.id));
        if !is_complete || ordered.len() != stages.len() {
            let detail = "Send the id of every stage of the workspace once.";
            return Err(ApiError::field("status_ids", FieldCode::InvalidFormat, detail));
        }
        Ok(ordered)
    }
}

/// Position of a new stage of this kind: after the last stage of this or an earlier kind.
pub fn index_of_new(stages: &[Stage], kind: StageKind) -> usize {
    let last = stages.iter().rposition(|stage| stage.kind <= kind);
    last.map_or(0, |index| index + 1)
}

/// Checks that a workspace may have these stages: 3 to 20, and at least one of each kind.
pub fn check_stages(stages: &[Stage]) -> Result<(), ApiError> {
    let detail = if stages.len() > MAX_STAGES {
        format!("A workspace has at most {MAX_STAGES} stages. Delete one first.")
    } else if stages.len() < MIN_STAGES {
        format!("A workspace has at least {MIN_STAGES} stages.")
    } else if StageKind::ALL
        .into_iter()
        .any(|kind| stages.iter().all(|stage| stage.kind != kind))
    {
        "One stage of each kind stays. Add another one of this kind first.".to_owned()
    } else {
        return Ok(());
    };
    Err(ApiError::new(ErrorCode::Conflict, detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn stages(kinds: &[StageKind]) -> Vec<Stage> {
        let stage = |(n, kind): (usize, &StageKind)| Stage {
            id: StageId(Uuid::from_u128(n as u128 + 1)),
            value: format!("S{n}"),
            kind: *kind,
            position: i32::try_from(n).expect("small"),
            color: None,
        };
        kinds.iter().enumerate().map(stage).collect()
    }

    #[test]
    fn stages_of_each_kind_must_stay() {
        let all = stages(&StageKind::ALL);
        assert!(check_stages(&all).is_ok());
        assert!(check_stages(&all[1..]).is_err());
        assert!(check_stages(&stages(&[StageKind::Offer; 21])).is_err());
        let many: Vec<StageKind> = StageKind::ALL.into_iter().cycle().take(21).collect();
        assert!(check_stages(&stages(&many)).is_err());
        assert!(check_stages(&stages(&many[..20])).is_ok());
    }

    #[test]
    fn new_stage_follows_its_kind() {
        let all = stages(&StageKind::ALL);
        assert_eq!(index_of_new(&all, StageKind::ToApply), 1);
        assert_eq!(index_of_new(&all, StageKind::Interview), 4);
        assert_eq!(index_of_new(&all, StageKind::Offer), 5);
        assert_eq!(index_of_new(&all[3..], StageKind::ToApply), 0);
    }

    #[test]
    fn order_must_name_each_stage_once() {
        let all = stages(&StageKind::ALL);
        let order = |ids: &[u128]| OrderStagesInput {
            status_ids: ids.iter().map(|n| StageId(Uuid::from_u128(*n))).collect(),
        };
        let reversed = order(&[5, 4, 3, 2, 1]).apply(&all).expect("valid");
        assert_eq!(reversed.first().map(|s| s.kind), Some(StageKind::Offer));
        assert!(order(&[1, 2, 3, 4]).apply(&all).is_err());
        assert!(order(&[1, 2, 3, 4, 4]).apply(&all).is_err());
        assert!(order(&[1, 2, 3, 4, 5, 5]).apply(&all).is_err());
        let unknown = order(&[1, 2, 3, 4, 9]).apply(&all).unwrap_err();
        assert_eq!(unknown.code, ErrorCode::NotFound);
    }
}
