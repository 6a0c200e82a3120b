//! The server-rendered page.

use super::{columns::ColumnMenu, frame::TableFrame, row::Row};
use crate::{
    assets::{ListScript, WorkspaceScripts},
    error::AppError,
    jobapps::filters::{BulkBar, FilterForm, ListQuery},
    layout::{CoachNotice, ErrorPage, PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
    ui::{Icon, IconSize, Lucide, count},
    views::{Views, ViewsMenu, load_views},
};
use domain::{
    jobapps::ListApplicationsInput,
    routes::{Route, SettingsSection, WorkspacePage},
    tenants::{Action, may},
    views::ViewPage,
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use service::{jobapps::FilterChoices, platform::time_zone::local_time};

/// Applications per page.
const PAGE_SIZE: u32 = 100;

struct TableData {
    rows: Vec<Row>,
    /// The number of applications that match the filters, counted up to a maximum.
    count: i64,
    next_cursor: Option<String>,
    choices: FilterChoices,
    views: Views,
    /// Whether the user may change applications. Coaches can only read applications from a previous role.
    may_write: bool,
}

/// The page of all applications.
#[component]
pub fn TablePage() -> impl IntoView {
    let workspace = use_workspace();
    let query = ListQuery::parse(&use_location().search.get_untracked());
    view! {
        <PageTitle page="Applications" />
        {Suspend::new(async move {
            match load(&workspace, &query).await {
                Ok(data) => view! { <Content workspace query data /> }.into_any(),
                Err(error) => view! { <ErrorPage title="Applications" error /> }.into_any(),
            }
        })}
        <WorkspaceScripts area=None charts=false />
        <ListScript />
    }
    .into_any()
}

async fn load(workspace: &WorkspaceContext, query: &ListQuery) -> Result<TableData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let input = ListApplicationsInput {
        limit: Some(PAGE_SIZE),
        ..query.input.clone()
    };
    let (page, count) = respond(service::jobapps::list_and_count(&services, &caller, input).await)?;
    let choices = respond(service::jobapps::list_filter_choices(&services, &caller).await)?;
    let rows = page.data.into_iter().map(|application| Row {
        updated_on: local_time(application.updated_at, &caller.user.time_zone).date(),
        application,
    });
    Ok(TableData {
        rows: rows.collect(),
        count,
        next_cursor: page.pagination.next_cursor,
        choices,
        views: load_views(workspace, ViewPage::Table).await?,
        may_write: may(caller.tenant.role, Action::WriteApplications),
    })
}

/// `1 application`, `12,345 applications`.
fn count_text(n: i64) -> String {
    let text = count(n, "application", "applications");
    if n >= service::jobapps::MAX_COUNT {
        format!("{text} or more")
    } else {
        text
    }
}

#[component]
fn Content(workspace: WorkspaceContext, query: ListQuery, data: TableData) -> impl IntoView {
    let TableData {
        rows,
        count,
        next_cursor,
        choices,
        views,
        may_write,
    } = data;
    let is_unused = rows.is_empty() && !query.is_filtered() && query.input.cursor.is_none();
    let export = format!(
        "{}/export?{}",
        workspace.page(WorkspacePage::Applications),
        query.export_query()
    );
    let export_with_history = format!("{export}&history=true");
    let report = Route::Report(workspace.slug.clone(), query.at_cursor(None).query()).to_string();
    let report_link = report.clone();
    let csv_import = Route::CsvImport(workspace.slug.clone(), None).to_string();
    let add = format!("{}?add=", workspace.page(WorkspacePage::Board));
    let (stages, tags) = (choices.stages.clone(), choices.tags.clone());
    view! {
        <header class="page-header">
            <h1>"Applications"</h1>
            {(!is_unused).then(|| view! { <span class="page-header-note">{count_text(count)}</span> })}
            <span class="grow"></span>
            {(!is_unused)
                .then(|| {
                    view! {
                        <ColumnMenu query=query.clone() />
                        {may_write
                            .then(|| {
                                view! {
                                    <a
                                        class="btn btn-line btn-sm md-only"
                                        href=csv_import
                                        title="Import applications from a CSV file"
                                    >
                                        <Icon of=Lucide::Upload size=IconSize::Small />
                                        "Import CSV"
                                    </a>
                                }
                            })}
                        <a class="btn btn-line btn-sm md-only" href=report title="Print these applications">
                            <Icon of=Lucide::Printer size=IconSize::Small />
                            "Report"
                        </a>
                        <button
                            class="btn btn-line btn-sm"
                            type="button"
                            popovertarget="export"
                            title="Export these applications as CSV"
                        >
                            <Icon of=Lucide::Download size=IconSize::Small />
                            <span class="md-only">"Export CSV"</span>
                            <span class="phone-only">"CSV"</span>
                        </button>
                        <div class="menu" id="export" popover="auto" role="dialog" aria-label="Export CSV">
                            <a class="menu-row" href=export download>
                                "For a spreadsheet"
                            </a>
                            <a class="menu-row" href=export_with_history download>
                                "With history, to import again"
                            </a>
                        </div>
                    }
                })}
            {may_write
                .then(|| {
                    view! {
                        <a class="btn btn-primary btn-sm" href=add>
                            <Icon of=Lucide::Plus size=IconSize::Small />
                            <span class="md-only">"Add application"</span>
                            <span class="phone-only">"Add"</span>
                        </a>
                    }
                })}
        </header>
        {(!may_write).then(|| view! { <CoachNotice has_applications=!is_unused /> })}
        {if is_unused && !may_write {
            ().into_any()
        } else if is_unused {
            let deleted = Route::Settings(workspace.slug.clone(), SettingsSection::Deleted).to_string();
            let import = workspace.page(WorkspacePage::Import);
            let csv = Route::CsvImport(workspace.slug.clone(), None).to_string();
            view! {
                <section class="empty-state">
                    <h2>"No applications yet"</h2>
                    <p>"Every application you add or import is listed here, open and closed ones."</p>
                    <a class="btn btn-line" href=import>
                        "Import email"
                    </a>
                    <a class="btn btn-line" href=csv>
                        "Import a CSV file"
                    </a>
                    <a class="link" href=deleted>
                        "Deleted applications"
                    </a>
                </section>
            }
                .into_any()
        } else {
            view! {
                <div class="list-tools">
                    <div class="filter-line">
                        <FilterForm query=query.clone() choices />
                        <ViewsMenu views query=query.at_cursor(None).query() />
                    </div>
                    {may_write
                        .then(|| {
                            view! {
                                <BulkBar
                                    slug=workspace.slug.clone()
                                    page=WorkspacePage::Applications
                                    query=query.clone()
                                    stages
                                    tags
                                />
                            }
                        })}
                </div>
                <Table slug=workspace.slug.clone() query rows may_write next_cursor />
                <p class="table-links">
                    <a class="link phone-only" href=report_link>
                        "Report"
                    </a>
                    <a class="link" href=Route::Duplicates(workspace.slug.clone()).to_string()>
                        "Find duplicates"
                    </a>
                    <a class="link" href=Route::Settings(workspace.slug.clone(), SettingsSection::Deleted).to_string()>
                        "Deleted applications"
                    </a>
                </p>
            }
                .into_any()
        }}
    }
    .into_any()
}

#[component]
fn Table(
    slug: String,
    query: ListQuery,
    rows: Vec<Row>,
    may_write: bool,
    /// The cursor of the next page.
    next_cursor: Option<String>,
) -> impl IntoView {
    if rows.is_empty() {
        return view! {
            <section class="empty-state">
                <h2>"No application matches"</h2>
                <p>"Change the filters, or clear them to see all applications."</p>
                <a class="btn btn-line" href=format!("?{}", query.unfiltered().query())>
                    "Clear filters"
                </a>
            </section>
        }
        .into_any();
    }
    let columns = query.shown_columns();
    view! { <TableFrame slug query rows columns may_select=may_write next_cursor /> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_text_groups_thousands() {
        assert_eq!(count_text(0), "0 applications");
        assert_eq!(count_text(1), "1 application");
        assert_eq!(count_text(999), "999 applications");
        assert_eq!(count_text(12_345), "12,345 applications");
        assert_eq!(count_text(100_000), "100,000 applications or more");
    }
}
