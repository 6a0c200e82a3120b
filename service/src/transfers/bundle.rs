//! Complete rows of applications and their objects, as JSON with the names of the columns, and their new ids.
//!
//! A column that is added later is copied without a change here. One that refers to another row must be mapped in [`Bundle::remap`];
//! a test lists the columns of all these tables.

use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A row.
pub(super) type Row = Map<String, Value>;

/// New ids by the old ones.
pub(super) type Ids = HashMap<Uuid, Uuid>;

/// Rows by table. Parts of merged applications are among the applications.
#[derive(Clone, Debug, Default)]
pub(super) struct Bundle {
    pub applications: Vec<Row>,
    pub events: Vec<Row>,
    pub notes: Vec<Row>,
    pub interviews: Vec<Row>,
    pub tasks: Vec<Row>,
    pub files: Vec<Row>,
    pub postings: Vec<Row>,
    pub contacts: Vec<Row>,
    pub contact_links: Vec<Row>,
    pub merges: Vec<Row>,
}

/// The value of a column that is an id.
pub(super) fn id(row: &Row, column: &str) -> Option<Uuid> {
    row.get(column)?.as_str()?.parse().ok()
}

fn set(row: &mut Row, column: &str, value: Option<Uuid>) {
    let value = value.map_or(Value::Null, |id| Value::String(id.to_string()));
    row.insert(column.to_owned(), value);
}

/// Gives each row a new id, and returns the new ids by the old ones.
fn renew(rows: &mut [Row], new_id: &mut impl FnMut() -> Uuid) -> Ids {
    let mut ids = Ids::new();
    for row in rows {
        let new = new_id();
        if let Some(old) = id(row, "id") {
            ids.insert(old, new);
        }
        set(row, "id", Some(new));
    }
    ids
}

/// Replaces a reference by the new id of the row, or null if that is not copied.
fn map(rows: &mut [Row], column: &str, ids: &Ids) {
    for row in rows {
        let new = id(row, column).and_then(|old| ids.get(&old).copied());
        set(row, column, new);
    }
}

/// Replaces the elements of a list of references; references to rows that are not copied are left out.
fn map_list(row: &mut Row, column: &str, ids: &Ids) {
    let old = row
        .get(column)
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let new = old
        .iter()
        .filter_map(|value| ids.get(&value.as_str()?.parse::<Uuid>().ok()?))
        .map(|id| Value::String(id.to_string()))
        .collect();
    row.insert(column.to_owned(), Value::Array(new));
}

/// The new ids that are needed after the rows were mapped.
pub(super) struct NewIds {
    pub applications: Ids,
    pub contacts: Ids,
    pub tasks: Ids,
}

impl Bundle {
    /// Removes these applications with their objects and their parts.
    pub fn remove_applications(&mut self, removed: &HashSet<Uuid>) {
        let is_removed = |id: Option<Uuid>| id.is_some_and(|id| removed.contains(&id));
        let parts: HashSet<Uuid> = self
            .applications
            .iter()
            .filter(|row| is_removed(id(row, "id")) || is_removed(id(row, "merged_into")))
            .filter_map(|row| id(row, "id"))
            .collect();
        let is_kept = |row: &Row, column: &str| id(row, column).is_none_or(|id| !parts.contains(&id));
        self.applications.retain(|row| is_kept(row, "id"));
        for rows in [
            &mut self.events,
            &mut self.notes,
            &mut self.interviews,
            &mut self.tasks,
            &mut self.files,
            &mut self.postings,
            &mut self.contact_links,
            &mut self.merges,
        ] {
            rows.retain(|row| is_kept(row, "application_id"));
        }
        let linked: HashSet<Uuid> = self
            .contact_links
            .iter()
            .filter_map(|row| id(row, "contact_id"))
            .collect();
        self.contacts
            .retain(|row| id(row, "id").is_some_and(|id| linked.contains(&id)));
    }

    /// Gives all rows new ids and replaces the references between them: `stages` are those of the target, `files` the ids under which
    /// the contents were stored, `contacts` are there already and are not inserted again.
    pub fn remap(
        &mut self,
        stages: &Ids,
        files: &Ids,
        contacts: &Ids,
        mut new_id: impl FnMut() -> Uuid,
    ) -> NewIds {
        self.contacts
            .retain(|row| id(row, "id").is_none_or(|id| !contacts.contains_key(&id)));
        let new_id = &mut new_id;
        let applications = renew(&mut self.applications, new_id);
        renew(&mut self.events, new_id);
        let notes = renew(&mut self.notes, new_id);
        let interviews = renew(&mut self.interviews, new_id);
        let tasks = renew(&mut self.tasks, new_id);
        map(&mut self.files, "id", files);
        let postings = renew(&mut self.postings, new_id);
        let new_contacts = renew(&mut self.contacts, new_id);
        let links = renew(&mut self.contact_links, new_id);
        renew(&mut self.merges, new_id);
        map(&mut self.applications, "stage_id", stages);
        map(&mut self.applications, "merged_into", &applications);
        map(&mut self.events, "from_stage_id", stages);
        map(&mut self.events, "to_stage_id", stages);
        // Emails stay with their mailbox.
        map(&mut self.events, "mail_id", &Ids::new());
        map(&mut self.interviews, "mail_id", &Ids::new());
        for rows in [
            &mut self.events,
            &mut self.notes,
            &mut self.interviews,
            &mut self.tasks,
            &mut self.files,
            &mut self.postings,
            &mut self.contact_links,
            &mut self.merges,
        ] {
            map(rows, "application_id", &applications);
        }
        let all_contacts: Ids = contacts
            .iter()
            .chain(&new_contacts)
            .map(|(old, new)| (*old, *new))
            .collect();
        map(&mut self.contact_links, "contact_id", &all_contacts);
        map(&mut self.merges, "other_id", &applications);
        for row in &mut self.merges {
            for (column, ids) in [
                ("part_ids", &applications),
                ("note_ids", &notes),
                ("interview_ids", &interviews),
                ("task_ids", &tasks),
                ("contact_link_ids", &links),
                ("posting_ids", &postings),
                ("file_ids", files),
                ("mail_ids", &Ids::new()),
            ] {
                map_list(row, column, ids);
            }
        }
        NewIds {
            applications,
            contacts: new_contacts,
            tasks,
        }
    }
}
