//! The changes of a transaction, collected until its commit appends them to the changes feed.

use super::connection::Connection;
use crate::platform::notifier::Notifier;
use domain::{
    JobApplicationId, TenantId, UserId,
    changes::ChangeType,
    jobapps::{Outcome, state_machine::State},
};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
};
use uuid::Uuid;

/// A change of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChangeRecord {
    /// The kind of change.
    pub change_type: ChangeType,
    /// The object that changed.
    pub object: Uuid,
    /// The owner of the data; `None` for data that all members share.
    pub owner: Option<UserId>,
    /// The application that the object belongs to, or is.
    pub application: Option<JobApplicationId>,
    /// The state of an application before and after it, if that changed.
    pub transition: Option<StateChange>,
}

/// The state of an application before and after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StateChange {
    pub from: State,
    pub to: State,
}

impl StateChange {
    /// The type of a change of this state.
    pub fn change_type(self) -> ChangeType {
        match self.to.outcome {
            outcome if outcome == self.from.outcome && self.to.stage == self.from.stage => {
                ChangeType::JobappUpdated
            }
            outcome if outcome == self.from.outcome => ChangeType::JobappMoved,
            Some(_) => ChangeType::JobappClosed,
            None => ChangeType::JobappReopened,
        }
    }

    /// The input from which `append_changes` creates a transition.
    fn to_json(self) -> Value {
        let outcome = |state: State| state.outcome.map(Outcome::as_str);
        json!({
            "from_status": self.from.stage, "to_status": self.to.stage,
            "from_outcome": outcome(self.from), "to_outcome": outcome(self.to),
        })
    }
}

/// Changes in the order they were recorded.
#[derive(Debug, Default)]
pub(super) struct ChangeBuffer(Vec<(TenantId, ChangeRecord)>);

impl ChangeBuffer {
    pub fn push(&mut self, tenant: TenantId, record: ChangeRecord) {
        self.0.push((tenant, record));
    }

    /// Commits the transaction of the connection with the changes, and marks them for the owners of the data.
    pub async fn commit(&mut self, conn: &mut Connection, notifier: &Notifier) -> Result<(), sqlx::Error> {
        let audiences = self.audiences();
        conn.commit(self.take_statements().as_deref()).await?;
        for (tenant, owner) in audiences {
            match owner {
                Some(owner) => notifier.mark(tenant, owner),
                None => notifier.mark_tenant(tenant),
            }
        }
        Ok(())
    }

    /// The tenants and users whose data changed. `None` as the user stands for all members.
    fn audiences(&self) -> HashSet<(TenantId, Option<UserId>)> {
        self.0
            .iter()
            .map(|(tenant, record)| (*tenant, record.owner))
            .collect()
    }

    /// The statements that append the changes; `None` without changes. They contain only UUIDs and names of types and outcomes, so nothing
    /// has to be escaped.
    fn take_statements(&mut self) -> Option<String> {
        let records = reduce(std::mem::take(&mut self.0));
        let mut tenants: Vec<TenantId> = records.iter().map(|(tenant, _)| *tenant).collect();
        tenants.sort_unstable();
        tenants.dedup();
        let mut statements = String::new();
        for tenant in tenants {
            let of_tenant: Vec<&ChangeRecord> = records
                .iter()
                .filter(|(other, _)| *other == tenant)
                .map(|(_, record)| record)
                .collect();
            append_statement(&mut statements, tenant, &of_tenant);
        }
        (!statements.is_empty()).then_some(statements)
    }
}

fn append_statement(statements: &mut String, tenant: TenantId, records: &[&ChangeRecord]) {
    let array = |element: &dyn Fn(&ChangeRecord) -> Option<String>| {
        let elements = records
            .iter()
            .map(|r| element(r).unwrap_or_else(|| "null".into()));
        elements.collect::<Vec<_>>().join(",")
    };
    let types = array(&|r| Some(r.change_type.as_str().to_owned()));
    let objects = array(&|r| Some(r.object.to_string()));
    let owners = array(&|r| r.owner.map(|owner| owner.to_string()));
    let applications = array(&|r| r.application.map(|application| application.to_string()));
    let transitions: Value = records
        .iter()
        .map(|r| r.transition.map(StateChange::to_json))
        .collect::<Vec<_>>()
        .into();
    // Writing to a string cannot fail.
    let _ = write!(
        statements,
        "select append_changes('{tenant}', '{{{types}}}', '{{{objects}}}', '{{{owners}}}', '{{{applications}}}', '{transitions}'); "
    );
}

