//! Import of CSV files: what an export has is restored, the same file again adds nothing, and large files take bounded memory.
#![expect(clippy::expect_used, reason = "a failed setup fails the test")]

use chrono::TimeDelta;
use domain::jobapps::{
    AddApplicationInput, ConfirmCsvImportInput, CsvField, CsvImport, EventSource, ExportApplicationsInput,
    ListApplicationsInput, MapCsvImportInput, Outcome, RowVerdict, SalaryInput, SalaryPeriod, StageKind,
    UpdateApplicationInput,
};
use domain::mail::ImportState;
use service::{Services, background, context::Caller, jobapps, testing::TestApp};
use sqlx::PgPool;
use std::{sync::Arc, time::Instant};

/// Uploads a file and runs its import.
async fn import(services: &Services, caller: &Caller, dry_run: bool, file: &[u8]) -> CsvImport {
    let mut upload = jobapps::begin_csv_import(services, caller, None)
        .await
        .expect("begun");
    upload.set_dry_run(dry_run);
    upload.start_file("jobs.csv").expect("started");
    for chunk in file.chunks(10_000) {
        upload.write(chunk).await.expect("written");
    }
    let started = upload.finish().await.expect("finished");
    run(services, caller, &started).await
}

async fn run(services: &Services, caller: &Caller, import: &CsvImport) -> CsvImport {
    background::run_until_idle(&Arc::new(services.clone()))
        .await
        .expect("run");
    jobapps::get_csv_import(services, caller, import.id)
        .await
        .expect("the import")
}

/// Created, same, differs, updated, bad.
fn counts(import: &CsvImport) -> [i64; 5] {
    [
        import.created,
        import.same,
        import.differs,
        import.updated,
        import.bad_rows,
    ]
}

async fn export(services: &Services, caller: &Caller) -> String {
    let input = ExportApplicationsInput {
        history: Some(true),
        ..ExportApplicationsInput::default()
    };
    let mut export = jobapps::export_csv(services, caller, input).expect("an export");
    let mut text = Vec::new();
    while let Some(chunk) = export.chunks.recv().await {
        text.extend(chunk.expect("a chunk"));
    }
    String::from_utf8(text).expect("UTF-8")
}

