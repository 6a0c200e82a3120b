//! Maps the stages of the source to stages of the target.

use crate::platform::normalize::fold;
use std::collections::HashMap;
use uuid::Uuid;

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StageRow {
    pub id: Uuid,
    pub name: String,
    pub kind: String,
}

/// Maps each stage of the source to the target: to the stage with the same name and kind, else to the first stage of the kind. The name
/// alone is not enough: metrics count kinds. `target` is in the order of the board.
pub(super) fn match_stages(source: &[StageRow], target: &[StageRow]) -> HashMap<Uuid, Uuid> {
    let find = |stage: &StageRow| {
        let name = fold(&stage.name);
        let of_kind = || target.iter().filter(|t| t.kind == stage.kind);
        let found = of_kind()
            .find(|t| fold(&t.name) == name)
            .or_else(|| of_kind().next());
        found.or_else(|| target.first()).map(|t| (stage.id, t.id))
    };
    source.iter().filter_map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(id: u128, name: &str, kind: &str) -> StageRow {
        StageRow {
            id: Uuid::from_u128(id),
            name: name.into(),
            kind: kind.into(),
        }
    }

    #[test]
    fn stages_match_by_name_and_kind_then_by_kind() {
        let target = [
            stage(10, "Phone", "screening"),
            stage(11, "On-site", "interview"),
            stage(12, "Panel", "interview"),
        ];
        let source = [
            stage(1, "PANEL", "interview"),
            stage(2, "Trial day", "interview"),
            stage(3, "Panel", "screening"),
        ];
        let matched = match_stages(&source, &target);
        let of = |id| matched[&Uuid::from_u128(id)].as_u128();
        assert_eq!([of(1), of(2), of(3)], [12, 11, 10]);
    }
}
