//! The state of an import as text, and the available actions.

use crate::{
    error::AppError,
    layout::use_workspace,
    ui::{FormError, count},
};
use domain::{
    jobapps::{CsvImport, has_name},
    mail::ImportState,
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;

#[component]
pub fn Summary(slug: String, import: CsvImport, error: Option<AppError>) -> impl IntoView {
    let workspace = use_workspace();
    let link = |href: String, label: &'static str| {
        view! {
            <a class="btn btn-line btn-sm" href=href>
                {label}
            </a>
        }
        .into_any()
    };
    let other = || {
        link(
            Route::CsvImport(slug.clone(), None).to_string(),
            "Choose another file",
        )
    };
    let board = || link(workspace.page(WorkspacePage::Board), "Open the board");
    let table = || {
        link(
            workspace.page(WorkspacePage::Applications),
            "Show all applications",
        )
    };
    let duplicates = || link(Route::Duplicates(slug.clone()).to_string(), "Find duplicates");
    let read = count(import.rows_seen, "row", "rows");
    let is_mapped = has_name(import.columns.iter().map(|column| column.field));
    let (heading, text, actions) = match (import.dry_run, import.state) {
        (true, ImportState::Running) => (
            "Reading your file",
            format!("{read} read. Nothing is added until you confirm."),
            Vec::new(),
        ),
        (true, ImportState::Done) if !is_mapped => (
            "Which column has the company?",
            "The column names don't make it clear. Choose the column with the company or the job title below.".to_owned(),
            vec![other()],
        ),
        (true, ImportState::Done) if import.created == 0 && import.differs == 0 => (
            "Nothing to add",
            format!("{}.", found(&import)),
            vec![other()],
        ),
        (true, ImportState::Done) => (
            "Nothing has changed yet",
            format!("{}. You have an hour to decide.", found(&import)),
            vec![confirm_form(&slug, &import), other()],
        ),
        (false, ImportState::Running) => (
            "Importing your file",
            format!(
                "{} added so far. You can leave this page. The import continues in the background.",
                count(import.created, "application", "applications")
            ),
            Vec::new(),
        ),
        (false, ImportState::Done) => ("Import finished", format!("{}.", result(&import)), vec![board(), table(), duplicates(), other()]),
        (true, ImportState::Cancelled) => (
            "Preview discarded",
            "Nothing was imported. A preview is kept for an hour.".to_owned(),
            vec![other()],
        ),
        (_, ImportState::Failed | ImportState::Cancelled) => (
            "Import failed",
            "Everything imported so far is on your board. Choose the file again to import the rest.".to_owned(),
            vec![other(), board()],
        ),
    };
    view! {
        <section class="surface preview-summary" aria-labelledby="import-state">
            <div>
                <h2 id="import-state">{heading}</h2>
                <p class="text-ink-2" role="status">{text}</p>
                {import
                    .preset
                    .clone()
                    .map(|preset| view! { <p class="text-ink-3">{format!("Recognized as a file of {preset}.")}</p> })}
                {currency_note(&import).map(|note| view! { <p class="text-ink-3">{note}</p> })}
                <FormError error=Signal::stored(error) />
            </div>
            <div class="preview-actions">{actions}</div>
        </section>
    }
    .into_any()
}

/// The form that applies a preview.
fn confirm_form(slug: &str, import: &CsvImport) -> AnyView {
    let fill = (import.differs > 0).then(|| {
        view! {
            <label class="checkbox-row">
                <input type="checkbox" name="fill_empty" value="true" />
                "Fill in empty fields of applications that you have"
            </label>
        }
    });
    view! {
        <form class="csv-confirm" method="post" action="/_fn/jobapps/confirm_csv_import">
            <input type="hidden" name="slug" value=slug.to_owned() />
            <input type="hidden" name="csv_import_id" value=import.id.to_string() />
            {fill}
            <button class="btn btn-sm btn-primary" type="submit">
                {if import.created > 0 { "Import" } else { "Apply" }}
            </button>
        </form>
    }
    .into_any()
}

/// States the currency that is used for salaries without one.
fn currency_note(import: &CsvImport) -> Option<String> {
    let currency = import
        .currency
        .as_ref()
        .filter(|_| import.rows_without_currency > 0)?;
    let salaries = count(
        import.rows_without_currency,
        "salary without a currency counts",
        "salaries without a currency count",
    );
    Some(format!("{salaries} as {currency}."))
}

/// The result of a preview: `12 new applications, 3 already on your board, 1 bad row`.
fn found(import: &CsvImport) -> String {
    let new = count(import.created, "new application", "new applications");
    sentence(new, import)
}

/// The result of an import.
fn result(import: &CsvImport) -> String {
    let added = count(import.created, "application", "applications");
    let text = sentence(format!("{added} added"), import);
    if import.updated == 0 {
        return text;
    }
    let filled = count(import.updated, "application", "applications");
    format!("{text}. Empty fields of {filled} were filled in")
}

fn sentence(first: String, import: &CsvImport) -> String {
    let mut parts = vec![first];
    if import.same > 0 {
        parts.push(count(
            import.same,
            "already on your board",
            "already on your board",
        ));
    }
    if import.differs > 0 {
        parts.push(count(
            import.differs,
            "already on your board with different values, which are kept",
            "already on your board with different values, which are kept",
        ));
    }
    if import.bad_rows > 0 {
        parts.push(count(
            import.bad_rows,
            "row that can't be imported",
            "rows that can't be imported",
        ));
    }
    if import.warned_rows > 0 {
        parts.push(count(
            import.warned_rows,
            "row with values that are left out",
            "rows with values that are left out",
        ));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_listed_without_zeros() {
        let mut import = CsvImport {
            id: uuid::Uuid::nil().into(),
            state: ImportState::Done,
            dry_run: true,
            fill_empty: false,
            file_name: "a.csv".into(),
            preset: None,
            columns: Vec::new(),
            rows_seen: 9,
            created: 1,
            same: 0,
            differs: 0,
            updated: 0,
            bad_rows: 0,
            bad: Vec::new(),
            warned_rows: 0,
            warnings: Vec::new(),
            currency: None,
            rows_without_currency: 0,
            rows: Vec::new(),
        };
        assert_eq!(found(&import), "1 new application");
        (import.created, import.same, import.bad_rows) = (1_200, 3, 1);
        assert_eq!(
            found(&import),
            "1,200 new applications, 3 already on your board, 1 row that can't be imported"
        );
        import.warned_rows = 9;
        assert!(found(&import).ends_with(", 9 rows with values that are left out"));
        import.warned_rows = 0;
        import.rows_without_currency = 2;
        assert_eq!(currency_note(&import), None);
        import.currency = Some("EUR".into());
        assert_eq!(
            currency_note(&import).as_deref(),
            Some("2 salaries without a currency count as EUR.")
        );
        import.updated = 2;
        assert_eq!(
            result(&import),
            "1,200 applications added, 3 already on your board, 1 row that can't be imported. Empty fields of 2 applications were filled in"
        );
    }
}