/// Leaves out redundant changes: the same change of an object twice, a change of fields next to a more specific one, any change
/// before the removal of the object, or after its addition. Changes of the state of an application become one, from the first to the
/// last state.
fn reduce(mut records: Vec<(TenantId, ChangeRecord)>) -> Vec<(TenantId, ChangeRecord)> {
    let mut by_object: HashMap<(TenantId, Uuid), Vec<usize>> = HashMap::new();
    for (index, (tenant, record)) in records.iter().enumerate() {
        by_object.entry((*tenant, record.object)).or_default().push(index);
    }
    let mut kept: HashSet<usize> = HashSet::new();
    for indexes in by_object.into_values() {
        combine_transitions(&mut records, &indexes);
        let type_at = |index: &usize| records[*index].1.change_type;
        let last_removal = indexes.iter().rposition(|i| type_at(i).is_removal());
        let indexes = &indexes[last_removal.unwrap_or(0)..];
        let addition = indexes.iter().position(|i| type_at(i).is_addition());
        let indexes = match addition {
            Some(addition) => &indexes[..=addition],
            None => indexes,
        };
        let is_specific = indexes.iter().any(|i| !type_at(i).is_update());
        let mut types = HashSet::new();
        kept.extend(
            indexes
                .iter()
                .filter(|i| !(is_specific && type_at(i).is_update()) && types.insert(type_at(i)))
                .copied(),
        );
    }
    let indexed = records.into_iter().enumerate();
    indexed
        .filter(|(index, _)| kept.contains(index))
        .map(|(_, record)| record)
        .collect()
}

/// Makes each change of the state of an object the change from its first to its last state.
fn combine_transitions(records: &mut [(TenantId, ChangeRecord)], indexes: &[usize]) {
    let mut transitions = indexes.iter().filter_map(|index| records[*index].1.transition);
    let Some(first) = transitions.next() else { return };
    let last = transitions.next_back().unwrap_or(first);
    let combined = StateChange {
        from: first.from,
        to: last.to,
    };
    for index in indexes {
        let record = &mut records[*index].1;
        if record.transition.is_some() {
            record.change_type = combined.change_type();
            record.transition = (combined.from != combined.to).then_some(combined);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ChangeType::{
        JobappClosed, JobappCreated, JobappDeleted, JobappMoved, JobappRestored, JobappUpdated, NoteCreated,
    };

    fn types_after_reducing(types: &[(ChangeType, u128)]) -> Vec<(ChangeType, u128)> {
        let records = types.iter().map(|(change_type, object)| {
            let record = ChangeRecord {
                change_type: *change_type,
                object: Uuid::from_u128(*object),
                owner: None,
                application: None,
                transition: None,
            };
            (TenantId(Uuid::nil()), record)
        });
        reduce(records.collect())
            .into_iter()
            .map(|(_, r)| (r.change_type, r.object.as_u128()))
            .collect()
    }

    #[test]
    fn changes_of_other_objects_are_kept_in_order() {
        let all = [(JobappMoved, 1), (NoteCreated, 2), (JobappMoved, 3)];
        assert_eq!(types_after_reducing(&all), all);
    }

    #[test]
    fn update_beside_a_specific_change_is_left_out() {
        let recorded = [
            (JobappUpdated, 1),
            (JobappMoved, 1),
            (JobappClosed, 1),
            (JobappMoved, 1),
        ];
        assert_eq!(
            types_after_reducing(&recorded),
            [(JobappMoved, 1), (JobappClosed, 1)]
        );
    }

    #[test]
    fn change_of_an_added_object_is_left_out() {
        let recorded = [(JobappCreated, 1), (JobappMoved, 1)];
        assert_eq!(types_after_reducing(&recorded), [(JobappCreated, 1)]);
    }

    #[test]
    fn only_the_removal_of_a_removed_object_is_kept() {
        let recorded = [(JobappCreated, 1), (JobappMoved, 1), (JobappDeleted, 1)];
        assert_eq!(types_after_reducing(&recorded), [(JobappDeleted, 1)]);
    }

    #[test]
    fn restoration_after_a_removal_is_kept() {
        let recorded = [(JobappDeleted, 1), (JobappRestored, 1)];
        assert_eq!(types_after_reducing(&recorded), recorded);
    }

    fn state(stage: u128, outcome: Option<Outcome>) -> State {
        State {
            stage: Uuid::from_u128(stage).into(),
            outcome,
        }
    }

    /// The type and the transition of the remaining changes of the state of one application.
    fn reduced_transition(states: &[State]) -> Vec<(ChangeType, Option<(State, State)>)> {
        let records = states.windows(2).map(|pair| {
            let change = StateChange {
                from: pair[0],
                to: pair[1],
            };
            let record = ChangeRecord {
                change_type: change.change_type(),
                object: Uuid::nil(),
                owner: None,
                application: None,
                transition: Some(change),
            };
            (TenantId(Uuid::nil()), record)
        });
        let reduced = reduce(records.collect());
        let pairs = reduced.into_iter().map(|(_, record)| {
            let states = record.transition.map(|change| (change.from, change.to));
            (record.change_type, states)
        });
        pairs.collect()
    }

    #[test]
    fn several_transitions_of_an_application_become_one_from_first_to_last_state() {
        let rejected = Some(Outcome::Rejected);
        let (first, second, third) = (state(1, None), state(2, None), state(3, None));
        assert_eq!(
            reduced_transition(&[first, second, third]),
            [(JobappMoved, Some((first, third)))]
        );
        let closed = state(2, rejected);
        assert_eq!(
            reduced_transition(&[first, second, closed]),
            [(JobappClosed, Some((first, closed)))]
        );
        assert_eq!(
            reduced_transition(&[first, closed, first]),
            [(JobappUpdated, None)]
        );
        assert_eq!(
            reduced_transition(&[closed, third]),
            [(ChangeType::JobappReopened, Some((closed, third)))]
        );
    }
}
