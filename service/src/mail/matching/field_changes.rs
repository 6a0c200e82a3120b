//! Records which fields of an application a message changes, and restores them.

use super::{Candidate, FieldChange, MatchKeys};

impl Candidate {
    /// The values of the fields that messages can change, by column.
    pub(super) fn field_values(&self) -> [(&'static str, Option<String>); 6] {
        [
            ("job_title", self.title.clone()),
            ("company", self.company.clone()),
            ("location", self.location.clone()),
            ("requisition", self.requisitions.first().cloned()),
            ("source", Some(self.source.clone())),
            ("apply_date", Some(self.apply_date.to_string())),
        ]
    }

    /// The fields whose values have changed.
    pub(super) fn changed_fields(&self, before: [(&'static str, Option<String>); 6]) -> Vec<FieldChange> {
        before
            .into_iter()
            .zip(self.field_values())
            .filter(|((_, before), (_, after))| before != after)
            .map(|((name, before), (_, after))| FieldChange {
                name: name.to_owned(),
                before,
                after,
            })
            .collect()
    }

    /// Restores the fields that still have the value from a message and that no user has edited.
    pub(in crate::mail) fn restore_fields(&mut self, changes: &[FieldChange]) {
        for change in changes {
            let current = self
                .field_values()
                .into_iter()
                .find(|(name, _)| *name == change.name);
            let is_current = current.is_some_and(|(_, value)| value == change.after);
            if is_current && !self.is_edited(&change.name) {
                self.restore_field(change);
            }
        }
        self.keys = MatchKeys::new(self.company.as_deref(), self.title.as_deref());
    }

    /// Sets the fields to the values from a message again, unless they have changed since they were restored.
    pub(in crate::mail) fn repeat_changes(&mut self, changes: &[FieldChange]) {
        let repeated = changes.iter().map(|change| FieldChange {
            name: change.name.clone(),
            before: change.after.clone(),
            after: change.before.clone(),
        });
        self.restore_fields(&repeated.collect::<Vec<_>>());
    }

    fn restore_field(&mut self, change: &FieldChange) {
        let before = change.before.clone();
        match (change.name.as_str(), before) {
            // At least one of the two names is always known.
            ("job_title", before) if before.is_some() || self.company.is_some() => self.title = before,
            ("company", before) if before.is_some() || self.title.is_some() => self.company = before,
            ("location", before) => self.location = before,
            ("requisition", before) => self.requisitions = before.into_iter().collect(),
            ("source", Some(before)) => self.source = before,
            ("apply_date", Some(before)) => {
                self.apply_date = before.parse().unwrap_or(self.apply_date);
            }
            _ => {}
        }
    }
}
