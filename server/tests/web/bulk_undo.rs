//! Undoing a bulk change with the button in its message.

use crate::support::{TestServer, workspace_slug};
use sqlx::PgPool;

struct List {
    server: TestServer,
    cookie: String,
    slug: String,
    applications: String,
}

impl List {
    async fn open(pool: PgPool) -> Self {
        let server = TestServer::new(pool);
        let (cookie, board) = server.register_on_page("ada").await;
        let list = Self {
            slug: workspace_slug(&board).to_owned(),
            applications: board.replace("/board", "/applications"),
            server,
            cookie,
        };
        for company in ["Fernway", "Moss"] {
            let form = format!("slug={}&company={company}&job_title=Baker", list.slug);
            let added = list
                .server
                .submit_form(&list.cookie, "/_fn/jobapps/add", &form)
                .await;
            assert_eq!(added.status, 303, "{}", added.text);
        }
        list
    }

    async fn text(&self, sql: &str) -> String {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
            .fetch_one(&self.server.owner)
            .await
            .expect("text")
    }

    async fn stages(&self) -> String {
        self.text(
            "select string_agg(company || ' ' || s.kind || coalesce(' ' || outcome, '') || coalesce(' ' || nullif(array_to_string(tags, ' '), ''), ''), ', '
               order by company)
             from job_applications a join stages s on s.id = a.stage_id",
        )
        .await
    }

    /// Submits a change of these companies. Returns the fields of the undo button on the next page, if there is one.
    async fn change(&self, companies: &[&str], change: &str) -> Option<String> {
        let mut form = format!("slug={}&page=applications&{change}", self.slug);
        for (index, company) in companies.iter().enumerate() {
            let sql = format!("select id::text from job_applications where company = '{company}'");
            let id = self.text(&sql).await;
            form.extend(["&ids[", &index.to_string(), "]=", &id]);
        }
        let page = self.submit("/_fn/jobapps/bulk", &form).await;
        let form = page.split("action=\"/_fn/jobapps/undo_bulk\"").nth(1)?;
        let form = form.split("</form>").next()?;
        let fields = form.split("<input").skip(1).map(|input| {
            let attribute = |name: &str| {
                let start = input.split(&format!("{name}=\"")).nth(1).unwrap_or_default();
                start.split('"').next().unwrap_or_default().to_owned()
            };
            format!("{}={}", attribute("name"), attribute("value"))
        });
        Some(fields.collect::<Vec<_>>().join("&"))
    }

    /// Submits a form. Returns the page that it redirects to.
    async fn submit(&self, path: &str, form: &str) -> String {
        let response = self.server.submit_form(&self.cookie, path, form).await;
        assert_eq!(response.status, 303, "{}", response.text);
        assert!(response.location().starts_with(&self.applications));
        let flash = response
            .header("set-cookie")
            .split(';')
            .next()
            .expect("a pair")
            .to_owned();
        let cookie = format!("{}; {flash}", self.cookie);
        self.server.get_page(&cookie, response.location()).await.text
    }

    async fn undo(&self, fields: &str) -> String {
        self.submit("/_fn/jobapps/undo_bulk", fields).await
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undo_of_a_move_leaves_applications_that_changed_since(pool: PgPool) {
    let list = List::open(pool).await;
    let offer = list
        .text("select id::text from stages where kind = 'offer'")
        .await;
    let both = ["Fernway", "Moss"];
    let change = format!("change=move&status_id={offer}");
    let undo = list.change(&both, &change).await.expect("an undo button");
    assert_eq!(list.stages().await, "Fernway offer, Moss offer");
    list.server.advance_clock(chrono::TimeDelta::minutes(1));
    list.change(&["Moss"], "change=outcome&outcome=accepted").await;
    let page = list.undo(&undo).await;
    assert!(page.contains("1 application moved back."), "{page}");
    assert_eq!(list.stages().await, "Fernway applied, Moss offer accepted");
    let page = list.undo(&undo).await;
    assert!(page.contains("Nothing to undo"), "{page}");
    let history = "select count(*) from application_events e join job_applications a on a.id = e.application_id where company = 'Fernway'";
    assert_eq!(
        list.server.count(history).await,
        1,
        "the move is taken out of the history"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undo_of_an_outcome_restores_the_previous_one(pool: PgPool) {
    let list = List::open(pool).await;
    list.change(&["Moss"], "change=outcome&outcome=withdrawn").await;
    list.server.advance_clock(chrono::TimeDelta::minutes(1));
    let undo = list
        .change(&["Fernway", "Moss"], "change=outcome&outcome=rejected")
        .await;
    assert_eq!(
        list.stages().await,
        "Fernway applied rejected, Moss applied rejected"
    );
    list.undo(&undo.expect("an undo button")).await;
    assert_eq!(list.stages().await, "Fernway applied, Moss applied withdrawn");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undo_of_a_tag_leaves_it_where_it_was_before(pool: PgPool) {
    let list = List::open(pool).await;
    list.change(&["Moss"], "change=add_tag&tag=winter").await;
    list.server.advance_clock(chrono::TimeDelta::minutes(1));
    let both = ["Fernway", "Moss"];
    let undo = list
        .change(&both, "change=add_tag&tag=winter")
        .await
        .expect("an undo button");
    assert_eq!(list.stages().await, "Fernway applied winter, Moss applied winter");
    list.undo(&undo).await;
    assert_eq!(list.stages().await, "Fernway applied, Moss applied winter");
    list.server.advance_clock(chrono::TimeDelta::minutes(1));
    let undo = list
        .change(&both, "change=remove_tag&tag=winter")
        .await
        .expect("an undo button");
    list.undo(&undo).await;
    assert_eq!(list.stages().await, "Fernway applied, Moss applied winter");
    assert_eq!(
        list.change(&both, "change=remove_tag&tag=summer").await,
        None,
        "nothing changed"
    );
}