fn sorted_rows(document: &str) -> Vec<&str> {
    let mut rows: Vec<&str> = document.split("\r\n").collect();
    rows.sort_unstable();
    rows
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn export_is_restored_in_another_workspace_without_a_difference(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let services = &app.services;
    let ada = app.register_user("ada").await.expect("registered");
    let ben = app.register_user("ben").await.expect("registered");
    let input = |company: &str, title: &str| AddApplicationInput {
        company: company.into(),
        job_title: title.into(),
        ..AddApplicationInput::default()
    };
    let full = AddApplicationInput {
        apply_date: "2026-03-01".parse().ok(),
        tags: Some(["a;b", "c,d", "back\\slash"].map(str::to_owned).to_vec()),
        location: Some("-1".into()),
        source: Some("'quoted".into()),
        url: Some("https://example.org/1".into()),
        salary: Some(SalaryInput {
            min: Some(50_000),
            max: Some(60_000),
            currency: "EUR".into(),
            period: SalaryPeriod::Month,
        }),
        ..input("Fernway, \"Ltd\"", "=HYPERLINK(\"x\")")
    };
    let added = jobapps::add(services, &ada, None, full).await.expect("added");
    let stages = jobapps::list_stages(services, &ada).await.expect("stages");
    let offer = stages
        .iter()
        .find(|stage| stage.kind == StageKind::Offer)
        .expect("an offer");
    for (day, outcome) in [(5, Outcome::Accepted), (6, Outcome::Rejected)] {
        let change = format!(
            r#"{{"jobapp_id":"{}","status_id":"{}","outcome":"{}","occurred_at":"2026-03-0{day}T09:00:00Z"}}"#,
            added.id,
            offer.id,
            outcome.as_str()
        );
        let change: UpdateApplicationInput = serde_json::from_str(&change).expect("a change");
        jobapps::move_stage(services, &ada, change).await.expect("moved");
        app.clock.advance(TimeDelta::seconds(1));
    }
    // The same job twice.
    for _ in 0..2 {
        jobapps::add(services, &ada, None, input("@Oven", "Baker"))
            .await
            .expect("added");
        app.clock.advance(TimeDelta::seconds(1));
    }
    let document = export(services, &ada).await;
    let first = import(services, &ben, false, document.as_bytes()).await;
    assert_eq!(
        (counts(&first), first.preset.as_deref()),
        ([3, 0, 0, 0, 0], Some("JobHax")),
        "{first:?}"
    );
    assert_eq!(sorted_rows(&export(services, &ben).await), sorted_rows(&document));
    for caller in [&ben, &ada] {
        let again = import(services, caller, false, document.as_bytes()).await;
        assert_eq!(counts(&again), [0, 3, 0, 0, 0], "{again:?}");
        assert_eq!(
            sorted_rows(&export(services, caller).await),
            sorted_rows(&document)
        );
    }
    let restored = first
        .rows
        .iter()
        .find_map(|row| row.jobapp_id)
        .expect("an application");
    let events = jobapps::list_events(services, &ben, restored)
        .await
        .expect("events");
    assert!(events.iter().all(|event| event.cause == EventSource::Import));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn preview_changes_nothing_and_is_applied_once(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let services = &app.services;
    let ada = app.register_user("ada").await.expect("registered");
    let existing = AddApplicationInput {
        company: "Moss GmbH".into(),
        job_title: "Clerk".into(),
        apply_date: "2026-01-02".parse().ok(),
        location: Some("Rome".into()),
        ..AddApplicationInput::default()
    };
    jobapps::add(services, &ada, None, existing).await.expect("added");
    let file = "Firma;Rolle;Am;Ort;Link\nMoss;Clerk (m/w/d);2026-01-02;Oslo;example.org/1\nFern;Baker;3/4/2026;;\nOak;Cook;soon;;\n";
    let preview = import(services, &ada, true, file.as_bytes()).await;
    assert_eq!((counts(&preview), preview.state), ([0; 5], ImportState::Done));
    let confirm = ConfirmCsvImportInput {
        csv_import_id: preview.id,
        fill_empty: true,
    };
    jobapps::confirm_csv_import(services, &ada, confirm)
        .await
        .expect_err("no column with names");
    let map = MapCsvImportInput {
        csv_import_id: preview.id,
        fields: [
            CsvField::Company,
            CsvField::JobTitle,
            CsvField::ApplyDate,
            CsvField::Location,
            CsvField::Url,
        ]
        .map(Some)
        .to_vec(),
        date_order: None,
        currency: None,
    };
    jobapps::map_csv_import(services, &ada, map.clone())
        .await
        .expect("mapped");
    jobapps::confirm_csv_import(services, &ada, confirm)
        .await
        .expect_err("not ready");
    let preview = run(services, &ada, &preview).await;
    assert_eq!(counts(&preview), [2, 0, 1, 0, 0], "{preview:?}");
    assert!(preview.columns[2].is_date_order_assumed);
    assert_eq!(
        (preview.rows[0].verdict, preview.rows[0].fields.as_slice()),
        (
            RowVerdict::Differs,
            [CsvField::Location, CsvField::Url].as_slice()
        )
    );
    assert_eq!(
        (
            preview.warned_rows,
            preview.warnings[0].row,
            preview.warnings[0].column.as_deref()
        ),
        (1, 4, Some("Am"))
    );
    let list = || jobapps::list(services, &ada, ListApplicationsInput::default());
    assert_eq!(list().await.expect("a list").data.len(), 1);

    for _ in 0..2 {
        jobapps::confirm_csv_import(services, &ada, confirm)
            .await
            .expect("applied");
        let done = run(services, &ada, &preview).await;
        assert_eq!((counts(&done), done.dry_run), ([2, 0, 1, 1, 0], false));
        assert_eq!((done.warned_rows, done.warnings.len()), (1, 1));
    }
    let page = list().await.expect("a list").data;
    let moss = page
        .iter()
        .find(|a| a.company.as_deref() == Some("Moss GmbH"))
        .expect("the application");
    assert_eq!(
        (moss.location.as_deref(), moss.url.as_deref()),
        (Some("Rome"), Some("https://example.org/1"))
    );
    assert_eq!(page.len(), 3);
    jobapps::map_csv_import(services, &ada, map)
        .await
        .expect_err("applied");
    assert!(
        !services
            .data_dir
            .join("uploads")
            .join(preview.id.to_string())
            .exists()
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn preview_is_discarded_after_an_hour(pool: PgPool) {
    let app = TestApp::new(pool.clone()).expect("app");
    let services = &app.services;
    let ada = app.register_user("ada").await.expect("registered");
    let preview = import(services, &ada, true, b"Company\nMoss\n").await;
    assert_eq!(counts(&preview), [1, 0, 0, 0, 0]);
    app.clock.advance(TimeDelta::minutes(61));
    sqlx::query("update background_jobs set run_at = now() where kind = 'import_csv'")
        .execute(&pool)
        .await
        .expect("due");
    let expired = run(services, &ada, &preview).await;
    assert_eq!((expired.state, expired.rows.len()), (ImportState::Cancelled, 0));
    assert!(
        !services
            .data_dir
            .join("uploads")
            .join(preview.id.to_string())
            .exists()
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn large_file_is_imported_up_to_the_limit_of_applications(pool: PgPool) {
    let mut app = TestApp::new(pool).expect("app");
    app.services.storage_limits.max_applications = 1_200;
    let services = &app.services;
    let ada = app.register_user("ada").await.expect("registered");
    let rows = (0..100_000).map(|n| format!("Company {n},Clerk,2026-01-02,some text that is not imported\n"));
    let file = format!("Company,Title,Applied,Extra\n{}", rows.collect::<String>());
    let started = Instant::now();
    for dry_run in [true, false] {
        let done = import(services, &ada, dry_run, file.as_bytes()).await;
        assert_eq!(counts(&done), [1_200, 0, 0, 0, 98_800]);
        assert_eq!(
            (done.bad.len(), done.bad[0].row, done.rows.len()),
            (100, 1_202, 50)
        );
    }
    assert_eq!(
        counts(&import(services, &ada, false, file.as_bytes()).await),
        [0, 1_200, 0, 0, 98_800]
    );
    assert!(started.elapsed().as_secs() < 180, "{:?}", started.elapsed());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn column_of_notes_becomes_notes_of_new_applications_up_to_the_limit(pool: PgPool) {
    let mut app = TestApp::new(pool).expect("app");
    app.services.storage_limits.max_notes = 2;
    let services = &app.services;
    let ada = app.register_user("ada").await.expect("registered");
    let file = "Company,Title,Notes\nMoss,Clerk,\"Spoke to Fern.\nCall in May.\"\nOak,Cook,-\nElm,Baker,Nice people\nAsh,Cook,One too many\n";
    for (dry_run, expected) in [
        (true, [3, 0, 0, 0, 1]),
        (false, [3, 0, 0, 0, 1]),
        (false, [0, 3, 0, 0, 1]),
    ] {
        let done = import(services, &ada, dry_run, file.as_bytes()).await;
        assert_eq!(counts(&done), expected);
        assert_eq!(done.bad[0].row, 5, "{:?}", done.bad);
        assert!(done.bad[0].detail.contains("notes"), "{:?}", done.bad);
    }
    let list = jobapps::list(services, &ada, ListApplicationsInput::default())
        .await
        .expect("applications");
    let mut notes = Vec::new();
    for application in list.data {
        for note in jobapps::list_notes(services, &ada, application.id)
            .await
            .expect("notes")
        {
            notes.push((application.company.clone().unwrap_or_default(), note.description));
        }
    }
    notes.sort();
    let expected = [("Elm", "Nice people"), ("Moss", "Spoke to Fern.\nCall in May.")];
    assert_eq!(
        notes,
        expected.map(|(company, text)| (company.to_owned(), text.to_owned()))
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn imported_note_is_as_old_as_its_row_and_does_not_end_silence(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let services = &app.services;
    let ada = app.register_user("ada").await.expect("registered");
    let file = "Company,Title,Applied,Notes\nMoss,Clerk,2019-01-02,Nice people\n";
    let done = import(services, &ada, false, file.as_bytes()).await;
    assert_eq!(counts(&done), [1, 0, 0, 0, 0]);
    let quiet = ListApplicationsInput {
        quiet: Some(true),
        ..ListApplicationsInput::default()
    };
    let list = jobapps::list(services, &ada, quiet)
        .await
        .expect("applications")
        .data;
    assert_eq!(list.len(), 1);
    assert!(list[0].quiet_days.is_some_and(|days| days > 365), "{list:?}");
    let notes = jobapps::list_notes(services, &ada, list[0].id)
        .await
        .expect("notes");
    assert_eq!(notes[0].created_at.date_naive().to_string(), "2019-01-02");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn salaries_without_currency_have_that_of_the_file(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let services = &app.services;
    let ada = app.register_user("ada").await.expect("registered");
    let file = "Company,Title,Salary\nMoss,Clerk,55000\nFern,Baker,60k EUR\n";
    let preview = import(services, &ada, true, file.as_bytes()).await;
    let currency = |import: &CsvImport| {
        (
            import.currency.clone(),
            import.rows_without_currency,
            import.warned_rows,
        )
    };
    assert_eq!(currency(&preview), (None, 1, 1));
    let map = |currency: &str| MapCsvImportInput {
        csv_import_id: preview.id,
        fields: [CsvField::Company, CsvField::JobTitle, CsvField::Salary]
            .map(Some)
            .to_vec(),
        date_order: None,
        currency: Some(currency.into()),
    };
    jobapps::map_csv_import(services, &ada, map("euro"))
        .await
        .expect_err("no currency");
    jobapps::map_csv_import(services, &ada, map(" eur "))
        .await
        .expect("mapped");
    let preview = run(services, &ada, &preview).await;
    assert_eq!(currency(&preview), (Some("EUR".into()), 1, 0));
    let confirm = ConfirmCsvImportInput {
        csv_import_id: preview.id,
        fill_empty: false,
    };
    jobapps::confirm_csv_import(services, &ada, confirm)
        .await
        .expect("applied");
    let done = run(services, &ada, &preview).await;
    assert_eq!(counts(&done), [2, 0, 0, 0, 0]);
    let list = jobapps::list(services, &ada, ListApplicationsInput::default())
        .await
        .expect("applications");
    for application in list.data {
        assert_eq!(application.salary.expect("a salary").currency, "EUR");
    }
    let other = "Company,Title,Salary\nOak,Cook,70000\n".as_bytes();
    let preview = import(services, &ada, true, other).await;
    assert_eq!(currency(&preview), (Some("EUR".into()), 1, 0), "as last time");
    let direct = import(services, &ada, false, other).await;
    assert_eq!(currency(&direct), (None, 1, 1), "no one sees what it assumes");
}
