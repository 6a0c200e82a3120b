//! The user's profile.

use crate::support::{error_fields, test_app};
use domain::users::UpdateProfileInput;
use service::users;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn update_profile_normalizes_names_and_changes_display_name(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("ada");
    let input = UpdateProfileInput {
        first_name: Some(Some(" Zoe\u{301} ".into())),
        last_name: Some(Some("Winter".into())),
        time_zone: Some("Europe/Berlin".into()),
    };
    let user = users::update_profile(&app.services, &ada, input)
        .await
        .expect("updated");
    assert_eq!(
        (user.first_name.as_deref(), user.time_zone.as_str()),
        (Some("Zo\u{e9}"), "Europe/Berlin")
    );
    assert_eq!(
        users::get_profile(&app.services, &ada).await.expect("profile"),
        user
    );
    let display_name: String = sqlx::query_scalar("select display_name from memberships")
        .fetch_one(&app.owner)
        .await
        .expect("name");
    assert_eq!(display_name, "Zo\u{e9} Winter");
    let without_first_name = UpdateProfileInput {
        first_name: Some(None),
        ..Default::default()
    };
    let user = users::update_profile(&app.services, &ada, without_first_name)
        .await
        .expect("updated");
    assert_eq!(
        (user.first_name, user.last_name.as_deref()),
        (None, Some("Winter"))
    );
    let invalid = UpdateProfileInput {
        first_name: Some(Some("a\0".into())),
        last_name: Some(Some("x".repeat(101))),
        time_zone: Some("Mars/Base".into()),
    };
    let result = users::update_profile(&app.services, &ada, invalid).await;
    assert_eq!(error_fields(result), ["time_zone", "first_name", "last_name"]);
}
