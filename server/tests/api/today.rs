//! `get_today`.

use crate::support::{CoachedMember, TestServer};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::PgPool;

fn list<'a>(today: &'a Value, name: &str) -> &'a Vec<Value> {
    today["data"][name].as_array().expect("a list")
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn today_lists_what_needs_the_user_and_nothing_of_others(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let body = json!({"job_title": "Baker", "company": "Hearth"});
    let id = ada.add_application(body).await["id"].clone();
    let now = server.now();
    for days in [-1, 0, 14, 16] {
        let at = now + TimeDelta::days(days) + TimeDelta::seconds(1);
        let body = json!({"jobapp_id": id, "kind": "phone", "starts_at": at});
        ada.post("/interviews/add_interview", body)
            .await
            .expect_status(201);
    }
    let cancelled = json!({"jobapp_id": id, "kind": "phone", "starts_at": now + TimeDelta::days(2)});
    let cancelled = ada.post("/interviews/add_interview", cancelled).await;
    let cancelled = json!({"interview_id": cancelled.expect_status(201)["data"]["id"], "cancelled": true});
    ada.post("/interviews/update_interview", cancelled)
        .await
        .expect_status(200);
    for (title, days) in [("today", 0), ("late", -3), ("done", -1), ("soon", 1)] {
        let due_on = (now + TimeDelta::days(days)).date_naive();
        let body = json!({"title": title, "jobapp_id": id, "due_on": due_on});
        let task = ada.post("/tasks/add_task", body).await.expect_status(201);
        if title == "done" {
            let done = json!({"task_id": task["data"]["id"], "done": true});
            ada.post("/tasks/update_task", done).await.expect_status(200);
        }
    }
    let today = ada.get("/jobapps/get_today").await.expect_status(200);
    assert_eq!(list(&today, "interviews").len(), 2);
    let titles: Vec<_> = list(&today, "tasks").iter().map(|task| &task["title"]).collect();
    assert_eq!(titles, ["late", "today", "done"]);
    assert_eq!(list(&today, "jobapps").len(), 1);
    assert_eq!(
        (list(&today, "quiet").len(), &today["data"]["review_count"]),
        (0, &json!(0))
    );

    let others = ben.get("/jobapps/get_today").await.expect_status(200);
    for name in ["interviews", "tasks", "comments", "quiet", "jobapps"] {
        assert_eq!(list(&others, name).len(), 0, "{name}");
    }
    // Forty days later, the last interview was 24 days ago.
    server.advance_clock(TimeDelta::days(40));
    let ada = server.login("ada").await;
    let later = ada.get("/jobapps/get_today").await.expect_status(200);
    assert_eq!(list(&later, "interviews").len(), 0);
    assert_eq!(list(&later, "quiet").len(), 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn today_lists_assigned_tasks_and_comments_of_a_coach_until_the_application_is_opened(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, _) = server.register_on_page("mia").await;
    let CoachedMember {
        slug,
        member: mia,
        member_id: mia_id,
        coach,
        coach_id,
        application,
    } = CoachedMember::add_to(&server).await;
    let page = async || {
        let page = server.get_page(&cookie, &format!("/w/{slug}/today")).await;
        assert_eq!(page.status, 200, "{}", page.text);
        page.text
    };
    assert!(page().await.contains("Nothing needs you today"));

    server.advance_clock(TimeDelta::minutes(1));
    let due_on = server.now().date_naive();
    let task = json!({"title": "Call them", "owner_id": mia_id, "jobapp_id": application, "due_on": due_on});
    coach.post("/tasks/add_task", task).await.expect_status(201);
    let undated = json!({"title": "Update your CV", "owner_id": mia_id});
    coach.post("/tasks/add_task", undated).await.expect_status(201);
    let own = json!({"title": "Some day"});
    mia.post("/tasks/add_task", own).await.expect_status(201);
    let on_its_page = json!({"title": "On its page", "jobapp_id": application});
    mia.post("/tasks/add_task", on_its_page).await.expect_status(201);
    let comment = async |author: &crate::support::TestClient| {
        let body = json!({"jobapp_id": application, "owner_id": mia_id, "text": "Ask them."});
        author
            .post("/coaching/add_comment", body)
            .await
            .expect_status(201);
    };
    comment(&coach).await;
    comment(&coach).await;
    comment(&mia).await;
    let today = mia.get("/jobapps/get_today").await.expect_status(200);
    let titles: Vec<_> = list(&today, "tasks").iter().map(|task| &task["title"]).collect();
    assert_eq!(titles, ["Call them", "Update your CV", "Some day"]);
    assert_eq!(list(&today, "tasks")[0]["assigned_by"]["user_id"], coach_id);
    let comments =
        json!([{"jobapp_id": application, "author": {"user_id": coach_id, "name": "coach"}, "count": 2}]);
    assert_eq!(today["data"]["comments"], comments);
    assert_eq!(list(&today, "jobapps").len(), 1);
    let of_coach = coach.get("/jobapps/get_today").await.expect_status(200);
    assert_eq!(list(&of_coach, "comments").len(), 0, "only the owner's");
    let text = page().await;
    for part in [
        "2 comments by coach",
        "Baker · Hearth",
        "Assigned by coach",
        "Without a date",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }

    server.advance_clock(TimeDelta::minutes(1));
    let path = format!("/w/{slug}/applications/{}", application.as_str().expect("an id"));
    assert_eq!(server.get_page(&cookie, &path).await.status, 200);
    let today = mia.get("/jobapps/get_today").await.expect_status(200);
    assert_eq!(list(&today, "comments").len(), 0, "opened");
    server.advance_clock(TimeDelta::minutes(1));
    comment(&coach).await;
    let today = mia.get("/jobapps/get_today").await.expect_status(200);
    assert_eq!(list(&today, "comments")[0]["count"], 1, "since then");
}
