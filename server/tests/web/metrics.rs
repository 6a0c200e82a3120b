//! The metrics page shows the same numbers as the API.

use crate::support::{TestClient, TestServer};
use serde_json::{Value, json};
use service::testing::PASSWORD;
use sqlx::PgPool;

/// The cells of the table with this caption, row by row, without the header row.
fn table(page: &str, caption: &str) -> Vec<Vec<String>> {
    let start = page.rfind(&format!(">{caption}</caption>")).expect("a table");
    let table = page[start..].split("</table>").next().expect("its end");
    let body = table.split("<tbody>").nth(1).expect("a body");
    let text = |cell: &str| {
        let inner = cell.split_once('>').map_or("", |(_, rest)| rest);
        inner.split('<').next().unwrap_or_default().trim().to_owned()
    };
    body.split("<tr>")
        .skip(1)
        .map(|row| {
            row.split("<t")
                .filter(|cell| cell.starts_with(['h', 'd']))
                .map(text)
                .collect()
        })
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn list<'a>(value: &'a Value, field: &str) -> &'a Vec<Value> {
    value[field].as_array().expect("a list")
}

async fn metric(client: &TestClient, name: &str, filter: &str) -> Value {
    client
        .get(&format!("/metrics/{name}?{filter}"))
        .await
        .expect_status(200)["data"]
        .clone()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn metrics_page_shows_the_numbers_of_the_endpoints(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let credentials = json!({"email": "ada@example.org", "password": PASSWORD});
    let login = server.anonymous().post("/users/login", credentials).await;
    let ada = server.client(
        login.expect_status(200)["data"]["access_token"]
            .as_str()
            .expect("a token"),
    );
    for (n, source) in ["LinkedIn", "LinkedIn", "Indeed", "Referral"]
        .into_iter()
        .enumerate()
    {
        let application = ada
            .add_application(
                json!({"job_title": format!("Analyst {}", n / 2), "company": "Basalt", "source": source, "application_date": "2026-03-02"}),
            )
            .await;
        if n > 0 {
            let kind = if n == 1 { "interview" } else { "screening" };
            let body = json!({"jobapp_id": application["id"], "status_id": ada.stage_id(kind).await});
            ada.post("/jobapps/update_jobapp", body).await.expect_status(200);
        }
    }
    for filter in ["", "from=2026-01-01&to=2026-03-31&source=LinkedIn"] {
        let path = format!("{}?{filter}", board.replace("/board", "/metrics"));
        let page = server.get_page(&cookie, &path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let page = page.text.replace("<!>", "").replace("<!---->", "");

        let months = metric(&ada, "get_application_count_by_month_with_total", filter).await;
        let shown = table(&page, "Applications by month and source");
        for (month, row) in shown.iter().take(list(&months, "months").len()).enumerate() {
            let numbers = list(&months, "series")
                .iter()
                .map(|series| text(&series["data"][month]));
            assert_eq!(row[1..].to_vec(), numbers.collect::<Vec<_>>(), "{filter}");
        }
        let stages = metric(&ada, "get_count_by_statuses", filter).await;
        let expected: Vec<_> = stages
            .as_array()
            .expect("stages")
            .iter()
            .map(|s| vec![text(&s["name"]), text(&s["value"])])
            .collect();
        assert_eq!(table(&page, "Applications by stage")[..expected.len()], expected);

        let funnel = metric(&ada, "get_funnel", filter).await;
        let shown: Vec<_> = table(&page, "Stages ever reached")
            .into_iter()
            .map(|row| row[1].clone())
            .collect();
        let reached: Vec<_> = list(&funnel, "stages")
            .iter()
            .map(|s| text(&s["reached"]))
            .collect();
        assert_eq!(shown, reached);

        let flow = metric(&ada, "get_flow", filter).await;
        let shown: Vec<_> = table(&page, "Paths of applications")
            .into_iter()
            .map(|row| row[2].clone())
            .collect();
        let values: Vec<_> = list(&flow, "links")
            .iter()
            .map(|link| text(&link["value"]))
            .collect();
        assert_eq!(shown, values);

        let rates = metric(&ada, "get_response_rates", filter).await;
        let sources = list(&rates, "sources");
        for (row, rate) in table(&page, "Responses and conversations by source")
            .iter()
            .zip(sources)
        {
            let numbers = ["source", "applications", "responses"].map(|field| text(&rate[field]));
            assert_eq!(row[..3], numbers);
            assert_eq!(row[4], text(&rate["conversations"]));
        }
        let times = metric(&ada, "get_response_times", filter).await;
        for (row, point) in table(&page, "Time to the first response")
            .iter()
            .zip(list(&times, "curve"))
        {
            assert_eq!(
                [&row[0], &row[3]],
                [&text(&point["day"]), &text(&point["waiting"])]
            );
        }
        let pace = metric(&ada, "get_pace", filter).await;
        let expected: Vec<_> = list(&pace, "weeks")
            .iter()
            .map(|w| vec![text(&w["week"]), text(&w["applications"])])
            .collect();
        assert_eq!(table(&page, "Applications by week"), expected);

        let words = metric(&ada, "get_word_count", filter).await;
        let expected: Vec<_> = words
            .as_array()
            .expect("words")
            .iter()
            .map(|w| vec![text(&w["word"]), text(&w["value"])])
            .collect();
        assert_eq!(table(&page, "Words in titles and companies"), expected);
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn metrics_page_with_unreadable_dates_is_rejected(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let path = board.replace("/board", "/metrics");
    for query in ["from=yesterday", "from=2026-03-02&to=2026-03-01"] {
        let page = server.get_page(&cookie, &format!("{path}?{query}")).await;
        assert_eq!(page.status, 422, "{query}");
        assert!(page.text.contains("Choose "), "{query}");
        assert!(page.text.contains("name=\"from\""), "the form stays: {query}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn goal_form_without_a_script_says_what_is_wrong(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let (slug, metrics) = (
        board.split('/').nth(2).expect("a slug"),
        board.replace("/board", "/metrics"),
    );
    let add = format!("slug={slug}&company=Basalt&job_title=Analyst");
    assert_eq!(
        server.submit_form(&cookie, "/_fn/jobapps/add", &add).await.status,
        303
    );
    let submit = async |goal: &str| {
        let form = format!("slug={slug}&weekly_goal={goal}");
        let response = server.submit_form(&cookie, "/_fn/metrics/set_goal", &form).await;
        assert_eq!((response.status.as_u16(), response.location()), (303, &*metrics));
        let flash = response
            .header("set-cookie")
            .split(';')
            .next()
            .expect("a pair")
            .to_owned();
        server
            .get_page(&format!("{cookie}; {flash}"), &metrics)
            .await
            .text
    };
    let page = submit("many").await;
    assert!(
        page.contains("Enter a number, or leave it empty for no goal."),
        "{page}"
    );
    assert!(page.contains("value=\"many\""), "{page}");
    let page = submit("4").await;
    assert!(
        page.contains("Saved.") && page.contains(" of 4 this week."),
        "{page}"
    );
    let filtered = server
        .get_page(&cookie, &format!("{metrics}?source=Manual"))
        .await
        .text;
    assert!(
        filtered.contains("1 application this week.") && !filtered.contains(" of 4 this week."),
        "the goal is about all sources: {filtered}"
    );
}
