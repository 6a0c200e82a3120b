//! The search of the command palette.

use crate::fixture::Fixture;
use service::jobapps;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn search_lists_names_that_begin_with_the_text_before_those_that_contain_it(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    for (company, title) in [
        ("Müller", "Acme buyer"),
        ("Acme Robotics", "Clerk"),
        ("LinkedIn Acme", "Cook"),
        ("Acme", "Baker"),
        ("Via Acme", "Cook"),
        ("Moss", "Clerk"),
    ] {
        fixture.add(company, title).await;
        fixture.advance_days(1);
    }
    let found = async |text: &str, limit| {
        let found = jobapps::search(&fixture.services, &fixture.ada, text, limit).await;
        let names = found
            .expect("found")
            .into_iter()
            .map(|a| a.company.unwrap_or_default());
        names.collect::<Vec<_>>()
    };
    assert_eq!(
        found("acme", 8).await,
        ["Acme", "Acme Robotics", "Müller", "Via Acme", "LinkedIn Acme"]
    );
    assert_eq!(found("ACME ", 2).await, ["Acme", "Acme Robotics"]);
    assert_eq!(found("muller", 8).await, ["Müller"]);
    assert_eq!(found("50%", 8).await, [""; 0]);
}
