//! Filters, order and columns in the URL.

use domain::jobapps::{ListApplicationsInput, Outcome, Sort, StageKind};

/// A column of the table that can be hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Stage,
    Applied,
    Source,
    Location,
    /// The salary range.
    Salary,
    Tags,
    /// The date of the last change.
    Updated,
}

impl Column {
    /// All columns, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Stage,
        Self::Applied,
        Self::Source,
        Self::Location,
        Self::Salary,
        Self::Tags,
        Self::Updated,
    ];
    /// The columns that are shown unless others are chosen.
    pub const DEFAULT: [Self; 5] = [
        Self::Stage,
        Self::Applied,
        Self::Source,
        Self::Tags,
        Self::Updated,
    ];

    /// The value in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Applied => "applied",
            Self::Source => "source",
            Self::Location => "location",
            Self::Salary => "salary",
            Self::Tags => "tags",
            Self::Updated => "updated",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Stage => "Stage",
            Self::Applied => "Applied",
            Self::Source => "Source",
            Self::Location => "Location",
            Self::Salary => "Salary",
            Self::Tags => "Tags",
            Self::Updated => "Updated",
        }
    }

    /// The sort order for this column; `None` if the list cannot be sorted by it.
    pub const fn sort(self) -> Option<Sort> {
        match self {
            Self::Applied => Some(Sort::ApplyDate),
            Self::Updated => Some(Sort::UpdatedAt),
            _ => None,
        }
    }
}

/// The parameters in the URL of a list. Invalid values are ignored.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// Filters, order and cursor.
    pub input: ListApplicationsInput,
    /// The chosen columns; empty for the default.
    pub columns: Vec<Column>,
}

impl ListQuery {
    /// Parses a query string, with or without `?`.
    pub fn parse(query: &str) -> Self {
        let mut parsed = Self::default();
        let pairs = form_urlencoded::parse(query.trim_start_matches('?').as_bytes());
        for (name, value) in pairs.filter(|(_, value)| !value.trim().is_empty()) {
            parsed.set(&name, &value);
        }
        parsed
    }

    fn set(&mut self, name: &str, value: &str) {
        let input = &mut self.input;
        let text = || Some(value.to_owned()).filter(|value| value.chars().count() <= 200);
        match name {
            "q" => input.q = text(),
            "status_id" => input.status_id = value.parse().ok(),
            "stage_kind" => input.stage_kind = StageKind::parse(value),
            "source" => input.source = text(),
            "tag" => input.tag = text().filter(|value| value.chars().count() <= 40),
            // The form has one field for `outcome` and `open`.
            "outcome" if value == "open" => input.open = Some(true),
            "outcome" if value == "closed" => input.open = Some(false),
            "outcome" => input.outcome = Outcome::parse(value),
            "open" => input.open = value.parse().ok(),
            "applied_from" => input.applied_from = value.parse().ok(),
            "applied_to" => input.applied_to = value.parse().ok(),
            "quiet" => input.quiet = value.parse().ok(),
            "sort" => input.sort = Sort::parse(value),
            "reverse" => input.reverse = value.parse().ok().filter(|reverse| *reverse),
            "cursor" => input.cursor = Some(value.to_owned()),
            "col" => {
                let column = Column::ALL.into_iter().find(|column| column.as_str() == value);
                let new = column.filter(|column| !self.columns.contains(column));
                self.columns.extend(new);
            }
            _ => {}
        }
    }

    /// Whether the list is filtered.
    pub fn is_filtered(&self) -> bool {
        !self.filters().is_empty()
    }

    /// The number of filters that are set, excluding the text search.
    pub fn choice_count(&self) -> usize {
        self.filters().iter().filter(|(name, _)| *name != "q").count()
    }

    /// Whether one of the less common filters is set.
    pub const fn has_more_filters(&self) -> bool {
        let input = &self.input;
        input.applied_from.is_some() || input.applied_to.is_some() || input.quiet.is_some()
    }

    /// The columns that are shown.
    pub fn shown_columns(&self) -> Vec<Column> {
        let is_shown = |column: &Column| {
            if self.columns.is_empty() {
                Column::DEFAULT.contains(column)
            } else {
                self.columns.contains(column)
            }
        };
        Column::ALL.into_iter().filter(is_shown).collect()
    }

    /// The filters as query parameters, named as in the REST API.
    pub fn filters(&self) -> Vec<(&'static str, String)> {
        let input = &self.input;
        let values = [
            ("q", input.q.clone()),
            ("status_id", input.status_id.map(|id| id.to_string())),
            (
                "stage_kind",
                input.stage_kind.map(|kind| kind.as_str().to_owned()),
            ),
            ("source", input.source.clone()),
            ("tag", input.tag.clone()),
            (
                "outcome",
                input.outcome.map(|outcome| outcome.as_str().to_owned()),
            ),
            ("open", input.open.map(|open| open.to_string())),
            ("applied_from", input.applied_from.map(|date| date.to_string())),
            ("applied_to", input.applied_to.map(|date| date.to_string())),
            ("quiet", input.quiet.map(|quiet| quiet.to_string())),
        ];
        let set = values
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        set.collect()
    }

    /// Order and columns as query parameters.
    pub fn presentation(&self) -> Vec<(&'static str, String)> {
        let sort = self.input.sort.map(|sort| ("sort", sort.as_str().to_owned()));
        let reverse = self.input.reverse.map(|reverse| ("reverse", reverse.to_string()));
        let columns = self
            .columns
            .iter()
            .map(|column| ("col", column.as_str().to_owned()));
        sort.into_iter().chain(reverse).chain(columns).collect()
    }

    /// The query string of filters, order and columns, without `?`.
    pub fn query(&self) -> String {
        let cursor = self.input.cursor.clone().map(|cursor| ("cursor", cursor));
        serialize(
            self.filters()
                .into_iter()
                .chain(self.presentation())
                .chain(cursor),
        )
    }

    /// The query string of only the filters.
    pub fn filter_query(&self) -> String {
        serialize(self.filters())
    }

    /// The query string of only the filters and the order, for the export.
    pub fn export_query(&self) -> String {
        let order = self.presentation().into_iter().filter(|(name, _)| *name != "col");
        serialize(self.filters().into_iter().chain(order))
    }

    /// The first page of the list, sorted by this column, or in reverse if the list is already sorted by it.
    pub fn sorted_by(&self, sort: Sort) -> Self {
        let is_current = self.input.sort.unwrap_or_default() == sort;
        let is_reversed = self.input.reverse == Some(true);
        let mut sorted = self.clone();
        sorted.input.sort = Some(sort).filter(|sort| *sort != Sort::default());
        sorted.input.reverse = (is_current && !is_reversed).then_some(true);
        sorted.input.cursor = None;
        sorted
    }

    /// The same list, starting at this cursor.
    pub fn at_cursor(&self, cursor: Option<String>) -> Self {
        let mut page = self.clone();
        page.input.cursor = cursor;
        page
    }

    /// Only the filters, for the board.
    pub fn board_filters(&self) -> ListApplicationsInput {
        ListApplicationsInput {
            sort: None,
            reverse: None,
            cursor: None,
            ..self.input.clone()
        }
    }

    /// The same list without filters.
    pub fn unfiltered(&self) -> Self {
        Self {
            input: ListApplicationsInput {
                sort: self.input.sort,
                reverse: self.input.reverse,
                ..ListApplicationsInput::default()
            },
            columns: self.columns.clone(),
        }
    }
}

fn serialize(pairs: impl IntoIterator<Item = (&'static str, String)>) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_round_trips_through_url_without_invalid_values() {
        let query = ListQuery::parse(
            "?q=a%26b&outcome=open&source=&tag=x&stage_kind=offer&sort=company&reverse=true&col=tags&col=tags&col=x&limit=9\
             &applied_from=2026-02-30&quiet=true&cursor=abc",
        );
        assert_eq!(query.input.open, Some(true));
        assert_eq!(query.input.applied_from, None);
        assert_eq!(query.shown_columns(), [Column::Tags]);
        let text = query.query();
        assert_eq!(
            text,
            "q=a%26b&stage_kind=offer&tag=x&open=true&quiet=true&sort=company&reverse=true&col=tags&cursor=abc"
        );
        assert_eq!(ListQuery::parse(&text).query(), text);
        assert_eq!(
            query.export_query(),
            "q=a%26b&stage_kind=offer&tag=x&open=true&quiet=true&sort=company&reverse=true"
        );
        assert_eq!(query.unfiltered().query(), "sort=company&reverse=true&col=tags");
    }

    #[test]
    fn sorting_twice_reverses_the_order() {
        let query = ListQuery::parse("q=a&cursor=abc");
        let once = query.sorted_by(Sort::Company);
        assert_eq!(once.query(), "q=a&sort=company");
        let twice = once.sorted_by(Sort::Company);
        assert_eq!(twice.query(), "q=a&sort=company&reverse=true");
        assert_eq!(twice.sorted_by(Sort::Company).query(), "q=a&sort=company");
        assert_eq!(query.sorted_by(Sort::ApplyDate).query(), "q=a&reverse=true");
    }
}
